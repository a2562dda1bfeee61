"""Whatever a session holds is shown exactly: each part, put before any valid answer, has that answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication, QWidget

from exam_packages.qti.model import BaseType, Cardinality, ExtendedTextInteraction, Lexical, Node
from tests.ui.items.making import RESPONSE
from tests.ui.sample_items import (
    COLUMNS,
    MANY_COLUMNS,
    ROWS,
    associate,
    gap_match,
    hottext,
    item,
    match,
    order,
    picture,
    samples,
)
from ui.window.items.item_view import ItemView
from ui.window.items.part import Part
from ui.window.theme import Theme, Tokens, apply


def subsets(words: str | tuple[str, ...], *, most: int) -> st.SearchStrategy[Lexical]:
    """Some of the words, in their order."""
    return st.sets(st.sampled_from(list(words)), max_size=most).map(lambda some: tuple(w for w in words if w in some))


def directed(firsts: tuple[str, ...], seconds: tuple[str, ...], *, one_each: bool) -> st.SearchStrategy[Lexical]:
    """Pairs, row by row; with `one_each` a second for each first at most."""
    if one_each:
        choices = st.tuples(*(st.sampled_from((None, *seconds)) for _first in firsts))
        return choices.map(lambda some: tuple(f"{a} {b}" for a, b in zip(firsts, some, strict=True) if b))
    every = tuple(f"{a} {b}" for a in firsts for b in seconds)
    return subsets(every, most=len(every))


def gaps_filled() -> st.SearchStrategy[Lexical]:
    """Different cards in some of the gaps, in any order."""
    return st.tuples(st.permutations("ABCDE"), st.permutations(("G1", "G2", "G3")), st.integers(0, 3)).map(
        lambda drawn: tuple(f"{card} {gap}" for card, gap in list(zip(drawn[0], drawn[1], strict=False))[: drawn[2]])
    )


def card_pairs() -> st.SearchStrategy[Lexical]:
    return st.tuples(st.permutations("ABCDEF"), st.integers(0, 3)).map(
        lambda drawn: tuple(f"{drawn[0][2 * n]} {drawn[0][2 * n + 1]}" for n in range(drawn[1]))
    )


ROW_IDS = tuple(row.identifier for row in ROWS)
words = st.text(st.characters(codec="latin-1", exclude_categories=("C", "Z")), min_size=1, max_size=20)
"""Letters that the program's fonts have: Qt complains about others, and a complaint fails a test."""
CASES: dict[str, tuple[Callable[[], Node], st.SearchStrategy[Lexical]]] = {
    "choice": (lambda: samples()["choice"].item.body[0], subsets("ABCD", most=1)),
    "choices": (lambda: samples()["choice-several"].item.body[0], subsets("ABCD", most=4)),
    "associate": (associate, card_pairs()),
    "gap match": (gap_match, gaps_filled()),
    "hottext": (hottext, subsets("ABCD", most=4)),
    "hottext of one": (lambda: hottext(1), subsets("ABCD", most=1)),
    "match": (match, directed(ROW_IDS, tuple(each.identifier for each in COLUMNS), one_each=True)),
    "match of several": (
        lambda: match(several=True),
        directed(ROW_IDS, tuple(each.identifier for each in COLUMNS), one_each=False),
    ),
    "match from lists": (
        lambda: match(many=True, several=True),
        directed(ROW_IDS, tuple(each.identifier for each in MANY_COLUMNS), one_each=False),
    ),
    "order": (order, st.permutations("ABCD").map(tuple)),
    "order of some": (
        lambda: order(most=2),
        st.tuples(st.permutations("ABCD"), st.integers(0, 4)).map(lambda drawn: tuple(drawn[0][: drawn[1]])),
    ),
    "strings": (
        lambda: ExtendedTextInteraction(response=RESPONSE, max_strings=0),
        st.lists(words, max_size=6).map(tuple),
    ),
}


def view_of(node: Node, tokens: Tokens, width: int) -> tuple[ItemView, Part]:
    what = item(node, responses={"RESPONSE": (Cardinality.MULTIPLE, BaseType.STRING)})
    view = ItemView(what, None, picture, number=None, tokens=tokens)
    view.resize(width, 700)
    view.show()
    QApplication.processEvents()
    (part,) = (each for each in view.findChildren(Part) if each.response == RESPONSE)
    return view, part


@pytest.mark.parametrize("kind", CASES)
@pytest.mark.parametrize("width", [1000, 420])
def test_any_answer_is_shown_as_it_is_stored(qapp: QApplication, kind: str, width: int) -> None:
    make, answers = CASES[kind]
    view, part = view_of(make(), apply(qapp, Theme.LIGHT, 100), width)
    told: list[Lexical] = []
    part.answered.connect(told.append)

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(answer=answers, before=answers)
    def shown(answer: Lexical, before: Lexical) -> None:
        view.show_answers({RESPONSE: before})
        view.show_answers({RESPONSE: answer})
        assert part.current() == answer
        view.show_answers({})
        assert part.current() == ()

    shown()
    assert told == []


@pytest.mark.parametrize("name", samples())
def test_no_sample_is_wider_than_the_page(qapp: QApplication, name: str) -> None:
    """At 1024 by 768 nothing has to be scrolled sideways, at any size of text; tables scroll on their own."""
    for scale in (100, 200, 400):
        sample = samples()[name]
        tokens = apply(qapp, Theme.HIGH_CONTRAST, scale)
        view = ItemView(sample.item, None, picture, number=3, tokens=tokens, tools=sample.tools, marks=sample.marks)
        view.show_answers(sample.answers)
        view.resize(1024, 768)
        view.show()
        for _round in range(3):
            QApplication.processEvents()
        for part in view.findChildren(Part):
            assert part.width() <= 1024
            for child in part.findChildren(QWidget):
                if child.isVisible() and not _is_in_table(child, part):
                    right = child.mapTo(view, child.rect().topRight()).x()
                    assert right <= 1024, (scale, type(child).__name__)


def _is_in_table(widget: QWidget, part: Part) -> bool:
    """Whether it stands in something that scrolls on its own, or in the part of a text line that does."""
    parent = part.parentWidget()
    while parent is not None:
        if type(parent).__name__ == "TableView":
            return True
        parent = parent.parentWidget()
    return type(widget).__name__ == "QScrollBar"
