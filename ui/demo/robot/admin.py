"""The site admin's part at the seat: results to the stick, receipts from it, erasing, closing the program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ui.demo.robot.person import Person, Test
from ui.demo.robot.pictures import Pictures
from ui.demo.robot.screens import ADMIN, DONE, IDLE, UNLOCK, button, title_of
from ui.demo.robot.sight import LABEL, PRESSABLE, RADIO, Sight

PARTS: Final = ("Overview", "Exams", "Roster", "Sessions", "Stick")
FOLDER: Final = "Folder of the stick"
DONE_WITHIN_S: Final = 60.0
"""Reading from and writing to a stick, with reading back."""

Details = Mapping[str, Any]


class Admin:
    """Does what site admins do at a seat."""

    def __init__(self, person: Person, pictures: Pictures) -> None:
        self._person = person
        self._pictures = pictures

    def free_seat(self, _details: Details) -> None:
        """Free the seat after an exam."""
        self._person.until("the end of the exam", lambda now: title_of(now) == DONE)
        self._person.click("Free this seat", button("Free this seat"), until=lambda now: title_of(now) == IDLE)

    def begin_administration(self, _details: Details) -> None:
        """Go from the free seat to the admin's PIN."""
        self._person.until("the free seat", lambda now: title_of(now) == IDLE)
        self._pictures.keep("idle-after")
        self._person.click("Seat administration", button("Seat administration"), until=_is(UNLOCK))

    def look_around(self, _details: Details) -> None:
        """Look at every part of the page."""
        for part in PARTS:
            self._open(part)
            self._pictures.keep(f"admin-{part.lower()}")

    def act(self, details: Details) -> dict[str, Any]:
        """Press ``button`` on the part about the stick, and ``sure`` if it asks; tell what the page reports."""
        self._open("Stick")
        before = self._report(self._person.look())
        name, sure = str(details["button"]), details.get("sure")
        pressed = button(name)
        if sure:
            self._person.click(name, pressed, until=lambda now: bool(button(str(sure))(now)))
            self._person.click(str(sure), button(str(sure)), until=lambda now: not button(str(sure))(now))
        else:
            self._person.click(name, pressed, until=lambda now: self._report(now) != before)
        sight = self._person.until("the report", self._has_reported(before), within_s=DONE_WITHIN_S)
        self._pictures.keep(f"admin-{name.lower().replace(' ', '-')}")
        return {"said": self._report(sight)}

    def leave(self, _details: Details) -> None:
        """Go back to the free seat."""
        self._person.click("Back to the start", button("Back to the start"), until=_is(IDLE))

    def close_program(self, _details: Details) -> None:
        """Close the program for the day."""
        self._person.until("the admin's page", _is(ADMIN))
        sure = button("Close it")
        self._person.click("Close the program", button("Close the program"), until=lambda now: bool(sure(now)))
        self._person.click("Close it", sure, until=lambda now: title_of(now) == "")

    def _open(self, part: str) -> None:
        self._person.until("the admin's page", _is(ADMIN))

        def segment(sight: Sight) -> Sight:
            return sight.of(RADIO, *PRESSABLE).named(part)

        self._person.click(f"the part {part}", segment, until=lambda now: any(each.is_on for each in segment(now)))

    def _report(self, sight: Sight) -> str:
        """The line below the parts, which says what came of the last act; empty where there is none."""
        names = [thing.name for thing in sight.things]
        if PARTS[-1] not in names:
            return ""
        below = sight.things[names.index(PARTS[-1]) + 1 :]
        first = next((thing.name for thing in below if thing.role == LABEL and thing.name), "")
        return "" if first == FOLDER else first

    def _has_reported(self, before: str) -> Test:
        def test(sight: Sight) -> bool:
            report = self._report(sight)
            working = report.startswith(("Reading", "Writing", "Erasing"))
            return title_of(sight) == ADMIN and bool(report) and report != before and not working

        return test


def _is(title: str) -> Test:
    return lambda sight: title_of(sight) == title
