"""Pictures of items and widgets in every look, to be laid side by side and judged: ``python -m tests.ui.gallery DIR``.

With ``--content FOLDER`` every item of that content folder is drawn too. Works without a screen
(``QT_QPA_PLATFORM=offscreen``).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEventLoop, QSize, Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from exam_packages.qti.model import AssessmentItem, Exam, Responses, Stimulus
from exam_packages.qti.package import read_package
from exam_packages.qti.preparing import prepared
from tests.ui.picture_samples import FILES, picture_samples
from tests.ui.sample_items import Sample, picture, samples
from ui.window.items.item_view import ItemView
from ui.window.theme import Theme, Tokens, apply
from ui.window.widgets.button import Button, ButtonKind
from ui.window.widgets.choice_bar import ChoiceBar
from ui.window.widgets.clock import Clock
from ui.window.widgets.data_table import DataTable
from ui.window.widgets.icons import Icon
from ui.window.widgets.labels import Card, Heading, Words
from ui.window.widgets.pin_pad import PinPad
from ui.window.widgets.progress import ProgressLine
from ui.window.widgets.qr import QrView
from ui.window.widgets.search_list import Row, SearchList
from ui.window.widgets.sentence import Banner, Sentence, Tone
from ui.window.widgets.tile_grid import ReviewGrid, Tile


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One way to see a screen."""

    size: QSize
    theme: Theme
    scale: int
    direction: Qt.LayoutDirection = Qt.LayoutDirection.LeftToRight

    def name(self) -> str:
        """For the file's name."""
        mirrored = "-rtl" if self.direction is Qt.LayoutDirection.RightToLeft else ""
        return f"{self.size.width()}x{self.size.height()}-{self.theme.value}-{self.scale}{mirrored}"


LOOKS: Final = (
    Look(size=QSize(1024, 768), theme=Theme.LIGHT, scale=100),
    Look(size=QSize(1024, 768), theme=Theme.DARK, scale=200),
    Look(size=QSize(1920, 1080), theme=Theme.DARK, scale=100),
    Look(size=QSize(1920, 1080), theme=Theme.LIGHT, scale=200),
    Look(size=QSize(1600, 1000), theme=Theme.LIGHT, scale=100),
    Look(size=QSize(1024, 768), theme=Theme.LIGHT, scale=400),
    Look(size=QSize(1024, 768), theme=Theme.HIGH_CONTRAST, scale=100),
    Look(size=QSize(1024, 768), theme=Theme.LIGHT, scale=100, direction=Qt.LayoutDirection.RightToLeft),
)


_RTL: Final = Qt.LayoutDirection.RightToLeft


def first_answers(item: AssessmentItem) -> Responses:
    """An answer to draw, where the content folder has one."""
    return {each.identifier: each.correct or () for each in item.response_declarations}


def item_views(
    exam: Exam, read: Callable[[str], bytes], tokens: Tokens, *, mirrored: bool
) -> Iterator[tuple[str, Callable[[], QWidget]]]:
    """A maker for every item, unanswered and answered by turns."""
    for number, ref in enumerate(exam.test.item_refs(), start=1):
        item = exam.item(ref)
        if mirrored:
            item = replace(item, language="")
        stimulus = exam.stimuli[item.stimulus_paths[0]] if item.stimulus_paths else None
        answers = first_answers(item) if number % 2 else {}
        yield f"item-{ref.identifier}", partial(_item_view, item, stimulus, read, answers, number, tokens)


def _item_view(
    item: AssessmentItem,
    stimulus: Stimulus | None,
    read: Callable[[str], bytes],
    answers: Responses,
    number: int,
    tokens: Tokens,
) -> QWidget:
    view = ItemView(item, stimulus, read, number=number, tokens=tokens)
    view.show_answers(answers)
    return view


def all_samples() -> dict[str, Sample]:
    """Every item that is drawn without a content folder."""
    return {**samples(), **picture_samples()}


def _file(path: str) -> bytes:
    return FILES.get(path) or picture(path)


def _sample_view(sample: Sample, tokens: Tokens) -> QWidget:
    item = replace(sample.item, language="") if QApplication.layoutDirection() is _RTL else sample.item
    view = ItemView(item, None, _file, number=7, tokens=tokens, tools=sample.tools, marks=sample.marks)
    view.show_answers(sample.answers)
    return view


