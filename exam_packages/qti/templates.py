"""The standard response-processing templates, as rules.

Owns their URIs in QTI 2.0 to 3.0 and what they stand for; a template named in an item is never fetched. The rules are those
of the templates published with QTI 3.0 (``rptemplates``), Common Cartridge's included.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from exam_packages.qti.model import Branch, Expression, Processing, Rule

_KNOWN_URI = re.compile(
    r"https?://(www|purl)\.(imsglobal|1edtech)\.org/"
    r"(question/qti_?v\d(p\d+)+/rptemplates|question/qti/rptemplates|question/qtiv\d(p\d+)+/rptemplates|spec/qti/v\d(p\d+)+/rptemplates)/"
    r"(?P<name>[A-Za-z0-9_]+?)(\.xml)?",
    re.ASCII,
)
_MAX_URI = 300


def _value(base_type: str, text: str) -> Expression:
    return Expression(name="base-value", attributes=(("base-type", base_type),), text=text)


def _of(name: str, identifier: str) -> Expression:
    return Expression(name=name, attributes=(("identifier", identifier),))


def _set(identifier: str, expression: Expression) -> Rule:
    return Rule(name="set-outcome-value", identifier=identifier, expression=expression)


def _choose(condition: Expression, then: tuple[Rule, ...], otherwise: tuple[Rule, ...]) -> Rule:
    branches = (Branch(condition=condition, rules=then), Branch(condition=None, rules=otherwise))
    return Rule(name="response-condition", branches=branches)


_CORRECT = Expression(name="match", operands=(_of("variable", "RESPONSE"), _of("correct", "RESPONSE")))
_UNANSWERED = Expression(name="is-null", operands=(_of("variable", "RESPONSE"),))
_FULL = Expression(
    name="equal",
    attributes=(("tolerance-mode", "exact"),),
    operands=(_of("variable", "MAXSCORE"), _of("variable", "SCORE")),
)


def _matched() -> Rule:
    return _choose(_CORRECT, (_set("SCORE", _value("float", "1")),), (_set("SCORE", _value("float", "0")),))


def _mapped(operator: str) -> Rule:
    unanswered = (_set("SCORE", _value("float", "0")),)
    return _choose(_UNANSWERED, unanswered, (_set("SCORE", _of(operator, "RESPONSE")),))


def _feedback(identifier: str, text: str) -> Rule:
    return _set(identifier, _value("identifier", text))


def _matched_with_feedback() -> Rule:
    right = (_set("SCORE", _of("variable", "MAXSCORE")), _feedback("FEEDBACKBASIC", "correct"))
    return _choose(_CORRECT, right, (_feedback("FEEDBACKBASIC", "incorrect"),))


def _full_or_not() -> Rule:
    return _choose(_FULL, (_feedback("FEEDBACK", "correct"),), (_feedback("FEEDBACK", "incorrect"),))


TEMPLATES: Final[Mapping[str, tuple[Rule, ...]]] = {
    "match_correct": (_matched(),),
    "map_response": (_mapped("map-response"),),
    "map_response_point": (_mapped("map-response-point"),),
    "CC2_match": (_matched(),),
    "CC2_match_basic": (_matched_with_feedback(),),
    "CC2_map_response": (_mapped("map-response"), _full_or_not()),
}


def expand(uri: str) -> Processing | None:
    """The rules of a standard template, or None for a URI that is none.

    Args:
        uri: the ``template`` attribute, QTI 2.0 to 3.0 form.
    """
    known = _KNOWN_URI.fullmatch(uri.strip()) if len(uri) <= _MAX_URI else None
    rules = TEMPLATES.get(known["name"]) if known else None
    return None if rules is None else Processing(rules=rules, template=uri.strip())
