"""HTML pages in one file: no network, nothing beside them, and a policy that names what may stand inline."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

__all__ = ["page_of"]

_INLINE = {"style": "css", "script": "js"}
_FORBIDDEN = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(127, 160), *range(0xD800, 0xE000)], "\ufffd")
"""What HTML cannot carry: control characters and halves of surrogate pairs. Each gives way to one character."""


def page_of(folder: Path, name: str, **values: object) -> str:
    """Render the template `name.html.j2` of a folder.

    Args:
        folder: Where the template is, with `name.css` and perhaps `name.js` beside it. The template gets their texts as
            `style` and `script`, and as `style_hash` and `script_hash` what a content security policy calls them.
        name: Of the page.
        **values: What else the template shows. Whatever is no `Markup` is escaped; a name that is not given fails.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    for kind, suffix in _INLINE.items():
        file = folder / f"{name}.{suffix}"
        if file.is_file():
            text = file.read_text(encoding="utf-8")
            values |= {kind: text, f"{kind}_hash": _hash(text)}
    return environment.get_template(f"{name}.html.j2").render(values).translate(_FORBIDDEN)


def _hash(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()
