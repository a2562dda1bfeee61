"""What the supervisor knows of the site's policy, and what of it reaches the judging."""

from __future__ import annotations

from pathlib import Path

import pytest

from exam_packages.lockdown_log import Followed
from exam_packages.site_policies import LockdownPreset
from kiosk.handover.stick import Stick
from kiosk.lockdown.facts import Concern
from kiosk.lockdown.incidents import IncidentKind
from kiosk.site.policy_desk import bring_policy_to, set_policy
from tests.simulators import day
from tests.simulators.day import World
from ui.lockdown.site import site_policy_of


@pytest.fixture
def world(tmp_path: Path) -> World:
    return day.make_world(tmp_path)


def bring(world: World) -> None:
    set_policy(
        world.site,
        preset=LockdownPreset.STRICT,
        wishes={IncidentKind.FOCUS_LOST: Followed.LOCK},
        required=(Concern.DISPLAYS,),
        displays=("a" * 32,),
    )
    bring_policy_to(world.site, Stick(world.stick))
    with world.seat() as seat:
        assert not seat.import_from(world.stick).refused


def test_it_is_read_from_the_seat_by_a_process_of_its_own(world: World) -> None:
    bring(world)
    policy = site_policy_of(world.seat_folder, None)
    assert policy is not None
    assert policy.preset is LockdownPreset.STRICT
    assert dict(policy.wishes) == {"focus-lost": Followed.LOCK}
    assert policy.required == ("displays",)
    assert policy.displays == ("a" * 32,)


def test_also_while_the_window_holds_the_seat(world: World) -> None:
    bring(world)
    with world.seat():
        assert site_policy_of(world.seat_folder, None) is not None


def test_where_there_is_none_it_is_none(world: World, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert site_policy_of(world.seat_folder, None) is None
    assert site_policy_of(tmp_path / "no seat", None) is None
    assert capfd.readouterr().err == ""
