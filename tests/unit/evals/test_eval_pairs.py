import gzip
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import InputError, UsageError
from evals.judging.pairs import open_pairs
from evals.judging.pairs.citing import without_markers
from evals.judging.types import Pair

OWN: dict[str, Any] = {"statement": "Owls hunt mice.", "evidence": ["A title", "Owls hunt."], "label": "supported"}
CLAIM: dict[str, Any] = {
    "dataset": "owlfact",
    "split": "dev",
    "id": "7:1",
    "claim": "Owls hunt mice.",
    "title": "On owls",
    "evidence_sentences": ["Owls hunt mice.\n", " They sleep by day."],
    "gold_sentences": [0],
    "label": "SUPPORT",
    "orig_label": "SUPPORTS",
}


def lines(path: Path, *rows: Any) -> Path:
    path.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in rows), encoding="utf-8")
    return path


def read(tmp_path: Path, *rows: Any) -> tuple[Pair, ...]:
    return open_pairs(lines(tmp_path / "pairs.jsonl", *rows)).pairs


class TestOwn:
    def test_all_fields(self, tmp_path: Path) -> None:
        row = OWN | {"id": 5, "label": "partly", "problem": "Overclaim", "source": "mine/dev", "judge": "x-1"}
        row |= {"kind": "Overclaimed"}
        assert read(tmp_path, row) == (
            Pair(
                id="5",
                statement="Owls hunt mice.",
                evidence=("A title", "Owls hunt."),
                supported=False,
                problem="overclaim",
                kind="overclaimed",
                source="mine/dev",
            ),
        )

    def test_what_is_left_out(self, tmp_path: Path) -> None:
        (pair,) = read(tmp_path, "", OWN | {"evidence": "Owls hunt."})
        assert (pair.id, pair.evidence, pair.source, pair.problem) == ("2", ("Owls hunt.",), "pairs.jsonl", "")

    @pytest.mark.parametrize(
        ("label", "supported", "problem"),
        [
            ("supported", True, ""),
            ("SUPPORT", True, ""),
            ("partly", False, "partly"),
            ("PARTIAL", False, "partly"),
            ("contradicted", False, "contradicted"),
            ("REFUTE", False, "contradicted"),
            ("unsupported", False, "unsupported"),
            ("NEI", False, "unsupported"),
        ],
    )
    def test_labels(self, tmp_path: Path, label: str, supported: bool, problem: str) -> None:
        (pair,) = read(tmp_path, OWN | {"label": label})
        assert (pair.supported, pair.problem) == (supported, problem)

    def test_a_problem_of_something_supported_is_none(self, tmp_path: Path) -> None:
        assert read(tmp_path, OWN | {"problem": "none at all"})[0].problem == ""

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"label": "yes"}, r"label is 'yes'; use one of: supported, support, partly"),
            ({"label": None}, "label is None"),
            ({"statement": "  "}, 'there is no statement; give the line a "statement"'),
            ({"statement": 5}, "statement is 5; write it as text"),
            ({"evidence": 5}, "evidence is 5; write a list of texts"),
            ({"evidence": ["a", None]}, r"evidence is \['a', None\]"),
            ({"id": True}, "id is True; use a text or a whole number"),
            ({"id": "1"}, "the id '1' is that of line 1 too"),
        ],
    )
    def test_a_bad_line_is_named(self, tmp_path: Path, change: dict[str, Any], message: str) -> None:
        with pytest.raises(InputError, match=rf"pairs\.jsonl:2: {message}.*\.$"):
            read(tmp_path, OWN | {"id": "1"}, OWN | change)


class TestClaims:
    def test_title_and_sentences_become_two_pieces(self, tmp_path: Path) -> None:
        (pair,) = read(tmp_path, CLAIM)
        assert pair.evidence == ("On owls", "Owls hunt mice.\nThey sleep by day.")
        assert (pair.id, pair.source, pair.supported) == ("7:1", "owlfact/dev", True)

    @pytest.mark.parametrize("label", ["REFUTE", "NEI", "PARTIAL"])
    def test_all_others_are_problems(self, tmp_path: Path, label: str) -> None:
        (pair,) = read(tmp_path, CLAIM | {"label": label, "title": ""})
        assert (pair.supported, pair.problem, len(pair.evidence)) == (False, label.lower(), 1)


