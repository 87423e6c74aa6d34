"""Tokens as OpenAI's models count them (o200k_base), without a download."""

import gzip
import os
import re
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha1, sha256
from pathlib import Path
from typing import TYPE_CHECKING

from vectorstore.packaged import check_sha256, packaged_file
from vectorstore.text import encodable

if TYPE_CHECKING:
    import tiktoken

__all__ = ["count_tokens", "truncate_tokens"]

_DISTRIBUTION = "bpe-openai==0.1.4"
_RANKS_SHA256 = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
_USUAL_ADDRESS = "https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken"
_CACHED_NAME = sha1(_USUAL_ADDRESS.encode(), usedforsecurity=False).hexdigest()  # the name tiktoken looks for
_LONGEST_RUN = 256
_LONG_RUN = re.compile(rf"\S{{{_LONGEST_RUN + 1},}}|\s{{{_LONGEST_RUN + 1},}}")
_loading = threading.Lock()


def count_tokens(text: str) -> int:
    """Count the tokens of a text; text that looks like a special token counts as the plain text it is.

    Runs without a space longer than 256 characters are counted in pieces, because tiktoken's time grows with the
    square of a run's length; such a count can be a few tokens too high.
    """
    encoding = _encoding()
    return sum(len(encoding.encode_ordinary(piece)) for piece in _pieces(text))


def truncate_tokens(text: str, n: int) -> str:
    """Cut a text to a beginning of at most `n` tokens that ends at a whole character; all of it when it fits.

    Raises:
        ValueError: `n` is negative.
    """
    if n < 0:
        raise ValueError(f"n must not be negative, got {n!r}")
    length, left = 0, n
    for piece in _pieces(text):
        tokens = _encoding().encode_ordinary(piece)
        if len(tokens) > left:
            length += _characters(tokens[:left])
            break
        length += len(piece)
        left -= len(tokens)
    # A beginning can need more tokens on its own than it did as part of the whole.
    while count_tokens(text[:length]) > n:
        length -= 1
    return text[:length]


def _characters(tokens: list[int]) -> int:
    return len(_encoding().decode_bytes(tokens).decode("utf-8", "ignore"))


def _pieces(text: str) -> Iterator[str]:
    """The text in order, in pieces that tiktoken handles in linear time."""
    text = encodable(text)
    done = 0
    for run in _LONG_RUN.finditer(text):
        yield text[done : run.start()]
        for start in range(run.start(), run.end(), _LONGEST_RUN):
            yield text[start : min(start + _LONGEST_RUN, run.end())]
        done = run.end()
    yield text[done:]


@cache
def _encoding() -> "tiktoken.Encoding":
    import tiktoken

    with _loading, _ranks_folder() as folder, _environment("TIKTOKEN_CACHE_DIR", str(folder)):
        return tiktoken.get_encoding("o200k_base")


@contextmanager
def _ranks_folder() -> Iterator[Path]:
    """A folder that holds the verified ranks under tiktoken's name: the user's cache, or else a temporary one."""
    from platformdirs import user_cache_path

    folder = user_cache_path("citewell") / "tiktoken"
    try:
        _provide_ranks(folder)
    except OSError:
        with tempfile.TemporaryDirectory(prefix="citewell-") as temporary:
            _provide_ranks(Path(temporary))
            yield Path(temporary)
    else:
        yield folder


def _provide_ranks(folder: Path) -> None:
    """Put the ranks into a folder unless they are there.

    tiktoken deletes and downloads a file whose hash is wrong, so what it will read is checked here first.
    """
    cached = folder / _CACHED_NAME
    if cached.is_file() and sha256(cached.read_bytes()).hexdigest() == _RANKS_SHA256:
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    packed = packaged_file("bpe_openai", "data/o200k_base.tiktoken.gz", distribution=_DISTRIBUTION)
    ranks = _unpack(packed)
    check_sha256(ranks, _RANKS_SHA256, what=str(packed), distribution=_DISTRIBUTION)
    handle, name = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(ranks)
        Path(name).replace(cached)  # atomic: another process sees the old file or the whole new one
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def _unpack(packed: Path) -> bytes:
    """Unpack as far as possible; the check of the result tells whether that was enough."""
    try:
        return gzip.decompress(packed.read_bytes())
    except (OSError, EOFError, ValueError):
        return b""


@contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
