"""Ray Data on this machine, in a process of its own: Ray leaves threads, files and warnings behind."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest

from tests.conftest import ROOT
from tests.fakes.embedder import HashEmbedder

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed: pip install citewell[ray]"),
]
TEXTS = [f"paper {number} on {'owls' if number % 3 else 'bees'}" for number in range(50)]
_PROGRAM = """
import json, sys
from tests.fakes import embedder, workers
from vectorstore.engines import embed_many
from vectorstore.errors import EmbedderError
model = {"good": embedder.HashEmbedder, "bad": workers.Failing}[sys.argv[1]]
try:
    found = list(embed_many(json.load(sys.stdin), model, engine="ray", workers=2, batch=8))
    print(json.dumps([[list(one.indices), one.vectors.tolist()] for one in found]))
except EmbedderError as error:
    print(json.dumps(str(error)))
"""


def embedded(model: str) -> object:
    environ = {name: value for name, value in os.environ.items() if name != "RAY_ADDRESS"}
    path = os.pathsep.join([str(ROOT), environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-c", _PROGRAM, model]
    ended = subprocess.run(
        command,
        input=json.dumps(TEXTS),
        cwd=ROOT,
        env=environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(ended.stdout)


def test_two_workers_make_the_vectors_of_the_ordinary_path() -> None:
    found = embedded("good")
    assert isinstance(found, list)
    rows = {place: vector for places, vectors in found for place, vector in zip(places, vectors, strict=True)}
    assert sorted(rows) == list(range(50))
    wanted = HashEmbedder().embed_documents(TEXTS)
    assert np.array_equal(np.array([rows[place] for place in range(50)], dtype=np.float32), wanted)


def test_a_failure_of_the_model_keeps_its_words() -> None:
    found = embedded("bad")
    assert isinstance(found, str)
    assert found.startswith("Embedding through Ray failed: ")
    assert "indexed with the embedding model 'one', not with 'another'" in found
