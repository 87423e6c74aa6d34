"""Text as other libraries can take it."""

__all__ = ["encodable"]


def encodable(text: str) -> str:
    """The text with each lone surrogate as `?`, so that it has a UTF-8 form; offsets stay as they are."""
    return text.encode("utf-8", "replace").decode("utf-8")
