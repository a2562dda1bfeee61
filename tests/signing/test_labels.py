from hypothesis import given
from hypothesis import strategies as st

from signing.labels import Label, PayloadType

PARTS = st.lists(st.binary(max_size=4), max_size=4)


def test_no_two_labels_or_payload_types_are_one() -> None:
    assert len({label.value for label in Label}) == len(Label.__members__)
    assert len({kind.value for kind in PayloadType}) == len(PayloadType.__members__)


def test_no_label_begins_another() -> None:
    values = [label.value for label in Label]
    assert not any(one != other and other.startswith(one) for one in values for other in values)


@given(PARTS, PARTS)
def test_parts_cannot_run_into_one_another(one: list[bytes], other: list[bytes]) -> None:
    same = Label.ROSTER.with_parts(*one) == Label.ROSTER.with_parts(*other)
    assert same == (one == other)


def test_known_value() -> None:
    assert Label.ROSTER.with_parts(b"ab") == b"testing-center-kiosk/roster/v1\x00" + b"\x00" * 7 + b"\x02ab"
