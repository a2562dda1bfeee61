"""Crockford's base32: 32 characters that survive being read aloud.

Owns the alphabet (no I, L, O, U) and how a person's spelling is brought into it. Refuses to know what the characters
mean. Source: Douglas Crockford, "Base 32", www.crockford.com/base32.html.
"""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Value 0 to 31, in order."""

_HEARD_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SEPARATORS = str.maketrans("", "", " -\u00a0\u2010\u2011\u2012\u2013\t")


def encode(raw: bytes) -> str:
    """Write bytes as base32, most significant bit first; the bits must fill the last character.

    Raises:
        ValueError: the number of bits is no multiple of five.
    """
    if len(raw) % 5:
        raise ValueError("base32 here takes whole groups of five bytes")
    number = int.from_bytes(raw, "big")
    characters = len(raw) * 8 // 5
    return "".join(ALPHABET[(number >> shift) & 31] for shift in range(5 * (characters - 1), -1, -5))


def as_heard(spoken: str) -> str:
    """Bring a person's spelling into the alphabet: upper case, O as 0, I and L as 1, no separators.

    Characters outside the alphabet stay as they are, for the caller to refuse.
    """
    return spoken.translate(_SEPARATORS).upper().translate(_HEARD_AS)
