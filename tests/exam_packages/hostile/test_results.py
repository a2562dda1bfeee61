"""Result bundles by whoever carries them, and by a seat that signs what never happened."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import pytest

from exam_packages import results
from exam_packages.container import BytesSource
from exam_packages.ids import Digest, ItemId, ProctorId, ResponseId, SeatId, SessionId, UtcMs
from exam_packages.opening import check_package
from exam_packages.records import encode_record
from exam_packages.result_opening import check_result, open_result
from exam_packages.results import (
    Checkpoint,
    Incident,
    ResultContent,
    ResultState,
    build_checkpoint,
    build_result,
    head_of,
    state_of,
)
from exam_packages.session_events import Answered, Event, Moved, Opened, Record, Submitted, TimePassed
from kiosk.session import EventNotAllowed, replay
from signing.canonical import JsonInput
from signing.errors import (
    ContentRefused,
    FormRefused,
    NotForThisSiteRefused,
    Refused,
    RevokedRefused,
    SignatureRefused,
    ThresholdRefused,
)
from signing.fields import from_base64, to_base64
from signing.labels import PayloadType
from signing.trust import Revocations
from tests.exam_packages import world
from tests.exam_packages.hostile import forge
from tests.exam_packages.hostile.forge import MOST
from tests.signing.hostile.attacks import Attack, assert_refused, parametrized

TRUST: Final = world.trust()
PLACE: Final = "a.result"
HEADER: Final = f"{PLACE}, header"
JOURNAL: Final = f"{PLACE}, journal"
GOOD: Final = world.result_file()
PARTS: Final = forge.result_parts(GOOD)
OTHER_SESSION: Final = SessionId("01J8ZQ5V7K3M9N2P4R6S8T0WXZ")
OTHER: Final = forge.result_parts(world.result_file(world.events(OTHER_SESSION)))


def checked(data: bytes) -> object:
    """What a gateway, a site and a seat can do."""
    return check_result(data, trust=TRUST, place=PLACE)


def opened(data: bytes) -> object:
    """What the office does."""
    return open_result(data, trust=TRUST, scoring_key=world.content_key("scoring"), place=PLACE)


def attack(name: str, act: Callable[[], object], refusal: type[Refused], place: str, says: str) -> Attack:
    return Attack(name=name, file=".result", act=act, refusal=refusal, place=place, says=says)


def prefixed(
    *, magic: bytes = b"\x89RSLT\r\n\x1a", version: int = 1, header: int | None = None, seal: int | None = None
) -> Callable[[], object]:
    _, _, header_length, seal_length = forge.RESULT_PREFIX.unpack_from(GOOD)
    prefix = forge.RESULT_PREFIX.pack(
        magic, version, header_length if header is None else header, seal_length if seal is None else seal
    )
    return lambda: checked(prefix + GOOD[forge.RESULT_PREFIX.size :])


def header(by: str | None = None, **changes: JsonInput) -> Callable[[], object]:
    """The header says something else, and the seat (or somebody) has sealed it anew."""
    return lambda: opened(forge.bundle({**PARTS[0], **changes}, PARTS[1], by=by))


def unsealed(header: Mapping[str, JsonInput], body: bytes) -> Callable[[], object]:
    """Parts put together under the seal of the good one: what somebody without the seat's key can do."""
    return lambda: checked(forge.bundle(header, body, seal_bytes=PARTS[2]))


def seat_bundle(
    lines: Sequence[bytes],
    *,
    checkpoints: Sequence[bytes] = (),
    incidents: Sequence[Incident] = (),
    of: Sequence[Event] | None = None,
    **changes: object,
) -> Callable[[], object]:
    """What a seat that lies can seal: any journal, with header and chain that fit it."""
    happened = list(of or world.events())
    fitting = {"records": len(lines), "head": head_of(lines)}
    value = world.result_header(happened, **(fitting | changes))
    content = ResultContent(journal=tuple(lines), incidents=tuple(incidents), checkpoints=tuple(checkpoints))
    data = build_result(
        value,
        content,
        scoring_keys=[world.content_key("scoring").public],
        seat_key=world.signing_key(f"{world.SITE}/{world.SEAT}"),
    )
    return lambda: opened(data)


