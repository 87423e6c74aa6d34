"""Words by which a sentence gives itself away as an order to a model or a reviewer; matched in lower case.

An order is told from a report about orders by its form: a bare imperative at the start of a sentence or a clause, or a
word that speaks to the reader. Papers that study such orders mention them in other forms.
"""

import re

_START = (
    r"(?:\A|[.!?:;>\]}\"“”‘’'(\[{|–—]\s*|\b(?:please|kindly|you (?:must|should|shall|will|can|have to|need to))\s+)"
)
"""Where an imperative may stand."""
_START_OR_CLAUSE = rf"(?:{_START}|,\s*|\b(?:now|must|should|and|then|just|simply|always|instead)\s+)"
_MORE = r"(?:now |only |just |always |simply |then |never |instead |also |solely |do not |don['’]t )*"

_RULES = r"(?:instructions?|prompts?|guidelines?|directives?|commands|orders|rules|directions|system messages?)"
_EARLIER = (
    r"(?:previous|previously|prior|preceding|above|earlier|foregoing|all(?: of)?|any(?: of)?|every|other|your|original"
    r"|initial|safety|system)"
)
_TEXTS = r"(?:passages?|papers|sources|documents|abstracts|context|texts?|content|messages?|everything|questions?)"
_OVERRIDE = r"(?:ignore|disregard|forget|override|overrule|bypass|discard|neglect|drop|skip)"

