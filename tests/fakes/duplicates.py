"""Pairs of records that are hard to tell: the same paper in two spellings, and papers that only look the same."""

from typing import Any, Literal

from assistant.types import Author, Record

Outcome = Literal["same", "perhaps", "different"]


def paper(title: str, people: str = "Quill, Ada; Li, Bo", year: int | None = 2020, **fields: Any) -> Record:
    """A record; authors are `Family, Given; Family, Given`, `volume`, `pages` and the like become details."""
    names = [name.partition(", ") for name in people.split("; ") if name]
    details = tuple(
        (name, fields.pop(name)) for name in ("volume", "number", "pages", "eid", "edition", "isbn") if name in fields
    )
    authors = tuple(Author(family=family, given=given) for family, _, given in names)
    return Record(**{"title": title, "authors": authors, "year": year, "details": details, "source": "a.bib", **fields})


ABSTRACT = (
    "Night hunters hear each step of a mouse under snow. We recorded ninety nests over three winters and show that the "
    "ruff of feathers around the face turns sound towards the ears, that young birds learn the map of sounds within "
    "six weeks, and that noise from roads makes them miss two strikes of five. Lamps make no difference to the birds, "
    "and neither does the moon when there is snow."
)
OWLS = "Owls that hunt at night find their prey by sound"
SHORT = "Owls that hunt at night"

