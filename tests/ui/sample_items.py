"""Items for pictures and tests: every interaction and every kind of content, about an invented contact centre."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from exam_packages.ids import ChoiceId, ResponseId
from exam_packages.qti.model import (
    NO_STYLE,
    AssessmentItem,
    AssociateInteraction,
    BaseType,
    Cardinality,
    Catalog,
    CatalogCard,
    Choice,
    ChoiceInteraction,
    Element,
    ExtendedTextInteraction,
    Gap,
    GapMatchInteraction,
    Hottext,
    HottextInteraction,
    InlineChoiceInteraction,
    LabelStyle,
    LabelSuffix,
    Lexical,
    MatchInteraction,
    Node,
    OrderInteraction,
    Orientation,
    ResponseDeclaration,
    RubricBlock,
    Style,
    Text,
    TextEntryInteraction,
    TextFormat,
    Tool,
    View,
)

R: Final = ResponseId("RESPONSE")
MATH_SVG: Final = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="34" height="38" viewBox="0 0 34 38">'
    b'<path d="M2 19 H32 M10 4 V14 M14 4 H20 V14 M8 26 H16 V36 M20 26 L26 36 M26 26 L20 36" fill="none" '
    b'stroke="black" stroke-width="1.6"/></svg>'
)
CHART_SVG: Final = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="140" viewBox="0 0 300 140">'
    b'<rect width="300" height="140" fill="#eef3fa"/><path d="M20 120 L90 80 L160 95 L230 40 L280 25" fill="none" '
    b'stroke="#1d5bb8" stroke-width="4"/><path d="M20 10 V120 H290" fill="none" stroke="#333" stroke-width="2"/></svg>'
)
BADGE_SVG: Final = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60" viewBox="0 0 90 60">'
    b'<rect width="90" height="60" rx="8" fill="#dff0e4"/><circle cx="30" cy="30" r="16" fill="#1d6a39"/>'
    b'<rect x="54" y="16" width="26" height="28" fill="#804500"/></svg>'
)


def picture(path: str) -> bytes:
    """The pictures of these items, by path."""
    return {"math": MATH_SVG, "chart": CHART_SVG, "badge": BADGE_SVG}.get(path, b"")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """An item with an answer and the tools that are on."""

    item: AssessmentItem
    answers: Mapping[ResponseId, Lexical] = field(default_factory=dict)
    tools: frozenset[Tool] = frozenset()
    marks: Mapping[tuple[Tool, ResponseId], Lexical] = field(default_factory=dict)


def tag(name: str, *children: Node | str, **attributes: str) -> Element:
    """An element; ``class_`` is its class, and underscores in other names are hyphens."""
    named = tuple((key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items())
    return Element(name=name, attributes=named, children=tuple(Text(c) if isinstance(c, str) else c for c in children))


def choices(*contents: Node | str, match_max: int = 1, first: str = "A") -> tuple[Choice, ...]:
    """Choices A, B, C …"""
    return tuple(
        Choice(
            identifier=ChoiceId(chr(ord(first) + place)),
            content=(Text(each) if isinstance(each, str) else each,),
            match_max=match_max,
        )
        for place, each in enumerate(contents)
    )


def item(
    *body: Node,
    responses: Mapping[str, tuple[Cardinality, BaseType]] | None = None,
    catalogs: tuple[Catalog, ...] = (),
    rubrics: tuple[RubricBlock, ...] = (),
    language: str = "en",
) -> AssessmentItem:
    """An item around a body."""
    kinds = responses or {"RESPONSE": (Cardinality.MULTIPLE, BaseType.IDENTIFIER)}
    declarations = tuple(
        ResponseDeclaration(identifier=ResponseId(name), cardinality=cardinality, base_type=base_type)
        for name, (cardinality, base_type) in kinds.items()
    )
    return AssessmentItem(
        identifier="sample",
        title="Sample",
        language=language,
        body=body,
        response_declarations=declarations,
        catalogs=catalogs,
        rubrics=rubrics,
    )


LEVERS: Final = (
    "Move two agents from e-mail to the telephone queue for the next hour",
    "Switch off the call-back offer until the queue is shorter",
    "Ask the agents on break to come back early",
    "Tell callers how long they will wait, and offer a call-back",
)
WORDS: Final = ("forecast", "occupancy", "shrinkage", "service level", "adherence")


def _choice(
    *, most: int = 1, orientation: Orientation = Orientation.VERTICAL, style: Style = NO_STYLE
) -> ChoiceInteraction:
    return ChoiceInteraction(
        response=R,
        prompt=(Text("What would you do first?"),),
        choices=choices(*LEVERS),
        max_choices=most,
        min_choices=0 if most == 1 else 2,
        orientation=orientation,
        style=style,
    )


GAP_TEXT: Final = (
    tag(
        "p",
        "A planner begins with a ",
        Gap(identifier=ChoiceId("G1")),
        " of the calls for each half hour. To it comes ",
        Gap(identifier=ChoiceId("G2")),
        ", the time in which paid agents are not at the telephone.",
    ),
    tag("p", "In the evening the ", Gap(identifier=ChoiceId("G3")), " shows whether people kept to the plan."),
)


def gap_match(style: Style = NO_STYLE) -> GapMatchInteraction:
    """A text with three gaps and five cards."""
    return GapMatchInteraction(
        response=R,
        prompt=(Text("Complete the text with the terms above it."),),
        choices=choices(*WORDS),
        content=GAP_TEXT,
        style=style,
    )


def hottext(most: int = 2, style: Style = NO_STYLE) -> HottextInteraction:
    """A note with four places that can be picked."""

    def hot(letter: str, words: str) -> Hottext:
        return Hottext(identifier=ChoiceId(letter), content=(Text(words),))

    content = tag(
        "p",
        "On Monday ",
        hot("A", "the abandon rate rose to nine percent"),
        ", while ",
        hot("B", "the forecast was met within two percent in every half hour of the morning and the afternoon"),
        ". The team leader notes that ",
        hot("C", "four agents were in an unplanned training"),
        " and that ",
        hot("D", "the weather was fine"),
        ".",
    )
    return HottextInteraction(
        response=R,
        prompt=(Text("Which two facts explain what callers noticed?"),),
        content=(content,),
        max_choices=most,
        style=style,
    )


ROWS: Final = choices("Calls rise by a fifth", "A trainer is ill", "The knowledge base is down", first="A")
COLUMNS: Final = choices("Operations", "People", "Customers", first="P", match_max=0)
MANY_COLUMNS: Final = choices(
    "Raise it at once",
    "Note it for the daily report",
    "Solve it within the team",
    "Ask the planner",
    "Ask the trainer",
    "Tell the client",
    "Wait and watch",
    "Close the case",
    first="P",
    match_max=0,
)


def match(*, many: bool = False, several: bool = False) -> MatchInteraction:
    """Events to domains, or to one of many steps."""
    rows = tuple(Choice(identifier=row.identifier, content=row.content, match_max=2 if several else 1) for row in ROWS)
    return MatchInteraction(
        response=R,
        prompt=(Text("Where does each event belong?"),),
        rows=rows,
        columns=MANY_COLUMNS if many else COLUMNS,
        max_associations=0,
    )


def associate() -> AssociateInteraction:
    """Terms and what they are shown by."""
    return AssociateInteraction(
        response=R,
        prompt=(Text("Pair each word with its opposite."),),
        choices=choices("inbound", "outbound", "peak", "trough", "planned", "unplanned"),
        max_associations=3,
    )


def order(*, most: int = 0, orientation: Orientation = Orientation.VERTICAL) -> OrderInteraction:
    """The steps of a call."""
    return OrderInteraction(
        response=R,
        prompt=(Text("Put the steps of a call into their order."),),
        choices=choices("Greet the caller", "Find out what is wanted", "Solve it", "Confirm and close"),
        max_choices=most,
        orientation=orientation,
    )


def _number(name: str, **more: object) -> TextEntryInteraction:
    return TextEntryInteraction(response=ResponseId(name), expected_length=5, **more)  # type: ignore[arg-type]


def _pick(name: str) -> InlineChoiceInteraction:
    return InlineChoiceInteraction(response=ResponseId(name), choices=choices("rises", "falls", "stays as it is"))


def _layout() -> AssessmentItem:
    left = tag(
        "div",
        tag("p", "The table holds yesterday's figures."),
        tag("div", tag("p", "Handled within 20 seconds count as answered in time."), class_="qti-well"),
        class_="qti-layout-col6",
    )
    right = tag("div", _choice(), class_="qti-layout-col6")
    return item(
        tag("div", left, right, class_="qti-layout-row"),
        tag("p", "Centred and underlined.", class_="qti-align-center qti-underline"),
        tag("div", tag("p", "A bordered note."), class_="qti-bordered"),
    )


def _table() -> AssessmentItem:
    head = tag("tr", tag("th", "Half hour"), tag("th", "Calls"), tag("th", "Agents needed"), tag("th", "Waiting time"))
    rows = [
        tag(
            "tr",
            tag("td", f"{9 + number}:00"),
            tag("td", str(120 + 10 * number)),
            tag("td", _number(f"N{number}")),
            tag("td", _pick(f"P{number}")),
        )
        for number in range(3)
    ]
    listed = tag(
        "ol",
        tag("li", "Of 200 calls ", _number("L1"), " wait longer than a minute."),
        tag("li", "When agents come back, waiting ", _pick("L2"), "."),
    )
    responses = {
        **{f"N{number}": (Cardinality.SINGLE, BaseType.INTEGER) for number in range(3)},
        **{f"P{number}": (Cardinality.SINGLE, BaseType.IDENTIFIER) for number in range(3)},
        "L1": (Cardinality.SINGLE, BaseType.INTEGER),
        "L2": (Cardinality.SINGLE, BaseType.IDENTIFIER),
    }
    return item(tag("p", "Complete the plan."), tag("table", head, *rows), listed, responses=responses)


def _content() -> AssessmentItem:
    formula = tag("img", src="math", alt="N over R", width="34", height="38", class_="kiosk-math", data_baseline="14")
    chart = tag("img", src="chart", alt="Calls rise over the day", width="300", height="140")
    return item(
        tag("h3", "What content can be"),
        tag(
            "p",
            "Occupancy is ",
            formula,
            " where ",
            tag("i", "N"),
            " is the load. H",
            tag("sub", "2"),
            "O, m",
            tag("sup", "2"),
            ", ",
            tag("u", "underlined"),
            ", ",
            tag("code", "code"),
            ", ",
            tag("ruby", "季語", tag("rt", "kigo")),
            ", ",
            tag("span", "שלום עולם", dir="rtl"),
            ".",
        ),
        tag("figure", chart, tag("figcaption", "Calls by hour")),
        tag(
            "dl",
            tag("dt", "ACD"),
            tag("dd", "hands calls to agents"),
            tag("dt", "IVR"),
            tag("dd", "asks callers first"),
        ),
        tag("pre", "09:00  120\n10:00  130"),
        tag("p", "رضا العملاء أهم من السرعة.", dir="rtl"),
        tag("blockquote", tag("p", "Answer well before you answer fast.")),
        _choice(),
        rubrics=(
            RubricBlock(
                views=frozenset({View.CANDIDATE}), use="instructions", content=(tag("p", "Read the memo first."),)
            ),
        ),
    )


def _terms() -> Sample:
    words = tag("span", "shrinkage", data_catalog_idref="shrink")
    cards = (CatalogCard(support="glossary-on-screen", content=(Text("Paid time away from the queue."),)),)
    row = tag("span", "Plan for ", tag("span", "shrinkage", data_catalog_idref="shrink"), " first")
    interaction = ChoiceInteraction(response=R, choices=choices(row, "Hire at once"))
    return Sample(
        item=item(
            tag("p", "The planner forgot ", words, " in the spring. What would have been better?"),
            interaction,
            catalogs=(Catalog(identifier="shrink", cards=cards),),
        ),
        tools=frozenset({Tool.GLOSSARY, Tool.HIGHLIGHTER}),
        marks={(Tool.HIGHLIGHTER, ResponseId("")): ("q0:4:11:yellow", "q0:19:28:pink")},
    )


def samples() -> dict[str, Sample]:  # one line a sample
    """Every sample by name."""
    strings = {"RESPONSE": (Cardinality.ORDERED, BaseType.STRING)}
    text = {"RESPONSE": (Cardinality.SINGLE, BaseType.STRING)}
    tools = frozenset({Tool.CHOICE_ELIMINATOR})
    pictures = tuple(
        Choice(
            identifier=ChoiceId(letter),
            content=(tag("img", src="badge", alt=f"Badge {letter}", width="90", height="60"),),
        )
        for letter in "ABC"
    )
    return {
        "choice": Sample(item=item(_choice()), answers={R: ("B",)}),
        "choice-several": Sample(
            item=item(_choice(most=3, style=Style(labels=LabelStyle.DECIMAL))), answers={R: ("A", "D")}
        ),
        "choice-too-many": Sample(item=item(_choice(most=2)), answers={R: ("A", "B", "D")}),
        "choice-columns": Sample(
            item=item(_choice(style=Style(stacking=2, suffix=LabelSuffix.PARENTHESIS))), answers={R: ("C",)}
        ),
        "choice-horizontal": Sample(
            item=item(
                ChoiceInteraction(response=R, choices=pictures, orientation=Orientation.HORIZONTAL, style=Style())
            ),
            answers={R: ("B",)},
        ),
        "choice-hidden": Sample(
            item=item(_choice(style=Style(input_hidden=True, labels=LabelStyle.NONE))), answers={R: ("A",)}
        ),
        "choice-struck": Sample(
            item=item(_choice()), answers={R: ("B",)}, tools=tools, marks={(Tool.CHOICE_ELIMINATOR, R): ("A", "C")}
        ),
        "choice-masked": Sample(
            item=item(_choice()), tools=frozenset({Tool.ANSWER_MASK}), marks={(Tool.ANSWER_MASK, R): ("B",)}
        ),
        "associate": Sample(item=item(associate()), answers={R: ("A B",)}),
        "gap-match": Sample(item=item(gap_match()), answers={R: ("A G1", "C G2")}),
        "gap-match-left": Sample(item=item(gap_match(Style(choices_position="left"))), answers={R: ("A G1",)}),
        "gap-match-pictures": Sample(
            item=item(GapMatchInteraction(response=R, choices=pictures, content=GAP_TEXT)), answers={R: ("B G2",)}
        ),
        "hottext": Sample(item=item(hottext()), answers={R: ("B",)}),
        "hottext-single": Sample(item=item(hottext(1, Style(unselected_hidden=True))), answers={R: ("A",)}),
        "match": Sample(item=item(match()), answers={R: ("A P", "B Q")}),
        "match-several": Sample(item=item(match(several=True)), answers={R: ("A P", "A Q")}),
        "match-many": Sample(item=item(match(many=True)), answers={R: ("A P", "B T")}),
        "match-many-several": Sample(item=item(match(many=True, several=True)), answers={R: ("A P", "A T", "B S")}),
        "order": Sample(item=item(order()), answers={R: ("B", "A", "C", "D")}),
        "order-some": Sample(item=item(order(most=2)), answers={R: ("C", "A")}),
        "order-horizontal": Sample(
            item=item(order(orientation=Orientation.HORIZONTAL)), answers={R: ("B", "A", "C", "D")}
        ),
        "strings": Sample(
            item=item(
                ExtendedTextInteraction(response=R, prompt=(Text("Name three causes."),), max_strings=3, min_strings=2),
                responses=strings,
            ),
            answers={R: ("absence", "a new product")},
        ),
        "preformatted": Sample(
            item=item(
                ExtendedTextInteraction(response=R, format=TextFormat.PREFORMATTED, style=Style(height_lines=6)),
                responses=text,
            ),
            answers={R: ("09:00  120\n10:00  131",)},
        ),
        "table": Sample(item=_table(), answers={ResponseId("N0"): ("14",), ResponseId("P1"): ("B",)}),
        "layout": Sample(item=_layout()),
        "content": Sample(item=_content()),
        "terms": _terms(),
    }
