import pytest

from assistant.library.readers.bibtex.macros import Macros
from assistant.library.readers.bibtex.syntax import MalformedEntryError


def defined(*definitions: tuple[str, str]) -> tuple[Macros, list[str]]:
    macros = Macros()
    problems = [macros.define(name, raw) for name, raw in definitions]
    return macros, [problem for problem in problems if problem]


def test_macros_are_put_in_whatever_their_case() -> None:
    macros, problems = defined(("JS", '"J. of " # {Sheep}'), ("long", 'js # ", Part " # 2'))
    assert (macros.text("LONG # {x}"), problems) == ("J. of Sheep, Part 2x", [])


@pytest.mark.parametrize(
    ("raw", "written"),
    [
        ("{A}", "{A}"),
        ('"A" # {b}', '"A" # {b}'),
        ("2020", "2020"),
        ("aug", "aug"),
        ('"12~" # JAN', '"12~" # JAN'),
        ("js", "{Sheep}"),
        ('js # " x"', "{Sheep x}"),
        ("dec", "{December}"),
        ("unknown", "{unknown}"),
    ],
)
def test_a_value_can_stand_without_its_file(raw: str, written: str) -> None:
    macros, _ = defined(("js", "{Sheep}"), ("dec", '"December"'))
    assert macros.written(raw) == written


def test_a_macro_of_itself_is_reported_and_its_definition_ends() -> None:
    macros, problems = defined(("a", "a # a"))
    assert "'a'" in problems[0]
    assert "by itself" in problems[0]
    assert macros.text("a") == "aa"


def test_macros_of_one_another_are_reported() -> None:
    _, problems = defined(("a", "b"), ("b", "a"))
    assert len(problems) == 1
    assert "'b', which is not defined above it" in problems[0]


def test_macros_that_double_each_time_end_quickly_and_are_reported_once() -> None:
    doubling = [(f"m{number}", f"m{number - 1} # m{number - 1}") for number in range(1, 60)]
    macros, problems = defined(("m0", "{xx}"), *doubling)
    assert len(problems) == 1
    assert "longer than 10000 characters" in problems[0]
    assert macros.text("m59") == ""


def test_a_value_of_many_long_macros_is_refused() -> None:
    macros, _ = defined(("a", "{" + "x" * 9999 + "}"))
    with pytest.raises(MalformedEntryError, match="longer than 100000 characters"):
        macros.text(" # ".join(["a"] * 11))
