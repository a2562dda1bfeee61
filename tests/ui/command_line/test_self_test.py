from __future__ import annotations

import json

import pytest

from kiosk import self_test
from kiosk.self_test import SelfTest, SelfTestFailed
from ui.command_line import self_test as command
from ui.command_line.main import run


def test_it_says_that_everything_works(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert run(["self-test", "--json"]) == 0
    results = json.loads(capsys.readouterr().out)["results"]
    assert [each["name"] for each in results] == [*(test.name for test in self_test.SELF_TESTS), "Window"]
    assert not any(each["failure"] for each in results)


def test_what_fails_is_named_and_the_code_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(folder: object) -> None:
        raise SelfTestFailed("the library computes wrongly")

    monkeypatch.setattr(command, "SELF_TESTS", (SelfTest(name="Signatures", run=fail),))
    assert run(["self-test"]) == command.FAILED
    assert "the library computes wrongly" in capsys.readouterr().out
