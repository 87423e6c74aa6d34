"""Ask your paper library and draft related work from it; every citation is checked."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.errors import CitewellError
    from assistant.types import Checking, Dropped, Filter, Limits, Statement, Understood
    from assistant.wiring import Assistant

__all__ = ["Assistant", "Checking", "CitewellError", "Dropped", "Filter", "Limits", "Statement", "Understood"]

_PLACES = {"Assistant": "assistant.wiring", "CitewellError": "assistant.errors"}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - because a module's attributes have any type
    """Import on first use, so that `import assistant` costs nothing."""
    if name in __all__:
        return getattr(import_module(_PLACES.get(name, "assistant.types")), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
