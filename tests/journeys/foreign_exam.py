"""An exam as another system would export it: a content package of QTI 2.1, with the habits of that version.

Nested sections, selection, shuffling, limits on test and item, session control, every interaction that such exports use, text
that two items share by inclusion, a formula, an item template, feedback and a style sheet that an exam leaves out. Original
content. What a careful person would answer and be paid for it stands in ``ANSWERS``, counted by hand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from exam_packages.ids import ItemId, ResponseId
from exam_packages.qti.interaction_checks import plain
from exam_packages.qti.model import AssessmentItem, Lexical

V2_1: Final = "http://www.imsglobal.org/xsd/imsqti_v2p1"
TEMPLATES: Final = "http://www.imsglobal.org/question/qti_v2p1/rptemplates"
R: Final = ResponseId("RESPONSE")
SECOND: Final = ResponseId("SECOND")
POOL: Final = ("pool-1", "pool-2", "pool-3", "pool-4")

ANSWERS: Final[Mapping[str, tuple[Mapping[ResponseId, Lexical], float]]] = {
    "occupancy": ({R: ("B",)}, 1),
    "levers": ({R: ("A", "C", "D")}, 1),  # two that help and one that hurts
    "steps": ({R: ("hear", "check", "solve", "note")}, 1),
    "sorting": ({R: ("call phone", "mail later", "chat phone")}, 2),  # two of three pairs
    "term": ({R: ("erlang",)}, 0),  # QTI 2.1: case counts where nothing is said
    "measure": ({R: ("SHRINKAGE",)}, 1),  # and does not where that is said
    "sentence": ({R: ("rises",), SECOND: ("rises",)}, 0.5),
    "formula": ({R: ("half",)}, 1),
    "case-1": ({R: ("B",)}, 1),
    "case-2": ({R: ("A",)}, 0),
    "gaps": ({R: ("forecast first", "schedule second")}, 2),
    "words": ({R: ("calm", "thank")}, 1),
    "floor": ({R: ("desk",)}, 1),
    "spot": ({R: ("104 48",)}, 1),
    "agents": ({R: ("13",)}, 0.5),  # one beside the key
    **{name: ({R: ("yes",)}, 1) for name in POOL},
}
WEIGHTS: Final = {"steps": 2.0}
TOTAL: Final = 24.0
EARNED: Final = 18.0
CORRECT: Final = 10
"""Items with nothing but correct responses: occupancy, steps, formula, case-1, gaps, words, floor, calls, two of the pool."""


def answer(name: ItemId, item: AssessmentItem) -> Mapping[ResponseId, Lexical]:
    """What the person answers, looking at the item as it is delivered."""
    if name != "calls":
        return ANSWERS[name][0]
    agents, each = re.findall(r"\d+", plain(item.body))
    return {R: (str(int(agents) * int(each)),)}


def points(name: str) -> float:
    """What the answer is worth, without weights."""
    return 1 if name == "calls" else ANSWERS[name][1]


def files() -> dict[str, bytes]:
    """The package's files by path."""
    items = {f"items/{name}.xml": _document(name, *parts) for name, parts in _ITEMS.items()}
    others = {
        "shared/case.xml": f'<div xmlns="{V2_1}">{_CASE}</div>'.encode(),
        "shared/house.css": b"p { color: red }",
        "pictures/plan.svg": _PLAN,
        "test.xml": _TEST.encode(),
    }
    return {"imsmanifest.xml": _manifest([*items, *others]), **items, **others}


# -- items ------------------------------------------------------------------------------------------------------------

_CASE: Final = """<h2>Brightwater Service Desk</h2>
<p>Brightwater answers calls for three water suppliers. Since the spring storms the queue is longest on Monday mornings,
and the team leads have stopped holding their weekly talks with agents.</p>"""
_PLAN: Final = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100" viewBox="0 0 200 100">'
    b'<rect width="200" height="100" fill="#eef"/><rect x="10" y="10" width="60" height="80" fill="#9bd"/>'
    b'<circle cx="150" cy="50" r="30" fill="#fc8"/></svg>'
)
_PICTURE: Final = (
    '<object type="image/svg+xml" data="../pictures/plan.svg" width="200" height="100">Plan of a service desk</object>'
)


