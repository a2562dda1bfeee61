from __future__ import annotations

import base64
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QSize, Qt, QUrl
from PySide6.QtGui import QAccessible, QFontMetricsF, QImage, QTextDocument, QTextListFormat
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from exam_packages.ids import ResponseId
from exam_packages.qti.model import Element, Node, Text, TextEntryInteraction
from tests.ui.accessibility import found, nameless_controls
from tests.ui.content.test_plain import element, table
from ui.window.content.content_view import ContentView, TableView
from ui.window.content.document import DocumentWriter, SealedDocument, new_document
from ui.window.content.figure import FigureView, FormulaView
from ui.window.content.prose import ProseView
from ui.window.theme import Theme, Tokens, apply, tokens_of

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="320" height="160" viewBox="0 0 320 160">'
    b'<rect width="320" height="160" fill="#123456"/></svg>'
)
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFUlEQVR4nGP8z8DAwMDAxMDAwMDAAAANHQEDasKb6QAAAABJRU5ErkJggg=="
)


def document(tokens: Tokens, *nodes: Node) -> QTextDocument:
    result = new_document(tokens, breaks_words=True)
    writer = DocumentWriter(result, tokens, lambda _node: None, direction=QApplication.layoutDirection())
    writer.write(nodes)
    return result


def shown(tokens: Tokens, *nodes: Node, width: int = 600, data: bytes = SVG) -> ContentView:
    view = ContentView(nodes, lambda _path: data, tokens=tokens)
    layout = view.layout()
    assert layout is not None
    view.resize(width, layout.heightForWidth(width))
    view.show()
    QApplication.processEvents()
    return view


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        ((element("p", "One"), element("p", "Two")), "One\nTwo"),
        ((element("p", "a ", element("em", "b "), " c"),), "a b c"),
        ((element("p", " lead "), Text("\n "), element("p", "x")), "lead\nx"),
        ((element("p", "a", element("br"), "b"),), "a\nb"),
        (
            (element("ul", element("li", "one"), Text(" "), element("li", element("p", "two"))), element("p", "z")),
            "one\ntwo\nz",
        ),
        ((element("pre", "  keep\n   this"),), "  keep\n   this"),
        ((element("p", element("q", "said")),), "“said”"),
        ((element("blockquote", element("p", "quoted")),), "quoted"),
        ((element("div", element("p", "in"), "loose"), element("p", "out")), "in\nloose\nout"),
        ((element("p", "<b>&amp;</b>"),), "<b>&amp;</b>"),
    ],
)
def test_text_arrives_as_it_is_meant(tokens: Tokens, nodes: tuple[Node, ...], expected: str) -> None:
    assert document(tokens, *nodes).toPlainText().replace("\u2028", "\n") == expected


def test_styles_arrive(tokens: Tokens) -> None:
    html = document(
        tokens, element("p", element("strong", "s"), element("em", "e"), element("sub", "1"), element("sup", "2"))
    ).toHtml()
    for style in ("font-weight:600", "font-style:italic", "vertical-align:sub", "vertical-align:super"):
        assert style in html


def test_numbers_in_tables_stand_at_the_trailing_edge(tokens: Tokens) -> None:
    doc = document(tokens, table())
    cell = doc.find("$2,880")
    assert "AlignTrailing" in str(cell.blockFormat().alignment()) or cell.blockFormat().alignment().value & 2
    assert not doc.find("Training").blockFormat().alignment().value & 2


def test_headings_have_their_level(tokens: Tokens) -> None:
    doc = document(tokens, element("h2", "Memo"), element("p", "text"))
    assert doc.find("Memo").blockFormat().headingLevel() == 2


def test_no_document_reads_a_resource(tokens: Tokens, tmp_path: Path) -> None:
    secret = tmp_path / "style.css"
    secret.write_text("p { color: red }")
    sealed: SealedDocument = new_document(tokens, breaks_words=True)
    for kind in QTextDocument.ResourceType:
        assert sealed.resource(kind.value, QUrl.fromLocalFile(str(secret))) is None
    sealed.setHtml(f'<link rel="stylesheet" href="{secret.as_uri()}"><p>x</p><img src="{secret.as_uri()}">')
    assert "red" not in sealed.toHtml()


