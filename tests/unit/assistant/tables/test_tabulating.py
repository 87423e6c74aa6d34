import json
from pathlib import Path

import pytest

from assistant.errors import ServiceError, UsageError
from assistant.tables.roles import ROLES, compared
from assistant.tables.tabulating import Compared, compared_by
from assistant.types import Citation, Paper, Usage
from prompts import Prompts
from tests.fakes.chat import USD_PER_CALL, Broken, Reply, ScriptedModel
from tests.fakes.papers import BY_KEY, PAPERS, bank, exact

LANTERN, QUILL, TITLE = PAPERS[0], PAPERS[1], BY_KEY["quist2017tremor"]
ONLY = (LANTERN,)
NUMBERS = '{"problem": 1, "method": 2, "data": null, "finding": 3}'


def asked(*replies: Reply, papers: tuple[Paper, ...] = ONLY) -> tuple[Compared, ScriptedModel]:
    model = ScriptedModel(replies)
    return compared_by(model, Prompts(), papers, bank(papers)), model


def test_the_model_gives_numbers_and_the_words_are_the_papers() -> None:
    found, model = asked(NUMBERS)
    (row,) = found.rows
    assert row.key == LANTERN.key
    assert row.problem == Citation(
        key=LANTERN.key, quote="Dialogue agents forget what was said weeks ago", start=0, end=46
    )
    assert row.method is not None
    assert row.method.quote.startswith("Lantern, a dialogue memory")
    assert row.data is None
    assert row.finding is not None
    assert row.finding.quote.startswith("On the TalkBack benchmark Lantern raises recall")
    assert (found.note, found.usage.usd) == ("", USD_PER_CALL)
    assert "(1) Dialogue agents forget" in model.prompts[0]


@pytest.mark.parametrize("numbers", [[0, -1, 99, 10**30], ["2", True, None, 2.0], [[1], {}, "", "x"]])
def test_a_number_that_no_sentence_has_leaves_its_cell_empty(numbers: list[object]) -> None:
    found, _ = asked(json.dumps(dict(zip(ROLES, numbers, strict=True))))
    assert {getattr(found.rows[0], role) for role in ROLES} == {None}
    assert found.note == ""


@pytest.mark.parametrize("reply", [f"<think>hm</think>\n{NUMBERS}", f"```json\n{NUMBERS}\n```"])
def test_what_stands_around_the_numbers_does_no_harm(reply: str) -> None:
    assert asked(reply)[0].rows == asked(NUMBERS)[0].rows


def test_a_reply_that_cannot_be_read_is_asked_for_once_more() -> None:
    found, model = asked("The method is 2.", NUMBERS)
    assert found.rows == asked(NUMBERS)[0].rows
    assert "could not be read" in model.prompts[1]
    assert "could not be read" not in model.prompts[0]
    assert found.usage.usd == 2 * USD_PER_CALL


def test_then_the_row_is_filled_without_the_model() -> None:
    found, model = asked("no", '{"columns": 4}', NUMBERS, papers=(LANTERN, QUILL))
    assert found.rows[0] == compared(ONLY, bank(ONLY))[0]
    assert found.rows[1].problem is not None
    assert model.left == 0
    assert found.note == "scripted:model gave no numbers for a row of the table; it was filled without it."


@pytest.mark.parametrize("failure", [ServiceError("It is down."), Broken('{"prob', ServiceError("It is down."))])
def test_a_model_that_fails_is_not_asked_again(failure: Reply) -> None:
    papers = (LANTERN, QUILL, PAPERS[2])
    found, model = asked(NUMBERS, failure, papers=papers)
    assert found.rows[1:] == compared(papers, bank(papers))[1:]
    assert len(model.prompts) == 2
    assert found.note == "Part of the table was filled without the model: It is down."


def test_a_paper_without_an_abstract_is_not_asked_about() -> None:
    found, model = asked(papers=(TITLE,))
    assert model.prompts == []
    assert (found.rows[0].key, found.rows[0].method, found.usage) == (TITLE.key, None, Usage())


def test_a_model_that_writes_json_is_held_to_the_form() -> None:
    model = ScriptedModel([NUMBERS], writes_json=True)
    compared_by(model, Prompts(), ONLY, bank(ONLY))
    (schema,) = model.schemas
    assert schema is not None
    assert list(schema["properties"]) == schema["required"] == list(ROLES)
    assert asked(NUMBERS)[1].schemas == [None]


def test_cells_are_exact() -> None:
    papers = {one.key: one for one in PAPERS[:11]}
    found, _ = asked(*['{"problem": 1, "method": 2, "data": 3, "finding": 4}'] * 11, papers=tuple(papers.values()))
    cells = [cell for row in found.rows for role in ROLES if (cell := getattr(row, role))]
    assert len(cells) >= 33
    assert all(exact(papers.get, one.key, one.quote, one.start, one.end, one.where) for one in cells)


def test_a_template_of_the_users_that_does_not_work(tmp_path: Path) -> None:
    (tmp_path / "roles.md.j2").write_text("{{ sentences / 2 }}{{ again }}")
    with pytest.raises(UsageError, match=r"roles\.md\.j2 does not work"):
        compared_by(ScriptedModel(), Prompts(tmp_path), ONLY, bank(ONLY))
