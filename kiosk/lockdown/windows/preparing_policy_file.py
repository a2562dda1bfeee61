"""A policy for AppLocker that lets the exam run, and the tools of Windows not, written for an administrator to look at.

Owns the XML. Refuses to put it into force: a policy of AppLocker is the whole machine's and may come from elsewhere, and a
wrong one keeps its owner from starting anything.

Source: learn.microsoft.com, "AppLocker": default rules, path variables, Set-AppLockerPolicy.
"""

from __future__ import annotations

import uuid
from pathlib import PureWindowsPath
from typing import Final
from xml.sax.saxutils import quoteattr

NAME: Final = "applocker.xml"
_EVERYONE, _ADMINISTRATORS = "S-1-1-0", "S-1-5-32-544"
_PROGRAM_FILES: Final = "c:\\program files"
_NAMESPACE: Final = uuid.UUID("6f1a5f0e-3d0a-4f5e-9f7a-6f2f8f3f1c52")  # of our rules: the same rule has the same id
_KEPT_FROM_SEAT: Final = (
    "%SYSTEM32%\\cmd.exe",
    "%SYSTEM32%\\WindowsPowerShell\\*",
    "%WINDIR%\\SysWOW64\\WindowsPowerShell\\*",
    "%WINDIR%\\SysWOW64\\cmd.exe",
    "%SYSTEM32%\\cscript.exe",
    "%SYSTEM32%\\mshta.exe",
    "%SYSTEM32%\\mstsc.exe",
    "%SYSTEM32%\\SnippingTool.exe",
    "%SYSTEM32%\\Taskmgr.exe",
    "%SYSTEM32%\\wscript.exe",
    "%WINDIR%\\regedit.exe",
    # Folders below Windows that every user may write to.
    "%SYSTEM32%\\spool\\drivers\\color\\*",
    "%SYSTEM32%\\Tasks\\*",
    "%WINDIR%\\Tasks\\*",
    "%WINDIR%\\Temp\\*",
    "%WINDIR%\\tracing\\*",
)


def applocker_policy(program: PureWindowsPath, user_sid: str) -> str:
    """Return a policy, for ``Set-AppLockerPolicy -XmlPolicy``.

    Args:
        program: the file ``kiosk.exe``.
        user_sid: of the seat's user, for whom tools of Windows and folders that anybody writes to are denied.
    """
    own = [] if str(program).lower().startswith(_PROGRAM_FILES) else [f"{program.parent}\\*"]
    allowed = [(_EVERYONE, path) for path in ("%WINDIR%\\*", "%PROGRAMFILES%\\*", *own)]
    programs = [
        *(_rule("Allow", sid, path) for sid, path in (*allowed, (_ADMINISTRATORS, "*"))),
        *(_rule("Deny", user_sid, path) for path in _KEPT_FROM_SEAT),
    ]
    others = [_rule("Allow", sid, path) for sid, path in (*allowed, (_ADMINISTRATORS, "*"))]
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        "<!-- Try it with EnforcementMode AuditOnly first; see docs/seat-setup.md. -->\n"
        '<AppLockerPolicy Version="1">\n'
        f"{_collection('Exe', programs)}{_collection('Msi', others)}{_collection('Script', others)}"
        "</AppLockerPolicy>\n"
    )


def _collection(kind: str, rules: list[str]) -> str:
    # Ids are unique in the whole policy.
    lines = "".join(rule.format(id=uuid.uuid5(_NAMESPACE, f"{kind} {rule}")) for rule in rules)
    return f'  <RuleCollection Type="{kind}" EnforcementMode="Enabled">\n{lines}  </RuleCollection>\n'


def _rule(action: str, sid: str, path: str) -> str:
    name = quoteattr(f"{action} {path}")
    return (
        f'    <FilePathRule Id="{{id}}" Name={name} Description="" UserOrGroupSid="{sid}" Action="{action}">\n'
        f"      <Conditions><FilePathCondition Path={quoteattr(path)} /></Conditions>\n    </FilePathRule>\n"
    )
