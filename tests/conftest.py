"""What holds for all tests: the long journeys begin first, so that no worker is left alone with them at the end.

Properties have no deadline: how long one example takes says more about what else the machine does than about the program.
"""

from __future__ import annotations

import pytest
from hypothesis import settings

settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: "journeys" not in item.path.parts)  # a stable sort: the rest keeps its order
