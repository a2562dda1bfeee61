"""The sample folders are whole: counts, references, competencies, manifests, pictures and the parts of an exam day."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from tests.exam_packages.samples.folders import (
    CP,
    DOMAINS,
    ESSAY,
    FOLDERS,
    FORM_A,
    QTI,
    SAMPLES,
    assessment_test,
    categories,
    choice_texts,
    correct,
    documents,
    item_of,
    item_refs,
    json_of,
    parse,
    text_of,
)

each_folder = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)

ALLOWED_HTML = frozenset(
    {"div", "p", "span", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "hr", "br", "img"}
    | {"table", "caption", "thead", "tbody", "tr", "th", "td", "strong", "em", "b", "i", "sub", "sup", "section"}
    | {"blockquote", "code", "pre", "figure", "figcaption"}
)
TIMED_SECTIONS = f".//{QTI}qti-assessment-section[{QTI}qti-time-limits]"
ALLOWED_SVG = {"svg", "title", "rect", "line", "text"}


def scored() -> list[etree._Element]:
    return item_refs(FORM_A, "kiosk-scored")


def test_form_a_has_eight_scored_items_for_each_domain() -> None:
    assert len(scored()) == 32
    assert Counter(c for ref in scored() for c in categories(ref) if c in DOMAINS) == dict.fromkeys(DOMAINS, 8)
    assert all("scored" in categories(ref) for ref in scored())


def test_no_other_part_counts() -> None:
    assert all(not categories(ref) for ref in item_refs(FORM_A) if ref.get("identifier") not in identifiers(scored()))


def identifiers(refs: list[etree._Element]) -> set[str]:
    return {str(ref.get("identifier")) for ref in refs}


def test_every_scored_item_has_one_competency_of_its_domain_and_every_competency_an_item() -> None:
    framework = json_of(FORM_A, "framework.json")
    domain_of = {c["code"]: c["domain"] for c in framework["competencies"]}
    seen = []
    for ref in scored():
        (code,) = (c for c in categories(ref) if c.startswith("competency-"))
        (domain,) = (c for c in categories(ref) if c in DOMAINS)
        assert domain_of[code] == domain
        seen.append(code)
    assert set(seen) == set(domain_of)


@each_folder
def test_the_framework_carries_a_version_and_its_domains(folder: Path) -> None:
    framework = json_of(folder, "framework.json")
    assert framework["version"] == "2026.1"
    assert [d["id"] for d in framework["domains"]] == list(DOMAINS)
    assert all(3 <= sum(c["domain"] == d for c in framework["competencies"]) <= 4 for d in DOMAINS)
    assert framework == json_of(FORM_A, "framework.json")


def test_at_least_half_of_the_items_apply_knowledge_to_a_shared_scenario() -> None:
    groups = [
        [stimulus_of(ref) for ref in section.iter(f"{QTI}qti-assessment-item-ref")]
        for section in assessment_test(FORM_A).iter(f"{QTI}qti-assessment-section")
    ]
    used = [s for group in groups for s in group if s]
    assert len(used) >= 16
    assert len(set(used)) == 4
    for group in groups:
        runs = [s for n, s in enumerate(group) if s and (n == 0 or group[n - 1] != s)]
        assert len(runs) == len(set(runs)), "items of one scenario stand together"


def stimulus_of(ref: etree._Element) -> str | None:
    found = parse(FORM_A / str(ref.get("href"))).find(f"{QTI}qti-assessment-stimulus-ref")
    return None if found is None else str(found.get("href"))


def test_every_exhibit_is_a_section_that_begins_with_its_heading() -> None:
    for path in [*FORM_A.glob("stimuli/*.xml"), *ESSAY.glob("stimuli/*.xml")]:
        (body,) = parse(path).iter(f"{QTI}qti-stimulus-body")
        assert len(body) >= 4
        for exhibit in body:
            assert exhibit.tag == f"{QTI}section"
            assert exhibit[0].tag == f"{QTI}h2"
            assert len(text_of(exhibit[0])) <= 24, "a tab has little room"


def test_all_interactions_are_there() -> None:
    count: Counter[str] = Counter()
    for ref in scored():
        item = parse(FORM_A / str(ref.get("href")))
        count.update(
            str(e.tag).removeprefix(QTI) + (":" + str(e.get("max-choices")) if e.get("max-choices") else "")
            for e in item.iter()
            if str(e.tag).endswith("-interaction")
        )
    assert count == {
        "qti-choice-interaction:1": 16,
        "qti-choice-interaction:2": 3,
        "qti-inline-choice-interaction": 4,
        "qti-text-entry-interaction": 6,
        "qti-match-interaction": 2,
        "qti-order-interaction": 3,
    }


def test_the_parts_of_the_day_in_order() -> None:
    for folder, limits in ((FORM_A, ["2700", "2700"]), (ESSAY, ["3600"])):
        root = assessment_test(folder)
        parts = list(root.iter(f"{QTI}qti-test-part"))
        assert [p.get("class") for p in parts] == [
            "kiosk-agreement",
            "kiosk-tutorial",
            "kiosk-scored",
            "kiosk-poll",
        ]
        (scored_part,) = (p for p in parts if p.get("class") == "kiosk-scored")
        timed = scored_part.findall(f"{QTI}qti-assessment-section/{QTI}qti-time-limits")
        assert [t.get("max-time") for t in timed] == limits
        assert len(list(root.iter(f"{QTI}qti-time-limits"))) == len(limits), "no other part is timed"
    sizes = [len(s.findall(f"{QTI}qti-assessment-item-ref")) for s in assessment_test(FORM_A).iterfind(TIMED_SECTIONS)]
    assert sizes == [16, 16], "as the tutorial says"
    first, second = assessment_test(FORM_A).iterfind(TIMED_SECTIONS)
    assert (first.get("data-break-after"), second.get("data-break-after")) == ("600", None)


def test_single_choice_keys_are_balanced_and_not_told_by_length() -> None:
    keys: Counter[str] = Counter()
    longest = 0
    for ref in scored():
        item = parse(FORM_A / str(ref.get("href")))
        interaction = item.find(f".//{QTI}qti-choice-interaction[@max-choices='1']")
        if interaction is not None:
            (key,) = correct(item)
            keys[key] += 1
            lengths = sorted((len(text), k) for k, text in choice_texts(item).items())
            longest += lengths[-1][1] == key and lengths[-1][0] > lengths[-2][0]
            assert len(lengths) == 4
            assert lengths[-1][0] <= 1.4 * lengths[0][0] + 10
    assert keys == {"A": 4, "B": 4, "C": 4, "D": 4}
    assert longest <= 6


def test_no_choice_refers_to_the_others() -> None:
    for ref in item_refs(FORM_A):
        for text in choice_texts(parse(FORM_A / str(ref.get("href")))).values():
            assert not text.lower().startswith(("all of", "none of", "both "))


def test_an_order_item_is_not_shown_in_its_keyed_order() -> None:
    for ref in scored():
        item = parse(FORM_A / str(ref.get("href")))
        if item.find(f".//{QTI}qti-order-interaction") is not None:
            assert sorted(correct(item)) == sorted(choice_texts(item))
            assert tuple(choice_texts(item)) != correct(item)


def test_every_scored_item_is_worth_one_point_and_the_maxima_agree() -> None:
    for ref in scored():
        item = parse(FORM_A / str(ref.get("href")))
        (score,) = item.iter(f"{QTI}qti-outcome-declaration")
        assert (score.get("identifier"), score.get("normal-maximum")) == ("SCORE", "1")
        for mapping in item.iter(f"{QTI}qti-mapping"):
            points = [float(str(e.get("mapped-value"))) for e in mapping]
            assert max(points) == 1 if len(correct(item)) == 1 else sum(points) == 1
    declared = {
        o.get("identifier"): o.get("normal-maximum")
        for o in assessment_test(FORM_A).iter(f"{QTI}qti-outcome-declaration")
    }
    assert declared == {"SCORE": "32", "PASS": None} | {f"SCORE_{d.upper()}": "8" for d in DOMAINS}


@each_folder
def test_the_cut_score_is_one_number(folder: Path) -> None:
    (score,) = (
        o for o in assessment_test(folder).iter(f"{QTI}qti-outcome-declaration") if o.get("identifier") == "SCORE"
    )
    (compared,) = assessment_test(folder).iterfind(f".//{QTI}qti-gte/{QTI}qti-base-value")
    sheet = json_of(folder, "answer-sheet.json")
    assert float(str(score.get("mastery-value"))) == float(compared.text or "") == sheet["cut_score"]


@each_folder
def test_identifiers_are_unique_and_the_references_resolve(folder: Path) -> None:
    refs = item_refs(folder)
    assert len(identifiers(refs)) == len(refs)
    for ref in refs:
        assert parse(folder / str(ref.get("href"))).get("identifier") == ref.get("identifier")
    for path in documents(folder):
        for element in parse(path).iter(f"{QTI}qti-assessment-stimulus-ref", f"{QTI}img"):
            target = path.parent / str(element.get("href") or element.get("src"))
            assert target.resolve().is_relative_to(folder)
            assert target.is_file()


@each_folder
def test_the_manifest_lists_exactly_the_files_that_belong_to_the_exam(folder: Path) -> None:
    manifest = parse(folder / "imsmanifest.xml")
    listed = [str(f.get("href")) for f in manifest.iter(f"{CP}file")]
    present = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert len(set(listed)) == len(listed)
    assert set(listed) == present - {"imsmanifest.xml", "answer-sheet.json"}
    resources = {r.get("identifier") for r in manifest.iter(f"{CP}resource")}
    assert {d.get("identifierref") for d in manifest.iter(f"{CP}dependency")} <= resources


def test_only_plain_elements_and_attributes() -> None:
    for path in (p for folder in FOLDERS for p in documents(folder)):
        for element in parse(path).iter():
            assert isinstance(element.tag, str), f"{path.name}: comments and processing instructions have no place here"
            name = element.tag.removeprefix(QTI)
            assert name.startswith("qti-") or name in ALLOWED_HTML, f"{path.name}:{element.sourceline}: {name}"
            assert "style" not in element.attrib
            assert "class" not in element.attrib or name == "qti-test-part"


def test_every_picture_has_words_and_plain_shapes() -> None:
    images = [(p, i) for p in documents(FORM_A) for i in parse(p).iter(f"{QTI}img")]
    assert {(p.parent / str(i.get("src"))).resolve() for p, i in images} == set((FORM_A / "images").iterdir())
    for path, image in images:
        assert 40 <= len(str(image.get("alt"))) <= 200
        svg = etree.parse((path.parent / str(image.get("src"))).resolve()).getroot()
        assert (svg.get("width"), svg.get("height")) == (image.get("width"), image.get("height"))
        assert {etree.QName(e).localname for e in svg.iter()} <= ALLOWED_SVG
        assert not any("href" in n or n.startswith("on") for e in svg.iter() for n in map(str, e.attrib))


def test_essays_are_scored_by_people_under_a_guide_that_only_they_see() -> None:
    item = item_of(ESSAY, "essay-1")
    outcomes = list(item.iter(f"{QTI}qti-outcome-declaration"))
    assert {o.get("external-scored") for o in outcomes} == {"human"}
    criteria = [o for o in outcomes if o.get("identifier") != "SCORE"]
    assert [o.get("normal-maximum") for o in criteria] == ["5"] * 4
    assert sum(float(str(o.get("normal-maximum"))) for o in criteria) == float(str(outcomes[0].get("normal-maximum")))
    (guide,) = item.iter(f"{QTI}qti-rubric-block")
    assert (guide.get("use"), guide.get("view")) == ("scoring", "scorer")
    assert [text_of(h).split(":")[0].upper() for h in guide.iter(f"{QTI}h3")] == [
        str(o.get("identifier")).removeprefix("SCORE_") for o in criteria
    ]


def test_nothing_but_the_two_samples_lies_in_the_folder() -> None:
    assert {p.name for p in SAMPLES.iterdir()} - {"__pycache__"} == {folder.name for folder in FOLDERS}
