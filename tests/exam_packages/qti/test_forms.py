"""Tests as documents: what is read, what is refused, what is said in a note."""

from __future__ import annotations

from dataclasses import replace

import pytest

from exam_packages.errors import LintFinding, Severity, SourceRefused
from exam_packages.qti.delivery import delivery_documents
from exam_packages.qti.form_limits import check_limits
from exam_packages.qti.form_routes import check_routes
from exam_packages.qti.forms import form_rubrics, read_test
from exam_packages.qti.model import (
    Exam,
    Expression,
    ItemRef,
    PartRole,
    Section,
    Selection,
    SessionControl,
    TimeLimits,
    Tool,
)
from exam_packages.qti.package import lint_package, read_delivery, read_package
from exam_packages.qti.reading import parse
from exam_packages.qti.reports import Reporter
from exam_packages.qti.sources import MemorySource
from exam_packages.session_plans import ATTEMPTS_MAX, DEPTH_MAX, ITEMS_MAX, LIMITS_MAX
from tests.exam_packages.qti.writing_xml import NAMESPACE, SCORE, errors, form_document, item, manifest, package

RUBRIC = (
    '<qti-rubric-block view="candidate" use="instructions"><qti-content-body><p>{0}</p></qti-content-body>'
    "</qti-rubric-block>"
)
TRUE = '<qti-base-value base-type="boolean">true</qti-base-value>'
FALSE = '<qti-base-value base-type="boolean">false</qti-base-value>'
ANSWERED = (
    '<qti-match><qti-variable identifier="{0}.RESPONSE"/><qti-base-value base-type="identifier">A</qti-base-value>'
    "</qti-match>"
)
POINTS = '<qti-gte><qti-variable identifier="{0}"/><qti-base-value base-type="float">1</qti-base-value></qti-gte>'


def ref(name: str, inner: str = "", attributes: str = "") -> str:
    return (
        f'<qti-assessment-item-ref identifier="{name}" href="items/{name}.xml" {attributes}>{inner}'
        "</qti-assessment-item-ref>"
    )


def section(name: str, inner: str, attributes: str = 'visible="true"') -> str:
    return f'<qti-assessment-section identifier="{name}" title="{name}" {attributes}>{inner}</qti-assessment-section>'


def part(name: str, inner: str, attributes: str = "", mode: str = "linear") -> str:
    return (
        f'<qti-test-part identifier="{name}" navigation-mode="{mode}" submission-mode="individual" {attributes}>'
        f"{inner}</qti-test-part>"
    )


def condition(expression: str) -> str:
    return f"<qti-pre-condition>{expression}</qti-pre-condition>"


def branch(target: str, expression: str = TRUE) -> str:
    return f'<qti-branch-rule target="{target}">{expression}</qti-branch-rule>'


def source(test: bytes, items: str = "abc", **more: bytes) -> MemorySource:
    """A package of a test whose items are all alike."""
    listed = {"test.xml": (), **{f"items/{name}.xml": () for name in items}}
    listed |= {path.replace("__", "/").replace("_", "."): () for path in more}
    documents = {f"items__{name}_xml": item() for name in items}
    return package(imsmanifest_xml=manifest(listed), test_xml=test, items__q1_xml=None, **documents, **more)


def test_document(parts: str) -> bytes:
    """A test whose three points come from whatever items it has."""
    return form_document(parts=parts, maximum=3)


test_document.__test__ = False  # type: ignore[attr-defined]  # makes a test and is none


def findings(test: bytes, items: str = "abc") -> tuple[LintFinding, ...]:
    return lint_package(source(test, items))


def rules(test: bytes, items: str = "abc") -> dict[str, Severity]:
    return {each.rule: each.severity for each in findings(test, items)}


def linear(*children: str, attributes: str = 'visible="true"') -> bytes:
    return test_document(part("p", section("s", "".join(children), attributes)))


# -- reading ----------------------------------------------------------------------------------------------------------


