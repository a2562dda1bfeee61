"""What seats write for other seats, for their site and for the office: marks, second copies, statements, lockdown logs; and a
site's policy for its seats.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from exam_packages.as_found import AsFound, GivenBack, PutBack, build_as_found
from exam_packages.ids import AppointmentId, CandidateId, Digest, SessionId
from exam_packages.lockdown_log import START, Followed, LockdownLine, after, encode_line, read_log
from exam_packages.mirror_about import MirrorAbout, build_mirror_about, open_mirror_about
from exam_packages.mirror_keys import build_mirror_key, open_mirror_key
from exam_packages.mirror_taken import MirrorTaken, build_mirror_taken, open_mirror_taken
from exam_packages.opening import open_kept_results, open_seat_mark, open_site_policy
from exam_packages.readiness_certificates import (
    CheckClaim,
    CheckOutcome,
    ClaimedCapability,
    ReadinessCertificate,
    build_readiness,
)
from exam_packages.seat_marks import KeptResults, KeptSeat, MarkedSession, SeatMark, build_kept_results, build_seat_mark
from exam_packages.site_policies import LockdownPreset, SitePolicy, build_site_policy
from exam_packages.statements import open_statements
from kiosk.seat.mark_code import code_of, read_code
from signing.canonical import decode, encode
from signing.errors import Refused
from signing.fields import Fields, to_base64
from signing.hpke import open_sealed, seal
from signing.labels import Label, PayloadType
from tests.exam_packages import world
from tests.fuzz.target import Frame, Target, document, document_seeds, framed, payload_of, split

_TRUST: Final = world.trust()
_REGISTRATION: Final = world.registration()
_SITE_KEYS: Final = world.signers(world.SITE)
_SITE_CONTENT: Final = world.content_key(world.SITE)
_SEAT_KEY: Final = world.signing_key(f"{world.SITE}/{world.SEAT}")
_OFFICE: Final = world.signers("scoring", "records")
_INFO: Final = Label.MIRROR_ABOUT.with_parts(world.SESSION.encode())
_TAKEN_INFO: Final = Label.MIRROR_TAKEN.with_parts(world.SESSION.encode())
_DIGEST: Final = Digest("ab" * 32)


def fuzz_seat_mark(data: bytes) -> None:
    """A seat's mark, the office's list of what it keeps, or a seat's short code as somebody speaks it."""
    frame, kind, rest = split(data)
    with suppress(Refused):
        match kind % 3:
            case 0:
                file = document(frame, rest, PayloadType.SEAT_MARK, [_SEAT_KEY])
                mark = open_seat_mark(file, key=_SEAT_KEY.public_key)
                assert payload_of(build_seat_mark(mark, _SEAT_KEY)) == payload_of(file)
            case 1:
                file = document(frame, rest, PayloadType.KEPT_RESULTS, _OFFICE)
                kept = open_kept_results(file, trust=_TRUST, site=world.SITE)
                assert payload_of(build_kept_results(kept, _OFFICE)) == payload_of(file)
            case _:
                assert read_code(rest.decode("utf-8", errors="replace")).number >= 0


def fuzz_site_policy(data: bytes) -> None:
    """How strict a site is with its seats."""
    frame, _, rest = split(data)
    with suppress(Refused):
        file = document(frame, rest, PayloadType.SITE_POLICY, _SITE_KEYS)
        policy = open_site_policy(file, registration=_REGISTRATION)
        assert payload_of(build_site_policy(policy, _SITE_KEYS[0])) == payload_of(file)


