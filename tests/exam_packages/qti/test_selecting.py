"""Which items a candidate gets, and in which order."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from exam_packages.ids import ItemId
from exam_packages.qti.model import (
    DEFAULT_CONTROL,
    AssessmentTest,
    ItemRef,
    RubricBlock,
    Section,
    SessionControl,
    Tool,
    View,
)
from exam_packages.qti.selecting import ArrangedForm, is_mixed, select_form, whole_form
from tests.exam_packages.qti.forms import form, hidden, part, ref, section

SEEDS = st.text("0123456789abcdef", min_size=32, max_size=32)
MANY = [f"{number:032x}" for number in range(300)]


def names(arranged: ArrangedForm) -> list[str]:
    return [item.ref.identifier for item in arranged.items]


def orders(*sections: Section) -> set[str]:
    test = form(part("p", *sections))
    return {"".join(names(select_form(test, seed))) for seed in MANY}


def test_without_rules_the_order_is_the_document_s() -> None:
    assert orders(section("s", "a", section("t", "b", "c"), "d"), section("u", "e")) == {"abcde"}


def test_every_order_comes() -> None:
    assert orders(section("s", "a", "b", "c", shuffle=True)) == {"".join(each) for each in permutations("abc")}


def test_fixed_children_stay() -> None:
    assert orders(section("s", "a", ref("b", fixed=True), "c", shuffle=True)) == {"abc", "cba"}


def test_fixed_places_count_after_selection() -> None:
    """The standard's own example: of A, B, C, D three are selected, B is fixed."""
    found = orders(section("s", "a", ref("b", fixed=True), "c", "d", select=3, shuffle=True))
    assert {each for each in found if set(each) == set("abc")} == {"abc", "cba"}
    assert {each for each in found if set(each) == set("bcd")} == {"bcd", "bdc"}


def test_selection_keeps_document_order() -> None:
    assert orders(section("s", "a", "b", "c", select=2)) == {"ab", "ac", "bc"}


def test_required_children_are_always_in() -> None:
    assert orders(section("s", "a", "b", ref("c", required=True), select=2)) == {"ac", "bc"}


def test_a_section_is_selected_as_one() -> None:
    assert orders(section("s", section("t", "a", "b"), section("u", "c", "d"), select=1)) == {"ab", "cd"}


def test_a_required_section_with_a_selection_of_its_own() -> None:
    inner = section("t", "a", "b", select=1, required=True)
    assert orders(section("s", inner, "c", "d", select=2)) == {"ac", "ad", "bc", "bd"}


def test_a_visible_section_is_shuffled_as_one() -> None:
    assert orders(section("s", section("t", "a", "b", keep_together=False), "c", shuffle=True)) == {"abc", "cab"}


def test_an_invisible_section_that_keeps_together_is_shuffled_as_one() -> None:
    assert orders(section("s", section("t", "a", "b", visible=False), "c", shuffle=True)) == {"abc", "cab"}


def test_an_invisible_section_that_does_not_is_mixed() -> None:
    assert orders(section("s", hidden("t", "a", "b"), "c", shuffle=True)) == {
        "".join(each) for each in permutations("abc")
    }


def test_mixing_goes_through_all_levels() -> None:
    assert len(orders(section("s", hidden("t", hidden("u", "a", "b"), "c"), "d", shuffle=True))) == 24


def test_selection_comes_before_mixing() -> None:
    assert orders(section("s", hidden("t", "a", "b", select=1), "c", shuffle=True)) == {"ac", "ca", "bc", "cb"}


def test_nothing_is_mixed_into_a_section_that_keeps_its_order() -> None:
    assert orders(section("s", hidden("t", "a", "b", shuffle=True), "c")) == {"abc", "bac"}


def test_a_fixed_section_stays_as_a_block() -> None:
    assert orders(section("s", hidden("t", "a", "b", fixed=True), "c", "d", shuffle=True)) == {"abcd", "abdc"}


def test_whether_a_section_is_mixed() -> None:
    inner = hidden("u", "a")
    outer = hidden("t", inner)
    assert is_mixed(inner, (section("s", outer, shuffle=True), outer))
    assert not is_mixed(inner, (section("s", outer), outer))
    assert not is_mixed(inner, ())


def test_one_section_s_chance_is_not_another_s() -> None:
    """A change in one section leaves the order of the others."""
    later = section("u", *"klmnop", shuffle=True)
    one, two = (form(part("p", section("s", *first, shuffle=True), later)) for first in ("abc", "abcdefg"))
    assert names(select_form(one, MANY[7]))[3:] == names(select_form(two, MANY[7]))[7:]


def test_vector() -> None:
    inner = hidden("t", "d", "e", ref("f", required=True), select=2)
    test = form(part("p", section("s", "a", ref("b", fixed=True), "c", inner, "g", select=4, shuffle=True)))
    assert {seed: "".join(names(select_form(test, seed * 32))) for seed in "0123f"} == VECTOR


