import datetime as dt
import re
from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, example, given, settings

from assistant.export.tex.bibliography import BibReader, draft_bib
from assistant.export.tex.showing import is_only_shown
from assistant.library.readers.bibtex.reader import BibtexReader
from assistant.library.readers.bibtex.syntax import is_balanced
from assistant.library.sources.content import Content
from assistant.types import Author, Coverage, Draft, Paper, Record, Section
from tests.fakes import hostile_tex
from tests.fakes.hostile_tex import said
from tests.fakes.shelf import any_records, paper

READERS: tuple[BibReader, ...] = ("bibtex", "biblatex", "pandoc")


def draft_of(papers: Iterable[Paper]) -> Draft:
    statements = tuple(said("Owls hunt.", one.key) for one in papers)
    coverage = Coverage(retrieved=1, cited=1, uncited=())
    sections = (Section(heading="H", statements=statements),)
    return Draft(title="T", sections=sections, references=(), dropped=(), coverage=coverage)


def read(bib: str) -> list[Paper]:
    found = BibtexReader().read(Content.of_text(bib), source="s", saved=dt.date(2026, 1, 1))
    return [Paper(key=one.key or "", record=one) for one in found if isinstance(one, Record)]


def written(entry: str, reader: BibReader = "bibtex") -> str:
    """What becomes of an entry of the user's own file."""
    papers = read(entry)
    return draft_bib(draft_of(papers), {one.key: one for one in papers}, reader)


def fields(bib: str) -> dict[str, str]:
    return dict(re.findall(r"^\t(\w+) = (.*?),?$", bib, re.MULTILINE))


def test_only_cited_papers_and_each_once() -> None:
    owls, bees = paper("Owls", key="owls"), paper("Bees", key="bees")
    draft = draft_of([owls, owls])
    assert re.findall(r"@\w+\{(\w+),", draft_bib(draft, {"owls": owls, "bees": bees})) == ["owls"]


@pytest.mark.parametrize("reader", READERS)
def test_hostile_papers_do_nothing(reader: BibReader) -> None:
    papers = hostile_tex.papers()
    bib = draft_bib(draft_of(papers.values()), papers, reader)
    entries = read(bib)
    assert len(entries) == len(papers)
    assert re.findall(r"^@(\w+)", bib, re.MULTILINE) == [one.record.entry_type for one in entries], (
        "an entry begins where none should"
    )
    assert_harmless(bib)


def assert_harmless(bib: str) -> None:
    """No value has a command that is not known to show a text, and none ends early."""
    for line in bib.splitlines():
        name, is_field, value = line.partition(" = ")
        if not is_field:
            assert re.fullmatch(r"% Cited papers, .*|@[a-z]+\{\S+|\}|", line), line
            continue
        value = value.removesuffix(",")
        assert is_balanced(value), line
        if name.strip() in {"doi", "url", "eprint"}:
            assert re.fullmatch(r"\{[!#$%&'()*+,./0-9:;=?@A-Z\[\]_a-z~-]*\}", value), line
        elif value.startswith("{"):
            assert is_only_shown(value[1:-1]), line
        else:
            assert re.fullmatch(r"[a-z]{3}|\d+", value), line


@given(any_records)
@example(Record(title="{"))
@example(Record(title="T", arxiv_id="\x1e}"))
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
def test_any_paper_is_harmless(record: Record) -> None:
    for reader in READERS:
        one = Paper(key="k", record=record)
        bib = draft_bib(draft_of([one]), {"k": one}, reader)
        assert_harmless(bib)
        assert reader != "bibtex" or not any(char.isalpha() and not char.isascii() for char in bib)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (r"{Harmless {BERT} \emph{and} {\'E}tude $x_1$}", r"{Harmless {BERT} \emph{and} {\'E}tude $x_1$}"),
        ('"The {Bayesian} way"', "{The {Bayesian} way}"),
        (r"{Reading \input{/etc/passwd} aloud}", None),
        (r"{Bad \foo{command}}", None),
        ("{A % comment}", r"{A \% comment}"),
        ("{Owls & Bees_1}", r"{Owls \& Bees\_1}"),
        ("{Großes von Łukasz}", r"{Gro{\ss}es von {\L}ukasz}"),
        ("{Für α und 中}", r"{F{\"{u}}r {$\alpha$} und Zhong}"),
        (r"{Of \{braces\}}", None),
    ],
)
def test_titles_of_the_users_own_file(value: str, shown: str | None) -> None:
    bib = written(f"@article{{k,\n  title = {value},\n  year = 2020,\n  journal = {{J}}\n}}")
    title = fields(bib)["title"]
    assert is_only_shown(title[1:-1])
    assert shown in {None, title}
    assert not re.search(r"\\(?:input|foo)", bib)


