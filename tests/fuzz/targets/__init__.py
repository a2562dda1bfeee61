"""Every fuzz target: where it stands, and how one is loaded without the others."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Final

from tests.fuzz.target import Target

MODULES: Final[Mapping[str, tuple[str, ...]]] = {
    "core": ("canonical-json", "envelope", "keys", "key-file", "sealed-stream", "release-code"),
    "packages": ("exam", "exam-contents"),
    "results": ("result", "result-contents", "session-key"),
    "sessions": ("session", "answers", "report"),
    "lists": ("roster-list", "pnp", "framework", "pictures", "captions", "patterns"),
    "machines": ("seat-report", "settings", "address", "server", "inspect"),
    "drops": ("drop",),
    "seats": ("seat-mark", "site-policy", "mirror", "statement", "lockdown-log"),
    "qti": (
        "qti-reader",
        "qti-upgrade",
        "qti-zip",
        "qti-manifest",
        "qti-item",
        "qti-test",
        "qti-scoring",
        "vectors",
    ),
    "documents": (
        "registration",
        "certificate",
        "seat-list",
        "proctors",
        "grant",
        "release",
        "roster",
        "receipt",
        "revocations",
    ),
}
"""Module of this package to the targets in it: one process loads, and instruments, only what its target needs."""


_SELF_TEST: Final = ("self_test", ("self-test-fault", "self-test-memory"))


def names() -> tuple[str, ...]:
    """Return the names of all targets."""
    return tuple(name for targets in MODULES.values() for name in targets)


def module_of(name: str) -> str:
    """Return the module a target stands in.

    Raises:
        KeyError: there is no such target.
    """
    for module, targets in (*MODULES.items(), _SELF_TEST):
        if name in targets:
            return f"{__name__}.{module}"
    raise KeyError(name)


def load(name: str) -> Target:
    """Return a target."""
    targets: tuple[Target, ...] = import_module(module_of(name)).TARGETS
    return next(target for target in targets if target.name == name)
