"""Form A's later scenarios, its questions without one and its pictures: figures agree, keys follow from them, areas fit."""

from __future__ import annotations

from itertools import pairwise
from math import ceil, dist
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from exam_packages.qti.cloning import cloned
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

SVG = "{http://www.w3.org/2000/svg}"
LEAST_LETTER_PX = 12


def picture(name: str) -> etree._Element:
    return etree.parse(FORM_A / "images" / f"{name}.svg").getroot()


def words_of(identifier: str, response: str = "RESPONSE") -> list[str]:
    """Return the words of an item's keyed choices."""
    item = item_of(FORM_A, identifier)
    return [choice_texts(item)[key] for key in correct(item, response)]


def pairs_of(identifier: str) -> dict[str, str]:
    """Return the keyed pairs of an item, by the words of the first of each."""
    item = item_of(FORM_A, identifier)
    texts = choice_texts(item)
    return {texts[a]: texts.get(b, b) for a, b in map(str.split, correct(item))}


# -- Brackwater: a pilot, a calibration --------------------------------------------------------------------------------


def test_the_pilot_contradicts_the_keyed_sentences_and_no_other() -> None:
    rows = table("brackwater", "Team Cedar")
    before, first, last = (amount(cell) for cell in rows["Average handle time"])
    assert first > before, "so nobody works faster from the first day"
    assert last == 0.9 * before
    before, first, last = (amount(cell) for cell in rows["Quality score"])
    assert first < before < last
    assert rows["Advisors who would keep the system"] == ["–", "6 of 15", "12 of 15"]
    assert [words.split(" ")[0:2] for words in words_of("ccm-109")] == [["You", "will"], ["No", "team"]]


def test_the_system_pays_for_itself_within_the_scale() -> None:
    once, more, saved = (amount(cells[0]) for cells in table("brackwater", "Cost of the system").values())
    assert keyed_number("ccm-111") == once / (saved - more) == 12
    (slider,) = item_of(FORM_A, "ccm-111").iter(f"{QTI}qti-slider-interaction")
    low, high = float(str(slider.get("lower-bound"))), float(str(slider.get("upper-bound")))
    for mistake in (once / saved, once / (saved + more)):
        assert low < mistake < high
        assert round(mistake) != 12


def test_one_evaluator_is_strict_and_one_is_right_only_on_average() -> None:
    rows = {
        call: [amount(cell) for cell in cells] for call, cells in table("brackwater", "The same five calls").items()
    }
    averages = rows.pop("Average")
    assert averages == [round(fmean(column), 1) for column in zip(*rows.values(), strict=True)]
    off = {name: [row[place] - row[0] for row in rows.values()] for place, name in enumerate("ABCD", 1)}
    strict = [name for name, by in off.items() if max(by) - min(by) <= 1 and abs(fmean(by)) >= 5]
    erratic = [name for name, by in off.items() if fmean(by) == 0 and min(map(abs, by)) >= 5]
    assert [f"Evaluator {name}" for name in (*strict, *erratic)] == [
        *words_of("ccm-210", "RESPONSE_1"),
        *words_of("ccm-210", "RESPONSE_2"),
    ]
    assert off["B"] == [-8] * 5, "who is the evaluator of ccm-209: 76 + 8 is above the 80 that are asked for"


# -- Larkmoor: complaints, survey, repeat contacts, a day, a floor -----------------------------------------------------


def test_complaints_follow_the_rules() -> None:
    day = {"last Friday": 0, "Monday": 3, "Wednesday": 5}
    complaints = {words: day[cells[0]] for words, cells in table("larkmoor", "Open complaints").items()}

    def urgency(words: str) -> tuple[int, int]:
        kind = 0 if "shocks" in words else 1 if "promised" in words else 2
        return kind, complaints[words]

    assert words_of("ccm-309") == sorted(complaints, key=urgency)


def test_each_subject_has_the_field_that_its_figures_say() -> None:
    fields = {
        (True, False): "Improve first",
        (True, True): "Keep up",
        (False, False): "Watch",
        (False, True): "Spend less",
    }
    keyed = {subject: field.partition(":")[0] for subject, field in pairs_of("ccm-310").items()}
    for subject, (importance, satisfaction) in table("larkmoor", "What customers were asked").items():
        assert keyed.pop(subject) == fields[amount(importance) > 6, amount(satisfaction) > 6]
    assert not keyed


def test_the_saving_on_repeat_contacts() -> None:
    rows = {name: [amount(cell) for cell in cells] for name, cells in table("larkmoor", "Contacts last month").items()}
    total = rows.pop("Total")
    assert [sum(column) for column in zip(*rows.values(), strict=True)] == total
    saving = rows["Repair"][1] / 2 * 7.5
    assert keyed_number("ccm-312") == saving
    assert all(
        abs(m - saving) > tolerance("ccm-312") for m in (2 * saving, total[1] / 2 * 7.5, rows["Repair"][0] * 7.5)
    )


def test_the_rest_of_the_day_goes_on_as_the_morning_did() -> None:
    rows = [[amount(cell) for cell in cells] for cells in table("larkmoor", "Calls this morning").values()]
    forecast, actual = (sum(column) for column in zip(*rows, strict=True))
    assert keyed_number("ccm-410") == pytest.approx(900 * actual / forecast)


