"""Untrusted XML bytes → elements that know their place, with typed readers.

Owns hardening (no document type, no entities, no network, limits) and every conversion from an attribute's text. Refuses to
know QTI's elements. Whatever is wrong is a ``SourceRefused`` with file, line and element; nothing else leaves this module.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from html.entities import name2codepoint
from typing import Final, NoReturn, TypeVar

from lxml import etree
from lxml.etree import _Element

from exam_packages.errors import LintFinding, Severity, SourceRefused
from exam_packages.qti.values import NotAValueError, parse_float, parse_integer

MAX_DOCUMENT_BYTES: Final = 4 * 1024 * 1024  # the largest document in the corpora is a tenth of it
MAX_DEPTH: Final = 64
MAX_ELEMENTS: Final = 50_000
MAX_ATTRIBUTES: Final = 64
MAX_TAGS: Final = 4 * MAX_ELEMENTS  # elements, comments, and whatever in CDATA looks like one

QTI3_NAMESPACE: Final = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
XML_NAMESPACE: Final = "http://www.w3.org/XML/1998/namespace"
XINCLUDE_NAMESPACE: Final = "http://www.w3.org/2001/XInclude"

_Choice = TypeVar("_Choice", bound=Enum)


def finding(file: str, rule: str, message: str, remedy: str, *, line: int = 0, element: str = "") -> LintFinding:
    """A finding that stops the build, about a file as a whole unless a line says more."""
    return LintFinding(file=file, line=line, element=element, rule=rule, message=message, remedy=remedy)


def refuse(file: str, rule: str, message: str, remedy: str, *, line: int = 0) -> NoReturn:
    """Raise one finding about a file as a whole."""
    raise SourceRefused([finding(file, rule, message, remedy, line=line)])


def line_of(node: _Element) -> int:
    """1-based line of an element; 0 where the parser does not know."""
    line: object = node.sourceline  # the stubs leave its type open
    return line if isinstance(line, int) else 0


def _tag_of(node: _Element) -> str:
    """Local name, ``{namespace}`` before it; the library's own type for it costs a tenth of all reading."""
    tag: str = node.tag  # comments and the like, whose tag is a function, are no elements here
    return tag


