"""Cases of scoring, one JSON object a line: responses to an item, and the outcomes they must have.

Owns the format, the comparison of outcomes, and reading items wherever they lie. An office proves with it that a new version
scores as the old one did, or as somebody else's engine does. Reads leniently: what is not delivered need not be fit to be
delivered, so the linter is never asked, and names that nobody declared are NULL as they are to other engines.

A line has ``item`` (path from the folder of items; ``archive.zip!member`` inside an archive), ``responses`` (variable to value)
and ``expected_outcomes``; ``corrected_expected_outcomes`` and, in files of disputed cases, ``agreed_outcomes`` stand in for
them. Optional are ``id``, ``item_sha1`` (checked), ``recommendation`` (anything but ``use`` is skipped) and ``seed`` (what
chance draws from in this case). Values are written as QTI writes them: a pair is ``"A B"``, a container a list, a record an
object; null or nothing is NULL.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, NoReturn, TypeAlias

from exam_packages.ids import OutcomeId, ResponseId
from exam_packages.office.vector_items import VectorItems
from exam_packages.qti.model import AssessmentItem, BaseType, Cardinality, Lexical, Responses
from exam_packages.qti.processing import process_item
from exam_packages.qti.randomness import Chance
from exam_packages.qti.scope import Faults, ItemScope
from exam_packages.qti.template_processing import CHANCE_LABEL
from exam_packages.qti.values import (
    NUMERIC,
    NotAValueError,
    Operand,
    Record,
    Scalar,
    Value,
    format_float,
    format_scalar,
    parse_float,
    parse_scalar,
)
from signing.errors import FormRefused, Refused

MAX_VECTORS_BYTES: Final = 256 * 1024 * 1024
MAX_DEPTH: Final = 20  # of one line's JSON; a record in a list needs three

UNCOMPARED: Final = frozenset({"duration", "numAttempts", "completionStatus"})
"""Built-in variables that depend on how a session went, not on what was answered."""

ALIASES: Final[Mapping[str, str]] = {"num_attempts": "numAttempts"}
"""Other spellings of built-in response variables."""

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None
"""JSON with fractions: other engines write them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case."""

    line: int
    """1-based line in the file."""
    name: str
    """Its ``id``, or ``line N``."""
    item: str
    item_sha1: str | None
    responses: Mapping[str, Json]
    expected: Mapping[str, Json]
    """Only variables that are compared."""
    seed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorFile:
    """A file of cases."""

    cases: tuple[Case, ...]
    skipped: Mapping[str, int]
    """Rows that are not run, counted by reason."""


class Verdict(Enum):
    """How a case ended."""

    PASSED = "passed"
    FAILED = "failed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """What became of one case."""

    case: Case
    verdict: Verdict
    got: Mapping[str, Json]
    """The compared outcomes, as JSON; empty where scoring was refused."""
    reason: str = ""
    """Why scoring was refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorReport:
    """What became of all cases."""

    results: tuple[CaseResult, ...]
    skipped: Mapping[str, int]

    def count(self, verdict: Verdict) -> int:
        """How many cases ended so."""
        return sum(result.verdict is verdict for result in self.results)

    @property
    def summary(self) -> str:
        """``N passed, M failed, R refused``."""
        return ", ".join(f"{self.count(each)} {each.value}" for each in Verdict)


# -- reading ----------------------------------------------------------------------------------------------------------


def read_vectors(untrusted: bytes, *, place: str) -> VectorFile:
    """Read a file of cases, JSON Lines in UTF-8; empty lines are passed over.

    Raises:
        FormRefused: a line is no case; the place names it.
    """
    if len(untrusted) > MAX_VECTORS_BYTES:
        raise FormRefused(f"is longer than {MAX_VECTORS_BYTES} bytes", place=place)
    cases: list[Case] = []
    skipped: Counter[str] = Counter()
    for number, raw in enumerate(untrusted.split(b"\n"), start=1):
        if not raw.strip():
            continue
        row = _row(raw, f"{place}:{number}")
        reason = _why_skipped(row)
        if reason is None:
            cases.append(_case(row, number, f"{place}:{number}"))
        else:
            skipped[reason] += 1
    return VectorFile(cases=tuple(cases), skipped=dict(skipped))