LINES: Final = list(world.journal(world.events()))


def line(n: int, event: Event, *, calls_itself: int | None = None) -> bytes:
    number = n if calls_itself is None else calls_itself
    return encode_record(Record(n=number, tick_ms=1_500, wall=UtcMs(world.NOW + n * 1_500), event=event))


def renumbered(lines: Sequence[bytes]) -> list[bytes]:
    """Records in another order, each numbered by its new place, the chain computed anew."""
    from exam_packages.records import decode_record  # noqa: PLC0415 - only here

    return [line(n, decode_record(each, place="forged").event) for n, each in enumerate(lines)]


def checkpoint(session: SessionId = world.SESSION, *, records: int = 4, head: str | None = None, by: str = "") -> bytes:
    value = Checkpoint(
        session=session,
        records=records,
        head=Digest(head or head_of(LINES[: min(records, len(LINES))])),
        wall=world.NOW,
    )
    return build_checkpoint(value, world.signing_key(by or f"{world.SITE}/{world.SEAT}"))


CERTIFICATE: Final = from_base64(str(PARTS[0]["certificate"]), place="forged")
ELSEWHERE: Final = SeatId("seat-02")
BEFORE_IT_MOVED: Final = list(world.journal(world.events(seat=ELSEWHERE)))[:3]


def moved(**changes: object) -> Callable[[], object]:
    """A session that began at seat-02 and was taken over, with something wrong in the record that says so."""
    right: dict[str, object] = {
        "from_seat": ELSEWHERE,
        "to_seat": world.SEAT,
        "proctor": ProctorId("proctor-1"),
        "records": len(BEFORE_IT_MOVED),
        "head": head_of(BEFORE_IT_MOVED),
        "certificate": world.certificate_file(world.SITE, ELSEWHERE),
    }
    event = Moved(**(right | changes))  # type: ignore[arg-type]  # a table of the fields
    lines = [*BEFORE_IT_MOVED, line(len(BEFORE_IT_MOVED), event)]
    return seat_bundle(lines, state=ResultState.UNFINISHED)


def sealed_otherwise(written: Callable[[list[bytes]], bytes]) -> Callable[[], object]:
    """A seat's own program may write other lines than its header is about; what is sealed then fits in every length."""

    def act() -> object:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(results, "_lines", lambda lines: written(list(lines)))
            open_it = seat_bundle(LINES)
        return open_it()

    return act


def in_lines(lines: Iterable[bytes]) -> bytes:
    return b"".join(each + b"\n" for each in lines)


REVOKED_SEAT: Final = world.trust(
    Revocations(
        number=1,
        seat_certificates=frozenset({forge.payload_digest(CERTIFICATE)}),
    )
)
REVOKED_SITE: Final = world.trust(Revocations(number=1, site_ids=frozenset({world.SITE})))
LIMA_CERTIFICATE: Final = world.certificate_file(world.OTHER_SITE)
BODY: Final = bytearray(PARTS[1])
BODY[3_000] ^= 1

