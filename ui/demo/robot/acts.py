"""Everything the robot can be told, by name. The parts that people play are in files of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ui.demo.robot.admin import Admin
from ui.demo.robot.candidate import Candidate
from ui.demo.robot.endurance import Endurance
from ui.demo.robot.person import Person
from ui.demo.robot.pictures import Pictures
from ui.demo.robot.proctor import Proctor
from ui.demo.robot.protocol import Act
from ui.demo.robot.screens import BUSY, title_of
from ui.demo.robot.sight import CHECK, RADIO, Sight
from ui.demo.robot.wandering import Wandering

MOST_NAMES_TOLD = 80


def acts_of(person: Person, pictures: Pictures, hasty: Person) -> dict[str, Act]:
    """Return everything that can be told, for one person at one screen.

    Args:
        person: who does it.
        pictures: what is kept of it.
        hasty: the same person with little patience, for what ends in a window that disappears.
    """
    endurance = Endurance(hasty)
    general = General(person, pictures)
    proctor = Proctor(person, pictures)
    candidate = Candidate(person, pictures)
    admin = Admin(person, pictures)
    return {
        "type_until_gone": endurance.type_until_gone,
        "choose_until_gone": endurance.choose_until_gone,
        "wander_until_gone": Wandering(hasty).wander_until_gone,
        "read_idle": proctor.read_idle,
        "begin_check_in": proctor.begin_check_in,
        "try_wrong_pin": proctor.try_wrong_pin,
        "unlock": proctor.unlock,
        "open_lock": proctor.open_lock,
        "check_in": proctor.check_in,
        "free_seat": admin.free_seat,
        "begin_administration": admin.begin_administration,
        "look_around": admin.look_around,
        "act": admin.act,
        "leave": admin.leave,
        "close_program": admin.close_program,
        "confirm_identity": candidate.confirm_identity,
        "accept_agreement": candidate.accept_agreement,
        "start_section": candidate.start_section,
        "answer": candidate.answer,
        "begin_answer": candidate.begin_answer,
        "find_question": candidate.find_question,
        "next": candidate.next,
        "next_by_key": candidate.next_by_key,
        "previous": candidate.previous,
        "open_review": candidate.open_review,
        "read_review": candidate.read_review,
        "jump": candidate.jump,
        "end_section": candidate.end_section,
        "finish": candidate.finish,
        "end_break": candidate.end_break,
        "submit": candidate.submit,
        "read_end": candidate.read_end,
        "look": general.look,
        "click": general.click,
        "choose": general.choose,
        "fill": general.fill,
        "wait": general.wait,
        "wait_for_window": general.wait_for_window,
    }


def what_is_seen(person: Person, pictures: Pictures) -> dict[str, Any]:
    """Return what is on the screen, after something could not be done; keeps a picture of it."""
    pictures.keep("failed")
    named = [thing for thing in person.look() if thing.name]
    return {"screen": [f"{thing.role}: {thing.name}" for thing in named[:MOST_NAMES_TOLD]]}


class General:
    """What needs no knowledge of any screen."""

    def __init__(self, person: Person, pictures: Pictures) -> None:
        self._person = person
        self._pictures = pictures

    def look(self, details: Mapping[str, Any]) -> dict[str, Any]:
        """Tell the names of everything on the screen; with ``picture``, keep one under that name."""
        if "picture" in details:
            self._pictures.keep(str(details["picture"]))
        return {"names": list(self._person.look().names())}

    def wait(self, details: Mapping[str, Any]) -> None:
        """Wait until something named ``name`` is there."""
        name = str(details["name"])
        self._person.see(name, lambda sight: sight.named(name))

    def wait_for_window(self, _details: Mapping[str, Any]) -> None:
        """Wait until the exam window shows a screen."""
        self._person.until("the window", lambda now: title_of(now) not in {"", BUSY})

    def click(self, details: Mapping[str, Any]) -> None:
        """Click what has this ``role`` and ``name`` until something named ``until`` is there."""
        role, name, until = (str(details[key]) for key in ("role", "name", "until"))
        self._person.click(name, lambda sight: sight.of(role).named(name), until=lambda sight: bool(sight.named(until)))

    def choose(self, details: Mapping[str, Any]) -> None:
        """Click the radio button or box named ``name`` until it is on."""
        name = str(details["name"])

        def choice(sight: Sight) -> Sight:
            return sight.of(RADIO, CHECK).named(name)

        self._person.click(name, choice, until=lambda sight: any(each.is_on for each in choice(sight)))

    def fill(self, details: Mapping[str, Any]) -> dict[str, Any]:
        """Put ``text`` into the field named ``name`` and tell what stands there then."""
        name = str(details["name"])

        def field(sight: Sight) -> Sight:
            return sight.named(name)

        self._person.type_into(name, field, str(details["text"]))
        return {"text": self._person.text_in(name, field)}
