import io

import pytest
from rich.console import Console

from ui.demo.narrator import Narrator


@pytest.fixture
def file() -> io.StringIO:
    return io.StringIO()


def test_what_is_done_stands_with_its_time(file: io.StringIO) -> None:
    narrator = Narrator(Console(file=file, width=200))

    with narrator.step("Office", "builds [the] exam") as so_far:
        so_far("halfway")

    (line,) = file.getvalue().splitlines()
    assert line.startswith("✓ Office builds [the] exam ")
    assert line.endswith(" s")


def test_what_failed_is_not_told_as_done(file: io.StringIO) -> None:
    narrator = Narrator(Console(file=file, width=200, force_terminal=True))

    with pytest.raises(ValueError, match="no"), narrator.step("Seat", "imports"):
        raise ValueError("no")

    assert "✓" not in file.getvalue()


def test_a_terminal_sees_how_far_it_is(file: io.StringIO) -> None:
    narrator = Narrator(Console(file=file, width=200, force_terminal=True))

    with narrator.step("Candidate", "sits the exam") as so_far:
        so_far("step 3 of 9")

    assert "step 3 of 9" in file.getvalue()
