"""Words that show what kind of thing a question asks for, and what kind of thing a sentence says."""

import re

ASKS_FOR_SEVERAL = re.compile(
    r"\b(compar\w+|differ\w*|contrast\w*|versus|vs|both|respectively|several|various|each"
    r"|(?:which|what|list)\s+(?:\w+\s+){0,3}?"
    r"(?:papers|works|studies|methods|approaches|frameworks|benchmarks|datasets|surveys|models|systems))\b",
    re.IGNORECASE,
)
ASKS_ABOUT_TWO = re.compile(
    r"\bcompar\w+|\bdiffer(?:s|ence|ences|ent)?\b|\bversus\b|\bvs\b|\brespectively\b"
    r"|\bthe (?:first|former)\b.*\bthe (?:second|latter|other)\b|\bone\b.*\b(?:the|an)\s?other\b"
    r"|\b(?:two|three|four|both|several) (?:of (?:my|the|these) )?(?:papers|works|studies|surveys)\b"
    r"|\bmy (?:[\w-]+ ){0,4}papers\b",
    re.IGNORECASE,
)
BETWEEN_CLAUSES = re.compile(r"[,;:?.](?:\s+|$)|\s+and\s+(?=(?:what|which|how|where|by|in|on)\b)", re.IGNORECASE)
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
