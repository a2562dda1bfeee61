"""What holds for all tests: the long journeys begin first, so that no worker is left alone with them at the end."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: "journeys" not in item.path.parts)  # a stable sort: the rest keeps its order
