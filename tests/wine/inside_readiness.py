"""A self-test inside the rig: ``test PACKAGES - SEAT STATE`` and, started by it, its parts.

Everything is the product's: its order, its hooks, its window with its page, its stranger. Not there are a seat with its keys, for
which the rig has no libraries, and what jobs answer, which wine does not. It is tried twice: as it
is, and without hooks and with a window that guards nothing.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.wine.no_keys import install

if TYPE_CHECKING:
    from kiosk.readiness.breaking_out import Attempts
    from kiosk.readiness.checks import Check
    from ui.readiness.on_windows import OnWindows

ROOT = str(Path(__file__).parents[2])
BOOT = f"import sys; sys.path.insert(0, {ROOT!r}); from tests.wine.inside_readiness import main; sys.exit(main())"
PATIENCE_S = 200.0
"""So long Windows' Python may take to start on a busy machine."""
NO_LEAK = "nothing"
LEAK = "clipboard"
"""Of ``leaky``: the window's field is any program's field."""
FOUND = frozenset({"input/injected", "input/typing", "clipboard/in", "clipboard/out", "input/system-keys"})
"""What is tried with a leak."""


def main() -> int:
    """Be what is asked for."""
    kind, packages, leak, *words = sys.argv[1:]
    install(packages)
    match kind:
        case "test":
            return test(packages, Path(words[0]), Path(words[1]))
        case "window":
            return window(leak)
        case "stranger":
            from ui.readiness.stranger_program import main as be_strange  # noqa: PLC0415 - each part loads its own

            return be_strange()
        case "hooks":
            from kiosk.lockdown.windows.hook_process import main as hold  # noqa: PLC0415

            return hold(words)
        case _:
            raise SystemExit(f"what is {kind}?")


def test(packages: str, seat: Path, state: Path) -> int:
    """Try this Windows, and say what was found; twice in one process, because to start takes one long here."""
    from kiosk.lockdown.windows import hook_watch  # noqa: PLC0415 - loads what was installed only now
    from ui.readiness.on_windows import OnWindows  # noqa: PLC0415

    vars(hook_watch)["READY_S"] = PATIENCE_S
    for leak, kind in ((NO_LEAK, OnWindows), (LEAK, leaky_place())):
        sys.stdout.write(json.dumps({"leak": leak, **tried(packages, leak, kind, seat, state)}) + "\n")
    return 0


def tried(packages: str, leak: str, kind: type[OnWindows], seat: Path, state: Path) -> dict[str, object]:
    """Try a Windows of that kind."""
    from kiosk.clock import SystemClock  # noqa: PLC0415
    from kiosk.lockdown.facts import Preset  # noqa: PLC0415
    from kiosk.lockdown.windows.backend import real_win32  # noqa: PLC0415
    from tests.wine.trusted_jobs import TrustedJobs  # noqa: PLC0415
    from ui.lockdown.options import SessionOptions  # noqa: PLC0415
    from ui.lockdown.windows_parts import Part  # noqa: PLC0415
    from ui.readiness.conductor import SelfTest  # noqa: PLC0415
    from ui.readiness.ports import SeatTried  # noqa: PLC0415

    def command(part: Part) -> Sequence[str]:
        return (sys.executable, "-B", "-c", BOOT, part.value, packages, leak)

    clock = SystemClock()
    options = SessionOptions(seat=seat, state=state, preset=Preset.STANDARD, words=[])
    win32 = replace(real_win32(), jobs=TrustedJobs())
    place = kind(options, win32, clock=clock, command=command, own_desktop=False)
    signed: list[str] = []
    known = SeatTried(
        checks=(),
        names=("Zoë", "Łukasz"),
        input_method="",
        sign=lambda report, _: signed.extend(each.operation for each in report.operations),
    )
    result = SelfTest(known, options, place, clock=clock, progress=lambda *_: None).whole()
    return {
        "checks": {each.name: [each.finding.outcome.value, each.finding.evidence] for each in result.checked},
        "platform": result.platform,
        "signed": signed,
        "table": {entry.concern.value: entry.probe.capability.value for entry in result.table},
    }


def leaky_place() -> type[OnWindows]:
    """Return a Windows without hooks, and only what finds that: from inside and by pictures the same comes out."""
    from kiosk.lockdown.windows.hook_lines import Sign  # noqa: PLC0415
    from ui.readiness.on_windows import OnWindows  # noqa: PLC0415

    class NoHooks:
        """They say that they are set."""

        process_id = 0

        def wait(self, seconds: float) -> Sign | None:
            return Sign.READY if seconds else None

        def is_running(self) -> bool:
            return True

        def end(self) -> None:
            """There is nothing to end."""

    class Leaky(OnWindows):
        @property
        def attempts(self) -> Attempts:
            return {}

        def _start_hooks(self) -> NoHooks:
            return NoHooks()

        @contextmanager
        def strange_checks(self, *stage: Any) -> Iterator[Sequence[Check]]:
            with super().strange_checks(*stage) as checks:
                yield [each for each in checks if each.name in FOUND]

    return Leaky


def window(leak: str) -> int:
    """Be the self-test's window."""
    from tests.ui.readiness.leaky import leak as take_away  # noqa: PLC0415
    from ui.readiness.inside import run_inside  # noqa: PLC0415

    take_away(leak)
    code = run_inside(os.environ)
    os._exit(code)  # taking Qt apart may take wine long


if __name__ == "__main__":
    sys.exit(main())
