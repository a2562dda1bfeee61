"""Every word of the window that is not on one screen only: errors, reasons, states, times. One table, translated here.

Says what happened, what it means, what to do. Owns no decisions. Sentences are made by functions, because a translation
looks its text up when it is shown, not when the program is loaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, assert_never

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from exam_packages.ids import UtcMs
from exam_packages.session_events import CloseReason, SectionKind
from kiosk.errors import (
    KioskError,
    Missing,
    NotReady,
    PinRefused,
    StickFault,
    StickFaultKind,
    StorageFault,
    StorageFaultKind,
)
from kiosk.session import EventNotAllowed, ResultState
from kiosk.session.limits import Scope
from signing.errors import Layer, Refused
from ui.window.navigation import Screen
from ui.window.places import SectionView
from ui.window.time_state import Warned
from ui.window.view_state import FrameView

translate: Final = QCoreApplication.translate
MEGABYTE: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What happened, what it means, what to do."""

    what: str
    meaning: str
    remedy: str

    def text(self) -> str:
        """All of it, as one paragraph."""
        return " ".join(part for part in (self.what, self.meaning, self.remedy) if part)


# -- numbers and times ------------------------------------------------------------------------------------------------


def number(value: int) -> str:
    """A number in the reader's locale."""
    return QLocale().toString(value)


