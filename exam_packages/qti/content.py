"""Item bodies, prompts, choices, rubrics, cards and stimuli → content nodes.

Owns which attributes of HTML stay, and how pictures and media are told apart. Expects what the profile has let through; a
document that was not linted is still either read or refused.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from exam_packages.ids import ChoiceId
from exam_packages.qti.interactions import ASIDE, INTERACTIONS
from exam_packages.qti.media import MEDIA_TYPES, media_kind
from exam_packages.qti.model import (
    Element,
    Gap,
    Hottext,
    Media,
    MediaKind,
    MediaTrack,
    Node,
    RubricBlock,
    Text,
    View,
)
from exam_packages.qti.paths import resolve
from exam_packages.qti.pictures import media_type
from exam_packages.qti.profile import PROFILE, kept_attributes
from exam_packages.qti.profile.outside import DROPPED, is_unwrapped
from exam_packages.qti.reading import Xml
from exam_packages.qti.styles import read_style

MAX_PIXELS: Final = 10_000


def read_nodes(xml: Xml | None) -> tuple[Node, ...]:
    """The content of an element, without what is read on its own; the empty tuple for None.

    Raises:
        SourceRefused: an element outside the profile.
    """
    return () if xml is None else tuple(_nodes(xml))


def read_rubric(xml: Xml) -> RubricBlock:
    """``qti-rubric-block``; its content stands in ``qti-content-body``."""
    views = frozenset(View(word) for word in xml.required("view").split() if word in _VIEWS)
    body = xml.child("qti-content-body")
    return RubricBlock(views=views, use=xml.optional("use") or "", content=read_nodes(xml if body is None else body))


_VIEWS: Final = frozenset(view.value for view in View)


def _nodes(xml: Xml) -> Iterator[Node]:
    if xml.node.text:
        yield Text(xml.node.text)
    for child in xml.children():
        if is_unwrapped(child):
            yield from _nodes(child)
        elif child.name not in ASIDE and child.name not in DROPPED:
            yield _node(child)
        if child.node.tail:
            yield Text(child.node.tail)


def _node(xml: Xml) -> Node:
    interaction = INTERACTIONS.get(xml.name)
    if interaction is not None:
        return interaction(xml, read_nodes)
    match xml.name:
        case "qti-gap":
            group = tuple((xml.optional("match-group") or "").split())
            width = read_style(xml).input_width
            return Gap(identifier=_choice_id(xml), match_group=group, required=xml.flag("required"), input_width=width)
        case "qti-hottext":
            return Hottext(identifier=_choice_id(xml), content=read_nodes(xml))
        case "audio" | "video":
            return _media(xml, MediaKind(xml.name))
        case "object":
            return _object(xml)
        case "picture":
            return _picture(xml)
        case "math":
            return Element(name="math", attributes=(("alttext", xml.optional("alttext") or _all_text(xml)),))
        case _:
            return _element(xml)


def _element(xml: Xml) -> Element:
    row = PROFILE.get(xml.name)
    if row is None or not row.html:
        raise xml.refused("element-outside-profile", "is not content that the profile knows", "Use other content")
    return Element(name=xml.name, attributes=tuple(_attributes(xml)), children=tuple(_nodes(xml)))


def _choice_id(xml: Xml) -> ChoiceId:
    return ChoiceId(xml.required("identifier"))


def _attributes(xml: Xml) -> Iterator[tuple[str, str]]:
    names = set()
    for name, value in kept_attributes(xml):
        names.add(name)
        if name == "src":
            yield name, _path(xml, name)
        elif name in {"width", "height"}:
            pixels = _pixels(value)
            if pixels is not None:
                yield name, str(pixels)
        else:
            yield name.removeprefix("xml:"), value
    if xml.name == "img" and "alt" not in names:
        yield "alt", ""


def _path(xml: Xml, name: str) -> str:
    return resolve(xml, name, posixpath.dirname(xml.file))


def _pixels(text: str) -> int | None:
    """A length in pixels; None for percentages, other units and what is no length."""
    whole, _, part = text.strip().removesuffix("px").strip().partition(".")
    digits = whole + part
    if not digits.isascii() or not digits.isdigit() or len(whole) > len(str(MAX_PIXELS)):
        return None
    return min(round(float(f"{whole or 0}.{part or 0}")), MAX_PIXELS)


# -- pictures and media ----------------------------------------------------------------------------------------------------


def _picture(xml: Xml) -> Element:
    shown = xml.child("img")
    if shown is None:
        raise xml.refused("picture", "has no img", "Add it")
    return Element(name="img", attributes=tuple(_attributes(shown)))


def _object(xml: Xml) -> Element | Media:
    path = _path(xml, "data")
    kind = media_kind(path)
    if kind is not None:
        return _media_of(xml, kind, path)
    if media_type(path) is None:
        raise xml.refused("object", f"shows {path}, which is no picture, audio or video", "Put the content here")
    kept = [(name, value) for name, value in _attributes(xml) if name not in {"data", "type", "alt", "name"}]
    return Element(name="img", attributes=(("src", path), ("alt", object_words(xml)), *kept))


def object_words(xml: Xml) -> str:
    """What stands for an ``object`` where only words serve: ``alt``, ``aria-label``, ``title`` or the text inside."""
    named = (xml.optional(each) or "" for each in ("alt", "aria-label", "title"))
    return next(filter(None, (" ".join(each.split()) for each in (*named, _all_text(xml)))), "")


def _all_text(xml: Xml) -> str:
    return " ".join("".join(str(each) for each in xml.node.itertext()).split())


def is_played(source: Xml) -> bool:
    """Whether this ``source`` is the one of its audio or video that is played: the first whose format is."""
    node = source.node.getparent()
    medium = None if node is None else Xml(source.file, node)
    if medium is None or medium.name not in _MEDIA or medium.optional("src") is not None:
        return False
    playable = _playable(list(medium.children("source")), MediaKind(medium.name))
    return next((each.node is source.node for each, _ in playable), False)


_MEDIA: Final = frozenset(kind.value for kind in MediaKind)


def _playable(named: list[Xml], kind: MediaKind) -> Iterator[tuple[Xml, str]]:
    for each in named:
        path = _path(each, "src")
        if media_kind(path) is kind:
            yield each, path


def _media(xml: Xml, kind: MediaKind) -> Media:
    named = [xml] if xml.optional("src") is not None else list(xml.children("source"))
    playable = [path for _, path in _playable(named, kind)]
    if not playable:
        raise xml.refused(
            "media-kind", f"is a {kind.value} in no format that is played", f"Use {', '.join(sorted(MEDIA_TYPES))}"
        )
    return _media_of(xml, kind, playable[0])


def _media_of(xml: Xml, kind: MediaKind, path: str) -> Media:
    return Media(
        kind=kind,
        path=path,
        media_type=MEDIA_TYPES[posixpath.splitext(path)[1].casefold()],
        label=object_words(xml),
        width=_pixels(xml.optional("width") or ""),
        height=_pixels(xml.optional("height") or ""),
        tracks=tuple(_track(each) for each in xml.children("track")),
    )


def _track(xml: Xml) -> MediaTrack:
    return MediaTrack(
        path=_path(xml, "src"),
        kind=xml.optional("kind") or "subtitles",  # HTML's default
        language=xml.optional("srclang") or "",
        label=xml.optional("label") or "",
    )
