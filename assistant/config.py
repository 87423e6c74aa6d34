"""The config file: plain data, read once; a name or a value that is wrong is refused with the nearest right one."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path

from assistant.errors import UsageError

APP_NAME = "citewell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What a user set; None where nothing was."""

    library: str | None = None
    model: str | None = None
    base_url: str | None = None
    embedding: str | None = None
    prompts: str | None = None
    store: str | None = None
    rerank: str | None = None


def config_path(environ: Mapping[str, str] = os.environ) -> Path:
    """$CITEWELL_CONFIG, else `config.toml` in the platform's config folder."""
    if named := environ.get("CITEWELL_CONFIG"):
        return _expanded(named)
    from platformdirs import user_config_path

    return user_config_path(APP_NAME) / "config.toml"


def load_config(environ: Mapping[str, str] = os.environ) -> Config:
    """Read the config file; an absent one is an empty one.

    Raises:
        UsageError: It cannot be read, is not TOML, or has an unknown name or a value of the wrong type.
    """
    path = config_path(environ)
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return Config()
    except OSError as error:
        raise UsageError(f"The config file {path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"The config file {path} is not valid TOML: {error}.") from error
    names = [field.name for field in fields(Config)]
    for name, value in raw.items():
        if name not in names:
            near = get_close_matches(name, names, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"The names are: {', '.join(names)}."
            raise UsageError(f"The config file {path} has an unknown name {name!r}. {hint}")
        if not isinstance(value, str):
            raise UsageError(f"In the config file {path}, {name!r} must be a text in quotes, not {value!r}.")
    return Config(**raw)


def chosen_reranker(given: object, config: Config) -> object:
    """What was given, else what the config file names; None for `none`."""
    chosen = config.rerank if given is None else given
    return None if chosen in (None, "", "none") else chosen


def library_folder(option: Path | None, config: Config, environ: Mapping[str, str] = os.environ) -> Path:
    """--library, else $CITEWELL_LIBRARY, else the config file, else the platform's data folder."""
    named = option or environ.get("CITEWELL_LIBRARY") or config.library
    if named:
        return _expanded(named)
    from platformdirs import user_data_path

    return user_data_path(APP_NAME) / "library"


def _expanded(path: str | Path) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise UsageError(f"{str(path)!r} names the home folder of nobody. Write the whole path.") from error