def _row(raw: bytes, place: str) -> dict[str, Json]:
    try:
        row = json.loads(raw.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise FormRefused("is not JSON in UTF-8", place=place) from None
    if not isinstance(row, dict) or _depth(row) > MAX_DEPTH:
        raise FormRefused("is no JSON object, or nests too deep", place=place)
    return row


def _no_number(_word: str) -> NoReturn:
    raise ValueError("NaN and Infinity are not JSON")


def _depth(value: Json) -> int:
    level, depth = [value], 0
    while level and depth <= MAX_DEPTH:
        depth += 1
        inside = (each.values() if isinstance(each, dict) else each for each in level if isinstance(each, (dict, list)))
        level = [child for children in inside for child in children]
    return depth


def _why_skipped(row: Mapping[str, Json]) -> str | None:
    recommendation = row.get("recommendation", "use")
    if recommendation != "use":
        return f"recommendation is not “use” but “{str(recommendation).split('(')[0].strip()[:60]}”"
    if not any(row.get(name) for name in _EXPECTED):
        return "names no outcomes that are agreed on"
    return None


_EXPECTED: Final = ("corrected_expected_outcomes", "expected_outcomes", "agreed_outcomes")
"""Where expected outcomes stand, the most trusted first."""


def _case(row: Mapping[str, Json], number: int, place: str) -> Case:
    item, sha1, seed, name = row.get("item"), row.get("item_sha1"), row.get("seed"), row.get("id")
    if not isinstance(item, str) or not item:
        raise FormRefused("names no item", place=place)
    if sha1 is not None and not (isinstance(sha1, str) and len(sha1) == 40):
        raise FormRefused("has an item_sha1 that is no SHA-1", place=place)
    responses = {} if row.get("responses") is None else row["responses"]
    expected = next(value for name in _EXPECTED if (value := row.get(name)))
    return Case(
        line=number,
        name=name if isinstance(name, str) and name else f"line {number}",
        item=item,
        item_sha1=sha1,
        responses={ALIASES.get(key, key): value for key, value in _object(responses, "responses", place)},
        expected={key: value for key, value in _object(expected, "outcomes", place) if key not in UNCOMPARED},
        seed=None if seed is None else str(seed),
    )


def _object(value: Json, what: str, place: str) -> list[tuple[str, Json]]:
    if not isinstance(value, dict):
        raise FormRefused(f"has {what} that are no object", place=place)
    for name, each in value.items():
        if not _is_value(each):
            raise FormRefused(f"has a value of {name[:60]} that is no value, list or record", place=place)
    return list(value.items())


def _is_value(value: Json) -> bool:
    """A constant, a list of constants and pairs, or an object of constants."""
    match value:
        case list():
            return all(not isinstance(each, dict) and (not isinstance(each, list) or _is_pair(each)) for each in value)
        case dict():
            return not any(isinstance(each, (list, dict)) for each in value.values())
        case _:
            return True


def _is_pair(value: list[Json]) -> bool:
    return len(value) == 2 and not any(each is None or isinstance(each, (list, dict)) for each in value)


# -- running ----------------------------------------------------------------------------------------------------------


def check_vectors(
    file: VectorFile, items: VectorItems, *, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> VectorReport:
    """Run every case.

    Args:
        file: the cases.
        items: reads the items; one that cannot be read makes its cases refused.
        progress: told how many cases are done, of how many.
    """
    results: list[CaseResult] = []
    for case in file.cases:
        results.append(check_case(case, items))
        progress(len(results), len(file.cases))
    return VectorReport(results=tuple(results), skipped=file.skipped)


def check_case(case: Case, items: VectorItems) -> CaseResult:
    """Run one case."""
    try:
        scope = _scored(items.item(case.item, case.item_sha1), case)
        for name in case.expected:
            scope.refuse_doubt(name)
    except Refused as refusal:
        return CaseResult(case=case, verdict=Verdict.REFUSED, got={}, reason=str(refusal))
    got = {name: scope.outcomes.get(OutcomeId(name)) for name in case.expected}
    passed = all(agrees(value, case.expected[name]) for name, value in got.items())
    return CaseResult(
        case=case,
        verdict=Verdict.PASSED if passed else Verdict.FAILED,
        got={name: _to_json(value) for name, value in got.items()},
    )


def _scored(item: AssessmentItem, case: Case) -> ItemScope:
    chance = None if case.seed is None else Chance(case.seed, CHANCE_LABEL)
    return process_item(item, _given(case, item), faults=Faults.FORGIVEN, chance=chance)


def responses_of(case: Case) -> Responses:
    """The case's responses as sessions carry them."""
    return {ResponseId(name): _lexical(value) for name, value in case.responses.items()}


def _given(case: Case, item: AssessmentItem) -> Responses:
    """The responses, without those of undeclared variables that say nothing."""
    declared = {each.identifier for each in item.response_declarations}
    return {name: value for name, value in responses_of(case).items() if value or name in declared}


def _lexical(value: Json) -> Lexical:
    if isinstance(value, dict):
        present = ((name, each) for name, each in value.items() if each is not None)
        return tuple(f"{name} {_base_type(each).value} {_written(each)}" for name, each in present)
    values = value if isinstance(value, list) else [value]
    return tuple(_written(each) for each in values if each is not None)


def _base_type(value: Json) -> BaseType:
    """What a field of a record is, by the kind of its JSON."""
    match value:
        case bool():
            return BaseType.BOOLEAN
        case int():
            return BaseType.INTEGER
        case float():
            return BaseType.FLOAT
        case _:
            return BaseType.STRING


def _written(value: Json) -> str:
    """A constant as QTI writes it; a list of two is a pair or a point."""
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return format_float(value)
        case list():
            return " ".join(map(_written, value))
        case _:
            return str(value)


# -- comparing --------------------------------------------------------------------------------------------------------


def agrees(got: Operand, expected: Json) -> bool:
    """Whether an outcome is the expected one: numbers as floats, order only where the outcome is ordered."""
    match got:
        case None:
            return expected in (None, "", [], {})
        case Record(fields):
            known = dict(fields)
            stated = expected if isinstance(expected, dict) else {}
            wanted = {name: value for name, value in stated.items() if value is not None}
            return known.keys() == wanted.keys() and all(agrees(known[name], each) for name, each in wanted.items())
        case Value():
            return _same_items(got, expected if isinstance(expected, list) else [] if expected is None else [expected])


def _same_items(got: Value, expected: list[Json]) -> bool:
    if got.items == ("",):
        return expected in ([], [""])
    if len(got.items) != len(expected):
        return False
    if got.cardinality is not Cardinality.MULTIPLE:
        return all(_same(item, value, got.base_type) for item, value in zip(got.items, expected, strict=True))
    left = list(expected)
    for item in got.items:
        at = next((at for at, value in enumerate(left) if _same(item, value, got.base_type)), None)
        if at is None:
            return False
        del left[at]
    return True


def _same(item: Scalar, value: Json, base_type: BaseType) -> bool:
    text = _written(value)
    if item == text:  # also what is no value of its type, such as a typed sentence in an outcome of identifiers
        return True
    try:
        wanted = parse_float(text) if base_type in NUMERIC else parse_scalar(text, base_type)
    except NotAValueError:
        return False
    if isinstance(item, (int, float)) and isinstance(wanted, (int, float)):
        return item == wanted or math.isclose(item, wanted, rel_tol=1e-9, abs_tol=1e-9)
    return item == wanted or _same_number(item, value)


def _same_number(item: Scalar, value: Json) -> bool:
    # A text that holds a number, where the other engine wrote the number: "20" and 20.0.
    if not isinstance(item, str) or isinstance(value, (bool, str)) or not isinstance(value, (int, float)):
        return False
    try:
        return math.isclose(parse_float(item), value, rel_tol=1e-9)
    except NotAValueError:
        return False


def _to_json(value: Operand) -> Json:
    match value:
        case None:
            return None
        case Record(fields):
            return {name: _to_json(each) for name, each in fields}
        case Value(Cardinality.SINGLE, _, (item,)):
            return _item_json(item)
        case Value():
            return [_item_json(item) for item in value.items]


def _item_json(item: Scalar) -> Json:
    if isinstance(item, float) and not math.isfinite(item):
        return format_scalar(item)
    return item if isinstance(item, (bool, int, float, str)) else format_scalar(item)


def report_json(report: VectorReport) -> dict[str, Any]:
    """A report as JSON: counts, and every case that did not pass."""
    return {
        **{each.value: report.count(each) for each in Verdict},
        "skipped": dict(report.skipped),
        "cases": [_result_json(result) for result in report.results if result.verdict is not Verdict.PASSED],
    }


def _result_json(result: CaseResult) -> dict[str, Any]:
    case = result.case
    return {
        "line": case.line,
        "id": case.name,
        "item": case.item,
        "verdict": result.verdict.value,
        "responses": dict(case.responses),
        "expected": dict(case.expected),
        "got": dict(result.got),
        "reason": result.reason,
    }
