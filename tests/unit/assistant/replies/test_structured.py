import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.replies.claims import LONGEST_CLAIM, Claim, stream_claims
from assistant.replies.structured import SCHEMA, StructuredReply

KNOWN = {"1": "Li (2023)", "2": "Orbin et al. (2021)", "3": "", "li2023": "Li (2023)"}


def read(reply: str, *, piece: int = 5) -> tuple[list[Claim], StructuredReply]:
    document = StructuredReply(KNOWN)
    pieces = [reply[start : start + piece] for start in range(0, len(reply), piece)]
    return list(document.claims(pieces)), document


def document(*statements: Any, **fields: Any) -> str:
    return json.dumps({"statements": list(statements), **fields})


def said(text: str, *passages: Any) -> dict[str, Any]:
    return {"text": text, "passages": list(passages)}


def test_statements_come_with_the_passages_they_name() -> None:
    claims, reply = read(document(said("Owls hunt mice.", 1), said('Bees dance {[“"”]} here.', 2, 3), answered=True))
    assert claims == [
        Claim(text="Owls hunt mice.", cites=("1",)),
        Claim(text='Bees dance {[“"”]} here.', cites=("2", "3")),
    ]
    assert reply.is_whole
    assert not reply.declines


def test_a_claim_is_given_when_its_object_is_complete_and_not_before() -> None:
    text = document(said("Owls hunt mice.", 1), said("Bees dance.", 2), answered=True)
    end = text.index("}") + 1
    reply = StructuredReply(KNOWN)
    consumed = 0

    def pieces() -> Any:
        nonlocal consumed
        for char in text:
            consumed += 1
            yield char

    given_after = [consumed for _ in reply.claims(pieces())]
    assert given_after[0] == end
    assert len(given_after) == 2


@pytest.mark.parametrize("cut", [-1, -2, -20, -40])
def test_what_is_complete_in_a_document_that_is_cut_off_counts(cut: int) -> None:
    claims, reply = read(document(said("Owls hunt mice.", 1), said("Bees dance in the hive.", 2), answered=True)[:cut])
    assert claims[0] == Claim(text="Owls hunt mice.", cites=("1",))
    assert not reply.is_whole
    assert not reply.declines


@pytest.mark.parametrize("around", ["{}", "Here it is:\n```json\n{}\n```\nDone {{.", "<think>{{}}</think>{}"])
def test_text_around_the_document_is_left_out(around: str) -> None:
    claims, reply = read(around.format(document(said("Owls hunt mice.", 1), answered=True)))
    assert [one.text for one in claims] == ["Owls hunt mice."]
    assert reply.is_whole


@pytest.mark.parametrize(
    "reply",
    [
        "", "Owls hunt mice [1].", "[]", "{}", '{"statements": 7}', '{"statements": [{"text": 1}]', "}{", "{]",
        "[" * 9_999,
        '{"answered": false}', '"{', "\x00",
    ],
)  # fmt: skip
def test_what_is_no_such_document_is_broken(reply: str) -> None:
    claims, read_reply = read(reply)
    assert claims == []
    assert not read_reply.is_whole
    assert not read_reply.declines


def test_statements_of_another_form_are_left_out() -> None:
    claims, reply = read(
        document("Owls.", [said("Owls.", 1)], {"text": None}, {"passages": [1]}, said("Owls hunt.", 1))
    )
    assert claims == [Claim(text="Owls hunt.", cites=("1",))]
    assert reply.is_whole


def test_a_model_says_that_nothing_answers() -> None:
    _, reply = read(document(answered=False))
    assert reply.declines


@pytest.mark.parametrize(
    ("passages", "cites"),
    [
        ([1, 1, 2], ("1", "2")),
        (["1", "[2]", "@li2023", "nobody2020"], ("1", "2", "li2023", "nobody2020")),
        ([7, -1], ("7", "-1")),
        ([True, None, 1.5, [1], {"a": 1}, "", "two words", "\x1b[2J", "x" * 500], ()),
        ("1", ()),
        (None, ()),
    ],
)
def test_passages_are_numbers_or_keys(passages: Any, cites: tuple[str, ...]) -> None:
    claims, _ = read(document({"text": "Owls hunt mice.", "passages": passages}))
    assert claims == [Claim(text="Owls hunt mice.", cites=cites)]


def test_markers_in_the_text_count_too_and_name_their_paper() -> None:
    claims, _ = read(document(said("[1] finds that owls hunt mice [3].", 2)))
    assert claims == [Claim(text="Li (2023) finds that owls hunt mice.", cites=("1", "3", "2"))]


def test_several_sentences_in_one_statement_share_its_passages() -> None:
    claims, _ = read(document(said("Owls hunt mice. Bees dance in the hive.", 1)))
    assert [(one.text, one.cites) for one in claims] == [
        ("Owls hunt mice.", ("1",)),
        ("Bees dance in the hive.", ("1",)),
    ]


def test_what_goes_on_for_ever_is_cut() -> None:
    claims, _ = read(document(said("word " * 1_000, 1)), piece=1_000)
    assert [one.is_cut for one in claims] == [True]
    assert len(claims[0].text) <= LONGEST_CLAIM


def test_the_schema_is_strict() -> None:
    item = SCHEMA["properties"]["statements"]["items"]
    for one in (SCHEMA, item):
        assert one["additionalProperties"] is False
        assert set(one["required"]) == set(one["properties"])


_WORDS = st.sampled_from("owls bees newts hunt dance sing quietly 14.6 percent e.g. mice".split())
_SENTENCES = st.lists(_WORDS, min_size=3, max_size=8).map(lambda words: f"The {' '.join(words)} there.")
_STATEMENTS = st.lists(st.tuples(_SENTENCES, st.lists(st.integers(1, 9), max_size=3, unique=True)), max_size=4)


@given(statements=_STATEMENTS, piece=st.integers(1, 60))
def test_json_and_text_give_the_same_claims(statements: list[tuple[str, list[int]]], piece: int) -> None:
    reply = document(*(said(text, *passages) for text, passages in statements), answered=True)
    marked = " ".join(
        text[:-1] + (f" [{', '.join(map(str, passages))}]" if passages else "") + "." for text, passages in statements
    )
    from_json, _ = read(reply, piece=piece)
    assert from_json == list(stream_claims([marked], KNOWN))


@given(st.text(alphabet='{}[]",:\\ ab1', max_size=60), st.integers(1, 9))
def test_no_reply_crashes_it_and_pieces_make_no_difference(reply: str, piece: int) -> None:
    text = f'{{"statements": [{{"text": "Owls hunt mice.", "passages": [1]}}, {reply}'
    whole, _ = read(text, piece=len(text))
    assert read(text, piece=piece)[0] == whole
    assert whole[0].text == "Owls hunt mice."
