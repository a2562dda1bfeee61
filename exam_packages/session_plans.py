"""The one JSON form of a session plan: what the first record of every journal holds.

Owns which fields a plan has when written, and that there is one way to write it: what is as usual is absent, so that plans
written before a field existed read and are written again as they were. Refuses to know records; ``exam_packages.records`` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from exam_packages.accommodations import (
    CODE_MAX,
    CODES_MAX,
    EXTRA_TIME_MAX_PERCENT,
    TEXT_SIZE_MAX_PERCENT,
    TEXT_SIZE_MIN_PERCENT,
    Accommodations,
    extras_from_fields,
    extras_to_json,
)
from exam_packages.ids import (
    AppointmentId,
    CandidateId,
    Digest,
    ExamId,
    FormId,
    ItemId,
    PartId,
    SeatId,
    SectionId,
    SessionId,
)
from exam_packages.qti.model import DEFAULT_CONTROL, SessionControl, Tool
from exam_packages.session_events import ItemPlan, LimitLevel, LimitPlan, SectionKind, SectionPlan, SessionPlan
from signing.canonical import JsonValue
from signing.errors import FormRefused
from signing.fields import Fields

NAME_MAX: Final = 256  # code points of an identifier or a name
ITEMS_MAX: Final = 2_000  # items of one section
LIMITS_MAX: Final = 500  # time limits over test, parts and inner sections
DEPTH_MAX: Final = 16  # sections inside one another
ATTEMPTS_MAX: Final = 1_000  # of one item; 0 is without limit
_SEED: Final = re.compile("[0-9a-f]{32}")
_TOOLS: Final = {tool.value: tool for tool in Tool}
_CONTROL_FLAGS: Final = (
    "allow_comment",
    "allow_review",
    "allow_skipping",
    "show_feedback",
    "show_solution",
    "validate_responses",
)


def plan_to_json(plan: SessionPlan) -> JsonValue:
    """Return a session plan as a JSON object."""
    needs = extras_to_json(plan.accommodations)
    if plan.accommodations.text_size_percent != TEXT_SIZE_MIN_PERCENT:
        needs["text_size_percent"] = plan.accommodations.text_size_percent
    value: dict[str, JsonValue] = {
        "accommodations": list(plan.accommodations.codes),
        "appointment": plan.appointment,
        "candidate": plan.candidate,
        "candidate_name": plan.candidate_name,
        "exam": plan.exam,
        "extra_time_percent": plan.extra_time_percent,
        "form": plan.form,
        "has_agreement": plan.has_agreement,
        "package": plan.package,
        "released_by": plan.released_by,
        "seat": plan.seat,
        "sections": [_section_to_json(section) for section in plan.sections],
        "session": plan.session,
    }
    return value | _present(
        limits=[_limit_to_json(limit) for limit in plan.limits],
        needs=needs,
        seed=plan.seed,
    )


def plan_from_fields(fields: Fields) -> SessionPlan:
    """Read a session plan.

    Raises:
        FormRefused: a missing or unknown field, a value out of range, or one that says what its absence says.
    """
    plan = SessionPlan(
        session=SessionId(fields.text("session", max_length=NAME_MAX)),
        appointment=AppointmentId(fields.text("appointment", max_length=NAME_MAX)),
        exam=ExamId(fields.text("exam", max_length=NAME_MAX)),
        form=FormId(fields.text("form", max_length=NAME_MAX)),
        package=Digest(fields.digest("package")),
        candidate=CandidateId(fields.text("candidate", max_length=NAME_MAX)),
        candidate_name=fields.text("candidate_name", max_length=NAME_MAX),
        seat=SeatId(fields.text("seat", max_length=NAME_MAX)),
        has_agreement=fields.flag("has_agreement"),
        sections=tuple(_section_from_fields(section) for section in fields.objects("sections")),
        released_by=fields.text("released_by", max_length=16),
        accommodations=_accommodations(fields),
        seed=_seed(fields),
        limits=tuple(_limit_from_fields(each) for each in _some(fields, "limits", LIMITS_MAX)),
    )
    fields.close()
    return plan


def _seed(fields: Fields) -> str:
    seed = fields.optional_text("seed", max_length=32)
    if seed is not None and not _SEED.fullmatch(seed):
        raise FormRefused("is not 32 hexadecimal digits in lower case", place=f"{fields.place}.seed")
    return seed or ""


def _accommodations(fields: Fields) -> Accommodations:
    base = Accommodations(
        extra_time_percent=fields.integer("extra_time_percent", maximum=EXTRA_TIME_MAX_PERCENT),
        codes=fields.texts("accommodations", max_items=CODES_MAX, max_length=CODE_MAX),
    )
    needs = fields.optional_object("needs")
    if needs is None:
        return base
    larger = TEXT_SIZE_MIN_PERCENT + 1
    size = needs.optional_integer("text_size_percent", minimum=larger, maximum=TEXT_SIZE_MAX_PERCENT)
    value = extras_from_fields(needs, replace(base, text_size_percent=size or TEXT_SIZE_MIN_PERCENT))
    needs.close()
    if value == base:
        raise FormRefused("is empty, which is said by leaving it out", place=needs.place)
    return value


def _section_to_json(section: SectionPlan) -> JsonValue:
    value: dict[str, JsonValue] = {
        "break_after_ms": section.break_after_ms,
        "id": section.identifier,
        "items": list(section.items),
        "kind": section.kind.value,
        "linear": section.linear,
    }
    if section.time_limit_ms is not None:  # absent is the one way to say "none"
        value["time_limit_ms"] = section.time_limit_ms
    return value | _present(
        allow_late=section.allow_late,
        individual=section.individual,
        item_plans=[_item_to_json(each) for each in section.item_plans],
        min_ms=section.min_ms,
        part=section.part,
    )


def _section_from_fields(fields: Fields) -> SectionPlan:
    section = SectionPlan(
        identifier=SectionId(fields.text("id", max_length=NAME_MAX)),
        kind=fields.choice("kind", SectionKind),
        items=tuple(ItemId(item) for item in fields.texts("items", max_items=ITEMS_MAX)),
        time_limit_ms=fields.optional_integer("time_limit_ms", minimum=1),
        break_after_ms=fields.integer("break_after_ms", minimum=0),
        linear=fields.flag("linear"),
        part=PartId(fields.text("part", max_length=NAME_MAX)) if fields.has("part") else None,
        individual=_true(fields, "individual"),
        min_ms=fields.optional_integer("min_ms", minimum=1) or 0,
        allow_late=_true(fields, "allow_late"),
        item_plans=tuple(_item_from_fields(each) for each in _some(fields, "item_plans", ITEMS_MAX)),
    )
    fields.close()
    places = {item: place for place, item in enumerate(section.items)}
    named = [places.get(each.item, -1) for each in section.item_plans]
    if -1 in named or named != sorted(set(named)):
        raise FormRefused("does not follow the items", place=f"{fields.place}.item_plans")
    return section


def _item_to_json(each: ItemPlan) -> JsonValue:
    value: dict[str, JsonValue] = {"item": each.item}
    if each.max_ms is not None:
        value["max_ms"] = each.max_ms
    return value | _present(
        allow_late=each.allow_late,
        conditional=each.conditional,
        control=_control_to_json(each.control),
        min_ms=each.min_ms,
        path=list(each.path),
        tools=[tool.value for tool in each.tools],
    )


def _item_from_fields(fields: Fields) -> ItemPlan:
    item = ItemId(fields.text("item", max_length=NAME_MAX))
    plan = ItemPlan(
        item=item,
        path=tuple(SectionId(each) for each in _texts(fields, "path", DEPTH_MAX)),
        control=_control(fields),
        min_ms=fields.optional_integer("min_ms", minimum=1) or 0,
        max_ms=fields.optional_integer("max_ms", minimum=1),
        allow_late=_true(fields, "allow_late"),
        tools=_tools(fields),
        conditional=_true(fields, "conditional"),
    )
    fields.close()
    if plan == ItemPlan(item=item):
        raise FormRefused("says nothing, which is said by leaving it out", place=fields.place)
    return plan


def _tools(fields: Fields) -> tuple[Tool, ...]:
    names = _texts(fields, "tools", len(Tool))
    if list(names) != sorted(set(names)) or not _TOOLS.keys() >= set(names):
        raise FormRefused("is not a sorted list of known tools", place=f"{fields.place}.tools")
    return tuple(_TOOLS[name] for name in names)


def _control_to_json(control: SessionControl) -> dict[str, JsonValue]:
    names = ("max_attempts", *_CONTROL_FLAGS)
    return {name: getattr(control, name) for name in names if getattr(control, name) != getattr(DEFAULT_CONTROL, name)}


def _control(fields: Fields) -> SessionControl:
    given = fields.optional_object("control")
    if given is None:
        return DEFAULT_CONTROL
    said: dict[str, Any] = {name: given.flag(name) for name in _CONTROL_FLAGS if given.has(name)}
    if given.has("max_attempts"):
        said["max_attempts"] = given.integer("max_attempts", maximum=ATTEMPTS_MAX)
    given.close()
    if not said or any(value == getattr(DEFAULT_CONTROL, name) for name, value in said.items()):
        raise FormRefused("says what is usual, which is said by leaving it out", place=given.place)
    return replace(DEFAULT_CONTROL, **said)


def _limit_to_json(limit: LimitPlan) -> JsonValue:
    value: dict[str, JsonValue] = {"level": limit.level.value, "scope": limit.scope}
    if limit.max_ms is not None:
        value["max_ms"] = limit.max_ms
    return value | _present(allow_late=limit.allow_late, min_ms=limit.min_ms)


def _limit_from_fields(fields: Fields) -> LimitPlan:
    limit = LimitPlan(
        level=fields.choice("level", LimitLevel),
        scope=fields.text("scope", max_length=NAME_MAX),
        min_ms=fields.optional_integer("min_ms", minimum=1) or 0,
        max_ms=fields.optional_integer("max_ms", minimum=1),
        allow_late=_true(fields, "allow_late"),
    )
    fields.close()
    return limit


def _present(**values: JsonValue) -> dict[str, JsonValue]:
    """Return what is not empty, false or nought: for these, absent is the one way to say so."""
    return {name: value for name, value in values.items() if value}


def _true(fields: Fields, name: str) -> bool:
    if not fields.has(name):
        return False
    if not fields.flag(name):
        raise FormRefused("is false, which is said by leaving it out", place=f"{fields.place}.{name}")
    return True


def _some(fields: Fields, name: str, most: int) -> Iterable[Fields]:
    if not fields.has(name):
        return ()
    found = fields.objects(name, max_items=most)
    if not found:
        raise FormRefused("is empty, which is said by leaving it out", place=f"{fields.place}.{name}")
    return found


def _texts(fields: Fields, name: str, most: int) -> tuple[str, ...]:
    if not fields.has(name):
        return ()
    found = fields.texts(name, max_items=most, max_length=NAME_MAX)
    if not found:
        raise FormRefused("is empty, which is said by leaving it out", place=f"{fields.place}.{name}")
    return found