def fuzz_mirror(data: bytes) -> None:
    """The small files of a second copy: whose session it is, its key, and the word that it went on elsewhere."""
    frame, kind, rest = split(data)
    with suppress(Refused):
        match kind % 3:
            case 0:
                file = rest if frame is Frame.FILE else _sealed(frame, _filled(rest), PayloadType.MIRROR_ABOUT, _INFO)
                checked = open_mirror_about(
                    file, session=world.SESSION, site=world.SITE, site_key=_SITE_CONTENT, trust=_TRUST
                )
                assert checked.about.session == world.SESSION
            case 1:
                file = (
                    rest
                    if frame is Frame.FILE
                    else _sealed(frame, _filled(rest), PayloadType.MIRROR_TAKEN, _TAKEN_INFO)
                )
                taken = open_mirror_taken(
                    file, session=world.SESSION, site_key=_SITE_CONTENT, trust=_TRUST, registration=_REGISTRATION
                )
                assert taken.taken.to_seat == taken.certificate.seat
            case _:
                assert len(open_mirror_key(rest, session=world.SESSION, site_key=_SITE_CONTENT)) == 32


_LONG: Final = {
    b'"(certificate)"': b'"%b"' % to_base64(world.certificate_file(world.SITE, world.SEAT)).encode(),
    b'"(registration)"': b'"%b"' % to_base64(world.registration_file()).encode(),
    b'"(recipient)"': b'"%b"' % to_base64(world.content_key("scoring").public.to_bytes()).encode(),
}
"""Words for texts of kilobytes, which would be nine tenths of an input; certificate and registration are targets themselves."""


def _filled(rest: bytes) -> bytes:
    for word, text in _LONG.items():
        rest = rest.replace(word, text, 1)
    return rest


def _shortened(rest: bytes) -> bytes:
    for word, text in _LONG.items():
        rest = rest.replace(text, word)
    return rest


def _sealed(frame: Frame, rest: bytes, payload_type: PayloadType, info: bytes) -> bytes:
    """What a seat of the site could seal: anything that its own key has signed."""
    signed = document(frame, rest, payload_type, [_SEAT_KEY])
    return encode({"sealed": to_base64(seal(signed, _SITE_CONTENT.public, info=info)), "session": world.SESSION})


def fuzz_statement(data: bytes) -> None:
    """What a seat signs about itself: that it is ready, and how the machine was found."""
    frame, kind, rest = split(data)
    with suppress(Refused):
        file = document(frame, rest, PayloadType.AS_FOUND if kind % 2 else PayloadType.READINESS, [_SEAT_KEY])
        (statement,) = open_statements([file], key=_SEAT_KEY.public_key, place="statements")
        assert statement.key == _SEAT_KEY.public_key.keyid


def fuzz_lockdown_log(data: bytes) -> None:
    """A sitting's lockdown log, line by line."""
    lines = data[1:].split(b"\n")
    with suppress(Refused):
        read, head = read_log(lines, place="log")
        assert [encode_line(line) for line in read] == lines
        assert len(head) == 64


# -- seeds ------------------------------------------------------------------------------------------------------------


def _marks() -> list[bytes]:
    session = MarkedSession(session=world.SESSION, records=12, head=_DIGEST, answers=4)
    mark = SeatMark(
        seat=world.SEAT,
        key=_SEAT_KEY.public_key.keyid,
        number=3,
        made=world.NOW,
        bundles=1,
        bundle=_DIGEST,
        drop=7,
        sessions=(session,),
    )
    kept = KeptResults(
        site=world.SITE,
        number=2,
        issued=world.NOW,
        seats=(KeptSeat(key=_SEAT_KEY.public_key.keyid, seat=world.SEAT, number=1, bundle=_DIGEST),),
    )
    return [
        *document_seeds(build_seat_mark(mark, _SEAT_KEY)),
        *document_seeds(build_kept_results(kept, _OFFICE), kind=1),
        framed(Frame.FILE, code_of(mark, _DIGEST, bytes(32)).encode(), kind=2),
    ]


def _policies() -> list[bytes]:
    policy = SitePolicy(
        site=world.SITE,
        number=2,
        issued=world.NOW,
        preset=LockdownPreset.STANDARD,
        wishes={"virtual-machine": Followed.LOCK},
        displays=("DEL 1901 0042",),
        required=("displays", "usb-storage"),
    )
    return document_seeds(build_site_policy(policy, _SITE_KEYS[0]))


