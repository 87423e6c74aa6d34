"""A style's elements where citeproc-py does them wrong, put right.

Of the CSL specification, citeproc-py leaves out that what stands for missing authors is not printed again, that a
locale's dates are the same each time, the letter behind a year, groups that call variables in vain, the case of labels
and of English titles, the gap behind an entry's number, quotation marks in quotation marks, and the order of letters
with accents.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from citeproc import model
from citeproc.source import VariableError
from citeproc.string import String, join

from assistant.export.csl.lettering import in_title_case, sort_key
from assistant.export.csl.marks import LABEL_END, EndlessError, unmarked
from assistant.export.csl.opening import SPACE

__all__ = ["ELEMENTS", "Untyped"]

Untyped: TypeAlias = Any
"""What citeproc and lxml hand over: they have no types."""
_MOST_STEPS = 20_000
"""Macros that one entry may call; those of the styles that are known call a few hundred."""
_ONE_NUMBER = r"[^\W\d_]*\d+[^\W\d_]*"
_NUMERIC = re.compile(rf"^\s*{_ONE_NUMBER}(?:\s*[-–,&]\s*{_ONE_NUMBER})*\s*$")
"""What CSL calls numeric: `12`, `e101`, `1-20`, `3 & 4`."""
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


class _Root(model.Style):  # type: ignore[misc]  # because citeproc has no types
    steps = 0
    """Macros called for the entry that is being written."""
    called = written = 0
    """Variables of papers that were asked for, and of these those that were there."""

    def _init(self) -> None:
        self.macros: dict[str, Untyped] = {}
        self.called_by: dict[str, tuple[frozenset[str], frozenset[str]]] = {}


class _Counting:
    """An element that writes a variable and says so."""

    def render(self, *args: Untyped, **rest: Untyped) -> Untyped:
        is_counted = self.get("variable") not in (None, "year-suffix")  # type: ignore[attr-defined]  # because it is mixed into citeproc's elements
        root = self.get_root() if is_counted else None  # type: ignore[attr-defined]  # because it is mixed into citeproc's elements
        if root is not None:
            root.called += 1
        text = super().render(*args, **rest)  # type: ignore[misc]  # because it is mixed into citeproc's elements
        if text and root is not None:
            root.written += 1
        return text


class _Calling:
    """An element that calls macros, and need not look for them each time."""

    def get_macro(self, name: str) -> Untyped:
        macros = self.get_root().macros  # type: ignore[attr-defined]  # because it is mixed into citeproc's elements
        if name not in macros:
            macros[name] = super().get_macro(name)  # type: ignore[misc]  # because it is mixed into citeproc's elements
        return macros[name]


class _Cased:
    """An element that changes letters, also those of Python's own strings."""

    def case(self, text: Untyped, language: str | None = None) -> Untyped:
        return super().case(String(str(text)) if text else text, language)  # type: ignore[misc]  # because it is mixed into citeproc's elements


class _Macro(model.Macro):  # type: ignore[misc]  # because citeproc has no types
    def render(self, item: Untyped, *args: Untyped, **rest: Untyped) -> Untyped:
        root = self.get_root()
        root.steps += 1
        if root.steps > _MOST_STEPS:
            raise EndlessError(f"more than {_MOST_STEPS:,} macros for one entry")
        return super().render(item, *args, **rest)


class _Layout(model.Layout):  # type: ignore[misc]  # because citeproc has no types
    def render_children(self, item: Untyped, **rest: Untyped) -> Untyped:
        first = next(self.iterchildren(), None)
        is_aligned = "second-field-align" in self.getparent().attrib
        if first is None or not (is_aligned or first.get("display") == "left-margin"):
            return super().render_children(item, **rest)
        pieces = []
        for child in self.iterchildren():
            try:
                text = child.render(item, **rest)
            except VariableError:
                continue
            if text is not None:
                pieces.append(f"{text}{LABEL_END}" if child is first else text)
        return join(pieces, "") if pieces else None


