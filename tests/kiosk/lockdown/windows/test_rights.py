"""What a window may do on Windows: the operation on a made-up machine, and what Windows writes about tokens."""

from __future__ import annotations

import ctypes
import struct
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.lockdown.facts import Capability
from kiosk.lockdown.operations import Operation, OperationFailed
from kiosk.lockdown.windows.api import Rights
from kiosk.lockdown.windows.backend import starts_with_fewer_rights, windows_operations
from kiosk.lockdown.windows.real_tokens import group_of, groups_in, privileges_in
from kiosk.lockdown.windows.rights import KEPT_PRIVILEGES, POWERFUL_GROUPS, WindowRights, too_much
from kiosk.lockdown.windows.service_structs import SidAndAttributes
from kiosk.lockdown.windows.token_structs import (
    GENERIC_ALL,
    LOCAL_SYSTEM,
    MEDIUM_INTEGRITY,
    SE_GROUP_USE_FOR_DENY_ONLY,
    access_list,
    built_in_group,
    label_of,
    last_number,
    sid_at,
    sid_of,
)
from kiosk.lockdown.windows.verification import NOT_VERIFIED
from tests.kiosk.lockdown.windows.fake_win32 import A_USER_S, THEM, FakeTokens, FakeWin32
from tests.kiosk.lockdown.windows.test_monitors import Seat

SHUTDOWN, ADMINISTRATORS, USERS = 19, 544, 545
AN_ADMIN_S = Rights(privileges=frozenset({SHUTDOWN, 23}), groups=frozenset({ADMINISTRATORS, USERS}), integrity=0x3000)
A_PERSON = sid_of(5, 21, 1, 2, 3, 1001)
numbers = st.integers(0, 2**32 - 1)


def test_a_window_is_started_so_once_it_was_seen_to_work() -> None:
    tokens = FakeTokens(mine=AN_ADMIN_S)
    operation: Operation = (rights := WindowRights(tokens, lambda: THEM))
    assert not rights.is_made
    before = operation.snapshot()
    operation.apply()
    assert rights.is_made
    assert operation.verify() == ""
    operation.revert(before)
    assert not rights.is_made
    assert operation.snapshot() == before


@pytest.mark.parametrize(
    ("tries", "reason"),
    [
        (None, "CreateProcessAsUserW failed with error 5"),
        (replace(A_USER_S, privileges=frozenset({SHUTDOWN, 23})), "privileges: 19"),
        (replace(A_USER_S, groups=frozenset({ADMINISTRATORS})), "groups that may change the machine: 544"),
        (replace(A_USER_S, integrity=0x3000), "0x3000"),
    ],
)
def test_where_a_program_started_so_may_do_more_no_window_is(tries: Rights | None, reason: str) -> None:
    rights = WindowRights(FakeTokens(tries=tries), lambda: None)
    with pytest.raises(OperationFailed, match=reason):
        rights.apply()
    assert not rights.is_made


def test_a_window_that_may_do_more_is_drift_and_one_that_has_ended_is_none() -> None:
    windows: list[int | None] = []
    tokens = FakeTokens(rights={THEM: AN_ADMIN_S})
    rights = WindowRights(tokens, lambda: windows.pop(0) if len(windows) > 1 else windows[0])
    windows[:] = [THEM]
    assert "privileges: 19" in rights.verify()
    tokens.rights[THEM] = None
    assert rights.verify() == "Windows does not say what the window may do."
    windows[:] = [THEM, None]
    assert rights.verify() == "", "it has ended between two questions"
    assert rights.verify() == "", "there is none"


def test_while_a_window_that_may_do_more_runs_no_program_is_started_every_second() -> None:
    tokens = FakeTokens(rights={THEM: AN_ADMIN_S})
    rights = WindowRights(tokens, lambda: THEM)
    for _ in range(3):
        rights.apply()
        assert rights.verify()
    assert tokens.times == 1
    rights.revert(rights.snapshot())
    rights.apply()
    assert tokens.times == 2


