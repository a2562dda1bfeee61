"""The process that holds the hooks, and nothing else: ``python -m kiosk.lockdown.windows.hook_process [--desktop NAME]``.

Owns setting them, trying them with the canary, setting them anew when they are gone, and saying what they kept away. Refuses to
know the exam. It ends when its standard input does: with the supervisor. A process of its own: hooks are asked before each
key of the whole session: what else a process does must not make keys wait, and a window that hangs must not open the keyboard.
"""

from __future__ import annotations

import argparse
import queue
import secrets
import sys
import threading
from collections.abc import Callable, Sequence
from typing import BinaryIO, Final, Protocol, TypeAlias

from kiosk.clock import Clock, SystemClock
from kiosk.lockdown.blocked_input import LINES_EVERY_MS, BlockedInput
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.input_policy import InputPolicy, Verdict
from kiosk.lockdown.windows.api import Win32Failed
from kiosk.lockdown.windows.hook_lines import HookLine, Sign, line_of
from kiosk.lockdown.windows.keys import ButtonFilter, KeyEvent, KeyFilter, button_of
from kiosk.lockdown.windows.real_hooks import ButtonGate, KeyGate, RealHooks

CANARY_EVERY_S: Final = 1.0
CANARY_WAITS_S: Final = 0.5
MISSES: Final = 2
"""A busy machine may answer late once."""
_COOKIE_BITS: Final = 63
_QUEUE_MAX: Final = 10_000
NO_HOOKS: Final = 3
"""Exit code: the hooks could not be set."""


class Hooks(Protocol):
    """The hooks. Tests bring their own."""

    def start(self) -> None:
        """Set them, or raise Win32Failed."""
        ...

    def stop(self) -> None:
        """Remove them."""
        ...

    def is_alive(self, within_s: float) -> bool:
        """Send the canary and tell whether it was seen."""
        ...

    def is_up(self, vk: int) -> bool:
        """Tell whether the system holds a key to be up."""
        ...


_Seen: TypeAlias = tuple[Verdict, str, bool]
"""What became of it, its name, and whether it is a button."""


class HookKeeper:
    """Keeps hooks alive and says what they saw.

    Args:
        make: makes hooks that ask the two given gates.
        policy: the rule.
        say: takes what is to be said.
        clock: for the lines of what was blocked.
    """

    def __init__(
        self,
        make: Callable[[KeyGate, ButtonGate], Hooks],
        *,
        policy: InputPolicy,
        say: Callable[[HookLine], None],
        clock: Clock,
    ) -> None:
        self._hooks = make(self._key_passes, self._mouse_passes)
        self._keys = KeyFilter(policy=policy, is_up=self._hooks.is_up)
        self._buttons = ButtonFilter(policy=policy)
        self._say = say
        self._clock = clock
        self._seen: queue.Queue[_Seen] = queue.Queue(_QUEUE_MAX)
        self._blocked = BlockedInput()
        self._said_ms = clock.monotonic_ms()
        self._misses = 0

    def start(self) -> None:
        """Set the hooks and say so.

        Raises:
            Win32Failed: they could not be set.
        """
        self._hooks.start()
        self._say(Sign.READY)

    def stop(self) -> None:
        """Say what was not said yet, and remove the hooks."""
        self._hooks.stop()
        self._tell_seen()
        self._tell_counted()

    def look(self) -> None:
        """Try the hooks and say what they saw. To be called once a second.

        Raises:
            Win32Failed: they were lost and could not be set again.
        """
        if self._hooks.is_alive(CANARY_WAITS_S):
            self._misses = 0
            self._say(Sign.ALIVE)
        else:
            self._misses += 1
            if self._misses == MISSES:
                self._misses = 0
                self._say(Observation(kind=IncidentKind.HOOK_LOST, evidence={"hook": "windows/keyboard-hook"}))
                self._hooks.stop()
                self._hooks.start()
        self._tell_seen()
        if self._clock.monotonic_ms() - self._said_ms >= LINES_EVERY_MS:
            self._tell_counted()

    def _tell_seen(self) -> None:
        injected = {"keyboard": 0, "pointer": 0}
        while not self._seen.empty():
            verdict, name, is_button = self._seen.get_nowait()
            if verdict is Verdict.INJECTED:
                injected["pointer" if is_button else "keyboard"] += 1
            elif is_button:
                self._blocked.button(name)
            else:
                self._blocked.key(name)
        for device, count in injected.items():
            if count:
                evidence = {"device": device, "count": str(count)}
                self._say(Observation(kind=IncidentKind.INPUT_INJECTED, evidence=evidence))

    def _tell_counted(self) -> None:
        self._said_ms = self._clock.monotonic_ms()
        for observation in self._blocked.lines():
            self._say(observation)

    def _key_passes(self, event: KeyEvent) -> bool:
        verdict, combination, is_new = self._keys.decide(event)
        if verdict is not Verdict.PASSES and is_new:
            self._note((verdict, combination, False))
        return verdict is Verdict.PASSES

    def _mouse_passes(self, message: int, data: int, injected: bool) -> bool:  # noqa: FBT001 - the shape of ButtonGate
        pressed = button_of(message, data)
        verdict = self._buttons.decide(pressed, injected=injected)
        if pressed is not None and pressed[1] and verdict is not Verdict.PASSES:
            self._note((verdict, pressed[0].value, True))
        return verdict is Verdict.PASSES

    def _note(self, seen: _Seen) -> None:
        # In the hook's thread, where nothing may wait: when nobody fetches it, it is not counted, and still kept away.
        if not self._seen.full():
            self._seen.put_nowait(seen)


def _wait_for_end(stdin: BinaryIO, ended: threading.Event) -> None:
    while stdin.read(1):
        pass
    ended.set()


def main(arguments: Sequence[str] | None = None) -> int:
    """Hold the hooks until standard input ends; return the exit code."""
    parser = argparse.ArgumentParser(prog="hook_process")
    parser.add_argument("--desktop", default="", help="the desktop to stand on; without: the one it was started on")
    parser.add_argument("--takes-injected", action="store_true", help="for an enrolled assistive device")
    asked = parser.parse_args(arguments)
    cookie = secrets.randbits(_COOKIE_BITS) | 1

    def make(keys: KeyGate, buttons: ButtonGate) -> Hooks:
        return RealHooks(keys, buttons, cookie=cookie, desktop=asked.desktop)

    def say(said: HookLine) -> None:
        sys.stdout.buffer.write(line_of(said))
        sys.stdout.buffer.flush()

    ended = threading.Event()
    threading.Thread(target=_wait_for_end, args=(sys.stdin.buffer, ended), name="stdin", daemon=True).start()
    policy = InputPolicy(takes_injected=asked.takes_injected)
    keeper = HookKeeper(make, policy=policy, say=say, clock=SystemClock())
    try:
        keeper.start()
        while not ended.wait(CANARY_EVERY_S):
            keeper.look()
        keeper.stop()
    except Win32Failed as failed:
        sys.stderr.write(f"{failed}\n")
        return NO_HOOKS
    except (
        OSError
    ):  # nobody hears what is said any more: the supervisor is gone, and so are the hooks with this process
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
