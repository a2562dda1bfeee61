"""Pictures: which kinds there are, that a file is one, and the form in which it is delivered.

Owns the allow-list of SVG; ``rasters`` takes out of the other kinds what nobody sees. A picture is never drawn here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from lxml import etree
from lxml.etree import _Element

from exam_packages.qti.rasters import delivered_gif, delivered_jpeg, delivered_png, frame_size
from exam_packages.qti.reading import MAX_ELEMENTS, Xml, parse, refuse
from exam_packages.qti.writing import canonical, new_element

SVG_NAMESPACE: Final = "http://www.w3.org/2000/svg"
_XLINK_HREF: Final = "{http://www.w3.org/1999/xlink}href"

SVG_TYPE: Final = "image/svg+xml"
MEDIA_TYPES: Final = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".svg": SVG_TYPE,
}
"""By the end of the file's name."""

MAX_PIXELS: Final = 40_000_000  # 160 MB when it is shown; a page scanned at 600 dpi has 35 million
MAX_SHOWN_DEPTH: Final = 16  # elements of an SVG that show others that show others

_SIGNATURES: Final = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
}

_SVG_ELEMENTS: Final = frozenset(
    {
        "svg",
        "g",
        "defs",
        "symbol",
        "use",
        "title",
        "desc",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "text",
        "tspan",
        "linearGradient",
        "radialGradient",
        "stop",
        "clipPath",
        "marker",
    }
)

_UNSEEN_ATTRIBUTES: Final = ("{", "aria-", "data-", "class")
"""Attributes of another namespace, and those that draw nothing and may hold an author's notes."""

_IN_PERCENT: Final = frozenset({"rect", "circle", "ellipse", "line", "use", "text", "tspan"})
_SHARE: Final = re.compile(r"\s*([+-]?\d{1,6}(?:\.\d{1,6})?)%\s*", re.ASCII)
_PLAIN_NUMBER: Final = re.compile(r"[+-]?\d{1,9}(?:\.\d{0,9})?", re.ASCII)
_SHOWN = re.compile(r"url\(\s*['\"]?#([^'\")\s]+)")
_EXTERNAL = re.compile(r"url\(\s*['\"]?(?!#)|@import|expression\(|javascript:", re.IGNORECASE)


def media_type(path: str) -> str | None:
    """The media type that a file's name promises, or None for what is no picture."""
    return next((kind for ending, kind in MEDIA_TYPES.items() if path.casefold().endswith(ending)), None)


def kind_of(untrusted: bytes) -> str | None:
    """The media type of a PNG, JPEG or GIF by its first bytes, or None for anything else."""
    return next((kind for kind, beginnings in _SIGNATURES.items() if untrusted.startswith(beginnings)), None)


def delivered_picture(untrusted: bytes, path: str) -> bytes:
    """Check a picture and return it without comments and texts that nobody sees.

    Raises:
        SourceRefused: it is not what its name promises, or an SVG outside the allow-list.
    """
    kind = media_type(path)
    if kind is None:
        refuse(path, "picture-kind", "is no PNG, JPEG, GIF or SVG", "Convert it")
    if kind == SVG_TYPE:
        return _delivered_svg(untrusted, path)
    if not untrusted.startswith(_SIGNATURES[kind]):
        found = kind_of(untrusted)
        remedy = (
            f"Rename it to end in {next(end for end, each in MEDIA_TYPES.items() if each == found)}"
            if found
            else "Convert it"
        )
        refuse(path, "picture-kind", f"is not {kind}, as its name says, but {found or 'something else'}", remedy)
    _check_pixels(untrusted, kind, path)
    return _STRIPPED[kind](untrusted, path)


def _check_pixels(untrusted: bytes, kind: str, path: str) -> None:
    """Refuse a picture that is small as a file and fills the memory when it is shown."""
    match kind:
        case "image/png":
            size = (int.from_bytes(untrusted[16:20], "big"), int.from_bytes(untrusted[20:24], "big"))  # IHDR
        case "image/gif":
            size = (int.from_bytes(untrusted[6:8], "little"), int.from_bytes(untrusted[8:10], "little"))  # 89a, §18
        case _:
            found = frame_size(untrusted, path) or (0, 0)
            size = (int(found[0]), int(found[1]))
    if size[0] * size[1] > MAX_PIXELS:
        message = f"has {size[0]} by {size[1]} pixels, more than {MAX_PIXELS} in all"
        refuse(path, "picture-size", message, "Save it smaller")


_STRIPPED: Final[Mapping[str, Callable[[bytes, str], bytes]]] = {
    "image/png": delivered_png,
    "image/jpeg": delivered_jpeg,
    "image/gif": delivered_gif,
}


_DOCUMENT_TYPE = re.compile(rb"""<!DOCTYPE\s(?:[^\[\]<>"']|"[^"<>]*"|'[^'<>]*')*>""")


