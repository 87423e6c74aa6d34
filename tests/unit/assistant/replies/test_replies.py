import sys
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.replies.claims import LONGEST_CLAIM, Claim, claims_in, stream_claims

KNOWN = {"1": "Orbin et al. (2021)", "2": "Malk and Terrell (2022)", "3": "", "malk2022": "Malk and Terrell (2022)"}
PIECES = st.lists(
    st.sampled_from(
        [
            "Lantern replays dialogues",
            "Moss binds copper",
            "dialogue memory",
            " [1]",
            "[1, 2]",
            "[2-1]",
            "[[1], [2]]",
            "【2】",
            "[@malk2022]",
            "[@malk2022; @x]",
            "(1)",
            "(2021)",
            "[sic]",
            "[1](https://example.org)",
            "[1] and [2]",
            "(see [1])",
            "**[1]**",
            "`[1]`",
            "¹,²",
            "<sup>1</sup>",
            "\\cite{malk2022}",
            " @malk2022",
            "```\n",
            "| a | b |\n",
            "\nReferences\n",
            "\n[^1]: ",
            "\n===\n",
            "<thinking>",
            "</thinking>",
            "<|im_end|>",
            " »",
            "etc. ",
            "_a_ ",
            "[",
            "]",
            "(",
            "[1, ",
            ". ",
            ".",
            "...",
            "! ",
            "?",
            ".\n",
            "\n",
            "\n\n",
            " ",
            "   ",
            "\n- ",
            "\n1. ",
            "\n## ",
            "> ",
            "**",
            "**Memory**\n",
            "“",
            "”",
            "e.g. ",
            "Fig. 3",
            "3.5",
            "et al. ",
            "<think>",
            "</think>",
            "<thi",
            "nk>",
            "甲は乙。",
            "$x. y$",
            "\x1b[31m",
            "\u2028",
            "word " * 30,
            "x" * 700,
            "A b. " * 12,
        ]
    ),
    max_size=40,
)


def texts(reply: str) -> list[str]:
    return [claim.text for claim in claims_in(reply, KNOWN)]


def cites(reply: str) -> list[tuple[str, ...]]:
    return [claim.cites for claim in claims_in(reply, KNOWN)]


@pytest.mark.parametrize(
    "reply",
    [
        "Lantern replays dialogues [1]. Moss binds copper [2, 3].",
        "Lantern replays dialogues. [1] Moss binds copper. [2, 3]",
        "Lantern replays dialogues.[1] Moss binds copper.[2][3]",
        "Lantern replays dialogues.\n[1]\nMoss binds copper.\n[2-3]",
        "Lantern replays dialogues.\n[1] Moss binds copper.\n[2] [3]",
        "Lantern replays dialogues.\n\n[1]\n\nMoss binds copper.\n\n[2, 3]",
        "[1] Lantern replays dialogues.\n[2, 3] Moss binds copper.",
        "[1] Lantern replays dialogues. [2][3] Moss binds copper.",
        "- Lantern replays dialogues. [1]\n- Moss binds copper. [2, 3]",
        "1. Lantern replays dialogues. [1]\n2. Moss binds copper. [2, 3]",
        "- [1] Lantern replays dialogues.\n- [2, 3] Moss binds copper.",
        "# Memory\nLantern replays dialogues [1].\n## Copper\nMoss binds copper [2, 3].",
        "**Memory**\nLantern replays dialogues [1].\n\n**Copper:**\n**Moss** binds copper [2, 3].",
        "<think>Moss is [3]. I say so.</think>Lantern replays dialogues [1]. Moss binds copper [2, 3].",
        "Lantern [1] replays dialogues. Moss [2] binds copper [3].<think>Is it so? Yes [1].",
        "Lantern replays\ndialogues [1]. Moss\nbinds copper [2,\t3].",
        "  Lantern replays dialogues (1). Moss binds copper (2, 3).  ",
        "> Lantern replays dialogues 【1】. Moss binds copper [[2], [3]].",
    ],
)
def test_markers_go_to_the_sentence_they_stand_with(reply: str) -> None:
    assert claims_in(reply, KNOWN) == [
        Claim(text="Lantern replays dialogues.", cites=("1",)),
        Claim(text="Moss binds copper.", cites=("2", "3")),
    ]


def test_a_marker_on_the_next_line_starts_a_sentence_when_the_one_before_has_its_own() -> None:
    reply = "Lantern replays dialogues [1].\n[2] Moss binds copper."
    assert cites(reply) == [("1",), ("2",)]


def test_a_marker_before_a_word_in_lower_case_is_the_subject_of_a_sentence() -> None:
    reply = "Lantern replays dialogues [1]. [2] draws a graph, e.g. [1] does not."
    assert claims_in(reply, KNOWN)[1:] == [
        Claim(text="Malk and Terrell (2022) draws a graph, e.g. does not.", cites=("2", "1"))
    ]


