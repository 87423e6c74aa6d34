"""Answers and verdicts of earlier runs, by a hash of everything that they depend on.

A run that was stopped goes on where it was, because what was paid for is kept: nothing is asked twice. Failures are
not kept. The file is a cache: it may be deleted at any time.
"""

import hashlib
import json
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.errors import InputError
from assistant.shapes import answer_from_shape, answer_shape
from assistant.types import Answer, Usage, Verdict
from assistant.verify import Judge
from evals.claims import Decomposer, Split

__all__ = ["Cache", "CachedDecomposer", "CachedJudge", "code_digest", "default_cache", "digest", "opened_cache"]

_APPLICATION = 0x43574576
"""What SQLite keeps in a file's head to tell whose it is: `CWEv`."""
_DAYS_KEPT = 90
_BUSY_SECONDS = 30.0


class Cache:
    """A SQLite file that several threads and several runs may use at once."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it.

        Raises:
            InputError: It cannot be made, or holds something else.
        """
        self._path = path
        self._lock = threading.Lock()
        with self._explained():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._store = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            self._refuse_foreign()
            self._store.execute("PRAGMA journal_mode = WAL")
            self._store.execute("PRAGMA synchronous = NORMAL")
            self._store.execute(
                "CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value TEXT NOT NULL, made REAL NOT NULL)"
            )
            self._store.execute("DELETE FROM entries WHERE made < ?", (time.time() - _DAYS_KEPT * 86_400,))

    def _refuse_foreign(self) -> None:
        """A library is a SQLite file too, and so is much else."""
        (mark,) = self._store.execute("PRAGMA application_id").fetchone()
        if mark == _APPLICATION:
            return
        if self._store.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
            raise InputError(f"{self._path}: is another program's file; name another one with --cache.")
        self._store.execute(f"PRAGMA application_id = {_APPLICATION}")

    def answer(self, key: str) -> Answer | None:
        """The answer kept under a key."""
        kept = self._get(f"answer:{key}")
        return answer_from_shape(kept) if kept else None

    def keep_answer(self, key: str, answer: Answer) -> None:
        """Keep an answer."""
        self._put(f"answer:{key}", answer_shape(answer))

    def verdict(self, key: str) -> Verdict | None:
        """The verdict kept under a key."""
        kept = self._get(f"verdict:{key}")
        if kept is None:
            return None
        return Verdict(**(kept | {"usage": _usage(kept["usage"])}))

    def keep_verdict(self, key: str, verdict: Verdict) -> None:
        """Keep a verdict."""
        shape = {
            "label": verdict.label,
            "score": verdict.score,
            "judge": verdict.judge,
            "reason": verdict.reason,
            "problem": verdict.problem,
            "usage": _usage_shape(verdict.usage),
        }
        self._put(f"verdict:{key}", shape)

    def split(self, key: str) -> Split | None:
        """The claims kept under a key."""
        kept = self._get(f"split:{key}")
        return Split(claims=tuple(kept["claims"]), usage=_usage(kept["usage"])) if kept else None

    def keep_split(self, key: str, split: Split) -> None:
        """Keep the claims of a statement."""
        self._put(f"split:{key}", {"claims": split.claims, "usage": _usage_shape(split.usage)})

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._store.close()

    def _get(self, key: str) -> Any:  # noqa: ANN401 - because it is what JSON holds
        with self._lock, self._explained():
            row = self._store.execute("SELECT value FROM entries WHERE key = ?", (key,)).fetchone()
        return json.loads(row[0]) if row else None

    def _put(self, key: str, value: object) -> None:
        text = json.dumps(value, ensure_ascii=True)  # lone surrogates too
        with self._lock, self._explained():
            self._store.execute("INSERT OR REPLACE INTO entries VALUES (?, ?, ?)", (key, text, time.time()))

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            first = "Delete the file, name" if self._path.is_file() else "Name"
            raise InputError(
                f"{self._path}: the cache of evaluations cannot be used ({error}). {first} another one with --cache, "
                "or add --no-cache."
            ) from error


