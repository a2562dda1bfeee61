"""Picking and placing on made-up questions: what is meant comes to be there, and what was there before and is not meant goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.ui.demo.robot.test_answering import ON, USABLE, Question, check, radio
from ui.demo.robot.person import NoEffectError
from ui.demo.robot.sight import BUTTON, CHECK, LABEL, RADIO, SLIDER, Thing

CLEAR = Thing(role=BUTTON, name="Clear answer", states=USABLE)


def push(name: str) -> Thing:
    return Thing(role=BUTTON, name=name, states=USABLE)


class Keyed(Question):
    """A question whose things are walked through by Tab and arrows, and pressed by Return."""

    def press(self, *keys: str) -> None:
        self.keys += keys
        for key in keys:
            if key == "Tab":
                self.focus_next(tab=True)
            elif key == "Return":
                self.entered()
            else:
                self.pressed(key)

    def focus_next(self, *, tab: bool) -> None:
        """Tab comes to one radio button of a group only, as it does in the window."""
        stops = [n for n, thing in enumerate(self.things) if not tab or thing.role != RADIO or n == self.first_radio()]
        at = next((n for n, thing in enumerate(self.things) if "focused" in thing.states), -1)
        following = next((n for n in stops if n > at), stops[0])
        for n, thing in enumerate(self.things):
            states = thing.states - {"focused"} | ({"focused"} if n == following else set())
            self.things[n] = replace(thing, states=frozenset(states))

    def first_radio(self) -> int:
        return next((n for n, thing in enumerate(self.things) if thing.role == RADIO), -1)

    def focused(self) -> Thing:
        return next(thing for thing in self.things if "focused" in thing.states)

    def entered(self) -> None:
        self.touched.append(self.focused().name)
        self.clicked(self.focused().name)

    def pressed(self, key: str) -> None:
        assert key == "Right"
        self.focus_next(tab=False)


# -- words and areas ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [radio, check])
def test_words_in_a_text_are_picked_by_the_keyboard(make: Callable[[str], Thing]) -> None:
    question = Keyed(push("Previous"), make("You will be faster."), make("Nobody has to fear it."))

    question.do(
        {
            "kind": "words",
            "texts": ["Nobody has to fear it."],
            "among": ["You will be faster.", "Nobody has to fear it."],
        }
    )

    assert question.touched == ["Nobody has to fear it."]
    assert question.on() == ["Nobody has to fear it."]
    assert not question.clicks


def test_words_that_were_picked_before_are_given_up_first() -> None:
    question = Keyed(CLEAR, check("one", on=True), check("two"))

    def clear(name: str) -> None:
        if name == "Clear answer":
            question.things = [check("one"), check("two")]
        else:
            question.toggle(name)

    question.clicked = clear

    question.do({"kind": "words", "texts": ["two"], "among": ["one", "two"]})

    assert question.on() == ["two"]


def test_areas_become_exactly_those() -> None:
    flag = check("Flag for review", on=True)
    names = [f"Area {n} of 3: {label}" for n, label in enumerate(("13:00", "14:00", "15:00"), 1)]
    question = Question(flag, check(names[0], on=True), check(names[1], on=True), check(names[2]))

    question.do({"kind": "areas", "names": [names[0], names[2]]})

    assert question.on() == ["Flag for review", names[0], names[2]]
    assert question.touched == [names[1], names[2]]


def test_one_area_takes_the_place_of_another() -> None:
    question = Question(radio("Area 1 of 2: Zone A", on=True), radio("Area 2 of 2: Zone B"))

    question.do({"kind": "areas", "names": ["Area 2 of 2: Zone B"]})

    assert question.on() == ["Area 2 of 2: Zone B"]


# -- cards -------------------------------------------------------------------------------------------------------------


class Cards(Question):
    """Cards that are picked by a click and put down by the next one; ``put`` says what becomes of it."""

    def __init__(self, *things: Thing) -> None:
        super().__init__(*things)
        self.held = ""
        self.made: list[tuple[str, str]] = []
        self.clicked = self.on_clicked

    def on_clicked(self, name: str) -> None:
        if name == "Clear answer":
            self.made = []
            self.things = [thing for thing in self.things if thing.name != "Clear answer"]
        elif not self.held:
            self.held = name
            self.pick(name)
        else:
            self.made.append((self.held, name))
            self.put(self.held, name)
            self.held = ""

    def pick(self, name: str) -> None:
        self.change(name, name=f"{name}, picked", states=ON)

    def put(self, held: str, name: str) -> None:
        """What is seen when a card has been put onto something."""


class Pairs(Cards):
    def put(self, held: str, name: str) -> None:
        self.change(f"{held}, picked", name=f"{held}, used", states=USABLE)
        self.change(name, name=f"{name}, used")
        number = len(self.made)
        self.things.append(push(f"Remove pair {number} of {number}: {held} – {name}"))


def test_pairs_are_made_one_after_the_other() -> None:
    question = Pairs(CLEAR, check("Occupancy"), check("Sales"), check("Absence"), check("Cancelled"))

    question.do({"kind": "pair", "pairs": [["Sales", "Cancelled"], ["Occupancy", "Absence"]]})

    assert question.made == [("Sales", "Cancelled"), ("Occupancy", "Absence")]


class Gaps(Cards):
    def put(self, held: str, name: str) -> None:
        self.change(f"{held}, picked", name=f"{held}, used", states=USABLE)
        self.change(name, name=f"{name.partition(':')[0]}: {held}")


def test_cards_come_into_their_gaps() -> None:
    question = Gaps(check("adherence"), check("service level"), check("Gap 1 of 2: empty"), check("Gap 2 of 2: empty"))

    question.do({"kind": "gaps", "cards": [["service level", 2], ["adherence", 1]]})

    assert [thing.name for thing in question.things[2:]] == ["Gap 1 of 2: adherence", "Gap 2 of 2: service level"]


class Tray(Cards):
    def pick(self, name: str) -> None:
        self.change(name, states=ON)

    def put(self, held: str, name: str) -> None:
        self.change(held, name=held.replace("1 left", "0 left"), states=USABLE)
        self.change(name, name=name.replace("empty", f"holds {held[3:].partition('. ')[0]}"))


def test_cards_come_onto_their_areas() -> None:
    areas = (push("Area 1 of 2, Watch: empty"), push("Area 2 of 2: empty"))
    question = Tray(check("A. Price. 1 left"), check("B. Price of repairs. 1 left"), *areas)

    question.do({"kind": "place", "cards": [["Price", "Area 2 of 2"], ["Price of repairs", "Area 1 of 2, Watch"]]})

    assert [thing.name for thing in question.things[2:]] == [
        "Area 1 of 2, Watch: holds Price of repairs",
        "Area 2 of 2: holds Price",
    ]


# -- points, numbers, recordings ---------------------------------------------------------------------------------------


class Chart(Keyed):
    """A picture with a cross-hair that goes ``stride`` pixels with an arrow key."""

    def __init__(self, *, stride: int, points: tuple[tuple[int, int], ...] = ()) -> None:
        super().__init__()
        self.stride, self.at, self.points, self.has_focus = stride, (320, 180), list(points), False
        self.clicked = self.take_away
        self.show()

    def show(self) -> None:
        x, y = self.at
        states = USABLE | ({"focused"} if self.has_focus else set())
        name = f"Cross-hair at {x}, {y}. The arrow keys move it, Enter places a point."
        self.things = [Thing(role=BUTTON, name=name, states=frozenset(states))]
        self.things += [push(f"Take away: Point {n}: {x}, {y}") for n, (x, y) in enumerate(self.points, 1)]

    def focus_next(self, *, tab: bool) -> None:
        assert tab
        self.has_focus = True
        self.show()

    def pressed(self, key: str) -> None:
        modifier, _, arrow = key.rpartition("+")
        far = {"": self.stride, "shift": 8 * self.stride, "ctrl": 1}[modifier]
        x, y = {"Left": (-far, 0), "Right": (far, 0), "Up": (0, -far), "Down": (0, far)}[arrow]
        self.at = (min(max(self.at[0] + x, 0), 639), min(max(self.at[1] + y, 0), 359))
        self.show()

    def entered(self) -> None:
        self.points.append(self.at)
        self.show()

    def take_away(self, name: str) -> None:
        x, y = name.rpartition(": ")[2].split(", ")
        self.points.remove((int(x), int(y)))
        self.show()


@pytest.mark.parametrize("stride", [1, 4, 6])
@pytest.mark.parametrize("wanted", [(0, 0), (639, 359), (508, 259), (321, 179)])
def test_a_point_is_placed_to_the_pixel(wanted: tuple[int, int], stride: int) -> None:
    chart = Chart(stride=stride)

    chart.do({"kind": "mark", "points": [list(wanted)]})

    assert chart.points == [wanted]


def test_points_that_are_not_meant_are_taken_away() -> None:
    chart = Chart(stride=4, points=((10, 10), (20, 20)))

    chart.do({"kind": "mark", "points": [[20, 20], [300, 200]]})

    assert chart.points == [(20, 20), (300, 200)]


class Scale(Keyed):
    def __init__(self, *, last: int) -> None:
        super().__init__(Thing(role=SLIDER, name="Months: from 0 to 24", states=USABLE))
        self.last, self.value = last, 0

    def pressed(self, key: str) -> None:
        self.value = 0 if key == "Home" else min(self.value + 1, self.last)
        told = Thing(role=LABEL, name=f"Your answer: {self.value * 100:,}", states=USABLE)
        self.things = [self.things[0], told]


def test_a_number_is_counted_off_on_its_scale() -> None:
    scale = Scale(last=24)

    scale.do({"kind": "slide", "number": "1200", "steps": 12})
    scale.do({"kind": "slide", "number": "1200", "steps": 12})

    assert (scale.value, scale.keys.count("Home")) == (12, 1)


def test_a_number_that_is_not_reached_is_no_success() -> None:
    with pytest.raises(NoEffectError):
        Scale(last=5).do({"kind": "slide", "number": "1200", "steps": 12})


def test_a_recording_is_begun() -> None:
    question = Question(push("Play: A call"))
    question.clicked = lambda name: question.change(name, name="Pause: A call")

    question.do({"kind": "play", "label": "A call", "times": 1})
    question.do({"kind": "play", "label": "A call", "times": 0})

    assert question.touched == ["Play: A call"]


def test_a_box_that_is_no_area_is_none() -> None:
    question = Question(Thing(role=CHECK, name="Area code", states=ON), check("Area 1 of 1"))

    question.do({"kind": "areas", "names": ["Area 1 of 1"]})

    assert question.touched == ["Area 1 of 1"]
