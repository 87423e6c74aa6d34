"""A draft as one self-contained HTML page: no network, no script, every citation opens the quote that it rests on."""

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.types import Draft, Paper

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["draft_page"]

_TEMPLATES = Path(__file__).parent / "templates"
_FORBIDDEN = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(127, 160), *range(0xD800, 0xE000)], "\ufffd")
"""What HTML cannot carry: control characters and halves of surrogate pairs. Each gives way to one character."""


def draft_page(draft: Draft, papers: Mapping[str, Paper], *, title: str = "", date: str = "") -> str:
    """Write the page.

    Args:
        draft: What is shown; `draft.style` says how it cites.
        papers: By key, those that it cites. Titles of those that it leaves out are shown when they are here too.
        title: Headline; the draft's own when empty.
        date: When the draft was made, as it is to be read; nothing is said when empty.

    Raises:
        UsageError: There is no style of the draft's name.
        InputError: Its style's file cannot be used.
    """
    from assistant.export.draft_page.views import view_of

    style = (_TEMPLATES / "draft.css").read_text(encoding="utf-8")
    text = (
        _environment()
        .get_template("draft.html.j2")
        .render(view=view_of(draft, papers, title=title, date=date), style=style, style_hash=_hash(style))
    )
    return text.translate(_FORBIDDEN)


def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _hash(text: str) -> str:
    """As a content security policy names what may stand inline."""
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()
