"""Where a candidate goes next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.ids import ItemId, OutcomeId, PartId, ResponseId, SectionId
from exam_packages.qti.model import (
    AssessmentTest,
    BaseType,
    Cardinality,
    Expression,
    ItemRef,
    OutcomeDeclaration,
    PartRole,
    Processing,
    RubricBlock,
    Rule,
    Section,
    TestPart,
    View,
)
from exam_packages.qti.routing import Stop, Taken, has_routes, next_stop
from exam_packages.qti.selecting import select_form, whole_form
from tests.exam_packages.qti.forms import (
    RESPONSE,
    answered,
    at_least,
    constant,
    exam,
    form,
    jump,
    part,
    ref,
    section,
    variable,
)

NO, NULL = constant("false"), constant("null")


def walk(test: AssessmentTest, answers: Mapping[str, str] | None = None, *, keys: bool = False) -> list[str]:
    """The stops of somebody who answers so and otherwise not; a section without an item by its own name."""
    whole, given, seen, found = exam(test, keys=keys), answers or {}, set[ItemId](), list[str]()
    arranged, stop = whole_form(test), None
    for _ in range(100):
        taken = Taken(
            responses={name: {RESPONSE: (given[name],)} for name in seen if name in given}, presented=frozenset(seen)
        )
        stop = next_stop(whole, arranged, stop, taken)
        if stop is None:
            return found
        found.append(stop.item or stop.section)
        seen |= {stop.item} if stop.item else _items(test, stop)
    raise AssertionError("walks in a circle")


def _items(test: AssessmentTest, stop: Stop) -> set[ItemId]:
    sections = [each for part in test.parts for each in part.sections if each.identifier == stop.section]
    return {each.identifier for section in sections for each in section.items}


def linear(*children: ItemRef | Section | str) -> AssessmentTest:
    return form(part("p", section("s", *children)))


def test_without_rules_the_form_s_own_order() -> None:
    test = form(part("p", section("s", "a", "b"), section("t", "c")), part("q", section("u", "d")))
    assert walk(test) == ["a", "b", "c", "d"]
    assert not has_routes(whole_form(test))


def test_in_a_nonlinear_part_a_stop_is_a_section() -> None:
    test = form(part("p", section("s", "a", "b"), section("t", "c"), linear=False), part("q", section("u", "d")))
    assert walk(test) == ["s", "t", "d"]


def test_a_section_of_text_alone_is_a_stop() -> None:
    told = RubricBlock(views=frozenset({View.CANDIDATE}), use="", content=())
    agreement = part("a", section("text", rubrics=(told,)), role=PartRole.AGREEMENT)
    assert walk(form(agreement, part("p", section("s", "a")))) == ["text", "a"]
    assert walk(form(part("p", section("text", rubrics=(told,)), section("s", "a")))) == ["text", "a"]


def test_who_was_given_nothing_of_a_section_passes_it_by() -> None:
    test = form(part("p", section("s", section("t", "a"), section("u", "b"), select=1), linear=False))
    arranged = select_form(test, "0" * 32)
    assert next_stop(exam(test), arranged, None, Taken()) == Stop(part=PartId("p"), section=SectionId("s"))
    empty = form(part("p", section("s", section("t", "a", select=0)), section("v", "c"), linear=False))
    stop = next_stop(exam(empty), select_form(empty, "0" * 32), None, Taken())
    assert stop == Stop(part=PartId("p"), section=SectionId("v"))


# -- pre-conditions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("condition", [NO, NULL, answered("z", "A"), constant("maybe"), variable("a.RESPONSE")])
def test_what_is_not_true_skips(condition: Expression) -> None:
    """ "evaluates to false, or has a NULL value"; and so does what cannot be evaluated."""
    assert walk(linear("a", ref("b", pre_conditions=(condition,)), "c"), {"a": "A"}) == ["a", "c"]


def test_all_conditions_must_be_true() -> None:
    both = ref("b", pre_conditions=(constant("true"), answered("a", "A")))
    assert walk(linear("a", both), {"a": "A"}) == ["a", "b"]
    assert walk(linear("a", both), {"a": "B"}) == ["a"]


def test_a_section_is_skipped_whole() -> None:
    inner = section("t", "b", section("u", "c"), pre_conditions=(answered("a", "A"),))
    assert walk(linear("a", inner, "d"), {"a": "A"}) == ["a", "b", "c", "d"]
    assert walk(linear("a", inner, "d")) == ["a", "d"]


def test_a_section_s_condition_counts_when_it_is_entered() -> None:
    """Answers inside do not throw the candidate out."""
    few = Expression(name="lt", operands=(Expression(name="number-responded"), _two()))
    inner = section("t", "b", "c", "d", pre_conditions=(few,))
    assert walk(linear("a", inner), dict.fromkeys("abcd", "A")) == ["a", "b", "c", "d"]


def _two() -> Expression:
    return Expression(name="base-value", attributes=(("base-type", "integer"),), text="2")


def test_a_part_is_skipped_even_where_it_is_nonlinear() -> None:
    skipped = part("q", section("t", "b"), linear=False, pre_conditions=(answered("a", "A"),))
    last = part("r", section("u", "c"))
    assert walk(form(part("p", section("s", "a")), skipped, last), {"a": "B"}) == ["a", "c"]
    assert walk(form(part("p", section("s", "a")), skipped, last), {"a": "A"}) == ["a", "t", "c"]


def test_rules_of_items_and_sections_do_not_count_in_nonlinear_parts() -> None:
    inside = ref("a", pre_conditions=(NO,), branch_rules=(jump("EXIT_TEST"),))
    test = form(part("p", section("s", inside, pre_conditions=(NO,)), section("t", "b"), linear=False))
    assert walk(test) == ["s", "t"]
    assert not has_routes(whole_form(test))


# -- branch rules -----------------------------------------------------------------------------------------------------


def test_jumps_to_an_item() -> None:
    test = linear(ref("a", branch_rules=(jump("c", answered("a", "A")),)), "b", "c", "d")
    assert walk(test, {"a": "A"}) == ["a", "c", "d"]
    assert walk(test, {"a": "B"}) == ["a", "b", "c", "d"]
    assert has_routes(whole_form(test))


def test_the_first_rule_that_is_true_counts() -> None:
    rules = (jump("d", answered("a", "B")), jump("c"), jump("EXIT_TEST"))
    assert walk(linear(ref("a", branch_rules=rules), "b", "c", "d"), {"a": "A"}) == ["a", "c", "d"]


def test_a_jump_looks_at_the_conditions_of_its_target() -> None:
    target = ref("c", pre_conditions=(NO,))
    assert walk(linear(ref("a", branch_rules=(jump("c"),)), "b", target, "d")) == ["a", "d"]


def test_jumps_to_a_section_of_the_same_part() -> None:
    first = section("s", ref("a", branch_rules=(jump("u"),)), "b")
    assert walk(form(part("p", first, section("t", "c"), section("u", "d")))) == ["a", "d"]


def test_no_jump_back_and_none_to_what_was_not_selected() -> None:
    backward = linear("a", ref("b", branch_rules=(jump("a"), jump("s"), jump("nowhere"))), "c")
    assert walk(backward) == ["a", "b", "c"]


def test_leaving_a_section() -> None:
    inner = section("t", ref("a", branch_rules=(jump("EXIT_SECTION"),)), "b")
    assert walk(linear(inner, "c")) == ["a", "c"]


def test_leaving_a_section_from_a_section_in_it() -> None:
    inner = section("u", "a", branch_rules=(jump("EXIT_SECTION"),))
    assert walk(linear(section("t", inner, "b"), "c")) == ["a", "c"]


def test_a_section_directly_in_a_part_is_in_no_other() -> None:
    first = section("s", "a", branch_rules=(jump("EXIT_SECTION"),))
    assert walk(form(part("p", first, section("t", "b")))) == ["a", "b"]


def test_rules_of_a_section_count_when_it_ends() -> None:
    first = section("s", "a", "b", branch_rules=(jump("u", answered("a", "A")),))
    test = form(part("p", first, section("t", "c"), section("u", "d")))
    assert walk(test, {"a": "A"}) == ["a", "b", "d"]
    assert walk(test) == ["a", "b", "c", "d"]


def test_rules_of_a_section_count_when_it_was_left_early() -> None:
    item = ref("a", branch_rules=(jump("EXIT_SECTION"),))
    first = section("s", item, "b", branch_rules=(jump("u"),))
    assert walk(form(part("p", first, section("t", "c"), section("u", "d")))) == ["a", "d"]


def test_rules_of_a_section_count_although_its_last_item_was_skipped() -> None:
    first = section("s", "a", ref("b", pre_conditions=(NO,)), branch_rules=(jump("u"),))
    assert walk(form(part("p", first, section("t", "c"), section("u", "d")))) == ["a", "d"]


def test_rules_of_what_was_not_presented_do_not_count() -> None:
    """A rule is "evaluated after the item, section or part has been presented" (BranchRuleDType)."""
    skipped = section("t", "b", pre_conditions=(NO,), branch_rules=(jump("EXIT_TEST"),))
    assert walk(linear("a", skipped, "c")) == ["a", "c"]
    item = ref("b", pre_conditions=(NO,), branch_rules=(jump("EXIT_TEST"),))
    assert walk(linear("a", item, "c")) == ["a", "c"]
    unseen = part("q", section("t", "b", pre_conditions=(NO,)), branch_rules=(jump("EXIT_TEST"),))
    assert walk(form(part("p", section("s", "a")), unseen, part("r", section("u", "c")))) == ["a", "c"]


def test_leaving_a_part_and_a_test() -> None:
    def parts(target: str) -> AssessmentTest:
        first = part("p", section("s", ref("a", branch_rules=(jump(target),)), "b"), section("t", "c"))
        return form(first, part("q", section("u", "d")))

    assert walk(parts("EXIT_TESTPART")) == ["a", "d"]
    assert walk(parts("EXIT_TEST")) == ["a"]


@pytest.mark.parametrize("is_linear", [True, False])
def test_parts_jump(is_linear: bool) -> None:  # noqa: FBT001 - a case
    def parts(target: str) -> list[str]:
        first = part("p", section("s", "a"), linear=is_linear, branch_rules=(jump(target, answered("a", "A")),))
        return walk(form(first, part("q", section("t", "b")), part("r", section("u", "c"))), {"a": "A"})[1:]

    assert parts("r") == ["c"]
    assert parts("EXIT_TEST") == []
    assert parts("EXIT_TESTPART") == ["b", "c"]


def test_counts() -> None:
    enough = at_least(Expression(name="number-responded"), 2)
    test = linear("a", "b", ref("c", branch_rules=(jump("EXIT_TEST", enough),)), "d")
    assert walk(test, {"a": "A", "b": "A"}) == ["a", "b", "c"]
    assert walk(test, {"a": "A"}) == ["a", "b", "c", "d"]
    seen = at_least(Expression(name="number-presented"), 3)
    assert walk(linear("a", "b", ref("c", pre_conditions=(seen,)), ref("d", pre_conditions=(NO,)))) == ["a", "b"]


def test_only_what_was_selected_is_counted() -> None:
    selected = at_least(Expression(name="number-selected"), 3)
    test = form(part("p", section("s", "a", "b", select=1), section("t", ref("c", pre_conditions=(selected,)))))
    stop = Stop(part=PartId("p"), section=SectionId("s"), item=select_form(test, "0" * 32).items[0].ref.identifier)
    assert next_stop(exam(test), select_form(test, "0" * 32), stop, Taken()) is None


def test_built_in_variables_may_be_given() -> None:
    slow = Expression(
        name="duration-gte",
        operands=(
            variable("a.duration"),
            Expression(name="base-value", attributes=(("base-type", "duration"),), text="60"),
        ),
    )
    test = linear("a", ref("b", pre_conditions=(slow,)))
    stop = Stop(part=PartId("p"), section=SectionId("s"), item=ItemId("a"))
    for seconds, follows in ("59", None), ("61", ItemId("b")):
        taken = Taken(responses={ItemId("a"): {ResponseId("duration"): (seconds,)}}, presented={ItemId("a")})
        found = next_stop(exam(test), whole_form(test), stop, taken)
        assert (found.item if found else None) == follows


# -- with keys --------------------------------------------------------------------------------------------------------


def scored(*parts: TestPart) -> AssessmentTest:
    total = Expression(
        name="sum", operands=(Expression(name="test-variables", attributes=(("variable-identifier", "SCORE"),)),)
    )
    return form(
        *parts,
        outcome_declarations=(
            OutcomeDeclaration(identifier=OutcomeId("SCORE"), cardinality=Cardinality.SINGLE, base_type=BaseType.FLOAT),
        ),
        outcome_processing=Processing(rules=(Rule(name="set-outcome-value", identifier="SCORE", expression=total),)),
    )


def test_points_decide_where_keys_are_at_the_seat() -> None:
    test = linear(ref("a", branch_rules=(jump("c", at_least(variable("a.SCORE"), 1)),)), "b", "c")
    assert walk(test, {"a": "A"}, keys=True) == ["a", "c"]
    assert walk(test, {"a": "B"}, keys=True) == ["a", "b", "c"]


def test_the_total_decides_where_keys_are_at_the_seat() -> None:
    enough = jump("EXIT_TEST", at_least(variable("SCORE"), 2))
    test = scored(part("p", section("s", "a", ref("b", branch_rules=(enough,)), "c")))
    assert walk(test, {"a": "A", "b": "A"}, keys=True) == ["a", "b"]
    assert walk(test, {"a": "A", "b": "B"}, keys=True) == ["a", "b", "c"]


def test_without_keys_such_a_rule_is_never_true() -> None:
    test = linear(ref("a", branch_rules=(jump("c", at_least(variable("a.SCORE"), 1)),)), "b", "c")
    assert walk(test, {"a": "A"}) == ["a", "b", "c"]


def test_a_stop_of_another_form_is_the_caller_s_mistake() -> None:
    test = linear("a")
    for stop in (
        Stop(part=PartId("p"), section=SectionId("s"), item=ItemId("z")),
        Stop(part=PartId("z"), section=SectionId("s")),
    ):
        with pytest.raises(KeyError):
            next_stop(exam(test), whole_form(test), stop, Taken())


# -- any test ---------------------------------------------------------------------------------------------------------


@st.composite
def routed(draw: st.DrawFn) -> AssessmentTest:
    """Any test with rules that may lead anywhere, sensible or not."""
    names = [f"n{number}" for number in range(12)]
    targets = st.sampled_from([*names, "EXIT_TEST", "EXIT_TESTPART", "EXIT_SECTION"])
    conditions = st.sampled_from([constant("true"), NO, NULL, answered("n1", "A"), variable("nothing")])
    free = iter(names)

    def rules() -> dict[str, Any]:
        return {
            "pre_conditions": tuple(draw(st.lists(conditions, max_size=1))),
            "branch_rules": tuple(jump(draw(targets), draw(conditions)) for _ in range(draw(st.integers(0, 2)))),
        }

    def group() -> Section:
        inside = [ref(next(free), **rules()) for _ in range(draw(st.integers(1, 2)))]
        return section(f"{next(free)}", *inside, **rules())

    parts = [part(f"p{n}", group(), linear=draw(st.booleans()), **rules()) for n in range(2)]
    return form(*parts, part("last", section("end", group(), "over")))


@given(routed(), st.dictionaries(st.just("n1"), st.sampled_from("AB")))
def test_every_walk_goes_forward_and_ends(test: AssessmentTest, answers: dict[str, str]) -> None:
    order = [each.ref.identifier for each in whole_form(test).items]
    places = {str(name): number for number, name in enumerate(order)}
    places |= {
        str(each.identifier): places[str(each.items[0].identifier)] for part in test.parts for each in part.sections
    }
    found = [places[name] for name in walk(test, answers)]
    assert found == sorted(set(found))
