"""``imsmanifest.xml``: what a content package says it holds.

Owns the manifest of QTI 3.0 content packages (IMS Content Packaging 1.2 profile), reading and writing.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from lxml import etree

from exam_packages.ids import ExamId
from exam_packages.qti.linting import MAX_TITLE_CHARACTERS
from exam_packages.qti.metadata import read_metadata
from exam_packages.qti.model import NO_METADATA, Metadata
from exam_packages.qti.names import name_from
from exam_packages.qti.paths import resolve
from exam_packages.qti.reading import XML_NAMESPACE, Xml
from exam_packages.qti.writing import canonical, new_root

MANIFEST_PATH: Final = "imsmanifest.xml"
MANIFEST_NAMESPACE: Final = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
MAX_RESOURCES: Final = 10_000

_BASE: Final = f"{{{XML_NAMESPACE}}}base"


class ResourceType(Enum):
    """The ``type`` of a resource."""

    TEST = "imsqti_test_xmlv3p0"
    SECTION = "imsqti_section_xmlv3p0"
    ITEM = "imsqti_item_xmlv3p0"
    STIMULUS = "imsqti_stimulus_xmlv3p0"
    WEB_CONTENT = "webcontent"
    ASSOCIATED = "associatedcontent/learning-application-resource"
    RESPONSE_PROCESSING = "imsqti_resprocessing_xmlv3p0"
    OUTCOMES = "imsqti_outcomes_xmlv3p0"
    FRAGMENT = "imsqti_fragment_xmlv3p0"
    PROCESSING_TEMPLATE = "imsqti_rptemplate_xmlv3p0"
    METADATA = "resourcemetadata/xml"
    EXTENDED_METADATA = "resourceextmetadata/xml"
    USAGE_DATA = "qtiusagedata/xml"
    CONTROL_FILE = "controlfile"
    STYLE_2 = "css2"
    STYLE_3 = "css3"
    PRONUNCIATION = "pls"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """``resource``: a document and the files it needs."""

    identifier: str
    type: ResourceType
    path: str
    files: frozenset[str]
    """All its files, ``path`` included."""
    dependencies: tuple[str, ...] = ()
    """Identifiers of other resources."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """``manifest``."""

    identifier: ExamId
    resources: tuple[Resource, ...]
    metadata: Metadata = NO_METADATA

    def of_type(self, kind: ResourceType) -> tuple[Resource, ...]:
        """The resources of one type."""
        return tuple(resource for resource in self.resources if resource.type is kind)

    @property
    def files(self) -> frozenset[str]:
        """Every file that a resource names."""
        return frozenset().union(*(resource.files for resource in self.resources))


def read_manifest(xml: Xml) -> Manifest:
    """Read a manifest; organizations and the metadata of resources are not looked at.

    Raises:
        SourceRefused: it is not a QTI 3.0 manifest, or says something impossible.
    """
    if xml.namespace != MANIFEST_NAMESPACE or xml.name != "manifest":
        raise xml.refused("manifest", "is not the manifest of a QTI 3.0 package", "Export the package as QTI 3.0")
    resources = xml.child("resources")
    if resources is None:
        raise xml.refused("manifest", "has no resources", "List the test, its items and their files")
    listed = tuple(_resource(each) for each in resources.children("resource") if _has_file(each))
    if len(listed) > MAX_RESOURCES:
        raise resources.refused("manifest", f"has more than {MAX_RESOURCES} resources", "Split the package")
    return Manifest(identifier=ExamId(name_from(_identifier(xml))), resources=listed, metadata=read_metadata(xml))


def _identifier(xml: Xml) -> str:
    identifier = xml.required("identifier")
    if len(identifier) > MAX_TITLE_CHARACTERS:
        raise xml.refused("manifest", "has an identifier that is too long", "Use a shorter one")
    return identifier


def _has_file(xml: Xml) -> bool:
    """Whether a resource is more than a list of other resources."""
    return bool((xml.optional("href") or "").strip()) or any(True for _ in xml.children("file"))


def _path(xml: Xml) -> str:
    """What ``href`` means, below the folders that ``xml:base`` names (XML Base)."""
    bases = [str(each.get(_BASE) or "") for each in (xml.node, *xml.node.iterancestors())]
    return resolve(xml, "href", posixpath.join(*reversed(bases)))


def _resource(xml: Xml) -> Resource:
    kind = xml.choice("type", ResourceType)
    files = list(xml.children("file"))
    path = _path(xml if (xml.optional("href") or "").strip() else files[0])
    named = frozenset(map(_path, files))
    return Resource(
        identifier=_identifier(xml),
        type=kind,
        path=path,
        files=named | {path},
        dependencies=tuple(each.required("identifierref") for each in xml.children("dependency")),
    )


def write_manifest(identifier: ExamId, resources: Iterable[Resource]) -> bytes:
    """The manifest of some resources, the same bytes for the same resources."""
    ordered = sorted(resources, key=lambda resource: resource.path)
    root = new_root(_tag("manifest"), MANIFEST_NAMESPACE)
    root.set("identifier", identifier)
    metadata = etree.SubElement(root, _tag("metadata"))
    etree.SubElement(metadata, _tag("schema")).text = "QTI Package"
    etree.SubElement(metadata, _tag("schemaversion")).text = "3.0.0"
    etree.SubElement(root, _tag("organizations"))
    listing = etree.SubElement(root, _tag("resources"))
    for resource in ordered:
        attributes = {"identifier": resource.identifier, "type": resource.type.value, "href": resource.path}
        element = etree.SubElement(listing, _tag("resource"), attributes)
        for path in sorted(resource.files):
            etree.SubElement(element, _tag("file"), {"href": path})
        for dependency in sorted(resource.dependencies):
            etree.SubElement(element, _tag("dependency"), {"identifierref": dependency})
    return canonical(root)


def _tag(name: str) -> str:
    return f"{{{MANIFEST_NAMESPACE}}}{name}"
