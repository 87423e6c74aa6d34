from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.outside import KEYS, World
from tests.fakes.services import Services


@pytest.fixture
def services() -> Iterator[Services]:
    with Services() as running:
        yield running


@pytest.fixture
def world(services: Services, tmp_path: Path) -> World:
    return World(services=services, folder=tmp_path / "fetched")


@pytest.fixture
def keyed(services: Services, tmp_path: Path) -> World:
    """With a key for every service that knows keys."""
    return World(services=services, folder=tmp_path / "fetched", environ=KEYS)
