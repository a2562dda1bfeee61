from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.demo.latency import PROBE_BYTES, PROBE_COUNT, FsyncProbe, Latency, latency_of, read_stats


@pytest.mark.parametrize(
    ("samples", "p50", "p99"),
    [([7], 7, 7), ([1, 2], 1, 2), (list(range(1, 101)), 50, 99), (list(range(1, 1001)), 500, 990), ([5, 1, 9], 5, 9)],
)
def test_percentiles_by_nearest_rank(samples: list[int], p50: int, p99: int) -> None:
    assert latency_of(samples) == Latency(p50=p50, p99=p99)


@given(st.lists(st.integers(0, 10**7), min_size=1))
def test_percentiles_are_samples_and_split_them(samples: list[int]) -> None:
    latency = latency_of(samples)

    assert latency.p50 in samples
    assert latency.p99 in samples
    assert sum(each <= latency.p50 for each in samples) * 2 >= len(samples)
    assert sum(each <= latency.p99 for each in samples) * 100 >= 99 * len(samples)


def test_the_probe_appends_in_portions_and_leaves_nothing_behind(tmp_path: Path) -> None:
    probe = FsyncProbe(tmp_path / "probe")

    probe.run(20)
    assert (tmp_path / "probe").stat().st_size == 20 * PROBE_BYTES
    assert probe.left == PROBE_COUNT - 20
    latency = probe.finish()

    assert len(probe.samples_us) == PROBE_COUNT
    assert 0 < latency.p50 <= latency.p99
    assert list(tmp_path.iterdir()) == []


def test_stats_are_read_around_what_a_kill_left(tmp_path: Path) -> None:
    stats = tmp_path / "stats.jsonl"
    stats.write_text(
        '{"event": "Answered", "saved_us": 800}\n{"screen": "item", "shown_ms": 640}\n[1]\n'
        '{"event": "Flagged", "saved_us": 900}\n{"event": "Answered", "sav',
        encoding="utf-8",
    )

    assert read_stats(stats) == (800, 900)
    assert read_stats(tmp_path / "none") == ()
