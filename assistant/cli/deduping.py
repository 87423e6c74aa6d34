"""The command dedupe: papers that are or may be the same, merged or told apart for good."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from assistant.cli import output
from assistant.cli.diagnostics import say
from assistant.cli.options import JsonOption, LibraryOption, StoreOption, library_path, store_of
from assistant.errors import UsageError

if TYPE_CHECKING:
    from assistant.library.deduping import Group
    from assistant.types import Paper
    from assistant.wiring import Assistant

_ANSWERS: dict[str, Literal["apart", "skip", "quit"]] = {"d": "apart", "s": "skip", "": "skip", "q": "quit"}
_FEWEST = 2
"""Papers that can be the same."""


def dedupe(
    context: typer.Context,
    list_: Annotated[bool, typer.Option("--list", help="Show what was found, and change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Merge what is certain unasked, and leave the rest.")] = False,
    keep: Annotated[
        list[str] | None,
        typer.Option("--merge", metavar="KEEP,OTHER,...", help="Merge these into the first. May be repeated."),
    ] = None,
    apart: Annotated[
        list[str] | None,
        typer.Option("--apart", metavar="KEY,KEY,...", help="These are different papers; do not ask again."),
    ] = None,
    library: LibraryOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Merge papers that are there twice, or part them.

    Each group is shown and asked about. The one that is kept takes over what it lacks, and the others' keys, tags,
    notes and sources; `citewell undo` takes a merge back.
    """
    from assistant.wiring import Assistant

    if list_ and (yes or keep or apart):
        raise UsageError("--list changes nothing, and --yes, --merge and --apart do. Leave it out, or them.")
    path, store = library_path(context, library), store_of(context, store)
    with Assistant.open(path, model="embedded", store=store, must_exist=True) as assistant:
        merged = [_merged(assistant, _keys(one)) for one in keep or ()]
        told = [_told_apart(assistant, _keys(one)) for one in apart or ()]
        groups = [] if merged or told else assistant.duplicates()
        is_asking = bool(groups) and not (list_ or yes or as_json)
        if yes and not list_:
            merged += [_merged(assistant, (one.keep, *one.others)) for one in groups if one.is_certain]
            groups = [one for one in groups if not one.is_certain]
        if as_json:
            output.print_json({"groups": [_shape(one) for one in groups], "merged": merged, "apart": told})
        elif is_asking and sys.stdin.isatty():
            _review(assistant, groups)
        else:
            _print(assistant, groups, merged=len(merged), told=len(told), is_asking=is_asking)


def _keys(text: str) -> tuple[str, ...]:
    keys = tuple(key for part in text.split(",") if (key := part.strip()))
    if len(keys) < _FEWEST:
        raise UsageError(f"{text!r} names fewer than two papers. Write their keys with commas between.")
    return keys


def _merged(assistant: "Assistant", keys: Sequence[str]) -> dict[str, object]:
    keep, *others = keys
    titles = [_titled(assistant, key) for key in keys]
    merged = assistant.merge(keep, others)
    say(f"Merged into {titles[0]}: {'; '.join(titles[1:])}. `citewell undo` takes it back.")
    return {"key": merged.key, "merged": others}


def _titled(assistant: "Assistant", key: str) -> str:
    paper = assistant.paper(key)
    return f"{key} (“{output.shortened(paper.title)}”)" if paper else key


def _told_apart(assistant: "Assistant", keys: Sequence[str]) -> list[str]:
    assistant.tell_apart(keys)
    return list(keys)


def _print(assistant: "Assistant", groups: "Sequence[Group]", *, merged: int, told: int, is_asking: bool) -> None:
    for count, what in ((merged, "merged"), (told, "told apart")):
        if count:
            output.print_text(f"{count:,} {'group was' if count == 1 else 'groups were'} {what}.")
    for number, group in enumerate(groups, start=1):
        _show(assistant, group, f"{number}.")
    if groups:
        certain = sum(one.is_certain for one in groups)
        say(f"{len(groups):,} groups, {certain:,} of them certain. --yes merges those; a terminal asks about each.")
    elif not (merged or told):
        output.print_text("No paper is there twice.")
    if is_asking:
        say("Nothing was changed: there is no terminal to ask at.")


