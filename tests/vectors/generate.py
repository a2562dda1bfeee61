"""Makes the vectors of the file formats anew: ``python -m tests.vectors.generate``. For a new version of a format only."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from exam_packages.accommodations import Accommodations
from exam_packages.certificates import SeatList, build_seat_list, certificate_digest
from exam_packages.ids import AppointmentId, CandidateId, Digest, ProctorId, UtcMs
from exam_packages.proctors import ProctorFile, ProctorRole, build_proctor_file, make_proctor
from exam_packages.receipts import Receipt, ReceiptStatus, build_receipt
from exam_packages.releases import build_release
from exam_packages.rosters import Appointment, Roster, build_roster
from exam_packages.session_keys import build_session_key
from exam_packages.signed_documents import file_digest
from signing.dsse import UntrustedEnvelope, read_envelope, sign
from signing.labels import PayloadType
from tests.exam_packages import world

FOLDER = Path(__file__).parent / "formats"
STORAGE_KEY = bytes(range(0x20, 0x40))
JOURNAL_KEY = bytes(range(32))
PIN = "246813"


@dataclass
class Vectors:
    """Collects files and what is expected of each."""

    listed: list[dict[str, object]] = field(default_factory=list)

    def add(self, file: str, data: bytes, kind: str, expect: str, note: str, **facts: object) -> None:
        (FOLDER / file).write_bytes(data)
        self.listed.append({"file": file, "open": kind, "expect": expect, "note": note, "facts": facts})


def changed(data: bytes, position: int, bits: int = 1) -> bytes:
    damaged = bytearray(data)
    damaged[position] ^= bits
    return bytes(damaged)


def packages(vectors: Vectors) -> None:
    good, scoring = world.package(), world.scoring_package()
    files = {path: file_digest(data) for path, data in world.FILES.items()}
    vectors.add(
        "good.exam", good.data, "exam", "opens", "with good.grant and good.release", files=files, package=good.digest
    )
    vectors.add("scoring.exam", scoring.data, "scoring", "opens", "with either scoring key", delivery=good.digest)
    header_end = 16 + int.from_bytes(good.data[12:16], "big")
    vectors.add("padding.exam", changed(good.data, header_end), "exam", "form", "header padding is not zero")
    vectors.add(
        "entry.exam",
        changed(good.data, -(-header_end // 4096) * 4096 + 100),
        "exam",
        "content",
        "one bit of ciphertext",
    )
    vectors.add("cut.exam", good.data[:-4096], "exam", "content", "the last 4 KiB are missing")
    vectors.add("magic.exam", changed(good.data, 0), "exam", "form", "another first byte")
    one = world.write(world.manifest(), {"a.txt": b"a"}, by=("publisher",))
    vectors.add("one-signer.exam", one.data, "exam", "threshold", "the sponsor has not signed")


def grants_and_releases(vectors: Vectors) -> None:
    vectors.add("good.grant", world.grant_file(), "grant", "opens", "for site-berlin")
    vectors.add("other-site.grant", world.grant_file(world.OTHER_SITE), "grant", "not-for-this-site", "for site-lima")
    vectors.add("other-role.grant", world.grant_file(by="registrar"), "grant", "threshold", "signed by the registrar")
    release = world.release_file()
    vectors.add(
        "good.release", release, "release", "opens", "by two of three officers", secret=world.RELEASE_SECRET.hex()
    )
    other = world.release_file(world.other_package())
    vectors.add("other.release", other, "release", "wrong-release", "of another issue of the exam")
    lying = build_release(world.release_value(secret=bytes(32)), world.signers("officer-1", "officer-2"))
    vectors.add("secret.release", lying, "release", "wrong-release", "signed, with another secret")
    vectors.add("one.release", world.release_file(by=("officer-2",)), "release", "threshold", "by one officer")
    vectors.add(
        "space.release", release.replace(b'","payloadType"', b'", "payloadType"'), "release", "form", "one space more"
    )
    envelope = read_envelope(release, place="release", max_bytes=10_000)
    twice = UntrustedEnvelope(
        untrusted_payload=envelope.untrusted_payload,
        payload_type=envelope.payload_type,
        signatures=(envelope.signatures[0], envelope.signatures[0]),
    )
    vectors.add("twice.release", twice.to_bytes(), "release", "form", "one signature twice")
    extended = sign(
        envelope.untrusted_payload[:-1] + b',"zzz":1}', PayloadType.RELEASE, world.signers("officer-1", "officer-2")
    )
    vectors.add("field.release", extended, "release", "form", "an unknown field, properly signed")
    swapped = UntrustedEnvelope(
        untrusted_payload=read_envelope(other, place="release", max_bytes=10_000).untrusted_payload,
        payload_type=envelope.payload_type,
        signatures=envelope.signatures,
    )
    vectors.add("swapped.release", swapped.to_bytes(), "release", "signature", "signatures of another payload")


def sites(vectors: Vectors) -> None:
    vectors.add("good.registration", world.registration_file(), "registration", "opens", "of site-berlin")
    certificate = world.certificate_file()
    vectors.add(
        "good.certificate", certificate, "certificate", "opens", "of seat-01",
        certificate=certificate_digest(certificate), pepper=world.PEPPER.hex(),
    )  # fmt: skip
    foreign = world.certificate_file(world.OTHER_SITE)
    vectors.add("foreign.certificate", foreign, "certificate", "threshold", "signed by another site")
    seats = SeatList(site=world.SITE, number=1, issued=world.NOW, certificates=(certificate_digest(certificate),))
    vectors.add("good.seats", build_seat_list(seats, world.signing_key(world.SITE)), "seats", "opens", "one seat")
    proctor = make_proctor(
        proctor=ProctorId("ana"), name="Ana", role=ProctorRole.ADMIN, pin=PIN, site=world.SITE, pepper=world.PEPPER
    )
    file = ProctorFile(site=world.SITE, number=1, issued=world.NOW, proctors=(proctor,))
    vectors.add(
        "good.proctors",
        build_proctor_file(file, world.signing_key(world.SITE)),
        "proctors",
        "opens",
        "one admin",
        pin=PIN,
    )
    appointment = Appointment(
        appointment=AppointmentId("appointment-1"),
        candidate=CandidateId("candidate-1"),
        name="Łucja Ωmega 李",
        exam=world.EXAM,
        day="2026-09-21",
        start=world.NOW,
        accommodations=Accommodations(extra_time_percent=25),
    )
    roster = Roster(site=world.SITE, number=3, issued=world.NOW, appointments=(appointment,))
    data = build_roster(roster, content_key=world.content_key(world.SITE).public, signers=world.signers("rosters"))
    vectors.add("good.roster", data, "roster", "opens", "one appointment", names=["Łucja Ωmega 李"])


def results(vectors: Vectors) -> None:
    good = world.result_file()
    vectors.add(
        "good.result", good, "result", "opens", "a finished session", records=8, answers={"item-1": {"RESPONSE": ["B"]}}
    )
    vectors.add(
        "body.result",
        changed(good, 20 + int.from_bytes(good[12:16], "big") + 2 * 1168 + 100),
        "result",
        "content",
        "one bit of a stream",
    )
    vectors.add("cut.result", good[:-1], "result", "form", "the last byte is missing")
    vectors.add("longer.result", good + b"\x00", "result", "form", "one byte more")
    vectors.add("seat.result", world.result_file(by="another seat"), "result", "threshold", "sealed by another key")
    vectors.add(
        "site.result",
        world.result_file(site=world.OTHER_SITE),
        "result",
        "not-for-this-site",
        "header names another site",
    )
    happened = world.events()
    lost = world.checkpoint([*happened[:4], happened[3], *happened[4:]], 7)
    vectors.add(
        "lost.result",
        world.result_file(checkpoints=(lost,)),
        "result",
        "content",
        "a checkpoint shows records are missing",
    )
    receipt = Receipt(
        number=7,
        bundle=file_digest(good),
        session=world.SESSION,
        site=world.SITE,
        seat=world.SEAT,
        status=ReceiptStatus.ACCEPTED,
        reason="",
        accepted=world.NOW,
        erase_after=UtcMs(world.NOW + world.DAY_MS),
    )
    accepted = build_receipt(receipt, world.signers("scoring", "records"))
    vectors.add("good.receipt", accepted, "receipt", "opens", "for good.result", number=7)
    other = Receipt(**({name: getattr(receipt, name) for name in receipt.__slots__} | {"bundle": Digest("ab" * 32)}))
    vectors.add(
        "other.receipt",
        build_receipt(other, world.signers("scoring", "records")),
        "receipt",
        "content",
        "another bundle",
    )
    vectors.add(
        "one.receipt", build_receipt(receipt, world.signers("records")), "receipt", "threshold", "by records alone"
    )
    session_key = build_session_key(
        JOURNAL_KEY,
        session=world.SESSION,
        storage_key=STORAGE_KEY,
        scoring_keys=[world.content_key("scoring").public, world.content_key("scoring-next").public],
    )
    vectors.add("good.session-key", session_key, "session-key", "opens", "for seat and office", key=JOURNAL_KEY.hex())


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    vectors = Vectors()
    parts: tuple[Callable[[Vectors], None], ...] = (packages, grants_and_releases, sites, results)
    for part in parts:
        part(vectors)
    text = json.dumps(vectors.listed, ensure_ascii=False, indent=1)
    (FOLDER / "vectors.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
