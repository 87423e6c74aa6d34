"""What is wrong with a sentence in a word, and what its author may do about it."""

from collections.abc import Collection, Mapping, Sequence

from assistant.types import Problem
from assistant.types.findings import Allowed, Finding, Findings

__all__ = ["advice", "counts", "heading", "reasons"]

_ELSEWHERE = "If the paper says it beyond its abstract, mark the sentence `citewell: ignore`."
_ADVICE: Mapping[Problem, str] = {
    "number-changed": f"Correct the number, or cite the paper that has it. {_ELSEWHERE}",
    "name-changed": f"Correct the name, or cite the paper about it. {_ELSEWHERE}",
    "negated": "Read the quote: it may say the opposite. If it does not, mark the sentence `citewell: ignore`.",
    "overclaimed": "Say it as carefully and as narrowly as the quote does.",
    "not-stated": f"Read the quote. {_ELSEWHERE}",
    "other-passage": "Read the quote.",
}
_NO_ABSTRACT = "Check it by hand, or give the paper an abstract: `citewell edit {key}`."
_NOT_DEFINITE: tuple[Allowed, ...] = ("partly", "unverifiable", "not-stated")
"""What may be so because a paper says more than its abstract, and says it in other words."""


def heading(finding: Finding) -> str:
    """Verdict and problem: `unsupported (number-changed)`."""
    if finding.state != "judged":
        return {"unchecked": "not checked", "no-claim": "claims nothing"}.get(finding.state, finding.state)
    if finding.label == "supported" and not finding.problem and (finding.idle or finding.old):
        return "supported (idle key)" if finding.idle else "supported (old key)"
    return f"{finding.label} ({finding.problem})" if finding.problem else str(finding.label)


def reasons(finding: Finding) -> tuple[str, ...]:
    """Everything that is to be said of a sentence, the worst first; nothing of one that is fine."""
    said = [finding.reason] if finding.reason and finding.label != "supported" else []
    if finding.unknown and finding.problem != "unknown-key":
        said.append(f"no paper has the key {', '.join(one.written for one in finding.unknown)}")
    said += [f"it does not rest on {one.written}" for one in finding.idle]
    said += [f"{one.written} is an old key of {one.key}" for one in finding.old]
    return tuple(said)


def advice(finding: Finding) -> str:
    """The next step; empty for a sentence that is fine."""
    steps = [_on_key(one.written, one.near, is_alone=len(finding.unknown) == 1) for one in finding.unknown]
    if finding.instead:
        steps.append(f"Cite {finding.instead.key}, which says it.")
    elif finding.state == "unchecked":
        steps.append("Run it again.")
    elif finding.label == "unverifiable":
        unread = [one.key for one in finding.keys if one.use == "no-abstract" and one.key]
        steps.append(_NO_ABSTRACT.format(key=unread[0]) if unread else "Check it by hand.")
    elif not finding.unknown and finding.label not in {None, "supported"}:
        steps.append(_ADVICE.get(finding.problem or "not-stated", _ADVICE["not-stated"]))
    if finding.idle:
        steps.append(f"Leave out {_listed([one.written for one in finding.idle])}, or say what it says.")
    steps += [f"Write {one.key} for {one.written}." for one in finding.old]
    return " ".join(steps)


def counts(found: Sequence[Findings], allowed: Collection[Allowed] = ()) -> dict[str, int]:
    """How many sentences of drafts are what: `sentences`, each verdict, each state but `judged`, `unknown_keys`, ...

    `definite` are errors of which more is known than that the cited abstracts do not say it, or not all of it.
    """
    every = [one for findings in found for one in findings.findings]
    labels = ("supported", "partly", "contradicted", "unsupported", "unverifiable")
    states = ("uncited", "ignored", "no-claim", "unchecked")
    return {
        "sentences": len(every),
        "judged": sum(one.state == "judged" for one in every),
        **{label: sum(one.label == label for one in every) for label in labels},
        **{state.replace("-", "_"): sum(one.state == state for one in every) for state in states},
        "unknown_keys": len({key.written for one in every for key in one.unknown}),
        "idle_keys": sum(len(one.idle) for one in every),
        "old_keys": len({key.written for one in every for key in one.old}),
        "errors": sum(one.level(allowed) == "error" for one in every),
        "definite": sum(one.level((*allowed, *_NOT_DEFINITE)) == "error" for one in every),
        "warnings": sum(one.level(allowed) == "warning" for one in every),
    }


def _on_key(written: str, near: Sequence[str], *, is_alone: bool) -> str:
    if near:
        return f"Did you mean {' or '.join(near)}{'' if is_alone else f' with {written}'}?"
    return f"Add the paper {written} with `citewell add`, or correct the key: `citewell list` shows them."


def _listed(names: Sequence[str]) -> str:
    return " and ".join(names)
