"""Whom a machine believes survives every power cut: it is what it was, or what came next, and never less than it said. So does
what an office has signed.

The calls of a real program are recorded, and the power is cut after each of them, by the drill's model of a disk: what was not
synced is dropped, kept or torn (decision 0101).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from kiosk.drill.calls import STRACE, Call, Marked, read_calls
from kiosk.drill.disk import Disk, files_of
from kiosk.drill.images import ImageId, choices_of, image_of
from kiosk.drill.recording import why_not
from signing.errors import Refused
from signing.trust import Trust, TrustRepository, TrustStore
from tests.kiosk.drill.disks import flat
from tests.signing.trust.publishing_drops import TARGET
from tests.signing.trust.small_office import NOW, SmallOffice, new_offline_keys

ROOT = Path(__file__).parents[3]
SEEDS = 3  # of one cut by one policy that leaves something to chance

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))


@dataclass(frozen=True, kw_only=True)
class Recording:
    """A folder, what it was, and what happened to it."""

    below: Path
    base: Path
    calls: tuple[Call, ...]


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A machine that pinned a root and accepted drops, and what could be believed on the way: nobody, then each drop's."""

    recording: Recording
    drops: tuple[Path, ...]
    trusts: tuple[Trust | None, ...]


def record(folder: Path, below: Path, module: str, *arguments: Path) -> Recording:
    """Run a program on what is below a folder, and write down its calls; it gets a file for its marks first."""
    base, log, marks = folder / "base", folder / "calls.log", folder / "marks"
    shutil.copytree(below, base)
    program: list[str | Path] = [sys.executable, "-m", f"tests.signing.trust.{module}", marks, *arguments]
    subprocess.run(["strace", *STRACE, "-o", log, *program], check=True, timeout=300, cwd=ROOT)
    calls = read_calls(log, below=below, marks=marks)
    disk = Disk(below, base)
    for call in calls:
        disk.follow(call)
    followed = {path: bytes(file.live) for path, file in files_of(disk.root)}
    assert followed == {str(path.relative_to(below)): path.read_bytes() for path in below.rglob("*") if path.is_file()}
    return Recording(below=below, base=base, calls=calls)


@pytest.fixture
def recorded(tmp_path: Path) -> Recorded:
    folder = tmp_path.resolve()
    below = folder / "machine"
    office = SmallOffice(folder)
    repository = office.found()
    below.mkdir()
    root = folder / "root.json"
    root.write_bytes(repository.root_bytes)
    drops = [office.publish(repository, "1", {"revocations.json": office.revoke(1)})]
    newer = replace(office, offline=replace(new_offline_keys(), targets=office.offline.targets))
    repository.replace_root(newer.offline, old_root=office.offline.root, online=office.online, now=NOW)
    drops.append(office.publish(repository, "2", {"revocations.json": office.revoke(2)}))
    drops.append(office.publish(repository, "3", {"revocations.json": office.revoke(2)}))
    copy = folder / "copy"
    TrustStore.create(copy, root.read_bytes())
    trusts = [TrustStore.update(copy, drop, now=NOW).trust for drop in drops]
    recording = record(folder, below, "accepting_drops", below / "trust", root, *drops)
    return Recorded(recording=recording, drops=tuple(drops), trusts=(None, *trusts))


def files_below(folder: Path, part: str) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in (folder / part).rglob("*") if path.is_file()
    }


def images(recorded: Recording) -> Iterator[tuple[ImageId, int, dict[str, bytes]]]:
    """Yield what each cut may leave, once, and how much the program had said to have done by then."""
    disk, said = Disk(recorded.below, recorded.base), 0
    seen: set[tuple[int, bytes]] = set()
    for cut, call in enumerate((None, *recorded.calls)):
        if call is not None:
            disk.follow(call)
            said += isinstance(call, Marked)
        for policy, seeds in choices_of(disk):
            for seed in range(min(seeds, SEEDS)):
                image = ImageId(scene="trust", cut=cut, policy=policy, seed=seed)
                files = flat(image_of(disk, image))
                digest = hashlib.sha256(repr(sorted(files.items())).encode()).digest()
                if (said, digest) not in seen:
                    seen.add((said, digest))
                    yield image, said, files


def lay_out(files: dict[str, bytes], folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    for name, content in files.items():
        path = folder / name
        if name.endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return folder


def believed(trust: Path) -> Trust | None:
    return TrustStore.load(trust, now=NOW) if (trust / "current").exists() else None


def faults_of(trust: Path, said: int, recorded: Recorded) -> Iterator[str]:
    """What is wrong with a trust folder after a cut: what it holds, and whether it goes on. First it is said to be there."""
    if not said:
        return
    try:
        found = recorded.trusts.index(believed(trust))
        if not said - 1 <= found <= said:
            yield f"{said - 1} drops were accepted, {found} are believed"
        last = TrustStore.update(trust, recorded.drops[-1], now=NOW).trust
        if last != recorded.trusts[-1]:
            yield "the next drop is not believed"
        if len(list(trust.glob("accepted-*"))) != 1:
            yield "what counts no more is still here"
    except (Refused, OSError, ValueError) as error:
        yield f"{type(error).__name__}: {error}"


def test_no_power_cut_makes_a_machine_believe_less_than_it_said(
    recorded: Recorded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)  # images are thrown away
    judged = {
        str(image): list(faults_of(lay_out(files, tmp_path / "image") / "trust", said, recorded))
        for image, said, files in images(recorded.recording)
    }
    wrong = [f"{image}: {fault}" for image, faults in judged.items() for fault in faults]
    assert not wrong, "\n".join(wrong[:10])
    assert len(judged) > len(recorded.recording.calls)


def test_no_power_cut_keeps_an_office_from_its_own_metadata(tmp_path: Path) -> None:
    """Four files name one another, and change together. A drop that it has told of is whole."""
    folder = tmp_path.resolve()
    below = folder / "machine"
    below.mkdir()
    recording = record(folder, below, "publishing_drops", below)
    drops = {said: files_below(below, drop) for said, drop in ((2, "1"), (4, "2"))}
    assert f"1/targets/{TARGET}" in drops[2]
    wrong: list[str] = []
    for image, said, files in images(recording):
        place = lay_out(files, tmp_path / "image")
        try:
            numbers = TrustRepository(place / "office").trust(now=NOW)
        except (Refused, OSError) as error:
            if said:  # before that no office was founded
                wrong.append(f"{image}: {type(error).__name__}: {error}")
            continue
        if not said <= numbers.timestamp_version <= said + 1:
            wrong.append(f"{image}: {said} drops were signed, {numbers.timestamp_version} are known")
        whole = {name: data for told, drop in drops.items() if said >= told for name, data in drop.items()}
        wrong += [f"{image}: {name} is lost" for name, data in whole.items() if files.get(name) != data]
    assert not wrong, "\n".join(wrong[:10])