def test_everything_of_a_test_is_read() -> None:
    limits = '<qti-time-limits min-time="1.5" max-time="600" allow-late-submission="true"/>'
    control = (
        '<qti-item-session-control max-attempts="0" show-feedback="false" allow-review="false" show-solution="false" '
        'allow-comment="true" allow-skipping="false" validate-responses="true"/>'
    )
    own = condition(ANSWERED.format("a")) + branch("EXIT_SECTION", ANSWERED.format("b")) + control + limits
    inner = section(
        "t",
        own + '<qti-ordering shuffle="true"/>' + RUBRIC.format("inner") + ref("b") + ref("c", own, 'fixed="true"'),
        'visible="false" keep-together="false" required="1" fixed="true" data-tools="notes highlighter"',
    )
    outer = section(
        "s",
        '<qti-selection select="2" with-replacement="false"/>'
        + RUBRIC.format("outer")
        + ref("a", "", 'required="true"')
        + inner,
        'visible="true" data-break-after="60"',
    )
    whole = part("p", limits + control + RUBRIC.format("part") + outer, 'data-tools="magnifier"', "nonlinear")
    test = read_test(parse(test_document(limits + RUBRIC.format("test") + whole), "test.xml"))
    every = SessionControl(
        max_attempts=0,
        show_feedback=False,
        allow_review=False,
        show_solution=False,
        allow_comment=True,
        allow_skipping=False,
        validate_responses=True,
    )
    time = TimeLimits(min_s=1.5, max_s=600, allow_late=True)
    assert test.time_limits == time
    (only,) = test.parts
    assert (only.role, only.linear, only.individual, only.time_limits, only.control) == (
        PartRole.SCORED,
        False,
        True,
        time,
        every,
    )
    assert only.tools == {Tool.MAGNIFIER}
    (found,) = only.sections
    assert (found.selection, found.shuffle, found.break_after_s, found.time_limits) == (
        Selection(select=2),
        False,
        60,
        None,
    )
    first, nested = found.children
    assert isinstance(first, ItemRef)
    assert isinstance(nested, Section)
    assert first.required
    assert (nested.visible, nested.keep_together, nested.required, nested.fixed) == (False, False, True, True)
    assert (nested.shuffle, nested.control, nested.time_limits) == (True, every, time)
    assert nested.tools == {Tool.NOTES, Tool.HIGHLIGHTER}
    last = nested.items[-1]
    assert (last.fixed, last.control, last.time_limits) == (True, every, time)
    for holder in (nested, last):
        (asked,) = holder.pre_conditions
        assert asked.name == "match"
        (rule,) = holder.branch_rules
        assert (rule.target, rule.condition.name) == ("EXIT_SECTION", "match")
    assert len(form_rubrics(test)) == 4


def test_what_is_not_said_is_inherited() -> None:
    test = read_test(parse(linear(ref("a")), "test.xml"))
    assert test.parts[0].control == SessionControl()
    assert test.item_refs()[0].control == SessionControl()
    assert test.item_refs()[0].time_limits is None


@pytest.mark.parametrize(
    ("inner", "rule"),
    [
        ('<qti-selection select="1" with-replacement="true"/>' + ref("a"), "selection-replacement"),
        ('<qti-selection with-replacement="false"/>' + ref("a"), "attribute-missing"),
        ('<qti-selection select="-1"/>' + ref("a"), "attribute-value"),
        ('<qti-selection select="2"/>' + ref("a"), "selection"),
        ('<qti-selection select="0"/>' + ref("a"), "selection"),
        ('<qti-selection select="1"/>' + ref("a", "", 'required="true"') + ref("b", "", 'required="true"'), "selection"),
        ('<qti-adaptive-selection/>' + ref("a"), "element-refused"),
        (ref("a", '<qti-template-default template-identifier="T"><qti-null/></qti-template-default>'), "element-refused"),
        ('<qti-time-limits max-time="0"/>' + ref("a"), "time"),
        ('<qti-time-limits max-time="INF"/>' + ref("a"), "attribute-value"),
        ('<qti-time-limits min-time="9" max-time="5"/>' + ref("a"), "time"),
        ('<qti-time-limits max-time="5"/>' + ref("a", '<qti-time-limits min-time="9"/>'), "time"),
        ('<qti-item-session-control max-attempts="-1"/>' + ref("a"), "attribute-value"),
        (ref("a", "", 'data-tools="telephone"'), "attribute-value"),
        (ref("a", condition(TRUE + TRUE)), "condition-form"),
        (ref("a", condition("")), "condition-form"),
        (ref("a", condition("<qti-random><qti-null/></qti-random>")), "random-in-scoring"),
        (section("t", ref("a")) + section("t", ref("b")), "identifier-repeated"),
        (section("a", ref("a")), "identifier-repeated"),
    ],
)  # fmt: skip
def test_refuses(inner: str, rule: str) -> None:
    with pytest.raises(SourceRefused) as refusal:
        read_package(source(linear(inner)))
    assert rule in errors(refusal.value.findings), [str(each) for each in refusal.value.findings]


