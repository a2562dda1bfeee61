"""PIN verifiers.

Owns turning a PIN into something a file may hold and checking a PIN against it. Refuses to know proctors, and counts no
attempts: the seat commits its counter before it asks here. A PIN authorises a person; it protects no content, because
six digits fall in hours to whoever has pepper and verifier.
"""

import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from signing.argon2 import HASH_BYTES, SALT_BYTES, Cost, argon2id
from signing.canonical import JsonValue
from signing.errors import FormRefused
from signing.fields import Fields, to_base64

PIN_COST = Cost(memory_kib=128 * 1024, iterations=2, lanes=1)
"""Calibrated upward when a machine is provisioned, never downward."""

MIN_PIN_DIGITS = 6
MAX_PIN_DIGITS = 12
MIN_PEPPER_BYTES = 16

_PIN = re.compile(rf"[0-9]{{{MIN_PIN_DIGITS},{MAX_PIN_DIGITS}}}", re.ASCII)


class PinWrong(Exception):  # noqa: N818 - like Refused, a word that reads as one
    """The PIN is not the right one. It is no refusal: nobody sent anything wrong."""

    def __init__(self) -> None:
        super().__init__("The PIN is wrong.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PinVerifier:
    """What a PIN is checked against.

    Attributes:
        salt: 16 random bytes.
        hash: 32 bytes of Argon2id.
        memory_kib: memory of a guess in KiB.
        iterations: passes of a guess.
        lanes: parallelism of a guess.
    """

    salt: bytes
    hash: bytes
    memory_kib: int
    iterations: int
    lanes: int

    @property
    def cost(self) -> Cost:
        """What one guess costs."""
        return Cost(memory_kib=self.memory_kib, iterations=self.iterations, lanes=self.lanes)

    def to_json(self) -> dict[str, JsonValue]:
        """Return the one JSON form."""
        return {"hash": to_base64(self.hash), "salt": to_base64(self.salt), **self.cost.to_json()}

    @classmethod
    def from_fields(cls, fields: Fields, *, floor: Cost = PIN_COST) -> Self:
        """Read a verifier and close the object.

        Args:
            fields: the object.
            floor: the lowest acceptable cost. Only tests take another one.

        Raises:
            FormRefused: another form, or a cost out of bounds.
        """
        cost = Cost.from_fields(fields, floor=floor)
        verifier = cls(
            salt=fields.raw("salt", length=SALT_BYTES),
            hash=fields.raw("hash", length=HASH_BYTES),
            memory_kib=cost.memory_kib,
            iterations=cost.iterations,
            lanes=cost.lanes,
        )
        fields.close()
        return verifier


def make_verifier(
    pin: str,
    *,
    pepper: bytes,
    context: bytes,
    cost: Cost = PIN_COST,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> PinVerifier:
    """Return the verifier of a PIN.

    Args:
        pin: 6 to 12 digits.
        pepper: a secret of the site's seats, at least 16 bytes, that is not stored beside the verifier.
        context: whose PIN it is, so that a verifier cannot be moved to another person.
        cost: of a guess. Only tests take a lower one.
        random_bytes: source of uniformly random bytes.

    Raises:
        FormRefused: not 6 to 12 digits.
    """
    if _PIN.fullmatch(pin) is None:
        raise FormRefused(f"is not {MIN_PIN_DIGITS} to {MAX_PIN_DIGITS} digits", place="PIN")
    salt = random_bytes(SALT_BYTES)
    return PinVerifier(
        salt=salt,
        hash=_hash(pin, salt, pepper, context, cost),
        memory_kib=cost.memory_kib,
        iterations=cost.iterations,
        lanes=cost.lanes,
    )


def check(pin: str, verifier: PinVerifier, *, pepper: bytes, context: bytes) -> None:
    """Check a PIN. It takes the same time whatever is wrong with it.

    Raises:
        PinWrong: another PIN, pepper or context.
    """
    # An over-long text is cut, not refused early; it cannot become right by that, no PIN has 13 digits.
    typed = pin[: MAX_PIN_DIGITS + 1]
    if not hmac.compare_digest(_hash(typed, verifier.salt, pepper, context, verifier.cost), verifier.hash):
        raise PinWrong


def _hash(pin: str, salt: bytes, pepper: bytes, context: bytes, cost: Cost) -> bytes:
    if len(pepper) < MIN_PEPPER_BYTES:
        raise ValueError(f"a pepper has at least {MIN_PEPPER_BYTES} bytes")
    # A lone surrogate can be typed in a text field; it is no reason for another error than a wrong PIN.
    return argon2id(pin.encode("utf-8", "surrogatepass"), salt=salt, cost=cost, pepper=pepper, context=context)
