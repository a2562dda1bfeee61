"""What accepting a result bundle costs beyond the cryptography that nobody can leave out.

The limit is one Ed25519 verification and one HPKE opening of as many bytes. Beside it: verifying, opening, reading and chaining
the bundle (``open_result``), and the same with the whole session replayed. Two bundles: 120 answers in 160 events, and the
shipped sample exam as a seat has sealed it. Rounds are shuffled and the median counts. Goals: at most 2 times, and at most 6
times with replay.

    python -m tests.benchmarks.bundle_accept [--quick]
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exam_packages.ids import ItemId, ProctorId, ResponseId, SectionId
from exam_packages.records import answers_of
from exam_packages.result_opening import OpenedResult, check_result, open_result
from exam_packages.session_events import (
    Answered,
    Event,
    Finished,
    IdentityConfirmed,
    ItemPresented,
    Opened,
    SectionEnded,
    SectionEntered,
    SectionKind,
    SectionPlan,
    Submitted,
    TimePassed,
)
from kiosk.handover.stick import Stick
from kiosk.session import Phase, replay
from signing import hpke
from signing.hpke import ContentKey
from signing.trust import Trust
from tests.benchmarks.measuring import seconds
from tests.benchmarks.table import Row
from tests.exam_packages import world
from tests.kiosk.seat.sittings import finish, start
from tests.simulators.day import make_world

ROUNDS = 400
ACCEPT_GOAL, REPLAY_GOAL = 2.0, 6.0
_MS = 1_000
SEALS = 1  # those of registration and certificate were verified in the first round, and are the same bytes and keys


@dataclass(frozen=True)
class Sitting:
    """A bundle to accept, and with what."""

    name: str
    bundle: bytes
    trust: Trust
    scoring_key: ContentKey

    def accept(self) -> OpenedResult:
        """Verify, open, read and chain it."""
        return open_result(self.bundle, trust=self.trust, scoring_key=self.scoring_key)

    def accept_and_replay(self) -> None:
        """The same, and every event again."""
        if replay(self.accept().records).phase is not Phase.FINISHED:
            raise SystemExit("the session does not end as it did")


def rows(*, quick: bool) -> list[Row]:
    """Measure both bundles, in turn with their limits."""
    rounds = ROUNDS // 5 if quick else ROUNDS
    with tempfile.TemporaryDirectory(prefix="bundle-") as folder:
        sittings = [_long_sitting(), _sample_sitting(Path(folder))]
    return [row for sitting in sittings for row in _measured(sitting, rounds)]


def _measured(sitting: Sitting, rounds: int) -> list[Row]:
    opened = sitting.accept()
    sitting.accept_and_replay()
    methods: dict[str, Callable[[], object]] = {
        "bare verify + open": _bare(len(sitting.bundle)),
        "accept": sitting.accept,
        "accept and replay": sitting.accept_and_replay,
    }
    taken: dict[str, list[float]] = {name: [] for name in methods}
    chance = random.Random(1)
    for _ in range(rounds):
        for name in chance.sample(list(methods), len(methods)):
            taken[name].append(seconds(methods[name]))
    medians = {name: statistics.median(values) * _MS for name, values in taken.items()}
    limit = medians["bare verify + open"]
    answers = sum(len(of_item) for of_item in answers_of(opened.records).values())
    note = (
        f"{len(sitting.bundle):,} bytes, {answers} answers, {len(opened.records)} events,"
        f" {len(opened.checkpoints)} checkpoints; {SEALS + len(opened.checkpoints)} signatures are verified, those of"
        " registration and certificate were before"
    )
    return [
        Row(
            name=f"{name}: {sitting.name}",
            value=medians[name],
            unit="ms",
            limit="bare verify + open",
            limit_value=limit,
            ratio=medians[name] / limit,
            goal=goal,
            note=note,
        )
        for name, goal in (("accept", ACCEPT_GOAL), ("accept and replay", REPLAY_GOAL))
    ]


def _bare(length: int) -> Callable[[], object]:
    """One verification over so many bytes, and one opening of them."""
    scoring = world.content_key("scoring")
    private = Ed25519PrivateKey.generate()
    public = private.public_key()
    content = random.Random(2).randbytes(length - hpke.OVERHEAD_BYTES)
    sealed = hpke.seal(content, scoring.public, info=b"a benchmark")
    signature = private.sign(sealed)
    if hpke.open_sealed(sealed, scoring, info=b"a benchmark", place="bundle") != content:
        raise SystemExit("what was sealed opens as something else")

    def work() -> None:
        public.verify(signature, sealed)
        hpke.open_sealed(sealed, scoring, info=b"a benchmark", place="bundle")

    return work


def _long_sitting() -> Sitting:
    """120 answers in 160 events: thirty items of four gaps, every fifth answer a longer text, so that it has about 50 KiB."""
    chance = random.Random(5)
    items = tuple(ItemId(f"item-{number:02}") for number in range(30))
    section = SectionPlan(
        identifier=SectionId("section-1"), kind=SectionKind.SCORED, items=items, time_limit_ms=4 * 3_600_000
    )
    events: list[Event] = [
        Opened(plan=replace(world.plan(), sections=(section,)), proctor=ProctorId("proctor-1")),
        IdentityConfirmed(),
        SectionEntered(section=section.identifier),
    ]
    for item in items:
        events.append(ItemPresented(item=item))
        for gap in range(4):
            word = chance.choice("ABCD") if (len(events) + gap) % 5 else "an explanation in a few words " * 45
            events.append(Answered(item=item, response=ResponseId(f"GAP_{gap}"), value=(word,)))
    events += [TimePassed(), TimePassed(), TimePassed(), TimePassed(), SectionEnded(), Submitted(), Finished()]
    return Sitting("120 answers", world.result_file(events), world.trust(), world.content_key("scoring"))


def _sample_sitting(folder: Path) -> Sitting:
    """The sample exam, sat at a seat and exported, with the office's own keys."""
    day_world = make_world(folder)
    with day_world.seat() as seat:
        finish(start(seat.day()))
        seat.export(day_world.stick)
    (path,) = Stick(day_world.stick).result_files()
    untrusted = path.read_bytes()
    office = day_world.office
    trust = office.trust(day_world.clock.utc_ms())
    checked = check_result(untrusted, trust=trust)
    return Sitting("the sample exam", untrusted, trust, office.keys.scoring_key(checked.recipients, place="bundle"))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    for row in rows(quick=parser.parse_args().quick):
        print(row)  # noqa: T201 - it is what the program is for


if __name__ == "__main__":
    main()