OUTSIDE: Final = [
    attack("no byte", lambda: checked(b""), FormRefused, PLACE, "too short"),
    attack("a package and no result", lambda: checked(world.package().data),
           FormRefused, PLACE, "does not begin like"),
    attack("version 0", prefixed(version=0), FormRefused, PLACE, "has version 0"),
    attack("the highest version", prefixed(version=2**32 - 1), FormRefused, PLACE, "has version 4294967295"),
    attack("another magic", prefixed(magic=b"\x89EXAM\r\n\x1a"), FormRefused, PLACE, "does not begin like"),
    attack("a header of 4 GiB", prefixed(header=2**32 - 1), FormRefused, PLACE, "a header that is too long"),
    attack("a seal of 4 GiB", prefixed(seal=2**32 - 1), FormRefused, PLACE, "a seal that is too long"),
    attack("header and seal that overlap", lambda: checked(GOOD[: forge.RESULT_PREFIX.size + 100]),
           FormRefused, PLACE, "is cut"),
    attack("a header one byte shorter", prefixed(header=forge.RESULT_PREFIX.unpack_from(GOOD)[2] - 1),
           FormRefused, HEADER, "is not JSON"),
    attack("a seal one byte shorter", prefixed(seal=forge.RESULT_PREFIX.unpack_from(GOOD)[3] - 1),
           FormRefused, PLACE, "another length"),
    attack("bytes behind the seal", lambda: checked(GOOD + b"\x00"),
           FormRefused, PLACE, "another length than its header says"),
    attack("bytes hidden before the seal", unsealed(PARTS[0], PARTS[1] + b"hidden"),
           FormRefused, PLACE, "another length"),
    attack("a stream cut", unsealed(PARTS[0], PARTS[1][:-1]), FormRefused, PLACE, "another length"),
    attack("one bit of the ciphertext", unsealed(PARTS[0], bytes(BODY)),
           ContentRefused, f"{PLACE}, seal", "over other content"),
    attack("another bundle's ciphertext", unsealed(PARTS[0], OTHER[1]),
           ContentRefused, f"{PLACE}, seal", "over other content"),
    attack("another bundle's header", unsealed(OTHER[0], PARTS[1]),
           ContentRefused, f"{PLACE}, seal", "over another header"),
    attack("the candidate exchanged in the header", unsealed({**PARTS[0], "candidate": "candidate-2"}, PARTS[1]),
           ContentRefused, f"{PLACE}, seal", "over another header"),
    attack("sealed by another seat of the site", header(by=f"{world.SITE}/seat-02"),
           ThresholdRefused, f"{PLACE}, seal.signatures[0]", "may not sign"),
    attack("sealed by the site", header(by=world.SITE),
           ThresholdRefused, f"{PLACE}, seal.signatures[0]", "may not sign"),
    attack("sealed by the office's receipts key", header(by="scoring"),
           ThresholdRefused, f"{PLACE}, seal.signatures[0]", "may not sign"),
    attack("a checkpoint in the place of the seal",
           lambda: checked(forge.bundle(PARTS[0], PARTS[1], seal_bytes=checkpoint())),
           FormRefused, f"{PLACE}, seal.payloadType", "is not a application"),
    attack("of a seat that was revoked", lambda: check_result(GOOD, trust=REVOKED_SEAT, place=PLACE),
           RevokedRefused, f"{PLACE}, certificate", "revoked"),
    attack("of a site that was revoked", lambda: check_result(GOOD, trust=REVOKED_SITE, place=PLACE),
           RevokedRefused, f"{PLACE}, registration", "revoked"),
    attack("another site's certificate under the own registration", header(certificate=to_base64(LIMA_CERTIFICATE)),
           ThresholdRefused, f"{PLACE}, certificate.signatures[0]", "may not sign"),
    attack("another site's certificate and registration under the own name",
           header(certificate=to_base64(LIMA_CERTIFICATE), registration=to_base64(world.registration_file(world.OTHER_SITE))),
           NotForThisSiteRefused, f"{PLACE}, registration", "for the site site-lima"),
    attack("a certificate that names another site, signed by the own",
           header(certificate=to_base64(forge.saying(world.certificate_file(), (world.SITE,), site=world.OTHER_SITE))),
           NotForThisSiteRefused, f"{PLACE}, certificate", "for the site site-lima"),
    attack("a registration in the place of the certificate", header(certificate=to_base64(world.registration_file())),
           FormRefused, f"{PLACE}, certificate.payloadType", "is not a application"),
    attack("a registration the site signed for itself",
           header(registration=to_base64(forge.saying(world.registration_file(), (world.SITE,)))),
           ThresholdRefused, f"{PLACE}, registration.signatures[0]", "may not sign"),
    attack("another seat's name in the header", header(seat="seat-02"),
           ContentRefused, HEADER, "another seat than its certificate"),
    attack("a site called ../..", header(site="../.."), FormRefused, f"{HEADER}.site", "is not a name"),
    attack("a session called ../../etc", header(session="../../etc"),
           FormRefused, f"{HEADER}.session", "is not a session id"),
    attack("number 0", header(number=0), FormRefused, f"{HEADER}.number", "is not from 1"),
    attack("a state nobody knows", header(state="perfect"), FormRefused, f"{HEADER}.state", "known values"),
    attack("2**53 - 1 records", header(records=MOST), FormRefused, f"{HEADER}.records", "is not from"),
    attack("a stream of 2**53 - 1 bytes", header(streams=[{"length": MOST, "name": "journal"}]),
           FormRefused, f"{HEADER}.streams[0].length", "is not from"),
    attack("a stream longer than it is", header(streams=[{"length": length, "name": name} for name, length in
           (("journal", 9_999_999), ("incidents", 0), ("checkpoints", 0))]), FormRefused, PLACE, "another length"),
    attack("one stream twice", header(streams=[{"length": 0, "name": "journal"}] * 3),
           FormRefused, f"{HEADER}.streams", "not those of a bundle"),
    attack("a stream too many", header(streams=[{"length": 0, "name": "journal"}] * 6),
           FormRefused, f"{HEADER}.streams", "more than 5"),
    attack("no recipient", header(recipients=[]), FormRefused, f"{HEADER}.recipients", "is empty"),
    attack("one recipient twice", header(recipients=["ab" * 32] * 2),
           FormRefused, f"{HEADER}.recipients", "one key twice"),
    attack("an unknown field in the header", header(score=100), FormRefused, f"{HEADER}.score", "unknown field"),
]  # fmt: skip

