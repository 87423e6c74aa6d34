"""Papers as PDFs, in the layouts that papers come in; all by Ada Quill and Bo Li and with one abstract."""

from collections.abc import Callable

from fpdf import FPDF

ABSTRACT = (
    "We study how careful bookkeeping changes the quality of surveys. Efficient filing of difficult files shows that "
    "five offices suffice; the state-of-the-art baseline is improved by 12.5% on average. Our findings, collected from "
    "1,200 reviewers over three years, suggest that verification scales well beyond laboratory conditions."
)
BODY = "Writing about shelves is an old craft, and many librarians have described it in detail (Quill, 2009). " * 25


class Paper(FPDF):
    """A page that is written from its top to its bottom."""

    def __init__(self) -> None:
        super().__init__(format="A4", unit="pt")
        self.set_margins(60, 50)
        self.set_auto_page_break(auto=True, margin=50)
        self.add_page()

    def say(self, text: str, size: float = 10, style: str = "", align: str = "C", family: str = "Times") -> None:
        """Write a paragraph over the whole width."""
        self.set_font(family, style, size)
        self.multi_cell(0, size * 1.2, text, align=align, new_x="LMARGIN", new_y="NEXT")

    def columns(self, *paragraphs: tuple[str, float, str]) -> None:
        """Write paragraphs of (text, size, style) in two columns; text is broken with hyphens as TeX does."""
        gap, bottom = 20.0, self.h - 60
        width = (self.w - 120 - gap) / 2
        top, left = self.get_y() + 10, 60.0
        y = top
        for text, size, style in paragraphs:
            self.set_font("Times", style, size)
            for line in self._broken(text, width):
                if y > bottom:
                    y, left = top, 60 + width + gap
                self.text(left, y + size, line)
                y += size * 1.2
            y += size * 0.6

    def _broken(self, text: str, width: float) -> list[str]:
        lines, line = [], ""
        for word in text.split():
            if line and self.get_string_width(f"{line} {word}") > width:
                head = next((n for n in range(len(word) - 3, 3, -1) if self._fits(f"{line} {word[:n]}-", width)), 0)
                if head and word.isalpha():
                    lines.append(f"{line} {word[:head]}-")
                    line = word[head:]
                    continue
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}".strip()
        return [*lines, line]

    def _fits(self, text: str, width: float) -> bool:
        return self.get_string_width(text) <= width


def one_column() -> Paper:
    paper = Paper()
    paper.say("Careful Citations: Bookkeeping Improves\nAutomatic Literature Surveys", 17, "B")
    paper.say("Ada Quill and Bo Li", 12)
    paper.say("University of Shelves, Utopia\n{ada,bo}@shelves.example", 9)
    paper.say("Abstract", 12, "B")
    paper.say(ABSTRACT, 10, align="J")
    paper.say("1   Introduction", 12, "B", align="L")
    paper.say(BODY, 10, align="J")
    return paper


def two_columns() -> Paper:
    paper = Paper()
    paper.say("Careful Citations: Bookkeeping Improves Automatic Literature Surveys", 15, "B")
    paper.say("Ada Quill*, Bo Li†".replace("†", "**"), 12)
    paper.say("*University of Shelves   **Institute for Card Catalogues", 10)
    paper.columns(("Abstract", 11, "B"), (ABSTRACT, 10, ""), ("1 Introduction", 11, "B"), (BODY, 10, ""))
    return paper


def running_in() -> Paper:
    paper = Paper()
    paper.say("IEEE TRANSACTIONS ON SHELVES, VOL. 12, NO. 3, MARCH 2021", 7, align="L")
    paper.say("Careful Citations: Bookkeeping Improves Automatic Literature Surveys", 22)
    paper.say("Ada Quill, Member, IEEE, and Bo Li", 11)
    keywords = "Index Terms-filing, offices."
    paper.columns((f"Abstract-{ABSTRACT}", 9, "B"), (keywords, 9, "B"), ("I. INTRODUCTION", 10, ""), (BODY, 10, ""))
    return paper


