from collections.abc import Sequence

import pytest

from exam_packages.ids import ChoiceId, ResponseId
from exam_packages.qti.model import (
    Area,
    AssessmentItem,
    AssociateInteraction,
    Choice,
    ChoiceInteraction,
    Element,
    ExtendedTextInteraction,
    Gap,
    GapMatchInteraction,
    GraphicGapMatchInteraction,
    Hotspot,
    HotspotInteraction,
    Hottext,
    HottextInteraction,
    InlineChoiceInteraction,
    MatchInteraction,
    Media,
    MediaInteraction,
    MediaKind,
    Node,
    OrderInteraction,
    SelectPointInteraction,
    Shape,
    SliderInteraction,
    Text,
    TextEntryInteraction,
)
from ui.demo.errors import DemoFault
from ui.demo.instructions import deeds, plain_text

RESPONSE = ResponseId("RESPONSE")


def choices(**texts: str) -> tuple[Choice, ...]:
    return tuple(Choice(identifier=ChoiceId(name), content=(Text(text),)) for name, text in texts.items())


def item(*body: Node) -> AssessmentItem:
    return AssessmentItem(identifier="q", title="Question", language="en", body=body)


AGREE = ChoiceInteraction(response=RESPONSE, choices=choices(A="71 %", B="88 %"))
SEVERAL = ChoiceInteraction(response=RESPONSE, choices=choices(A="coach", B="hire", C="wait"), max_choices=2)
ORDER = OrderInteraction(response=RESPONSE, choices=choices(S1="listen", S2="act"))
MATCH = MatchInteraction(response=RESPONSE, rows=choices(R1="Ana", R2="Ben"), columns=choices(C1="train", C2="praise"))
ESSAY = ExtendedTextInteraction(response=RESPONSE)
PICTURE = Element(name="img", attributes=(("src", "plan.svg"), ("alt", "a plan")))
AREAS = tuple(
    Hotspot(identifier=ChoiceId(name), area=Area(shape=Shape.RECT, coords=(0, 0, 9, 9)), label=label)
    for name, label in (("H1", "Zone A"), ("H2", ""))
)
PAIR = AssociateInteraction(response=RESPONSE, choices=choices(N1="speed", N2="errors", N3="rest"))
GAPS = GapMatchInteraction(
    response=RESPONSE,
    choices=choices(M1="adherence", M2="quality"),
    content=(
        Element(name="p", children=(Text("First "), Gap(identifier=ChoiceId("G2")))),
        Gap(identifier=ChoiceId("G1")),
    ),
)
PLACES = GraphicGapMatchInteraction(response=RESPONSE, image=PICTURE, choices=choices(W1="price"), hotspots=AREAS)
WORDS = HottextInteraction(
    response=RESPONSE,
    content=(
        Element(name="p", children=(Hottext(identifier=ChoiceId("H1"), content=(Text("Be quick."),)),)),
        Hottext(identifier=ChoiceId("H2"), content=(Element(name="em", children=(Text("Be kind."),)),)),
    ),
)
SPOTS = HotspotInteraction(response=RESPONSE, image=PICTURE, hotspots=AREAS)
POINT = SelectPointInteraction(response=RESPONSE, image=PICTURE)
SCALE = SliderInteraction(response=RESPONSE, lower_bound=10, upper_bound=20, step=2.5)
CALL = MediaInteraction(response=RESPONSE, media=Media(kind=MediaKind.AUDIO, path="a.wav", label="A call"))


