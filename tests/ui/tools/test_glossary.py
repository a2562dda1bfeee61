from __future__ import annotations

import pytest

from exam_packages.qti.model import Catalog
from tests.ui.items.making import paragraph
from tests.ui.tools.staging import CATALOGS, card, explained, question
from ui.window.tools.aids import Aid
from ui.window.tools.glossary import entries_of

BODY = question().body


def test_terms_come_in_reading_order_each_once() -> None:
    body = (*BODY, paragraph(explained("occupancy again", "occupancy")))
    entries = entries_of([body], CATALOGS, Aid.GLOSSARY, "en")
    assert [(each.idref, each.term) for each in entries] == [("occupancy", "occupancy"), ("attrition", "attrition")]


@pytest.mark.parametrize(
    ("language", "found"), [("de", ["de"]), ("de-CH", ["de"]), ("he", ["he"]), ("", ["de", "he"]), ("fr", [])]
)
def test_a_translation_is_for_a_language(language: str, found: list[str]) -> None:
    entries = entries_of([BODY], CATALOGS, Aid.KEYWORD_TRANSLATION, language)
    assert [each.language for entry in entries for each in entry.cards] == found


def test_a_card_in_no_language_serves_where_there_is_none_in_the_candidates() -> None:
    catalogs = (Catalog(identifier="occupancy", cards=(card("linguistic-guidance", "Simply: how busy."),)),)
    assert len(entries_of([BODY], catalogs, Aid.GLOSSARY, "fr")) == 1


def test_words_that_no_catalog_explains_are_no_terms() -> None:
    assert entries_of([BODY], (), Aid.GLOSSARY, "") == ()
    assert entries_of([(paragraph(explained("x", "nowhere")),)], CATALOGS, Aid.GLOSSARY, "") == ()
