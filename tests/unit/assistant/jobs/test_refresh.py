"""Drafts over the made-up library, whose sentences are quoted word for word so that nothing hangs on a model."""

import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.auditing.patching import unified_diff
from assistant.drafts import read_document
from assistant.errors import InputError
from assistant.jobs.ask import AskParts
from assistant.jobs.refresh import refresh
from assistant.types import Filter, Paper
from assistant.types.audits import DraftChange, Refresh
from tests.fakes.judge import FakeJudge
from tests.fakes.papers import open_parts, paper
from vectorstore.types import Passage, SearchMode

QUILL = "QuillGraph stores a dialogue memory as a graph whose edges are causes"
MOSS = "Moss designs proteins that bind copper with a search over loop shapes"
PREPRINT = paper("mott2019owls", "Owls that Hunt at Night without a Sound", "Owls hunt.", by="Mott, Ida", year=2019)
PREPRINT = replace(PREPRINT, record=replace(PREPRINT.record, venue="arXiv", arxiv_id="1912.00001"))
ARTICLE = replace(
    PREPRINT,
    key="mott2021owls",
    record=replace(PREPRINT.record, venue="Journal of Birds", year=2021, doi="10.1000/owls", arxiv_id=None),
)
APPEARED = paper("fern2018moss", "Growing Ferns on Old Copper Roofs", "Ferns grow.", by="Fern, Gil", year=2020)
APPEARED = replace(
    APPEARED, record=replace(APPEARED.record, venue="Journal of Ferns", doi="10.1000/ferns", arxiv_id="1801.00001")
)
GONE = paper("bad2015cure", "RETRACTED: A Cure for Everything", "It cures.", by="Bad, Al", year=2015)
OTHERS = {one.key: one for one in (PREPRINT, ARTICLE, APPEARED, GONE)}
ALIASES = {"ferro2017": "ferro2018moss"}


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AskParts]:
    with open_parts(tmp_path_factory.mktemp("refresh")) as made:

        def lookup(key: str) -> Paper | None:
            return OTHERS.get(key) or made.lookup(ALIASES.get(key, key))

        def search(query: object, k: int, where: Filter, mode: SearchMode) -> Sequence[Passage]:
            found = list(made.search(str(query), k, where, mode))
            same = [replace(found[0], chunk=replace(found[0].chunk, key=key)) for key in OTHERS] if found else []
            return [*(same if str(query) == PREPRINT.title else []), *found]

        yield replace(made, lookup=lookup, search=search)


class Desk:
    """A draft in a folder, with a file of references when one is given."""

    def __init__(self, folder: Path, parts: AskParts) -> None:
        self.folder, self.parts = folder, parts

    def __call__(
        self, text: str, *, bib: str | None = None, name: str = "draft.md", new: list[str] | None = None
    ) -> Refresh:
        (self.folder / name).write_text(text, newline="")
        if bib is not None:
            (self.folder / "refs.bib").write_text(bib, newline="")
        return self.again(name, new=new)

    def again(self, name: str = "draft.md", new: list[str] | None = None) -> Refresh:
        return refresh(read_document(self.folder / name), self.parts, new=new)

    def apply(self, result: Refresh) -> None:
        for one in result.files:
            one.path.write_bytes(one.after)


@pytest.fixture
def desk(tmp_path: Path, parts: AskParts) -> Desk:
    return Desk(tmp_path, parts)


def after(result: Refresh, name: str = "draft.md") -> str:
    (file,) = [one for one in result.files if one.path.name == name]
    return file.after.decode()


def only(result: Refresh) -> DraftChange:
    (change,) = result.changes
    return change


