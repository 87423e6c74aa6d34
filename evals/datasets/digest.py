"""When are two sets of questions the same?"""

import json
from collections.abc import Iterable
from dataclasses import asdict
from hashlib import sha256

from evals.types import Sample

__all__ = ["samples_digest"]


def samples_digest(samples: Iterable[Sample]) -> str:
    """Hash of everything in the samples, in their order: questions and what is known of right answers."""
    content = json.dumps([asdict(sample) for sample in samples], ensure_ascii=True, sort_keys=True)
    return sha256(content.encode("ascii")).hexdigest()
