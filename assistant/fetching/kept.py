"""Answers kept for a day: what was fetched before a failure is not asked for again."""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from assistant.fetching.exchange import OK, Answer, Request

DAY = 24 * 60 * 60.0
_SUFFIX = ".answer"


class KeptAnswers:
    """A folder of good answers; one that cannot be read or written is an empty one."""

    def __init__(self, folder: Path, *, clock: Callable[[], float]) -> None:
        """Look into a folder.

        Args:
            folder: Made when something is first kept, for its owner's eyes only.
            clock: Seconds since 1970.
        """
        self._folder = folder
        self._clock = clock
        self._is_tidied = False

    def find(self, request: Request, *, at: str) -> Answer | None:
        """The answer that the request got within the last day.

        Args:
            request: What is asked.
            at: The address that is asked: a server that stands in for a service does not speak for it later.
        """
        path = self._path(request, at)
        try:
            if not self._is_fresh(path):
                return None
            return Answer(status=OK, body=path.read_bytes())
        except OSError:
            return None

    def keep(self, request: Request, answer: Answer, *, at: str) -> None:
        """Keep a good answer, and forget those that are older than a day."""
        path = self._path(request, at)
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=self._folder, suffix=".part")
            with os.fdopen(handle, "wb") as file:
                file.write(answer.body)
            os.utime(name, (self._clock(), self._clock()))
            Path(name).replace(path)
            self._tidy()
        except OSError:
            return  # keeping is a kindness to the service, and nothing depends on it

    def _is_fresh(self, path: Path) -> bool:
        return 0 <= self._clock() - path.stat().st_mtime < DAY

    def _tidy(self) -> None:
        if self._is_tidied:
            return
        self._is_tidied = True
        for path in self._folder.iterdir():
            if path.suffix in {_SUFFIX, ".part"} and not self._is_fresh(path):
                path.unlink(missing_ok=True)

    def _path(self, request: Request, at: str) -> Path:
        asked = json.dumps([request.host, at, request.path, request.params, request.accept])
        return self._folder / (hashlib.sha256(asked.encode()).hexdigest() + _SUFFIX)
