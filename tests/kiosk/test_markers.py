"""Planted markers: no key, answer, PIN or candidate's name lies in clear under a seat's folder, its key files apart."""

from __future__ import annotations

import base64
import contextlib
from pathlib import Path

import pytest

from exam_packages.ids import ItemId
from exam_packages.session_events import IncidentNoted, ItemPresented, TextEdited
from kiosk.errors import PinRefused
from kiosk.seat.seat import Seat
from tests.kiosk.seat.sittings import RESPONSE, answer, enter, finish, start, to_first_scored
from tests.simulators.day import BORIS, CHIDI, PROCTOR, PROCTOR_PIN, World

ANSWER = "MarkerAnswerValue"
ESSAY = "MarkerEssaySentence that nobody else may read"
NOTE = "MarkerIncidentNote"
WRONG_PIN = "918273"
NAMES = ("Ana Ruiz", "Борис Петров", "Chidi Okafor")


def spellings(secret: bytes) -> list[bytes]:
    """A secret as it could stand in a file: raw, hexadecimal, base64, UTF-16."""
    found = [secret, secret.hex().encode(), secret.hex().upper().encode(), base64.b64encode(secret)]
    with contextlib.suppress(UnicodeDecodeError):
        found.append(secret.decode("utf-8").encode("utf-16-le"))
    return found


def secrets_of(seat: Seat, session: str) -> dict[str, bytes]:
    parts = seat._parts
    holdings = parts.holdings
    found = {
        "content key": parts.identity.content_key.to_bytes(),
        "state key": parts.identity.state_key,
        "storage key": parts.identity.storage_key,
        "session key": parts.files.key_of(session),  # type: ignore[arg-type]
        "site content key": holdings.secrets().site_content_key.to_bytes(),
        "pepper": holdings.secrets().pepper,
        "answer": ANSWER.encode(),
        "essay": ESSAY.encode(),
        "note": NOTE.encode(),
        "wrong PIN": WRONG_PIN.encode(),
        "PIN": PROCTOR_PIN.encode(),
    }
    found |= {name: name.encode() for name in NAMES}
    for row in parts.state.documents.packages():
        release = holdings.release(holdings._checked(row))
        assert release is not None
        found[f"release secret of {row.digest[:8]}"] = release.secret
    return found


def leaks(folder: Path, secrets: dict[str, bytes]) -> list[str]:
    return [
        f"{name} in {path.relative_to(folder)}"
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.parent.name != "keys"
        for name, secret in secrets.items()
        for spelling in spellings(secret)
        if spelling in path.read_bytes()
    ]


def test_nothing_leaks_while_a_session_runs_and_after_it(
    world: World, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    seat = world.seat()
    with pytest.raises(PinRefused):
        seat.day().check_pin(PROCTOR, WRONG_PIN)
    seat.day().check_pin(PROCTOR, PROCTOR_PIN)
    running = start(seat.day(), CHIDI)
    (essay,) = to_first_scored(running)
    running.apply(ItemPresented(item=essay))
    running.apply(TextEdited(item=essay, response=RESPONSE, at=0, deleted=0, inserted=ESSAY))
    running.apply(IncidentNoted(proctor=PROCTOR, note=NOTE))
    secrets = secrets_of(seat, running.plan.session)
    assert leaks(world.seat_folder, secrets) == []
    finish(running)
    running = start(seat.day(), BORIS)
    first: ItemId = enter(running)[0]
    answer(running, first, ANSWER)
    secrets |= secrets_of(seat, running.plan.session)
    assert leaks(world.seat_folder, secrets) == []
    running.close()
    seat.close()
    assert leaks(world.seat_folder, secrets) == []
    said = capfd.readouterr()
    assert said.out == said.err == ""
    assert caplog.records == []


def test_the_search_finds_what_is_there(world: World) -> None:
    with world.seat() as seat:
        running = start(seat.day())
        running.close()
        secrets = secrets_of(seat, running.plan.session)
    (world.seat_folder / "planted").write_bytes(
        b"x" + secrets["session key"].hex().encode() + ANSWER.encode("utf-16-le")
    )
    assert leaks(world.seat_folder, secrets) == ["session key in planted", "answer in planted"]
    keys = b"".join(path.read_bytes() for path in (world.seat_folder / "keys").iterdir())
    assert base64.b64encode(secrets["content key"]) in keys


def test_key_files_are_for_their_owner_only(world: World) -> None:
    for path in (world.seat_folder / "keys").iterdir():
        assert path.stat().st_mode & 0o077 == 0
    assert world.seat_folder.stat().st_mode & 0o077 == 0