VECTOR = {"0": "gcfda", "1": "fbeag", "2": "abdcf", "3": "gbfea", "f": "abgc"}


def test_what_holds_an_item_comes_along() -> None:
    def told(name: str) -> RubricBlock:
        return RubricBlock(views=frozenset({View.CANDIDATE}), use=name, content=())

    item = ref("a", control=SessionControl(allow_review=False), tools=frozenset({Tool.NOTES}))
    inner = section("t", item, control=SessionControl(max_attempts=3, allow_review=True), rubrics=(told("t"),))
    outer = section("s", inner, "b", rubrics=(told("s"),), tools=frozenset({Tool.CALCULATOR}))
    held = part("p", outer, control=SessionControl(max_attempts=2, allow_comment=True), rubrics=(told("p"),))
    arranged = select_form(form(held, tools=frozenset({Tool.MAGNIFIER}), rubrics=(told("test"),)), MANY[0])
    first = arranged.item(ItemId("a"))
    assert [each.identifier for each in first.sections] == ["s", "t"]
    assert first.control == SessionControl(
        max_attempts=3,
        show_feedback=False,
        allow_review=False,
        show_solution=False,
        allow_comment=True,
        allow_skipping=True,
        validate_responses=False,
    )
    assert first.tools == {Tool.NOTES, Tool.CALCULATOR, Tool.MAGNIFIER}
    assert [each.use for each in first.rubrics] == ["test", "p", "s", "t"]
    second = arranged.item(ItemId("b"))
    assert second.control == SessionControl(max_attempts=2, allow_comment=True).within(DEFAULT_CONTROL)
    assert [each.use for each in second.rubrics] == ["test", "p", "s"]


def test_the_whole_form_has_everything() -> None:
    inner = hidden("t", "b", "c", select=1)
    test = form(part("p", section("s", "a", inner, shuffle=True, select=1)), part("q", section("u")))
    assert names(whole_form(test)) == ["a", "b", "c"]
    assert [len(each.sections) for each in whole_form(test).parts] == [1, 1]


# -- any test ---------------------------------------------------------------------------------------------------------


@st.composite
def any_test(draw: st.DrawFn) -> AssessmentTest:
    """Any test whose selections are possible."""
    counter = iter(range(10_000))
    flags = st.booleans()

    def any_ref() -> ItemRef:
        return ref(f"i{next(counter)}", required=draw(flags), fixed=draw(flags))

    def any_section(depth: int) -> Section:
        kinds = draw(st.lists(st.booleans(), min_size=1, max_size=4))
        children = [any_section(depth - 1) if depth and nested else any_ref() for nested in kinds]
        required = sum(child.required for child in children)
        selects = draw(flags)
        return section(
            f"s{next(counter)}",
            *children,
            select=draw(st.integers(max(required, 1), len(children))) if selects else None,
            shuffle=draw(flags),
            visible=draw(flags),
            keep_together=draw(flags),
            fixed=draw(flags),
            required=draw(flags),
        )

    return form(part("p", any_section(3), any_section(1)))


@given(any_test(), SEEDS)
def test_any_form_keeps_the_rules(test: AssessmentTest, seed: str) -> None:
    arranged = select_form(test, seed)
    assert select_form(test, seed) == arranged
    chosen = names(arranged)
    assert len(chosen) == len(set(chosen))
    for top in arranged.parts[0].sections:
        assert all(item.sections[0] is top.section for item in top.items)
        _check(top.section, set(chosen))
    assert all(item.ref in item.sections[-1].children for item in arranged.items)


def _check(holder: Section, chosen: set[str]) -> None:
    """Selected is what has an item in the form; a section may have none only if it could select none."""
    got = [child for child in holder.children if _leaves(child) & chosen]
    if holder.selection is None:
        assert len(got) == len(holder.children)
    else:
        assert len(got) == holder.selection.select
        assert all(child in got for child in holder.children if child.required)
    for child in got:
        if isinstance(child, Section):
            _check(child, chosen)


def _leaves(child: ItemRef | Section) -> set[str]:
    return {str(each.identifier) for each in child.items} if isinstance(child, Section) else {str(child.identifier)}


@given(st.lists(st.booleans(), min_size=1, max_size=12), SEEDS)
def test_fixed_children_keep_their_places(fixed: list[bool], seed: str) -> None:
    refs = [ref(f"i{number}", fixed=each) for number, each in enumerate(fixed)]
    found = names(select_form(form(part("p", section("s", *refs, shuffle=True))), seed))
    assert all(found[at] == refs[at].identifier for at, each in enumerate(fixed) if each)
    assert sorted(found) == sorted(each.identifier for each in refs)
