"""Plain text out of titles and abstracts that carry HTML, JATS or MathML."""

import html
import re
from html.entities import html5

_BLOCKS = frozenset(
    "p br break div hr h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table thead tbody tr blockquote pre section article center "
    "sec title list list-item abstract trans-abstract abstracttext disp-quote disp-formula fig".split()
)
_CELLS = frozenset({"td", "th", "mtd"})
_INLINE = frozenset(
    "a abbr acronym alternatives annotation annotation-xml b bdi bdo big bold body cite code del dfn em email ext-link "
    "font graphic head html i img inf inline-formula inline-graphic ins italic kbd label maction maligngroup "
    "malignmark mark math menclose merror mfenced mfrac mglyph mi mlabeledtr mmultiscripts mn mo monospace mover "
    "mpadded mphantom mprescripts mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtext mtr munder "
    "munderover named-content nobr none overline ovl q related-object roman samp sans-serif sc scp script semantics "
    "small span strike strong style styled-content sub sup tex-math tfoot tt u underline uri var wbr xref".split()
)
_KNOWN = _BLOCKS | _CELLS | _INLINE
_WHOLE_LANGUAGES = frozenset({"jats", "mml"})
"""Prefixes under which every name is markup."""
_NEVER_CLOSED = frozenset({"p", "br", "hr", "wbr", "li"})

_TAG = re.compile(
    r"<(?P<close>/?)(?:(?P<prefix>[A-Za-z]\w*+):)?(?P<name>[A-Za-z][A-Za-z0-9-]*+)"
    r"(?P<attributes>(?:\s++[\w:.-]++\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s\"'=<>`]++))*+)\s*+(?P<empty>/?)>"
)
_ENTITY = re.compile(
    r"&(?P<escapes>(?:amp;)*+)(?:(?P<name>#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)?"
)
_UNSEEN = (("<!--", "-->"), ("<?xml", "?>"), ("<!doctype", ">"))
_CDATA = ("<![CDATA[", "]]>")
_UNREAD = ("script", "style")
_TEX_COPIES = ("annotation", "annotation-xml", "tex-math")
"""What says once more in TeX what MathML says beside it."""
_MATH_START = re.compile(r"<(?:\w+:)?math\b", re.IGNORECASE)
_MATH_SPACE = re.compile(
    r"(?<=>)\s++(?=</?(?:\w+:)?m(?:row|i|o|n|s\w*|text|frac|over|under\w*|ath|root|fenced|table)\b)"
)
_LEAF = r"<(?:\w+:)?m[ino]\b[^<>]*>([^<>]*)</(?:\w+:)?m[ino]>"
_FRACTION = re.compile(rf"<((?:\w+:)?mfrac)\b[^<>]*>\s*{_LEAF}\s*{_LEAF}\s*</\1>")
_HEADING = re.compile(r"\s*+<(?P<tag>(?:jats:)?title)>\s*+(?:abstract|summary)\s*+[.:]?\s*+</(?P=tag)>", re.IGNORECASE)
_SENTENCE_END = '.!?:;>)]\n\u201d"'
_MOST_PASSES = 20


def plain(text: str) -> str:
    """The text that a browser would show: no tags, no entities, paragraphs on lines of their own.

    Only known tags of HTML, JATS and MathML are markup, so `p < 0.05` and `a <b, c>` stay as they are; of an ordinary
    word in angle brackets (`<code>`) that is so when the text closes it too. Escaping is undone as often as it was
    done. A text without markup comes back unchanged, its spaces too.
    """
    if "<" not in text and "&" not in text:
        return text
    has_paragraphs = False
    for _ in range(_MOST_PASSES):
        before = text
        if "<" in text:
            text, found = _without_tags(text, keep_lines=has_paragraphs)
            has_paragraphs = has_paragraphs or found
        text = _ENTITY.sub(_character, text)
        if text == before:
            break
    return text


def _character(match: re.Match[str]) -> str:
    name = match["name"]
    if name is None or (name[0] != "#" and f"{name};" not in html5):
        return match[0].replace(match["escapes"], "", 1)
    char = html.unescape(f"&{name};")
    return " " if char == "\xa0" else char


