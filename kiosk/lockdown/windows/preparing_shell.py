"""Shell Launcher, Keyboard Filter and the features that they are: set, read back, and put back as they were.

Owns three kinds of change, each by a script of PowerShell, because WMI and DISM have no other interface that is not bound to one
version. A snapshot is what a script said, in one form, so that the same state gives the same bytes.

Source: learn.microsoft.com, WESL_UserSetting, WEKF_PredefinedKey, WEKF_Settings, Enable-WindowsOptionalFeature.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.operations import OperationFailed
from kiosk.lockdown.snapshots import SNAPSHOT_MAX_BYTES
from kiosk.lockdown.windows.prepared import FILTER_SETTINGS, FILTERED, USUAL_SHELL, WMI, keyboard_filter_commands
from kiosk.lockdown.windows.preparing_powershell import PowerShell, json_of
from kiosk.lockdown.windows.preparing_wishes import Feature, FeatureState, WindowsFacts
from kiosk.lockdown.windows.verification import as_verified
from signing.canonical import decode, encode
from signing.errors import Refused

PREFIX: Final = "prepare/windows/"
SHELL: Final = f"{PREFIX}shell-launcher"
KEYS: Final = f"{PREFIX}keyboard-filter"
FEATURE: Final = f"{PREFIX}feature/"
_RESTART_SHELL: Final = "0"  # WESL_UserSetting: what happens when a shell ends
_KEY, _SETTING = "key ", "setting "
_PLAIN: Final = re.compile(r"[A-Za-z0-9+]{1,60}")
_NUMBERS: Final = re.compile(r"(-?[0-9]{1,10}(,-?[0-9]{1,10})*)?")
State = Mapping[str, str]
_CLASS: Final = f"-Namespace {WMI} -ClassName WESL_UserSetting"


def _of(names: Iterable[str]) -> str:
    return "@(" + ", ".join(f"'{name}'" for name in names) + ")"


_KEYS_LOOK: Final = (
    "$state = @{}\n"
    + "".join(
        f"foreach ($each in Get-CimInstance -Namespace {WMI} -ClassName {name})"
        f" {{ if ({_of(among)} -contains $each.{key}) {{ $state['{prefix}' + $each.{key}] = {value} }} }}\n"
        for name, key, prefix, among, value in (
            ("WEKF_PredefinedKey", "Id", _KEY, FILTERED, '"$($each.Enabled)".ToLower()'),
            ("WEKF_Settings", "Name", _SETTING, FILTER_SETTINGS, '"$($each.Value)".ToLower()'),
        )
    )
    + "$state | ConvertTo-Json -Compress"
)
_FACTS: Final = f"""\
function State($feature, $class) {{
  $found = Get-WindowsOptionalFeature -Online -FeatureName $feature -ErrorAction SilentlyContinue
  if ($null -eq $found) {{ return 'absent' }}
  if ("$($found.State)" -notlike 'Enable*') {{ return 'off' }}
  if (Get-CimClass -Namespace {WMI} -ClassName $class -ErrorAction SilentlyContinue) {{ return 'ready' }}
  return 'waiting'
}}
@{{ launcher = State '{Feature.SHELL_LAUNCHER.value}' 'WESL_UserSetting'
    filter = State '{Feature.KEYBOARD_FILTER.value}' 'WEKF_Settings' }} | ConvertTo-Json -Compress
