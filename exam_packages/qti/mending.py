"""Other people's documents: what is wrong with them and does not matter for scoring is put right before they are read.

Owns two steps. Bytes that XML cannot read for the sake of a name, an encoding or a prefix become bytes that it can; elements,
attributes and constants that are spelled another way than QTI spells them get QTI's spelling. Nothing is guessed that could earn
points: what has no one meaning stays as it is, and the reader refuses it. Content that is built is never mended.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Mapping
from html.entities import html5
from typing import Final

from lxml import etree
from lxml.etree import _Element

from exam_packages.qti.model import BaseType, Cardinality
from exam_packages.qti.reading import MAX_DOCUMENT_BYTES, QTI3_NAMESPACE, XINCLUDE_NAMESPACE
from exam_packages.qti.templates import TEMPLATES, expand
from exam_packages.qti.upgrade.names import NAMESPACES, QTI, Version, kebab
from exam_packages.qti.upgrade.values import TEMPLATES as STANDARD_TEMPLATES
from exam_packages.qti.values import NotAValueError, parse_float

NEEDED: Final = ("declaration", "processing")
"""How the names of the root's children end that scoring looks at, in every version."""


# -- bytes ------------------------------------------------------------------------------------------------------------


def mended_text(untrusted: bytes) -> bytes:
    """A document as XML can read it: without document type, with characters for names, every prefix declared.

    Lines stay what they are, but for blank ones before the beginning. Entities that the document declares itself are written out
    where they are plain text; to use any other is not well-formed.
    """
    text = _transcoded(untrusted).lstrip(b" \t\r\n")
    found = _DOCUMENT_TYPE.match(text, max(text.find(b"<!DOCTYPE"), 0))
    declared: Mapping[bytes, bytes] = {}
    if found is not None:
        declared = {each[1]: each[2] or each[3] or b"" for each in _ENTITY.finditer(found[0])}
        text = text[: found.start()] + b"\n" * found[0].count(b"\n") + text[found.end() :]
    if sum(len(declared.get(each, b"")) for each in _NAMED_CHARACTER.findall(text)) > MAX_DOCUMENT_BYTES:
        return text  # written out it would be longer than any document; with its names no reader accepts it
    text = _NAMED_CHARACTER.sub(lambda match: _character(match, declared), text)
    return _with_prefixes(text)


def _transcoded(untrusted: bytes) -> bytes:
    """UTF-8, for encodings that are beyond the reader, and for what says UTF-16 and is not."""
    for mark, name in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if untrusted.startswith(mark):
            return _decoded(untrusted, name)
    found = _DECLARATION.match(untrusted)
    name = found["name"].decode("ascii").lower() if found else ""
    if name in {"utf-16", "utf16", "unicode", "ucs-2"}:  # written to a string first, as some libraries do
        return _decoded(untrusted, "utf-8")
    return _decoded(untrusted, name) if _CODE_PAGE.fullmatch(name) else untrusted


def _decoded(untrusted: bytes, name: str) -> bytes:
    try:
        text = untrusted.decode(name)
    except (UnicodeDecodeError, LookupError):
        return untrusted  # the reader says what is wrong with it
    return _TEXT_DECLARATION.sub(r"\1", text, count=1).encode("utf-8")


def _character(match: re.Match[bytes], declared: Mapping[bytes, bytes]) -> bytes:
    name = match[1]
    if name in _XML_NAMES:
        return match[0]
    if name in declared:
        plain = declared[name].replace(b'"', b"&quot;").replace(b"'", b"&apos;")
        return match[0] if _MARKUP.search(declared[name]) else plain
    characters = html5.get(name.decode("ascii") + ";", "")
    return b"".join(b"&#%d;" % ord(each) for each in characters) or match[0]


def _with_prefixes(text: bytes) -> bytes:
    """Declare the prefixes that are used and nowhere declared."""
    unknown = set(_USED_PREFIX.findall(text)) - set(_DECLARED_PREFIX.findall(text)) - {b"xml", b"xmlns"}
    root = _ROOT.search(text) if unknown else None
    if root is None:
        return text
    added = b"".join(b' xmlns:%s="urn:undeclared:%s"' % (each, each) for each in sorted(unknown))
    return text[: root.end()] + added + text[root.end() :]


