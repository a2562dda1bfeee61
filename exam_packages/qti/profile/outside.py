"""What has no row: what is dropped with a note, and what is refused with a sentence of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from exam_packages.qti.model import PartRole, View
from exam_packages.qti.reading import Xml

DROPPED: Final[Mapping[str, str]] = {
    "qti-stylesheet": "style sheets are not used: the program has its own look",
    "qti-modal-feedback": "feedback is not shown in an exam",
    "qti-feedback-block": "feedback is not shown in an exam",
    "qti-feedback-inline": "feedback is not shown in an exam",
    "qti-test-feedback": "feedback is not shown in an exam",
    "qti-file-href": "files behind a support are not delivered",
    "qti-resource-icon": "icons are not shown",
    "qti-physical-material": "what lies on the desk is given out by the proctor",
    "rp": "readings above words are shown without parentheses of the author",
    "wbr": "lines break where the program breaks them",
    "param": "parameters of embedded objects are not used",
    "qti-teacher-instructions": "notes of one vendor for teachers stay in the office",
    "qti-choice-rationales": "notes of one vendor about choices stay in the office",
    "qti-inline-choice-rationales": "notes of one vendor about choices stay in the office",
}
"""Elements that are left out with a note, and why."""

UNWRAPPED: Final[Mapping[str, str]] = {
    "a": "links go nowhere in an exam: the words stay",
    "acronym": "the words stay",
    "big": "the words stay",
    "center": "the content stays",
    "font": "the words stay",
    "ins": "the words stay",
    "label": "the words stay",
    "main": "the content stays",
    "mark": "the words stay",
    "rtc": "the words stay",
    "time": "the words stay",
    "tt": "the words stay",
}
"""Elements that vanish with a note while their content stays, and why."""

DELIVERED_VIEWS: Final = frozenset({View.CANDIDATE.value, View.PROCTOR.value})
"""Views of a rubric block that reach a seat."""

DELIVERED_SUPPORTS: Final = frozenset(
    {
        "glossary-on-screen",
        "keyword-translation",
        "linguistic-guidance",
        "long-description",
        "simplified-language-portions",
    }
)
"""Supports of a catalog (qti-card) that reach a seat."""

MATHML_NAMESPACE: Final = "http://www.w3.org/1998/Math/MathML"
SSML_NAMESPACES: Final = frozenset({"http://www.w3.org/2001/10/synthesis", "http://www.w3.org/2010/10/synthesis"})


def is_unwrapped(xml: Xml) -> bool:
    """Whether an element vanishes while its content stays; those of SSML, which steer a voice, do."""
    return xml.name in UNWRAPPED if xml.namespace not in SSML_NAMESPACES else True


REFUSED: Final[Mapping[str, tuple[str, str]]] = {
    "script": ("is a script", "Remove it: content runs no code"),
    "qti-portable-custom-interaction": ("is a portable custom interaction", "Use a standard interaction"),
    "qti-custom-interaction": ("is a custom interaction", "Use a standard interaction"),
    "qti-custom-operator": ("is a custom operator", "Use the standard's operators"),
    "qti-random": ("makes scoring depend on chance", "Write a rule that always gives the same result"),
    "qti-random-integer": ("makes scoring depend on chance", "Write a rule that always gives the same result"),
    "qti-random-float": ("makes scoring depend on chance", "Write a rule that always gives the same result"),
    "qti-adaptive-selection": ("selects items adaptively", "List the items of the form"),
    "qti-template-declaration": ("makes a different item each time", "Write the variant that is wanted"),
    "qti-template-processing": ("makes a different item each time", "Write the variant that is wanted"),
    "qti-template-default": ("changes an item from outside it", "Write the variant that is wanted"),
    "qti-template-block": ("makes a different item each time", "Write the variant that is wanted"),
    "qti-template-inline": ("makes a different item each time", "Write the variant that is wanted"),
    "qti-printed-variable": ("prints a value that differs each time", "Write the value that is wanted"),
    "qti-context-declaration": ("needs values from outside the item", "Write the values into the item"),
    "qti-end-attempt-interaction": ("ends an attempt to show hints or feedback", "Remove it: an exam shows neither"),
    "qti-graphic-order-interaction": (
        "is a graphic order interaction",
        "Use an order interaction, or a graphic gap match",
    ),
    "qti-graphic-associate-interaction": (
        "is a graphic associate interaction",
        "Use an associate interaction, or a graphic gap match",
    ),
    "qti-position-object-stage": ("is a position object interaction", "Use a select point or graphic gap match"),
    "qti-position-object-interaction": ("is a position object interaction", "Use a select point or graphic gap match"),
    "qti-drawing-interaction": ("is a drawing interaction", "Use an interaction that can be scored, or an essay"),
    "qti-upload-interaction": ("takes a file from the candidate", "Use an essay: a seat has no files of the candidate"),
    "qti-rule": ("asks for a ruler on the screen", "Give the lengths, or ask for no measuring"),
    "qti-protractor": ("asks for a protractor on the screen", "Give the angles, or ask for no measuring"),
    "qti-digital-material": ("asks for a file beside the item", "Put what is in it into a stimulus"),
    "qti-info-control": ("hides help behind a click", "Show the text, or put it into a catalog"),
    "qti-label": ("labels an inline choice apart from the text", "Use data-prompt"),
    "svg": ("is a drawing inside the text", "Save it as a file and show it with img"),
    "details": ("hides text behind a click", "Show the text"),
    "iframe": ("shows another page", "Put the content here"),
    "qti-default-value": ("gives a response before the candidate does", "Remove it"),
}
"""Elements outside the profile that deserve a sentence of their own."""

REFUSED_VALUES: Final[Mapping[tuple[str, str], tuple[str, str, str]]] = {
    ("qti-assessment-item", "adaptive"): (
        "adaptive",
        "is adaptive: feedback changes it from attempt to attempt",
        "Write items that stand alone, with adaptive=false",
    ),
    ("qti-extended-text-interaction", "base"): ("number-base", "asks for numbers of another base", "Use base 10"),
    ("qti-text-entry-interaction", "base"): ("number-base", "asks for numbers of another base", "Use base 10"),
}
"""By element and attribute: rule, sentence and remedy where a value other than the profile's deserves its own."""

