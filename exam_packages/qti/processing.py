"""Responses and an item, or item sessions and a test → outcome variables.

Owns the order of things: template processing, response processing, outcome processing. Rules are run by ``running``.
"""

from __future__ import annotations

from collections.abc import Sequence

from exam_packages.errors import UnsupportedProcessing
from exam_packages.qti.model import AssessmentItem, AssessmentTest, PartRole, Responses
from exam_packages.qti.randomness import Chance
from exam_packages.qti.running import evaluate, run
from exam_packages.qti.scope import Faults, ItemScope, ItemSession, TestScope
from exam_packages.qti.template_processing import assigned, instantiated, process_template

__all__ = ["evaluate", "process_item", "process_test", "run"]


def process_item(
    item: AssessmentItem, responses: Responses, *, faults: Faults = Faults.REFUSED, chance: Chance | None = None
) -> ItemScope:
    """Open an item session with its responses and run response processing.

    An item without response processing keeps the defaults of its outcomes. An item template is instantiated first; what chance
    decides in it can be scored around but not looked at.

    Args:
        item: with declarations and processing.
        responses: by response variable; absent or empty is no response.
        faults: what becomes of names that nobody declared.
        chance: where random operators draw from; None, as in every real scoring, refuses them.

    Raises:
        ScoringRefused: a response does not fit the item, or its processing is wrong.
    """
    undetermined: frozenset[str] = frozenset()
    rules = item.template_processing
    if rules is not None:
        try:
            item = instantiated(item, process_template(item, chance))
        except UnsupportedProcessing:
            undetermined = assigned(rules)
            if undetermined & {str(each.identifier) for each in item.outcome_declarations}:
                raise  # the session would begin with values that nobody knows
    scope = ItemScope(item, responses, faults=faults, chance=chance, undetermined=undetermined)
    if item.response_processing is not None:
        run(item.response_processing, scope)
    return scope


def process_test(test: AssessmentTest, sessions: Sequence[ItemSession]) -> TestScope:
    """Run outcome processing over the item sessions of a form.

    Raises:
        ScoringRefused: outcome processing is wrong.
    """
    taken = {session.ref.identifier for session in sessions}
    unselected = (ref.identifier for ref in test.item_refs(PartRole.SCORED) if ref.identifier not in taken)
    scope = TestScope(test.identifier, test.outcome_declarations, sessions, unselected)
    if test.outcome_processing is not None:
        run(test.outcome_processing, scope)
    return scope