class _UnderWay:
    """Keeps two threads from asking for the same at once: the second waits and finds what the first has kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}

    def of(self, key: str) -> threading.Lock:
        with self._lock:
            return self._locks.setdefault(key, threading.Lock())


class _Costs:
    """Adds up what calls cost; what is kept under a key counts once. Several threads may add."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: set[str] = set()
        self.sum = Usage()

    def add(self, key: str | None, usage: Usage | None) -> None:
        with self._lock:
            if usage and key not in self._seen:
                self.sum += usage
            if key is not None:
                self._seen.add(key)


class CachedJudge:
    """A judge who is not asked again what was asked before; without a cache, one whose calls are counted."""

    def __init__(self, judge: Judge, cache: Cache | None) -> None:
        self._judge = judge
        self._cache = cache
        self._lock = threading.Lock()
        self.asked = 0
        """Calls that reached the judge."""
        self.kept = 0
        """Verdicts that came from the cache."""
        self._costs = _Costs()
        self._under_way = _UnderWay()

    @property
    def name(self) -> str:
        """Name and version of the judge."""
        return self._judge.name

    @property
    def usage(self) -> Usage:
        """What all verdicts cost, each counted once, also those that were paid for in an earlier run."""
        return self._costs.sum

    def judge(self, statement: str, evidence: Sequence[str]) -> Verdict:
        """The judge's verdict, kept or new."""
        key = digest(code_digest(), self._judge.name, statement, *evidence)
        with self._under_way.of(key):
            return self._judged(key, statement, evidence)

    def _judged(self, key: str, statement: str, evidence: Sequence[str]) -> Verdict:
        kept = self._cache.verdict(key) if self._cache else None
        with self._lock:
            self.asked += kept is None
            self.kept += kept is not None
        verdict = kept or self._judge.judge(statement, evidence)
        if kept is None and self._cache:
            self._cache.keep_verdict(key, verdict)
        self._costs.add(key if self._cache else None, verdict.usage)
        return verdict


class CachedDecomposer:
    """Takes no statement apart that was taken apart before."""

    def __init__(self, decomposer: Decomposer, cache: Cache | None) -> None:
        self._decomposer = decomposer
        self._cache = cache
        self._costs = _Costs()
        self._under_way = _UnderWay()

    @property
    def name(self) -> str:
        """Name and version of the decomposer."""
        return self._decomposer.name

    @property
    def usage(self) -> Usage:
        """What it cost, each statement counted once, also those that were paid for in an earlier run."""
        return self._costs.sum

    def split(self, statement: str) -> Split:
        """The claims of a statement, kept or new."""
        key = digest(code_digest(), self.name, statement)
        with self._under_way.of(key):
            return self._split(key, statement)

    def _split(self, key: str, statement: str) -> Split:
        kept = self._cache.split(key) if self._cache else None
        split = kept or self._decomposer.split(statement)
        if kept is None and self._cache and split.usage:  # what costs nothing is found again as quickly
            self._cache.keep_split(key, split)
        self._costs.add(key if self._cache else None, split.usage)
        return split


def default_cache() -> Path:
    """Where answers and verdicts are kept unless told otherwise."""
    from platformdirs import user_cache_path

    return user_cache_path("citewell", appauthor=False) / "evals.sqlite3"


def opened_cache(path: Path | None) -> closing[Cache]:
    """The cache in a file, else the usual one, closed at the end of a `with` statement.

    Raises:
        InputError: It cannot be used.
    """
    return closing(Cache(path or default_cache()))


def _usage(raw: Any) -> Usage | None:  # noqa: ANN401 - because it is what JSON holds
    return Usage(**raw) if raw else None


def _usage_shape(usage: Usage | None) -> dict[str, object] | None:
    return {"prompt": usage.prompt, "completion": usage.completion, "usd": usage.usd} if usage else None


def digest(*parts: str) -> str:
    """Hash texts so that no two different lists of texts are taken for one another."""
    joined = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        joined.update(f"{len(data)}:".encode() + data)
    return joined.hexdigest()


@lru_cache(maxsize=1)
def code_digest() -> str:
    """Hash of the program itself: a changed one may answer and judge otherwise."""
    root = Path(__file__).resolve().parent.parent
    packages = ("assistant", "vectorstore", "prompts")
    paths = sorted(path for one in packages for path in (root / one).rglob("*.py"))
    return digest(*_sources([*paths, root / "evals" / "judging" / "judges.py"]))


def _sources(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        yield path.name
        yield path.read_text("utf-8")
