"""Seeded mutations: sentences of real abstracts made false in known ways, and honest paraphrases beside them."""

from evals.mutations.mutate import mutate
from evals.mutations.paraphrase import paraphrase
from evals.mutations.types import BAD_KINDS, Bad, Case, Change, Kind, Mutation

__all__ = ["BAD_KINDS", "Bad", "Case", "Change", "Kind", "Mutation", "mutate", "paraphrase"]
