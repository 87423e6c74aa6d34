"""The citation processor: citeproc-py with its own faults put right."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from citeproc import LANGUAGE_NAMES, LOCALES_PATH, PRIMARY_DIALECTS, CitationStylesBibliography, model
from citeproc.frontend import CitationStylesStyle
from citeproc.source import Citation, CitationItem
from citeproc.source.json import CiteProcJSON

from assistant.export.csl.elements import ELEMENTS, Untyped
from assistant.export.csl.marks import Marks
from assistant.export.csl.opening import SAME, SPACE, StyleFile

__all__ = ["Engine"]


class Engine:
    """One style with the papers that it is to write about, by their places."""

    def __init__(self, style: StyleFile, items: Sequence[Mapping[str, Any]]) -> None:
        self._style = style
        self._root = _parsed(BytesIO(style.source))
        self._root.locales = _locales(self._root, style.language)
        source = CiteProcJSON(items)
        for reference in source.values():
            # The processor looks some of its variables up with a hyphen and some without.
            reference.update({name.replace("_", "-"): value for name, value in reference.items()})
        self._ids = [str(item["id"]) for item in items]
        self._book = CitationStylesBibliography(_Style(self._root), source, Marks)
        for one in self._ids:
            self._book.register(Citation([CitationItem(one)]))
        if style.has_list:
            self._book.sort()

    @property
    def order(self) -> list[int]:
        """The places of the papers as the style's list has them."""
        places = {one: place for place, one in enumerate(self._ids)}
        return [places[key] for key in self._book.keys]

    def entry(self, place: int) -> str:
        """A paper's line of the list, with marks; empty when the style writes none."""
        self._root.steps = 0
        item = next(one for one in self._book.items if one.key == self._ids[place])
        lines = self._root.bibliography.render([item])
        return str(lines[0]) if lines else ""

    def cited(self, places: Sequence[int]) -> str:
        """Papers cited together, as in a first citation, with marks."""
        rule = self._root.citation
        runs = _runs(places, self._book.keys, self._ids) if rule.get("collapse") == "citation-number" else ()
        delimiter = rule.layout.get("delimiter", "")
        if delimiter and any(last - first > 1 for first, last in runs):
            ends = [at for first, last in runs for at in dict.fromkeys((first, last))]
            pieces = self._cited([self._book.keys[at] for at in ends]).split(delimiter)
            if len(pieces) == len(ends):
                dashed = {last for first, last in runs if last - first > 1}
                parts = [f"{'–' if at in dashed else delimiter}{piece}" for at, piece in zip(ends, pieces, strict=True)]
                return "".join(parts).removeprefix(delimiter)
        return self._cited([self._ids[place] for place in places])

    def _cited(self, ids: Sequence[str]) -> str:
        self._root.steps = 0
        citation = Citation([CitationItem(one) for one in ids])
        citation.bibliography = self._book
        return str(self._root.citation.render(citation, [], lambda _: None) or "")

    def say_more(self, place: int) -> None:
        """Have the style write what it has to tell a paper from another of the same citation."""
        self._book.source[self._ids[place]][SAME.replace("-", "_")] = True

    def tell_apart(self, place: int, letter: str) -> None:
        """Give a paper the letter behind its year."""
        reference = self._book.source[self._ids[place]]
        reference["year_suffix"] = letter
        if not self._style.writes_suffix and "issued" in reference:
            reference["issued"]["year_suffix"] = letter

    def term(self, name: str) -> str:
        """A word of the style's language."""
        return str(self._root.get_single_term(name))

    @property
    def moves_marks(self) -> bool:
        """Whether full stops and commas stand inside quotation marks."""
        return str(self._root.get_locale_option("punctuation-in-quote")).lower() == "true"


def _runs(places: Sequence[int], keys: Sequence[str], ids: Sequence[str]) -> list[tuple[int, int]]:
    """Places in the list that follow one another, as first and last, in order."""
    runs: list[tuple[int, int]] = []
    for at in sorted({keys.index(ids[place]) for place in places}):
        if runs and runs[-1][1] == at - 1:
            runs[-1] = (runs[-1][0], at)
        else:
            runs.append((at, at))
    return runs


class _Style(CitationStylesStyle):  # type: ignore[misc]  # because citeproc has no types
    """A style that is parsed already."""

    def __init__(self, root: Untyped) -> None:
        self.root = root


def _parsed(source: Untyped) -> Untyped:
    etree = model.etree
    lookup = etree.ElementNamespaceClassLookup()
    classes = lookup.get_namespace(SPACE.strip("{}"))
    base = model.CitationStylesElement
    classes[None] = base
    classes.update({one.__name__.replace("_", "-").lower(): one for one in base.__subclasses__()})
    classes.update(ELEMENTS)
    parser = etree.XMLParser(remove_comments=True, remove_pis=True, no_network=True, resolve_entities=False)
    parser.set_element_class_lookup(lookup)
    return etree.parse(source, parser).getroot()


def _locales(root: Untyped, language: str) -> list[Untyped]:
    """Where terms are looked up: the style's own for the language first, then citeproc's, English last."""
    short = language.partition("-")[0]
    own = [root.xpath_search(f'./cs:locale[@xml:lang="{one}"]') for one in dict.fromkeys((language, short))]
    own.append(root.xpath_search("./cs:locale[not(@xml:lang)]"))
    names = [language if language in LANGUAGE_NAMES else None, PRIMARY_DIALECTS.get(short), "en-US"]
    files = [Path(LOCALES_PATH) / f"locales-{one}.xml" for one in dict.fromkeys(filter(None, names))]
    found = [one for several in own for one in several[:1]]
    found += [_parsed(str(file)) for file in files if file.is_file()]
    for one in found:
        one.style = root
    return found
