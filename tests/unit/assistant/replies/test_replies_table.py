"""Sentences and markers in the shapes that models write, each with what should come out."""

import pytest

from assistant.replies.claims import claims_in, stream_claims

KNOWN = {str(number): "" for number in range(1, 7)} | {"li2023": "", "song2024": "", "DBLP:conf/acl/Li23": ""}

Expected = list[tuple[str, tuple[str, ...]]]

_SHAPES: list[tuple[str, tuple[str, ...]]] = [
    ("[1]", ("1",)),
    ("[ 1 ]", ("1",)),
    ("[1, 2]", ("1", "2")),
    ("[1,2]", ("1", "2")),
    ("[1; 2]", ("1", "2")),
    ("[1-3]", ("1", "2", "3")),
    ("[1–3]", ("1", "2", "3")),
    ("[1][2]", ("1", "2")),
    ("[1] [2]", ("1", "2")),
    ("[1], [2]", ("1", "2")),
    ("[1] and [2]", ("1", "2")),
    ("[[1]]", ("1",)),
    ("[[1], [2]]", ("1", "2")),
    ("(1)", ("1",)),
    ("(1, 2)", ("1", "2")),
    ("(1)(2)", ("1", "2")),
    ("([1])", ("1",)),
    ("([1], [2])", ("1", "2")),
    ("(see [1])", ("1",)),
    ("([1, 2])", ("1", "2")),
    ("[@li2023]", ("li2023",)),
    ("[@li2023; @song2024]", ("li2023", "song2024")),
    ("[@li2023, @song2024]", ("li2023", "song2024")),
    ("[@li2023, p. 3]", ("li2023",)),
    ("[see @li2023]", ("li2023",)),
    ("(@li2023)", ("li2023",)),
    ("@li2023", ("li2023",)),
    ("[li2023]", ("li2023",)),
    ("[li2023; song2024]", ("li2023", "song2024")),
    ("(li2023)", ("li2023",)),
    ("(li2023; song2024)", ("li2023", "song2024")),
    ("`[li2023]`", ("li2023",)),
    ("[`li2023`]", ("li2023",)),
    ("**[1]**", ("1",)),
    ("*[1]*", ("1",)),
    ("[**1**]", ("1",)),
    ("[DBLP:conf/acl/Li23]", ("DBLP:conf/acl/Li23",)),
    ("[^1]", ("1",)),
    ("[^1][^2]", ("1", "2")),
    ("[#1]", ("1",)),
    ("【1】", ("1",)),
    ("【1】【2】", ("1", "2")),
    ("【1†source】", ("1",)),
    ("［1］", ("1",)),
    ("¹", ("1",)),
    ("¹,²", ("1", "2")),
    ("¹²", ("1", "2")),
    ("⁽¹⁾", ("1",)),
    ("<sup>1</sup>", ("1",)),
    ("<sup>[1]</sup>", ("1",)),
    ("<sup>1,2</sup>", ("1", "2")),
    ("\\cite{li2023}", ("li2023",)),
    ("\\citep{li2023, song2024}", ("li2023", "song2024")),
    ("~\\cite{li2023}", ("li2023",)),
    ("[1, p. 3]", ("1",)),
    ("[1, pp. 3-5]", ("1",)),
    ("[1, Table 2]", ("1",)),
    ("[9, p. 3]", ("9",)),
    ("[1, p. 3; 2, Fig. 4]", ("1", "2")),
    ("[1] []", ("1",)),
    ("[Passage 1]", ("1",)),
    ("[Passages 1, 2]", ("1", "2")),
    ("[Passage 1, Passage 2]", ("1", "2")),
    ("(Passage 1)", ("1",)),
    ("(passages 1 and 2)", ("1", "2")),
    ("[Source: 1]", ("1",)),
    ("(source: [1])", ("1",)),
    ("[Paper 1]", ("1",)),
    ("[ref 1]", ("1",)),
    ("[citation: 1]", ("1",)),
    ("[1](https://example.org/a)", ("1",)),
    ("[1](#ref1)", ("1",)),
    ("[\\[1\\]](#ref1)", ("1",)),
    ("\\[1\\]", ("1",)),
    ("[9]", ("9",)),
    ("[@nobody2020]", ("nobody2020",)),
]
_BODIES = [
    "Lantern reaches 3.5 points on Fig. 2",
    "Li et al. report it",
]


@pytest.mark.parametrize(("shape", "cites"), _SHAPES, ids=[shape for shape, _ in _SHAPES])
def test_a_marker_of_any_shape_is_read_before_and_after_the_full_stop(shape: str, cites: tuple[str, ...]) -> None:
    for body in _BODIES:
        wanted = [(f"{body}.", cites), ("Moss binds copper.", ("3",))]
        for reply in (f"{body} {shape}. Moss binds copper [3].", f"{body}. {shape}\n\nMoss binds copper [3]."):
            assert found(reply) == wanted, reply


