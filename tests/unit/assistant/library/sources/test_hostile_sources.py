"""Sources made to do harm: each is refused or made harmless, and what comes after it is read.

What archives may do is in `test_archives.py`, what the command line prints in `tests/cli/test_hostile_add.py`.
"""

import codecs
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assistant.library.sources.files import read_sources
from assistant.library.sources.recognising import FAULT
from assistant.types import Record, Skipped

ENTITY_BOMB = "".join(
    ["<!DOCTYPE r [\n<!ENTITY a0 'harm'>\n"]
    + [f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>\n" for n in range(1, 12)]
    + ["]>\n"]
)
QUADRATIC = f"<!DOCTYPE r [<!ENTITY a '{'harm' * 20_000}'>]>\n"
ENDNOTE = "<xml><records><record><titles><title>{0}</title></titles></record></records></xml>"
PUBMED = (
    "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>{0}</ArticleTitle>"
    "</Article></MedlineCitation></PubmedArticle></PubmedArticleSet>"
)
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>http://arxiv.org/abs/2305.14627v1</id>'
    "<title>{0}</title></entry></feed>"
)
MODS = '<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo><title>{0}</title></titleInfo></mods>'
XML = {"endnote": ENDNOTE, "pubmed": PUBMED, "atom": ATOM, "mods": MODS}
GOOD = "@misc{good, title = {What Comes After}}\n"
SECONDS = 60
"""More than any of these may take, on a machine that does other things too."""

pytestmark = pytest.mark.timeout(SECONDS)


def read(folder: Path, *contents: str | bytes) -> list[Record | Skipped]:
    """Read files of these contents, and a good one after them, which must come out."""
    paths = []
    for number, content in enumerate(contents):
        paths.append(folder / f"{number}.txt")
        paths[-1].write_bytes(content.encode() if isinstance(content, str) else content)
    good = folder / "good.bib"
    good.write_text(GOOD, encoding="utf-8")
    *items, last = read_sources([*paths, good])
    assert isinstance(last, Record)
    assert last.title == "What Comes After"
    assert not [item for item in items if isinstance(item, Skipped) and FAULT in item.reason]
    return items


class TestXml:
    @pytest.mark.parametrize("shape", XML)
    def test_an_entity_that_grows_is_not_unfolded(self, tmp_path: Path, shape: str) -> None:
        items = read(tmp_path, ENTITY_BOMB + XML[shape].format("&a11;"))
        assert items
        assert all(len(repr(item)) < 10_000 for item in items)

    @pytest.mark.parametrize("shape", XML)
    def test_one_long_entity_used_often_is_not_unfolded(self, tmp_path: Path, shape: str) -> None:
        items = read(tmp_path, QUADRATIC + XML[shape].format("&a;" * 20_000))
        assert items
        assert all(len(repr(item)) < 10_000 for item in items)

    @pytest.mark.parametrize("shape", XML)
    @pytest.mark.parametrize("kind", ["SYSTEM", "PUBLIC 'x'"])
    def test_an_outer_entity_is_not_fetched(self, tmp_path: Path, shape: str, kind: str) -> None:
        secret = tmp_path / "secret.txt"
        secret.write_text("the combination is 7-7-7", encoding="utf-8")
        doctype = f"<!DOCTYPE r [<!ENTITY x {kind} '{secret.as_uri()}'>]>"
        assert "combination" not in repr(read(tmp_path, doctype + XML[shape].format("&x;")))

    @pytest.mark.parametrize("shape", XML)
    def test_an_outer_grammar_is_not_fetched(self, tmp_path: Path, shape: str) -> None:
        # A connection would fail the test: sockets are off.
        doctype = "<!DOCTYPE r PUBLIC '-//X//DTD X//EN' 'http://192.0.2.1/x.dtd'>"
        assert read(tmp_path, doctype + XML[shape].format("A Title"))

    @pytest.mark.parametrize("shape", XML)
    def test_elements_nested_without_end_are_refused(self, tmp_path: Path, shape: str) -> None:
        deep = "<a>" * 200_000
        items = read(tmp_path, XML[shape].format(deep), XML[shape].format(deep + "</a>" * 200_000))
        assert items


