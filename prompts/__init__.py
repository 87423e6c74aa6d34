"""Prompts as files: Jinja2 templates, one job each. No logic lives here."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["Prompts", "TemplateFolderError"]

_TEMPLATES = Path(__file__).parent / "templates"
_SUFFIX = ".md.j2"


class TemplateFolderError(ValueError):
    """A folder of the user's templates cannot be used, or a template in it is wrong."""


class Prompts:
    """Renders prompts by name; a folder of templates with the same names may override some.

    Templates run sandboxed and a variable that is not given is an error.
    """

    def __init__(self, overrides: Path | None = None) -> None:
        self._overrides = overrides
        self._environment: Environment | None = None
        if overrides is not None:
            for name in _overridden(overrides):
                self._check(name)

    @staticmethod
    def names() -> tuple[str, ...]:
        """Names of all prompts, sorted."""
        return tuple(sorted(path.name.removesuffix(_SUFFIX) for path in _TEMPLATES.glob(f"*{_SUFFIX}")))

    def render(self, name: str, **values: object) -> str:
        """Render a prompt.

        Raises:
            TemplateFolderError: The template is not valid Jinja2 or uses a variable that is not given.
        """
        from jinja2 import TemplateSyntaxError

        try:
            return self._jinja().get_template(name + _SUFFIX).render(values).strip() + "\n"
        except Exception as error:  # because a template may divide by zero, too
            where = f"line {error.lineno}: " if isinstance(error, TemplateSyntaxError) else ""
            raise TemplateFolderError(f"The template {self._path(name)} does not work: {where}{error}") from error

    def digests(self) -> Mapping[str, str]:
        """SHA-256 of each template in use, by name: what a saved answer or a measurement was made with."""
        return {name: sha256(self._path(name).read_bytes()).hexdigest() for name in self.names()}

    def _check(self, name: str) -> None:
        """Find out at once whether a template of the user's can work."""
        from jinja2 import TemplateSyntaxError
        from jinja2.meta import find_undeclared_variables

        mine, ours = self._path(name), _TEMPLATES / (name + _SUFFIX)
        try:
            used, given = (
                find_undeclared_variables(self._jinja().parse(path.read_text(encoding="utf-8")))
                for path in (mine, ours)
            )
        except TemplateSyntaxError as error:
            raise TemplateFolderError(f"The template {mine} does not work: line {error.lineno}: {error}") from error
        except (OSError, UnicodeDecodeError) as error:
            raise TemplateFolderError(f"The template {mine} cannot be read: {error}.") from error
        if unknown := sorted(used - given):
            raise TemplateFolderError(
                f"The template {mine} uses {', '.join(unknown)}, which it is not given. "
                f"Its variables are: {', '.join(sorted(given))}."
            )

    def _path(self, name: str) -> Path:
        mine = self._overrides / (name + _SUFFIX) if self._overrides else None
        return mine if mine and mine.exists() else _TEMPLATES / (name + _SUFFIX)

    def _jinja(self) -> "Environment":
        if self._environment is None:
            from jinja2 import FileSystemLoader, StrictUndefined
            from jinja2.sandbox import SandboxedEnvironment

            folders = [folder for folder in (self._overrides, _TEMPLATES) if folder]
            self._environment = SandboxedEnvironment(
                loader=FileSystemLoader(folders),
                undefined=StrictUndefined,
                autoescape=False,
                trim_blocks=True,
                lstrip_blocks=True,
            )
        return self._environment


def _overridden(folder: Path) -> list[str]:
    """Names of the prompts that a folder has templates for; a file that looks like one and is none is refused."""
    if not folder.is_dir():
        raise TemplateFolderError(
            f"The prompts folder {folder} is not there. Make it, or mend `prompts` in the config."
        )
    known = [name + _SUFFIX for name in Prompts.names()]
    misnamed = {name + ending for name in Prompts.names() for ending in (".md", ".txt")}
    files = sorted(path.name for path in folder.iterdir())
    for name in files:
        if name not in known and (name.endswith((".j2", ".jinja", ".jinja2")) or name in misnamed):
            raise TemplateFolderError(f"{folder / name} overrides no prompt. Templates are named: {', '.join(known)}.")
    return [name.removesuffix(_SUFFIX) for name in files if name in known]
