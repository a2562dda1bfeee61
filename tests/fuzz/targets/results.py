"""Result bundles: as files, with headers a seat has signed, and with contents that are sealed as they must be."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from functools import cache, lru_cache
from typing import Any, Final

from exam_packages import results
from exam_packages.as_found import AsFound, GivenBack, PutBack, build_as_found
from exam_packages.ids import Digest, ProctorId, SeatId
from exam_packages.lockdown_log import START, Followed, LockdownLine, after, encode_line
from exam_packages.readiness_certificates import (
    CheckClaim,
    CheckOutcome,
    ClaimedCapability,
    ReadinessCertificate,
    build_readiness,
)
from exam_packages.records import decode_record, encode_record
from exam_packages.result_opening import check_result, open_result
from exam_packages.results import ResultState, StreamName, head_of, state_of
from exam_packages.session_events import Moved, Record
from exam_packages.session_keys import build_session_key, open_session_key, recover_session_key
from signing.canonical import JsonValue, encode
from signing.dsse import sign
from signing.errors import Refused
from signing.hpke import seal
from signing.labels import PayloadType
from signing.sealed_stream import seal as seal_stream
from tests.exam_packages import world
from tests.fuzz.target import Frame, Target, framed, in_one_form, one_form_of, payload_of, split

TRUST: Final = world.trust()
_SEAT_KEY: Final = world.signing_key(f"{world.SITE}/{world.SEAT}")
_SCORING: Final = world.content_key("scoring")
_BUNDLE_KEY: Final = bytes(range(32))
_OTHER_SEAT: Final = SeatId("seat-02")
_STORAGE_KEY: Final = bytes(range(32, 64))


def fuzz_result(data: bytes) -> None:
    """A bundle as a file, or one with a header that its seat has signed; checked at a gateway, then opened."""
    frame, _, rest = split(data)
    file = rest if frame is Frame.FILE else _with_header(rest if frame is Frame.PAYLOAD else in_one_form(rest))
    with suppress(Refused):
        assert check_result(file, trust=TRUST).digest == hashlib.sha256(file).hexdigest()
        assert open_result(file, trust=TRUST, scoring_key=_SCORING).records


def _with_header(header: bytes) -> bytes:
    body = _good_body()
    sealed = results._build_seal(hashlib.sha256(header).digest(), body, _SEAT_KEY)
    return results._PREFIX.pack(results.MAGIC, results.VERSION, len(header), len(sealed)) + header + body + sealed


@cache
def _good_body() -> bytes:
    file = world.result_file()
    return results.read_result(file, place="seed").body


def fuzz_result_contents(data: bytes) -> None:
    """Journal, incidents and checkpoints in a bundle that is sealed and signed as it must be."""
    streams = _streams(data)
    with suppress(Refused):
        file = _sealed(streams)
        opened = open_result(file, trust=TRUST, scoring_key=_SCORING)
        assert opened.plan.session == opened.checked.header.session


def _streams(data: bytes) -> dict[StreamName, bytes]:
    """Streams that an input stands for: an object with a list of lines for each, or, for all of it, a text."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        return {StreamName.JOURNAL: data, StreamName.INCIDENTS: b"", StreamName.CHECKPOINTS: b""}
    streams = {name: _stream(value.get(name.value), name) for name in StreamName}
    return {name: plain for name, plain in streams.items() if plain or name in results._ALWAYS}


def _stream(lines: object, name: StreamName) -> bytes:
    if not isinstance(lines, list):
        return str(lines).encode("utf-8", "replace") if lines else b""
    return b"".join(_line(one_form_of(line), name) + b"\n" for line in lines)


def _line(content: bytes, name: StreamName) -> bytes:
    match name:
        case StreamName.CHECKPOINTS:
            return _signed(content, PayloadType.JOURNAL_CHECKPOINT)
        case StreamName.STATEMENTS:
            return _signed(content, PayloadType.AS_FOUND if b'"operations"' in content else PayloadType.READINESS)
        case _:
            return content


@lru_cache(maxsize=64)
def _signed(payload: bytes, payload_type: PayloadType) -> bytes:
    return sign(payload, payload_type, [_SEAT_KEY])


def _sealed(streams: Mapping[StreamName, bytes]) -> bytes:
    """Seal streams as they are under a header that fits them."""
    journal = streams[StreamName.JOURNAL].split(b"\n")[:-1]
    layout = [{"length": len(plain), "name": name.value} for name, plain in streams.items()]
    header = encode(
        _clear_header()
        | {
            "head": head_of(journal),
            "recipients": [_SCORING.public.key_id],
            "records": len(journal),
            "state": _state(journal).value,
            "streams": layout,
        }
    )
    digest = hashlib.sha256(header).digest()
    body = seal(_BUNDLE_KEY, _SCORING.public, info=results._wrap_info(digest)) + b"".join(
        piece
        for number, plain in enumerate(streams.values())
        for piece in seal_stream(
            [plain], results._stream_key(_BUNDLE_KEY, digest, number), results._stream_context(digest, number)
        )
    )
    sealed = results._build_seal(digest, body, _SEAT_KEY)
    return results._PREFIX.pack(results.MAGIC, results.VERSION, len(header), len(sealed)) + header + body + sealed


