"""Documents of QTI 2.x for tests: the least that is one, with something in it."""

from __future__ import annotations

from lxml import etree

from exam_packages.qti.reading import QTI3_NAMESPACE, Xml, parse
from exam_packages.qti.upgrade import upgraded

V2_0 = "http://www.imsglobal.org/xsd/imsqti_v2p0"
V2_1 = "http://www.imsglobal.org/xsd/imsqti_v2p1"
V2_2 = "http://www.imsglobal.org/xsd/imsqti_v2p2"


def item(body: str = "<p>Hello</p>", *, before: str = "", after: str = "", namespace: str = V2_2) -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<assessmentItem xmlns="{namespace}" identifier="a" title="A" adaptive="false" timeDependent="false">{before}
<itemBody>{body}</itemBody>
{after}</assessmentItem>""".encode()


def form(parts: str) -> bytes:
    return f'<assessmentTest xmlns="{V2_2}" identifier="t" title="T">{parts}</assessmentTest>'.encode()


def read(untrusted: bytes) -> Xml:
    return parse(upgraded(untrusted, "a.xml"), "a.xml")


def first(xml: Xml, name: str) -> Xml:
    found = next(xml.node.iter(f"{{{QTI3_NAMESPACE}}}{name}"))
    return Xml(xml.file, found)


def inner(xml: Xml) -> str:
    """What is in an element, without the namespace it has anyway."""
    written = "".join([xml.node.text or "", *(etree.tostring(each, encoding="unicode") for each in xml.node)])
    return written.replace(f' xmlns="{QTI3_NAMESPACE}"', "")
