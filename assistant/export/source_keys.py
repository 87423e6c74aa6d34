"""Papers under the cite keys that their own file had, where Citewell could not cite those but LaTeX can."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from assistant.library.keys import is_usable
from assistant.types import Paper

_WRITABLE = re.compile(r"[^\s,{}%#\"\\~=]+")
"""What BibTeX takes between `{` and the first comma."""


def under_source_keys(
    papers: Iterable[Paper], aliases: Mapping[str, Sequence[str]]
) -> tuple[list[Paper], dict[str, tuple[str, ...]]]:
    """The papers as documents cite them that were written before the papers came in.

    Args:
        papers: Under the library's keys.
        aliases: The other keys of each, by its key.

    Returns:
        The papers under the keys that their file gave them, where those can be written and no other paper has them; and
        the other keys of each, by its key now.
    """
    papers = list(papers)
    taken = {paper.key.lower() for paper in papers}
    renamed: list[Paper] = []
    others: dict[str, tuple[str, ...]] = {}
    for paper in papers:
        own = paper.record.key or ""
        is_wanted = own and not is_usable(own) and _WRITABLE.fullmatch(own) and own.lower() not in taken
        key = own if is_wanted else paper.key
        taken.add(key.lower())
        renamed.append(replace(paper, key=key))
        known = dict.fromkeys([paper.key, *aliases.get(paper.key, ())])
        others[key] = tuple(one for one in known if one != key and _WRITABLE.fullmatch(one))
    return renamed, others
