"""``qti-match-interaction``: a table of rows and columns with a mark in each cell; a list for each row where it is narrow."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QGridLayout, QRadioButton, QSizePolicy, QVBoxLayout, QWidget

from exam_packages.qti.model import Choice, Lexical, MatchInteraction
from ui.window.content.content_view import ContentView, Resource
from ui.window.content.plain import longest_word_width, plain_text
from ui.window.items.option_row import paint_mark
from ui.window.items.part import Part
from ui.window.theme import GRID_PX, TARGET_PX, TextSize, Tokens
from ui.window.widgets.announce import announce
from ui.window.widgets.button import Button, ButtonKind
from ui.window.widgets.painting import RING_ROOM_PX, body_of, paint_box, paint_ring
from ui.window.widgets.radio import check_alone
from ui.window.widgets.sentence import Sentence, Tone

_ROW_HEAD_PX = 150
_COLUMN_PX = 88


class _CellFace:
    """Size and painting of a cell, for both kinds of button; with its column's words beside the mark in a narrow list."""

    def __init__(self, button: QRadioButton | QCheckBox, words: str, tokens: Tokens) -> None:
        self._button, self._words, self._tokens = button, words, tokens
        self.with_words = False
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        button.setSizePolicy(policy)

    def _side(self) -> int:
        return self._tokens.px(22)

    def _beside(self) -> int:
        return 2 * RING_ROOM_PX + self._side() + self._tokens.px(GRID_PX) * 3

    def height_for_width(self, width: int) -> int:
        least = self._tokens.px(TARGET_PX) + 2 * RING_ROOM_PX
        if not self.with_words:
            return least
        field = QRectF(0, 0, max(40, width - self._beside()), 10_000)
        metrics = QFontMetricsF(self._tokens.font())
        height = metrics.boundingRect(field, int(Qt.TextFlag.TextWordWrap), self._words).height()
        return max(least, round(height) + self._tokens.px(16) + 2 * RING_ROOM_PX)

    def hint(self) -> QSize:
        width = self._tokens.px(_COLUMN_PX)
        return QSize(width, self.height_for_width(width))

    def paint(self, *, round_mark: bool) -> None:
        button, t, side = self._button, self._tokens, self._side()
        painter, box = QPainter(button), body_of(button)
        checked, hovered = button.isChecked(), button.underMouse() and button.isEnabled()
        if checked or hovered or self.with_words:
            fill = t.accent_tint if checked else (t.surface_sunken if hovered else t.surface_raised)
            outline = t.accent if checked else (t.line if self.with_words else None)
            paint_box(painter, box, fill=fill, outline=outline)
        left = box.center().x() - side / 2
        if self.with_words:
            left = self._paint_words(painter, box)
        field = QRectF(QPointF(left, box.center().y() - side / 2), QSize(side, side).toSizeF())
        paint_mark(painter, field, t, checked=checked, round_mark=round_mark)
        paint_ring(painter, button, t)
        painter.end()

    def _paint_words(self, painter: QPainter, box: QRectF) -> float:
        """Draw the words; return where the mark stands."""
        pad, side = self._tokens.px(GRID_PX), self._side()
        right_to_left = self._button.layoutDirection() is Qt.LayoutDirection.RightToLeft
        words = box.adjusted(pad, 0, -side - 2 * pad, 0) if right_to_left else box.adjusted(side + 2 * pad, 0, -pad, 0)
        leading = Qt.AlignmentFlag.AlignRight if right_to_left else Qt.AlignmentFlag.AlignLeft
        painter.setFont(self._tokens.font())
        painter.setPen(QColor(self._tokens.text))
        painter.drawText(words, leading | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap, self._words)
        return box.right() - pad - side if right_to_left else box.left() + pad


