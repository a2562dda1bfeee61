from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from exam_packages.qti import reading
from kiosk import self_test
from kiosk.journal import database
from kiosk.self_test import SELF_TESTS, SelfTest, run_self_tests
from signing import dsse, hpke, pin, sealed_stream


def failures(folder: Path) -> dict[str, str]:
    return {each.name: each.failure for each in run_self_tests(SELF_TESTS, folder) if each.failure}


def test_everything_works_here(tmp_path: Path) -> None:
    assert failures(tmp_path) == {}


def nothing(*args: object, **kwargs: object) -> None:
    """What a check that lets everything through does."""


BREAKAGES: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "Signatures": lambda patch: patch.setattr(dsse, "_verify_one", nothing),
    "Encryption": lambda patch: patch.setattr(
        sealed_stream, "unseal", lambda source, *_args, **_kwargs: iter([b"".join(source)[:100_000]])
    ),
    "PINs": lambda patch: patch.setattr(pin, "check", nothing),
    "Journal": lambda patch: patch.setattr(database, "_SETTINGS", (("journal_mode", "DELETE", "wal"),)),
    "Questions": lambda patch: patch.setattr(self_test, "parse", lambda *_: reading.parse(self_test._ITEM, "item.xml")),
}


@pytest.mark.parametrize("name", BREAKAGES)
def test_what_is_broken_is_found_and_stops_no_other_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    BREAKAGES[name](monkeypatch)
    assert list(failures(tmp_path)) == [name]


def test_a_key_that_opens_everything_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: dict[bytes, bytes] = {}

    def seal(plain: bytes, *_args: object, **_kwargs: object) -> bytes:
        opened[b"sealed"] = plain
        return b"sealed"

    monkeypatch.setattr(hpke, "seal", seal)
    monkeypatch.setattr(hpke, "open_sealed", lambda sealed, *_args, **_kwargs: opened[sealed])
    assert failures(tmp_path) == {"Encryption": "another key opened a sealed key"}


def test_a_check_that_crashes_is_a_failure_with_its_reason(tmp_path: Path) -> None:
    def crash(folder: Path) -> None:
        raise RuntimeError("the library is gone")

    (result,) = run_self_tests([SelfTest(name="Library", run=crash)], tmp_path)
    assert result.failure == "RuntimeError: the library is gone"
