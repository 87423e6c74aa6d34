"""Papers of every kind that a reference list meets: whole, bare, odd and hostile; all of them made up."""

from collections.abc import Mapping, Sequence

from assistant.types import Author, Paper, Record


def _people(names: str) -> tuple[Author, ...]:
    """`Nacht, Ida; The Nightjar Group`."""
    split = (one.partition(", ") for one in filter(None, names.split("; ")))
    return tuple(Author(family=family, given=given) for family, _, given in split)


def _paper(key: str, by: str, year: int | None, title: str, kind: str = "article", **rest: object) -> Paper:
    known = {name: rest.pop(name) for name in ("venue", "doi", "arxiv_id", "url", "date", "et_al") if name in rest}
    record = Record(
        title=title,
        authors=_people(by),
        year=year,
        entry_type=kind,
        details=tuple((name, str(value)) for name, value in rest.items()),
        **known,  # type: ignore[arg-type]  # because the values are of their fields' types
    )
    return Paper(key=key, record=record)


_JOURNAL: Mapping[str, object] = {"venue": "Journal of Quiet Systems"}
_MANY = "; ".join(f"{family}, {given} P." for family, given in zip("Ames Birk Cole Dorn Ekman Frey Gill Hahn Ives Jung "
    "Kerr Lind Moll Nash Oren Pohl Quade Rust Senn Toft Uhl Voss Wirth".split(), "Ann Bob Cy Di Eva Flo Gus Hal Ian "
    "Joy Kim Lea Max Ned Ola Pia Quin Ray Sue Tom Uma Val Wes".split(), strict=True))  # fmt: skip

CITED: Sequence[Paper] = (
    _paper("nacht2023", "Nacht, Ida; Berg, Tom", 2023, "Nightjar: A dialogue memory in folders", **_JOURNAL,
           volume=12, number=3, pages="101-118", doi="10.5555/njar.2023.1", date="2023-08-17"),
    _paper("solo2019", "Amsel, Jo", 2019, "What birds forget", **_JOURNAL, volume=8, pages="9"),
    _paper("three2020", "Dorn, Di; Ekman, Eva; Frey, Flo", 2020, "Three views of one lake", **_JOURNAL, volume=9,
           number=1, pages="1-20", doi="10.5555/lake"),
    _paper("many2021", _MANY, 2021, "A survey of everything", **_JOURNAL, volume=10, pages="200-299"),
    _paper("seven2021", "; ".join(_MANY.split("; ")[:7]), 2021, "A survey of some things", **_JOURNAL, volume=10,
           number=4, pages="300-310"),
    _paper("conf2022", "Weiss, Lena; Schwarz, Otto", 2022, "Folders are trees: Fast lookup for slow readers",
           "inproceedings", venue="Proceedings of the 5th Workshop on Folders", pages="44-52",
           publisher="Folder Press", address="Ghent"),
    _paper("chapter2018", "Grau, Ines", 2018, "Memory in small machines", "incollection", venue="Handbook of Machines",
           editor="Rot, Karl and Blau, Uwe", pages="77-99", publisher="Reed House", address="Leiden", edition="2"),
    _paper("book2015", "Braun, Emil", 2015, "The long list", "book", publisher="Reed House", address="Leiden"),
    _paper("edited2016", "", 2016, "Essays on order", "book", editor="Rot, Karl", publisher="Reed House"),
    _paper("phd2017", "Gelb, Mia", 2017, "Remembering without storing", "phdthesis", school="University of Fen"),
    _paper("ms2014", "Lila, Noor", 2014, "A small study of lists", "mastersthesis", school="University of Fen"),
    _paper("report2013", "Fen Institute of Order", 2013, "State of the lists 2013", "techreport",
           institution="Fen Institute of Order", number="TR-13-2"),
    _paper("preprint2024", "Rosa, Ada; Himmel, Kai", 2024, "Lists all the way down", "misc", arxiv_id="2401.01234"),
    _paper("preprint2024b", "Rosa, Ada; Himmel, Kai", 2024, "Lists all the way up", "misc", arxiv_id="2402.04321"),
    _paper("online2021", "Fen Institute of Order", 2021, "How to order a list", "online", url="https://example.org/list"),
    _paper("noauthor2012", "", 2012, "An unsigned note on lists", **_JOURNAL, volume=1, pages="1-2"),
    _paper("noyear", "Amsel, Jo", None, "An undated note on lists", **_JOURNAL),
    _paper("bare", "", None, "Only a title"),
    _paper("etal2020", "Hirsch, Paula", 2020, "Deer in the index", et_al=True, **_JOURNAL, volume=9, pages="30-40"),
    _paper("etal2021", "Hirsch, Paula; Reh, Udo; Elch, Finn", 2021, "More deer in the index", et_al=True, **_JOURNAL,
           volume=10, pages="41-50"),
    _paper("particle2019", "van der Meer, Jan; de la Cruz, Ana", 2019, "Names with small words", **_JOURNAL, volume=8,
           pages="70-80"),
    _paper("suffix2011", "King Jr., Leo; Poe III, Max", 2011, "Names with numbers", **_JOURNAL, volume=2, pages="5-9"),
    _paper("one_name2010", "Sukarno; Müller-Lüdenscheidt, Jean-Pierre", 2010, "Names of one word", **_JOURNAL,
           volume=1, number=2, pages="15-19"),
    _paper("cjk2022", "王, 小明; 李, 华", 2022, "关于列表的研究", venue="列表学报", volume=3, pages="1-9"),
    _paper("accents2020", "Şahin, Çağlar; Öztürk, Ünal; Łoś, Żaneta", 2020, "Über die Liste: Eine Übersicht",
           venue="Zeitschrift für Listen", volume=44, number=2, pages="e101"),
    _paper("question2018", "Frage, Ute", 2018, "Who remembers the list?", **_JOURNAL, volume=7, pages="3-4"),
    _paper("ends2018", "Punkt, Ole", 2018, "Lists vs. trees, inc.", **_JOURNAL, volume=7, pages="5-6"),
    _paper("quotes2017", "Zitat, Eva", 2017, 'On “lists” and ‘trees’: The "order" debate', **_JOURNAL, volume=6,
           pages="7-8"),
    _paper("long2016", "Lang, Ben", 2016, " ".join(["A very long title about lists that goes on"] * 12), **_JOURNAL,
           volume=5, pages="1-99"),
    _paper("maths2015", "Zahl, Pi", 2015, "The $O(n \\log n)$ bound & the H2O_x case: 100% of lists {BERT}", **_JOURNAL,
           volume=4, pages="1-3"),
    _paper("markup2014", "<script>alert(1)</script>, <b>Bo</b>", 2014,
           "<script>alert(1)</script><i>Sloped</i> &amp; </a>", venue="<img src=x onerror=alert(1)>",
           volume="<b>1</b>", pages="1-2"),
    _paper("same2023", "Nacht, Ida; Berg, Tom", 2023, "Nightjar, a year later", **_JOURNAL, volume=12, number=4,
           pages="201-218"),
)  # fmt: skip
"""In the order in which a draft cites them."""
