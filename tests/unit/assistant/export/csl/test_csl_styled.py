import re
import subprocess
import sys
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.export.csl import Styled, reference_list, styled
from assistant.export.references import reference
from assistant.types import Author, Paper, Record
from tests.fakes.cited_papers import CITED
from tests.fakes.hostile import TITLES

STYLES = ("apa", "ieee", "nature", "chicago", "acl", "mla", "vancouver", "harvard")
BY_KEY = {paper.key: paper for paper in CITED}


@pytest.fixture(scope="module")
def written() -> Mapping[str, Styled]:
    return {style: styled(CITED, style) for style in STYLES}


def _line(written: Mapping[str, Styled], style: str, key: str) -> str:
    return next(line.text for line in written[style].lines if line.key == key)


@pytest.mark.parametrize(
    ("style", "key", "line"),
    [
        (
            "apa",
            "nacht2023",
            ("Nacht, I., & Berg, T. (2023b). Nightjar: A dialogue memory in folders. Journal of Quiet Systems, 12(3),"
            " 101–118. https://doi.org/10.5555/njar.2023.1"),
        ),
        (
            "apa",
            "chapter2018",
            ("Grau, I. (2018). Memory in small machines. In K. Rot & U. Blau (Eds.), Handbook of Machines (2nd ed., pp."
            " 77–99). Reed House."),
        ),
        ("apa", "edited2016", "Rot, K. (Ed.). (2016). Essays on order. Reed House."),
        ("apa", "noauthor2012", "An unsigned note on lists. (2012). Journal of Quiet Systems, 1, 1–2."),
        ("apa", "noyear", "Amsel, J. (n.d.). An undated note on lists. Journal of Quiet Systems."),
        ("apa", "phd2017", "Gelb, M. (2017). Remembering without storing [PhD thesis]. University of Fen."),
        ("apa", "bare", "Only a title. (n.d.)."),
        ("apa", "etal2020", "Hirsch, P., et al. (2020). Deer in the index. Journal of Quiet Systems, 9, 30–40."),
        (
            "ieee",
            "question2018",
            "[26] U. Frage, “Who remembers the list?” Journal of Quiet Systems, vol. 7, pp. 3–4, 2018.",
        ),
        ("ieee", "ends2018", "[27] O. Punkt, “Lists vs. trees, inc.” Journal of Quiet Systems, vol. 7, pp. 5–6, 2018."),
        (
            "ieee",
            "etal2021",
            ("[20] P. Hirsch, U. Reh, F. Elch, et al., “More deer in the index,” Journal of Quiet Systems, vol. 10, pp."
            " 41–50, 2021."),
        ),
        ("ieee", "edited2016", "[9] K. Rot, Ed., Essays on order. Reed House, 2016."),
        ("nature", "solo2019", "2. Amsel, J. What birds forget. Journal of Quiet Systems 8, 9 (2019)."),
        (
            "nature",
            "particle2019",
            "21. van der Meer, J. & de la Cruz, A. Names with small words. Journal of Quiet Systems 8, 70–80 (2019).",
        ),
        (
            "chicago",
            "three2020",
            ("Dorn, Di, Eva Ekman, and Flo Frey. 2020. “Three Views of One Lake.” Journal of Quiet Systems 9 (1): 1–20."
            " https://doi.org/10.5555/lake."),
        ),
        ("chicago", "particle2019", ("Meer, Jan van der, and Ana de la Cruz. 2019. “Names with Small Words.” Journal of"
         " Quiet Systems 8: 70–80.")),
        ("chicago", "suffix2011", ("King, Leo, Jr., and Max Poe III. 2011. “Names with Numbers.” Journal of Quiet"
         " Systems 2: 5–9.")),
        (
            "acl",
            "nacht2023",
            ("Ida Nacht and Tom Berg. 2023b. Nightjar: A dialogue memory in folders. Journal of Quiet Systems,"
            " 12(3):101–118."),
        ),
        (
            "vancouver",
            "nacht2023",
            ("1. Nacht I, Berg T. Nightjar: A dialogue memory in folders. Journal of Quiet Systems. 2023 Aug"
            " 17;12(3):101–18. doi:10.5555/njar.2023.1"),
        ),
        ("vancouver", "cjk2022", "24. 王小明, 李华. 关于列表的研究. 列表学报. 2022;3:1–9."),
    ],
)  # fmt: skip
def test_a_line_is_as_the_style_has_it(written: Mapping[str, Styled], style: str, key: str, line: str) -> None:
    assert _line(written, style, key) == line


@pytest.mark.parametrize("style", STYLES)
def test_every_paper_has_one_clean_line(written: Mapping[str, Styled], style: str) -> None:
    lines = written[style].lines
    assert sorted(line.key for line in lines) == sorted(BY_KEY)
    assert written[style].troubles == ()
    for line in lines:
        families = [author.family.split()[-1] for author in BY_KEY[line.key].record.authors[:1]]
        if line.key != "markup2014":
            assert all(family in line.text for family in families)
            assert not re.search(r"(?<!\.)\.\.|,,|\?\.|\s[.,;]|\(\s*\)|“”|\bNone\b|[\ue000-\uf8ff]|&amp;|  ", line.text)