class _Substitute(model.Substitute):  # type: ignore[misc]  # because citeproc has no types
    def render(self, item: Untyped, context: Untyped = None, **rest: Untyped) -> Untyped:
        for child in self.getchildren():
            takes_form = isinstance(child, model.Names) and child.name is None
            form = {"names_context": self.getparent()} if takes_form else {}
            try:
                text = child.render(item, context=context, **form, **rest)
            except VariableError:
                continue
            if text:
                layout = (self if context is None else context).get_layout()
                _repress(child, item.reference, unmarked(str(text)).casefold(), layout.repressed)
                return text
        return None


def _repress(element: Untyped, reference: Mapping[str, Untyped], shown: str, repressed: dict[str, list[str]]) -> None:
    """Note which variables an element has written, so that they are not written again."""
    roles, variables = _called(element)
    repressed.setdefault(f"{SPACE}names", []).extend(roles)
    repressed.setdefault(f"{SPACE}text", []).extend(
        one for one in variables if one in reference and unmarked(str(reference[one])).casefold() in shown
    )


def _called(element: Untyped) -> tuple[frozenset[str], frozenset[str]]:
    """Names and texts that an element may write."""
    macro = element.get("macro")
    if macro and macro in (known := element.get_root().called_by):
        found: tuple[frozenset[str], frozenset[str]] = known[macro]
        return found
    variables = frozenset(element.get("variable", "").split())
    roles = variables if element.tag == f"{SPACE}names" else frozenset()
    texts = variables if element.tag == f"{SPACE}text" else frozenset()
    parts = [_called(child) for child in (element.get_macro(macro) if macro else element).iterchildren()]
    found = roles.union(*(one[0] for one in parts)), texts.union(*(one[1] for one in parts))
    if macro:
        element.get_root().called_by[macro] = found
    return found


class _Group(model.Group):  # type: ignore[misc]  # because citeproc has no types
    def process(self, item: Untyped, context: Untyped = None, **rest: Untyped) -> Untyped:
        # A group is left out when it asks for variables and none is there; citeproc would take a mere term for one.
        root = self.get_root()
        called, written = root.called, root.written
        pieces = []
        for child in self.iterchildren():
            inherited = {"delimiter": self.get("delimiter", "")} if isinstance(child, model.Choose) else {}
            try:
                text = child.render(item, context=context, **inherited, **rest)
            except VariableError:
                continue
            if text is not None:
                pieces.append(text)
        if not pieces or (root.called > called and root.written == written):
            raise VariableError
        return self.join(pieces)


class _Names(_Counting, model.Names):  # type: ignore[misc]  # because citeproc has no types
    def process(
        self, item: Untyped, names_context: Untyped = None, context: Untyped = None, **rest: Untyped
    ) -> Untyped:
        repressed = (self if context is None else context).get_layout().repressed.get(self.tag, ())
        roles = [role for role in self.get("variable").split() if role in item.reference]
        if roles and all(role in repressed for role in roles):
            return None
        if names_context is None and self.name is None:
            # What stands in for missing names has their form, also where a condition is between the two.
            names_context = next(iter(self.xpath_search("./ancestor::cs:substitute[1]/parent::cs:names")), None)
        return super().process(item, names_context=names_context, context=context, **rest)


class _Name(model.Name):  # type: ignore[misc]  # because citeproc has no types
    def get_option(self, name: str, context: Untyped = None, sort_options: Untyped = None) -> Untyped:
        if name == "initialize-with" and self.get("initialize", self.get_root().get("initialize")) == "false":
            return None
        return super().get_option(name, context, sort_options)


class _NamePart(model.Name_Part):  # type: ignore[misc]  # because citeproc has no types
    def format_part(self, given: str | None, family: str | None) -> tuple[str | None, str | None]:
        kept: tuple[str | None, str | None] = (given, family)
        is_there = given if self.get("name") == "given" else family
        return super().format_part(given and String(given), family and String(family)) if is_there else kept


class _Date(_Counting, model.Date):  # type: ignore[misc]  # because citeproc has no types
    def render_single_date(self, date: Untyped, show_parts: Untyped = None, context: Untyped = None) -> Untyped:
        parts = self.parts(date, show_parts, *([context] if context is not self else []))
        delimiter = (context.get("delimiter") if context is not None else None) or self.get("delimiter", "")
        return join(parts, delimiter) if parts else None


