"""Every figure in form A's exhibits agrees with the others, and every keyed answer with the figures."""

from __future__ import annotations

from itertools import combinations
from math import ceil, exp
from statistics import fmean

import pytest
from lxml import etree

from tests.exam_packages.samples.folders import (
    FORM_A,
    QTI,
    amount,
    choice_texts,
    correct,
    item_of,
    keyed_number,
    keyed_text,
    parse,
    table,
    text_of,
    tolerance,
)

HANDLE_TIME_S = 240


def erlang_c(load: float, agents: int) -> float:
    """Return the chance that a caller waits (A. K. Erlang 1917), from the recurrence of the loss formula."""
    blocking = 1.0
    for n in range(1, agents + 1):
        blocking = load * blocking / (n + load * blocking)
    return blocking / (1 - load / agents * (1 - blocking))


def answered_within(seconds: float, *, load: float, agents: int) -> float:
    return 1 - erlang_c(load, agents) * exp(-(agents - load) * seconds / HANDLE_TIME_S)


def least_agents(share: float, seconds: float, *, load: float) -> int:
    agents = int(load) + 1
    while answered_within(seconds, load=load, agents=agents) < share:
        agents += 1
    return agents


def stimulus_text(name: str) -> str:
    return text_of(parse(FORM_A / "stimuli" / f"{name}.xml"))


@pytest.mark.parametrize(("load", "agents", "wait"), [(1.0, 2, 1 / 3), (0.5, 1, 0.5), (2.0, 3, 4 / 9)])
def test_erlang_c_of_this_test_agrees_with_values_worked_out_by_hand(load: float, agents: int, wait: float) -> None:
    assert erlang_c(load, agents) == pytest.approx(wait)


# -- Alderway: attrition -----------------------------------------------------------------------------------------------


def test_leavers_add_up_and_give_the_keyed_attrition() -> None:
    rows = {name: [amount(c) for c in cells] for name, cells in table("alderway", "Advisors who left").items()}
    total = rows.pop("Total")
    assert [sum(column) for column in zip(*rows.values(), strict=True)] == total
    assert all(resigned + dismissed == both for resigned, dismissed, both in rows.values())
    assert fmean((124, 112)) == 118
    assert "average of 118" in stimulus_text("alderway")
    assert keyed_number("ccm-201") == round(100 * total[2] / 118, 1) == 35.6


def test_the_keyed_tolerance_of_attrition_refuses_the_usual_mistakes() -> None:
    for mistake in (100 * 36 / 118, 100 * 42 / 120, 100 * 42 / 112, 100 * 42 / 124):
        assert abs(mistake - keyed_number("ccm-201")) > tolerance("ccm-201")


def test_the_cost_of_a_replacement_adds_up() -> None:
    rows = {name: amount(cells[1]) for name, cells in table("alderway", "Cost of replacing").items()}
    total = rows.pop("Total")
    assert rows["Pay during training"] == 4 * 40 * 18.00
    assert rows["Lower output while learning"] == 8 * 40 * 18.00 * 0.25
    assert sum(rows.values()) == total == 6500


def test_the_net_saving_of_the_preview_program() -> None:
    saving = (21 - 14) * 6500 - 18_000
    assert keyed_text("ccm-101") == f"${saving:,}"
    mistakes = {(21 - 14) * (6500 - 1440) - 18_000, (21 - 14) * 6500, 14 * 6500 - 18_000}
    assert {f"${m:,}" for m in mistakes} == set(choice_texts(item_of(FORM_A, "ccm-101")).values()) - {f"${saving:,}"}


def test_finance_multiplied_rightly_in_its_email() -> None:
    assert 42 * 40 * 18 == 30_240
    assert "$30,240" in stimulus_text("alderway")


def test_exit_interviews_carry_the_keyed_statements() -> None:
    reasons = {"work": 8, "schedule": 5, "pay": 3, "supervisor": 1, "other": 1}
    resigned_early = amount(table("alderway", "Advisors who left")["Up to 3 months"][0])
    assert sum(reasons.values()) == resigned_early == 18
    assert reasons["work"] + reasons["schedule"] > 2 / 3 * 18
    assert amount(table("alderway", "Advisors who left")["Up to 3 months"][2]) / 42 == 0.5
    keys = [choice_texts(item_of(FORM_A, "ccm-203"))[k] for k in correct(item_of(FORM_A, "ccm-203"))]
    assert [k.split(" ")[0] for k in keys] == ["Half", "More"]
    assert bars("alderway-exit-reasons.svg") == pytest.approx([n * 38 for n in reasons.values()])


# -- Fennbrook: outbound and budget ------------------------------------------------------------------------------------


