"""``qti-hottext-interaction``: runs of words in a text that can be picked."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QRadioButton, QWidget

from exam_packages.ids import ChoiceId
from exam_packages.qti.model import Element, Hottext, HottextInteraction, Lexical, Node
from ui.window.content.content_view import ContentView, MakeInteraction, Resource
from ui.window.content.plain import plain_text
from ui.window.content.runs import RunFace
from ui.window.items.asking import AskingPart
from ui.window.items.limits import how_many, too_many
from ui.window.theme import Tokens
from ui.window.widgets.radio import check_alone

_BACKWARD = {Qt.Key.Key_Up, Qt.Key.Key_Left}
_FORWARD = {Qt.Key.Key_Down, Qt.Key.Key_Right}
_AROUND_PX: Final = 2
"""How far a run's outline stands from its letters; less than half of a space."""
KeyHandler = Callable[[QKeyEvent], bool]


class _Face(RunFace):
    """A run that is picked has a box around it; one that is not has a line of dashes below it."""

    hides_unpicked = False

    def paint_under(self, painter: QPainter) -> None:
        t, button = self.tokens, self.button
        hovered = button.underMouse() and button.isEnabled()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for line in self.lines:
            # A little wider than the words, so that letters do not touch the outline; the text begins at 0.
            box = QRectF(line).adjusted(-_AROUND_PX, 1, _AROUND_PX, -1)
            box.setLeft(max(0.0, box.left()))
            if button.isChecked():
                painter.setPen(QPen(QColor(t.accent), 2))
                painter.setBrush(QColor(t.accent_tint))
                painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 4, 4)
            elif hovered or not self.hides_unpicked:
                self._paint_unpicked(painter, QRectF(line).adjusted(0, 1, 0, -1), hovered=hovered)

    def _paint_unpicked(self, painter: QPainter, box: QRectF, *, hovered: bool) -> None:
        """Draw a line of dashes that lie closer to one another than to those of the next run."""
        t = self.tokens
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(t.surface_sunken if hovered else t.surface_raised))
        painter.drawRoundedRect(box, 4, 4)
        pen = QPen(QColor(t.control), 2)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([2, 1])
        painter.setPen(pen)
        painter.drawLine(QPointF(box.left() + 1, box.bottom()), QPointF(box.right() - 1, box.bottom()))


class _RadioRun(QRadioButton):
    """A run of which one is picked."""

    def __init__(self, *, tokens: Tokens, keys: KeyHandler, parent: QWidget) -> None:
        super().__init__(parent)
        self._keys, self.face = keys, _Face(self, tokens=tokens)

    def nextCheckState(self) -> None:
        check_alone(self, checked=True)

    def hitButton(self, pos: QPoint) -> bool:
        return self.face.contains(pos)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._keys(event):
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        self.face.paint_over()


class _CheckRun(QCheckBox):
    """A run of which several are picked."""

    def __init__(self, *, tokens: Tokens, keys: KeyHandler, parent: QWidget) -> None:
        super().__init__(parent)
        self._keys, self.face = keys, _Face(self, tokens=tokens)

    def hitButton(self, pos: QPoint) -> bool:
        return self.face.contains(pos)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._keys(event):
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        self.face.paint_over()


class HottextPart(AskingPart):
    """A text whose runs are picked where they stand. More than the most may be picked: the part says so and keeps them."""

    def __init__(
        self,
        interaction: HottextInteraction,
        resource: Resource,
        *,
        make_other: MakeInteraction,
        tokens: Tokens,
        parent: QWidget,
    ) -> None:
        """`make_other` makes what stands in the text and is a widget of its own."""
        super().__init__(
            interaction.response,
            interaction.prompt,
            resource,
            name=self.tr("Pick words in the text"),
            tokens=tokens,
            parent=parent,
        )
        self._interaction = interaction
        self._single = interaction.max_choices == 1
        self._keys = [each.identifier for each in hottexts_in(interaction.content)]
        self._runs: dict[ChoiceId, _RadioRun | _CheckRun] = {}
        self._column.addWidget(
            ContentView(
                interaction.content,
                resource,
                tokens=tokens,
                make_interaction=make_other,
                make_run=self._make,
                parent=self,
            )
        )
        self.add_clear()
        self._refresh()

    def _make(self, node: Hottext, parent: QWidget) -> RunFace:
        made = _RadioRun if self._single else _CheckRun
        run = made(tokens=self._tokens, keys=partial(self._on_key, node.identifier), parent=parent)
        run.face.hides_unpicked = self._interaction.style.unselected_hidden
        run.setAccessibleName(plain_text(node.content).replace("\n", " "))
        run.setAccessibleDescription(
            self.tr("Choice {place} of {count} in the text").format(
                place=self._keys.index(node.identifier) + 1, count=len(self._keys)
            )
        )
        run.clicked.connect(partial(self._picked, node.identifier))
        self._runs[node.identifier] = run
        return run.face

    def current(self) -> Lexical:
        """The identifiers of the picked runs, in the order of the text."""
        return tuple(key for key, run in self._runs.items() if run.isChecked())

    def display(self, value: Lexical) -> None:
        """Pick the runs of an answer."""
        for key, run in self._runs.items():
            check_alone(run, checked=key in value)
        self._refresh()

    def _picked(self, key: ChoiceId, _checked: bool = False) -> None:  # noqa: FBT001, FBT002  # a slot
        if self._single:
            for other, run in self._runs.items():
                check_alone(run, checked=other == key)
        self._refresh()
        if self.current() != self.last_known():
            self.tell(self.current())

    def _on_key(self, key: ChoiceId, event: QKeyEvent) -> bool:
        runs = list(self._runs.values())
        pressed = event.key()
        if pressed in _BACKWARD | _FORWARD:
            step = 1 if pressed in _FORWARD else -1
            right_to_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
            if right_to_left and pressed in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
                step = -step
            runs[(runs.index(self._runs[key]) + step) % len(runs)].setFocus(Qt.FocusReason.TabFocusReason)
            return True
        if pressed in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._runs[key].click()
            return True
        return False

    def _refresh(self) -> None:
        count = len(self.current())
        least, most, style = self._interaction.min_choices, self._interaction.max_choices, self._interaction.style
        self._clear.setVisible(bool(count))
        complaint = too_many(count, most, style)
        if complaint:
            self.say(complaint, warn=True)
        elif self._single:
            hidden = style.unselected_hidden
            words = self.tr("Pick one place in the text.")
            self.say(words if hidden else self.tr("Pick one of the underlined places in the text."))
        else:
            self.say(how_many(count, least, most, style))


def hottexts_in(nodes: tuple[Node, ...]) -> list[Hottext]:
    """Every run that can be picked, in reading order."""
    found: list[Hottext] = []
    for node in nodes:
        if isinstance(node, Hottext):
            found.append(node)
        elif isinstance(node, Element):
            found.extend(hottexts_in(node.children))
    return found
