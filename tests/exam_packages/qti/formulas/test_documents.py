"""Formulas become pictures with words, in place, and the rest of a document keeps its lines."""

from __future__ import annotations

import pytest
from lxml import etree

from exam_packages.errors import SourceRefused
from exam_packages.qti.formulas import FormulaSource, with_drawn_formulas
from exam_packages.qti.pictures import delivered_picture
from exam_packages.qti.reading import MAX_DOCUMENT_BYTES, QTI3_NAMESPACE, parse
from exam_packages.qti.sources import MemorySource
from tests.exam_packages.qti import corpus

MATHML = "http://www.w3.org/1998/Math/MathML"


def item(formula: str, language: str = "en") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<qti-assessment-item xmlns="{QTI3_NAMESPACE}" identifier="i" title="t"\n'
        f'  xml:lang="{language}" time-dependent="false">\n<qti-item-body><p>Take {formula} now.</p>\n<p id="after">Next</p>'
        "</qti-item-body></qti-assessment-item>"
    ).encode()


def math_of(content: str, attributes: str = "") -> str:
    return f'<math xmlns="{MATHML}"{attributes}>{content}</math>'


HALF = math_of("<mfrac>\n<mn>1</mn>\n<mn>2</mn></mfrac>")


def test_a_formula_becomes_a_picture_with_words() -> None:
    document, pictures, notes = with_drawn_formulas(item(HALF), "items/a.xml")
    (picture,) = pictures
    root = parse(document, "items/a.xml")
    (image,) = root.node.iter(f"{{{QTI3_NAMESPACE}}}img")
    assert image.get("src") == f"../{picture}"
    assert image.get("alt") == "1 over 2"
    assert image.get("class") == "kiosk-math"
    assert 0 < float(image.get("data-baseline", "0")) < int(image.get("height", "0")) < 60
    assert (image.tail or "").strip() == "now."
    assert notes == ()
    assert delivered_picture(pictures[picture], picture).startswith(b"<svg")


def test_lines_stay() -> None:
    before = parse(item(HALF), "a.xml").node.find(f".//{{{QTI3_NAMESPACE}}}p[@id='after']")
    after = parse(with_drawn_formulas(item(HALF), "a.xml")[0], "a.xml").node.find(
        f".//{{{QTI3_NAMESPACE}}}p[@id='after']"
    )
    assert before is not None
    assert after is not None
    assert before.sourceline == after.sourceline


def test_a_formula_in_a_comment_is_left_alone() -> None:
    document, pictures, _ = with_drawn_formulas(item(f"<!-- {HALF} -->{HALF}"), "a.xml")
    assert len(pictures) == 1
    assert parse(document, "a.xml").node.find(f".//{{{MATHML}}}math") is None


@pytest.mark.parametrize(
    "formula",
    [
        f"<!-- <math> -->{HALF}<!-- </math> -->",
        f"<![CDATA[<math>]]>{HALF}",
        math_of("<mi>x</mi>", ' alttext="a/>b"'),
        f'<m:math xmlns:m="{MATHML}"><m:mi>x</m:mi></m:math>',
    ],
)
def test_what_only_looks_like_a_formula_is_none(formula: str) -> None:
    document, pictures, _ = with_drawn_formulas(item(formula), "a.xml")
    root = parse(document, "a.xml").node
    assert len(pictures) == len(list(root.iter(f"{{{QTI3_NAMESPACE}}}img"))) == 1
    assert "".join(map(str, root.itertext())).split() == ["Take", *["<math>"] * ("CDATA" in formula), "now.", "Next"]


@pytest.mark.parametrize("encoding", ["iso-8859-1", "windows-1252", "utf-16"])
def test_every_encoding_that_is_read_can_hold_formulas(encoding: str) -> None:
    text = item(HALF).decode().replace('encoding="UTF-8"', f'encoding="{encoding}"').replace("Take", "Fünf")
    document, pictures, _ = with_drawn_formulas(text.encode(encoding), "a.xml")
    assert len(pictures) == 1
    assert parse(document, "a.xml").line == parse(item(HALF), "a.xml").line
    assert "Fünf" in "".join(map(str, parse(document, "a.xml").node.itertext()))


def test_the_authors_words_win_and_other_languages_are_told() -> None:
    document, _, notes = with_drawn_formulas(item(math_of("<mi>x</mi>", ' alttext="die Unbekannte"'), "de"), "a.xml")
    assert 'alt="die Unbekannte"' in document.decode()
    assert notes == ()
    _, _, notes = with_drawn_formulas(item(HALF, "de"), "a.xml")
    assert [note.rule for note in notes] == ["formula-words"]
    assert notes[0].line == 4


