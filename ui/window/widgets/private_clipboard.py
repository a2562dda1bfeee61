"""Text cut or copied within an item; it never reaches the system's clipboard and is gone with the item."""

from __future__ import annotations


class PrivateClipboard:
    """One text."""

    def __init__(self) -> None:
        self._text = ""

    def text(self) -> str:
        """What was last copied."""
        return self._text

    def set_text(self, text: str) -> None:
        """Keep a text."""
        self._text = text
