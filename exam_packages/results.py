"""The byte layout of ``.result``: a session's journal on its way to the office.

Owns the layout, the header's fields, the sealed streams, the seat's seal, and journal checkpoints. Refuses to know disks and
what a session's events mean. Specification: ``docs/formats/result.md``.

::

    magic 8 | version 4 | header length 4 | seal length 4 | header | wraps | streams | seal

The header is canonical JSON in clear. Each wrap is the bundle's key sealed to one scoring key, with ``info`` made of
SHA-256(header). The seal is the seat's DSSE envelope over the digests of header and of everything between header and seal, so
a gateway can check a bundle without being able to open it. The file's name is its digest.
"""

from __future__ import annotations

import hashlib
import secrets
import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from exam_packages.chain import CHAIN_START, RECORDS_MAX, link
from exam_packages.ids import AppointmentId, CandidateId, Digest, ExamId, FormId, SeatId, SessionId, SiteId, UtcMs
from exam_packages.session_events import AgreementDeclined, Closed, Event, Finished, IdentityRejected
from exam_packages.signed_documents import (
    UntrustedDocument,
    file_digest,
    name_of,
    read_document,
    refuse_unless,
    session_of,
    sign_document,
)
from signing.canonical import JsonInput, JsonValue, decode, encode
from signing.errors import ContentRefused, FormRefused
from signing.fields import Fields, to_base64
from signing.hpke import OVERHEAD_BYTES, ContentKey, ContentPublicKey, open_sealed, seal
from signing.key_wrap import derive
from signing.keys import KeySet, SigningKey, VerifyKey
from signing.labels import Label, PayloadType
from signing.sealed_stream import SealedReader, sealed_length
from signing.sealed_stream import seal as seal_stream

MAGIC: Final = b"\x89RSLT\r\n\x1a"
VERSION: Final = 1
BUNDLE_MAX_BYTES: Final = 256 * 1024 * 1024  # a session with many long essays stays far below one tenth
HEADER_MAX_BYTES: Final = 256 * 1024
SEAL_MAX_BYTES: Final = 8 * 1024
DOCUMENT_IN_HEADER_MAX_BYTES: Final = 64 * 1024  # certificate and registration
RECIPIENTS_MAX: Final = 2  # current and next scoring key
NUMBER_MAX: Final = (
    100_000  # bundles of a seat: forty a day for ten years. The office lists every number that is missing below
)
BUNDLE_KEY_BYTES: Final = 32
WRAP_BYTES: Final = BUNDLE_KEY_BYTES + OVERHEAD_BYTES
CHECKPOINT_MAX_BYTES: Final = 8 * 1024
INCIDENT_MAX_BYTES: Final = 16 * 1024
NOTE_MAX: Final = 2_000  # characters
ROLLBACK_FOUND: Final = "rollback-found"
"""Kind of incident: the seat's folder is older than it once was."""
ROLLBACK_ACCEPTED: Final = "rollback-accepted"
"""Kind of incident: an admin let such a seat work again, and why."""

_PREFIX: Final = struct.Struct(">8sIII")


class ResultState(Enum):
    """How a session ended."""

    FINISHED = "finished"
    DECLINED = "declined"
    """The candidate declined the agreement, or said that the name is not theirs."""
    CLOSED = "closed"
    UNFINISHED = "unfinished"


class StreamName(Enum):
    """What a sealed stream holds; a bundle has one of each, in this order, the last two only where there is something in them."""

    JOURNAL = "journal"
    INCIDENTS = "incidents"
    CHECKPOINTS = "checkpoints"
    LOCKDOWN = "lockdown"
    STATEMENTS = "statements"


