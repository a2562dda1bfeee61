"""Item templates → fixed items, when an exam is built, by a recorded seed. A seat never meets a template."""

from exam_packages.qti.cloning.documents import Clone, cloned
from exam_packages.qti.cloning.source import CloneSource

__all__ = ["Clone", "CloneSource", "cloned"]