class TestSupport:
    def test_a_paper_that_says_it_is_cited_too(self, desk: Desk) -> None:
        result = desk(f"# Work\n\n{QUILL} [@orbin2021lantern].\n")
        assert after(result) == f"# Work\n\n{QUILL} [@orbin2021lantern; @malk2022quillgraph].\n"
        change = only(result)
        assert (change.kind, change.line, change.key) == ("support", 3, "malk2022quillgraph")
        assert change.citation
        assert change.citation.quote == f"{QUILL}."
        assert change.after == f"{QUILL} [@orbin2021lantern; @malk2022quillgraph]."

    def test_in_latex(self, desk: Desk) -> None:
        text = f"\\begin{{document}}\n{QUILL} \\citep{{orbin2021lantern}}.\n\\end{{document}}\n"
        result = desk(text, name="draft.tex")
        assert after(result, "draft.tex") == text.replace("lantern}", "lantern,malk2022quillgraph}")

    @pytest.mark.parametrize(
        "text",
        [
            f"{QUILL}.",
            f"{QUILL} [@malk2022quillgraph].",
            f"{QUILL} [@orbin2021lantern]. So it is [@malk2022quillgraph].",
            f"We note that {QUILL} [@orbin2021lantern].",
            f"<!-- citewell: ignore -->\n{QUILL} [@orbin2021lantern].",
            "Owls hunt mice [@orbin2021lantern].",
        ],
    )
    def test_not_where_nothing_is_cited_it_is_cited_or_not_clear(self, text: str, desk: Desk) -> None:
        result = desk(text)
        assert (result.changes, result.files) == ((), ())

    def test_only_papers_that_are_new(self, desk: Desk) -> None:
        text = f"{QUILL} [@orbin2021lantern]."
        assert desk(text, new=["voss2019drizzle"]).changes == ()
        assert desk(text, new=[]).changes == ()
        assert only(desk(text, new=["malk2022quillgraph"])).key == "malk2022quillgraph"

    def test_the_file_of_references_gets_it(self, desk: Desk) -> None:
        text = f"---\nbibliography: refs.bib\n---\n\n{QUILL} [@orbin2021lantern].\n"
        result = desk(text, bib="@misc{orbin2021lantern, title = {Lantern}}\n")
        assert after(result, "refs.bib").startswith(
            "@misc{orbin2021lantern, title = {Lantern}}\n\n@misc{malk2022quillgraph,"
        )
        assert [one.kind for one in result.changes] == ["support", "reference"]
        assert result.changes[1].file.endswith("refs.bib")


class TestContradiction:
    TEXT = "Loop shape does predict binding when the water is acidic [@ferro2018moss]. Water is wet.\n"

    def judged(self, desk: Desk) -> Desk:
        judge = FakeJudge(lambda _, evidence: "contradicted" if "Lichen" in " ".join(evidence) else "unsupported")
        return Desk(desk.folder, replace(desk.parts, judge=judge))

    def test_a_comment_names_it(self, desk: Desk) -> None:
        desk = self.judged(desk)
        result = desk(self.TEXT)
        quote = "Lichen shows that loop shape does not predict binding when the water is acidic."
        comment = f"<!-- citewell: baptiste2021lichen may contradict this: “{quote}” -->"
        assert after(result) == self.TEXT.replace("moss]. ", f"moss]. {comment} ")
        assert only(result).kind == "contradiction"
        desk.apply(result)
        assert desk.again().changes == ()

    def test_where_a_comment_would_swallow_text_it_is_only_told(self, desk: Desk) -> None:
        desk = self.judged(desk)
        result = desk(f"Rain is <!-- wet [@voss2019drizzle]. {self.TEXT}")
        assert result.files == ()
        assert [(one.kind, one.is_told) for one in result.changes] == [("contradiction", True)]

    def test_in_latex_in_a_line_of_its_own(self, desk: Desk) -> None:
        desk = self.judged(desk)
        result = desk(self.TEXT.replace("[@ferro2018moss]", r"\cite{ferro2018moss}"), name="d.tex")
        first, second, *rest = after(result, "d.tex").split("\n")
        assert first.endswith("Water is wet.")
        assert second.startswith("% citewell: baptiste2021lichen may contradict this: “Lichen")
        assert rest == [""]
        desk.apply(result)
        assert desk.again("d.tex").changes == ()


class TestPublished:
    def test_under_another_key(self, desk: Desk) -> None:
        result = desk("Mott (2019) hears owls [see @mott2019owls, p. 3].\n")
        assert after(result) == "Mott (2021) hears owls [see @mott2021owls, p. 3].\n"
        assert {(one.kind, one.key) for one in result.changes} == {("published", "mott2021owls")}
        assert all("Journal of Birds, 2021" in one.why for one in result.changes)

    def test_both_in_one_citation_become_one(self, desk: Desk) -> None:
        assert after(desk("Owls hunt [@mott2019owls; @mott2021owls].\n")) == "Owls hunt [@mott2021owls].\n"

    def test_the_record_itself_has_appeared(self, desk: Desk) -> None:
        fields = "title = {Growing Ferns on Old Copper Roofs},\n  eprint = {1801.00001},\n  year = 2018"
        entry = f"@misc{{fern2018moss,\n  {fields}\n}}\n"
        result = desk(
            "---\nbibliography: refs\n---\n\nFern (2018) grows ferns on roofs [@fern2018moss]. In 2018 it rained.\n",
            bib=entry,
        )
        assert "Fern (2020) grows ferns on roofs [@fern2018moss]. In 2018 it rained." in after(result)
        listed = after(result, "refs.bib")
        assert listed.startswith("@article{fern2018moss,\n  title")
        assert "journal = {Journal of Ferns}" in listed
        assert "year = {2020}" in listed
        assert "eprint = {1801.00001}" in listed
        desk.apply(result)
        assert desk.again().changes == ()

    def test_the_year_of_another_of_that_name_stays(self, desk: Desk) -> None:
        text = "Fern (2017) and Fern (2018b) and Ferns (2018) grow [@fern2018moss].\n"
        assert desk(text).files == ()


