"""Reference lists and citations in any style of the Citation Style Language, by citeproc-py.

`styled` writes papers in a style, as text and as HTML; `style_path` is the style's file, for pandoc.
"""

from collections.abc import Callable, Sequence

from assistant.export.csl.names import ALIASES, style_path, styles
from assistant.export.csl.opening import open_style
from assistant.export.csl.styled import Line, Styled, styled
from assistant.export.references import reference
from assistant.types import Paper, Reference

__all__ = ["ALIASES", "Line", "Styled", "reference_list", "style_path", "styled", "styles", "writes_names"]


def reference_list(
    papers: Sequence[Paper], style: str | None, *, tell: Callable[[str], None] | None = None
) -> tuple[Reference, ...]:
    """The references in a style, in the order that the style gives them.

    Args:
        papers: In the order in which they are first cited.
        style: A name, the path of a .csl file, or None for the plain form in the order of citation.
        tell: Called with a sentence when the style cannot write something and the plain form stands in for it.

    Raises:
        UsageError: There is no such style.
        InputError: The file is no style that can be used.
    """
    if style is None:
        return tuple(reference(paper) for paper in papers)
    written = styled(papers, style)
    if tell is not None:
        for trouble in written.troubles:
            tell(trouble)
    return tuple(Reference(key=line.key, text=line.text) for line in written.lines)


def writes_names(style: str) -> bool:
    """Whether the style's citations have names in them; numbers and labels have none.

    Raises:
        UsageError: There is no such style.
        InputError: The file is no style that can be used.
    """
    return open_style(style_path(style), name=style).form not in ("numeric", "label")