def _declared(
    correct: tuple[str, ...],
    *,
    base: str = "identifier",
    kind: str = "single",
    inner: str = "",
    name: str = "RESPONSE",
) -> str:
    key = "".join(f"<value>{each}</value>" for each in correct)
    return (
        f'<responseDeclaration identifier="{name}" cardinality="{kind}" baseType="{base}">'
        f"<correctResponse>{key}</correctResponse>{inner}</responseDeclaration>"
    )


def _mapped(entries: str, bounds: str = "") -> str:
    return f'<mapping defaultValue="0" {bounds}>{entries}</mapping>'


def _entry(key: str, value: float, case: str = "") -> str:
    return f'<mapEntry mapKey="{key}" mappedValue="{value:g}" {case}/>'


def _simple(choices: Mapping[str, str], attributes: str, prompt: str) -> str:
    rows = "".join(f'<simpleChoice identifier="{name}">{words}</simpleChoice>' for name, words in choices.items())
    return f'<choiceInteraction responseIdentifier="RESPONSE" {attributes}><prompt>{prompt}</prompt>{rows}</choiceInteraction>'


def _associable(rows: Mapping[str, str], most: int = 1) -> str:
    return "".join(
        f'<simpleAssociableChoice identifier="{name}" matchMax="{most}">{words}</simpleAssociableChoice>'
        for name, words in rows.items()
    )


def _template(name: str) -> str:
    return f'<responseProcessing template="{TEMPLATES}/{name}"/>'


def _matched(inside: str) -> str:
    return f'<match><variable identifier="{inside}"/><correct identifier="{inside}"/></match>'


def _set_score(value: str) -> str:
    return f'<setOutcomeValue identifier="SCORE">{value}</setOutcomeValue>'


def _value(number: float) -> str:
    return f'<baseValue baseType="float">{number:g}</baseValue>'


_HALVES: Final = "<responseProcessing>" + "".join(
    f"<responseCondition><responseIf>{_matched(name)}"
    + _set_score(f'<sum><variable identifier="SCORE"/>{_value(0.5)}</sum>')
    + "</responseIf></responseCondition>"
    for name in ("RESPONSE", "SECOND")
)
_NEARLY: Final = (
    '<responseProcessing><responseCondition><responseIf><isNull><variable identifier="RESPONSE"/></isNull>'
    f"{_set_score(_value(0))}</responseIf><responseElseIf>{_matched('RESPONSE')}{_set_score(_value(1))}</responseElseIf>"
    '<responseElseIf><equal toleranceMode="absolute" tolerance="1 1"><variable identifier="RESPONSE"/>'
    f'<correct identifier="RESPONSE"/></equal>{_set_score(_value(0.5))}</responseElseIf></responseCondition></responseProcessing>'
)
_RANDOM: Final = (
    '<templateDeclaration identifier="AGENTS" cardinality="single" baseType="integer"/>'
    '<templateDeclaration identifier="EACH" cardinality="single" baseType="integer"/>'
    '<templateProcessing><setTemplateValue identifier="AGENTS"><randomInteger min="4" max="9"/></setTemplateValue>'
    '<setTemplateValue identifier="EACH"><randomInteger min="11" max="19"/></setTemplateValue>'
    '<setCorrectResponse identifier="RESPONSE"><product><variable identifier="AGENTS"/><variable identifier="EACH"/></product>'
    "</setCorrectResponse></templateProcessing>"
)
_INCLUDED: Final = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="../shared/case.xml"/>'
_FORMULA: Final = (
    '<math xmlns="http://www.w3.org/1998/Math/MathML"><mfrac><mn>12</mn><mrow><mn>6</mn><mo>&#xD7;</mo><mn>4</mn></mrow>'
    "</mfrac></math>"
)
_POOL_TEXTS: Final = (
    "Does a forecast need last year's volumes?",
    "May a schedule keep a reserve for absence?",
    "Should quality be measured on every channel?",
    "Can coaching be planned in quiet hours?",
)

