"""What holds for all tests: the long journeys begin first, so that no worker is left alone with them at the end.

Properties have no deadline: how long one example takes says more about what else the machine does than about the program.

Where a Qt application has been made, nothing is collected by itself any more (decision 0123): a thread of one test would free the
widgets of another. What tests leave is collected between them, all of it where none of the window's follows.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: "journeys" not in item.path.parts)  # a stable sort: the rest keeps its order


WINDOW_TESTS = Path(__file__).parent / "ui"
YOUNG_MAX, MIDDLE_MAX, OLD_MAX = 700, 10, 10


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.path.is_relative_to(WINDOW_TESTS) and "PySide6.QtWidgets" in sys.modules:
        gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    if gc.isenabled():
        return
    if nextitem is None or not nextitem.path.is_relative_to(WINDOW_TESTS):
        gc.collect()
        gc.enable()
        return
    young, middle, old = gc.get_count()
    if old > OLD_MAX:
        gc.collect()
    elif young > YOUNG_MAX:
        gc.collect(1 if middle > MIDDLE_MAX else 0)
