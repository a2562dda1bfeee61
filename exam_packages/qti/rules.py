"""``qti-response-processing``, ``qti-outcome-processing`` and ``qti-template-processing`` → rules and expressions.

Reads any operator and any rule by its name; what is computed is decided by ``operators`` and ``running``.
"""

from __future__ import annotations

from collections.abc import Iterator

from exam_packages.qti.model import Branch, Expression, Processing, Rule
from exam_packages.qti.operators import RANDOM
from exam_packages.qti.reading import Xml
from exam_packages.qti.running import CONDITIONS, FRAGMENTS
from exam_packages.qti.templates import expand

_IF = ("qti-response-if", "qti-outcome-if", "qti-template-if")
_ELSE_IF = ("qti-response-else-if", "qti-outcome-else-if", "qti-template-else-if")
_ELSE = ("qti-response-else", "qti-outcome-else", "qti-template-else")


def read_processing(xml: Xml) -> Processing:
    """Read response or outcome processing; a named standard template becomes its rules.

    Raises:
        SourceRefused: a template that is none of the standard's, a rule without its parts, or an operator that draws at random.
    """
    processing = read_rules(xml)
    _refuse_random(xml)
    return processing


def _refuse_random(xml: Xml) -> None:
    for node in xml.node.iter():
        child = Xml(xml.file, node)
        if child.name.removeprefix("qti-") in RANDOM:
            raise child.refused("random-in-scoring", "draws at random", "Draw in template processing")


def read_rules(xml: Xml) -> Processing:
    """Read processing of any kind, operators that draw at random included; a named standard template becomes its rules.

    Raises:
        SourceRefused: a template that is none of the standard's, or a rule without its parts.
    """
    rules = tuple(_rules(xml))
    uri = xml.optional("template")
    # An item that has both keeps its own rules: they are what its author wrote down.
    if rules or not uri:
        return Processing(rules=rules, template=uri or "")
    template = expand(uri)
    if template is None:
        raise xml.refused(
            "template-unknown", f"names the template {uri[:200]}", "Use a standard template, or write the rules"
        )
    return template


def read_condition(xml: Xml) -> Expression:
    """Read the one expression of a ``qti-pre-condition`` or ``qti-branch-rule``.

    Raises:
        SourceRefused: it has none, or several, or draws at random.
    """
    _refuse_random(xml)
    children = list(xml.children())
    if len(children) != 1:
        raise xml.refused("condition-form", f"has {len(children)} expressions", "Keep one")
    return _expression(children[0])


def _rules(xml: Xml) -> Iterator[Rule]:
    for child in xml.children():
        yield _rule(child)


def _rule(xml: Xml) -> Rule:
    name = xml.name.removeprefix("qti-")
    if name in CONDITIONS:
        return Rule(name=name, branches=tuple(_branches(xml)), line=xml.line)
    if name in FRAGMENTS:
        return Rule(name=name, branches=(Branch(condition=None, rules=tuple(_rules(xml))),), line=xml.line)
    expressions = [_expression(child) for child in xml.children()]
    return Rule(
        name=name,
        identifier=(xml.optional("identifier") or "").strip(),
        expression=expressions[0] if len(expressions) == 1 else None,
        line=xml.line,
    )


def _branches(xml: Xml) -> Iterator[Branch]:
    for position, child in enumerate(xml.children()):
        expected = _IF if position == 0 else (*_ELSE_IF, *_ELSE)
        if child.name not in expected:
            raise child.refused("condition-form", "does not belong here", "Write if, then else-if, then else")
        yield _branch(child)


def _branch(xml: Xml) -> Branch:
    if xml.name in _ELSE:
        return Branch(condition=None, rules=tuple(_rules(xml)))
    children = list(xml.children())
    if not children:
        raise xml.refused("condition-form", "has no condition", "Add an expression as its first child")
    return Branch(condition=_expression(children[0]), rules=tuple(_rule(child) for child in children[1:]))


def _expression(xml: Xml) -> Expression:
    return Expression(
        name=xml.name.removeprefix("qti-"),
        attributes=tuple(xml.attributes()),
        operands=tuple(_expression(child) for child in xml.children()),
        text=xml.text,
        line=xml.line,
    )