class TestKeys:
    def test_an_old_key_becomes_the_present_one(self, desk: Desk) -> None:
        result = desk("Copper is bound [@ferro2017; @voss2019drizzle]. @ferro2017 says so.\n")
        assert after(result) == "Copper is bound [@ferro2018moss; @voss2019drizzle]. @ferro2018moss says so.\n"
        assert {one.kind for one in result.changes} == {"renamed"}

    def test_but_not_one_that_the_drafts_references_define(self, desk: Desk) -> None:
        text = "---\nbibliography: refs.bib\n---\n\nCopper is bound [@ferro2017].\n"
        result = desk(text, bib="@misc{ferro2017, title = {Moss}}\n")
        assert (result.changes, result.files) == ((), ())

    def test_unknown_keys_are_told(self, desk: Desk) -> None:
        text = "---\nbibliography: refs.bib\n---\n\nSo it is [@nobody1999; @mine2001].\n"
        result = desk(text, bib="@misc{mine2001, title = {Mine}}\n")
        assert result.files == ()
        assert [(one.kind, one.line, one.is_told) for one in result.changes] == [("unknown", 5, True)] * 2
        assert "never added" in result.changes[0].why
        assert f"citewell add {desk.folder / 'refs.bib'}" in result.changes[1].why

    def test_retracted_papers_are_told(self, desk: Desk) -> None:
        change = only(desk("It cures [@bad2015cure].\n"))
        assert (change.kind, change.line) == ("retracted", 1)

    def test_a_file_that_is_not_there_is_told(self, desk: Desk) -> None:
        result = desk("---\nbibliography: gone.bib\n---\n\nSo it is [@voss2019drizzle].\n")
        assert [one.kind for one in result.changes] == ["unread"]


def test_text_is_told_and_not_patched(desk: Desk) -> None:
    result = desk(f"{QUILL} [@orbin2021lantern].", name="draft.txt")
    assert result.files == ()
    assert all(one.is_told for one in result.changes)


def test_a_file_that_changed_meanwhile_is_not_patched(desk: Desk) -> None:
    path = desk.folder / "draft.md"
    path.write_text("Owls hunt [@voss2019drizzle].")
    document = read_document(path)
    path.write_text("Mice hunt [@voss2019drizzle].")
    with pytest.raises(InputError, match="changed while it was read"):
        refresh(document, desk.parts)


SENTENCES = st.sampled_from(
    [
        f"{QUILL} [@orbin2021lantern].",
        f"{QUILL} [see @orbin2021lantern, p. 3; @nobody].",
        f"{MOSS}, say @orbin2021lantern.",
        "Mott (2019) hears owls [@mott2019owls; @mott2021owls].",
        "Copper is bound [@ferro2017].",
        "Fern (2018) grows ferns [@fern2018moss].",
        "Rain is wet — “ünï”.",
        "- an item",
        "",
    ]
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(lines=st.lists(SENTENCES, min_size=1, max_size=5), end=st.sampled_from(["\n", "\r\n"]), bom=st.booleans())
def test_once_is_enough_and_the_rest_stays(lines: list[str], end: str, bom: bool, desk: Desk) -> None:
    """Applied once nothing is left to change; lines without a change are as they were, byte for byte."""
    text = "\ufeff" * bom + end.join(lines)
    result = desk(text)
    subprocess.run(["git", "apply", "-"], input=unified_diff(result.files, folder=desk.folder) or b"", cwd=desk.folder,
                   check=bool(result.files), capture_output=True)  # fmt: skip
    written = (desk.folder / "draft.md").read_bytes()
    assert written == (result.files[0].after if result.files else text.encode())
    touched = {one.line for one in result.changes if not one.is_told}
    before, now = text.encode().split(b"\n"), written.split(b"\n")
    assert len(before) == len(now)
    assert [line for number, line in enumerate(now, 1) if number not in touched] == [
        line for number, line in enumerate(before, 1) if number not in touched
    ]
    again = desk.again()
    assert again.files == ()
    assert all(one.is_told for one in again.changes)