REFUSED_ATTRIBUTES: Final[Mapping[str, tuple[str, str, str]]] = {
    "string-identifier": (
        "string-identifier",
        "gives what is typed to a second response, too",
        "Declare the response as string and read numbers from it, or remove string-identifier",
    ),
    "record-identifier": ("record-identifier", "gives a record", "Use one interaction for each field"),
}
"""Attributes outside the profile that deserve a sentence of their own: rule, sentence and remedy."""

NOTED_VALUES: Final[Mapping[tuple[str, str, str], tuple[str, str, str]]] = {
    ("qti-extended-text-interaction", "format", "xhtml"): (
        "text-format",
        "asks for formatted text, and is written without formatting",
        "Nothing, if plain text will do",
    ),
}
"""By element, attribute and value: rule, sentence and remedy of what is understood another way."""

_DROPPED_ATTRIBUTES: Final = re.compile(
    r"style|role|axis|align|valign|border|cellpadding|cellspacing|bgcolor|color|face|size|clear|nowrap|frame|rules|summary"
    r"|longdesc|width|height|cite|label|base|show-hide|format|coords|type|media|sizes|srcset|crossorigin|preload|autoplay"
    r"|controls|loop|muted|mediagroup|poster|top|left|x|y|tabindex|hidden|datetime|hspace|vspace|name|compact|default"
    r"|mime-type|template-identifier|visible|data-[^{]*|aria-[^{]*|xml:(base|space|id)"
    r"|\{http://www\.w3\.org/(2001/XMLSchema-instance|2001/10/synthesis|2010/10/synthesis)\}.*",
    re.ASCII,
)


def is_dropped_attribute(name: str) -> bool:
    """Whether an attribute that no row names is left out with a note, and not refused."""
    return _DROPPED_ATTRIBUTES.fullmatch(name) is not None


def kept_classes(text: str) -> str:
    """The class names that mean something here, in their order."""
    return " ".join(word for word in text.split() if word in OWN_CLASSES or SHARED_CLASSES.fullmatch(word))


SHARED_CLASSES: Final = re.compile(
    r"qti-(orientation-(horizontal|vertical)|choices-(stacking-[1-5]|top|bottom|left|right)"
    r"|labels-(none|decimal|lower-alpha|upper-alpha)|labels-suffix-(none|period|parenthesis)"
    r"|input-width-[0-9]{1,2}|height-lines-(3|6|15)|counter-(up|down)|match-tabular|header-hidden"
    r"|layout-(row|col[0-9]{1,2}|offset[0-9]{1,2})|align-(left|center|right)|valign-(top|middle|baseline|bottom)"
    r"|selections-(light|dark)|unselected-hidden|bordered|input-control-hidden|writing-orientation-vertical-rl"
    r"|italic|underline|well|hidden|visually-hidden)",
    re.ASCII,
)
"""The part of QTI 3.0's shared vocabulary that the window may honour."""

OWN_CLASSES: Final = frozenset({"kiosk-math", *(role.value for role in PartRole)})
"""Class names of this program: roles of parts, and pictures that were formulas."""