class TestBibtex:
    def test_macros_that_double_do_not_fill_the_memory(self, tmp_path: Path) -> None:
        doubling = "".join(f"@string{{m{n} = m{n - 1} # m{n - 1}}}\n" for n in range(1, 60))
        items = read(
            tmp_path, f'@string{{m0 = "harm "}}\n{doubling}@misc{{a, title = m59}}\n@misc{{b, title = {{B}}}}\n'
        )
        assert sum(len(repr(item)) for item in items) < 10_000_000
        assert "B" in [item.title for item in items if isinstance(item, Record)]

    @pytest.mark.parametrize("macros", ["@string{a = a # a}\n", "@string{a = b}\n@string{b = a}\n"])
    def test_macros_that_name_themselves_end(self, tmp_path: Path, macros: str) -> None:
        items = read(tmp_path, macros + "@misc{x, title = a}\n@misc{y, title = {Y}}\n")
        assert "Y" in [item.title for item in items if isinstance(item, Record)]

    def test_cross_references_that_go_round_end(self, tmp_path: Path) -> None:
        items = read(tmp_path, "@misc{a, crossref = {b}, title = {A}}\n@misc{b, crossref = {a}, title = {B}}\n")
        assert [item.title for item in items if isinstance(item, Record)] == ["A", "B"]

    @pytest.mark.parametrize("nested", ["{" * 100_000, "{" * 50_000 + "}" * 50_000, "\\'{" * 50_000, "$" * 99_999])
    def test_braces_nested_without_end_are_survived(self, tmp_path: Path, nested: str) -> None:
        items = read(tmp_path, f"@misc{{a, title = {{{nested} deep}}}}\n\n@misc{{b, title = {{B}}}}\n")
        assert items

    @pytest.mark.parametrize("piece", ["@", "@a{", "@misc{k,", "#", '"', "@comment{", "@string{a="])
    def test_beginnings_without_an_end_take_no_square_of_time(self, tmp_path: Path, piece: str) -> None:
        assert read(tmp_path, "@misc{a, title = {A}}\n" + piece * 20_000)


class TestJson:
    @pytest.mark.parametrize("deep", ["[" * 200_000, '{"a":' * 100_000, "[" * 200_000 + "]" * 200_000])
    def test_values_nested_without_end_are_refused(self, tmp_path: Path, deep: str) -> None:
        items = read(tmp_path, deep, '{"title": "A", "x": ' + deep, '{"title": "First"}\n' + deep + "\n")
        assert all(len(repr(item)) < 10_000 for item in items)

    def test_a_number_of_a_million_digits_is_survived(self, tmp_path: Path) -> None:
        assert read(tmp_path, '{"title": "A", "year": ' + "9" * 1_000_000 + "}\n", '{"title": "B", "year": 1e999}\n')

    def test_a_lone_surrogate_has_a_utf8_form_in_the_end(self, tmp_path: Path) -> None:
        (record,) = read(tmp_path, '{"title": "A \\ud800 B"}\n')
        assert isinstance(record, Record)