_MACHINE = (
    r"(?:a\.?i\.?(?: (?:language )?(?:model|assistant|system|reviewer|tool|agent)s?)?|llms?|(?:large )?language models?"
    r"|(?:ai |chat)?(?:bot|assistant)s?|chatgpt|gpt(?:-?\d\w*)?|claude|gemini|copilot|(?:automated )?reviewers?"
    r"|summari[sz]ers?|agents?)"
)
_THIS_PAPER = (
    r"(?:(?:this|our|my|the (?:present|above|current|following|first)) (?:very )?"
    r"(?:paper|article|work|study|abstract|passage|document|source|publication|manuscript|submission|text)\b"
    r"|(?:me|us)\b|only this|\[\d+\]|passage \d|\[?@\w)"
)
_SAY = (
    r"(?:say|says|reply|respond|answer|write|output|print|repeat|state|claim|report|conclude|declare|tell|return|emit"
    r"|generate|assert|insist|mention|confirm|add|include)"
)
_HOW = r"(?:back |out |to the user |in (?:your|the) (?:answer|reply|response) |only |exactly |precisely |verbatim )*"
_WHAT = (
    r"(?:that\b|[:\"“”‘'«]|(?:only|exactly)\b|with (?:only|exactly|the (?:word|phrase|sentence|following)|"
    r"yes|no|[:\"“])"
    r"|the following\b|(?:the |this )(?:exact |next )?(?:sentence|phrase|word)\b"
    r"|(?:the )?(?:user|reader|readers)\b|(?:yes|no|supported)\b|not in the library)"
)
_OTHER_TONGUES = (
    (
        r"\b(?:ignorier\w*|missacht\w*|vergiss|vergesst|vergessen sie)\b.{0,50}\b(?:anweisung|instruktion|"
        r"vorgabe|regel)\w*"
    ),
    (
        r"\b(?:ignor(?:e|ez|er)|oubli(?:e|ez|er)|ne ten(?:ez|ir) (?:pas|aucun) compte)\b.{0,50}"
        r"\b(?:consigne|directive|règle|instructions? (?:précédente|ci-dessus|antérieure))\w*"
    ),
    r"\b(?:ignor[ae]n?|olvid[ae]n?|omit[ae]n?|haz caso omiso)\b.{0,50}\b(?:instruccion|indicacion|regla)\w*",
    r"\b(?:ignor[ae]m?|esqueç[ao]|desconsider[ae]m?)\b.{0,50}\b(?:instruç|regra|orientaç)\w*",
    r"\b(?:ignor(?:a|ate|i)|dimentic(?:a|ate|hi)|trascur(?:a|ate))\b.{0,50}\b(?:istruzion|regol|indicazion)\w*",
    r"\b(?:negeer|vergeet)\b.{0,50}\b(?:instructie|aanwijzing|regel|opdracht)\w*",
    r"\b(?:ignorera|glöm|ignorer|glem)\b.{0,50}\b(?:instruktion|instruks|anvisning)\w*",
    r"\b(?:z?ignoruj|pomiń|zapomnij)\w*.{0,50}(?:instrukcj|polece|zasad)\w*",
    r"(?:игнорируй|проигнорируй|забудь|не обращай|ігноруй)\w*.{0,50}(?:инструкц|указани|правил|інструкц|вказівк)\w*",
    r"(?:talimat|yönerge|komut|kural)\w*.{0,40}(?:yok say|görmezden gel|unut|dikkate alma)\w*",
    r"(?:忽略|无视|無視|忽視|忘记|忘記|不要理会).{0,16}(?:指令|指示|说明|說明|提示|规则|規則|命令|要求|内容|內容)",
    r"(?:指示|命令|プロンプト|ルール|規則|内容).{0,14}(?:無視|忘れ)",
    r"(?:지시|명령|지침|프롬프트|규칙).{0,14}(?:무시|잊)",
    r"(?:تجاهل|انس|أهمل).{0,40}(?:تعليمات|التعليمات|الأوامر|القواعد)",
    r"(?:निर्देश|आदेश|नियम).{0,40}(?:अनदेखा|नज़रअंदाज़|भूल|उपेक्षा)",
    (
        r"\b(?:zitiere|zitieren sie|citez?|cita(?:te)?|citeer|процитируй\w*)\b.{0,20}"
        r"\b(?:nur|diese[ns]?|mich|uns|cet|cette|moi|nous|este|questo|deze|эту)\b"
    ),
    r"(?:请|必须|只)(?:引用|回答|回复|说|输出)|(?:引用して|と答えて|と回答して)ください",
)
OVERRIDES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_START}{_MORE}{_OVERRIDE}\s+(?:[\w'’]+[\s,]+){{0,6}}?{_RULES}\b",
        rf"{_START_OR_CLAUSE}{_MORE}{_OVERRIDE}\s+(?:[\w'’]+\s+){{0,2}}?{_EARLIER}\b[\w\s,'’/]{{0,40}}?\b{_RULES}\b",
        rf"{_START}{_MORE}{_OVERRIDE}\s+(?:the )?{_EARLIER}\b[\w\s,'’/]{{0,30}}?\b{_TEXTS}\b",
        (
            rf"{_START}{_MORE}(?:ignore|disregard|forget)\s+(?:all |everything )?(?:of )?(?:the |what "
            r")?"
            r"(?:above|previous|preceding|foregoing|rest|question|system|(?:that )?you (?:were|have "
            r"been|are|know|read)|before)\b"
        ),
        (
            r"\b(?=ignore|disregard|forget)(?<!\bto )(?<!\bthat )(?<!\bwhich )(?<!\bcan )(?<!\bmay )(?<!\bnot "
            r")(?<!\bor )"
            r"(?<!\bthey )(?<!s )\w+ (?:all )?(?:of )?(?:the |your )?(?:previous|prior|preceding|above) "
            rf"{_RULES}\b"
        ),
        (
            rf"{_START}(?:do not|don['’]t|never|stop) (?:follow|obey|listen|read)\w* (?:[\w'’]+ ){{0,4}}(?:{_RULES}"
            r"|user)\b"
        ),
        (
            rf"{_START}(?:stop|never|do not|don['’]t) (?:read|us|trust|quot|cit|consult)\w* (?:any |the "
            r"|of |all )*"
            rf"(?:other|previous|remaining|above) {_TEXTS}"
        ),
        *_OTHER_TONGUES,
    )
)
"""To forget what was said before, in several languages."""
TELLS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\byou are (?:now|no longer|henceforth) (?:an? |the |in |free|bound|\w+bot\b|dan\b)",
        rf"{_START}you are (?:an? )?(?:\w+ )?{_MACHINE}\b",
        r"\bas an? (?:ai (?:language )?model|ai assistant|helpful assistant)\b,? (?:i|you) ",
        (
            rf"{_START}(?:dear|attention|hey|hello|hi|note (?:to|for)|message (?:to|for)|instructions? "
            r"(?:to|for)|reminder"
            rf" (?:to|for)),?\s(?:all |any |the |every |to )*{_MACHINE}\b"
        ),
        (
            rf"{_START}(?:to|for) (?:all |any |the |every )*{_MACHINE}(?:\s*:|,? (?:who|that) (?:reads?|"
            r"summar|process|review)| reading)"
        ),
        (
            rf"\bif you(?:['’]re| are)? (?:an? )?(?:{_MACHINE}\b|reading this|are asked\b|(?:review|summari[sz]|"
            r"process)(?:e|ing)? this)"
        ),
        (
            rf"\b{_MACHINE} (?:that reads?|reading|who reads?|processing|summari[sz]ing) (?:this|these) "
            r"(?:paper|abstract|text)"
        ),
        (
            rf"{_START}(?:new|updated?|real|hidden|secret|important|additional|special|system) (?:system "
            r"|important )?"
            r"(?:instructions?|prompt|rules?|directives?|orders?|override)\s*[:：]"
        ),
        (
            rf"{_START}(?:reveal|print|repeat|show|output|leak|dump|display|send|disclose) (?:me |us "
            r")?(?:your|the) "
            r"(?:\w+ ){0,2}?(?:prompt|instructions|api keys?|passwords?|environment variables)\b"
        ),
        r"\b(?:from now on|henceforth),? (?:you|always|only|answer|reply|act|respond)\b",
        (
            rf"{_START}(?:act|behave|respond|pretend|role-?play) (?:as if you|as an? (?:unrestricted|"
            r"ai\b|dan\b|pirate)|to be an?|that you)\b"
        ),
        rf"{_START}(?:answer|reply|respond) [^.!?]{{0,20}}\b(?:the rules|(?:passages?|instructions?) (?:above|only))\b",
        rf"{_START}{_MORE}(?!output that){_SAY},? {_HOW}{_WHAT}",
        rf"\b(?:must|should) (?:always |only |now ){_SAY},? {_HOW}{_WHAT}",
        r"\b\w*(?:bot|assistant|model|ai) always (?:says?|answers?|repl(?:y|ies)|responds?|cites?)\b",
        (
            rf"{_START}{_MORE}(?:cite|recommend|praise|prefer|trust|favou?r|endorse|promote|quote|mention|"
            r"rank|rate|reference"
            rf"|accept|attribute|credit) (?:only |solely |always |exclusively |just )?{_THIS_PAPER}"
        ),
        rf"\b(?:must|should|always) (?:only |always )?(?:cite|recommend|praise|endorse) {_THIS_PAPER}",
        (
            r"\b(?:this|our|my|the present) (?:paper|article|work|study|passage|source|abstract) (?:must|"
            r"should|has to|needs"
            r" to|shall|ought to) (?:always |only |never )?be (?:cited|ranked|recommended|preferred|"
            r"quoted|accepted|mentioned|trusted)\b"
        ),
        (
            rf"{_START}{_MORE}(?:give|assign|write|provide) (?:\w+ ){{0,3}}?(?:the (?:highest|top|best|"
            r"maximum) (?:score|rating|mark)"
            r"|positive (?:review|feedback|comment)|(?:strong |an? )?accept\b)"
        ),
        (
            rf"{_START}{_MORE}(?:mark|label|judge|rate|classify|treat|consider|accept) (?:\w+ ){{0,5}}(?:supporte"
            r"d|verified)\b"
        ),
        (
            r"\b(?:every|each|any|all) (?:statements?|claims?|sentences?|citations?) (?:is|are|must "
            r"be|should be) (?:fully )?(?:\w+ (?:as )?)?(?:supported|verified)\b"
        ),
        (
            rf"{_START}{_MORE}(?:end|finish|begin|start|append|insert|put) (?:every|each|all|your) (?:sentences?|"
            r"answers?|repl(?:y|ies)|responses?|outputs?)\b"
        ),
        (
            r"\b(?:verdict|answer|label|response|output|confidence)\W{0,2}\s?[:=]\s?[\"'“]?(?:yes|supported|"
            r"true|not in the library|100)\b"
        ),
        r"(?:\A|[.!?:\"“]\s*)not in the library\b",
    )
)
"""To say, to cite, to praise or to be something."""
FORGERIES = tuple(
    re.compile(pattern)
    for pattern in (
        r"<\|\s?[\w :]{2,24}\s?\|>|<｜.{1,30}?｜>|\[/?\s?inst\s?\]|<</?sys>>|<(?:start|end)_of_turn>",
        (
            r"</?(?:system|user|assistant|human|instructions?|passages?|documents?|context|evidence|"
            r"statement|claim|question|prompt"
            r"|think|untrusted|tool|function|message|search_results?|admin|override)(?:\s+\w+\s?=[^<>]{0,60})?\s?"
            r"/?>"
        ),
        (
            r"(?:\A|\s)#{2,}\s*(?:new |end of )?(?:instructions?|system|response|input|user|assistant|"
            r"human|question|task|rules?|prompt|passages?|answer)\b"
        ),
        (
            r"(?:\A|[.!?;\n\"”)\]>]\s*)\W{0,3}(?:system|assistant|user|human|developer|ai|chatgpt)\W{0,2}\s?[:：]"
            r"\s?"
            r"(?=(?:you|ignore|sure|okay|ok|please|yes|no|of course|certainly|i |as |what|how|now|new|"
            r"the user|forget|disregard|[\"“]))"
        ),
        (
            r"(?:\A|[.!?\n]\s*|(?:-{3,}|={3,}|[<\[{(*#])\s*)end (?:of )?(?:the |all |this |user |untrusted "
            r")*"
            r"(?:passages?|context|documents?|evidence|abstracts?|input|data|prompt|instructions?|quotes?|"
            r"sources?)[^\S\n]*(?:[-=.:\])}>*#!\n]|\Z)"
        ),
        r"(?:\A|\n|[.!?]\s)\s*(?:passage|document|source|evidence)\s*#?\d{1,3}\s*[:：\]]",
        (
            r"[{\[,]\s*[\"“”'](?:role|verdict|statements?|claims|answer|citations?|cites|content|tool|"
            r"function|confidence)[\"“”']\s*[:：]"
        ),
        (
            r"\b(?:begin|start) (?:of )?(?:new |the )*(?:instructions|system prompt|system message)\b|"
            rf"{_START}system (?:prompt|message|override|instruction)s?\s*[:：\]]"
        ),
    )
)
"""Parts of a prompt, of a chat or of a reply."""
FORGED_HEADER = re.compile(
    r"(?<=\n)[^\S\n]*[\[【［][0-9０-９]{1,3}[\]】］]\s*[\"“']?(?=[^\W\d_a-z])"
    r"|(?:\n|[.!?]\s)[^\S\n]*[\[【［][0-9０-９]{1,3}[\]】］]\s*[\"“']?(?=[^\W\d_a-z][^.!?\n]{0,150}[(,]\s?(?:19|20)\d\d\b)"
)
"""What the header of another passage looks like, up to its title; matched as it is written."""
FORGED_IN_TITLE = re.compile(
    r"\s[\[【［][0-9０-９]{1,3}[\]】］]\s+(?=[^\W\d_a-z])"
    r"|(?i:\b(?:system|assistant|user|human)\s?[:：]\s?"
    r"(?=(?:you (?:are now|must|will|should)|ignore|disregard|forget)\b))"
)
"""What begins another passage, or another speaker, in a title: its lines were joined when it was read."""
NUMBERED_PARAGRAPHS = re.compile(r"\s*\[0?1\]\s")
"""How the abstracts of some journals begin."""
HIDDEN = re.compile(
    r"<!--(.*?)(?:-->|\Z)"
    r"|<(?:script|style|template|noscript)\b[^<>]*>(.*?)(?:</(?:script|style|template|noscript)\s*>|"
    r"\Z)"
    r"|<\w+\s[^<>]*(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|color\s*[:=]\s*[\"']?(?:w"
    r"hite|#fff"
    r"|transparent)|opacity\s*:\s*0|\bhidden\b)[^<>]*>(.*?)(?:</\w+\s*>|\Z)"
    r"|\\[hv]?phantom\s*\{(.*?)(?:\}|\Z)|\\textcolor\s*\{\s*white\s*\}\s*\{(.*?)(?:\}|\Z)"
    r"|\\color\s*\{\s*white\s*\}(.*?)(?:\}|\Z)|\\iffalse\b(.*?)(?:\\fi\b|\Z)|\\begin\s*\{comment\}(.*?)(?:\\e"
    r"nd\s*\{comment\}|\Z)"
    r"|(?:\A|\n)[^\S\n]*\[[\w/]+\]:\s*#(.*?)(?:\n|\Z)|(?:\A|\n)[^\S\n]*%(.*?)(?:\n|\Z)",
    re.DOTALL | re.IGNORECASE,
)
"""Text that a reader of the paper does not see."""
