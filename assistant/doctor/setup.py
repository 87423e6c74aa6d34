"""Checks of what is around a library: the config file, the templates, the model that answers."""

from collections.abc import Iterator

from assistant.config import Config, config_path, load_config
from assistant.doctor.check import Check, guarded, ok
from assistant.errors import UsageError
from assistant.llm import choose_model, open_model
from assistant.wiring import configured_prompts


def setup_checks() -> Iterator[Check]:
    """One check after the other; what cannot be read stands for what it would have said."""
    yield guarded("config", _config)
    yield guarded("templates", _templates)
    yield guarded("model", _model)


def valid_config() -> Config:
    """The config file; an empty one when it is wrong, which another check says."""
    try:
        return load_config()
    except UsageError:
        return Config()


def _config() -> Check:
    config = load_config()
    path = config_path()
    names = [name for name in Config.__slots__ if getattr(config, name) is not None]
    return ok("config", f"{path} sets {', '.join(names)}" if names else f"{path} sets nothing")


def _templates() -> Check:
    configured_prompts()
    own = valid_config().prompts
    return ok("templates", f"those in {own} come before Citewell's own" if own else "Citewell's own")


def _model() -> Check:
    config = valid_config()
    choice = choose_model(None, base_url=None, configured=(config.model, config.base_url), local=False)
    where = "quotes, no chat model" if choice.is_embedded else ("remote" if choice.is_remote else "on this machine")
    if not choice.is_embedded:
        open_model(choice)  # says what is missing: a package, a key; nothing is sent
    return ok("model", f"{choice.name} ({where}; {choice.why})")
