from collections.abc import Iterator

import pytest

from assistant.jobs.ask import AskParts
from tests.fakes.papers import open_parts


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AskParts]:
    """A library of a dozen made-up papers, no model."""
    with open_parts(tmp_path_factory.mktemp("jobs") / "library") as opened:
        yield opened
