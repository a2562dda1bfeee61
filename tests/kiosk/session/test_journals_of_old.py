"""A journal of the first version of the program, word for word: it reads, is written again as it was, and tells the same."""

from __future__ import annotations

from typing import Final

from exam_packages.ids import ItemId, ResponseId
from exam_packages.records import decode_record, encode_record
from kiosk.session import Phase, replay

_OPENED: Final = (
    '{"event":{"kind":"opened","plan":{"accommodations":["text-to-speech","additional-testing-time"],"appointment":'
    '"appointment-1","candidate":"candidate-1","candidate_name":"Ana Ruiz","exam":"exam","extra_time_percent":25,"f'
    'orm":"form","has_agreement":true,"package":"abababababababababababababababababababababababababababababababab",'
    '"released_by":"file","seat":"seat-01","sections":[{"break_after_ms":30000,"id":"one","items":["one-1","one-2"]'
    ',"kind":"scored","linear":false,"time_limit_ms":60000},{"break_after_ms":0,"id":"two","items":["two-1","two-2"'
    '],"kind":"scored","linear":true,"time_limit_ms":60000}],"session":"01M3250V007ZB7EDAGX9CD8NQZ"},"proctor":"mar'
    'ia"},"n":0,"tick":0,"wall":1790000000000}'
)
_AFTER: Final = (
    '{"event":{"kind":"identity-confirmed"},"n":1,"tick":0,"wall":1790000000000}',
    '{"event":{"kind":"agreement-accepted"},"n":2,"tick":0,"wall":1790000000000}',
    '{"event":{"kind":"section-entered","section":"one"},"n":3,"tick":0,"wall":1790000000000}',
    '{"event":{"item":"one-1","kind":"item-presented"},"n":4,"tick":10,"wall":1790000000000}',
    '{"event":{"item":"one-1","kind":"answered","response":"RESPONSE","value":["B"]},"n":5,"tick":900,"wall":1790000000000}',
    '{"event":{"kind":"time-passed"},"n":6,"tick":5000,"wall":1790000000000}',
    '{"event":{"flagged":true,"item":"one-1","kind":"flagged"},"n":7,"tick":40,"wall":1790000000000}',
    '{"event":{"item":"one-2","kind":"item-presented"},"n":8,"tick":0,"wall":1790000000000}',
    '{"event":{"at":0,"deleted":0,"inserted":"Grüße","item":"one-2","kind":"text-edited","response":"RESPONSE"},"n":9,"tick":700,"wall":1790000000000}',
    '{"event":{"kind":"paused","note":"","reason":"restart"},"n":10,"tick":0,"wall":1790000000000}',
    '{"event":{"kind":"resumed","proctor":""},"n":11,"tick":9000,"wall":1790000000000}',
    '{"event":{"extra_ms":7000,"kind":"time-extended","note":"drill","proctor":"maria"},"n":12,"tick":60,"wall":1790000000000}',
    '{"event":{"kind":"review-opened"},"n":13,"tick":100,"wall":1790000000000}',
    '{"event":{"kind":"time-expired"},"n":14,"tick":60190,"wall":1790000000000}',
    '{"event":{"kind":"break-ended"},"n":15,"tick":2000,"wall":1790000000000}',
    '{"event":{"kind":"section-entered","section":"two"},"n":16,"tick":0,"wall":1790000000000}',
    '{"event":{"item":"two-1","kind":"item-presented"},"n":17,"tick":0,"wall":1790000000000}',
    '{"event":{"item":"two-2","kind":"item-presented"},"n":18,"tick":0,"wall":1790000000000}',
    '{"event":{"item":"two-2","kind":"answered","response":"RESPONSE","value":[]},"n":19,"tick":80,"wall":1790000000000}',
)


def test_a_journal_of_old_tells_what_it_told() -> None:
    written = [line.encode() for line in (_OPENED, *_AFTER)]
    records = [decode_record(line, place="journal") for line in written]
    assert [encode_record(record) for record in records] == written
    session = replay(records)
    assert (session.phase, session.section_index, session.item) == (Phase.SECTION, 1, ItemId("two-2"))
    assert (session.spent_ms, session.extra_ms, session.time_left_ms) == ((67_000, 80), (7_000, 0), 59_920)
    assert session.flagged == {ItemId("one-1")}
    assert session.answer(ItemId("one-1"), ResponseId("RESPONSE")) == ("B",)
    assert session.answer(ItemId("one-2"), ResponseId("RESPONSE")) == ("Grüße",)
    assert not session.is_answered(ItemId("two-2"))
    assert session.plan.accommodations.codes == ("text-to-speech", "additional-testing-time")
    assert session.plan.extra_time_percent == 25
    assert session.plan.seed == ""
