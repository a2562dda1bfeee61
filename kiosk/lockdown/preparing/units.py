"""The units of a prepared seat, as texts.

Owns what starts in which order and what each may do. Refuses to know how files get to their places.

The supervisor is no root: it runs as the seat's user with one capability, by which it closes the walls around the window, and
which the window has not. The X server is the only thing of a seat that runs as root.

Source: systemd.exec(5), systemd.service(5), Xserver(1), cage(1).
"""

from __future__ import annotations

from typing import Final

from kiosk.lockdown.facts import Concern
from kiosk.lockdown.linux.environment import X_SOCKETS
from kiosk.lockdown.linux.prepared import SERVICE
from kiosk.lockdown.preparing.wishes import Session, Wanted, WantedFile, WantedLink, Wishes

UNITS: Final = "etc/systemd/system"
DISPLAY_SERVICE: Final = "kiosk-seat-display.service"
RESTORE_SERVICE: Final = "kiosk-seat-restore.service"
NETWORK_SERVICE: Final = "kiosk-seat-network.service"
MAINTENANCE: Final = "kiosk.maintenance"
"""On the kernel's command line it makes the machine an ordinary one until the next start."""
NETWORK_RULES: Final = "etc/kiosk-seat/network.nft"
STATE: Final = "/var/lib/kiosk-seat"
TABLE: Final = "kiosk_seat"
_RUNTIME: Final = "/run/kiosk-seat-display"
_DISPLAY: Final = 7  # number of the display and of its console: far from those that systems use for logins

_NOT_IN_EXAMS: Final = (
    ("getty@.service", Concern.CONSOLE_SWITCHING),
    ("autovt@.service", Concern.CONSOLE_SWITCHING),
    ("serial-getty@.service", Concern.CONSOLE_SWITCHING),
    ("ssh.service", Concern.REMOTE_SESSION),
    ("ssh.socket", Concern.REMOTE_SESSION),
    ("sshd.service", Concern.REMOTE_SESSION),
    ("apt-daily.service", Concern.UPDATES),
    ("apt-daily-upgrade.service", Concern.UPDATES),
    ("unattended-upgrades.service", Concern.UPDATES),
    ("packagekit.service", Concern.UPDATES),
    ("fwupd.service", Concern.UPDATES),
)
_MASKED: Final = (
    ("display-manager.service", Concern.APP_SWITCHING, "No other login screen comes up."),
    ("ctrl-alt-del.target", Concern.SYSTEM_KEYS, "Ctrl+Alt+Del on a console does not restart the machine."),
)

_WALLS: Final = f"""\
NoNewPrivileges=yes
PrivateNetwork=yes
IPAddressDeny=any
RestrictAddressFamilies=AF_UNIX
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
PrivateMounts=yes
PrivateIPC=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
RestrictNamespaces=ipc mnt net pid uts
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service @mount capset seccomp unshare
SystemCallFilter=~@clock @cpu-emulation @debug @module @obsolete @raw-io @reboot @resources @swap
SystemCallErrorNumber=EPERM
KeyringMode=private
RemoveIPC=yes
LimitCORE=0
LimitMEMLOCK=infinity
UMask=0077
StateDirectory={STATE.removeprefix("/var/lib/")}
StateDirectoryMode=0700
"""


def units(wishes: Wishes, *, x_server: str) -> tuple[Wanted, ...]:
    """Return every unit, and the links by which they are started.

    Args:
        wishes: what the seat is prepared as.
        x_server: path of Xorg on the seat.
    """
    display = _xorg(wishes, x_server) if wishes.session is Session.XORG else _cage(wishes)
    made = (
        _unit(
            RESTORE_SERVICE,
            _restore(wishes),
            "At every start, before anything else of the seat: puts back what a crash left.",
        ),
        _unit(NETWORK_SERVICE, _network(), "Loads the firewall's rules before any network is up."),
        _unit(DISPLAY_SERVICE, display, "The screen, with nothing on it but the exam."),
        _unit(SERVICE, _seat(wishes), "The exam: keeps the window running, locks down, gives the machine back."),
    )
    started = (
        _started("multi-user.target", SERVICE),
        _started("multi-user.target", RESTORE_SERVICE),
        _started("sysinit.target", NETWORK_SERVICE),
    )
    masked = tuple(
        WantedLink(path=f"{UNITS}/{name}", concern=concern, target="/dev/null", why=why)
        for name, concern, why in _MASKED
    )
    return (*made, *(_only_in_maintenance(name, concern) for name, concern in _NOT_IN_EXAMS), *masked, *started)


