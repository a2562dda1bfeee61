"""The spoken release code and what it derives.

Owns a code of 10 random characters and 2 check characters of Crockford's base32, how people's spelling of it is read,
and the release secret that comes of it. Refuses to know packages and officers.

Ten characters are 50 bits: at a quarter of a second for a guess some millions of core-years. The two check characters
are those of a Reed-Solomon code of length 12 over GF(32), distance 3: any one or two wrong characters are noticed, so
every single substitution and every transposition is, and of random strings all but one in 1024.
"""

import hashlib
import secrets
from collections.abc import Callable

from signing import base32
from signing.argon2 import Cost, argon2id
from signing.errors import FormRefused
from signing.labels import Label

DATA_CHARACTERS = 10
CODE_CHARACTERS = 12
RELEASE_COST = Cost(memory_kib=128 * 1024, iterations=2, lanes=1)

_GROUP_CHARACTERS = 4
_PLACE = "release code"
_MAX_SPOKEN_CHARACTERS = 100

_FIELD_POLYNOMIAL = 0b100101
"""GF(32) is GF(2)[x] modulo the primitive x^5 + x^2 + 1."""

_SYNDROMES = (7, 19)
"""What the two sums of a code come to. Not zero: otherwise twelve zeros would be a code."""


def new_code(*, random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """Return a new code: 12 characters without separators."""
    # 32 divides 256, so the five low bits of a random byte are uniform.
    data = "".join(base32.ALPHABET[byte & 31] for byte in random_bytes(DATA_CHARACTERS))
    return data + check_characters(data)


def grouped(code: str) -> str:
    """Return a code as people write and speak it: ``XXXX-XXXX-XXXX``."""
    return "-".join(code[start : start + _GROUP_CHARACTERS] for start in range(0, len(code), _GROUP_CHARACTERS))


def normalise(spoken: str) -> str:
    """Return the code somebody typed: 12 characters, upper case, without separators.

    Small letters, spaces and dashes do not matter; O is read as 0, I and L as 1.

    Raises:
        FormRefused: not 12 characters of the alphabet, or a typing error in them.
    """
    if len(spoken) > _MAX_SPOKEN_CHARACTERS:
        raise FormRefused(f"does not have {CODE_CHARACTERS} characters", place=_PLACE)
    code = base32.as_heard(spoken)
    if len(code) != CODE_CHARACTERS:
        raise FormRefused(f"does not have {CODE_CHARACTERS} characters", place=_PLACE)
    if not set(code) <= set(base32.ALPHABET):
        raise FormRefused("has a character that no code has", place=_PLACE)
    if check_characters(code[:DATA_CHARACTERS]) != code[DATA_CHARACTERS:]:
        raise FormRefused("has a typing error", place=_PLACE)
    return code


def release_secret(code: str, *, package_id: bytes, cost: Cost = RELEASE_COST) -> bytes:
    """Return the 32 byte release secret of a code.

    Args:
        code: the code, in any spelling ``normalise`` reads.
        package_id: what the code releases; it salts the derivation, so one code never opens two packages.
        cost: of a guess. Only tests take another one.

    Raises:
        FormRefused: not a code.
    """
    salt = hashlib.sha256(Label.RELEASE_SALT.with_parts(package_id)).digest()
    return argon2id(normalise(code).encode("ascii"), salt=salt, cost=cost, pepper=None, context=None)


def release_check(secret: bytes) -> bytes:
    """Return what the manifest holds to tell a wrong release secret at once: a hash that gives nothing away but that.

    Guessing codes against it costs the Argon2id of ``release_secret`` each time.
    """
    return hashlib.sha256(Label.RELEASE_CHECK.with_parts(secret)).digest()


def check_characters(data: str) -> str:
    """Solve ``c + d = s0 + sum(x_i)`` and ``a^10 c + a^11 d = s1 + sum(a^i x_i)`` for the last two characters."""
    values = [base32.ALPHABET.index(character) for character in data]
    plain, weighted = _SYNDROMES
    for position, value in enumerate(values):
        plain ^= value
        weighted ^= _times(_POWERS[position], value)
    before_last, last = _POWERS[DATA_CHARACTERS], _POWERS[DATA_CHARACTERS + 1]
    # From both equations: d = (a^10 * plain + weighted) / (a^10 + a^11), c = plain + d. In GF(32) plus and minus are XOR.
    second = _times(_times(before_last, plain) ^ weighted, _inverse(before_last ^ last))
    return base32.ALPHABET[plain ^ second] + base32.ALPHABET[second]


def _times(left: int, right: int) -> int:
    product = 0
    for bit in range(5):
        if right >> bit & 1:
            product ^= left << bit
    for bit in range(9, 4, -1):
        if product >> bit & 1:
            product ^= _FIELD_POLYNOMIAL << (bit - 5)
    return product


def _inverse(element: int) -> int:
    return next(candidate for candidate in range(1, 32) if _times(element, candidate) == 1)


def _powers() -> tuple[int, ...]:
    """Powers of the generator x: all different up to the 31st, which is what makes the distance 3."""
    powers = [1]
    while len(powers) < CODE_CHARACTERS:
        powers.append(_times(powers[-1], 2))
    return tuple(powers)


_POWERS = _powers()
