"""The `kiosk` command: mounts the groups, turns errors into a sentence and an exit code.

Exit codes: 0 done · 2 wrong usage · 3 refused (a file, a content or an act is not acceptable) · 4 the machine (disk full,
no display, no permission) · 130 stopped: Ctrl+C, or nobody answered a question. Never a traceback: what is not foreseen is
reported as a fault of this program with its place, and its details go to the file that ``KIOSK_TRACE`` names.
"""

from __future__ import annotations

import errno
import io
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ui.command_line.window_ahead import curtain_for

if TYPE_CHECKING:
    import typer
    from typer.exceptions import TyperException

DONE: Final = 0
WRONG_USAGE: Final = 2
REFUSED: Final = 3
MACHINE: Final = 4
SUPERVISOR: Final = ("seat", "session")
BEHIND_WALLS: Final = "--behind-walls"
PART_ON_WINDOWS: Final = "--part-on-windows"
INTERRUPTED: Final = 130  # the shells' number for Ctrl+C


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit the program with its code."""
    words = sys.argv[1:] if arguments is None else arguments
    if [*words] == [BEHIND_WALLS]:
        from ui.lockdown.launcher import main as behind_walls  # noqa: PLC0415 - the frozen program is this one, too

        sys.exit(behind_walls())
    if [*words[:1]] == [PART_ON_WINDOWS]:
        from ui.lockdown.windows_parts import main as part  # noqa: PLC0415 - the same

        sys.exit(part(words[1:]))
    sys.exit(run(arguments))


def load(words: Sequence[str]) -> None:
    """Load what a command line needs, and what it is read with, and do nothing yet."""
    _command(words)
    _read_nothing()


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; every error has been said on standard error."""
    words = [*sys.argv[1:]] if arguments is None else [*arguments]
    if sys.stdin is None:  # a program may be started without any input: whoever asks finds that nobody answers
        sys.stdin = io.StringIO()
    curtain = None
    try:
        curtain = curtain_for(words)
        result = _command(words)(args=words, prog_name="kiosk", standalone_mode=False)
    except KeyboardInterrupt:
        say("Stopped.")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last line of defence: a person must never see a traceback
        return _answer(error)
    finally:
        if curtain is not None:
            curtain.fall()
    if result == INTERRUPTED:  # Ctrl+C, as the command line itself understands it
        say("Stopped. It can be repeated.")
        return INTERRUPTED
    return result if isinstance(result, int) else DONE


def _answer(error: Exception) -> int:
    """Say what an error means, and return its exit code. Classes are loaded where there is an error to compare with them."""
    from typer import Abort  # noqa: PLC0415 - see `_command`
    from typer.exceptions import TyperException  # noqa: PLC0415

    from exam_packages.errors import Severity, SourceRefused  # noqa: PLC0415
    from kiosk.errors import KioskError, MachineFault  # noqa: PLC0415
    from kiosk.session import EventNotAllowed  # noqa: PLC0415
    from signing.errors import Refused  # noqa: PLC0415
    from signing.key_file import PassphraseWrong  # noqa: PLC0415

    match error:
        case SourceRefused():
            # Notes stop nothing: beside what does they would hide it, and lint lists them.
            for finding in (each for each in error.findings if each.severity is Severity.ERROR):
                say(str(finding))
            return REFUSED
        case Refused():
            say(f"Refused ({error.layer.value}): {error}")
            return REFUSED
        case MachineFault():
            say(str(error))
            return MACHINE
        case KioskError() | EventNotAllowed() | PassphraseWrong():
            say(f"Refused: {error}")
            return REFUSED
        case OSError():
            say(machine_sentence(error))
            return MACHINE
        case TyperException():
            _say_usage(error)
            return WRONG_USAGE
        case Abort():  # the input ended where something was asked
            say("Stopped: it was asked for something, and nobody answered.")
            return INTERRUPTED
        case _:
            return _fault(error)


def _command(words: Sequence[str]) -> Callable[..., object]:
    """Return the command line, loaded as far as these words need it: the curtain stands first, and a seat loads no office."""
    return _supervisor_alone() if tuple(words[:2]) == SUPERVISOR else _command_from(words[0] if words else "")


