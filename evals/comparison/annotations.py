"""A gate's outcome for GitHub Actions: workflow commands, and a summary in Markdown."""

from collections.abc import Iterable

from evals.comparison.gate import Check, Failing, Gate

__all__ = ["annotations", "example_line", "summary"]


def annotations(found: Gate) -> Iterable[str]:
    """Write a workflow command for each rule that is not met and each warning; one notice when all are met."""
    for warning in found.warnings:
        yield _command("warning", "The baseline means something else", warning)
    for check in found.checks:
        if not check.is_met:
            lines = [f"{check.metric}: {check.reason} (wanted: {check.rule})", *map(example_line, check.failing)]
            yield _command("error", f"citewell eval gate: {check.metric}", "\n".join(lines))
    if found.is_passed:
        yield _command("notice", "citewell eval gate", f"Rules that are met: all {len(found.checks)}.")


def summary(found: Gate) -> str:
    """Write the page that a step shows below its job."""
    head = f"## citewell eval gate: {'passed' if found.is_passed else 'not passed'}\n\n"
    about = f"{len(found.log.results)} questions of {_cell(found.log.dataset)}, judged by {_cell(found.log.judge)}\n\n"
    rows = "".join(
        f"| {'met' if one.is_met else '**not met**'} | {_cell(one.metric)} | {_value(one.value)} | "
        f"{_value(one.baseline)} | {_cell(one.rule)} | {_cell(one.reason)} |\n"
        for one in found.checks
    )
    table = f"| | metric | value | baseline | rule | why |\n|---|---|---:|---:|---|---|\n{rows}"
    failing = "".join(_examples(check) for check in found.checks if check.failing)
    warnings = "".join(f"\nWarning: {_cell(one)}\n" for one in found.warnings)
    return f"{head}{about}{table}{failing}{warnings}\n"


def example_line(one: Failing) -> str:
    """One question in one line: its id, its score, what was asked and what was found."""
    score = _value(one.value) if one.baseline is None else f"{_value(one.baseline)} -> {_value(one.value)}"
    explained = f" ({one.explanation})" if one.explanation else ""
    return " ".join(f"{one.id}: {score}: {one.question}{explained}".split())


def _examples(check: Check) -> str:
    rows = "".join(
        f"| {_cell(one.id)} | {_value(one.baseline)} | {_value(one.value)} | {_cell(one.question)} | "
        f"{_cell(one.explanation)} |\n"
        for one in check.failing
    )
    return (
        f"\n### {_cell(check.metric)}, worst first\n\n"
        f"| id | baseline | value | question | why |\n|---|---:|---:|---|---|\n{rows}"
    )


def _command(name: str, title: str, message: str) -> str:
    return f"::{name} title={_property(title)}::{_data(message)}"


def _data(text: str) -> str:
    """A message as workflow commands want it, after which no second command can stand in it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _cell(text: str) -> str:
    """Text that stays in its cell and is shown as it is: neither Markdown nor HTML."""
    line = " ".join(text.split())
    return "".join(f"&#{ord(char)};" if char in r"\`*_[]<>|&#~!" else char for char in line)


def _value(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"
