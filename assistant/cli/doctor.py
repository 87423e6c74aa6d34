"""The command doctor: what is wrong with a library, and what to do about it."""

from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli import output
from assistant.cli.diagnostics import progress
from assistant.cli.options import JsonOption, LibraryOption, library_path

if TYPE_CHECKING:
    from assistant.doctor.check import Status
    from assistant.doctor.run import Diagnosis

_WIDTH = 18


def doctor(
    context: typer.Context,
    fix: Annotated[
        bool, typer.Option("--fix", help="Put right what can be put right; else nothing is changed.")
    ] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check the library, its indexes and what they need.

    Exit codes: 0 sound (there may be warnings), 1 problems found, 4 the library is damaged.
    """
    from assistant.doctor.run import diagnose

    with progress("Indexing") as on_progress:
        diagnosis = diagnose(library_path(context, library), fix=fix, on_progress=on_progress)
    if as_json:
        output.print_json(_shape(diagnosis))
    else:
        _print(diagnosis)
    raise typer.Exit(diagnosis.exit_code)


def _print(diagnosis: "Diagnosis") -> None:
    """A line for each check, and below it what to do."""
    for one in diagnosis.checks:
        mark = "fixed" if one.name in diagnosis.fixed else one.status
        output.print_text(output.hanging(f"{mark:9}{one.name:{_WIDTH}}", one.detail))
        if one.next_step:
            output.print_text(output.hanging(f"{'':9}{'':{_WIDTH}}-> ", one.next_step))
    output.print_text(f"\n{_count(diagnosis, 'problem')}, {_count(diagnosis, 'warning')}.")


def _count(diagnosis: "Diagnosis", status: "Status") -> str:
    """`1 problem`, `2 problems`."""
    count = sum(one.status == status for one in diagnosis.checks)
    return f"{count} {status}{'' if count == 1 else 's'}"


def _shape(diagnosis: "Diagnosis") -> dict[str, object]:
    """The JSON document; fields may be added, never renamed."""
    return {
        "library": str(diagnosis.library),
        "sound": diagnosis.exit_code == 0,
        "damaged": any(one.is_damage for one in diagnosis.checks),
        "checks": [
            {
                "name": one.name,
                "status": one.status,
                "detail": one.detail,
                "next_step": one.next_step or None,
                "fixed": one.name in diagnosis.fixed,
            }
            for one in diagnosis.checks
        ],
    }
