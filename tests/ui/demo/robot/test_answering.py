"""Deeds on made-up questions: that what is meant is done, what is done already is left alone, and nothing else is touched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.ui.demo.robot.test_person import MadeUp
from ui.demo.robot.answering import Answering, UnknownDeedError
from ui.demo.robot.person import Patience, Person
from ui.demo.robot.sight import BUTTON, CHECK, RADIO, TEXT, Place, Thing

USABLE = frozenset({"enabled"})
ON = USABLE | {"checked"}
ROW_PX = 20


class Question(MadeUp):
    """Things in a column; a click is told to ``clicked`` by name."""

    def __init__(self, *things: Thing) -> None:
        super().__init__(things=list(things))
        self.touched: list[str] = []
        self.clicked: Callable[[str], None] = self.toggle

    def place(self, thing: Thing) -> Place:
        names = [each.name for each in self.things]
        return Place(x=0, y=names.index(thing.name) * ROW_PX, width=100, height=ROW_PX)

    def click(self, _x_px: int, y_px: int) -> None:
        name = self.things[y_px // ROW_PX].name
        self.touched.append(name)
        self.clicked(name)

    def toggle(self, name: str) -> None:
        """What check boxes do, and radio buttons of one group."""
        touched = next(thing for thing in self.things if thing.name == name)
        if touched.role == RADIO:
            others = [replace(thing, states=USABLE) if thing.role == RADIO else thing for thing in self.things]
            self.things = [replace(thing, states=ON) if thing.name == name else thing for thing in others]
        else:
            self.change(name, states=USABLE if touched.is_on else ON)

    def change(self, called: str, **to: object) -> None:
        self.things = [replace(thing, **to) if thing.name == called else thing for thing in self.things]  # type: ignore[arg-type]

    def do(self, deed: dict[str, object]) -> None:
        Answering(Person(self, self, Patience(seen_s=0.2, effect_s=0.05))).do(deed)

    def on(self) -> list[str]:
        return [thing.name for thing in self.things if thing.is_on]


def radio(name: str, *, on: bool = False) -> Thing:
    return Thing(role=RADIO, name=name, states=ON if on else USABLE)


def check(name: str, *, on: bool = False) -> Thing:
    return Thing(role=CHECK, name=name, states=ON if on else USABLE)


def test_one_choice_takes_the_place_of_another() -> None:
    question = Question(radio("A. 71 %", on=True), radio("B. 88 %"))

    question.do({"kind": "choose", "texts": ["88 %"], "several": False})

    assert question.on() == ["B. 88 %"]


def test_several_choices_become_exactly_those_and_other_boxes_are_left_alone() -> None:
    flag = check("Flag for review", on=True)
    question = Question(check("Tools"), flag, check("A. coach", on=True), check("B. hire"), check("C. wait", on=True))

    question.do({"kind": "choose", "texts": ["wait", "hire"], "several": True})

    assert question.on() == ["Flag for review", "B. hire", "C. wait"]
    assert question.touched == ["A. coach", "B. hire"]


def test_what_is_answered_already_is_not_touched() -> None:
    question = Question(radio("A. 71 %"), radio("B. 88 %", on=True))

    question.do({"kind": "choose", "texts": ["88 %"], "several": False})

    assert question.touched == []


def test_pairs_are_cells_of_their_names() -> None:
    question = Question(radio("Ana: train"), radio("Ana: praise"))

    question.do({"kind": "match", "pairs": [["Ana", "praise"]]})

    assert question.on() == ["Ana: praise"]


def test_a_phrase_is_picked_from_the_list_of_its_blank() -> None:
    question = Question(check("Blank 1 of 2: not answered"), check("Blank 2 of 2: less"))

    def clicked(name: str) -> None:
        if name.startswith("Blank 1"):
            question.things.append(radio("more"))
        else:
            question.change("Blank 1 of 2: not answered", name="Blank 1 of 2: more")
            question.things.pop()

    question.clicked = clicked

    question.do({"kind": "pick", "gap": 1, "text": "more"})
    question.do({"kind": "pick", "gap": 2, "text": "less"})

    assert question.touched == ["Blank 1 of 2: not answered", "more"]


class Rows(Question):
    """Rows that are picked up by a click and put down by the next one."""

    def __init__(self, *words: str) -> None:
        super().__init__()
        self.words, self.held = list(words), ""
        self.clicked = self.pick_or_put
        self.show()

    def show(self) -> None:
        count = len(self.words)
        self.things = [
            check(f"{word}. Position {place} of {count}{', picked up' if word == self.held else ''}")
            for place, word in enumerate(self.words, 1)
        ]
        self.things.append(Thing(role=BUTTON, name=f"Move up: {self.words[0]}", states=USABLE))

    def pick_or_put(self, name: str) -> None:
        word = name.partition(". ")[0]
        if not self.held:
            self.held = word
        else:
            place = self.words.index(word)
            self.words.remove(self.held)
            self.words.insert(place, self.held)
            self.held = ""
        self.show()


@pytest.mark.parametrize("wanted", ["abcd", "dcba", "badc", "cdab"])
def test_rows_come_into_the_order_that_is_meant(wanted: str) -> None:
    question = Rows(*"abcd")

    question.do({"kind": "order", "texts": list(wanted)})

    assert question.words == list(wanted)


def test_an_order_that_is_right_as_it_stands_is_confirmed() -> None:
    question = Rows(*"ab")
    question.things.append(Thing(role=BUTTON, name="This order is right", states=USABLE))

    def confirmed(_name: str) -> None:
        question.things.pop()

    question.clicked = confirmed

    question.do({"kind": "order", "texts": ["a", "b"]})

    assert question.touched == ["This order is right"]


class Essay(Question):
    """A long text that takes what is typed."""

    def __init__(self, text: str) -> None:
        field = Thing(role=TEXT, name="Essay", states=USABLE | {"editable", "multi-line", "focused"})
        super().__init__(field)
        self.clicked = lambda _name: None
        self.texts = {"Essay": text}

    def type(self, text: str) -> None:
        self.keys.append(text)
        self.texts["Essay"] += text

    def press(self, *keys: str) -> None:
        self.keys += keys
        if keys[-1] == "Delete":
            self.texts["Essay"] = ""
        elif keys[-1] == "Return":
            self.texts["Essay"] += "\n"


@pytest.mark.parametrize(
    ("there", "keys"),
    [("", ["ctrl+a", "Delete", "One.", "Return", "Two."]), ("One.", ["ctrl+End", "", "Return", "Two."])],
)
def test_an_essay_is_gone_on_with_where_it_stands(there: str, keys: list[str]) -> None:
    question = Essay(there)

    question.do({"kind": "write", "text": "One.\nTwo."})

    assert question.texts["Essay"] == "One.\nTwo."
    assert question.keys == keys


def test_an_essay_that_says_something_else_is_begun_anew() -> None:
    question = Essay("Zero.")

    question.do({"kind": "write", "text": "One."})

    assert question.texts["Essay"] == "One."


def test_what_nobody_knows_is_an_error() -> None:
    with pytest.raises(UnknownDeedError, match="juggle"):
        Question().do({"kind": "juggle"})