def test_the_budget_adds_up_in_every_column() -> None:
    rows = {name: [amount(c) for c in cells] for name, cells in table("fennbrook", "Renewals team").items()}
    total = rows.pop("Total")
    assert [sum(column) for column in zip(*rows.values(), strict=True)] == total
    assert all(actual - budget == difference for budget, actual, difference in [*rows.values(), total])


def test_the_cost_of_a_renewal_and_the_cause_of_the_pay_overrun() -> None:
    budget, actual, difference = (amount(c) for c in table("fennbrook", "Renewals team")["Agent pay and benefits"])
    hours = [amount(c) for c in table("fennbrook", "Volumes")["Paid agent hours"]]
    renewals = [amount(c) for c in table("fennbrook", "Volumes")["Renewals"]]
    assert hours == [3200, 3200]
    assert (budget / hours[0], actual / hours[1]) == (25.00, 27.00)
    assert (actual / hours[1] - budget / hours[0]) * hours[0] == difference == 6400
    assert all(value in keyed_text("ccm-104") for value in ("$27.00", "$25.00"))
    assert keyed_number("ccm-103") == round(114_000 / renewals[1], 2)
    assert abs(110_000 / renewals[0] - keyed_number("ccm-103")) > tolerance("ccm-103")


def test_the_dropped_calls_and_the_funnel() -> None:
    dialed, live, connected, right_party, renewals = 60_000, 15_000, 14_400, 9_000, 1_800
    item = item_of(FORM_A, "ccm-105")
    percent = {c.get("identifier"): text_of(c) for c in next(item.iter(f"{QTI}qti-inline-choice-interaction"))}
    assert percent[correct(item, "RESPONSE_1")[0]] == f"{100 * (live - connected) / live:.1f} percent"
    wrong = {100 * (live - connected) / dialed, 100 * (live - connected) / connected, 3.0}
    assert {f"{w:.1f} percent" for w in wrong} < set(percent.values())
    assert 100 * (live - connected) / live > 3.0, "so the pace has to be slowed"
    assert bars("fennbrook-funnel.svg") == pytest.approx(
        [350 * n / dialed for n in (dialed, live, connected, right_party, renewals)], abs=0.05
    )
    for number in (dialed, live, connected, right_party, renewals):
        assert f"{number:,}" in stimulus_text("fennbrook")


def test_each_agent_falls_short_of_the_target_only_where_the_keyed_topic_helps() -> None:
    rows = {name: [amount(c.split(" of ")[0]) for c in cells] for name, cells in table("fennbrook", "Results").items()}
    per_hour, renew, after_call, quality, missed = rows.pop("Target")
    topic = {
        name: "After-call work"
        if r[2] > after_call and r[0] < per_hour
        else "Required disclosures"
        if r[4] > missed and r[3] < quality
        else "Answering objections"
        if r[1] < renew
        else "None: others can learn from this agent"
        for name, r in rows.items()
    }
    item = item_of(FORM_A, "ccm-204")
    texts = choice_texts(item)
    assert {texts[a]: texts[b] for a, b in map(str.split, correct(item))} == topic
    assert max(rows, key=lambda name: rows[name][1]) == "Agent 3", "who therefore has the highest bonus in ccm-205"


# -- Hollinmere: inbound -----------------------------------------------------------------------------------------------


def test_the_staffing_table_is_erlang_c() -> None:
    load = 120 * HANDLE_TIME_S / 1800
    for agents, cells in table("hollinmere", "What to expect").items():
        n = int(agents)
        waiting, within = erlang_c(load, n), answered_within(20, load=load, agents=n)
        expected = [
            f"{waiting:.1%}",
            f"{waiting * HANDLE_TIME_S / (n - load):.0f} s",
            f"{within:.1%}",
            f"{load / n:.1%}",
        ]
        assert cells == expected


def test_workload_and_scheduled_staff() -> None:
    load = 120 * (180 + 60) / 1800
    assert keyed_text("ccm-401") == f"{load:.1f}"
    base = least_agents(0.80, 20, load=load)
    assert base == 20
    assert keyed_text("ccm-402") == str(ceil(base / (1 - 0.30)))
    mistakes = {base, ceil(base * 1.3), ceil((base - 1) / 0.7)}
    assert set(choice_texts(item_of(FORM_A, "ccm-402")).values()) == {str(m) for m in mistakes} | {"29"}


