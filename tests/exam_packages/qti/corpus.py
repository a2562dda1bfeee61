"""Documents and cases that nobody here wrote, read where they lie; and QTI 2.x names turned into those of 3.0.

The renaming is only as good as scoring needs: declarations and processing. Upgrading documents is another matter.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from exam_packages.ids import ResponseId
from exam_packages.qti.model import Lexical, Responses
from exam_packages.qti.reading import QTI3_NAMESPACE

SHARED = Path(__file__).parents[4] / "shared" / "qti"
NEEDS_CORPUS = pytest.mark.skipif(not SHARED.is_dir(), reason="the corpus is not beside the project (../shared/qti)")

_HUMP = re.compile(r"(?<=[a-z0-9])([A-Z])")
_IRREGULAR = {"durationLT": "duration-lt", "durationGTE": "duration-gte"}


@dataclass(frozen=True)
class Case:
    """One response-to-outcome case."""

    name: str
    item: str
    responses: dict[str, Any]
    expected: dict[str, Any]

    def lexical(self) -> Responses:
        """The responses as QTI writes them; ``num_attempts`` is another spelling of a built-in variable."""
        given = {name.replace("num_attempts", "numAttempts"): value for name, value in self.responses.items()}
        return {ResponseId(name): _lexical(value) for name, value in given.items()}


def _lexical(value: Any) -> Lexical:
    values = value if isinstance(value, list) else [value]
    return tuple(_written(each) for each in values if each is not None)


def _written(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def cases(name: str) -> Iterator[Case]:
    """The cases of one file; of the authored ones those marked ``use``."""
    for line in (SHARED / "vectors" / f"{name}_response_vectors.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        if row.get("recommendation", "use") == "use":
            expected = row.get("corrected_expected_outcomes", row["expected_outcomes"])
            yield Case(name=row["id"], item=row["item"], responses=row["responses"], expected=expected)


def document(item: str) -> bytes:
    """A document's bytes; ``zip!member`` is one inside an archive."""
    outer, _, member = item.partition("!")
    if not member:
        return (SHARED / outer).read_bytes()
    with zipfile.ZipFile(SHARED / outer) as archive:
        return archive.read(member)


def documents() -> Iterator[tuple[str, bytes]]:
    """Every XML document of the corpus that is a file."""
    for path in sorted((SHARED / "corpus").rglob("*.xml")):
        yield path.relative_to(SHARED).as_posix(), path.read_bytes()


def renamed(untrusted: bytes) -> bytes:
    """A QTI 2.x document with the names of QTI 3.0; a QTI 3.0 document as it is."""
    root = etree.fromstring(untrusted, etree.XMLParser(remove_comments=True, remove_pis=True))
    namespace = etree.QName(root).namespace
    if namespace == QTI3_NAMESPACE:
        return untrusted
    explicit_case = "v2p2" not in str(namespace)  # mapEntry is case-sensitive in 2.1 where it does not say
    for node in root.iter():
        if etree.QName(node).namespace == namespace:
            local = etree.QName(node).localname
            if local == "mapEntry" and explicit_case and node.get("caseSensitive") is None:
                node.set("caseSensitive", "true")
            node.tag = f"{{{QTI3_NAMESPACE}}}qti-{_kebab(local)}"
            for key in [str(each) for each in node.attrib]:
                if not key.startswith("{") and _kebab(key) != key:
                    node.set(_kebab(key), node.attrib.pop(key))
    return etree.tostring(root)


def _kebab(name: str) -> str:
    return _IRREGULAR.get(name) or _HUMP.sub(r"-\1", name).lower()