def clock(ms: int) -> str:
    """A time left as figures: ``1:12:40``, ``4:05``. Rounded up, so that it shows 0:00 only when nothing is left."""
    seconds = -(-ms // 1000)
    hours, minutes = divmod(seconds // 60, 60)
    tail = f"{seconds % 60:02d}"
    return f"{hours}:{minutes:02d}:{tail}" if hours else f"{minutes}:{tail}"


def duration(ms: int) -> str:
    """A length of time in words, to the second; a promise of time is never rounded."""
    minutes, seconds = divmod(-(-ms // 1000), 60)
    hours, minutes = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append(translate("Words", "1 hour") if hours == 1 else translate("Words", "%n hours", None, hours))
    if minutes or not (hours or seconds):
        one = translate("Words", "1 minute")
        parts.append(one if minutes == 1 else translate("Words", "%n minutes", None, minutes))
    if seconds:
        one = translate("Words", "1 second")
        parts.append(one if seconds == 1 else translate("Words", "%n seconds", None, seconds))
    return " ".join(parts)


def time_of_day(at: UtcMs) -> str:
    """A time of day in the reader's locale and zone."""
    return QLocale().toString(QDateTime.fromMSecsSinceEpoch(at).time(), "HH:mm")


def day(at: UtcMs) -> str:
    """A date in the reader's locale and zone."""
    return QLocale().toString(QDateTime.fromMSecsSinceEpoch(at).date(), "d MMM yyyy")


def day_and_time(at: UtcMs) -> str:
    """Date and time of day."""
    return f"{day(at)} {time_of_day(at)}"


def size(length_bytes: int) -> str:
    """A file's size or a disk's room."""
    return QLocale().formattedDataSize(length_bytes, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def answered_of(answered: int, count: int) -> str:
    """How many questions have an answer."""
    text = translate("Words", "{answered} of {count} answered")
    return text.format(answered=number(answered), count=number(count))


def question_list(numbers: tuple[int, ...]) -> str:
    """Numbers of questions, as a list."""
    return ", ".join(map(number, numbers))


# -- where one is -----------------------------------------------------------------------------------------------------


def section_name(section: SectionView) -> str:
    """A section's number among its kind and its title."""
    match section.kind:
        case SectionKind.SCORED:
            place = translate("Words", "Section {number} of {count}").format(number=section.number, count=section.count)
            return f"{place} · {section.title}" if section.title else place
        case SectionKind.TUTORIAL:
            return translate("Words", "Tutorial")
        case SectionKind.POLL:
            return translate("Words", "Opinion poll")
        case _:
            assert_never(section.kind)


def question_of(number_: int, count: int | None) -> str:
    """Which question this is; of how many is left out where it depends on answers."""
    if count is None:
        return translate("Words", "Question {number}").format(number=number_)
    return translate("Words", "Question {number} of {count}").format(number=number_, count=count)


def title_of(screen: Screen, frame: FrameView | None) -> str:
    """The window's title: what a screen reader says first when a screen comes."""
    section = frame.section if frame is not None else None
    if frame is not None and section is not None:
        if screen is Screen.ITEM and frame.question is not None:
            count = frame.questions if frame.is_certain else None
            return f"{_short_section(section)} · {question_of(frame.question, count)}"
        if screen is Screen.REVIEW:
            return f"{_short_section(section)} · {_TITLES[screen]()}"
    return _TITLES[screen]()


_TITLES: Final = {
    Screen.IDLE: lambda: translate("Words", "This seat is free"),
    Screen.BUSY: lambda: translate("Words", "One moment"),
    Screen.UNLOCK: lambda: translate("Words", "Proctor PIN"),
    Screen.CHECK_IN: lambda: translate("Words", "Check in a candidate"),
    Screen.COPIES: lambda: translate("Words", "Exams of other seats"),
    Screen.TAKE_OVER: lambda: translate("Words", "Continue an exam from another seat"),
    Screen.ADMIN: lambda: translate("Words", "Seat administration"),
    Screen.IDENTITY: lambda: translate("Words", "Is this you?"),
    Screen.AGREEMENT: lambda: translate("Words", "Candidate agreement"),
    Screen.SECTION_INTRO: lambda: translate("Words", "What comes next"),
    Screen.ITEM: lambda: translate("Words", "Question"),
    Screen.REVIEW: lambda: translate("Words", "Review"),
    Screen.BREAK: lambda: translate("Words", "Break"),
    Screen.SUBMIT: lambda: translate("Words", "Submit exam"),
    Screen.PAUSE: lambda: translate("Words", "The exam is paused"),
    Screen.PROCTOR: lambda: translate("Words", "Proctor panel"),
    Screen.DONE: lambda: translate("Words", "The exam is over"),
    Screen.LOCKED: lambda: translate("Words", "This seat is locked"),
    Screen.ASLEEP: lambda: translate("Words", "The computer was asleep"),
    Screen.PROTECTION: lambda: translate("Words", "Protection of this computer"),
    Screen.FAULT: lambda: translate("Words", "Please call the proctor"),
}


def _short_section(section: SectionView) -> str:
    if section.kind is SectionKind.SCORED:
        return translate("Words", "Section {number}").format(number=section.number)
    return section_name(section)


def warning(warned: Warned) -> str:
    """The warning at a mark before the end of something."""
    time = duration(warned.mark_ms)
    match warned.scope:
        case Scope.TEST:
            return translate("Words", "{time} left in the exam").format(time=time)
        case Scope.PART:
            return translate("Words", "{time} left in this part").format(time=time)
        case Scope.SECTION:
            return translate("Words", "{time} left in this section").format(time=time)
        case Scope.INNER_SECTION:
            return translate("Words", "{time} left for this group of questions").format(time=time)
        case Scope.ITEM:
            return translate("Words", "{time} left for this question").format(time=time)
        case _:
            assert_never(warned.scope)


def time_of(scope: Scope) -> str:
    """What a time is for, as it stands before the figures."""
    match scope:
        case Scope.TEST:
            return translate("Words", "Exam")
        case Scope.PART:
            return translate("Words", "This part")
        case Scope.SECTION:
            return translate("Words", "This section")
        case Scope.INNER_SECTION:
            return translate("Words", "This group of questions")
        case Scope.ITEM:
            return translate("Words", "This question")
        case _:
            assert_never(scope)


# -- reasons and states -----------------------------------------------------------------------------------------------


def close_reason(reason: CloseReason) -> str:
    """Why a proctor ends a session for good."""
    match reason:
        case CloseReason.CANDIDATE_LEFT:
            return translate("Words", "The candidate has left")
        case CloseReason.CANDIDATE_ILL:
            return translate("Words", "The candidate is ill")
        case CloseReason.MISCONDUCT:
            return translate("Words", "Misconduct")
        case CloseReason.TECHNICAL:
            return translate("Words", "Technical problem")
        case CloseReason.WRONG_CANDIDATE:
            return translate("Words", "Wrong candidate")
        case CloseReason.OTHER:
            return translate("Words", "Another reason")
        case _:
            assert_never(reason)


def result_state(state: ResultState) -> str:
    """How a session ended."""
    match state:
        case ResultState.FINISHED:
            return translate("Words", "Finished")
        case ResultState.DECLINED:
            return translate("Words", "Not sat")
        case ResultState.CLOSED:
            return translate("Words", "Closed by a proctor")
        case ResultState.UNFINISHED:
            return translate("Words", "Not finished")
        case _:
            assert_never(state)


def restarted() -> str:
    """What the candidate is told after the program came back by itself."""
    return translate("Words", "The program restarted. Nothing was lost.")


def time_is_up(scope: Scope = Scope.SECTION) -> str:
    """What the candidate is told when the time of something is used up, and it has ended."""
    saved = translate("Words", "Your answers are saved.")
    match scope:
        case Scope.TEST:
            up = translate("Words", "The time for the exam is up.")
        case Scope.PART:
            up = translate("Words", "The time for this part is up.")
        case Scope.SECTION:
            up = translate("Words", "The time for this section is up.")
        case Scope.INNER_SECTION:
            up = translate("Words", "The time for that group of questions is up.")
        case Scope.ITEM:
            up = translate("Words", "The time for that question is up.")
        case _:
            assert_never(scope)
    return f"{up} {saved}"


def break_is_over() -> str:
    """What the candidate is told when a break's time is used up."""
    return translate("Words", "The break is over. The clock starts when you start the section.")


def time_given(extra_ms: int) -> str:
    """What the candidate is told when a proctor gave more time."""
    return translate("Words", "You have been given {time} more.").format(time=duration(extra_ms))


# -- errors -----------------------------------------------------------------------------------------------------------


def explain(error: Exception) -> Explanation:
    """Turn any error of the lower floors into words."""
    match error:
        case StorageFault():
            return storage_fault(error)
        case StickFault():
            return stick_fault(error)
        case PinRefused():
            return pin_refused(error)
        case NotReady():
            return Explanation(what=missing(error.missing), meaning="", remedy=remedy_of(error.missing))
        case Refused():
            return refused(error)
        case EventNotAllowed():
            return Explanation(
                what=translate("Words", "That is not possible at this moment."),
                meaning=translate("Words", "Nothing has changed."),
                remedy="",
            )
        case KioskError():
            return _unforeseen(error.code)
        case _:
            return _unforeseen(type(error).__name__)


def _unforeseen(code: str) -> Explanation:
    return Explanation(
        what=translate("Words", "Something happened that should not ({code}).").format(code=code),
        meaning=translate("Words", "What was shown as saved is safe."),
        remedy=translate("Words", "Restart the program. If it happens again, tell the office."),
    )


def storage_fault(error: StorageFault) -> Explanation:
    """What a failing disk or a damaged journal means."""
    if error.kind is StorageFaultKind.BUSY:
        return Explanation(what=_storage_what(error.kind), meaning="", remedy=_storage_remedy(error.kind))
    return Explanation(
        what=_storage_what(error.kind),
        meaning=translate("Words", "Everything shown as saved is safe. Nothing new can be saved now."),
        remedy=_storage_remedy(error.kind),
    )


def _storage_what(kind: StorageFaultKind) -> str:  # noqa: PLR0911 - one line a case
    match kind:
        case StorageFaultKind.FULL:
            return translate("Words", "The disk of this computer is full.")
        case StorageFaultKind.IO:
            return translate("Words", "The disk of this computer could not be read or written.")
        case StorageFaultKind.READ_ONLY:
            return translate("Words", "The disk of this computer cannot be written to.")
        case StorageFaultKind.WRONG_KEY:
            return translate("Words", "The journal of this exam does not open with this seat's key, or was altered.")
        case StorageFaultKind.CHAIN_BROKEN:
            return translate("Words", "The journal of this exam is damaged: its records do not fit together.")
        case StorageFaultKind.TRUNCATED:
            return translate("Words", "The journal of this exam is damaged: it is cut short.")
        case StorageFaultKind.DAMAGED:
            return translate("Words", "A file of this seat is damaged.")
        case StorageFaultKind.NOT_OURS:
            return translate("Words", "A file of this seat was not made by this program, or by a newer one.")
        case StorageFaultKind.BUSY:
            return translate("Words", "This seat is already open in another program.")
        case StorageFaultKind.MISSING:
            return translate("Words", "A file of this seat is missing.")
        case StorageFaultKind.ROLLED_BACK:
            return translate("Words", "This seat is older than it once was.")
        case _:
            assert_never(kind)


def _storage_remedy(kind: StorageFaultKind) -> str:
    match kind:
        case StorageFaultKind.FULL:
            return translate(
                "Words",
                "Free some room on the disk, then restart the program. An admin can export the results meanwhile.",
            )
        case StorageFaultKind.BUSY:
            return translate("Words", "Close the other program, then restart this one.")
        case StorageFaultKind.ROLLED_BACK:
            return _another_seat()
        case StorageFaultKind.IO | StorageFaultKind.READ_ONLY:
            return translate("Words", "Restart the computer. If it happens again, continue at another seat.")
        case (
            StorageFaultKind.WRONG_KEY
            | StorageFaultKind.CHAIN_BROKEN
            | StorageFaultKind.TRUNCATED
            | StorageFaultKind.DAMAGED
            | StorageFaultKind.NOT_OURS
            | StorageFaultKind.MISSING
        ):
            return translate("Words", "The file is kept as it is. Continue in a new session and tell the office.")
        case _:
            assert_never(kind)


def _another_seat() -> str:
    return translate("Words", "Use another seat, and hand this one to the site admin.")


def stick_fault(error: StickFault) -> Explanation:
    """What is wrong with the stick."""
    match error.kind:
        case StickFaultKind.GONE:
            what = translate("Words", "The stick was pulled out.")
            remedy = translate("Words", "Put it in again and repeat. Nothing is lost.")
        case StickFaultKind.FULL:
            megabytes = max(1, -(-error.needed_bytes // MEGABYTE))
            what = translate("Words", "The stick has no room (needs {size} MB).").format(size=number(megabytes))
            remedy = translate("Words", "Free some space on it, or use another one.")
        case StickFaultKind.READ_ONLY:
            what = translate("Words", "The stick cannot be written to.")
            remedy = translate("Words", "Move its switch, or use another one.")
        case StickFaultKind.NO_RIGHT:
            what = translate("Words", "This program may not read or write the stick.")
            remedy = translate(
                "Words", "The admin checks its switch, its rights and how it is mounted, or uses another one."
            )
        case StickFaultKind.DIFFERS:
            what = translate("Words", "What was read back from the stick is not what was written.")
            remedy = translate("Words", "Use another stick.")
        case StickFaultKind.NOT_FOUND:
            what = translate("Words", "There is no stick here, or nothing on it for this seat.")
            remedy = translate("Words", "Put the stick in and repeat.")
        case StickFaultKind.IO:
            what = translate("Words", "The stick cannot be read or written.")
            remedy = translate("Words", "Use another one.")
        case _:
            assert_never(error.kind)
    return Explanation(what=what, meaning="", remedy=remedy)


def pin_refused(error: PinRefused) -> Explanation:
    """Wrong name or PIN; told apart by nobody."""
    left = error.attempts_left
    meaning = ""
    if left is not None and left > 0:
        one = translate("Words", "1 try is left before waiting begins.")
        meaning = one if left == 1 else translate("Words", "%n tries are left before waiting begins.", None, left)
    remedy = pin_wait(error.wait_s) if error.wait_s > 0 else translate("Words", "Try again.")
    return Explanation(
        what=translate("Words", "The name and the PIN do not fit together."), meaning=meaning, remedy=remedy
    )


def pin_wait(seconds: int) -> str:
    """How long until the next try."""
    return translate("Words", "The next try is possible in {time}. A second proctor can go on at once.").format(
        time=clock(seconds * 1000)
    )


def refused(error: Refused) -> Explanation:
    """What layer refused a file, and where."""
    return Explanation(
        what=_LAYERS[error.layer](),
        meaning=translate("Words", "Place: {place}.").format(place=error.place),
        remedy=translate("Words", "It was not taken in. Ask the office for a new one."),
    )


_LAYERS: Final = {
    Layer.FORM: lambda: translate("Words", "The file is cut short or not in the right form."),
    Layer.SIGNATURE: lambda: translate("Words", "A signature does not fit: the file was changed."),
    Layer.THRESHOLD: lambda: translate("Words", "Not everybody who has to sign the file has signed it."),
    Layer.REVOKED: lambda: translate("Words", "It was signed by, or made for, somebody who has been revoked."),
    Layer.EXPIRED: lambda: translate("Words", "The file has expired, or is not valid yet."),
    Layer.OLDER: lambda: translate("Words", "The file is older than one that is here, or another one with its number."),
    Layer.NOT_FOR_THIS_SITE: lambda: translate("Words", "The file was made for another site or seat."),
    Layer.WRONG_RELEASE: lambda: translate("Words", "This is the release of another exam package."),
    Layer.CONTENT: lambda: translate("Words", "The content of the file is damaged or was altered."),
}


def missing(what: Missing) -> str:  # noqa: C901, PLR0911, PLR0912 - one line a case
    """What has to be there first."""
    match what:
        case Missing.CERTIFICATE:
            return translate("Words", "This seat has no certificate of the site yet.")
        case Missing.REGISTRATION:
            return translate("Words", "The site's registration is not here yet.")
        case Missing.PROCTORS:
            return translate("Words", "No proctors are known here yet.")
        case Missing.POLICY:
            return translate("Words", "The site has not said yet how strict its seats are.")
        case Missing.TRUST:
            return translate("Words", "Nothing of the office has been imported yet.")
        case Missing.PACKAGE:
            return translate("Words", "No exam has been imported yet.")
        case Missing.GRANT:
            return translate("Words", "The exam is not granted to this site yet.")
        case Missing.RELEASE:
            return translate("Words", "The office has not released the exam yet.")
        case Missing.ROSTER:
            return translate("Words", "No roster has been imported yet.")
        case Missing.APPOINTMENT:
            return translate("Words", "There is no such appointment.")
        case Missing.WINDOW_NOT_OPEN:
            return translate("Words", "It is too early for this exam.")
        case Missing.WINDOW_CLOSED:
            return translate("Words", "It is too late for this exam.")
        case Missing.CLOCK:
            return translate("Words", "The clock of this computer is wrong: it shows a time that is over.")
        case Missing.SESSION_RUNS:
            return translate("Words", "A session is running on this seat.")
        case Missing.SESSION_DONE:
            return translate("Words", "This candidate has sat the exam already.")
        case Missing.SESSION_UNKNOWN:
            return translate("Words", "This seat knows no such session.")
        case Missing.ADMIN:
            return translate("Words", "This needs the PIN of a site admin.")
        case Missing.RECEIPT:
            return translate("Words", "The office's receipt is not here yet.")
        case Missing.RECEIPT_QUARANTINED:
            return translate("Words", "The office has put this result into quarantine.")
        case Missing.ERASURE_DATE:
            return translate("Words", "The office does not allow erasing yet.")
        case Missing.SITE_KEY:
            return translate("Words", "The site's key is needed.")
        case Missing.REQUEST:
            return translate("Words", "The request of the seat is needed.")
        case Missing.ADOPTION:
            return translate("Words", "This seat was copied or moved to this place.")
        case Missing.ROOM:
            return translate("Words", "The disk of this computer is nearly full.")
        case Missing.EXPORT:
            return translate("Words", "Its damaged journal is on no stick yet.")
        case Missing.ROLLED_BACK:
            return translate("Words", "This seat is older than it once was: something it had is not here.")
        case Missing.NO_ROLLBACK:
            return translate("Words", "Nothing is known to be missing on this seat.")
        case Missing.LOCKDOWN:
            return translate("Words", "This exam demands that the computer is locked down more than it is.")
        case _:
            assert_never(what)


def remedy_of(what: Missing) -> str:
    """What to do about it."""
    match what:
        case (
            Missing.CERTIFICATE
            | Missing.REGISTRATION
            | Missing.PROCTORS
            | Missing.POLICY
            | Missing.TRUST
            | Missing.PACKAGE
            | Missing.GRANT
            | Missing.RELEASE
            | Missing.ROSTER
            | Missing.RECEIPT
        ):
            return translate("Words", "Import it from the stick in Seat administration.")
        case Missing.CLOCK:
            return translate("Words", "Set the clock of this computer.")
        case Missing.SESSION_RUNS:
            return translate("Words", "Finish or close it first.")
        case Missing.ADOPTION:
            return translate(
                "Words",
                "If the other copy is out of use for good, an admin adopts this one in Seat administration."
                " Results can be exported without that.",
            )
        case Missing.ROLLED_BACK:
            return _another_seat()
        case Missing.LOCKDOWN:
            return translate("Words", "Use a prepared seat, or see what is missing under Protection.")
        case Missing.ROOM:
            return translate("Words", "Free some room on the disk, then restart the program. Results can be exported.")
        case _:
            return ""
