"""Where everything of a day lies: one folder, with a folder for each place in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ui.demo.errors import DemoFault


@dataclass(frozen=True, slots=True)
class DayFolder:
    """The day's folder; all paths in it are made from here."""

    root: Path

    @classmethod
    def create(cls, root: Path) -> DayFolder:
        """Make the folder, with the stick and the places for pictures and logs in it.

        Raises:
            DemoFault: something is in it already.
            OSError: it cannot be made.
        """
        root.mkdir(parents=True, exist_ok=True)
        if any(root.iterdir()):
            raise DemoFault(f"{root} is not empty. Choose an empty folder, or a name that is not there yet.")
        folder = cls(root.resolve())
        for path in (folder.stick, folder.screens, folder.logs):
            path.mkdir(mode=0o700)
        return folder

    @property
    def office(self) -> Path:
        """The certification body's machine."""
        return self.root / "office"

    @property
    def site(self) -> Path:
        """The testing centre's own machine."""
        return self.root / "site"

    @property
    def seat(self) -> Path:
        """The workstation."""
        return self.root / "seat"

    @property
    def drop(self) -> Path:
        """What the office published; a copy of it goes onto the stick."""
        return self.root / "drop"

    @property
    def stick(self) -> Path:
        """What is carried from one to the other."""
        return self.root / "stick"

    @property
    def screens(self) -> Path:
        """The robot's pictures."""
        return self.root / "screens"

    @property
    def logs(self) -> Path:
        """What the programs of the demo wrote about themselves."""
        return self.root / "logs"

    def relative(self, path: Path) -> Path:
        """Return a path as the summary names it."""
        return path.resolve().relative_to(self.root)

    def only(self, place: Path, pattern: str) -> Path:
        """Return the one file below a place that fits a pattern.

        Raises:
            DemoFault: there is none, or there are several.
        """
        found = sorted(place.rglob(pattern))
        if len(found) != 1:
            raise DemoFault(f"{place} should hold exactly one {pattern} and holds {len(found)}.")
        return found[0]
