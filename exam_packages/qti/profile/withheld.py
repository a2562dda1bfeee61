"""The profile's rows that stay in the office: keys, mappings, outcomes, templates and processing.

A row allows random operators wherever an operator may stand; that they stand in template processing only is seen to when rules
are read (``rules.read_processing``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from exam_packages.qti.model import Shape
from exam_packages.qti.operators import OPERATIONS
from exam_packages.qti.profile.rows import BASE_TYPES, CARDINALITIES, NONE, VIEWS, Kind, Row, kept, secret

_RULES: Final = frozenset({"qti-set-outcome-value", "qti-lookup-outcome-value"})
_ITEM_RULES: Final = _RULES | {"qti-response-condition", "qti-response-processing-fragment", "qti-exit-response"}
_TEST_RULES: Final = _RULES | {"qti-outcome-condition", "qti-outcome-processing-fragment", "qti-exit-test"}
_TEMPLATE_RULES: Final = frozenset(
    {
        "qti-set-template-value",
        "qti-set-correct-response",
        "qti-set-default-value",
        "qti-template-condition",
        "qti-exit-template",
    }
)
_EXPRESSIONS: Final = frozenset(f"qti-{name}" for name in OPERATIONS)


_ASSIGNMENT: Final = kept(_EXPRESSIONS, identifier=secret(Kind.IDENTIFIER, required=True))

SECRET_ROWS: Final[Mapping[str, Row]] = {
    "qti-correct-response": kept(frozenset({"qti-value"}), interpretation=secret()),
    "qti-default-value": kept(frozenset({"qti-value"}), interpretation=secret()),
    "qti-value": kept(
        text=True,
        field_identifier=secret(Kind.IDENTIFIER),
        base_type=secret(Kind.TEXT, *BASE_TYPES),
    ),
    "qti-mapping": kept(
        frozenset({"qti-map-entry"}),
        default_value=secret(Kind.NUMBER),
        lower_bound=secret(Kind.NUMBER),
        upper_bound=secret(Kind.NUMBER),
    ),
    "qti-map-entry": kept(
        map_key=secret(required=True),
        mapped_value=secret(Kind.NUMBER, required=True),
        case_sensitive=secret(Kind.BOOLEAN),
    ),
    "qti-area-mapping": kept(
        frozenset({"qti-area-map-entry"}),
        default_value=secret(Kind.NUMBER),
        lower_bound=secret(Kind.NUMBER),
        upper_bound=secret(Kind.NUMBER),
    ),
    "qti-area-map-entry": kept(
        shape=secret(Kind.TEXT, *(each.value for each in Shape), required=True),
        coords=secret(),
        mapped_value=secret(Kind.NUMBER, required=True),
    ),
    "qti-template-declaration": kept(
        frozenset({"qti-default-value"}),
        identifier=secret(Kind.IDENTIFIER, required=True),
        cardinality=secret(Kind.TEXT, *CARDINALITIES, required=True),
        base_type=secret(Kind.TEXT, *BASE_TYPES),
        param_variable=secret(Kind.BOOLEAN),
        math_variable=secret(Kind.BOOLEAN),
    ),
    "qti-template-processing": kept(_TEMPLATE_RULES | {"qti-template-constraint"}),
    "qti-template-constraint": kept(_EXPRESSIONS),
    "qti-template-condition": kept(frozenset({"qti-template-if", "qti-template-else-if", "qti-template-else"})),
    **dict.fromkeys(("qti-template-if", "qti-template-else-if"), kept(_TEMPLATE_RULES | _EXPRESSIONS)),
    "qti-template-else": kept(_TEMPLATE_RULES),
    "qti-exit-template": kept(),
    **dict.fromkeys(("qti-set-template-value", "qti-set-correct-response", "qti-set-default-value"), _ASSIGNMENT),
    "qti-response-processing-fragment": kept(_ITEM_RULES),
    "qti-outcome-processing-fragment": kept(_TEST_RULES),
    "qti-outcome-declaration": kept(
        frozenset({"qti-default-value", "qti-match-table", "qti-interpolation-table"}),
        identifier=secret(Kind.IDENTIFIER, required=True),
        cardinality=secret(Kind.TEXT, *CARDINALITIES, required=True),
        base_type=secret(Kind.TEXT, *BASE_TYPES),
        view=secret(Kind.WORDS, *VIEWS),
        interpretation=secret(),
        long_interpretation=secret(),
        normal_maximum=secret(Kind.NUMBER),
        normal_minimum=secret(Kind.NUMBER),
        mastery_value=secret(Kind.NUMBER),
        external_scored=secret(Kind.TEXT, "human", "externalMachine"),
    ),
    "qti-match-table": kept(frozenset({"qti-match-table-entry"}), default_value=secret()),
    "qti-match-table-entry": kept(source_value=secret(Kind.NUMBER, required=True), target_value=secret(required=True)),
    "qti-interpolation-table": kept(frozenset({"qti-interpolation-table-entry"}), default_value=secret()),
    "qti-interpolation-table-entry": kept(
        source_value=secret(Kind.NUMBER, required=True),
        target_value=secret(required=True),
        include_boundary=secret(Kind.BOOLEAN),
    ),
    "qti-response-processing": kept(_ITEM_RULES, template=secret(), template_location=secret()),
    "qti-outcome-processing": kept(_TEST_RULES),
    "qti-response-condition": kept(frozenset({"qti-response-if", "qti-response-else-if", "qti-response-else"})),
    "qti-outcome-condition": kept(frozenset({"qti-outcome-if", "qti-outcome-else-if", "qti-outcome-else"})),
    **dict.fromkeys(("qti-response-if", "qti-response-else-if"), kept(_ITEM_RULES | _EXPRESSIONS)),
    **dict.fromkeys(("qti-outcome-if", "qti-outcome-else-if"), kept(_TEST_RULES | _EXPRESSIONS)),
    "qti-response-else": kept(_ITEM_RULES),
    "qti-outcome-else": kept(_TEST_RULES),
    "qti-exit-response": kept(),
    "qti-exit-test": kept(),
    "qti-set-outcome-value": _ASSIGNMENT,
    "qti-lookup-outcome-value": _ASSIGNMENT,
    **{
        f"qti-{name}": Row(
            children=_EXPRESSIONS if operation.maximum != 0 else NONE,
            attributes={each: secret(required=each in operation.required) for each in operation.attributes},
            text=name == "base-value",
        )
        for name, operation in OPERATIONS.items()
    },
}
