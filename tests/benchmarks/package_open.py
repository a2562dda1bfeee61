"""How long it takes from a package's bytes to its first item, for a small package and a huge one.

Opening is everything a seat does with a package that lies on its disk: signatures, layout, the site's grant and the release, the
index, and then one item. Both packages are opened in turn, in shuffled order, in a warm process, from a warm cache. It is said
twice: for a package this process has never seen, and for one it has seen, as when a session begins at a seat that shows what it
holds. Goals: at most 0.5 ms, and the huge one at most 1.3 times the small one.

The limit beside it is what no implementation can leave out: two signatures over the manifest, the grant's key exchange, and the
release.

    python -m tests.benchmarks.package_open [--quick]
"""

from __future__ import annotations

import argparse
import random
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from exam_packages.container import FileSource
from exam_packages.grants import Grant, seal_site_secret, wrap_content_key
from exam_packages.opening import check_package, forget_packages, open_package
from exam_packages.releases import Release
from tests.benchmarks import packages
from tests.benchmarks.measuring import seconds
from tests.benchmarks.table import Row
from tests.exam_packages import world

SMALL_MIB = 1
HUGE_MIB = 4096
QUICK_HUGE_MIB = 256
ROUNDS = 300
GOAL_MS = 0.5
RATIO_GOAL = 1.3
_MS = 1_000


@dataclass(frozen=True)
class Opener:
    """Opens one package and reads its item."""

    path: Path
    grant: Grant
    release: Release

    def open(self) -> None:
        """Open it and check that the item is what was sealed."""
        with self.path.open("rb") as file:
            package = open_package(
                FileSource(file),
                trust=_TRUST,
                grant=self.grant,
                release=self.release,
                site_key=world.content_key(world.SITE),
            )
            if package.read(packages.ITEM) != packages.item_bytes():
                raise SystemExit("the item is another one than was sealed")

    def open_as_new(self) -> None:
        """Open it as if this process had never seen it."""
        forget_packages()
        self.open()


_TRUST = world.trust()


def opener(path: Path) -> Opener:
    """Return what opens a package: its grant and release with it."""
    with path.open("rb") as file:
        checked = check_package(FileSource(file), trust=_TRUST)
    digest, package_id = checked.digest, checked.manifest.package_id
    sealed = seal_site_secret(
        world.SITE_SECRET,
        site=world.SITE,
        package=digest,
        package_id=package_id,
        to=world.content_key(world.SITE).public,
    )
    wrapped = wrap_content_key(
        world.CONTENT_KEY,
        site_secret=world.SITE_SECRET,
        release_secret=world.RELEASE_SECRET,
        package=digest,
        package_id=package_id,
    )
    return Opener(
        path,
        Grant(
            site=world.SITE,
            package=digest,
            package_id=package_id,
            sealed_site_secret=sealed,
            wrapped_content_key=wrapped,
            issued=world.NOW,
        ),
        Release(package=digest, exam=world.EXAM, form=world.FORM, secret=world.RELEASE_SECRET, issued=world.NOW),
    )


def rows(*, quick: bool) -> list[Row]:
    """Measure both packages, new and known, in turn."""
    huge_mib = QUICK_HUGE_MIB if quick else HUGE_MIB
    small = opener(packages.package_of(SMALL_MIB, packages.folder()))
    huge = opener(packages.package_of(huge_mib, packages.folder()))
    taken = measured(
        {
            "small, new": small.open_as_new,
            "huge, new": huge.open_as_new,
            "small, known": small.open,
            "huge, known": huge.open,
        },
        rounds=ROUNDS // 5 if quick else ROUNDS,
    )
    sizes = {"small": f"{SMALL_MIB} MiB", "huge": f"{huge_mib} MiB"}
    result = []
    for kind in ("known", "new"):
        of_small, of_huge = taken[f"small, {kind}"], taken[f"huge, {kind}"]
        result += [
            _row(f"open a package of {sizes['small']} to its first item, {kind}", of_small),
            _row(f"open a package of {sizes['huge']} to its first item, {kind}", of_huge),
            Row(
                name=f"open {sizes['huge']} beside {sizes['small']}, {kind}",
                value=of_huge,
                unit="ms",
                limit=sizes["small"],
                limit_value=of_small,
                ratio=of_huge / of_small,
                goal=RATIO_GOAL,
                note=""
                if kind == "known"
                else "the signed manifest holds the hash of each MiB and is hashed as a whole",
            ),
        ]
    return result


def measured(methods: dict[str, Callable[[], None]], *, rounds: int) -> dict[str, float]:
    """Return the median of each in milliseconds; each is done twice in a row and the second time counts, so that it is warm."""
    taken: dict[str, list[float]] = {name: [] for name in methods}
    chance = random.Random(1)
    for _ in range(rounds):
        for name in chance.sample(list(methods), len(methods)):
            methods[name]()
            taken[name].append(seconds(methods[name]))
    return {name: statistics.median(values) * _MS for name, values in taken.items()}


def _row(name: str, value: float) -> Row:
    return Row(name=name, value=value, unit="ms", limit="", limit_value=None, ratio=None, goal=GOAL_MS)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    for row in rows(quick=parser.parse_args().quick):
        print(row)  # noqa: T201 - it is what the program is for


if __name__ == "__main__":
    main()