def test_attributionbench(tmp_path: Path) -> None:
    row = {
        "question": "Who hunts mice?",
        "claim": "Owls hunt mice.",
        "claim_raw_string": "Owls hunt mice [1].",
        "response": "Owls hunt mice [1]. Bees dance [2].",
        "references": ["Owls hunt.", ""],
        "citation_links": [],
        "webpage_references": [],
        "attribution_label": "attributable",
        "src_dataset": "OwlGenSearch",
        "id": "OwlGenSearch_1",
    }
    other = row | {"id": "2", "references": [], "webpage_references": ["A page."]}
    first, second = read(tmp_path, row, other | {"attribution_label": "not attributable"})
    assert first == Pair(
        id="OwlGenSearch_1",
        statement="Owls hunt mice.",
        evidence=("Owls hunt.",),
        supported=True,
        source="OwlGenSearch",
    )
    assert (second.evidence, second.supported, second.problem) == (("A page.",), False, "not attributable")


CITING: dict[str, Any] = {
    "id": "dev-0",
    "split": "dev",
    "citing_sentence": "Owls hunt mice [<|cit|>].",
    "labels": {"ACCURATE": 3},
    "evidence_sentences": ["Owls hunt.", "Mice are prey."],
    "coarse": "ACCURATE",
}


class TestCitationIntegrity:
    def test_accurate_is_support(self, tmp_path: Path) -> None:
        (pair,) = read(tmp_path, CITING)
        assert pair == Pair(
            id="dev-0",
            statement="Owls hunt mice.",
            evidence=("Owls hunt.\nMice are prey.",),
            supported=True,
            source="citation_integrity/dev",
        )

    def test_the_annotators_word_is_the_problem(self, tmp_path: Path) -> None:
        wrong = CITING | {"coarse": "NOT_ACCURATE", "labels": {"MISQUOTE": 1, "OVERSIMPLIFY": 2}}
        silent = CITING | {"coarse": "NO_EVIDENCE", "labels": {}}
        assert [(one.supported, one.problem) for one in read(tmp_path, wrong, silent)] == [
            (False, "oversimplify"),
            (False, "no_evidence"),
        ]

    def test_who_found_it_accurate_does_not_name_the_problem(self, tmp_path: Path) -> None:
        split = CITING | {"coarse": "NOT_ACCURATE", "labels": {"ACCURATE": 3, "MISQUOTE": 2}}
        assert read(tmp_path, split)[0].problem == "misquote"

    @pytest.mark.parametrize(
        ("change", "message"),
        [({"coarse": "ACURATE"}, "coarse is 'ACURATE'"), ({"coarse": "IRRELEVANT", "labels": {"X": "2"}}, "labels is")],
    )
    def test_a_bad_line_is_named(self, tmp_path: Path, change: dict[str, Any], message: str) -> None:
        with pytest.raises(InputError, match=rf"pairs\.jsonl:1: {message}"):
            read(tmp_path, CITING | change)

    def test_what_has_no_evidence_is_left_out_and_noted(self, tmp_path: Path) -> None:
        without = {name: value for name, value in CITING.items() if name != "evidence_sentences"}
        found = open_pairs(lines(tmp_path / "f", CITING, without | {"id": "b"}, without | {"id": "c"}))
        assert [one.id for one in found.pairs] == ["dev-0"]
        assert found.notes == ("2 of 3 pairs have no evidence and are left out.",)


@pytest.mark.parametrize(
    ("sentence", "bare"),
    [
        ("Owls hunt[<|multi_cit|>].", "Owls hunt."),
        ("Owls [<|cit|>, <|other_cit|>], and bees (<|other_cit|>; <|cit|>) fly.", "Owls, and bees fly."),
        ("Owls (Berg et al., <|cit|>; van Dal and Li, <|other_cit|>) hunt.", "Owls hunt."),
        ("Owls hunt [18,<|cit|>–20].", "Owls hunt."),
        ("Owls hunt (Table <|multi_cit|>].", "Owls hunt."),
        ("The limit is low (about 5 copies/mL; <|cit|>) here.", "The limit is low (about 5 copies/mL) here."),
        ("As in Berg (<|cit|> the owls", "As in Berg the owls"),
        ("Owls hunt.<|cit|> Bees dance.", "Owls hunt. Bees dance."),
        ("Owls hunt mice (n = 5) [3].", "Owls hunt mice (n = 5) [3]."),
    ],
)
def test_places_of_citations_are_taken_out(sentence: str, bare: str) -> None:
    assert without_markers(sentence) == bare


@given(st.text(alphabet="ab .,;()[]<|>_", max_size=60))
def test_no_place_survives(text: str) -> None:
    assert "<|cit|>" not in without_markers(f"{text}<|cit|>{text} (<|cit|>")


def test_exaggeration_counts_weaker_words_as_support(tmp_path: Path) -> None:
    row = {
        "original_file_id": "1-1",
        "press_release_conclusion": "Owls cure.",
        "abstract_conclusion": "Owls may help.",
    }
    path = lines(
        tmp_path / "e.jsonl", *(row | {"exaggeration_label": one} for one in ("same", "exaggerates", "downplays"))
    )
    found = open_pairs(path)
    assert [(one.supported, one.problem) for one in found.pairs] == [(True, ""), (False, "exaggerates"), (True, "")]
    assert found.pairs[0].evidence == ("Owls may help.",)
    assert "downplays" in found.notes[0]


