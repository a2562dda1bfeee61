"""What has no row: what is dropped with a note, and what is refused with a sentence of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from exam_packages.qti.model import PartRole

DROPPED: Final[Mapping[str, str]] = {
    "qti-stylesheet": "style sheets are not used: the program has its own look",
    "qti-modal-feedback": "feedback is not shown in an exam",
    "qti-feedback-block": "feedback is not shown in an exam",
    "qti-feedback-inline": "feedback is not shown in an exam",
    "qti-test-feedback": "feedback is not shown in an exam",
    "qti-catalog-info": "alternative content for accommodations is not delivered by this version",
}
"""Elements that are left out with a note, and why."""

REFUSED: Final[Mapping[str, tuple[str, str]]] = {
    "script": ("is a script", "Remove it: content runs no code"),
    "qti-portable-custom-interaction": ("is a portable custom interaction", "Use a standard interaction"),
    "qti-custom-interaction": ("is a custom interaction", "Use a standard interaction"),
    "qti-custom-operator": ("is a custom operator", "Use the standard's operators"),
    "qti-random": ("makes scoring depend on chance", "Write a rule that always gives the same result"),
    "qti-random-integer": ("makes scoring depend on chance", "Write a rule that always gives the same result"),
    "qti-random-float": ("makes scoring depend on chance", "Write a rule that always gives the same result"),
    "qti-adaptive-selection": ("selects items adaptively", "List the items of the form"),
    "qti-selection": ("selects items", "List the items of the form"),
    "qti-ordering": ("orders items at random", "Put the items into the order wanted"),
    "qti-assessment-section-ref": ("refers to a section in another file", "Put the section here"),
    "qti-pre-condition": ("makes items depend on responses", "Give every candidate the same items"),
    "qti-branch-rule": ("makes items depend on responses", "Give every candidate the same items"),
    "qti-template-declaration": ("makes a different item each time", "Write the variant that is wanted"),
    "qti-template-processing": ("makes a different item each time", "Write the variant that is wanted"),
    "qti-companion-materials-info": ("asks for a calculator or another tool", "Offer the item without one"),
    "math": ("is a formula", "Put it in as a picture with alternative text"),
    "object": ("is an embedded object", "Use img"),
    "video": ("is a video", "Use text and pictures"),
    "audio": ("is a sound", "Use text and pictures"),
    "iframe": ("shows another page", "Put the content here"),
    "a": ("is a link", "Put the content here: there is nowhere to go"),
    "qti-default-value": ("gives a response before the candidate does", "Remove it"),
}
"""Elements outside the profile that deserve a sentence of their own."""

_DROPPED_ATTRIBUTES: Final = re.compile(
    r"style|role|align|valign|border|cellpadding|cellspacing|bgcolor|summary|longdesc|width|height|cite|label"
    r"|data-[^{]*|aria-[^{]*|xml:(base|space|id)|\{http://www\.w3\.org/2001/XMLSchema-instance\}.*",
    re.ASCII,
)


def is_dropped_attribute(name: str) -> bool:
    """Whether an attribute that no row names is left out with a note, and not refused."""
    return _DROPPED_ATTRIBUTES.fullmatch(name) is not None


def kept_classes(text: str) -> str:
    """The class names that mean something here, in their order."""
    return " ".join(word for word in text.split() if word in ROLE_CLASSES or SHARED_CLASSES.fullmatch(word))


SHARED_CLASSES: Final = re.compile(
    r"qti-(orientation-(horizontal|vertical)|choices-stacking-[1-5]|labels-(none|decimal|lower-alpha|upper-alpha)"
    r"|labels-suffix-(none|period|parenthesis)|input-width-[0-9]{1,2}|height-lines-(3|6|15)"
    r"|layout-(row|col[0-9]{1,2}|offset[0-9]{1,2})|align-(left|center|right)|valign-(top|middle|baseline|bottom)"
    r"|selections-(light|dark)|bordered|input-control-hidden|italic|underline|well|hidden|visually-hidden)",
    re.ASCII,
)
"""The part of QTI 3.0's shared vocabulary that the window may honour."""

ROLE_CLASSES: Final = frozenset(role.value for role in PartRole)