def test_readers_without_the_linter_refuse_too() -> None:
    for broken in (
        ref("a", "", 'data-tools="telephone"'),
        '<qti-time-limits max-time="NaN"/>',
        '<qti-time-limits max-time="-1"/>',
        '<qti-assessment-section-ref identifier="x" href="x.xml"/>',
    ):
        with pytest.raises(SourceRefused):
            read_test(parse(linear(broken), "test.xml"))


# -- what somebody else's exam leaves out -----------------------------------------------------------------------------


def test_an_exam_that_says_little_is_accepted_with_notes() -> None:
    document = linear(ref("a"), ref("b"), ref("c")).decode()
    bare = document[: document.index("<qti-outcome-processing>")] + "</qti-assessment-test>"
    bare = bare.replace(SCORE.format(maximum=3), "")
    exam = read_package(source(bare.encode()))
    assert [each.role for each in exam.test.parts] == [PartRole.SCORED]
    assert rules(bare.encode()) == {"score-missing": Severity.NOTE}


def test_a_total_without_a_maximum_is_a_note() -> None:
    document = linear(ref("a"), ref("b"), ref("c")).replace(b' normal-maximum="3"', b"")
    assert rules(document) == {"score-maximum": Severity.NOTE}


@pytest.mark.parametrize(
    ("test", "rule"),
    [
        (linear('<qti-item-session-control show-feedback="true"/>', ref("a"), ref("b"), ref("c")), "control-ignored"),
        (
            linear('<qti-time-limits max-time="9"/>', ref("a", '<qti-time-limits max-time="10"/>'), ref("b"), ref("c")),
            "time-outer",
        ),
        (
            test_document(
                part(
                    "p",
                    section("s", '<qti-time-limits min-time="9"/>' + ref("a") + ref("b") + ref("c")),
                    "",
                    "nonlinear",
                )
            ),
            "time-ignored",
        ),
        (
            test_document(part("p", section("s", ref("a", condition(FALSE)) + ref("b") + ref("c")), "", "nonlinear")),
            "route-ignored",
        ),
        (linear(ref("a"), ref("b"), ref("c").replace("items/c", "items/b")), "item-repeated"),
        (linear('<qti-selection select="2"/>', ref("a"), ref("b"), ref("c")), "score-extreme"),
    ],
)
def test_notes(test: bytes, rule: str) -> None:
    assert {each: severity for each, severity in rules(test).items() if each != "resource-unused"} == {
        rule: Severity.NOTE
    }


def nested(depth: int, inner: str = "") -> str:
    """Sections inside one another, ``depth`` in all, around one item."""
    content = ref("a")
    for number in range(depth):
        content = section(f"n{number}", (inner if number < depth - 1 else "") + content)
    return content


MANY = "".join(ref(f"m{number}").replace(f"items/m{number}.xml", "items/a.xml") for number in range(ITEMS_MAX + 1))
LIMITED = "".join(section(f"l{n}", '<qti-time-limits max-time="9"/>') for n in range(LIMITS_MAX + 1))


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (nested(DEPTH_MAX + 1), ""),
        (nested(DEPTH_MAX + 2), "form-size"),
        (section("s", MANY), "form-size"),
        (section("s", f'<qti-selection select="{ITEMS_MAX}"/>{MANY}'), ""),
        (section("s", ref("a") + LIMITED), "form-size"),
        (section("s", f'<qti-item-session-control max-attempts="{ATTEMPTS_MAX}"/>' + ref("a")), ""),
        (section("s", f'<qti-item-session-control max-attempts="{ATTEMPTS_MAX + 1}"/>' + ref("a")), "attempts"),
    ],
)
def test_a_form_that_no_session_plan_can_hold_is_refused(content: str, rule: str) -> None:
    test = read_test(parse(test_document(part("p", content, mode="nonlinear")), "test.xml"))
    report = Reporter(parse(b"<test/>", "test.xml"))
    found = {each.rule for each in check_limits(test, report) if each.severity is Severity.ERROR}
    assert found == ({rule} if rule else set())


