"""What a model wrote apart from what it only thought."""

from collections.abc import Iterable, Iterator, Sequence

__all__ = ["outside_thinking"]

_STARTS = ("<think>", "<thinking>", "<reasoning>")
_ENDS = tuple(f"</{tag[1:]}" for tag in _STARTS)
_TAGS = (*_STARTS, *_ENDS)


def outside_thinking(pieces: Iterable[str]) -> Iterator[str]:
    """What stands outside <think> tags, as far as it can be told yet.

    An end without a start, as where a server puts the start into the prompt, is the end of a paragraph: what stands
    before it has been given already.
    """
    held, closing = "", ""
    for piece in pieces:
        held += piece
        while found := _first(held, (closing,) if closing else _TAGS):
            at, tag = found
            if not closing:
                yield held[:at] + ("\n\n" if tag in _ENDS else "")
            held = held[at + len(tag) :]
            closing = "" if closing or tag in _ENDS else f"</{tag[1:]}"
        wanted = (closing,) if closing else _TAGS
        begun = max(size for tag in wanted for size in range(len(tag)) if held.endswith(tag[:size]))
        if not closing:
            yield held[: len(held) - begun]
        held = held[len(held) - begun :]
    if not closing:
        yield held


def _first(text: str, tags: Sequence[str]) -> tuple[int, str] | None:
    """Where the first of some tags stands, and which one it is."""
    return min(((at, tag) for tag in tags if (at := text.find(tag)) >= 0), default=None)