def test_in_a_reply_that_starts_with_a_marker_the_last_one_may_still_follow_its_sentence() -> None:
    assert cites("[1] Lantern replays dialogues. [2] Moss binds copper. [3]") == [("1",), ("2", "3")]


@pytest.mark.parametrize(
    "sentence",
    [
        "Recall rises from 3.5 to 14.6 points vs. Moss (i.e. the flat one) in Fig. 3.",
        "Orbin et al. (2021) found 1,210 conversations [sic] in [0, 1].",
        "It was so in (2021), and in [2023] too.",
        "She said “Copper binds. It does.” and left.",
    ],
)
def test_what_is_no_end_and_no_marker_stays(sentence: str) -> None:
    assert claims_in(sentence + " Moss binds copper [1].", KNOWN) == [
        Claim(text=sentence, cites=()),
        Claim(text="Moss binds copper.", cites=("1",)),
    ]


def test_a_marker_that_is_a_part_of_speech_becomes_the_name() -> None:
    reply = "[1] proposes a memory, while [2] draws a graph. As in [malk2022], it walks. [1, 2] agree. By [3], no."
    assert texts(reply) == [
        "Orbin et al. (2021) proposes a memory, while Malk and Terrell (2022) draws a graph.",
        "As in Malk and Terrell (2022), it walks.",
        "Orbin et al. (2021) and Malk and Terrell (2022) agree.",
        "By, no.",
    ]
    assert cites(reply) == [("1", "2"), ("malk2022",), ("1", "2"), ("3",)]


@pytest.mark.parametrize("end", ["[1].", "[1]", "[1] and [2].", "[1, 2].", "[1]!", "([1])."])
def test_a_marker_at_the_end_of_a_sentence_is_never_a_name(end: str) -> None:
    (claim,) = claims_in(f"It keeps text that its sources agree with {end}", KNOWN)
    assert claim.text.rstrip(".!") == "It keeps text that its sources agree with"
    assert claim.cites[0] == "1"


def test_numbers_and_keys_that_do_not_exist_are_read_all_the_same() -> None:
    assert cites("Lantern replays [0]. Moss binds [99]. Facet edits [@nobody].") == [("0",), ("99",), ("nobody",)]


@pytest.mark.parametrize(
    "reply", ["", " \n ", "<think>Only thought.</think>", "<think>Never ended", "## Heading", "[1]"]
)
def test_replies_without_a_sentence(reply: str) -> None:
    assert claims_in(reply, KNOWN) == []


@pytest.mark.parametrize(
    "reply", ["Lantern replays dialogues [1", "Lantern replays dialogues [1, ", "Lantern replays dialogues ["]
)
def test_a_reply_cut_off_in_a_marker(reply: str) -> None:
    assert texts(reply) == ["Lantern replays dialogues"]


def test_control_characters_and_emphasis_do_not_reach_the_claim() -> None:
    assert texts("\x1b[31mLantern\x07 **replays**\u200b dialogues\x00 [1].") == ["[31mLantern replays dialogues."]


def test_other_scripts_end_sentences_too() -> None:
    assert claims_in("甲は乙[1]。丙は丁[2]。", KNOWN) == [
        Claim(text="甲は乙。", cites=("1",)),
        Claim(text="丙は丁。", cites=("2",)),
    ]


def test_a_claim_is_given_before_the_reply_ends() -> None:
    came: list[str] = []

    def pieces() -> Iterator[str]:
        for piece in ("Lantern replays dialogues [1]. ", "Moss binds copper, and it does so in acidic water ", "too."):
            came.append(piece)
            yield piece

    first = next(stream_claims(pieces(), KNOWN))
    assert first == Claim(text="Lantern replays dialogues.", cites=("1",))
    assert len(came) == 2


@given(PIECES, st.data())
@settings(max_examples=400, deadline=None)
@example(["Lantern replays dialogues", ".", "\n", "\n", "[1]", " ", "Moss binds copper"], None)
@example(["\n- ", " [1]", ". ", " [1]", "Lantern replays dialogues"], None)
def test_chopping_changes_nothing(parts: list[str], data: st.DataObject | None) -> None:
    reply = "".join(parts)
    sizes = data.draw(st.lists(st.integers(1, 60), min_size=1)) if data else [1]
    pieces, at = [], 0
    while at < len(reply):
        size = sizes[len(pieces) % len(sizes)]
        pieces.append(reply[at : at + size])
        at += size
    assert list(stream_claims(pieces, KNOWN)) == claims_in(reply, KNOWN)


@given(PIECES)
@settings(max_examples=200, deadline=None)
def test_claims_are_printable_lines_and_cite_each_name_once(parts: list[str]) -> None:
    for claim in claims_in("".join(parts), KNOWN):
        assert claim.text.isprintable()
        assert claim.text == claim.text.strip() != ""
        assert len(claim.cites) == len(set(claim.cites))


