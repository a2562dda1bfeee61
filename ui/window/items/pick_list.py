"""A button that opens a list below it, in the page: a phrase in running text, a cell of a long table.

The list is a child of the page and no window of its own: a pop-up would drop the keyboard grab. Refuses to know what a
pick is for.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMoveEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QPushButton, QScrollArea, QVBoxLayout, QWidget

from exam_packages.ids import ChoiceId
from exam_packages.qti.model import Choice, Element
from ui.window.content.content_view import ContentView, Resource
from ui.window.content.plain import elements, plain_text
from ui.window.items.option_row import CheckRow, RadioRow
from ui.window.theme import GRID_PX, TARGET_PX, Tokens
from ui.window.widgets.button import Button, ButtonKind
from ui.window.widgets.icons import Icon, paint_icon
from ui.window.widgets.painting import RING_ROOM_PX, body_of, paint_box, paint_ring
from ui.window.widgets.radio import check_alone

Picked = tuple[ChoiceId, ...]


class _Opener(QPushButton):
    """Shows the picked phrase; wraps where the line is too narrow for it."""

    def __init__(self, *, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        self._tokens, self._words, self._picked = tokens, "", False
        self._view: ContentView | None = None
        self.setCheckable(True)
        self.setFont(tokens.font())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def nextCheckState(self) -> None:
        """The part says whether the list is open."""

    def set_words(self, words: str, *, picked: bool, view: ContentView | None = None) -> None:
        """Say something else; with a view that is shown in place of the words, which remain its name."""
        self._words, self._picked = words, picked
        if self._view is not None:
            self._view.hide()
        self._view = view
        self._place_view()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_view()

    def _place_view(self) -> None:
        """The view stands where the words would."""
        if self._view is None:
            return
        box, pad = body_of(self), self._tokens.px(GRID_PX)
        wide = max(1, self.width() - self.around())
        high = height_in(self._view, wide)
        left = box.right() - pad - wide if self.isRightToLeft() else box.left() + pad
        self._view.setGeometry(round(left), round(box.center().y() - high / 2), wide, high)
        self._view.show()

    def words(self) -> str:
        return self._words

    def around(self) -> int:
        """What stands beside the words: room for the ring, padding and the arrow."""
        return 2 * RING_ROOM_PX + self._tokens.px(GRID_PX) * 3 + self._tokens.px(18)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down, Qt.Key.Key_Up}:
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t, painter, box = self._tokens, QPainter(self), body_of(self)
        fill = t.accent_tint if self._picked else (t.surface_sunken if self.underMouse() else t.surface_raised)
        outline = t.accent if self._picked or self.isChecked() else t.control
        paint_box(painter, box, fill=fill, outline=outline, width=t.outline_px)
        side, pad = t.px(18), t.px(GRID_PX)
        right_to_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        arrow = QRectF(box.right() - pad - side, box.center().y() - side / 2, side, side)
        words = box.adjusted(pad, 0, -side - 2 * pad, 0)
        if right_to_left:
            arrow.moveLeft(box.left() + pad)
            words = box.adjusted(side + 2 * pad, 0, -pad, 0)
        paint_icon(painter, Icon.UP if self.isChecked() else Icon.DOWN, arrow, QColor(t.text_muted))
        painter.setFont(self.font())
        painter.setPen(QColor(t.text if self._picked else t.text_muted))
        # A painter takes left for leading, in its own direction, which is the application's unless it is told.
        painter.setLayoutDirection(self.layoutDirection())
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        if self._view is None:
            painter.drawText(words, flags, self._words)
        paint_ring(painter, self, t)
        painter.end()


def height_in(view: ContentView, width: int) -> int:
    """The height of content within a width."""
    layout = view.layout()
    return view.sizeHint().height() if layout is None else layout.totalHeightForWidth(width)


class _Panel(QWidget):
    """The list, over the page."""

    def __init__(self, *, tokens: Tokens, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self.setAccessibleName(name)
        self.column = QVBoxLayout(self)
        margin = tokens.px(4)
        self.column.setContentsMargins(margin, margin, margin, margin)
        self.column.setSpacing(0)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        t = self._tokens
        paint_box(painter, QRectF(self.rect()), fill=t.surface_raised, outline=t.control, width=t.outline_px + 1)
        painter.end()


class PickList(QWidget):
    """The button, and its list while that is open. With `several`, the list stays open and any number is picked."""

    picked = Signal(tuple)
    """The identifiers that a person picked, in the order of the list."""
    resized = Signal()
    """What it says needs another height."""

    def __init__(
        self,
        choices: Sequence[Choice],
        resource: Resource,
        *,
        name: str,
        context: str,
        several: bool = False,
        nothing: str = "",
        least_letters: int = 0,
        tokens: Tokens,
        parent: QWidget,
    ) -> None:
        """`nothing` is what it says while nothing is picked; it is as wide as its phrases, and as `least_letters` digits."""
        super().__init__(parent)
        self._least_letters = least_letters
        self._choices, self._resource, self._name, self._context = tuple(choices), resource, name, context
        self._several, self._tokens = several, tokens
        self._empty_words = nothing or self.tr("Choose…")
        self._words = {choice.identifier: plain_text(choice.content) for choice in choices}
        self._picked: Picked = ()
        self._panel: _Panel | None = None
        self._panel_rows: list[RadioRow | CheckRow] = []
        self._opener = _Opener(tokens=tokens, parent=self)
        self._opener.clicked.connect(self._toggle)
        self._views = {} if several else self._make_views()
        self.setFocusProxy(self._opener)
        self._refresh()

    def _make_views(self) -> dict[ChoiceId, ContentView]:
        """What shows a phrase that words cannot: one with a formula or a picture in it."""
        made = {}
        for choice in self._choices:
            if any(elements(Element(name="span", children=choice.content), "img")):
                view = ContentView(choice.content, self._resource, tokens=self._tokens, parent=self._opener)
                view.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
                view.hide()
                made[choice.identifier] = view
        return made

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The button fills it. No layout does that: a layout would take heights from the button, which knows no widths."""
        super().resizeEvent(event)
        self._opener.setGeometry(self.rect())
        self._place_panel()

    def minimumSizeHint(self) -> QSize:
        """Phrases wrap."""
        return QSize(self._tokens.px(96), self.heightForWidth(max(self.width(), self._tokens.px(96))))

    # -- size ---------------------------------------------------------------------------------------------------------

    def _phrases(self) -> list[str]:
        """What the button may have to say; of several picks, what it says now."""
        worded = [words for key, words in self._words.items() if key not in self._views]
        return [*worded, self._nothing(), *([self._opener.words()] if self._several else [])]

    def sizeHint(self) -> QSize:
        """As wide as the longest phrase, so that the text does not move when another is picked."""
        metrics = QFontMetricsF(self._tokens.font())
        worded = [words for key, words in self._words.items() if key not in self._views]
        wide = [metrics.horizontalAdvance(phrase) for phrase in (*worded, self._nothing())]
        wide.extend(view.sizeHint().width() for view in self._views.values())
        width = max(*wide, metrics.horizontalAdvance("0") * self._least_letters) + self._opener.around() + 2
        return QSize(round(width), self.heightForWidth(round(width)))

    def hasHeightForWidth(self) -> bool:
        """Phrases wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of the phrase that needs most."""
        metrics = QFontMetricsF(self._tokens.font())
        field = QRectF(0, 0, max(40, width - self._opener.around()), 10_000)
        high = [
            metrics.boundingRect(field, int(Qt.TextFlag.TextWordWrap), phrase).height() for phrase in self._phrases()
        ]
        high.extend(height_in(view, round(field.width())) for view in self._views.values())
        return max(TARGET_PX, round(max(high)) + self._tokens.px(10) + 2 * RING_ROOM_PX)

    def _nothing(self) -> str:
        """What the button says while nothing is picked."""
        return self._empty_words

    # -- what is picked -----------------------------------------------------------------------------------------------

    def words(self) -> str:
        """What the button says."""
        return self._opener.words()

    def value(self) -> Picked:
        """What is picked."""
        return self._picked

    def set_value(self, value: Sequence[str]) -> None:
        """Show what is picked."""
        self._picked = tuple(key for key in self._words if key in value)[: None if self._several else 1]
        for key, row in zip(self._words, self._panel_rows, strict=False):
            check_alone(row, checked=key in self._picked)
        self._refresh()

    def _refresh(self) -> None:
        words = "; ".join(self._words[key] for key in self._picked) or self._nothing()
        if words != self._opener.words():
            view = self._views.get(self._picked[0]) if len(self._picked) == 1 else None
            self._opener.set_words(words, picked=bool(self._picked), view=view)
            self.updateGeometry()
            self.resized.emit()
        said = words if self._picked else self.tr("not answered")
        self._opener.setAccessibleName(f"{self._name}: {said}")
        count = self.tr("Opens a list of {count}.").format(count=len(self._words))
        self._opener.setAccessibleDescription(f"{count} {self._context}".strip())

    def _pick(self, key: ChoiceId | None) -> None:
        before = self._picked
        if key is None or not self._several:
            self.set_value(() if key is None else (key,))
            self.close_list(to_opener=True)
        else:
            self.set_value([each for each, row in zip(self._words, self._panel_rows, strict=True) if row.isChecked()])
        if self._picked != before:
            self.picked.emit(self._picked)

    # -- list ---------------------------------------------------------------------------------------------------------

    def is_open(self) -> bool:
        """Whether the list is open."""
        return self._panel is not None

    def _toggle(self) -> None:
        if self._panel is None:
            self._open()
        else:
            self.close_list(to_opener=True)

    def _open(self) -> None:
        panel = _Panel(tokens=self._tokens, name=self._name, parent=self._page())
        self._panel_rows = []
        made = CheckRow if self._several else RadioRow
        for place, choice in enumerate(self._choices):
            row = made(choice, "", self._resource, tokens=self._tokens, keys=self._on_key, parent=panel)
            check_alone(row, checked=choice.identifier in self._picked)
            row.setAccessibleDescription(
                self.tr("Option {place} of {count}").format(place=place + 1, count=len(self._words))
            )
            row.clicked.connect(lambda _=False, key=choice.identifier: self._pick(key))
            panel.column.addWidget(row)
            self._panel_rows.append(row)
        if self._several:
            done = Button(self.tr("Done"), tokens=self._tokens, parent=panel)
            done.clicked.connect(lambda: self.close_list(to_opener=True))
            panel.column.addWidget(done, 0, Qt.AlignmentFlag.AlignLeading)
        elif self._picked:
            clear = Button(self.tr("Clear answer"), tokens=self._tokens, kind=ButtonKind.QUIET, parent=panel)
            clear.clicked.connect(lambda: self._pick(None))
            panel.column.addWidget(clear, 0, Qt.AlignmentFlag.AlignLeading)
        self._panel = panel
        self._opener.setChecked(True)
        self._place_panel()
        panel.show()
        panel.raise_()
        keys = list(self._words)
        self._panel_rows[keys.index(self._picked[0]) if self._picked else 0].setFocus(Qt.FocusReason.TabFocusReason)
        self._application().focusChanged.connect(self._on_focus_changed)
        scroll = self._scroll_area()
        if scroll is not None:
            scroll.ensureWidgetVisible(panel, 0, self._tokens.px(GRID_PX))

    def close_list(self, *, to_opener: bool) -> None:
        """Shut the list, where it is open."""
        if self._panel is None:
            return
        panel, self._panel, self._panel_rows = self._panel, None, []
        self._application().focusChanged.disconnect(self._on_focus_changed)
        if to_opener:
            self._opener.setFocus(Qt.FocusReason.TabFocusReason)
        self._opener.setChecked(False)
        panel.hide()
        panel.deleteLater()
        self._page().setMinimumHeight(0)

    def _application(self) -> QApplication:
        application = QApplication.instance()
        assert isinstance(application, QApplication)  # noqa: S101  # no widget lives without one
        return application

    def _on_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        inside = now is not None and self._panel is not None and (now is self._panel or self._panel.isAncestorOf(now))
        if now is not None and not inside and now is not self._opener:
            self.close_list(to_opener=False)

    def _scroll_area(self) -> QScrollArea | None:
        """The scrolling page that this stands in; a table that scrolls sideways is none."""
        found, widget = None, self.parentWidget()
        while widget is not None:
            if isinstance(widget, QScrollArea):
                found = widget
                if widget.verticalScrollBarPolicy() is not Qt.ScrollBarPolicy.ScrollBarAlwaysOff:
                    break
            widget = widget.parentWidget()
        return found

    def _page(self) -> QWidget:
        scroll = self._scroll_area()
        return (scroll.widget() if scroll is not None else None) or self.window()

    def _place_panel(self) -> None:
        panel, page = self._panel, self._page()
        if panel is None:
            return
        gap, size = self._tokens.px(2), panel.column.sizeHint()
        width = min(max(size.width(), self._opener.width()), page.width())
        height = panel.column.heightForWidth(width) if panel.column.hasHeightForWidth() else size.height()
        corner = self._opener.mapTo(page, QPoint(0, self._opener.height()))
        left = corner.x()
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            left += self._opener.width() - width
        left = max(0, min(left, page.width() - width))
        top = corner.y() + gap
        above = corner.y() - self._opener.height() - gap - height
        if top + height > page.height() and above >= 0:
            top = above
        elif top + height > page.height():
            page.setMinimumHeight(top + height + gap)
        panel.setGeometry(left, top, width, height)

    def follow(self) -> None:
        """Keep the open list below the button, wherever that has gone."""
        self._place_panel()

    def moveEvent(self, event: QMoveEvent) -> None:
        """The text was wrapped anew."""
        super().moveEvent(event)
        self._place_panel()

    def _on_key(self, event: QKeyEvent) -> bool:
        rows = self._panel_rows
        place = next((place for place, row in enumerate(rows) if row.hasFocus()), 0)
        key = event.key()
        targets: dict[int, int] = {
            Qt.Key.Key_Down: min(place + 1, len(rows) - 1),
            Qt.Key.Key_Up: max(place - 1, 0),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(rows) - 1,
        }
        if key == Qt.Key.Key_Escape:
            self.close_list(to_opener=True)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            rows[place].click()
        elif key in targets:
            rows[targets[key]].setFocus(Qt.FocusReason.TabFocusReason)
        elif event.text().strip():
            self._seek(event.text().casefold(), place)
        else:
            return False
        return True

    def _seek(self, start: str, place: int) -> None:
        """Go to the next phrase that begins with what was typed."""
        words = list(self._words.values())
        for step in range(1, len(words) + 1):
            candidate = (place + step) % len(words)
            if words[candidate].casefold().startswith(start):
                self._panel_rows[candidate].setFocus(Qt.FocusReason.TabFocusReason)
                return
