"""Whatever happens to a package's documents: an exam, or ``SourceRefused``; never anything else."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from exam_packages.errors import SourceRefused
from exam_packages.qti.delivery import delivery_documents
from exam_packages.qti.package import lint_package, read_delivery, read_package
from exam_packages.qti.sources import MemorySource
from exam_packages.scoring import score_form
from tests.exam_packages.qti.samples import source
from tests.exam_packages.qti.writing_xml import package

TOKEN = re.compile(rb'"[^"]*"|</?[a-z-]+|[a-z-]+=')
ESSAY = source("recertification-essay")
WHOLE = {path: ESSAY.read(path) for path in ESSAY.paths()}
TOKENS = sorted({token for content in WHOLE.values() for token in TOKEN.findall(content)})
ODD = [
    b'""',
    b'"-1"',
    b'"1e999"',
    b'"NaN"',
    b'"99999999999"',
    b'"A B C"',
    b'"../../x"',
    b'"%00"',
    b'"["',
    b"<",
    b"\xff",
    b"<!--",
]


@given(st.data())
def test_damaged_packages(data: st.DataObject) -> None:
    files = dict(data.draw(st.sampled_from([WHOLE, dict(package().files)])))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(sorted(files)))
        content = files[path]
        places = [match.span() for match in TOKEN.finditer(content)] or [(0, len(content))]
        start, end = data.draw(st.sampled_from(places))
        files[path] = content[:start] + data.draw(st.sampled_from(TOKENS + ODD)) + content[end:]
    damaged = MemorySource(files)
    try:
        exam = read_package(damaged)
    except SourceRefused as refusal:
        assert lint_package(damaged) == refusal.findings  # noqa: PT017 - the linter and the refusal must agree
        return
    assert score_form(exam, {}).total >= 0
    assert read_delivery(MemorySource(delivery_documents(damaged))).items.keys() == exam.items.keys()
