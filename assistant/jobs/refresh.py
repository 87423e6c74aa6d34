"""Refresh: a draft -> what came into the library since -> edits of its citations and references, and what to see to."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from assistant.auditing.bibliography import Bibliography, bibliographies_of
from assistant.auditing.citations import comment_behind, group_as_written, with_more_keys, with_other_key, without_key
from assistant.auditing.patching import Edit, TextFile
from assistant.auditing.versions import is_withdrawn, published_version, years_of_preprint, years_said
from assistant.drafts import document_of
from assistant.errors import InputError
from assistant.export.references import short_name
from assistant.jobs.ask import AskParts
from assistant.jobs.news import Newly, News
from assistant.library.published import is_published
from assistant.types import Document, DraftSentence, Mention, Paper
from assistant.types.audits import ChangeKind, DraftChange, Refresh, RevisedFile

__all__ = ["refresh"]

_MARKED_UP = ("markdown", "latex")


def refresh(
    document: Document, parts: AskParts, *, new: Collection[str] | None = None, path: Path | None = None
) -> Refresh:
    """Say what of a draft should change now that other papers are in the library, and make the files anew.

    A paper that clearly supports a cited sentence is cited there too; one that contradicts it is named in a comment
    behind it; a preprint that has appeared is cited, dated and listed as published; keys become those that papers have
    now. Files of references beside the draft get the entries that it needs. Everything else stays, byte for byte.

    Args:
        document: The draft, as it was read.
        parts: What it is done with; no model writes.
        new: Keys of the papers that may support or contradict; None for all that the draft does not cite.
        path: The draft's file; its name when not given. What is read from elsewhere is not changed, only told.

    Raises:
        InputError: The file is another than the one that was read, or cannot be changed place by place.
        ServiceError: The judge failed.
    """
    refreshing = _Refreshing(document, parts, _file_of(document, path))
    refreshing.look_at_keys()
    refreshing.look_at_papers(new)
    return refreshing.result()


def _file_of(document: Document, path: Path | None) -> TextFile | None:
    """The draft's file; None when it cannot be patched."""
    if document.markup not in _MARKED_UP or (path is None and document.name == "-"):
        return None
    file = TextFile(path or Path(document.name), name=document.name)
    if file.source != document.source:
        raise InputError(f"{document.name} changed while it was read. Try again.")
    return file


