"""Seats' marks on the admin's machine: the newest of each seat is kept, and brought to every stick that is prepared.

Owns the folder ``marks/`` of a site: a file for each key. A mark counts only if the site has certified the key that signed it.
A stick that is lost or written anew so takes no proof with it. Refuses to compare marks with seats: seats do.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Final

from exam_packages.drop_paths import SEAT_MARK_SUFFIX
from exam_packages.opening import open_seat_mark
from exam_packages.seat_marks import SeatMark, mark_name, seat_mark_from_fields
from exam_packages.signed_documents import read_document
from kiosk.durable_file import make_folder
from kiosk.errors import storage_fault_of
from kiosk.handover.stick import Stick, put, read_small
from kiosk.site.seats import certificates
from kiosk.site.site import Site
from signing.errors import NotForThisSiteRefused, Refused
from signing.keys import VerifyKey
from signing.labels import PayloadType

MARKS: Final = "marks"


def take_marks(site: Site, stick: Stick) -> tuple[SeatMark, ...]:
    """Keep the marks on a stick that are newer than those here. What is not of a seat of this site is left alone.

    Args:
        site: registered; needs no passphrase.
        stick: only read.

    Returns:
        Those that were newer.

    Raises:
        StickFault: the stick cannot be read.
        StorageFault: the site's folder cannot be written.
        NotReady: the site is not registered yet.
    """
    keys = _keys(site)
    taken: list[SeatMark] = []
    paths: tuple[Path, ...] = ()
    with contextlib.suppress(Refused):  # too many files: somebody's rubbish
        paths = stick.mark_files()
    for path in paths:
        with contextlib.suppress(Refused):
            untrusted = read_small(path)
            mark = _open(untrusted, keys, path.name)
            if mark.number > _number_here(site, mark, keys):
                _make_folder(site)
                site.write(f"{MARKS}/{mark_name(mark)}{SEAT_MARK_SUFFIX}", untrusted)
                taken.append(mark)
    return tuple(taken)


def bring_marks(site: Site, stick: Stick) -> int:
    """Take the stick's newer marks, then bring to it those that are newer here.

    Returns:
        How many were brought.

    Raises:
        StickFault: the stick cannot be read or written.
        StorageFault: the site's folder cannot be read or written.
        NotReady: the site is not registered yet.
    """
    take_marks(site, stick)
    keys = _keys(site)
    brought = 0
    for path in sorted((site.folder / MARKS).glob(f"*{SEAT_MARK_SUFFIX}")):
        data = site.read(f"{MARKS}/{path.name}")
        with contextlib.suppress(Refused):  # certified no more: it proves nothing to any seat of this site
            mark = _open(data, keys, path.name)
            target = stick.marks / f"{mark_name(mark)}{SEAT_MARK_SUFFIX}"
            if mark.number > _number_at(target, keys):
                put(target, data)
                brought += 1
    return brought


def _keys(site: Site) -> dict[str, VerifyKey]:
    """The keys of all seats that this site has certified, also earlier."""
    return {certificate.signing_key.keyid: certificate.signing_key for _, certificate in certificates(site)}


def _open(untrusted: bytes, keys: dict[str, VerifyKey], place: str) -> SeatMark:
    document = read_document(untrusted, PayloadType.SEAT_MARK, place=place)
    key = keys.get(seat_mark_from_fields(document.untrusted_fields()).key)
    if key is None:
        raise NotForThisSiteRefused("is of no seat that this site has certified", place=place)
    return open_seat_mark(untrusted, key=key, place=place)


def _number_here(site: Site, mark: SeatMark, keys: dict[str, VerifyKey]) -> int:
    return _number_at(site.folder / MARKS / f"{mark_name(mark)}{SEAT_MARK_SUFFIX}", keys)


def _number_at(path: Path, keys: dict[str, VerifyKey]) -> int:
    """The number of the mark that lies somewhere; 0 where none does that counts."""
    with contextlib.suppress(Refused):
        if path.is_file():
            return _open(read_small(path), keys, path.name).number
    return 0


def _make_folder(site: Site) -> None:
    folder = site.folder / MARKS
    try:
        make_folder(folder)
    except OSError as error:
        raise storage_fault_of(error, folder) from error
