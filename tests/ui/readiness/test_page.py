"""The self-test's page: the field is first, the newest result is on top, and prose never scrolls sideways."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from exam_packages.readiness_certificates import CheckOutcome
from ui.readiness.page import FIELD, ReadinessPage
from ui.window.look import Look
from ui.window.theme import Theme


@pytest.mark.parametrize("theme", list(Theme))
@pytest.mark.parametrize("percent", [100, 400])
def test_the_page(qapp: QApplication, theme: Theme, percent: int) -> None:
    page = ReadinessPage(tokens=Look(theme=theme, text_percent=percent).apply(qapp))
    page.resize(1024, 768)
    page.show()
    page.enter()
    page.try_now("Keys of the system")
    page.add("Room on the disk", CheckOutcome.OK, "71.9 GB are free.")
    page.add("Reading the screen", CheckOutcome.NOT_POSSIBLE, "Another program on this server can read the screen.")
    page.add("Pasting", CheckOutcome.FAILED, "Words came in.")
    qapp.processEvents()
    assert page.lines() == (
        "Pasting: Words came in.",
        "Reading the screen: Another program on this server can read the screen.",
        "Room on the disk: 71.9 GB are free.",
    )
    assert page.trying.words() == "Keys of the system"
    assert page.focusWidget() is not None
    assert page.focusWidget().objectName() == FIELD
    assert page.field.accessibleName()
    assert page.area is not None
    assert page.area.horizontalScrollBar().maximum() == 0
    page.deleteLater()
