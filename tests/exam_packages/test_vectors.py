"""The committed vectors: what opened once opens for ever, and what was refused stays refused by the same layer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from exam_packages.certificates import certificate_digest, open_seat_secrets
from exam_packages.container import BytesSource
from exam_packages.opening import (
    check_package,
    open_certificate,
    open_grant,
    open_package,
    open_proctors,
    open_receipt,
    open_registration,
    open_release,
    open_roster,
    open_scoring_package,
    open_seat_list,
)
from exam_packages.proctors import check_pin
from exam_packages.records import answers_of
from exam_packages.result_opening import open_result
from exam_packages.session_keys import open_session_key, recover_session_key
from exam_packages.signed_documents import file_digest
from signing.errors import Refused
from tests.exam_packages import world
from tests.vectors.generate import STORAGE_KEY

FOLDER = Path(__file__).parent.parent / "vectors" / "formats"
VECTORS: list[dict[str, Any]] = json.loads((FOLDER / "vectors.json").read_bytes())
TRUST = world.trust()
SITE_KEY = world.content_key(world.SITE)


def read(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def good_package() -> BytesSource:
    return BytesSource(read("good.exam"))


def exam(data: bytes) -> Mapping[str, object]:
    check_package(BytesSource(data), trust=TRUST).verify_every_byte()
    package = open_package(
        BytesSource(data),
        trust=TRUST,
        grant=open_grant(read("good.grant"), trust=TRUST, site=world.SITE),
        release=open_release(read("good.release"), trust=TRUST, package=None),
        site_key=SITE_KEY,
        now=world.NOW,
    )
    package.verify_every_byte()
    return {"files": {path: file_digest(package.read(path)) for path in package.paths()}, "package": package.digest}


def scoring(data: bytes) -> Mapping[str, object]:
    packages = [
        open_scoring_package(BytesSource(data), trust=TRUST, scoring_key=world.content_key(name))
        for name in ("scoring", "scoring-next")
    ]
    for package in packages:
        package.verify_every_byte()
    return {"delivery": packages[0].manifest.delivery}


def grant(data: bytes) -> Mapping[str, object]:
    open_grant(data, trust=TRUST, site=world.SITE)
    return {}


def release(data: bytes) -> Mapping[str, object]:
    package = check_package(good_package(), trust=TRUST)
    return {"secret": open_release(data, trust=TRUST, package=package).secret.hex()}


def registration(data: bytes) -> Mapping[str, object]:
    open_registration(data, trust=TRUST, site=world.SITE)
    return {}


def certificate(data: bytes) -> Mapping[str, object]:
    opened = open_certificate(data, trust=TRUST, registration=world.registration(), now=world.NOW)
    secrets = open_seat_secrets(opened, world.content_key(f"{world.SITE}/{world.SEAT}"))
    return {"certificate": certificate_digest(data), "pepper": secrets.pepper.hex()}


def seats(data: bytes) -> Mapping[str, object]:
    opened = open_seat_list(data, registration=world.registration())
    assert opened.certificates == (certificate_digest(read("good.certificate")),)
    return {}


def proctors(data: bytes) -> Mapping[str, object]:
    (proctor,) = open_proctors(data, registration=world.registration()).proctors
    check_pin(proctor, "246813", site=world.SITE, pepper=world.PEPPER)
    return {"pin": "246813"}


def roster(data: bytes) -> Mapping[str, object]:
    opened = open_roster(data, trust=TRUST, site=world.SITE, site_key=SITE_KEY)
    return {"names": [entry.name for entry in opened.appointments]}


def result(data: bytes) -> Mapping[str, object]:
    opened = open_result(data, trust=TRUST, scoring_key=world.content_key("scoring"))
    answers = {
        item: {name: list(value) for name, value in of.items()} for item, of in answers_of(opened.records).items()
    }
    return {"records": len(opened.records), "answers": answers}


def receipt(data: bytes) -> Mapping[str, object]:
    return {"number": open_receipt(data, trust=TRUST, bundle=file_digest(read("good.result"))).number}


def session_key(data: bytes) -> Mapping[str, object]:
    key = open_session_key(data, storage_key=STORAGE_KEY)
    assert recover_session_key(data, scoring_key=world.content_key("scoring-next")) == key
    return {"key": key.hex()}


READERS: dict[str, Callable[[bytes], Mapping[str, object]]] = {
    "exam": exam,
    "scoring": scoring,
    "grant": grant,
    "release": release,
    "registration": registration,
    "certificate": certificate,
    "seats": seats,
    "proctors": proctors,
    "roster": roster,
    "result": result,
    "receipt": receipt,
    "session-key": session_key,
}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["file"])
def test_vector(vector: dict[str, Any]) -> None:
    reader, data = READERS[vector["open"]], read(vector["file"])
    if vector["expect"] == "opens":
        assert reader(data) == vector["facts"]
        return
    with pytest.raises(Refused) as refused:
        reader(data)
    assert refused.value.layer.value == vector["expect"], refused.value


def test_every_file_has_its_line_and_every_format_is_there() -> None:
    assert {vector["file"] for vector in VECTORS} | {"vectors.json"} == {path.name for path in FOLDER.iterdir()}
    assert {vector["open"] for vector in VECTORS if vector["expect"] == "opens"} == set(READERS)
    assert len({vector["expect"] for vector in VECTORS}) >= 7
