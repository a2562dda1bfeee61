"""What a manifest says about its exam for catalogues: IEEE LOM, in any namespace that packages write it in → ``Metadata``.

Owns which part of LOM is read: the general one, and the version. Nothing in it decides anything, so nothing in it is refused;
what is there and of another form is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from exam_packages.qti.model import Metadata
from exam_packages.qti.reading import Xml

MAX_CHARACTERS: Final = 2000
MAX_KEYWORDS: Final = 100

_TEXTS: Final = ("string", "langstring")
"""LOM 1.0 and the older IMS Metadata write language strings under these names."""


def read_metadata(manifest: Xml) -> Metadata:
    """The metadata of the package as a whole; its resources' are not looked at."""
    general = list(_below([manifest], "metadata", "lom", "general"))
    return Metadata(
        title=_first(_texts(general, "title")),
        language=_first(_plain(general, "language")),
        description=_first(_texts(general, "description")),
        keywords=tuple(dict.fromkeys(_texts(general, "keyword")))[:MAX_KEYWORDS],
        version=_first(_texts(list(_below([manifest], "metadata", "lom", "lifecycle")), "version")),
    )


def _below(places: list[Xml], *names: str) -> Iterator[Xml]:
    """Elements under a path of names; case is passed over, because the two forms of LOM differ in it."""
    for name in names:
        places = [child for place in places for child in place.children() if child.name.lower() == name]
    yield from places


def _texts(places: list[Xml], name: str) -> Iterator[str]:
    """The texts of language strings, in document order, without empty ones; a plain text is taken, too."""
    for place in _below(places, name):
        strings = [child for child in place.children() if child.name.lower() in _TEXTS]
        for each in strings or [place]:
            words = " ".join(each.text.split())[:MAX_CHARACTERS]
            if words:
                yield words


def _plain(places: list[Xml], name: str) -> Iterator[str]:
    yield from (words for each in _below(places, name) if (words := each.text.strip()[:MAX_CHARACTERS]))


def _first(words: Iterator[str]) -> str:
    return next(words, "")
