"""Why the screen is covered during a session, in words. What was noticed by lockdown, ``incident_words`` says."""

from __future__ import annotations

from typing import assert_never

from exam_packages.session_events import PauseReason
from ui.window.words import Explanation, translate


def pause(reason: PauseReason) -> Explanation:
    """Why the screen is covered, and how it goes on."""
    stands = translate("Words", "Time stands still and your answers are saved.")
    match reason:
        case PauseReason.PROCTOR:
            return Explanation(
                what=translate("Words", "The exam is paused."),
                meaning=stands,
                remedy=translate("Words", "A proctor continues it with a PIN."),
            )
        case PauseReason.RESTART:
            return Explanation(
                what=translate("Words", "The program was restarted."),
                meaning=stands,
                remedy=translate("Words", "A proctor continues the exam with a PIN."),
            )
        case PauseReason.REBOOT:
            return Explanation(
                what=translate("Words", "This computer was restarted."),
                meaning=stands,
                remedy=translate("Words", "A proctor continues the exam with a PIN."),
            )
        case PauseReason.BREAK:
            return Explanation(
                what=translate("Words", "You are on a break."),
                meaning=stands,
                remedy=translate("Words", "Come back when you are ready. A proctor can continue the exam, too."),
            )
        case PauseReason.STORAGE:
            return Explanation(
                what=translate("Words", "This computer cannot save any more."),
                meaning=translate("Words", "What was shown as saved is safe."),
                remedy=translate("Words", "Please raise your hand and call the proctor."),
            )
        case PauseReason.SUSPEND:
            return Explanation(
                what=translate("Words", "The computer was asleep."),
                meaning=translate("Words", "Your time stood still and your answers are saved."),
                remedy=translate("Words", "Tap to go on."),
            )
        case PauseReason.LOCK:
            return Explanation(
                what=translate("Words", "This seat is locked."),
                meaning=stands,
                remedy=translate("Words", "A proctor looks at it and opens it with a PIN."),
            )
        case _:
            assert_never(reason)
