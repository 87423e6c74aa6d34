import json
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import ServiceError
from assistant.text import content_words
from assistant.types import Paper
from evals.datasets.builtin import builtin
from evals.datasets.jsonl import read
from evals.facts import states
from evals.questions.absent import absent
from evals.questions.cues import name_of, questions_about
from evals.questions.draft import MOST_COPIED, Attempt, DraftQuestion, copied_share, json_line, problem_with
from evals.questions.drafting import Wanted, draft_set
from evals.questions.model import drafts
from evals.questions.templates import askables, comparisons, facts
from evals.types import Span
from prompts import Prompts
from tests.fakes.chat import Reply, ScriptedModel
from tests.fakes.papers import BY_KEY, PAPERS, paper

LANTERN = BY_KEY["orbin2021lantern"]
LANTERN_SPAN = "It needs 2 GB of storage for 1,210 conversations."
NAMED = [one for one in PAPERS if one.abstract]


def chance(seed: int = 0) -> Random:
    return Random(seed)  # noqa: S311 - because nothing secret is drawn


def draft(**changes: object) -> DraftQuestion:
    fields: dict[str, Any] = {
        "question": "How large is the disk that Lantern takes up?",
        "kind": "fact",
        "comment": "by hand",
        "gold_spans": (Span(key=LANTERN.key, text=LANTERN_SPAN),),
        "facts": (("2 GB",),),
        "answer": "2 GB.",
    }
    return DraftQuestion(**(fields | changes))


class TestProblemWith:
    def test_nothing(self) -> None:
        assert problem_with(draft(), BY_KEY) == ""

    @pytest.mark.parametrize(
        ("changes", "problem"),
        [
            ({"question": " "}, "no question"),
            ({"gold_spans": ()}, "no quote"),
            ({"gold_spans": (Span(key="nobody2000", text=LANTERN_SPAN),)}, "not, character by character"),
            ({"gold_spans": (Span(key=LANTERN.key, text=LANTERN_SPAN.lower()),)}, "not, character by character"),
            ({"gold_spans": (Span(key=LANTERN.key, text=" "),)}, "not, character by character"),
            ({"question": "Needs how much storage for conversations, 2 or 1,210?", "facts": ()}, "repeats the words"),
            ({"question": "Are 2 GB enough for Lantern?"}, "gives away its answer ('2 GB')"),
            ({"facts": (("3 GB",),)}, "does not state '3 GB'"),
        ],
    )
    def test_something(self, changes: dict[str, object], problem: str) -> None:
        assert problem in problem_with(draft(**changes), BY_KEY)

    def test_a_question_without_an_answer_needs_no_quote(self) -> None:
        assert problem_with(draft(kind="near-miss", gold_spans=(), facts=()), BY_KEY) == ""


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_share_copied_is_a_share(question: str, sentence: str) -> None:
    assert 0 <= copied_share(question, sentence) <= 1
    assert copied_share(sentence, sentence) == bool(content_words(sentence))


