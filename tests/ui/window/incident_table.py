"""The tables of docs/incidents.md: ``python -m tests.ui.window.incident_table`` makes them anew from catalogue and words."""

from __future__ import annotations

from pathlib import Path

from kiosk.lockdown.catalogue import CATALOGUE, Clears
from kiosk.lockdown.facts import Concern
from kiosk.lockdown.incidents import IncidentKind
from kiosk.lockdown.policy import REQUIRED
from ui.window import incident_words, protection_words

DOCUMENT = Path(__file__).parents[3] / "docs" / "incidents.md"
BEGIN, END = "<!-- made by tests/ui/window/incident_table.py -->", "<!-- until here -->"
_CLEARS = {
    Clears.NOBODY: "nobody",
    Clears.CANDIDATE: "candidate",
    Clears.PROCTOR: "proctor",
    Clears.ADMIN: "site admin",
}


def table() -> str:
    """Return both tables, as they stand in the document."""
    lines = [
        BEGIN,
        "",
        "| id | what happened | evidence kept | follows | strict | what to do | who clears it |",
        "|---|---|---|---|---|---|---|",
    ]
    for kind in IncidentKind:
        entry = CATALOGUE[kind]
        strict = entry.strict.value if entry.strict is not entry.consequence else ""
        evidence = ", ".join(entry.evidence) or "–"
        lines.append(
            f"| `{kind.value}` | {incident_words.what(kind)} | {evidence} | {entry.consequence.value} | {strict} "
            f"| {incident_words.look_at(kind)} | {_CLEARS[entry.clears]} |"
        )
    lines += ["", "| concern | what it is about | has to be enforced for |", "|---|---|---|"]
    for concern in Concern:
        presets = ", ".join(preset.value for preset, required in REQUIRED.items() if concern in required) or "–"
        lines.append(f"| `{concern.value}` | {protection_words.concern(concern.value)} | {presets} |")
    return "\n".join([*lines, "", END])


def main() -> None:
    """Write it."""
    text = DOCUMENT.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    DOCUMENT.write_text(f"{before}{table()}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
