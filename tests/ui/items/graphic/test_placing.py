from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from exam_packages.ids import ChoiceId
from exam_packages.qti.model import Choice, GraphicGapMatchInteraction, Hotspot
from tests.ui.items.graphic.plans import spot
from tests.ui.items.making import RESPONSE
from tests.ui.items.parts import image
from ui.window.items.graphic.placing import Placing, Refusal


def board(*, choice_max: int = 1, area_max: int = 1, most: int = 0) -> Placing:
    choices = tuple(Choice(identifier=ChoiceId(key), content=(), match_max=choice_max) for key in "ABC")
    areas = tuple(spot(key, "circle", 1, 1, 1, match_max=area_max) for key in "XYZ")
    return Placing(
        interaction=GraphicGapMatchInteraction(
            response=RESPONSE, image=image(), choices=choices, hotspots=areas, max_associations=most
        )
    )


def put(placing: Placing, choice: str, area: str, origin: str | None = None) -> Placing | Refusal:
    what, where = ends(placing, choice, area)
    refusal = placing.refusal(what, where, ChoiceId(origin) if origin else None)
    return refusal or placing.placed(what, where, ChoiceId(origin) if origin else None)


def ends(placing: Placing, choice: str, area: str) -> tuple[Choice, Hotspot]:
    return (
        next(each for each in placing.interaction.choices if each.identifier == choice),
        next(each for each in placing.interaction.hotspots if each.identifier == area),
    )


def test_the_only_place_gives_way_and_the_only_use_moves() -> None:
    start = board().shown(("A X", "B Y"))
    moved = put(start, "A", "Y")
    assert isinstance(moved, Placing)
    assert moved.lexical() == ("A Y",)


def test_limits_are_refused_by_name() -> None:
    assert put(board(choice_max=2, area_max=0).shown(("A X", "A Y")), "A", "Z") is Refusal.USED_UP
    assert put(board(area_max=2, choice_max=0).shown(("A X", "B X")), "C", "X") is Refusal.FULL
    assert put(board(most=1).shown(("A X",)), "B", "Y") is Refusal.TOO_MANY
    assert put(board().shown(("A X",)), "A", "X") is Refusal.THERE


def test_what_is_moved_does_not_count_twice() -> None:
    moved = put(board(choice_max=2, area_max=0, most=2).shown(("A X", "A Y")), "A", "Z", origin="X")
    assert isinstance(moved, Placing)
    assert moved.lexical() == ("A Y", "A Z")


def test_groups_hold_from_both_sides() -> None:
    placing = board()
    choice, area = ends(placing, "A", "X")
    only_y = Choice(identifier=choice.identifier, content=(), match_group=("Y",))
    only_b = Hotspot(identifier=area.identifier, area=area.area, match_group=("B",))
    assert placing.refusal(only_y, area) is Refusal.GROUP
    assert placing.refusal(choice, only_b) is Refusal.GROUP


def test_pairs_of_something_else_are_passed_over() -> None:
    assert board().shown(("A X", "Q X", "A", "A X Y", "", "B Z")).lexical() == ("A X", "B Z")


@given(
    acts=st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from("XYZ")), max_size=20),
    choice_max=st.integers(0, 2),
    area_max=st.integers(0, 2),
    most=st.integers(0, 4),
)
def test_no_limit_is_ever_passed(acts: list[tuple[str, str]], choice_max: int, area_max: int, most: int) -> None:
    placing = board(choice_max=choice_max, area_max=area_max, most=most)
    for choice, area in acts:
        after = put(placing, choice, area)
        placing = after if isinstance(after, Placing) else placing
    pairs = placing.pairs
    assert len(set(pairs)) == len(pairs)
    assert not most or len(pairs) <= most
    for at, limit, keys in ((0, choice_max, "ABC"), (1, area_max, "XYZ")):
        assert all(not limit or sum(pair[at] == key for pair in pairs) <= limit for key in keys)
    assert placing.shown(placing.lexical()) == placing
