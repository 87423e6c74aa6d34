import sqlite3
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import InputError
from assistant.types import Usage, Verdict
from evals.cache import Cache, CachedDecomposer, CachedJudge, code_digest, default_cache, digest
from evals.claims import SentenceClaims, Split
from tests.fakes.evaluation import abstention, answer, cite, say
from tests.fakes.judge import FakeJudge, always

ANSWER = answer(say("It gains 5%.", cite("ant")), usage=Usage(prompt=3, completion=4, usd=0.5), seconds=1.5)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "cache.sqlite3"


def test_answers_come_back_as_they_were(path: Path) -> None:
    cache = Cache(path)
    cache.keep_answer("a", ANSWER)
    cache.keep_answer("b", abstention())
    cache.close()
    again = Cache(path)
    assert (again.answer("a"), again.answer("b"), again.answer("c")) == (ANSWER, abstention(), None)


@pytest.mark.parametrize("usage", [None, Usage(prompt=3, completion=4, usd=None), Usage(usd=0.25)])
def test_verdicts_come_back_as_they_were(path: Path, usage: Usage | None) -> None:
    verdict = Verdict(label="partly", score=0.123456789, judge="j-1", reason="half", problem="overclaimed", usage=usage)
    cache = Cache(path)
    cache.keep_verdict("v", verdict)
    assert cache.verdict("v") == verdict
    assert cache.answer("v") is None


@pytest.mark.parametrize("usage", [None, Usage(prompt=3, completion=4, usd=None)])
def test_claims_come_back_as_they_were(path: Path, usage: Usage | None) -> None:
    split = Split(claims=("a \ud800 lone surrogate", "b"), usage=usage)
    cache = Cache(path)
    cache.keep_split("t", split)
    assert cache.split("t") == split
    assert cache.split("u") is None


def test_old_entries_go(path: Path) -> None:
    cache = Cache(path)
    cache.keep_answer("a", ANSWER)
    cache.close()
    with sqlite3.connect(path) as store:
        store.execute("UPDATE entries SET made = made - 100 * 86400")
    store.close()
    assert Cache(path).answer("a") is None


def test_many_threads_use_it_at_once(path: Path) -> None:
    cache, other = Cache(path), Cache(path)

    def work(number: int) -> None:
        for one in range(20):
            (cache, other)[number % 2].keep_answer(f"{number}/{one}", ANSWER)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(cache.answer(f"{number}/{one}") == ANSWER for number in range(6) for one in range(20))


class TestBadFiles:
    def test_something_else(self, path: Path) -> None:
        path.parent.mkdir()
        path.write_text("these are my notes, not a database, and they are long enough to be read as one", "utf-8")
        with pytest.raises(InputError, match=r"cache of evaluations cannot be used.*--no-cache") as caught:
            Cache(path)
        assert str(path) in str(caught.value)

    def test_a_library(self, sample_library: Path) -> None:
        library = sample_library / "library.db"
        before = library.read_bytes()
        with pytest.raises(InputError, match="another program's file"):
            Cache(library)
        assert library.read_bytes() == before

    def test_a_folder(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="cannot be used"):
            Cache(tmp_path)

    def test_a_folder_that_cannot_be_made(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("", "utf-8")
        with pytest.raises(InputError, match="cannot be used"):
            Cache(tmp_path / "file" / "cache.sqlite3")


class TestCachedJudge:
    def test_asks_once(self, path: Path) -> None:
        cache, judge = Cache(path), always("supported")
        first = CachedJudge(judge, cache)
        assert first.judge("s", ["e"]) == first.judge("s", ["e"])
        assert (first.asked, first.kept, first.name) == (1, 1, "fake-1")
        second = CachedJudge(judge, cache)
        second.judge("s", ["e"])
        assert second.asked == 0
        assert len(judge.calls) == 1

    def test_tells_statements_evidence_and_judges_apart(self, path: Path) -> None:
        cache, judge = Cache(path), always("supported")
        cached = CachedJudge(judge, cache)
        for statement, evidence in (("s", ["e", "f"]), ("s", ["ef"]), ("se", ["f"]), ("s", ["f", "e"])):
            cached.judge(statement, evidence)
        CachedJudge(FakeJudge(queue=["partly"], name="fake-2"), cache).judge("s", ["ef"])
        assert (cached.asked, cached.kept) == (4, 0)

    def test_keeps_no_failure(self, path: Path) -> None:
        judge = FakeJudge(queue=[InputError("gone"), "supported"])
        cached = CachedJudge(judge, Cache(path))
        with pytest.raises(InputError):
            cached.judge("s", ["e"])
        assert cached.judge("s", ["e"]).label == "supported"

    def test_counts_the_cost_of_each_verdict_once(self, path: Path) -> None:
        class Paid(FakeJudge):
            def judge(self, statement: str, evidence: Sequence[str]) -> Verdict:
                return replace(super().judge(statement, evidence), usage=Usage(prompt=10, completion=1, usd=0.5))

        judge, cache = Paid(lambda _statement, _evidence: "supported"), Cache(path)
        for _ in range(2):
            cached = CachedJudge(judge, cache)
            for statement in ("s", "t", "s"):
                cached.judge(statement, ["e"])
            assert cached.usage == Usage(prompt=20, completion=2, usd=1.0)
        assert len(judge.calls) == 2

    def test_two_threads_do_not_ask_for_the_same(self, path: Path) -> None:
        started = threading.Barrier(4)

        class Slow(FakeJudge):
            def judge(self, statement: str, evidence: Sequence[str]) -> Verdict:
                time.sleep(0.05)
                return super().judge(statement, evidence)

        slow = Slow(lambda _statement, _evidence: "supported")
        cached = CachedJudge(slow, Cache(path))

        def work() -> None:
            started.wait()
            cached.judge("s", ["e"])

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(slow.calls) == 1
        assert (cached.asked, cached.kept) == (1, 3)


class TestCachedDecomposer:
    def test_asks_once_and_counts_the_cost_once(self, path: Path) -> None:
        class Paid:
            name = "paid-1"
            asked = 0

            def split(self, statement: str) -> Split:
                self.asked += 1
                return Split(claims=(statement,), usage=Usage(prompt=7))

        paid, cache = Paid(), Cache(path)
        for _ in range(2):
            cached = CachedDecomposer(paid, cache)
            assert cached.split("s") == cached.split("s")
            assert cached.usage == Usage(prompt=7)
        assert paid.asked == 1
        assert cached.name == "paid-1"

    def test_what_costs_nothing_is_not_kept(self, path: Path) -> None:
        cached = CachedDecomposer(SentenceClaims(), Cache(path))
        assert cached.split("Bees fly.").claims == ("Bees fly.",)
        assert cached.usage == Usage()
        without = CachedDecomposer(SentenceClaims(), None)
        assert without.split("Bees fly.").claims == ("Bees fly.",)


@given(st.lists(st.text(max_size=5), max_size=4), st.lists(st.text(max_size=5), max_size=4))
def test_no_two_lists_share_a_digest(a: list[str], b: list[str]) -> None:
    assert (digest(*a) == digest(*b)) == (a == b)


def test_the_program_has_a_digest() -> None:
    assert len(code_digest()) == 64


def test_the_cache_is_in_the_users_cache_folder(shared_cache: Path) -> None:
    assert default_cache().is_relative_to(shared_cache)