def _seat(wishes: Wishes) -> str:
    if wishes.session is Session.XORG:
        screen = (
            f"Environment=DISPLAY=:{_DISPLAY} XAUTHORITY={_RUNTIME}/authority\n"
            f"BindReadOnlyPaths={X_SOCKETS}\n"  # the rest of /tmp is the service's own
        )
    else:
        screen = f"Environment=XDG_RUNTIME_DIR={_RUNTIME} WAYLAND_DISPLAY=wayland-0\n"
    stick = "" if wishes.stick is None else f" --stick {wishes.stick}"
    written = "" if wishes.stick is None else f"ReadWritePaths=-{wishes.stick}\n"
    return (
        f"[Unit]\nDescription=Exam seat\nAfter={DISPLAY_SERVICE} {RESTORE_SERVICE} {NETWORK_SERVICE}\n"
        f"BindsTo={DISPLAY_SERVICE}\nWants={NETWORK_SERVICE}\nConditionKernelCommandLine=!{MAINTENANCE}\n"
        "StartLimitIntervalSec=0\n\n"
        f"[Service]\nType=exec\nUser={wishes.user}\nGroup={wishes.user}\n"
        f"ExecStart={wishes.program} seat session {wishes.seat} --preset {wishes.preset.value} --state {STATE}{stick}\n"
        "Restart=on-failure\nRestartSec=1\nTimeoutStopSec=30\nOOMScoreAdjust=-900\n"
        # Whoever stops it asks the supervisor, which has the window keep what is typed; nobody else is told, or killed, before.
        "KillMode=mixed\n"
        f"EnvironmentFile=-/etc/default/locale\nEnvironmentFile=-/etc/locale.conf\n{screen}"
        # By this the supervisor makes namespaces; the window gives it up with all the others.
        "CapabilityBoundingSet=CAP_SYS_ADMIN\nAmbientCapabilities=CAP_SYS_ADMIN\n"
        f"ReadWritePaths={wishes.seat}\n{written}{_WALLS}"
    )


def _restore(wishes: Wishes) -> str:
    return (
        f"[Unit]\nDescription=What a crash of the exam seat has left\nBefore={DISPLAY_SERVICE} {SERVICE}\n"
        "After=local-fs.target\n\n"
        f"[Service]\nType=oneshot\nUser={wishes.user}\nGroup={wishes.user}\n"
        f"ExecStart={wishes.program} seat restore {wishes.seat} --state {STATE}\n"
        f"CapabilityBoundingSet=\nAmbientCapabilities=\nReadWritePaths={wishes.seat}\n{_WALLS}"
    )


def _network() -> str:
    return (
        "[Unit]\nDescription=No network for the exam seat\nDefaultDependencies=no\nAfter=local-fs.target\n"
        f"Before=network-pre.target shutdown.target\nWants=network-pre.target\nConflicts=shutdown.target\n"
        f"ConditionKernelCommandLine=!{MAINTENANCE}\n\n"
        f"[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/usr/sbin/nft -f /{NETWORK_RULES}\n"
        f"ExecStop=/usr/sbin/nft delete table inet {TABLE}\n"
        "CapabilityBoundingSet=CAP_NET_ADMIN\nNoNewPrivileges=yes\nProtectSystem=strict\nProtectHome=yes\n"
        "RestrictAddressFamilies=AF_NETLINK AF_UNIX\nLimitCORE=0\n"
    )


