"""The proctor's part: a PIN by mouse or by keyboard, checking a candidate in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ui.demo.robot.person import Look, Person, Test
from ui.demo.robot.pictures import Pictures
from ui.demo.robot.screens import BUSY, CHECK_IN, IDLE, LOCKED, PICTURE_NAMES, UNLOCK, button, title_of
from ui.demo.robot.sight import LABEL, LIST_ITEM, PASSWORD, TEXT, Sight

WRONG_PIN_WORDS: Final = "The name and the PIN do not fit together."
UNLOCKED_WITHIN_S: Final = 30.0
"""Checking a PIN takes a second of hard work and 128 MiB, more on a busy machine."""

Details = Mapping[str, Any]


def pin_field(sight: Sight) -> Sight:
    """Look for the field that takes the PIN."""
    return sight.of(TEXT, PASSWORD).named("PIN")


def search_field(sight: Sight) -> Sight:
    """Look for the field that narrows the roster."""
    return sight.of(TEXT).having(lambda thing: "editable" in thing.states)


def roster_line(name: str) -> Look:
    """Look for the line of a list that is about somebody: the name, perhaps with more after a comma."""

    def look(sight: Sight) -> Sight:
        return sight.of(LIST_ITEM).having(lambda line: line.name == name or line.name.startswith(f"{name}, "))

    return look


class Proctor:
    """Does what proctors and admins do before a session."""

    def __init__(self, person: Person, pictures: Pictures) -> None:
        self._person = person
        self._pictures = pictures

    def read_idle(self, _details: Details) -> dict[str, Any]:
        """Wait for a free seat and tell what it says about itself."""
        return {"names": list(self._arrive(IDLE).names())}

    def begin_check_in(self, _details: Details) -> None:
        """Go from the free seat to the PIN."""
        self._arrive(IDLE)
        self._person.click("Check in", button("Check in a candidate"), until=lambda now: title_of(now) == UNLOCK)

    def try_wrong_pin(self, details: Details) -> dict[str, Any]:
        """Enter a wrong ``pin`` for ``name`` with the mouse, and tell what the screen says to it."""
        self._choose_name(str(details["name"]))
        self._enter_by_mouse(str(details["pin"]))
        sight = self._person.until("the refusal", lambda now: bool(_refusals(now)), within_s=UNLOCKED_WITHIN_S)
        self._pictures.keep("wrong-pin")
        return {"said": list(_refusals(sight).names())}

    def unlock(self, details: Details) -> dict[str, Any]:
        """Enter the right ``pin`` for ``name``, ``by`` mouse or keyboard, and tell which screen came."""
        self._choose_name(str(details["name"]))
        if details.get("by") == "mouse":
            self._enter_by_mouse(str(details["pin"]))
        else:
            self._enter_by_keyboard(str(details["pin"]))
        sight = self._person.until(
            "the next screen", lambda now: title_of(now) not in {UNLOCK, "", BUSY}, within_s=UNLOCKED_WITHIN_S
        )
        return {"title": title_of(sight)}

    def open_lock(self, details: Details) -> dict[str, Any]:
        """Open a locked seat with ``pin`` for ``name``; tell what stood there, and which screen came."""
        said = self._arrive(LOCKED).names()
        self._pick(str(details["name"]))
        self._enter_by_keyboard(str(details["pin"]))
        sight = self._person.until(
            "what was locked", lambda now: title_of(now) not in {LOCKED, "", BUSY}, within_s=UNLOCKED_WITHIN_S
        )
        return {"names": list(said), "title": title_of(sight)}

    def check_in(self, details: Details) -> None:
        """Search the roster for ``candidate``, choose the line and hand the seat over."""
        self._arrive(CHECK_IN)
        name = str(details["candidate"])
        self._person.type_into("the search field", search_field, name.rsplit(maxsplit=1)[-1])
        start = button("Start session")

        line = roster_line(name)
        self._person.click("the candidate's line", line, until=lambda now: any(each.is_on for each in line(now)))
        self._pictures.keep("check-in-search")
        self._person.click("Check identity", button("Check identity"), until=lambda now: bool(start(now)))
        self._pictures.keep("check-in-identity")
        self._person.see("the candidate's name", lambda now: now.of(LABEL).named(name))
        self._person.click("Start session", start, until=lambda now: title_of(now) not in {CHECK_IN, "", BUSY})

    def _choose_name(self, name: str) -> None:
        self._arrive(UNLOCK)
        self._pick(name)

    def _pick(self, name: str) -> None:
        line = roster_line(name)
        self._person.click(f"the name {name}", line, until=lambda now: any(each.is_on for each in line(now)))

    def _enter_by_mouse(self, pin: str) -> None:
        for count, digit in enumerate(pin, 1):
            self._person.click(f"the digit {digit}", button(digit), until=self._digits_shown(count))
        self._person.click("Enter PIN", button("Enter PIN"), until=lambda now: not self._has_digits(now, len(pin)))

    def _enter_by_keyboard(self, pin: str) -> None:
        self._person.focus("the PIN", pin_field)
        self._person.type_keys(pin)
        self._person.until("the digits", lambda now: self._has_digits(now, len(pin)))
        self._person.hit_keys("Return")

    def _digits_shown(self, count: int) -> Test:
        return lambda sight: self._has_digits(sight, count)

    def _has_digits(self, sight: Sight, count: int) -> bool:
        field = pin_field(sight).first()
        return field is not None and len(self._person.text_of(field)) == count

    def _arrive(self, title: str) -> Sight:
        sight = self._person.until(f"the screen “{title}”", lambda now: title_of(now) == title)
        self._pictures.keep(PICTURE_NAMES[title])
        return sight


def _refusals(sight: Sight) -> Sight:
    return sight.of(LABEL).starting(WRONG_PIN_WORDS)