class TestSciFact:
    claims = (
        {"id": 1, "claim": "Owls hunt.", "evidence": {}, "cited_doc_ids": [10]},
        {
            "id": 2,
            "claim": "Owls sleep.",
            "evidence": {
                "10": [{"sentences": [0], "label": "SUPPORT"}],
                "11": [{"sentences": [1], "label": "CONTRADICT"}],
            },
            "cited_doc_ids": [11, 10],
        },
    )
    corpus = (
        {"doc_id": 10, "title": "Owls", "abstract": ["They sleep. \n", "They hunt."]},
        {"doc_id": 11, "title": "", "abstract": ["Owls never sleep."]},
    )

    @pytest.mark.parametrize("name", ["corpus.jsonl", "scifact_corpus.jsonl.gz"])
    def test_a_pair_for_each_cited_abstract(self, tmp_path: Path, name: str) -> None:
        path = lines(tmp_path / "claims_dev.jsonl", *self.claims)
        plain = lines(tmp_path / "corpus.jsonl", *self.corpus)
        if name.endswith(".gz"):
            (tmp_path / name).write_bytes(gzip.compress(plain.read_bytes()))
            plain.unlink()
        found = open_pairs(path).pairs
        assert [(one.id, one.problem, one.supported) for one in found] == [
            ("1:10", "nei", False),
            ("2:11", "contradict", False),
            ("2:10", "", True),
        ]
        assert found[0].evidence == ("Owls", "They sleep.\nThey hunt.")
        assert found[1].evidence == ("Owls never sleep.",)
        assert {one.source for one in found} == {"scifact/dev"}

    def test_the_corpus_is_in_the_hash(self, tmp_path: Path) -> None:
        path = lines(tmp_path / "claims_dev.jsonl", *self.claims)
        lines(tmp_path / "corpus.jsonl", *self.corpus)
        before = open_pairs(path).sha256
        lines(tmp_path / "corpus.jsonl", *self.corpus, {"doc_id": 12, "title": "T", "abstract": []})
        assert open_pairs(path).sha256 != before

    def test_without_the_corpus(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"claims_dev\.jsonl: SciFact's claims need corpus\.jsonl"):
            open_pairs(lines(tmp_path / "claims_dev.jsonl", *self.claims))

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"cited_doc_ids": [99]}, "the abstract 99 is not in the corpus"),
            ({"cited_doc_ids": 10}, "cited_doc_ids is 10"),
            ({"evidence": None}, "there is no evidence; use a split with labels"),
            ({"evidence": {"10": [{"label": "MAYBE"}]}}, "label is 'MAYBE'; use one of: support, contradict"),
            ({"evidence": {"10": ["x"]}}, r"evidence is \['x'\]"),
        ],
    )
    def test_a_bad_claim_is_named(self, tmp_path: Path, change: dict[str, Any], message: str) -> None:
        lines(tmp_path / "corpus.jsonl", *self.corpus)
        with pytest.raises(InputError, match=rf"claims\.jsonl:1: {message}"):
            open_pairs(lines(tmp_path / "claims.jsonl", self.claims[0] | change))

    def test_a_bad_document_is_named(self, tmp_path: Path) -> None:
        lines(tmp_path / "corpus.jsonl", self.corpus[0], self.corpus[1] | {"abstract": [5]})
        with pytest.raises(InputError, match=r"corpus\.jsonl:2: abstract is \[5\]; write a list of texts"):
            open_pairs(lines(tmp_path / "claims.jsonl", *self.claims))


class TestFiles:
    def test_gzip_is_told_from_the_content(self, tmp_path: Path) -> None:
        (tmp_path / "named-otherwise.txt").write_bytes(gzip.compress(json.dumps(OWN).encode()))
        found = open_pairs(tmp_path / "named-otherwise.txt")
        assert found.sha256 == open_pairs(lines(tmp_path / "plain.jsonl", OWN)).sha256
        assert (found.name, len(found.pairs)) == ("named-otherwise.txt", 1)

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", r"holds no pairs; write one JSON object a line, such as \{\"statement\""),
            (b"\n \n", "holds no pairs"),
            (b"{", r":1: not JSON"),
            (b"\n[1]", r":2: '\[1\]' is no object"),
            (b'{"question": "q"}', r"the fields question are of no known format \(citewell, claims, AttributionBench"),
            (b"\xff\xfe", "not UTF-8 at byte 0"),
            (b"[" * 100_000, ":1: not JSON"),
            (gzip.compress(b"{}" * 100)[:-12], "the compressed file is damaged"),
        ],
    )
    def test_what_cannot_be_read(self, tmp_path: Path, content: bytes, message: str) -> None:
        path = tmp_path / "p.jsonl"
        path.write_bytes(content)
        with pytest.raises(InputError, match=message) as raised:
            open_pairs(path)
        assert str(raised.value).startswith(str(path))

    def test_what_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="there is no such file"):
            open_pairs(tmp_path / "none.jsonl")
        with pytest.raises(InputError, match="is a folder"):
            open_pairs(tmp_path)


