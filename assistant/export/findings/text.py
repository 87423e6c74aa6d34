"""What was found in a draft, as lines for a person."""

from collections.abc import Collection, Iterator, Sequence

from assistant.export.findings.advice import advice, counts, heading, reasons
from assistant.types.findings import Allowed, Finding, Findings

__all__ = ["summary", "to_text"]


def to_text(found: Sequence[Findings], *, allowed: Collection[Allowed] = (), everything: bool = False) -> str:
    """`FILE:LINE: verdict (problem)`, the sentence, why, the nearest quotes, and what to do; a line that sums up.

    Args:
        found: Of one draft or several.
        allowed: Verdicts that do not fail the check.
        everything: Show the sentences with which nothing is wrong too.
    """
    blocks: list[str] = []
    for findings in found:
        name = findings.document.name
        blocks += [
            "\n".join(_lines(name, one, allowed))
            for one in findings.findings
            if everything or one.level(allowed) != "fine"
        ]
    return "\n\n".join([*blocks, summary(found, allowed)])


def summary(found: Sequence[Findings], allowed: Collection[Allowed] = ()) -> str:
    """One line: what became of the sentences, and whether that is enough."""
    count = counts(found, allowed)
    names = {
        "supported": "supported",
        "partly": "partly supported",
        "contradicted": "contradicted",
        "unsupported": "unsupported",
        "unverifiable": "unverifiable",
        "no_claim": "without a claim",
        "uncited": "uncited",
        "ignored": "ignored",
        "unchecked": "not checked",
    }
    of_them = ", ".join(f"{count[key]} {name}" for key, name in names.items() if count[key])
    keys = f"; {_number(count['unknown_keys'], 'unknown key')}" if count["unknown_keys"] else ""
    end = f"{_number(count['errors'], 'sentence')} to look at" if count["errors"] else "nothing fails"
    if count["definite"] < count["errors"]:
        end += f", {count['definite'] or 'none'} of them definite"
    warned = f", {_number(count['warnings'], 'warning')}" if count["warnings"] else ""
    sentences = _number(count["sentences"], "sentence") + (f": {of_them}" if of_them else "")
    return f"{sentences}{keys}. {end.capitalize()}{warned}."


def _lines(name: str, finding: Finding, allowed: Collection[Allowed]) -> Iterator[str]:
    level = finding.level(allowed)
    mark = {"error": "", "warning": "warning: ", "fine": ""}[level]
    yield f"{name}:{finding.sentence.line}: {mark}{heading(finding)}"
    keys = "; ".join(one.written for one in finding.keys)
    yield f"    {finding.text}" + (f" [{keys}]" if keys else "")
    for reason in reasons(finding):
        yield f"    - {reason}"
    if level != "fine":
        for one in finding.citations:
            yield f"    {one.key}: “{' '.join(one.quote.split())}”"
    if finding.instead:
        yield f"    {finding.instead.key} (not cited): “{' '.join(finding.instead.quote.split())}”"
    if step := advice(finding):
        yield f"    > {step}"


def _number(count: int, name: str) -> str:
    return f"1 {name}" if count == 1 else f"{count} {name}s"
