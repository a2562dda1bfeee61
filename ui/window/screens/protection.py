"""What this computer can do for a live exam, before one starts: what is prevented, what is only noticed, what is not possible.

For proctors and site admins. Says what is missing and what to do about it; hides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from exam_packages.site_policies import LockdownPreset
from kiosk.lockdown.facts import Capability, CapabilityEntry
from kiosk.lockdown.policy import MissingPrevention, StartVerdict, preset_of
from kiosk.lockdown.protocol import State
from ui.window import protection_words
from ui.window.page import Page
from ui.window.theme import TextSize, Tokens
from ui.window.widgets.labels import Card, Heading, Words
from ui.window.widgets.sentence import Sentence, Tone
from ui.window.words import translate


class ProtectionPage(Page):
    """A verdict for each demand, then a card for each of the three answers."""

    def __init__(
        self,
        state: State,
        verdicts: Mapping[LockdownPreset, StartVerdict],
        *,
        back: Callable[[], None],
        tokens: Tokens,
    ) -> None:
        title = translate("Protection", "Protection of this computer")
        super().__init__(tokens=tokens, name=title)
        self.body.addWidget(Heading(title, tokens=tokens))
        how = translate("Protection", "This seat is set to {preset}. System: {system}.")
        said = how.format(preset=protection_words.preset(state.preset), system=state.backend)
        self.body.addWidget(Words(said, tokens=tokens, muted=True))
        for demanded, verdict in verdicts.items():
            tone = Tone.GOOD if verdict.allowed else Tone.WARN
            self.body.addWidget(Sentence(_verdict(demanded, verdict), tokens=tokens, tone=tone, size=TextSize.HEADING))
        for capability in (Capability.UNAVAILABLE, Capability.DETECT_ONLY, Capability.ENFORCED):
            entries = [entry for entry in state.table if entry.probe.capability is capability]
            if entries:
                self.body.addWidget(_card(capability, entries, tokens))
        self.body.addStretch(1)
        self.set_first(self.add_action(translate("Protection", "Back"), back, escapes=True))


def missing_lines(missing: Sequence[MissingPrevention]) -> list[str]:
    """Return a line for everything that is missing: what it is, why, and what to do."""
    return [
        " ".join(filter(None, (f"{protection_words.concern(each.concern)}.", each.probe.reason, each.probe.remedy)))
        for each in missing
    ]


def _verdict(demanded: LockdownPreset, verdict: StartVerdict) -> str:
    name = protection_words.preset(preset_of(demanded))
    if verdict.allowed:
        return translate("Protection", "Exams that demand “{preset}” can start here.").format(preset=name)
    if verdict.proctor_may_start:
        text = translate(
            "Protection", "Exams that demand “{preset}” lack something the site asks for. A proctor decides."
        )
        return text.format(preset=name)
    return translate("Protection", "Live exams that demand “{preset}” cannot start here.").format(preset=name)


def _card(capability: Capability, entries: Sequence[CapabilityEntry], tokens: Tokens) -> Card:
    card = Card(tokens=tokens)
    card.column.addWidget(Heading(protection_words.capability(capability), tokens=tokens, level=2))
    card.column.addWidget(Words(protection_words.meaning(capability), tokens=tokens, muted=True))
    if capability is Capability.ENFORCED:
        names = ", ".join(protection_words.concern(entry.concern.value) for entry in entries)
        card.column.addWidget(Words(names, tokens=tokens))
        return card
    for entry in entries:
        card.column.addWidget(Words(protection_words.concern(entry.concern.value), tokens=tokens, bold=True))
        why = " ".join(filter(None, (entry.probe.reason, entry.probe.remedy)))
        if why:
            card.column.addWidget(Words(why, tokens=tokens))
    return card
