"""What an author wrote → what an exam is built from: upgraded, embedded files taken out, templates cloned, formulas drawn.

Owns the order of the steps. ``lint`` looks at the same, so that an exam that lints can be built.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from exam_packages.errors import LintFinding
from exam_packages.qti.cloning import CloneSource
from exam_packages.qti.embedded import EmbeddedSource
from exam_packages.qti.formulas import FormulaSource
from exam_packages.qti.model import Lexical
from exam_packages.qti.opening_sources import source_of
from exam_packages.qti.upgrade import UpgradedSource

LINT_SEED: Final = "0" * 32
"""Looking at content needs some clone, not a secret one."""


class PreparedSource:
    """A content package that can be built. Steps run when their results are first asked for.

    A tolerant one passes documents through as they are where a step fails, and ``faults`` says why: for whoever wants to look
    at the rest.
    """

    def __init__(self, source: UpgradedSource, *, seed: str, variants: int = 1, tolerant: bool = False) -> None:
        self._upgraded = source
        self._embedded = EmbeddedSource(source, tolerant=tolerant)
        self._cloned = CloneSource(self._embedded, seed, variants=variants, tolerant=tolerant)
        self._drawn = FormulaSource(self._cloned, tolerant=tolerant)

    def paths(self) -> Iterable[str]:
        """Every file's path, those that were made included.

        Raises:
            SourceRefused: a document cannot be read, a template not be cloned or a formula not be drawn.
        """
        return tuple(self._drawn.paths())

    def read(self, path: str) -> bytes:
        """One file's bytes.

        Raises:
            SourceRefused: as ``paths``, and as the source does.
        """
        return self._drawn.read(path)

    @property
    def notes(self) -> tuple[LintFinding, ...]:
        """What was changed or left out on the way, about the author's files and lines."""
        return (*self._upgraded.notes, *self._embedded.notes, *self._drawn.notes)

    @property
    def faults(self) -> tuple[LintFinding, ...]:
        """What stands in the way of a build, where this is tolerant."""
        return tuple(dict.fromkeys((*self._embedded.faults, *self._cloned.faults, *self._drawn.faults)))

    @property
    def clones(self) -> Mapping[str, Mapping[str, Lexical]]:
        """The values of every clone's template variables, by its path."""
        return self._cloned.clones


def prepared(path: Path, *, seed: str = LINT_SEED, variants: int = 1) -> PreparedSource:
    """The content package in a folder or a zip file, ready to be built.

    Args:
        path: the folder, or the file.
        seed: 32 hexadecimal digits: decides what item templates leave open.
        variants: items made of each template; of several a candidate gets one.

    Raises:
        SourceRefused: it is neither, or a zip file that is not accepted.
        OSError: it cannot be read.
    """
    return PreparedSource(source_of(path), seed=seed, variants=variants)
