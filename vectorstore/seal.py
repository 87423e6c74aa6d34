"""Checksums of Chroma's graph, which has none of its own: whoever reads garbled bytes of it dies without a word.

Chroma writes its graph after every thousand chunks, in place, within the call that stores the last of them. Checksums
are taken right after it, and noted with the word of the last change (see `vectorstore.chromafolder`). Files that are
others at the next opening are then

- damaged, when the word is the same: nobody has written there since;
- perhaps torn, when it is another: a process died while it made a change. They are tried: a note says so until they
  have been read. Whoever finds that note knows that they killed the last one who read them.
"""

import json
import os
import zlib
from pathlib import Path

from vectorstore.durable import read_whole, replace_whole
from vectorstore.errors import IndexDamaged

__all__ = ["Seal"]

_SEAL, _TRIED = "seal.json", "tried"
_READ_AT_ONCE = 1 << 20  # bytes


class Seal:
    """The checksums of the files in the folders of a folder; for who has that folder alone."""

    def __init__(self, folder: Path) -> None:
        """Look at nothing yet; the folder need not exist."""
        self._folder = folder
        self._sealed: tuple[str, dict[str, tuple[int, int]]] | None = None
        self._sums: dict[str, int] = {}
        self._is_trying = False

    def check(self, word: str) -> bool:
        """Compare the files with their checksums; about a second for 5 GB.

        Returns:
            False when nothing is known of the files: read them, then call `renew`, or `survived` if that fails.

        Raises:
            IndexDamaged: They are damaged.
        """
        self._sealed = None
        if (self._folder / _TRIED).exists():
            raise IndexDamaged(self._folder, "the last program that read its graph died")
        sealed_word, sealed_sums = self._read()
        state, self._sums = self._state(), self._read_sums()
        changed = [one for one in sealed_sums.keys() | self._sums.keys() if sealed_sums.get(one) != self._sums.get(one)]
        if not changed:
            self._sealed = (sealed_word, state)
            return True
        if sealed_word == word:
            raise IndexDamaged(self._folder, f"{min(changed)} is not as Chroma wrote it")
        (self._folder / _TRIED).touch()
        self._is_trying = True
        return False

    def renew(self, word: str) -> None:
        """Vouch for the files as they are after this change; unless they were written since, without reading them."""
        state = self._state()
        if (word, state) != self._sealed:
            if self._sealed is None or state != self._sealed[1]:
                self._sums = self._read_sums()
            content = json.dumps({"word": word, "sums": self._sums}).encode()
            replace_whole(self._folder / _SEAL, content, unfinished=self._folder / f"{_SEAL}.{os.getpid()}.tmp")
            self._sealed = (word, state)
        self.survived()

    def survived(self) -> None:
        """Take back that the files are being tried."""
        if self._is_trying:
            (self._folder / _TRIED).unlink(missing_ok=True)
            self._is_trying = False

    def _read(self) -> tuple[str, dict[str, int]]:
        try:
            recorded = json.loads(read_whole(self._folder / _SEAL))
            return str(recorded["word"]), dict(recorded["sums"])
        except FileNotFoundError:
            return "none", {}
        except (ValueError, TypeError, KeyError) as error:
            raise IndexDamaged(self._folder, f"{_SEAL} cannot be read") from error

    def _files(self) -> dict[str, Path]:
        return {f"{one.parent.name}/{one.name}": one for one in sorted(self._folder.glob("*/*")) if one.is_file()}

    def _state(self) -> dict[str, tuple[int, int]]:
        """When each file was changed and its size, by which a change is seen without reading it."""
        stats = {name: one.stat() for name, one in self._files().items()}
        return {name: (one.st_mtime_ns, one.st_size) for name, one in stats.items()}

    def _read_sums(self) -> dict[str, int]:
        return {name: _crc32(one) for name, one in self._files().items()}


def _crc32(path: Path) -> int:
    total = 0
    with path.open("rb") as file:
        while part := file.read(_READ_AT_ONCE):
            total = zlib.crc32(part, total)
    return total
