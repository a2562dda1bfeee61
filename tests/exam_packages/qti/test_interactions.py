"""Every interaction is read whole, and what is delivered reads the same."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from exam_packages.errors import Severity, SourceRefused
from exam_packages.qti.checks import check_item, check_scored_item
from exam_packages.qti.content import read_nodes
from exam_packages.qti.delivery import delivered_document
from exam_packages.qti.items import read_item
from exam_packages.qti.linting import Side, lint
from exam_packages.qti.model import (
    Area,
    AssessmentItem,
    AssociateInteraction,
    Element,
    ExtendedTextInteraction,
    Gap,
    GapMatchInteraction,
    GraphicGapMatchInteraction,
    HotspotInteraction,
    Hottext,
    HottextInteraction,
    InlineChoiceInteraction,
    Interaction,
    LabelStyle,
    LabelSuffix,
    MatchInteraction,
    Media,
    MediaInteraction,
    MediaKind,
    MediaTrack,
    OrderInteraction,
    Orientation,
    SelectPointInteraction,
    Shape,
    SliderInteraction,
    Text,
    TextEntryInteraction,
    TextFormat,
)
from exam_packages.qti.reading import parse
from exam_packages.qti.reports import Reporter
from exam_packages.qti.walking import gaps, hottexts, interactions
from tests.exam_packages.qti.content_forms import settled, without_answers
from tests.exam_packages.qti.writing_interactions import BODIES, IMAGE, KINDS, interaction, item_with
from tests.exam_packages.qti.writing_xml import CHOICES, declaration, item

PATH = "items/q1.xml"


def read(document: bytes) -> AssessmentItem:
    return read_item(parse(document, PATH))


def only(kind: str, **changed: str) -> Interaction:
    return next(interactions(read(item_with(kind, **changed)).body))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_of_the_profile(kind: str) -> None:
    root = parse(item_with(kind), PATH)
    findings = [*lint(root, "qti-assessment-item"), *check_item(read_item(root), Reporter(root))]
    assert [str(each) for each in findings if each.severity is Severity.ERROR] == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_delivered_reads_the_same(kind: str) -> None:
    document = item_with(kind)
    delivered = delivered_document(document, PATH)
    root = parse(delivered, PATH)
    assert not [each for each in lint(root, "qti-assessment-item", Side.SITE) if each.severity is Severity.ERROR]
    assert settled(read_item(root)) == settled(without_answers(read(document)))
    assert delivered_document(delivered, PATH) == delivered
    assert b"correct" not in delivered
    assert b"mapped" not in delivered


def test_match_and_associate() -> None:
    match = only("match")
    assert isinstance(match, MatchInteraction)
    assert match.max_associations == 2
    assert [each.match_max for each in match.columns] == [0, 0]
    assert match.style.tabular
    assert match.style.first_column == "Row"
    associate = only("associate")
    assert isinstance(associate, AssociateInteraction)
    assert (associate.max_associations, associate.shuffle) == (1, True)
    assert [each.identifier for each in associate.choices] == ["A", "B"]


def test_gap_match() -> None:
    found = only("gap match")
    assert isinstance(found, GapMatchInteraction)
    assert [each.identifier for each in found.choices] == ["A", "B"]
    assert gaps(found) == (Gap(identifier="G"), Gap(identifier="H", match_group=("B",), required=True, input_width=10))  # type: ignore[arg-type]  # ids are plain text here
    assert found.max_associations == 0
    assert found.style.choices_position == "top"
    assert not [node for node in found.content if isinstance(node, Element) and node.name.startswith("qti-")]


def test_a_gap_match_with_a_single_response_takes_one_pair() -> None:
    found = only("gap match", declared=declaration("directedPair", "single", ("A G",)))
    assert isinstance(found, GapMatchInteraction)
    assert found.max_associations == 1


def test_hottext() -> None:
    found = only("hottext")
    assert isinstance(found, HottextInteraction)
    assert [each.identifier for each in hottexts(found)] == ["A", "B"]
    assert hottexts(found)[0] == Hottext(
        identifier=hottexts(found)[0].identifier, content=(Text("hot "), Element(name="em", children=(Text("one"),)))
    )


def test_hotspot() -> None:
    found = only("hotspot")
    assert isinstance(found, HotspotInteraction)
    assert found.image.attribute("src") == "items/plan.png"
    assert (found.image.attribute("alt"), found.image.attribute("width")) == ("A plan", "200")
    assert [each.area for each in found.hotspots] == [
        Area(shape=Shape.RECT, coords=(0, 0, 20, 20)),
        Area(shape=Shape.POLY, coords=(50, 50, 90, 50, 70, 90)),
    ]
    assert [each.label for each in found.hotspots] == ["", "Roof"]
    assert (found.style.selections, found.style.unselected_hidden) == ("dark", True)


def test_graphic_gap_match() -> None:
    found = only("graphic gap match")
    assert isinstance(found, GraphicGapMatchInteraction)
    assert [(each.identifier, each.label, each.match_max) for each in found.choices] == [("A", "Desk", 1), ("B", "", 2)]
    assert [(each.identifier, each.label, each.match_max) for each in found.hotspots] == [
        ("P", "Left", 1),
        ("Q", "", 2),
    ]


def test_select_point_slider_and_media() -> None:
    point = only("select point")
    assert isinstance(point, SelectPointInteraction)
    assert point.max_choices == 2
    slider = only("slider")
    assert isinstance(slider, SliderInteraction)
    assert (slider.lower_bound, slider.upper_bound, slider.step) == (0, 5, 0.5)
    assert (slider.step_label, slider.reverse, slider.orientation) == (True, True, Orientation.HORIZONTAL)
    media = only("media")
    assert isinstance(media, MediaInteraction)
    assert (media.min_plays, media.max_plays, media.autostart, media.loop) == (1, 2, False, False)
    assert media.media == Media(
        kind=MediaKind.AUDIO,
        path="items/call.mp3",
        media_type="audio/mpeg",
        label="A call",
        tracks=(MediaTrack(path="items/call.vtt", kind="captions", language="en"),),
    )


def test_texts() -> None:
    entry = only("text entry")
    assert isinstance(entry, TextEntryInteraction)
    assert (entry.expected_length, entry.pattern_mask, entry.style.input_width) == (4, "[0-9]+", 4)
    assert entry.style.pattern_message == "Digits"
    essay = only("extended text")
    assert isinstance(essay, ExtendedTextInteraction)
    assert (essay.format, essay.max_strings, essay.style.height_lines) == (TextFormat.PREFORMATTED, 1, 6)
    assert essay.style.counter == "up"
    several = only("extended text, several")
    assert isinstance(several, ExtendedTextInteraction)
    assert (several.min_strings, several.max_strings) == (1, 3)
    inline = only("inline choice")
    assert isinstance(inline, InlineChoiceInteraction)
    assert inline.style.empty_choice == "Pick"


def test_orders_run_as_asked() -> None:
    found = only("order")
    assert isinstance(found, OrderInteraction)
    assert found.orientation is Orientation.HORIZONTAL


# -- classes ----------------------------------------------------------------------------------------------------------


def test_class_names_of_an_interaction_and_of_what_is_around() -> None:
    inner = interaction(
        "choice", CHOICES, 'class="qti-labels-decimal qti-bordered mine" data-max-selections-message="One!"'
    )
    around = f'<div class="qti-labels-none qti-labels-suffix-period qti-choices-stacking-2 qti-well">{inner}</div>'
    style = next(interactions(read(item(body=around)).body)).style  # type: ignore[union-attr]  # a choice has a style
    assert (style.labels, style.suffix, style.stacking) == (LabelStyle.DECIMAL, LabelSuffix.PERIOD, 2)
    assert (style.bordered, style.max_message) == (True, "One!")


@given(st.text(max_size=40))
def test_any_class_text_is_a_style(text: str) -> None:
    document = parse(item(), PATH)
    node = next(document.node.iter("{*}qti-choice-interaction"))
    node.set("class", "".join(each for each in text if each.isprintable()))
    assert len(list(interactions(read_item(document).body))) == 1


# -- pictures and media in content ------------------------------------------------------------------------------------


def content(body: str) -> tuple[object, ...]:
    root = parse(item(body=body), PATH)
    inside = root.child("qti-item-body")
    return tuple(node for node in read_nodes(inside) if not isinstance(node, Text))


def test_objects_and_pictures_are_images() -> None:
    found = content(
        '<object data="a.png" type="image/png" width="10.4" height="50%">A desk</object>'
        '<picture><source srcset="b.webp"/><img src="b.png" alt="B" width="12px"/></picture>'
        '<img src="c.png" role="presentation"/>'
    )
    assert found == (
        Element(name="img", attributes=(("src", "items/a.png"), ("alt", "A desk"), ("width", "10"))),
        Element(name="img", attributes=(("src", "items/b.png"), ("alt", "B"), ("width", "12"))),
        Element(name="img", attributes=(("src", "items/c.png"), ("role", "presentation"), ("alt", ""))),
    )


def test_media_stand_in_content() -> None:
    (video,) = content('<video aria-label="A tour" width="320"><source src="x.avi"/><source src="x.webm"/></video>')
    assert isinstance(video, Media)
    assert (video.kind, video.path, video.label, video.width) == (MediaKind.VIDEO, "items/x.webm", "A tour", 320)


def test_links_and_voices_vanish_and_words_stay() -> None:
    (found,) = content('<p>See <a href="#x">the <b>plan</b></a> now</p>')
    assert settled(found) == settled(
        Element(
            name="p", children=(Text("See "), Text("the "), Element(name="b", children=(Text("plan"),)), Text(" now"))
        )
    )


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (interaction("hotspot", ""), "picture"),
        (interaction("hotspot", IMAGE + IMAGE), "picture"),
        (interaction("hotspot", IMAGE + '<qti-hotspot-choice identifier="A" shape="rect" coords="1,2,3"/>'), "area"),
        (interaction("media", ""), "media"),
        (interaction("match", ""), "match-sets"),
        (interaction("slider", "", 'lower-bound="1"'), "attribute-missing"),
        ('<p><object data="a.pdf" type="application/pdf">x</object></p>', "object"),
        ('<audio aria-label="x" src="a.xyz"/>', "media-kind"),
        ("<picture/>", "picture"),
        ("<p><unknown/></p>", "element-outside-profile"),
    ],
)
def test_what_cannot_be_read_is_refused(body: str, rule: str) -> None:
    with pytest.raises(SourceRefused) as refusal:
        read(item(body=body))
    assert refusal.value.findings[0].rule == rule


def test_an_undrawn_formula_never_leaves_the_office() -> None:
    body = '<p><math xmlns="http://www.w3.org/1998/Math/MathML" alttext="x squared"><mi>x</mi></math></p>'
    assert content(body) == (
        Element(name="p", children=(Element(name="math", attributes=(("alttext", "x squared"),)),)),
    )
    with pytest.raises(SourceRefused) as refusal:
        delivered_document(item(body=body), PATH)
    assert refusal.value.findings[0].rule == "formula"


# -- any content ------------------------------------------------------------------------------------------------------

WORDS = st.text(st.sampled_from("ab &<é字\n"), max_size=6).map(
    lambda text: text.replace("&", "&amp;").replace("<", "&lt;")
)


def wrapped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    tags = st.sampled_from(["em", "strong", "span", "a", "sub", "bdo"])
    pieces = st.lists(st.one_of(WORDS, inner), max_size=3).map("".join)
    return st.tuples(tags, pieces).map(lambda made: f"<{made[0]}>{made[1]}</{made[0]}>")


PHRASES = st.recursive(WORDS, wrapped, max_leaves=6)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(PHRASES, min_size=1, max_size=3),
    st.sampled_from(KINDS),
    st.sampled_from(["", "glossary-on-screen", "braille"]),
)
def test_any_item_is_delivered_as_it_is(phrases: list[str], kind: str, support: str) -> None:
    paragraphs = "".join(f"<p>{phrase}</p>" for phrase in phrases)
    document = item_with(kind, body=f"<div class='qti-well mine'>{paragraphs}{BODIES[kind]}</div>")
    if support:
        card = f"<qti-card support='{support}'><qti-html-content>{phrases[0]}</qti-html-content></qti-card>"
        catalogs = f"<qti-catalog-info><qti-catalog id='c'>{card}</qti-catalog></qti-catalog-info>"
        document = document.replace(b"<qti-response-processing", catalogs.encode() + b"<qti-response-processing")
    delivered = delivered_document(document, PATH)
    whole, again = read(document), read(delivered)
    assert settled(again) == settled(without_answers(whole))
    assert delivered_document(delivered, PATH) == delivered
    assert settled(replace(again, body=())) == settled(replace(without_answers(whole), body=()))


VALUES = st.sampled_from(
    ["", "0", "-1", "1e9", "NaN", "A", "A B", "A A", "true", "poly", "1,2,3", "http://x/", "../x", "\u0301", "x" * 2000]
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(KINDS), st.data())
def test_any_damage_is_read_or_refused(kind: str, data: st.DataObject) -> None:
    root = parse(item_with(kind), PATH).node
    for _ in range(data.draw(st.integers(1, 3))):
        node = data.draw(st.sampled_from(list(root.iter())))
        harm = data.draw(st.sampled_from(["value", "removed", "doubled"]))
        parent = node.getparent()
        if harm == "value" and node.attrib:
            node.set(data.draw(st.sampled_from(sorted(map(str, node.attrib)))), data.draw(VALUES))
        elif harm == "removed" and parent is not None:
            parent.remove(node)
        elif harm == "doubled" and parent is not None:
            parent.append(deepcopy(node))
    document = etree.tostring(root)
    try:
        again = parse(document, PATH)
        found = list(lint(again, "qti-assessment-item"))
        whole = read_item(again)
        found += [*check_item(whole, Reporter(again)), *check_scored_item(whole, Reporter(again))]
        delivered = read(delivered_document(document, PATH))
    except SourceRefused:
        return
    if not any(each.severity is Severity.ERROR for each in found):
        assert settled(delivered) == settled(without_answers(whole))
