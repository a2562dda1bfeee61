"""The second copy of the answers in words: a glance for the candidate, a sentence for the proctor, a line for the admin.

"Saved" stays true whatever becomes of the copy; so these words stand beside it and never in its place.
"""

from __future__ import annotations

from typing import assert_never

from kiosk.mirror.state import MirrorFault, MirrorPhase, MirrorState
from kiosk.seat.facts import SeatStatus
from ui.window import words
from ui.window.widgets.sentence import Tone
from ui.window.words import translate


def glance(state: MirrorState) -> str:
    """What stands below "Saved"; empty where the seat keeps no copy."""
    match state.phase:
        case MirrorPhase.OFF:
            return ""
        case MirrorPhase.BEHIND:
            return translate("Copy", "Second copy follows")
        case MirrorPhase.IN_STEP:
            return translate("Copy", "In two places")
        case MirrorPhase.FAULT:
            return translate("Copy", "No second copy: tell the proctor")
        case _:
            assert_never(state.phase)


def tone(state: MirrorState) -> Tone:
    """How that is meant."""
    match state.phase:
        case MirrorPhase.OFF | MirrorPhase.IN_STEP:
            return Tone.GOOD
        case MirrorPhase.BEHIND:
            return Tone.BUSY
        case MirrorPhase.FAULT:
            return Tone.WARN
        case _:
            assert_never(state.phase)


def glances() -> tuple[str, ...]:
    """Everything that may come to stand there."""
    return tuple(glance(MirrorState(phase=phase)) for phase in MirrorPhase)


def spoken(saving: str, state: MirrorState) -> str:
    """What is read out for both lines."""
    match state.phase:
        case MirrorPhase.OFF:
            return saving
        case MirrorPhase.BEHIND:
            text = translate("Copy", "{saving}. The second copy follows.")
        case MirrorPhase.IN_STEP:
            text = translate("Copy", "{saving}, here and on the second copy.")
        case MirrorPhase.FAULT:
            text = translate("Copy", "{saving}. The second copy is missing: tell the proctor.")
        case _:
            assert_never(state.phase)
    return text.format(saving=saving)


def sentence(state: MirrorState) -> str:
    """How the copy is doing and what to do, for the proctor; empty where the seat keeps none."""
    match state.phase:
        case MirrorPhase.OFF:
            return ""
        case MirrorPhase.BEHIND:
            return translate("Copy", "It is being written.")
        case MirrorPhase.IN_STEP:
            return translate("Copy", "It holds everything that is saved here.")
        case MirrorPhase.FAULT:
            missing = translate("Copy", "It is missing. The exam goes on, and everything is saved here.")
            return f"{missing} {_remedy(state.fault)}" if state.fault is not None else missing
        case _:
            assert_never(state.phase)


def _remedy(fault: MirrorFault) -> str:
    match fault:
        case MirrorFault.GONE:
            return translate("Copy", "Put the stick for second copies in; it catches up by itself.")
        case MirrorFault.FULL:
            return translate("Copy", "The stick is full. Put another one in its place; it catches up by itself.")
        case MirrorFault.READ_ONLY:
            return translate(
                "Copy", "The stick cannot be written to. Move its switch, or put another one in its place."
            )
        case MirrorFault.IO | MirrorFault.CROWDED:
            return translate("Copy", "The stick is bad. Put another one in its place; it catches up by itself.")
        case MirrorFault.SLOW:
            return translate("Copy", "The stick does not answer. Pull it out and put it in again, or take another one.")
        case MirrorFault.SAME_DISK:
            return translate("Copy", "No stick is in its place. Put it in; it catches up by itself.")
        case MirrorFault.TAKEN:
            return translate("Copy", "Another seat goes on with this exam from it. End the exam here.")
        case _:
            assert_never(fault)


def line(status: SeatStatus) -> str:
    """Where second copies go, and what is left of them, for the admin."""
    said = str(status.mirror) if status.mirror is not None else translate("Copy", "none are kept")
    if status.copies_left:
        left = translate("Copy", "{number} still to be removed: put the stick in and erase again")
        said = f"{said} · {left.format(number=words.number(len(status.copies_left)))}"
    return said
