import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.errors import FormRefused
from signing.trust import target_path
from tests.signing.refusals import refused


@pytest.mark.parametrize(
    "good", ["a", "revocations.json", "exams/ccm-form_A.v1.exam", "a/b/c", "x+y", "_x", "CONTENT", "x" * 200]
)
def test_portable_paths(good: str) -> None:
    target_path.refuse_bad_path(good, place="x")


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "/a",
        "a/",
        "a//b",
        ".",
        "..",
        "../a",
        "a/../b",
        "a/./b",
        ".hidden",
        "-rf",
        "a.",
        "a ",
        " a",
        "a b",
        "a\\b",
        "c:a",
        "a:b",
        "a*",
        "é",
        "a\x00",
        "a\n",
        "NUL",
        "con.exam",
        "x/AUX.tar.gz",
        "com1",
        "a/b/c/d",
        "x" * 201,
    ],
)
def test_every_other_path_is_refused(bad: str) -> None:
    with refused(FormRefused, place="drop.json"):
        target_path.refuse_bad_path(bad, place="drop.json")


@pytest.mark.parametrize("paths", [["a", "A"], ["x/a", "X/A"], ["a", "a/b"], ["A/b", "a"], ["a/b", "a/b/c"]])
def test_paths_that_clash_on_some_file_system_are_refused(paths: list[str]) -> None:
    with refused(FormRefused, place="drop.json"):
        target_path.refuse_clashing_paths(paths, place="drop.json")


def test_paths_side_by_side() -> None:
    target_path.refuse_clashing_paths(["a/b", "a/c", "ab", "b/a"], place="x")


@given(st.text("ab./\\:. -NULcon", max_size=12))
def test_an_accepted_path_stays_in_its_folder(path: str) -> None:
    try:
        target_path.refuse_bad_path(path, place="x")
    except FormRefused:
        return
    assert all(part and part not in (".", "..") for part in path.split("/"))
    assert not set(path) & set("\\: ")
