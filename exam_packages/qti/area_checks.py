"""What an interaction with a picture, or a scale, and its declaration must say about each other.

Owns the checks on areas, points and sliders. How large a picture is, is what ``img`` says, or else the file: whoever reads files
tells that.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from exam_packages.errors import LintFinding
from exam_packages.qti.areas import bounds
from exam_packages.qti.model import (
    Area,
    BaseType,
    Element,
    GraphicGapMatchInteraction,
    HotspotInteraction,
    ResponseDeclaration,
    SelectPointInteraction,
    SliderInteraction,
)
from exam_packages.qti.reports import Reporter, note
from exam_packages.qti.sizes import Size
from exam_packages.qti.values import NotAValueError, parse_float, parse_scalar

NaturalSize: TypeAlias = Callable[[str], Size | None]
"""Package path of a picture → the size its file says, or None where it says none or is not there."""

MAX_STEPS: Final = 100_000  # a slider that no hand can set
STEP_TOLERANCE: Final = 1e-6  # steps such as 0.1 have no exact binary form
EDGE_PIXELS: Final = 2.0  # how far an area may reach beyond its picture without being worth a note


def check_picture(
    report: Reporter,
    interaction: HotspotInteraction | GraphicGapMatchInteraction | SelectPointInteraction,
    declaration: ResponseDeclaration,
    natural: NaturalSize,
) -> Iterator[LintFinding]:
    """Everything wrong with the areas of a picture: those of the interaction, those that are mapped, and correct points."""
    size = _size(interaction.image, natural)
    if isinstance(interaction, SelectPointInteraction):
        mapped = declaration.area_mapping.entries if declaration.area_mapping else ()
        for entry in mapped:
            yield from _check_place(report, entry.area, size, "maps an area")
        yield from _check_points(report, declaration, size)
        return
    for number, hotspot in enumerate(interaction.hotspots, start=1):
        named = report.at("identifier", hotspot.identifier)
        yield from _check_place(named, hotspot.area, size, "is an area")
        if not hotspot.label:
            message = f"has no label and is called Area {number} where only words serve"
            yield note(named("area-label", message, "Say in hotspot-label what it is"))


def _size(image: Element, natural: NaturalSize) -> Size | None:
    """The size a picture is shown in at 100 %: as ``img`` says, one length in proportion to the other, or its own."""
    width, height = float(image.attribute("width") or 0), float(image.attribute("height") or 0)
    if width and height:
        return width, height
    own = natural(image.attribute("src"))
    if own is None or not (width or height):
        return own
    return (width, width * own[1] / own[0]) if width else (height * own[0] / own[1], height)


def _check_place(report: Reporter, area: Area, size: Size | None, what: str) -> Iterator[LintFinding]:
    around = bounds(area)
    if size is None or around is None:
        return
    left, top, right, bottom = around
    if right <= 0 or bottom <= 0 or left >= size[0] or top >= size[1]:
        yield report("area-outside", f"{what} outside the picture", "Correct its coords, or width and height")
    elif min(left, top, size[0] - right, size[1] - bottom) < -EDGE_PIXELS:
        message = f"{what} that reaches beyond the picture"
        yield note(report("area-beyond", message, "Correct its coords"))


def _check_points(report: Reporter, declaration: ResponseDeclaration, size: Size | None) -> Iterator[LintFinding]:
    for text in declaration.correct or ():
        try:
            point = parse_scalar(text, BaseType.POINT)
        except NotAValueError:
            continue  # said by the check of keys
        if size is None or not isinstance(point, tuple):
            continue
        x, y = float(point[0]), float(point[1])
        if not (0 <= x <= size[0] and 0 <= y <= size[1]):
            yield report("key-choice", f"has a key, {text.strip()[:60]}, outside the picture", "Correct it")


def check_slider(
    report: Reporter, interaction: SliderInteraction, declaration: ResponseDeclaration
) -> Iterator[LintFinding]:
    """Everything wrong with a scale: bounds, step, and keys that it cannot give."""
    low, high, step = interaction.lower_bound, interaction.upper_bound, interaction.step
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        yield report("slider-bounds", "has a lower bound that is not below its upper bound", "Correct them")
        return
    if not math.isfinite(step) or not 0 < step <= high - low or (high - low) / step > MAX_STEPS:
        yield report("slider-step", "has a step that does not part the scale", "Correct step")
        return
    if declaration.base_type is BaseType.INTEGER and not (low.is_integer() and step.is_integer()):
        yield report("slider-step", "gives numbers that are not whole to an integer", "Declare the response as float")
    mapped = tuple(each.key for each in declaration.mapping.entries) if declaration.mapping else ()
    for text in (*(declaration.correct or ()), *mapped):
        if not _is_on_scale(text, interaction):
            yield report.at("identifier", declaration.identifier)(
                "key-choice", f"has a key, {text.strip()[:60]}, that no candidate can give", "Correct it"
            )


def _is_on_scale(text: str, interaction: SliderInteraction) -> bool:
    try:
        value = parse_float(text)
    except NotAValueError:
        return True  # said by the check of keys
    steps = (value - interaction.lower_bound) / interaction.step
    inside = interaction.lower_bound <= value <= interaction.upper_bound
    return inside and abs(steps - round(steps)) <= STEP_TOLERANCE
