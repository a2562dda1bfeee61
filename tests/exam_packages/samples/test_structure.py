"""The sample folders are whole: counts, references, competencies, manifests, pictures and the parts of an exam day."""

from __future__ import annotations

import wave
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
    MATHML,
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
    | {"blockquote", "code", "pre", "figure", "figcaption", "audio", "source", "track"}
)
ALLOWED_MATHML = frozenset({"math", "mrow", "mfrac", "mi", "mo"})
REFERRING = ("qti-assessment-stimulus-ref", "img", "source", "track")
TIMED_SECTIONS = f".//{QTI}qti-assessment-section[{QTI}qti-time-limits]"
ALLOWED_SVG = {"svg", "title", "rect", "line", "text", "path", "circle", "polyline"}


def scored() -> list[etree._Element]:
    return item_refs(FORM_A, "kiosk-scored")


def test_form_a_has_fifteen_scored_items_for_each_domain() -> None:
    assert len(scored()) == 60
    assert Counter(c for ref in scored() for c in categories(ref) if c in DOMAINS) == dict.fromkeys(DOMAINS, 15)
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
    assert framework["version"] == "2026.2"
    assert [d["id"] for d in framework["domains"]] == list(DOMAINS)
    assert all(4 <= sum(c["domain"] == d for c in framework["competencies"]) <= 5 for d in DOMAINS)
    assert framework == json_of(FORM_A, "framework.json")


def test_at_least_half_of_the_items_apply_knowledge_to_a_shared_scenario() -> None:
    groups = [
        [stimulus_of(ref) for ref in section.iter(f"{QTI}qti-assessment-item-ref")]
        for section in assessment_test(FORM_A).iterfind(TIMED_SECTIONS)
    ]
    used = [s for group in groups for s in group if s]
    assert len(used) >= 30
    assert len(set(used)) == 6
    assert min(Counter(used).values()) >= 5
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
        "qti-choice-interaction:1": 25,
        "qti-choice-interaction:2": 5,
        "qti-inline-choice-interaction": 6,
        "qti-text-entry-interaction": 10,
        "qti-match-interaction": 3,
        "qti-order-interaction": 4,
        "qti-associate-interaction": 1,
        "qti-gap-match-interaction": 2,
        "qti-graphic-gap-match-interaction": 1,
        "qti-hottext-interaction:1": 1,
        "qti-hottext-interaction:2": 1,
        "qti-hotspot-interaction:1": 1,
        "qti-hotspot-interaction:2": 1,
        "qti-select-point-interaction:1": 1,
        "qti-slider-interaction": 1,
        "qti-media-interaction": 1,
    }


def test_template_formula_glossary_and_calculator_are_used() -> None:
    items = [parse(FORM_A / str(ref.get("href"))) for ref in scored()]
    templates = [item for item in items if item.find(f"{QTI}qti-template-processing") is not None]
    formulas = [item for item in items if item.find(f".//{MATHML}math") is not None]
    assert [item.get("identifier") for item in templates] == ["ccm-413"]
    assert [item.get("identifier") for item in formulas] == ["ccm-412"]
    assert all(math.get("alttext") for math in formulas[0].iter(f"{MATHML}math"))
    for path in documents(FORM_A):
        terms = [str(c.get("id")) for c in parse(path).iter(f"{QTI}qti-catalog")]
        named = [str(e.get("data-catalog-idref")) for e in parse(path).iter() if e.get("data-catalog-idref")]
        assert sorted(named) == sorted(terms), path.name
    explained = [path.stem for path in documents(FORM_A) if parse(path).find(f"{QTI}qti-catalog-info") is not None]
    assert explained == ["ccm-412", "brackwater"]


def test_whoever_has_to_reckon_has_a_calculator() -> None:
    for ref in scored():
        item = parse(FORM_A / str(ref.get("href")))
        typed_number = item.find(f"{QTI}qti-response-declaration[@base-type='float']") is not None
        has_calculator = item.find(f"{QTI}qti-companion-materials-info/{QTI}qti-calculator") is not None
        assert has_calculator or not typed_number, ref.get("identifier")


def test_choices_with_an_order_of_their_own_keep_it() -> None:
    for ref in scored():
        item = parse(FORM_A / str(ref.get("href")))
        for interaction in item.iter(f"{QTI}qti-choice-interaction"):
            words = [text_of(choice) for choice in interaction.iter(f"{QTI}qti-simple-choice")]
            is_number = [word.strip("$").replace(",", "").replace(".", "").isdigit() for word in words]
            if all(is_number):
                assert interaction.get("shuffle") == "false", ref.get("identifier")
                assert words == sorted(words, key=lambda word: float(word.strip("$").replace(",", "")))


def test_a_sound_has_captions_that_end_with_it() -> None:
    (audio,) = (e for path in documents(FORM_A) for e in parse(path).iter(f"{QTI}audio"))
    source, track = audio
    with wave.open(str(FORM_A / "items" / str(source.get("src")))) as sound:
        length_s = sound.getnframes() / sound.getframerate()
    captions = (FORM_A / "items" / str(track.get("src"))).read_text(encoding="utf-8")
    ends = [float(line.rpartition(":")[2]) for line in captions.splitlines() if "-->" in line]
    assert ends == sorted(ends)
    assert length_s - 1 < ends[-1] <= length_s
    assert audio.get("aria-label")


def test_the_parts_of_the_day_in_order() -> None:
    for folder, limits in ((FORM_A, ["4800", "4800"]), (ESSAY, ["3600"])):
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
    sizes = [
        len(list(s.iter(f"{QTI}qti-assessment-item-ref"))) for s in assessment_test(FORM_A).iterfind(TIMED_SECTIONS)
    ]
    assert sizes == [30, 30], "as the tutorial says"
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
            if item.find(f"{QTI}qti-template-processing") is not None:
                continue  # its choices are numbers that are not drawn yet
            lengths = sorted((len(text), k) for k, text in choice_texts(item).items())
            longest += lengths[-1][1] == key and lengths[-1][0] > lengths[-2][0]
            assert len(lengths) == 4
            assert lengths[-1][0] <= 1.4 * lengths[0][0] + 10
    assert max(keys.values()) - min(keys.values()) <= 1
    assert set(keys) == set("ABCD")
    assert longest <= sum(keys.values()) / 3


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
            if len(correct(item)) > 1:
                assert {str(e.get("map-key")) for e in mapping} == set(correct(item))
    declared = {
        o.get("identifier"): o.get("normal-maximum")
        for o in assessment_test(FORM_A).iter(f"{QTI}qti-outcome-declaration")
    }
    assert declared == {"SCORE": "60", "PASS": None} | {f"SCORE_{d.upper()}": "15" for d in DOMAINS}


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
        for element in parse(path).iter(*(f"{QTI}{tag}" for tag in REFERRING)):
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
            if element.tag.startswith(MATHML):
                assert element.tag.removeprefix(MATHML) in ALLOWED_MATHML
                continue
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
