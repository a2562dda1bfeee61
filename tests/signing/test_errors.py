import pickle

import pytest

from signing import errors
from signing.errors import Layer, Refused

# Other packages add to the tree; theirs are theirs to test, and are here or not by what was imported before.
KINDS = [kind for kind in Refused.__subclasses__() if kind.__module__ == errors.__name__]


def test_every_layer_has_exactly_one_class_here() -> None:
    assert sorted(kind.layer.value for kind in KINDS) == sorted(layer.value for layer in Layer)


def test_codes_are_stable() -> None:
    assert {kind.code for kind in KINDS} == {
        "form-refused",
        "signature-refused",
        "threshold-refused",
        "revoked-refused",
        "expired-refused",
        "older-refused",
        "not-for-this-site-refused",
        "wrong-release-refused",
        "content-refused",
    }


@pytest.mark.parametrize("kind", KINDS)
def test_the_text_is_a_sentence_that_names_the_place(kind: type[Refused]) -> None:
    assert str(kind("is cut at byte 7", place="a.exam")) == "a.exam: is cut at byte 7."


@pytest.mark.parametrize("kind", KINDS)
def test_a_refusal_travels_to_another_process(kind: type[Refused]) -> None:
    back = pickle.loads(pickle.dumps(kind("is cut", place="a.exam")))  # noqa: S301 - our own bytes
    assert (type(back), back.message, back.place) == (kind, "is cut", "a.exam")


def test_the_tree_is_drawn_with_every_class() -> None:
    assert errors.__doc__ is not None
    assert all(kind.__name__ in errors.__doc__ for kind in KINDS)
