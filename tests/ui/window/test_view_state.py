from dataclasses import replace

from exam_packages.ids import ItemId, ResponseId
from exam_packages.qti.model import Element, Text
from exam_packages.session_events import (
    AgreementAccepted,
    Answered,
    BreakEnded,
    Event,
    Flagged,
    IdentityConfirmed,
    ItemPresented,
    Paused,
    PauseReason,
    ReviewOpened,
    SectionEnded,
    SectionEntered,
    SectionKind,
    Submitted,
    TimeExpired,
)
from tests.ui.window.fake_day import FakeRunning, plan_of
from tests.ui.window.small_exam import small_exam
from ui.window import item_state, view_state
from ui.window.contents import contents_of
from ui.window.time_state import MINUTE_MS
from ui.window.view_state import TileState

EXAM = small_exam()
CONTENTS = contents_of(EXAM)
RESPONSE = ResponseId("RESPONSE")


def run(*events: Event, linear: bool = False) -> FakeRunning:
    exam = small_exam(linear=linear)
    running = FakeRunning(exam=exam, plan=plan_of(exam))
    for event in events:
        running.happen(event)
    return running


def enter(index: int, *, linear: bool = False) -> FakeRunning:
    """A session in its section number ``index``."""
    running = run(IdentityConfirmed(), AgreementAccepted(), linear=linear)
    for place, section in enumerate(running.plan.sections):
        running.happen(SectionEntered(section=section.identifier))
        if place == index:
            break
        running.happen(SectionEnded())
        if running.session.break_left_ms:
            running.happen(BreakEnded())
    return running


def intro(running: FakeRunning) -> view_state.IntroView:
    following = running.next_section(running.session)
    assert following is not None
    return view_state.intro_view(running.session, CONTENTS, following)


def test_contents_know_every_section_item_agreement_and_scenario() -> None:
    assert len(CONTENTS.agreement) == 4
    assert set(CONTENTS.items) == {ref.identifier for ref in EXAM.test.item_refs()}
    stimulus = CONTENTS.stimulus(ItemId("a-1"))
    assert stimulus is not None
    assert stimulus.identifier == "memo"
    assert CONTENTS.stimulus(ItemId("a-3")) is None


def test_scored_sections_are_counted_without_tutorial_and_poll() -> None:
    running = enter(1)
    frame = view_state.frame_view(running.session, CONTENTS)
    assert frame.section is not None
    assert (frame.section.number, frame.section.count, frame.section.title) == (1, 2, "Operations")
    assert (frame.question, frame.questions, frame.answered, frame.timed) == (None, 6, 0, True)
    running.happen(ItemPresented(item=ItemId("a-3")))
    running.happen(Answered(item=ItemId("a-3"), response=RESPONSE, value=("C1",)))
    frame = view_state.frame_view(running.session, CONTENTS)
    assert (frame.question, frame.answered) == (3, 1)
    assert not view_state.frame_view(enter(0).session, CONTENTS).timed


def test_the_frame_shows_no_section_between_sections_and_while_paused() -> None:
    assert view_state.frame_view(run(IdentityConfirmed()).session, CONTENTS).section is None
    running = enter(1)
    running.happen(Paused(reason=PauseReason.PROCTOR))
    assert view_state.frame_view(running.session, CONTENTS).section is None


def test_the_introduction_says_what_comes() -> None:
    running = run(IdentityConfirmed(), AgreementAccepted())
    said = intro(running)
    assert (said.section.kind, said.questions, said.time_ms) == (SectionKind.TUTORIAL, 2, None)
    running.happen(SectionEntered(section=said.identifier))
    running.happen(SectionEnded())
    said = intro(running)
    assert (said.time_ms, said.break_after_ms, len(said.instructions)) == (40 * MINUTE_MS, 600_000, 1)
    assert not said.answers_are_final


def test_an_item_knows_its_ways() -> None:
    running = enter(1)
    assert item_state.item_view(running.session, CONTENTS, None) is None
    ways = []
    for item in running.plan.sections[1].items:
        running.happen(ItemPresented(item=item))
        view = item_state.item_view(running.session, CONTENTS, running.next_item(running.session))
        assert view is not None
        ways.append((view.number, view.previous, view.following, view.can_review, view.ends_section))
    assert ways[0] == (1, None, "a-2", True, False)
    assert ways[2] == (3, "a-2", "a-4", True, False)
    assert ways[5] == (6, "a-5", None, True, False)