INSIDE: Final = [
    attack("wraps exchanged between the recipients",
           lambda: opened(forge.bundle(PARTS[0], PARTS[1][1168:2336] + PARTS[1][:1168] + PARTS[1][2336:])),
           ContentRefused, f"{PLACE}, wrap", "cannot be opened"),
    attack("the recipients' names exchanged", header(recipients=forge.texts(PARTS[0]["recipients"])[::-1]),
           ContentRefused, f"{PLACE}, wrap", "cannot be opened"),
    attack("sealed to another office", header(recipients=["ab" * 32, "cd" * 32]),
           ContentRefused, PLACE, "sealed to other scoring keys"),
    attack("another bundle's streams under the own wraps",
           lambda: opened(forge.bundle(PARTS[0], PARTS[1][:2336] + OTHER[1][2336:])),
           ContentRefused, JOURNAL, "another key or for another use"),
    attack("another bundle whole under the own header", lambda: opened(forge.bundle(PARTS[0], OTHER[1])),
           ContentRefused, f"{PLACE}, wrap", "cannot be opened"),
    attack("a header made anew over an old body", header(number=2),
           ContentRefused, f"{PLACE}, wrap", "cannot be opened"),
    attack("a journal of another session", seat_bundle(world.journal(world.events(OTHER_SESSION))),
           ContentRefused, JOURNAL, "of another session"),
    attack("a journal of another seat", seat_bundle(world.journal(world.events(seat=SeatId("seat-02")))),
           ContentRefused, JOURNAL, "of another session"),
    attack("a header that says finished over an unfinished journal", seat_bundle(LINES[:-1]),
           ContentRefused, JOURNAL, "ended otherwise"),
    attack("a journal without the last record of its header", sealed_otherwise(lambda lines: in_lines(lines[:-1])),
           ContentRefused, PLACE, f"holds {len(LINES) - 1} records, its header says {len(LINES)}"),
    attack("a journal whose chain is not its header's", sealed_otherwise(
           lambda lines: in_lines(each.replace(b'"tick":1500', b'"tick":1501') for each in lines)),
           ContentRefused, PLACE, "another head than its header says"),
    attack("a journal without its last line feed", sealed_otherwise(b"\n".join),
           FormRefused, JOURNAL, "does not end with a line feed"),
    attack("a session moved over records that are not there", moved(records=2),
           ContentRefused, f"{JOURNAL}, record 3", "does not go on where"),
    attack("a session moved over other records", moved(head=Digest("ab" * 32)),
           ContentRefused, f"{JOURNAL}, record 3", "does not go on where"),
    attack("a session moved away from a seat that did not have it", moved(from_seat=world.SEAT),
           ContentRefused, f"{JOURNAL}, record 3", "leaves another seat than seat-02"),
    attack("a session moved with the certificate of the seat it came to", moved(certificate=CERTIFICATE),
           ContentRefused, f"{JOURNAL}, record 3", "leaves another seat than seat-02"),
    attack("a session moved from another site", moved(certificate=world.certificate_file(world.OTHER_SITE, ELSEWHERE)),
           ThresholdRefused, f"{JOURNAL}, record 3.signatures[0]", "may not sign"),
    attack("a header that says another package", seat_bundle(LINES, package=Digest("ab" * 32)),
           ContentRefused, JOURNAL, "of another session"),
    attack("a header that says another candidate", seat_bundle(LINES, candidate="candidate-2"),
           ContentRefused, JOURNAL, "of another session"),
    attack("no record", seat_bundle([]), ContentRefused, JOURNAL, "does not begin with the opening"),
    attack("the opening cut off", seat_bundle(renumbered(LINES[1:])),
           ContentRefused, JOURNAL, "does not begin with the opening"),
    attack("a record cut out", seat_bundle(LINES[:3] + LINES[4:]),
           ContentRefused, JOURNAL, "record 3 calls itself 4"),
    attack("two records exchanged", seat_bundle([*LINES[:3], LINES[4], LINES[3], *LINES[5:]]),
           ContentRefused, JOURNAL, "record 3 calls itself 4"),
    attack("a record twice", seat_bundle([*LINES[:4], *LINES[3:]]),
           ContentRefused, JOURNAL, "record 4 calls itself 3"),
    attack("a record with the highest number",
           seat_bundle([*LINES[:-1], line(7, world.events()[-1], calls_itself=MOST)]),
           ContentRefused, JOURNAL, "calls itself 9007199254740991"),
    attack("an event nobody knows",
           seat_bundle([*LINES[:3], LINES[3].replace(b"item-presented", b"item-forgotten"), *LINES[4:]]),
           FormRefused, f"{JOURNAL}, record 3.event", "no event called"),
    attack("a record in another JSON form", seat_bundle([*LINES[:3], LINES[3].replace(b":", b": ", 1), *LINES[4:]]),
           FormRefused, f"{JOURNAL}, record 3", "one canonical form"),
    attack("an unknown field in an event",
           seat_bundle([*LINES[:7], LINES[7].replace(b'{"kind"', b'{"bonus":1,"kind"')]),
           FormRefused, f"{JOURNAL}, record 7.event.bonus", "unknown field"),
    attack("a record of two MiB", seat_bundle([*LINES[:7], b"[" + b" " * 2 * 2**20]),
           FormRefused, f"{JOURNAL}, record 7", "longer than"),
    attack("a time that runs backwards", seat_bundle([*LINES[:7], LINES[7].replace(b'"tick":1500', b'"tick":-1')]),
           FormRefused, f"{JOURNAL}, record 7.tick", "is not from 0"),
    attack("records taken out, the chain computed anew, a checkpoint left", seat_bundle(
           renumbered([*LINES[:3], *LINES[5:]]), checkpoints=[checkpoint(records=5)]),
           ContentRefused, f"{PLACE}, checkpoint 0", "records are missing or altered"),
    attack("a checkpoint of more records than there are", seat_bundle(LINES, checkpoints=[checkpoint(records=999)]),
           ContentRefused, f"{PLACE}, checkpoint 0", "records are missing"),
    attack("a checkpoint of another session", seat_bundle(LINES, checkpoints=[checkpoint(OTHER_SESSION)]),
           ContentRefused, f"{PLACE}, checkpoint 0", "another session"),
    attack("a checkpoint of another seat", seat_bundle(LINES, checkpoints=[checkpoint(by=f"{world.SITE}/seat-02")]),
           ThresholdRefused, f"{PLACE}, checkpoint 0.signatures[0]", "may not sign"),
    attack("a checkpoint altered under its signature",
           seat_bundle(LINES, checkpoints=[forge.altered(checkpoint(), records=5)]),
           SignatureRefused, f"{PLACE}, checkpoint 0.signatures[0]", "does not verify"),
    attack("a seal in the place of a checkpoint", seat_bundle(LINES, checkpoints=[forge.signed_payload(
           forge.payload_of(checkpoint()), PayloadType.RESULT, (f"{world.SITE}/{world.SEAT}",))]),
           FormRefused, f"{PLACE}, checkpoint 0.payloadType", "is not a application"),
    attack("an incident of a kind that leads out",
           seat_bundle(LINES, incidents=[Incident(wall=world.NOW, kind="../x")]),
           FormRefused, f"{PLACE}, incident 0.kind", "is not a name"),
]  # fmt: skip