Parts = tuple[float, str, str, str]
"""Highest score; response declarations; body; processing."""
_ITEMS: Final[Mapping[str, Parts]] = {
    "occupancy": (
        1,
        _declared(("B",)),
        _simple(
            {"A": "Waiting time of callers", "B": "Share of paid time spent on contacts", "C": "Seats in use"},
            'shuffle="true" maxChoices="1"',
            "What is occupancy?",
        ),
        _template("match_correct"),
    ),
    "levers": (
        2,
        _declared(
            ("A", "C"),
            kind="multiple",
            inner=_mapped(_entry("A", 1) + _entry("C", 1) + _entry("D", -1), 'lowerBound="0" upperBound="2"'),
        ),
        _simple(
            {"A": "Offer a call-back", "B": "Paint the hall", "C": "Move breaks", "D": "Send agents home"},
            'shuffle="true" maxChoices="3"',
            "Which two shorten a queue today?",
        ),
        _template("map_response"),
    ),
    "steps": (
        1,
        _declared(("hear", "check", "solve", "note"), kind="ordered"),
        '<orderInteraction responseIdentifier="RESPONSE" shuffle="true"><prompt>Put a call in order.</prompt>'
        + "".join(
            f'<simpleChoice identifier="{name}">{name.title()}</simpleChoice>'
            for name in ("note", "solve", "hear", "check")
        )
        + "</orderInteraction>",
        _template("match_correct"),
    ),
    "sorting": (
        3,
        _declared(
            ("call phone", "mail later", "chat screen"),
            base="directedPair",
            kind="multiple",
            inner=_mapped("".join(_entry(pair, 1) for pair in ("call phone", "mail later", "chat screen"))),
        ),
        (
            '<matchInteraction responseIdentifier="RESPONSE" shuffle="true" maxAssociations="3">'
            "<prompt>How is each answered?</prompt>"
            f"<simpleMatchSet>{_associable({'call': 'A call', 'mail': 'A letter', 'chat': 'A chat'})}</simpleMatchSet>"
            f"<simpleMatchSet>{_associable({'phone': 'By voice', 'later': 'Within a day', 'screen': 'In writing, at once'}, 3)}"
            "</simpleMatchSet></matchInteraction>"
        ),
        _template("map_response"),
    ),
    "term": (
        2,
        _declared(("Erlang C",), base="string", inner=_mapped(_entry("Erlang C", 2) + _entry("Erlang", 1))),
        '<p>The formula for waiting callers is <textEntryInteraction responseIdentifier="RESPONSE" expectedLength="12"/>.</p>',
        _template("map_response"),
    ),
    "measure": (
        1,
        _declared(("shrinkage",), base="string", inner=_mapped(_entry("shrinkage", 1, 'caseSensitive="false"'))),
        '<p>Paid time that nobody can plan with is <textEntryInteraction responseIdentifier="RESPONSE"/>.</p>',
        _template("map_response"),
    ),
    "sentence": (
        1,
        _declared(("rises",)) + _declared(("falls",), name="SECOND"),
        "<p>With fewer agents occupancy "
        + " and service level ".join(
            f'<inlineChoiceInteraction responseIdentifier="{name}" shuffle="true"><inlineChoice identifier="rises">rises'
            '</inlineChoice><inlineChoice identifier="falls">falls</inlineChoice></inlineChoiceInteraction>'
            for name in ("RESPONSE", "SECOND")
        )
        + ".</p>",
        _HALVES + "</responseProcessing>",
    ),
    "formula": (
        1,
        _declared(("half",)),
        f"<p>Of 6 agents with 4 hours each, 12 hours were spent on calls: {_FORMULA}.</p>"
        + _simple({"third": "A third", "half": "A half"}, 'shuffle="false" maxChoices="1"', "How much is that?"),
        _template("match_correct"),
    ),
    "calls": (
        1,
        _declared(("0",), base="integer"),
        (
            '<p>A team of <printedVariable identifier="AGENTS"/> agents takes <printedVariable identifier="EACH"/> calls an hour '
            'each. Together they take <textEntryInteraction responseIdentifier="RESPONSE" expectedLength="4"/>.</p>'
        ),
        _template("match_correct"),
    ),
    "case-1": (
        1,
        _declared(("B",)),
        _INCLUDED
        + _simple(
            {"A": "Buy more seats", "B": "Hold the talks again"}, 'shuffle="true" maxChoices="1"', "What comes first?"
        ),
        _template("match_correct"),
    ),
    "case-2": (
        1,
        _declared(("B",)),
        _INCLUDED
        + _simple(
            {"A": "Friday evening", "B": "Monday morning"}, 'shuffle="true" maxChoices="1"', "When are callers waiting?"
        ),
        _template("match_correct"),
    ),
    "gaps": (
        2,
        _declared(
            ("forecast first", "schedule second"),
            base="directedPair",
            kind="multiple",
            inner=_mapped(_entry("forecast first", 1) + _entry("schedule second", 1)),
        ),
        '<gapMatchInteraction responseIdentifier="RESPONSE" shuffle="true">'
        + "".join(
            f'<gapText identifier="{name}" matchMax="1">{name}</gapText>' for name in ("schedule", "forecast", "badge")
        )
        + '<p>First comes the <gap identifier="first"/>, then the <gap identifier="second"/>.</p></gapMatchInteraction>',
        _template("map_response"),
    ),
    "words": (
        1,
        _declared(("calm", "thank"), kind="multiple"),
        (
            '<hottextInteraction responseIdentifier="RESPONSE" maxChoices="2"><prompt>Pick what helps an upset caller.</prompt>'
            '<p>The agent <hottext identifier="calm">stayed calm</hottext>, <hottext identifier="blame">blamed post</hottext> '
            'and <hottext identifier="thank">said thank you</hottext>.</p></hottextInteraction>'
        ),
        _template("match_correct"),
    ),
    "floor": (
        1,
        _declared(("desk",)),
        (
            f'<hotspotInteraction responseIdentifier="RESPONSE" maxChoices="1"><prompt>Where is the desk?</prompt>{_PICTURE}'
            '<hotspotChoice identifier="desk" shape="rect" coords="10,10,70,90" hotspotLabel="Left"/>'
            '<hotspotChoice identifier="table" shape="circle" coords="150,50,30" hotspotLabel="Right"/></hotspotInteraction>'
        ),
        _template("match_correct"),
    ),
    "spot": (
        1,
        _declared(
            ("100 50",),
            base="point",
            inner='<areaMapping defaultValue="0"><areaMapEntry shape="circle" coords="100,50,8" mappedValue="1"/></areaMapping>',
        ),
        (
            '<selectPointInteraction responseIdentifier="RESPONSE" maxChoices="1"><prompt>Mark the middle.</prompt>'
            f"{_PICTURE}</selectPointInteraction>"
        ),
        _template("map_response_point"),
    ),
    "agents": (
        1,
        _declared(("12",), base="integer"),
        (
            '<sliderInteraction responseIdentifier="RESPONSE" lowerBound="0" upperBound="20" step="1">'
            "<prompt>How many agents cover 12 desks?</prompt></sliderInteraction>"
        ),
        _NEARLY,
    ),
    **{
        name: (
            1,
            _declared(("yes",)),
            _simple({"yes": "Yes", "no": "No"}, 'shuffle="true" maxChoices="1"', text)
            + '<feedbackInline outcomeIdentifier="FEEDBACK" identifier="well" showHide="show">Well done.</feedbackInline>',
            _template("match_correct"),
        )
        for name, text in zip(POOL, _POOL_TEXTS, strict=True)
    },
}


