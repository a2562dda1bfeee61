"""The names of QTI 2.0, 2.1 and 2.2, and what each is called in QTI 3.0.

Owns the tables and the one rule of QTI 3.0's naming: ``assessmentItem`` is ``qti-assessment-item``, ``maxChoices`` is
``max-choices``; names that are HTML's stay as they are. Refuses to know what a document means.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import Final

from exam_packages.qti.reading import QTI3_NAMESPACE, XML_NAMESPACE

MATHML_NAMESPACE: Final = "http://www.w3.org/1998/Math/MathML"
MATHML_NAMESPACES: Final = frozenset({MATHML_NAMESPACE, "http://www.w3.org/2010/Math/MathML"})
SSML_NAMESPACES: Final = frozenset(
    {
        "http://www.w3.org/2001/10/synthesis",
        "http://www.imsglobal.org/xsd/apip/apipv1p0/qtiitem/imsqti_v2p1/ssml",
        "http://www.w3.org/2010/10/synthesis",
    }
)
XSI_NAMESPACE: Final = "http://www.w3.org/2001/XMLSchema-instance"


class Version(Enum):
    """Which QTI a document is written in."""

    V2_0 = "2.0"
    V2_1 = "2.1"
    V2_2 = "2.2"
    V3_0 = "3.0"


NAMESPACES: Final[Mapping[str, Version]] = {
    "": Version.V2_1,  # files without any namespace are seen from old editors
    "http://www.imsglobal.org/xsd/imsqti_v2p0": Version.V2_0,
    "http://www.imsglobal.org/xsd/imsqti_v2p1": Version.V2_1,
    "http://www.imsglobal.org/xsd/apip/apipv1p0/qtiitem/imsqti_v2p1": Version.V2_1,
    "http://www.imsglobal.org/xsd/apip/apipv1p0/qtitest/imsqti_v2p1": Version.V2_1,
    "http://www.imsglobal.org/xsd/imsqti_v2p2": Version.V2_2,
    "http://www.imsglobal.org/xsd/apip/apipv1p0/qtiitem/imsqti_v2p2": Version.V2_2,
    "http://www.imsglobal.org/xsd/apip/apipv1p0/qtitest/imsqti_v2p2": Version.V2_2,
    "http://www.imsglobal.org/xsd/imsqtiv2p2_html5_v1p0": Version.V2_2,
    QTI3_NAMESPACE: Version.V3_0,
}
"""The namespaces QTI's own and HTML's elements have, by version."""

ROOTS: Final = frozenset(
    {
        "assessmentItem",
        "assessmentTest",
        "assessmentSection",
        "assessmentStimulus",
        "responseProcessing",
        "responseProcessingFragment",
        "outcomeProcessing",
        "outcomeProcessingFragment",
        "templateProcessing",
        "templateProcessingFragment",
    }
)
"""What a document of QTI 2.x may be, fragments that others include among them."""

_HTML_IN_QTI: Final = """
    a abbr acronym address article aside audio b bdi bdo big blockquote br caption cite code col colgroup dd details dfn div
    dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img kbd label li nav object ol p param picture pre q rb rp
    rt rtc ruby samp section small source span strong sub summary sup table tbody td template tfoot th thead tr track tt ul
    var video
"""
_HTML_BESIDE_QTI: Final = """
    button canvas center del embed font form iframe input ins main mark s script select strike style svg textarea time u wbr
"""
HTML: Final = frozenset((_HTML_IN_QTI + _HTML_BESIDE_QTI).split())
"""HTML's elements. The second group is in no version of QTI: their names stay, and the linter says what to do."""

