from __future__ import annotations

from pathlib import Path

import pytest

from ui.lockdown.run_mark import FILE_NAME, Before, RunMark


def test_an_orderly_end_leaves_nothing(tmp_path: Path) -> None:
    mark = RunMark(tmp_path, boot_id="first")
    assert mark.before() is None
    mark.write("s1")
    mark.remove()
    assert mark.before() is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("boot", "rebooted"), [("first", False), ("second", True)])
def test_the_next_one_knows_what_ran_and_whether_the_machine_was_started_anew(
    tmp_path: Path,
    boot: str,
    rebooted: bool,  # noqa: FBT001 - from the table above
) -> None:
    RunMark(tmp_path, boot_id="first").write("s1")
    assert RunMark(tmp_path, boot_id=boot).before() == Before(session="s1", rebooted=rebooted)


@pytest.mark.parametrize("damage", [b"", b"{", b'{"boot":"first"}', b'{"boot":"first","session":7}', b"x" * 9_000])
def test_a_mark_that_nobody_can_read_says_that_it_did_not_end_in_order(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(damage)
    assert RunMark(tmp_path, boot_id="first").before() == Before(session="", rebooted=True)
