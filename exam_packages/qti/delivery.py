"""Source documents → the documents of a delivery package, without any answer key.

Owns the copying: only elements and attributes whose row in ``profile`` says *delivered* are copied, into new documents. What
nobody thought of therefore stays in the office. Bytes are reproducible from the sources.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import count

from lxml import etree
from lxml.etree import _Element

from exam_packages.qti.content import is_played
from exam_packages.qti.files import delivered_file
from exam_packages.qti.forms import form_rubrics
from exam_packages.qti.manifest import MANIFEST_PATH, Manifest, Resource, ResourceType, write_manifest
from exam_packages.qti.model import AssessmentItem, Exam, Stimulus
from exam_packages.qti.package import open_package_sources
from exam_packages.qti.profile import PROFILE, kept_attributes
from exam_packages.qti.profile.delivering import WITHOUT_KEYS, Delivering
from exam_packages.qti.profile.outside import DELIVERED_SUPPORTS, DELIVERED_VIEWS, is_unwrapped
from exam_packages.qti.profile.rows import Row
from exam_packages.qti.reading import QTI3_NAMESPACE, XML_NAMESPACE, Xml, parse
from exam_packages.qti.sources import ContentSource
from exam_packages.qti.walking import contents, file_paths
from exam_packages.qti.writing import canonical, new_root


def delivery_documents(source: ContentSource, *, scored_at_seat: bool = False) -> Mapping[str, bytes]:
    """Every file of the delivery package: manifest, test, items, stimuli and pictures, by path.

    Only what the form uses is in it. Reading it with ``read_delivery`` gives the same exam without answers.

    Args:
        source: the author's content.
        scored_at_seat: keys and processing stay in, because the seat needs them.

    Raises:
        SourceRefused: the sources are not acceptable; see ``read_package``.
    """
    exam, manifest = open_package_sources(source, scored_at_seat=scored_at_seat)
    test = manifest.of_type(ResourceType.TEST)[0].path
    # Where no part is linear no section's rules count, in whichever file it lies.
    delivering = Delivering(scored_at_seat=scored_at_seat, linear=any(part.linear for part in exam.test.parts))
    documents = {
        path: delivered_document(source.read(path), path, delivering)
        for path in (test, *exam.section_paths, *exam.items, *exam.stimuli)
    }
    shown = {path: delivered_file(source.read(path), path) for path in _shown(exam)}
    listing = write_manifest(manifest.identifier, _resources(shown.keys(), manifest, documents))
    return dict(sorted({**documents, **shown, MANIFEST_PATH: listing}.items()))


def _shown(exam: Exam) -> set[str]:
    """Files that somebody at a testing centre sees or hears: none of a rubric block for scorers or authors."""
    rubrics = (*form_rubrics(exam.test), *(rubric for item in exam.items.values() for rubric in item.rubrics))
    delivered = (each for each in rubrics if not DELIVERED_VIEWS.isdisjoint(view.value for view in each.views))
    documents: list[AssessmentItem | Stimulus] = [*exam.items.values(), *exam.stimuli.values()]
    return {path for content in contents(delivered, documents) for path in file_paths(content)}


def _resources(shown: AbstractSet[str], manifest: Manifest, documents: Mapping[str, bytes]) -> Iterator[Resource]:
    kept = {resource.identifier for resource in manifest.resources if resource.path in documents}
    for resource in manifest.resources:
        if resource.identifier in kept:
            yield Resource(
                identifier=resource.identifier,
                type=resource.type,
                path=resource.path,
                files=resource.files & (documents.keys() | shown),
                dependencies=tuple(each for each in resource.dependencies if each in kept),
            )
    yield from _on_their_own(shown, manifest, kept)


def _on_their_own(shown: AbstractSet[str], manifest: Manifest, kept: Collection[str]) -> Iterator[Resource]:
    """Files that content shows and no document's resource lists, each as a resource of its own."""
    taken = {resource.identifier for resource in manifest.resources}
    listed = {path for resource in manifest.resources if resource.identifier in kept for path in resource.files}
    names = (name for number in count(1) if (name := f"shown-{number}") not in taken)
    for path in sorted(shown - listed):
        yield Resource(identifier=next(names), type=ResourceType.WEB_CONTENT, path=path, files=frozenset({path}))


def delivered_document(untrusted: bytes, path: str, delivering: Delivering = WITHOUT_KEYS) -> bytes:
    """One QTI document without what stays in the office, in canonical form.

    Args:
        untrusted: the document.
        path: where it lies in the package, for messages.
        delivering: what is taken along.

    Raises:
        SourceRefused: it is not a document that ``parse`` accepts.
    """
    source = parse(untrusted, path)
    root = new_root(f"{{{QTI3_NAMESPACE}}}{source.name}", QTI3_NAMESPACE)
    _fill(root, source, PROFILE.get(source.name, Row()), delivering)
    return canonical(root)


def _fill(copy: _Element, source: Xml, row: Row, delivering: Delivering) -> None:
    for name, value in _delivered_attributes(source, row, delivering):
        copy.set(name.replace("xml:", f"{{{XML_NAMESPACE}}}"), value)
    _fill_content(copy, source, row, delivering.below(source))


def _fill_content(copy: _Element, source: Xml, row: Row, inside: Delivering) -> None:
    """Add what stands in an element; of one that vanishes the content stays."""
    if row.text:
        _add_text(copy, source.node.text or "")
    for child in source.children():
        below = PROFILE.get(child.name, Row())
        if is_unwrapped(child):
            _fill_content(copy, child, row, inside)
        elif _is_delivered(child, below, inside):
            _fill(etree.SubElement(copy, f"{{{QTI3_NAMESPACE}}}{child.name}"), child, below, inside)
        if row.text:
            _add_text(copy, child.node.tail or "")


def _add_text(copy: _Element, text: str) -> None:
    if len(copy):
        copy[-1].tail = (copy[-1].tail or "") + text
    else:
        copy.text = (copy.text or "") + text


def _is_delivered(xml: Xml, row: Row, delivering: Delivering) -> bool:
    if xml.name == "math":
        raise xml.refused("formula", "is a formula that was not drawn", "Build the package from its sources")
    if not delivering.takes(xml.name, row) or xml.namespace != QTI3_NAMESPACE:
        return False
    match xml.name:
        case "qti-rubric-block":
            return bool(_views(xml))
        case "source":
            return is_played(xml)
        case "qti-card":
            return xml.optional("support") in DELIVERED_SUPPORTS
        case "qti-catalog":
            return any(each.optional("support") in DELIVERED_SUPPORTS for each in xml.children("qti-card"))
        case "qti-catalog-info":
            return any(_is_delivered(each, row, delivering) for each in xml.children("qti-catalog"))
        case _:
            return True


def _views(xml: Xml) -> str:
    return " ".join(view for view in (xml.optional("view") or "").split() if view in DELIVERED_VIEWS)


def _delivered_attributes(xml: Xml, row: Row, delivering: Delivering) -> Iterator[tuple[str, str]]:
    for name, value in kept_attributes(xml):
        if delivering.takes_attribute(xml.name, name, row.attributes[name]):
            yield name, _views(xml) if xml.name == "qti-rubric-block" and name == "view" else value
