from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from ui.window.content.columns import ColumnsView
from ui.window.theme import Tokens


class Brick(QWidget):
    """Wants a width, and the same area at every width."""

    def __init__(self, wide: int) -> None:
        super().__init__()
        self._wide = wide
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return 20_000 // max(1, width)

    def sizeHint(self) -> QSize:
        return QSize(self._wide, self.heightForWidth(self._wide))


def shown(
    tokens: Tokens, *columns: tuple[int, int], wide: int = 400, width: int = 1000
) -> tuple[ColumnsView, list[Brick]]:
    bricks = [Brick(wide) for _column in columns]
    view = ColumnsView(
        [(brick, span, offset) for brick, (span, offset) in zip(bricks, columns, strict=True)],
        tokens=tokens,
    )
    view.resize(width, view.heightForWidth(width))
    view.show()
    QApplication.processEvents()
    return view, bricks


def test_columns_stand_side_by_side_in_their_shares(tokens: Tokens) -> None:
    _view, (left, right) = shown(tokens, (4, 0), (8, 0))
    assert left.y() == right.y() == 0
    assert left.x() == 0
    assert right.geometry().right() <= 999
    assert abs(right.width() - 2 * left.width()) < 40


def test_an_offset_leaves_room_and_what_is_more_than_twelve_goes_below(tokens: Tokens) -> None:
    _view, (first, second, third) = shown(tokens, (4, 2), (6, 0), (6, 0))
    assert first.x() > 150
    assert second.y() == 0
    assert third.x() == 0
    assert third.y() >= max(first.geometry().bottom(), second.geometry().bottom())


def test_narrow_columns_are_stacked(tokens: Tokens) -> None:
    view, (left, right) = shown(tokens, (6, 0), (6, 0), width=300)
    assert left.width() == right.width() == 300
    assert right.y() > left.geometry().bottom()
    assert view.heightForWidth(300) > view.heightForWidth(1000)


def test_a_small_thing_needs_no_wide_column(tokens: Tokens) -> None:
    _view, (icon, label) = shown(tokens, (1, 0), (11, 0), wide=24)
    assert icon.y() == label.y()


def test_one_column_where_people_want_one(tokens: Tokens) -> None:
    _view, (left, right) = shown(replace(tokens, single_column=True), (6, 0), (6, 0))
    assert right.y() > left.geometry().bottom()


def test_columns_are_mirrored(tokens: Tokens, qapp: QApplication) -> None:
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    _view, (first, second) = shown(tokens, (6, 0), (6, 0))
    assert first.x() > second.x()
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
