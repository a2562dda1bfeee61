"""The window's environment on Windows, made anew: what stands here is all there is.

Owns the allow-list. Refuses to know where the values come from. A user of Windows sets variables for all programs without any
rights, ``SystemRoot`` and ``windir`` too; Qt and Python load what such variables name, and Windows itself what lies in ``PATH``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from kiosk.lockdown.windows.pipes import PIPES_VARIABLE

_FOLDER: Final = re.compile(r"[A-Za-z]:(?:\\[^\\/:*?\"<>|;%\x00-\x1f]{1,100}){1,20}")
_WORD: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_NAME: Final = re.compile(r"[^\\/:*?\"<>|;%=\x00-\x1f]{1,64}")
_KEPT: Final[Mapping[str, re.Pattern[str]]] = {
    "ALLUSERSPROFILE": _FOLDER,
    "APPDATA": _FOLDER,
    "COMPUTERNAME": _NAME,
    "LOCALAPPDATA": _FOLDER,
    "NUMBER_OF_PROCESSORS": re.compile(r"[0-9]{1,4}"),
    "OS": _WORD,
    "PROCESSOR_ARCHITECTURE": _WORD,
    "PROGRAMDATA": _FOLDER,
    "TEMP": _FOLDER,
    "TMP": _FOLDER,
    "USERNAME": _NAME,
    "USERPROFILE": _FOLDER,
}
"""What Windows' own libraries ask for, and its form: a folder on a drive of letters, a name, a number."""
USUAL_ROOT: Final = "C:\\Windows"


def window_environment(untrusted: Mapping[str, str], *, pipes: str, system_root: str) -> dict[str, str]:
    """Return the whole environment of a window.

    Args:
        untrusted: the environment there is; names count without regard to capitals, as Windows counts them.
        pipes: what ``PipesToWindow.words`` says.
        system_root: Windows' own folder, as Windows says; empty where it says none.
    """
    root = system_root or USUAL_ROOT
    there = {name.upper(): value for name, value in untrusted.items()}
    kept = {name: there[name] for name, form in _KEPT.items() if form.fullmatch(there.get(name, ""))}
    return kept | {
        "PATH": f"{root}\\System32;{root}",
        "PYTHONUTF8": "1",
        "QT_QPA_PLATFORM": "windows",
        "SYSTEMDRIVE": root[:2],
        "SYSTEMROOT": root,
        "WINDIR": root,
        PIPES_VARIABLE: pipes,
    }


def block_of(environment: Mapping[str, str]) -> str:
    """Return an environment as CreateProcessW takes it, but for the last zero: sorted, each entry with a zero behind.

    Raises:
        ValueError: a name or a value cannot stand in one.
    """
    for name, value in environment.items():
        if not name or "=" in name or "\0" in name or "\0" in value:
            raise ValueError(f"{name!r} cannot stand in an environment")
    return "".join(f"{name}={environment[name]}\0" for name in sorted(environment, key=str.upper))
