"""MathML, or LaTeX in an annotation → a picture with words, when an exam is built. Nothing of it runs at a testing centre."""

from exam_packages.qti.formulas.documents import FormulaSource, with_drawn_formulas
from exam_packages.qti.formulas.drawing import Formula, drawn
from exam_packages.qti.formulas.spoken import spoken

__all__ = ["Formula", "FormulaSource", "drawn", "spoken", "with_drawn_formulas"]