"""


def facts_of(edition: str, powershell: PowerShell) -> WindowsFacts:
    """Ask a machine what it has; one whose edition has neither is not asked.

    Raises:
        OperationFailed: PowerShell failed, or said something else.
    """
    facts = WindowsFacts(edition=edition)
    if not facts.is_able:
        return facts
    name = f"{PREFIX}look"
    said = json_of(powershell(name, _FACTS), name)
    try:
        launcher, key_filter = (FeatureState(str(said.get(each))) for each in ("launcher", "filter"))
    except ValueError as error:
        raise OperationFailed(name, "PowerShell answered something else") from error
    return WindowsFacts(edition=edition, launcher=launcher, key_filter=key_filter)


class Scripted:
    """A state, told by one script and set by another; all of it as texts.

    Args:
        name: of the operation.
        powershell: runs scripts.
        look: prints the state as an object of texts.
        wanted: what it is to be; what stands in the state beside this stays as it is. Empty: it is only taken back.
        script_of: returns what sets a state.
    """

    concern = Concern.SYSTEM_KEYS

    def __init__(
        self, name: str, powershell: PowerShell, *, look: str, wanted: State, script_of: Callable[[State], str]
    ) -> None:
        self.name = name
        self._powershell = powershell
        self._look = look
        self._wanted = dict(wanted)
        self._script_of = script_of

    @property
    def script(self) -> str:
        """What sets what is wanted, for whoever is shown it before."""
        return self._script_of(self._wanted)

    def probe(self) -> Probe:
        """It can be set wherever the plan has it."""
        return as_verified(Probe(capability=Capability.ENFORCED))

    def snapshot(self) -> bytes:
        """Return what the script says."""
        return encode(self._state())

    def apply(self) -> None:
        """Set what is wanted."""
        self._powershell(self.name, self._script_of(self._state() | self._wanted))

    def verify(self) -> str:
        """Ask, and compare."""
        try:
            state = self._state()
        except OperationFailed as failure:
            return failure.reason
        other = [name for name, value in self._wanted.items() if state.get(name) != value]
        return f"{self.name}: {other[0]} is something else." if other else ""

    def revert(self, snapshot: bytes) -> None:
        """Set what was there, where it is something else."""
        try:
            before = _texts(decode(snapshot, place=self.name, max_bytes=SNAPSHOT_MAX_BYTES), self.name)
        except Refused as refused:
            raise OperationFailed(self.name, f"its snapshot cannot be read ({refused})") from refused
        if before != self._state():
            self._powershell(self.name, self._script_of(before))

    def _state(self) -> dict[str, str]:
        return _texts(json_of(self._powershell(self.name, self._look), self.name), self.name)


def shell_launcher(powershell: PowerShell, *, sid: str, line: str = "") -> Scripted:
    """Make a command line the shell of a user; everybody else keeps the usual one.

    Args:
        powershell: runs scripts.
        sid: of the user.
        line: the command line; empty where it is only taken back.
    """
    wanted = {
        "enabled": "true",
        "default": USUAL_SHELL,
        "default action": _RESTART_SHELL,
        "shell": line,
        "action": _RESTART_SHELL,
        "codes": "",
        "code actions": "",
    }
    return Scripted(
        f"{SHELL}/{sid}",
        powershell,
        look=_shell_look(sid),
        wanted=wanted if line else {},
        script_of=lambda state: _shell_script(sid, state),
    )


def keyboard_filter(powershell: PowerShell, *, is_wanted: bool = True) -> Scripted:
    """Have Keyboard Filter keep away what leads out, from everybody but administrators.

    Args:
        powershell: runs scripts.
        is_wanted: otherwise it is only taken back.
    """
    keys, settings = dict.fromkeys(FILTERED, True), FILTER_SETTINGS
    wanted = {**{f"{_KEY}{key}": "true" for key in keys}, **{f"{_SETTING}{name}": settings[name] for name in settings}}
    return Scripted(KEYS, powershell, look=_KEYS_LOOK, wanted=wanted if is_wanted else {}, script_of=_keys_script)


def feature(powershell: PowerShell, name: str, *, is_wanted: bool = True) -> Scripted:
    """Turn a feature of Windows on; it is there after the next start.

    Args:
        powershell: runs scripts.
        name: of the feature.
        is_wanted: otherwise it is only taken back.
    """
    return Scripted(
        f"{FEATURE}{name}",
        powershell,
        look=f"$found = Get-WindowsOptionalFeature -Online -FeatureName {quoted(name)}\n"
        "@{ state = $(if (\"$($found.State)\" -like 'Enable*') { 'on' } else { 'off' }) } | ConvertTo-Json -Compress",
        wanted={"state": "on"} if is_wanted else {},
        script_of=lambda state: _feature_script(name, state),
    )


def known(name: str, powershell: PowerShell) -> Scripted | None:
    """Return what takes back a change, by its name; None where it is none of these."""
    if name == KEYS:
        return keyboard_filter(powershell, is_wanted=False)
    if name.startswith(f"{SHELL}/"):
        return shell_launcher(powershell, sid=name.removeprefix(f"{SHELL}/"))
    if name.startswith(FEATURE):
        return feature(powershell, name.removeprefix(FEATURE), is_wanted=False)
    return None


def quoted(text: str) -> str:
    """Return a text as PowerShell reads it as nothing else.

    Raises:
        ValueError: it has control characters, or one of the quotation marks that PowerShell takes for a single one.
    """
    if not all(letter.isprintable() for letter in text) or set(text) & set("\u2018\u2019\u201a\u201b"):
        raise ValueError("a text with control characters or curly quotation marks cannot stand in a script")
    return "'" + text.replace("'", "''") + "'"


def _shell_look(sid: str) -> str:
    return f"""\
