"""`citewell eval`: an app that the command line finds through an entry point; each command is a module beside it."""

from importlib import import_module

import typer

__all__ = ["app"]

app = typer.Typer(
    name="eval",
    help="Measure answers and their citations.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def _group() -> None:
    """Measure answers and their citations."""


for _module in ("run", "judge", "compare", "gate", "report", "questions", "label", "mutate"):  # the order of the help
    import_module(f"evals.cli.{_module}")
