"""What each idea of the hybrid search is worth: nDCG@10 and Recall@100, idea by idea, on six collections.

    python bench/ablations.py [--sets scifact cranfield pubmedqa citebench surveys check_covid] [--sentences]

Sizes and weights were chosen on SciFact's training claims and half of Cranfield's queries; the other four collections
only check. Behind each nDCG@10 stands the 95% interval of its difference to rank fusion, resampled by query. Vectors
are kept under bench/.cache, so only the first run embeds. `--sentences` also embeds the sentences of the ten first
abstracts of each query, which takes some minutes a collection.
"""

import argparse
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from judged import SETS, collection
from retrieval import ROOT, CachedEmbedder
from seed_library import DATA
from tried import abbreviations, by_best_sentence, by_novelty, spelled_out

from vectorstore.chunk import chunk_paper
from vectorstore.embed import EmbeddedModel
from vectorstore.feedback import DOCUMENTS, expanded_terms
from vectorstore.fuse import reciprocal_rank_fusion, standard_score_fusion
from vectorstore.lexical import TantivyIndex
from vectorstore.neighbours import smoothed

if TYPE_CHECKING:
    from vectorstore.types import Chunk, Vectors, Words

POOL = 250
Ranking = Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Material:
    """One query on one collection, with what every idea starts from."""

    chunks: Mapping[str, "Chunk"]
    index: TantivyIndex
    matrix: "Vectors"
    abbreviations: Mapping[str, str]
    """Short form to long form, of the whole collection."""
    embed: Callable[[Sequence[str]], "Vectors"]
    query: str
    vector: "Vectors"

    def near(self, vector: "Vectors") -> Ranking:
        """Cosine of every chunk, best first."""
        return ordered(dict(zip(self.chunks, (self.matrix @ vector).tolist(), strict=True)))

    def worded(self, query: "Words") -> Ranking:
        """BM25 of every chunk that shares a word, best first."""
        return dict(self.index.search(query, len(self.chunks)))

    @cached_property
    def parts(self) -> list[Ranking]:
        """By meaning and by words."""
        return [self.near(self.vector), self.worded(self.query)]


def ranks(it: Material) -> Ranking:
    """Rank fusion."""
    return dict(reciprocal_rank_fusion([list(part)[:POOL] for part in it.parts]))


def ranges(it: Material) -> Ranking:
    """Each score's place between the lowest and the highest of the candidates."""
    parts = it.parts
    pool = candidates(parts)
    spans = [(min(part.get(one, 0.0) for one in pool), max(part.get(one, 0.0) for one in pool)) for part in parts]
    return ordered(
        {
            one: sum(
                (part.get(one, 0.0) - low) / ((high - low) or 1.0)
                for part, (low, high) in zip(parts, spans, strict=True)
            )
            for one in pool
        }
    )


def fused(parts: Sequence[Ranking]) -> Ranking:
    """Standard scores of the candidates, added."""
    pool = candidates(parts)
    return standard_score_fusion([{one: part.get(one, 0.0) for one in pool} for part in parts], pool)


def widened(it: Material, query: "Words | None" = None) -> dict[str, float]:
    """The query's terms with those of the first documents."""
    first = fused(it.parts if query is None else [it.parts[0], it.worded(query)])
    read = [(score, it.index.terms(it.chunks[one].embedding_text)) for one, score in list(first.items())[:DOCUMENTS]]
    holding = it.index.holding({term for _, terms in read for term in terms})
    terms = it.index.terms(it.query) if query is None else list(query)
    return expanded_terms(terms, read, holding, len(it.chunks))


def moved(it: Material) -> "Vectors":
    """The query's vector drawn towards those of the first documents (Rocchio 1971)."""
    rows = {one: row for row, one in enumerate(it.chunks)}
    first = [rows[one] for one in list(fused(it.parts))[:DOCUMENTS]]
    vector: Vectors = it.vector + 0.4 * it.matrix[first].mean(axis=0)
    unit: Vectors = vector / np.linalg.norm(vector)
    return unit


def fed_back(it: Material) -> Ranking:
    """Standard scores after feedback by words."""
    return fused([it.parts[0], it.worded(widened(it))])


def shipped(it: Material) -> Ranking:
    """The same, each score mixed with those of the nearest candidates."""
    scores, rows = fed_back(it), {one: row for row, one in enumerate(it.chunks)}
    return ordered(smoothed(scores, {one: it.matrix[rows[one]] for one in scores}))


def telling(it: Material, terms: Mapping[str, float]) -> dict[str, float]:
    """The terms that at most half of the chunks hold; all when all are more common."""
    holding = it.index.holding(terms)
    return {one: weight for one, weight in terms.items() if 2 * holding[one] <= len(it.chunks)} or dict(terms)


def without_common(it: Material) -> Ranking:
    """Feedback when the words of more than half of the chunks are left out."""
    query = telling(it, dict.fromkeys(it.index.terms(it.query), 1.0))
    return fused([it.parts[0], it.worded(telling(it, widened(it, query)))])