class _Refreshing:
    """One draft, while its changes are collected."""

    def __init__(self, document: Document, parts: AskParts, file: TextFile | None) -> None:
        self._document = document
        self._parts = parts
        self._file = file
        found, unread = bibliographies_of(document, file.path.parent) if file else ([], [])
        self._bibliographies = found
        self._own = {key for one in found for key in one.entries}
        self._edits: list[Edit] = []
        self._changes: list[DraftChange] = [self._told("unread", 1, "", why) for why in unread]
        self._papers = {key: parts.lookup(key) for key in document.keys}
        """What the draft cites, by the keys that it uses."""
        self._now: dict[str, Paper] = {}
        """What is to be cited in the place of each key."""
        self._needed: dict[str, Paper] = {}
        """Papers that come to be cited, by key."""
        self._news = News(parts)

    def look_at_keys(self) -> None:
        """Find keys that are old or unknown, preprints that have appeared, and papers that were withdrawn."""
        for key, paper in self._papers.items():
            line = self._document.line_of(next(one for one in self._document.mentions if one.key == key).start)
            if paper is None:
                self._changes.append(self._told("unknown", line, key, self._unknown(key)))
                continue
            if is_withdrawn(paper):
                why = f"{short_name(paper)} was retracted: “{paper.title}”"
                self._changes.append(self._told("retracted", line, key, why))
            published = published_version(paper, self._parts.search, self._parts.lookup)
            self._now[key] = published or paper
        for sentence in self._document.sentences:
            self._rename(sentence)
            self._redate(sentence)
        for bibliography in self._bibliographies:
            self._relist(bibliography)

    def look_at_papers(self, new: Collection[str] | None) -> None:
        """Find papers that support or contradict what the draft says."""
        cited = {paper.key for paper in self._papers.values() if paper} | {one.key for one in self._now.values()}
        sentences = [one for one in self._document.sentences if one.mentions and not one.is_ignored]
        asked = [(" ".join(one.said(self._called).split()), self._cited(one)) for one in sentences]
        for sentence, found in zip(sentences, self._news.of(asked, cited=cited, new=new), strict=True):
            support = [one for one in found if one.is_support]
            if support:
                self._support(sentence, support)
            for one in found:
                if not one.is_support:
                    self._contradict(sentence, one)

    def result(self) -> Refresh:
        """The files as they would be, and why."""
        listed = [one for one in self._needed.values() if one.key not in self._own]
        files: list[RevisedFile | None] = [self._file.revised(self._edits)] if self._file else []
        for bibliography in self._bibliographies:
            edits = [edit for key, edit in self._entries(bibliography) if key]
            if listed and bibliography is self._bibliographies[0]:
                edits.append(bibliography.with_entries(listed))
                self._changes += [self._listed(bibliography, one) for one in listed]
            files.append(bibliography.revised(edits))
        return Refresh(
            document=self._document,
            changes=tuple(sorted(self._changes, key=lambda one: (one.file != self._document.name, one.file, one.line))),
            files=tuple(one for one in files if one),
            usage=self._news.usage,
        )

    def _rename(self, sentence: DraftSentence) -> None:
        for group in sentence.groups:
            present = {one.key for one in group}
            for one in group:
                now = self._now.get(one.key)
                if now and now.key != one.key and not self._is_defined(one.key, now):
                    self._replace(one, now, group, present)

    def _replace(self, mention: Mention, now: Paper, group: Sequence[Mention], present: set[str]) -> None:
        """Cite a paper under its present key, once in each citation."""
        was = self._papers[mention.key]
        is_new_version = was is not None and was.key != now.key
        kind: ChangeKind = "published" if is_new_version else "renamed"
        why = f"published as {_place(now)}" if is_new_version else f"the paper's key is {now.key}"
        is_twice = now.key in present
        edit = (
            without_key(self._document, mention, group)
            if is_twice
            else with_other_key(self._document, mention, now.key)
        )
        before = group_as_written(self._document, mention)
        change = self._told(kind, self._document.line_of(mention.start), now.key, why, before=before)
        if edit and self._file:
            self._edits.append(edit)
            present.add(now.key)
            self._needed.setdefault(now.key, now)
            after = before.replace(mention.key, "" if is_twice else now.key, 1)
            change = replace(change, after=after)
        self._changes.append(change)

    def _redate(self, sentence: DraftSentence) -> None:
        """Put the year of the published version where the preprint's stands beside its author's name."""
        source = self._document.source
        keyed = {one.key: now for one in sentence.mentions if (now := self._now.get(one.key))}
        for key, now in keyed.items():
            others = [one for one in keyed.values() if one.key != now.key]
            old = self._papers[key]
            entries = [one.entries[key].record for one in self._bibliographies if key in one.entries]
            years = years_of_preprint(now, [*([old.record] if old else []), *(one for one in entries if one)])
            if not is_published(now.record) or not years:
                continue
            for start, end in years_said(source, sentence.start, sentence.end, now, years, others):
                before = source[max(sentence.start, start - 30) : end + 1]
                why = f"published as {_place(now)}"
                change = self._told("published", self._document.line_of(start), now.key, why, before=before)
                if self._file:
                    edit = Edit(start=start, end=end, text=str(now.record.year))
                    if edit in self._edits:
                        continue
                    self._edits.append(edit)
                    change = replace(change, after=before[: start - end - 1] + edit.text + before[-1:])
                self._changes.append(change)

    def _relist(self, bibliography: Bibliography) -> None:
        """Have the entries of preprints that have appeared say so."""
        for key, edit in self._entries(bibliography):
            now = self._now[key]
            entry = bibliography.entries[key]
            self._changes.append(
                DraftChange(
                    kind="published",
                    file=bibliography.name,
                    line=bibliography.line(entry.start),
                    why=f"published as {_place(now)}",
                    key=key,
                    before=bibliography.source[entry.start : entry.end],
                    after=edit.text,
                )
            )

    def _entries(self, bibliography: Bibliography) -> list[tuple[str, Edit]]:
        found = [
            (key, bibliography.published(key, now)) for key, now in self._now.items() if self._is_defined(key, now)
        ]
        return [(key, edit) for key, edit in found if edit]

    def _support(self, sentence: DraftSentence, found: Sequence[Newly]) -> None:
        keys = [one.paper.key for one in found]
        edit = self._harmless(with_more_keys(self._document, sentence, keys)) if self._file else None
        said = self._document.source[sentence.start : sentence.end]
        if edit:
            self._edits.append(edit)
            self._needed |= {one.paper.key: one.paper for one in found}
        for one in found:
            why = f"{short_name(one.paper)} says it too"
            after = (
                said[: edit.start - sentence.start] + edit.text + said[edit.end - sentence.start :] if edit else said
            )
            self._changes.append(
                replace(
                    self._told("support", sentence.line, one.paper.key, why, before=said),
                    after=after,
                    citation=one.citation,
                )
            )

    def _contradict(self, sentence: DraftSentence, one: Newly) -> None:
        why = f"{one.paper.key} may contradict this: “{one.citation.quote}”"
        edit = comment_behind(self._document, sentence, why)
        if edit is None and self._file:
            return
        edit = self._harmless(edit)
        said = self._document.source[sentence.start : sentence.end]
        change = self._told("contradiction", sentence.line, one.paper.key, why, before=said)
        if edit and self._file:
            self._edits.append(edit)
            change = replace(change, after=said + edit.text)
        self._changes.append(replace(change, citation=one.citation))

    def _harmless(self, edit: Edit | None) -> Edit | None:
        """The edit, unless the draft would be read as saying something else: its markup is broken there."""
        if edit is None:
            return None
        source = self._document.source
        text = source[: edit.start] + edit.text + source[edit.end :]
        after = document_of(text, name=self._document.name, markup=self._document.markup)
        is_same = [one.text for one in after.sentences] == [one.text for one in self._document.sentences]
        return edit if is_same and set(self._document.keys) <= set(after.keys) else None

    def _listed(self, bibliography: Bibliography, paper: Paper) -> DraftChange:
        return DraftChange(
            kind="reference",
            file=bibliography.name,
            line=bibliography.line(len(bibliography.source)),
            why="comes to be cited",
            key=paper.key,
            after=f"@{paper.key}",
        )

    def _is_defined(self, key: str, now: Paper) -> bool:
        """True when the draft's own references have the key for that paper: it stays what the author chose."""
        was = self._papers[key]
        return key in self._own and was is not None and was.key == now.key

    def _cited(self, sentence: DraftSentence) -> frozenset[str]:
        return frozenset(paper.key for key in sentence.keys if (paper := self._papers[key]))

    def _called(self, key: str) -> str:
        paper = self._papers[key]
        return short_name(paper) if paper else "They"

    def _unknown(self, key: str) -> str:
        where = next((one.name for one in self._bibliographies if key in one.entries), None)
        if where:
            return f"no paper of the library has the key {key}; it is in {where}: citewell add {where}"
        return f"no paper of the library has the key {key}; it was removed, or never added"

    def _told(self, kind: ChangeKind, line: int, key: str, why: str, *, before: str = "") -> DraftChange:
        return DraftChange(
            kind=kind, file=self._document.name, line=line, why=why, key=key, before=before, after=before
        )


def _place(paper: Paper) -> str:
    record = paper.record
    return ", ".join(str(one) for one in (record.venue or record.doi, record.year) if one)
