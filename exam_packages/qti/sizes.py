"""How large a picture is by its own account, in pixels, as a window lays it out where ``img`` says nothing.

Owns the headers of PNG, JPEG, GIF and SVG. Nothing is decoded; a damaged picture has no size, and ``pictures`` refuses it.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Final, TypeAlias

from exam_packages.errors import SourceRefused
from exam_packages.qti.pictures import SVG_TYPE, media_type, svg_root
from exam_packages.qti.rasters import frame_size
from exam_packages.qti.reading import Xml
from exam_packages.qti.values import NotAValueError, parse_float

Size: TypeAlias = tuple[float, float]
"""Width and height, pixels, both above 0."""

_LENGTH: Final = re.compile(r"\s*([0-9.]{1,20}(?:[eE][+-]?[0-9]{1,2})?)\s*(px)?\s*", re.ASCII)


def natural_size(untrusted: bytes, path: str) -> Size | None:
    """The size that a picture's header says, or None where it says none."""
    match media_type(path):
        case "image/png":
            found = (float(_number(untrusted[16:20])), float(_number(untrusted[20:24])))  # Third Edition, §11.2.1: IHDR
        case "image/gif":
            found = (float(_number(untrusted[6:8][::-1])), float(_number(untrusted[8:10][::-1])))  # 89a, §18
        case "image/jpeg":
            found = _jpeg(untrusted, path)
        case kind if kind == SVG_TYPE:
            found = _svg(untrusted, path)
        case _:
            return None
    return found if min(found) > 0 else None


def _number(big_endian: bytes) -> int:
    return int.from_bytes(big_endian, "big")


def _jpeg(untrusted: bytes, path: str) -> Size:
    with suppress(SourceRefused):
        return frame_size(untrusted, path) or (0.0, 0.0)
    return (0.0, 0.0)


def _svg(untrusted: bytes, path: str) -> Size:
    """``width`` and ``height`` in pixels, else what ``viewBox`` shows."""
    try:
        root = svg_root(untrusted, path)
    except SourceRefused:
        return (0.0, 0.0)
    width, height = _length(root, "width"), _length(root, "height")
    box = [_float(each) for each in (root.optional("viewBox") or "").replace(",", " ").split()]
    if len(box) != 4 or min(box[2:]) <= 0:
        return (width, height)
    if width and not height:
        return (width, width * box[3] / box[2])
    if height and not width:
        return (height * box[2] / box[3], height)
    return (width, height) if width else (box[2], box[3])


def _length(xml: Xml, name: str) -> float:
    found = _LENGTH.fullmatch(xml.optional(name) or "")
    return 0.0 if found is None else _float(found[1])


def _float(text: str) -> float:
    try:
        return parse_float(text)
    except NotAValueError:
        return 0.0
