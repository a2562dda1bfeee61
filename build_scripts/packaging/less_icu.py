"""ICU's data without what nobody asks for: of 32 MB of it, three are what Qt's core reads.

Owns ICU's table of contents ("CmnD", read and written here) and which of its items stay. Refuses to change an item. Qt asks ICU
for upper and lower case, for the order of texts, for names of time zones and for old encodings, and has tables of its own for
all the rest: languages, numbers, dates, line breaks. A window of ours sorts nothing by language and reads UTF-8 only; what Qt
may ask for all the same is answered as for a language that ICU does not know.

Source: ICU 73, icu4c/source/common/ucmndata.h and udata.h.
"""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

LIBRARY: Final = "libicudata.so"
TREES: Final[dict[str, str]] = {
    "": "What is about no language: properties of letters, normal forms, time zones, and the language that all others rest on.",
    "coll": "The order of texts that holds where a language has none of its own.",
    "zone": "Names of time zones in English.",
}
"""The folders of ICU's data that something is kept of, and what for."""
LANGUAGES: Final = frozenset({"root", "en", "pool", "res_index"})
ABOUT_NO_LANGUAGE: Final = frozenset(
    {
        "icustd",
        "icuver",
        "keyTypeData",
        "langInfo",
        "likelySubtags",
        "metaZones",
        "numberingSystems",
        "plurals",
        "supplementalData",
        "timezoneTypes",
        "windowsZones",
        "zoneinfo64",
    }
)
"""Resources beside those of the languages, by ICU's names."""
NOT_READ: Final = frozenset({".cnv", ".spp", ".cfu"})
"""Old encodings, profiles for names of machines, letters that look alike: nothing of ours asks for them."""

_MAGIC: Final = b"\xda\x27"
_FORMAT: Final = b"CmnD"
_MAGIC_AT: Final = 2
_FORMAT_AT: Final = 12
_LITTLE_ENDIAN_AT: Final = 8
_ALIGNMENT: Final = 16

_ASSEMBLY: Final = """
.section .rodata
.globl {symbol}
.type {symbol}, @object
.balign 16
{symbol}:
.incbin "{data}"
.size {symbol}, . - {symbol}
.section .note.GNU-stack,"",@progbits
"""


class NotIcuError(Exception):
    """This is not a library of ICU's data as it is known here."""


def is_kept(name: str) -> bool:
    """Tell whether an item stays, by its name, for example ``icudt73l/coll/root.res``."""
    *folders, file = name.split("/")[1:]
    stem, dot, kind = file.rpartition(".")
    tree = "/".join(folders)
    if tree not in TREES or dot + kind in NOT_READ:
        return False
    return kind != "res" or stem in LANGUAGES or (not tree and stem in ABOUT_NO_LANGUAGE)


def items_of(library: bytes) -> tuple[bytes, dict[str, bytes]]:
    """Return the header of ICU's data inside a library, and every item by its name.

    Raises:
        NotIcuError: there is none, or its table makes no sense.
    """
    start = library.find(_FORMAT) - _FORMAT_AT
    if start < 0 or library[start + _MAGIC_AT :][:2] != _MAGIC or library[start + _LITTLE_ENDIAN_AT]:
        raise NotIcuError("no table of contents of ICU's data for this kind of machine")
    try:
        (header,) = struct.unpack_from("<H", library, start)
        base = start + header
        (count,) = struct.unpack_from("<I", library, base)
        entries = [struct.unpack_from("<II", library, base + 4 + 8 * number) for number in range(count)]
        names = [library[base + at : library.index(b"\0", base + at)].decode("ascii") for at, _ in entries]
    except (struct.error, ValueError) as error:
        raise NotIcuError(f"the table of contents cannot be read: {error}") from None
    # How long the last item is stands nowhere: to the end of the library is enough, and it is no item that stays.
    ends = [*(at for _, at in entries[1:]), len(library) - base]
    if not names or names != sorted(names) or is_kept(names[-1]):
        raise NotIcuError("the table of contents is not in order")
    items = {name: library[base + at : base + end] for name, (_, at), end in zip(names, entries, ends, strict=True)}
    return library[start:base], items


def data_of(header: bytes, items: Mapping[str, bytes]) -> bytes:
    """Return ICU's data with these items, as it lies in memory."""
    names = sorted(items)
    texts = [name.encode("ascii") + b"\0" for name in names]
    name_at = 4 + 8 * len(names)
    data_at = _aligned(name_at + sum(map(len, texts)))
    table, contents = [struct.pack("<I", len(names))], []
    for name, text in zip(names, texts, strict=True):
        table.append(struct.pack("<II", name_at, data_at))
        contents.append(items[name].ljust(_aligned(len(items[name])), b"\0"))
        name_at += len(text)
        data_at += len(contents[-1])
    listed = b"".join((*table, *texts))
    return header + listed.ljust(_aligned(len(listed)), b"\0") + b"".join(contents)


def _aligned(length: int) -> int:
    return -(-length // _ALIGNMENT) * _ALIGNMENT


def make_less(library: Path, out: Path) -> Path:
    """Write a library with what stays of ICU's data into a folder.

    Returns:
        Its path there.

    Raises:
        NotIcuError: this is not ICU's data.
        subprocess.CalledProcessError: it cannot be assembled or linked.
    """
    header, items = items_of(library.read_bytes())
    kept = {name: data for name, data in items.items() if is_kept(name)}
    out.mkdir(parents=True, exist_ok=True)
    data, source, made = out / "icu.dat", out / "icu.s", out / library.name
    data.write_bytes(data_of(header, kept))
    symbol = f"{next(iter(kept)).partition('/')[0].rstrip('l')}_dat"
    source.write_text(_ASSEMBLY.format(symbol=symbol, data=data), encoding="utf-8")
    assembled = out / "icu.o"
    subprocess.run(["as", "-o", str(assembled), str(source)], check=True)
    how = ("-shared", "-soname", library.name, "-z", "noexecstack", "--build-id=none")
    subprocess.run(["ld", *how, "-o", str(made), str(assembled)], check=True)
    return made
