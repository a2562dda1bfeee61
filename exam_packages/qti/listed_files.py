"""A manifest with more files listed: those that a step of preparing took out of documents, or made for them.

Owns where they stand in it: at the resource of the document that shows them. Refuses to know what they are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from lxml import etree

from exam_packages.qti.manifest import MANIFEST_PATH
from exam_packages.qti.paths import resolve
from exam_packages.qti.reading import Xml, parse
from exam_packages.qti.upgrade.writing import with_lines


def with_files_listed(untrusted: bytes, of_document: Mapping[str, Collection[str]]) -> bytes:
    """Return a manifest that lists files where their documents are.

    Args:
        untrusted: the manifest.
        of_document: package paths of further files, by the document's.

    Raises:
        SourceRefused: it cannot be read.
    """
    root = parse(untrusted, MANIFEST_PATH)
    for node in root.node.iter(f"{{{root.namespace}}}resource"):
        resource = Xml(MANIFEST_PATH, node)
        path = resolve(resource, "href", "") if resource.optional("href") else ""
        for file in sorted(of_document.get(path, ())):
            etree.SubElement(node, f"{{{root.namespace}}}file", {"href": file})
    return with_lines(root.node)
