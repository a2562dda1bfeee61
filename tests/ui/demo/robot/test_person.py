"""Patience, retries and scrolling, on a screen that is made up."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from ui.demo.robot.person import NoEffectError, Patience, Person
from ui.demo.robot.sight import BUTTON, TEXT, NotOnScreenError, Place, Sight, Thing
from ui.demo.waiting import NeverCameError

SCREEN = Place(x=0, y=0, width=400, height=300)


@dataclass
class MadeUp:
    """Eyes and hands at once: a screen whose things react to clicks and keys as the test says."""

    things: list[Thing] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    on_click: Callable[[int], None] = lambda _count: None
    on_key: Callable[[str], None] = lambda _key: None
    clicks: list[tuple[int, int]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    scrolled_px: int = 0
    scrolls: bool = True

    def look(self) -> Sight:
        return Sight(tuple(self.things))

    def place(self, thing: Thing) -> Place:
        if thing not in self.things:
            raise NotOnScreenError(f"{thing.name} has gone")
        at = self.places[thing.name]
        return Place(x=at.x, y=at.y - self.scrolled_px, width=at.width, height=at.height)

    def visible_place(self, thing: Thing) -> tuple[Place, Place]:
        return self.place(thing).within(SCREEN), SCREEN

    def text(self, thing: Thing) -> str:
        return self.texts.get(thing.name, "")

    def click(self, x_px: int, y_px: int) -> None:
        self.clicks.append((x_px, y_px))
        self.on_click(len(self.clicks))

    def wheel(self, x_px: int, y_px: int, *, notches: int) -> None:
        assert (x_px, y_px) == SCREEN.middle
        if self.scrolls:
            self.scrolled_px += 50 * notches

    def press(self, *keys: str) -> None:
        self.keys += keys
        for key in keys:
            self.on_key(key)

    def type(self, text: str) -> None:
        self.keys.append(f"“{text}”")


NEXT = Thing(role=BUTTON, name="Next", states=frozenset({"enabled"}))
THERE = Thing(role=BUTTON, name="There")


def quick(screen: MadeUp) -> Person:
    return Person(screen, screen, Patience(seen_s=0.1, effect_s=0.05))


def next_(sight: Sight) -> Sight:
    return sight.named("Next")


def there(sight: Sight) -> bool:
    return bool(sight.named("There"))


def screen_with_next(**more: object) -> MadeUp:
    at = Place(x=10, y=20, width=100, height=40)
    return MadeUp(things=[NEXT], places={"Next": at, "There": at}, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("works_at", [1, 2, 3])
def test_it_clicks_the_middle_until_it_works(works_at: int) -> None:
    screen = screen_with_next()
    screen.on_click = lambda count: screen.things.append(THERE) if count == works_at else None

    quick(screen).click("Next", next_, until=there)

    assert screen.clicks == [(60, 40)] * works_at


def test_it_gives_up_after_three_times() -> None:
    screen = screen_with_next()

    with pytest.raises(NoEffectError, match="Next: tried 3 times"):
        quick(screen).click("Next", next_, until=there)

    assert len(screen.clicks) == 3


def test_what_goes_away_under_the_pointer_may_have_been_the_effect() -> None:
    screen = screen_with_next()
    screen.places = {}

    def vanish(thing: Thing) -> tuple[Place, Place]:
        screen.things = [THERE]
        raise NotOnScreenError(thing.name)

    screen.visible_place = vanish  # type: ignore[method-assign]

    quick(screen).click("Next", next_, until=there)

    assert screen.clicks == []


def test_what_is_greyed_out_is_not_clicked() -> None:
    screen = screen_with_next()
    screen.things = [Thing(role=BUTTON, name="Next")]

    with pytest.raises(NeverCameError):
        quick(screen).click("Next", next_, until=there)


@pytest.mark.parametrize("y_px", [-800, -10, 295, 1400])
def test_it_turns_the_wheel_until_it_can_click(y_px: int) -> None:
    screen = screen_with_next()
    screen.places["Next"] = Place(x=10, y=y_px, width=100, height=40)
    screen.on_click = lambda _count: screen.things.append(THERE)

    quick(screen).click("Next", next_, until=there)

    ((_, y),) = screen.clicks
    assert 0 <= y < SCREEN.height


def test_what_cannot_be_scrolled_to_is_an_error() -> None:
    screen = screen_with_next(scrolls=False)
    screen.places["Next"] = Place(x=10, y=900, width=100, height=40)

    with pytest.raises(NeverCameError, match="Next: scrolling"):
        quick(screen).click("Next", next_, until=there)


def test_lines_are_typed_with_return_between_them() -> None:
    field_ = Thing(role=TEXT, name="Essay", states=frozenset({"enabled", "focused"}))
    screen = MadeUp(things=[field_], places={"Essay": SCREEN})

    quick(screen).type_at_end("essay", lambda sight: sight.named("Essay"), "One.\n\nTwo.")

    assert screen.keys == ["ctrl+End", "“One.”", "Return", "“”", "Return", "“Two.”"]


def test_it_walks_by_keys_until_it_is_there_and_not_for_ever() -> None:
    screen = screen_with_next()
    screen.on_key = lambda _key: screen.things.append(THERE) if len(screen.keys) == 4 else None

    quick(screen).walk("Tab", "the button", there)
    assert screen.keys == ["Tab"] * 4

    screen.things.clear()
    screen.on_key = lambda _key: None
    with pytest.raises(NoEffectError, match="the button: not after"):
        quick(screen).walk("Tab", "the button", there)
