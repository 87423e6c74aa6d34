"""Keys under which papers are looked up that may be the same: two records of one paper share at least one."""

from functools import lru_cache

from assistant.library.database import Database
from assistant.library.sameness.people import first_family
from assistant.library.sameness.works import Work
from assistant.types import Record

KEYS_VERSION = "2"
"""Changes whenever `blocking_keys` gives other keys; papers stored under older ones are given theirs anew."""
_BEGINNING = 10
_LONGEST = 60
_RARE = 3
_KEYS_OF_PAPER = "SELECT key FROM matching_keys WHERE paper = ?"


def blocking_keys(record: Record) -> tuple[str, ...]:
    """Short texts, each once: identifiers, forms of the title, who wrote it and where it stands."""
    telling = Record(
        title=record.title,
        authors=record.authors,
        year=record.year,
        doi=record.doi,
        arxiv_id=record.arxiv_id,
        pmid=record.pmid,
        venue=record.venue,
        details=record.details,
        abstract=record.abstract,
    )
    return _keys_of(telling)


@lru_cache(maxsize=4)
def _keys_of(record: Record) -> tuple[str, ...]:
    """The keys of a record that is looked up and then stored are made once."""
    work = Work(record)
    ids, title, place = work.identifiers, work.title, work.place
    first = first_family(record)
    keys = [
        f"d:{ids.doi}" if ids.doi else "",
        f"a:{ids.arxiv_id}" if ids.arxiv_id else "",
        f"p:{ids.pmid}" if ids.pmid else "",
        f"n:{ids.trial}" if ids.trial else "",
        f"v:{first}|{place.volume}|{place.page}" if first and place.volume and place.page else "",
        f"f:{first}|{title.letters[:_BEGINNING]}" if first and title.letters else "",
        f"b:{work.opening}" if work.opening else "",
    ]
    if title.is_telling:
        keys += [f"t:{title.letters[:_LONGEST]}", f"t:{title.main[:_LONGEST]}", _by_longest_words(title.words)]
    elif not first:
        keys.append(f"o:{title.letters}|{record.year}|{place.volume}|{place.page}")
    return tuple(dict.fromkeys(key for key in keys if key))


def _by_longest_words(words: tuple[str, ...]) -> str:
    """Slips in the other words, and their order, make no difference."""
    longest = sorted(set(words), key=lambda word: (-len(word), word))[:_RARE]
    return "w:" + " ".join(sorted(longest))[:_LONGEST] if len(longest) == _RARE else ""


def write_keys(database: Database, paper: int, record: Record, *, is_new: bool = False) -> None:
    """Store the keys of a paper in the place of those it had; call it inside a transaction.

    Args:
        database: Of the library.
        paper: The paper's row id.
        record: As it is stored.
        is_new: The paper has no keys yet.
    """
    after = set(blocking_keys(record))
    before = set() if is_new else {key for (key,) in database.rows(_KEYS_OF_PAPER, [paper])}
    if before - after:
        gone = [(key, paper) for key in sorted(before - after)]
        database.many("DELETE FROM matching_keys WHERE key = ? AND paper = ?", gone)
    if after - before:
        new = [(key, paper) for key in sorted(after - before)]
        database.many("INSERT INTO matching_keys VALUES (?, ?)", new)
