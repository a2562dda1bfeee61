"""Regular expressions of XML Schema (XSD 1.0 part 2, appendix F), which QTI writes in patternMatch and pattern-mask.

Owns reading and matching. A pattern becomes a state machine that looks at each character once, so the time is bounded by the
length of pattern and text: there is nothing to backtrack, and no pattern is catastrophic. Nothing here uses ``re``, whose
language is another one (``^`` and ``$`` are ordinary characters in XSD, classes can be subtracted, a match is always whole).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias, assert_never

from exam_packages.qti.pattern_classes import (
    CharacterClass,
    PatternError,
    any_but_line_ends,
    one,
    read_bracket,
    read_escape,
)

__all__ = ["Pattern", "PatternError", "compile_pattern"]

MAX_CHARACTERS: Final = 2000
MAX_DEPTH: Final = 50
MAX_STATES: Final = 5000  # a{1000}b{1000} fits, a{1000}{1000} does not
MAX_STEPS: Final = 2_000_000  # of the machine, for one text: some seconds at the very most


# -- what a pattern says ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _One:
    holds: CharacterClass


@dataclass(frozen=True, slots=True)
class _Sequence:
    parts: tuple[_Node, ...]


@dataclass(frozen=True, slots=True)
class _Choice:
    branches: tuple[_Node, ...]


@dataclass(frozen=True, slots=True)
class _Repeat:
    inner: _Node
    least: int
    most: int | None


_Node: TypeAlias = _One | _Sequence | _Choice | _Repeat


class _Reader:
    """A recursive descent over the grammar of appendix F."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0

    def read(self) -> _Node:
        node = self._choice()
        if self._at < len(self._text):
            raise PatternError("closes a group that was never opened")
        return node

    def _choice(self) -> _Node:
        branches = [self._branch()]
        while self._next() == "|":
            self._at += 1
            branches.append(self._branch())
        return branches[0] if len(branches) == 1 else _Choice(tuple(branches))

    def _branch(self) -> _Node:
        parts: list[_Node] = []
        while self._next() not in {"", "|", ")"}:
            parts.append(self._quantified(self._atom()))
        return parts[0] if len(parts) == 1 else _Sequence(tuple(parts))

    def _atom(self) -> _Node:
        character = self._next()
        self._at += 1
        match character:
            case "(":
                return self._group()
            case "[":
                holds, self._at = read_bracket(self._text, self._at)
                return _One(holds)
            case "\\":
                holds, self._at = read_escape(self._text, self._at)
                return _One(holds)
            case ".":
                return _One(any_but_line_ends)
            case "?" | "*" | "+" | "{":
                raise PatternError("repeats nothing")
            case "]" | "}":
                raise PatternError(f"has a {character} that closes nothing")
            case _:
                return _One(one(character))

    def _group(self) -> _Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise PatternError(f"nests more than {MAX_DEPTH} groups")
        # (?: is no XSD, but a group without a name is all it means, and JavaScript's habits are widespread.
        if self._text.startswith("?:", self._at):
            self._at += 2
        node = self._choice()
        if self._next() != ")":
            raise PatternError("has a group that is not closed")
        self._at += 1
        self._depth -= 1
        return node

    def _quantified(self, node: _Node) -> _Node:
        bounds = {"?": (0, 1), "*": (0, None), "+": (1, None)}.get(self._next())
        if bounds is not None:
            self._at += 1
            return _Repeat(node, *bounds)
        return self._counted(node) if self._next() == "{" else node

    def _counted(self, node: _Node) -> _Node:
        end = self._text.find("}", self._at)
        low, comma, high = self._text[self._at + 1 : max(end, 0)].partition(",")
        if end < 0 or not _is_count(low) or (high and not _is_count(high)):
            raise PatternError("has a count that is no number")
        least = int(low)
        most = int(high) if high else None if comma else least
        if most is not None and most < least:
            raise PatternError("has a count whose end is below its beginning")
        self._at = end + 1
        return _Repeat(node, least, most)

    def _next(self) -> str:
        return self._text[self._at : self._at + 1]


