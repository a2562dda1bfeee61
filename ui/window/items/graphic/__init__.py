"""Interactions on a picture: areas that are picked, areas that take choices, points that are placed.

Owns which part stands for which of them. Shows answers it is given; keeps no state of a session.
"""

from __future__ import annotations

from typing import TypeAlias, assert_never

from PySide6.QtWidgets import QWidget

from exam_packages.qti.model import GraphicGapMatchInteraction, HotspotInteraction, SelectPointInteraction
from ui.window.content.content_view import Resource
from ui.window.items.graphic.gap_match import GraphicGapMatchPart
from ui.window.items.graphic.hotspot import HotspotPart
from ui.window.items.graphic.select_point import SelectPointPart
from ui.window.items.part import Part
from ui.window.theme import Tokens

GraphicInteraction: TypeAlias = HotspotInteraction | GraphicGapMatchInteraction | SelectPointInteraction


def graphic_part(interaction: GraphicInteraction, resource: Resource, *, tokens: Tokens, parent: QWidget) -> Part:
    """The part for an interaction on a picture."""
    match interaction:
        case HotspotInteraction():
            return HotspotPart(interaction, resource, tokens=tokens, parent=parent)
        case GraphicGapMatchInteraction():
            return GraphicGapMatchPart(interaction, resource, tokens=tokens, parent=parent)
        case SelectPointInteraction():
            return SelectPointPart(interaction, resource, tokens=tokens, parent=parent)
        case _:
            assert_never(interaction)
