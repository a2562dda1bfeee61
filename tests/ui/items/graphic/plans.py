"""Areas of a floor plan for the tests of pictures."""

from __future__ import annotations

from exam_packages.ids import ChoiceId
from exam_packages.qti.model import Area, Hotspot, Shape


def spot(key: str, shape: str, *coords: float, label: str = "", match_max: int = 1) -> Hotspot:
    area = Area(shape=Shape(shape), coords=coords)
    return Hotspot(identifier=ChoiceId(key), area=area, label=label, match_max=match_max)


ROOMS = (
    spot("T", "rect", 4, 4, 300, 210, label="Training"),
    spot("B", "circle", 150, 330, 60, label="Break room"),
    spot("S", "poly", 560, 4, 796, 4, 796, 160, 560, 160, label="Server room"),
    spot("X", "circle", 400, 300, 3),
)
