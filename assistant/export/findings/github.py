"""What was found in a draft as workflow commands, which GitHub shows beside the lines of a pull request."""

from collections.abc import Collection, Iterator, Sequence

from assistant.export.findings.advice import advice, heading, reasons
from assistant.export.findings.text import summary
from assistant.types import Document
from assistant.types.findings import Allowed, Finding, Findings

__all__ = ["to_github"]

_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def to_github(found: Sequence[Findings], *, allowed: Collection[Allowed] = ()) -> str:
    """`::error file=F,line=N,endLine=M,title=T::message` for each sentence with which something is wrong."""
    lines = [
        _command(findings.document, one, allowed)
        for findings in found
        for one in findings.findings
        if one.level(allowed) != "fine"
    ]
    lines += [line for findings in found for line in _unread(findings.document)]
    return "\n".join([*lines, summary(found, allowed).translate(_DATA)])


def _command(document: Document, finding: Finding, allowed: Collection[Allowed]) -> str:
    level = "error" if finding.level(allowed) == "error" else "warning"
    quotes = [f"{one.key}: “{' '.join(one.quote.split())}”" for one in finding.citations]
    if finding.instead:
        quotes.append(f"{finding.instead.key} (not cited): “{' '.join(finding.instead.quote.split())}”")
    message = "\n".join(part for part in (finding.text, "; ".join(reasons(finding)), *quotes, advice(finding)) if part)
    sentence = finding.sentence
    last = sentence.line + document.source.count("\n", sentence.start, sentence.end)
    place = {"line": str(sentence.line), "endLine": str(last), "title": heading(finding)}
    return _written(level, document, place, message)


def _unread(document: Document) -> Iterator[str]:
    for name in document.includes:
        yield _written("notice", document, {"line": "1"}, f"{name} is taken in here and was not read; name it too.")
    for trouble in document.troubles:
        yield _written("warning", document, {"line": str(trouble.line)}, trouble.what)


def _written(level: str, document: Document, properties: dict[str, str], message: str) -> str:
    named = ({} if document.name == "-" else {"file": document.name}) | properties
    said = ",".join(f"{name}={value.translate(_PROPERTY)}" for name, value in named.items())
    return f"::{level} {said}::{message.translate(_DATA)}"
