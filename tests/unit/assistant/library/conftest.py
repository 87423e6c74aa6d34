from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.library.store import Library
from tests.fakes.shelf import open_shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Library]:
    """An empty library with small chunks."""
    shelf = open_shelf(tmp_path / "shelf")
    yield shelf
    shelf.close()
