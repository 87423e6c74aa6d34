"""RIS's types of references and BibTeX's."""

import re

_ENTRY_TYPES = {
    "article": "JOUR EJOUR MGZN NEWS JFULL INPR ABST",
    "inproceedings": "CPAPER",
    "proceedings": "CONF",
    "incollection": "CHAP ECHAP ENCYC DICT",
    "book": "BOOK EBOOK EDBOOK CLSWK SER",
    "thesis": "THES",
    "techreport": "RPRT GOVDOC STAND STD",
    "unpublished": "UNPB UNPD MANSCPT",
    "online": "ELEC WEB BLOG MULTI DBASE",
    "dataset": "DATA AGGR",
    "software": "COMP",
    "patent": "PAT",
    "misc": """GEN ADVS ANCIENT ART BILL CASE CHART CTLG EQUA FIGURE GRANT GRNT HEAR ICOMM LEGAL MAP MPCT MUSIC PAMP
        PCOMM PODCST SLIDE SOUND STAT UNBILL VIDEO""",
}
ENTRY_TYPES = {ris: bibtex for bibtex, types in _ENTRY_TYPES.items() for ris in types.split()}
"""BibTeX's type for each of RIS's; `CONF` and `THES` depend on other fields too."""

RIS_TYPES = {bibtex: types.split()[0] for bibtex, types in _ENTRY_TYPES.items()} | {
    "conference": "CPAPER",
    "inbook": "CHAP",
    "booklet": "PAMP",
    "manual": "BOOK",
    "phdthesis": "THES",
    "mastersthesis": "THES",
    "report": "RPRT",
    "mvbook": "BOOK",
    "collection": "EDBOOK",
    "inreference": "ENCYC",
    "periodical": "JFULL",
    "www": "ELEC",
    "electronic": "ELEC",
}
"""RIS's type for each of BibTeX's; the first of those that are read as it."""

WRITTEN_OUT = {
    "journal article": "JOUR",
    "article": "JOUR",
    "journal": "JOUR",
    "journal, electronic": "JOUR",
    "electronic article": "EJOUR",
    "magazine article": "MGZN",
    "newspaper article": "NEWS",
    "abstract": "ABST",
    "book": "BOOK",
    "book, whole": "BOOK",
    "book, edited": "EDBOOK",
    "edited book": "EDBOOK",
    "electronic book": "EBOOK",
    "book, section": "CHAP",
    "book section": "CHAP",
    "book chapter": "CHAP",
    "electronic book section": "ECHAP",
    "encyclopedia": "ENCYC",
    "dictionary": "DICT",
    "conference paper": "CPAPER",
    "conference proceeding": "CPAPER",
    "conference proceedings": "CPAPER",
    "thesis": "THES",
    "dissertation": "THES",
    "dissertation/thesis": "THES",
    "dissertation/thesis, unpublished": "THES",
    "report": "RPRT",
    "government document": "GOVDOC",
    "standard": "STAND",
    "unpublished work": "UNPB",
    "unpublished material": "UNPB",
    "manuscript": "MANSCPT",
    "web page": "ELEC",
    "web site": "ELEC",
    "blog": "BLOG",
    "electronic source": "ELEC",
    "online database": "DBASE",
    "dataset": "DATA",
    "computer program": "COMP",
    "computer program/software": "COMP",
    "software": "COMP",
    "patent": "PAT",
    "map": "MAP",
    "grant": "GRANT",
    "generic": "GEN",
}
"""The names of types in EndNote's and RefWorks' tagged files, and in RIS files made by hand."""
PARTS_OF_BOOKS = frozenset({"inproceedings", "incollection", "inbook"})
WHOLE_WORKS = frozenset({"book", "thesis", "phdthesis", "mastersthesis", "techreport", "proceedings"})
"""Without a venue: who published them says where they appeared."""
_MASTERS = re.compile(r"\bmaster|\bm\.?\s?(?:sc|a|phil|eng)\b\.?", re.IGNORECASE)
_DOCTORAL = re.compile(r"\bph\.?\s?d\b|\bdoctor|\bdissertation\b|\bhabilitation", re.IGNORECASE)


def publisher_name(entry_type: str | None) -> str:
    """Under which name of `DETAILS` a type has who published it."""
    if entry_type in ("thesis", "phdthesis", "mastersthesis"):
        return "school"
    return "institution" if entry_type == "techreport" else "publisher"


def thesis_type(text: str) -> str:
    """BibTeX's type of a thesis whose degree a text names; `thesis` when it names none."""
    if _MASTERS.search(text):
        return "mastersthesis"
    return "phdthesis" if _DOCTORAL.search(text) else "thesis"
