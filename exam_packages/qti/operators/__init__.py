"""The operators of QTI 3.0 processing, one table: what each computes and how it may be written.

Owns the table. An operator that is not in it is not computed: ``UnsupportedProcessing``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from exam_packages.qti.operators import (
    arithmetic,
    containers,
    draws,
    logic,
    lookups,
    mathematics,
    points,
    sessions,
    texts,
)
from exam_packages.qti.operators.call import Operation

OPERATIONS: Final[Mapping[str, Operation]] = {
    **lookups.OPERATIONS,
    **points.OPERATIONS,
    **logic.OPERATIONS,
    **arithmetic.OPERATIONS,
    **mathematics.OPERATIONS,
    **containers.OPERATIONS,
    **texts.OPERATIONS,
    **sessions.OPERATIONS,
    **draws.OPERATIONS,
}
"""By element name without ``qti-``."""

RANDOM: Final = frozenset(draws.OPERATIONS)
"""The operators that draw: computed in template processing only."""
