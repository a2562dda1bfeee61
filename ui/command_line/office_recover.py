"""`kiosk office recover`: what can be read of a session that no seat could seal, whatever is damaged.

Owns arguments, sentences, and the JSON that is written (docs/formats/recovered.md). Reading is ``kiosk.journal.salvage``, the key
to it ``exam_packages.office.recovering``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Final

import typer

from exam_packages.office.recovering import recover_journal_key
from exam_packages.office.state import Office
from exam_packages.results import read_checkpoint
from exam_packages.session_keys import FILE_MAX_BYTES, read_session_key
from kiosk.durable_file import write_durably
from kiosk.journal.salvage import Damage, Finding, SalvagedJournal, SalvagedRecord, salvage_journal
from kiosk.seat.layout import SESSION_KEY
from kiosk.session import Session
from signing.canonical import JsonValue, decode
from signing.errors import ContentRefused, FormRefused, Refused
from signing.fields import to_base64
from signing.trust.folder import read_bounded
from ui.command_line.console import PASSPHRASE_FILE_HELP, ask_passphrase, err, escape, out, print_json

FORMAT: Final = "testing-center-kiosk/recovered-session/v1"
NOT_AS_IT_MUST_BE: Final = 3
_PRIVATE: Final = 0o600
_VALUE_MAX_BYTES: Final = 8 * 1024 * 1024
_WORDS: Final = {
    Damage.RECORDS_UNREADABLE: "damaged on the medium",
    Damage.RECORDS_MISSING: "missing",
    Damage.CHAIN_BROKEN: "readable, but not what was written after the one before",
    Damage.NOT_A_RECORD: "readable, but no record of this program",
    Damage.OTHER_SESSION: "the journal does not say that it is this session's",
    Damage.ANSWERS_UNREADABLE: "some of the answers that stand beside the records are damaged on the medium",
    Damage.CHECKPOINTS_UNREADABLE: "some of the seat's signed checkpoints are damaged on the medium",
    Damage.DOES_NOT_REPLAY: "the records are readable, but no session that could have happened",
}


def recover(
    folder: Annotated[Path, typer.Argument(metavar="OFFICE", help="The office's folder.", show_default=False)],
    session_folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER",
            help="The session's folder: on a dead seat's disk (sessions/<session>) or on a stick (journals/<session>).",
            show_default=False,
        ),
    ],
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FILE", help="Write the JSON here, for the owner's eyes only; else print it."),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(
            "--key", metavar="FILE", help=f"Another {SESSION_KEY} of this session, where the one in the folder is lost."
        ),
    ] = None,
    passphrase_file: Annotated[
        Path | None, typer.Option("--passphrase-file", metavar="FILE", help=PASSPHRASE_FILE_HELP)
    ] = None,
) -> int:
    """Read what can be read of a session that no seat could seal, and say what is damaged.

    For the damaged journals that an export brings on the stick (after `kiosk seat set-aside`, or from a seat that can only be
    read), for the disk of a dead seat, and for second copies. Nothing there is changed. Every record that can be read is
    written, also behind damage, and every answer as it stood last. What comes out is in clear, and no result: it is not
    signed by the seat and not scored; people decide about it. Exit code 3 if anything is damaged or missing.
    """
    key_file = session_folder / SESSION_KEY if key is None else key
    if not key_file.exists():
        raise ContentRefused(
            "is missing. Give the folder of one session, or with --key its key from elsewhere: a second copy has it, too",
            place=str(key_file),
        )
    untrusted = read_bounded(key_file, max_bytes=FILE_MAX_BYTES, place=str(key_file))
    session = read_session_key(untrusted, place=str(key_file)).session
    office = Office(folder, ask_passphrase(passphrase_file, whose="the office's keys"))
    journal_key = recover_journal_key(office, untrusted, place=str(key_file))
    found = salvage_journal(session_folder, session=session, key=journal_key)
    if to is None:
        print_json(recovered_json(found))
    else:
        write_durably(
            to, json.dumps(recovered_json(found), ensure_ascii=False, indent=2).encode("utf-8"), mode=_PRIVATE
        )
    _say(found, to)
    return NOT_AS_IT_MUST_BE if found.findings else 0


def recovered_json(found: SalvagedJournal) -> JsonValue:
    """Return what was read as JSON, see docs/formats/recovered.md."""
    return {
        "format": FORMAT,
        "session": found.session,
        "acknowledged": found.acknowledged,
        "unbroken": found.unbroken,
        "damage": [_finding_json(finding) for finding in found.findings],
        "state": None if found.state is None else _state_json(found.state),
        "answers": [
            {
                "item": each.item,
                "response": each.response,
                "record": each.n,
                "value": _parsed(each.value.encode("utf-8")),
            }
            for each in found.answers
        ],
        "records": [_record_json(record) for record in found.records],
        "checkpoints": [_checkpoint_json(records, envelope) for records, envelope in found.checkpoints],
    }


def _finding_json(finding: Finding) -> JsonValue:
    said: dict[str, JsonValue] = {"damage": finding.damage.value, "says": _sentence(finding)}
    if finding.records is not None:
        said |= {"first": finding.records[0], "last": finding.records[1]}
    return said


def _state_json(session: Session) -> JsonValue:
    """What the unbroken records from the first on add up to."""
    plan = session.plan
    return {
        "candidate": plan.candidate,
        "exam": plan.exam,
        "form": plan.form,
        "package": plan.package,
        "appointment": plan.appointment,
        "phase": session.phase.value,
        "answers": [
            {"item": item, "response": response, "value": list(value)}
            for item, of_item in session.answers.items()
            for response, value in of_item.items()
        ],
    }


def _record_json(record: SalvagedRecord) -> JsonValue:
    said: dict[str, JsonValue] = {"n": record.n, "link": record.link.value}
    if record.record is None:
        return said | {"bytes": to_base64(record.line)}
    return said | {"record": _parsed(record.line)}


def _checkpoint_json(records: int, envelope: bytes) -> JsonValue:
    said: dict[str, JsonValue] = {"records": records, "envelope": to_base64(envelope)}
    try:
        return said | {"head": read_checkpoint(envelope).untrusted_checkpoint.head}
    except Refused:
        return said


def _parsed(text: bytes) -> JsonValue:
    """Return JSON as it is, and as text what is none."""
    try:
        return decode(text, place="journal", max_bytes=_VALUE_MAX_BYTES)
    except FormRefused:
        return text.decode("utf-8", errors="replace")


def _say(found: SalvagedJournal, to: Path | None) -> None:
    state = found.state
    answered = f"; questions answered in these: {state.answered_count}" if state is not None else ""
    err.print(
        f"Session {found.session}. Records that could be read: {len(found.records)}, "
        f"without a gap from the first: {found.unbroken}{answered}. Answers beside the records: {len(found.answers)}.",
        highlight=False,
    )
    for finding in found.findings:
        err.print(f"Damaged: {_sentence(finding)}.", highlight=False)
    if not found.findings:
        err.print("Nothing of it is damaged.")
    if to is not None:
        out.print(f"It is in {escape(str(to))}, in clear: keep it as you keep results.")


def _sentence(finding: Finding) -> str:
    words = _WORDS[finding.damage]
    if finding.records is None:
        return words
    first, last = finding.records
    return f"record {first} is {words}" if first == last else f"records {first} to {last} are {words}"