def _is_count(text: str) -> bool:
    return 0 < len(text) <= 4 and text.isascii() and text.isdigit()


# -- the machine ------------------------------------------------------------------------------------------------------


def _size(node: _Node) -> int:
    """How many states a node becomes; known before any is made."""
    match node:
        case _One():
            return 1
        case _Sequence(parts):
            return sum(map(_size, parts))
        case _Choice(branches):
            return sum(_size(each) + 1 for each in branches)
        case _Repeat(inner, least, most):
            return (_size(inner) + 1) * max(least + 1 if most is None else most, 1)
        case _:
            assert_never(node)


class Pattern:
    """A pattern, ready to be matched. Made by ``compile_pattern``."""

    def __init__(self, node: _Node) -> None:
        # A state either reads one character (a class and the state after it) or goes on to others without reading.
        self._reads: list[tuple[CharacterClass, int] | None] = [None]
        self._skips: list[tuple[int, ...]] = [()]
        self._start = self._frozen(self._build(node, 0))
        self._moves: dict[tuple[frozenset[int], str], frozenset[int]] = {}

    def matches(self, text: str) -> bool:
        """Whether the whole text matches.

        Raises:
            PatternError: it would take more steps than anybody waits for.
        """
        states, steps = self._start, 0
        for character in text:
            if not states:
                return False
            known = self._moves.get((states, character))
            if known is None:
                steps += len(states)
                if steps > MAX_STEPS:
                    raise PatternError("is too large for a text of this length")
                known = self._moved(states, character)
            states = known
        return _END in states

    def _moved(self, states: frozenset[int], character: str) -> frozenset[int]:
        targets = {read[1] for state in states if (read := self._reads[state]) is not None and read[0](character)}
        moved = self._closed(targets)
        if len(self._moves) < MAX_STATES:
            self._moves[states, character] = moved
        return moved

    def _frozen(self, state: int) -> frozenset[int]:
        return self._closed({state})

    def _closed(self, states: set[int]) -> frozenset[int]:
        """The states with all that can be reached from them without reading."""
        found, waiting = set(states), list(states)
        while waiting:
            for state in self._skips[waiting.pop()]:
                if state not in found:
                    found.add(state)
                    waiting.append(state)
        return frozenset(found)

    def _build(self, node: _Node, after: int) -> int:
        """Add a node's states in front of a state that is already there; return where it begins."""
        match node:
            case _One(holds):
                return self._add((holds, after), ())
            case _Sequence(parts):
                for part in reversed(parts):
                    after = self._build(part, after)
                return after
            case _Choice(branches):
                return self._add(None, tuple(self._build(each, after) for each in branches))
            case _Repeat():
                return self._build_repeat(node, after)
            case _:
                assert_never(node)

    def _build_repeat(self, node: _Repeat, after: int) -> int:
        begin = after
        if node.most is None:
            begin = self._add(None, ())
            self._skips[begin] = (self._build(node.inner, begin), after)
        else:
            for _ in range(node.most - node.least):
                begin = self._add(None, (self._build(node.inner, begin), after))
        for _ in range(node.least):
            begin = self._build(node.inner, begin)
        return begin

    def _add(self, read: tuple[CharacterClass, int] | None, skips: tuple[int, ...]) -> int:
        self._reads.append(read)
        self._skips.append(skips)
        return len(self._reads) - 1


_END: Final = 0


@lru_cache(maxsize=256)
def compile_pattern(text: str) -> Pattern:
    """Read a pattern.

    ``^`` and ``$`` are ordinary characters, but the two together around the whole pattern are left out: a match is always
    whole, and nobody who writes both means characters to be typed.

    Raises:
        PatternError: it is no regular expression of XML Schema, or beyond a limit.
    """
    if len(text) > MAX_CHARACTERS:
        raise PatternError(f"is longer than {MAX_CHARACTERS} characters")
    if len(text) >= 2 and text[0] == "^" and text[-1] == "$" and not text.endswith("\\$"):
        text = text[1:-1]
    node = _Reader(text).read()
    if _size(node) > MAX_STATES:
        raise PatternError("repeats too much")
    return Pattern(node)
