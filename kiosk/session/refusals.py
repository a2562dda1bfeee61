"""The refusal of an event, and why: for the table of words."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from kiosk.errors import KioskError

if TYPE_CHECKING:
    from kiosk.session.state import Session


class Why(Enum):
    """Why an event cannot happen. All but the first can meet a candidate and have words in the interface."""

    NOT_NOW = "not-now"
    """It does not fit what happened before."""
    TOO_EARLY = "too-early"
    """The shortest time of an item, a section, a part or the test is not over."""
    UNANSWERED = "unanswered"
    """The item may not be skipped."""
    INVALID = "invalid"
    """The response is not complete, and the item asks for a complete one."""
    CLOSED = "closed"
    """The item takes no more answers, or may not be seen again."""
    TIME_IS_UP = "time-is-up"


class EventNotAllowed(KioskError):  # noqa: N818 - reads as what it is, like h11's and asyncio's
    """An event came at a moment at which it cannot happen. The session is unchanged.

    Attributes:
        code: stable, for the table of words.
        why: which of the reasons.
        session: the session as it was and still is; None where there was none yet.
    """

    code = "event-not-allowed"

    def __init__(self, message: str, *, session: Session | None = None, why: Why = Why.NOT_NOW) -> None:
        super().__init__(message)
        self.why = why
        self.session = session
