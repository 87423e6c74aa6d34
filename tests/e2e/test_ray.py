"""Ray Data on this machine, in a process of its own: Ray leaves threads, files and warnings behind."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import ROOT
from tests.fakes.embedder import HashEmbedder

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed: pip install citewell[ray]"),
]
TEXTS = [f"paper {number} on {'owls' if number % 3 else 'bees'}" for number in range(50)]
_PROGRAM = """
import json, sys
from tests.fakes import embedder, workers
from vectorstore.engines import embed_many
from vectorstore.errors import EmbedderError
texts, said = json.load(sys.stdin), []
for model in (embedder.HashEmbedder, workers.Failing):
    try:
        found = list(embed_many(texts, model, engine="ray", workers=2, batch=8))
        said.append([[list(one.indices), one.vectors.tolist()] for one in found])
    except EmbedderError as error:
        said.append(str(error))
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def said(shared_cache: Path) -> list[Any]:
    """What a good model makes of the texts, and then how a bad one fails; Ray takes long to start."""
    environ = {name: value for name, value in os.environ.items() if name != "RAY_ADDRESS"}
    path = os.pathsep.join([str(ROOT), environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-c", _PROGRAM]
    ended = subprocess.run(
        command,
        input=json.dumps(TEXTS),
        cwd=ROOT,
        env=environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    lines: list[Any] = json.loads(ended.stdout)
    return lines


def test_two_workers_make_the_vectors_of_the_ordinary_path(said: list[Any]) -> None:
    found = said[0]
    assert isinstance(found, list)
    rows = {place: vector for places, vectors in found for place, vector in zip(places, vectors, strict=True)}
    assert sorted(rows) == list(range(50))
    wanted = HashEmbedder().embed_documents(TEXTS)
    assert np.array_equal(np.array([rows[place] for place in range(50)], dtype=np.float32), wanted)


def test_a_failure_of_the_model_keeps_its_words(said: list[Any]) -> None:
    found = said[1]
    assert isinstance(found, str)
    assert found.startswith("Embedding through Ray failed: ")
    assert "indexed with the embedding model 'one', not with 'another'" in found