_QTI_WORDS: Final = """
    and anyN areaMapEntry areaMapping assessmentItem assessmentItemRef assessmentSection assessmentSectionRef
    assessmentStimulus assessmentStimulusRef assessmentTest associableHotspot associateInteraction baseValue branchRule
    choiceInteraction containerSize contains correct correctResponse customInteraction customOperator default defaultValue
    delete divide drawingInteraction durationGTE durationLT endAttemptInteraction equal equalRounded exitResponse exitTemplate
    exitTest extendedTextInteraction feedbackBlock feedbackInline fieldValue gap gapImg gapMatchInteraction gapText gcd
    graphicAssociateInteraction graphicGapMatchInteraction graphicOrderInteraction gt gte hotspotChoice hotspotInteraction
    hottext hottextInteraction index inlineChoice inlineChoiceInteraction inside integerDivide integerModulus integerToFloat
    interpolationTable interpolationTableEntry isNull itemBody itemSessionControl lcm lookupOutcomeValue lt lte mapEntry
    mapResponse mapResponsePoint mapping match matchInteraction matchTable matchTableEntry mathConstant mathOperator max
    mediaInteraction member min modalFeedback multiple not null numberCorrect numberIncorrect numberPresented numberResponded
    numberSelected or orderInteraction ordered ordering outcomeCondition outcomeDeclaration outcomeElse outcomeElseIf outcomeIf
    outcomeMaximum outcomeMinimum outcomeProcessing outcomeProcessingFragment patternMatch positionObjectInteraction
    positionObjectStage power preCondition printedVariable product prompt random randomFloat randomInteger repeat
    responseCondition responseDeclaration responseElse responseElseIf responseIf responseProcessing
    responseProcessingFragment round roundTo rubricBlock selectPointInteraction selection setCorrectResponse setDefaultValue
    setOutcomeValue setTemplateValue simpleAssociableChoice simpleChoice simpleMatchSet sliderInteraction statsOperator
    stimulusBody stringMatch stylesheet substring subtract sum templateBlock templateCondition templateConstraint
    templateDeclaration templateDefault templateElse templateElseIf templateIf templateInline templateProcessing testFeedback
    testPart testVariables textEntryInteraction timeLimits truncate uploadInteraction value variable variableMapping
    weight
"""
QTI: Final = frozenset(_QTI_WORDS.split())
"""QTI's own elements in QTI 2.0 to 2.2 that QTI 3.0 has, too."""

REPLACED: Final[Mapping[str, str]] = {
    "infoControl": "details",
}
"""Elements that QTI 3.0 does not have, and the HTML element that does the same."""

DROPPED_ATTRIBUTES: Final = frozenset(
    {
        ("associableHotspot", "fixed"),
        ("gap", "fixed"),
        ("gapImg", "fixed"),
        ("gapText", "fixed"),
        ("hotspotChoice", "fixed"),
        ("hottext", "fixed"),
        ("matchTableEntry", "targetType"),
        *(("stimulusBody", name) for name in ("id", "class", "label", "dir", "role")),
    }
)
"""Attributes of QTI 2.x that mean nothing in QTI 3.0; dropped with a note."""

RENAMED_ATTRIBUTES: Final[Mapping[str, str]] = {"centrePoint": "center-point"}
"""Attributes whose name in QTI 3.0 does not follow the rule."""

_HUMP: Final = re.compile(r"(?<=[a-z0-9])([A-Z])")


def kebab(name: str) -> str:
    """``maxChoices`` → ``max-choices``; ``durationLT`` → ``duration-lt``."""
    return _HUMP.sub(r"-\1", name).lower()


def element_name(name: str) -> str:
    """What an element of QTI 2.x is called in QTI 3.0.

    An element of neither QTI nor HTML becomes one that QTI 3.0 does not have either; the linter refuses it by name.
    """
    if name in REPLACED:
        return REPLACED[name]
    return name if name in HTML and name not in QTI else f"qti-{kebab(name)}"


def attribute_name(element: str, name: str) -> str | None:
    """What an attribute without namespace is called in QTI 3.0; None where it is dropped.

    Args:
        element: the element's name in QTI 2.x.
        name: the attribute's.
    """
    if (element, name) in DROPPED_ATTRIBUTES or (element == "stimulusBody" and name.startswith("aria-")):
        return None
    if name == "style":
        return None
    if (element in HTML and element not in QTI) or name.startswith("aria-"):
        return name.lower()
    return RENAMED_ATTRIBUTES.get(name) or kebab(name)


_WRITTEN: Final[Mapping[str, str]] = {f"qti-{kebab(name)}": name for name in QTI}


def element_as_written(name: str, version: Version) -> str:
    """What an element of an upgraded document was called by its author, as far as that can be told."""
    return name if version is Version.V3_0 else _WRITTEN.get(name, name)


KEPT_FOREIGN_ATTRIBUTES: Final = frozenset(f"{{{XML_NAMESPACE}}}{name}" for name in ("lang", "base", "space", "id"))
"""Attributes in a namespace that stay."""
