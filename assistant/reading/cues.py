"""Words that show what kind of thing a question asks for, and what kind of thing a sentence says."""

import re

ASKS_FOR_SEVERAL = re.compile(
    r"\b(compar\w+|differ\w*|contrast\w*|versus|vs|both|respectively|several|various|each"
    r"|(?:which|what|list)\s+(?:\w+\s+){0,3}?"
    r"(?:papers|works|studies|methods|approaches|frameworks|benchmarks|datasets|surveys|models|systems))\b",
    re.IGNORECASE,
)
_PAPERS = r"(?:papers|works|studies|articles|publications)"
LISTS_PAPERS = re.compile(
    rf"\b(?:which|what)\s+(?:of\s+)?(?:(?!(?:do|does|did|by|in|from|of|used)\b)[\w-]+\s+){{0,3}}?{_PAPERS}\b"
    rf"|\A\W*(?:please\s+)?(?:list|name|find|show|give)\s+(?:me\s+)?(?:[\w-]+\s+){{0,3}}?{_PAPERS}\b",
    re.IGNORECASE,
)
"""The answer is a list of papers."""
BEFORE_A_TOPIC = re.compile(
    r"\A(?:(?:that|which|who|do|does|are|is|there|i|we|you|have|has|in|my|our|the|this|library|about|on|of|deals?|dealing"
    r"|with|concerning|discuss|address|study|talk|introduce|present|propose|describe|use)\b\s*)+",
    re.IGNORECASE,
)
"""What stands between `which papers` and what they are to be about."""
ASKS_FOR_OTHERS = re.compile(
    rf"\b(?:which|what|any|other|all|more|similar|related)\s+(?:[\w-]+\s+){{0,2}}?{_PAPERS}\b"
    r"|\b(?:who|what)\s+else\b|\bothers\b",
    re.IGNORECASE,
)
"""Papers are asked for that the question does not name."""
GREETING = re.compile(
    r"\A\W*(?:(?:hello|hi|hey|hallo|greetings|good (?:morning|afternoon|evening|day)|thanks?|thank you|many thanks"
    r"|cheers|ok(?:ay)?|bye|goodbye|test|testing|help|please|there|citewell|so much|very much|a lot)\b\W*)+\Z",
    re.IGNORECASE,
)
"""Nothing but words that greet or thank."""
ASKS_ABOUT_TWO = re.compile(
    r"\bcompar\w+|\bdiffer(?:s|ence|ences|ent)?\b|\bversus\b|\bvs\b|\brespectively\b"
    r"|\bthe (?:first|former)\b.*\bthe (?:second|latter|other)\b|\bone\b.*\b(?:the|an)\s?other\b"
    r"|\b(?:two|three|four|both|several) (?:of (?:my|the|these) )?(?:papers|works|studies|surveys)\b"
    r"|\bmy (?:[\w-]+ ){0,4}papers\b",
    re.IGNORECASE,
)
BETWEEN_CLAUSES = re.compile(r"[,;:?.](?:\s+|$)|\s+and\s+(?=(?:what|which|how|where|by|in|on)\b)", re.IGNORECASE)
_ASKING = r"(?:what|which|how|where|when|who|whom|whose|why|does|do|did|is|are|was|were|can|could|has|have)\b"
ASKS = re.compile(rf"\b{_ASKING}", re.IGNORECASE)
BETWEEN_QUESTIONS = re.compile(
    r"[;?.!]\s+(?:and\s+|also,?\s+)?"
    rf"|,?\s+(?:and|but|or)\s+(?:also\s+)?(?=(?:(?:at|by|for|from|in|on|to|under|with)\s+(?=wh|how))?{_ASKING})",
    re.IGNORECASE,
)
"""Where one question ends and another begins, within one text."""
_SIDE = r"([^,;?]{3,200}?)"
_MORE = (
    r"(?:more|less|better|best|worse|worst|faster|slower|cheaper|stronger|weaker|larger|smaller|higher|lower|easier"
    r"|quicker|(?:in)?accurate|preferred|preferable)\b"
)
_CAPITALS = (
    r"((?!(?:Is|Are|Was|Were|Do|Does|Did|Has|Have|Can|Could|Should|Will|Would|May|Which|What)\b)"
    r"[A-Z][\w-]+(?:\s[A-Z][\w-]+){0,3})"
)
COMPARES = (
    re.compile(
        rf"\b(?:how|in\s+(?:what|which)\s+\w+)\s+(?:do|does|did|are|is)\s+{_SIDE}\s+and\s+{_SIDE}"
        r"\s+(?:differ|different|compare|compared)"
        r"(?:\s+(?:from\s+(?:each\s+other|one\s+another)|in|on|at|for|when|as|regarding|with\s+respect)\b[^?]*)?[?.;]?\s*\Z",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:compare|contrast)\s+{_SIDE}\s+(?:with|to|against|versus|vs\.?|and)\s+{_SIDE}[?.;]?\s*\Z", re.IGNORECASE
    ),
    re.compile(
        rf"\b(?:differences?|comparison|trade-?offs?|similarit\w+)\s+between\s+{_SIDE}\s+and\s+{_SIDE}[?.;]?\s*\Z",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\bhow\s+(?:do|does|did|is|are)\s+{_SIDE}\s+(?:differ|different|compare|compared)\s+(?:from|to|with)\s+{_SIDE}[?.;]?\s*\Z",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\bwhat\s+(?:distinguish\w*|separates?|sets?)\s+{_SIDE}\s+(?:(?:apart\s+)?from|and)\s+{_SIDE}[?.;]?\s*\Z",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\A\s*(?:is|are|was|were)\s+{_SIDE}\s+or\s+{_SIDE}\s+{_MORE}[^?]*\?*\s*\Z",
        re.IGNORECASE,
    ),
    re.compile(rf"\bwhich\b[^,:?]*\b{_MORE}[^,:?]*[,:]\s*{_SIDE},?\s+or\s+{_SIDE}[?.;]?\s*\Z", re.IGNORECASE),
    re.compile(rf"(?<![\w-]){_CAPITALS}\s+or\s+{_CAPITALS}"),
    re.compile(rf"\A\W*{_SIDE}\s+(?:versus|vs\.?)\s+{_SIDE}[?.;]?\s*\Z", re.IGNORECASE),
)
"""Questions that set two things side by side; the groups are the sides."""
BETWEEN_SIDES = re.compile(r"\s+(?:versus|vs\.?)\s+", re.IGNORECASE)
BETWEEN_NAMES = re.compile(r"\s+(?:and|or)\s+", re.IGNORECASE)
YES_OR_NO = re.compile(
    r"\A\s*(?:does|do|did|is|are|was|were|can|could|has|have|had|will|would|should|may|might|must)(?:n't|n’t)?\s+(.+?)\s*\?*\Z",
    re.IGNORECASE | re.DOTALL,
)
"""A question to be answered with yes or no; the group is what it asks about."""
CITE_KEY = re.compile(r"\[@?([^\s\[\]@;,]+)\]|(?<![\w.])@([\w][\w:.+/-]*\w)")
"""A cite key as people write one in prose."""
NAME = re.compile(
    r"(?<![\w-])(?:\w*[a-z]\w*[A-Z][\w-]*|[A-Z]{3,}[\w+-]*|[A-Z]\w*-[A-Z][\w-]*|[A-Za-z]+\d[\w-]*)(?![\w-])"
)
"""A word with the shape of a system's or data set's name."""
ASKS_HOW_MUCH = re.compile(
    r"\b(how (?:many|much|large|big|often|long|fast|far|high|quick\w*|few)|by (?:what|how)|times|points"
    r"|(?:what|which) (?:share|percentage|percent|proportion|fraction|number|rate|score|size|amount|factor|ratio))\b",
    re.IGNORECASE,
)
ASKS_FOR_DATA = re.compile(
    r"\b(data\s?sets?|benchmarks?|corpor\w+|leaderboards?|evaluated|tested|collections?"
    r"|(?:on|which|what) (?:[\w-]+ )?data)\b",
    re.IGNORECASE,
)
ASKS_FOR_A_LIST = re.compile(r"\b(?:which|what) (?:two|three|four|five|six|\d)\b|\bwhich \w+s\b", re.IGNORECASE)
HAS_A_NUMBER = re.compile(
    r"\d|\b(two|three|four|five|six|seven|eight|nine|ten|dozen|hundred|thousand|million|half|twice|double|triple)\b",
    re.IGNORECASE,
)
ASKS_FOR_A_SIZE = re.compile(r"\b(?:how (?:large|big|small)|(?:what|which) sizes?)\b|\bsize of\b", re.IGNORECASE)
HAS_A_SIZE = re.compile(
    r"\d\s*(?:thousand|million|billion|trillion|[kmgt]b?\b|parameters\b)|\d,\d{3}"
    r"|(?<!\bof )\b\d{2,}\s+(?!times\b|points\b|months\b|years\b|hours\b|minutes\b|days\b)[a-z-]+s\b",
    re.IGNORECASE,
)
HAS_A_NAME = re.compile(r"(?<!^)\b(?:[A-Z][\w-]*[A-Z\d][\w-]*|[A-Z]{2,}[\w/-]*)\b")
HAS_A_LIST = re.compile(r",.*,|\(\d\)|\bfirst\b|\bsecond\b", re.IGNORECASE | re.DOTALL)
REPORTS_RESULTS = re.compile(
    r"\b(experiment\w*|evaluat\w*|dataset\w*|benchmark\w*|results?|tested|conduct\w*)\b", re.IGNORECASE
)
CONTRIBUTES = re.compile(
    r"\b(we|this (?:paper|article|work|study|survey))\s+(?:(?:\w+ly|also|then|thus|therefore|hence|further)\s+)?"
    r"(?:propose|introduce|present"
    r"|develop"
    r"|describe|show|find|demonstrate|design|define|build|construct|offer|release|argue)\w*\b",
    re.IGNORECASE,
)
POINTS_TO_CODE = re.compile(
    r"\b(?:code|checkpoints?|implementation)\b.{0,80}(?:https?:|\\url|\bgithub\b|\bavailable\b|\breleased\b)",
    re.IGNORECASE | re.DOTALL,
)
ASKS_FOR_CODE = re.compile(
    r"\b(?:code|checkpoints?|implementation|available|released|repository|github)\b", re.IGNORECASE
)
LEANS_ON_THE_ONE_BEFORE = re.compile(
    r"^(?:it|its|they|their|this|these|those|that|there|such|however|moreover|furthermore|besides|thus|therefore"
    r"|consequently|then|also|in addition|as a result|to this end)\b",
    re.IGNORECASE,
)
POINTS_BACK = re.compile(
    r"^(?:they|these|those|its?|their|this|such)\b(?!\s+(?:paper|work|study|article|survey)\b)", re.IGNORECASE
)
"""A sentence begins with a word for what the one before it says."""
SAYS_LITTLE = re.compile(
    r"\b(code (?:and \w+ )?(?:is|are|will)|available (?:at|on|in)|https?:|will be (?:released|made)"
    r"|in this (?:paper|study|work|survey),? we (?:study|aim|conduct|explore|investigate|focus|provide)"
    r"|this (?:paper|study|survey) (?:aims|explores|investigates|delves|studies)|we (?:discuss|outline|hope)"
    r"|future (?:research|directions|work)|pave|insights? into|comprehensive (?:investigation|overview|analysis|study)"
    r"|attract\w* (?:increasing|much) attention|plays? an? (?:key|important|crucial) role)\b",
    re.IGNORECASE,
)
DETAILS = tuple(
    "learning rate|batch size|number of epochs|epochs|optimizer|optimiser|dropout|weight decay|gpu|gpus|hours|days"
    "|minutes|hardware|training cost|dollars|random seed|random seeds|hyperparameter|hyperparameters|hidden size"
    "|embedding size|number of layers|number of parameters|temperature|beam size|warmup|inter-annotator agreement"
    "|annotators were paid|licence|license|funding|funded|grant|email|affiliation|p-value|significance level"
    "|confidence interval".split("|")
)
"""What abstracts leave to the paper. When a question asks for one of these, the phrase must be in the abstract."""