def into_the_second_column() -> Paper:
    paper = Paper()
    paper.say("Careful Citations: Bookkeeping Improves Automatic Literature Surveys", 15, "B")
    paper.say("Ada Quill, Bo Li", 12)
    paper.ln(480)
    paper.columns(("Abstract", 11, "B"), (ABSTRACT, 10, ""), ("1. Introduction", 11, "B"), (BODY[:900], 10, ""))
    return paper


def of_a_journal() -> Paper:
    paper = Paper()
    paper.say("Contents lists available at ScienceDirect", 7)
    paper.say("Shelves & Catalogues", 18)
    paper.say("journal homepage: www.example.org/locate/shelves", 7)
    paper.ln(30)
    paper.say("Careful Citations: Bookkeeping Improves Automatic Literature Surveys", 14, align="L")
    paper.say("Ada Quill a, Bo Li b", 11, align="L")
    paper.say("a Department of Shelves, University of Nowhere, Atlantis", 7, "I", align="L")
    top = paper.get_y() + 20
    for number, line in enumerate(("a r t i c l e   i n f o", "Received 1 March 2019", "Keywords:", "Shelves")):
        paper.set_font("Times", "", 8)
        paper.text(60, top + 11 * number, line)
    paper.set_xy(220, top - 8)
    paper.set_font("Times", "", 8)
    paper.multi_cell(0, 10, "a b s t r a c t", new_x="LEFT", new_y="NEXT")
    paper.multi_cell(0, 10, ABSTRACT, new_x="LEFT", new_y="NEXT", align="J")
    paper.multi_cell(0, 10, "© 2019 Shelf Press. All rights reserved.", new_x="LMARGIN", new_y="NEXT", align="R")
    paper.columns(("1. Introduction", 10, "B"), (BODY, 9, ""))
    return paper


def with_a_grid_of_authors() -> Paper:
    paper = Paper()
    paper.say("Careful Citations: Bookkeeping Improves Automatic Literature Surveys", 18, "B", family="Helvetica")
    top = paper.get_y() + 20
    for left, lines in (
        (100, ("Ada Quill", "Shelf University", "ada@shelf.example")),
        (350, ("Bo Li", "Card Institute")),
    ):
        for number, line in enumerate(lines):
            paper.set_font("Helvetica", "", 12 if number == 0 else 10)
            paper.text(left, top + 14 * number, line)
    paper.set_y(top + 60)
    paper.columns(("ABSTRACT", 11, "B"), (ABSTRACT, 9, ""), ("CCS CONCEPTS", 11, "B"), (BODY, 9, ""))
    return paper


def stamped_by_arxiv() -> Paper:
    paper = one_column()
    paper.page = 1
    paper.set_font("Times", "", 20)
    with paper.rotation(90, 35, 600):
        paper.text(35, 600, "arXiv:2305.14627v2  [cs.CL]  24 May 2023")
    return paper


def with_a_type_above() -> Paper:
    paper = Paper()
    paper.say("ORIGINAL ARTICLE", 20, "B", align="L")
    paper.say("Careful Citations: Bookkeeping Improves Automatic Literature Surveys", 16, "B", align="L")
    paper.say("ADA QUILL, PhD, and BO LI, MD", 11, align="L")
    paper.say("Abstract: " + ABSTRACT, 10, align="J")
    paper.say("Keywords: shelves, offices", 10, align="L")
    paper.say("Introduction", 12, "B", align="L")
    paper.say(BODY, 10, align="J")
    return paper


LAYOUTS: dict[str, Callable[[], Paper]] = {
    maker.__name__: maker
    for maker in (
        one_column, two_columns, running_in, into_the_second_column, of_a_journal, with_a_grid_of_authors,
        stamped_by_arxiv, with_a_type_above,
    )
}  # fmt: skip
