import pytest

from ui.window.sent_events import is_sent_input


@pytest.mark.parametrize("code", range(2, 7))
def test_keys_and_buttons_count_only_when_they_were_sent(code: int) -> None:
    assert is_sent_input(0x80 | code)
    assert not is_sent_input(code)


@pytest.mark.parametrize("code", [0, 1, 7, 12, 33, 35])
def test_what_windows_tell_one_another_is_left_alone(code: int) -> None:
    assert not is_sent_input(0x80 | code)
    assert not is_sent_input(code)
