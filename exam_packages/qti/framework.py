"""``framework.json``: the competency framework an exam is built on.

Owns the file's form: an object with ``identifier``, ``version``, ``title``, ``domains`` (objects with ``id`` and ``title``, in
report order) and ``competencies`` (objects with ``code``, ``domain`` and ``title``). Written by people, so any JSON layout is
accepted; no other field is.
"""

from __future__ import annotations

import json
from typing import Final

from exam_packages.qti.model import Competency, Framework
from exam_packages.qti.reading import refuse
from signing.canonical import JsonValue
from signing.errors import FormRefused
from signing.fields import Fields

FRAMEWORK_PATH: Final = "framework.json"
MAX_FRAMEWORK_BYTES: Final = 1024 * 1024
_REMEDY: Final = "Correct the file"


def read_framework(untrusted: bytes, file: str) -> Framework:
    """Read a framework.

    Raises:
        SourceRefused: it is not of the form, or its parts contradict each other.
    """
    if len(untrusted) > MAX_FRAMEWORK_BYTES:
        refuse(file, "framework", f"is longer than {MAX_FRAMEWORK_BYTES} bytes", "Shorten it")
    try:
        framework = _framework(Fields(_decoded(untrusted), "framework"))
    except FormRefused as error:
        refuse(file, "framework", f"{error.place} {error.message}", _REMEDY)
    except (ValueError, RecursionError):
        refuse(file, "framework", "is not JSON, or holds what is no text", _REMEDY)
    _check(framework, file)
    return framework


def _decoded(untrusted: bytes) -> JsonValue:
    value: JsonValue = json.loads(untrusted.decode("utf-8"), parse_float=_no_number, parse_constant=_no_number)
    # JSON can write half of a surrogate pair, and no report that is signed can: this raises a ValueError for one.
    json.dumps(value, ensure_ascii=False).encode("utf-8")
    return value


def _no_number(_text: str) -> None:
    raise ValueError("a framework holds no numbers")


def _framework(fields: Fields) -> Framework:
    domains = tuple(_domain(each) for each in fields.objects("domains"))
    competencies = tuple(_competency(each) for each in fields.objects("competencies"))
    framework = Framework(
        identifier=fields.text("identifier"),
        version=fields.text("version"),
        title=fields.text("title"),
        domains=domains,
        competencies=competencies,
    )
    fields.close()
    return framework


def _domain(fields: Fields) -> tuple[str, str]:
    domain = fields.text("id"), fields.text("title")
    fields.close()
    return domain


def _competency(fields: Fields) -> Competency:
    competency = Competency(code=fields.text("code"), domain=fields.text("domain"), title=fields.text("title"))
    fields.close()
    return competency


def _check(framework: Framework, file: str) -> None:
    domains = [identifier for identifier, _ in framework.domains]
    codes = [competency.code for competency in framework.competencies]
    if len({*domains, *codes}) != len(domains) + len(codes):
        refuse(file, "framework", "uses a domain id or competency code twice", _REMEDY)
    for competency in framework.competencies:
        if competency.domain not in domains:
            refuse(file, "framework", f"puts {competency.code} into a domain that it does not have", _REMEDY)
