"""What a judge sees without opening anything, and how promises add up."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from exam_packages.ids import Digest, ItemId, ProctorId, ResponseId, SessionId
from kiosk.clock import SystemClock
from kiosk.drill import promises
from kiosk.drill.errors import DrillError
from kiosk.drill.judging import judge
from kiosk.drill.promises import NOTHING, Promised, Sitting, after, encode_mark

PROCTOR = ProctorId("maria")
SESSION = SessionId("session-1")
BUNDLE = Digest(hashlib.sha256(b"whole").hexdigest())
KEY = (ItemId("item"), ResponseId("RESPONSE"))


def told(*marks: promises.Mark, before: Promised = NOTHING) -> Promised:
    for mark in marks:
        before = after(before, encode_mark(mark).decode("utf-8"))
    return before


def judged(folder: Path, promised: Promised = NOTHING) -> list[str]:
    return judge(folder / "seat", folder / "stick", promised, proctor=PROCTOR, clock=SystemClock(), goes_on=False)


def put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def test_a_seat_that_is_not_there(tmp_path: Path) -> None:
    (wrong,) = judged(tmp_path)
    assert wrong.startswith("the seat does not open")


def test_whatever_goes_wrong_in_opening_is_said_of_its_image(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_where: object, **_how: object) -> None:
        raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte")

    monkeypatch.setattr("kiosk.drill.judging.Seat.open", broken)
    (wrong,) = judged(tmp_path)
    assert wrong.startswith("the seat does not open: UnicodeDecodeError")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        (f"seat/outbox/{BUNDLE}.result", b"who", "half written in outbox"),
        (f"stick/results/{BUNDLE}.result", b"", "half written in results"),
        ("stick/slips/session.pdf", b"%PDF-1.4 and then", "the slip session.pdf"),
        ("stick/slips/session.pdf", b"", "the slip session.pdf"),
        ("stick/seats/seat-01.json", b'{"format":', "report seat-01.json"),
    ],
)
def test_half_written_files(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    put(tmp_path / name, data)
    assert words in judged(tmp_path)[0]


@pytest.mark.parametrize("folder", ["seat/outbox", "stick/results"])
def test_whole_files(tmp_path: Path, folder: str) -> None:
    put(tmp_path / folder / f"{BUNDLE}.result", b"whole")
    put(tmp_path / folder / f".{BUNDLE}.result.1234.part", b"who")
    assert len(judged(tmp_path)) == 1


def test_an_export_that_is_gone(tmp_path: Path) -> None:
    promised = told(promises.exported([BUNDLE]))
    assert "was on the stick" in judged(tmp_path, promised)[0]
    put(tmp_path / "stick" / "results" / f"{BUNDLE}.result", b"whole")
    assert len(judged(tmp_path, promised)) == 1


def test_what_was_erased_is_back(tmp_path: Path) -> None:
    put(tmp_path / "seat" / "outbox" / f"{BUNDLE}.result", b"whole")
    put(tmp_path / "seat" / "sessions" / SESSION / "session.key.json", b"{}")
    promised = told(
        promises.saved(SESSION, 1, ()), promises.sealed(SESSION, BUNDLE), promises.erasing(), promises.erased([BUNDLE])
    )
    assert [wrong.rsplit(" ", 3)[1:] for wrong in judged(tmp_path, promised)[:2]] == [["and", "is", "back"]] * 2


def test_answers_add_up() -> None:
    promised = told(
        promises.saved(SESSION, 3, [(*KEY, ("A",))]),
        promises.saved(SESSION, 4, []),
        promises.saved(SESSION, 5, [(*KEY, ("B", "C"))]),
        promises.sealed(SESSION, BUNDLE),
    )
    assert promised.sittings == {SESSION: Sitting(records=5, answers={KEY: ("B", "C")}, bundle=BUNDLE)}


def test_tries_add_up() -> None:
    wrong = told(promises.refused(PROCTOR, 1), promises.refused(PROCTOR, 2))
    assert wrong.failures == {PROCTOR: 2}
    assert told(promises.trying(), before=wrong).trying
    right = told(promises.trying(), promises.unlocked(), before=wrong)
    assert (right.failures, right.trying) == ({}, False)


def test_the_proven_time_does_not_go_back() -> None:
    promised = told(promises.imported([BUNDLE], 20), promises.receipted([BUNDLE], 10))
    assert (promised.floor, promised.packages, promised.receipts) == (20, frozenset({BUNDLE}), frozenset({BUNDLE}))


def test_a_mark_that_nobody_knows() -> None:
    with pytest.raises(DrillError):
        after(NOTHING, '{"mark":"unheard"}')
