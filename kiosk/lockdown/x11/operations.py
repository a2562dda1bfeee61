"""What is changed on an X server while the exam runs, and put back: the screen saver, the keyboard, all displays but one.

Owns these changes and what their snapshots say. All of it lives in the server's memory: where the server is gone, there is
nothing to put back, and where another one runs, only what that one has is put back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Protocol, TypeVar

import xcffib
import xcffib.dpms
import xcffib.randr
import xcffib.xproto

from kiosk.lockdown.displays import EnrolledDisplay
from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.operations import OperationFailed
from kiosk.lockdown.x11.connection import XReply, XServer
from kiosk.lockdown.x11.outputs import ANY, NO_RANDR, outputs_of, own_output
from signing.canonical import JsonInput, decode, encode
from signing.errors import FormRefused
from signing.fields import Fields

T = TypeVar("T")

SNAPSHOT_MAX_BYTES: Final = 65_536
NEVER: Final = 0  # X protocol, SetScreenSaver: a timeout of 0 turns it off
_CARD16_MAX: Final = 65_535
_INT16_MIN: Final = -32_768
_NO_SERVER: Final = Probe(capability=Capability.UNAVAILABLE, reason="There is no X server.")


class Settings(Protocol):
    """Some settings of an X server that belong together."""

    @property
    def name(self) -> str:
        """Of the operation."""
        ...

    @property
    def concern(self) -> Concern:
        """What it is about."""
        ...

    def probe(self, server: XServer) -> Probe:
        """Tell what it can do on this server."""
        ...

    def read(self, server: XServer) -> Mapping[str, JsonInput]:
        """Return what is there."""
        ...

    def lock(self, server: XServer) -> None:
        """Change it."""
        ...

    def drift(self, server: XServer) -> str:
        """Return what is not as changed."""
        ...

    def write(self, server: XServer, found: Fields) -> None:
        """Put back what was read."""
        ...


class ServerOperation:
    """An operation on settings of an X server.

    Args:
        server: where; None where there is none any more: it has taken its settings with it, so what was found is what there is.
        settings: which.
    """

    def __init__(self, server: XServer | None, settings: Settings) -> None:
        self._server = server
        self._settings = settings
        self._gone_with_it = b""

    @property
    def name(self) -> str:
        """Stable and unique."""
        return self._settings.name

    @property
    def concern(self) -> Concern:
        """What it is about."""
        return self._settings.concern

    def probe(self) -> Probe:
        """Tell what it can do here."""
        server = self._server
        return _NO_SERVER if server is None else server.look(lambda: self._settings.probe(server), _NO_SERVER)

    def snapshot(self) -> bytes:
        """Return what is there now."""
        server = self._server
        return self._gone_with_it if server is None else self._ask(lambda: encode(self._settings.read(server)))

    def apply(self) -> None:
        """Change it."""
        server = self._server
        if server is None:
            raise OperationFailed(self.name, _NO_SERVER.reason)
        self._ask(lambda: self._settings.lock(server))

    def verify(self) -> str:
        """Return what has drifted."""
        server = self._server
        return _NO_SERVER.reason if server is None else server.look(lambda: self._settings.drift(server), "no answer")

    def revert(self, snapshot: bytes) -> None:
        """Put back what the snapshot says."""
        server = self._server
        if server is None:
            self._gone_with_it = snapshot
            return
        try:
            found = Fields(decode(snapshot, place=self.name, max_bytes=SNAPSHOT_MAX_BYTES), self.name)
            self._ask(lambda: self._settings.write(server, found))
        except FormRefused as refusal:
            raise OperationFailed(self.name, f"its snapshot cannot be read: {refusal}") from None

    def _ask(self, question: Callable[[], T]) -> T:
        try:
            return question()
        except xcffib.XcffibException as error:
            raise OperationFailed(self.name, f"the X server refused it: {error!r}") from None


class ScreenSaverOff:
    """The screen stays lit while somebody reads a long text."""

    name = "x11/screen-saver"
    concern = Concern.SUSPEND

    def probe(self, server: XServer) -> Probe:
        """Tell that this is the screen only."""
        del server
        return Probe(
            capability=Capability.DETECT_ONLY,
            reason="The X server keeps the screen lit; whether the machine sleeps is the system's.",
        )

    def read(self, server: XServer) -> Mapping[str, JsonInput]:
        """Return the screen saver's settings, and those of the display's power where the server has them."""
        saver = server.core.GetScreenSaver().reply()
        found: dict[str, JsonInput] = {
            "blank": saver.prefer_blanking,
            "exposures": saver.allow_exposures,
            "interval": saver.interval,
            "timeout": saver.timeout,
        }
        dpms = _power_of(server)
        if dpms is not None:
            timeouts = dpms.GetTimeouts().reply()
            found["power"] = {
                "off": timeouts.off_timeout,
                "on": bool(dpms.Info().reply().state),
                "standby": timeouts.standby_timeout,
                "suspend": timeouts.suspend_timeout,
            }
        return found

    def lock(self, server: XServer) -> None:
        """Turn both off."""
        saver = server.core.GetScreenSaver().reply()
        rest = (saver.interval, saver.prefer_blanking, saver.allow_exposures)
        server.core.SetScreenSaver(NEVER, *rest, is_checked=True).check()
        dpms = _power_of(server)
        if dpms is not None:
            dpms.Disable(is_checked=True).check()

    def drift(self, server: XServer) -> str:
        """Return whether one of them is on again."""
        if server.core.GetScreenSaver().reply().timeout != NEVER:
            return "the screen saver is on"
        dpms = _power_of(server)
        return "the display turns itself off" if dpms is not None and dpms.Info().reply().state else ""

    def write(self, server: XServer, found: Fields) -> None:
        """Put both back."""
        names = ("timeout", "interval", "blank", "exposures")
        saver = [found.integer(name, maximum=_CARD16_MAX) for name in names]
        power = found.optional_object("power")
        found.close()
        server.core.SetScreenSaver(*saver, is_checked=True).check()
        dpms = _power_of(server)
        if power is None or dpms is None:
            return
        timeouts = [power.integer(name, maximum=_CARD16_MAX) for name in ("standby", "suspend", "off")]
        dpms.SetTimeouts(*timeouts, is_checked=True).check()
        (dpms.Enable if power.flag("on") else dpms.Disable)(is_checked=True).check()


def _power_of(server: XServer) -> XReply | None:
    if not server.has("DPMS"):
        return None
    dpms = server.speak(xcffib.dpms.key)
    return dpms if dpms.Capable().reply().capable else None


class KeyRepeat:
    """A key that is held down repeats, as people expect: somebody may have turned it off at this seat, for everybody."""

    name = "x11/key-repeat"
    concern = Concern.INPUT_DEVICES

    def probe(self, server: XServer) -> Probe:
        """Tell that this prevents nothing."""
        del server
        return Probe(capability=Capability.DETECT_ONLY, reason="Sets how the seat's keyboard repeats, and no more.")

    def read(self, server: XServer) -> Mapping[str, JsonInput]:
        """Return whether keys repeat."""
        return {"repeat": bool(server.core.GetKeyboardControl().reply().global_auto_repeat)}

    def lock(self, server: XServer) -> None:
        """Let them repeat."""
        self._set(server, is_on=True)

    def drift(self, server: XServer) -> str:
        """Return whether they do not any more."""
        return "" if server.core.GetKeyboardControl().reply().global_auto_repeat else "keys do not repeat"

    def write(self, server: XServer, found: Fields) -> None:
        """Put it back."""
        is_on = found.flag("repeat")
        found.close()
        self._set(server, is_on=is_on)

    def _set(self, server: XServer, *, is_on: bool) -> None:
        mode = xcffib.xproto.AutoRepeatMode.On if is_on else xcffib.xproto.AutoRepeatMode.Off
        server.core.ChangeKeyboardControl(xcffib.xproto.KB.AutoRepeatMode, [mode], is_checked=True).check()


class OneDisplay:
    """Only the seat's own display shows something.

    Args:
        enrolled: which that is; None takes the one that shows something, where it is only one.
    """

    name = "x11/one-display"
    concern = Concern.DISPLAYS

    def __init__(self, enrolled: EnrolledDisplay | None) -> None:
        self._enrolled = enrolled

    def probe(self, server: XServer) -> Probe:
        """Tell whether the others can be made dark."""
        if not server.has("RANDR"):
            return NO_RANDR
        if own_output(outputs_of(server), self._enrolled) is None:
            return Probe(
                capability=Capability.UNAVAILABLE,
                reason="Which display is the seat's own cannot be told.",
                remedy="Enrol the seat's display, and plug it in.",
            )
        return Probe(capability=Capability.ENFORCED)

    def read(self, server: XServer) -> Mapping[str, JsonInput]:
        """Return what feeds which output, in what mode and where."""
        return {"crtcs": [_crtc(server, number) for number in _resources(server).crtcs]}

    def lock(self, server: XServer) -> None:
        """Turn off what feeds the others, and take a mirror away from what feeds the seat's own."""
        outputs = outputs_of(server)
        own = own_output(outputs, self._enrolled)
        if own is None:
            return
        for crtc in sorted({each.crtc for each in outputs if each is not own and each.crtc}):
            if crtc == own.crtc:
                _set_crtc(server, {**_crtc(server, crtc), "outputs": [str(own.number)]})
            else:
                _set_crtc(server, {**_crtc(server, crtc), "outputs": [], "mode": 0, "x": 0, "y": 0})

    def drift(self, server: XServer) -> str:
        """Return whether another one shows something."""
        outputs = outputs_of(server)
        own = own_output(outputs, self._enrolled)
        lit = [each.display.name for each in outputs if own is not None and each is not own and each.display.is_active]
        return f"shows something: {', '.join(lit)}" if lit else ""

    def write(self, server: XServer, found: Fields) -> None:
        """Put back what fed which output, as far as this server still has it."""
        wanted = [_crtc_of(fields) for fields in found.objects("crtcs")]
        found.close()
        resources = _resources(server)
        modes = {mode.id for mode in resources.modes} | {0}
        there = {str(number) for number in resources.outputs}
        for crtc in wanted:
            possible = crtc["crtc"] in resources.crtcs and crtc["mode"] in modes and there.issuperset(crtc["outputs"])
            if possible and _crtc(server, crtc["crtc"]) != crtc:
                _set_crtc(server, crtc)


