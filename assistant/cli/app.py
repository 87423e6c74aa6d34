"""The command `citewell`: its commands, and the way out for every error."""

import atexit
import gc
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import EntryPoint, entry_points, version
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from assistant.cli import (
    adding,
    answers,
    auditing,
    chat,
    deduping,
    doctor,
    drafting,
    embed,
    keeping,
    papers,
    search,
    sessions,
    verifying,
)
from assistant.cli.diagnostics import exit_code_of, say, set_up_logging
from assistant.cli.groups import with_groups
from assistant.cli.options import LibraryOption, StoreOption
from assistant.errors import UsageError

_LOOPBACK = "localhost,127.0.0.1,::1"
_WITHOUT_STORE = {"list", "show", "export", "doctor", "sessions"}
"""Names of the commands that move no vectors; those that other packages add come to them."""


class _Commands(TyperGroup):
    """The commands; meets what Typer would end with exit code 1, which here says no to a check."""

    def make_context(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - because Typer's types are private
        with _met():
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - because Typer's types are private
        with _met():
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result


@contextmanager
def _met() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as error:
        # Whoever read the output has enough; Python must not complain about it when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit from error
    except KeyboardInterrupt as error:
        raise typer.Exit(exit_code_of(error)) from error


app = typer.Typer(
    name="citewell",
    cls=_Commands,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"citewell {version('citewell')}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    library: LibraryOption = None,  # noqa: ARG001 - because `library_path` reads it from the context
    store: StoreOption = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say more on stderr.")] = False,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Ask your paper library; draft related work from it; every sentence carries a citation that was checked.

    The library is the folder named by --library, else $CITEWELL_LIBRARY, else the config file, else the platform's data
    folder. Its vectors are in that folder too, unless --store or $CITEWELL_STORE moved them to a Chroma server.

    Exit codes: 0 done, 1 the answer to a check is no, 2 usage or bad input, 3 a service or model failed, 4 the library
    is damaged or in use.
    """
    set_up_logging(verbose=verbose)
    if store and context.invoked_subcommand in _WITHOUT_STORE:
        raise UsageError(
            f"`citewell {context.invoked_subcommand}` takes no --store. A library remembers its store: "
            "`citewell --store URL search QUERY` moves the vectors."
        )


for name, command in (
    ("add", adding.add),
    ("list", papers.list_),
    ("show", papers.show),
    ("edit", keeping.edit),
    ("tag", keeping.tag),
    ("note", keeping.note),
    ("remove", papers.remove),
    ("dedupe", deduping.dedupe),
    ("undo", keeping.undo),
    ("export", papers.export),
    ("search", search.search),
    ("embed", embed.embed),
    ("reindex", papers.reindex),
    ("doctor", doctor.doctor),
    ("ask", answers.ask),
    ("chat", chat.chat),
    ("sessions", sessions.sessions),
    ("related-work", drafting.related_work),
    ("verify", verifying.verify),
    ("coverage", auditing.coverage),
    ("refresh", auditing.refresh),
):
    app.command(name)(with_groups(command))


def _add_plugin(plugin: EntryPoint) -> None:
    """Add another package's commands; one that is broken must not take the others with it."""
    try:
        app.add_typer(plugin.load(), name=plugin.name)
        _WITHOUT_STORE.add(plugin.name)
    except Exception as error:  # noqa: BLE001 - because a package that is not ours may raise anything
        say(f"The command {plugin.name!r} ({plugin.value}) cannot be loaded: {type(error).__name__}: {error}")


for _plugin in sorted(entry_points(group="citewell.commands"), key=lambda entry: entry.name):
    _add_plugin(_plugin)


def main() -> None:
    """Run the command line and exit."""
    _keep_to_ourselves()
    _replace_closed_streams()
    _accept_any_text()
    # The end of the process gives everything back. Python would look for cycles first, which takes a second after a
    # chat model was loaded, and longest just when somebody has pressed Ctrl-C.
    atexit.register(gc.freeze)
    try:
        app(prog_name="citewell")
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - because no traceback may reach a user
        sys.exit(exit_code_of(error))


def _keep_to_ourselves() -> None:
    """Nothing goes to anybody who was not asked for here, whatever the environment was set to for other programs.

    LangChain reads four names for tracing, the first that is set wins; its gateway would take OpenAI's place. What is
    asked of this machine goes to no proxy.
    """
    for vendor in ("LANGSMITH", "LANGCHAIN"):
        os.environ[f"{vendor}_TRACING"] = os.environ[f"{vendor}_TRACING_V2"] = "false"
    os.environ["LANGSMITH_GATEWAY"] = "false"
    os.environ["ANONYMIZED_TELEMETRY"] = "False"
    for name in ("no_proxy", "NO_PROXY"):
        others = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
        os.environ[name] = f"{others},{_LOOPBACK}" if others else _LOOPBACK


def _replace_closed_streams() -> None:
    """Where whoever started this closed standard input or output, nothing is read and nothing is shown."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - because it is never closed


def _accept_any_text() -> None:
    """A character that the terminal or a pipe cannot carry is replaced; it is no reason to fail."""
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
