"""Ask your paper library and draft related work from it; every citation is checked."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.wiring import Assistant

__all__ = ["Assistant"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - because a module's attributes have any type
    """Import on first use, so that `import assistant` costs nothing."""
    if name == "Assistant":
        from assistant.wiring import Assistant

        return Assistant
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
