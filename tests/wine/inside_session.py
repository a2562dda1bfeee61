"""Supervisor and window inside the rig: ``supervise PACKAGES SEAT STATE`` and, started by it, ``window PACKAGES …``."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

from tests.wine.no_keys import install


def main() -> int:
    """Be what is asked for."""
    kind, packages, *words = sys.argv[1:]
    install(packages)
    from tests.wine.sitting import supervise, window  # noqa: PLC0415 - loads what was installed only now

    if kind == "supervise":
        return supervise(Path(words[0]), Path(words[1]), packages)
    try:
        return window(words)
    except Exception:
        Path(words[-1], "failed").write_text(traceback.format_exc(), encoding="utf-8")  # it has no standard error
        raise


if __name__ == "__main__":
    sys.exit(main())