def test_attempts_where_all_is_submitted_together() -> None:
    several = '<qti-item-session-control max-attempts="3"/>'
    document = linear(several, ref("a"), ref("b"), ref("c"))
    assert rules(document) == {}
    assert rules(document.replace(b'"individual"', b'"simultaneous"')) == {"control-ignored": Severity.NOTE}


def test_the_points_of_every_selection_are_compared() -> None:
    two = linear('<qti-selection select="2"/>', ref("a"), ref("b"), ref("c")).replace(b'maximum="3"', b'maximum="2"')
    assert rules(two) == {}


# -- sections in files of their own -----------------------------------------------------------------------------------


def section_file(inner: str, name: str = "far") -> bytes:
    return section(name, inner).replace("<qti-assessment-section ", f"<qti-assessment-section {NAMESPACE} ", 1).encode()


FAR = '<qti-assessment-section-ref identifier="far" href="sections/far.xml"/>'


def test_a_section_in_another_file_is_as_if_it_stood_here() -> None:
    far = section_file("".join(ref(name) for name in "bc").replace("items/", "../items/"))
    files = source(test_document(part("p", section("s", ref("a") + FAR))), sections__far_xml=far)
    exam = read_package(files)
    assert [each.path for each in exam.test.item_refs()] == ["items/a.xml", "items/b.xml", "items/c.xml"]
    assert exam.section_paths == ("sections/far.xml",)
    delivered = delivery_documents(files)
    assert "sections/far.xml" in delivered
    assert [each.identifier for each in read_delivery(MemorySource(delivered)).test.item_refs()] == ["a", "b", "c"]


def test_findings_about_a_section_name_its_file() -> None:
    far = section_file('<qti-selection select="7"/>' + ref("b").replace("items/", "../items/"))
    found = lint_package(source(test_document(part("p", section("s", ref("a") + FAR))), sections__far_xml=far))
    assert ("sections/far.xml", "selection") in {(each.file, each.rule) for each in found}


@pytest.mark.parametrize(
    ("far", "rule"),
    [
        (section_file(FAR.replace("sections/", "")), "section-reference"),
        (section_file("<script/>"), "element-refused"),
        (b"<x/>", "document-kind"),
        (b"<x", "not-well-formed"),
    ],
)
def test_a_section_that_cannot_be_read(far: bytes, rule: str) -> None:
    found = lint_package(source(test_document(part("p", section("s", ref("a") + FAR))), sections__far_xml=far))
    assert rule in errors(found)


def test_a_section_that_is_not_there_or_not_listed() -> None:
    test = test_document(part("p", section("s", ref("a") + FAR)))
    assert "file-missing" in errors(findings(test))
    files = source(test, sections__far_xml=section_file(ref("b")))
    listed = manifest({"test.xml": (), "items/a.xml": (), "items/b.xml": ("sections/far.xml",), "items/c.xml": ()})
    unlisted = MemorySource({path: listed if path == "imsmanifest.xml" else files.read(path) for path in files.paths()})
    assert "file-unlisted" in errors(lint_package(unlisted))


