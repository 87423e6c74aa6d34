"""A library's own search where an index is expected, for the LangChain retriever."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from assistant.types import Filter
from vectorstore.types import Chunk, Passage, SearchMode

__all__ = ["LiveSearch"]


class LiveSearch:
    """Searches the library as it is at the time of each search: what was added since is found, what is damaged mended.

    The filter, too, is applied anew each time, and a reranker of the library is asked.
    """

    def __init__(self, search: Callable[[str, int, Filter, SearchMode], Sequence[Passage]], where: Filter) -> None:
        self._search = search
        self._where = where

    def search(
        self,
        query: str,
        k: int,
        *,
        mode: SearchMode,
        keys: Collection[str] | None,
        lookup: Callable[[Sequence[str]], Mapping[str, Chunk]],
    ) -> Sequence[Passage]:
        """The k best passages of papers that pass the filter and, when keys are given, are among them; best first.

        `lookup` is not needed: the library looks its passages up itself.
        """
        del lookup
        if keys is None:
            return self._search(query, k, self._where, mode)
        allowed = tuple(one for one in keys if not self._where.keys or one in self._where.keys)
        return self._search(query, k, replace(self._where, keys=allowed), mode) if allowed else []
