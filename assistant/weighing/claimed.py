"""What of a sentence of a draft the papers that it cites are to say."""

import re
from collections.abc import Iterable, Sequence

from assistant.export.references import short_name
from assistant.replies.attribution import without_attribution
from assistant.text import QUESTION_WORDS, content_stems, stems, title_fingerprint
from assistant.types import Paper

__all__ = ["claimed", "is_of_own_work", "names_only"]

_SAY = (
    r"(?:(?:also|further|furthermore|later|first|recently|have|has|had|was|were|explicitly|independently)\s+)*"
    r"(?:reports?|reported|finds?|found|shows?|showed|shown|states?|stated|notes?|noted|argues?|argued|concludes?"
    r"|concluded|observes?|observed|demonstrates?|demonstrated|says?|said|writes?|wrote|written|describes?|described"
    r"|points? out|pointed out|explains?|explained|adds?|added|puts? it|confirms?|confirmed|establish(?:es|ed)?"
    r"|tells?|told|mentions?|mentioned|documents?|documented|remarks?|remarked|emphasi[sz]es?|emphasi[sz]ed)"
)
_HEAD = re.compile(
    rf"^[\s,;]*(?:(?:and|or|&)\b[\s,;]*)*(?:{_SAY}(?:\s+(?:that\b[\s,:]*|how\b\s*)|\s*:\s*|\s*,\s*(?=[“\"]))"
    rf"|(?:according|thanks)\s+to\s*(?:(?:,|and|or)\s*)*,?\s*|as\s+(?:{_SAY}\s*(?:by|in)?|in|by)?\s*(?:(?:and|or)\s*)*,\s*"
    r"|in\s*,\s*)",
    re.IGNORECASE,
)
_TAIL = re.compile(
    rf"\s*[,;(]?\s*(?:as\s+)?(?:(?:is|are|was|were|has been|have been)\s+)?{_SAY}\s+(?:by|in)\s*(?:(?:and|or|,)\s*)*"
    r"\)?\s*(?=[.!?]?\s*$)",
    re.IGNORECASE,
)
_AUTHORS = re.compile(r"\bthe authors(['’])?(?=\W)", re.IGNORECASE)
"""No text calls those who wrote it so."""
_QUOTED = re.compile(r"[“\"„«]([^“”\"„«»]+)[”\"“»]")
_ELISION = re.compile(r"\s*(?:\[\s*(?:\.\.\.|…)\s*\]|\(\s*(?:\.\.\.|…)\s*\)|…|\.\.\.)\s*")
_NUMBERED = r"~?\s?(?:[A-Z]?\d[\d.:,\u2013-]*\b[a-z]?|[IVX]+\b)"
_PLACE = re.compile(
    r"\s*,?\s*(?:\b(?:see|cf\.?|in|and)\s+)?"
    rf"(?:\b(?-i:pp?\.|[Ff]igs?\.|Tabs?\.|Secs?\.|Sects?\.|[Ee]qs?\.|Chaps?\.|ch\.)|§+){_NUMBERED}"
    r"|\s*(?:\((?:see|cf\.?|in|also|\s)*|,\s+(?:see|cf\.?)\s+)"
    rf"(?:figures?|tables?|sections?|equations?|chapters?|appendix|pages?){_NUMBERED}\)?",
    re.IGNORECASE,
)
"""Where to look in a source, or in the draft itself: `, p. 7`, `cf. Sec. 3.1`, `(Table 2)`."""
_POINTING = frozenset(
    stems(
        """also cf comprehensive detail details discussed discussion e.g eg example examples excellent further i.e
        instance introduction introductory literature overview overviews prior reader readers recent reference
        references refer referred related review reviews see survey surveys therein thorough various well-known
        consult compare textbook textbooks tutorial tutorials details recently""".split()
    )
)
"""What points to a source without saying anything."""
_OWN = re.compile(
    r"\b(?:we|our|ours|us)\b|\bin this (?:paper|work|article|section|thesis|chapter|study|survey|review)\b"
    r"|\bthis (?:paper|thesis|chapter|section|survey|review)\b",
    re.IGNORECASE,
)
_NOTING = re.compile(r"^\W*we\s+(?:also\s+)?(?:note|recall|know|remark|stress|emphasi[sz]e)\s+that\b", re.IGNORECASE)
"""Before what others found: it is not what the author did."""


def claimed(text: str, papers: Iterable[Paper]) -> str:
    """The sentence without what only names who says it: `Li et al. (2023) report that`, `, as shown by Li et al.`.

    Where a quotation leaves something out, it becomes two.
    """
    papers = list(papers)
    said = text
    for paper in papers:
        if not paper.record.authors:  # its name is its title
            said = said.replace(short_name(paper), " ")
    said = without_attribution(said, papers)
    if said != text:
        said = _TAIL.sub("", _HEAD.sub("", said, count=1), count=1)
    said = _PLACE.sub("", said)
    said = _AUTHORS.sub(lambda found: "their" if found[1] else "they", said)
    said = _QUOTED.sub(lambda found: found[0][0] + _ELISION.sub("” “", found[1]) + found[0][-1], said)
    return said if any(char.isalnum() for char in said) else text


def names_only(text: str, papers: Sequence[Paper]) -> bool:
    """True when a sentence names papers, perhaps with their titles, and says nothing about anything."""
    titles = {title_fingerprint(paper.title) for paper in papers}
    rest = _QUOTED.sub(lambda found: "" if title_fingerprint(found[1]) in titles else found[0], text)
    left = content_stems(without_attribution(rest, papers), leave_out=QUESTION_WORDS)
    return all(stem in _POINTING for stem in left)


def is_of_own_work(text: str) -> bool:
    """True when a sentence speaks of what its author does (`we`, `in this paper`), outside quotation marks."""
    return bool(_OWN.search(_NOTING.sub("", _QUOTED.sub(" ", text))))
