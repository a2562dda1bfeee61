"""Linux as the supervisor needs it: walls and display server of this machine, signals, and descriptors that are waited on.

Owns putting them together, see ``ports.Platform``. Refuses to know what the supervisor does with it.
"""

from __future__ import annotations

import os
import pwd
import selectors
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from exam_packages.site_policies import SitePolicy
from kiosk.lockdown.backends import Backend
from kiosk.lockdown.giving_back import OthersReport
from kiosk.lockdown.linux import walls
from kiosk.lockdown.linux.environment import screen_of
from kiosk.lockdown.linux.hardening import User
from kiosk.lockdown.operations import Operation
from ui.lockdown.backend import backend_here
from ui.lockdown.errors import SupervisorFault
from ui.lockdown.input_method import InputMethodOperation, InputMethodService, InputMethodWatch, service_of
from ui.lockdown.known_operations import known_operations
from ui.lockdown.options import SessionOptions, Wanted
from ui.lockdown.ports import Waiting, Window
from ui.lockdown.site import site_policy_of
from ui.lockdown.window_process import WindowProcess, WindowWanted

DEVICE_GROUPS: Final = frozenset({"audio", "video", "render"})
ENDING_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class OnLinux:
    """This machine, for one sitting. See ``ports.Platform``.

    Args:
        options: what the sitting is started with.

    Raises:
        SupervisorFault: there is no screen, or no such user.
    """

    def __init__(self, options: SessionOptions) -> None:
        screen = screen_of(options.environment)
        if screen is None:
            raise SupervisorFault("there is no screen: neither DISPLAY nor WAYLAND_DISPLAY names one of this machine")
        self._options, self._screen = options, screen
        self._machine = walls.look(user_of(options.user))
        self._method: InputMethodService | None = None

    @property
    def keeps_reserve(self) -> bool:
        """It waits behind its walls."""
        return True

    def site_policy(self) -> SitePolicy | None:
        """Have it read as the window's user."""
        return site_policy_of(self._options.seat, self._machine.user)

    def backend(self, window: Callable[[], int | None], wanted: Wanted) -> Backend:
        """Return machine, sandbox and display server as one."""
        backend = backend_here(self._options, self._machine, self._screen, window, wanted)
        name = wanted.policy.input_method
        if not name:
            return backend
        service = self._method = service_of(name, self._options, self._screen, self._machine)
        method = Backend(
            name=name,
            operations=(InputMethodOperation(service),),
            monitors=(InputMethodWatch(service, wanted.session_now),),
        )
        return backend.with_more(method)

    def known_operations(self) -> Mapping[str, Operation]:
        """Return those of every display server and of the walls."""
        return known_operations(self._options.environment)

    def put_back_by_others(self) -> Sequence[OthersReport]:
        """Nobody else changes anything here while an exam is open."""
        return ()

    def start(self, *, waits: bool) -> WindowProcess:
        """Start a window behind walls."""
        options = self._options
        return WindowProcess(
            WindowWanted(
                words=options.words,
                seat=options.seat,
                media=options.media,
                screen=self._screen,
                machine=self._machine,
                untrusted_environment=options.environment,
                accessibility=options.accessibility,
                more=options.more,
                command=options.command,
                waits=waits,
                input_method=self._address_of_method,
            )
        )

    def _address_of_method(self) -> Path | None:
        return None if self._method is None else self._method.address

    @contextmanager
    def ended_by_request(self) -> Iterator[Waiting]:
        """A request is a signal; it makes a descriptor readable."""
        wake, waker = os.pipe()
        os.set_blocking(waker, False)
        before = {number: signal.signal(number, lambda *_: None) for number in ENDING_SIGNALS}
        previous = signal.set_wakeup_fd(waker)
        try:
            yield DescriptorWaiting(wake)
        finally:
            signal.set_wakeup_fd(previous)
            for number, handler in before.items():
                signal.signal(number, handler)
            os.close(wake)
            os.close(waker)


class DescriptorWaiting:
    """Waits on descriptors. See ``ports.Waiting``.

    Args:
        wake: becomes readable when somebody wants the supervisor to end.
    """

    def __init__(self, wake: int) -> None:
        self._wake = wake
        self._is_wanted = False

    def wait(self, window: Window | None, *, hears: bool, has_unsent: bool, seconds: float) -> bool:
        """Wait on all of them at once."""
        with selectors.DefaultSelector() as selector:
            if not self._is_wanted:  # it stays readable, and would end every wait at once
                selector.register(self._wake, selectors.EVENT_READ)
            if isinstance(window, WindowProcess):
                selector.register(window.descriptor, selectors.EVENT_READ)
                if hears:
                    selector.register(window.line, selectors.EVENT_READ | (selectors.EVENT_WRITE if has_unsent else 0))
            self._is_wanted |= any(key.fd == self._wake for key, _ in selector.select(seconds))
            return self._is_wanted


def user_of(name: str) -> User | None:
    """Return the user that the window runs as; None where it runs as whoever starts it.

    Raises:
        SupervisorFault: there is no such user, it is root, or only root could choose.
    """
    if not name:
        return None
    if os.getuid() != 0:
        raise SupervisorFault("only root can run the window as another user")
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise SupervisorFault(f"there is no user {name} on this machine") from None
    if entry.pw_uid == 0:
        raise SupervisorFault("the window must not run as root: name another user")
    import grp  # noqa: PLC0415 - wanted only here

    groups = tuple(group.gr_gid for group in grp.getgrall() if group.gr_name in DEVICE_GROUPS and name in group.gr_mem)
    return User(uid=entry.pw_uid, gid=entry.pw_gid, groups=groups)
