"""A content package with item templates, seen as one without: each template is an item, or several of which a candidate gets one.

Owns how variants are named and how test and manifest list them. Refuses to know where the seed comes from; who builds keeps it.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import quote

from lxml import etree
from lxml.etree import _Element

from exam_packages.errors import LintFinding, SourceRefused
from exam_packages.qti.cloning.documents import Clone, cloned
from exam_packages.qti.manifest import MANIFEST_PATH
from exam_packages.qti.model import Lexical
from exam_packages.qti.paths import resolve
from exam_packages.qti.reading import QTI3_NAMESPACE, Xml, parse
from exam_packages.qti.sources import ContentSource
from exam_packages.qti.upgrade.source import SUFFIXES
from exam_packages.qti.upgrade.trees import stand_on, take
from exam_packages.qti.upgrade.writing import with_lines

MAX_VARIANTS: Final = 50

_FORM_MARKS: Final = (b"qti-assessment-test", b"qti-assessment-section")
"""What a test and a section in a file of its own have in them."""


class CloneSource:
    """Another source with its item templates cloned.

    With several variants a reference to a template becomes a section nobody sees, of which each candidate gets one item.

    Args:
        source: the other source.
        seed: 32 hexadecimal digits.
        variants: how many items are made of a template.
        tolerant: a document that cannot be cloned is passed through as it is, and ``faults`` says why.
    """

    def __init__(self, source: ContentSource, seed: str, *, variants: int = 1, tolerant: bool = False) -> None:
        if not 1 <= variants <= MAX_VARIANTS:
            raise ValueError(f"between 1 and {MAX_VARIANTS} variants, not {variants}")
        self._source = source
        self._seed = seed
        self._variants = variants
        self._tolerant = tolerant

    def paths(self) -> Iterable[str]:
        """Every file's path, further variants included.

        Raises:
            SourceRefused: a template cannot be cloned and this is not tolerant; with all findings.
        """
        own = tuple(self._source.paths())
        return (*own, *sorted(self._made.documents.keys() - set(own)))

    def read(self, path: str) -> bytes:
        """One file's bytes.

        Raises:
            SourceRefused: as the source does.
        """
        made = self._made.documents.get(path)
        return self._source.read(path) if made is None else made

    @property
    def clones(self) -> Mapping[str, Mapping[str, Lexical]]:
        """The values of every clone's template variables, by its path: what a record of the build keeps."""
        return self._made.clones

    @property
    def faults(self) -> tuple[LintFinding, ...]:
        """Why some templates were passed through as they are."""
        return tuple(self._made.faults)

    @cached_property
    def _made(self) -> _Made:
        made = _Made(documents={}, clones={}, variants={}, faults=[])
        others: list[str] = []
        for path in self._source.paths():
            if not path.lower().endswith(SUFFIXES):
                continue
            try:
                if not self._clone(path, made):
                    others.append(path)
            except SourceRefused as refusal:
                made.faults.extend(refusal.findings)
        if made.faults and not self._tolerant:
            raise SourceRefused(made.faults)
        if made.variants:
            self._list_variants(others, made)
        return made

    def _clone(self, path: str, made: _Made) -> bool:
        untrusted = self._source.read(path)
        first = cloned(untrusted, path, self._seed)
        if first is None:
            return False
        self._keep(path, first, made)
        further = [_variant(path, number) for number in range(2, self._variants + 1)]
        for other in further:
            clone = cloned(untrusted, other, self._seed)
            if clone is not None:
                self._keep(other, clone, made)
        if further:
            made.variants[path] = tuple(further)
        return True

    @staticmethod
    def _keep(path: str, clone: Clone, made: _Made) -> None:
        made.documents[path] = clone.document
        made.clones[path] = clone.values

    # -- several variants ---------------------------------------------------------------------------------------------

    def _list_variants(self, others: list[str], made: _Made) -> None:
        forms: list[Xml] = []
        for path in others:
            untrusted = self._source.read(path)
            if path == MANIFEST_PATH:
                made.documents[path] = _listing(untrusted, made.variants)
            elif any(mark in untrusted for mark in _FORM_MARKS):
                forms.append(parse(untrusted, path))
        # Rules of one file may name items of another, so all are looked at before any is changed.
        names = {each.required("identifier") for form in forms for each, _ in _references(form, made.variants)}
        for form in forms:
            _refuse_if_named(form, names)
        for form in forms:
            made.documents[form.file] = _with_sections(form, made.variants)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    documents: dict[str, bytes]
    clones: dict[str, Mapping[str, Lexical]]
    variants: dict[str, tuple[str, ...]]
    """By the template's path: its further variants."""
    faults: list[LintFinding]