_DECLARATION: Final = re.compile(rb"""<\?xml\s[^>]*?\sencoding\s*=\s*["'](?P<name>[A-Za-z0-9._-]{1,40})["']""")
_TEXT_DECLARATION: Final = re.compile(r"""^\ufeff?(<\?xml\s[^>]*?)\sencoding\s*=\s*["'][A-Za-z0-9._-]{1,40}["']""")
_CODE_PAGE: Final = re.compile(r"iso-8859-([2-9]|1[0-6])|windows-125[0-8]|koi8-[ru]")
_XML_NAMES: Final = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})
_NAMED_CHARACTER: Final = re.compile(rb"&([A-Za-z][A-Za-z0-9]{0,39});")
_MARKUP: Final = re.compile(rb"[<&%]")
_ENTITY: Final = re.compile(rb"""<!ENTITY\s+([A-Za-z][A-Za-z0-9]{0,39})\s+(?:"([^"]{0,1000})"|'([^']{0,1000})')\s*>""")
_DOCUMENT_TYPE: Final = re.compile(
    rb"""<!DOCTYPE(?:[^\[>"']|"[^"]*"|'[^']*')*(?:\[(?:[^\]"'<]|"[^"]*"|'[^']*'|<!--(?:[^-]|-(?!->))*-->|<(?!!--))*\]\s*)?>"""
)
_NAME: Final = rb"[A-Za-z_][A-Za-z0-9_.-]*"
_USED_PREFIX: Final = re.compile(rb"(?:</?|\s)(" + _NAME + rb"):(?=" + _NAME + rb"(?:[\s/>]|\s*=))")
_DECLARED_PREFIX: Final = re.compile(rb"xmlns:(" + _NAME + rb")\s*=")
_ROOT: Final = re.compile(rb"<" + _NAME + rb"(?::" + _NAME + rb")?(?=[\s/>])")


# -- names ------------------------------------------------------------------------------------------------------------


def mend_names(root: _Element) -> None:
    """Give the parts of an item that scoring looks at the names of one version of QTI, in place.

    The namespace is the root's, whatever it says; foreign elements among rules and declarations are notes, and left out.
    """
    name = etree.QName(root)
    old = name.localname == "assessmentItem"
    namespace = _old_namespace(name.namespace or "") if old else QTI3_NAMESPACE
    if not old and name.localname != "qti-assessment-item":
        return
    root.tag = f"{{{namespace}}}{name.localname}"
    for child in root:
        if etree.QName(child).localname.lower().replace("-", "").endswith(NEEDED):
            _mend(child, namespace, old=old)


def _old_namespace(namespace: str) -> str:
    if NAMESPACES.get(namespace, Version.V3_0) is not Version.V3_0:
        return namespace
    known = _VERSION.search(namespace)
    return f"http://www.imsglobal.org/xsd/imsqti_v{known[0] if known else '2p1'}"


def _mend(node: _Element, namespace: str, *, old: bool) -> None:
    # The depth of a tree is limited by the reader, so recursion is safe.
    for child in list(node):
        if etree.QName(child).namespace == XINCLUDE_NAMESPACE:
            continue
        if _is_note(child, node):
            node.remove(child)
        else:
            _mend(child, namespace, old=old)
    local = etree.QName(node).localname
    node.tag = f"{{{namespace}}}{local if old else _new_name(local)}"
    if not old:
        for key in [str(each) for each in node.attrib if not str(each).startswith("{")]:
            if kebab(key) not in node.attrib:
                node.set(kebab(key), str(node.attrib.pop(key)))


def _is_note(child: _Element, parent: _Element) -> bool:
    name = etree.QName(child)
    if (name.namespace or "") in NAMESPACES or _new_name(name.localname) in _NEW_NAMES:
        return False
    # Among operands it would be an operator that nobody knows: it stays, and is refused if anything depends on it.
    return _new_name(etree.QName(parent).localname) in _HOLDS_NOTES


def _new_name(local: str) -> str:
    return local if local.startswith("qti-") or local not in QTI else f"qti-{kebab(local)}"


_VERSION: Final = re.compile(r"2p[0-2](?![0-9])")
_NEW_NAMES: Final = frozenset(f"qti-{kebab(name)}" for name in QTI)
_TEMPLATE: Final = re.compile(r"(?P<address>(?:[^/]*/)*)(?P<name>[A-Za-z0-9_]+)(?:\.xml)?/?")
_HOLDS_NOTES: Final = frozenset(
    f"qti-{kind}-{part}"
    for kind in ("response", "outcome", "template")
    for part in ("declaration", "processing", "condition", "processing-fragment")
)