def _resources(server: XServer) -> XReply:
    return server.speak(xcffib.randr.key).GetScreenResourcesCurrent(server.root).reply()


def _crtc(server: XServer, number: int) -> dict[str, XReply]:
    info = server.speak(xcffib.randr.key).GetCrtcInfo(number, ANY).reply()
    return {
        "crtc": number,
        "mode": info.mode,
        "outputs": [str(each) for each in sorted(info.outputs)],
        "rotation": info.rotation,
        "x": info.x,
        "y": info.y,
    }


def _crtc_of(fields: Fields) -> dict[str, XReply]:
    crtc: dict[str, XReply] = {name: fields.integer(name) for name in ("crtc", "mode", "rotation")}
    crtc |= {name: fields.integer(name, minimum=_INT16_MIN, maximum=-_INT16_MIN) for name in ("x", "y")}
    crtc["outputs"] = list(fields.texts("outputs"))
    fields.close()
    return crtc


def _set_crtc(server: XServer, wanted: Mapping[str, XReply]) -> None:
    outputs = [int(each) for each in wanted["outputs"]]
    how = (wanted["x"], wanted["y"], wanted["mode"], wanted["rotation"], len(outputs), outputs)
    stamp = _resources(server).config_timestamp
    answer = server.speak(xcffib.randr.key).SetCrtcConfig(wanted["crtc"], ANY, stamp, *how).reply()
    if answer.status != xcffib.randr.SetConfig.Success:
        raise xcffib.XcffibException(f"output {wanted['outputs']} cannot be set: {answer.status}")