_SENTENCES = [
    "Li et al. (2023) report a gain of 3.5 points over Song et al. (2024)",
    "As shown by Li et al., memory helps",
    "Following Li et al.'s method, memory is kept",
    "Memory, i.e. what was said, is kept",
    "Some systems, e.g. Lantern and Moss, keep it",
    "Memory (cf. Lantern) is kept",
    "Lantern vs. Moss is a fair comparison",
    "Fig. 2 and Figs. 3-4 show it",
    "Eq. (3) and Eqs. 4 and 5 hold",
    "Sec. 3.1, Tab. 2 and App. B give details",
    "System No. 5 needs approx. 3.5 GB",
    "J. K. Rowling and A. B. Jones wrote it",
    "The U.S. population and the U.K. population differ",
    "It grows in E. coli and S. aureus",
    "The effect was significant (p < .05, n = 12)",
    "The p-value was .003 in all cases",
    "Dr. Lee and Prof. Kim agree with Mr. Fox",
    "Memory fades ... and then returns",
    "Memory fades… and then returns",
    "It uses GPT-3.5, Python 3.11.4 and v2.0.1",
    "The code is at https://example.org/a.b/c.html and works",
    "See doi:10.1000/xyz.123 for details",
    "It was 0.5 vs. 0.7 at 10 a.m. on Jan. 5",
    "Cells were kept at 37 °C in approx. 5% CO2",
    "“It works. It does.” was the comment",
    "The result (see Fig. 2. in the paper) holds",
    "It is called What Matters? and asks that",
    "The drug (5 mg/kg i.v.) lowers it",
    "Mutations in B. subtilis strain no. 168 matter",
    "The method of St. Petersburg works",
    "Yahoo! Answers and Jeopardy! are used",
    "It scored 81.5 ± 0.3 on SQuAD v1.1",
    "Vol. 3 and Ch. 4 describe it",
    "Models, incl. BERT, RoBERTa etc., are compared",
    "The ratio is ca. 3:1 resp. 2:1",
]


@pytest.mark.parametrize("sentence", _SENTENCES)
def test_what_looks_like_an_end_inside_a_sentence_is_none(sentence: str) -> None:
    assert found(f"{sentence} [1]. Moss binds copper [2].") == [
        (f"{sentence}.", ("1",)),
        ("Moss binds copper.", ("2",)),
    ]
    assert found(f"Moss binds copper. [2] {sentence}. [1]") == [
        ("Moss binds copper.", ("2",)),
        (f"{sentence}.", ("1",)),
    ]


