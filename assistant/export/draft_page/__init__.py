"""A draft as one self-contained HTML page: no network, no script, every citation opens the quote that it rests on."""

from collections.abc import Mapping
from pathlib import Path

from assistant.export.pages import page_of
from assistant.types import Draft, Paper

__all__ = ["draft_page"]

_TEMPLATES = Path(__file__).parent / "templates"


def draft_page(draft: Draft, papers: Mapping[str, Paper]) -> str:
    """Write the page.

    Args:
        draft: What is shown; `draft.style` says how it cites.
        papers: By key, those that it cites. Titles of those that it leaves out are shown when they are here too.

    Raises:
        UsageError: There is no style of the draft's name.
        InputError: Its style's file cannot be used.
    """
    from assistant.export.draft_page.views import view_of

    return page_of(_TEMPLATES, "draft", view=view_of(draft, papers))
