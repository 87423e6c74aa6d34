"""`citewell eval make-questions`: draft a data set from the user's own library."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from assistant.cli import output
from assistant.cli.diagnostics import progress, say, say_model
from assistant.cli.options import BaseUrlOption, JsonOption, LibraryOption, LocalOption, ModelOption, library_path
from assistant.errors import CitewellError, InputError, UsageError
from assistant.types import Usage
from evals.cli.app import app
from evals.cli.files import refuse_unwritable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assistant.types import Paper
    from assistant.wiring import Assistant
    from evals.questions.draft import Attempt

_UNANSWERABLE_IN = 5
"""Of so many questions, one has no answer, unless told otherwise."""
_SHOWN = 5


@dataclass(slots=True)
class _Tally:
    """What came of the attempts so far."""

    kinds: Counter[str] = field(default_factory=Counter)
    refused: "list[Attempt]" = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)

    @property
    def drafted(self) -> int:
        return self.kinds.total()


@app.command("make-questions", short_help="Draft questions about the library.")
def questions_command(
    context: typer.Context,
    out: Annotated[Path, typer.Option(metavar="F", help="Write the questions here, as JSON Lines.")] = Path(
        "questions.jsonl"
    ),
    n: Annotated[int, typer.Option("--n", metavar="N", min=1, max=10_000, help="Number of questions.")] = 30,
    unanswerable: Annotated[
        int | None,
        typer.Option(metavar="N", min=0, help="How many of them no abstract answers; default: a fifth."),
    ] = None,
    papers: Annotated[
        list[str] | None, typer.Option(metavar="KEY", help="Ask about this paper only. May be repeated.")
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Seed of what is chosen.")] = 0,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    local: LocalOption = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Draft questions about the library, to be edited by hand.

    A chat model writes them, each with an exact quote that answers it; without a model they are made by pattern.
    Every line is marked as a draft: read it, mend it, and take the mark out.
    """
    from assistant.wiring import Assistant

    unanswerable = n // _UNANSWERABLE_IN if unanswerable is None else unanswerable
    if unanswerable > n:
        raise UsageError(f"--unanswerable {unanswerable}: there are only {n} questions; raise --n, or lower it.")
    refuse_unwritable(out)
    if out.exists() and not force:
        raise InputError(f"--out {out}: is there already; name another file, or add --force to replace it.")
    path = library_path(context, library)
    with Assistant.open(path, model=model, base_url=base_url, local=local, must_exist=True) as assistant:
        about = _chosen(assistant, papers or [])
        _say_who_writes(assistant)
        tally = _draft(assistant, about, out, (n, unanswerable, seed))
    _report(tally, out, n, as_json=as_json)


def _chosen(assistant: "Assistant", keys: list[str]) -> "list[Paper]":
    """The papers to ask about, each once."""
    found = {}
    for key in keys:
        paper = assistant.library.get(key)
        if paper is None:
            raise UsageError(f"--papers {key!r}: the library has no such paper; `citewell list` shows the keys.")
        found[paper.key] = paper
    chosen = list(found.values()) if keys else assistant.papers()
    if not any(paper.abstract for paper in chosen):
        which = "of these papers" if keys else "in the library"
        raise UsageError(f"No paper {which} has an abstract to ask about; `citewell add FILE` brings some.")
    return chosen


def _say_who_writes(assistant: "Assistant") -> None:
    if assistant.choice.is_embedded:
        say(f"Questions are made by pattern ({assistant.choice.why}); --model M lets a chat model write them.")
    else:
        say_model(assistant.choice)


def _draft(assistant: "Assistant", about: "list[Paper]", out: Path, wanted: tuple[int, int, int]) -> _Tally:
    """Write each question as soon as there is one, so that a model that fails later takes nothing away."""
    from evals.questions.drafting import Wanted, draft_set

    n, unanswerable, seed = wanted
    parts = assistant.parts
    attempts = draft_set(
        assistant.papers(),
        about,
        Wanted(questions=n, unanswerable=unanswerable, seed=seed),
        prompts=parts.prompts,
        model=parts.model,
    )
    tally = _Tally()
    beside = out.with_name(out.name + ".part")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as file:
            _write(attempts, file, tally, n)
    except CitewellError:
        if tally.drafted:
            say(f"What was drafted before it failed ({tally.drafted} of {n} questions) is in {out}.")
        raise
    except OSError as error:
        raise InputError(f"--out {out}: cannot be written ({error.strerror}); name another file.") from error
    finally:
        _keep(beside, out if tally.drafted else None)
    return tally


def _keep(beside: Path, out: Path | None) -> None:
    """Put what was written in its place, or away when it is nothing; a file that was there stays until then."""
    if out is None:
        beside.unlink(missing_ok=True)
    elif beside.exists():
        beside.replace(out)


def _write(attempts: "Iterable[Attempt]", file: TextIO, tally: _Tally, n: int) -> None:
    from evals.questions.draft import json_line

    with progress("Questions") as update:
        for attempt in attempts:
            tally.usage += attempt.usage
            if attempt.draft is None:
                tally.refused.append(attempt)
                continue
            tally.kinds[attempt.draft.kind] += 1
            file.write(json_line(attempt.draft, tally.drafted) + "\n")
            file.flush()
            update(tally.drafted, n)


def _report(tally: _Tally, out: Path, n: int, *, as_json: bool) -> None:
    if as_json:
        output.print_json(_document(tally, out))
    else:
        kinds = ", ".join(f"{count} {kind}" for kind, count in tally.kinds.items())
        output.print_text(f"{tally.drafted} draft questions in {out}" + (f": {kinds}." if kinds else "."))
    for one in tally.refused[:_SHOWN]:
        say(f"No question about {one.source}: {one.problem}.")
    if len(tally.refused) > _SHOWN:
        say(f"And {len(tally.refused) - _SHOWN} more replies were of no use.")
    if tally.drafted < n:
        say(f"Fewer than the {n} wanted: the papers gave no more.")
    if tally.drafted:
        say(
            f'Next: edit {out} by hand (mend or delete each line, then take out "draft"), '
            f"and run: citewell eval run --dataset {out}"
        )
    else:
        say("No file was written, for there is nothing to put in it.")


def _document(tally: _Tally, out: Path) -> dict[str, Any]:
    return {
        "out": str(out),
        "questions": tally.drafted,
        "kinds": dict(tally.kinds),
        "refused": [{"source": one.source, "problem": one.problem} for one in tally.refused],
        "tokens": {"prompt": tally.usage.prompt, "completion": tally.usage.completion},
        "usd": tally.usage.usd,
    }