def _xorg(wishes: Wishes, x_server: str) -> str:
    authority, server = f"{_RUNTIME}/authority", f":{_DISPLAY} vt{_DISPLAY}"
    return (
        f"{_display_unit('X server of the exam seat')}"
        f"[Service]\nType=exec\nGroup={wishes.user}\n{_display_folder('0750')}UMask=0027\n"
        f"ExecStartPre=/bin/sh -c 'xauth -q -f {authority} add :{_DISPLAY} . $$(mcookie) && chmod 640 {authority}'\n"
        # No window manager, no way in but by the socket's name, and no extension by which programs press keys.
        f"ExecStart={x_server} {server} -nolisten tcp -nolisten local -noreset -tst -auth {authority}\n"
        f"{_until(f'{X_SOCKETS}/X{_DISPLAY}')}"
        "NoNewPrivileges=yes\nRestrictAddressFamilies=AF_UNIX AF_NETLINK\nProtectHome=yes\n"
        "ProtectControlGroups=yes\nProtectKernelModules=yes\nLimitCORE=0\n"
    )


def _cage(wishes: Wishes) -> str:
    return (
        f"{_display_unit('Wayland compositor of the exam seat')}"
        f"[Service]\nType=exec\nUser={wishes.user}\nGroup={wishes.user}\n{_display_folder('0700')}UMask=0077\n"
        f"PAMName=login\nTTYPath=/dev/tty{_DISPLAY}\nTTYReset=yes\nTTYVHangup=yes\nTTYVTDisallocate=yes\n"
        f"StandardInput=tty-fail\nUtmpIdentifier=tty{_DISPLAY}\nUtmpMode=user\nExecStartPre=+/bin/chvt {_DISPLAY}\n"
        # PAM sets the folder for sockets, so it is set again after it. The window comes from the seat's service; what cage
        # itself starts only keeps it running. Without -s no key switches to another console.
        f"ExecStart=/usr/bin/env XDG_RUNTIME_DIR={_RUNTIME} /usr/bin/cage -- /bin/sleep infinity\n"
        f"{_until(f'{_RUNTIME}/wayland-0')}"
        "NoNewPrivileges=yes\nPrivateTmp=yes\nRestrictAddressFamilies=AF_UNIX AF_NETLINK\nProtectHome=yes\nLimitCORE=0\n"
    )


def _display_unit(what: str) -> str:
    return (
        f"[Unit]\nDescription={what}\nAfter=systemd-user-sessions.service plymouth-quit-wait.service {RESTORE_SERVICE}\n"
        f"Conflicts=getty@tty{_DISPLAY}.service\nConditionKernelCommandLine=!{MAINTENANCE}\nStartLimitIntervalSec=0\n\n"
    )


def _display_folder(mode: str) -> str:
    name = _RUNTIME.removeprefix("/run/")
    return (
        f"RuntimeDirectory={name}\nRuntimeDirectoryMode={mode}\nRestart=on-failure\nRestartSec=1\nTimeoutStartSec=30\n"
    )


def _until(socket: str) -> str:
    """The unit counts as started when its socket is there, and not before."""
    return f"ExecStartPost=/bin/sh -c 'until [ -S {socket} ]; do sleep 0.1; done'\n"


def _unit(name: str, text: str, why: str) -> WantedFile:
    return WantedFile(path=f"{UNITS}/{name}", concern=Concern.APP_SWITCHING, text=text, why=why)


def _started(target: str, name: str) -> WantedLink:
    return WantedLink(
        path=f"{UNITS}/{target}.wants/{name}",
        concern=Concern.APP_SWITCHING,
        target=f"/{UNITS}/{name}",
        why=f"Starts {name} with the machine.",
    )


def _only_in_maintenance(name: str, concern: Concern) -> WantedFile:
    return WantedFile(
        path=f"{UNITS}/{name}.d/kiosk-seat.conf",
        concern=concern,
        text=f"[Unit]\nConditionKernelCommandLine={MAINTENANCE}\n",
        why=f"{name} runs only when the machine was started for maintenance.",
    )