@pytest.mark.parametrize("style", ["<mstyle>", '<mstyle displaystyle="true">'])
def test_a_style_is_a_row(style: str) -> None:
    document, _, _ = with_drawn_formulas(item(math_of(f"{style}<mi>e</mi><mn>0</mn></mstyle>")), "a.xml")
    assert 'alt="e 0"' in document.decode()


def test_latex_alone_is_drawn() -> None:
    latex = r'<semantics><mrow/><annotation encoding="application/x-tex">\frac{a}{b}</annotation></semantics>'
    document, pictures, _ = with_drawn_formulas(item(math_of(latex)), "a.xml")
    assert len(pictures) == 1
    assert 'alt="a over b"' in document.decode()


@pytest.mark.parametrize(
    "content",
    ["<apply><plus/><ci>x</ci></apply>", "<mi>x</mi>" * 2_001, "<mfrac><mn>1</mn></mfrac>", "<script/>"],
)
def test_what_cannot_be_drawn_is_refused_with_its_place(content: str) -> None:
    with pytest.raises(SourceRefused) as refused:
        with_drawn_formulas(item(math_of(content)), "a.xml")
    (found,) = refused.value.findings
    assert (found.file, found.rule, found.line) == ("a.xml", "formula", 4)


def test_a_source_lists_the_pictures_in_its_manifest() -> None:
    manifest = (
        b'<manifest xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1" identifier="m"><resources>'
        b'<resource identifier="a" type="imsqti_item_xmlv3p0" href="items/a.xml"><file href="items/a.xml"/></resource>'
        b"</resources></manifest>"
    )
    source = FormulaSource(MemorySource({"imsmanifest.xml": manifest, "items/a.xml": item(HALF), "b.txt": b"as it is"}))
    (picture,) = set(source.paths()) - {"imsmanifest.xml", "items/a.xml", "b.txt"}
    assert picture.encode() in source.read("imsmanifest.xml")
    assert source.read(picture).startswith(b"<svg")
    assert source.read("b.txt") == b"as it is"
    assert FormulaSource(source).read("items/a.xml") == source.read("items/a.xml")


@corpus.NEEDS_CORPUS
def test_formulas_that_others_wrote() -> None:
    drawn, refused = 0, []
    for path, untrusted in corpus.documents():
        if MATHML.encode() not in untrusted or b"<!DOCTYPE" in untrusted or len(untrusted) > MAX_DOCUMENT_BYTES:
            continue
        try:
            drawn += len(with_drawn_formulas(untrusted, path)[1])
        except SourceRefused as refusal:
            refused.append(refusal.findings[0])
    assert drawn >= 60
    assert len(refused) <= 6, refused
    assert etree is not None


X = math_of("<mi>x</mi>")
DISPLAY = math_of("<mi>y</mi>", ' display="block"')
OLD = math_of("<mi>z</mi>", ' mode="display"')


def shape(body: str, comment: str = "") -> str:
    """A paragraph after drawing: its words, "F" for a formula and "/" for a line break."""
    text = f'<qti-item-body xmlns="{QTI3_NAMESPACE}">{comment}{body}</qti-item-body>'
    root = parse(with_drawn_formulas(text.encode(), "a.xml")[0], "a.xml").node
    signs = {"img": "F", "br": "/"}
    paragraph = next(iter(root.iterchildren("{*}p", "{*}pre")))
    parts = [paragraph.text or ""]
    for node in paragraph:
        parts += [signs.get(etree.QName(node).localname, "E"), node.tail or ""]
    return "".join(parts)


@pytest.mark.parametrize("comment", ["", f"<!-- {X} -->"])
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"<p>Take {X} now.</p>", "Take F now."),
        (f"<p>Expand{DISPLAY} and simplify.</p>", "Expand/F/ and simplify."),
        (f"<p>So that {OLD}.</p>", "So that /F."),
        (f"<p> {DISPLAY} </p>", " F "),
        (f"<p>{DISPLAY}{DISPLAY}</p>", "F/F"),
        (f"<p>{X}{DISPLAY}<b>q</b></p>", "F/F/E"),
        (f"<p>One<br/>{DISPLAY}<br/>two</p>", "One/F/two"),
        (f"<pre>One {DISPLAY} two</pre>", "One F two"),
    ],
)
def test_a_formula_on_display_stands_on_a_line_of_its_own(body: str, expected: str, comment: str) -> None:
    assert shape(body, comment) == expected


def test_a_hyphen_as_an_operator_is_a_minus() -> None:
    drawn_with = {
        sign: with_drawn_formulas(item(math_of(f"<mi>x</mi><mo>{sign}</mo><mn>5</mn>")), "a.xml") for sign in "-−"
    }
    assert drawn_with["-"] == drawn_with["−"]
    assert b'alt="x minus 5"' in drawn_with["-"][0]