def _review(assistant: "Assistant", groups: "Sequence[Group]") -> None:
    """Ask about one group after another."""
    merged = told = 0
    for number, group in enumerate(groups, start=1):
        papers = _papers(assistant, group)
        if len(papers) < _FEWEST:  # what was merged before made one of them
            continue
        _show(assistant, group, f"{number} of {len(groups)}.")
        answer = _asked(papers)
        if answer == "quit":
            break
        if answer == "apart":
            assistant.tell_apart([one.key for one in papers])
            told += 1
        elif isinstance(answer, int):
            keep = papers[answer - 1].key
            assistant.merge(keep, [one.key for one in papers if one.key != keep])
            merged += 1
    output.print_text(f"{merged} merged, {told} told apart.")
    if merged or told:
        say("`citewell undo` takes the last one back, and again the one before.")


def _papers(assistant: "Assistant", group: "Group") -> "list[Paper]":
    """The papers of a group as they are now, each once, the one to keep first."""
    found = [assistant.paper(key) for key in (group.keep, *group.others)]
    return list({paper.key: paper for paper in found if paper}.values())


def _asked(papers: "Sequence[Paper]") -> int | Literal["apart", "skip", "quit"]:
    """What somebody wants done with papers; a number is that of the one to keep."""
    while True:
        try:
            answer = typer.prompt("(m)erge, (d)ifferent papers, (v)iew, (s)kip, (q)uit", default="s", err=True)
        except typer.Abort:
            return "quit"
        wanted = answer.strip().lower()
        if wanted.isdecimal() and 1 <= int(wanted) <= len(papers):
            return int(wanted)
        if wanted[:1] == "m":
            return 1
        if wanted[:1] in _ANSWERS:
            return _ANSWERS[wanted[:1]]
        if wanted[:1] == "v":
            for paper in papers:
                output.print_paper(paper, [], [])
                output.print_text()
        else:
            say(
                f"m merges them into 1, a number up to {len(papers)} into that one; d keeps them apart for good; v "
                "shows all that is known of them; s leaves them for another time; q ends."
            )


def _show(assistant: "Assistant", group: "Group", label: str) -> None:
    sure = "the same" if group.is_certain else "perhaps the same"
    output.print_text(f"{label} {sure}: {group.why}")
    papers = _papers(assistant, group)
    for number, paper in enumerate(papers, start=1):
        mark = "keep" if paper.key == group.keep else "    "
        output.print_text(output.hanging(f"  {number} {mark} ", _line(paper, papers)))
    output.print_text()


def _line(paper: "Paper", papers: "Sequence[Paper]") -> str:
    """A paper with what tells it from the others."""
    record = paper.record
    identifiers = (f"doi:{record.doi}" if record.doi else "", f"arXiv:{record.arxiv_id}" if record.arxiv_id else "")
    told = [output.people(paper), str(record.year or ""), record.venue or "", *identifiers]
    others = [dict(one.record.details) for one in papers]
    told += [f"{name} {value}" for name, value in record.details if any(one.get(name) != value for one in others)]
    told += [record.entry_type or ""] * (len({one.record.entry_type for one in papers}) > 1)
    lacking = "" if record.abstract else " (no abstract)"
    return f"{paper.key}: {record.title}. {'; '.join(part for part in told if part)}{lacking}"


def _shape(group: "Group") -> dict[str, object]:
    pairs = [
        {"first": one.first, "second": one.second, "why": one.why, "certain": one.is_certain} for one in group.pairs
    ]
    return {
        "keep": group.keep,
        "others": list(group.others),
        "why": group.why,
        "certain": group.is_certain,
        "pairs": pairs,
    }
