"""Finished sections kept in a file, so that a draft that was cut short can be gone on with."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from assistant.errors import InputError, UsageError
from assistant.planning.typed import is_as_stated
from assistant.shapes import dropped_from_shape, dropped_shape, statement_from_shape, statement_shape
from assistant.types import Assignment, Dropped, Outline, OutlineSection, Paper, Section, Usage
from vectorstore.durable import replace_whole

__all__ = ["KeptPlan", "KeptSection", "Resumable", "digest"]

_VERSION = 1
_KIND = "citewell draft in progress"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPlan:
    """The outline that is followed, and what it was made from."""

    outline: Outline
    topic: str
    relevant: tuple[str, ...]
    """Keys of all papers that were found relevant, best first."""
    notes: tuple[str, ...] = ()
    """What the user was told of it."""
    usage: Usage = Usage()  # noqa: RUF009 - because it is frozen


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSection:
    """A section that was finished, perhaps without a statement that could be shown."""

    section: Section
    dropped: tuple[Dropped, ...] = ()
    usage: Usage = Usage()  # noqa: RUF009 - because it is frozen


_Kept = TypeVar("_Kept", KeptPlan, KeptSection)


class Resumable:
    """The outline and every finished section of one draft, in a JSON file.

    Each thing is kept at once, by writing the whole file anew and putting it in the place of the old one: whatever
    stops the program leaves the last whole file.
    """

    def __init__(self, path: Path, *, taking_up: bool = False) -> None:
        """Nothing is read or written yet.

        Args:
            path: Of the file.
            taking_up: Go on with what the file holds; else it is begun anew.
        """
        self.path = path
        self._taking_up = taking_up
        self._document: dict[str, Any] = {}

    @staticmethod
    def name_of(assignment: Assignment) -> str:
        """A short name for what is asked, the same whenever the same is asked."""
        return digest(asdict(assignment))[:16]

    def begin(self, identity: Mapping[str, str]) -> None:
        """Read what is kept, when that is to be continued.

        Args:
            identity: What the draft depends on, by what a user calls it, each as a digest.

        Raises:
            UsageError: There is nothing to continue, or it was begun with something else.
            InputError: The file cannot be read as one that was kept.
        """
        self._document = {"kind": _KIND, "version": _VERSION, "identity": dict(identity), "plan": None, "sections": {}}
        if self._taking_up:
            kept = self._read()
            was = kept["identity"]
            if changed := [name for name in sorted({*was, *identity}) if was.get(name) != identity.get(name)]:
                raise UsageError(
                    f"The draft in {self.path} was begun with another {' and another '.join(changed)}. Ask as before, "
                    "or leave out --resume to begin anew."
                )
            self._document = kept

    @property
    def plan(self) -> KeptPlan | None:
        """The plan that is kept; None before there is one."""
        raw = self._document.get("plan")
        if raw is None:
            return None
        with self._explained():
            sections = tuple(
                OutlineSection(heading=one["heading"], papers=tuple(one["papers"]), note=one["note"])
                for one in raw["outline"]["sections"]
            )
            plan = KeptPlan(
                outline=Outline(title=raw["outline"]["title"], sections=sections),
                topic=raw["topic"],
                relevant=tuple(raw["relevant"]),
                notes=tuple(raw["notes"]),
                usage=Usage(**raw["usage"]),
            )
            return self._as_stated(plan)

    def keep_plan(self, plan: KeptPlan, papers: Sequence[Paper]) -> None:
        """Keep the plan, and in which state its papers are."""
        self._document["plan"] = asdict(plan)
        self._document["papers"] = {one.key: digest(_told(one)) for one in papers}
        self._write()

    def check_papers(self, papers: Sequence[Paper]) -> None:
        """Make sure that the papers of the plan are as they were.

        Raises:
            UsageError: One was changed or removed.
        """
        now = {one.key: digest(_told(one)) for one in papers}
        was: Mapping[str, str] = self._document.get("papers", {})
        if changed := [key for key in was if now.get(key) != was[key]]:
            raise UsageError(
                f"Since the draft in {self.path} was begun, {', '.join(changed)} changed in the library. Leave out "
                "--resume to begin anew."
            )

    def section(self, at: int) -> KeptSection | None:
        """A finished section by its place, from 0; None when it is still to be written."""
        raw = self._document["sections"].get(str(at))
        if raw is None:
            return None
        with self._explained():
            kept = KeptSection(
                section=Section(
                    heading=raw["heading"],
                    statements=tuple(statement_from_shape(one) for one in raw["statements"]),
                    papers=tuple(raw["papers"]),
                ),
                dropped=tuple(dropped_from_shape(one) for one in raw["dropped"]),
                usage=Usage(**raw["usage"]),
            )
            return self._as_stated(kept)

    def check_quotes(self, section: Section, papers: Mapping[str, Paper]) -> None:
        """Make sure that a section cites papers of the plan only, with quotes that stand in them.

        Raises:
            InputError: It does not: somebody else wrote it, or changed it.
        """
        for citation in (one for statement in section.statements for one in statement.citations):
            paper = papers.get(citation.key)
            text = "" if paper is None else paper.abstract if citation.where == "abstract" else paper.title
            if paper is None or citation.start < 0 or text[citation.start : citation.end] != citation.quote:
                raise self._unreadable(f"it cites {citation.key} for what that paper does not say")

    def keep_section(self, at: int, kept: KeptSection) -> None:
        """Keep a finished section."""
        self._document["sections"][str(at)] = {
            "heading": kept.section.heading,
            "papers": list(kept.section.papers),
            "statements": [statement_shape(one) for one in kept.section.statements],
            "dropped": [dropped_shape(one) for one in kept.dropped],
            "usage": asdict(kept.usage),
        }
        self._write()

    @property
    def finished(self) -> int:
        """Number of finished sections."""
        return len(self._document.get("sections", ()))

    def discard(self) -> None:
        """Delete the file, when the draft is where the user wants it."""
        self.path.unlink(missing_ok=True)

    def _read(self) -> dict[str, Any]:
        try:
            document = json.loads(self.path.read_text("utf-8"))
        except FileNotFoundError:
            raise UsageError(
                f"There is no draft to resume: {self.path} is not there. Was the "
                "same asked for, in the same words? Leave out --resume to begin anew."
            ) from None
        except (OSError, ValueError, RecursionError) as error:
            raise self._unreadable(str(error)) from error
        if not isinstance(document, dict) or document.get("kind") != _KIND:
            raise self._unreadable("it is no draft in progress")
        if document.get("version") != _VERSION:
            raise self._unreadable(f"it is of version {document.get('version')!r}")
        parts = (document.get("identity"), document.get("sections"), document.get("papers", {}))
        if not all(isinstance(part, dict) for part in parts):
            raise self._unreadable("a part of it is missing")
        return document

    def _unreadable(self, why: str) -> InputError:
        return InputError(f"{self.path} cannot be resumed: {why}. Leave out --resume to begin anew.")

    def _as_stated(self, kept: _Kept) -> _Kept:
        if not is_as_stated(kept):
            raise TypeError
        return kept

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Say so when a part of what is kept is not as it was written."""
        try:
            yield
        except (KeyError, TypeError, AttributeError) as error:
            raise self._unreadable("a part of it is missing") from error

    def _write(self) -> None:
        text = json.dumps(self._document, ensure_ascii=False, indent=1)
        unfinished = self.path.with_name(f"{self.path.name}.{uuid4().hex[:8]}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            replace_whole(self.path, text.encode(), unfinished=unfinished)
        except OSError as error:
            raise InputError(f"{self.path} cannot be written: {error}. Name another folder.") from error
        finally:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)


def digest(value: object) -> str:
    """SHA-256 of a value that JSON can hold."""
    text = json.dumps(value, ensure_ascii=True, sort_keys=True, default=str)
    return sha256(text.encode()).hexdigest()


def _told(paper: Paper) -> list[object]:
    """What a draft takes of a paper."""
    record = paper.record
    return [record.title, record.abstract, [one.name for one in record.authors], record.et_al, record.year]
