import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import InputError, UsageError
from assistant.planning.outline import outline_from, outline_markdown, resolved
from assistant.types import Filter, Outline, OutlineSection
from tests.fakes.papers import BY_KEY

LANTERN, QUILL, MOSS = "orbin2021lantern", "malk2022quillgraph", "ferro2018moss"
OUTLINE = Outline(
    title="Related work: memory",
    sections=(
        OutlineSection(
            heading="Dialogue Memory", papers=(LANTERN, QUILL), note="Be short.\n- about speed\n\nNo praise."
        ),
        OutlineSection(heading="Proteins", papers=(MOSS,)),
    ),
)
KEYS = st.from_regex(r"[a-z]{2,8}[0-9]{4}(?:[:./-][a-z]{1,3})?", fullmatch=True)
LINES = st.text(st.characters(blacklist_categories=["Cs", "Cc", "Cf", "Co", "Cn", "Zl", "Zp"]), max_size=30)
WORDS = st.from_regex(r"[A-Za-zÀ-ž][\w ,:;'#*()@-]{0,25}[a-z]", fullmatch=True).map(lambda text: " ".join(text.split()))
NOTES = st.lists(LINES | WORDS, max_size=3).map("\n".join) | st.sampled_from(
    ["- a\n- b", "# x", "@key2020", "key2020", "\\", "\\@x", "1. x", "<!-- x", "[@a]", "* x", "@a says more"]
)


def test_it_is_written_as_somebody_would_write_it() -> None:
    assert outline_markdown(OUTLINE, BY_KEY) == (
        "# Related work: memory\n\n"
        "## Dialogue Memory\n\n"
        "Be short.\n\\- about speed\n\nNo praise.\n\n"
        f"- @{LANTERN} — Lantern: Replaying Old Conversations for Dialogue Memory (2021)\n"
        f"- @{QUILL} — {BY_KEY[QUILL].title} (2022)\n\n"
        f"## Proteins\n\n- @{MOSS} — {BY_KEY[MOSS].title} (2018)\n"
    )
    assert outline_from(outline_markdown(OUTLINE, BY_KEY), name="o.md", known=BY_KEY.get) == OUTLINE


@given(
    title=WORDS,
    sections=st.lists(
        st.tuples(WORDS, st.lists(KEYS, min_size=1, max_size=3, unique=True), NOTES), min_size=1, max_size=3
    ),
)
@settings(max_examples=80, deadline=None)
def test_what_is_written_is_read_back(title: str, sections: list[tuple[str, list[str], str]]) -> None:
    outline = Outline(
        title=title,
        sections=tuple(
            OutlineSection(heading=heading, papers=tuple(keys), note=note) for heading, keys, note in sections
        ),
    )
    once = outline_from(outline_markdown(outline, {}), name="o.md")
    assert [one.papers for one in once.sections] == [one.papers for one in outline.sections]
    assert [one.heading for one in once.sections] == [one.heading for one in outline.sections]
    assert once.title == title
    for one, was in zip(once.sections, outline.sections, strict=True):
        assert one.note.split() == was.note.split()
    assert outline_from(outline_markdown(once, {}), name="o.md") == once


@pytest.mark.parametrize(
    "line",
    [
        f"- @{LANTERN}",
        f"* @{LANTERN} — whatever",
        f"  +   [@{LANTERN}] Lantern (2021)",
        LANTERN,
        f"- {LANTERN} — Lantern",
        f"[@{LANTERN}]",
        f"1. @{LANTERN}\n\n\n",
        f"- @{LANTERN}, @{LANTERN};[@{LANTERN}]",
    ],
)
def test_lines_of_papers_in_many_hands(line: str) -> None:
    read = outline_from(f"\ufeff# T\r\n\r\n\r\n##   H  ##\r\n{line}\r\n", name="o.md", known=BY_KEY.get)
    assert read == Outline(title="T", sections=(OutlineSection(heading="H", papers=(LANTERN,)),))


def test_other_lines_are_notes_and_comments_are_none() -> None:
    above = "## H\nFirst what is new.\n\n- focus on speed\n<!-- not\nthis -->\n"
    text = f"{above}- @{LANTERN}\n@{QUILL} matters most\nLast.\n"
    (section,) = outline_from(text, name="o.md", known=BY_KEY.get).sections
    assert section.papers == (LANTERN,)
    assert section.note == f"First what is new.\n\n- focus on speed\n\n\n@{QUILL} matters most\nLast."
    assert outline_from(text, name="o.md").title == "Related work"


def test_a_key_that_a_paper_had_earlier_is_resolved() -> None:
    (section,) = outline_from("## H\n- @old2020\n", name="o.md", known=lambda _key: BY_KEY[LANTERN]).sections
    assert section.papers == (LANTERN,)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "o.md holds no section"),
        ("# Title only\n", "o.md holds no section"),
        ("# T\n\nSome words.\n## H\n", "line 3: “Some words.” stands above the first section"),
        (f"## H\n- @{LANTERN}\n## Empty\nnote\n", "line 3: the section “Empty” has no paper"),
        (
            "## H\n\n- @orbin2021lanturn\n",
            "line 3: no paper has the key orbin2021lanturn. Did you mean orbin2021lantern?",
        ),
        ("## H\n- @zzz\n", "line 2: no paper has the key zzz. `citewell list` shows the keys."),
        ("## H\n- orbin2020lantern — Lantern\n", "line 2: no paper has the key orbin2020lantern. Did you mean"),
        (f"##\n- @{LANTERN}", "line 1: a heading without words"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(text: str, message: str) -> None:
    with pytest.raises(InputError) as raised:
        outline_from(text, name="o.md", known=BY_KEY.get, keys=list(BY_KEY))
    assert message in str(raised.value)
    assert str(raised.value).startswith("o.md")


def test_keys_of_a_user_are_resolved_each_once() -> None:
    found = resolved([f"@{LANTERN}", LANTERN, f" {QUILL} "], BY_KEY.get, lambda _where: list(BY_KEY))
    assert [one.key for one in found] == [LANTERN, QUILL]
    with pytest.raises(UsageError, match=r"No paper has the key orbin2021lantrn\. Did you mean orbin2021lantern"):
        resolved(["orbin2021lantrn"], BY_KEY.get, lambda where: list(BY_KEY) if where == Filter() else [])
