"""Texts that are written in the user's own editor."""

import sys

from assistant.errors import UsageError


def edited(text: str, *, instead: str, extension: str = ".md") -> str | None:
    """What somebody makes of a text in $VISUAL or $EDITOR, as it is when they close it.

    Args:
        text: What they begin with.
        instead: What to do where there is no terminal, as a sentence.
        extension: Of the temporary file, so that the editor knows what it is.

    Returns:
        The text; None when it is empty.

    Raises:
        UsageError: There is no terminal or no editor, or it failed.
    """
    if not sys.stdin.isatty():
        raise UsageError(f"An editor needs a terminal. {instead}")
    from click import ClickException, edit

    try:
        written = edit(text, extension=extension, require_save=False)
    except (ClickException, OSError, ValueError) as error:
        why = error.format_message() if isinstance(error, ClickException) else str(error)
        raise UsageError(f"The editor did not work ({why}). Set $VISUAL or $EDITOR to one that does.") from error
    return written.strip() if written and written.strip() else None