@dataclass(frozen=True, slots=True)
class Xml:
    """One element of a document, with its place."""

    file: str
    node: _Element

    # -- names --------------------------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """Local name."""
        return _tag_of(self.node).rpartition("}")[2]

    @property
    def namespace(self) -> str:
        """Namespace, or the empty string."""
        return _tag_of(self.node)[1:].rpartition("}")[0]

    @property
    def line(self) -> int:
        """1-based line in the source."""
        return line_of(self.node)

    def finding(self, rule: str, message: str, remedy: str, severity: Severity = Severity.ERROR) -> LintFinding:
        """A finding about this element."""
        return LintFinding(
            file=self.file,
            line=self.line,
            element=self.name,
            rule=rule,
            message=message,
            remedy=remedy,
            severity=severity,
        )

    def refused(self, rule: str, message: str, remedy: str) -> SourceRefused:
        """The refusal of this element; the caller raises it."""
        return SourceRefused([self.finding(rule, message, remedy)])

    # -- content ------------------------------------------------------------------------------------------------------

    def children(self, *names: str) -> Iterator[Xml]:
        """Child elements, all or those of some local names."""
        for node in self.node:
            if isinstance(node.tag, str):
                child = Xml(self.file, node)
                if not names or child.name in names:
                    yield child

    def child(self, name: str) -> Xml | None:
        """The only child of a name, or None.

        Raises:
            SourceRefused: there are several.
        """
        found = list(self.children(name))
        if len(found) > 1:
            raise found[1].refused("element-repeated", "stands here a second time", "Keep one of them")
        return found[0] if found else None

    @property
    def text(self) -> str:
        """The text directly inside, white space at its ends kept."""
        parts = [self.node.text or "", *(node.tail or "" for node in self.node)]
        return "".join(parts)

    # -- attributes ---------------------------------------------------------------------------------------------------

    def attributes(self) -> Iterator[tuple[str, str]]:
        """Attributes by name; those of XML itself as ``xml:lang``, others in a namespace as ``{namespace}name``."""
        for key, value in self.node.attrib.items():
            name = str(key)
            prefix = f"{{{XML_NAMESPACE}}}"
            yield (f"xml:{name.removeprefix(prefix)}" if name.startswith(prefix) else name), str(value)

    def optional(self, name: str) -> str | None:
        """An attribute's text, or None where it is absent."""
        value = self.node.get(name)
        return None if value is None else str(value)

    def required(self, name: str) -> str:
        """An attribute's text, white space at its ends removed.

        Raises:
            SourceRefused: it is absent or empty.
        """
        value = (self.optional(name) or "").strip()
        if not value:
            raise self.refused("attribute-missing", f"has no attribute {name}", "Add it")
        return value

    def language(self) -> str:
        """``xml:lang``, or the empty string."""
        return str(self.node.get(f"{{{XML_NAMESPACE}}}lang") or "")

    def flag(self, name: str, *, default: bool = False) -> bool:
        """An xs:boolean attribute."""
        value = (self.optional(name) or "").strip()
        if value not in {"", "true", "false", "1", "0"}:
            raise self._wrong(name, "is neither true nor false")
        return default if not value else value in {"true", "1"}

    def integer(self, name: str, default: int, *, minimum: int = 0) -> int:
        """An integer attribute from a minimum."""
        found = self.optional_integer(name, minimum=minimum)
        return default if found is None else found

    def optional_integer(self, name: str, *, minimum: int = 0) -> int | None:
        """An integer attribute from a minimum, or None where it is absent."""
        value = self.optional(name)
        if value is None:
            return None
        try:
            number = parse_integer(value)
        except NotAValueError as error:
            raise self._wrong(name, str(error)) from None
        if number < minimum:
            raise self._wrong(name, f"is below {minimum}")
        return number

    def number(self, name: str) -> float | None:
        """An xs:double attribute, or None where it is absent."""
        value = self.optional(name)
        if value is None:
            return None
        try:
            return parse_float(value)
        except NotAValueError as error:
            raise self._wrong(name, str(error)) from None

    def choice(self, name: str, kind: type[_Choice]) -> _Choice:
        """An attribute that is one of an enumeration's values."""
        value = self.required(name)
        try:
            return kind(value)
        except ValueError:
            raise self._wrong(name, f"is none of {', '.join(each.value for each in kind)}") from None

    def _wrong(self, name: str, message: str) -> SourceRefused:
        return self.refused("attribute-value", f"has an attribute {name} that {message}", "Correct its value")


def parse(untrusted: bytes, file: str) -> Xml:
    """Read an XML document.

    Comments and processing instructions are dropped: they are not part of any model.

    Args:
        untrusted: the bytes, in UTF-8, UTF-16, ISO 8859-1, Windows-1252 or ASCII.
        file: the path in the package, for messages.

    Raises:
        SourceRefused: it is not well-formed, has a document type, includes another file, or is beyond a limit.
    """
    xml = parse_with_includes(untrusted, file)
    for node in xml.node.iter(f"{{{XINCLUDE_NAMESPACE}}}*"):
        refuse(file, "xinclude", "includes another file", "Put the content here", line=line_of(node))
    return xml


def parse_with_includes(untrusted: bytes, file: str) -> Xml:
    """``parse`` for sources whose XInclude elements are resolved afterwards, inside the package; nothing is included here.

    Raises:
        SourceRefused: as ``parse`` does, but for inclusions.
    """
    if len(untrusted) > MAX_DOCUMENT_BYTES:
        refuse(file, "document-too-large", f"is longer than {MAX_DOCUMENT_BYTES} bytes", "Split it")
    text = _decoded(untrusted, file)
    # Before parsing, because entities in attribute values are expanded whatever the parser is told.
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        refuse(file, "doctype", "has a document type declaration", "Remove it and write characters instead of entities")
    # Before parsing, too: four MiB of empty elements become a tree of a quarter of a GiB. What is no element is counted as well.
    if text.count("<") - text.count("</") > MAX_TAGS:
        refuse(file, "document-too-large", f"has more than {MAX_ELEMENTS} elements", "Split it")
    root = _parsed(text.encode("utf-8"), file)
    _check_size(root, file)
    return Xml(file, root)