SAME: dict[str, tuple[Record, Record]] = {
    "capitals and a full stop": (paper(OWLS), paper(OWLS.upper() + ".")),
    "accents": (paper("Étude des chouettes à Genève"), paper("Etude des chouettes a Geneve")),
    "decomposed accents": (
        paper("Étude des chouettes à Genève"), paper("E\u0301tude des chouettes a\u0300 Gene\u0300ve"),
    ),
    "TeX's accents": (paper("Étude des chouettes à Genève"), paper(r"{\'E}tude des chouettes {\`a} Gen\`{e}ve")),
    "TeX's letters": (
        paper("Ørsted and the Łódź owls of Ålesund"), paper(r"{\O}rsted and the {\L}\'od\'z owls of {\AA}lesund"),
    ),
    "TeX's styles": (
        paper("Owls of the genus Strix in winter"), paper(r"Owls of the genus \textit{Strix} in \emph{winter}"),
    ),
    "HTML": (
        paper("Owls of the genus Strix & H2O uptake"),
        paper("Owls of the genus <i>Strix</i> &amp; H<sub>2</sub>O uptake"),
    ),
    "Greek letters": (paper("β-Catenin signalling in owl feathers"), paper("Beta-catenin signalling in owl feathers")),
    "Greek in TeX": (paper("The γ-rays of sleeping owls"), paper(r"The $\gamma$-rays of sleeping owls")),
    "micro sign": (paper("Feathers of 5 μm under load"), paper("Feathers of 5 µm under load")),
    "hyphens": (paper("Night-time health-care for owls"), paper("Nighttime health care for owls")),
    "dashes and quotes": (paper("“Silent” flight – the owl’s secret"), paper("'Silent' flight - the owl's secret")),
    "braces": (paper("The {DNA} of {O}wls in the Alps"), paper("The DNA of owls in the Alps")),
    "brackets of a translation": (paper("[Hearing of owls in the dark.]"), paper("Hearing of owls in the dark")),
    "retracted since": (paper("RETRACTED: Hearing of owls in the dark"), paper("Hearing of owls in the dark")),
    "a remark of the index": (
        paper(OWLS), paper(f"{OWLS} [see comments] [published erratum appears in Birds 2020;3:7]"),
    ),
    "a section's heading": (paper(OWLS), paper(f"Review: {OWLS}")),
    "a letter at the same place": (
        paper(OWLS, volume="3", pages="10-12"), paper(f"{OWLS} [letter]", volume="3", pages="10"),
    ),
    "a commentary at the same place": (
        paper(OWLS, volume="3", pages="10-12", doi="10.1/x"),
        paper(f"Commentary: {OWLS}", volume="3", pages="10-12", doi="10.1/x"),
    ),
    "an article's slip": (paper("Hearing of the owls in the dark woods"), paper("Hearing of owls in dark woods")),
    "a slip of the pen": (
        paper("Hearing of nocturnal predators in forests"), paper("Hearing of nocturnal preadtors in forests"),
    ),
    "one and many": (
        paper("A map of sounds in the brain of barn owls"), paper("A map of sound in the brain of barn owls"),
    ),
    "no subtitle": (paper("Hearing in the dark woods: how owls find mice"), paper("Hearing in the dark woods")),
    "a subtitle after a dash": (
        paper("Hearing in the dark woods: owls and mice"), paper("Hearing in the dark woods - owls and mice"),
    ),
    "broken off": (paper(OWLS + " in the snow of the far north"), paper(OWLS + " in the sn...")),
    "initials": (paper(OWLS), paper(OWLS, "Quill, A.; Li, B.")),
    "initials without stops": (paper(OWLS, "Quill, Ada Mary"), paper(OWLS, "Quill, AM")),
    "given name first": (paper(OWLS, "Quill, Ada"), paper(OWLS, "Ada Quill")),
    "names the other way round": (paper(OWLS, "Li, Wei; Wang, Fang"), paper(OWLS, "Wei, Li; Fang, Wang")),
    "umlauts": (paper(OWLS, "Müller, Jörg"), paper(OWLS, "Mueller, Joerg")),
    "umlauts left out": (paper(OWLS, "Müller, Jörg"), paper(OWLS, "Muller, J")),
    "Nordic letters": (paper(OWLS, "Sørensen, Åse"), paper(OWLS, "Soerensen, Ase")),
    "particles": (paper(OWLS, "van der Berg, Jan"), paper(OWLS, "Berg, J. van der")),
    "two family names": (paper(OWLS, "García Márquez, Ana"), paper(OWLS, "García, A")),
    "hyphened family name": (paper(OWLS, "Smith-Jones, Eve"), paper(OWLS, "Smith Jones, E.")),
    "an apostrophe": (paper(OWLS, "O’Brien, Pat"), paper(OWLS, "O'Brien, P")),
    "a misspelt author": (paper(OWLS, "Hofmeister, Eva; Li, Bo"), paper(OWLS, "Hofmeisster, Eva; Li, Bo")),
    "transliterated": (paper(OWLS, "Иванов, Пётр"), paper(OWLS, "Ivanov, P.")),
    "et al.": (paper(OWLS, "Quill, Ada; Li, Bo; Dove, Eve; Berg, Cem"), paper(OWLS, "Quill, Ada", et_al=True)),
    "authors in another order": (
        paper(OWLS, "Quill, Ada; Li, Bo; Dove, Eve"), paper(OWLS, "Li, Bo; Dove, Eve; Quill, Ada"),
    ),
    "an author left out": (paper(OWLS, "Quill, Ada; Li, Bo; Dove, Eve"), paper(OWLS, "Quill, Ada; Dove, Eve")),
    "no authors, same year and journal": (paper(OWLS, "", venue="Birds"), paper(OWLS, "", venue="Birds")),
    "no authors on one side": (paper(OWLS + " in snow"), paper(OWLS + " in snow", "")),
    "anonymous": (paper(OWLS + " in snow", "Anonymous"), paper(OWLS + " in snow")),
    "no year": (paper(OWLS), paper(OWLS, year=None)),
    "online first": (paper(OWLS, year=2020), paper(OWLS, year=2021)),
    "online first, pages from 1": (
        paper(OWLS, venue="Journal of Birds", pages="1-7", doi="10.1000/owls"),
        paper(OWLS, venue="J. Birds", volume="38", pages="765-771", year=2021),
    ),
    "an abbreviated journal": (
        paper(OWLS, venue="Journal of Hospital Infection", volume="7", pages="657-668"),
        paper(OWLS, venue="J Hosp Infect", volume="7", pages="657-68"),
    ),
    "an abbreviated journal without pages": (
        paper(OWLS, venue="Journal of Machine Learning Research"),
        paper(OWLS, venue="J. Mach. Learn. Res."),
    ),
    "a contracted journal": (
        paper(OWLS, venue="Natl. Acad. Sci. Rev."), paper(OWLS, venue="National Academy of Science Review"),
    ),
    "a journal in two languages": (
        paper(OWLS, venue="Zhonghua Niao Za Zhi", volume="94", pages="284-8"),
        paper(OWLS, venue="Chinese Journal of Birds", volume="94", pages="284-288"),
    ),
    "a journal with its place": (
        paper(OWLS, venue="Human Reproduction (Oxford, England)"), paper(OWLS, venue="Human reproduction"),
    ),
    "a conference and its acronym": (
        paper(OWLS, venue="Advances in Neural Information Processing Systems"), paper(OWLS, venue="NeurIPS"),
    ),
    "proceedings": (
        paper(OWLS, venue="Proceedings of the 58th Annual Meeting of the Association for Computational Linguistics"),
        paper(OWLS, venue="ACL 2020"),
    ),
    "same DOI, in capitals, another spelling": (paper(OWLS, doi="10.1000/A"), paper(SHORT, doi="10.1000/a", year=2012)),
    "same DOI, title in its language": (
        paper("Hearing of owls", doi="10.1/x", volume="3", pages="7-9"),
        paper("Das Gehör der Eulen", doi="10.1/x", volume="3", pages="7-9"),
    ),
    "same arXiv id, two versions": (
        paper(OWLS, arxiv_id="2105.00001"), paper(SHORT, arxiv_id="2105.00001v2", year=2023),
    ),
    "arXiv's DOI": (paper(OWLS, arxiv_id="2105.00001"), paper(SHORT, doi="10.48550/arxiv.2105.00001", year=2023)),
    "same PubMed id": (paper(OWLS, pmid="123"), paper(SHORT, pmid="123", year=2012)),
    "preprint and article": (
        paper(OWLS, doi="10.48550/arxiv.2105.00001", venue="arXiv", year=2019),
        paper(OWLS, doi="10.1000/owls", venue="Journal of Birds", volume="3", pages="10-20", year=2021),
    ),
    "preprint in CoRR and a conference": (
        paper(OWLS, venue="CoRR", volume="abs/2105.00001"),
        paper(OWLS, venue="ICML", doi="10.1000/owls", pages="10-20"),
    ),
    "bioRxiv and article": (
        paper(OWLS, doi="10.1101/2020.01.02.123456"),
        paper(OWLS, doi="10.1000/owls", venue="Journal of Birds", year=2022),
    ),
    "SSRN and article": (
        paper(OWLS, venue="SSRN Electronic Journal", doi="10.2139/ssrn.1"),
        paper(OWLS, doi="10.1000/owls", venue="Birds"),
    ),
    "two versions on a preprint server": (
        paper(OWLS, doi="10.21203/rs.3.rs-1234/v1"), paper(OWLS, doi="10.21203/rs.3.rs-1234/v2"),
    ),
    "a preprint that got another title": (
        paper("Owls find their prey by sound at night", venue="arXiv", abstract=ABSTRACT),
        paper("How owls find prey at night: by sound", venue="Birds", doi="10.1000/o", abstract=ABSTRACT, year=2021),
    ),
    "a DOI with a slip in it": (
        paper(OWLS, doi="10.1586/14737140.7.1.57", venue="Birds", volume="7", pages="57-68"),
        paper(OWLS, doi="10.1586/14787210.7.1.57", venue="Birds", volume="7", pages="57-68"),
    ),
    "a registered trial": (
        paper("Lamps for Owls", "Nct", venue="https://trials.example/show/NCT01234567"),
        paper("A Trial of Lamps for Owls", "", venue="Registry (NCT01234567)", year=2021),
    ),
    "another title at the same pages": (
        paper("Hearing of owls in the woods at night", venue="Birds", volume="3", pages="10-20"),
        paper("Nightly hearing of owls in woods: new results", venue="Birds", volume="3", pages="10-20"),
    ),
    "a preface twice": (
        paper("Preface", venue="Birds", volume="3", pages="1-2"),
        paper("Preface", venue="Birds", volume="3", pages="1"),
    ),
    "no subtitle, at the same pages": (
        paper("Hearing in the dark woods", venue="Birds", volume="3", pages="10-20"),
        paper("Hearing in the dark woods: owls", "Quill, Ada", 2021, volume="3", pages="10"),
    ),
    "the first author left out": (paper(OWLS, "Quill, Ada; Li, Bo; Dove, Eve"), paper(OWLS, "Li, Bo; Dove, Eve")),
    "copies of a law": (
        paper("Owl Protection Act", "", venue="Statutes"), paper("Owl Protection Act", "", venue="Statutes"),
    ),
    "copies of a preface without authors": (
        paper("Preface", "", pages="7"), paper("Preface", "", pages="7"),
    ),
    "copies of a book": (
        paper("Owls", isbn="978-1", entry_type="book"),
        paper("Owls", isbn="978-1", entry_type="book"),
    ),
    "an article number for pages": (
        paper(OWLS, venue="Birds", volume="7", eid="e1234"), paper(OWLS, venue="Birds", volume="7", pages="e1234"),
    ),
    "retracted since, as Web of Science says": (
        paper(OWLS, volume="3", pages="10"),
        paper(f"{OWLS} (Retracted article. See vol. 12, pg. 34, 2021)", volume="3", pages="10"),
    ),
    "withdrawn since": (paper(OWLS), paper(f"{OWLS} [Withdrawn]")),
    "an article before a group's name": (paper(OWLS, "The Owl Study Group"), paper(OWLS, "Owl Study Group")),
    "Chinese names with and without a space": (
        paper("猫头鹰在夜间捕猎时的听觉研究", "王, 芳; 李, 伟"), paper("猫头鹰在夜间捕猎时的听觉研究", "王芳; 李伟"),
    ),
    "Korean names with and without a space": (
        paper("올빼미의 야간 사냥과 청각에 관한 연구", "김, 철수"),
        paper("올빼미의 야간 사냥과 청각에 관한 연구.", "김철수"),
    ),
    "a copy in a repository": (
        paper(OWLS, venue="Zenodo", doi="10.5281/zenodo.77"), paper(OWLS, venue="Birds", doi="10.1000/owls"),
    ),
    "a copy in a university's repository": (
        paper(OWLS, venue="Nest - University of Owls Repository", doi="10.17863/owls.1"),
        paper(OWLS, venue="Birds", volume="3", pages="10-20", doi="10.1000/owls"),
    ),
    "Roman and Arabic numerals": (
        paper("Hearing of owls in the dark, part II"), paper("Hearing of owls in the dark, part 2"),
    ),
}  # fmt: skip