def test_numbers_follow_the_citations_and_names_the_alphabet(written: Mapping[str, Styled]) -> None:
    assert [line.key for line in written["ieee"].lines] == [paper.key for paper in CITED]
    assert [line.label for line in written["ieee"].lines[:2]] == ["[1]", "[2]"]
    names = [line.key for line in written["apa"].lines]
    assert names.index("many2021") < names.index("solo2019") < names.index("nacht2023") < names.index("conf2022")
    accents = names.index("accents2020")
    assert names.index("edited2016") < accents < names.index("markup2014")


def test_papers_of_one_name_and_year_get_letters(written: Mapping[str, Styled]) -> None:
    apa = written["apa"]
    assert apa.bracketed(["nacht2023", "same2023"]).text == "(Nacht & Berg, 2023a; Nacht & Berg, 2023b)"
    assert apa.narrative("nacht2023").text == "Nacht and Berg (2023b)"
    assert _line(written, "harvard", "preprint2024b").startswith("Rosa, A. and Himmel, K. (2024b)")


@pytest.mark.parametrize(
    ("style", "bracketed", "narrative"),
    [
        ("apa", "(Amsel, 2019; Braun, 2015)", "Amsel (2019)"),
        ("ieee", "[2], [8]", "Amsel [2]"),
        ("nature", "<sup>2,8</sup>", "Amsel<sup>2</sup>"),
        ("chicago", "(Amsel 2019; Braun 2015)", "Amsel (2019)"),
        ("acl", "(Amsel, 2019; Braun, 2015)", "Amsel (2019)"),
        ("mla", "(Amsel, “What Birds Forget”; Braun)", "Amsel"),
        ("vancouver", "(2,8)", "Amsel (2)"),
    ],
)
def test_a_text_cites_as_the_style_does(
    written: Mapping[str, Styled], style: str, bracketed: str, narrative: str
) -> None:
    assert str(written[style].bracketed(["solo2019", "book2015"]).html) == bracketed
    assert str(written[style].narrative("solo2019").html) == narrative


def test_a_style_says_more_of_papers_that_it_would_cite_alike(written: Mapping[str, Styled]) -> None:
    assert written["mla"].bracketed(["same2023"]).text == "(Nacht and Berg, “Nightjar, a Year Later”)"
    assert written["mla"].bracketed(["conf2022"]).text == "(Weiss and Schwarz)"


def test_numbers_in_a_row_are_drawn_together(written: Mapping[str, Styled]) -> None:
    keys = [CITED[place].key for place in (4, 2, 1, 3, 8)]
    assert written["nature"].bracketed(keys).text == "2–5,9"
    assert written["nature"].bracketed(keys[:2]).text == "3,5"
    assert written["nature"].bracketed([CITED[0].key, CITED[1].key]).text == "1,2"


def test_authors_who_are_not_named_are_et_al(written: Mapping[str, Styled]) -> None:
    assert written["apa"].bracketed(["etal2020"]).text == "(Hirsch et al., 2020)"
    assert written["acl"].bracketed(["etal2021"]).text == "(Hirsch et al., 2021)"
    for style in STYLES:
        assert "et al" in _line(written, style, "etal2020")


def test_the_plain_form_is_in_the_order_of_citation() -> None:
    assert reference_list(CITED, None) == tuple(reference(paper) for paper in CITED)
    cites = styled(CITED, None)
    assert cites.bracketed(["nacht2023", "same2023"]).text == "(Nacht and Berg, 2023a; Nacht and Berg, 2023b)"
    years = {line.key: line.text.partition("(")[2].partition(")")[0] for line in cites.lines}
    assert (years["nacht2023"], years["same2023"], years["noyear"]) == ("2023a", "2023b", "n.d.")
    assert cites.narrative("noyear").text == "Amsel (n.d.)"


def test_a_style_of_footnotes_cites_by_name_and_year() -> None:
    notes = styled(CITED[:2], "chicago-notes-bibliography")
    assert notes.bracketed(["nacht2023"]).text == "(Nacht and Berg, 2023)"
    assert notes.lines[0].text.startswith("Amsel, Jo.")


def test_a_style_without_a_list_says_so_and_keeps_the_references() -> None:
    told: list[str] = []
    lines = reference_list(CITED[:3], "mercatus-center", tell=told.append)
    assert sorted(line.text for line in lines) == sorted(reference(paper).text for paper in CITED[:3])
    assert told == ["The style 'mercatus-center' has no reference list; the references are in the plain form."]


