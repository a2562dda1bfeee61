"""What every test of a refusal asks: the right class, and a sentence that names the place."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from signing.errors import Refused


@contextmanager
def refused(kind: type[Refused], *, place: str = "") -> Iterator[None]:
    with pytest.raises(Refused) as caught:
        yield
    assert type(caught.value) is kind, f"{type(caught.value).__name__}: {caught.value}"
    assert caught.value.layer is kind.layer
    assert place in caught.value.place
    assert str(caught.value) == f"{caught.value.place}: {caught.value.message}."