def test_prose_is_read_whole_and_takes_no_focus(tokens: Tokens) -> None:
    view = shown(tokens, element("p", "The center takes 240 calls."), element("p", "How many agents?"))
    assert [each.name for each in found(view, QAccessible.Role.StaticText)] == [
        "The center takes 240 calls.\nHow many agents?"
    ]
    assert nameless_controls(view) == []


def test_prose_wraps_within_80_characters_and_its_height_follows(tokens: Tokens) -> None:
    prose = ProseView((element("p", "words and words " * 40),), tokens=tokens)
    assert prose.heightForWidth(300) > prose.heightForWidth(600) > prose.heightForWidth(tokens.prose_width())
    assert prose.heightForWidth(5000) == prose.heightForWidth(tokens.prose_width())
    assert prose.heightForWidth(600) == prose.heightForWidth(600)


def test_long_words_are_broken_and_not_cut(tokens: Tokens) -> None:
    large = tokens_of(Theme.LIGHT, 200)
    view = shown(large, element("p", "Donaudampfschifffahrtsgesellschaftskapitän " * 3), width=300)
    assert view.findChildren(ProseView)[0].width() == 300
    assert view.findChildren(ProseView)[0].heightForWidth(300) > 3 * 51


def test_a_wide_table_scrolls_on_its_own_and_then_takes_the_focus(tokens: Tokens) -> None:
    head = element("tr", *(element("th", f"Heading{n}") for n in range(12)))
    row = element("tr", *(element("td", "1,000,000") for _n in range(12)))
    wide = element("table", head, row)
    narrow_view = shown(tokens, wide, width=400).findChildren(TableView)[0]
    wide_view = shown(tokens, wide, width=1800).findChildren(TableView)[0]
    assert narrow_view.horizontalScrollBar().maximum() > 0
    assert narrow_view.focusPolicy().value > 0
    assert narrow_view.accessibleName()
    assert wide_view.horizontalScrollBar().maximum() == 0
    assert wide_view.focusPolicy().value == 0


@pytest.mark.parametrize("data", [SVG, PNG])
def test_a_picture_is_a_graphic_with_name_and_description(tokens: Tokens, data: bytes) -> None:
    figure = element("figure", element("img", src="a", alt="A rising line"), element("figcaption", "Calls by hour"))
    view = shown(tokens, figure, data=data)
    (graphic,) = found(view, QAccessible.Role.Graphic)
    assert (graphic.name, graphic.description) == ("A rising line", "Calls by hour")


def test_a_picture_is_drawn_within_its_column(tokens: Tokens) -> None:
    view = shown(tokens, element("img", src="a", alt="x"), width=200)
    figure = view.findChildren(FigureView)[0]
    assert figure.width() == 200
    assert abs(figure.pixmap().width() / figure.pixmap().height() - 2) < 0.05
    colour = view.grab().toImage().pixelColor(100, 50)
    assert colour.name() == "#123456"


def test_pictures_stand_on_a_light_card_in_the_dark(qapp: QApplication) -> None:
    dark = tokens_of(Theme.DARK)
    see_through = SVG.replace(b'fill="#123456"', b'fill="none"')
    view = shown(dark, element("img", src="a", alt="x"), width=340, data=see_through)
    assert view.grab().toImage().pixelColor(100, 50).lightness() > 240


def test_what_is_no_picture_says_its_words(tokens: Tokens) -> None:
    view = shown(tokens, element("img", src="a", alt="A rising line"), data=b"not a picture")
    assert not view.findChildren(FigureView)[0].is_readable()
    assert [each.name for each in found(view, QAccessible.Role.Graphic)] == ["A rising line"]


def test_a_picture_in_a_line_is_a_graphic_too(tokens: Tokens) -> None:
    icon = Element(name="img", attributes=(("src", "a"), ("alt", "phone"), ("width", "20"), ("height", "10")))
    view = shown(tokens, element("p", "Press ", icon, " to answer."))
    assert [each.name for each in found(view, QAccessible.Role.Graphic)] == ["phone"]
    assert "Press phone to answer." in [each.name for each in found(view, QAccessible.Role.StaticText)]


