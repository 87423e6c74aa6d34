"""Which statements and citations are counted: what papers that report "citation recall" differ in.

Reading a text is one thing, counting another. Reading is the same in every convention and done before: `[1, 2]` is two
citations, `[0]` names no document where numbers start at 1, a document named twice in a statement is cited once, a
heading is no statement. Where a published script differs from another by a slip in reading, that slip is no convention;
it is told of below and not repeated. What a convention decides is counting: which statements, which of their citations,
and what an invented one does to precision. So numbers in one convention over the same verdicts can be compared with
each other exactly, and with published ones as far as those slips do not matter.

Support is a verdict of `supported`. A judge is asked for the same text everywhere: title and abstract of each document.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from assistant.types import Statement, cited_keys

__all__ = ["CONVENTIONS", "Convention", "Counted", "counted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Convention:
    """How one line of work counts."""

    name: str
    source: str
    shortest: int = 0
    """Characters, without markers; a statement with fewer is not counted."""
    inherits: bool = False
    """A statement that cites nothing counts as citing what the counted one before it does."""
    cited_only: bool = False
    """A statement that cites nothing is not counted."""
    at_most: int | None = None
    """Only so many citations of a statement are used, the first ones; None: all."""
    invented: Literal["imprecise", "left out"] = "imprecise"
    """What the citations of a statement, one of which names no document, are in precision. It is never supported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A statement that counts, with the keys that it counts as citing, each once, in order."""

    text: str
    keys: tuple[str, ...]


CITEWELL = Convention(name="citewell", source="ALCE's definition (Gao et al., 2023), with nothing left out")
"""Every statement counts, however short. One without a citation is not supported and adds nothing to precision.

All citations are used. A statement that cites a document which is not there is not supported, and all its citations are
imprecise: inventing never pays. An answer without any citation has precision 0.
"""

ALCE = Convention(
    name="alce",
    source="Gao, Yen, Yu and Chen (2023), Enabling Large Language Models to Generate Text with Citations, EMNLP",
    at_most=3,
    invented="left out",
)
"""As the authors' script counts, which is not all in their paper.

Of a statement with more than three citations the first three are used; but a fourth one that names no document still
makes it unsupported. The citations of such a statement are in no denominator: inventing lowers recall alone. An answer
without any citation has precision 0.

Slips in reading that are not repeated here: of `[1, 2]` the script reads the first number; `[0]` it takes for the last
document; `[1][1]` it counts as two; of an answer with line breaks it reads the first line; it counts a sentence that
abstains as one that cites nothing.
"""

SCHOLARQA = Convention(
    name="scholarqa",
    source="Asai et al. (2024), OpenScholar: ScholarQABench's scripts, made from ALCE's",
    shortest=50,
    inherits=True,
    at_most=3,
    invented="left out",
)
"""As ScholarQABench counts: as ALCE's script, but without short sentences, and with citations that carry over.

A sentence under 50 characters is not counted, and what it cites is not passed on. An uncited sentence stands as citing
what the counted one before it cites, so that one citation may count many times, in precision as well; with no counted
citation before it, it is unsupported.

Numbers start at 0 in its files, which is a matter of reading them. Slips that are not repeated: the range of a number
is checked in one list of documents and the text taken from another, and the 50 characters are those of the sentence
with its markers; here they are without.
"""

AUTOSURVEY = Convention(
    name="autosurvey",
    source="Wang et al. (2024), AutoSurvey: Large Language Models Can Automatically Write Surveys, NeurIPS",
    cited_only=True,
)
"""Only sentences with a citation count, so that leaving citations out cannot lower recall: read it with coverage.

An answer that cites nothing has neither number (the script gives NaN). All citations are used. One that names no
document stops the script; here it is imprecise, and its statement unsupported. The script scores one long survey, so
its means are over all sentences; here they are over those of one answer. It shows its judge abstracts without titles.

Slips in reading that are not repeated: a sentence is what stands between full stops, those of numbers and `et al.`
included, and of `[1, 2]` it reads the first number, because it expects `;`.
"""

CONVENTIONS: Mapping[str, Convention] = MappingProxyType(
    {one.name: one for one in (CITEWELL, ALCE, SCHOLARQA, AUTOSURVEY)}
)
"""All conventions by name."""


def counted(statements: Sequence[Statement], convention: Convention) -> list[Counted]:
    """The statements that a convention counts, in order.

    The keys are not cut to `at_most`: whether one is invented is asked of all of them.
    """
    found: list[Counted] = []
    for statement in statements:
        keys = cited_keys([statement])
        if len(statement.text) < convention.shortest or (convention.cited_only and not keys):
            continue
        if convention.inherits and not keys and found:
            keys = found[-1].keys
        found.append(Counted(text=statement.text, keys=keys))
    return found
