"""Cues of sentences that need a citation, and of sentences that need none, as regular expressions."""

import re

__all__ = [
    "CITED_IN_WORDS",
    "CUES",
    "FINDINGS",
    "GOES_ON",
    "NEGLIGIBLE",
    "OWN_HEADINGS",
    "OWN_HERE",
    "PRESENTED",
    "UNCHECKED_HEADINGS",
]

_PEOPLE = (
    r"(?:researchers|scholars|scientists|authors|(?:the )?literature|others|(?:many|several|some|various|most"
    r"|few) (?:of them )?"
    r"(?:have|has)|practitioners)"
)
_WORKS = (
    r"(?:stud(?:y|ies)|works?|papers?|research|literature|approach(?:es)?|methods?|techniques?|models?|systems?"
    r"|efforts"
    r"|experiments|investigations|surveys?|reviews?|evidence|findings|analys[ei]s|results|proposals|frameworks"
    r"|algorithms|benchmarks|attempts|publications|articles|reports|trials|meta-analys[ei]s)"
)
_EARLIER = (
    r"(?:previous|prior|earlier|past|recent|existing|related|other|numerous|several|many|various|a number of|most"
    r"|some|a few|few|early|seminal|pioneering|classical|traditional|empirical|extensive|growing|subsequent|follow-up"
    r"|state-of-the-art|influential|contemporary|more recent|two|three)"
)
_FOUND = (
    r"(?:shows?|showed|shown|finds?|found|reports?|reported|demonstrates?|demonstrated|suggests?|suggested|indicates?"
    r"|indicated|reveals?|revealed|proposes?|proposed|argues?|argued|observes?|observed|proves?|proved|proven"
    r"|concludes?|concluded|confirms?|confirmed|establish(?:es|ed)?|introduces?|introduced|explores?|explored"
    r"|investigates?|investigated|stud(?:y|ies|ied)|examines?|examined|focus(?:es|ed)?|address(?:es|ed)?|develops?"
    r"|developed|presents?|presented|applies|applied|apply|uses?|used|employs?|employed|relies|relied|rely|tackles?"
    r"|tackled|considers?|considered|attempts?|attempted|tries|tried|has been|have been|combines?|combined|adopts?"
    r"|adopted|extends?|extended|compares?|compared|identif(?:y|ies|ied)|hypothesi[sz]ed?|speculated|noted?|notes"
    r"|described?|describes|claims?|claimed|estimated?|estimates|analy[sz]ed?|analy[sz]es|evaluated?|evaluates)"
)
_HAVE = (
    r"(?:(?:has|have|had)(?:\s+(?:also|already|long|recently|repeatedly|consistently|further|often|widely|all|since"
    r"|even))*\s+)?"
)
CUES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "speaks of others' work",
        re.compile(
            rf"\b{_EARLIER}\s+(?:[\w'’-]+\s+){{0,4}}?{_WORKS}\b(?:\s+(?:on|in|of|for|that|which|with|by"
            rf"|to)\s+(?:[\w'’,-]+\s+){{1,8}}?)?"
            rf"\s*(?:also\s+|then\s+|often\s+|typically\s+|mostly\s+|mainly\s+|generally\s+|usually\s+"
            rf"|only\s+)?{_HAVE}{_FOUND}\b",
            re.IGNORECASE,
        ),
    ),
    (
        "speaks of others' work",
        re.compile(
            rf"(?:^|[,;:]\s*|\bthat\s+){_WORKS}\s+{_HAVE}(?:shown?|showed|found|suggest(?:s|ed)?|demonstrated?"
            rf"|indicated?|reveal(?:s|ed)?|reported)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "speaks of others' work",
        re.compile(
            rf"\b{_EARLIER}\s+(?:[\w'’-]+\s+){{0,3}}?{_WORKS}\s+(?:(?:were|are|have been)\s+(?:\w+ly\s+|also\s+"
            rf"|then\s+)?\w+ed\b|exist\b|to\s+\w+)"
            rf"|\b{_WORKS}\s+(?:was |were |is |are )?(?:first |originally |recently )?(?:proposed|introduced"
            rf"|presented|developed|described|suggested)\s+(?:by|in)\b"
            rf"|\b(?:has|have)\s+(?:\w+\s+){{0,2}}?been\s+(?:\w+ly\s+)?(?:applied|used|employed|adopted|explored"
            rf"|investigated|addressed|tackled)\s+(?:in|to|for|as|by)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "speaks of others' work",
        re.compile(
            rf"\b(?:one|another|an?|the same)\s+(?:[\w'’-]+\s+){{0,4}}?(?:study|trial|survey|review|meta-analysis"
            rf"|cohort|paper)\s+"
            rf"(?:(?:of|on|in|by|with|from|also)\s+(?:[\w'’,-]+\s+){{0,6}}?)?{_HAVE}(?:found|showed|shown|reported"
            rf"|demonstrated|revealed|suggested|concluded|identified)\b",
            re.IGNORECASE,
        ),
    ),
    ("speaks of others' work", re.compile(rf"\b{_PEOPLE}\s+{_HAVE}{_FOUND}\b", re.IGNORECASE)),
    (
        "says what was shown",
        re.compile(
            r"\b(?:it|this|that|they|there|which)\s+(?:has|have)\s+(?:also |long |recently |often |repeatedly "
            r"|previously |since )*been\s+"
            r"(?:well |widely )?(?:shown|found|demonstrated|reported|observed|argued|proposed|suggested|proven"
            r"|proved|established"
            r"|documented|noted|hypothesi[sz]ed|estimated|speculated)\b"
            r"|\b(?:has|have)\s+(?:also |long |recently |often |repeatedly |previously |since )*been\s+(?:well "
            r"|widely )?"
            r"(?:shown|reported|demonstrated|proposed|documented|proven|proved|found to|observed (?:in|to|that)"
            r"|linked to|associated with"
            r"|implicated in|argued|suggested|(?:extensively|intensively|thoroughly|widely|well)[- ](?:studied"
            r"|investigated|explored|examined|discussed|researched|analy[sz]ed|documented))\b"
            r"|\b(?:is|are)\s+(?:well[- ]known|known|widely believed|well[- ]established|well[- ]documented"
            r"|commonly believed|generally accepted"
            r"|thought|believed)\s+(?:to|that|in|for)\b|\b(?:was|were)\s+(?:first|originally|recently|previously"
            r"|initially)\s+(?:\w+ly\s+)?"
            r"(?:shown|proposed|introduced|described|reported|observed|studied|demonstrated|developed|identified"
            r"|used|discovered)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "calls people by name",
        re.compile(r"\b[A-ZÀ-Þ][\w'’-]+\s+(?:et\s+al\b\.?|and\s+(?:colleagues|co-?workers|collaborators))"),
    ),
    (
        "calls people by name",
        re.compile(
            r"(?<![\w-])[A-ZÀ-Þ][a-zß-ÿ]+(?:-[A-Z][a-z]+)? and [A-ZÀ-Þ][a-zß-ÿ]+(?:-[A-Z][a-z]+)?\s+(?:\w+ly\s+"
            r"|first\s+|also\s+|further\s+)?"
            r"(?:show|find|found|report|propose|introduce|present|develop|describe|suggest|argue|make use"
            r"|made use|combine|extend|reconstruct"
            r"|use|used|apply|applied|compare|demonstrate|observe|study|studied|investigate|prove|adopt|design"
            r"|train|employ|built|build)"
            r"(?:e?d|s)?\b"
        ),
    ),
    (
        "says what somebody did",
        re.compile(
            r"(?:^|[,;:]\s|\bwhile\s|\bwhereas\s)(?:[A-Z]+[a-z]*[A-Z][\w-]*|[A-Z]{2,}[\w-]*)\s+(?:\w+ly\s+"
            r"|first\s+|also\s+|further\s+)?"
            r"(?:proposed|proposes|introduced|introduces|presented|presents|achieved|achieves|showed|shows"
            r"|extended|extends|adopted|adopts"
            r"|outperformed|outperforms|improved|improves|employed|employs|replaced|replaces|learns|learned"
            r"|stores|trains)\b"
        ),
    ),
    (
        "says what is the state of the art",
        re.compile(
            r"\b(?:achiev|reach|attain|obtain|set|establish|hold|outperform|surpass|exceed"
            r"|improv)\w*\b[^.]{0,80}\bstate[- ]of[- ]the[- ]art\b"
            r"|\bstate[- ]of[- ]the[- ]art\b[^.]{0,60}\b(?:is|are|achiev\w+|reach\w*|use[sd]?|rel(?:y|ies)|based)\b"
            r"|\b(?:is|are|has become|have become)\s+(?:by far\s+|currently\s+|now\s+|still\s+"
            r"|one of\s+)*(?:the\s+)?(?:most\s+"
            r"(?:widely|commonly|frequently|popular|successful|prominent|accurate|effective|cited|common|influential)"
            r"|de facto|dominant|best[- ](?:known|performing)|leading cause|gold standard)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "reports a number",
        re.compile(
            r"(?:\b(?:affects?|accounts? for|causes?|kills?|rose|rises|fell|falls|grew|grows|increase[sd]?"
            r"|decrease[sd]?|dropped"
            r"|drops|improve[sd]?|reduce[sd]?|lower(?:s|ed)?|raise[sd]?|achieve[sd]?|reach(?:es|ed)?"
            r"|estimated(?: at| to)?|outperform(?:s|ed)?"
            r"|occurs? in|ranges? from|exceed(?:s|ed)?|answered|halve[sd]?|obtain(?:s|ed)?|contains?"
            r"|covers?)\b[^.;]{0,60}?"
            r"\b\d[\d.,]*\s*(?:%|per ?cent|percentage points|points?|fold|million|billion|thousand|times|deaths"
            r"|cases|people|patients"
            r"|users|languages|BLEU|F1)"
            r"|\b\d[\d.,]*\s*(?:%|per ?cent)\s+of\s+(?:all\s+|the\s+)?(?:\w+\s+){0,3}?(?:patients|people|users"
            r"|cases|deaths|children|adults"
            r"|women|men|participants|citations|papers|sentences|articles|developers|households)\b)",
            re.IGNORECASE,
        ),
    ),
)
FINDINGS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "states a finding",
        re.compile(
            r"\b(?:is|are|was|were|been|be)\s+(?:\w+ly\s+)?(?:associated|correlated)\s+with\b"
            r"|\b(?:higher|lower|increased|elevated|reduced|decreased|greater)\s+(?:[\w-]+\s+){0,2}?(?:risks?"
            r"|rates?|mortality|incidence|prevalence|odds|susceptibility|severity|survival)\b"
            r"|\b(?:significantly|positively|negatively|inversely|independently)\s+(?:higher|lower|associated"
            r"|correlated|related|increased|reduced|more|less|predict\w*)\b"
            r"|\b(?:predictors?|leading causes?|risk factors?)\s+(?:of|for)\b"
            r"|\b(?:is|are) (?:more|less) likely to\b",
            re.IGNORECASE,
        ),
    ),
    ("reports a number", re.compile(r"(?<![\w.])\d[\d.,]*\s*(?:%|per ?cent\b|percentage points\b)", re.IGNORECASE)),
)
"""What in an author's own results is the author's own finding."""
OWN_HEADINGS = re.compile(
    r"\b(?:results?|experiment\w*|evaluation|methods?|methodology|materials|data|datasets?|analysis"
    r"|implementation|ablation|findings|setup|approach|model|system"
    r"|proposed|our)\b",
    re.IGNORECASE,
)
NEGLIGIBLE = re.compile(
    r"\?\s*$"
    r"|^\s*(?:(?:in|see)\s+)?(?:the\s+)?(?:figures?|fig\.|tables?|tab\.|sections?|sec\.|eq(?:uation)?s?\.?"
    r"|algorithms?|appendix|chapters?|listing|theorem|lemma"
    r"|proof|definition|corollary|proposition|example)\s*(?:~|\(|\d|[A-Z]\b)"
    r"|\b(?:figures?|fig\.|tables?|sections?|sec\.|appendix|chapters?)~?\s*\(?\d"
    r"|\b(?:the rest|the remainder|the following|the next|the last) (?:of (?:this|the) (?:paper|section|article"
    r"|work|chapter)|sections?|paragraphs?)\b"
    r"|\b(?:is organi[sz]ed as follows|are as follows|as follows[:.]|described below|above-mentioned|next section"
    r"|this section|this subsection)\b"
    r"|^\s*(?:let|suppose|assume|consider|recall that|note that|given|denote|define|formally|for example,? (?:let"
    r"|suppose|consider|imagine))\b"
    r"|\b(?:is|are) defined as\b|\b(?:here|henceforth|hereafter|throughout)\b,? (?:the term|by|the word)"
    r"|\b(?:the (?:present|current|proposed|presented) (?:study|work|paper|method|approach|model|system|article"
    r"|survey|review))\b"
    r"|\b(?:I|my|mine)\b|\bthe authors? of this\b|\b(?:remains?|is|are) (?:unclear|unknown|an open (?:question"
    r"|problem)|open|unexplored)\b"
    r"|\b(?:little|no|not much) (?:is known|work|research|attention|study|prior work)\b"
    r"|\bto (?:the best of )?(?:our|my) knowledge\b"
    r"|\b(?:future work|could be|would be|might be|should be)\b",
    re.IGNORECASE,
)
"""What needs no citation, whatever else stands in the sentence."""
OWN_HERE = re.compile(
    r"\b(?:our|we|us|ours)\b|\b(?:in|of) (?:this|the present) (?:paper|work|article|study|survey|review|thesis"
    r"|section)\b",
    re.IGNORECASE,
)
PRESENTED = re.compile(
    r"\b(?:[Ww]e|[Pp]aper|[Ww]ork|[Aa]rticle)\b[^.]{0,60}?\b(?:propos|present|introduc|call|name|dub|term|develop|describ|releas"
    r"|buil|design)\w*\s+(?:[a-z][\w,’'-]*\s+){0,8}?(?:\(?\s*)(?P<name>[A-Z][\w+-]*[\w+])"
)
GOES_ON = re.compile(
    r"^\s*(?!(?:\w+,\s+)?it\s+(?:has|have|is|was)\s+(?:\w+\s+){1,4}that\b)"  # no pronoun: `It is known that`
    r"(?:(?:however|moreover|furthermore|in addition|additionally|in particular|specifically|for (?:example"
    r"|instance)|then|also|finally|thus"
    r"|instead|here|overall|in contrast|for this|to this end|to do so|similarly|afterwards|further|again"
    r"|in (?:their|its|his|her|that|this|these|those) [\w-]+)[,:]?\s+)*"
    r"(?:they|their|theirs|these|those|this|that|it|its|he|she|his|her|such|the (?:authors?|latter|former|same"
    r"|paper|study|method|approach|model|system"
    r"|results?|work|survey|review|algorithm|idea|technique|framework|technology|analysis|experiments?|two|three"
    r"|first|second|third|other|resulting)|both|each|one (?:of|is)|another"
    r"|here|there|as a (?:result|consequence)|in (?:their|its|that|this) )\b",
    re.IGNORECASE,
)
CITED_IN_WORDS = re.compile(
    r"\[\s*(?:<\|?\w|\d{1,3})[^\]]{0,60}\]|\((?:[^()]*,?\s)?(?:19|20)\d\d[a-z]?(?:[;,:][^()]*)?\)|\bdoi\.org/"
    r"|\barXiv:\d|https?://"
)
UNCHECKED_HEADINGS = re.compile(
    r"\b(?:abstract|acknowledg\w*|conclusions?|contributions?|limitations?|appendi\w+|ethic\w*|funding"
    r"|availability|summary|declarations?"
    r"|keywords|future work|outline|disclosure|conflicts? of interest)\b",
    re.IGNORECASE,
)
