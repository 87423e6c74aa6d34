"""Words by which a sentence of an abstract shows what it does, with what each is worth."""

from collections.abc import Mapping
from typing import Literal

__all__ = ["CUES", "Role"]

Role = Literal["problem", "method", "data", "finding"]

CUES: Mapping[Role, tuple[tuple[float, str], ...]] = {
    "problem": (
        (
            1.5,
            (
                r"\b(?:remains?|remained|is|are) (?:still )?(?:un(?:clear|known|certain|explored|derstudied)"
                r"|poorly|largely un\w+|challenging|difficult|an open|controversial|costly|expensive|limited|not "
                r"(?:clear|known|well))"
            ),
        ),
        (
            1.5,
            (
                r"\b(?:little|less|not much) is known|\b(?:has|have) not (?:yet )?been\b|\bno (?:study|work"
                r"|studies) "
            ),
        ),
        (1.0, r"\A(?:however|nevertheless|yet|unfortunately|but|despite|although|while)\b"),
        (
            1.0,
            (
                r"\b(?:challeng\w+|problems?|difficult\w*|suffer\w*|lacks?|lacking|lack of|shortcoming\w*"
                r"|drawbacks?|limitations?|bottleneck|struggles?|fails? to|unable|inefficient|time-consuming"
                r"|neglect\w*|overlook\w*|ignor\w+|forget|loses?|miss(?:es)?|slow|outdated|poisons?|scarce"
                r"|scarcity|hinder\w*|threat\w*)\b"
            ),
        ),
        (
            2.0,
            (
                r"\A(?:to|we (?:aim|sought|aimed|seek|hypothesi[sz]ed)|the (?:aim|purpose|objective|goal)s?|(?:our"
                r"|this study's) (?:aim|purpose|objective|goal)s?|this (?:study|paper|work) (?:aim|was|is "
                r"(?:designed|aimed)))\b(?=.*\b(?:determine|assess|investigat|evaluat|examin|test|explor|compar"
                r"|whether|identif|aim|estimat|stud|describ|purpose|objective|goal|characteri))"
            ),
        ),
        (0.7, r"\bwhether\b|\bhypothes\w+"),
        (
            0.7,
            (
                r"\b(?:is|are|has become|have become) (?:an?|one of the|the) (?:[\w-]+ ){0,2}(?:major|leading"
                r"|common|important|serious|key|central|fundamental|crucial|critical|frequent|cause|task|problem"
                r"|challenge)\b"
            ),
        ),
        (-1.5, r"\bwe (?:propose|introduce|present|develop|show|find|found|demonstrate)\b"),
        (-1.0, r"\bp\s*[<=>]|\d+(?:\.\d+)?\s?%|\bconclu\w+|\bsuggest\w*"),
        (-2.0, r"\A(?:to (?:address|tackle|solve|overcome|mitigate|alleviate)|therefore|thus) "),
        (
            -1.0,
            (
                r"\A(?:(?:however|nevertheless|yet|unfortunately|but|still|moreover),?\s+)?(?:their|its?|these"
                r"|this|they)\b"
            ),
        ),
    ),
    "method": (
        (
            2.0,
            (
                r"\b(?:we|this (?:paper|work|article|study)|the authors?) (?:[a-z]+ly |also |then |first |thus "
                r"|therefore )*(?:(?:aim|intend|seek|attempt)s? to )?"
                r"(?:propos|introduc|present|develop|describ|design|build|built|construct|formulat"
                r"|devis|creat)\w*\b"
            ),
        ),
        (
            1.2,
            (
                r"\b(?:is|are) (?:an?|the first) (?:[\w-]+ ){0,4}(?:method|framework|model|algorithm|system"
                r"|approach|architecture|technique|tool|pipeline|memory|transformer|network|protocol)\b"
            ),
        ),
        (
            1.0,
            (
                r"\b(?:our|the proposed) (?:[\w-]+ )?(?:method|approach|framework|model|algorithm|system) "
                r"(?:[a-z]+ly )?(?:consists|uses|combines|leverages|employs|learns|first|works|builds"
                r"|integrates)\b"
            ),
        ),
        (
            1.0,
            (
                r"\bwere (?:[a-z]+ly )?(?:measured|assessed|performed|collected|analy[sz]ed|reviewed|assigned"
                r"|randomi[sz]ed|evaluated|treated|compared|examined|calculated|determined|obtained|administered"
                r"|recorded|used|asked|identified|included|estimated|carried|conducted|tested|divided"
                r"|interviewed)\b"
            ),
        ),
        (
            1.0,
            (
                r"\bwas (?:[a-z]+ly )?(?:measured|assessed|performed|analy[sz]ed|evaluated|calculated|determined"
                r"|used|estimated|carried|conducted|tested|administered)\b"
            ),
        ),
        (
            0.8,
            (
                r"\bwe (?:[a-z]+ly |then |first )*(?:used?|employ\w*|appl\w+|analy[sz]e\w*|conduct\w*|perform\w*"
                r"|measured?|train\w*|compared?|reviewed|randomi[sz]ed|combine\w*|leverage\w*|adopt\w*|model"
                r"|collect\w*|tested)\b"
            ),
        ),
        (
            0.8,
            (
                r"\b(?:retrospective|prospective|randomi[sz]ed|cross-sectional|double-blind|cohort study"
                r"|case-control|questionnaire|interviews?|regression (?:model|analys)\w*|logistic|trial was)\b"
            ),
        ),
        (
            -1.5,
            (
                r"\bp\s*[<=>]\s*0?\.|\b95% (?:CI|confidence)|\bsignificant(?:ly)?\b|\bresults? (?:show|indicate"
                r"|suggest)"
            ),
        ),
        (-1.0, r"\boutperform\w*|\bachiev\w+|\bstate[- ]of[- ]the[- ]art|\bimprov(?:es|ed|ements?)\b|\bconclu\w+"),
        (-1.0, r"\b(?:remains?|however|recent(?:ly)?|existing|previous|traditional(?:ly)?)\b"),
        (-0.8, r"\A(?:to determine|to assess|to investigate|to evaluate|the (?:aim|purpose|objective))\b"),
    ),
    "data": (
        (1.5, r"\b(?:data ?sets?|benchmarks?|corpus|corpora)(?![\w-])"),
        (
            1.0,
            (
                r"\b(?:\d[\d,]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:twen|thir|for"
                r"|fif|six|seven|eigh|nine)ty|hundred|thousand)(?:[- ][a-z]+)? (?:consecutive |healthy |adult "
                r"|male |female |older |elderly |[\w-]+ ){0,3}(?:patients|participants|subjects|volunteers"
                r"|children|women|men|adults|infants|users|students|respondents|people|individuals|cases|mice|rats"
                r"|animals|samples|images|documents|sentences|questions|tweets|papers|abstracts|proteins|bicycles"
                r"|conversations|languages|families|families|hospitals|schools|trials|studies)\b"
            ),
        ),
        (
            1.0,
            (
                r"\b(?:were|was|we) (?:[a-z]+ly )?(?:included|enrolled|recruited|studied|reviewed|registered"
                r"|interviewed|invited|surveyed|randomi[sz]ed|eligible)\b|\b(?:included|enrolled|recruited"
                r"|evaluated on|tested on|trained on|experiments (?:on|with)|tests? with)\b|\bA total of\b"
                r"|\bparticipants were\b|\bmet (?:the )?\w+ criteria"
            ),
        ),
        (0.7, r"\b(?:registry|database|medical records|survey data|census|cohort of)\b"),
        (0.8, r"\b(?:collected|annotated|drawn|sampled|obtained|extracted) (?:from|by)\b"),
        (-1.5, r"\bp\s*[<=>]\s*0?\.|\bsignificant(?:ly)?\b|\bconclu\w+|\bsuggest\w*|\bodds ratio|\bhazard|\bOR\b"),
        (
            -1.2,
            (
                r"%.*%|\b(?:suffered|died|survived|developed|presented with|complications?|failed|more likely"
                r"|recurrence|showed|relapsed?|remission|aware|unsuccessful|underestimated|of whom|found to)\b"
            ),
        ),
        (-0.7, r"%|\A(?:of|among) (?:the )?\d"),
        (
            -0.8,
            (
                r"\b(?:lack of|few|scarce|no|existing) (?:[\w-]+ ){0,3}(?:data ?sets?|benchmarks?|corpora)\b"
                r"|\bhowever\b|\bexisting\b"
            ),
        ),
    ),
    "finding": (
        (
            1.5,
            (
                r"\b(?:results?|experiments?|findings?|analys[ei]s|evaluations?|simulations?|evidence|data) "
                r"(?:[\w-]+ ){0,6}?(?:show|indicate|suggest|demonstrate|reveal|confirm|support|impl(?:y|ied))(?:s"
                r"|ed|d)?\b"
            ),
        ),
        (
            1.5,
            (
                r"\b(?:we|this (?:study|paper|work)|our (?:study|work)) (?:[a-z]+ly |also |further )*(?:show|find"
                r"|found|demonstrate|conclude|observe|discover|reveal|prove)(?:s|ed|d|n)? (?:that|no|a|an|how)\b"
            ),
        ),
        (1.5, r"\bp\s*[<=>]\s*0?\.\d|\b95% (?:CI|confidence)|\b(?:odds|hazard|risk) ratio|\bOR\b ?[=,]"),
        (1.2, r"\bsignificant(?:ly)?\b|\bassociated with\b|\bcorrelat\w+|\bpredict(?:s|ed|or|ors)\b"),
        (
            1.2,
            (
                r"\b(?:outperform|surpass|exceed)\w*|\bachiev\w+ (?:[\w-]+ ){0,5}(?:accuracy|performance|results?"
                r"|score|f1|improvement|\d)|\b(?:improv|increas|decreas|reduc|rais|halv)(?:es|ed|e|ing)\b.{0,60}\d"
            ),
        ),
        (1.0, r"\d+(?:\.\d+)?\s?(?:%|percent|points?)|\b(?:mean|median) (?:[\w-]+ ){0,4}(?:was|were|of)\b"),
        (
            1.0,
            (
                r"\A(?:in conclusion|we conclude|our (?:results|findings|data)|these (?:results|findings|data)"
                r"|overall|conclusions?)\b"
            ),
        ),
        (1.0, r"\b(?:higher|lower|greater|fewer|faster|better|worse|less|more) (?:[\w-]+ ){0,4}than\b"),
        (
            0.7,
            (
                r"\b(?:was|were) (?:found|observed|seen|higher|lower|similar|not|more|less|greater|detected"
                r"|present)\b"
            ),
        ),
        (
            -1.5,
            (
                r"\A(?:to|the (?:aim|purpose|objective|goal)|we (?:aim|sought|propose|introduce|present"
                r"|develop))\b"
            ),
        ),
        (-1.5, r"\b(?:effectiveness|superiority|efficacy|validity) of (?:our|the|this)\b|\bvalidate our\b"),
        (
            -1.2,
            (
                r"\bwe (?:[a-z]+ly |then |also )*(?:use|annotate|apply|employ|collect|describe|introduce"
                r"|present)\w*\b"
            ),
        ),
        (-0.5, r"\A(?:its|these|this|they) (?!results?|findings?|data|suggest|indicate|show)"),
        (-0.8, r"\b(?:has|have) (?:been|attracted|become)|\brecent(?:ly)?,|\bremains?\b|\bwhether\b|\bwill be\b"),
    ),
}
