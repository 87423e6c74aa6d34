import json
from dataclasses import replace

import pytest

from assistant.export.conversation import conversation_json, conversation_markdown, read_conversation
from assistant.types import Answer, Citation, Conflict, Dropped, Reference, Repair, Statement, Turn, Verdict

QUOTE = "Owls hunt mice"
CITATION = Citation(key="owl_1", quote=QUOTE, start=0, end=14)
STATEMENT = Statement(
    text="Owls *hunt* mice <b>[9]</b> @night for $5.",
    citations=(CITATION, replace(CITATION, key="b")),
    verdict=Verdict(label="partly", score=0.5, judge="j", reason="r", problem="overclaimed"),
    repairs=(Repair(change="rewritten", before="x", reason="y"),),
)
ANSWER = Answer(
    question="What do *owls* hunt?\n# Mice",
    standalone_question="What do owls hunt?",
    statements=(STATEMENT,),
    dropped=(Dropped(text="No.", reason="r", problem="negated", cited=("z",)),),
    references=(Reference(key="owl_1", text="Owl, O. (2020). <script>"),),
    nearest=("b",),
)
TURN = Turn(question=ANSWER.question, answer=ANSWER)


def test_markdown_shows_what_is_there_and_nothing_of_it_acts() -> None:
    assert conversation_markdown([TURN]) == (
        "## What do \\*owls\\* hunt? \\# Mice\n\n"
        "Owls \\*hunt\\* mice \\<b\\>\\[9\\]\\</b\\> \\@night for \\$5. [@owl_1; @b] (partly supported)\n\n"
        "- \\[owl\\_1\\] Owl, O. (2020). \\<script\\>\n"
    )


def test_quotes_and_outcomes_in_markdown() -> None:
    quoted = replace(STATEMENT, text=QUOTE, quoted=True, verdict=replace(STATEMENT.verdict, label="supported"))
    kept = replace(STATEMENT, text="Owls sing.", citations=(), verdict=replace(STATEMENT.verdict, label="unsupported"))
    conflict = Conflict(claim="c", supporting=(CITATION,), opposing=(replace(CITATION, key="b"),), score=1.0)
    answer = replace(
        ANSWER, statements=(quoted, kept), lacking=("the <i>price</i>",), conflicts=(conflict,), references=()
    )
    text = conversation_markdown([Turn(question="q", answer=answer)] * 2)
    assert text.count("## q\n\n“Owls hunt mice” [@owl_1; @b]\n\nOwls sing. (unsupported)\n\n") == 2
    assert "Not in the library: the \\<i\\>price\\</i\\>." in text
    assert (
        "The papers disagree:\n\n- On one side: “Owls hunt mice” [@owl_1]\n- On the other: “Owls hunt mice” [@b]\n"
        in text
    )


def test_abstention_in_markdown() -> None:
    answer = replace(ANSWER, statements=(), references=(), abstained=True, reason="Nothing *here*.")
    assert conversation_markdown([Turn(question="q", answer=answer)]) == "## q\n\nNothing \\*here\\*.\n"


def test_json_comes_back() -> None:
    abstained = replace(ANSWER, statements=(), abstained=True, outcome="not-in-library", reason="r")
    turns = [TURN, Turn(question=abstained.question, answer=abstained)]
    assert read_conversation(conversation_json(turns)) == turns
    assert read_conversation(conversation_json([])) == []


@pytest.mark.parametrize("text", ["", "[]", "1", "{}", '{"format": "other", "turns": []}', "[" * 100_000])
def test_what_is_no_conversation(text: str) -> None:
    with pytest.raises(ValueError, match="it is no conversation"):
        read_conversation(text)


@pytest.mark.parametrize(
    "change",
    [
        {"confidence": "sure"},
        {"abstained": 1},
        {"lacking": [1]},
        {"tokens": {"prompt": "many", "completion": 1}},
        {"usd": "cheap"},
        {"account": {"written": 1.5}},
        {"seconds": {"first": "soon"}},
        {
            "conflicts": [
                {
                    "claim": "c",
                    "supporting": [{"key": 1, "quote": "q", "start": 0, "end": 1}],
                    "opposing": [],
                    "score": 1,
                }
            ]
        },
        {"dropped": [{"text": "t", "reason": "r", "problem": "misspelt"}]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_values_of_wrong_types_are_refused(change: dict[str, object]) -> None:
    document = json.loads(conversation_json([TURN]))
    assert read_conversation(json.dumps(document)) == [TURN]
    document["turns"][0] |= change
    with pytest.raises(ValueError, match="it is no conversation"):
        read_conversation(json.dumps(document))


def test_references_end_in_links_to_where_papers_are_and_nowhere_else() -> None:
    lines = (
        Reference(key="a", text="Owl, A_b (2020). Owls. https://doi.org/10.1/x_y(3)"),
        Reference(key="b", text="Owl (2020). https://arxiv.org/abs/2001.00001"),
        Reference(key="c", text="Owl (2020). https://evil.org/x"),
        Reference(key="d", text="Owl (2020). https://doi.org/10.1/x><b"),
    )
    text = conversation_markdown([Turn(question="q", answer=replace(ANSWER, references=lines))])
    assert "Owl, A\\_b (2020). Owls. <https://doi.org/10.1/x_y(3)>\n" in text
    assert "<https://arxiv.org/abs/2001.00001>" in text
    assert text.count("<http") == 2