def mend_template(root: _Element, is_there: Callable[[str], bool]) -> None:
    """Give a standard template its standard name where it is named by a file that is not there, or at another address.

    Args:
        root: of an item with mended names.
        is_there: whether a relative reference leads to a file.
    """
    for child in root:
        if len(child) or etree.QName(child).localname not in {"responseProcessing", "qti-response-processing"}:
            continue
        named = [(child.get(name) or "").strip() for name in ("template", "templateLocation", "template-location")]
        for reference in filter(None, named):
            found = _TEMPLATE.fullmatch(reference)
            if found is None or found["name"] not in TEMPLATES or expand(reference) is not None:
                continue
            standard = not found["address"] or found["address"].endswith("rptemplates/")
            if standard and ("://" in reference or not is_there(reference)):
                child.set("template", f"{STANDARD_TEMPLATES}{found['name']}.xml")
                return


# -- constants --------------------------------------------------------------------------------------------------------


def mend_constants(root: _Element) -> None:
    """Spell cardinalities, base types, truths and whole numbers of an item of QTI 3.0 as QTI does, in place."""
    for node in root.iter(etree.Element):
        for name, words in _WORDS.items():
            written = (node.get(name) or "").strip()
            if written:
                node.set(name, words.get(written.lower(), written))
        if etree.QName(node).localname in _BOUNDED:
            for name in _BOUNDS:
                if node.get(name) is not None and not str(node.get(name)).strip():
                    del node.attrib[name]
    for declaration in root:
        if etree.QName(declaration).localname.endswith("-declaration"):
            _mend_declaration(declaration)
    for node in root.iter(f"{{{QTI3_NAMESPACE}}}qti-base-value"):
        _mend_value(node, node.get("base-type"), _VALUES)


def _mend_declaration(declaration: _Element) -> None:
    if not declaration.get("cardinality"):
        declaration.set("cardinality", Cardinality.SINGLE.value)
    known = _REQUIRED_TYPES.get((declaration.get("identifier") or "").strip())
    if (
        declaration.get("base-type") is None
        and known
        and etree.QName(declaration).localname == "qti-outcome-declaration"
    ):
        declaration.set("base-type", known.value)
    values = list(declaration.iter(f"{{{QTI3_NAMESPACE}}}qti-value"))
    for node in values:
        _mend_value(node, node.get("base-type") or declaration.get("base-type"), _DECLARED_VALUES)
    texts = [*((each.text or "") for each in values), *_keys(declaration)]
    if declaration.get("base-type") == BaseType.IDENTIFIER.value and any(len(each.split()) > 1 for each in texts):
        # Nothing with a space in it is an identifier; as text it is at least equal to itself.
        declaration.set("base-type", BaseType.STRING.value)


def _keys(declaration: _Element) -> list[str]:
    return [each.get("map-key") or "" for each in declaration.iter(f"{{{QTI3_NAMESPACE}}}qti-map-entry")]


def _mend_value(node: _Element, base_type: str | None, mending: Mapping[str, Callable[[str], str]]) -> None:
    mend = mending.get(base_type or "")
    if mend is not None and not len(node):
        node.text = mend(node.text or "")


def _truth(text: str) -> str:
    word = text.strip().lower()
    return word if word in {"true", "false"} else text


def _whole(text: str) -> str:
    try:
        number = parse_float(text)
    except NotAValueError:
        return text
    return str(int(number)) if number.is_integer() else text


_VALUES: Final[Mapping[str, Callable[[str], str]]] = {BaseType.BOOLEAN.value: _truth, BaseType.INTEGER.value: _whole}
_DECLARED_VALUES: Final[Mapping[str, Callable[[str], str]]] = {**_VALUES, BaseType.STRING.value: str.strip}
"""White space around a declared text is how somebody's editor indents; constants in rules keep theirs."""
_BOUNDED: Final = frozenset({"qti-mapping", "qti-area-mapping", "qti-outcome-declaration"})
_BOUNDS: Final = ("lower-bound", "upper-bound", "default-value", "normal-maximum", "normal-minimum", "mastery-value")
"""Numbers that some editors write down empty where there is none."""
_TRUTHS: Final = {"true": "true", "false": "false"}
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "cardinality": {each.value.lower(): each.value for each in Cardinality},
    # QTI 2.1 has a type that is an integer or an identifier: as an identifier either is equal to itself.
    "base-type": {each.value.lower(): each.value for each in BaseType} | {"intoridentifier": BaseType.IDENTIFIER.value},
    "case-sensitive": _TRUTHS,
    "substring": _TRUTHS,
    "include-boundary": _TRUTHS,
    "include-lower-bound": _TRUTHS,
    "include-upper-bound": _TRUTHS,
}
_REQUIRED_TYPES: Final = {"SCORE": BaseType.FLOAT, "MAXSCORE": BaseType.FLOAT, "PASSED": BaseType.BOOLEAN}
"""What OutcomeDeclarationDType says these must be."""
