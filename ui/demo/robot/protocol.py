"""One instruction a line in, one answer a line out, and a log of both.

An answer is ``{"ok": true, "seconds": …, …}`` or ``{"ok": false, "error": …, "screen": [names]}``; the log has the same
with the instruction. A PIN that the robot types is in the instruction and nowhere else: the log leaves it out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import IO, Any, Final

from ui.demo.robot.answering import UnknownDeedError
from ui.demo.robot.eyes import NotAPictureError
from ui.demo.robot.hands import HandsTiedError
from ui.demo.robot.person import NoEffectError
from ui.demo.robot.sight import NotOnScreenError
from ui.demo.waiting import NeverCameError, Stopwatch

FAILURES: Final = (
    NeverCameError,
    NoEffectError,
    NotOnScreenError,
    HandsTiedError,
    NotAPictureError,
    UnknownDeedError,
    OSError,
)
"""What may come between a person and what they want to do. Anything else is a fault of the robot and ends it."""
SECRET_DETAILS: Final = frozenset({"pin"})

Act = Callable[[Mapping[str, Any]], Mapping[str, Any] | None]
"""Does something; returns what there is to tell."""


class UnknownActError(Exception):
    """Nobody here can do that."""


def serve(
    instructions: Iterable[str], answers: IO[str], log: IO[str], *, acts: Mapping[str, Act], on_failure: Act
) -> None:
    """Do one instruction after another until there are no more.

    Args:
        instructions: lines of JSON objects with the name of the act under ``act``.
        answers: where each answer goes.
        log: where each instruction goes with its answer.
        acts: everything that can be done.
        on_failure: tells what is on the screen when something could not be done.
    """
    for line in instructions:
        instruction: dict[str, Any] = json.loads(line)
        answer = _answer(instruction, acts, on_failure)
        told = {name: value for name, value in instruction.items() if name not in SECRET_DETAILS}
        log.write(json.dumps({**told, **answer}, ensure_ascii=False) + "\n")
        log.flush()  # before the answer: who hears it finds it in the log
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _answer(instruction: Mapping[str, Any], acts: Mapping[str, Act], on_failure: Act) -> dict[str, Any]:
    watch = Stopwatch()
    try:
        name = instruction["act"]
        if name not in acts:
            raise UnknownActError(f"nobody here can do “{name}”")
        told = acts[name](instruction) or {}
    except (*FAILURES, UnknownActError) as error:
        return {
            "ok": False,
            "error": f"{error}",
            "seconds": round(watch.seconds(), 3),
            **(on_failure(instruction) or {}),
        }
    return {"ok": True, "seconds": round(watch.seconds(), 3), **told}
