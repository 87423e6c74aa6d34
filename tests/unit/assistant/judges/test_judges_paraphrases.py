"""True sentences about the sample library in words of their own, each with a twin that is false.

A reader who loses true sentences cannot use a judge; one who is shown false ones must not. The weights know no sentence
of this file.
"""

import re

import pytest

from assistant.evidence.passages import evidence_of
from assistant.judges.embedded import EmbeddedJudge
from assistant.types import Verdict
from evals.datasets.builtin import builtin
from vectorstore.embed import open_embedder

PAIRS = (
    # key, what is true, its twin with another number, name or direction
    (
        "asai2024self",
        "At 7 and 13 billion parameters Self-RAG was ahead of ChatGPT.",
        "At 17 and 30 billion parameters Self-RAG was ahead of ChatGPT.",
    ),
    (
        "asai2024self",
        "Self-RAG lets the model decide by itself when to retrieve.",
        "Self-RAG never lets the model decide by itself when to retrieve.",
    ),
    (
        "asai2024self",
        "The 7B and 13B models were ahead of ChatGPT on several fact verification sets.",
        "The 7B and 13B models were behind ChatGPT on several fact verification sets.",
    ),
    (
        "thakur2021beir",
        "BM25 is a strong zero-shot baseline that many dense retrievers fail to beat outside their training domain.",
        "BM25 is a weak zero-shot baseline that dense retrievers never fail to beat outside their training domain.",
    ),
    (
        "thakur2021beir",
        "BEIR covers 18 data sets and compares ten systems zero-shot.",
        "BEIR covers 28 data sets and compares ten systems zero-shot.",
    ),
    (
        "thakur2021beir",
        "Many dense models that win on their own domain fall behind BM25 elsewhere.",
        "Many dense models that win on their own domain do not fall behind BM25 elsewhere.",
    ),
    (
        "tang2024minicheck",
        "MiniCheck's best model has 770M parameters and is as accurate as GPT-4 while costing 400 times less.",
        "MiniCheck's best model has 70M parameters and is as accurate as GPT-4 while costing 400 times less.",
    ),
    (
        "tang2024minicheck",
        "With 770M parameters, the best model matches GPT-4 in accuracy at a cost about 400 times lower.",
        "With 770M parameters, the best model matches PaLM-2 in accuracy at a cost about 400 times lower.",
    ),
    (
        "liu2024lost",
        "Models answer best when the relevant document comes first or last.",
        "Models do not answer best when the document stands at the start or the end.",
    ),
    (
        "liu2024lost",
        "They do worst when it is buried in the middle.",
        "Accuracy is highest when the answer is in the middle.",
    ),
    (
        "liu2024lost",
        "This holds even for models that were built for long inputs.",
        "This does not hold for models made for long inputs.",
    ),
    (
        "liu2024lost",
        "Accuracy drops when the answer stands in the middle of the input.",
        "Accuracy does not drop when the answer stands in the middle of the input.",
    ),
    (
        "liu2024lost",
        "Beyond roughly 20 retrieved documents, readers gained hardly anything.",
        "Beyond roughly 50 retrieved documents, readers gained hardly anything.",
    ),
    (
        "thorne2018fever",
        "FEVER is a dataset of about 185,000 claims derived from Wikipedia.",
        "FEVER is a dataset of about 285,000 claims derived from Wikipedia.",
    ),
    (
        "thorne2018fever",
        "Its baseline reached only 31.87% accuracy when correct evidence was required.",
        "Its baseline reached only 61.87% accuracy when correct evidence was required.",
    ),
    (
        "thorne2018fever",
        "The baseline was right for 31.9% of the claims when the evidence had to be given too.",
        "The baseline was right for 41.9% of the claims when the evidence had to be given too.",
    ),
    (
        "thorne2018fever",
        "FEVER has more than 185,000 claims made from sentences of Wikipedia.",
        "FEVER has more than 190,000 claims made from sentences of Wikipedia.",
    ),
    (
        "izacard2023atlas",
        "Atlas (11B) beats a 540B-parameter model by roughly three points on Natural Questions with only 64 examples.",
        "Atlas (11B) beats a 340B-parameter model by roughly three points on Natural Questions with only 64 examples.",
    ),
    (
        "izacard2023atlas",
        "With just 64 training examples, Atlas answers over 42% of Natural Questions correctly.",
        "With just 64 training examples, Atlas answers over 42% of TriviaQA correctly.",
    ),
    (
        "gao2023rarr",
        "RARR does not change text that its sources agree with.",
        "RARR edits text that does not conflict with the passages.",
    ),
    (
        "gao2023rarr",
        "RARR edits only the parts of a text that conflict with the passages it found.",
        "RARR edits only the parts of a text that do not conflict with the passages it found.",
    ),
    (
        "lala2023paperqa",
        "On LitQA, PaperQA scored 69.5%, close to the 66.8% of human experts.",
        "On LitQA, PaperQA scored 79.5%, close to the 66.8% of human experts.",
    ),
    (
        "malkov2020efficient",
        "HNSW builds a layered graph whose search cost grows about logarithmically with the number of points.",
        "HNSW builds a layered graph whose search cost does not grow logarithmically with the number of points.",
    ),
    (
        "asai2024openscholar",
        "OpenScholar can draw on 45 million open-access papers.",
        "OpenScholar can draw on 4 million open-access papers.",
    ),
    (
        "asai2024openscholar",
        "OpenScholar draws on 45M open-access papers and checks its citations at the end.",
        "OpenScholar draws on 45B open-access papers and checks its citations at the end.",
    ),
    (
        "asai2024openscholar",
        "The 8B model was 5 percent more correct than GPT-4o.",
        "The 8B model was 5 percent more correct than Gemini.",
    ),
    (
        "lewis2020retrieval",
        "Two variants of RAG are compared: RAG-Sequence and RAG-Token.",
        "Two variants of RAG are compared: RAG-Sequence and RAG-Graph.",
    ),
    (
        "lewis2020retrieval",
        "RAG combines BART with a dense index of Wikipedia passages.",
        "RAG combines T5 with a dense index of Wikipedia passages.",
    ),
    (
        "karpukhin2020dense",
        "DPR uses one BERT encoder for questions and another for passages.",
        "DPR does not use one BERT encoder for questions and another for passages.",
    ),
    (
        "karpukhin2020dense",
        "DPR's top-20 accuracy was 9 to 19 points above that of BM25 on most data sets.",
        "DPR's top-20 accuracy was 9 to 19 points below that of BM25 on most data sets.",
    ),
    (
        "guu2020realm",
        "REALM beat earlier systems by 4 to 16 points of accuracy on three benchmarks.",
        "REALM beat earlier systems by 14 to 26 points of accuracy on three benchmarks.",
    ),
    (
        "reimers2019sentence",
        "SBERT finds the closest pair among 10k sentences in about 5 seconds instead of 65 hours.",
        "SBERT finds the closest pair among 10k sentences in about 50 seconds instead of 65 hours.",
    ),
    (
        "izacard2022unsupervised",
        "Contriever beats BM25 on 11 of the 15 BEIR data sets without supervision.",
        "Contriever beats BM25 on 13 of the 15 BEIR data sets without supervision.",
    ),
    (
        "borgeaud2022improving",
        "RETRO is on a par with GPT-3 on the Pile with a twenty-fifth of its parameters.",
        "RETRO is not on a par with GPT-3 on the Pile with a twenty-fifth of its parameters.",
    ),
    (
        "wadden2020fact",
        "SciFact has about 1.4k expert-written claims and a corpus of 5,183 abstracts.",
        "SciFact has about 2.4k expert-written claims and a corpus of 5,183 abstracts.",
    ),
    (
        "wadden2020fact",
        "The claims of SciFact are checked against a corpus of roughly 5,200 abstracts.",
        "The claims of SciFact are checked against a corpus of roughly 6,200 abstracts.",
    ),
    (
        "kwiatkowski2019natural",
        "Natural Questions has over 307,000 training questions with one annotation each.",
        "Natural Questions has over 507,000 training questions with one annotation each.",
    ),
    (
        "yang2018hotpotqa",
        "HotpotQA contains roughly 113k questions that require combining several Wikipedia articles.",
        "HotpotQA contains roughly 213k questions that require combining several Wikipedia articles.",
    ),
    (
        "liu2023evaluating",
        "On average, citation recall was just 51.5% and precision 74.5%.",
        "On average, citation recall was just 81.5% and precision 74.5%.",
    ),
    (
        "nakano2021webgpt",
        "Raters preferred WebGPT's answers to those of the human demonstrators 56% of the time.",
        "Raters preferred WebGPT's answers to those of the human demonstrators 36% of the time.",
    ),
    (
        "menick2022teaching",
        "GopherCite has 280B parameters and supports its answers with verbatim quotes.",
        "GopherCite has 28B parameters and supports its answers with verbatim quotes.",
    ),
    (
        "min2023factscore",
        "ChatGPT reached only 58% in biographies checked against Wikipedia.",
        "ChatGPT reached only 85% in biographies checked against Wikipedia.",
    ),
    (
        "laban2022summac",
        "SummaC-Conv reached a balanced accuracy of 74.4%, five points above earlier work.",
        "SummaC-ZX reached a balanced accuracy of 74.4%, five points above earlier work.",
    ),
    (
        "khattab2020colbert",
        "ColBERT comes close to BERT re-rankers in quality but runs about 100 times faster.",
        "ColBERT comes close to BERT re-rankers in quality but runs about 100 times slower.",
    ),
    (
        "cormack2009reciprocal",
        "Reciprocal rank fusion needs no training data because it looks only at ranks.",
        "Reciprocal rank fusion needs training data because it looks not at ranks.",
    ),
    (
        "gao2023precise",
        "HyDE is far better than Contriever used on the query itself.",
        "HyDE is far worse than Contriever used on the query itself.",
    ),
    (
        "es2024ragas",
        "RAGAs needs no reference answers because it scores with a prompted language model.",
        "RAGAs needs reference answers because it scores without a prompted language model.",
    ),
    (
        "cohan2020specter",
        "SPECTER starts from SciBERT and uses citations only in training.",
        "SPECTER starts from RoBERTa and uses citations only in training.",
    ),
)
SHOWN = {"supported", "partly"}
WANTED_SHOWN = 0.9
FALSE_SHOWN = 0.1
EVIDENCE = {paper.key: evidence_of(paper) for paper in builtin().papers}