def test_it_says_that_nobody_has_tried_it_and_what_it_does_not_do() -> None:
    probe = WindowRights(FakeTokens(), lambda: None).probe()
    assert probe.capability is Capability.DETECT_ONLY
    assert probe.reason.startswith(NOT_VERIFIED)
    assert "what the user may read and write, it may, too" in probe.reason
    assert WindowRights(FakeTokens(mine=None), lambda: None).probe().capability is Capability.UNAVAILABLE


def test_the_backend_has_it_and_a_crash_leaves_nothing_of_it() -> None:
    backend = Seat("sleep").backend
    assert not starts_with_fewer_rights(backend)
    operation = next(each for each in backend.operations if each.name == WindowRights.name)
    operation.apply()
    assert starts_with_fewer_rights(backend)
    known = windows_operations(FakeWin32().win32())[WindowRights.name]
    known.revert(operation.snapshot())
    assert known.snapshot() == operation.snapshot()


@given(st.frozensets(st.integers(0, 40)), st.frozensets(st.integers(540, 590)), st.integers(0, 0x5000))
def test_nothing_is_too_much_but_what_is_listed(privileges: frozenset[int], groups: frozenset[int], level: int) -> None:
    rights = Rights(privileges=privileges, groups=groups, integrity=level)
    harmless = privileges <= KEPT_PRIVILEGES and not groups & POWERFUL_GROUPS and level <= MEDIUM_INTEGRITY
    assert (too_much(rights) == "") is harmless


def placed(data: bytes) -> ctypes.Array[ctypes.c_char]:
    return ctypes.create_string_buffer(data, len(data))


@given(st.lists(numbers, min_size=1, max_size=15))
def test_a_sid_is_read_as_it_was_written(parts: list[int]) -> None:
    sid = sid_of(5, *parts)
    behind = placed(sid + b"something else behind it")
    assert sid_at(ctypes.addressof(behind)) == sid
    assert last_number(sid) == parts[-1]
    assert built_in_group(sid) == (parts[1] if len(parts) == 2 and parts[0] == 32 else None)


def test_known_sids() -> None:
    assert LOCAL_SYSTEM.hex() == "010100000000000512000000"  # S-1-5-18
    assert label_of(MEDIUM_INTEGRITY).hex() == "010100000000001000200000"  # S-1-16-8192
    assert built_in_group(sid_of(5, 32, ADMINISTRATORS)) == ADMINISTRATORS
    assert built_in_group(A_PERSON) is None
    assert built_in_group(sid_of(5)) is None
    assert last_number(sid_of(5)) == 0


@given(st.lists(st.tuples(numbers, numbers), max_size=40))
def test_privileges_are_read_from_what_windows_writes(written: list[tuple[int, int]]) -> None:
    entries = b"".join(struct.pack("<IiI", low, 0, attributes) for low, attributes in written)
    information = placed(struct.pack("<I", len(written)) + entries + bytes(64))
    assert [(each.low, each.attributes) for each in privileges_in(information)] == written


def test_groups_are_read_from_what_windows_writes() -> None:
    sids = [placed(sid) for sid in (sid_of(5, 32, USERS), A_PERSON, sid_of(5, 32, ADMINISTRATORS))]
    flags = (7, 7, 7 | SE_GROUP_USE_FOR_DENY_ONLY)
    entries = b"".join(struct.pack("<QI4x", ctypes.addressof(sid), flag) for sid, flag in zip(sids, flags, strict=True))
    found = groups_in(placed(struct.pack("<I4x", len(sids)) + entries + bytes(64)))
    assert [group_of(each) for each in found] == [USERS, None, None], "one that only refuses allows nothing"
    allowed = SidAndAttributes(sid=ctypes.addressof(sids[2]), attributes=7)
    assert group_of(allowed) == ADMINISTRATORS


def test_a_list_of_access_says_how_long_it_is() -> None:
    made = access_list([A_PERSON, LOCAL_SYSTEM])
    revision, size, count = struct.unpack("<BxHH2x", made[:8])
    assert (revision, size, count) == (2, len(made), 2)
    kind, flags, length, mask = struct.unpack("<BBHI", made[8:16])
    assert (kind, flags, length, mask) == (0, 0, 8 + len(A_PERSON), GENERIC_ALL)
    assert made[16 : 8 + length] == A_PERSON
    assert made.endswith(LOCAL_SYSTEM)