def test_tutorial_and_poll_end_with_their_last_item() -> None:
    for index in (0, 3):
        running = enter(0)
        if index:
            running = enter(2)
            running.happen(SectionEnded())
            running.happen(Submitted())
            running.happen(SectionEntered(section=running.plan.sections[3].identifier))
        last = running.plan.sections[index].items[-1]
        running.happen(ItemPresented(item=last))
        view = item_state.item_view(running.session, CONTENTS, running.next_item(running.session))
        assert view is not None
        assert view.ends_section
        is_tutorial = index == 0  # where flags and review are tried; a poll has neither
        assert view.can_review is is_tutorial
        assert view.can_flag is is_tutorial


def test_a_linear_section_has_no_way_back() -> None:
    running = enter(1, linear=True)
    running.happen(ItemPresented(item=ItemId("a-1")))
    running.happen(ItemPresented(item=ItemId("a-2")))
    view = item_state.item_view(running.session, CONTENTS, running.next_item(running.session))
    assert view is not None
    assert view.previous is None
    assert not view.can_flag
    running.happen(ReviewOpened())
    assert not view_state.review_view(running.session, CONTENTS).can_jump


def test_review_tells_answered_unanswered_flagged_and_current() -> None:
    running = enter(1)
    running.happen(ItemPresented(item=ItemId("a-2")))
    running.happen(Answered(item=ItemId("a-2"), response=RESPONSE, value=("C1",)))
    running.happen(ItemPresented(item=ItemId("a-3")))
    running.happen(Answered(item=ItemId("a-3"), response=RESPONSE, value=("C1",)))
    running.happen(Answered(item=ItemId("a-3"), response=RESPONSE, value=()))
    running.happen(ItemPresented(item=ItemId("a-5")))
    running.happen(Flagged(item=ItemId("a-5"), flagged=True))
    running.happen(ItemPresented(item=ItemId("a-2")))
    running.happen(ReviewOpened())
    view = view_state.review_view(running.session, CONTENTS)
    assert view.unanswered == (1, 3, 4, 5, 6)
    assert view.flagged == (5,)
    assert view.current == "a-2"
    assert view.tiles[1].state is TileState.ANSWERED
    assert (view.hands_in, view.break_after_ms) == (False, 600_000)


def test_the_last_scored_section_hands_in() -> None:
    running = enter(2)
    running.happen(ItemPresented(item=ItemId("b-1")))
    running.happen(ReviewOpened())
    view = view_state.review_view(running.session, CONTENTS)
    assert (view.hands_in, view.break_after_ms) == (True, 0)


def test_submit_says_whether_time_ended_the_section() -> None:
    running = enter(2)
    running.pass_ms = 40 * MINUTE_MS
    running.happen(TimeExpired())
    assert view_state.submit_view(running.session).time_is_up
    running = enter(2)
    running.happen(SectionEnded())
    view = view_state.submit_view(running.session)
    assert (view.time_is_up, view.answered, view.questions) == (False, 0, 10)


def test_only_a_screen_that_the_candidate_covered_can_be_uncovered_by_the_candidate() -> None:
    running = enter(1)
    running.happen(Paused(reason=PauseReason.PROCTOR))
    assert view_state.pause_view(running.session, called_by_candidate=True).may_return
    assert not view_state.pause_view(running.session, called_by_candidate=False).may_return
    running.happen(Paused(reason=PauseReason.REBOOT))
    assert not view_state.pause_view(running.session, called_by_candidate=True).may_return


def test_a_proctor_can_extend_timed_sections_only() -> None:
    assert view_state.proctor_view(enter(1).session, CONTENTS).can_extend
    assert not view_state.proctor_view(enter(0).session, CONTENTS).can_extend
    assert not view_state.proctor_view(run().session, CONTENTS).can_extend


def test_the_heading_of_the_agreement_is_the_heading_of_its_page() -> None:
    heading, text = Element(name="h2", children=(Text("Your agreement"),)), Element(name="p", children=(Text("Yes."),))
    view = view_state.agreement_view(replace(CONTENTS, agreement=(heading, text)))
    assert (view.title, view.content) == ("Your agreement", (text,))
    assert view_state.agreement_view(CONTENTS).title == ""
