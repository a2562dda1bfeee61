"""The two small files of a mirror: any certified seat of the site opens them, nobody else reads or makes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from exam_packages.ids import AppointmentId, CandidateId, Digest, SeatId, SessionId
from exam_packages.mirror_about import CheckedMirrorAbout, MirrorAbout, build_mirror_about, open_mirror_about
from exam_packages.mirror_keys import build_mirror_key, open_mirror_key
from signing.canonical import encode
from signing.errors import ContentRefused, FormRefused, NotForThisSiteRefused, Refused, RevokedRefused, ThresholdRefused
from signing.fields import to_base64
from signing.hpke import seal
from signing.labels import Label
from signing.trust import Revocations
from tests.exam_packages import world

JOURNAL_KEY = bytes(range(32))
SEAT_KEY = f"{world.SITE}/{world.SEAT}"
SITE_KEY = world.content_key(world.SITE)
OTHER = SessionId("01J8ZQ5V7K3M9N2P4R6S8T0WXZ")
KEY_FILE = build_mirror_key(JOURNAL_KEY, session=world.SESSION, site_key=SITE_KEY.public)

ABOUT = MirrorAbout(
    session=world.SESSION,
    appointment=AppointmentId("a-0001"),
    candidate=CandidateId("c-0001"),
    candidate_name="Ada Exämple",
    exam_title="Contact Center Management",
    package=Digest("ab" * 32),
    opened=world.NOW,
    seat=world.SEAT,
    recipients=(world.content_key("scoring").public, world.content_key("scoring-next").public),
    certificate=world.certificate_file(world.SITE, world.SEAT),
    registration=world.registration_file(),
)


def built(about: MirrorAbout = ABOUT, *, by: str = SEAT_KEY, site: str = world.SITE) -> bytes:
    return build_mirror_about(about, seat_key=world.signing_key(by), site_key=world.content_key(site).public)


def opened(data: bytes, *, session: SessionId = world.SESSION, **changes: object) -> CheckedMirrorAbout:
    arguments: dict[str, object] = {"site": world.SITE, "site_key": SITE_KEY, "trust": world.trust()} | changes
    return open_mirror_about(data, session=session, **arguments)  # type: ignore[arg-type] # one table for all cases


def test_any_seat_of_the_site_opens_the_key() -> None:
    assert open_mirror_key(KEY_FILE, session=world.SESSION, site_key=SITE_KEY) == JOURNAL_KEY
    assert JOURNAL_KEY not in KEY_FILE


def test_another_site_does_not() -> None:
    with pytest.raises(NotForThisSiteRefused, match="another site"):
        open_mirror_key(KEY_FILE, session=world.SESSION, site_key=world.content_key(world.OTHER_SITE))


def test_a_key_is_of_one_session() -> None:
    with pytest.raises(ContentRefused, match="another session"):
        open_mirror_key(KEY_FILE, session=OTHER, site_key=SITE_KEY)
    with pytest.raises(ContentRefused):
        open_mirror_key(KEY_FILE.replace(world.SESSION.encode(), OTHER.encode()), session=OTHER, site_key=SITE_KEY)


@pytest.mark.parametrize("damage", [KEY_FILE + b" ", KEY_FILE[:-1], KEY_FILE.replace(b'"wrap"', b'"wrip"'), b"{}", b""])
def test_another_form_of_a_key_is_refused(damage: bytes) -> None:
    with pytest.raises(FormRefused):
        open_mirror_key(damage, session=world.SESSION, site_key=SITE_KEY)


def test_a_key_has_its_length() -> None:
    with pytest.raises(ValueError, match="32"):
        build_mirror_key(b"short", session=world.SESSION, site_key=SITE_KEY.public)


@pytest.mark.parametrize("about", [ABOUT, replace(ABOUT, continues=OTHER)])
def test_what_is_said_comes_back(about: MirrorAbout) -> None:
    checked = opened(built(about))
    assert checked.about == about
    assert checked.certificate == world.certificate(world.SITE, world.SEAT)
    assert checked.registration == world.registration()


def test_nothing_about_the_person_can_be_read() -> None:
    data = built()
    for secret in (
        ABOUT.candidate_name,
        ABOUT.candidate,
        ABOUT.appointment,
        ABOUT.exam_title,
        ABOUT.seat,
        ABOUT.package,
    ):
        for form in (secret.encode(), to_base64(secret.encode()).rstrip("=").encode()):
            assert form not in data


def test_another_site_cannot_open_it() -> None:
    with pytest.raises(ContentRefused, match="cannot be opened"):
        opened(built(), site_key=world.content_key(world.OTHER_SITE))


CASES: dict[str, tuple[Callable[[], object], type[Refused]]] = {
    "signed by somebody else": (lambda: opened(built(by="seat-02")), ThresholdRefused),
    "names another seat": (lambda: opened(built(replace(ABOUT, seat=SeatId("seat-02")))), ContentRefused),
    "certified by another site": (
        lambda: opened(built(replace(ABOUT, certificate=world.certificate_file(world.OTHER_SITE)))),
        ThresholdRefused,
    ),
    "of another site": (
        lambda: opened(
            built(
                replace(
                    ABOUT,
                    certificate=world.certificate_file(world.OTHER_SITE),
                    registration=world.registration_file(world.OTHER_SITE),
                )
            )
        ),
        NotForThisSiteRefused,
    ),
    "no recipients": (lambda: opened(built(replace(ABOUT, recipients=()))), FormRefused),
    "one recipient twice": (lambda: opened(built(replace(ABOUT, recipients=ABOUT.recipients[:1] * 2))), FormRefused),
    "asked for another session": (lambda: opened(built(), session=OTHER), ContentRefused),
    "nothing signed inside": (
        lambda: opened(
            encode(
                {
                    "sealed": to_base64(
                        seal(b"{}", SITE_KEY.public, info=Label.MIRROR_ABOUT.with_parts(world.SESSION.encode()))
                    ),
                    "session": world.SESSION,
                }
            )
        ),
        FormRefused,
    ),
    "revoked": (
        lambda: opened(
            built(), trust=world.trust(Revocations(key_ids=frozenset({world.signing_key(SEAT_KEY).public_key.keyid})))
        ),
        RevokedRefused,
    ),
    "another form": (lambda: opened(built() + b" "), FormRefused),
    "cut": (lambda: opened(built()[:-1]), FormRefused),
}


@pytest.mark.parametrize(("act", "kind"), CASES.values(), ids=CASES)
def test_refused(act: Callable[[], object], kind: type[Refused]) -> None:
    with pytest.raises(kind):
        act()