def test_letters_that_biber_would_make_are_not_written_as_accents() -> None:
    entry = '@article{k, title = {Von {\\d{H}}asan und M{\\"u}ller}, author={Nguyễn, Thế and Müller, Jo}, year=2020}'
    bib = fields(written(entry, "biblatex"))
    assert bib["title"] == "{Von Hasan und Müller}"
    assert bib["author"] == "{Nguyen, The and Müller, Jo}"
    assert fields(written(entry, "bibtex"))["author"] == r"{Nguy{\~{\^{e}}}n, Th{\'{\^{e}}} and M{\"{u}}ller, Jo}"
    assert fields(written(entry, "pandoc"))["author"] == "{Nguyễn, Thế and Müller, Jo}"


def test_biblatex_fields_become_those_of_bibtex_and_back() -> None:
    entry = (
        "@online{k, title={T}, author={Li, Bo}, date={2023-05-17}, journaltitle={J}, location={Rome},"
        " url={https://x.org/a b}}"
    )
    bib = written(entry)
    assert "@misc{k," in bib
    assert fields(bib) | {"title": "{T}", "year": "{2023}", "month": "may", "address": "{Rome}"} == fields(bib)
    assert fields(bib)["howpublished"] == "{J}"
    assert fields(bib)["url"] == "{https://x.org/a%20b}"
    bib = written(entry.replace("@online", "@article"), "biblatex")
    assert fields(bib) | {"journaltitle": "{J}", "location": "{Rome}", "date": "{2023-05-17}"} == fields(bib)


def test_fields_that_may_be_private_or_act_are_left_out() -> None:
    entry = (
        "@article{k, title={T}, author={Li, Bo}, year=2020, journal={J}, abstract={A}, file={/home/me/x.pdf},"
        " keywords={k}, execute={\\input{x}}, crossref={other}, options={skipbib}}"
    )
    for reader in READERS:
        assert set(fields(written(entry, reader))) <= {"title", "author", "year", "date", "journal", "journaltitle"}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("url", ["javascript:alert(1)", "JavaScript:0", "data:text/html,x", "file:///etc/passwd"])
def test_addresses_that_are_not_of_the_web_are_left_out(url: str, reader: BibReader) -> None:
    assert "url" not in fields(written(f"@online{{k, title={{T}}, url={{{url}}}}}", reader))


@pytest.mark.parametrize("url", ["https://x.org/a:b", "http://x.org", "www.x.org/a", "x.org", "ftp://x.org/a"])
def test_addresses_of_the_web_stay(url: str) -> None:
    assert fields(written(f"@online{{k, title={{T}}, url={{{url}}}}}", "pandoc"))["url"] == f"{{{url}}}"


@pytest.mark.parametrize("family", ["{" * 40, "é" * 600, "The Consortium of All Owls " * 30, "a_b" * 200])
def test_a_long_name_is_cut_before_bibtex_does_it(family: str) -> None:
    """A label that BibTeX cuts ends in the middle of a command."""
    author = Author(family=family, given="I.")
    long = Paper(key="k", record=Record(title="T", authors=(author, Author(family="Li", given="Bo")), year=2020))
    for bib in (
        draft_bib(draft_of([long]), {"k": long}),
        written(f"@misc{{k, title={{T}}, author={{{{{'é' * 600}}}}}}}"),
    ):
        first, *others = fields(bib)["author"][1:-1].split(" and ")
        assert len(first) < 250
        assert is_only_shown(first)
        assert others in ([], ["Li, Bo"])
    assert len(fields(draft_bib(draft_of([long]), {"k": long}, "biblatex"))["author"]) > 250
    unsigned = Paper(key="k", record=Record(title=family * 9))
    assert len(fields(draft_bib(draft_of([unsigned]), {"k": unsigned}))["key"]) < 250


def test_what_natbib_needs_for_its_labels() -> None:
    bib = written("@misc{k, title={An Untitled Note On Owls}, eprint={2305.14627}, archiveprefix={arXiv}}")
    assert fields(bib)["key"] == "{An Untitled Note On}"
    assert fields(bib)["year"] == "{n.d.}"
    assert fields(bib)["howpublished"] == "{arXiv:2305.14627}"
    assert "key" not in fields(written("@misc{k, title={T}}", "biblatex"))


def test_keys_agree_with_those_of_the_text() -> None:
    papers = {
        key: Paper(key=key, record=Record(title="T", authors=(Author(family="L"),), year=2020))
        for key in ("müller", "Li", "li")
    }
    assert re.findall(r"@misc\{(.*),", draft_bib(draft_of(papers.values()), papers)) == ["muller", "Li", "li-2"]
    assert re.findall(r"@misc\{(.*),", draft_bib(draft_of(papers.values()), papers, "pandoc")) == ["müller", "Li", "li"]
