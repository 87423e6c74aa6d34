"""What a PDF says about itself, and whether to believe it; year and identifiers off its first page."""

import re
from collections.abc import Mapping
from pathlib import PurePath

from assistant.library.readers.pdf.layout import Page, plain_text
from assistant.library.readers.values.identifiers import find_arxiv_id, find_doi
from assistant.library.readers.values.names import name_score, person
from assistant.types import Author

_MADE_BY_A_PROGRAM = re.compile(
    r"microsoft (?:word|powerpoint)\b.*|untitled\b.*|(?:document|paper|main|manuscript|article|draft|template)\d*"
    r"|.*\.(?:docx?|tex|dvi|pdf|indd|qxd|rtf|odt|eps|ps|fm)\b.*|arxiv:.*|doi:.*|10\.\d{4,}.*|https?:.*|.*\d\.\.\d+"
    r"|(?:proceedings|journal|transactions) of\b.*|pii:.*|[\w-]*\d[\w.-]*|.*\bcamera.?ready\b.*|(?:no )?title",
    re.IGNORECASE,
)
_USERS = frozenset(
    "user admin administrator root author authors owner unknown anonymous microsoft windows default".split()
)
_STAMP = re.compile(
    r"arXiv:(?P<id>[\w.-]+(?:/\d{7})?)(?:v\d+)?\s*\[[\w.-]+\]\s*\d{1,2}\s+[A-Z][a-z]{2}\s+(?P<year>(?:19|20)\d\d)"
)
_OF_YEAR = (
    re.compile(r"(?:©|\(c\)|copyright)\s*(?:by the authors?,?\s*)?(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE),
    re.compile(r"published\b[^.]{0,40}?\b(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE),
    re.compile(r"accepted\b[^.]{0,40}?\b(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE),
)
_YEAR = re.compile(r"(?<![\d./-])(?:19[5-9]|20\d)\d(?![\d/-])")
_MARGIN = 0.1
"""Of the page's height: where headers and footers stand."""
_MOST_SHARED = 0.7
_LEAST_WORDS = 2
_ARXIV_MONTH = 4
_REFERENCES = re.compile(r"^\W*(?:\d+\.?\s*)?(?:references|bibliography|literature cited)\W*$", re.IGNORECASE)


def believed_title(meta: Mapping[str, object], page: Page, source: str) -> str:
    """The title in the PDF's own data when it is one and stands on the page; empty when it is not to be believed."""
    title = " ".join(plain_text(str(meta.get("Title") or "")).split())
    words = _words(title)
    if len(words) < _LEAST_WORDS or _MADE_BY_A_PROGRAM.fullmatch(title):
        return ""
    if title.lower() == PurePath(source.replace("\\", "/")).stem.lower():
        return ""
    shown = set(_words(" ".join(line.text for line in page.lines)))
    return title if sum(word in shown for word in words) >= _MOST_SHARED * len(words) else ""


def believed_authors(meta: Mapping[str, object], page: Page) -> tuple[Author, ...]:
    """The authors in the PDF's own data when all of them look like names and stand on the page."""
    written = " ".join(plain_text(str(meta.get("Author") or "")).split())
    separator = r"\s*(?:;|\band\b|&)\s*" if ";" in written else r"\s*(?:,|\band\b|&)\s*"
    names = [name for name in re.split(separator, written) if name]
    people = [person(name) for name in names if name.lower() not in _USERS and name_score(person(name).name) > 0]
    shown = set(_words(" ".join(line.text for line in page.lines)))
    is_shown = all(set(_words(one.family)) <= shown for one in people)
    return tuple(people) if people and len(people) == len(names) and is_shown else ()


def _words(text: str) -> list[str]:
    return re.findall(r"\w{2,}", text.lower())


def identifiers(meta: Mapping[str, object], page: Page) -> tuple[str | None, str | None]:
    """The paper's own DOI and arXiv id: from the PDF's data, an edge of the page, or the page before its references."""
    own = " ".join(str(meta.get(name) or "") for name in ("doi", "DOI", "Subject", "Keywords"))
    lines = [line.text for line in page.lines]
    cut = next((place for place, text in enumerate(lines) if _REFERENCES.match(text)), len(lines))
    text = "\n".join(lines[:cut])
    stamp = _STAMP.search(f"{page.turned} {text}")
    arxiv = find_arxiv_id(f"arXiv:{stamp['id']}") if stamp else find_arxiv_id(f"arXiv:{meta.get('arXivID') or ''}")
    labelled = re.search(r"(?:doi(?:\.org/|\s*:?\s*|/)|object identifier:?\s*)(10\.\S+)", text, re.IGNORECASE)
    return find_doi(own) or find_doi(labelled[1] if labelled else "") or find_doi(" ".join(_edges(page))), arxiv


def year(page: Page, arxiv: str | None, latest: int) -> int | None:
    """When it came out: from arXiv's stamp, a copyright line, or the header and footer; None when that is not said.

    Args:
        page: The first page.
        arxiv: The paper's arXiv id, which begins with the year.
        latest: The year in which the file was saved; later ones are none.
    """
    text = " ".join(line.text for line in page.lines)
    stamp = _STAMP.search(f"{page.turned} {text}")
    if stamp:
        return int(stamp["year"])
    for pattern in _OF_YEAR:
        found = pattern.search(text)
        if found and int(found["year"]) <= latest + 1:
            return int(found["year"])
    if arxiv and arxiv[:_ARXIV_MONTH].isdecimal():
        return 2000 + int(arxiv[:2])
    for edge in _edges(page):
        years = {int(one) for one in _YEAR.findall(edge) if int(one) <= latest + 1}
        if len(years) == 1:
            return years.pop()
    return None


def _edges(page: Page) -> tuple[str, str]:
    """The header and the footer."""
    margin = _MARGIN * page.height
    header = [line.text for line in page.lines if line.bottom > page.height - margin]
    return " ".join(header), " ".join(line.text for line in page.lines if line.bottom < margin)
