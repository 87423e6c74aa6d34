"""Files that other installed packages carry: found without importing the package, and checked before use."""

from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from vectorstore.errors import ModelFileError

__all__ = ["check_sha256", "packaged_file"]


def packaged_file(module: str, name: str, *, distribution: str) -> Path:
    """Find the file `name` in the installed package `module`, without running any of the package's code.

    Raises:
        ModelFileError: The package, or the file in it, is not installed.
    """
    spec = find_spec(module)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / name
        if path.is_file():
            return path
    raise ModelFileError(f"{name!r} of the package {distribution!r} is missing. Run `pip install {distribution}`.")


def check_sha256(content: bytes, expected: str, *, what: str, distribution: str) -> None:
    """Refuse content that is not byte for byte the expected one.

    Raises:
        ModelFileError: The SHA-256 differs.
    """
    found = sha256(content).hexdigest()
    if found != expected:
        raise ModelFileError(
            f"{what} has SHA-256 {found}, not {expected}: the file was changed or damaged. "
            f"Run `pip install --force-reinstall {distribution}`."
        )
