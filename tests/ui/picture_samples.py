"""Items on pictures and scales for the gallery: a floor plan, a chart of calls, roles to be placed, a recording."""

from __future__ import annotations

import io
import wave
from typing import Final

from exam_packages.ids import ChoiceId
from exam_packages.qti.model import (
    Area,
    BaseType,
    Choice,
    Element,
    GraphicGapMatchInteraction,
    Hotspot,
    HotspotInteraction,
    Media,
    MediaInteraction,
    MediaKind,
    MediaTrack,
    Node,
    Orientation,
    SelectPointInteraction,
    Shape,
    SliderInteraction,
    Style,
    Text,
)
from tests.ui.items.making import item
from tests.ui.sample_items import R, Sample

_FLOOR: Final = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 450" width="800" height="450"
 font-family="Noto Sans, DejaVu Sans, sans-serif" font-size="18">
<rect x="4" y="4" width="792" height="442" fill="#fdfdfb" stroke="#333333" stroke-width="6"/>
<path d="M300 4V180M300 240V446M4 210H240M560 4V160H796M560 446V300H700" fill="none" stroke="#333333" stroke-width="4"/>
<g fill="#dfe7ee" stroke="#666677"><rect x="340" y="200" width="60" height="36"/>
<rect x="420" y="200" width="60" height="36"/><rect x="340" y="250" width="60" height="36"/>
<rect x="420" y="250" width="60" height="36"/><rect x="340" y="330" width="60" height="36"/>
<rect x="420" y="330" width="60" height="36"/><circle cx="150" cy="330" r="56"/>
<rect x="620" y="50" width="130" height="60"/><rect x="600" y="350" width="150" height="60"/></g>
<g fill="#222222" text-anchor="middle"><text x="150" y="110">Training</text><text x="150" y="336">Break room</text>
<text x="430" y="90">Agents' floor</text><text x="680" y="140">Server room</text><text x="675" y="335">Supervisors</text></g>
</svg>"""
_CHART: Final = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 700 360"
 font-family="Noto Sans, DejaVu Sans, sans-serif" font-size="16"><rect width="700" height="360" fill="#ffffff"/>
<path d="M60 60H680M60 120H680M60 180H680M60 240H680" stroke="#cccccc"/>
<path d="M60 30V300H680" fill="none" stroke="#333333" stroke-width="2"/>
<polyline points="80,260 160,200 240,120 320,80 400,140 480,170 560,230 640,270" fill="none" stroke="#1d5bb8"
 stroke-width="4"/><g fill="#222222" text-anchor="middle"><text x="80" y="325">8</text><text x="240" y="325">10</text>
<text x="400" y="325">12</text><text x="560" y="325">14</text><text x="370" y="350">Hour of the day</text></g></svg>"""
_PHONE: Final = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 80" width="100" height="80">
<rect x="10" y="20" width="80" height="50" rx="8" fill="#444444"/>
<path d="M10 22c0-22 80-22 80 0l-14 6c-4-10-48-10-52 0z" fill="#1d5bb8"/>
<circle cx="50" cy="46" r="14" fill="#ffffff"/></svg>"""
_WORDS: Final = b"WEBVTT\n\n00:00.000 --> 00:00.400\nGood morning.\n\n00:00.400 --> 00:01.000\nMy order is late.\n"


def _silence() -> bytes:
    sound = io.BytesIO()
    with wave.open(sound, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(8000)
        written.writeframes(bytes(16_000))
    return sound.getvalue()


FILES: Final = {"floor": _FLOOR, "calls": _CHART, "phone": _PHONE, "call.wav": _silence(), "call.vtt": _WORDS}


def _words(text: str) -> tuple[Node, ...]:
    return (Text(text),)


def _image(path: str, alt: str) -> Element:
    return Element(name="img", attributes=(("src", path), ("alt", alt)))


def _spot(key: str, shape: Shape, *coords: float, label: str = "") -> Hotspot:
    return Hotspot(identifier=ChoiceId(key), area=Area(shape=shape, coords=coords), label=label)


_ROOMS: Final = (
    _spot("T", Shape.RECT, 4, 4, 300, 210, label="Training"),
    _spot("B", Shape.CIRCLE, 150, 330, 60, label="Break room"),
    _spot("S", Shape.POLY, 560, 4, 796, 4, 796, 160, 560, 160, label="Server room"),
    _spot("V", Shape.RECT, 560, 300, 796, 446, label="Supervisors"),
    _spot("X", Shape.ELLIPSE, 370, 218, 8, 5),
)
_ROLES: Final = (
    Choice(identifier=ChoiceId("P"), content=(_image("phone", "Telephone"),), match_max=2, label="Telephone"),
    Choice(identifier=ChoiceId("N"), content=_words("Night shift lead")),
    Choice(identifier=ChoiceId("Q"), content=_words("Quality coach")),
    Choice(identifier=ChoiceId("W"), content=_words("Planner of the working hours of both sites"), match_max=0),
)
_PLAN: Final = _image("floor", "Floor plan of a contact center with five rooms")


def _hotspot(most: int, **style: str) -> HotspotInteraction:
    prompt = _words("Which rooms need a second way out?")
    made = Style(selections=style.get("selections", ""))
    return HotspotInteraction(response=R, prompt=prompt, image=_PLAN, hotspots=_ROOMS, max_choices=most, style=made)


def _roles() -> GraphicGapMatchInteraction:
    prompt = _words("Put each role where it works.")
    return GraphicGapMatchInteraction(response=R, prompt=prompt, image=_PLAN, choices=_ROLES, hotspots=_ROOMS)


def _scale(orientation: Orientation, *, reverse: bool = False) -> SliderInteraction:
    return SliderInteraction(
        response=R,
        prompt=_words("Which share of the calls was answered in time, in percent?"),
        lower_bound=0,
        upper_bound=100,
        step=5,
        step_label=True,
        orientation=orientation,
        reverse=reverse,
    )


def _call() -> MediaInteraction:
    media = Media(
        kind=MediaKind.AUDIO,
        path="call.wav",
        label="Recorded call",
        tracks=(MediaTrack(path="call.vtt", language="en"),),
    )
    prompt = _words("Listen to the call.")
    return MediaInteraction(response=R, prompt=prompt, media=media, min_plays=1, max_plays=2)


def picture_samples() -> dict[str, Sample]:
    """The items by name, some with an answer."""
    point = SelectPointInteraction(
        response=R, prompt=_words("Mark the busiest hour."), image=_image("calls", "Calls by hour"), max_choices=2
    )
    return {
        "hotspot": Sample(item=item(_hotspot(2)), answers={R: ("T", "B")}),
        "hotspot-dark-one": Sample(item=item(_hotspot(1, selections="dark")), answers={R: ("S",)}),
        "graphic-gap-match": Sample(item=item(_roles()), answers={R: ("P T", "N B", "Q V", "P X")}),
        "select-point": Sample(item=item(point, base_type=BaseType.POINT), answers={R: ("320 80", "240 120")}),
        "slider": Sample(item=item(_scale(Orientation.HORIZONTAL), base_type=BaseType.FLOAT), answers={R: ("85",)}),
        "slider-unset": Sample(item=item(_scale(Orientation.HORIZONTAL, reverse=True), base_type=BaseType.FLOAT)),
        "slider-upright": Sample(
            item=item(_scale(Orientation.VERTICAL), base_type=BaseType.FLOAT), answers={R: ("5",)}
        ),
        "media": Sample(item=item(_call(), base_type=BaseType.INTEGER), answers={R: ("1",)}),
    }
