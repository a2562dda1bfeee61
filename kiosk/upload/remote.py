"""What the other side can be asked, whatever it speaks. Knows no protocol."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Protocol

from exam_packages.ids import Digest


class Held(Enum):
    """What the server holds under the name of a result."""

    SAME = "same"
    """Given back and hashed: it is the result of this name."""
    OTHER = "other"
    ABSENT = "absent"
    UNTOLD = "untold"
    """It does not let itself be asked: some gateways only take."""


class Body(Protocol):
    """What is sent: a file, as much of one as sending needs."""

    def seek(self, offset: int, /) -> int:
        """Go to a byte."""
        ...

    def read(self, size: int, /) -> bytes:
        """Return up to so many bytes; none at the end."""
        ...


class Remote(Protocol):
    """A place for results and receipts. Every method raises ``UploadFault`` and nothing else, and is safe to repeat."""

    def held(self, bundle: Digest) -> Held:
        """Ask what is there under a result's name, reading all of it."""
        ...

    def put(self, bundle: Digest, body: Body, *, size_bytes: int, sent: Callable[[int], None]) -> bool:
        """Send a result, unless the server finds that it is there; ``sent`` is told the bytes so far.

        Returns:
            Whether the server took it; False where it said that something of this name is there.
        """
        ...

    def receipt(self, bundle: Digest) -> bytes | None:
        """Fetch the untrusted bytes of a result's receipt; None where there is none yet or none is given."""
        ...
