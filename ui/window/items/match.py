"""``qti-match-interaction``: a table of rows and columns with a mark in each cell; where that has no room, a list."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from enum import Enum
from functools import partial
from typing import Final, assert_never

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from exam_packages.qti.model import Choice, Lexical, MatchInteraction, Text
from ui.window.content.content_view import ContentView, Resource
from ui.window.content.plain import longest_word_width, plain_text
from ui.window.items.asking import AskingPart
from ui.window.items.match_cells import COLUMN_PX, CheckCell, RadioCell
from ui.window.items.match_words import complaint, task
from ui.window.items.pairing import may_pair
from ui.window.items.pick_list import PickList
from ui.window.theme import GRID_PX, Tokens
from ui.window.widgets.labels import Words
from ui.window.widgets.painting import paint_box
from ui.window.widgets.radio import check_alone

_ROW_HEAD_PX: Final = 150
_PICKS_BESIDE_PX: Final = 600
"""From this width on, the button of a row stands beside the row's head."""
_MARKS_COLUMNS_MAX: Final = 5
"""Where there is no room for a table, so many columns are listed below each row; more are picked from a list."""


class _Form(Enum):
    """How rows and columns stand."""

    TABLE = "table"
    MARKS = "marks"
    """Each row with its columns below it, a mark each."""
    PICKS = "picks"
    """Each row with one button below it that opens the list of columns."""
    PICKS_BESIDE = "picks beside"
    """The same, with the button beside the row's head."""

    @property
    def is_picked_from_lists(self) -> bool:
        """Whether columns are picked from lists."""
        return self in {_Form.PICKS, _Form.PICKS_BESIDE}