def test_a_style_that_breaks_costs_only_its_form(tmp_path: Path) -> None:
    path = tmp_path / "broken.csl"
    head = '<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0"><info><title>T</title></info>'
    cites = '<citation><layout><text variable="title"/></layout></citation>'
    path.write_text(
        f'{head}{cites}<bibliography><layout><choose><if type="book"><text variable="title" font-style="wavy"/></if>'
        '<else><names variable="author"/><text variable="title" prefix=". "/></else></choose>'
        "</layout></bibliography></style>"
    )
    some = styled(CITED[:8], str(path))
    assert some.lines[7].text == reference(BY_KEY["book2015"]).text
    assert some.lines[0].text == "Ida Nacht, Tom Berg. Nightjar: A dialogue memory in folders"
    assert len(some.troubles) == 1
    assert "broken.csl' cannot write book2015; there the references are in the plain form." in some.troubles[0]

    path.write_text(f"{head}<citation/><bibliography><layout/></bibliography></style>")
    whole = styled(CITED[:2], str(path))
    assert [line.text for line in whole.lines] == [reference(paper).text for paper in CITED[:2]]
    assert "broken.csl" in whole.troubles[0]
    assert "plain form" in whole.troubles[0]
    assert whole.bracketed(["solo2019"]).text == "(Amsel, 2019)"


@pytest.mark.parametrize(
    ("style", "key", "line"),
    [
        # A range of pages is a number; a label needs its variable; an ordinal is of the style's own language.
        (
            "harvard-stellenbosch-university",
            "solo2019",
            "Amsel, J. 2019. What birds forget. Journal of Quiet Systems. 8:9.",
        ),
        ("california-agriculture", "book2015", "Braun E. 2015. The long list, Leiden: Reed House."),
        (
            "universitatsmedizin-gottingen",
            "chapter2018",
            (
                "Grau I: Memory in small machines. In: Rot K, Blau U (Hrsg.): Handbook of Machines. 2. Auflage; Reed"
                " House, Leiden 2018, 77–99"
            ),
        ),
        ("journal-of-historical-linguistics", "book2015", "Braun, Emil. 2015. The long list. Leiden: Reed House."),
    ],
)
def test_faults_of_the_processor_are_put_right(style: str, key: str, line: str) -> None:
    assert [one.text for one in styled([BY_KEY[key]], style).lines] == [line]


def test_a_line_without_its_author_is_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "nameless.csl"
    path.write_text(
        '<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text"><info/>'
        '<citation><layout><text variable="title"/></layout></citation>'
        '<bibliography><layout><text variable="title"/></layout></bibliography></style>'
    )
    lines = styled([BY_KEY["solo2019"], BY_KEY["noauthor2012"]], str(path)).lines
    assert [line.text for line in lines] == [reference(BY_KEY["solo2019"]).text, "An unsigned note on lists"]


def test_a_style_that_goes_on_and_on_is_stopped(tmp_path: Path) -> None:
    calls = "".join(f"""<macro name="m{one}">{f'<text macro="m{one - 1}"/>' * 9}</macro>""" for one in range(1, 6))
    path = tmp_path / "wide.csl"
    path.write_text(
        '<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text"><info/>'
        f'<macro name="m0"><text value="x"/></macro>{calls}'
        '<citation><layout><text variable="title"/></layout></citation>'
        '<bibliography><layout><text macro="m5"/></layout></bibliography></style>'
    )
    stopped = styled(CITED, str(path))
    assert "more than 20,000 macros for one entry" in stopped.troubles[0]
    assert len(stopped.lines) == len(CITED)


def test_no_papers_are_no_list() -> None:
    assert reference_list([], "apa") == ()


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("style", STYLES)
def test_the_html_says_what_the_text_says(written: Mapping[str, Styled], style: str) -> None:
    for line in written[style].lines:
        seen = _Seen()
        seen.feed(str(line.html))
        assert seen.open == []
        assert seen.tags <= {"i", "b", "u", "sup", "sub", "span"}
        assert f"{line.label} {seen.text}".strip() == line.text


def test_italics_are_in_the_html_only(written: Mapping[str, Styled]) -> None:
    line = next(one for one in written["apa"].lines if one.key == "solo2019")
    assert str(line.html) == "Amsel, J. (2019). What birds forget. <i>Journal of Quiet Systems</i>, <i>8</i>, 9."


@settings(max_examples=15, deadline=None)
@given(
    title=st.one_of(st.text(min_size=1), st.sampled_from(TITLES)),
    family=st.text(min_size=1),
    given_name=st.text(),
    venue=st.text(),
    style=st.sampled_from(("apa", "ieee", "acl")),
)
def test_whatever_a_paper_says_stays_text(title: str, family: str, given_name: str, venue: str, style: str) -> None:
    record = Record(title=title, authors=(Author(family=family, given=given_name),), venue=venue, entry_type="article")
    (line,) = styled([Paper(key="x", record=record)], style).lines
    seen = _Seen()
    seen.feed(str(line.html))
    seen.close()
    assert seen.tags <= {"i", "b", "sup", "span"}
    assert "\n" not in line.text


def test_the_processor_is_loaded_when_it_is_needed() -> None:
    code = "import sys, assistant.export.csl; print([one for one in ('citeproc', 'lxml') if one in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
