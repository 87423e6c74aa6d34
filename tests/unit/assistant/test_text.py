import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text import (
    STOP_WORDS,
    content_stems,
    content_words,
    fold,
    numbers,
    title_fingerprint,
    without_fonts,
    words,
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Ångström\n\tÉTUDE ", "angstrom etude"),
        ("multi‐hop ‑ ‒ – — −5", "multi-hop - - - - -5"),
        ("model’s ‘own’", "model's 'own'"),
        (r"50\% of \alpha", "50% of alpha"),
        ("＼ß 中文", "ss zhongwen"),
        ("\ud800x", "x"),
        ("", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_again_changes_nothing(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert folded.isascii()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Owls hunt.", ["owls", "hunt"]),
        ("Multi-hop QA", ["multi-hop", "multi", "hop", "qa"]),
        ("C++ and Node.js; it doesn't", ["c++", "and", "node.js", "it", "doesn't"]),
        ("snake_case – “quoted”", ["snake", "case", "quoted"]),
        ("?! ...", []),
    ],
)
def test_words(text: str, found: list[str]) -> None:
    assert words(text) == found


def test_content_words_are_named_by_their_stems() -> None:
    found = content_words("The hunting owls hunted, and an owl was 7 years old", leave_out=["old"])
    assert found == {"hunt": "hunting", "owl": "owls", "7": "7", "year": "years"}
    assert list(found) == ["hunt", "owl", "7", "year"]


def test_content_stems_keep_order_and_repetitions() -> None:
    assert content_stems("Owls see an owl. x is 5", leave_out=["see"]) == ["owl", "owl", "5"]
    assert content_stems("") == []


def test_words_that_say_nothing_are_in_lower_case() -> None:
    assert all(word == fold(word) for word in STOP_WORDS)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1,210 videos and 1,000,000 frames", {"1210", "1000000"}),
        ("14.66 % or 14.66%", {"14.66"}),
        ("p < .05, r=.8 and (.25)", {"0.05", "0.8", "0.25"}),
        ("from −3 to -.5", {"-3", "-0.5"}),
        ("2019–2021", {"2019", "2021"}),
        ("3x faster, 7B and 12k tokens, 5kg", {"3x", "7b", "12k", "5"}),
        ("In 2023. Version 1.2.", {"2023", "1.2"}),
        ("GPT-4 and word2vec", {"4", "2"}),
        ("Fig.5 none", set()),
        ("no digits", set()),
    ],
)
def test_numbers(text: str, found: set[str]) -> None:
    assert numbers(text) == found


def test_title_fingerprint() -> None:
    assert (
        title_fingerprint("Über—Größe: A  {Study}?") == title_fingerprint("UBER GROSSE, a study") == "ubergrosseastudy"
    )


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (r"$\textbf{O}$wl $\textbf{L}$amp$\textbf{S (OLS)}$", "Owl LampS (OLS)"),
        (r"$\mathbf{O}$wl of weight $\mathbf{w}$", r"Owl of weight $\mathbf{w}$"),
        (r"\emph{so} \textsc{Owl} \underline{lamp}", "so Owl lamp"),
        (r"\textbf{\emph{deep}} lamps", "deep lamps"),
        (r"$x\textbf{ if }y$ stays", r"$x\textbf{ if }y$ stays"),
        (r"5\% of A\&B costs \$6", r"5% of A&B costs \$6"),
        ("``lamps'' aren't owls", "“lamps” aren't owls"),
        (r"\input{x} \emph{ $\oplus$", r"\input{x} \emph{ $\oplus$"),
        ("plain", "plain"),
    ],
)
def test_commands_for_fonts_are_taken_out(text: str, plain: str) -> None:
    assert without_fonts(text) == plain


@given(st.text(alphabet=r"\$emph{}text bf'`%", max_size=60))
def test_taking_fonts_out_only_shortens(text: str) -> None:
    assert len(without_fonts(text)) <= len(text)
