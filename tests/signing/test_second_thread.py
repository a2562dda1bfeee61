"""The second thread: everything is done, failures come out as they are and in order, and no thread is left behind."""

import threading
from collections.abc import Callable

import pytest

from signing.second_thread import SecondThread


class DamagedError(Exception):
    pass


def fails(what: str, after: threading.Event | None = None) -> Callable[[], None]:
    def work() -> None:
        if after is not None:
            assert after.wait(60)
        raise DamagedError(what)

    return work


def test_work_given_is_done_in_order_by_one_other_thread() -> None:
    done: list[int] = []
    threads: set[int] = set()

    def work(number: int) -> None:
        done.append(number)
        threads.add(threading.get_ident())

    with SecondThread() as second:
        for number in range(50):
            second.give(lambda number=number: work(number))  # type: ignore[misc]  # bound per loop
    assert done == list(range(50))
    assert len(threads) == 1
    assert threading.get_ident() not in threads


def test_work_shared_is_done_once_each_by_whoever_has_time() -> None:
    done: list[int] = []
    threads: set[int] = set()
    first_may_end = threading.Event()

    def work(number: int) -> None:
        if number == 0:
            assert first_may_end.wait(60)
        done.append(number)
        threads.add(threading.get_ident())

    with SecondThread(waiting_max=2) as second:
        for number in range(50):
            second.share(lambda number=number: work(number))  # type: ignore[misc]  # bound per loop
            if number == 40:
                first_may_end.set()
    assert sorted(done) == list(range(50))
    assert len(threads) == 2


def test_a_result_is_waited_for() -> None:
    with SecondThread() as second:
        assert [task.result() for task in [second.ahead(lambda: 1), second.ahead(lambda: 2)]] == [1, 2]


def test_a_result_that_failed_is_the_same_exception() -> None:
    with SecondThread() as second:
        task = second.ahead(fails("here"))
        with pytest.raises(DamagedError, match="here"):
            task.result()


@pytest.mark.parametrize("way", ["give", "share"])
def test_a_failure_comes_out_at_the_latest_at_the_end(way: str) -> None:
    with pytest.raises(DamagedError, match="here"), SecondThread() as second:
        getattr(second, way)(fails("here"))


def test_giving_goes_on_only_until_the_failure_is_known() -> None:
    given: list[int] = []

    def give(second: SecondThread) -> None:
        for number in range(100):
            second.give(fails("here"))
            given.append(number)

    with pytest.raises(DamagedError), SecondThread(waiting_max=1) as second:
        give(second)
    assert len(given) < 3


def test_of_two_failures_the_earlier_one_comes_out_whichever_was_faster() -> None:
    later_failed = threading.Event()

    def later() -> None:
        later_failed.set()
        raise DamagedError("later")

    def share(second: SecondThread) -> None:
        second.share(fails("earlier", after=later_failed))
        second.share(later)  # no room: done here, and before the other

    with pytest.raises(DamagedError, match="earlier"), SecondThread(waiting_max=1) as second:
        share(second)


def test_what_is_done_here_fails_after_what_was_shared_before() -> None:
    def share(second: SecondThread) -> None:
        second.share(fails("earlier"))
        second.here(fails("here"))

    with pytest.raises(DamagedError, match="earlier"), SecondThread() as second:
        share(second)


def test_a_block_left_by_an_exception_forgets_what_has_not_begun_and_waits_for_what_has() -> None:
    begun, may_end = threading.Event(), threading.Event()
    done: list[str] = []

    def long_work() -> None:
        begun.set()
        assert may_end.wait(60)
        done.append("long")

    def leave(second: SecondThread) -> None:
        second.give(long_work)
        second.give(lambda: done.append("never"))
        assert begun.wait(60)
        threading.Timer(0.01, may_end.set).start()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), SecondThread(waiting_max=2) as second:
        leave(second)
    assert done == ["long"]


def test_no_thread_is_left() -> None:
    before = set(threading.enumerate())  # one of an earlier test may still end
    with SecondThread() as second:
        second.give(lambda: None)
    assert set(threading.enumerate()) <= before
    with pytest.raises(DamagedError), SecondThread() as second:
        second.give(fails("here"))
    assert set(threading.enumerate()) <= before


def test_a_block_that_gives_nothing_starts_no_thread() -> None:
    before = set(threading.enumerate())
    with SecondThread() as second:
        second.here(lambda: None)
        assert set(threading.enumerate()) <= before
