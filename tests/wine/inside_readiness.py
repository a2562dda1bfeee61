"""A self-test inside the rig: ``test PACKAGES LEAK SEAT STATE`` and, started by it, its parts.

Everything is the product's: its order, its hooks, its window with its page, its stranger. Not there are a seat with its keys, for
which the rig has no libraries, and what jobs answer, which wine does not. With a leak the hooks are none, and the window guards
nothing.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tests.wine.no_keys import install

ROOT = str(Path(__file__).parents[2])
BOOT = f"import sys; sys.path.insert(0, {ROOT!r}); from tests.wine.inside_readiness import main; sys.exit(main())"
NO_LEAK = "nothing"
LEAK = "clipboard"
"""Of ``leaky``: the window's field is any program's field."""


def main() -> int:
    """Be what is asked for."""
    kind, packages, leak, *words = sys.argv[1:]
    install(packages)
    match kind:
        case "test":
            return test(packages, leak, Path(words[0]), Path(words[1]))
        case "window":
            return window(leak)
        case "stranger":
            from ui.readiness.stranger_program import main as be_strange  # noqa: PLC0415 - each part loads its own

            return be_strange()
        case "hooks":
            return hooks(leak, words)
        case _:
            raise SystemExit(f"what is {kind}?")


def test(packages: str, leak: str, seat: Path, state: Path) -> int:
    """Try this Windows, and say what was found."""
    from kiosk.clock import SystemClock  # noqa: PLC0415 - loads what was installed only now
    from kiosk.lockdown.facts import Preset  # noqa: PLC0415
    from kiosk.lockdown.windows.backend import real_win32  # noqa: PLC0415
    from kiosk.readiness.breaking_out import Attempts  # noqa: PLC0415
    from tests.wine.trusted_jobs import TrustedJobs  # noqa: PLC0415
    from ui.lockdown.options import SessionOptions  # noqa: PLC0415
    from ui.lockdown.windows_parts import Part  # noqa: PLC0415
    from ui.readiness.conductor import SelfTest  # noqa: PLC0415
    from ui.readiness.on_windows import OnWindows  # noqa: PLC0415
    from ui.readiness.ports import SeatTried  # noqa: PLC0415

    class Place(OnWindows):
        @property
        def attempts(self) -> Attempts:
            """From inside the same comes out with a leak."""
            return super().attempts if leak == NO_LEAK else {}

    def command(part: Part) -> Sequence[str]:
        return (sys.executable, "-c", BOOT, part.value, packages, leak)

    clock = SystemClock()
    options = SessionOptions(seat=seat, state=state, preset=Preset.STANDARD, words=[])
    win32 = replace(real_win32(), jobs=TrustedJobs())
    place = Place(options, win32, clock=clock, command=command, own_desktop=False)
    signed: list[str] = []
    tried = SeatTried(
        checks=(),
        names=("Zoë", "Łukasz"),
        input_method="",
        sign=lambda report, _: signed.extend(each.operation for each in report.operations),
    )
    result = SelfTest(tried, options, place, clock=clock, progress=lambda *_: None).whole()
    checks = {each.name: [each.finding.outcome.value, each.finding.evidence] for each in result.checked}
    table = {entry.concern.value: entry.probe.capability.value for entry in result.table}
    said = {"checks": checks, "platform": result.platform, "signed": signed, "table": table}
    sys.stdout.write(json.dumps(said) + "\n")
    return 0


def hooks(leak: str, words: Sequence[str]) -> int:
    """Hold the hooks, or say so and hold none."""
    from kiosk.lockdown.windows.hook_lines import Sign, line_of  # noqa: PLC0415
    from kiosk.lockdown.windows.hook_process import main as hold  # noqa: PLC0415

    if leak == NO_LEAK:
        return hold(words)
    sys.stdout.buffer.write(line_of(Sign.READY))
    sys.stdout.buffer.flush()
    sys.stdin.read()
    return 0


def window(leak: str) -> int:
    """Be the self-test's window."""
    from tests.ui.readiness.leaky import leak as take_away  # noqa: PLC0415
    from ui.readiness.inside import run_inside  # noqa: PLC0415

    take_away(leak)
    code = run_inside(os.environ)
    os._exit(code)  # taking Qt apart may take wine long


if __name__ == "__main__":
    sys.exit(main())