PERHAPS: dict[str, tuple[Record, Record]] = {
    "a conference's abstract and the article": (
        paper(OWLS, venue="Open Forum of Birds", volume="3"),
        paper(OWLS, venue="Journal of Birds", volume="44", pages="1565-1571"),
    ),
    "a workshop and a conference": (
        paper(OWLS, venue="Proceedings of the Workshop on Birds"), paper(OWLS, venue="Conference on Machine Hearing"),
    ),
    "two journals": (
        paper(OWLS, venue="Value in Health", doi="10.1/a"), paper(OWLS, venue="Bird Infection Control", doi="10.1/b"),
    ),
    "two years of one conference": (
        paper(OWLS, venue="Proceedings of the 56th Meeting on Birds"),
        paper(OWLS, venue="Proceedings of the 57th Meeting on Birds", year=2021),
    ),
    "another year": (paper(OWLS, year=2015), paper(OWLS, year=2020)),
    "another DOI": (paper(OWLS, doi="10.1/a", venue="Birds"), paper(OWLS, doi="10.1/b", venue="Birds")),
    "abstracts that begin on one page": (
        paper("Hearing of owls in woods at night", venue="Birds", volume="3", pages="276A"),
        paper("Hearing of owls in woods at dawn", venue="Birds", volume="3", pages="276A"),
    ),
    "abstracts with the DOI of the issue": (
        paper("Hearing of owls in woods at night", doi="10.1/issue", volume="3", pages="276A"),
        paper("Hearing of owls in woods at dawn", doi="10.1/issue", volume="3", pages="277A"),
    ),
    "registrations of two trials": (
        paper(OWLS, "Nct", venue="https://trials.example/NCT01234567"),
        paper(OWLS, "Nct", venue="https://trials.example/NCT01234568"),
    ),
    "nearly the same title at the same pages, no authors": (
        paper("Hearing of nocturnal predators in forests", "", volume="3", pages="10-20"),
        paper("Haering of nocturnal predators in forests", volume="3", pages="10-20"),
    ),
    "another PubMed id": (paper(OWLS, pmid="1"), paper(OWLS, pmid="2")),
    "a letter": (paper(OWLS), paper(f"{OWLS} [letter]")),
    "an extended abstract": (paper(OWLS), paper(OWLS + " (extended abstract)", year=2020, venue="X")),
    "a thesis and an article": (paper(OWLS, entry_type="phdthesis"), paper(OWLS, entry_type="article")),
    "two editions": (paper(OWLS, edition="1", entry_type="book"), paper(OWLS, edition="2", entry_type="book")),
    "some of the authors": (paper(OWLS, "Quill, Ada; Li, Bo"), paper(OWLS, "Dove, Eve; Berg, Cem; Li, Bo; Roe, Jo")),
    "a short title without authors": (paper("Hearing of owls", ""), paper("Hearing of owls", "")),
    "same DOI, other title, same people": (
        paper("Hearing of owls in the dark", doi="10.1/x"),
        paper("Editing the memory of mice", doi="10.1/x", year=2021),
    ),
    "a longer title by the same people, a year later": (
        paper("Hearing in the dark woods"), paper("Hearing in the dark woods: completeness results", year=2021),
    ),
    "a longer title by some of them": (
        paper("Hearing in the dark woods"), paper("Hearing in the dark woods: with a vehicle", "Quill, Ada; Dove, Eve"),
    ),
    "one DOI for two parts": (
        paper("Part one: hearing of owls", doi="10.1/x"), paper("Part two: hearing of owls", doi="10.1/x"),
    ),
    "one abstract under two titles": (
        paper("A course in feathers", abstract=ABSTRACT), paper("A tool for counting mice", abstract=ABSTRACT),
    ),
}  # fmt: skip