def _state(journal: list[bytes]) -> ResultState:
    with suppress(Refused):
        return state_of(decode_record(journal[-1], place="last").event if journal else None)
    return ResultState.UNFINISHED


@cache
def _clear_header() -> dict[str, JsonValue]:
    file = world.result_file()
    _, _, length, _ = results._PREFIX.unpack_from(file)
    header: dict[str, JsonValue] = json.loads(file[results._PREFIX.size : results._PREFIX.size + length])
    return header


def fuzz_session_key(data: bytes) -> None:
    """A session key file, opened at the seat and at the office."""
    with suppress(Refused):
        assert len(open_session_key(data, storage_key=_STORAGE_KEY)) == 32
    with suppress(Refused):
        assert len(recover_session_key(data, scoring_key=_SCORING)) == 32


# -- seeds ------------------------------------------------------------------------------------------------------------


def _results() -> list[bytes]:
    return [framed(Frame.FILE, world.result_file()), framed(Frame.MEANING, encode(_clear_header()))]


def _contents() -> list[bytes]:
    happened = world.events()
    journal = [json.loads(line) for line in world.journal(happened)]
    elsewhere = [json.loads(line) for line in world.journal(world.events(seat=_OTHER_SEAT))][:3]
    incidents = [{"kind": "pin-wrong", "note": "proctor", "wall": world.NOW}]
    checkpoints = [json.loads(payload_of(world.checkpoint(happened, count))) for count in (0, 4, len(happened))]
    whole = {
        "checkpoints": checkpoints,
        "incidents": incidents,
        "journal": journal,
        "lockdown": _lockdown(),
        "statements": _statements(),
    }
    return [
        json.dumps(whole).encode(),
        json.dumps({"checkpoints": [], "incidents": [], "journal": [*elsewhere, _moved(elsewhere)]}).encode(),
        b"".join(line + b"\n" for line in world.journal(happened)),
    ]


def _lockdown() -> list[dict[str, JsonValue]]:
    lines: list[dict[str, JsonValue]] = []
    head = START
    for n, followed in enumerate(Followed):
        line = encode_line(
            LockdownLine(
                n=n,
                kind="shortcut",
                followed=followed,
                wall=world.NOW,
                since_boot_ms=1000 * n,
                evidence={"keys": "Alt Tab"},
                previous=head,
            )
        )
        head = after(n, head, line)
        lines.append(json.loads(line))
    return lines


def _statements() -> list[dict[str, JsonValue]]:
    key = _SEAT_KEY.public_key.keyid
    ready = ReadinessCertificate(
        seat=world.SEAT,
        key=key,
        made=world.NOW,
        platform="Linux, X11",
        version="1.0",
        program=Digest("ab" * 32),
        is_whole=True,
        capabilities=(("clipboard", ClaimedCapability.DETECT_ONLY),),
        checks=(CheckClaim(check="disk", outcome=next(iter(CheckOutcome)), evidence="12 GB free"),),
    )
    operation = PutBack(operation="screen-saver", found=Digest("ab" * 32), left=Digest("cd" * 32), failure="")
    found = AsFound(seat=world.SEAT, key=key, made=world.NOW, because=next(iter(GivenBack)), operations=(operation,))
    return [
        json.loads(payload_of(each)) for each in (build_readiness(ready, _SEAT_KEY), build_as_found(found, _SEAT_KEY))
    ]


def _moved(journal: list[Any]) -> dict[str, JsonValue]:
    certificate = world.certificate_file(world.SITE, _OTHER_SEAT)
    event = Moved(
        from_seat=_OTHER_SEAT,
        to_seat=world.SEAT,
        proctor=ProctorId("proctor-1"),
        records=len(journal),
        head=head_of(encode(record) for record in journal),
        certificate=certificate,
    )
    record = encode_record(Record(n=len(journal), tick_ms=0, wall=world.NOW, event=event))
    value: dict[str, JsonValue] = json.loads(record)
    return value


def _session_keys() -> list[bytes]:
    offices = [world.content_key(name).public for name in ("scoring", "scoring-next")]
    return [
        build_session_key(_BUNDLE_KEY, session=world.SESSION, storage_key=_STORAGE_KEY, scoring_keys=offices[:count])
        for count in (1, 2)
    ]


TARGETS: Final = (
    Target(
        name="result",
        reads="result bundles: the file, and headers under the seat's own seal",
        run=fuzz_result,
        seeds=_results,
        max_bytes=20_000,
    ),
    Target(
        name="result-contents",
        reads="journal, incidents, checkpoints and moves inside a bundle that is sealed as it must be",
        run=fuzz_result_contents,
        seeds=_contents,
        max_bytes=12_000,  # a move brings a certificate
    ),
    Target(
        name="session-key", reads="session key files, at seat and office", run=fuzz_session_key, seeds=_session_keys
    ),
)
