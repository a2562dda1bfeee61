"""A machine made up of files in memory: what the monitors look at in tests, and the ways it can change."""

from __future__ import annotations

from dataclasses import dataclass, field

from exam_packages.ids import UtcMs
from kiosk.lockdown.readings import Reading

USER = 1001
WINDOW = 700
SEAT_FOLDER = "var/lib/seat"
START = UtcMs(1_790_000_000_000)
BOOTED_MS = 600_000
EXAM_PROGRAM = "/opt/exam/kiosk"
KEYS_OF_A_KEYBOARD = "1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe"
KEYS_OF_A_MOUSE = "1f0000 0 0 0 0"
KEYS_OF_A_BUTTON = "10000000000000 0"


@dataclass
class MadeUpLook:
    """Files and links by path, with an index of folders."""

    files: dict[str, bytes] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    folders: dict[str, set[str]] = field(default_factory=dict)
    owners: dict[str, tuple[int, int]] = field(default_factory=dict)
    free: int | None = 20_000

    def put(self, path: str, content: str | bytes) -> None:
        self.files[path] = content.encode() if isinstance(content, str) else content
        self._list(path)

    def point(self, path: str, target: str) -> None:
        self.links[path] = target
        self._list(path)

    def remove(self, path: str) -> None:
        """Remove a file, or a folder and all below it."""
        for name in list(self.folders.pop(path, ())):
            self.remove(f"{path}/{name}")
        self.files.pop(path, None)
        self.links.pop(path, None)
        folder, _, name = path.rpartition("/")
        self.folders.get(folder, set()).discard(name)

    def text(self, path: str) -> str | None:
        data = self.files.get(path)
        return None if data is None else data.decode("utf-8", "replace").strip()

    def data(self, path: str, *, offset: int, length: int) -> bytes | None:
        data = self.files.get(path)
        return None if data is None else data[offset : offset + length]

    def names(self, path: str) -> tuple[str, ...]:
        return tuple(sorted(self.folders.get(path, ())))

    def link(self, path: str) -> str | None:
        return self.links.get(path)

    def owner(self, path: str) -> tuple[int, int] | None:
        return self.owners.get(path, (0, 0o755))

    def free_mebibytes(self, path: str) -> int | None:
        del path
        return self.free

    def _list(self, path: str) -> None:
        while "/" in path:
            path, _, name = path.rpartition("/")
            self.folders.setdefault(path, set()).add(name)


@dataclass
class PressedPowerKey:
    presses: int = 0
    is_silent: bool = False

    def pressed(self, device: str) -> int | None:
        del device
        presses, self.presses = self.presses, 0
        return None if self.is_silent else presses


