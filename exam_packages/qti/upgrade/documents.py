"""One document of QTI 2.0, 2.1 or 2.2 → the same document in QTI 3.0.

Owns the order of the steps and telling versions apart. Refuses to know the profile: what comes out may still be refused by the
linter, with the author's file and line.
"""

from __future__ import annotations

from collections.abc import Callable

from lxml.etree import _Element

from exam_packages.errors import LintFinding
from exam_packages.qti.manifest import MANIFEST_NAMESPACE
from exam_packages.qti.reading import QTI3_NAMESPACE, Xml, parse_with_includes
from exam_packages.qti.upgrade.bodies import upgrade_bodies
from exam_packages.qti.upgrade.names import NAMESPACES, ROOTS, Version
from exam_packages.qti.upgrade.notes import Notes
from exam_packages.qti.upgrade.objects import upgrade_objects
from exam_packages.qti.upgrade.renaming import rename
from exam_packages.qti.upgrade.values import upgrade_values
from exam_packages.qti.upgrade.writing import with_lines

Fetch = Callable[[str], bytes]
"""A file of the same package, by its path; SourceRefused where it is not there."""


def upgraded(
    untrusted: bytes, path: str, *, notes: list[LintFinding] | None = None, fetch: Fetch | None = None
) -> bytes:
    """A QTI document of any version, in QTI 3.0.

    Args:
        untrusted: an item, test, section, stimulus, or a fragment of processing; a document of QTI 3.0 is given back as it is.
        path: its path in the package.
        notes: gets what was changed or left out that the author should know.
        fetch: reads files that it includes; without it inclusions stay, and the reader refuses them.

    Raises:
        SourceRefused: it is no XML, or no document of these versions.
    """
    found = Notes(path, [] if notes is None else notes)
    xml = parse_with_includes(untrusted, path)
    if version_of(xml) is Version.V3_0 or xml.namespace == MANIFEST_NAMESPACE:
        return untrusted
    upgrade_tree(xml, found)
    return with_lines(xml.node)


def version_of(xml: Xml) -> Version:
    """Which version a document is written in.

    Raises:
        SourceRefused: it is no document of QTI 2.0 to 3.0.
    """
    if xml.namespace in {QTI3_NAMESPACE, MANIFEST_NAMESPACE}:
        return Version.V3_0
    if xml.name in ROOTS and xml.namespace in NAMESPACES:
        return NAMESPACES[xml.namespace]
    if xml.name == "questestinterop":
        raise xml.refused("version", "is QTI 1.x", "Export it as QTI 2.1, 2.2 or 3.0")
    raise xml.refused("version", "is no item, test or stimulus of QTI 2.0 to 3.0", "Export it as QTI 3.0")


def upgrade_tree(xml: Xml, notes: Notes) -> _Element:
    """Upgrade a tree of QTI 2.x in place.

    Raises:
        SourceRefused: as ``version_of``.
    """
    version = version_of(xml)
    if version is not Version.V3_0:
        rename(xml.node, notes)
        upgrade_objects(xml.node, notes)
        upgrade_values(xml.node, version, notes)
        upgrade_bodies(xml.node)
    return xml.node
