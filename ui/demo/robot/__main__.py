"""Starts the robot: ``python3 -m ui.demo.robot --framebuffer FILE --screens DIR --log FILE``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ui.demo.robot.acts import acts_of, what_is_seen
from ui.demo.robot.eyes import Eyes
from ui.demo.robot.hands import Hands
from ui.demo.robot.person import Patience, Person
from ui.demo.robot.pictures import Pictures
from ui.demo.robot.protocol import serve
from ui.demo.robot.tree import Tree

HASTE = Patience(seen_s=1.0, effect_s=1.0)


def main() -> None:
    """Serve instructions from standard input until it ends."""
    parser = argparse.ArgumentParser(prog="robot", description="Plays the people at the exam window.")
    parser.add_argument("--framebuffer", type=Path, required=True, help="what the X server shows, in XWD form")
    parser.add_argument("--screens", type=Path, required=True, help="folder for pictures")
    parser.add_argument("--log", type=Path, required=True, help="a line for each act")
    options = parser.parse_args()
    tree, hands = Tree(), Hands()
    person, hasty = Person(tree, hands), Person(tree, hands, HASTE)
    pictures = Pictures(Eyes(options.framebuffer, options.screens), hands.step_aside)
    with options.log.open("a", encoding="utf-8") as log:
        serve(
            sys.stdin,
            sys.stdout,
            log,
            acts=acts_of(person, pictures, hasty),
            on_failure=lambda _: what_is_seen(person, pictures),
        )


if __name__ == "__main__":
    main()