def test_two_drawings_of_one_text_are_the_same(tokens: Tokens) -> None:
    def drawn() -> QImage:
        return shown(tokens, element("p", "The same everywhere."), table()).grab().toImage()

    assert drawn() == drawn()


def test_controls_stand_in_the_line_and_follow_its_wrapping(tokens: Tokens) -> None:
    def make(_node: object, parent: QWidget) -> QWidget:
        return QPushButton("control", parent)

    icon = Element(name="img", attributes=(("src", "a"), ("alt", "x")))
    prose = ProseView((element("p", "Some words before ", icon, " and some after."),), tokens=tokens, make_widget=make)
    prose.resize(700, 200)
    prose.show()
    QApplication.processEvents()
    control = next(each for each in prose.children() if isinstance(each, QWidget))
    before = control.pos()
    prose.resize(120, 400)
    QApplication.processEvents()
    assert control.x() < before.x()
    assert control.y() > before.y()


def test_controls_stand_on_the_middle_of_their_line_with_even_room_above_and_below(tokens: Tokens) -> None:
    blank = TextEntryInteraction(response=ResponseId("R"))

    class Tall(QPushButton):
        def sizeHint(self) -> QSize:
            return QSize(120, 44)

    def make(_interaction: object, parent: QWidget) -> QWidget:
        return Tall("Choose", parent)

    nodes = (element("p", "one", element("br"), "two ", blank, " two", element("br"), "three"),)
    view = ContentView(nodes, lambda _path: b"", tokens=tokens, make_interaction=make)
    view.resize(600, 300)
    view.show()
    QApplication.processEvents()
    prose = view.findChildren(ProseView)[0]
    layout = prose._doc.begin().layout()
    baselines = [line.y() + line.ascent() for line in (layout.lineAt(place) for place in range(3))]
    middle = prose._widgets[0].geometry().center().y()
    metrics = QFontMetricsF(tokens.font())
    assert abs(middle - (baselines[1] - (metrics.ascent() - metrics.descent()) / 2)) <= 1.5
    assert abs((baselines[1] - baselines[0]) - (baselines[2] - baselines[1])) <= 2


def test_readings_follow_their_words_and_directions_are_kept_apart(tokens: Tokens) -> None:
    ruby = element("ruby", "季語", element("rp", "["), element("rt", "kigo"), element("rp", "]"))
    hebrew = element("span", "שלום", dir="rtl")
    assert document(tokens, element("p", ruby)).toPlainText() == "季語(kigo)"
    assert document(tokens, element("p", "a ", hebrew, " b")).toPlainText() == "a \u2067שלום\u2069 b"
    assert document(tokens, element("p", element("bdo", "abc", dir="rtl"))).toPlainText() == "\u202eabc\u202c"


def test_paragraphs_take_direction_and_alignment_from_their_element(tokens: Tokens) -> None:
    right = Element(name="p", attributes=(("class", "qti-align-right"),), children=(Text("right"),))
    centre = Element(name="div", attributes=(("class", "qti-align-center"),), children=(element("p", "centre"),))
    doc = document(tokens, right, centre, element("p", "عربي", dir="rtl"), element("p", "plain"))
    alignments = {word: doc.find(word).blockFormat().alignment() for word in ("right", "centre", "plain")}
    assert alignments["right"] & Qt.AlignmentFlag.AlignRight
    assert alignments["centre"] & Qt.AlignmentFlag.AlignHCenter
    assert not alignments["plain"] & (Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignRight)
    assert doc.find("عربي").blockFormat().layoutDirection() is Qt.LayoutDirection.RightToLeft


def test_lists_count_as_they_say(tokens: Tokens) -> None:
    listed = element("ol", element("li", "one"), type="A", start="3")
    doc = document(tokens, listed)
    made = doc.find("one").currentList()
    assert made is not None
    assert made.format().style() is QTextListFormat.Style.ListUpperAlpha
    assert made.format().start() == 3