# -- routes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("test", "rule"),
    [
        (linear(ref("a", branch("nowhere")), ref("b")), "route-target"),
        (linear(ref("a"), ref("b", branch("a"))), "route-target"),
        (linear(ref("a"), ref("b", branch("s"))), "route-target"),
        (linear(ref("a", branch("a")), ref("b")), "route-target"),
        (linear('<qti-ordering shuffle="true"/>', ref("a", branch("c")), ref("b"), ref("c")), "route-target"),
        (
            linear(
                '<qti-ordering shuffle="true"/>',
                section("t", ref("a", branch("c")) + ref("b"), 'visible="false" keep-together="false"'),
                ref("c"),
            ),
            "route-target",
        ),
        (
            linear(
                '<qti-ordering shuffle="true"/>',
                section("t", ref("a", branch("EXIT_SECTION")), 'visible="false" keep-together="false"'),
                ref("b"),
            ),
            "route-mixed",
        ),
        (
            linear(
                '<qti-ordering shuffle="true"/>',
                section("t", branch("EXIT_TEST") + ref("a"), 'visible="false" keep-together="false"'),
                ref("b"),
            ),
            "route-mixed",
        ),
        (test_document(part("p", branch("p") + section("s", ref("a")))), "route-target"),
        (test_document(part("p", branch("s") + section("s", ref("a")))), "route-target"),
        (test_document(part("p", branch("EXIT_SECTION") + section("s", ref("a")))), "route-target"),
        (test_document(part("p", section("s", ref("a", branch("b")))) + part("q", section("t", ref("b")))), "route-target"),
        (linear(ref("a"), ref("b", condition(ANSWERED.format("z")))), "route-variable"),
        (linear(ref("a"), ref("b", condition(POINTS.format("a.POINTS")))), "route-variable"),
        (linear(ref("a"), ref("b", condition(POINTS.format("POINTS")))), "route-variable"),
        (linear(ref("a"), ref("b", condition("<qti-number-responded/>"))), "route-rule"),
        (linear(ref("a"), ref("b", condition('<qti-not><qti-variable identifier="a.RESPONSE"/></qti-not>'))), "route-rule"),
    ],
)  # fmt: skip
def test_routes_that_lead_nowhere(test: bytes, rule: str) -> None:
    assert rules(test).get(rule) is Severity.ERROR, findings(test)


@pytest.mark.parametrize(
    "test",
    [
        linear(ref("a", branch("c", ANSWERED.format("a"))), ref("b"), ref("c")),
        linear(ref("a", branch("EXIT_TEST", ANSWERED.format("a"))), ref("b"), ref("c", condition(ANSWERED.format("a")))),
        linear(
            '<qti-ordering shuffle="true"/>',
            ref("a", branch("c", ANSWERED.format("a")), 'fixed="true"'),
            ref("b"),
            ref("c", "", 'fixed="true"'),
        ),
        linear(section("t", ref("a") + ref("b"), 'visible="true"'), section("u", ref("c"), 'visible="true"')).replace(
            b'<qti-assessment-item-ref identifier="a" href="items/a.xml" >',
            b'<qti-assessment-item-ref identifier="a" href="items/a.xml">' + branch("u", ANSWERED.format("a")).encode(),
        ),
        linear(ref("a"), ref("b"), ref("c", condition('<qti-gt><qti-number-responded/><qti-base-value base-type="integer">1'
                                                      "</qti-base-value></qti-gt>"))),
    ],
)  # fmt: skip
def test_routes_by_responses_and_counts(test: bytes) -> None:
    assert errors(findings(test)) == set()
    read_delivery(MemorySource(delivery_documents(source(test))))


@pytest.mark.parametrize(
    "expression",
    [
        POINTS.format("a.SCORE"),
        POINTS.format("SCORE"),
        '<qti-match><qti-variable identifier="a.RESPONSE"/><qti-correct identifier="a.RESPONSE"/></qti-match>',
        '<qti-gt><qti-number-correct/><qti-base-value base-type="integer">0</qti-base-value></qti-gt>',
        '<qti-gte><qti-sum><qti-test-variables variable-identifier="SCORE"/></qti-sum><qti-null/></qti-gte>',
        '<qti-gt><qti-number-responded include-category="x"/><qti-base-value base-type="integer">0</qti-base-value></qti-gt>',
    ],
)
def test_rules_that_need_keys(expression: str) -> None:
    """Refused, unless the package is scored at the seat; then keys go along and nothing else does."""
    files = source(linear(ref("a", "", 'category="x"'), ref("b", condition(expression)), ref("c")))
    with pytest.raises(SourceRefused) as refusal:
        read_package(files)
    assert errors(refusal.value.findings) == {"route-key"}
    assert refusal.value.place.startswith("test.xml:")
    assert errors(lint_package(files, scored_at_seat=True)) == set()
    with pytest.raises(SourceRefused):
        delivery_documents(files)
    delivered = MemorySource(delivery_documents(files, scored_at_seat=True))
    at_seat, whole = read_delivery(delivered, scored_at_seat=True), read_package(files, scored_at_seat=True)
    assert at_seat.items["items/a.xml"].response_declarations == whole.items["items/a.xml"].response_declarations
    assert at_seat.items["items/a.xml"].response_processing is not None
    assert at_seat.test.outcome_processing is not None
    assert at_seat.test.item_refs()[0].categories == ("x",)
    with pytest.raises(SourceRefused) as refusal:
        read_delivery(delivered)
    assert "not-delivered" in errors(refusal.value.findings)


