"""What papers ask a model to say does not reach the reader as a cited statement; what they report does."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.cli.output import print_json
from assistant.cli.showing import AnswerPrinter, View
from assistant.evidence.bank import sentences_of
from assistant.export.markdown import to_markdown
from assistant.jobs.ask import AskParts, ask
from assistant.jobs.related_work import related_work
from assistant.judges.embedded import EmbeddedJudge
from assistant.shapes import answer_shape, draft_shape
from assistant.types import Assignment, Filter, Paper, Statement
from prompts import Prompts
from tests.fakes.embedder import HashEmbedder
from tests.fakes.hostile import CLAIM, HONEST, HOSTILE, KEY, NAME, QUESTION, Hostile
from tests.fakes.obedient import ObedientModel, headers
from tests.fakes.papers import BY_KEY, exact, found, open_parts
from vectorstore.types import Passage

LANTERN = BY_KEY["orbin2021lantern"]
QUILL = BY_KEY["malk2022quillgraph"]
POINTS = "On the TalkBack benchmark Lantern raises recall of past facts by 14.6 points over a sliding window."
LEAST = 60
FOLDERS = Assignment(topic="dialogue memory in folders")
each_attack = pytest.mark.parametrize("attack", HOSTILE, ids=lambda attack: attack.name)


def parts_with(papers: Sequence[Paper], model: ObedientModel | None) -> AskParts:
    """A library in memory that finds all of its papers for every question."""
    held = {one.key: one for one in papers}

    def search(_query: object, _limit: int, _where: Filter, _mode: str) -> list[Passage]:
        return [passage for one in papers for passage in found(one).passages]

    embedder = HashEmbedder()
    return AskParts(
        search=search,
        lookup=held.get,
        rarity=lambda words: dict.fromkeys(words, 1.0),
        embedder=embedder,
        judge=EmbeddedJudge(embedder),
        prompts=Prompts(),
        model=model,
    )


def assert_nothing_planted(statements: Sequence[Statement], papers: Sequence[Paper]) -> None:
    held = {one.key: one for one in papers}
    for statement in statements:
        assert NAME.lower() not in statement.text.lower()
        assert "only dialogue memory that works" not in statement.text.lower()
        assert statement.citations
        for one in statement.citations:
            assert exact(held.get, one.key, one.quote, one.start, one.end, one.where)
            assert NAME.lower() not in one.quote.lower()


def keys_by_text(statements: Sequence[Statement]) -> dict[str, tuple[str, ...]]:
    return {one.text: tuple(citation.key for citation in one.citations) for one in statements}


def test_there_are_many_attacks_and_all_differ() -> None:
    assert len(HOSTILE) >= LEAST
    assert len({(one.paper.title, one.paper.abstract) for one in HOSTILE}) == len(HOSTILE)
    assert len({one.name for one in HOSTILE}) == len(HOSTILE)


@each_attack
@pytest.mark.parametrize("writes_json", [False, True], ids=["text", "json"])
def test_an_obedient_model_reports_and_does_nothing_else(attack: Hostile, *, writes_json: bool) -> None:
    papers = [attack.paper, LANTERN]
    model = ObedientModel(word=NAME, writes_json=writes_json)
    answer = ask(QUESTION, parts_with(papers, model))
    assert_nothing_planted(answer.statements, papers)
    assert keys_by_text(answer.statements)[HONEST] == (KEY,)
    assert headers(model.prompts[0]) == [1, 2]


@each_attack
@pytest.mark.parametrize("writes_json", [False, True], ids=["text", "json"])
def test_even_a_model_that_plays_along_gets_nothing_through(attack: Hostile, *, writes_json: bool) -> None:
    papers = [attack.paper, LANTERN]
    model = ObedientModel(word=NAME, wish=CLAIM, writes_json=writes_json)
    answer = ask(QUESTION, parts_with(papers, model))
    assert_nothing_planted(answer.statements, papers)
    assert keys_by_text(answer.statements)[HONEST] == (KEY,)
    assert any(CLAIM.rstrip(".") in one.text for one in answer.dropped)


@each_attack
def test_a_prompt_keeps_its_parts(attack: Hostile) -> None:
    papers = [LANTERN, attack.paper, QUILL]
    model = ObedientModel(word=NAME)
    ask(QUESTION, parts_with(papers, model))
    prompt, harmless = model.prompts[0], ObedientModel(word=NAME)
    innocent = replace(attack.paper, record=replace(attack.paper.record, title="Nightjar", abstract=HONEST))
    ask(QUESTION, parts_with([LANTERN, innocent, QUILL], harmless))
    assert sorted(headers(prompt)) == [1, 2, 3]
    assert prompt.count("\n") == harmless.prompts[0].count("\n")
    assert prompt.count("NOT IN THE LIBRARY") == harmless.prompts[0].count("NOT IN THE LIBRARY")
    assert prompt.count("Question:") == harmless.prompts[0].count("Question:")
    assert all(char.isprintable() or char == "\n" for char in prompt)
    assert len(prompt) < 3 * len(harmless.prompts[0])


@each_attack
def test_a_paragraph_of_related_work_has_nothing_planted(attack: Hostile) -> None:
    papers = [attack.paper, LANTERN]
    for model in (ObedientModel(word=NAME, wish=CLAIM), ObedientModel(word=NAME, writes_json=True), None):
        draft = related_work(FOLDERS, parts_with(papers, model))
        statements = [one for section in draft.sections for one in section.statements]
        assert_nothing_planted(statements, papers)
        assert any(KEY in {citation.key for citation in one.citations} for one in statements)


@each_attack
def test_an_answer_in_quotes_has_nothing_planted(attack: Hostile) -> None:
    papers = [attack.paper, LANTERN]
    answer = ask(QUESTION, parts_with(papers, None))
    assert_nothing_planted(answer.statements, papers)
    assert any(one.text.startswith(HONEST) for one in answer.statements)


@each_attack
def test_what_is_shown_acts_on_no_terminal_and_is_one_document_of_json(
    attack: Hostile, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = parts_with([attack.paper, LANTERN], ObedientModel(word=NAME, wish=CLAIM))
    printer = AnswerPrinter(View(style="author-year", evidence=True, dropped=True), parts.lookup)
    answer = ask(QUESTION, parts, on_event=printer.take)
    printer.end(answer)
    draft = related_work(FOLDERS, parts_with([attack.paper, LANTERN], None))
    shown = capsys.readouterr().out
    assert all(char.isprintable() or char == "\n" for char in shown)
    for document in (answer_shape(answer), draft_shape(draft, to_markdown(draft))):
        print_json(document)
        out = capsys.readouterr().out
        assert json.loads(out) == json.loads(json.dumps(document))
        assert not any((ord(char) < 32 and char != "\n") or 127 <= ord(char) < 160 for char in out)


@each_attack
def test_markdown_has_no_live_markup_of_a_paper(attack: Hostile) -> None:
    text = to_markdown(related_work(FOLDERS, parts_with([attack.paper, LANTERN], None)))
    assert CLAIM.rstrip(".") not in text
    assert not any(sign in text.replace("\\<", "") for sign in ("<script", "<img", "<span", "<!--"))


def test_a_whole_library_of_them_answers_with_what_they_report(tmp_path: Path) -> None:
    papers = [
        replace(one.paper, key=f"nightjar{number}", record=replace(one.paper.record, key=f"nightjar{number}"))
        for number, one in enumerate(HOSTILE)
        if not one.name.startswith("size")
    ]
    with open_parts(tmp_path, papers=[*papers, LANTERN]) as parts:
        quoted = ask(QUESTION, parts)
        assert {one.text for one in quoted.statements} == {HONEST}
        model = ObedientModel(word=NAME, wish=CLAIM)
        written = ask(QUESTION, replace(parts, model=model))
        assert {one.text for one in written.statements} == {HONEST}
        draft = related_work(FOLDERS, parts)
        assert draft.sections
        for section in draft.sections:
            assert not any(NAME in one.text for one in section.statements)


@each_attack
def test_no_sentence_of_evidence_is_planted(attack: Hostile) -> None:
    kept = [sentence.text for sentence in sentences_of(attack.paper)]
    assert any(sentence.startswith(HONEST) for sentence in kept)
    assert not any(NAME.lower() in sentence.lower() for sentence in kept)
