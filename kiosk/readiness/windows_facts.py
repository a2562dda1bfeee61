"""What a seat on Windows says of itself, judged: which system it is, with whose rights, where it is shown, on how many displays.

Owns the sentences. Refuses to ask Windows: whoever runs the checks does.
"""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.readiness.checks import Finding, failed, not_possible, ok


def displays(geometries: Sequence[str]) -> Finding:
    """Judge how many displays show something.

    Args:
        geometries: of those that do.
    """
    if not geometries:
        return not_possible("Windows does not say which displays it has.")
    if len(geometries) == 1:
        return ok(f"One display shows something: {geometries[0]}.")
    return failed(
        f"{len(geometries)} displays show something: {', '.join(geometries)}.",
        "Unplug the others, or start the sitting locked down.",
    )


def shown_here(*, is_remote: bool, session: int, at_the_screen: int | None) -> Finding:
    """Judge where the session is shown.

    Args:
        is_remote: Windows says that it is shown somewhere else.
        session: this program's.
        at_the_screen: the one that is shown there; None while one is being attached.
    """
    if is_remote:
        return failed("This session is shown somewhere else (Remote Desktop).", "Run it at the machine itself.")
    if at_the_screen != session:
        return failed("Another session is at the screen.", "Run it where the exam window is shown.")
    return ok("This session is the one at the screen.")


def own_rights(*, is_elevated: bool) -> Finding:
    """Judge with whose rights the supervisor runs; the window never has more."""
    if is_elevated:
        return failed(
            "The supervisor has an administrator's rights.",
            "Sign in as the seat's user, who is a standard user, and run it there.",
        )
    return ok("The supervisor has a standard user's rights.")


def window_rights(too_much: str | None) -> Finding:
    """Judge what the window's process may do.

    Args:
        too_much: why that is more than a window needs; empty where it is not; None where Windows does not say.
    """
    if too_much is None:
        return not_possible("Windows does not say what the window may do.")
    if too_much:
        return failed(
            f"The window may do more than it needs. {too_much}",
            "Sign in as the seat's user, who is a standard user; tell whoever looks after the program.",
        )
    return ok("The window has no privileges and is in no group that may change the machine.")


def system(*, wine: str, build: str, edition: str) -> Finding:
    """Judge what this is.

    Args:
        wine: its version, where this is wine.
        build: as ``10.0.22631``; empty where it is not known.
        edition: as Windows stores it.
    """
    if wine:
        return failed(f"This is wine {wine}, and not Windows.", "Give exams on Windows, or on Linux without wine.")
    if not build:
        return not_possible("Windows does not say which one it is.")
    return ok(f"Windows {build} {edition}".strip() + ".")
