from pathlib import Path

import pytest

from vectorstore import durable
from vectorstore.durable import read_whole, replace_whole


def test_what_was_replaced_is_read(tmp_path: Path) -> None:
    path, unfinished = tmp_path / "state", tmp_path / "state.tmp"
    unfinished.write_bytes(b"what a crash left there")
    for content in (b"one", b""):
        replace_whole(path, content, unfinished=unfinished)
        assert read_whole(path) == content
    assert list(tmp_path.iterdir()) == [path]


class TestAFileThatAnotherProcessHasOpen:
    @pytest.fixture
    def refusals(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """What Windows would refuse: how many entries there are, so many times it does."""
        refusals: list[str] = []
        for name in ("replace", "read_bytes"):
            real = getattr(Path, name)

            def refusing(*given: object, real: object = real) -> object:
                if refusals:
                    raise PermissionError(refusals.pop())
                return real(*given)  # type: ignore[operator] - because it is the real method

            monkeypatch.setattr(Path, name, refusing)
        monkeypatch.setattr(durable, "_PAUSE", 0)
        return refusals

    def test_is_tried_again_on_windows(
        self, tmp_path: Path, refusals: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(durable, "_FILES_IN_USE_ARE_KEPT", True)
        refusals += ["in use"] * 3
        replace_whole(tmp_path / "state", b"one", unfinished=tmp_path / "state.tmp")
        refusals += ["in use"] * 3
        assert read_whole(tmp_path / "state") == b"one"

    def test_is_given_up_on_in_the_end(
        self, tmp_path: Path, refusals: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(durable, "_FILES_IN_USE_ARE_KEPT", True)
        monkeypatch.setattr(durable, "_PATIENCE", 0)
        refusals.append("never")
        with pytest.raises(PermissionError, match="never"):
            read_whole(tmp_path / "state")

    def test_is_no_reason_to_wait_elsewhere(
        self, tmp_path: Path, refusals: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(durable, "_FILES_IN_USE_ARE_KEPT", False)
        refusals.append("not yours")
        with pytest.raises(PermissionError, match="not yours"):
            read_whole(tmp_path / "state")
        assert refusals == []
