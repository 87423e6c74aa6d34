"""The screen on which pairs are labelled, and its replacement where there is no terminal."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from assistant.cli.output import printable
from assistant.errors import UsageError
from evals.labelling.sitting import KEYS, Item, Labelling

if TYPE_CHECKING:
    from prompt_toolkit.application import Application
    from prompt_toolkit.formatted_text import StyleAndTextTuples
    from prompt_toolkit.input import Input
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
    from prompt_toolkit.output import Output

__all__ = ["label_from_lines", "label_on_screen", "plain", "said_of", "view", "wrapped"]

Fragment = tuple[str, str]
"""A style class and a text."""

_WIDEST = 100
_NARROWEST = 20
_PAGE = 10
_HELP = "  ".join(f"{key} {action}" for key, action in KEYS.items())
_STYLES = {
    "faint": "ansibrightblack",
    "heading": "bold",
    "quote": "underline bold",
    "keys": "reverse",
    "said": "italic",
}


def view(labelling: Labelling, *, show_judge: bool) -> list[Fragment]:
    """What is seen of the present item, unwrapped; control characters, which act on a terminal, are spaces."""
    item = labelling.item
    if item is None:
        return [("heading", "All done: b goes back, q ends.")]
    counts = f"{labelling.number} of {labelling.total}, {labelling.labelled} labelled"
    fragments: list[Fragment] = [("faint", f"{counts}   {item.run}: {item.place}\n\n")]
    fragments += [("heading", "Does the cited text support this?\n"), ("", item.statement + "\n\n")]
    fragments += [("heading", f"{item.title or 'Cited text'}\n"), *_marked(item), ("", "\n")]
    if show_judge and item.verdict:
        fragments.append(("said", f"\nThe judge says: {_verdict(item)}\n"))
    if label := labelling.label_of(item):
        fragments.append(("said", f"\nYou said: {label}\n"))
    return [(style, printable(text)) for style, text in fragments]


def plain(labelling: Labelling, *, show_judge: bool) -> str:
    """The view as text, with the quotes between angle marks."""
    fragments = view(labelling, show_judge=show_judge)
    return "".join(f"«{text}»" if style == "quote" else text for style, text in fragments).rstrip()


def said_of(labelling: Labelling) -> str:
    """What was said by the last key and, now that it can do no harm, what the judge had said."""
    item = labelling.last
    if item is None:
        return ""
    judge = f"; the judge said {_verdict(item)}" if item.verdict else ""
    return f"You said {labelling.label_of(item)}{judge}."


def label_from_lines(
    labelling: Labelling, lines: Iterable[str], show: Callable[[str], None], *, show_judge: bool = False
) -> None:
    """Take keys from lines, one each, until they end; blank lines are passed over.

    Raises:
        UsageError: A line holds something else; what was labelled before is saved.
    """
    given = ((number, key) for number, text in enumerate(lines, start=1) if (key := text.strip()))
    while labelling.item:
        show(plain(labelling, show_judge=show_judge))
        number, key = next(given, (0, "q"))
        effect = labelling.press(key)
        if effect == "unknown":
            raise UsageError(f"Line {number}: {key!r} is no key. The keys are: {_HELP}.")
        if effect == "quit":
            return
        if said := said_of(labelling):
            show(said)


def label_on_screen(
    labelling: Labelling, *, show_judge: bool, keys: "Input | None" = None, screen: "Output | None" = None
) -> None:
    """Show item after item on the whole terminal and take one key for each, until one quits.

    Args:
        labelling: The items and what was said of them.
        show_judge: Show what the judge said before the person has.
        keys: Where keys come from; the terminal when not given.
        screen: Where it is shown; the terminal when not given.
    """
    if labelling.item:
        _Screen(labelling, show_judge=show_judge).application(keys, screen).run()


class _Screen:
    """Shows an item, scrolled by so many rows, above what was said last and the keys."""

    def __init__(self, labelling: Labelling, *, show_judge: bool) -> None:
        from prompt_toolkit.data_structures import Point
        from prompt_toolkit.layout import FormattedTextControl, Window

        self._labelling = labelling
        self._show_judge = show_judge
        self._top = 0
        self._rows = 1
        # A window keeps its cursor in view, so the cursor goes where the view is to begin.
        control = FormattedTextControl(
            self._body, show_cursor=False, get_cursor_position=lambda: Point(x=0, y=self._top)
        )
        self._window = Window(control, get_vertical_scroll=lambda _window: self._top)

    def application(self, keys: "Input | None", screen: "Output | None") -> "Application[None]":
        from prompt_toolkit.application import Application
        from prompt_toolkit.layout import FormattedTextControl, HSplit, Layout, Window
        from prompt_toolkit.styles import Style

        said = Window(FormattedTextControl(self._said), dont_extend_height=True)
        footer = Window(FormattedTextControl(self._footer), style="class:keys", dont_extend_height=True)
        return Application(
            layout=Layout(HSplit([self._window, said, footer])),
            key_bindings=self._bindings(),
            style=Style.from_dict(_STYLES),
            full_screen=True,
            input=keys,
            output=screen,
        )

    def _bindings(self) -> "KeyBindings":
        from prompt_toolkit.key_binding import KeyBindings

        bindings = KeyBindings()
        for key in KEYS:
            bindings.add(key)(self._press)
        for key in ("c-c", "c-d"):
            bindings.add(key)(lambda event: event.app.exit())
        for key, rows in (("up", -1), ("down", 1), ("pageup", -_PAGE), ("pagedown", _PAGE)):
            bindings.add(key)(partial(self._scroll, rows=rows))
        return bindings

    def _press(self, event: "KeyPressEvent") -> None:
        self._top = 0
        if self._labelling.press(event.data) == "quit":
            event.app.exit()

    def _scroll(self, _event: "KeyPressEvent", *, rows: int) -> None:
        shown = self._window.render_info
        most = self._rows - shown.window_height if shown else 0
        self._top = max(0, min(self._top + rows, most))

    def _said(self) -> "StyleAndTextTuples":
        return list(wrapped([("class:said", said_of(self._labelling))], self._width()))

    def _footer(self) -> "StyleAndTextTuples":
        return list(wrapped([("", _HELP)], self._width()))

    def _width(self) -> int:
        from prompt_toolkit.application import get_app

        return min(get_app().output.get_size().columns, _WIDEST)

    def _body(self) -> "StyleAndTextTuples":
        lines = list(wrapped(view(self._labelling, show_judge=self._show_judge), self._width()))
        self._rows = 1 + sum(text.count("\n") for _, text in lines)
        styled: StyleAndTextTuples = [(f"class:{style}" if style else "", text) for style, text in lines]
        return styled


def wrapped(fragments: Iterable[Fragment], width: int) -> Iterator[Fragment]:
    """Fragments with their lines broken between words; a word that is wider than a line is left to the terminal."""
    from prompt_toolkit.utils import get_cwidth

    width, column = max(width, _NARROWEST), 0
    for style, text in fragments:
        for number, line in enumerate(text.split("\n")):
            if number:
                yield style, "\n"
                column = 0
            for at, word in enumerate(line.split(" ")):
                space = " " if at else ""
                size = get_cwidth(word)
                if column and column + len(space) + size > width:
                    yield "", "\n"
                    space, column = "", 0
                yield style, space + word
                column += len(space) + size


def _marked(item: Item) -> Iterator[Fragment]:
    """The cited text with its quotes set off; quotes that overlap are one."""
    end = 0
    for start, stop in sorted(item.quotes):
        if stop > end:
            yield "", item.text[end : max(start, end)]
            yield "quote", item.text[max(start, end) : stop]
            end = stop
    yield "", item.text[end:]


def _verdict(item: Item) -> str:
    return f"{item.verdict.label} ({item.verdict.score:.2f}, {item.verdict.judge})" if item.verdict else ""
