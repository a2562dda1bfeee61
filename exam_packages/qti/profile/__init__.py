"""The closed profile of QTI 3.0, as one table: what may stand where, and what of it goes to a testing centre.

A row allows an element; what has no row is refused, and so is an attribute that its row does not name, unless it stands in a
table of things that are dropped with a note. ``delivered`` is an allow-list too: an element or attribute reaches a seat only
if its row says so. ``docs/qti-profile.md`` is this table in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from exam_packages.qti.profile.content import HTML_ROWS, INTERACTION_ROWS
from exam_packages.qti.profile.documents import DOCUMENT_ROWS
from exam_packages.qti.profile.outside import kept_classes
from exam_packages.qti.profile.rows import Kind, Row
from exam_packages.qti.profile.tests import TEST_ROWS
from exam_packages.qti.profile.withheld import SECRET_ROWS
from exam_packages.qti.reading import Xml

PROFILE: Final[Mapping[str, Row]] = {**HTML_ROWS, **INTERACTION_ROWS, **DOCUMENT_ROWS, **TEST_ROWS, **SECRET_ROWS}
"""Every element the profile allows."""


def kept_attributes(xml: Xml) -> Iterator[tuple[str, str]]:
    """The attributes of an element that the profile keeps, foreign class names removed."""
    row = PROFILE.get(xml.name, _EMPTY)
    for name, value in xml.attributes():
        if name not in row.attributes:
            continue
        if row.attributes[name].kind is Kind.CLASSES:
            value = kept_classes(value)  # noqa: PLW2901 - the value, cleaned
        if value or row.attributes[name].kind is not Kind.CLASSES:
            yield name, value


_EMPTY: Final = Row()
