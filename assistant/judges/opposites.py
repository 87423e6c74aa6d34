"""Words that point opposite ways, and prefixes that turn a word round."""

from collections.abc import Collection, Iterator

__all__ = ["POLES", "prefixes_turned"]

_VERBS = {
    "amount": (
        """increase rise raise elevate upregulate boost enhance gain grow strengthen augment accelerate expand exceed
        surpass double triple extend prolong intensify promote induce activate stimulate facilitate trigger enable
        amplify potentiate exacerbate aggravate""",
        """decrease fall reduce lower decline diminish downregulate drop shrink weaken attenuate slow decelerate halve
        shorten lessen curb cut mitigate alleviate prevent inhibit block suppress impair hinder disrupt deactivate
        inactivate abolish eliminate abrogate deplete limit delay counteract antagonize ameliorate""",
    ),
    "quality": (
        "improve benefit outperform succeed protect win beat",
        "worsen deteriorate harm underperform damage lose trail endanger",
    ),
    "presence": ("contain include exist possess", "exclude omit miss"),
    "order": ("resemble match agree", "differ disagree vary"),
    "stance": ("support confirm accept verify validate", "refute contradict reject disprove deny challenge"),
    "life": ("survive live", "die kill"),
    "motion": ("open start begin join enter attach assemble acquire", "close stop end leave exit detach disassemble"),
}
_OTHERS = {
    "amount": (
        """higher high more greater larger most majority longer stronger increasingly upregulation
        elevation growth activation induction stimulation enhancement promotion inducer activator promoter enhancer
        increment excess heavier faster above abundant hyperactivation overexpression expansion""",
        """low less fewer smaller least minority shorter weaker rare rarely reduction loss downregulation
        inhibition suppression inhibitor suppressor repressor depletion elimination prevention impairment attenuation
        deficit lighter slower below scarce insufficient inactivation blockade deficiency disruption""",
    ),
    "quality": (
        """better best improvement beneficial effective efficient superior success successful good well favorable
        favourable positive positively protective advantage robust accurate reliable useful helpful safe healthy
        protection ahead""",
        """worse worst harmful ineffective inefficient inferior unsuccessful poor poorly unfavorable unfavourable
        negative negatively detrimental disadvantage fragile inaccurate unreliable useless adverse dangerous unsafe
        unhealthy toxic inverse inversely deterioration behind""",
    ),
    "chance": (
        "likely probable susceptible susceptibility vulnerable vulnerability prone risk",
        "unlikely improbable resistant resistance immune",
    ),
    "presence": ("present presence", "absent absence lacking missing devoid"),
    "time": ("before earlier prior preceding", "after later subsequent following"),
    "pace": ("fast quick quickly rapid rapidly", "slow slowly gradual gradually"),
    "age": ("old older elderly adult adults oldest", "young younger child children infant infants youngest"),
    "order": ("same similar identical equal equally comparable consistent", "different distinct unequal inconsistent"),
    "link": ("associated related correlated linked dependent", "unrelated independent uncorrelated unlinked"),
    "ease": ("easy easier easily simple simpler", "hard harder difficult complex"),
    "life": ("survival alive", "death deaths mortality dead lethal fatal deadly"),
    "sex": ("male males men man boy boys fathers", "female females women woman girl girls mothers"),
    "share": ("all always every entirely everyone", "partially some sometimes certain"),
    "left": ("left", "right"), "top": ("upper top", "lower bottom"), "front": ("anterior front", "posterior back"),
    "middle": ("central", "peripheral"), "near": ("proximal", "distal"), "inner": ("internal inner", "external outer"),
    "immunity": ("innate", "adaptive"), "course": ("acute", "chronic"), "beat": ("systolic", "diastolic"),
    "growth": ("benign", "malignant"), "gene": ("dominant", "recessive"), "way": ("direct directly",
    "indirect indirectly"),
    "rank": ("primary", "secondary"), "stream": ("upstream", "downstream"), "parent": ("maternal", "paternal"),
    "donor": ("autologous", "allogeneic"), "allele": ("major", "minor"), "size": ("large big", "small tiny"),
    "length": ("long", "short"), "heat": ("hot warm heating", "cold cool cooling"), "day": ("day daytime",
    "night nighttime"),
    "many": ("single one", "multiple several"), "germ": ("viral", "bacterial"), "place": ("rural", "urban"),
    "layer": ("endodermal", "ectodermal"), "first": ("first", "last"), "weight": ("obese overweight",
    "underweight lean"),
    "open": ("public open", "private closed"), "sum": ("maximum maximal", "minimum minimal"), "depth": ("deep",
    "shallow"),
    "teaching": ("supervised", "unsupervised"), "line": ("linear", "nonlinear"), "meet": ("online", "offline"),
}  # fmt: skip
"""Axis to the words of its two ends; an end is told from the other, not from a third thing."""
_PREFIXES = (
    ("hyper", "hypo"), ("up", "down"), ("pre", "post"), ("intra", "extra"), ("intra", "inter"), ("over", "under"),
    ("pro", "anti"), ("", "un"), ("", "in"), ("", "im"), ("", "non"), ("", "dis"), ("", "ir"), ("", "anti"), ("",
    "mis"),
    ("sym", "asym"), ("in", "ex"), ("in", "out"), ("homo", "hetero"), ("mono", "poly"), ("macro", "micro"), ("", "de"),
)  # fmt: skip
_SHORTEST_REST = 4


def _forms(verb: str) -> Iterator[str]:
    """Inflected forms of a regular verb."""
    bare = verb.removesuffix("e")
    yield from (verb, f"{verb}s", f"{bare}ed", f"{bare}ing")
    if verb.endswith("y"):
        yield from (f"{verb[:-1]}ies", f"{verb[:-1]}ied")
    if verb.endswith(("s", "x", "ch", "sh")):
        yield f"{verb}es"
    if verb[-1] in "pnt" and verb[-2] in "aeiou":
        yield from (f"{verb}{verb[-1]}ed", f"{verb}{verb[-1]}ing")


def _poles() -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for axis, ends in _VERBS.items():
        for sign, end in zip((1, -1), ends, strict=True):
            found |= {form: (axis, sign) for verb in end.split() for form in _forms(verb)}
    for axis, ends in _OTHERS.items():
        for sign, end in zip((1, -1), ends, strict=True):
            found |= {word: (axis, sign) for word in end.split() if word not in found}
    irregular = {"rose": 1, "risen": 1, "grew": 1, "grown": 1, "fell": -1, "fallen": -1, "shrank": -1, "led": 1}
    return found | {word: ("amount", sign) for word, sign in irregular.items()}


POLES = _poles()
"""Word to its axis and the end of it, 1 or -1."""


def prefixes_turned(said: Collection[str], theirs: Collection[str]) -> list[tuple[str, str]]:
    """Words that only one text has beside words that only the other has, the same but for a prefix that turns them."""
    only_said = [word for word in said if word not in theirs and len(word) >= _SHORTEST_REST and word not in POLES]
    return [
        (word, other)
        for word in sorted(only_said)
        for left, right in _PREFIXES
        for one, two in ((left, right), (right, left))
        if word.startswith(one) and len(word) - len(one) >= _SHORTEST_REST
        if (other := two + word.removeprefix(one)) in theirs and other not in said
    ]