ATTACKS: Final = [*OUTSIDE, *INSIDE]


@parametrized(ATTACKS)
def test_refused(attack: Attack) -> None:
    assert_refused(attack)


def test_what_is_forged_from_is_good() -> None:
    for again in (GOOD, forge.bundle(PARTS[0], PARTS[1])):
        assert checked(again) == check_result(again, trust=TRUST)
        opened(again)
    seat_bundle(LINES, checkpoints=[checkpoint()])()
    assert struct.calcsize(">8sIII") == forge.RESULT_PREFIX.size
    assert state_of(world.events()[-1]).value == "finished"
    check_package(BytesSource(world.package().data), trust=TRUST)


def answered(item: str) -> Answered:
    return Answered(item=ItemId(item), response=ResponseId("RESPONSE"), value=("A",))


IMPOSSIBLE: Final[dict[str, list[Event]]] = {
    "an answer before the section was entered": [*world.events()[:2], answered("item-1")],
    "an answer to an item that is not in the form": [
        *world.events()[:4], answered("item-99")],
    "an answer after it was handed in": [*world.events()[:7], world.events()[4]],
    "handed in twice": [*world.events()[:7], Submitted()],
    "opened twice": [*world.events()[:3], world.events()[0]],
    "anything after the end": [*world.events(), TimePassed()],
}  # fmt: skip


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_a_session_that_cannot_have_happened_is_found_by_replay(name: str) -> None:
    """Rightly numbered, chained and sealed: nothing but playing it again can tell."""
    happened = IMPOSSIBLE[name]
    lines = world.journal(happened)
    data = world.result_file(happened, checkpoints=())
    result: Any = opened(data)
    assert len(result.records) == len(lines)
    with pytest.raises(EventNotAllowed):
        replay(result.records)


def test_more_time_than_there_was_is_found_by_replay() -> None:
    """An answer an hour into a section of one minute."""
    lines = list(world.journal(world.events()))
    records = [replace(each, tick_ms=3_600_000) if each.n == 4 else each for each in _records(lines)]
    with pytest.raises(EventNotAllowed):
        replay(records)
    replay(_records(lines))


def _records(lines: Sequence[bytes]) -> list[Record]:
    result: Any = seat_bundle(lines)()
    records: list[Record] = list(result.records)
    assert isinstance(records[0].event, Opened)
    return records
