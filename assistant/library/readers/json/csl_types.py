"""Types of items in the Citation Style Language, and BibTeX's for them."""

_BIBTEX = {
    "article": "misc",
    "article-journal": "article",
    "article-magazine": "article",
    "article-newspaper": "article",
    "book": "book",
    "broadcast": "misc",
    "chapter": "incollection",
    "dataset": "dataset",
    "document": "misc",
    "entry": "incollection",
    "entry-dictionary": "incollection",
    "entry-encyclopedia": "incollection",
    "manuscript": "unpublished",
    "pamphlet": "booklet",
    "paper-conference": "inproceedings",
    "patent": "patent",
    "post": "online",
    "post-weblog": "online",
    "report": "techreport",
    "review": "article",
    "review-book": "article",
    "software": "software",
    "speech": "unpublished",
    "thesis": "thesis",
    "webpage": "online",
}
_OTHER_TYPES = frozenset(
    "bill classic collection event figure graphic hearing interview legal_case legislation map motion_picture "
    "musical_score performance periodical personal_communication regulation song standard treaty".split()
)
TYPES = frozenset(_BIBTEX) | _OTHER_TYPES
"""Those that CSL 1.0.2 knows."""
_CSL = {
    "article": "article-journal",
    "book": "book",
    "booklet": "pamphlet",
    "conference": "paper-conference",
    "dataset": "dataset",
    "inbook": "chapter",
    "incollection": "chapter",
    "inproceedings": "paper-conference",
    "manual": "book",
    "mastersthesis": "thesis",
    "online": "webpage",
    "patent": "patent",
    "phdthesis": "thesis",
    "proceedings": "book",
    "report": "report",
    "software": "software",
    "techreport": "report",
    "thesis": "thesis",
    "unpublished": "manuscript",
}
_GENRE_WORDS = {
    "phdthesis": ("doctor", "phd", "ph.d", "dissertation"),
    "mastersthesis": ("master", "m.sc", "msc", "m.a."),
}
GENRES = {"phdthesis": "PhD thesis", "mastersthesis": "Master's thesis"}
"""How CSL tells them apart."""
PUBLISHERS = {
    "thesis": "school",
    "phdthesis": "school",
    "mastersthesis": "school",
    "techreport": "institution",
    "report": "institution",
}
"""Which detail CSL's `publisher` is, where it is not that of the same name."""


def bibtex_type(csl_type: str, genre: str = "") -> str | None:
    """BibTeX's type for one of CSL; None when it is none of CSL's."""
    if csl_type not in TYPES:
        return None
    found = _BIBTEX.get(csl_type, "misc")
    if found == "thesis":
        return next((one for one, words in _GENRE_WORDS.items() if any(word in genre.lower() for word in words)), found)
    return found


def csl_type(bibtex: str | None, *, is_preprint: bool) -> str:
    """CSL's type for one of BibTeX."""
    return _CSL.get(bibtex or "", "article" if is_preprint else "document")
