from collections.abc import Iterator
from dataclasses import replace

import pytest

from assistant.drafts import document_of
from assistant.jobs.ask import AskParts
from assistant.jobs.coverage import coverage
from assistant.types import Paper
from assistant.types.audits import CoverageReport
from tests.fakes.papers import BY_KEY, open_parts
from vectorstore.embed import EmbeddedModel

ALIASES = {"old2021": "orbin2021lantern"}
MEMORY = """# Dialogue memory

Dialogue memory keeps what was said to dialogue agents over long conversations. Orbin et al. replay old conversations
as short summaries of a dialogue memory [@old2021].
"""


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AskParts]:
    with open_parts(tmp_path_factory.mktemp("coverage"), embedder=EmbeddedModel()) as made:

        def lookup(key: str) -> Paper | None:
            return made.lookup(ALIASES.get(key, key))

        yield replace(made, lookup=lookup)


def covered(text: str, parts: AskParts, *, most: int = 20) -> CoverageReport:
    return coverage(document_of(text, name="d.md", markup="markdown"), parts, most=most)


class TestUncited:
    def test_best_first_with_where_and_what(self, parts: AskParts) -> None:
        report = covered(MEMORY, parts)
        keys = [one.paper.key for one in report.uncited]
        assert {"malk2022quillgraph", "lindqvist2023survey"} <= set(keys)
        assert [one.probability for one in report.uncited] == sorted(
            (one.probability for one in report.uncited), reverse=True
        )
        for one in report.uncited:
            assert one.line in (3, 4)
            assert one.near
            assert one.citation
            text = one.paper.abstract if one.citation.where == "abstract" else one.paper.title
            assert text[one.citation.start : one.citation.end] == one.citation.quote

    def test_what_is_cited_is_left_out_under_whatever_key(self, parts: AskParts) -> None:
        report = covered(MEMORY, parts)
        assert report.cited == ("orbin2021lantern",)
        assert "orbin2021lantern" not in {one.paper.key for one in report.uncited}

    def test_another_copy_of_a_cited_paper_is_left_out(self, parts: AskParts) -> None:
        copy = replace(BY_KEY["orbin2021lantern"], key="copy2021")

        def lookup(key: str) -> Paper | None:
            return copy if key in ("copy2021", "malk2022quillgraph") else parts.lookup(key)

        report = covered(MEMORY, replace(parts, lookup=lookup))
        assert "copy2021" not in {one.paper.key for one in report.uncited}

    def test_no_more_than_wanted(self, parts: AskParts) -> None:
        whole = covered(MEMORY, parts)
        report = covered(MEMORY, parts, most=1)
        assert [one.paper.key for one in report.uncited] == [whole.uncited[0].paper.key]
        assert report.more == len(whole.uncited) + whole.more - 1
        assert covered(MEMORY, parts, most=0).uncited == ()


class TestBare:
    def test_with_the_paper_that_says_it(self, parts: AskParts) -> None:
        text = "QuillGraph stores a dialogue memory as a graph whose edges are causes. Rain is wet."
        (bare,) = covered(text, parts).bare
        assert (bare.line, bare.why) == (1, "speaks of QuillGraph")
        assert bare.citation
        assert bare.citation.key == "malk2022quillgraph"
        assert bare.score == 1.0

    def test_without_one(self, parts: AskParts) -> None:
        (bare,) = covered("Previous work has shown that owls read novels.", parts).bare
        assert (bare.citation, bare.score) == (None, None)

    @pytest.mark.parametrize(
        "text",
        [
            "Previous work has shown that owls read novels [@old2021].",
            "<!-- citewell: ignore -->\nPrevious work has shown that owls read novels.",
            "# Conclusion\n\nPrevious work has shown that owls read novels.",
            "Previous work has shown the following of owls:",
            "Owls read [@old2021]. These studies have shown that novels help.",
            "We present QuillGraph. QuillGraph stores what was said.",
            "In this paper we introduce a memory called OwlStore. So it is. OwlStore outperforms windows by 3 points.",
        ],
    )
    def test_nothing_to_cite(self, text: str, parts: AskParts) -> None:
        assert covered(text, parts).bare == ()


class TestLeaning:
    def test_on_one_paper(self, parts: AskParts) -> None:
        text = (
            "\n\nOwls hunt [@old2021]. Mice hide [@orbin2021lantern; @sund2020facet]. So it is. Bees dance [@old2021]."
        )
        (leaning,) = covered(text, parts).leaning
        assert (leaning.key, leaning.cited, leaning.citing, leaning.share, leaning.line) == (
            "orbin2021lantern",
            3,
            3,
            1.0,
            3,
        )

    @pytest.mark.parametrize(
        "text",
        [
            "Owls hunt [@old2021]. Mice hide [@old2021].",
            "Owls hunt [@old2021]. Mice hide [@sund2020facet]. Bees dance [@old2021].",
            "Owls hunt [@old2021]. Mice hide [@old2021].\n\nBees dance [@old2021].",
        ],
    )
    def test_on_several(self, text: str, parts: AskParts) -> None:
        assert covered(text, parts).leaning == ()


class TestUndiscussed:
    ROW = "Memory was studied [@old2021; @sund2020facet; @voss2019drizzle]."

    def test_only_in_rows(self, parts: AskParts) -> None:
        text = f"{self.ROW}\n\nOnce more [@old2021; @sund2020facet; @ferro2018moss]. Sund edits facts. Lantern replays."
        found = {one.key: one.lines for one in covered(text, parts).undiscussed}
        assert found == {"voss2019drizzle": (1,), "ferro2018moss": (3,)}

    @pytest.mark.parametrize(
        "more",
        [
            "Rain is light [@voss2019drizzle].",
            "@voss2019drizzle measure rain.",
            "Drizzle measures rain.",
            "See Voss and Adeyemi.",
        ],
    )
    def test_but_not_when_discussed(self, more: str, parts: AskParts) -> None:
        assert "voss2019drizzle" not in {one.key for one in covered(f"{self.ROW} {more}", parts).undiscussed}


def test_unknown_keys_and_what_may_be_meant(parts: AskParts) -> None:
    report = covered("Rain is light.\nIt is measured [@voss2019drizle; @nobody].", parts)
    assert [(one.key, one.line, one.near) for one in report.unknown] == [
        ("voss2019drizle", 2, ("voss2019drizzle",)), ("nobody", 2, ())
    ]  # fmt: skip
    assert not report.is_clean


@pytest.mark.parametrize("text", ["", "# Heading\n", "[@old2021]"])
def test_an_empty_draft(text: str, parts: AskParts) -> None:
    report = covered(text, parts)
    assert (report.bare, report.leaning, report.undiscussed, report.unknown) == ((), (), (), ())
