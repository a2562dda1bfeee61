"""Argon2id with bounded cost: the only way a short secret becomes a key here.

Owns the cost of guessing. Refuses to know PINs, passphrases and codes. Source: RFC 9106. Figures measured for this
product: 128 MiB, 2 passes and 1 lane take about a quarter of a second on one core.
"""

from dataclasses import dataclass
from typing import Self

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from signing.canonical import JsonValue
from signing.fields import Fields

MAX_MEMORY_KIB = 1024 * 1024
"""1 GiB: a file must not be able to ask for all the memory of a seat."""

MAX_ITERATIONS = 32
MAX_LANES = 16
HASH_BYTES = 32
SALT_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one guess costs.

    Attributes:
        memory_kib: memory in KiB, at least 8 for each lane.
        iterations: passes over the memory.
        lanes: degree of parallelism.

    Raises:
        ValueError: on making one, outside the bounds of RFC 9106 §3.1 or of this module.
    """

    memory_kib: int
    iterations: int
    lanes: int

    def __post_init__(self) -> None:
        within = (
            1 <= self.lanes <= MAX_LANES
            and 1 <= self.iterations <= MAX_ITERATIONS
            and 8 * self.lanes <= self.memory_kib <= MAX_MEMORY_KIB
        )
        if not within:
            raise ValueError("a cost outside its bounds")

    def to_json(self) -> dict[str, JsonValue]:
        """Return the three members this cost adds to an object."""
        return {"memoryKib": self.memory_kib, "iterations": self.iterations, "lanes": self.lanes}

    @classmethod
    def from_fields(cls, fields: Fields, *, floor: "Cost") -> Self:
        """Read the three members; the caller closes the object.

        Args:
            fields: the object they are members of.
            floor: the lowest acceptable memory and iterations. A lower cost would make guessing cheap.

        Raises:
            FormRefused: missing, or out of bounds.
        """
        lanes = fields.integer("lanes", minimum=1, maximum=MAX_LANES)
        memory_floor = max(floor.memory_kib, 8 * lanes)
        return cls(
            memory_kib=fields.integer("memoryKib", minimum=memory_floor, maximum=MAX_MEMORY_KIB),
            iterations=fields.integer("iterations", minimum=floor.iterations, maximum=MAX_ITERATIONS),
            lanes=lanes,
        )


MINIMUM_COST = Cost(memory_kib=8, iterations=1, lanes=1)
"""The least the algorithm allows: for files whose cost nobody but their owner chooses, and for tests."""


def argon2id(guessable: bytes, *, salt: bytes, cost: Cost, pepper: bytes | None, context: bytes | None) -> bytes:
    """Return 32 bytes that cost ``cost`` to compute.

    Args:
        guessable: the short secret.
        salt: at least 8 bytes, never used for another secret.
        cost: memory, passes and lanes.
        pepper: Argon2's secret value K: not stored beside the result.
        context: Argon2's associated data X: what the result belongs to.
    """
    try:
        return Argon2id(
            salt=salt,
            length=HASH_BYTES,
            iterations=cost.iterations,
            lanes=cost.lanes,
            memory_cost=cost.memory_kib,
            ad=context,
            secret=pepper,
        ).derive(guessable)
    except MemoryError as error:
        # The library raises it bare; it is the machine's failure, which callers report as such.
        raise OSError(f"there is no memory of {cost.memory_kib} KiB") from error
