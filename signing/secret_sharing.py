"""A secret that any two of three people can restore and one alone knows nothing of.

Owns 2-of-3 replicated XOR sharing: the secret is the XOR of three random parts, and every share leaves out a different
one. Refuses to know what the secret is and who holds a share. Source: M. Ito, A. Saito, T. Nishizeki, "Secret sharing
scheme realizing general access structure", GLOBECOM 1987. It was chosen over Shamir's scheme because it is two XORs
with nothing to get wrong.

A share is its number (one byte, 1 to 3) followed by the two parts it holds, in the order of their numbers; part n is
the one that share n does not hold.
"""

import secrets
from collections.abc import Callable

from signing.errors import ContentRefused, FormRefused

NUMBERS = (1, 2, 3)
_PLACE = "share"


def split(secret: bytes, *, random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> tuple[bytes, bytes, bytes]:
    """Split a secret into three shares.

    Args:
        secret: at least one byte.
        random_bytes: source of uniformly random bytes.

    Raises:
        ValueError: the secret is empty.
    """
    if not secret:
        raise ValueError("there is nothing to share")
    first, second = random_bytes(len(secret)), random_bytes(len(secret))
    third = _xor(secret, _xor(first, second))
    return b"\x01" + second + third, b"\x02" + first + third, b"\x03" + first + second


def join(first: bytes, second: bytes) -> bytes:
    """Restore the secret from any two shares, in any order.

    Two shares hold one part in common. If it differs they are not of one split, or one is damaged. A damaged other part
    cannot be seen here: compare the secret with something that knows it, such as a release check.

    Raises:
        FormRefused: something that is not a share, or one share twice.
        ContentRefused: shares of different splits.
    """
    parts_of_first, parts_of_second = _parts(first), _parts(second)
    common = parts_of_first.keys() & parts_of_second.keys()
    if len(common) != 1:
        raise FormRefused("is the same share as the other one", place=_PLACE)
    if any(parts_of_first[number] != parts_of_second[number] for number in common):
        raise ContentRefused("does not belong to the other share, or one of the two is damaged", place=_PLACE)
    one, two, three = (parts_of_first | parts_of_second).values()
    return _xor(one, _xor(two, three))


def _parts(share: bytes) -> dict[int, bytes]:
    half, rest = divmod(len(share) - 1, 2)
    if half < 1 or rest or share[0] not in NUMBERS:
        raise FormRefused("is not a share", place=_PLACE)
    held = [number for number in NUMBERS if number != share[0]]
    return dict(zip(held, (share[1 : 1 + half], share[1 + half :]), strict=True))


def _xor(left: bytes, right: bytes) -> bytes:
    if len(left) != len(right):
        raise FormRefused("is not as long as the other one", place=_PLACE)
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