@given(st.text(max_size=300))
def test_any_text_is_a_reply(reply: str) -> None:
    assert list(stream_claims(list(reply), KNOWN)) == claims_in(reply, KNOWN)


def test_what_goes_on_for_too_long_is_cut_and_skipped_to_its_end() -> None:
    reply = "word " * 1_000 + "at last [1]. Moss binds copper [2]."
    long, after = claims_in(reply, KNOWN)
    assert long.is_cut
    assert LONGEST_CLAIM - 10 <= len(long.text) <= LONGEST_CLAIM
    assert after == Claim(text="Moss binds copper.", cites=("2",))


@pytest.mark.parametrize(
    "unit",
    [
        "word ",
        "x",
        "a.b",
        "e.g. ",
        "[",
        "[1] ",
        "(",
        " ",
        "\n",
        "<",
        "<think>",
        "No. ",
        "$x. ",
        "“A. ",
        "¹",
        "**",
        "@a ",
        "\\cite{",
        "| a ",
        "*a* ",
        "[1], ",
    ],
)
def test_work_grows_with_the_length_and_not_with_its_square(unit: str) -> None:
    short, long = (_calls_to_read(unit * (length // len(unit))) for length in (3_000, 12_000))
    assert long < 6 * short + 1_000


def _calls_to_read(reply: str) -> int:
    """Number of function calls, of Python and of C, while a reply is read in small pieces."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    pieces = [reply[at : at + 4] for at in range(0, len(reply), 4)]
    sys.setprofile(count)
    try:
        list(stream_claims(pieces, KNOWN))
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize(
    ("unit", "least", "most"),
    [
        ("Moss binds copper. ", 4, 4),
        ("Lantern replays. Moss binds. ", 7, 8),
        ("word ", 1, 1),
        ("no. ", 1, 60),
        ("x", 1, 1),
    ],
)
def test_a_reply_that_does_not_stop_is_not_read_to_its_end(unit: str, least: int, most: int) -> None:
    read = 0
    closed = []

    def pieces() -> Iterator[str]:
        nonlocal read
        try:
            while read < 50_000:
                read += len(unit)
                yield unit
        finally:
            closed.append(read)

    assert least <= len(list(stream_claims(pieces(), KNOWN))) <= most
    assert closed == [read]
    assert read < 12_000


def test_what_follows_a_list_of_references_is_not_read() -> None:
    reply = "Moss binds copper [1].\n\n**References:**\n[1] Malk. Moss binds copper. 2022.\n\nIt really does."
    assert claims_in(reply, KNOWN) == [Claim(text="Moss binds copper.", cites=("1",))]


def test_what_is_all_under_such_a_line_is_read() -> None:
    assert claims_in("## Sources\nMoss binds copper [1].", KNOWN) == [Claim(text="Moss binds copper.", cites=("1",))]


@pytest.mark.parametrize(
    ("reply", "claims"),
    [
        ("Owls hunt mice at night. Bees dance.", ["Owls hunt mice at night.", "Bees dance."]),
        ("Owls hunt mice at night [1]. Bees dance [2].", ["Owls hunt mice at night.", "Bees dance."]),
        ("Owls hunt mice at night. [1] Bees dance. [2", ["Owls hunt mice at night.", "Bees dance."]),
        ("Owls hunt mice at night. Bees dance in the", ["Owls hunt mice at night."]),
        ("Owls hunt mice at night. Bees dance 14.", ["Owls hunt mice at night."]),
        ("Owls hunt mice at night. Bees dance 14.\n", ["Owls hunt mice at night.", "Bees dance 14."]),
        ("Owls hunt mice at night. Bees were seen by Orbin et al.", ["Owls hunt mice at night."]),
        ("Owls hunt", []),
        ("<think>Owls hunt mice at night.", []),
    ],
)
@pytest.mark.parametrize("size", [1, 7, 1_000])
def test_of_a_reply_that_breaks_off_the_complete_sentences_are_given(reply: str, claims: list[str], size: int) -> None:
    def pieces() -> Iterator[str]:
        yield from (reply[at : at + size] for at in range(0, len(reply), size))
        raise ConnectionError

    given = []
    with pytest.raises(ConnectionError):  # noqa: PT012 - because what comes before the error is what counts
        for claim in stream_claims(pieces(), KNOWN):
            given.append(claim.text)  # noqa: PERF401 - because a comprehension would lose them
    assert given == claims


@pytest.mark.parametrize("size", [1, 5, 1_000])
def test_the_end_of_thinking_that_has_no_start_is_no_part_of_a_sentence(size: int) -> None:
    reply = "It may be mice </think>\n\nOwls hunt mice [1]."
    claims = stream_claims((reply[at : at + size] for at in range(0, len(reply), size)), KNOWN)
    assert [(claim.text, claim.cites) for claim in claims] == [("It may be mice", ()), ("Owls hunt mice.", ("1",))]