BIB = "@misc{a,\n title = {First}\n}\n@misc{b,\n title = {Second}\n}\n"
RIS = "TY  - JOUR\nTI  - First\nER  - \n\nTY  - JOUR\nTI  - Second\nER  - \n"
JSONL = '{"title": "First"}\n{"title": "Second"}\n'
CSV = "title,year\nFirst,2001\nSecond,2002\n"
TEXTS = {"bibtex": BIB, "ris": RIS, "jsonl": JSONL, "csv": CSV}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
class TestBytes:
    def expect(self, items: list[Record | Skipped], *titles: str) -> None:
        assert [item.title for item in items if isinstance(item, Record)] == list(titles)

    @pytest.mark.parametrize(
        "wrong", [b"\xff", b"\xc3", b"\xe4\xb8", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\x81"]
    )
    def test_wrong_utf8_costs_only_its_character(self, tmp_path: Path, text: str, wrong: bytes) -> None:
        items = read(tmp_path, text.encode().replace(b"First", b"F" + wrong + b"irst"))
        first, second = (item for item in items if isinstance(item, Record))
        assert first.title.startswith("F")
        assert first.title.endswith("irst")
        assert second.title == "Second"

    def test_nul_bytes_are_left_out(self, tmp_path: Path, text: str) -> None:
        self.expect(read(tmp_path, text.replace("irst", "ir\x00st").encode()), "First", "Second")

    @pytest.mark.parametrize("end", ["\r", "\r\n"])
    def test_line_ends_of_other_systems_make_no_difference(self, tmp_path: Path, text: str, end: str) -> None:
        ours = [item.line for item in read(tmp_path, text)]
        items = read(tmp_path, text.replace("\n", end))
        self.expect(items, "First", "Second")
        assert [item.line for item in items] == ours

    def test_mixed_line_ends_keep_the_numbers(self, tmp_path: Path, text: str) -> None:
        ours = [item.line for item in read(tmp_path, text)]
        ends = ["\r\n", "\n", "\r"]
        mixed = "".join(line + ends[number % 3] for number, line in enumerate(text.splitlines()))
        items = read(tmp_path, mixed)
        self.expect(items, "First", "Second")
        assert [item.line for item in items] == ours

    @pytest.mark.parametrize("codec", ["utf-16", "utf-32", "utf-8-sig", "utf-16-le"])
    def test_other_encodings_make_no_difference(self, tmp_path: Path, text: str, codec: str) -> None:
        self.expect(read(tmp_path, text.encode(codec)), "First", "Second")

    def test_files_joined_with_their_marks_are_read(self, tmp_path: Path, text: str) -> None:
        joined = codecs.BOM_UTF8 + text.encode() + codecs.BOM_UTF8 + text.encode()
        titles = [item.title for item in read(tmp_path, joined) if isinstance(item, Record)]
        assert titles.count("First") == titles.count("Second") == 2

    def test_a_line_longer_than_any_record_is_reported_and_left_out(
        self, tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("assistant.library.sources.content.MOST_LINE_BYTES", 1 << 17)
        lines = text.splitlines(keepends=True)
        for _ in range(2):
            lines.insert(len(lines) // 2, "x" * (1 << 18) + "\n")
        items = read(tmp_path, "".join(lines))
        titles = [item.title for item in items if isinstance(item, Record)]
        assert titles[0] == "First"


class TestChanging:
    def lines(self, path: Path, count: int) -> None:
        path.write_text("".join(f'{{"title": "Title {n}", "abstract": "{"a" * 1000}"}}\n' for n in range(count)))

    def test_a_file_that_grows_while_it_is_read_is_reported(self, tmp_path: Path) -> None:
        path = tmp_path / "x.jsonl"
        self.lines(path, 10)
        records = read_sources([path])
        next(records)
        self.lines(path, 5000)
        *_, last = records
        assert isinstance(last, Skipped)
        assert "changed" in last.reason

    def test_a_file_cut_while_it_is_read_is_reported(self, tmp_path: Path) -> None:
        path = tmp_path / "x.jsonl"
        self.lines(path, 5000)
        records = read_sources([path])
        next(records)
        os.truncate(path, 2_000_500)
        *_, last = records
        assert isinstance(last, Skipped)
        assert "changed" in last.reason

    def test_a_file_that_is_gone_is_reported(self, tmp_path: Path) -> None:
        path = tmp_path / "x.jsonl"
        self.lines(path, 5)
        records = read_sources([path])
        path.unlink()
        (report,) = records
        assert isinstance(report, Skipped)
        assert "cannot be read" in report.reason


class TestFolders:
    def test_links_that_go_round_are_reported(self, tmp_path: Path) -> None:
        (tmp_path / "a").symlink_to(tmp_path / "b")
        (tmp_path / "b").symlink_to(tmp_path / "a")
        (tmp_path / "folder").mkdir()
        (tmp_path / "folder" / "up").symlink_to(tmp_path)
        reports = list(read_sources([tmp_path]))
        assert [Path(one.source).name for one in reports] == ["a", "b", "up"]
        assert all(isinstance(one, Skipped) for one in reports)

    @pytest.mark.skipif(not hasattr(os, "seteuid"), reason="this system has no users to be")
    def test_what_may_not_be_read_is_reported_and_the_rest_read(self) -> None:
        with _open_to_all() as folder:
            for name in ("closed/inner/x.bib", "listed/x.bib", "file.bib", "last.bib"):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_text(GOOD, encoding="utf-8")
            (folder / "closed").chmod(0)
            (folder / "listed").chmod(0o444)
            (folder / "file.bib").chmod(0)
            with _as_nobody():
                items = list(read_sources([folder, folder / "closed"]))
            (folder / "closed").chmod(0o755)
            (folder / "listed").chmod(0o755)
        said = {Path(item.source).name: item for item in items}
        assert {name for name, item in said.items() if isinstance(item, Skipped)} == {"closed", "x.bib", "file.bib"}
        assert isinstance(said["last.bib"], Record)


@contextmanager
def _open_to_all() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@contextmanager
def _as_nobody() -> Iterator[None]:
    """Give up the superuser's right to read everything, if there is one."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


# Not `getrusage` alone: on Linux a process begins with the peak of the one that started it.
READ_AND_MEASURE = """
import re, resource, sys
from pathlib import Path
from assistant.library.sources.files import read_sources
for item in read_sources([Path(sys.argv[1])]):
    print(type(item).__name__, item.line, getattr(item, "title", "")[:40])
status = Path("/proc/self/status")
peak = re.search(r"VmHWM:\\s*(\\d+)", status.read_text()) if status.exists() else None
print(peak[1] if peak else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
LONG_LINES = {
    "jsonl": ('{"title": "First"}\n{"title": "', '"}\n{"title": "Last"}\n'),
    "ris": ("TY  - JOUR\nTI  - First\nAB  - ", "\nER  - \nTY  - JOUR\nTI  - Last\nER  - \n"),
    "csv": ('title,year\nFirst,2001\n"', "\nLast,2002\n"),
    "bibtex": ("@misc{a, title = {First}}\n@misc{b, title = {", "}}\n@misc{c, title = {Last}}\n"),
}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="this system tells no peak of memory")
@pytest.mark.parametrize("shape", LONG_LINES)
def test_a_line_of_two_gigabytes_takes_little_memory(tmp_path: Path, shape: str) -> None:
    path = tmp_path / "long.txt"
    start, end = LONG_LINES[shape]
    with path.open("wb") as file:
        file.write(start.encode() + b"a" * (1 << 17))
        file.seek(2 << 30)  # a hole, so that the disk holds none of it
        file.write(end.encode())
    command = [sys.executable, "-c", READ_AND_MEASURE, path]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=SECONDS)
    *said, peak = ended.stdout.splitlines()
    assert int(peak) < 1 << 20  # KiB: a gigabyte, most of it the limit of what may be held whole
    assert any(line.startswith("Skipped") for line in said)
    if shape in ("jsonl", "ris"):
        assert [line.split()[-1] for line in said if line.startswith("Record")] == ["First", "Last"]
