"""Print what stands on the first pages of the PDF on standard input, as JSON.

It runs as a program of its own, with its memory and time limited, because a PDF can be made so that whoever opens it
never ends, takes all memory or crashes. It imports nothing of this package, so that it starts fast.
"""

import contextlib
import json
import sys
from collections.abc import Iterator
from typing import Any

MOST_PAGES = 2
_MOST_CHARACTERS = 30_000
"""Of one page."""
_MOST_MEMORY = 1 << 30
_MOST_SECONDS = 20
_PASSWORD, _SECURITY = 4, 5
_GAP = 1.2
"""Between two pieces of one line that belong to different columns, in sizes of the letters."""
_STEP = 0.12
"""How much larger a letter is that begins a new piece, as a part of its size."""
_META = ("Title", "Author", "Subject", "Keywords", "CreationDate", "Creator", "doi", "DOI", "arXivID")


def main() -> None:
    """Answer with `{"pages": [...], "meta": {...}}` or `{"error": ...}`."""
    _limit()
    try:
        answer = _read(sys.stdin.buffer.read())
    except MemoryError:
        answer = {"error": "memory"}
    sys.stdout.write(json.dumps(answer))


def _limit() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(content: bytes) -> dict[str, Any]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        code = getattr(error, "err_code", None)
        return {"error": "encrypted" if code in (_PASSWORD, _SECURITY) else "damaged"}
    pages = []
    for number in range(min(count, MOST_PAGES)):
        try:
            pages.append(_page(document[number]))
        except pypdfium2.PdfiumError:
            pages.append({"width": 0, "height": 0, "runs": []})
    return {"count": count, "pages": pages, "meta": {key: document.get_metadata_value(key) for key in _META}}


def _page(page: Any) -> dict[str, Any]:  # noqa: ANN401 - because pypdfium2 is imported late
    runs = _runs(_characters(page.get_textpage()))
    width, height = page.get_size()
    return {"width": width, "height": height, "runs": list(runs)}


def _characters(text: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - because pypdfium2 is imported late
    import pypdfium2.raw as pdfium

    for index in range(min(pdfium.FPDFText_CountChars(text), _MOST_CHARACTERS)):
        code = pdfium.FPDFText_GetUnicode(text, index)
        left, bottom, right, top = text.get_charbox(index, loose=True)
        yield {
            "text": chr(code) if 0 < code < sys.maxunicode else " ",
            "made": pdfium.FPDFText_IsGenerated(text, index) == 1,
            "hyphen": pdfium.FPDFText_IsHyphen(text, index) == 1,
            "size": round(top - bottom, 2) or pdfium.FPDFText_GetFontSize(text, index),
            "weight": pdfium.FPDFText_GetFontWeight(text, index),
            "angle": pdfium.FPDFText_GetCharAngle(text, index),
            "box": (left, bottom, right, top),
        }


def _runs(characters: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Letters of one size, weight and line that follow one another, as `[left, bottom, right, top]`."""
    run: dict[str, Any] | None = None
    for char in characters:
        if char["made"] or char["text"].isspace():
            if run is not None:
                run["text"] += "\n" if char["text"] in "\r\n" else " "
            continue
        char["turned"] = min(char["angle"] % 6.283, 6.283 - char["angle"] % 6.283) > 0.1  # noqa: PLR2004 - because a turn is 2 pi
        if run is None or not _goes_on(run, char):
            if run is not None:
                yield run
            run = {key: char[key] for key in ("size", "weight", "turned")} | {"text": "", "box": list(char["box"])}
        run["text"] += "\u00ad" if char["hyphen"] else char["text"]
        box, new = run["box"], char["box"]
        run["box"] = [min(box[0], new[0]), min(box[1], new[1]), max(box[2], new[2]), max(box[3], new[3])]
    if run is not None:
        yield run


def _goes_on(run: dict[str, Any], char: dict[str, Any]) -> bool:
    if run["turned"] or char["turned"]:
        return bool(run["turned"] and char["turned"])
    left, bottom, right, _ = run["box"]
    size = max(run["size"], 1.0)
    is_same = abs(char["size"] - size) <= _STEP * size and abs(char["weight"] - run["weight"]) < 200  # noqa: PLR2004 - because that is half the way to bold
    is_level = abs(char["box"][1] - bottom) <= 0.25 * size
    gap = char["box"][0] - right
    return bool(is_same and is_level and -size < gap < _GAP * size and char["box"][0] >= left)


if __name__ == "__main__":
    main()