def widget_sheet(tokens: Tokens) -> QWidget:
    """The small widgets on one page."""
    sheet = QWidget()
    columns = QHBoxLayout(sheet)
    columns.setSpacing(tokens.px(24))
    left, right = QVBoxLayout(), QVBoxLayout()
    columns.addLayout(left, 1)
    columns.addLayout(right, 1)
    left.addWidget(Heading("Unlock this computer", tokens=tokens))
    left.addWidget(Words("Enter your PIN. The candidate's time does not run meanwhile.", tokens=tokens, muted=True))
    pad = PinPad(tokens=tokens)
    left.addWidget(pad)
    for kind in ButtonKind:
        right.addWidget(Button(f"{kind.value.title()} button", tokens=tokens, kind=kind, icon=Icon.FLAG))
    for tone in Tone:
        right.addWidget(Sentence(f"A sentence whose tone is {tone.value}.", tokens=tokens, tone=tone))
    clock = Clock(tokens=tokens)
    clock.set_remaining(4_360_000)
    low = Clock(tokens=tokens)
    low.set_remaining(190_000)
    line = ProgressLine(tokens=tokens)
    line.set_progress(14, 32)
    bar = ChoiceBar([("a", "All"), ("b", "Ready"), ("c", "Waiting")], tokens=tokens, name="Show")
    for each in (clock, low, line, bar, QrView("CCM-7F3K-91QX", tokens=tokens, side_px=140)):
        right.addWidget(each)
    left.addStretch(1)
    right.addStretch(1)
    return sheet


def list_sheet(tokens: Tokens) -> QWidget:
    """Roster, table, review tiles and a banner on one page."""
    sheet = QWidget()
    column = QVBoxLayout(sheet)
    column.setSpacing(tokens.px(16))
    banner = Banner(tokens=tokens)
    column.addWidget(banner)
    banner.say("15 minutes left in this section.")
    tiles = [Tile(number=n, answered=n % 3 > 0, flagged=n % 5 == 0, current=n == 7) for n in range(1, 33)]
    column.addWidget(ReviewGrid(tiles, tokens=tokens, name="Questions of section 1"))
    row = QHBoxLayout()
    names = ("Amara Okafor", "Bjørn Håkonsen", "Χριστίνα Παπαδοπούλου", "Дмитрий Соколов", "ليلى حداد", "נועה לוי")
    rows = [
        Row(key=name, title=name, detail=f"09:{place}0 · Contact Center Management") for place, name in enumerate(names)
    ]
    row.addWidget(SearchList(rows, tokens=tokens, name="Candidates", search_name="Search by name"))
    table = DataTable(("Exam", "Form", "Candidates"), tokens=tokens, name="Exams")
    table.set_rows([("a", ("Contact Center Management", "A", 24)), ("b", ("Recertification essay", "E", 3))])
    card = Card(tokens=tokens)
    card.column.addWidget(table)
    row.addWidget(card)
    column.addLayout(row, 1)
    return sheet


def _save(widget: QWidget, look: Look, path: Path, app: QApplication) -> None:
    widget.setLayoutDirection(look.direction)
    widget.setAutoFillBackground(True)
    widget.resize(look.size)
    widget.show()
    for _round in range(3):  # layouts settle in rounds
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
    widget.grab().save(str(path))
    widget.close()
    widget.deleteLater()


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw everything into a folder."""
    parser = argparse.ArgumentParser(prog="python -m tests.ui.gallery", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go; it is made")
    parser.add_argument("--content", type=Path, action="append", default=[], help="draw this content's items, too")
    parser.add_argument("--look", default="", help="draw only looks with this in their name")
    parser.add_argument("--only", default="", help="draw only what has this in its name")
    chosen = parser.parse_args(arguments)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(app, QApplication):
        return 4
    chosen.folder.mkdir(parents=True, exist_ok=True)
    sources = [prepared(path) for path in chosen.content]
    exams = [(read_package(source), source.read) for source in sources]
    for look in LOOKS:
        if chosen.look not in look.name():
            continue
        app.setLayoutDirection(look.direction)
        tokens = apply(app, look.theme, look.scale)
        drawn: list[tuple[str, Callable[[], QWidget]]] = [
            ("widgets", partial(widget_sheet, tokens)),
            ("lists", partial(list_sheet, tokens)),
        ]
        drawn.extend((f"sample-{name}", partial(_sample_view, each, tokens)) for name, each in all_samples().items())
        for exam, read in exams:
            drawn.extend(item_views(exam, read, tokens, mirrored=app.isRightToLeft()))
        for name, make in drawn:
            if chosen.only in name:
                _save(make(), look, chosen.folder / f"{name}-{look.name()}.png", app)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