class TestChoosing:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        rows = [
            CLAIM
            | {
                "id": f"{name}{number}",
                "dataset": name,
                "split": split,
                "label": "SUPPORT" if number % 4 == 0 else "NEI",
            }
            for name in ("owls", "bees")
            for split in ("train", "dev")
            for number in range(0 if split == "dev" else 20, 20 if split == "dev" else 40)
        ]
        return lines(tmp_path / "many.jsonl", *rows)

    def test_by_source_and_split(self, path: Path) -> None:
        assert len(open_pairs(path).pairs) == 80
        assert {one.source for one in open_pairs(path, source="owls").pairs} == {"owls/train", "owls/dev"}
        assert {one.source for one in open_pairs(path, source="owls/dev").pairs} == {"owls/dev"}
        assert {one.source for one in open_pairs(path, split="dev").pairs} == {"owls/dev", "bees/dev"}
        assert len(open_pairs(path, source="bees", split="train").pairs) == 20

    @pytest.mark.parametrize(
        "choice", [{"source": "newts"}, {"split": "test"}, {"source": "owls/dev", "split": "train"}]
    )
    def test_nothing_chosen(self, path: Path, choice: dict[str, str]) -> None:
        with pytest.raises(
            UsageError, match=r"No labelled pair fits --.*; there are pairs of: bees/dev, bees/train, owls"
        ):
            open_pairs(path, **choice)

    @pytest.mark.parametrize("limit", [1, 2, 3, 10, 40, 79])
    def test_a_limit_keeps_order_and_share(self, path: Path, limit: int) -> None:
        everything = open_pairs(path).pairs
        found = open_pairs(path, limit=limit, seed=3)
        assert len(found.pairs) == limit
        assert list(found.pairs) == [one for one in everything if one in found.pairs]
        wanted = max(1, round(limit / 4)) if limit > 1 else round(limit / 4)
        assert sum(one.supported for one in found.pairs) == wanted
        assert found.notes == (f"{limit} of 80 pairs, drawn by lot (seed 3).",)
        assert found.sha256 == open_pairs(path).sha256

    def test_the_seed_decides(self, path: Path) -> None:
        first = open_pairs(path, limit=20, seed=1).pairs
        assert first == open_pairs(path, limit=20, seed=1).pairs != open_pairs(path, limit=20, seed=2).pairs

    def test_a_limit_that_does_not_limit(self, path: Path) -> None:
        assert open_pairs(path, limit=80) == open_pairs(path)

    def test_one_class_only(self, tmp_path: Path) -> None:
        path = lines(tmp_path / "p.jsonl", *(OWN | {"id": number} for number in range(9)))
        assert len(open_pairs(path, limit=4).pairs) == 4


@pytest.fixture
def shared() -> Path:
    root = Path(__file__).parents[3]
    folder = Path(os.environ.get("CITEWELL_DATA", root.parent / "shared" / "data")) / "faithfulness"
    if not folder.is_dir():
        pytest.skip(f"there are no labelled pairs in {folder}; CITEWELL_DATA names the folder above it")
    return folder


@pytest.mark.seeds
@pytest.mark.parametrize(
    ("name", "count", "supported"),
    [
        ("claim_pairs.jsonl.gz", 25_931, 8_248),
        ("citation_integrity_dev.jsonl", 305, 180),
        ("exaggeration_train.jsonl", 100, 78),
        ("scifact_claims_dev.jsonl", 339, 138),
    ],
)
def test_real_sets(shared: Path, name: str, count: int, supported: int) -> None:
    found = open_pairs(shared / name).pairs
    assert (len(found), sum(one.supported for one in found)) == (count, supported)
    assert all(one.problem for one in found if not one.supported)
    assert not any("<|" in one.statement for one in found)


@pytest.mark.slow
@pytest.mark.seeds
def test_two_forms_of_scifact_agree(shared: Path) -> None:
    one = open_pairs(shared / "claim_pairs.jsonl.gz", source="scifact", split="dev").pairs
    other = open_pairs(shared / "scifact_claims_dev.jsonl").pairs
    plain = Counter((pair.id, pair.statement, pair.evidence, pair.supported) for pair in one)
    assert plain == Counter((pair.id, pair.statement, pair.evidence, pair.supported) for pair in other)
