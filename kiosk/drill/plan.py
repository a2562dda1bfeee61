"""Which images are judged: cuts after calls, policies and seeds, spread over the scenes.

Owns the choice, which depends on the recording and the wanted number alone. Refuses to look at what is in a file. An image that
could not differ from one that is chosen is not chosen.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, zip_longest
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
    sure: list[ImageId] = []
    seeded: list[list[ImageId]] = []
    seen: set[tuple[object, ...]] = set()
    cuts = set(cuts_of(recording.calls))
    disk = recording.disk()
    for cut, promised in enumerate(promises_of(recording)):
        if cut:
            disk.follow(recording.calls[cut - 1])
        if cut not in cuts:
            continue
        for policy, seeds in choices_of(disk):
            state = _state(policy, disk.durable_version, disk.live_version)
            key = (policy, state, id(promised))
            if key in seen:
                continue
            seen.add(key)
            images = [
                ImageId(scene=recording.scene, cut=cut, policy=policy, seed=seed)
                for seed in range(min(seeds, SEEDS_MAX) if policy.is_random else 1)
            ]
            if policy.is_random:
                seeded.append(images)
            else:
                sure += images
    chance = random.Random(recording.scene)  # noqa: S311 - the same plan every time
    chance.shuffle(sure)
    chance.shuffle(seeded)
    turns = chain.from_iterable(zip_longest(*seeded))  # every cut once, then every cut once more
    for pair in zip_longest(sure, (image for image in turns if image is not None)):
        yield from (image for image in pair if image is not None)


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