def test_what_a_seat_s_scoring_does_not_need_stays_in_the_office() -> None:
    told = RUBRIC.replace('view="candidate"', 'view="scorer"').format("Give two points for courtesy")
    test = linear(told, ref("a"), ref("b"), ref("c"))
    document = item().replace(b'title="Item"', b'title="Item" label="bank-7"')
    files = source(test)
    changed = MemorySource({path: document if path == "items/a.xml" else files.read(path) for path in files.paths()})
    delivered = delivery_documents(changed, scored_at_seat=True)
    assert b"courtesy" not in delivered["test.xml"]
    assert b"bank-7" not in delivered["items/a.xml"]
    assert b"qti-correct-response" in delivered["items/a.xml"]
    assert b"qti-correct-response" not in delivery_documents(changed)["items/a.xml"]


def test_a_rule_that_tells_the_key_is_noted() -> None:
    asked = ANSWERED.format("a")
    assert "route-telling" not in rules(linear(ref("a"), ref("b", condition(asked)), ref("c")))
    told = linear(ref("a"), ref("b", condition(asked.replace(">A<", ">B<"))), ref("c"))
    assert rules(told)["route-telling"] is Severity.NOTE


def test_rules_that_do_not_count_stay_in_the_office() -> None:
    inner = section("s", branch("EXIT_TEST") + ref("a", condition(ANSWERED.format("b"))) + ref("b") + ref("c"))
    first, last = (
        part("p", condition(TRUE) + inner, "", "nonlinear"),
        part("q", section("t", ref("d", branch("EXIT_TEST")))),
    )
    document = form_document(parts=first + last, maximum=4)
    delivered = delivery_documents(source(document, "abcd"))["test.xml"]
    assert delivered.count(b"<qti-pre-condition") == 1
    assert delivered.count(b"<qti-branch-rule") == 1
    far = section_file(ref("b", condition(TRUE)).replace("items/", "../items/"))
    for mode, count in ("linear", 1), ("nonlinear", 0):
        parts = part("p", section("s", ref("a") + FAR + ref("c")), "", mode)
        files = delivery_documents(source(test_document(parts), sections__far_xml=far))
        assert files["sections/far.xml"].count(b"<qti-pre-condition") == count


@pytest.mark.parametrize(
    ("test", "hidden"),
    [
        (linear(ref("a"), ref("b", condition(FALSE)), ref("c")), {"b"}),
        (linear(ref("a"), ref("b", condition("<qti-null/>")), ref("c")), {"b"}),
        (linear(ref("a"), section("t", condition(FALSE) + ref("b") + ref("c"))), {"b", "c"}),
        (linear(ref("a", branch("c")), ref("b"), ref("c")), {"b"}),
        (linear(ref("a", branch("EXIT_TEST")), ref("b"), ref("c")), {"b", "c"}),
        (linear(section("t", ref("a", branch("EXIT_SECTION")) + ref("b")), ref("c")), {"b"}),
        (linear(ref("a", branch("c", ANSWERED.format("a"))), ref("b"), ref("c")), set()),
        (linear(ref("a", branch("c", ANSWERED.format("a")) + branch("c")), ref("b"), ref("c")), set()),
    ],
)
def test_what_no_candidate_gets_to(test: bytes, hidden: set[str]) -> None:
    found = {each.message.split(", ")[1] for each in findings(test) if each.rule == "unreachable"}
    assert found == hidden


def test_a_rule_that_the_linter_does_not_know_is_a_finding() -> None:
    """Whoever makes an exam without the linter (a test, another reader) gets findings and no exception."""
    exam = read_package(source(linear(ref("a"), ref("b"), ref("c"))))
    odd = Expression(name="no-such-operator")
    changed = _with_condition(exam, odd)
    found = list(check_routes(changed, Reporter(parse(linear(ref("a")), "test.xml")), keys_at_seat=True))
    assert {each.rule for each in found} == {"route-rule"}


def _with_condition(exam: Exam, condition: Expression) -> Exam:
    (only,) = exam.test.parts
    return replace(exam, test=replace(exam.test, parts=(replace(only, pre_conditions=(condition,)),)))