def _document(name: str, best: float, declared: str, body: str, processing: str) -> bytes:
    feedback = '<outcomeDeclaration identifier="FEEDBACK" cardinality="single" baseType="identifier"/>'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<assessmentItem xmlns="{V2_1}" identifier="{name}" title="{name.title()}" '
        f'adaptive="false" timeDependent="false" xml:lang="en">\n{declared}\n'
        f'<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float" normalMaximum="{best:g}">'
        f"<defaultValue><value>0</value></defaultValue></outcomeDeclaration>{feedback if 'FEEDBACK' in body else ''}\n"
        f"{_RANDOM if 'printedVariable' in body else ''}"
        '<stylesheet href="../shared/house.css" type="text/css"/>\n'
        f"<itemBody><div>\n{body}\n</div></itemBody>\n{processing}\n</assessmentItem>"
    ).encode()


# -- the test ---------------------------------------------------------------------------------------------------------


def _ref(name: str, inner: str = "", attributes: str = "") -> str:
    weight = f'<weight identifier="W" value="{WEIGHTS[name]:g}"/>' if name in WEIGHTS else ""
    return f'<assessmentItemRef identifier="{name}" href="items/{name}.xml" {attributes}>{inner}{weight}</assessmentItemRef>'


def _refs(*names: str) -> str:
    return "".join(map(_ref, names))


