"""BibTeX's entry types for the types that other formats name."""

import re

BIBTEX_TYPES = frozenset(
    "article inproceedings incollection inbook book proceedings phdthesis mastersthesis thesis techreport report "
    "unpublished misc online dataset software patent manual booklet conference".split()
)
_OTHERS = {
    "article": (
        "articlejournal journalarticle journal articlemagazine magazinearticle articlenewspaper newspaperarticle "
        "newspaper magazine review reviewbook reviewarticle editorial letter lettersandcomments casereport "
        "clinicaltrial metaanalysis study news erratum datapaper scholarlyarticle journalissue journalvolume"
    ),
    "inproceedings": (
        "paperconference conferencepaper conference conferenceproceedings proceedingsarticle conferencearticle"
    ),
    "proceedings": "conferenceproceeding proceedingsseries",
    "incollection": (
        "chapter bookchapter booksection bookpart booktrack referenceentry entry entryencyclopedia entrydictionary "
        "encyclopediaarticle dictionaryentry inreference suppbook"
    ),
    "book": "monograph editedbook referencebook bookset bookseries ebook collection mvbook textbook",
    "phdthesis": "dissertation doctoralthesis phd",
    "mastersthesis": "masterthesis masters",
    "techreport": "report technicalreport workingpaper reportcomponent reportseries researchreport",
    "unpublished": "manuscript presentation speech lecture",
    "misc": "preprint postedcontent other generic document paratext peerreview grant standard component text",
    "online": "webpage website web post postweblog blogpost forumpost electronic internet webarticle",
    "dataset": "data database datasets",
    "software": "computerprogram program softwaresourcecode code",
}
_TABLE = {other: bibtex for bibtex, others in _OTHERS.items() for other in others.split()}
_TABLE |= {name: name for name in BIBTEX_TYPES if name != "report"}


def entry_type(name: str | None) -> str | None:
    """BibTeX's entry type for a type of CSL, Crossref, DataCite, OpenAlex, Mendeley or a service; None if unknown.

    `article` is a journal's here; a format in which it is none translates it itself.
    """
    return _TABLE.get(re.sub(r"[^a-z]", "", name.lower())) if name else None
