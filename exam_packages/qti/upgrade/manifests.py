"""Manifests of QTI 2.x content packages → those of QTI 3.0: names, types of resources, nothing that is not read.

Owns what each type of resource is called. Metadata and organizations are left out: an exam's structure is its test.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote

from lxml import etree
from lxml.etree import _Element

from exam_packages.errors import LintFinding, SourceRefused
from exam_packages.qti.linting import IDENTIFIER
from exam_packages.qti.manifest import MANIFEST_NAMESPACE, ResourceType, read_manifest
from exam_packages.qti.reading import XML_NAMESPACE, Xml, parse
from exam_packages.qti.upgrade.notes import Notes
from exam_packages.qti.upgrade.trees import local, remove
from exam_packages.qti.upgrade.writing import with_lines

NAMESPACES: Final = frozenset(
    {
        "http://www.imsglobal.org/xsd/imscp_v1p1",
        "http://www.imsglobal.org/xsd/imscp_v1p2",
        "http://www.imsglobal.org/xsd/imscp_v1p1p4",
        "http://www.imsglobal.org/xsd/apip/apipv1p0/imscp_v1p1",
        "http://www.imsproject.org/xsd/imscp_rootv1p1p2",
        "",
    }
)
_KEPT: Final = frozenset({"manifest", "resources", "resource", "file", "dependency"})
_TYPE: Final = re.compile(r"imsqti_(?:apip)?(?P<kind>item|test|assessment|section|stimulus)_xmlv2p\d(?:p\d)?", re.ASCII)
_KINDS: Final[Mapping[str, ResourceType]] = {
    "item": ResourceType.ITEM,
    "test": ResourceType.TEST,
    "assessment": ResourceType.TEST,
    "section": ResourceType.SECTION,
    "stimulus": ResourceType.STIMULUS,
}
_OLDER: Final = re.compile(r"imsqti_xmlv1p\d.*", re.ASCII)
_BASE: Final = f"{{{XML_NAMESPACE}}}base"
_NOT_IN_IDENTIFIERS: Final = re.compile(r"[^A-Za-z0-9_.-]", re.ASCII)


KindOf = Callable[[str], ResourceType | None]
"""What a file of the package is, by its path; None where it is no document of QTI."""


def upgraded_manifest(untrusted: bytes, path: str, *, notes: list[LintFinding], kind_of: KindOf) -> bytes:
    """The manifest of a package of any version, as QTI 3.0 has it; one of QTI 3.0 as it is.

    Documents that are only listed as files of another one, as the items of a test sometimes are, become resources.

    Raises:
        SourceRefused: it is no manifest of a QTI package.
    """
    xml = parse(untrusted, path)
    if xml.namespace == MANIFEST_NAMESPACE:
        return untrusted
    if xml.name != "manifest" or xml.namespace not in NAMESPACES:
        raise xml.refused(
            "manifest", "is not the manifest of a QTI 2.x or 3.0 package", "Export the package as QTI 3.0"
        )
    found = Notes(path, notes)
    for node in list(xml.node.iter(f"{{{xml.namespace}}}resource", "resource")):
        _type(Xml(path, node), found)
    _keep(xml.node)
    _identify(xml.node)
    _list_documents(xml, kind_of, found)
    return with_lines(xml.node)


def _type(resource: Xml, notes: Notes) -> None:
    """Give a resource the type that QTI 3.0 has for it."""
    declared = (resource.optional("type") or "").strip()
    if _OLDER.fullmatch(declared):
        raise resource.refused("version", "is QTI 1.x", "Export the package as QTI 2.1, 2.2 or 3.0")
    kind = _TYPE.fullmatch(declared)
    if kind is None and declared not in {each.value for each in ResourceType}:
        notes.add(resource.node, "resource-type", f"is of the type {declared[:80]}, which only its users know")
    resource.node.set("type", _KINDS[kind["kind"]].value if kind else _other(declared))


def _list_documents(xml: Xml, kind_of: KindOf, notes: Notes) -> None:
    """Give a resource of its own to every document that is only a file of another resource."""
    try:
        manifest = read_manifest(xml)
    except SourceRefused:
        return  # whoever reads it says what is wrong
    resources = xml.child("resources")
    if resources is None:
        return
    for number, path in enumerate(sorted(manifest.files - {each.path for each in manifest.resources}), start=1):
        kind = kind_of(path)
        if kind is None:
            continue
        notes.add(resources.node, "resource-unlisted", f"has no resource for {path}; it is listed as {kind.value}")
        attributes = {"identifier": f"_unlisted-{number}", "type": kind.value, "href": quote(path)}
        listed = etree.SubElement(resources.node, f"{{{MANIFEST_NAMESPACE}}}resource", attributes)
        etree.SubElement(listed, f"{{{MANIFEST_NAMESPACE}}}file", {"href": quote(path)})


def _other(declared: str) -> str:
    known = {each.value for each in ResourceType}
    return declared if declared in known else ResourceType.WEB_CONTENT.value


def _keep(root: _Element) -> None:
    """Leave only what is read, in the namespace of QTI 3.0; what the manifest says about the whole package stays as it is."""
    metadata = {node for part in root if local(part) == "metadata" for node in part.iter()}
    for node in list(root.iter()):
        if node in metadata or (node is not root and node.getparent() is None):
            continue
        if local(node) not in _KEPT or (node is not root and local(node) == "manifest"):
            remove(node)
            continue
        node.tag = f"{{{MANIFEST_NAMESPACE}}}{local(node)}"
        for key in [str(each) for each in node.attrib]:
            if key not in {"identifier", "identifierref", "type", "href", _BASE}:
                del node.attrib[key]


def _identify(root: _Element) -> None:
    """Write identifiers as the profile has them; those of the manifest name nothing outside it."""
    for node in root.iter():
        for name in ("identifier", "identifierref"):
            value = str(node.get(name) or "").strip()
            if value and not IDENTIFIER.fullmatch(value):
                cleaned = _NOT_IN_IDENTIFIERS.sub("_", quote(value, safe=" ").replace("%", "_"))
                node.set(name, cleaned if IDENTIFIER.fullmatch(cleaned) else f"_{cleaned}")
