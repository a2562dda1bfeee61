"""ICU's data without what nobody asks for: what stays is the same, and Qt finds all that a window of ours asks it for."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import PySide6
import pytest

ROOT = Path(__file__).parents[2]
LIBRARIES = Path(PySide6.__file__).parent / "Qt" / "lib"
LIBRARY = next(LIBRARIES.glob("libicudata.so.*"), LIBRARIES / "libicudata.so")
NEEDS_BINUTILS = pytest.mark.skipif(
    not LIBRARY.is_file() or any(shutil.which(tool) is None for tool in ("as", "ld")),
    reason="no library of ICU's data beside Qt, or as and ld are not installed (apt-get install binutils)",
)
ASKED = """
import json
from PySide6.QtCore import QCollator, QDateTime, QLocale, QTimeZone
said = []
for name in ("en", "de", "tr", "ar", "zh", "hi", "lt"):
    locale = QLocale(name)
    said += [locale.toUpper("istanbul ß ﬁ éà ς"), locale.toLower("ISTANBUL İ ΑΣ"), locale.toString(1234567)]
    said += [locale.decimalPoint(), locale.nativeLanguageName(), str(locale.textDirection()), locale.formattedDataSize(123456, 1)]
    said += [locale.toString(QDateTime.fromMSecsSinceEpoch(1790000000000).date(), "d MMM yyyy")]
zone = QTimeZone(b"Europe/Berlin")
said += [zone.offsetFromUtc(QDateTime.fromMSecsSinceEpoch(1790000000000))]
said += [zone.displayName(QTimeZone.TimeType.StandardTime, QTimeZone.NameType.LongName, QLocale("en"))]
order = QCollator(QLocale("en"))
said += [order.compare("b", "a"), order.compare("Ä", "z"), order.compare("a", "B")]
libraries = sorted({line.split()[-1] for line in open("/proc/self/maps") if "libicudata" in line})
print(json.dumps([libraries, said]))
"""


@pytest.fixture(scope="module")
def less_icu() -> ModuleType:
    path = ROOT / "build_scripts" / "packaging" / "less_icu.py"
    spec = importlib.util.spec_from_file_location("less_icu", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def header() -> bytes:
    return struct.pack("<HBBHHBBBB4s", 32, 0xDA, 0x27, 20, 0, 0, 0, 2, 0, b"CmnD").ljust(32, b"\0")


MADE_UP = {
    "icudt73l/brkitr/thaidict.dict": b"words",
    "icudt73l/coll/root.res": b"order" * 7,
    "icudt73l/coll/sv.res": b"another order",
    "icudt73l/ibm-943.cnv": b"encoding",
    "icudt73l/root.res": b"root",
    "icudt73l/sv.res": b"Swedish",
    "icudt73l/ulayout.icu": b"properties",
    "icudt73l/zoneinfo64.res": b"zones",
    "icudt73l/zu.res": b"last",
}


def test_what_stays_is_what_it_was(less_icu: ModuleType) -> None:
    library = b"\x7fELF before" + less_icu.data_of(header(), MADE_UP)
    head, items = less_icu.items_of(library)
    assert head == header()
    assert {name: data.rstrip(b"\0") for name, data in items.items()} == MADE_UP
    kept = {name for name in items if less_icu.is_kept(name)}
    assert kept == {f"icudt73l/{name}" for name in ("coll/root.res", "root.res", "ulayout.icu", "zoneinfo64.res")}


@pytest.mark.parametrize(
    "wrong",
    [b"", b"CmnD", b"no data at all", header(), header() + struct.pack("<III", 1, 99, 99), header()[:8] + b"\1" + header()[9:]],
    ids=["empty", "cut", "other", "no table", "names outside", "big-endian"],
)  # fmt: skip
def test_what_is_no_icu_is_refused(less_icu: ModuleType, wrong: bytes) -> None:
    with pytest.raises(less_icu.NotIcuError):
        less_icu.items_of(wrong)


def test_a_table_out_of_order_is_refused(less_icu: ModuleType) -> None:
    data = less_icu.data_of(header(), {"icudt73l/a.cnv": b"a", "icudt73l/b.cnv": b"b"})
    with pytest.raises(less_icu.NotIcuError, match="in order"):
        less_icu.items_of(data.replace(b"icudt73l/a", b"icudt73l/z"))


@NEEDS_BINUTILS
def test_qt_says_the_same_with_it(less_icu: ModuleType, tmp_path: Path) -> None:
    made = less_icu.make_less(LIBRARY, tmp_path)
    assert made.stat().st_size < LIBRARY.stat().st_size // 8
    (whole, said), (less, said_with_less) = asked({}), asked({"LD_PRELOAD": str(made)})
    assert [Path(each).resolve() for each in whole] == [LIBRARY.resolve()]
    assert less == [str(made)]
    assert said_with_less == said


def asked(environment: dict[str, str]) -> tuple[list[str], list[str]]:
    words = [sys.executable, "-c", ASKED]
    done = subprocess.run(words, env=os.environ | environment, capture_output=True, text=True, check=True, timeout=120)
    libraries, said = json.loads(done.stdout)
    return libraries, said


def test_the_window_asks_for_nothing_that_is_left_out() -> None:
    """The order of texts in one language, and the names of time zones in another than English."""
    asks = re.compile(
        r"QCollator|localeAwareCompare|QTimeZone|QStringDecoder|QStringEncoder|QStringConverter|QTextCodec"
    )
    found = [path for path in (ROOT / "ui").rglob("*.py") if asks.search(path.read_text(encoding="utf-8"))]
    assert found == []
