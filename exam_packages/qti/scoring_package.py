"""A scoring package → what scoring needs of it: the form, declarations, processing and framework; no body, no picture, no linter.

The profile becomes narrower or wider with every version of the window. What was built and signed once is scored as it was
(decision 0023).
"""

from __future__ import annotations

from exam_packages.errors import SourceRefused
from exam_packages.qti.forms import read_test
from exam_packages.qti.framework import FRAMEWORK_PATH, read_framework
from exam_packages.qti.manifest import MANIFEST_PATH, ResourceType, read_manifest
from exam_packages.qti.model import Exam
from exam_packages.qti.reading import Xml, finding, parse
from exam_packages.qti.scoring_items import read_item_for_scoring
from exam_packages.qti.sources import ContentSource


def read_for_scoring(files: ContentSource) -> Exam:
    """Read an exam the way scoring needs it. Items have empty bodies; there are no stimuli and no resources.

    Args:
        files: an opened scoring package.

    Raises:
        SourceRefused: a document is missing or cannot be read.
    """
    paths = frozenset(files.paths())

    def document(path: str) -> Xml:
        if path not in paths:
            raise SourceRefused([finding(path, "file-missing", "is named and not there", "Take another package")])
        return parse(files.read(path), path)

    manifest = read_manifest(document(MANIFEST_PATH))
    tests = manifest.of_type(ResourceType.TEST)
    if len(tests) != 1:
        message = f"lists {len(tests)} tests"
        raise SourceRefused([finding(MANIFEST_PATH, "manifest", message, "Take another package")])
    test = read_test(document(tests[0].path), document)
    framework = read_framework(files.read(FRAMEWORK_PATH), FRAMEWORK_PATH) if FRAMEWORK_PATH in paths else None
    return Exam(
        exam_id=manifest.identifier,
        test=test,
        items={path: read_item_for_scoring(document(path)) for path in {ref.path for ref in test.item_refs()}},
        stimuli={},
        resources={},
        framework=framework,
        title=test.title,
    )
