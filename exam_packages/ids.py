"""Names for the things an exam day is made of. Every one is a plain string underneath, never interchangeable."""

from __future__ import annotations

from typing import NewType

ExamId = NewType("ExamId", str)
"""One exam programme's exam, e.g. ``ccm-operations``. QTI identifier syntax."""

FormId = NewType("FormId", str)
"""One fixed set of items of an exam: the identifier of its assessmentTest."""

PartId = NewType("PartId", str)
"""Identifier of a testPart."""

SectionId = NewType("SectionId", str)
"""Identifier of an assessmentSection; unique within the form."""

ItemId = NewType("ItemId", str)
"""Identifier of an assessmentItemRef; unique within the form, and what responses are stored under."""

ResponseId = NewType("ResponseId", str)
"""Identifier of a response variable within an item."""

OutcomeId = NewType("OutcomeId", str)
"""Identifier of an outcome variable of an item or of the test."""

ChoiceId = NewType("ChoiceId", str)
"""Identifier of a choice within an interaction."""

SessionId = NewType("SessionId", str)
"""One candidate at one exam on one day: 26 Crockford base32 characters, first 48 bits milliseconds since 1970 (sortable)."""

CandidateId = NewType("CandidateId", str)
"""The office's identifier of a candidate."""

AppointmentId = NewType("AppointmentId", str)
"""The office's identifier of one booked sitting: what a roster lists and a session carries out."""

SiteId = NewType("SiteId", str)
"""The office's identifier of a testing centre."""

SeatId = NewType("SeatId", str)
"""The site's name for one workstation: letters, digits, dots and hyphens, at most 64."""

ProctorId = NewType("ProctorId", str)
"""The site's identifier of a proctor or site admin."""

Digest = NewType("Digest", str)
"""SHA-256 in lower-case hexadecimal, 64 characters."""

UtcMs = NewType("UtcMs", int)
"""Milliseconds since 1970-01-01T00:00:00Z."""