@pytest.fixture(scope="module")
def judge() -> EmbeddedJudge:
    return EmbeddedJudge(open_embedder())


def verdict(judge: EmbeddedJudge, key: str, statement: str) -> Verdict:
    return judge.judge(statement, EVIDENCE[key])


def test_true_sentences_in_other_words_are_shown(judge: EmbeddedJudge) -> None:
    lost = [said for key, said, _ in PAIRS if verdict(judge, key, said).label not in SHOWN]
    assert len(lost) <= (1 - WANTED_SHOWN) * len(PAIRS), lost


def test_their_false_twins_are_not(judge: EmbeddedJudge) -> None:
    shown = [twin for key, _, twin in PAIRS if verdict(judge, key, twin).label in SHOWN]
    assert len(shown) <= FALSE_SHOWN * len(PAIRS), shown


def test_a_twin_with_another_number_is_never_shown(judge: EmbeddedJudge) -> None:
    def numbers(text: str) -> list[str]:
        return re.findall(r"\d[\d.,]*(?:[kMB]\b)?", text)

    changed = [(key, twin) for key, said, twin in PAIRS if numbers(said) != numbers(twin)]
    assert len(changed) > len(PAIRS) / 3
    assert [twin for key, twin in changed if verdict(judge, key, twin).label in SHOWN] == []


def test_a_refusal_without_a_definite_difference_is_doubt(judge: EmbeddedJudge) -> None:
    told = verdict(judge, "liu2024lost", "Bananas taste sweeter on the moon.")
    assert (told.problem, told.reason) == ("not-stated", "could not be matched with the cited text")


def test_a_paper_is_not_taken_for_another_that_is_cited_beside_it(judge: EmbeddedJudge) -> None:
    beside = (*EVIDENCE["gao2023rarr"], *EVIDENCE["thorne2018fever"])
    assert (
        judge.judge("RARR was right for 31.87 percent of the claims.", beside).score
        < judge.judge("FEVER was right for 31.87 percent of the claims.", beside).score
    )
