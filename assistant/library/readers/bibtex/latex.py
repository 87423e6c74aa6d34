r"""Decode LaTeX that only spells characters: `{\'e}`, `\%`, `--`; keep everything else word for word.

Names of symbols (`\ss`, `\copyright`) come from pylatexenc. Math and unknown commands stay as they are, since
guessing at them would change words that are quoted later.
"""

import re
import unicodedata
from functools import cache

from assistant.library.readers.values.names import word_set

_COMBINING = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306", ".": "\u0307",
    '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323", "c": "\u0327", "k": "\u0328",
    "b": "\u0331", "t": "\u0361",
}  # fmt: skip
_LIGATURES = {"---": "\u2014", "--": "\u2013", "``": "\u201c", "''": "\u201d"}
_FORMATTING = word_set(
    "emph textit textbf textrm textsf texttt textsc textsl textup textmd textnormal text mbox hbox "
    "url bf it em rm sc sl "
    "tt sf bfseries itshape scshape mdseries upshape normalfont uppercase MakeUppercase protect relax "
    "ensuremath mathrm bibinfo textsuperscript textsubscript mkbibemph mkbibitalic noun path nolinkurl"
)
_NAMED = {
    "textasciicircum": "^", "textasciitilde": "~", "textbackslash": "\\", "lbrace": "{", "rbrace": "}",
    "textless": "<", "textgreater": ">", "textbar": "|", "pounds": "\u00a3", "S": "\u00a7", "P": "\u00b6",
    "copyright": "\u00a9", "euro": "\u20ac", "degree": "\u00b0", "TeX": "TeX", "LaTeX": "LaTeX", "BibTeX": "BibTeX",
}  # fmt: skip
"""What pylatexenc does not know, or takes for an accent."""
_TOKEN = re.compile(
    r"(?P<math>\$\s*\\[A-Za-z]+\s*\$|\$\s*[_^]\s*(?:\{\s*(?:[\w+-]{1,9}|\\circ)\s*\}|[\w+-]|\\circ)\s*\$"
    r"|(?<!\\)\$\$?(?=\S)[^$]{1,300}(?<![\s\\])\$\$?(?!\d)|\\\([^$]{1,300}?\\\))"
    r"|\\(?P<accent>[`'^~=.\"]|[uvHckrdbt](?=[\s{\\]))\s*(?:\{\s*\\?(?P<braced>[^\W\d_]?)\s*\}|\\(?P<dotless>[ij])(?![a-zA-Z])"
    r"|(?P<letter>[^\W\d_]))"
    r"|\\(?P<escaped>[%&_#${}\s,;:!/-]|\\)"
    r"|\\(?P<command>[A-Za-z]+)(?P<space>\{\}|[ \t\n]*)"
    r"|(?P<brace>[{}])"
    r"|(?P<ligature>---?|``|'')"
    r"|(?P<tie>(?<=\S)~(?=\S))"
)
_SCRIPT = re.compile(r"\$\s*[_^]\s*\{?\s*([\w+-]+|\\circ)\s*\}?\s*\$")
_ACCENT = r"(?:[`'^~=.\"]|[uvHckrdb](?=[\s{\\]))"
_TWO_ACCENTS = re.compile(
    rf"\\(?P<outer>{_ACCENT})\s*\{{\s*\\(?P<inner>{_ACCENT})\s*(?:\{{\s*\\?(?P<braced>[A-Za-z])\s*\}}|(?P<letter>[A-Za-z]))\s*\}}"
)
_LINK = re.compile(r"\\href\s*\{[^{}]*\}")
_UNSEEN = re.compile(r"\\(?:vphantom\s*\{\\?[{}]?|noopsort\s*\{[^{}]*)\}")
_QUOTED = re.compile(r"\\(?:enquote|mkbibquote)\s*\{([^{}]*)\}")
_NEEDS_DECODING = re.compile(r"[\\{}$~]|--|``|''")
_SPACES = {",", ";", ":", "~", " ", "\n", "\t", "\\"}


def decode(text: str) -> str:
    """Unicode for LaTeX's spelling of characters, with white space collapsed to single spaces."""
    if _NEEDS_DECODING.search(text):
        text = "".join(_decoded(_simplified(text)))
    return " ".join(text.split())


def _simplified(text: str) -> str:
    """The text with one accent on a letter that has two, and without commands that show nothing of their own."""
    if "\\" not in text:
        return text
    text = _UNSEEN.sub("", _LINK.sub("", text))
    return _TWO_ACCENTS.sub(_twice_accented, _QUOTED.sub("\u201c\\1\u201d", text))


def _twice_accented(match: re.Match[str]) -> str:
    letter = match["braced"] or match["letter"]
    return unicodedata.normalize("NFC", letter + _COMBINING[match["inner"]] + _COMBINING[match["outer"]])


def _decoded(text: str) -> list[str]:
    pieces: list[str] = []
    kept_braces: list[bool] = []
    position = 0
    after_unknown_command = False
    for match in _TOKEN.finditer(text):
        pieces.append(text[position : match.start()])
        touches = match.start() == position
        position = match.end()
        if match["brace"] == "{":
            kept_braces.append(touches and after_unknown_command)
            pieces.append("{" if kept_braces[-1] else "")
        elif match["brace"] == "}":
            pieces.append("}" if not kept_braces or kept_braces.pop() else "")
        else:
            pieces.append(_character(match))
        # `\foo{a}{b}`: every group that follows an unknown command is its argument.
        is_unknown = match["command"] is not None and pieces[-1] == match[0]
        after_unknown_command = is_unknown or (match["brace"] == "}" and pieces[-1] == "}")
    pieces.append(text[position:])
    return pieces


def _character(match: re.Match[str]) -> str:
    if match["math"]:
        return _symbol_of_math(match["math"])
    if match["accent"]:
        base = match["braced"] or match["dotless"] or match["letter"]
        if not base:
            return match["accent"] if match["accent"] in "^~" else match[0]
        return unicodedata.normalize("NFC", base + _COMBINING[match["accent"]])
    if match["escaped"]:
        return _escaped(match["escaped"])
    if match["command"]:
        return _command(match)
    return _LIGATURES.get(match["ligature"] or "", " " if match["tie"] else match[0])


def _escaped(char: str) -> str:
    if char in _SPACES:
        return " "
    return "" if char in "!/-" else char


def _command(match: re.Match[str]) -> str:
    if match["command"] in _FORMATTING:
        return ""
    symbol = _NAMED.get(match["command"]) or _symbol(match["command"])
    if symbol is None:
        return match[0]
    # TeX takes white space after a command for its end; a symbol that is a whole word keeps a space all the same.
    ends_a_word = match["space"].isspace() and not (len(symbol) == 1 and symbol.isalpha())
    return symbol + " " if ends_a_word else symbol


def _symbol_of_math(math: str) -> str:
    """A symbol alone, or what is raised or lowered alone, as in `H$_2$O`; other math as it stands."""
    if script := _SCRIPT.fullmatch(math):
        return "\u00b0" if script[1] == r"\circ" else script[1]
    name = re.fullmatch(r"\$\s*\\([A-Za-z]+)\s*\$", math)
    return (_symbol(name[1]) if name else None) or math


@cache
def _symbol(name: str) -> str | None:
    from pylatexenc.latex2text import get_default_latex_context_db

    spec = get_default_latex_context_db().get_macro_spec(name)
    text = getattr(spec, "simplify_repl", None)
    is_symbol = isinstance(text, str) and text.strip() and not {"%", "<"} & set(text) and len(text) <= 12  # noqa: PLR2004 - because longer ones are no symbols
    return str(text) if is_symbol else None
