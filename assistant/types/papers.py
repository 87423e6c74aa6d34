"""Papers, and which of them are meant."""

from dataclasses import dataclass

DETAILS = (
    "volume",
    "number",
    "pages",
    "eid",
    "publisher",
    "address",
    "edition",
    "series",
    "chapter",
    "editor",
    "booktitle",
    "shortjournal",
    "institution",
    "school",
    "organization",
    "howpublished",
    "note",
    "isbn",
    "issn",
    "pmcid",
    "language",
)
"""Names of what a bibliography prints beside authors, title, year and venue, as BibLaTeX has them.

`pages` is `12-15`; `editor` is `Family, Given and Family, Given`; `booktitle` is there when the venue is another.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """A person, or an organisation when `given` is empty."""

    family: str
    given: str = ""

    @property
    def name(self) -> str:
        """Given name first."""
        return f"{self.given} {self.family}".strip()

    @property
    def inverted(self) -> str:
        """Family name first: `Family, Given`."""
        return ", ".join(part for part in (self.family, self.given) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A paper as one source describes it, before the library has given it a cite key."""

    title: str
    authors: tuple[Author, ...] = ()
    et_al: bool = False
    """More authors exist than are listed."""
    year: int | None = None
    date: str | None = None
    """ISO 8601, as precise as known: `2023`, `2023-08` or `2023-08-17`."""
    year_inferred: bool = False
    """The source leaves the year out; `year` and `date` have that in which the source was saved."""
    venue: str | None = None
    doi: str | None = None
    """Bare and lower case: `10.1000/xyz`."""
    arxiv_id: str | None = None
    """Bare, without version: `2305.14627`."""
    pmid: str | None = None
    """PubMed's number, digits only."""
    url: str | None = None
    category: str | None = None
    tags: tuple[str, ...] = ()
    abstract: str = ""
    """Exactly as it is quoted from; empty when the source has none."""
    key: str | None = None
    """The cite key that the source uses, if it has one."""
    entry_type: str | None = None
    """BibTeX's entry type, lower case, when known; other formats' types are translated to it."""
    details: tuple[tuple[str, str], ...] = ()
    """What a bibliography prints besides, as plain text, each name of `DETAILS` at most once."""
    extra: tuple[tuple[str, str], ...] = ()
    """Fields of the source that have no place above, in their order, under the source's own names.

    BibTeX's values are LaTeX, JSON's are JSON text.
    """
    written: tuple[tuple[str, str], ...] = ()
    """A BibTeX entry's fields in their order, values with their delimiters as they stand in the file."""
    notes: str = ""
    """What the user noted about the paper; no source's."""
    edited: tuple[str, ...] = ()
    """Names of the fields that the user changed: no source overwrites them."""
    filled: tuple[tuple[str, str], ...] = ()
    """(field, source) of what was taken over from another source than `source`."""
    extracted: bool = False
    """Read off the pages of a PDF; it may be wrong."""
    source: str = ""
    """The file it came from, as the user named it."""
    line: int | None = None
    """Line of the source where it starts, from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Something in a source that was not read as a paper."""

    source: str
    line: int | None
    reason: str
    failed: bool = False
    """A service failed: trying again may help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A record in the library: `record` as merged from its sources, under a key that never changes."""

    key: str
    record: Record

    @property
    def title(self) -> str:
        """The paper's title."""
        return self.record.title

    @property
    def abstract(self) -> str:
        """The stored abstract; empty when there is none."""
        return self.record.abstract

    @property
    def incomplete(self) -> tuple[str, ...]:
        """Names of what a citation would want and is missing, in the order title, authors, year, abstract."""
        wanted = (
            ("title", self.record.title),
            ("authors", self.record.authors),
            ("year", self.record.year),
            ("abstract", self.record.abstract),
        )
        return tuple(name for name, value in wanted if not value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which papers a search may use; empty fields do not restrict. Fields are joined by AND, values in one by OR."""

    first_year: int | None = None
    last_year: int | None = None
    authors: tuple[str, ...] = ()
    """Case- and accent-insensitive parts of an author's name."""
    venues: tuple[str, ...] = ()
    """Case-insensitive parts of the venue or the category."""
    tags: tuple[str, ...] = ()
    """Whole tags."""
    keys: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True when every paper passes."""
        return self == Filter()
