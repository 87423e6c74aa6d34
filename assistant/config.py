"""The config file: plain data, read once; a name or a value that is wrong is refused with the nearest right one."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from assistant.errors import UsageError
from assistant.types import Limits

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
    judge: str | None = None
    """What checks statements."""
    structured: str | None = None
    """Whether models are asked for JSON: `auto`, `on` or `off`."""
    prices: str | None = None
    """A file that says what models cost."""
    style: str | None = None
    contact: str | None = None
    """An e-mail address that is sent to the services that papers are fetched from."""
    keep_unsupported: bool | None = None
    max_tokens: int | None = None
    max_usd: float | None = None
    timeout: float | None = None

    @property
    def limits(self) -> Limits:
        """What one answer may cost."""
        return Limits(max_tokens=self.max_tokens, max_usd=self.max_usd, timeout=self.timeout)


_NUMBERS = {
    "max_tokens": "a whole number above 0",
    "max_usd": "a number that is not below 0",
    "timeout": "a number above 0",
}
_SWITCHES = frozenset({"keep_unsupported"})
_CHOICES = {"structured": ("auto", "on", "off")}


def config_path(environ: Mapping[str, str] = os.environ) -> Path:
    """$CITEWELL_CONFIG, else `config.toml` in the platform's config folder."""
    if named := environ.get("CITEWELL_CONFIG"):
        return _expanded(named)
    from platformdirs import user_config_path

    return user_config_path(APP_NAME) / "config.toml"


def load_config(environ: Mapping[str, str] = os.environ) -> Config:
    """Read the config file; where nobody has named one, an absent one is an empty one.

    Raises:
        UsageError: It is named and not there, cannot be read, is not TOML, or has an unknown name or a value that is
            wrong.
    """
    path = config_path(environ)
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        if environ.get("CITEWELL_CONFIG"):
            raise UsageError(
                f"There is no config file {path}, which $CITEWELL_CONFIG names. Write it, or unset the variable."
            ) from None
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
        if problem := _problem(name, value):
            raise UsageError(f"In the config file {path}, {name!r} must be {problem}, not {_as_written(value)}.")
    return Config(**raw)


def _problem(name: str, value: object) -> str:
    """What a value ought to be; empty when it is that."""
    if name in _NUMBERS:
        limit: dict[str, Any] = {name: value}
        try:
            Limits(**limit)
        except UsageError:
            return _NUMBERS[name]
        return ""
    if name in _SWITCHES:
        return "" if isinstance(value, bool) else "true or false"
    if name in _CHOICES:
        choices = ", ".join(f'"{one}"' for one in _CHOICES[name])
        return "" if value in _CHOICES[name] else f"one of {choices}"
    return "" if isinstance(value, str) else "a text in quotes"


def _as_written(value: object) -> str:
    """A value as TOML has it, where Python writes it otherwise."""
    return str(value).lower() if isinstance(value, bool) else repr(value)


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