DIFFERENT: dict[str, tuple[Record, Record]] = {
    "a correction": (paper(OWLS), paper(f"Erratum to: {OWLS}")),
    "a correction in front": (paper(OWLS, doi="10.1/x"), paper(f"Correction: {OWLS}", doi="10.1/x")),
    "a corrigendum behind": (paper(OWLS), paper(f"{OWLS} (Corrigendum)")),
    "the publisher's correction": (paper(OWLS), paper(f"Publisher's Correction: {OWLS}")),
    "a retraction": (paper(OWLS), paper(f"Retraction notice to \u201c{OWLS}\u201d")),
    "a comment": (paper(OWLS), paper(f"Comment on \u2018{OWLS}\u2019", "Dove, Eve")),
    "a comment by the same people": (paper(OWLS), paper(f"Comments on {OWLS}")),
    "a reply": (paper(f"Comment on {OWLS}", "Dove, Eve"), paper(f"Reply to comment on {OWLS}")),
    "the authors' reply": (paper(OWLS, doi="10.1/x"), paper(f"{OWLS}: Authors' reply", doi="10.1/x")),
    "a review of the book": (paper(OWLS), paper(f"Review of {OWLS}", "Dove, Eve")),
    "a protocol": (paper(f"{OWLS}: a randomised trial"), paper(f"{OWLS}: protocol for a randomised trial")),
    "supplementary material": (paper(OWLS), paper(f"Supplementary material for {OWLS}")),
    "part I and part II": (paper(f"{OWLS}. Part I"), paper(f"{OWLS}. Part II")),
    "part I and part II in one journal": (
        paper(f"{OWLS}, Part 1", venue="Birds", volume="3"), paper(f"{OWLS}, Part 2", venue="Birds", volume="3"),
    ),
    "parts A and B": (paper(f"{OWLS}: part A"), paper(f"{OWLS}: part B")),
    "a number at the end": (paper("Hearing of owls in the dark II"), paper("Hearing of owls in the dark III")),
    "a year in the title": (paper("Report on owls heard in 2019"), paper("Report on owls heard in 2020")),
    "a number in the title": (
        paper("Evaluating GPT-3 on the hearing of owls"), paper("Evaluating GPT-4 on the hearing of owls"),
    ),
    "a number in a word": (paper("Owls infected with H1N1 in the wild"), paper("Owls infected with H1N2 in the wild")),
    "a turned sense": (
        paper("Supervised learning of owl sounds in the wild"),
        paper("Unsupervised learning of owl sounds in the wild"),
    ),
    "hyper and hypo": (paper("Treatment of hypertension in barn owls"), paper("Treatment of hypotension in barn owls")),
    "one word for another": (
        paper("Hearing of male owls in the dark woods"), paper("Hearing of female owls in the dark woods"),
    ),
    "other words": (paper("Transformers for hearing owls"), paper("Transformers for hearing mice")),
    "another beginning": (paper("Hearing in the dark woods: owls"), paper("Hearing in the dark woods: mice and men")),
    "one sign for another": (
        paper("猫头鹰在夜间捕猎时的听觉研究与雄性行为", "王, 芳"),
        paper("猫头鹰在夜间捕猎时的听觉研究与雌性行为", "王, 芳"),
    ),
    "one word for another, without spaces": (
        paper("การได้ยินของนกฮูกเพศผู้ในป่ามืดตอนกลางคืน", "สมชาย, ก"),
        paper("การได้ยินของนกฮูกเพศเมียในป่ามืดตอนกลางคืน", "สมชาย, ก"),
    ),
    "no title": (paper("[No title available]", "", venue="Birds"), paper("[No title available]", "", venue="Birds")),
    "other authors": (paper(OWLS), paper(OWLS, "Dove, Eve; Berg, Cem")),
    "nearly the same title by others": (
        paper("Hearing of nocturnal predators in forests"),
        paper("Hearing of nocturnal predator in forests", "Dove, Eve"),
    ),
    "nearly the same title years later": (
        paper("Hearing of nocturnal predators in forests", year=2010),
        paper("Hearing of nocturnal predator in forests", year=2020),
    ),
    "a word more": (
        paper("Hearing of nocturnal predators in the dense forests of the north"),
        paper("Hearing of nocturnal predators in the wet dense forests of the north"),
    ),
    "other given names": (paper(OWLS, "Wang, Yan"), paper(OWLS, "Wang, Xu")),
    "prefaces": (paper("Preface"), paper("Preface", "Dove, Eve")),
    "prefaces by the same people": (paper("Preface", venue="Birds"), paper("Preface", venue="Birds", year=2022)),
    "editorials of one year": (
        paper("Editorial", venue="Birds", volume="3", pages="1-2"),
        paper("Editorial", venue="Birds", volume="4", pages="1-3"),
    ),
    "introductions without authors": (paper("Introduction", ""), paper("Introduction", "")),
    "annual reports": (paper("Annual report", "Bird Society", 2019), paper("Annual report", "Bird Society", 2020)),
    "the editor's notes": (paper("From the editor"), paper("From the editor", year=2021)),
    "a DOI copied to the wrong entry": (
        paper("Locating and editing factual associations", "Meng, Kevin", doi="10.1/x"),
        paper("Mass-editing memory in a transformer", "Dove, Eve", doi="10.1/x"),
    ),
    "a DOI of the whole book": (
        paper("Hearing of owls", doi="10.1/book"), paper("Feathers of ducks", "Dove, Eve", doi="10.1/book"),
    ),
    "many years, no authors": (paper(OWLS, "", 2001), paper(OWLS, "", 2003)),
    "one people, two papers": (paper("Hearing of owls in winter"), paper("Feathers of owls in summer")),
}  # fmt: skip

CASES: list[tuple[str, Record, Record, Outcome]] = [
    *((name, one, other, "same") for name, (one, other) in SAME.items()),
    *((name, one, other, "perhaps") for name, (one, other) in PERHAPS.items()),
    *((name, one, other, "different") for name, (one, other) in DIFFERENT.items()),
]