class _RadioCell(QRadioButton):
    def __init__(self, words: str, place: tuple[int, int], *, tokens: Tokens, part: MatchPart) -> None:
        super().__init__(part)
        self._part, self._place = part, place
        self.face = _CellFace(self, words, tokens)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        # Qt takes all radio buttons of one parent for one group and leaves Tab one stop among them.
        self._part.set_stops()

    def nextCheckState(self) -> None:
        check_alone(self, checked=True)

    def hitButton(self, pos: object) -> bool:  # noqa: ARG002  # the whole cell is the target
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._part.moved(self._place, event):
            super().keyPressEvent(event)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self.face.height_for_width(width)

    def sizeHint(self) -> QSize:
        return self.face.hint()

    def minimumSizeHint(self) -> QSize:
        return QSize(TARGET_PX, self.face.height_for_width(self.width()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        self.face.paint(round_mark=True)


class _CheckCell(QCheckBox):
    def __init__(self, words: str, place: tuple[int, int], *, tokens: Tokens, part: MatchPart) -> None:
        super().__init__(part)
        self._part, self._place = part, place
        self.face = _CellFace(self, words, tokens)

    def hitButton(self, pos: object) -> bool:  # noqa: ARG002  # the whole cell is the target
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._part.moved(self._place, event):
            super().keyPressEvent(event)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self.face.height_for_width(width)

    def sizeHint(self) -> QSize:
        return self.face.hint()

    def minimumSizeHint(self) -> QSize:
        return QSize(TARGET_PX, self.face.height_for_width(self.width()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        self.face.paint(round_mark=False)


class _Matrix(QWidget):
    """The grid with lines between its rows."""

    def __init__(self, *, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self.grid = QGridLayout(self)
        self.lines_above: list[QWidget] = []
        """Widgets that fill their row of the grid, and have a line above it."""

    def minimumSizeHint(self) -> QSize:
        """As narrow as need be: where its columns do not fit, it becomes a list."""
        return QSize(self._tokens.px(_ROW_HEAD_PX), super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        t, painter = self._tokens, QPainter(self)
        paint_box(painter, QRectF(self.rect()), fill=t.surface_raised, outline=t.line)
        painter.setPen(QPen(QColor(t.line), 1))
        for widget in self.lines_above:
            y = widget.y() - self.grid.verticalSpacing() // 2 + 0.5
            painter.drawLine(QPointF(1, y), QPointF(self.width() - 1, y))
        painter.end()


class MatchPart(Part):
    """Radio buttons in a row that takes one column, check boxes in a row that takes several. Nothing is ever dropped."""

    def __init__(self, interaction: MatchInteraction, resource: Resource, *, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(interaction.response, tokens=tokens, parent=parent)
        self._interaction = interaction
        self._stacked: bool | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.px(GRID_PX))
        if interaction.prompt:
            column.addWidget(ContentView(interaction.prompt, resource, tokens=tokens, bold=True, parent=self))
        self._hint = Sentence("", tokens=tokens, size=TextSize.SMALL, parent=self)
        column.addWidget(self._hint)
        self._matrix = _Matrix(tokens=tokens, parent=self)
        column.addWidget(self._matrix)
        self._column_heads = [self._head(choice, resource, centred=True) for choice in interaction.columns]
        self._row_heads = [self._head(choice, resource, centred=False) for choice in interaction.rows]
        self._cells = {
            (row, place): self._cell(row, place)
            for row in range(len(interaction.rows))
            for place in range(len(interaction.columns))
        }
        self._clear = Button(self.tr("Clear answer"), tokens=tokens, kind=ButtonKind.QUIET, parent=self)
        self._clear.clicked.connect(self._on_clear)
        keep = self._clear.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self._clear.setSizePolicy(keep)
        column.addWidget(self._clear, 0, Qt.AlignmentFlag.AlignLeading)
        self.setAccessibleName(plain_text(interaction.prompt) or self.tr("Match each row with a column"))
        self._arrange(stacked=False)
        self._refresh()

    def _head(self, choice: Choice, resource: Resource, *, centred: bool) -> ContentView:
        return ContentView(
            choice.content, resource, tokens=self._tokens, bold=True, centred=centred, parent=self._matrix
        )

    def _cell(self, row: int, column: int) -> _RadioCell | _CheckCell:
        row_choice, column_choice = self._interaction.rows[row], self._interaction.columns[column]
        made = _RadioCell if row_choice.match_max == 1 else _CheckCell
        words = plain_text(column_choice.content)
        cell = made(words, (row, column), tokens=self._tokens, part=self)
        cell.setParent(self._matrix)
        cell.setAccessibleName(f"{plain_text(row_choice.content)}: {words}")
        cell.setAccessibleDescription(
            self.tr("Row {row} of {rows}, column {column} of {columns}").format(
                row=row + 1, rows=len(self._interaction.rows), column=column + 1, columns=len(self._interaction.columns)
            )
        )
        cell.clicked.connect(lambda: self._picked(row, column))
        return cell

    # -- layout -------------------------------------------------------------------------------------------------------

    def _column_widths(self) -> list[int]:
        """The least widths in which no head is broken within a word, the column of the rows' heads first."""
        metrics, pad = QFontMetricsF(self._tokens.font(bold=True)), self._tokens.px(GRID_PX)

        def least(choices: Sequence[Choice], at_least_px: int) -> int:
            words = (longest_word_width(plain_text(each.content), metrics.horizontalAdvance) for each in choices)
            return max(self._tokens.px(at_least_px), math.ceil(max(words, default=0)) + pad)

        columns = [least((choice,), _COLUMN_PX) for choice in self._interaction.columns]
        return [least(self._interaction.rows, _ROW_HEAD_PX), *columns]

    def _least_width(self) -> int:
        widths, pad = self._column_widths(), self._tokens.px(GRID_PX)
        return sum(widths) + (len(widths) - 1) * pad + 4 * pad

    def _arrange(self, *, stacked: bool) -> None:
        if stacked == self._stacked:
            return
        self._stacked = stacked
        grid = self._matrix.grid
        while grid.count():
            grid.takeAt(0)
        pad = self._tokens.px(GRID_PX)
        grid.setContentsMargins(pad * 2, pad, pad * 2, pad)
        grid.setSpacing(pad)
        for head in self._column_heads:
            head.setVisible(not stacked)
        for cell in self._cells.values():
            cell.face.with_words = stacked
            cell.updateGeometry()
        self._matrix.lines_above = []
        if stacked:
            self._arrange_as_list(grid)
        else:
            self._arrange_as_table(grid)

    def _arrange_as_table(self, grid: QGridLayout) -> None:
        grid.setColumnStretch(0, 2)
        for column, width in enumerate(self._column_widths()):
            grid.setColumnMinimumWidth(column, width)
        for column, head in enumerate(self._column_heads, start=1):
            grid.addWidget(head, 0, column, Qt.AlignmentFlag.AlignBottom)
            grid.setColumnStretch(column, 1)
        for row, head in enumerate(self._row_heads, start=1):
            self._matrix.lines_above.append(self._cells[row - 1, 0])
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
                self._matrix.lines_above.append(head)
            grid.addWidget(head, line, 0)
            for column in range(len(self._column_heads)):
                grid.addWidget(self._cells[row, column], line + 1 + column, 0)
            line += 1 + len(self._column_heads)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A table where it fits, a list where it does not."""
        super().resizeEvent(event)
        self._arrange(stacked=self.width() < self._least_width())

    # -- answer -------------------------------------------------------------------------------------------------------

    def current(self) -> Lexical:
        """Directed pairs "row column", row by row."""
        rows, columns = self._interaction.rows, self._interaction.columns
        return tuple(
            f"{rows[row].identifier} {columns[column].identifier}"
            for (row, column), cell in self._cells.items()
            if cell.isChecked()
        )

    def display(self, value: Lexical) -> None:
        """Check the cells of an answer."""
        rows, columns = self._interaction.rows, self._interaction.columns
        for (row, column), cell in self._cells.items():
            check_alone(cell, checked=f"{rows[row].identifier} {columns[column].identifier}" in value)
        self._refresh()

    def _picked(self, row: int, column: int) -> None:
        before = self._on_the_way[-1] if self._on_the_way else (self._news or ())
        if isinstance(self._cells[row, column], _RadioCell):
            for other in range(len(self._interaction.columns)):
                check_alone(self._cells[row, other], checked=other == column)
        self._refresh()
        if self.current() != before:
            self.tell(self.current())
            if self._hint.tone is Tone.WARN:
                announce(self, self._hint.words())

    def _on_clear(self) -> None:
        self.display(())
        self._cells[0, 0].setFocus(Qt.FocusReason.TabFocusReason)
        self.tell(())

    def moved(self, place: tuple[int, int], event: QKeyEvent) -> bool:
        """Go to a neighbour by an arrow key; Enter marks. Tells whether the key was one of these."""
        row, column = place
        right_to_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        forward = -1 if right_to_left and not self._stacked else 1
        steps: dict[int, tuple[int, int]] = {
            Qt.Key.Key_Up: (row - 1, column),
            Qt.Key.Key_Down: (row + 1, column),
            Qt.Key.Key_Left: (row, column - forward),
            Qt.Key.Key_Right: (row, column + forward),
        }
        if self._stacked:
            flat = row * len(self._interaction.columns) + column
            columns = len(self._interaction.columns)
            steps[Qt.Key.Key_Up] = divmod(flat - 1, columns)
            steps[Qt.Key.Key_Down] = divmod(flat + 1, columns)
        key = event.key()
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._cells[place].click()
            return True
        if key not in steps:
            return False
        if steps[key] in self._cells:
            self._cells[steps[key]].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def _refresh(self) -> None:
        self._clear.setVisible(bool(self.current()))
        self.set_stops()
        complaint = self._complaint()
        self._hint.setVisible(bool(complaint))
        self._hint.say(complaint, Tone.WARN if complaint else Tone.PLAIN)

    def set_stops(self) -> None:
        """One stop for Tab in each row: the marked cell, or the first."""
        for row in range(len(self._row_heads)):
            cells = [self._cells[row, column] for column in range(len(self._column_heads))]
            stop = next((cell for cell in cells if cell.isChecked()), cells[0] if cells else None)
            for cell in cells:
                cell.setFocusPolicy(Qt.FocusPolicy.StrongFocus if cell is stop else Qt.FocusPolicy.ClickFocus)

    def _complaint(self) -> str:
        """What goes beyond the limits of the question, in words."""
        picked = [place for place, cell in self._cells.items() if cell.isChecked()]
        most = self._interaction.max_associations
        if most and len(picked) > most:
            return self.tr("You have made {count} pairs. Make no more than {most}.").format(
                count=len(picked), most=most
            )
        for choices, used in (
            (self._interaction.rows, Counter(row for row, _column in picked)),
            (self._interaction.columns, Counter(column for _row, column in picked)),
        ):
            for place, choice in enumerate(choices):
                if choice.match_max and used[place] > choice.match_max:
                    return self.tr("“{words}” is used {count} times. It may be used {most} times at most.").format(
                        words=plain_text(choice.content), count=used[place], most=choice.match_max
                    )
        return ""
