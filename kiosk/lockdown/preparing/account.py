"""The user of a prepared seat: one line in each of the system's lists of users and groups, added and taken out again.

Owns these lines and nothing else of the lists: what others add or change meanwhile stays. Refuses to touch a user that is there
already. The account has no password, no home and no shell: nobody logs in as it.

Source: passwd(5), shadow(5), group(5), gshadow(5), lckpwdf(3).
"""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from kiosk.durable_file import TEMPORARY_SUFFIX, replacing
from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.operations import OperationFailed
from kiosk.lockdown.snapshots import SNAPSHOT_MAX_BYTES
from signing.canonical import decode, encode
from signing.errors import Refused
from signing.fields import Fields

PREFIX: Final = "prepare/account/"
FIRST_ID, LAST_ID = 100, 999
"""Numbers of accounts of the system, which no login screen offers; taken from the end, as systemd does."""
_LISTS: Final = ("passwd", "group", "shadow", "gshadow")
_NEEDED: Final = ("passwd", "group")
_LOCK: Final = ".pwd.lock"


class AccountOperation:
    """Makes a user and a group of the same name, where there are none.

    Args:
        root: ``/``, or the root of another system.
        user: name of both.
    """

    concern = Concern.PRIVILEGES

    def __init__(self, root: Path, user: str) -> None:
        self._etc = root / "etc"
        self._user = user
        self.name = f"{PREFIX}{user}"

    def uid(self) -> int:
        """Return the user's number: the one it has, or the one it is going to have.

        Raises:
            OperationFailed: the lists cannot be read, or all numbers are taken.
        """
        entry = self._entry("passwd")
        if entry is not None:
            return _number(entry)
        group = self._entry("group")
        taken = {_number(line) for name in _NEEDED for line in self._lines(name) if line.count(b":") >= 2}
        if group is not None and _number(group) not in {_number(line) for line in self._lines("passwd")}:
            return _number(group)
        free = (number for number in range(LAST_ID, FIRST_ID - 1, -1) if number not in taken)
        uid = next(free, None)
        if uid is None:
            raise OperationFailed(self.name, "all numbers for accounts of the system are taken")
        return uid

    def probe(self) -> Probe:
        """A user can be made wherever root prepares."""
        return Probe(capability=Capability.ENFORCED)

    def snapshot(self) -> bytes:
        """Return in which lists the name stands, and which lists end without the end of a line."""
        there = [name for name in _LISTS if self._entry(name) is not None]
        open_ended = [name for name in _LISTS if not (self._data(name) or b"\n").endswith(b"\n")]
        return encode({"open": list(open_ended), "there": list(there)})

    def apply(self) -> None:
        """Add the lines that are missing."""
        lines = self._wanted()
        with self._locked():
            for name in _LISTS:
                data = self._data(name)
                if data is not None and self._entry(name) is None:
                    self._write(name, data + (b"" if data.endswith(b"\n") or not data else b"\n") + lines[name])

    def verify(self) -> str:
        """Look whether the name stands in every list there is."""
        try:
            missing = [name for name in _LISTS if self._data(name) is not None and self._entry(name) is None]
        except OperationFailed as failure:
            return failure.reason
        return f"{self._user} is missing in {', '.join(missing)}." if missing else ""

    def revert(self, snapshot: bytes) -> None:
        """Take out the lines that were not there."""
        there, open_ended = self._read(snapshot)
        with self._locked():
            for name in _LISTS:
                for left in self._etc.glob(f".{name}.*{TEMPORARY_SUFFIX}"):
                    left.unlink()
                data = self._data(name)
                if data is None or name in there or self._entry(name) is None:
                    continue
                kept = b"".join(line for line in data.splitlines(keepends=True) if not self._is_ours(line))
                self._write(name, kept.removesuffix(b"\n") if name in open_ended else kept)

    def _wanted(self) -> dict[str, bytes]:
        uid, group, user = self.uid(), self._entry("group"), self._user
        gid = uid if group is None else _number(group)
        texts = {
            "passwd": f"{user}:x:{uid}:{gid}:Exam seat:/nonexistent:/usr/sbin/nologin\n",
            "group": f"{user}:x:{gid}:\n",
            "shadow": f"{user}:!*:::::::\n",
            "gshadow": f"{user}:!*::\n",
        }
        return {name: text.encode() for name, text in texts.items()}

    def _entry(self, name: str) -> bytes | None:
        return next((line for line in self._lines(name) if self._is_ours(line)), None)

    def _is_ours(self, line: bytes) -> bool:
        return line.startswith(self._user.encode() + b":")

    def _lines(self, name: str) -> list[bytes]:
        return (self._data(name) or b"").splitlines()

    def _data(self, name: str) -> bytes | None:
        try:
            return (self._etc / name).read_bytes()
        except FileNotFoundError as error:
            if name in _NEEDED:
                raise OperationFailed(self.name, f"{error.filename} is not there") from error
            return None
        except OSError as error:
            raise OperationFailed(self.name, f"{error.filename}: {error.strerror}") from error

    def _write(self, name: str, data: bytes) -> None:
        path = self._etc / name
        try:
            about = path.lstat()
            if not stat.S_ISREG(about.st_mode):
                raise OperationFailed(self.name, f"{path} is no ordinary file")
            with replacing(path, mode=0o600) as (file, _):
                file.write(data)
                file.flush()
                os.fchown(file.fileno(), about.st_uid, about.st_gid)
                os.fchmod(file.fileno(), stat.S_IMODE(about.st_mode))
        except OSError as error:
            raise OperationFailed(self.name, f"{path}: {error.strerror}") from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold off the system's own programs for users, as lckpwdf(3) does; where none ever ran, there is no such lock."""
        try:
            lock = os.open(self._etc / _LOCK, os.O_WRONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            yield
            return
        except OSError as error:
            raise OperationFailed(self.name, f"{error.filename}: {error.strerror}") from error
        try:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError as error:
            raise OperationFailed(self.name, "another program is changing the users of this system") from error
        finally:
            os.close(lock)

    def _read(self, snapshot: bytes) -> tuple[frozenset[str], frozenset[str]]:
        try:
            fields = Fields(decode(snapshot, place=self.name, max_bytes=SNAPSHOT_MAX_BYTES), self.name)
            there, open_ended = fields.texts("there"), fields.texts("open")
            fields.close()
        except Refused as refused:
            raise OperationFailed(self.name, f"its snapshot cannot be read ({refused})") from refused
        return frozenset(there), frozenset(open_ended)


def _number(line: bytes) -> int:
    parts = line.split(b":")
    return int(parts[2]) if len(parts) > 2 and parts[2].isdigit() else -1
