"""Whether values that were read from a file are of the types that their classes state."""

from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

__all__ = ["is_as_stated"]


def is_as_stated(value: object) -> bool:
    """Whether all fields of a dataclass, and of those inside it, hold what their annotations say."""
    hints = get_type_hints(type(value))
    return all(_fits(getattr(value, field.name), hints[field.name]) for field in fields(value))  # type: ignore[arg-type]  # because `value` is a dataclass


def _fits(value: object, hint: Any) -> bool:  # noqa: ANN401 - because annotations are of many types
    origin, inside = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return any(_fits(value, one) for one in inside)
    if origin is Literal:
        return isinstance(value, str) and value in inside
    if origin is tuple:
        # All tuples that are kept are `tuple[X, ...]`.
        return isinstance(value, tuple) and all(_fits(one, inside[0]) for one in value)
    if hint is float:
        return type(value) in (int, float)
    if hint in (str, int, bool, NoneType):
        return type(value) is hint
    return isinstance(hint, type) and is_dataclass(hint) and isinstance(value, hint) and is_as_stated(value)