def _mirrors() -> list[bytes]:
    about = MirrorAbout(
        session=world.SESSION,
        appointment=AppointmentId("a-1"),
        candidate=CandidateId("c-1"),
        candidate_name="Ana Ruiz",
        exam_title="An exam",
        package=_DIGEST,
        opened=world.NOW,
        seat=world.SEAT,
        recipients=(world.content_key("scoring").public,),
        certificate=world.certificate_file(world.SITE, world.SEAT),
        registration=world.registration_file(),
        continues=SessionId("01J8ZQ5V7K3M9N2P4R6S8T0WXZ"),
    )
    taken = MirrorTaken(
        session=world.SESSION,
        records=41,
        head=_DIGEST,
        from_seat=world.SEAT,
        from_certificate=_DIGEST,
        to_seat=world.SEAT,
        certificate=world.certificate_file(world.SITE, world.SEAT),
        wall=world.NOW,
    )
    about_file = build_mirror_about(about, seat_key=_SEAT_KEY, site_key=_SITE_CONTENT.public)
    taken_file = build_mirror_taken(taken, seat_key=_SEAT_KEY, site_key=_SITE_CONTENT.public)
    key_file = build_mirror_key(bytes(32), session=world.SESSION, site_key=_SITE_CONTENT.public)
    return [
        framed(Frame.FILE, about_file),
        framed(Frame.MEANING, _shortened(_inside(about_file, _INFO))),
        framed(Frame.FILE, taken_file, kind=1),
        framed(Frame.MEANING, _shortened(_inside(taken_file, _TAKEN_INFO)), kind=1),
        framed(Frame.FILE, key_file, kind=2),
    ]


def _inside(file: bytes, info: bytes) -> bytes:
    fields = Fields(decode(file, place="seed", max_bytes=2**20), "seed")
    return payload_of(open_sealed(fields.raw("sealed", max_length=2**20), _SITE_CONTENT, info=info, place="seed"))


def _statements() -> list[bytes]:
    key = _SEAT_KEY.public_key.keyid
    ready = ReadinessCertificate(
        seat=world.SEAT,
        key=key,
        made=world.NOW,
        platform="Linux, X11",
        version="1.0",
        program=_DIGEST,
        is_whole=True,
        capabilities=(("clipboard", ClaimedCapability.DETECT_ONLY), ("network", ClaimedCapability.ENFORCED)),
        checks=(CheckClaim(check="disk", outcome=next(iter(CheckOutcome)), evidence="12 GB free"),),
    )
    found = AsFound(
        seat=world.SEAT,
        key=key,
        made=world.NOW,
        because=next(iter(GivenBack)),
        operations=(PutBack(operation="screen-saver", found=_DIGEST, left=_DIGEST, failure=""),),
    )
    return [
        *document_seeds(build_readiness(ready, _SEAT_KEY)),
        *document_seeds(build_as_found(found, _SEAT_KEY), kind=1),
    ]


def _logs() -> list[bytes]:
    lines: list[bytes] = []
    head = START
    for n, followed in enumerate(Followed):
        line = LockdownLine(
            n=n,
            kind="focus-lost",
            followed=followed,
            wall=world.NOW,
            since_boot_ms=1_000 * n,
            evidence={"window": "another program"},
            previous=head,
        )
        lines.append(encode_line(line))
        head = after(n, head, lines[-1])
    return [framed(Frame.FILE, b"\n".join(lines[:count])) for count in (1, len(lines))]


TARGETS: Final = (
    Target(
        name="seat-mark",
        reads="seats' marks, the office's list of what it keeps, and spoken codes",
        run=fuzz_seat_mark,
        seeds=_marks,
    ),
    Target(name="site-policy", reads="a site's policy for its seats", run=fuzz_site_policy, seeds=_policies),
    Target(
        name="mirror",
        reads="the small files of a second copy: about, key and taken, and what is sealed in them",
        run=fuzz_mirror,
        seeds=_mirrors,
        max_bytes=25_000,
    ),
    Target(
        name="statement",
        reads="a seat's statements: readiness and the machine as it was found",
        run=fuzz_statement,
        seeds=_statements,
    ),
    Target(name="lockdown-log", reads="lockdown logs", run=fuzz_lockdown_log, seeds=_logs),
)