class _Matrix(QWidget):
    """The grid with lines between its rows."""

    def __init__(self, *, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self.grid = QGridLayout(self)
        self.lines_above: list[tuple[QWidget, ...]] = []
        """What stands in each row of the grid that has a line above it."""

    def minimumSizeHint(self) -> QSize:
        """As narrow as need be: where its columns do not fit, it becomes a list."""
        return QSize(self._tokens.px(_ROW_HEAD_PX), super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        t, painter = self._tokens, QPainter(self)
        paint_box(painter, QRectF(self.rect()), fill=t.surface_raised, outline=t.line, width=t.outline_px)
        painter.setPen(QPen(QColor(t.line), t.outline_px))
        for widgets in self.lines_above:
            y = min(each.y() for each in widgets) - self.grid.verticalSpacing() // 2 + 0.5
            painter.drawLine(QPointF(1, y), QPointF(self.width() - 1, y))
        painter.end()


class MatchPart(AskingPart):
    """Radio buttons in a row that takes one column, check boxes in a row that takes several. Nothing is ever dropped."""

    def __init__(self, interaction: MatchInteraction, resource: Resource, *, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(
            interaction.response,
            interaction.prompt,
            resource,
            name=self.tr("Match each row with a column"),
            tokens=tokens,
            parent=parent,
        )
        self._interaction, self._resource = interaction, resource
        self._form: _Form | None = None
        self._matrix = _Matrix(tokens=tokens, parent=self)
        self._column.addWidget(self._matrix)
        self._column_heads = [self._head(choice, centred=True) for choice in interaction.columns]
        self._corner = Words(interaction.style.first_column, tokens=tokens, bold=True, parent=self._matrix)
        self._row_heads = [self._head(choice, centred=False) for choice in interaction.rows]
        self._cells = {
            (row, place): self._cell(row, place)
            for row in range(len(interaction.rows))
            for place in range(len(interaction.columns))
        }
        self._picks: list[PickList] = []
        self.add_clear()
        self._arrange(_Form.TABLE)
        self._refresh()

    def _head(self, choice: Choice, *, centred: bool) -> ContentView:
        return ContentView(
            choice.content, self._resource, tokens=self._tokens, bold=True, centred=centred, parent=self._matrix
        )

    def _cell(self, row: int, column: int) -> RadioCell | CheckCell:
        rows, columns = self._interaction.rows, self._interaction.columns
        row_choice, column_choice = rows[row], columns[column]
        made = RadioCell if row_choice.match_max == 1 else CheckCell
        words = plain_text(column_choice.content)
        cell = made(words, (row, column), tokens=self._tokens, part=self, parent=self._matrix)
        cell.setAccessibleName(f"{plain_text(row_choice.content)}: {words}")
        cell.setAccessibleDescription(
            self.tr("Row {row} of {rows}, column {column} of {columns}").format(
                row=row + 1, rows=len(rows), column=column + 1, columns=len(columns)
            )
        )
        cell.clicked.connect(lambda: self._picked(row, column))
        if not may_pair(row_choice, column_choice):
            cell.face.possible = False
            cell.setEnabled(False)
        return cell

    def _pick_lists(self) -> list[PickList]:
        """The lists, made when they are first needed: most tables never need them."""
        if not self._picks:
            self._picks = [self._pick_list(row) for row in range(len(self._interaction.rows))]
            self._show_picks()
        return self._picks

    def _pick_list(self, row: int) -> PickList:
        rows = self._interaction.rows
        place = self.tr("Row {row} of {rows}").format(row=row + 1, rows=len(rows))
        made = PickList(
            [column for column in self._interaction.columns if may_pair(rows[row], column)],
            self._resource,
            name=plain_text(rows[row].content),
            context=place,
            several=rows[row].match_max != 1,
            tokens=self._tokens,
            parent=self._matrix,
        )
        made.picked.connect(partial(self._picked_in_list, row))
        made.resized.connect(self._matrix.updateGeometry)
        return made

    # -- layout -------------------------------------------------------------------------------------------------------

    def _column_widths(self) -> list[int]:
        """The least widths in which no head is broken within a word, the column of the rows' heads first."""
        metrics, pad = QFontMetricsF(self._tokens.font(bold=True)), self._tokens.px(GRID_PX)

        def least(choices: Sequence[Choice], at_least_px: int) -> int:
            words = (longest_word_width(plain_text(each.content), metrics.horizontalAdvance) for each in choices)
            return max(self._tokens.px(at_least_px), math.ceil(max(words, default=0)) + pad)

        columns = [least((choice,), COLUMN_PX) for choice in self._interaction.columns]
        return [least(self._interaction.rows, _ROW_HEAD_PX), *columns]

    def _least_width(self) -> int:
        widths, pad = self._column_widths(), self._tokens.px(GRID_PX)
        return sum(widths) + (len(widths) - 1) * pad + 4 * pad

    def _form_for(self, width: int) -> _Form:
        """A table where it fits, else a list."""
        if width >= self._least_width():
            return _Form.TABLE
        if len(self._interaction.columns) <= _MARKS_COLUMNS_MAX:
            return _Form.MARKS
        return _Form.PICKS_BESIDE if width >= self._tokens.px(_PICKS_BESIDE_PX) else _Form.PICKS

    def _arrange(self, form: _Form) -> None:
        if form is self._form:
            return
        self._form = form
        grid = self._matrix.grid
        while grid.count():
            grid.takeAt(0)
        pad = self._tokens.px(GRID_PX)
        grid.setContentsMargins(pad * 2, pad, pad * 2, pad)
        grid.setSpacing(pad)
        for head in self._column_heads:
            head.setVisible(form is _Form.TABLE and not self._interaction.style.header_hidden)
        self._corner.setVisible(
            bool(self._corner.text()) and form is _Form.TABLE and not self._interaction.style.header_hidden
        )
        for (_row, column), cell in self._cells.items():
            cell.face.set_with_words(with_words=form is _Form.MARKS, look=partial(self._look, column))
            cell.setVisible(form is _Form.TABLE or (form is _Form.MARKS and (cell.face.possible or cell.isChecked())))
            cell.updateGeometry()
        for pick in self._pick_lists() if form.is_picked_from_lists else self._picks:
            pick.setVisible(form.is_picked_from_lists)
        self._matrix.lines_above = []
        match form:
            case _Form.TABLE:
                self._arrange_as_table(grid)
            case _Form.MARKS | _Form.PICKS:
                self._arrange_as_list(grid)
            case _Form.PICKS_BESIDE:
                self._arrange_beside(grid)
            case _:
                assert_never(form)

    def _arrange_as_table(self, grid: QGridLayout) -> None:
        grid.setColumnStretch(0, 2)
        for column, width in enumerate(self._column_widths()):
            grid.setColumnMinimumWidth(column, width)
        grid.addWidget(self._corner, 0, 0, Qt.AlignmentFlag.AlignBottom)
        for column, head in enumerate(self._column_heads, start=1):
            grid.addWidget(head, 0, column, Qt.AlignmentFlag.AlignBottom)
            grid.setColumnStretch(column, 1)
        for row, head in enumerate(self._row_heads, start=1):
            if row > 1 or not self._interaction.style.header_hidden:
                self._matrix.lines_above.append((head, self._cells[row - 1, 0]))
            grid.addWidget(head, row, 0, Qt.AlignmentFlag.AlignVCenter)
            for column in range(len(self._column_heads)):
                grid.addWidget(self._cells[row - 1, column], row, column + 1)

    def _arrange_as_list(self, grid: QGridLayout) -> None:
        for column in range(grid.columnCount()):
            grid.setColumnMinimumWidth(column, 0)
            grid.setColumnStretch(column, int(column == 0))
        line = 0
        for row, head in enumerate(self._row_heads):
            if row:
                self._matrix.lines_above.append((head,))
            grid.addWidget(head, line, 0)
            below = self._cells_of(row) if self._form is _Form.MARKS else [self._picks[row]]
            for widget in below:
                line += 1
                grid.addWidget(widget, line, 0)
            line += 1

    def _arrange_beside(self, grid: QGridLayout) -> None:
        for column in range(grid.columnCount()):
            grid.setColumnMinimumWidth(column, 0)
            grid.setColumnStretch(column, {0: 2, 1: 3}.get(column, 0))
        for row, (head, pick) in enumerate(zip(self._row_heads, self._picks, strict=True)):
            if row:
                self._matrix.lines_above.append((head, pick))
            grid.addWidget(head, row, 0, Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(pick, row, 1)

    def _look(self, column: int, parent: QWidget) -> ContentView | None:
        """A column's head beside a mark, where words alone are not what it looks like."""
        content = self._interaction.columns[column].content
        if all(isinstance(node, Text) for node in content):
            return None
        return ContentView(content, self._resource, tokens=self._tokens, parent=parent)

    def _cells_of(self, row: int) -> list[QWidget]:
        return [self._cells[row, column] for column in range(len(self._interaction.columns))]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A table where it fits, a list where it does not."""
        super().resizeEvent(event)
        self._arrange(self._form_for(self.width()))

    # -- answer -------------------------------------------------------------------------------------------------------

    def _pair(self, row: int, column: int) -> str:
        return f"{self._interaction.rows[row].identifier} {self._interaction.columns[column].identifier}"

    def current(self) -> Lexical:
        """Directed pairs "row column", row by row."""
        return tuple(self._pair(*place) for place, cell in self._cells.items() if cell.isChecked())

    def display(self, value: Lexical) -> None:
        """Check the cells of an answer."""
        for place, cell in self._cells.items():
            check_alone(cell, checked=self._pair(*place) in value)
        self._show_picks()
        self._refresh()

    def _show_picks(self) -> None:
        columns = self._interaction.columns
        for row, pick in enumerate(self._picks):
            pick.set_value(
                [choice.identifier for place, choice in enumerate(columns) if self._cells[row, place].isChecked()]
            )

    def _picked(self, row: int, column: int) -> None:
        if isinstance(self._cells[row, column], RadioCell):
            for other in range(len(self._interaction.columns)):
                check_alone(self._cells[row, other], checked=other == column)
        self._changed()

    def _picked_in_list(self, row: int, value: tuple[str, ...]) -> None:
        for place, choice in enumerate(self._interaction.columns):
            check_alone(self._cells[row, place], checked=choice.identifier in value)
        self._changed()

    def _changed(self) -> None:
        before = self.last_known()
        self._show_picks()
        self._refresh()
        if self.current() != before:
            self.tell(self.current())

    def moved(self, place: tuple[int, int], event: QKeyEvent) -> bool:
        """Go to a neighbour by an arrow key; Enter marks. Tells whether the key was one of these."""
        key = event.key()
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._cells[place].click()
            return True
        step = self._step(key)
        if step is None:
            return False
        target = self._beside(place, step)
        while target in self._cells and not self._cells[target].isEnabled():
            target = self._beside(target, step)
        if target in self._cells:
            self._cells[target].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def _step(self, key: int) -> tuple[int, int] | None:
        """Rows and columns that an arrow key goes."""
        right_to_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        forward = -1 if right_to_left and self._form is _Form.TABLE else 1
        steps: dict[int, tuple[int, int]] = {
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
            Qt.Key.Key_Left: (0, -forward),
            Qt.Key.Key_Right: (0, forward),
        }
        return steps.get(key)

    def _beside(self, place: tuple[int, int], step: tuple[int, int]) -> tuple[int, int]:
        """The next place; in a list, up and down go through every row's columns."""
        columns = len(self._interaction.columns)
        if self._form is _Form.MARKS and step[0]:
            row, column = divmod(place[0] * columns + place[1] + step[0], columns)
            return row, column
        return place[0] + step[0], place[1] + step[1]

    # -- screen -------------------------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        self._clear.setVisible(bool(self.current()))
        self.set_stops()
        count, uses = len(self.current()), self._uses()
        warning = complaint(self._interaction, count, uses)
        self.say(warning or task(self._interaction, count, uses), warn=bool(warning))

    def set_stops(self) -> None:
        """One stop for Tab in each row: the marked cell, or the first that can be marked."""
        for row in range(len(self._row_heads)):
            cells = [self._cells[row, column] for column in range(len(self._column_heads))]
            able = [cell for cell in cells if cell.face.possible]
            stop = next((cell for cell in able if cell.isChecked()), able[0] if able else None)
            for cell in cells:
                cell.setFocusPolicy(Qt.FocusPolicy.StrongFocus if cell is stop else Qt.FocusPolicy.ClickFocus)

    def _uses(self) -> list[tuple[Choice, int]]:
        """How often each row and each column is used."""
        picked = [place for place, cell in self._cells.items() if cell.isChecked()]
        rows, columns = Counter(row for row, _column in picked), Counter(column for _row, column in picked)
        return [
            *((choice, rows[place]) for place, choice in enumerate(self._interaction.rows)),
            *((choice, columns[place]) for place, choice in enumerate(self._interaction.columns)),
        ]

    def set_locked(self, *, locked: bool) -> None:
        """Show, but take no input."""
        for pick in self._picks:
            pick.close_list(to_opener=False)
        super().set_locked(locked=locked)