def _section(name: str, inner: str, *, visible: bool = True, attributes: str = "") -> str:
    shown = str(visible).lower()
    start = f'<assessmentSection identifier="{name}" title="{name.title()}" visible="{shown}" {attributes}>'
    return f"{start}{inner}</assessmentSection>"


def _outcome(name: str, base: str = "float", more: str = "") -> str:
    zero = "<defaultValue><value>0</value></defaultValue>"
    return f'<outcomeDeclaration identifier="{name}" cardinality="single" baseType="{base}" {more}>{zero}</outcomeDeclaration>'


_MIXED: Final = _section(
    "mixed",
    '<ordering shuffle="true"/>' + _refs("levers", "sorting") + _ref("steps", attributes='fixed="true"'),
    visible=False,
    attributes='keepTogether="false"',
)
_BASICS: Final = _section(
    "basics",
    '<ordering shuffle="true"/><rubricBlock view="candidate"><p>Answer as you would at work.</p></rubricBlock>'
    + _ref("occupancy", attributes='category="planning"')
    + _MIXED
    + _section("texts", _refs("term", "measure", "sentence") + _section("reckoning", _refs("formula", "calls"))),
)
_DRAWN: Final = _section(
    "drawn",
    '<selection select="2"/><ordering shuffle="true"/>'
    + _refs(*POOL[:2])
    + _ref(POOL[2], attributes='required="true"')
    + _ref(POOL[3]),
)
_ASKED_ONCE: Final = '<itemSessionControl maxAttempts="1" allowSkipping="false" validateResponses="true"/>'
_CASE_SECTION: Final = _section("brightwater", _refs("case-1") + _ref("case-2", '<timeLimits maxTime="120"/>'))
_PICTURES: Final = _section("hands", _refs("gaps", "words", "floor", "spot", "agents"))
_TEST: Final = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n<assessmentTest xmlns="{V2_1}" identifier="desk-form" title="Service desk, form 1" '
    'toolName="Somebody else" toolVersion="1">'
    + _outcome("SCORE", more=f'normalMaximum="{TOTAL:g}"')
    + _outcome("PLANNING")
    + _outcome("CORRECT", "integer")
    + _outcome("SEEN", "integer")
    + '<timeLimits maxTime="3600"/>'
    + '<testPart identifier="free" navigationMode="nonlinear" submissionMode="simultaneous">'
    + '<itemSessionControl allowComment="true"/>'
    + _BASICS
    + _DRAWN
    + '</testPart><testPart identifier="line" navigationMode="linear" submissionMode="individual">'
    + _ASKED_ONCE
    + _CASE_SECTION
    + _PICTURES
    + "</testPart><outcomeProcessing>"
    + '<setOutcomeValue identifier="SCORE"><sum><testVariables variableIdentifier="SCORE" weightIdentifier="W"/></sum>'
    + '</setOutcomeValue><setOutcomeValue identifier="PLANNING"><sum><testVariables variableIdentifier="SCORE" '
    + 'includeCategory="planning"/></sum></setOutcomeValue><setOutcomeValue identifier="CORRECT"><numberCorrect/>'
    + '</setOutcomeValue><setOutcomeValue identifier="SEEN"><numberPresented/></setOutcomeValue></outcomeProcessing>'
    + "</assessmentTest>"
)


def _manifest(paths: list[str]) -> bytes:
    def kind(path: str) -> str:
        if path.startswith("items/"):
            return "imsqti_item_xmlv2p1"
        return "imsqti_test_xmlv2p1" if path == "test.xml" else "webcontent"

    rows = "".join(
        f'<resource identifier="R-{number}" type="{kind(path)}" href="{path}"><file href="{path}"/></resource>'
        for number, path in enumerate(paths)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" '
        'identifier="service-desk"><metadata><schema>QTIv2.1 Package</schema><schemaversion>1.0.0</schemaversion></metadata>'
        f"<organizations/><resources>{rows}</resources></manifest>"
    ).encode()