class _If(model.If):  # type: ignore[misc]  # because citeproc has no types
    re_numeric = _NUMERIC


class _ElseIf(model.Else_If):  # type: ignore[misc]  # because citeproc has no types
    re_numeric = _NUMERIC


class _Number(_Counting, _Cased, model.Number):  # type: ignore[misc]  # because citeproc has no types
    def get_term(self, name: str, form: str | None = None, *, fallback_locale: bool = True, **rest: Untyped) -> Untyped:
        # Without the fallback, terms of the same language are asked for; citeproc compares `de` with `de-DE`.
        locales = self.get_root().locales
        language = self.get_root().get("default-locale", "en")[:2]
        for locale in locales:
            if fallback_locale or (locale.get(_LANGUAGE) or language).startswith(language):
                try:
                    return locale.get_term(name, form, **rest)
                except IndexError:
                    continue
        return None

    def _format_last_page(self, first: str, last: str) -> str:
        return _last_page(super()._format_last_page, first, last)


def _last_page(shorten: Callable[[str, str], str], first: str, last: str) -> str:
    """A range is only shortened where both ends are numbers of one length."""
    is_range = len(first) == len(last) > 1 and first.isdecimal() and last.isdecimal()
    return shorten(first, last) if is_range else last


class _Text(_Calling, _Counting, _Cased, model.Text):  # type: ignore[misc]  # because citeproc has no types
    def _format_last_page(self, first: str, last: str) -> str:
        return _last_page(super()._format_last_page, first, last)

    def case(self, text: Untyped, language: str | None = None) -> Untyped:
        is_title = self.get("text-case") == "title" and language == "en"
        return String(in_title_case(str(text))) if is_title else super().case(text, language)

    def quote(self, string: Untyped) -> Untyped:
        if self.get("quotes", "false").lower() == "true":
            string = string.replace("“", "‘").replace("”", "’")
        return super().quote(string)


class _Label(_Cased, model.Label):  # type: ignore[misc]  # because citeproc has no types
    def process(self, item: Untyped, variable: str | None = None, plural: Untyped = None, **rest: Untyped) -> Untyped:
        own = self.get("variable")
        if variable is None and own not in (None, "locator") and own.replace("-", "_") not in item.reference:
            return None
        return super().process(item, variable, plural, **rest)

    def case(self, text: Untyped, language: str | None = None) -> Untyped:
        return super().case(text, language or self.get_root().get("default-locale", "en")[:2])


class _DatePart(_Cased, model.Date_Part):  # type: ignore[misc]  # because citeproc has no types
    def render(self, *args: Untyped, **rest: Untyped) -> Untyped:
        # The processor writes what a style asks for here into the locale's own element.
        kept = dict(self.attrib)
        try:
            return super().render(*args, **rest)
        finally:
            self.attrib.clear()
            self.attrib.update(kept)

    def process(self, date: Untyped, context: Untyped = None) -> Untyped:
        text = super().process(date, context)
        return f"{text}{date['year_suffix']}" if self.get("name") == "year" and "year_suffix" in date else text


class _Key(_Calling, model.Key):  # type: ignore[misc]  # because citeproc has no types
    def sort_keys(self, items: Untyped, context: Untyped) -> list[Untyped]:
        keys = super().sort_keys(items, context)
        return [one if one is None or isinstance(one, int) else sort_key(str(one)) for one in keys]


ELEMENTS = {
    "style": _Root,
    "macro": _Macro,
    "layout": _Layout,
    "substitute": _Substitute,
    "names": _Names,
    "name": _Name,
    "name-part": _NamePart,
    "group": _Group,
    "date": _Date,
    "number": _Number,
    "if": _If,
    "else-if": _ElseIf,
    "text": _Text,
    "label": _Label,
    "date-part": _DatePart,
    "key": _Key,
}
"""Classes by the names of a style's elements, where citeproc's own will not do."""
