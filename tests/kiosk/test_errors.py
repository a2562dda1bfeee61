from __future__ import annotations

import errno
from pathlib import Path

import pytest

from kiosk.errors import (
    KioskError,
    MachineFault,
    NotReady,
    PinRefused,
    StickFault,
    StickFaultKind,
    StorageFault,
    StorageFaultKind,
    stick_fault_of,
    storage_fault_of,
)
from kiosk.session import EventNotAllowed

HERE = Path("here")


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, StorageFaultKind.FULL),
        (errno.EDQUOT, StorageFaultKind.FULL),
        (errno.EROFS, StorageFaultKind.READ_ONLY),
        (errno.EACCES, StorageFaultKind.READ_ONLY),
        (errno.ENOENT, StorageFaultKind.MISSING),
        (errno.EIO, StorageFaultKind.IO),
    ],
)
def test_what_the_system_says_about_the_disk(number: int, kind: StorageFaultKind) -> None:
    assert storage_fault_of(OSError(number, "words"), HERE).kind is kind


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, StickFaultKind.FULL),
        (errno.EROFS, StickFaultKind.READ_ONLY),
        (errno.EACCES, StickFaultKind.NO_RIGHT),
        (errno.EPERM, StickFaultKind.NO_RIGHT),
        (errno.ENOENT, StickFaultKind.GONE),
        (errno.ENODEV, StickFaultKind.GONE),
        (errno.EIO, StickFaultKind.IO),
    ],
)
def test_what_the_system_says_about_the_stick(number: int, kind: StickFaultKind) -> None:
    assert stick_fault_of(OSError(number, "words"), HERE).kind is kind


def test_a_missing_right_may_be_a_switch() -> None:
    """Windows has one number (EACCES) for both."""
    assert "its switch" in str(StickFault(StickFaultKind.NO_RIGHT, HERE))


def test_a_full_stick_says_how_much_room_is_needed() -> None:
    fault = stick_fault_of(OSError(errno.ENOSPC, ""), HERE, needed_bytes=3_200_000)
    assert "4 MB" in str(fault)
    assert fault.needed_bytes == 3_200_000


@pytest.mark.parametrize("kind", StickFaultKind)
def test_every_stick_fault_says_what_to_do(kind: StickFaultKind) -> None:
    assert str(StickFault(kind, HERE)).count(".") >= 1


@pytest.mark.parametrize("kind", StorageFaultKind)
def test_every_storage_fault_has_words(kind: StorageFaultKind) -> None:
    assert str(StorageFault(kind, HERE, "detail")).startswith("here: ")


def test_codes_are_stable_and_unique() -> None:
    kinds: list[type[KioskError]] = [
        StorageFault,
        StickFault,
        PinRefused,
        NotReady,
        EventNotAllowed,
        MachineFault,
        KioskError,
    ]
    assert len({kind.code for kind in kinds}) == len(kinds)
    assert issubclass(StorageFault, MachineFault)
    assert not issubclass(NotReady, MachineFault)


def test_a_pin_refusal_has_one_message() -> None:
    assert str(PinRefused(wait_s=0, attempts_left=4)) == str(PinRefused(wait_s=900, attempts_left=None))
