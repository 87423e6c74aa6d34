import gzip
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import platformdirs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore import tokens
from vectorstore.errors import ModelFileError
from vectorstore.tokens import count_tokens, truncate_tokens


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda name: tmp_path / name)
    return tmp_path / "citewell" / "tiktoken"


def load() -> int:
    """Load as a fresh process would, tiktoken's own memory left aside."""
    import tiktoken.registry

    tokens._encoding.cache_clear()
    tiktoken.registry.ENCODINGS.pop("o200k_base", None)
    return count_tokens("Hello world")


@pytest.mark.parametrize(("text", "n"), [("", 0), ("Hello world", 2), ("hello <|endoftext|>", 8), ("\ud800", 1)])
def test_counts(text: str, n: int) -> None:
    assert count_tokens(text) == n


def test_the_ranks_are_cached_for_their_owner_alone(folder: Path) -> None:
    assert load() == 2
    assert [file.name for file in folder.iterdir()] == [tokens._CACHED_NAME]
    assert folder.stat().st_mode & 0o077 == 0
    written = (folder / tokens._CACHED_NAME).stat().st_mtime_ns
    assert load() == 2
    assert (folder / tokens._CACHED_NAME).stat().st_mtime_ns == written


@pytest.mark.slow
@pytest.mark.parametrize("content", [b"", b"garbage", b"x" * 3_613_922])
def test_a_corrupted_cache_is_written_again(folder: Path, content: bytes) -> None:
    folder.mkdir(parents=True)
    (folder / tokens._CACHED_NAME).write_bytes(content)
    assert load() == 2
    assert (folder / tokens._CACHED_NAME).stat().st_size == 3_613_922
    assert len(list(folder.iterdir())) == 1


def test_a_cache_that_cannot_be_written_is_done_without(folder: Path) -> None:
    folder.parent.parent.joinpath("citewell").write_text("a file where the folder should be")
    assert load() == 2


def test_a_write_that_fails_leaves_nothing_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        tokens._provide_ranks(folder)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("before", [None, "/somewhere"])
def test_the_environment_is_as_before(folder: Path, monkeypatch: pytest.MonkeyPatch, before: str | None) -> None:
    if before is None:
        monkeypatch.delenv("TIKTOKEN_CACHE_DIR", raising=False)
    else:
        monkeypatch.setenv("TIKTOKEN_CACHE_DIR", before)
    assert load() == 2
    assert os.environ.get("TIKTOKEN_CACHE_DIR") == before


@pytest.mark.parametrize("content", [b"not packed at all", gzip.compress(b"other ranks", mtime=0)])
def test_changed_ranks_are_refused(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    (tmp_path / "changed.gz").write_bytes(content)
    monkeypatch.setattr(tokens, "packaged_file", lambda *_, **__: tmp_path / "changed.gz")
    with pytest.raises(ModelFileError, match=r"pip install --force-reinstall bpe-openai"):
        load()


@pytest.mark.slow
def test_processes_that_start_together_do_not_disturb_each_other(tmp_path: Path) -> None:
    script = "from vectorstore.tokens import count_tokens; print(count_tokens('Hello world'))"
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path)}
    root = Path(tokens.__file__).parents[1]
    started = [
        subprocess.Popen([sys.executable, "-c", script], env=environment, cwd=root, stdout=subprocess.PIPE)
        for _ in range(4)
    ]
    assert [process.communicate()[0].strip() for process in started] == [b"2"] * 4


@pytest.mark.timeout(20)
@pytest.mark.parametrize("character", ["a", "^", " ", "\n", "😀", "中", "9"])
def test_long_runs_take_no_age(character: str) -> None:
    run = character * 100_000
    assert 0 < count_tokens(run) <= 4 * len(run)
    assert run.startswith(truncate_tokens(run, 50))


def test_runs_are_counted_in_pieces_only_when_long() -> None:
    import tiktoken

    text = "word " * 1000 + "a" * 256 + " end"
    assert count_tokens(text) == len(tiktoken.get_encoding("o200k_base").encode_ordinary(text))


@given(st.text(max_size=80), st.integers(0, 40))
def test_truncation_keeps_a_beginning_within_the_count(text: str, n: int) -> None:
    kept = truncate_tokens(text, n)
    assert text.startswith(kept)
    assert count_tokens(kept) <= n
    if count_tokens(text) <= n:
        assert kept == text


def test_truncation_at_whole_words() -> None:
    assert truncate_tokens("one two three four", 2) == "one two"
    assert truncate_tokens("one two", 0) == ""


@pytest.mark.parametrize("text", ["  " + "l" * 258 + "\r\r\r", "." + "\n" * 260 + "tion"])
def test_a_beginning_that_needs_more_tokens_alone_is_cut_further(text: str) -> None:
    for n in range(count_tokens(text) + 1):
        kept = truncate_tokens(text, n)
        assert text.startswith(kept)
        assert n - 6 <= count_tokens(kept) <= n


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="got -1"):
        truncate_tokens("text", -1)