@cache
def _supervisor_alone() -> Callable[..., object]:
    """The supervisor runs as long as an exam does, perhaps with rights: nothing of exams is loaded beside its one command."""
    import typer  # noqa: PLC0415

    from ui.command_line import seat_session  # noqa: PLC0415
    from ui.command_line.help_text import flowing  # noqa: PLC0415

    seat = typer.Typer(rich_markup_mode="rich")
    seat.callback()(lambda: None)  # else the one command would stand for the group
    seat.command("session")(seat_session.session)
    app = typer.Typer(name="kiosk", add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich")
    app.add_typer(seat, name="seat")
    return flowing(typer.main.get_command(app)).main


@cache
def _command_from(first: str) -> Callable[..., object]:
    """Made once: a window that waits has made it before it is needed."""
    if getattr(sys, "frozen", False):
        from ui.command_line import seat_program  # noqa: PLC0415

        return seat_program.command()
    import typer  # noqa: PLC0415

    from ui.command_line.help_text import flowing  # noqa: PLC0415

    app = typer.Typer(
        name="kiosk",
        help="Exam software for testing centres: signed, encrypted exams without a network.",
        epilog="Exit codes: 0 done, 2 wrong usage, 3 refused (the message says what and why), 4 the machine, 130 stopped.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
    )
    groups = {"office": _mount_office, "site": _mount_site, "seat": _mount_seat}
    for mount in [groups[first]] if first in groups else [*groups.values(), _mount_single]:
        mount(app)
    return flowing(typer.main.get_command(app)).main


def _read_nothing() -> None:
    """Typer loads what it checks arguments with when it reads the first one: a third of what a window that waited would load."""
    import typer  # noqa: PLC0415

    app = typer.Typer(add_completion=False)

    @app.command()
    def nothing(argument: str) -> None:
        del argument

    typer.main.get_command(app).main(args=["nothing"], standalone_mode=False)


def _mount_office(app: typer.Typer) -> None:
    from ui.command_line import office  # noqa: PLC0415

    about = "The certification body: build, sign, release, accept and score exams."
    app.add_typer(office.app, name="office", help=about)


def _mount_site(app: typer.Typer) -> None:
    from ui.command_line import site  # noqa: PLC0415

    app.add_typer(site.app, name="site", help="A testing centre's own machine: seats, proctors, what is where.")


def _mount_seat(app: typer.Typer) -> None:
    from ui.command_line import seat_whole  # noqa: PLC0415

    app.add_typer(seat_whole.app, name="seat", help="One workstation: import, run the exam window, export, erase.")


def _mount_single(app: typer.Typer) -> None:
    from ui.command_line import demo, inspect, self_test  # noqa: PLC0415

    app.command("inspect")(inspect.inspect_file)
    app.command("self-test")(self_test.self_test)
    app.command("demo")(demo.demo)


def say(sentence: str) -> None:
    """Print one sentence on standard error, as it is."""
    from ui.command_line.console import err, escape  # noqa: PLC0415 - see `_command`

    err.print(escape(sentence), highlight=False)


def machine_sentence(error: OSError) -> str:
    """Return what a failed call to the operating system means, in words that say what to do."""
    name = f"“{error.filename}”" if error.filename else "A file"
    match error.errno:
        case errno.ENOENT:
            return f"{name} does not exist."
        case errno.EEXIST | errno.ENOTEMPTY:
            return f"{name} exists already; choose another name or an empty folder."
        case errno.EACCES | errno.EPERM:
            return f"{name} may not be read or written by this user; check its permissions."
        case errno.ENOSPC | errno.EDQUOT:
            return f"The disk is full; free some space and try again. {name} was not written."
        case errno.EROFS:
            return f"{name} is on a medium that can only be read; use another one."
        case errno.ENOTDIR | errno.EISDIR:
            return f"{name} is not what was expected there: a folder and a file were mixed up."
        case errno.EIO:
            return f"{name} could not be read or written: the medium is failing. Do not use it any more."
        case _:
            return f"{name}: {error.strerror or error}."


def _say_usage(error: TyperException) -> None:
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "kiosk"
    message = error.format_message()
    if not message:  # no arguments at all: typer has shown the help
        return
    say(message)
    say(f"See: {command} --help")


def _fault(error: Exception) -> int:
    trace = os.environ.get("KIOSK_TRACE")
    if trace:
        with Path(trace).open("a", encoding="utf-8") as log:
            traceback.print_exception(error, file=log)
    place = traceback.extract_tb(error.__traceback__)[-1]
    say(
        f"This is a fault of the program, not yours: {type(error).__name__} in {Path(place.filename).stem}, "
        f"line {place.lineno}. Nothing was changed after it. Set KIOSK_TRACE=FILE to keep the details for a report."
    )
    return MACHINE


if __name__ == "__main__":
    main()
