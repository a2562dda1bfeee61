from __future__ import annotations

import pytest

from exam_packages.errors import LintFinding, Severity
from exam_packages.qti.interactions import INTERACTIONS as READERS
from exam_packages.qti.linting import Side, lint
from exam_packages.qti.operators import OPERATIONS
from exam_packages.qti.profile import PROFILE
from exam_packages.qti.profile.content import INTERACTIONS
from exam_packages.qti.profile.outside import DROPPED, REFUSED, UNWRAPPED, kept_classes
from exam_packages.qti.profile.withheld import SECRET_ROWS
from exam_packages.qti.reading import parse
from tests.exam_packages.qti.writing_xml import choice, item


def found(document: bytes, side: Side = Side.OFFICE) -> list[LintFinding]:
    return list(lint(parse(document, "items/q1.xml"), "qti-assessment-item", side))


def rules(document: bytes, side: Side = Side.OFFICE) -> list[tuple[str, str]]:
    return [(each.rule, each.element) for each in found(document, side)]


def body(content: str) -> bytes:
    return item(body=content)


def test_an_item_of_the_profile() -> None:
    assert found(item()) == []


GAPS = "<qti-gap-match-interaction response-identifier='R'><p>{}</p></qti-gap-match-interaction>"


@pytest.mark.parametrize(
    "content",
    ["<pre>&lt;p&gt;</pre>", "<p><code>&lt;br/&gt;</code></p>", "<p>a &lt; b &gt; c, x&lt;p and 3 &lt;q&gt;</p>"],
)
def test_what_is_to_be_read_with_its_brackets_is_no_markup(content: str) -> None:
    assert found(body(content)) == []


def test_an_adaptive_item_is_told_why() -> None:
    adaptive = item().replace(b"time-dependent", b'adaptive="true" time-dependent')
    assert rules(adaptive) == [("adaptive", "qti-assessment-item")]


OUTSIDE = [
    ("<script/>", "element-refused", "script"),
    ("<p><a href='x'>y</a></p>", "external-reference", "a"),
    ("<p><a href='#x' onclick='y()'>z</a></p>", "script", "a"),
    ("<p><a href='#x'><script/></a></p>", "element-refused", "script"),
    ("<qti-portable-custom-interaction/>", "element-refused", "qti-portable-custom-interaction"),
    ("<div><video src='http://x/a.mp4'/></div>", "external-reference", "video"),
    ("<p><object data='//x/a.png'/></p>", "external-reference", "object"),
    ("<p><math/></p>", "namespace", "math"),
    ("<p><svg xmlns='http://www.w3.org/2000/svg'/></p>", "element-refused", "svg"),
    ("<p xmlns=''>y</p>", "namespace", "p"),
    ("<qti-graphic-order-interaction/>", "element-refused", "qti-graphic-order-interaction"),
    ("<qti-upload-interaction/>", "element-refused", "qti-upload-interaction"),
    ("<qti-drawing-interaction/>", "element-refused", "qti-drawing-interaction"),
    ("<p><qti-gap identifier='G'/></p>", "element-place", "qti-gap"),
    ("<p><qti-hottext identifier='H'/></p>", "element-place", "qti-hottext"),
    (GAPS.format("<qti-text-entry-interaction response-identifier='S'/>"), "element-place", "qti-text-entry-interaction"),
    (GAPS.format("<qti-hottext identifier='A'/>"), "element-place", "qti-hottext"),
    ("<p><qti-text-entry-interaction response-identifier='R' string-identifier='S'/></p>", "string-identifier",
     "qti-text-entry-interaction"),
    ("<p><div/></p>", "element-place", "div"),
    ("<ul>text<li/></ul>", "text", "ul"),
    ("text", "text", "qti-item-body"),
    ("<p onclick='x()'>y</p>", "script", "p"),
    ("<p contenteditable='true'>y</p>", "attribute-outside-profile", "p"),
    ("<p><img src='a.png'/></p>", "attribute-missing", "img"),
    ("<p dir='up'>y</p>", "attribute-value", "p"),
    ("<p id='1 2'>y</p>", "attribute-value", "p"),
    ("<p xml:lang='not a language'>y</p>", "attribute-value", "p"),
    ("<table><tbody><tr><td colspan='-1'/></tr></tbody></table>", "attribute-value", "td"),
    (choice(attributes="max-choices='1.5'"), "attribute-value", "qti-choice-interaction"),
    (choice(attributes="shuffle='maybe'"), "attribute-value", "qti-choice-interaction"),
    (choice(f"<qti-prompt>{choice()}</qti-prompt>"), "element-place", "qti-choice-interaction"),
    (
        choice("<qti-simple-choice identifier='A'><p><qti-text-entry-interaction response-identifier='R'/></p>"
               "</qti-simple-choice>"),
        "element-place",
        "qti-text-entry-interaction",
    ),
    ("<qti-rubric-block view='everybody'/>", "attribute-value", "qti-rubric-block"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "rule", "element"), OUTSIDE)
