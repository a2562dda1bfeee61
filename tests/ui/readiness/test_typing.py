"""What is typed with, before anybody types: layouts are named, and an input method that does not come up is found."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from exam_packages.readiness_certificates import CheckOutcome
from kiosk.lockdown.linux import walls
from kiosk.lockdown.x11.connection import XServer
from tests.kiosk.lockdown.x11.displays_for_tests import environment, needs, x_server
from tests.ui.lockdown.test_input_method import machine, shown, wanted
from ui.lockdown.input_method import InputMethodService, MethodWanted
from ui.readiness.typing import input_method, layout

__all__ = ["machine", "shown", "wanted"]


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with x_server() as name:
        yield name


@pytest.mark.x11
def test_the_layouts_are_named(display: str) -> None:
    needs("setxkbmap")
    server = XServer(display)
    for layouts, says in (("us,de", "Candidates may choose: German."), ("us", "The keyboard is English (US).")):
        subprocess.run(["setxkbmap", "-layout", layouts], env=environment(DISPLAY=display), check=True)
        found = layout(server)
        assert found.outcome is CheckOutcome.OK
        assert found.evidence.endswith(says)
    server.close()
    assert layout(server).outcome is CheckOutcome.NOT_POSSIBLE


def test_where_the_site_names_none_nothing_is_missing() -> None:
    assert input_method(None).outcome is CheckOutcome.OK


def test_one_that_cannot_be_started_is_named_with_what_to_do(wanted: MethodWanted, machine: walls.Machine) -> None:
    del machine
    found = input_method(InputMethodService(replace(wanted, name="fcitx:x")))
    assert found.outcome is CheckOutcome.FAILED
    assert "does not know" in found.evidence
    assert "policy" in found.remedy


@pytest.mark.x11
@pytest.mark.sandbox
@pytest.mark.timeout(120)
def test_it_comes_up_and_an_engine_that_nobody_installed_does_not(shown: MethodWanted) -> None:
    assert input_method(InputMethodService(shown)).outcome is CheckOutcome.OK
    assert not Path(shown.folder).exists()
    found = input_method(InputMethodService(replace(shown, name="ibus:nobodys")))
    assert found.outcome is CheckOutcome.FAILED
    assert "engine" in found.evidence
