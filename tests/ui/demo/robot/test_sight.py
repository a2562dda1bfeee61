import pytest

from ui.demo.robot.sight import BUTTON, LABEL, RADIO, NotOnScreenError, Sight, Thing

WINDOW = Thing(role="frame", name="Question 5", depth=1)
GROUP = Thing(role="panel", name="Answers", depth=2)
FIRST = Thing(role=RADIO, name="71 %", depth=3, states=frozenset({"enabled"}))
SECOND = Thing(role=RADIO, name="88 %", depth=3, states=frozenset({"enabled", "checked"}))
SAVED = Thing(role=LABEL, name="Saved", depth=2)
NEXT = Thing(role=BUTTON, name="Next", depth=2)
SIGHT = Sight((WINDOW, GROUP, FIRST, SECOND, SAVED, NEXT))


def test_narrowing_keeps_the_reading_order() -> None:
    assert SIGHT.of(RADIO, BUTTON).names() == ("71 %", "88 %", "Next")
    assert SIGHT.of(RADIO).named("88 %").first() is SECOND
    assert SIGHT.starting("8").first() is SECOND
    assert SIGHT.having(lambda thing: thing.is_on).names() == ("88 %",)


def test_inside_a_thing_ends_where_its_neighbour_begins() -> None:
    assert SIGHT.below("Answers").things == (FIRST, SECOND)
    assert SIGHT.below("Question 5").things == (GROUP, FIRST, SECOND, SAVED, NEXT)
    assert SIGHT.below("Next").things == ()
    assert SIGHT.below("not there").things == ()


def test_what_is_not_there_is_none_or_an_error_that_names_it() -> None:
    assert SIGHT.named("Previous").first() is None
    with pytest.raises(NotOnScreenError, match="the way back is not on the screen"):
        SIGHT.named("Previous").the("the way back")


def test_states_are_read_as_people_mean_them() -> None:
    assert FIRST.is_usable
    assert not FIRST.is_on
    assert not NEXT.is_usable
    assert Thing(role=BUTTON, name="Flag", states=frozenset({"pressed"})).is_on