def test_a_line_is_read_back_as_a_draft(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(json_line(draft(), 7) + "\n", "utf-8")
    dataset = read(path)
    (sample,) = dataset.samples
    assert (sample.id, sample.kind, sample.answerable) == ("q007", "fact", True)
    assert sample.gold_keys == (LANTERN.key,)
    assert sample.gold_spans == (Span(key=LANTERN.key, text=LANTERN_SPAN),)
    assert sample.facts == (("2 GB",),)
    assert sample.draft


class TestNames:
    @pytest.mark.parametrize(
        ("title", "abstract", "name"),
        [
            ("Moss: Growing Proteins", "Moss designs proteins.", "Moss"),
            ("Fact or Fiction: Verifying", "SciFact introduces a task.", "SciFact"),
            ("Rain: A History", "It rains in cities.", "the paper “Rain: A History”"),
            ("Songs of whales", "Whales sing.", "the paper “Songs of whales”"),
            ("Dense Retrieval", "DPR, for short, finds passages.", "DPR"),
        ],
    )
    def test_name_of(self, title: str, abstract: str, name: str) -> None:
        assert name_of(paper("k", title, abstract)) == name


class TestPatterns:
    @pytest.mark.parametrize(
        ("sentence", "question", "fact"),
        [
            ("Zest holds 4,086 labelled claims.", None, None),
            ("Zest has 4,086 scientific claims.", "How many scientific claims are reported for Zest?", "4,086"),
            ("It has 7 and 13 billion weights.", "How many weights are reported for Zest?", "7 and 13 billion"),
            ("It gains 5 points on QA.", "By how many points do results differ on QA, according to Zest?", "5 points"),
            ("It was right in 9 percent.", "What percentage is reported according to Zest?", "9 percent"),
            ("A query is 40 times cheaper.", "How many times cheaper is it with Zest?", "40 times cheaper"),
            (
                "Mean Reciprocal Rank (MRR) is high.",
                "What does MRR stand for in Zest?",
                "Mean Reciprocal Rank",
            ),
            ("We propose Zest, a memory for dialogue agents.", "What is Zest?", "memory for dialogue agents"),
            ("Zest is a graph memory that forgets.", "What is Zest?", "graph memory"),
            ("Zest stores old conversations as graphs.", "What does Zest store?", "old conversations"),
            ("Zest finds passages for hard questions.", "What does Zest find?", "passages for hard questions"),
            ("We also introduce loop shapes.", "What does Zest introduce?", "loop shapes"),
            ("Zest brought readers to 20 brought readers.", None, None),
            ("Nothing can be asked of this.", None, None),
        ],
    )  # fmt: skip
    def test_a_sentence(self, sentence: str, question: str | None, fact: str | None) -> None:
        found = [(one.question, one.fact) for one in questions_about("Zest", sentence)]
        assert found == ([(question, fact)] if question else [])

    def test_a_question_with_two_answers_is_not_asked(self) -> None:
        two = paper("z", "Zest: A", "Zest has 26 tests. Zest has 30 tests. It has 5 users.")
        assert [one.asked.question for one in askables(two)] == ["How many users are reported for Zest?"]

    def test_of_several_percentages_only_those_with_a_place_are_asked_for(self) -> None:
        several = paper("z", "Zest: A", "Zest works. It is right for 5 percent. On Trivia it is right for 9 percent.")
        assert [one.asked.fact for one in askables(several)] == ["9 percent"]

    @given(st.text(max_size=80))
    def test_any_text_can_be_looked_at(self, text: str) -> None:
        for one in questions_about("Zest", text):
            assert one.fact in text
            assert one.question.endswith("?")


class TestByPattern:
    def test_every_fact_rests_on_its_sentence(self) -> None:
        found = list(facts(NAMED, chance()))
        assert len(found) > len(NAMED)
        for one in found:
            assert problem_with(one, BY_KEY) == ""
            assert one.comment.startswith("by pattern (")
            (span,) = one.gold_spans
            assert span.text in BY_KEY[span.key].abstract
            assert states(span.text, one.facts[0])

    def test_every_paper_is_asked_about_before_one_is_again(self) -> None:
        askable = {one.gold_keys[0] for one in facts(NAMED, chance())}
        first = [one.gold_keys[0] for one in islice(facts(NAMED, chance()), len(askable))]
        assert set(first) == askable

    def test_no_sentence_is_asked_for_twice(self) -> None:
        spans = [one.gold_spans for one in facts(NAMED, chance())]
        assert len(set(spans)) == len(spans)

    def test_the_seed_decides(self) -> None:
        assert list(facts(NAMED, chance())) == list(facts(NAMED, chance()))
        assert list(facts(NAMED, chance())) != list(facts(NAMED, chance(1)))

    def test_per_cent_in_both_spellings(self) -> None:
        wordings = {one.facts[0] for one in facts(NAMED, chance())}
        assert ("96 percent", "96%") in wordings

    def test_a_comparison_rests_on_two_papers(self) -> None:
        papers = list(builtin().papers)
        found = list(comparisons(papers, chance()))
        assert len(found) >= 4
        by_key = {one.key: one for one in papers}
        used = [key for one in found for key in one.gold_keys]
        assert len(set(used)) == len(used)
        for one in found:
            assert len(one.gold_keys) == len(one.facts) == 2
            assert problem_with(one, by_key) == ""

    def test_the_same_is_asked_of_two_papers(self) -> None:
        two = [
            paper("a", "Ant: A", "Ant passed 26 tests of walking speed."),
            paper("b", "Bee: B", "Bee failed in 30 tests of flying."),
        ]
        (one,) = comparisons(two, chance())
        assert one.question in {
            "How many tests are reported for Ant, and how many for Bee?",
            "How many tests are reported for Bee, and how many for Ant?",
        }
        assert sorted(one.facts) == [("26",), ("30",)]

    def test_two_papers_share_an_uncommon_word(self) -> None:
        two = [
            paper("a", "Ant: On copper", "Ant stores old leaves for copper."),
            paper("b", "Bee: B", "Bee: in copper ponds there live 30 frogs and nothing else."),
        ]
        (one,) = comparisons(two, chance())
        assert one.question.endswith(" compare with regard to copper?")

    def test_papers_without_an_abstract_give_nothing(self) -> None:
        assert list(facts([BY_KEY["quist2017tremor"]], chance())) == []
        assert list(comparisons([BY_KEY["quist2017tremor"]], chance())) == []


class TestAbsent:
    def test_no_abstract_has_the_words_that_an_answer_would_need(self) -> None:
        found = list(absent(NAMED, chance()))
        assert len(found) == len(NAMED)
        for one in found:
            assert (one.kind, one.gold_spans, one.facts) == ("near-miss", (), ())
            words = one.comment.partition("has any of: ")[2].partition(";")[0].replace(", ", " ")
            about = [p for p in NAMED if states(one.question, [name_of(p)])]
            assert about
            stems = content_words(words).keys()
            assert stems
            assert all(not stems & content_words(f"{p.title} {p.abstract}").keys() for p in about)

    def test_a_paper_that_says_it_is_not_asked(self) -> None:
        silent, loud = paper("a", "Ant: A", "Ant sings."), paper("b", "Bee: B", "Bee sang to 30 frogs.")
        other = paper("c", "Cat: C", "Frogs have been eaten by Ant.")
        (found,) = absent([silent, loud, other], chance(), [silent])
        assert "frogs" not in found.question

    def test_what_another_paper_answers_is_asked(self) -> None:
        silent, loud = paper("a", "Ant: A", "Ant sings."), paper("b", "Bee: B", "Bee sang to 30 frogs.")
        found = list(absent([silent, loud], chance(), [silent]))
        assert [one.question for one in found] == ["How many frogs are reported for Ant?"]
        assert "b answers it of itself" in found[0].comment


def reply(question: str, answer: str, quote: str) -> str:
    return json.dumps({"question": question, "answer": answer, "quote": quote})


GOOD = reply("How large is the disk that Lantern takes up?", "About 2 GB.", LANTERN_SPAN)


def ask(
    replies: Sequence[Reply], papers: Sequence[Paper] = (LANTERN,), rounds: int = 1
) -> tuple[list[Attempt], ScriptedModel]:
    model = ScriptedModel(replies)
    return list(drafts(papers, model=model, prompts=Prompts(), rng=chance(), rounds=rounds)), model


class TestByModel:
    def test_a_draft(self) -> None:
        (attempt,), model = ask([f"Sure!\n```json\n{GOOD}\n```"])
        assert attempt.draft == draft(
            comment=f"by scripted:model from {LANTERN.key}", answer="About 2 GB.", facts=(("2",),)
        )
        assert attempt.usage.prompt > 100
        assert model.left == 0
        assert LANTERN.abstract in model.prompts[0]
        assert "of no use" not in model.prompts[0]

    @pytest.mark.parametrize(
        ("bad", "problem"),
        [
            ("I cannot.", "no JSON object"),
            ("[1]", "no JSON object"),
            ("{" * 100_000, "no JSON object"),
            ('{"question": "q", "answer": 5, "quote": "x"}', "'answer' is missing or no text"),
            (reply("What is it?", "2 GB.", "It needs 2 GB."), "character by character"),
            (
                reply("Does it need 2 GB of storage for 1,210 conversations?", "2 GB.", LANTERN_SPAN),
                "repeats the words",
            ),
            (reply("What disk?", "the", LANTERN_SPAN), "the answer says nothing"),
            (reply("How large is the disk in this paper?", "2 GB.", LANTERN_SPAN), "which paper 'this paper' means"),
        ],
    )
    def test_a_useless_reply_is_asked_for_once_more_with_the_reason(self, bad: str, problem: str) -> None:
        (attempt,), model = ask([bad, GOOD])
        assert attempt.draft
        assert problem in model.prompts[1]
        (attempt,), model = ask([bad, bad])
        assert model.left == 0
        assert attempt.draft is None
        assert problem in attempt.problem

    def test_the_facts_are_what_the_answer_takes_from_the_quote(self) -> None:
        span = LANTERN.abstract[LANTERN.abstract.index("We propose") : LANTERN.abstract.index(" On the")]
        (attempt,), _ = ask([reply("What does Lantern keep?", "It keeps short summaries.", span)])
        assert attempt.draft
        assert attempt.draft.facts == (("short summaries",),)

    def test_an_answer_in_other_words_needs_its_facts_by_hand(self) -> None:
        (attempt,), _ = ask([reply("How large is it?", "Rather big.", LANTERN_SPAN)])
        assert attempt.draft
        assert attempt.draft.facts == ()
        assert attempt.draft.comment.endswith("add its facts by hand")

    def test_an_answer_that_is_the_whole_sentence_needs_its_facts_by_hand(self) -> None:
        span = LANTERN.abstract[LANTERN.abstract.index("We propose") : LANTERN.abstract.index(" On the")]
        (attempt,), _ = ask([reply("How does Lantern work?", span, span)])
        assert attempt.draft
        assert attempt.draft.facts == ()

    def test_the_second_round_asks_for_something_else(self) -> None:
        (first, second), model = ask([GOOD, GOOD, reply("Over how many talks?", "1,210.", LANTERN_SPAN)], rounds=2)
        assert first.draft
        assert second.draft
        assert first.draft.question in model.prompts[1]
        assert "has been asked already" in model.prompts[2]

    def test_papers_without_an_abstract_are_not_shown(self) -> None:
        attempts, model = ask([], [BY_KEY["quist2017tremor"]])
        assert attempts == []
        assert model.prompts == []

    def test_a_reply_that_does_not_end_is_cut(self) -> None:
        (attempt,), _ = ask(["x " * 25_000, GOOD])
        assert attempt.draft
        assert attempt.usage.completion > 1_000
        assert attempt.usage.usd is None

    def test_half_a_character_of_a_model_can_be_written(self) -> None:
        (attempt,), _ = ask([GOOD.replace("How", "\ud83d How")])
        assert attempt.draft
        json_line(attempt.draft, 1).encode()


class TestSet:
    def draw(
        self, questions: int, unanswerable: int, seed: int = 0, about: Sequence[Paper] = NAMED
    ) -> list[DraftQuestion]:
        wanted = Wanted(questions=questions, unanswerable=unanswerable, seed=seed)
        return [one.draft for one in draft_set(PAPERS, about, wanted, prompts=Prompts()) if one.draft]

    def test_as_many_of_each_as_wanted(self) -> None:
        kinds = [one.kind for one in self.draw(13, 4)]
        assert len(kinds) == 13
        assert kinds.count("near-miss") == 4
        assert kinds.count("comparison") == 1

    def test_the_seed_decides(self) -> None:
        assert self.draw(12, 3) == self.draw(12, 3)
        assert self.draw(12, 3) != self.draw(12, 3, seed=5)

    def test_only_the_papers_named_are_asked_about(self) -> None:
        found = self.draw(50, 5, about=[LANTERN])
        assert {key for one in found for key in one.gold_keys} == {LANTERN.key}
        assert all("Lantern" in one.question for one in found)

    def test_no_question_repeats_its_sentence(self) -> None:
        for one in self.draw(60, 10):
            assert all(copied_share(one.question, span.text) <= MOST_COPIED for span in one.gold_spans)

    def test_a_model_that_fails_leaves_what_it_gave(self) -> None:
        model = ScriptedModel([GOOD, ServiceError("gone")])
        attempts = draft_set(PAPERS, [LANTERN], Wanted(questions=5, unanswerable=0), prompts=Prompts(), model=model)
        assert next(attempts).draft
        with pytest.raises(ServiceError, match="gone"):
            list(attempts)

    def test_a_model_that_is_of_no_use_is_not_asked_for_ever(self) -> None:
        model = ScriptedModel(["no"] * 1000)
        wanted = Wanted(questions=500, unanswerable=0)
        attempts = list(draft_set(NAMED, NAMED, wanted, prompts=Prompts(), model=model))
        assert sum(attempt.draft is None for attempt in attempts) == 25
        assert len(model.prompts) == 50

    def test_a_model_is_not_asked_when_enough_is_there(self) -> None:
        model = ScriptedModel([])
        wanted = Wanted(questions=2, unanswerable=2)
        found = [one.draft for one in draft_set(NAMED, NAMED, wanted, prompts=Prompts(), model=model)]
        assert [one.kind for one in found if one] == ["near-miss", "near-miss"]
