"""QTI 2.0, 2.1 and 2.2 → QTI 3.0, where exams are written and built; a testing centre never sees anything else."""

from exam_packages.qti.upgrade.documents import upgraded
from exam_packages.qti.upgrade.source import UpgradedSource

__all__ = ["UpgradedSource", "upgraded"]
