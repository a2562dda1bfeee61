"""What this program must be able to do before anything is entrusted to it: known answers, and things that must be refused.

Owns the checks that need no screen. Each tries one part of the program as it lies on this machine, libraries and data files
included: a build that left something out, or a processor that computes wrongly, shows here and not on an exam day. Refuses to
know who asks; ``kiosk self-test`` and the readiness of a seat do.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from exam_packages.errors import SourceRefused
from exam_packages.ids import ItemId, ResponseId, SessionId, UtcMs
from exam_packages.qti.items import read_item
from exam_packages.qti.reading import parse
from exam_packages.records import CHAIN_START, encode_record, link
from exam_packages.session_events import Answered, Record
from kiosk.errors import KioskError
from kiosk.journal import database
from kiosk.journal.store import DATABASE_NAME, Entry, JournalStore, read_mark
from signing import dsse, hpke, pin, sealed_stream
from signing.argon2 import Cost, argon2id
from signing.canonical import decode
from signing.errors import Refused
from signing.fields import Fields
from signing.hpke import ContentKey
from signing.key_wrap import unwrap, wrap
from signing.keys import KeySet, verify_key_from_json

SESSION: Final = SessionId("01M3250V007ZB7EDAGX9CD8NQZ")
ANSWERS: Final = 3
_STREAM_BYTES: Final = 100_000  # several pieces of a sealed stream, and a part of one


class SelfTestFailed(KioskError):  # noqa: N818 - see KioskError
    """Something came out otherwise than it must.

    Attributes:
        what: what did, in a sentence.
    """

    code: ClassVar[str] = "self-test-failed"

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTest:
    """One check.

    Attributes:
        name: what is tried, in a few words.
        run: tries it, in a folder of its own that is removed afterwards.
    """

    name: str
    run: Callable[[Path], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTestResult:
    """What one check came to.

    Attributes:
        failure: why it failed, in a sentence; empty where it did not.
    """

    name: str
    failure: str = ""


def run_self_tests(tests: Sequence[SelfTest], folder: Path) -> tuple[SelfTestResult, ...]:
    """Run checks one after the other; one that fails stops no other.

    Args:
        tests: which.
        folder: an empty one that exists; each check gets a folder in it.
    """
    return tuple(_result(test, folder / str(number)) for number, test in enumerate(tests))


def _result(test: SelfTest, folder: Path) -> SelfTestResult:
    try:
        folder.mkdir()
        test.run(folder)
    except SelfTestFailed as failed:
        return SelfTestResult(name=test.name, failure=failed.what)
    except Exception as error:  # noqa: BLE001 - whatever it is, the part does not work, and people have to read so
        return SelfTestResult(name=test.name, failure=f"{type(error).__name__}: {error}")
    return SelfTestResult(name=test.name)


# -- signatures and keys -------------------------------------------------------------------------------------------------

# The key and the library's signature are those of RFC 8032 §7.1, test 1, over an envelope of this program.
_KEY: Final = (
    b'{"keyid":"74c181c7ad8a0855d4b55e44d2ba87aabdddb196832571f15f92fece332e4916","keytype":"ed25519",'
    b'"public":"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a","scheme":"ed25519"}'
)
_TYPE: Final = "testing-center-kiosk/self-test"
_ENVELOPE: Final = (
    b'{"payload":"e30=","payloadType":"testing-center-kiosk/self-test","signatures":[{"keyid":'
    b'"74c181c7ad8a0855d4b55e44d2ba87aabdddb196832571f15f92fece332e4916","sig":'
    b'"uKhf8Fbvw9QHumUVKQ6FHTrT2BtS/KCkOUu5j9EKJmTwD4owq5Ujp3k1rRHr8ExBXlVy57/3fCh2LaLoiw+zAg=="}]}'
)
_ALTERED: Final = _ENVELOPE.replace(b'"e30="', b'"W10="')


def _signatures(folder: Path) -> None:
    del folder
    key = verify_key_from_json(Fields(decode(_KEY, place="key", max_bytes=1_000), "key"))
    keys = KeySet(keys=(key,), threshold=1)
    envelope = dsse.read_envelope(_ENVELOPE, place="envelope", max_bytes=1_000)
    _wants(dsse.verify(envelope, _TYPE, keys, place="envelope") == b"{}", "a good signature gave another payload")
    altered = dsse.read_envelope(_ALTERED, place="envelope", max_bytes=1_000)
    _refuses(lambda: dsse.verify(altered, _TYPE, keys, place="envelope"), "an altered document was taken for signed")


_ARGON2: Final = "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"  # RFC 9106 §5.3


def _pins(folder: Path) -> None:
    del folder
    cost = Cost(memory_kib=32, iterations=3, lanes=4)
    found = argon2id(b"\x01" * 32, salt=b"\x02" * 16, cost=cost, pepper=b"\x03" * 8, context=b"\x04" * 12)
    _wants(found.hex() == _ARGON2, "Argon2id gave another value than RFC 9106 says")
    pepper, context = secrets.token_bytes(32), b"self-test"
    verifier = pin.make_verifier("246813", pepper=pepper, context=context)
    pin.check("246813", verifier, pepper=pepper, context=context)
    try:
        pin.check("246814", verifier, pepper=pepper, context=context)
    except pin.PinWrong:
        return
    raise SelfTestFailed("a wrong PIN was taken for the right one")


def _encryption(folder: Path) -> None:
    del folder
    key, other = ContentKey.generate(), ContentKey.generate()
    secret = secrets.token_bytes(32)
    sealed = hpke.seal(secret, key.public, info=b"self-test")
    _wants(hpke.open_sealed(sealed, key, info=b"self-test", place="wrap") == secret, "a sealed key came out altered")
    _refuses(
        lambda: hpke.open_sealed(sealed, other, info=b"self-test", place="wrap"), "another key opened a sealed key"
    )
    wrapped = wrap(secret, under=secret)
    _wants(unwrap(wrapped, under=secret, place="wrap") == secret, "a wrapped key came out altered")
    plain = secrets.token_bytes(_STREAM_BYTES)
    stream = b"".join(sealed_stream.seal([plain], secret, b"self-test"))
    read = b"".join(sealed_stream.unseal([stream], secret, b"self-test", place="stream"))
    _wants(read == plain, "a sealed stream came out altered")
    bad = stream[:-1] + bytes([stream[-1] ^ 1])
    _refuses(
        lambda: b"".join(sealed_stream.unseal([bad], secret, b"self-test", place="stream")),
        "an altered stream was opened",
    )


# -- the journal --------------------------------------------------------------------------------------------------------------


def _journal(folder: Path) -> None:
    key = secrets.token_bytes(database.KEY_BYTES)
    store = JournalStore(folder, key)
    try:
        store.begin(SESSION)
        for entry in _entries():
            store.append(entry)
    finally:
        store.close()
    _wants(read_mark(folder) == ANSWERS, "the journal's mark does not count its records")
    _wants(b"MARKER" not in (folder / DATABASE_NAME).read_bytes(), "the journal is not encrypted")
    connection = database.connect(folder / DATABASE_NAME, key)
    try:
        rows = connection.execute("SELECT n, record FROM event ORDER BY n").fetchall()
    finally:
        connection.close()
    _wants(rows == [(entry.n, entry.record) for entry in _entries()], "the journal gave back something else")


def _entries() -> list[Entry]:
    entries: list[Entry] = []
    head = CHAIN_START
    for n in range(ANSWERS):
        item, response, value = ItemId("item"), ResponseId("RESPONSE"), (f"MARKER-{n}",)
        wall = UtcMs(1_790_000_000_000)
        event = Answered(item=item, response=response, value=value)
        line = encode_record(Record(n=n, tick_ms=0, wall=wall, event=event))
        head = link(n, head, line)
        answer = (item, response, value)
        entries.append(Entry(n=n, record=line, head=head, wall=wall, boot="boot", phase="section", answer=answer))
    return entries


# -- questions ------------------------------------------------------------------------------------------------------------------

_ITEM: Final = b"""<?xml version="1.0" encoding="UTF-8"?>
<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="self-test" title="Self-test"
    adaptive="false" time-dependent="false">
  <qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="identifier"/>
  <qti-item-body>
    <qti-choice-interaction response-identifier="RESPONSE" max-choices="1">
      <qti-prompt>Is this question read?</qti-prompt>
      <qti-simple-choice identifier="yes">Yes</qti-simple-choice>
      <qti-simple-choice identifier="no">No</qti-simple-choice>
    </qti-choice-interaction>
  </qti-item-body>
</qti-assessment-item>
"""
_BOMB: Final = b"""<?xml version="1.0"?>
<!DOCTYPE qti-assessment-item [<!ENTITY a SYSTEM "file:///etc/hostname">]>
<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0">&a;</qti-assessment-item>
"""


def _questions(folder: Path) -> None:
    del folder
    item = read_item(parse(_ITEM, "item.xml"))
    _wants(item.identifier == "self-test", "a question was read as another")
    try:
        parse(_BOMB, "item.xml")
    except SourceRefused:
        return
    raise SelfTestFailed("a document that names files of the machine was read")


def _wants(holds: bool, otherwise: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise SelfTestFailed(otherwise)


def _refuses(act: Callable[[], object], otherwise: str) -> None:
    try:
        act()
    except Refused:
        return
    raise SelfTestFailed(otherwise)


SELF_TESTS: Final = (
    SelfTest(name="Signatures", run=_signatures),
    SelfTest(name="Encryption", run=_encryption),
    SelfTest(name="PINs", run=_pins),
    SelfTest(name="Journal", run=_journal),
    SelfTest(name="Questions", run=_questions),
)
"""Every check that needs no screen."""