@dataclass
class MadeUpMachine:
    """An ordinary laptop in a testing centre, an hour before the exam."""

    look: MadeUpLook = field(default_factory=MadeUpLook)
    power_key: PressedPowerKey = field(default_factory=PressedPowerKey)
    wall: int = START
    awake_ms: int = BOOTED_MS
    since_boot_ms: int = BOOTED_MS
    window: int | None = WINDOW
    inputs: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        put = self.look.put
        put("proc/self/status", "Name:\tpython3\nTracerPid:\t0\n")
        put("proc/self/environ", b"LANG=C.UTF-8\0")
        put("proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu vme sse2 vmx\n")
        put("proc/net/route", "Iface\tDestination\tGateway\tFlags\n")
        put("sys/class/tty/tty0/active", "tty7\n")
        put("run/systemd/seats/seat0", "IS_SEAT0=1\nACTIVE=2\nACTIVE_UID=1001\n")
        put("run/systemd/sessions/2", "UID=1001\nUSER=exam\nACTIVE=1\nREMOTE=0\nSTATE=active\n")
        put("sys/class/dmi/id/sys_vendor", "Northwind Computers\n")
        put("sys/class/dmi/id/product_name", "Desk 400\n")
        put("proc/acpi/button/lid/LID0/state", "state:      open\n")
        self.set_power(mains=True, percent=100)
        self.set_interface("lo", kind=772, operstate="unknown", carrier=True)
        self.set_interface("enp3s0", kind=1, operstate="down", carrier=False)
        self.plug("usb1", "1d6b", "0002", "Controller", "09")
        self.plug("1-1", "046d", "c31c", "USB Keyboard", "03")
        self.plug("1-2", "0951", "1666", "Site Stick", "08", serial="60A44C")
        self.list_inputs(button("Power Button", "event1"), keyboard("USB Keyboard"), mouse("USB Mouse"))
        self.set_socket("card0-eDP-1", edid_of("LGD", 0x0521))
        self.look.put("sys/class/drm/card0-HDMI-A-1/status", "disconnected\n")
        self.run(1, "systemd", "/usr/lib/systemd/systemd", uid=0)
        self.run(WINDOW, "kiosk", EXAM_PROGRAM)
        put(f"proc/{WINDOW}/environ", b"LANG=C.UTF-8\0DISPLAY=:0\0")

    @property
    def now(self) -> Reading:
        return Reading(wall=UtcMs(self.wall), awake_ms=self.awake_ms, since_boot_ms=self.since_boot_ms)

    def wait(self, milliseconds: int) -> None:
        self.wall += milliseconds
        self.awake_ms += milliseconds
        self.since_boot_ms += milliseconds

    def sleep(self, milliseconds: int) -> None:
        self.wall += milliseconds
        self.since_boot_ms += milliseconds

    def set_power(self, *, mains: bool, percent: int) -> None:
        folder = "sys/class/power_supply"
        self.look.put(f"{folder}/AC/type", "Mains\n")
        self.look.put(f"{folder}/AC/online", f"{int(mains)}\n")
        self.look.put(f"{folder}/BAT0/type", "Battery\n")
        self.look.put(f"{folder}/BAT0/capacity", f"{percent}\n")

    def set_lid(self, state: str) -> None:
        self.look.put("proc/acpi/button/lid/LID0/state", f"state:      {state}\n")

    def set_interface(self, name: str, *, kind: int = 1, operstate: str = "up", carrier: bool = True) -> None:
        folder = f"sys/class/net/{name}"
        self.look.put(f"{folder}/type", f"{kind}\n")
        self.look.put(f"{folder}/operstate", f"{operstate}\n")
        self.look.put(f"{folder}/carrier", f"{int(carrier)}\n")
        self.look.put(f"{folder}/flags", "0x1003\n")

    def plug(self, port: str, vendor: str, product: str, label: str, *codes: str, serial: str = "") -> None:
        folder = "sys/bus/usb/devices"
        self.look.put(f"{folder}/{port}/idVendor", f"{vendor}\n")
        self.look.put(f"{folder}/{port}/idProduct", f"{product}\n")
        self.look.put(f"{folder}/{port}/product", f"{label}\n")
        if serial:
            self.look.put(f"{folder}/{port}/serial", f"{serial}\n")
        for number, code in enumerate(codes):
            self.look.put(f"{folder}/{port}:1.{number}/bInterfaceClass", f"{code}\n")

    def unplug(self, port: str) -> None:
        folder = "sys/bus/usb/devices"
        for name in self.look.names(folder):
            if name == port or name.startswith(f"{port}:"):
                self.look.remove(f"{folder}/{name}")

    def list_inputs(self, *blocks: str) -> None:
        self.inputs = list(blocks)
        self.look.put("proc/bus/input/devices", "\n".join(self.inputs))

    def set_socket(self, name: str, edid: bytes | None, *, lit: bool = True) -> None:
        """Plug a display in; without an EDID it says nothing about itself."""
        folder = f"sys/class/drm/{name}"
        self.look.put(f"{folder}/status", "connected\n")
        self.look.put(f"{folder}/enabled", "enabled\n" if lit else "disabled\n")
        self.look.put(f"{folder}/edid", edid or b"")

    def empty_socket(self, name: str) -> None:
        self.look.put(f"sys/class/drm/{name}/status", "disconnected\n")
        self.look.put(f"sys/class/drm/{name}/enabled", "disabled\n")
        self.look.put(f"sys/class/drm/{name}/edid", b"")

    def run(self, pid: int, name: str, executable: str, *, uid: int = USER, tracer: int = 0) -> None:
        status = f"Name:\t{name}\nState:\tS (sleeping)\nTracerPid:\t{tracer}\nUid:\t{uid}\t{uid}\t{uid}\t{uid}\n"
        self.look.put(f"proc/{pid}/status", status)
        if executable:
            self.look.point(f"proc/{pid}/exe", executable)

    def end(self, pid: int) -> None:
        self.look.remove(f"proc/{pid}")


def prepare(machine: MadeUpMachine) -> None:
    """What a prepared system leaves."""
    put = machine.look.put
    put("proc/self/cgroup", "0::/system.slice/kiosk-seat.service\n")
    put("etc/X11/xorg.conf.d/10-kiosk.conf", 'Section "ServerFlags"\n  Option "DontVTSwitch" "true"\nEndSection\n')
    put("etc/systemd/logind.conf.d/10-kiosk.conf", "[Login]\nNAutoVTs=0\nReserveVT=0\n")
    put("etc/modprobe.d/kiosk.conf", "install usb-storage /bin/false\ninstall uas /usr/bin/false\n")


def keyboard(name: str, *, path: str = "/devices/pci0000:00/usb1/1-1/input/input5") -> str:
    return _block(name, path, "sysrq kbd leds event5", f"B: KEY={KEYS_OF_A_KEYBOARD}", "120013")


def mouse(name: str, *, path: str = "/devices/pci0000:00/usb1/1-3/input/input6") -> str:
    return _block(name, path, "mouse0 event6", f"B: KEY={KEYS_OF_A_MOUSE}\nB: REL=1943", "17")


def button(name: str, handler: str) -> str:
    return _block(name, "/devices/LNXSYSTM:00/input/input1", f"kbd {handler}", f"B: KEY={KEYS_OF_A_BUTTON}", "3")


def audio_socket(name: str) -> str:
    return _block(name, "/devices/pci0000:00/sound/card0/input9", "event9", "B: SW=140", "21")


def _block(name: str, path: str, handlers: str, bitmaps: str, events: str) -> str:
    return (
        "I: Bus=0003 Vendor=046d Product=c31c Version=0110\n"
        f'N: Name="{name}"\nP: Phys=usb-1/input0\nS: Sysfs={path}\nU: Uniq=\n'
        f"H: Handlers={handlers} \nB: PROP=0\nB: EV={events}\n{bitmaps}\n"
    )


def edid_of(vendor: str, product: int, serial: int = 1) -> bytes:
    """The base block of a display's EDID: header, vendor, product, serial number."""
    packed = 0
    for letter in vendor:
        packed = packed << 5 | (ord(letter) - ord("A") + 1)
    start = bytes.fromhex("00ffffffffffff00") + packed.to_bytes(2, "big")
    return (start + product.to_bytes(2, "little") + serial.to_bytes(4, "little")).ljust(128, b"\0")