def with_abbreviations(it: Material) -> Ranking:
    """Feedback when abbreviations of the query are spelled out, and the other way round."""
    terms = widened(it)
    own = it.index.terms(it.query)
    for term, share in spelled_out(it.query, it.abbreviations, it.index.terms).items():
        terms[term] = terms.get(term, 0.0) + 0.5 * share / len(set(own))
    return fused([it.parts[0], it.worded(terms)])


def sentences(it: Material) -> Ranking:
    """Feedback, the scores of the first ten mixed with the cosine of the best sentence of each."""
    texts = {one: chunk.text for one, chunk in it.chunks.items()}
    return by_best_sentence(fed_back(it), texts, it.vector, it.embed)


def varied(it: Material) -> Ranking:
    """Feedback, in the order of maximal marginal relevance."""
    return by_novelty(fed_back(it), it.chunks, it.matrix)


IDEAS: dict[str, Callable[[Material], Ranking]] = {
    "words alone (BM25)": lambda it: it.parts[1],
    "meaning alone (cosine)": lambda it: it.parts[0],
    "rank fusion": ranks,
    "range-scaled scores": ranges,
    "standard scores": lambda it: fused(it.parts),
    "  + feedback by words": fed_back,
    "    + neighbours (shipped)": shipped,
    "    + abbreviations": with_abbreviations,
    "    less common words": without_common,
    "    + MMR": varied,
    "    + feedback by vector": lambda it: fused([it.near(moved(it)), it.worded(widened(it))]),
    "  + feedback by vector": lambda it: fused([it.near(moved(it)), it.worded(it.query)]),
}
BEST_SENTENCE = "    + best sentence"
PLAIN = "rank fusion"


def main() -> None:
    """Measure and print a table for each collection."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", choices=SETS, default=SETS)
    parser.add_argument("--sentences", action="store_true", help="one more row, which embeds sentences")
    options = parser.parse_args()
    if options.sentences:
        IDEAS[BEST_SENTENCE] = sentences
    if not DATA.is_dir():
        print(f"Skipped: {str(DATA)!r} is not there (set CITEWELL_DATA).")
        return
    embedder = CachedEmbedder(ROOT / "bench" / ".cache" / "vectors.sqlite3", EmbeddedModel())
    for name in options.sets:
        measure(name, embedder)


def measure(name: str, embedder: CachedEmbedder) -> None:
    """Run every idea on one collection."""
    papers, questions = collection(name)
    chunks = {one.id: one for key, (title, text) in papers.items() for one in chunk_paper(key, title, text)}
    matrix = embedder.embed_documents([one.embedding_text for one in chunks.values()])
    print(
        f"\n{name}: {len(papers)} papers, {len(chunks)} chunks, {len(questions)} queries",
        flush=True,
    )
    results: dict[str, list[tuple[float, float]]] = {idea: [] for idea in IDEAS}
    with tempfile.TemporaryDirectory() as folder:
        index = TantivyIndex(Path(folder))
        index.upsert(list(chunks.values()))
        short = abbreviations(one.embedding_text for one in chunks.values())
        for query, relevant in questions:
            vector = embedder.embed_documents([query])[0]
            material = Material(
                chunks=chunks,
                index=index,
                matrix=matrix,
                abbreviations=short,
                embed=embedder.embed_documents,
                query=query,
                vector=vector,
            )
            for idea, rank in IDEAS.items():
                keys = list(dict.fromkeys(chunks[one].key for one in rank(material)))
                results[idea].append((ndcg(keys, relevant), recall(keys, relevant)))
        index.close()
    plain = np.array(results[PLAIN])[:, 0]
    for idea, values in results.items():
        found, recalled = np.array(values).T
        low, high = interval(found - plain)
        print(f"{idea:32} {found.mean():.4f} [{low:+.3f}, {high:+.3f}]  {recalled.mean():.4f}", flush=True)


def candidates(parts: Sequence[Ranking]) -> list[str]:
    """The first of each part."""
    return list(dict.fromkeys(one for part in parts for one in list(part)[:POOL]))


def ordered(scores: Ranking) -> Ranking:
    """Best first, equal scores by id."""
    return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0])))


def ndcg(keys: Sequence[str], gains: Mapping[str, float]) -> float:
    """nDCG@10."""
    discounts = 1 / np.log2(np.arange(2, 12))
    ideal = sorted(gains.values(), reverse=True)[:10]
    got = [gains.get(key, 0.0) for key in keys[:10]]
    return float(discounts[: len(got)] @ got / (discounts[: len(ideal)] @ ideal))


def recall(keys: Sequence[str], gains: Mapping[str, float]) -> float:
    """Recall@100."""
    return sum(key in gains for key in keys[:100]) / len(gains)


def interval(differences: "Vectors") -> tuple[float, float]:
    """95% of the means of 10,000 resamplings."""
    chooser = np.random.default_rng(0)
    drawn = chooser.integers(0, len(differences), (10_000, len(differences)))
    low, high = np.quantile(differences[drawn].mean(axis=1), [0.025, 0.975])
    return float(low), float(high)


if __name__ == "__main__":
    main()
