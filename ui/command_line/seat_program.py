"""The program as it is shipped to seats: ``kiosk seat …`` and ``kiosk self-test``, without office, site and demo.

Owns which commands there are; ``ui.command_line.main`` asks for them where the program is frozen, and owns everything else.
"""

from __future__ import annotations

from collections.abc import Callable

from ui.command_line.main import main


def command() -> Callable[..., object]:
    """Return the command line of a seat."""
    # Loaded late for the same reason as in ``main``: the window's curtain stands first.
    import typer  # noqa: PLC0415

    from ui.command_line import seat, self_test  # noqa: PLC0415
    from ui.command_line.help_text import flowing  # noqa: PLC0415

    app = typer.Typer(
        name="kiosk",
        help="Exam software for testing centres: the program of a seat.",
        epilog="Exit codes: 0 done, 2 wrong usage, 3 refused (the message says what and why), 4 the machine, 130 stopped.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
    )
    app.add_typer(seat.app, name="seat", help="One workstation: import, run the exam window, export, erase.")
    app.command("self-test")(self_test.self_test)
    return flowing(typer.main.get_command(app)).main


if __name__ == "__main__":
    main()
