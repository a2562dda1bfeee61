"""``qti-catalog-info`` and ``qti-companion-materials-info`` → catalogs and tools.

Owns which supports are delivered. Which of them a candidate gets is decided by accommodations and the package.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from exam_packages.qti.content import read_nodes
from exam_packages.qti.model import Catalog, CatalogCard, Tool
from exam_packages.qti.profile.outside import DELIVERED_SUPPORTS
from exam_packages.qti.reading import Xml

_CALCULATORS: Final = {
    "basic": Tool.CALCULATOR,
    "standard": Tool.CALCULATOR,
    "scientific": Tool.SCIENTIFIC_CALCULATOR,
}


def read_catalogs(xml: Xml) -> tuple[Catalog, ...]:
    """The catalogs directly in a document or rubric block; cards for supports that are not delivered are left out.

    Raises:
        SourceRefused: content outside the profile.
    """
    info = xml.child("qti-catalog-info")
    if info is None:
        return ()
    found = (
        Catalog(identifier=each.required("id"), cards=tuple(_cards(each))) for each in info.children("qti-catalog")
    )
    return tuple(each for each in found if each.cards)


def _cards(xml: Xml) -> Iterator[CatalogCard]:
    for card in xml.children("qti-card"):
        support = card.required("support")
        if support in DELIVERED_SUPPORTS:
            for holder in (card, *card.children("qti-card-entry")):
                content = holder.child("qti-html-content")
                if content is not None:
                    language = content.language() or holder.language() or card.language()
                    yield CatalogCard(support=support, language=language, content=read_nodes(content))


def read_tools(xml: Xml) -> frozenset[Tool]:
    """The calculators that an item's companion materials ask for.

    Raises:
        SourceRefused: a calculator that the program does not have.
    """
    info = xml.child("qti-companion-materials-info")
    return frozenset() if info is None else frozenset(_calculator(each) for each in info.children("qti-calculator"))


def _calculator(xml: Xml) -> Tool:
    named = xml.child("qti-calculator-type")
    kind = "" if named is None else named.text.strip()
    if kind not in _CALCULATORS:
        raise xml.refused(
            "calculator", f"asks for a calculator of the kind {kind[:40]!r}", f"Use {', '.join(_CALCULATORS)}"
        )
    return _CALCULATORS[kind]
