import time

from assistant.library.readers.bibtex.reader import BibtexReader
from assistant.library.sources.content import Content
from assistant.types import Record, Skipped
from tests.contracts.reader_contract import SAVED


def read(text: str) -> dict[str, Record | str]:
    """Records by key, and reasons under their lines."""
    items = BibtexReader().read(Content.of_text(text), source="s", saved=SAVED)
    return {str(one.line) if isinstance(one, Skipped) else one.key or "": _seen(one) for one in items}


def _seen(item: Record | Skipped) -> Record | str:
    return item.reason if isinstance(item, Skipped) else item


def record(text: str, key: str) -> Record:
    found = read(text)[key]
    assert isinstance(found, Record), found
    return found


PROCEEDINGS = """
@proceedings{Proc, title = {Proc. of X}, year = 2020, publisher = {P}, editor = {Li, Bo}, doi = {10.1000/x}}
"""


def test_a_part_takes_over_what_it_lacks_and_the_title_as_its_booktitle() -> None:
    found = record("@inproceedings{a, title = {Owls}, crossref = {proc}}" + PROCEEDINGS, "a")
    assert (found.title, found.venue, found.year) == ("Owls", "Proc. of X", 2020)
    assert found.details == (("publisher", "P"), ("editor", "Li, Bo"))
    assert found.doi is None
    assert found.written == (("title", "{Owls}"), ("crossref", "{proc}"))
    assert found.extra == (("crossref", "proc"),)


def test_its_own_fields_count() -> None:
    found = record(
        "@inproceedings{a, title={Owls}, year=2019, publisher={Q}, booktitle={B}, crossref={Proc}}" + PROCEEDINGS, "a"
    )
    assert (found.venue, found.year, dict(found.details)["publisher"]) == ("B", 2019, "Q")


def test_an_entry_without_title_has_that_of_its_parent() -> None:
    assert record("@inproceedings{a, pages={1--2}, crossref={Proc}}" + PROCEEDINGS, "a").title == "Proc. of X"


def test_the_booktitle_of_the_parent_comes_first() -> None:
    parent = "@book{b, title={T}, booktitle={B}}"
    assert record("@incollection{a, title={A}, crossref={b}}" + parent, "a").venue == "B"


def test_xdata_gives_every_field_and_is_no_paper() -> None:
    text = "@xdata{x, publisher={P}, xdata={y}}\n@xdata{y, location={Rome}}\n@book{a, title={T}, xdata={z, x}}"
    found = read(text)
    one = found["a"]
    assert isinstance(one, Record)
    assert one.details == (("publisher", "P"), ("address", "Rome"))
    assert "no paper" in str(found["1"])


def test_a_parent_that_is_missing_gives_nothing() -> None:
    assert record("@inproceedings{a, title={T}, crossref={gone}}", "a").extra == (("crossref", "gone"),)


def test_circles_and_long_chains_end() -> None:
    pair = "@book{a, title={A}, crossref={b}}\n@book{b, title={B}, crossref={a}, year=2020}\n"
    circle = pair + "@book{c, title={C}, crossref={c}}"
    assert record(circle, "a").year == 2020
    assert record(circle, "c").title == "C"
    chain = "".join(f"@book{{k{n}, title={{T}}, crossref={{k{n + 1}}}}}\n" for n in range(2000))
    assert len(read(chain)) == 2000


def test_webs_of_xdata_end_quickly() -> None:
    names = ",".join(f"x{n}" for n in range(30))
    web = "".join(f"@xdata{{x{n}, xdata={{{names}}}, note={{N}}}}\n" for n in range(30))
    before = time.process_time()
    assert record(web + "@book{a, title={T}, xdata={x1}}", "a").details == (("note", "N"),)
    assert time.process_time() - before < 5
