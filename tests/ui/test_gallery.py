from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from tests.ui import gallery

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
