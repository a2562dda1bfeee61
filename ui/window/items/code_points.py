"""The difference between two texts as one edit in Unicode code points. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """``text[:at] + inserted + text[at + deleted:]``; counted in code points, not in UTF-16 units as Qt counts."""

    at: int
    deleted: int
    inserted: str

    def applied_to(self, text: str) -> str:
        """The text after the edit."""
        return text[: self.at] + self.inserted + text[self.at + self.deleted :]


def whole_characters(text: str) -> str:
    """A text without halves of surrogate pairs, which no journal can encode; each becomes U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def edit_between(before: str, after: str) -> Edit | None:
    """The smallest single edit that makes one text into the other; None where they are the same."""
    if before == after:
        return None
    shorter = min(len(before), len(after))
    at = _common(before, after, shorter)
    behind = _common(before[at:][::-1], after[at:][::-1], shorter - at)
    return Edit(at=at, deleted=len(before) - at - behind, inserted=after[at : len(after) - behind])


def _common(first: str, second: str, limit: int) -> int:
    """The length of the common beginning. By halves, since comparing slices is fast and comparing characters is not."""
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        if first[low:middle] == second[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
