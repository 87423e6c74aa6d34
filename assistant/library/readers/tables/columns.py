"""Which column of a table is what: the header names that tools and people use."""

import re
from collections.abc import Sequence

from assistant.text import fold

_NAMES = {
    "title": """title articletitle documenttitle papertitle primarytitle itemtitle ti displayname titel titre titulo
    titolo""",
    "authors": """authorfullnames authors author authornames authorname firstauthors creators creator af au
    authorshipsauthordisplayname auteurs autoren autores""",
    "year": "year publicationyear pubyear publishedyear yearofpublication py articleyear jahr annee ano",
    "date": "publicationdate date datepublished publisheddate published coverdate issued pd createdate onlinedate",
    "month": "month publishedmonth",
    "day": "day",
    "venue": """journal journaltitle journalname sourcetitle publicationtitle publicationname journalbook venue
    containertitle secondarytitle primarylocationsourcedisplayname source publication booktitle conferencename
    conference zeitschrift revue revista rivista""",
    "doi": "doi articledoi dois doilink digitalobjectidentifier",
    "pmid": "pmid pubmedid pubmed idspmid",
    "arxiv_id": "arxivid arxiv eprint",
    "url": "url link urls externalurl articleurl openurllink itemurl pdflink primarylocationlandingpageurl",
    "abstract": "abstract abstractnote abstracttext summary ab resume zusammenfassung resumen",
    "tags": "authorkeywords keywords keyword tags manualtags tag subjects schlagworter motscles",
    "entry_type": """itemtype documenttype typeofreference publicationtype referencetype entrytype contenttype doctype
    documentidentifier type""",
    "category": "category primarycategory field",
    "key": "citekey citationkey bibtexkey bibkey key",
    "notes": "notes mynotes",
    "pages": "pages page pagination pagerange bibliopages",
    "first_page": "startpage pagestart firstpage beginningpage bibliofirstpage bp",
    "last_page": "endpage pageend lastpage endingpage bibliolastpage ep",
    "volume": "volume vol bibliovolume vl",
    "number": "issue number issuenumber no biblioissue is",
    "eid": "artno articlenumber articleno eid",
    "publisher": "publisher",
    "address": "place placepublished placeofpublication publisherplace address",
    "edition": "edition",
    "series": "series seriestitle",
    "editor": "editors editor",
    "isbn": "isbn isbns",
    "issn": "issn primarylocationsourceissnl issns",
    "pmcid": "pmcid pmc idspmcid",
    "language": "language languageoforiginaldocument",
    "shortjournal": "abbreviatedsourcetitle journalisoabbreviation journalabbreviation journaliso shortjournal",
    "note": "note",
}
_RANKS = {name: (place, rank) for place, names in _NAMES.items() for rank, name in enumerate(names.split())}
_LEAST_KNOWN = 2


def columns_of(header: Sequence[str]) -> dict[str, int]:
    """Place in a record -> index of the column that has it; of several the one with the more telling name."""
    found: dict[str, tuple[int, int]] = {}
    for index, name in enumerate(header):
        place, rank = _RANKS.get(_folded(name), ("", 0))
        if place and (place not in found or rank < found[place][0]):
            found[place] = (rank, index)
    return {place: index for place, (_, index) in found.items()}


def is_header(row: Sequence[str]) -> bool:
    """Whether a row names a title and one other thing that papers have."""
    columns = columns_of(row)
    return "title" in columns and len(columns) >= min(_LEAST_KNOWN, len([cell for cell in row if cell.strip()]))


def _folded(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", fold(name))
