import os
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.auditing.bibliography import Bibliography, bibliographies_of
from assistant.auditing.patching import Edit
from assistant.drafts import document_of
from assistant.types import Author, Paper, Record

PAPER = Paper(
    key="quill2020",
    record=Record(
        title="Owls that hunt",
        authors=(Author(family="Quill", given="Ada"),),
        year=2021,
        date="2021-03",
        venue="Journal of Birds",
        doi="10.1000/owls",
        arxiv_id="1912.00001",
        entry_type="article",
        details=(("volume", "3"), ("pages", "1-9")),
    ),
)
MINE = """% my references
@string{acl = {ACL}}
@misc{quill2020,
  author = {Quill, {\\"A}da},
  title={Owls that {Hunt}, and "more"},
  journal      = "arXiv preprint arXiv:1912.00001",
  year = 2019,
  month = dec,
  volume = {abs/1912.00001},
  note = {Mine, with a comma}, eprint = {1912.00001}
}
@article{other, title = {Bees}, journal = {Journal of Bees}, year = {2001}}
"""
PUBLISHED = """% my references
@string{acl = {ACL}}
@article{quill2020,
  author = {Quill, {\\"A}da},
  title={Owls that {Hunt}, and "more"},
  journal      = {Journal of Birds},
  year = {2021},
  month = mar,
  volume = {3},
  note = {Mine, with a comma}, eprint = {1912.00001},
  doi = {10.1000/owls},
  pages = {1--9}
}
@article{other, title = {Bees}, journal = {Journal of Bees}, year = {2001}}
"""


def bibliography(folder: Path, text: str = MINE) -> Bibliography:
    path = folder / "refs.bib"
    path.write_text(text)
    return Bibliography(path)


def made(file: Bibliography, edit: Edit | None) -> str:
    assert edit
    revised = file.revised([edit])
    assert revised
    return revised.after.decode()


def test_only_what_a_publication_changes_is_rewritten(tmp_path: Path) -> None:
    file = bibliography(tmp_path)
    after = made(file, file.published("quill2020", PAPER))
    assert after == PUBLISHED
    assert bibliography(tmp_path, after).published("quill2020", PAPER) is None


@pytest.mark.parametrize("key", ["other", "nobody", "acl"])
def test_other_entries_stay(key: str, tmp_path: Path) -> None:
    assert bibliography(tmp_path).published(key, PAPER) is None


def test_a_preprint_publishes_nothing(tmp_path: Path) -> None:
    preprint = replace(PAPER, record=replace(PAPER.record, venue="arXiv", doi=None))
    assert bibliography(tmp_path).published("quill2020", preprint) is None


ONLINE = "@online{quill2020, title = {Owls that hunt}, date = {2019-12-01}, eprint = {1912.00001}, eprinttype={arxiv},}"
NOT_ONLINE = (
    "@article{quill2020, title = {Owls that hunt}, date = {2021-03}, eprint = {1912.00001}, eprinttype={arxiv},"
    " journal = {Journal of Birds}, doi = {10.1000/owls}, volume = {3}, pages = {1--9},}"
)
BY_DOI = "@article{quill2020,\n\ttitle = {Owls that hunt},\n\tdoi = {10.48550/arXiv.1912.00001}\n}"
BY_OTHER_DOI = (
    "@article{quill2020,\n\ttitle = {Owls that hunt},\n\tdoi = {10.1000/owls},\n\tyear = {2021},\n\t"
    "journal = {Journal of Birds},\n\tmonth = mar,\n\tvolume = {3},\n\tpages = {1--9}\n}"
)


@pytest.mark.parametrize(("entry", "published"), [(ONLINE, NOT_ONLINE), (BY_DOI, BY_OTHER_DOI)])
def test_other_ways_to_write_a_preprint(entry: str, published: str, tmp_path: Path) -> None:
    file = bibliography(tmp_path, entry)
    assert made(file, file.published("quill2020", PAPER)) == published


def test_a_broken_entry_is_left_alone_and_hides_no_other(tmp_path: Path) -> None:
    file = bibliography(tmp_path, "@misc{broken, title = {Owls\n\n" + MINE)
    assert "quill2020" in file.entries
    assert "broken" not in file.entries


def test_papers_are_put_at_the_end(tmp_path: Path) -> None:
    file = bibliography(tmp_path, "@misc{a, title={A}}")
    after = made(file, file.with_entries([PAPER]))
    assert after.startswith("@misc{a, title={A}}\n\n@article{quill2020,")
    assert set(bibliography(tmp_path, after).entries) == {"a", "quill2020"}


def test_the_files_that_a_draft_names(tmp_path: Path) -> None:
    bibliography(tmp_path)
    text = "---\nbibliography: [refs.bib, none.bib, refs.json]\n---\n\nOwls hunt."
    found, unread = bibliographies_of(document_of(text, name="d.md", markup="markdown"), tmp_path)
    assert [one.path.name for one in found] == ["refs.bib"]
    (why,) = unread
    assert "none.bib cannot be read: No such file" in why


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "endless.bib").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe.bib")
    text = "---\nbibliography: [endless.bib, pipe.bib]\n---\nOwls hunt [@a]."
    found, unread = bibliographies_of(document_of(text, name="d.md", markup="markdown"), tmp_path)
    assert found == []
    assert [line.partition(" is no file")[0] for line in unread] == [
        str(tmp_path / "endless.bib"),
        str(tmp_path / "pipe.bib"),
    ]


def test_a_month_is_not_added_to_a_year(tmp_path: Path) -> None:
    file = bibliography(tmp_path, "@misc{quill2020, title = {Owls that hunt}, year = {2019}, eprint = {1912.00001}}")
    after = made(file, file.published("quill2020", PAPER))
    assert "year = {2021}" in after
    assert "month" not in after
