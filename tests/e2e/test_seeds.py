import json
from pathlib import Path

import pytest

from tests.conftest import Run

QUESTION = "How large is the improvement of SynapticRAG over earlier memory retrieval?"

pytestmark = [pytest.mark.seeds, pytest.mark.slow]


def test_sixty_papers_and_an_answer(run: Run, seeds: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    first = json.loads(run("add", seeds, "--library", library, "--json").out)
    assert (first["added"], first["duplicates"], first["skipped"]) == (60, [], [])
    again = json.loads(run("add", seeds, "--library", library, "--json").out)
    assert (again["added"], again["updated"], again["unchanged"]) == (0, 0, 60)

    answer = json.loads(run("ask", QUESTION, "--library", library, "--json").out)
    citations = [one for statement in answer["statements"] for one in statement["citations"]]
    quoted = [one for one in citations if one["key"] == "hou2024synapticrag" and "14.66" in one["quote"]]
    assert quoted
    papers = json.loads(run("list", "--library", library, "--json").out)["papers"]
    abstracts = {paper["key"]: paper["abstract"] for paper in papers}
    for one in citations:
        assert abstracts[one["key"]][one["start"] : one["end"]] == one["quote"]