@pytest.mark.parametrize(
    ("interaction", "value", "deed"),
    [
        (AGREE, ("B",), {"kind": "choose", "texts": ["88 %"], "several": False}),
        (AGREE, (), {"kind": "choose", "texts": [], "several": False}),
        (SEVERAL, ("C", "A"), {"kind": "choose", "texts": ["wait", "coach"], "several": True}),
        (ORDER, ("S2", "S1"), {"kind": "order", "texts": ["act", "listen"]}),
        (MATCH, ("R1 C2", "R2 C1"), {"kind": "match", "pairs": [["Ana", "praise"], ["Ben", "train"]]}),
        (ESSAY, ("One.\nTwo.",), {"kind": "write", "text": "One.\nTwo."}),
        (ESSAY, (), {"kind": "write", "text": ""}),
        (PAIR, ("N2 N1",), {"kind": "pair", "pairs": [["errors", "speed"]]}),
        (GAPS, ("M2 G1", "M1 G2"), {"kind": "gaps", "cards": [["quality", 2], ["adherence", 1]]}),
        (PLACES, ("W1 H1",), {"kind": "place", "cards": [["price", "Area 1 of 2, Zone A"]]}),
        (WORDS, ("H2",), {"kind": "words", "texts": ["Be kind."], "among": ["Be quick.", "Be kind."]}),
        (SPOTS, ("H2", "H1"), {"kind": "areas", "names": ["Area 2 of 2", "Area 1 of 2: Zone A"]}),
        (POINT, ("5 7",), {"kind": "mark", "points": [[5, 7]]}),
        (SCALE, ("15",), {"kind": "slide", "number": "15", "steps": 2}),
        (CALL, ("2",), {"kind": "play", "label": "A call", "times": 2}),
        (CALL, (), {"kind": "play", "label": "A call", "times": 0}),
    ],
)
def test_what_to_do_is_said_in_words_of_the_screen(
    interaction: Node, value: tuple[str, ...], deed: dict[str, object]
) -> None:
    assert deeds(item(Element(name="div", children=(interaction,))), {RESPONSE: value}) == [deed]


def test_gaps_in_running_text_are_counted_in_reading_order() -> None:
    first, second, third = (ResponseId(f"RESPONSE_{n}") for n in (1, 2, 3))
    sentence = Element(
        name="p",
        children=(
            Text("It costs "),
            TextEntryInteraction(response=first),
            Text(" and is "),
            InlineChoiceInteraction(response=second, choices=choices(A="more", B="less")),
            Element(name="strong", children=(TextEntryInteraction(response=third),)),
        ),
    )

    done = deeds(item(Text("Complete."), sentence), {third: ("7",), second: ("B",)})

    assert done == [{"kind": "pick", "gap": 2, "text": "less"}, {"kind": "fill", "gap": 3, "text": "7"}]


@pytest.mark.parametrize(
    ("interaction", "value"),
    [
        (AGREE, ("Z",)),
        (MATCH, ("R1 C9",)),
        (MATCH, ("R1",)),
        (ORDER, ("S3",)),
        (ESSAY, ("a", "b")),
        (PAIR, ("N1",)),
        (GAPS, ("M1 G3",)),
        (PLACES, ("W1 H3",)),
        (WORDS, ("H3",)),
        (SPOTS, ("H3",)),
        (POINT, ("5",)),
        (POINT, ("5 7.5",)),
        (SCALE, ("16",)),
        (SCALE, ("5",)),
        (SCALE, ("",)),
    ],
)
def test_an_answer_to_another_question_is_a_fault(interaction: Node, value: tuple[str, ...]) -> None:
    with pytest.raises(DemoFault):
        deeds(item(interaction), {RESPONSE: value})


@pytest.mark.parametrize(
    ("nodes", "text"),
    [
        ([Text("  two\n  words ")], "two words"),
        ([Text("H"), Element(name="sub", children=(Text("2"),)), Text("O")], "H2O"),
        ([Text("above"), Element(name="br"), Text("below")], "above below"),
        ([Text("see"), Element(name="img", attributes=(("alt", "a chart"), ("src", "x.svg")))], "see a chart"),
        ([Text("so "), Hottext(identifier=ChoiceId("H"), content=(Text("be it"),))], "so be it"),
        ([Text("rate"), TextEntryInteraction(response=RESPONSE), Text("%")], "rate%"),
    ],
)
def test_words_are_read_as_they_are_read_out(nodes: Sequence[Node], text: str) -> None:
    assert plain_text(nodes) == text