$on = (Invoke-CimMethod {_CLASS} -MethodName IsEnabled).Enabled
$default = $null
if ($on) {{ try {{ $default = Invoke-CimMethod {_CLASS} -MethodName GetDefaultShell }} catch {{ }} }}
$own = Get-CimInstance {_CLASS} | Where-Object {{ $_.Sid -eq {quoted(sid)} }} | Select-Object -First 1
@{{ enabled = "$on".ToLower(); default = "$($default.Shell)"; 'default action' = "$($default.DefaultAction)"
    shell = "$($own.Shell)"; action = "$($own.DefaultAction)"; codes = "$($own.CustomReturnCodes -join ',')"
    'code actions' = "$($own.CustomReturnCodesAction -join ',')" }} | ConvertTo-Json -Compress"""


def _shell_script(sid: str, state: State) -> str:
    has_one = f"Get-CimInstance {_CLASS} | Where-Object {{ $_.Sid -eq {quoted(sid)} }}"
    lines = [
        f"function Do-It($name, $with) {{ $done = Invoke-CimMethod {_CLASS} -MethodName $name -Arguments $with",
        '  if ($done.ReturnValue) { throw "$name: $($done.ReturnValue)" } }',
        f"if ({has_one}) {{ Do-It RemoveCustomShell @{{ Sid = {quoted(sid)} }} }}",
    ]
    if state.get("shell"):
        words = [
            f"Sid = {quoted(sid)}",
            f"Shell = {quoted(state['shell'])}",
            f"DefaultAction = {_int(state, 'action')}",
        ]
        codes, actions = _numbers(state.get("codes", "")), _numbers(state.get("code actions", ""))
        if codes:
            words += [f"CustomReturnCodes = [int32[]]@({codes})", f"CustomReturnCodesAction = [int32[]]@({actions})"]
        lines.append(f"Do-It SetCustomShell @{{ {'; '.join(words)} }}")
    if state.get("default"):
        default = f"Shell = {quoted(state['default'])}; DefaultAction = {_int(state, 'default action')}"
        lines.append(f"Do-It SetDefaultShell @{{ {default} }}")
    lines.append(f"Do-It SetEnabled @{{ Enabled = ${'true' if state.get('enabled') == 'true' else 'false'} }}")
    return "\n".join(lines)


def _keys_script(state: State) -> str:
    keys = {name.removeprefix(_KEY): value == "true" for name, value in state.items() if name.startswith(_KEY)}
    settings = {name.removeprefix(_SETTING): value for name, value in state.items() if name.startswith(_SETTING)}
    for text in (*keys, *settings, *settings.values()):
        if not _PLAIN.fullmatch(text):
            raise OperationFailed(KEYS, f"{text!r} is none of Keyboard Filter's words")
    return "\n".join(keyboard_filter_commands(keys, settings))


def _feature_script(name: str, state: State) -> str:
    verb = "Enable" if state.get("state") == "on" else "Disable"
    more = " -All" if verb == "Enable" else ""
    return f"{verb}-WindowsOptionalFeature -Online -FeatureName {quoted(name)}{more} -NoRestart | Out-Null"


def _int(state: State, name: str) -> str:
    return f"[int32]{_numbers(state.get(name, '')) or _RESTART_SHELL}"


def _numbers(text: str) -> str:
    if not _NUMBERS.fullmatch(text):
        raise OperationFailed(SHELL, f"{text!r} is no list of numbers")
    return text


def _texts(found: object, name: str) -> dict[str, str]:
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise OperationFailed(name, "its state is something else than texts")
    return {str(key): str(found[key]) for key in sorted(found)}