def _without_tags(text: str, *, keep_lines: bool) -> tuple[str, bool]:
    """The text without one layer of tags, and whether there were paragraphs among them.

    Where paragraphs are marked, other line ends are only the layout of the file, unless `keep_lines`.
    """
    text = _unwrapped(_without_unread(text))
    heading = _HEADING.match(text)
    text = text[heading.end() :] if heading else text
    if _MATH_START.search(text):
        text = _FRACTION.sub(r"\2/\3", _MATH_SPACE.sub("", text))
    tags = [match for match in _TAG.finditer(text) if _may_be_markup(match)]
    closed = {match["name"].lower() for match in tags if match["close"]}
    tags = [match for match in tags if _is_markup(match, closed)]
    has_paragraphs = any(match["name"].lower() in _BLOCKS for match in tags)
    is_layout = has_paragraphs and not keep_lines
    pieces: list[str] = []
    end = 0
    for match in tags:
        pieces += [_spaced(text[end : match.start()], is_layout=is_layout), _instead(match)]
        end = match.end()
    pieces.append(_spaced(text[end:], is_layout=is_layout))
    shown = "".join(pieces)
    if has_paragraphs:
        shown = "\n".join(line for piece in shown.split("\n") if (line := " ".join(piece.split())))
    return shown, has_paragraphs


def _spaced(text: str, *, is_layout: bool) -> str:
    return re.sub(r"\s+", " ", text) if is_layout else text


def _instead(tag: re.Match[str]) -> str:
    name = tag["name"].lower()
    if name in _BLOCKS:
        return "\n"
    return " " if name in _CELLS and tag["close"] else ""


def _may_be_markup(match: re.Match[str]) -> bool:
    return match["name"].lower() in _KNOWN or (match["prefix"] or "").lower() in _WHOLE_LANGUAGES


def _is_markup(match: re.Match[str], closed: set[str]) -> bool:
    name = match["name"].lower()
    if match["close"] or match["prefix"] or match["attributes"] or match["empty"] or name in closed:
        return True
    if name == "p":
        # Physicists write the mean of p like that, in the middle of a sentence.
        before = match.string[: match.start()].rstrip(" ")
        return not before or before[-1] in _SENTENCE_END
    return name in _NEVER_CLOSED


def _without_unread(text: str) -> str:
    """The text without comments, scripts, styles and the TeX copies of formulas."""
    names = _UNREAD + (_TEX_COPIES if _MATH_START.search(text) else ())
    lowered = text.lower()
    if len(lowered) != len(text):  # a few capitals are two characters when small
        lowered = text
    pairs = [(start, end, end) for start, end in _UNSEEN]
    for name in names:
        pairs += [(f"<{prefix}{name}", f"</{prefix}{name}", ">") for prefix in ("", "jats:", "mml:")]
    for start, end, last in pairs:
        if start in lowered:
            text = _cut(text, lowered, start, end, last)
            lowered = text.lower() if len(text.lower()) == len(text) else text
    return text


def _cut(text: str, lowered: str, start: str, end: str, last: str) -> str:
    """The text without what stands between `start` and the `last` after `end`; an unclosed one stays."""
    pieces: list[str] = []
    place = 0
    while (opened := lowered.find(start, place)) >= 0:
        closed = lowered.find(end, opened + len(start))
        stop = lowered.find(last, closed) if closed >= 0 else -1
        if stop < 0:
            break
        follows = lowered[opened + len(start)]
        is_name = start[-1].isalpha() and (follows.isalnum() or follows == "-")
        pieces.append(text[place : opened + len(start)] if is_name else text[place:opened])
        place = opened + len(start) if is_name else stop + len(last)
    return "".join([*pieces, text[place:]])


def _unwrapped(text: str) -> str:
    """The text with the sections of characters opened that XML keeps from being read as tags."""
    first, *rest = text.split(_CDATA[0])
    return "".join([first, *(piece.replace(_CDATA[1], "", 1) for piece in rest)])
