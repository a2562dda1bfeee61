"""Which images are judged: cuts after calls, policies and seeds, spread over the scenes.

Owns the choice, which depends on the recording and the wanted number alone. Refuses to look at what is in a file. An image that
could not differ from one that is chosen is not chosen.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Final

from kiosk.drill.acts import Scene
from kiosk.drill.calls import Call, Wrote
from kiosk.drill.images import ImageId, Policy, choices_of
from kiosk.drill.recording import Recording, promises_of

RUN_ENDS: Final = 4  # cuts at the beginning and at the end of a run of writes to one file, and as many between
SEEDS_MAX: Final = 64  # images of one cut by one policy
_WEIGHTS: Final[Mapping[Scene, int]] = {
    Scene.IMPORT: 8,
    Scene.PIN: 8,
    Scene.SITTING: 30,
    Scene.RESUMED: 24,
    Scene.EXPORT: 12,
    Scene.RECEIPT: 6,
    Scene.ERASE: 12,
}


def planned(recording: Recording) -> Iterator[ImageId]:
    """Yield a scene's images, the most telling ones first, without end only where chance has something to say."""
    sure, seeded = _choices(recording)
    chance = random.Random(recording.scene)  # noqa: S311 - the same plan every time
    chance.shuffle(sure)
    chance.shuffle(seeded)
    turns = (  # every cut once, then every cut once more
        replace(image, seed=seed) for seed in range(SEEDS_MAX) for image, seeds in seeded if seed < seeds
    )
    for pair in zip_longest(sure, turns):
        yield from (image for image in pair if image is not None)


def _choices(recording: Recording) -> tuple[list[ImageId], list[tuple[ImageId, int]]]:
    """Return the images in which nothing is left to chance, and the others, each with how many seeds are worth trying."""
    sure: list[ImageId] = []
    seeded: list[tuple[ImageId, int]] = []
    seen: set[tuple[object, ...]] = set()
    cuts = set(cuts_of(recording.calls))
    disk = recording.disk()
    for cut, promised in enumerate(promises_of(recording)):
        if cut:
            disk.follow(recording.calls[cut - 1])
        for policy, seeds in choices_of(disk) if cut in cuts else ():
            key = (policy, _state(policy, disk.durable_version, disk.live_version), id(promised))
            if key in seen:
                continue
            seen.add(key)
            image = ImageId(scene=recording.scene, cut=cut, policy=policy)
            if policy.is_random:
                seeded.append((image, seeds))
            else:
                sure.append(image)
    return sure, seeded


def plan(recordings: Sequence[Recording], wanted: int) -> tuple[ImageId, ...]:
    """Choose so many images, or as many as there are, in the order in which they are judged."""
    sources = {recording.scene: planned(recording) for recording in recordings}
    weights = {scene: _WEIGHTS[Scene(scene)] for scene in sources}
    chosen: list[ImageId] = []
    while sources and len(chosen) < wanted:
        left = wanted - len(chosen)
        total = sum(weights[scene] for scene in sources)
        for scene in list(sources):
            share = -(-left * weights[scene] // total)
            taken = [image for image, _ in zip(sources[scene], range(min(share, wanted - len(chosen))), strict=False)]
            chosen += taken
            if len(taken) < share:
                del sources[scene]
    order = {recording.scene: number for number, recording in enumerate(recordings)}
    return tuple(sorted(chosen, key=lambda image: (order[image.scene], image.cut, image.policy.value, image.seed)))


def cuts_of(calls: Sequence[Call]) -> Iterator[int]:
    """Yield after how many calls to cut: after each, but for the middle of long runs of writes to the same file."""
    yield 0
    start = 0
    while start < len(calls):
        end = start + 1
        while end < len(calls) and _same_file(calls[start], calls[end]):
            end += 1
        yield from (number + 1 for number in _some_of(start, end))
        start = end


def _some_of(start: int, end: int) -> Sequence[int]:
    if end - start <= 3 * RUN_ENDS:
        return range(start, end)
    middle = range(start + RUN_ENDS, end - RUN_ENDS, -(-(end - start - 2 * RUN_ENDS) // RUN_ENDS))
    return [*range(start, start + RUN_ENDS), *middle, *range(end - RUN_ENDS, end)]


def _same_file(one: Call, other: Call) -> bool:
    return isinstance(one, Wrote) and isinstance(other, Wrote) and one.path == other.path


def _state(policy: Policy, durable: int, live: int) -> tuple[int, ...]:
    """What an image by this policy depends on."""
    if policy is Policy.DROPPED:
        return (durable,)
    return (live,) if policy is Policy.KEPT else (durable, live)