def test_the_morning_is_weighted_by_calls() -> None:
    rows = [(amount(a), amount(b)) for a, b in table("hollinmere", "Calls on Monday").values()]
    shares = [within / offered for offered, within in rows]
    assert [round(100 * s, 6) for s in shares] == [54, 65, 80, 92, 95, 96]
    weighted = sum(w for _, w in rows) / sum(o for o, _ in rows)
    assert keyed_text("ccm-403") == f"Service level {100 * weighted:.1f} percent: objective missed"
    assert (
        f"Service level {100 * fmean(shares):.1f} percent: objective met"
        in choice_texts(item_of(FORM_A, "ccm-403")).values()
    )
    assert bars("hollinmere-service-level.svg", side="height") == pytest.approx([200 * s for s in shares], abs=0.05)


def test_resolution_by_reason() -> None:
    rows = {name: [amount(c) for c in cells] for name, cells in table("hollinmere", "Customers’ issues").items()}
    issues, resolved, share = rows.pop("All reasons")
    assert (sum(r[0] for r in rows.values()), sum(r[1] for r in rows.values())) == (issues, resolved)
    assert all(100 * r[1] / r[0] == r[2] for r in [*rows.values(), [issues, resolved, share]])
    billing = rows["Billing question"]
    assert keyed_number("ccm-301") == pytest.approx(100 * (resolved - billing[1] + 0.90 * billing[0]) / issues)
    gains = {name: 0.95 * r[0] - r[1] for name, r in rows.items()}
    assert keyed_text("ccm-302") == max(gains, key=lambda name: gains[name])


# -- Quillmere: schedule, occupancy, channels --------------------------------------------------------------------------

TEAMS = {"Amber": 6, "Blue": 5, "Coral": 4}


def activities(hour: str) -> dict[str, str]:
    return dict(zip(TEAMS, table("quillmere", "Schedule for today")[hour], strict=True))


def on_the_phones(hour: str, *, changes: dict[str, str] | None = None, blue: int = 2) -> int:
    sizes = TEAMS | {"Blue": blue}
    return sum(sizes[team] for team, what in (activities(hour) | (changes or {})).items() if what == "Inbound")


def forecast() -> dict[str, list[int]]:
    return {hour: [int(c) for c in cells] for hour, cells in table("quillmere", "Inbound forecast").items()}


def test_required_advisors_are_erlang_c_and_the_plan_covers_them() -> None:
    for hour, (calls, required, planned) in forecast().items():
        assert required == least_agents(0.80, 60, load=calls * HANDLE_TIME_S / 3600)
        assert planned == on_the_phones(hour, blue=5) >= required


def test_only_the_keyed_pair_of_changes_covers_both_hours() -> None:
    outcome_of = {
        "A": {"10:00": {"Coral": "Inbound"}},
        "B": {"11:00": {"Amber": "Lunch"}},
        "C": {"10:00": {"Blue": "Lunch"}},
        "D": {"11:00": {"Coral": "Inbound"}},
        "E": {"10:00": {"Amber": "Outbound"}},
    }
    item = item_of(FORM_A, "ccm-404")
    assert set(choice_texts(item)) == set(outcome_of)
    for pair in combinations(outcome_of, 2):
        covered = all(
            on_the_phones(hour, changes={t: a for key in pair for t, a in outcome_of[key].get(hour, {}).items()})
            >= forecast()[hour][1]
            for hour in ("10:00", "11:00")
        )
        assert covered is (correct(item) == pair)


def test_occupancy_and_call_backs_with_three_absences() -> None:
    calls = forecast()["10:00"][0]
    assert keyed_number("ccm-405") == pytest.approx(100 * calls * HANDLE_TIME_S / (on_the_phones("10:00") * 3600))
    sizes = TEAMS | {"Blue": 2}
    hours = sum(sizes[team] for hour in forecast() for team, what in activities(hour).items() if what == "Outbound")
    assert keyed_number("ccm-406") == hours * 6 == 96


def test_channels_by_cost_of_an_issue_resolved() -> None:
    rows = table("quillmere", "All channels")
    cost = {name: amount(cells[1]) / (amount(cells[2]) / 100) for name, cells in rows.items()}
    item = item_of(FORM_A, "ccm-304")
    assert [choice_texts(item)[key] for key in correct(item)] == sorted(cost, key=lambda name: cost[name])
    assert cost["E-mail"] > cost["Phone"]
    assert amount(rows["E-mail"][3]) < amount(rows["Phone"][3]), "both reasons in the key of ccm-305"


def bars(picture: str, *, side: str = "width") -> list[float]:
    """Return the lengths of a chart's bars: all rectangles after the background."""
    svg = etree.parse(FORM_A / "images" / picture).getroot()
    return [float(str(r.get(side))) for r in svg.iter("{http://www.w3.org/2000/svg}rect")][1:]
