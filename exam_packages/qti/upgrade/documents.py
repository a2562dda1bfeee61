"""One document of QTI 2.0, 2.1 or 2.2 → the same document in QTI 3.0.

Owns the order of the steps and telling versions apart. Refuses to know the profile: what comes out may still be refused by the
linter, with the author's file and line.
"""

from __future__ import annotations

from exam_packages.errors import LintFinding
from exam_packages.qti.manifest import MANIFEST_NAMESPACE
from exam_packages.qti.reading import QTI3_NAMESPACE, Xml, parse_with_includes
from exam_packages.qti.upgrade.bodies import upgrade_bodies
from exam_packages.qti.upgrade.defaults import fold_bases, write_defaults
from exam_packages.qti.upgrade.including import Fetch, Inclusion, mentions_others, unwrap_fragments
from exam_packages.qti.upgrade.names import NAMESPACES, ROOTS, Version
from exam_packages.qti.upgrade.namespaces import repair_namespaces
from exam_packages.qti.upgrade.notes import Notes
from exam_packages.qti.upgrade.objects import upgrade_objects
from exam_packages.qti.upgrade.renaming import rename
from exam_packages.qti.upgrade.values import upgrade_values
from exam_packages.qti.upgrade.writing import with_lines


def upgraded(
    untrusted: bytes,
    path: str,
    *,
    notes: list[LintFinding] | None = None,
    fetch: Fetch | None = None,
    sections_apart: frozenset[str] = frozenset(),
) -> bytes:
    """A QTI document of any version, in QTI 3.0.

    Args:
        untrusted: an item, test, section, stimulus, or a fragment of processing; a document of QTI 3.0 that includes nothing, and
            whose elements are in their namespaces, is given back as it is.
        path: its path in the package.
        notes: gets what was changed or left out that the author should know.
        fetch: reads files that it includes; without it inclusions stay, and the reader refuses them.
        sections_apart: files of sections that the test may go on referring to; other sections are put into it.

    Raises:
        SourceRefused: it is no XML, or no document of these versions, or what it includes cannot be put into it.
    """
    found = [] if notes is None else notes
    xml = parse_with_includes(untrusted, path)
    version = version_of(xml)
    repaired = version is Version.V3_0 and repair_namespaces(xml, found)
    if version is not Version.V3_0:
        _upgrade(xml, version, found)
    including = fetch is not None and mentions_others(xml.node)
    if fetch is not None and including:
        Inclusion(fetch, lambda each: _upgrade_any(each, found), sections_apart).resolve(xml)
    return with_lines(xml.node) if including or repaired or version is not Version.V3_0 else untrusted


def version_of(xml: Xml) -> Version:
    """Which version a document is written in.

    Raises:
        SourceRefused: it is no document of QTI 2.0 to 3.0.
    """
    if xml.namespace in {QTI3_NAMESPACE, MANIFEST_NAMESPACE}:
        return Version.V3_0
    if not xml.namespace and xml.name.startswith("qti-"):
        return Version.V3_0  # no other version has such names
    if xml.name in ROOTS and xml.namespace in NAMESPACES:
        return NAMESPACES[xml.namespace]
    if xml.name == "questestinterop":
        raise xml.refused("version", "is QTI 1.x", "Export it as QTI 2.1, 2.2 or 3.0")
    raise xml.refused("version", "is no item, test or stimulus of QTI 2.0 to 3.0", "Export it as QTI 3.0")


def _upgrade_any(xml: Xml, notes: list[LintFinding]) -> None:
    """Upgrade what another document includes: any element of QTI or HTML may be its root.

    Raises:
        SourceRefused: it is of no version of QTI.
    """
    if xml.namespace not in NAMESPACES:
        raise xml.refused("version", "is not QTI 2.0 to 3.0", "Write it in the QTI of the document that includes it")
    _upgrade(xml, NAMESPACES[xml.namespace], notes)


def _upgrade(xml: Xml, version: Version, notes: list[LintFinding]) -> None:
    if version is Version.V3_0:
        return
    found = Notes(xml.file, notes)
    rename(xml.node, found)
    fold_bases(xml.node)
    write_defaults(xml.node, version)
    upgrade_objects(xml.node, found)
    upgrade_values(xml.node, version, found)
    upgrade_bodies(xml.node)
    unwrap_fragments(xml.node)
