"""The word that a session goes on elsewhere: what it says comes back, and nobody but a seat of the site can say it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from exam_packages.ids import Digest, SeatId, SessionId, UtcMs
from exam_packages.mirror_taken import CheckedTaken, MirrorTaken, build_mirror_taken, open_mirror_taken
from signing.errors import ContentRefused, FormRefused, Refused, RevokedRefused, ThresholdRefused
from signing.fields import to_base64
from signing.hpke import ContentKey
from signing.keys import SigningKey
from signing.trust import Revocations
from tests.exam_packages import world

SECOND = SeatId("seat-02")
OTHER = SessionId("01J8ZQ5V7K3M9N2P4R6S8T0WXZ")
SITE_KEY = world.content_key(world.SITE)
TAKER: SigningKey = world.signing_key(f"{world.SITE}/{SECOND}")
TAKEN = MirrorTaken(
    session=world.SESSION,
    records=41,
    head=Digest("cd" * 32),
    from_seat=world.SEAT,
    from_certificate=Digest("ab" * 32),
    to_seat=SECOND,
    certificate=world.certificate_file(world.SITE, SECOND),
    wall=UtcMs(world.NOW),
)


def built(taken: MirrorTaken = TAKEN, *, by: SigningKey = TAKER, to: ContentKey = SITE_KEY) -> bytes:
    return build_mirror_taken(taken, seat_key=by, site_key=to.public)


def opened(
    data: bytes, *, session: SessionId = world.SESSION, revoked: Revocations | None = None, site: ContentKey = SITE_KEY
) -> CheckedTaken:
    trust = world.trust() if revoked is None else world.trust(revoked)
    return open_mirror_taken(
        data, session=session, site_key=site, trust=trust, registration=world.registration(), place="taken"
    )


def test_what_is_said_comes_back() -> None:
    checked = opened(built())
    assert checked.taken == TAKEN
    assert checked.certificate == world.certificate(world.SITE, SECOND)


def test_no_seat_is_named_in_clear() -> None:
    data = built()
    for secret in (TAKEN.from_seat, TAKEN.to_seat, TAKEN.head, TAKEN.from_certificate):
        for form in (secret.encode(), to_base64(secret.encode()).rstrip("=").encode()):
            assert form not in data


REFUSED: dict[str, tuple[Callable[[], CheckedTaken], type[Refused]]] = {
    "signed by somebody else": (lambda: opened(built(by=world.signing_key("somebody else"))), ThresholdRefused),
    "signed by the seat it left": (
        lambda: opened(built(by=world.signing_key(f"{world.SITE}/{world.SEAT}"))),
        ThresholdRefused,
    ),
    "names another seat": (lambda: opened(built(replace(TAKEN, to_seat=SeatId("seat-03")))), ContentRefused),
    "certified by another site": (
        lambda: opened(built(replace(TAKEN, certificate=world.certificate_file(world.OTHER_SITE, SECOND)))),
        ThresholdRefused,
    ),
    "sealed to another site": (lambda: opened(built(to=ContentKey.generate())), ContentRefused),
    "opened by another site": (lambda: opened(built(), site=ContentKey.generate()), ContentRefused),
    "asked for another session": (lambda: opened(built(), session=OTHER), ContentRefused),
    "of another session": (
        lambda: opened(built().replace(world.SESSION.encode(), OTHER.encode()), session=OTHER),
        ContentRefused,
    ),
    "revoked": (
        lambda: opened(built(), revoked=Revocations(number=1, key_ids=frozenset({TAKER.public_key.keyid}))),
        RevokedRefused,
    ),
    "no certificate": (lambda: opened(built(replace(TAKEN, certificate=b"{}"))), FormRefused),
    "nothing came with it": (lambda: opened(built(replace(TAKEN, records=0))), FormRefused),
    "cut": (lambda: opened(built()[:-1]), FormRefused),
    "longer": (lambda: opened(built() + b" "), FormRefused),
    "empty": (lambda: opened(b""), FormRefused),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_in_order_is_refused(name: str) -> None:
    act, refusal = REFUSED[name]
    with pytest.raises(refusal):
        act()


@pytest.mark.parametrize("at", range(0, 6_000, 499))
def test_damage_anywhere_is_refused(at: int) -> None:
    data = bytearray(built())
    data[at % len(data)] ^= 1
    with pytest.raises(Refused):
        opened(bytes(data))
