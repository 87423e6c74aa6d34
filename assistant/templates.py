"""The prompt templates, with what is wrong with a user's own said as an error of Citewell's."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.config import Config, load_config
from assistant.errors import UsageError
from prompts import Prompts, TemplateFolderError


def configured_prompts() -> Prompts:
    """The templates that the config file names, else Citewell's own.

    Raises:
        UsageError: The config file or the templates are wrong.
    """
    return prompts_of(load_config())


def prompts_of(config: Config) -> Prompts:
    """The templates that a config names, else Citewell's own.

    Raises:
        UsageError: The templates are wrong.
    """
    with templates_explained():
        return Prompts(Path(config.prompts).expanduser() if config.prompts else None)


@contextmanager
def templates_explained() -> Iterator[None]:
    """What is wrong with a user's templates as an error of Citewell's."""
    try:
        yield
    except TemplateFolderError as error:
        raise UsageError(str(error)) from error
