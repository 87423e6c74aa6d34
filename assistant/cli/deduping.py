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

_ANSWERS: dict[str, Literal["merge", "apart", "skip", "quit"]] = {
    "m": "merge",
    "d": "apart",
    "s": "skip",
    "": "skip",
    "q": "quit",
}


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
    """Find papers that are in the library twice, and merge them or tell them apart.

    Each group is shown and asked about. The one that is kept takes over what it lacks, and the others' keys, tags,
    notes and sources; `citewell undo` takes a merge back.
    """
    from assistant.wiring import Assistant

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
    if len(keys) < 2:  # noqa: PLR2004 - because it takes two to be the same
        raise UsageError(f"{text!r} names fewer than two papers. Write their keys with commas between.")
    return keys


def _merged(assistant: "Assistant", keys: Sequence[str]) -> dict[str, object]:
    keep, *others = keys
    return {"key": assistant.merge(keep, others).key, "merged": others}


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
        _show(assistant, group, f"{number} of {len(groups)}.")
        answer = _asked()
        if answer == "quit":
            break
        if answer == "merge":
            assistant.merge(group.keep, group.others)
            merged += 1
        elif answer == "apart":
            assistant.tell_apart((group.keep, *group.others))
            told += 1
    output.print_text(f"{merged} merged, {told} told apart.")
    if merged or told:
        say("`citewell undo` takes the last one back, and again the one before.")


def _asked() -> Literal["merge", "apart", "skip", "quit"]:
    while True:
        try:
            answer = typer.prompt("(m)erge, (d)ifferent papers, (s)kip, (q)uit", default="s", err=True)
        except typer.Abort:
            return "quit"
        if (found := _ANSWERS.get(answer.strip().lower()[:1])) is not None:
            return found


def _show(assistant: "Assistant", group: "Group", label: str) -> None:
    sure = "the same" if group.is_certain else "perhaps the same"
    output.print_text(f"{label} {sure}: {group.why}")
    for key in (group.keep, *group.others):
        paper = assistant.paper(key)
        if paper:
            output.print_text(output.hanging(f"  {'keep' if key == group.keep else '    '} ", _line(paper)))
    output.print_text()


def _line(paper: "Paper") -> str:
    record = paper.record
    identifiers = (f"doi:{record.doi}" if record.doi else "", f"arXiv:{record.arxiv_id}" if record.arxiv_id else "")
    told = (output.people(paper), str(record.year or ""), record.venue or "", *identifiers)
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
