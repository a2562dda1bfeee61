"""The one tree of refusals: every way in which something from outside is found not acceptable.

Owns the layers a refusal can come from and one class for each. Refuses to know files, screens and languages: the words
people read on a screen are made in the interface from ``code``, ``layer`` and ``place``.

::

    Refused                   something from outside is not acceptable
    ├── FormRefused           form               not the one encoding, an unknown field, cut short, too long
    ├── SignatureRefused      signature          a signature that is present does not verify
    ├── ThresholdRefused      threshold          too few keys of the role, or a key that is not the role's
    ├── RevokedRefused        revoked            signed by, or issued to, somebody who has been revoked
    ├── ExpiredRefused        expired            valid once, or not yet
    ├── OlderRefused          older              older than one that was accepted before
    ├── NotForThisSiteRefused not-for-this-site  made for somebody else
    ├── WrongReleaseRefused   wrong-release      a release, or a spoken code, of another package
    └── ContentRefused        content            cut or altered content

Outside the tree, because nobody sent anything wrong: ``pin.PinWrong`` and ``key_file.PassphraseWrong`` (somebody typed
the wrong thing). Wrong arguments in our own code are ``ValueError`` and ``TypeError``.
"""

from enum import Enum
from typing import ClassVar


class Layer(Enum):
    """The layer that refused, in the order in which the layers are checked."""

    FORM = "form"
    SIGNATURE = "signature"
    THRESHOLD = "threshold"
    REVOKED = "revoked"
    EXPIRED = "expired"
    OLDER = "older"
    NOT_FOR_THIS_SITE = "not-for-this-site"
    WRONG_RELEASE = "wrong-release"
    CONTENT = "content"


class Refused(Exception):  # noqa: N818 - "refused" is the word for it everywhere, and it reads as one
    """Something from outside is not acceptable. Only its subclasses are raised.

    Attributes:
        layer: which check refused.
        code: stable name of the class, for programs and for the interface's table of words.
        message: what is wrong, a clause without a full stop.
        place: where it is wrong: a file, a field of it, or an offset in it.
    """

    layer: ClassVar[Layer]
    code: ClassVar[str]

    def __init__(self, message: str, *, place: str) -> None:
        super().__init__(message)
        self.message = message
        self.place = place

    def __str__(self) -> str:
        return f"{self.place}: {self.message}."

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions are rebuilt from positional arguments; ``place`` has to come along to another process.
        return _rebuild, (type(self), self.message, self.place)


def _rebuild(kind: type[Refused], message: str, place: str) -> Refused:
    return kind(message, place=place)


class FormRefused(Refused):
    """The bytes are not the one encoding of what they should be."""

    layer = Layer.FORM
    code = "form-refused"


class SignatureRefused(Refused):
    """A signature does not verify."""

    layer = Layer.SIGNATURE
    code = "signature-refused"


class ThresholdRefused(Refused):
    """Too few keys of the role have signed, or a key that is not the role's has."""

    layer = Layer.THRESHOLD
    code = "threshold-refused"


class RevokedRefused(Refused):
    """A key, a site, a seat or a package that takes part in this has been revoked."""

    layer = Layer.REVOKED
    code = "revoked-refused"


class ExpiredRefused(Refused):
    """Its validity is over, or has not begun."""

    layer = Layer.EXPIRED
    code = "expired-refused"


class OlderRefused(Refused):
    """It is older than one that was accepted before."""

    layer = Layer.OLDER
    code = "older-refused"


class NotForThisSiteRefused(Refused):
    """It was made for another site, seat or recipient."""

    layer = Layer.NOT_FOR_THIS_SITE
    code = "not-for-this-site-refused"


class WrongReleaseRefused(Refused):
    """The release, or the spoken code, belongs to another package."""

    layer = Layer.WRONG_RELEASE
    code = "wrong-release-refused"


class ContentRefused(Refused):
    """Content is missing, cut or altered."""

    layer = Layer.CONTENT
    code = "content-refused"