_DECLARATION = re.compile(r"""<\?xml\s[^>]*?(?P<encoding>\sencoding\s*=\s*["'](?P<name>[A-Za-z0-9._-]{1,40})["'])""")
_ENCODINGS: Final[Mapping[str, str]] = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "iso-8859-1": "latin-1",
    "latin1": "latin-1",
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
}
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def _decoded(untrusted: bytes, file: str) -> str:
    """The characters of a document, its declaration of an encoding taken out (XML 1.0, appendix F).

    Decoding is done here and not by libxml2: what is searched for a document type must be what is parsed.
    """
    try:
        text = _unmarked(untrusted, file)
    except UnicodeDecodeError as error:
        line = untrusted[: error.start].count(b"\n") + 1
        refuse(file, "encoding", "is not in the encoding it declares", "Save it as UTF-8", line=line)
    if "\x00" in text:
        refuse(file, "encoding", "is not UTF-8", "Save it as UTF-8")
    declared = _DECLARATION.match(text)
    if declared is None:
        return text
    return text[: declared.start("encoding")] + text[declared.end("encoding") :]


def _unmarked(untrusted: bytes, file: str) -> str:
    for mark, encoding in _MARKS:
        if untrusted.startswith(mark):
            return untrusted[len(mark) :].decode(encoding)
    for start, encoding in ((b"<\x00?\x00", "utf-16-le"), (b"\x00<\x00?", "utf-16-be")):
        if untrusted.startswith(start):
            return untrusted.decode(encoding)
    declared = _DECLARATION.match(untrusted[:200].decode("latin-1"))
    name = declared["name"].lower() if declared else "utf-8"
    if name not in _ENCODINGS:
        refuse(file, "encoding", f"is in the encoding {name}", "Save it as UTF-8")
    return untrusted.decode(_ENCODINGS[name])


def _parsed(untrusted: bytes, file: str) -> _Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(untrusted, parser)
    except etree.XMLSyntaxError as error:
        message = f"is not well-formed XML ({error.msg})"
        refuse(file, "not-well-formed", message, _remedy(error.msg), line=error.lineno or 0)
    if root is None:
        refuse(file, "not-well-formed", "is not well-formed XML (it is empty)", "Correct the XML")
    # The library looks at the last message only: a warning behind it hides a prefix that nobody declared, or an attribute twice.
    for hidden in parser.error_log.filter_from_errors():
        message = f"is not well-formed XML ({hidden.message})"
        refuse(file, "not-well-formed", message, "Correct the XML", line=hidden.line)
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]  # missing in the stubs
        refuse(file, "doctype", "has a document type declaration", "Remove it and write characters instead of entities")
    return root


def _remedy(message: str) -> str:
    """What to do about XML that is not well-formed: named characters of HTML have a remedy of their own."""
    named = _UNDEFINED.match(message)
    code = name2codepoint.get(named["name"]) if named else None
    if named is None or code is None:
        return "Correct the XML"
    return f"Write &#{code}; instead of &{named['name']};, which is HTML and not XML"


_UNDEFINED: Final = re.compile(r"Entity '(?P<name>[A-Za-z0-9]{1,40})' not defined")


def _check_size(root: _Element, file: str) -> None:
    remaining = MAX_ELEMENTS
    level = [root]
    for _ in range(MAX_DEPTH):
        remaining -= len(level)
        if remaining < 0:
            refuse(file, "document-too-large", f"has more than {MAX_ELEMENTS} elements", "Split it")
        for node in level:
            _check_node(node, file)
        level = [child for node in level for child in node]
        if not level:
            return
    refuse(file, "document-too-deep", f"nests deeper than {MAX_DEPTH} elements", "Nest less", line=line_of(level[0]))


def _check_node(node: _Element, file: str) -> None:
    if not isinstance(node.tag, str):
        refuse(file, "entity", "has an entity reference", "Write the character", line=line_of(node))
    if len(node.attrib) > MAX_ATTRIBUTES:
        refuse(
            file, "document-too-large", f"has more than {MAX_ATTRIBUTES} attributes", "Remove some", line=line_of(node)
        )