_REPLIES: list[tuple[str, Expected]] = [
    ("It compares BERT, RoBERTa, etc. [1] Moss binds copper [2].",
     [("It compares BERT, RoBERTa, etc.", ("1",)), ("Moss binds copper.", ("2",))]),
    ("It was made in the U.S. [1] Moss binds copper [2].",
     [("It was made in the U.S.", ("1",)), ("Moss binds copper.", ("2",))]),
    ("It works [1]! Does it [2]? Yes, it does [3].",
     [("It works!", ("1",)), ("Does it?", ("2",)), ("Yes, it does.", ("3",))]),
    ("“It works.” [1] “It does.” [2]", [("“It works.”", ("1",)), ("“It does.”", ("2",))]),
    ("- It works [1]\n- It does [2]\n- It stays [3]",
     [("It works", ("1",)), ("It does", ("2",)), ("It stays", ("3",))]),
    ("* It works [1].\n* It does [2].", [("It works.", ("1",)), ("It does.", ("2",))]),
    ("• It works [1].\n• It does [2].", [("It works.", ("1",)), ("It does.", ("2",))]),
    ("1) It works [1].\n2) It does [2].", [("It works.", ("1",)), ("It does.", ("2",))]),
    ("1. It works [1].\n\n2. It does [2].", [("It works.", ("1",)), ("It does.", ("2",))]),
    ("a) It works [1].\nb) It does [2].", [("It works.", ("1",)), ("It does.", ("2",))]),
    ("- **Lantern**: it works [1].\n- **Moss**: it does [2].",
     [("Lantern: it works.", ("1",)), ("Moss: it does.", ("2",))]),
    ("  - It works [1].\n    - It does [2].", [("It works.", ("1",)), ("It does.", ("2",))]),
    ("- [ ] It works [1].\n- [x] It does [2].", [("It works.", ("1",)), ("It does.", ("2",))]),
    ("# Answer\n\nIt works [1].", [("It works.", ("1",))]),
    ("Answer\n======\nIt works [1].", [("Answer", ()), ("It works.", ("1",))]),
    ("**Answer:** It works [1].", [("It works.", ("1",))]),
    ("**Answer**\n\nIt works [1].", [("It works.", ("1",))]),
    ("Answer: It works [1].", [("It works.", ("1",))]),
    ("***\nIt works [1].\n---\nIt does [2].", [("It works.", ("1",)), ("It does.", ("2",))]),
    ("It *really* works [1] and __does__ [2].", [("It really works and does.", ("1", "2"))]),
    ("```\nIt works [1].\n```", [("It works.", ("1",))]),
    ("```markdown\nIt works [1].\n```\nIt does [2].", [("It works.", ("1",)), ("It does.", ("2",))]),
    ("| System | Recall |\n|---|---|\n| Lantern | 14.6 [1] |\n\nIt works [1].",
     [("System | Recall", ()), ("Lantern | 14.6", ("1",)), ("It works.", ("1",))]),
    ("> It works [1].\n> It does [2].", [("It works.", ("1",)), ("It does.", ("2",))]),
    ("It works.[1] It does.[2]", [("It works.", ("1",)), ("It does.", ("2",))]),
    ("It works.¹ It does.²", [("It works.", ("1",)), ("It does.", ("2",))]),
    ("It works.[1][2] It does.", [("It works.", ("1", "2")), ("It does.", ())]),
    ("[1] It works. [2] It does.", [("It works.", ("1",)), ("It does.", ("2",))]),
    ("[1]: It works.\n[2]: It does.", [("It works.", ("1",)), ("It does.", ("2",))]),
    ("According to [1], it works.", [("According to, it works.", ("1",))]),
    ("It works [1], but it is slow [2].", [("It works, but it is slow.", ("1", "2"))]),
    ("It works (see [1] for details).", [("It works (see for details).", ("1",))]),
    ("It works [1]\n\nIt does [2]", [("It works", ("1",)), ("It does", ("2",))]),
    ("It works [1].\n\nReferences\n[1] Li et al. Lantern. 2023.\n[2] Song. Moss. 2024.", [("It works.", ("1",))]),
    ("It works [1].\n\nSources:\n- [1] Lantern\n- [2] Moss", [("It works.", ("1",))]),
    ("It works [1].\n\n## References\n1. Li et al. (2023). Lantern.", [("It works.", ("1",))]),
    ("It works [^1].\n\n[^1]: Li et al. (2023). Lantern.", [("It works.", ("1",))]),
    ("It grew from 1.5 to 2.5 million. [1] It stayed. [2]",
     [("It grew from 1.5 to 2.5 million.", ("1",)), ("It stayed.", ("2",))]),
    ("It holds for x in [0, 1] and y in [2.5, 3] [1].", [("It holds for x in [0, 1] and y in [2.5, 3].", ("1",))]),
    ("The array a[i] and list[0] are read [1].", [("The array a[i] and list[0] are read.", ("1",))]),
    ("It reads x² + y² in m² [1].", [("It reads x² + y² in m².", ("1",))]),
    ("There are 10⁶ cells [1].", [("There are 10⁶ cells.", ("1",))]),
    ("In 2023 (2) it works [1].", [("In 2023 (2) it works.", ("1",))]),
    ("It has two parts: (1) one that works, and (2) one that does [1].",
     [("It has two parts: (1) one that works, and (2) one that does.", ("1",))]),
    ("It works [sic] in [2023] [1].", [("It works [sic] in [2023].", ("1",))]),
    ("It works [Li 2023].", [("It works [Li 2023].", ())]),
    ("<think>It may [2].</think>It works [1].", [("It works.", ("1",))]),
    ("<thinking>It may [2].</thinking>It works [1].", [("It works.", ("1",))]),
    ("<|im_start|>assistant\nIt works [1].<|im_end|>", [("It works.", ("1",))]),
    ("It works [1].</s>", [("It works.", ("1",))]),
    ("Sure! It works [1].", [("Sure!", ()), ("It works.", ("1",))]),
    ("甲は乙です[1]。丙は丁です【2】。", [("甲は乙です。", ("1",)), ("丙は丁です。", ("2",))]),
    ("Il marche [1]. « Cela va. » [2] Et puis [3].",
     [("Il marche.", ("1",)), ("« Cela va. »", ("2",)), ("Et puis.", ("3",))]),
]  # fmt: skip


@pytest.mark.parametrize(("reply", "expected"), _REPLIES, ids=[reply[:40] for reply, _ in _REPLIES])
def test_replies(reply: str, expected: Expected) -> None:
    assert found(reply) == expected
    assert [(one.text, one.cites) for one in stream_claims(list(reply), KNOWN)] == expected


def found(reply: str) -> Expected:
    return [(claim.text, claim.cites) for claim in claims_in(reply, KNOWN)]
