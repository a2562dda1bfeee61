"""``object`` of QTI 2.x → ``img``, ``audio`` or ``video``, by what it shows.

Owns the kinds. What is neither stays an ``object``, and the linter refuses it. The text in an object is what stands for it where
it cannot be shown: it becomes a picture's alternative text, and the text inside a sound or film.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Final

from lxml.etree import _Element

from exam_packages.qti.upgrade.notes import Notes
from exam_packages.qti.upgrade.trees import local, make, remove, tag, text_of

_BY_SUFFIX: Final[Mapping[str, str]] = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".svg": "image/svg+xml",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".wav": "audio/wav",
    ".m4a": "audio/mp4",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".ogv": "video/ogg",
}
_SHARED_ATTRIBUTES: Final = ("id", "class", "width", "height", "{http://www.w3.org/XML/1998/namespace}lang")
_PIXELS: Final = ("width", "height")
_NAMING: Final = ("object-label", "hotspot-label")


def upgrade_objects(root: _Element, notes: Notes) -> None:
    """Turn the objects of a renamed tree into pictures, sounds and films, in place."""
    for node in list(root.iter(tag("object"))):
        if node.getparent() is None or _is_inside_object(node):
            continue
        kind = _kind(node)
        path = (node.get("data") or "").strip()
        if not path:
            continue
        if kind.startswith("image/"):
            _picture(node, path, notes)
        elif kind.startswith(("audio/", "video/")):
            _medium(node, path, kind)


def _is_inside_object(node: _Element) -> bool:
    return any(local(each) == "object" for each in node.iterancestors())


def _kind(node: _Element) -> str:
    declared = (node.get("type") or "").split(";")[0].strip().lower()
    return declared or _BY_SUFFIX.get(posixpath.splitext((node.get("data") or "").strip().lower())[1], "")


def _picture(node: _Element, path: str, notes: Notes) -> None:
    alternative = text_of(node) or _label_around(node)
    picture = _instead(node, "img")
    picture.set("src", path)
    if alternative:
        picture.set("alt", alternative)
    else:
        notes.add(
            node, "alternative-missing", "is a picture without alternative text", "Write the text into the object"
        )
    _put(node, picture)


def _label_around(node: _Element) -> str:
    parent = node.getparent()
    if parent is None:
        return ""
    return next((str(parent.get(name)) for name in _NAMING if parent.get(name)), "")


def _medium(node: _Element, path: str, kind: str) -> None:
    medium = _instead(node, kind.partition("/")[0])
    medium.set("controls", "true")
    source = make(node, "source")
    source.set("src", path)
    source.set("type", kind)
    medium.append(source)
    source.tail = text_of(node) or None
    _put(node, medium)


def _instead(node: _Element, name: str) -> _Element:
    new = make(node, name)
    for key in _SHARED_ATTRIBUTES:
        value = node.get(key)
        sized = name == "audio" and key in _PIXELS
        if value is not None and not sized:
            new.set(key, value.removesuffix("px") if key in _PIXELS else value)
    return new


def _put(node: _Element, new: _Element) -> None:
    node.addprevious(new)
    remove(node)
