from collections.abc import Iterator
from threading import Event, current_thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.ahead import worked_ahead


@given(st.lists(st.integers()), st.integers(0, 4))
def test_every_part_comes_out_once_and_in_order(parts: list[int], ahead: int) -> None:
    assert list(worked_ahead(parts, lambda one, _: -one, ahead=ahead)) == [(one, -one) for one in parts]


def test_the_next_part_is_worked_on_meanwhile() -> None:
    second = Event()

    def work(part: int, _: Event) -> str:
        if part == 2:
            second.set()
        return current_thread().name

    results = worked_ahead([1, 2, 3], work)
    _, worker = next(results)
    assert second.wait(timeout=10)  # before it is asked for
    assert worker != current_thread().name
    assert [part for part, _ in results] == [2, 3]


def test_no_more_is_read_than_is_allowed() -> None:
    read: list[int] = []

    def parts() -> Iterator[int]:
        for one in range(10):
            read.append(one)
            yield one

    results = worked_ahead(parts(), lambda one, _: one, ahead=2)
    next(results)
    assert read == [0, 1, 2]
    results.close()
    assert read == [0, 1, 2]


def test_a_failure_comes_when_its_part_is_due_and_ends_the_work() -> None:
    done: list[int] = []

    def work(part: int, _: Event) -> int:
        if part == 2:
            raise ValueError("no")
        done.append(part)
        return part

    results = worked_ahead(range(100), work)
    assert [next(results), next(results)] == [(0, 0), (1, 1)]
    with pytest.raises(ValueError, match="no"):
        next(results)
    assert len(done) < 5


def test_an_interruption_of_the_caller_does_not_wait_for_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, stopped = Event(), []

    def work(_: int, stopping: Event) -> None:
        begun.set()
        stopped.append(stopping.wait(timeout=10))

    def interrupted(_: object) -> None:
        begun.wait(timeout=10)
        raise KeyboardInterrupt  # as Ctrl-C does while the result is waited for

    monkeypatch.setattr("vectorstore.ahead._finished", interrupted)
    with pytest.raises(KeyboardInterrupt):
        next(worked_ahead([1], work))
    assert stopped == [True]
