"""What the words index stores of a chunk, and how it is asked: BM25 by tantivy."""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from functools import cache
from typing import TYPE_CHECKING

from vectorstore.text import encodable

if TYPE_CHECKING:
    import tantivy

    from vectorstore.types import Chunk, Hit, Words

__all__ = ["ANALYZER", "analyzer", "digests", "document", "matching", "schema", "scored"]

ANALYZER = "english-science"
_LONGEST_TERM = 100
_MOST_TERMS = 256  # unique terms of one query; the rest of a longer one is not read
_TITLE_WEIGHT = 0.3  # of the title counted once more; best of 0, 0.3 and 1 on SciFact and on Cranfield
_SPARE_HITS = 32
_BROAD = 1 / 20  # share of the chunks from which on a filter is applied to what was found, which is quicker then
_SURPLUS = 1.3  # times the hits that a broad filter would need if what it lets through were spread evenly
_DEEPEST = 8  # times as many as that before the index itself applies the filter
_DIGEST_FIELDS = ("digest0", "digest1", "digest2", "digest3")  # 64 bits each, first to last


@cache
def schema() -> "tantivy.Schema":
    """What the index holds of a chunk."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    for name in ("id", "key"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    for name in _DIGEST_FIELDS:
        builder.add_unsigned_field(name, fast=True)
    for name in ("title", "text"):
        builder.add_text_field(name, tokenizer_name=ANALYZER, index_option="freq")
    return builder.build()


@cache
def analyzer() -> "tantivy.TextAnalyzer":
    """What makes words of a text."""
    import tantivy

    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(_LONGEST_TERM))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


def document(chunk: "Chunk") -> "tantivy.Document":
    """A chunk as the index stores it."""
    import tantivy

    made = tantivy.Document(
        id=chunk.id, key=chunk.key, title=encodable(chunk.title), text=encodable(chunk.embedding_text)
    )
    for at, field in enumerate(_DIGEST_FIELDS):
        made.add_unsigned(field, int(chunk.digest[16 * at : 16 * at + 16], 16))
    return made


def digests(searcher: "tantivy.Searcher", ids: Collection[str] | None) -> dict[str, str]:
    """Chunk id to `Chunk.digest` of everything held, or of those of `ids` that are held."""
    from tantivy import Query

    wanted = Query.all_query() if ids is None else Query.term_set_query(schema(), "id", list(ids))
    places = [address for _, address in searcher.search(wanted, limit=max(1, searcher.num_docs), count=False).hits]
    parts = zip(*(searcher.fast_field_values(field, places) for field in _DIGEST_FIELDS), strict=True)
    found = ("".join(f"{part:016x}" for part in four) for four in parts)
    return {_id(searcher, one): digest for one, digest in zip(places, found, strict=True)}


def matching(searcher: "tantivy.Searcher", query: "Words", k: int, keys: Collection[str] | None) -> "list[Hit]":
    """The k best chunks, best first, equal scores by id; only chunks of papers in `keys` when given."""
    weights = _weights(query)
    if not weights:
        return []
    if keys is None:
        return _best(searcher, _worded(weights), k)
    found = _behind(searcher, weights, k, keys)
    return _best(searcher, _worded(weights, ("key", keys)), k) if found is None else found


def scored(searcher: "tantivy.Searcher", query: "Words", ids: Collection[str]) -> "dict[str, float]":
    """BM25 of just these chunks, as `matching` would score them; those that share no word with it are left out."""
    weights = _weights(query)
    return dict(_best(searcher, _worded(weights, ("id", ids)), len(set(ids)))) if weights and ids else {}


def _weights(query: "Words") -> Mapping[str, float]:
    """Terms with their weights: those given, else 1 for each term of a text."""
    if isinstance(query, str):
        return dict.fromkeys(list(dict.fromkeys(analyzer().analyze(encodable(query))))[:_MOST_TERMS], 1.0)
    return query


def _worded(weights: Mapping[str, float], among: tuple[str, Collection[str]] | None = None) -> "tantivy.Query":
    """The terms in text and title; with `among`, only documents of which that field has one of those values."""
    from tantivy import Occur, Query

    fields = schema()
    words = [
        (Occur.Should, Query.boost_query(Query.term_query(fields, field, term, "freq"), weight * share))
        for field, share in (("text", 1.0), ("title", _TITLE_WEIGHT))
        for term, weight in weights.items()
    ]
    if among is None:
        return Query.boolean_query(words)
    field, values = among
    allowed = Query.const_score_query(Query.term_set_query(fields, field, list(values)), 0.0)
    return Query.boolean_query([(Occur.Must, Query.boolean_query(words)), (Occur.Must, allowed)])


def _best(searcher: "tantivy.Searcher", query: "tantivy.Query", k: int) -> "list[Hit]":
    """The k best by score, then id; asks for more while the order at the cut is not settled."""
    limit = k + _SPARE_HITS
    while True:
        hits = searcher.search(query, limit=limit, count=False).hits
        if len(hits) < limit or hits[k - 1][0] > hits[-1][0]:
            break
        limit *= 2
    return _first([(_id(searcher, address), float(score)) for score, address in hits], k)


def _behind(
    searcher: "tantivy.Searcher", weights: Mapping[str, float], k: int, keys: Collection[str]
) -> "list[Hit] | None":
    """What `_best` finds of these papers when they are many: from a list without the filter, deep enough to hold them.

    None when they are few, or would stand deeper than it pays to look: the query has little to do with them.
    """
    share = min(1.0, len(keys) / max(1, searcher.num_docs))
    if share < _BROAD:
        return None
    allowed = keys if isinstance(keys, AbstractSet) else frozenset(keys)
    query = _worded(weights)
    limit = int(_SURPLUS * k / share) + _SPARE_HITS
    deepest = _DEEPEST * limit
    while limit <= deepest:
        hits = searcher.search(query, limit=limit, count=False).hits
        documents = ((score, searcher.doc(address)) for score, address in hits)
        found = [
            (str(one.get_first("id")), float(score)) for score, one in documents if one.get_first("key") in allowed
        ]
        if len(hits) < limit or (len(found) >= k and found[k - 1][1] > hits[-1][0]):
            return _first(found, k)
        limit *= 2
    return None


def _first(hits: "list[Hit]", k: int) -> "list[Hit]":
    return sorted(hits, key=lambda hit: (-hit[1], hit[0]))[:k]


def _id(searcher: "tantivy.Searcher", place: "tantivy.DocAddress") -> str:
    return str(searcher.doc(place).get_first("id"))