_ALWAYS: Final = [StreamName.JOURNAL, StreamName.INCIDENTS, StreamName.CHECKPOINTS]
_WHERE_FILLED: Final = [StreamName.LOCKDOWN, StreamName.STATEMENTS]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultHeader:
    """What stands in clear at the front of a bundle.

    Attributes:
        session, appointment, exam, form, candidate: whose sitting of what.
        package: digest of the delivery package's manifest.
        site, seat: where; as in the certificate.
        certificate: the seat's certificate file.
        registration: the site's registration file.
        number: counts the seat's bundles from 1.
        previous: digest of the seat's bundle before; None for the first.
        state: how the session ended.
        records: number of journal records.
        head: value of the journal's chain after the last record, in hexadecimal.
        created: wall time of sealing.
    """

    session: SessionId
    appointment: AppointmentId
    exam: ExamId
    form: FormId
    candidate: CandidateId
    package: Digest
    site: SiteId
    seat: SeatId
    certificate: bytes
    registration: bytes
    number: int
    previous: Digest | None
    state: ResultState
    records: int
    head: Digest
    created: UtcMs


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One line of the seat's incident log: what happened around the session.

    Attributes:
        wall: wall time.
        kind: stable name, for programs (``pin-wrong``, ``storage-fault``, ``restart`` …).
        note: for people; may be empty.
    """

    wall: UtcMs
    kind: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The seat's word that its journal had this head after so many records.

    Attributes:
        session: whose journal.
        records: how many records the head covers.
        head: value of the chain after the last of them, in hexadecimal.
        wall: wall time.
    """

    session: SessionId
    records: int
    head: Digest
    wall: UtcMs


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultContent:
    """What is sealed in a bundle: the streams, line by line.

    Attributes:
        journal: encoded records, in order.
        incidents: the seat's incident log.
        checkpoints: signed checkpoints, oldest first.
        lockdown: lines of the sitting's lockdown log, as ``lockdown_log`` encodes them; none where nothing locked the seat down.
        statements: what the seat has signed about itself (``statements``), a line each.
    """

    journal: tuple[bytes, ...]
    incidents: tuple[Incident, ...] = ()
    checkpoints: tuple[bytes, ...] = ()
    lockdown: tuple[bytes, ...] = ()
    statements: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamLayout:
    """One sealed stream: its name and the length of its plaintext."""

    name: StreamName
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UntrustedResult:
    """A bundle whose form is right and whose seal nobody has verified."""

    untrusted_header: ResultHeader
    header_digest: bytes
    body_digest: Digest
    recipients: tuple[str, ...]
    streams: tuple[StreamLayout, ...]
    wraps: tuple[bytes, ...]
    body: bytes
    seal: UntrustedDocument
    digest: Digest
    place: str


def state_of(last: Event | None) -> ResultState:
    """Return how a session ended, from its last event; None stands for an empty journal."""
    match last:
        case Finished():
            return ResultState.FINISHED
        case AgreementDeclined() | IdentityRejected():
            return ResultState.DECLINED
        case Closed():
            return ResultState.CLOSED
        case _:
            return ResultState.UNFINISHED