def svg_root(untrusted: bytes, path: str) -> Xml:
    """The root of an SVG. A document type that only names SVG's own is passed over: drawing programs write it.

    Raises:
        SourceRefused: it is not well-formed, has declarations of its own, or is no SVG.
    """
    plain = _DOCUMENT_TYPE.sub(lambda found: b"\n" * found[0].count(b"\n"), untrusted, count=1)
    if b"<!DOCTYPE" in plain:
        refuse(path, "doctype", "has a document type with declarations of its own", "Export it as plain SVG")
    root = parse(plain, path)
    if root.namespace != SVG_NAMESPACE or root.name != "svg":
        raise root.refused("picture-kind", "is not SVG", "Save it as SVG")
    return root


def _delivered_svg(untrusted: bytes, path: str) -> bytes:
    root = svg_root(untrusted, path)
    for node in root.node.iter():
        _check_svg_element(Xml(path, node))
    _Drawn(root).check()
    copy = _without_foreign(root.node)
    _resolve_shares(copy)
    etree.cleanup_namespaces(copy)
    return canonical(copy)


class _Drawn:
    """How much an SVG draws when everything that refers to another element is drawn in its place.

    Ten groups that each show the one before ten times are a few hundred bytes and ten thousand million shapes.
    """

    def __init__(self, root: Xml) -> None:
        self._root = root
        self._named = {str(node.get("id")): node for node in root.node.iter() if node.get("id")}
        self._known: dict[str, int] = {}

    def check(self) -> None:
        """Raise SourceRefused where it is too much, or goes round in a circle."""
        self._count(self._root.node, 0)

    def _count(self, node: _Element, depth: int) -> int:
        if depth > MAX_SHOWN_DEPTH:
            message = f"shows elements that show others, more than {MAX_SHOWN_DEPTH} deep"
            raise self._root.refused("picture-size", message, "Draw them in their places")
        drawn = 0
        for each in node.iter():
            drawn += 1 + sum(self._shown(name, depth) for name in _references(each))
            if drawn > MAX_ELEMENTS:
                message = f"draws more than {MAX_ELEMENTS} elements"
                raise self._root.refused("picture-size", message, "Save it as a PNG")
        return drawn

    def _shown(self, name: str, depth: int) -> int:
        if name in self._named and name not in self._known:
            self._known[name] = self._count(self._named[name], depth + 1)
        return self._known.get(name, 0)


def _references(node: _Element) -> Iterator[str]:
    """The elements of the same picture that one element shows, or is drawn with."""
    for key, value in node.attrib.items():
        text = str(value)
        if str(key).endswith("href") and text.strip().startswith("#"):
            yield text.strip()[1:]
        yield from _SHOWN.findall(text)


def _check_svg_element(xml: Xml) -> None:
    if xml.namespace != SVG_NAMESPACE:
        return  # an editor's own element; left out below
    if xml.name not in _SVG_ELEMENTS and xml.name != "metadata":
        raise xml.refused("svg", "is not among the SVG elements that are drawn", "Simplify the picture")
    for name, value in xml.attributes():
        if name.startswith("on") or _EXTERNAL.search(value):
            raise xml.refused("svg", f"has an attribute {name} that is active or points outside", "Remove it")
        if name in {"href", _XLINK_HREF} and not value.startswith("#"):
            raise xml.refused("svg", "refers to something outside the picture", "Put it into the picture")


def _resolve_shares(root: _Element) -> None:
    """Write lengths given in percent of the picture in its own units (SVG 1.1, 7.10): the window's renderer takes them for
    plain numbers. Gradients keep theirs, which are of the shape, and so does the root, whose are of the page."""
    width, height = _viewport(root)
    whole = {
        **dict.fromkeys(("x", "width", "cx", "rx", "x1", "x2"), width),
        **dict.fromkeys(("y", "height", "cy", "ry", "y1", "y2"), height),
        "r": math.hypot(width, height) / math.sqrt(2),
    }
    for node in root.iterdescendants():
        if etree.QName(node).localname not in _IN_PERCENT:
            continue
        for name, length in whole.items():
            share = _SHARE.fullmatch(node.get(name, ""))
            if share is not None and length:
                node.set(name, f"{float(share[1]) / 100 * length:.6g}")


def _viewport(root: _Element) -> tuple[float, float]:
    """Width and height in the picture's own units; 0 for what it does not say."""
    box = [_number(each) for each in re.split(r"[\s,]+", root.get("viewBox", "").strip())]
    if len(box) == 4 and all(math.isfinite(each) and each > 0 for each in box[2:]):
        return box[2], box[3]
    sides = [_number(root.get(name, "").strip().removesuffix("px")) for name in ("width", "height")]
    return sides[0], sides[1]


def _number(text: str) -> float:
    """A number as it is mostly written; 0 for anything else."""
    return float(text) if _PLAIN_NUMBER.fullmatch(text) else 0.0


def _without_foreign(node: _Element) -> _Element:
    copy = new_element(node)
    for key, value in node.attrib.items():
        if str(key) == _XLINK_HREF or not str(key).startswith(_UNSEEN_ATTRIBUTES):
            copy.set(key, value)
    copy.text, copy.tail = node.text, node.tail
    for child in node:
        name = etree.QName(child)
        if name.namespace == SVG_NAMESPACE and name.localname not in {"metadata", "title", "desc"}:
            copy.append(_without_foreign(child))
    return copy
