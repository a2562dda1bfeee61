"""Where content stands: ``qti-content-body`` around what QTI 2.x puts directly into feedback, rubrics and template blocks."""

from __future__ import annotations

from typing import Final

from lxml.etree import _Element

from exam_packages.qti.upgrade.trees import local, make, tag, take

_WRAPPED: Final = (
    "qti-modal-feedback",
    "qti-feedback-block",
    "qti-rubric-block",
    "qti-template-block",
    "qti-test-feedback",
)
_BESIDE_BODY: Final = frozenset({"qti-stylesheet", "qti-catalog-info", "qti-content-body"})


def upgrade_bodies(root: _Element) -> None:
    """Wrap content, and give disclosed content its heading, in place."""
    for node in list(root.iter(*(tag(name) for name in _WRAPPED))):
        _wrap(node)
    for node in root.iter(tag("details")):
        _title_to_summary(node)


def _wrap(node: _Element) -> None:
    content = [child for child in node if local(child) not in _BESIDE_BODY]
    if any(local(child) == "qti-content-body" for child in node):
        return
    body = make(node, "qti-content-body")
    before = [child for child in node if local(child) in _BESIDE_BODY]
    # Text goes with what it follows: before the first content element there is white space, or text of the content.
    body.text = (node.text or "") + "".join(child.tail or "" for child in before)
    node.text = None
    for child in before:
        child.tail = None
    for child in content:
        body.append(child)
    node.insert(len(before), body)


def _title_to_summary(node: _Element) -> None:
    title = take(node, "title")
    if title is None or any(local(child) == "summary" for child in node):
        return
    summary = make(node, "summary")
    summary.text = title
    summary.tail = node.text
    node.text = None
    node.insert(0, summary)