def test_one_zone_of_the_plan_meets_all_rules() -> None:
    zones = choice_texts(item_of(FORM_A, "ccm-409"))
    fit = [
        key
        for key, words in zones.items()
        if "badge door" in words and "solid walls" in words and amount(words.split(" seats")[0].split(" ")[-1]) >= 10
    ]
    assert fit == list(correct(item_of(FORM_A, "ccm-409")))
    shown = [text_of(words) for words in picture("floor-plan").iter(f"{SVG}text")]
    for key, words in zones.items():
        assert shown[shown.index(f"Zone {key}") + 1] == words.partition(": ")[2].partition(",")[0]


def test_two_hours_have_room_for_a_meeting() -> None:
    item = item_of(FORM_A, "ccm-411")
    more = {key: surplus(words) for key, words in choice_texts(item).items()}
    assert [key for key, number in more.items() if number >= 4] == list(correct(item))
    bars = list(picture("staffing").iter(f"{SVG}rect"))[1:]
    assert [round(float(str(bar.get("height"))) / 22) for bar in bars] == [abs(n) for n in more.values() if n]
    lefts = [float(str(bar.get("x"))) for bar in bars]
    areas = [[float(n) for n in str(c.get("coords")).split(",")] for c in item.iter(f"{QTI}qti-hotspot-choice")]
    assert all(
        left < x and x + 40 < right for x, (left, _, right, _) in zip(lefts, with_bars(areas, more), strict=True)
    )


def surplus(words: str) -> int:
    number, _, rest = words.partition(", ")[2].partition(" ")
    return 0 if number == "as" else int(number) * (1 if rest.startswith("more") else -1)


def with_bars(areas: list[list[float]], more: dict[str, int]) -> list[list[float]]:
    return [area for area, number in zip(areas, more.values(), strict=True) if number]


# -- questions without a scenario --------------------------------------------------------------------------------------


def test_the_budget_of_the_actual_volume() -> None:
    allowed = 60_000 + 54_000 * 4.80
    assert keyed_number("ccm-114") == 331_000 - allowed == 11_800
    mistakes = (331_000 - (60_000 + 50_000 * 4.80), 331_000 - 54_000 * 4.80, 331_000 - 54_000 * (300_000 / 50_000))
    assert all(abs(mistake - 11_800) > tolerance("ccm-114") for mistake in mistakes)


def test_the_class_moves_at_the_end_of_the_keyed_week() -> None:
    item = item_of(FORM_A, "ccm-213")
    (image,) = item.iter(f"{QTI}img")
    weeks = [
        int(n)
        for n in str(image.get("alt")).partition("10: ")[2].partition(" seconds")[0].replace(" and ", ", ").split(", ")
    ]
    met = next(week for week in range(3, 11) if all(s <= 420 for s in weeks[week - 3 : week]))
    assert met == 9
    points = [
        (float(str(c.get("cx"))), float(str(c.get("cy")))) for c in picture("learning-curve").iter(f"{SVG}circle")
    ]
    assert [300 - (s - 350) * 0.8 for s in weeks] == pytest.approx([y for _, y in points])
    (key,) = correct(item)
    assert tuple(map(float, key.split())) == points[met - 1]
    (entry,) = item.iter(f"{QTI}qti-area-map-entry")
    x, y, radius = map(float, str(entry.get("coords")).split(","))
    assert (x, y) == points[met - 1]
    assert radius >= 12, "a target of 24 pixels"
    assert all(dist(one, other) > 2 * radius for one, other in pairwise(points)), "no point counts as its neighbour"


def test_the_fewest_advisors_within_the_limit_of_occupancy() -> None:
    load = amount(text_of(item_of(FORM_A, "ccm-412")).partition("A = ")[2].partition(" is forecast")[0])
    assert keyed_text("ccm-412") == str(ceil(load / 0.85))
    mistakes = {ceil(load * 0.85), round(load), int(load / 0.85)}
    assert set(choice_texts(item_of(FORM_A, "ccm-412")).values()) == {str(n) for n in mistakes} | {"29"}


def test_adherence_of_the_day() -> None:
    assert keyed_number("ccm-414") == 100 * (480 - 12 - 9 - 15) / 480
    for mistake in (100 * (480 - 12 - 9) / 480, 100 * (480 - 12) / 480, 100 * (480 - 12 - 9 + 15) / 480):
        assert abs(mistake - keyed_number("ccm-414")) > tolerance("ccm-414")


@given(st.text("0123456789abcdef", min_size=32, max_size=32))
def test_the_template_is_a_sound_question_for_every_seed(seed: str) -> None:
    path = "items/ccm-413.xml"
    clone = cloned((FORM_A / path).read_bytes(), path, seed)
    assert clone is not None
    base, shrinkage = (int(clone.values[name][0]) for name in ("BASE", "SHRINKAGE"))
    texts = choice_texts(etree.fromstring(clone.document))
    numbers = [int(words) for words in texts.values()]
    assert numbers == sorted(set(numbers))
    assert texts[correct(parse(FORM_A / path))[0]] == f"{base / (1 - shrinkage / 100):g}"
    assert numbers[:2] == [base, base * (100 + shrinkage) / 100]


# -- pictures ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(path.stem for path in (FORM_A / "images").iterdir()))
def test_letters_on_pictures_are_large_enough_and_stand_on_them(name: str) -> None:
    root = picture(name)
    for words in root.iter(f"{SVG}text"):
        assert float(str(words.get("font-size"))) >= LEAST_LETTER_PX
        assert 0 < float(str(words.get("x"))) < float(str(root.get("width")))
        assert 0 < float(str(words.get("y"))) < float(str(root.get("height")))