def test_a_space_before_styled_words_is_not_styled(tokens: Tokens) -> None:
    doc = document(tokens, element("p", "so ", element("u", "long"), " ago"))
    cursor = doc.find("long")
    cursor.setPosition(cursor.selectionStart())  # behind the space
    assert not cursor.charFormat().fontUnderline()
    assert doc.find("long").charFormat().fontUnderline()


def test_blanks_in_preformatted_text_are_not_lost(tokens: Tokens) -> None:
    blank = TextEntryInteraction(response=ResponseId("R"))
    made: list[object] = []

    def make(node: object, parent: QWidget) -> QWidget:
        made.append(node)
        return QPushButton("control", parent)

    ProseView((element("pre", "x = ", blank, "\n  y"),), tokens=tokens, make_widget=make)
    assert made == [blank]


def test_a_formula_stands_on_the_line_with_its_depth_below_and_grows_with_the_text(qapp: QApplication) -> None:
    attributes = (
        ("src", "f"), ("alt", "a over b"), ("width", "30"), ("height", "40"), ("class", "kiosk-math"), ("data-baseline", "16")
    )  # fmt: skip
    for scale in (100, 200):
        tokens = apply(qapp, Theme.DARK, scale)
        view = shown(tokens, element("p", "before ", Element(name="img", attributes=attributes), " after"), width=900)
        formula, prose = view.findChildren(FormulaView)[0], view.findChildren(ProseView)[0]
        line = prose._doc.begin().layout().lineAt(0)
        depth = formula.geometry().bottom() + 1 - (line.y() + line.ascent())
        assert formula.width() == 30 * scale / 100
        assert formula.height() == 40 * scale / 100
        assert abs(depth - 16 * scale / 100) <= 2
        assert line.descent() >= 16 * scale / 100 - 1
        image = formula.grab().toImage()
        ink = {image.pixelColor(x, image.height() // 2).name() for x in range(image.width())}
        assert tokens.text in ink
        assert [each.name for each in found(view, QAccessible.Role.Graphic)] == ["a over b"]


def test_boxes_and_columns_hold_their_content(tokens: Tokens) -> None:
    box = Element(name="div", attributes=(("class", "qti-well"),), children=(element("p", "in the well"),))
    row = Element(
        name="div",
        attributes=(("class", "qti-layout-row"),),
        children=tuple(
            Element(name="div", attributes=(("class", "qti-layout-col6"),), children=(element("p", words),))
            for words in ("left", "right")
        ),
    )
    view = shown(tokens, box, row, width=900)
    places = {each.text(): each.mapTo(view, each.rect().topLeft()) for each in view.findChildren(ProseView)}
    assert places["in the well"].x() > 0
    assert places["left"].y() == places["right"].y() > places["in the well"].y()
    assert places["right"].x() > 400


def test_columns_are_as_wide_as_their_controls_and_run_as_the_content_does(tokens: Tokens, qapp: QApplication) -> None:
    class Wide(QPushButton):
        def sizeHint(self) -> QSize:
            return QSize(200, 40)

    def make(_interaction: object, parent: QWidget) -> QWidget:
        return Wide("control", parent)

    def places() -> list[QRect]:
        blanks = [TextEntryInteraction(response=ResponseId(name)) for name in "AB"]
        row = element("tr", element("td", "x"), *(element("td", blank) for blank in blanks))
        view = ContentView((element("table", row),), lambda _path: b"", tokens=tokens, make_interaction=make)
        view.resize(300, 200)
        view.show()
        QApplication.processEvents()
        return [each.geometry() for each in view.findChildren(Wide)]

    first, second = places()
    assert first.right() < second.left()
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    first, second = places()
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    assert second.right() < first.left()


def test_a_table_in_a_table_stays_in_its_cell(tokens: Tokens) -> None:
    inner = element("table", element("tr", element("td", "inner")))
    outer = element("table", element("tr", element("td", inner, "after"), element("td", "beside")))
    doc = document(tokens, outer, element("p", "below"))
    assert doc.toPlainText().split() == ["inner", "after", "beside", "below"]
    tables = {word: doc.find(word).currentTable() for word in ("inner", "after", "beside", "below")}
    assert tables["below"] is None
    assert tables["after"].objectIndex() == tables["beside"].objectIndex() != tables["inner"].objectIndex()
