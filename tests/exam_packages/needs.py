"""Accommodations of every kind, for properties."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from exam_packages.accommodations import FEATURES, Accommodations, Scheme
from exam_packages.qti.model import Tool

_NAMES = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=12)


def _one_kind_of_time(needs: Accommodations, kind: int) -> Accommodations:
    return replace(
        needs,
        extra_time_percent=needs.extra_time_percent if kind == 0 else 0,
        fixed_minutes=needs.fixed_minutes if kind == 1 else 0,
        unlimited_time=needs.unlimited_time and kind == 2,
    )


NEEDS: st.SearchStrategy[Accommodations] = st.builds(
    _one_kind_of_time,
    st.builds(
        Accommodations,
        extra_time_percent=st.integers(0, 400),
        text_size_percent=st.integers(100, 400),
        codes=st.frozensets(_NAMES, max_size=3).map(lambda names: tuple(sorted(names))),
        fixed_minutes=st.integers(0, 600),
        unlimited_time=st.booleans(),
        break_minutes=st.integers(0, 240),
        breaks=st.integers(0, 20),
        scheme=st.none() | st.sampled_from(Scheme),
        line_spacing_percent=st.integers(100, 300),
        letter_spacing_percent=st.integers(0, 50),
        single_column=st.booleans(),
        tools=st.frozensets(st.sampled_from(Tool)).map(lambda tools: tuple(sorted(tools))),
        translation_language=st.sampled_from(["", "es", "pt-BR"]),
        linguistic_guidance=st.booleans(),
        prohibited=st.frozensets(st.sampled_from(sorted(FEATURES)), max_size=4).map(lambda names: tuple(sorted(names))),
    ),
    st.integers(0, 2),
)
