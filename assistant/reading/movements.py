"""Words that say how one thing moves another, for `stances`: which way, and what denies, blocks or turns them."""

from assistant.judges.opposites import POLES

__all__ = [
    "ADJECTIVES",
    "BAD",
    "BLOCKS",
    "DENIES",
    "DOWNWARDS",
    "FALLS_SHORT",
    "GOOD",
    "MOVEMENTS",
    "OUTDOES",
    "UNSPECIFIC",
    "Movement",
]

Movement = tuple[str, frozenset[str]]
"""What moves (`amount`, `worth`), and which ways it leaves possible: `up`, `down`, `none`."""

_UP, _DOWN, _NONE = frozenset({"up"}), frozenset({"down"}), frozenset({"none"})
_SOME = _UP | _DOWN

_AXES = {"amount": "amount", "quality": "worth"}
_NAMES_OF_THINGS = frozenset(
    """most majority minority least growth expansion above below limit limits limited limiting expand expands expanded
    expanding gain gains grow grows grew growing rare excess large greater abundant inducer activator promoter enhancer
    inhibitor inhibitors suppressor repressor deficiency deficit loss double triple doubling well good best success
    robust reliable useful safe healthy adverse toxic positive negative inverse poor win wins lose loses losing trail
    trails activate activates activated activating activation block blocks blocked blocking dependent expose promotion
    cut cuts cutting drop long deplete heavier lighter shorter longer promoting induction elimination disruption damage
    damages damaged damaging fragile dangerous unsafe unhealthy delay delays succeed succeeds induced more""".split()
)
"""Words with a direction that name things or sorts of things more often than they say how one moves another."""
_ALSO_UP = """raises heighten heightens heightened hasten hastens hastened speeds quickens quicker faster stimulates
    contributes drives causes cause causing leads lead led""".split()
_ALSO_DOWN = """slows slower relieve relieves relieved relieving lowers dampen dampens dampened stops stop stopped
    halts""".split()
_BETTER = """cure cures cured works helps help helped helping better best benefits beneficial effective efficacious
    efficacy effectiveness useful good aids aided favours favors outperforms outperform beats beat surpasses
    surpass surpassed exceeds superior""".split()
_WORSE = "harms harm hurts hurt bad worse harmful degrades degrade degraded degrading inferior underperforms".split()
_MOVES_SOMEHOW = """effect effects affect affects affected affecting influence influences influenced influencing impact
    impacts impacted impacting alter alters altered altering change changes changed changing associated association
    associations correlated correlate correlates correlation correlations linked link relationship relation
    differ differs differed difference differences different depends dependent matters matter""".split()
_MOVES_NOTHING = """similar similarly comparable comparably unchanged unaffected equal equally equivalent equivalently
    identical independent independently unrelated uncorrelated unassociated ineffective noninferior inert
    indistinguishable""".split()

UNSPECIFIC = frozenset([*_MOVES_SOMEHOW, *_MOVES_NOTHING])
"""Words that say that something moves, or that nothing does, but not which way."""
DOWNWARDS = frozenset("less lower fewer smaller decreased reduced least".split())
"""Right before a word that says which way, they turn it: `less effective`, `reduced improvement`."""
ADJECTIVES = DOWNWARDS | frozenset(
    "more higher better worse larger increased high low elevated raised poor lowered".split()
)
"""Words that can stand before a noun and then say what sort of thing it is: `high doses`, `low vitamin D`."""
OUTDOES = frozenset(
    """outperform outperforms outperformed outperforming beat beats beating surpass surpasses surpassed exceed exceeds
    exceeded underperform underperforms underperformed""".split()
)
"""Verbs whose object is what the subject is compared with."""
BLOCKS = frozenset(
    """prevent prevents prevented preventing inhibit inhibits inhibited inhibiting attenuate attenuates attenuated slow
    slows slowed slowing mitigate mitigates mitigated curb curbs curbed block blocks blocked halts counteract
    counteracts counteracted protect protects protected protecting avoid avoids avoided""".split()
)
"""Before a word of movement they turn it round: `prevents the decline of`."""
DENIES = frozenset(
    """no not never neither nor without cannot hardly scarcely fail fails failed failing unable little non lack lacks
    lacked insufficient""".split()
)
FALLS_SHORT = frozenset(
    """deficiency deficient lack absence withdrawal loss insufficiency depletion depleted removal cessation
    lacking lacks ablation ablated knockout knockdown deletion deleted silencing interruption inhibition
    inhibitor inhibitors blockade null absent discontinuation restriction""".split()
)
"""Beside a thing they turn it into its opposite: `vitamin D deficiency`."""
GOOD = frozenset(
    """accuracy accurate precision recall quality performance survival function efficacy sleep memory cognition
    cognitive health recovery faithfulness factuality correctness coverage retrieval ranking robustness speed
    throughput yield adherence wellbeing immunity score scores ndcg f1 bleu rouge learning comprehension
    productivity""".split()
)
"""Things of which more is better."""
BAD = frozenset(
    """mortality death deaths risk error errors pain symptoms latency cost costs infection infections hallucination
    hallucinations loss disease incidence anxiety depression stress severity toxicity noise bias latency delay
    relapse complications fatigue inflammation pollution perplexity dropout crashes accidents bleeding falls
    decline""".split()
)
"""Things of which less is better."""


def _movements() -> dict[str, Movement]:
    found: dict[str, Movement] = {
        word: (_AXES[axis], _UP if sign > 0 else _DOWN)
        for word, (axis, sign) in POLES.items()
        if axis in _AXES and word not in _NAMES_OF_THINGS
    }
    for words, movement in (
        (_ALSO_UP, ("amount", _UP)),
        (_ALSO_DOWN, ("amount", _DOWN)),
        (_BETTER, ("worth", _UP)),
        (_WORSE, ("worth", _DOWN)),
        (_MOVES_SOMEHOW, ("amount", _SOME)),
        (_MOVES_NOTHING, ("amount", _NONE)),
    ):
        found |= dict.fromkeys(words, movement)
    return found | {"likely": ("amount", _UP), "unlikely": ("amount", _DOWN)}


MOVEMENTS = _movements()
"""Word to what it says of a movement."""
