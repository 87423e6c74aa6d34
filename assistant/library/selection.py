"""Which papers pass a filter, looked up once while the library stays as it is."""

import threading

from assistant.library.store import Library
from assistant.types import Filter

_MOST = 16
"""Filters whose keys are kept."""


class Selection:
    """Keys of the papers that pass: the same object for the same filter until the library changes.

    The vector index keeps what it makes of such a set as long as it is handed the same one.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._version: object = None
        self._keys: dict[Filter, frozenset[str]] = {}

    def keys(self, where: Filter) -> frozenset[str] | None:
        """Keys of the papers that pass; None when all pass because nothing is asked for."""
        if where.is_empty:
            return None
        with self._lock:
            version = self._library.database.version()
            if version != self._version or (where not in self._keys and len(self._keys) >= _MOST):
                self._keys.clear()
                self._version = version
            if where not in self._keys:
                self._keys[where] = frozenset(self._library.keys(where))
            return self._keys[where]