def build_result(
    header: ResultHeader,
    content: ResultContent,
    *,
    scoring_keys: Sequence[ContentPublicKey],
    seat_key: SigningKey,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> bytes:
    """Seal a session into a bundle.

    Args:
        header: what stands in clear; ``records`` and ``head`` have to be those of the journal.
        content: the streams.
        scoring_keys: the keys named in the package's manifest.
        seat_key: signs the bundle.
        random_bytes: source of the bundle's key.

    Returns:
        The file; its name is ``file_digest`` of it.

    Raises:
        ValueError: the header does not fit the journal.
        FormRefused: longer than any reader accepts.
    """
    if (header.records, header.head) != (len(content.journal), head_of(content.journal)):
        raise ValueError("the header does not fit the journal")
    plain = {
        StreamName.JOURNAL: _lines(content.journal),
        StreamName.INCIDENTS: _lines(encode_incident(incident) for incident in content.incidents),
        StreamName.CHECKPOINTS: _lines(content.checkpoints),
        **({StreamName.LOCKDOWN: _lines(content.lockdown)} if content.lockdown else {}),
        **({StreamName.STATEMENTS: _lines(content.statements)} if content.statements else {}),
    }
    streams = tuple(StreamLayout(name=name, length=len(data)) for name, data in plain.items())
    header_bytes = encode(_header_to_json(header, streams, [key.key_id for key in scoring_keys]))
    header_digest = hashlib.sha256(header_bytes).digest()
    key = random_bytes(BUNDLE_KEY_BYTES)
    wraps = b"".join(seal(key, to, info=_wrap_info(header_digest)) for to in scoring_keys)
    body = wraps + b"".join(
        piece
        for number, data in enumerate(plain.values())
        for piece in seal_stream(
            [data], _stream_key(key, header_digest, number), _stream_context(header_digest, number)
        )
    )
    sealed = _build_seal(header_digest, body, seat_key)
    bundle = _PREFIX.pack(MAGIC, VERSION, len(header_bytes), len(sealed)) + header_bytes + body + sealed
    refuse_unless(len(bundle) <= BUNDLE_MAX_BYTES, FormRefused, "is too long for a result bundle", place="result")
    return bundle


def head_of(journal: Iterable[bytes]) -> Digest:
    """Return the value of the chain over encoded records, in hexadecimal."""
    head = CHAIN_START
    for n, record in enumerate(journal):
        head = link(n, head, record)
    return Digest(head.hex())


def looks_like_a_result(start: bytes) -> bool:
    """Tell whether a file begins like a result bundle."""
    return start.startswith(MAGIC)


def read_result(untrusted: bytes, *, place: str) -> UntrustedResult:
    """Read the form of a bundle: every byte is accounted for.

    Raises:
        FormRefused: not a result bundle, another version, cut, bytes nobody accounts for, a header that is not in its one
            encoding.
    """
    refuse_unless(len(untrusted) >= _PREFIX.size, FormRefused, "is too short for a result bundle", place=place)
    refuse_unless(len(untrusted) <= BUNDLE_MAX_BYTES, FormRefused, "is too long for a result bundle", place=place)
    magic, version, header_length, seal_length = _PREFIX.unpack_from(untrusted)
    refuse_unless(magic == MAGIC, FormRefused, "does not begin like a result bundle", place=place)
    refuse_unless(version == VERSION, FormRefused, f"has version {version}, this program reads {VERSION}", place=place)
    refuse_unless(header_length <= HEADER_MAX_BYTES, FormRefused, "has a header that is too long", place=place)
    refuse_unless(seal_length <= SEAL_MAX_BYTES, FormRefused, "has a seal that is too long", place=place)
    header_end = _PREFIX.size + header_length
    seal_start = len(untrusted) - seal_length
    refuse_unless(header_end <= seal_start, FormRefused, "is cut", place=place)
    header_bytes = untrusted[_PREFIX.size : header_end]
    header, streams, recipients = _read_header(header_bytes, f"{place}, header")
    body = untrusted[header_end:seal_start]
    expected = len(recipients) * WRAP_BYTES + sum(sealed_length(stream.length) for stream in streams)
    refuse_unless(len(body) == expected, FormRefused, "has another length than its header says", place=place)
    return UntrustedResult(
        untrusted_header=header,
        header_digest=hashlib.sha256(header_bytes).digest(),
        body_digest=Digest(hashlib.sha256(body).hexdigest()),
        recipients=recipients,
        streams=streams,
        wraps=tuple(body[start : start + WRAP_BYTES] for start in range(0, len(recipients) * WRAP_BYTES, WRAP_BYTES)),
        body=body,
        seal=read_document(
            untrusted[seal_start:], PayloadType.RESULT, place=f"{place}, seal", max_bytes=SEAL_MAX_BYTES
        ),
        digest=file_digest(untrusted),
        place=place,
    )


def verify_seal(result: UntrustedResult, key: VerifyKey) -> None:
    """Verify the seat's seal over header and body.

    Raises:
        SignatureRefused, ThresholdRefused: not signed by this seat.
        ContentRefused: signed over other bytes.
    """
    fields = result.seal.verified_by(KeySet(keys=(key,), threshold=1))
    header, body = fields.digest("header"), fields.digest("body")
    fields.close()
    place = f"{result.place}, seal"
    refuse_unless(header == result.header_digest.hex(), ContentRefused, "is over another header", place=place)
    refuse_unless(body == result.body_digest, ContentRefused, "is over other content", place=place)


def unseal_content(result: UntrustedResult, key: ContentKey) -> ResultContent:
    """Open a bundle with a scoring key. The caller has verified the seal.

    Raises:
        ContentRefused: not sealed to this key, cut or altered.
        FormRefused: a stream that is not in its one encoding.
    """
    place = result.place
    if key.public.key_id not in result.recipients:
        raise ContentRefused("is sealed to other scoring keys than this one", place=place)
    wrap = result.wraps[result.recipients.index(key.public.key_id)]
    bundle_key = open_sealed(wrap, key, info=_wrap_info(result.header_digest), place=f"{place}, wrap")
    refuse_unless(len(bundle_key) == BUNDLE_KEY_BYTES, FormRefused, "holds no key of 32 bytes", place=f"{place}, wrap")
    plain = _open_streams(result, bundle_key)
    journal = _split(plain[StreamName.JOURNAL], f"{place}, journal")
    incidents = tuple(
        decode_incident(line, place=f"{place}, incident {n}")
        for n, line in enumerate(_split(plain[StreamName.INCIDENTS], f"{place}, incidents"))
    )
    checkpoints = _split(plain[StreamName.CHECKPOINTS], f"{place}, checkpoints")
    lockdown = _split(plain.get(StreamName.LOCKDOWN, b""), f"{place}, lockdown log")
    statements = _split(plain.get(StreamName.STATEMENTS, b""), f"{place}, statements")
    return ResultContent(
        journal=journal, incidents=incidents, checkpoints=checkpoints, lockdown=lockdown, statements=statements
    )


def build_checkpoint(checkpoint: Checkpoint, seat_key: SigningKey) -> bytes:
    """Write a checkpoint, signed by the seat."""
    body: dict[str, JsonInput] = {
        "head": checkpoint.head,
        "records": checkpoint.records,
        "session": checkpoint.session,
        "wall": checkpoint.wall,
    }
    return sign_document(body, PayloadType.JOURNAL_CHECKPOINT, [seat_key])


@dataclass(frozen=True, slots=True, kw_only=True)
class UntrustedCheckpoint:
    """A checkpoint whose form is right and whose signature nobody has verified.

    How many records it says it covers tells which seat has to have signed it.
    """

    untrusted_checkpoint: Checkpoint
    document: UntrustedDocument

    def verified_by(self, key: VerifyKey) -> Checkpoint:
        """Return the checkpoint if a seat has signed it.

        Raises:
            ThresholdRefused, SignatureRefused: not signed by this seat.
        """
        self.document.verify(KeySet(keys=(key,), threshold=1))
        return self.untrusted_checkpoint


def read_checkpoint(untrusted: bytes, *, place: str = "checkpoint") -> UntrustedCheckpoint:
    """Read the form of a checkpoint.

    Raises:
        FormRefused: not a checkpoint.
    """
    document = read_document(untrusted, PayloadType.JOURNAL_CHECKPOINT, place=place, max_bytes=CHECKPOINT_MAX_BYTES)
    checkpoint = checkpoint_from_fields(document.untrusted_fields())
    return UntrustedCheckpoint(untrusted_checkpoint=checkpoint, document=document)


def checkpoint_from_fields(fields: Fields) -> Checkpoint:
    """Read the meaning of a checkpoint and close the fields.

    Raises:
        FormRefused: a missing or unknown field, a value out of range.
    """
    checkpoint = Checkpoint(
        session=SessionId(session_of(fields, "session")),
        records=fields.integer("records", maximum=RECORDS_MAX),
        head=Digest(fields.digest("head")),
        wall=UtcMs(fields.integer("wall")),
    )
    fields.close()
    return checkpoint


def encode_incident(incident: Incident) -> bytes:
    """Return the one byte form of an incident: canonical JSON, no line feed inside."""
    return encode({"kind": incident.kind, "note": incident.note, "wall": incident.wall})


def decode_incident(untrusted: bytes, *, place: str) -> Incident:
    """Read one incident.

    Raises:
        FormRefused: not the one encoding of an incident.
    """
    fields = Fields(decode(untrusted, place=place, max_bytes=INCIDENT_MAX_BYTES), place)
    incident = Incident(
        wall=UtcMs(fields.integer("wall")),
        kind=name_of(fields, "kind"),
        note=fields.text("note", min_length=0, max_length=NOTE_MAX),
    )
    fields.close()
    return incident


def _build_seal(header_digest: bytes, body: bytes, seat_key: SigningKey) -> bytes:
    value = {"body": hashlib.sha256(body).hexdigest(), "header": header_digest.hex()}
    return sign_document(value, PayloadType.RESULT, [seat_key])


def _lines(lines: Iterable[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def _split(data: bytes, place: str) -> tuple[bytes, ...]:
    if not data:
        return ()
    refuse_unless(data.endswith(b"\n"), FormRefused, "does not end with a line feed", place=place)
    # Before splitting: 256 MiB of line feeds would become gigabytes of empty lines.
    refuse_unless(data.count(b"\n") <= RECORDS_MAX, FormRefused, f"has over {RECORDS_MAX} lines", place=place)
    return tuple(data[:-1].split(b"\n"))


def _open_streams(result: UntrustedResult, bundle_key: bytes) -> dict[StreamName, bytes]:
    plain: dict[StreamName, bytes] = {}
    start = len(result.recipients) * WRAP_BYTES
    for number, stream in enumerate(result.streams):
        length = sealed_length(stream.length)
        data = memoryview(result.body)[start : start + length]
        reader = SealedReader(
            lambda offset, size, data=data: bytes(data[offset : offset + size]),  # type: ignore[misc]  # bound per loop
            length=length,
            key=_stream_key(bundle_key, result.header_digest, number),
            context=_stream_context(result.header_digest, number),
            place=f"{result.place}, {stream.name.value}",
        )
        plain[stream.name] = reader.read(0, reader.size)
        start += length
    return plain


def _wrap_info(header_digest: bytes) -> bytes:
    return Label.RESULT.with_parts(header_digest)


def _stream_key(bundle_key: bytes, header_digest: bytes, number: int) -> bytes:
    return derive(bundle_key, salt=header_digest, info=Label.RESULT_STREAM_KEY.with_parts(number.to_bytes(4, "big")))


def _stream_context(header_digest: bytes, number: int) -> bytes:
    return Label.RESULT_STREAM_CONTEXT.with_parts(header_digest, number.to_bytes(4, "big"))


def _header_to_json(header: ResultHeader, streams: Sequence[StreamLayout], recipients: Sequence[str]) -> JsonValue:
    body: dict[str, JsonValue] = {
        "appointment": header.appointment,
        "candidate": header.candidate,
        "certificate": to_base64(header.certificate),
        "created": header.created,
        "exam": header.exam,
        "form": header.form,
        "head": header.head,
        "number": header.number,
        "package": header.package,
        "recipients": list(recipients),
        "records": header.records,
        "registration": to_base64(header.registration),
        "seat": header.seat,
        "session": header.session,
        "site": header.site,
        "state": header.state.value,
        "streams": [{"length": stream.length, "name": stream.name.value} for stream in streams],
    }
    if header.previous is not None:
        body["previous"] = header.previous
    return body


def _read_header(untrusted: bytes, place: str) -> tuple[ResultHeader, tuple[StreamLayout, ...], tuple[str, ...]]:
    fields = Fields(decode(untrusted, place=place, max_bytes=HEADER_MAX_BYTES), place)
    previous = fields.optional_digest("previous")
    header = ResultHeader(
        session=SessionId(session_of(fields, "session")),
        appointment=AppointmentId(name_of(fields, "appointment")),
        exam=ExamId(name_of(fields, "exam")),
        form=FormId(name_of(fields, "form")),
        candidate=CandidateId(name_of(fields, "candidate")),
        package=Digest(fields.digest("package")),
        site=SiteId(name_of(fields, "site")),
        seat=SeatId(name_of(fields, "seat")),
        certificate=fields.raw("certificate", max_length=DOCUMENT_IN_HEADER_MAX_BYTES),
        registration=fields.raw("registration", max_length=DOCUMENT_IN_HEADER_MAX_BYTES),
        number=fields.integer("number", minimum=1, maximum=NUMBER_MAX),
        previous=None if previous is None else Digest(previous),
        state=fields.choice("state", ResultState),
        records=fields.integer("records", maximum=RECORDS_MAX),
        head=Digest(fields.digest("head")),
        created=UtcMs(fields.integer("created")),
    )
    streams = _read_streams(fields)
    recipients = _read_recipients(fields)
    fields.close()
    return header, streams, recipients


def _read_streams(fields: Fields) -> tuple[StreamLayout, ...]:
    streams: list[StreamLayout] = []
    for member in fields.objects("streams", max_items=len(StreamName)):
        length = member.integer("length", maximum=BUNDLE_MAX_BYTES)
        streams.append(StreamLayout(name=member.choice("name", StreamName), length=length))
        member.close()
    names, place = [stream.name for stream in streams], f"{fields.place}.streams"
    fits = names == [*_ALWAYS, *(name for name in _WHERE_FILLED if name in names)]
    refuse_unless(fits, FormRefused, "are not those of a bundle", place=place)
    for stream in streams[len(_ALWAYS) :]:  # a bundle without lines has no such stream: one meaning, one encoding
        refuse_unless(stream.length, FormRefused, f"has a stream {stream.name.value} without lines", place=place)
    return tuple(streams)


def _read_recipients(fields: Fields) -> tuple[str, ...]:
    recipients = fields.digests("recipients", max_items=RECIPIENTS_MAX)
    place = f"{fields.place}.recipients"
    refuse_unless(recipients, FormRefused, "is empty", place=place)
    refuse_unless(len(set(recipients)) == len(recipients), FormRefused, "names one key twice", place=place)
    return recipients