def _variant(path: str, number: int) -> str:
    stem, ending = posixpath.splitext(path)
    return f"{stem}.variant-{number}{ending}"


def _listing(manifest: bytes, variants: Mapping[str, tuple[str, ...]]) -> bytes:
    root = parse(manifest, MANIFEST_PATH)
    for node in list(root.node.iter(f"{{{root.namespace}}}resource")):
        resource = Xml(MANIFEST_PATH, node)
        path = resolve(resource, "href", "") if resource.optional("href") else ""
        for number, variant in enumerate(variants.get(path, ()), 2):
            copy = _copied(node, resource.line)
            copy.set("identifier", f"{resource.required('identifier')}-variant-{number}")
            copy.set("href", quote(variant))
            for file in copy.iter(f"{{{root.namespace}}}file"):
                if resolve(Xml(MANIFEST_PATH, file), "href", "") == path:
                    file.set("href", quote(variant))
            node.addnext(copy)
    return with_lines(root.node)


def _references(root: Xml, variants: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[Xml, tuple[str, ...]]]:
    """References to templates of which there are variants, with the further ones."""
    for node in list(root.node.iter(f"{{{QTI3_NAMESPACE}}}qti-assessment-item-ref")):
        reference = Xml(root.file, node)
        further = variants.get(resolve(reference, "href", posixpath.dirname(root.file)), ())
        if further:
            yield reference, further


def _with_sections(root: Xml, variants: Mapping[str, tuple[str, ...]]) -> bytes:
    for reference, further in _references(root, variants):
        _wrap(reference, further)
    return with_lines(root.node)


def _refuse_if_named(root: Xml, names: Collection[str]) -> None:
    """Rules that name such an item would not know which variant a candidate got."""
    for node in root.node.iter(f"{{{QTI3_NAMESPACE}}}qti-variable", f"{{{QTI3_NAMESPACE}}}qti-branch-rule"):
        for name in ((node.get("identifier") or "").partition(".")[0], node.get("target") or ""):
            if name in names:
                rule = Xml(root.file, node)
                raise rule.refused("template", f"names {name}, of which there are variants", "Use qti-test-variables")


def _wrap(reference: Xml, further: tuple[str, ...]) -> None:
    node, name = reference.node, reference.required("identifier")
    section = etree.Element(f"{{{QTI3_NAMESPACE}}}qti-assessment-section")
    for key, value in (("identifier", f"{name}-variants"), ("title", name), ("visible", "false")):
        section.set(key, value)
    for key in ("required", "fixed"):
        if node.get(key) is not None:
            section.set(key, str(node.get(key)))
    section.tail, node.tail = node.tail, None
    stand_on(section, reference.line)
    parent = node.getparent()
    if parent is None:
        raise reference.refused("element-place", "stands in no section", "Put it into one")
    parent.replace(node, section)
    selection = etree.SubElement(section, f"{{{QTI3_NAMESPACE}}}qti-selection", {"select": "1"})
    stand_on(selection, reference.line)
    take(node, "required")
    section.append(node)
    for number, variant in enumerate(further, 2):
        copy = _copied(node, reference.line)
        copy.set("identifier", f"{name}-variant-{number}")
        copy.set("href", quote(posixpath.relpath(variant, posixpath.dirname(reference.file) or ".")))
        section.append(copy)


def _copied(node: _Element, line: int) -> _Element:
    copy = etree.fromstring(etree.tostring(node, with_tail=False))
    for each in copy.iter():
        stand_on(each, line)
    return copy
