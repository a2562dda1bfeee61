"""Checking one radio button by itself.

Qt tells assistive technology that a button is a radio button only while it is auto-exclusive, and then it also keeps
buttons of one parent exclusive and moves their stops for Tab. Groups here do both themselves: a matrix has many groups in
one parent, and an answer can be taken back.
"""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractButton, QRadioButton


def check_alone(button: QAbstractButton, *, checked: bool) -> None:
    """Check or uncheck a button and nothing else."""
    if isinstance(button, QRadioButton):
        button.setAutoExclusive(False)
        button.setChecked(checked)
        button.setAutoExclusive(True)
    else:
        button.setChecked(checked)
