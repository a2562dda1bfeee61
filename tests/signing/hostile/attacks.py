"""What every attack by hand says of itself, and what every test of one asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

from signing.errors import Refused


@dataclass(frozen=True, kw_only=True)
class Attack:
    """One forged file and what has to become of it.

    Attributes:
        name: the attack in words; the page docs/hostile-files.md lists it under this name.
        file: which kind of file is forged.
        act: hands it to its reader.
        refusal: exactly this class, and so its layer and code.
        place: where the refusal says that it is wrong.
        says: part of what it says.
    """

    name: str
    file: str
    act: Callable[[], object]
    refusal: type[Refused]
    place: str
    says: str


def parametrized(attacks: Sequence[Attack]) -> pytest.MarkDecorator:
    """Run a test for each attack, under its name."""
    names = [attack.name for attack in attacks]
    assert len(set(names)) == len(names), "two attacks have one name"
    return pytest.mark.parametrize("attack", attacks, ids=names)


def assert_refused(attack: Attack) -> None:
    """Check that the attack is refused by exactly this layer, in words that name the place."""
    with pytest.raises(Refused) as caught:
        attack.act()
    refused = caught.value
    assert type(refused) is attack.refusal, f"{type(refused).__name__}: {refused}"
    assert (refused.layer, refused.code) == (attack.refusal.layer, attack.refusal.code)
    assert refused.place == attack.place, str(refused)
    assert attack.says in refused.message, str(refused)
    assert str(refused) == f"{attack.place}: {refused.message}."