def test_what_is_outside_is_named(content: str, rule: str, element: str) -> None:
    findings = [each for each in found(body(content)) if each.severity is Severity.ERROR]
    assert (rule, element) in [(each.rule, each.element) for each in findings]
    assert all(each.file == "items/q1.xml" and each.line in {5, 6} and each.remedy for each in findings)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ("<p style='color: red'>y</p>", "attribute-dropped"),
        ("<p data-own='x'>y</p>", "attribute-dropped"),
        ("<qti-extended-text-interaction response-identifier='R' format='xhtml'/>", "text-format"),
        ("<table><tr><td axis='x'>y</td></tr></table>", "attribute-dropped"),
        ("<p class='mine qti-italic'>y</p>", "class-dropped"),
        ("<div class='qti-writing-orientation-vertical-rl'/>", "vertical-text"),
        ("<p><a href='#there'>y</a></p>", "unwrapped"),
        ("<div><![CDATA[<style>p { color: red }</style>]]></div>", "markup-as-text"),
        ("<p>Some &lt;strong&gt;words&lt;/strong&gt;</p>", "markup-as-text"),
        ("<p>One <b>and</b> two &lt;br /&gt; three</p>", "markup-as-text"),
        ("<p><s:sub xmlns:s='http://www.w3.org/2001/10/synthesis' alias='x'>y</s:sub></p>", "unwrapped"),
        ("<p><img src='a.png' role='presentation' longdesc='x'/></p>", "attribute-dropped"),
        (
            "<qti-feedback-block outcome-identifier='F' identifier='x' show-hide='show'><script/></qti-feedback-block>",
            "dropped",
        ),
    ],
)
def test_what_is_left_out_is_a_note(content: str, rule: str) -> None:
    assert [(each.rule, each.severity) for each in found(body(content))] == [(rule, Severity.NOTE)]


def test_every_finding_is_reported() -> None:
    assert len(found(body("<p onclick='x'><svg/></p><script/><p id=''>z</p>"))) == 4


def test_an_older_version_is_refused_as_such() -> None:
    old = b'<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"/>'
    assert rules(old) == [("document-kind", "assessmentItem")]


def test_at_a_site_answers_are_refused() -> None:
    elements = {element for rule, element in rules(item(), Side.SITE) if rule == "not-delivered"}
    assert elements == {"qti-correct-response", "qti-outcome-declaration", "qti-response-processing"}


def test_classes() -> None:
    assert kept_classes(" mine qti-align-center kiosk-poll qti-evil ") == "qti-align-center kiosk-poll"


# -- the table itself -------------------------------------------------------------------------------------------------


def test_every_child_named_has_a_row() -> None:
    assert {child for row in PROFILE.values() for child in row.children} <= PROFILE.keys()


def test_what_is_refused_or_dropped_has_no_place() -> None:
    placed = {child for row in PROFILE.values() for child in row.children}
    assert not placed & (DROPPED.keys() | UNWRAPPED.keys())
    assert not REFUSED.keys() & (DROPPED.keys() | UNWRAPPED.keys())
    in_templates = {"qti-random", "qti-random-integer", "qti-random-float"}  # chance: in templates, never in scoring
    assert not (placed & REFUSED.keys()) - {"qti-default-value"} - in_templates  # outcomes have defaults, responses not


def test_every_interaction_can_be_read() -> None:
    assert READERS.keys() == INTERACTIONS


TELLING = ("correct", "map", "outcome", "processing", "template", "-value", "-table")


def test_nothing_of_processing_is_delivered() -> None:
    secret = {f"qti-{name}" for name in OPERATIONS} | {
        "qti-correct-response", "qti-mapping", "qti-map-entry", "qti-value", "qti-default-value", "qti-weight",
        "qti-outcome-declaration", "qti-match-table", "qti-match-table-entry", "qti-interpolation-table",
        "qti-interpolation-table-entry", "qti-response-processing", "qti-outcome-processing", "qti-response-condition",
        "qti-response-if", "qti-response-else-if", "qti-response-else", "qti-outcome-condition", "qti-outcome-if",
        "qti-outcome-else-if", "qti-outcome-else", "qti-set-outcome-value", "qti-lookup-outcome-value",
        "qti-exit-response", "qti-exit-test", "math", "qti-calculator-info",
    }  # fmt: skip
    kept = {name for name, row in PROFILE.items() if not row.delivered}
    assert secret <= kept
    assert not {name for name in PROFILE.keys() - kept if any(word in name for word in TELLING)}
    assert kept - SECRET_ROWS.keys() == {"math", "qti-calculator-info", "qti-variable-mapping", "qti-weight"}
