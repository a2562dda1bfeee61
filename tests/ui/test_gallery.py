from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from tests.ui import gallery
from tests.ui.tools import gallery as tools_gallery
from tests.ui.window import gallery as window_gallery

SAMPLE = Path(gallery.__file__).parents[2] / "exam_packages" / "samples" / "contact-center-form-a"


def test_pictures_of_every_look_are_drawn(qapp: QApplication, tmp_path: Path) -> None:
    assert gallery.main([str(tmp_path), "--only", "widgets"]) == 0
    pictures = {path.stem: QImage(str(path)) for path in tmp_path.glob("*.png")}
    assert set(pictures) == {f"widgets-{look.name()}" for look in gallery.LOOKS}
    assert len({image.pixelColor(2, 2).name() for image in pictures.values()}) == 3
    qapp.setLayoutDirection(gallery.LOOKS[0].direction)


def test_every_kind_of_interaction_is_drawn(qapp: QApplication, tmp_path: Path) -> None:
    assert gallery.main([str(tmp_path), "--only", "sample-", "--look", "1600x1000"]) == 0
    drawn = {path.stem.removesuffix("-1600x1000-light-100") for path in tmp_path.glob("*.png")}
    assert drawn == {f"sample-{name}" for name in gallery.all_samples()}
    qapp.setLayoutDirection(gallery.LOOKS[0].direction)


def test_a_sample_item_is_drawn_with_its_stimulus(qapp: QApplication, tmp_path: Path) -> None:
    assert gallery.main([str(tmp_path), "--only", "item-ccm-101", "--content", str(SAMPLE)]) == 0
    pictures = [QImage(str(path)) for path in tmp_path.glob("*.png")]
    assert len(pictures) == len(gallery.LOOKS)
    assert all(image.width() >= 1024 for image in pictures)
    qapp.setLayoutDirection(gallery.LOOKS[0].direction)


@pytest.mark.parametrize("main", [gallery.main, tools_gallery.main, window_gallery.main])
def test_who_asks_for_help_gets_it_and_no_folder(
    main: Callable[[Sequence[str]], int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    assert "where the pictures go" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("main", [tools_gallery.main, window_gallery.main])
@pytest.mark.parametrize("wish", ["small", "small-pink-100", "small-dark-x", "1024-dark-100", "--sizes"])
def test_a_wish_that_nobody_understands_is_said_and_makes_no_folder(
    main: Callable[[Sequence[str]], int], wish: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([str(tmp_path / "pictures"), wish])
    assert ended.value.code == 2
    assert wish in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_wish_is_read_as_it_is_written() -> None:
    assert [window_gallery.setting(each).suffix for each in window_gallery.SETTINGS] == [*window_gallery.SETTINGS]
    mirrored = tools_gallery.picture("rtl-1024x768-high-contrast-200")
    assert (mirrored.mirrored, mirrored.size, mirrored.look.text_percent) == (True, (1024, 768), 200)
    assert mirrored.look.theme.value == "high-contrast"
