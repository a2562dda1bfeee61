"""``qti-response-processing``, ``qti-outcome-processing`` and ``qti-template-processing`` → rules and expressions.

Reads any operator and any rule by its name; what is computed is decided by ``operators`` and ``running``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeAlias

from lxml import etree

from exam_packages.errors import SourceRefused
from exam_packages.qti.model import Branch, Expression, Processing, Rule
from exam_packages.qti.operators import RANDOM
from exam_packages.qti.reading import Xml
from exam_packages.qti.running import CONDITIONS, FRAGMENTS, UNREADABLE
from exam_packages.qti.templates import expand

_IF = ("qti-response-if", "qti-outcome-if", "qti-template-if")
_ELSE_IF = ("qti-response-else-if", "qti-outcome-else-if", "qti-template-else-if")
_ELSE = ("qti-response-else", "qti-outcome-else", "qti-template-else")
_EFFECTS: Final = ("set-", "lookup-", "exit-")
"""How the names of rules begin that do something."""


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
    return _processing(xml, _rules)


def read_rules_leniently(xml: Xml) -> Processing:
    """``read_rules``, but a rule without its parts becomes one that is refused when something depends on it.

    Raises:
        SourceRefused: a template that is none of the standard's.
    """
    return _processing(xml, _rules_leniently)


def _processing(xml: Xml, read: _Reading) -> Processing:
    rules = tuple(read(xml.children()))
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


_Reading: TypeAlias = Callable[[Iterable[Xml]], Iterator[Rule]]


def _rules(found: Iterable[Xml]) -> Iterator[Rule]:
    for child in found:
        yield _rule(child, _rules)


def _rules_leniently(found: Iterable[Xml]) -> Iterator[Rule]:
    for child in found:
        try:
            yield _rule(child, _rules_leniently)
        except SourceRefused as refusal:
            yield _unreadable(child, refusal)


def _unreadable(xml: Xml, refusal: SourceRefused) -> Rule:
    """A rule that says why it could not be read, with all that it might have done."""
    inside = (Xml(xml.file, node) for node in xml.node.iter(etree.Element))
    effects = tuple(
        Rule(
            name=each.name.removeprefix("qti-"), identifier=(each.optional("identifier") or "").strip(), line=each.line
        )
        for each in inside
        if each.name.removeprefix("qti-").startswith(_EFFECTS)
    )
    return Rule(
        name=UNREADABLE,
        expression=Expression(name="", text=refusal.message),
        branches=(Branch(condition=None, rules=effects),),
        line=xml.line,
    )


def _rule(xml: Xml, read: _Reading) -> Rule:
    name = xml.name.removeprefix("qti-")
    if name in CONDITIONS:
        return Rule(name=name, branches=tuple(_branches(xml, read)), line=xml.line)
    if name in FRAGMENTS:
        return Rule(name=name, branches=(Branch(condition=None, rules=tuple(read(xml.children()))),), line=xml.line)
    expressions = [_expression(child) for child in xml.children()]
    return Rule(
        name=name,
        identifier=(xml.optional("identifier") or "").strip(),
        expression=expressions[0] if len(expressions) == 1 else None,
        line=xml.line,
    )


def _branches(xml: Xml, read: _Reading) -> Iterator[Branch]:
    for position, child in enumerate(xml.children()):
        expected = _IF if position == 0 else (*_ELSE_IF, *_ELSE)
        if child.name not in expected:
            raise child.refused("condition-form", "does not belong here", "Write if, then else-if, then else")
        yield _branch(child, read)


def _branch(xml: Xml, read: _Reading) -> Branch:
    if xml.name in _ELSE:
        return Branch(condition=None, rules=tuple(read(xml.children())))
    children = list(xml.children())
    if not children:
        raise xml.refused("condition-form", "has no condition", "Add an expression as its first child")
    return Branch(condition=_expression(children[0]), rules=tuple(read(children[1:])))


def _expression(xml: Xml) -> Expression:
    return Expression(
        name=xml.name.removeprefix("qti-"),
        attributes=tuple(xml.attributes()),
        operands=tuple(_expression(child) for child in xml.children()),
        text=xml.text,
        line=xml.line,
    )
