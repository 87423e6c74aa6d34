import pytest

from assistant.drafts import document_of
from assistant.types import MarkupName

COMMENTS: dict[MarkupName, tuple[str, str]] = {"markdown": ("<!-- ", " -->"), "latex": ("% ", "")}


def ignored(text: str, markup: MarkupName) -> list[str]:
    opens, closes = COMMENTS[markup]
    written = text.replace("{{", opens + "citewell: ").replace("}}", closes)
    return [one.text for one in document_of(written, name="x", markup=markup).sentences if one.is_ignored]


@pytest.mark.parametrize("markup", ["markdown", "latex"])
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One. Two. {{ignore}}\nThree.", ["Two."]),
        ("One\nis long. {{ignore}}\nThree.", ["One is long."]),
        ("One is {{ignore}}\nlong. Two.", ["One is long."]),
        ("One.\n{{ignore}}\nTwo. Three.", ["Two."]),
        ("{{ignore}}\nOne\nis long.\nTwo.", ["One is long."]),
        ("{{ignore because it is ours}}\n\nOne. Two.", ["One."]),
        ("One.\n\n{{ignore-start}}\n\nTwo.\n\nThree.\n\n{{ignore-end}}\n\nFour.", ["Two.", "Three."]),
        ("One.\n{{ignore-start}}\nTwo.\n{{ignore-end}}\nThree.\n{{ignore-start}}\nFour.", ["Two.", "Four."]),
        ("{{IGNORE}}\nOne. Two.", ["One."]),
        ("{{ignored}}\nOne.", []),
        ("{{ignore-everything}}\nOne.", []),
        ("One.\n{{ignore}}", []),
    ],
)
def test_which_sentences_are_ignored(text: str, found: list[str], markup: MarkupName) -> None:
    assert ignored(text, markup) == found


def test_a_comment_in_the_middle_of_a_line() -> None:
    assert ignored("One. {{ignore}} Two.", "markdown") == ["One."]
    assert ignored("{{ignore}} One. Two.", "markdown") == ["One."]


def test_code_asks_for_nothing() -> None:
    assert ignored("```\n{{ignore-start}}\n```\n\nOne.", "markdown") == []
    assert ignored("\\begin{verbatim}\n{{ignore-start}}\n\\end{verbatim}\n\nOne.", "latex") == []
