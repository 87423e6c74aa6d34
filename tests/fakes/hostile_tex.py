"""Titles and names that LaTeX might act on, or that its fonts do not have, with what a reader should see of them."""

from collections.abc import Sequence

from assistant.types import Author, Citation, Coverage, Draft, Paper, Record, Section, Statement, TableRow, Verdict

VERDICT = Verdict(label="supported", score=1.0, judge="j")
SHOWN: Sequence[tuple[str, str]] = (
    (r"Reading \input{/etc/passwd} aloud", r"Reading \input{/etc/passwd} aloud"),
    (r"Writing \write18{touch pwned} down", r"Writing \write18{touch pwned} down"),
    (r"\immediate\openout5=pwned.txt Owls", r"\immediate\openout5=pwned.txt Owls"),
    (r"Ending \end{document} early", r"Ending \end{document} early"),
    (r"Turning \catcode`\%=12 around", r"\%=12 around"),
    ("Two carets ^^5cinput ^^M here", "Two carets ^^5cinput ^^M here"),
    ("Half of 100% & more #1 of_it ~ so ^ far", "Half of 100% & more #1 of_it ~ so ^ far"),
    ("Braces {Caps} and } odd { ones", "Braces {Caps} and } odd { ones"),
    (r"A backslash at the end \ ", r"A backslash at the end \ "),
    ("Sums of $5 and $10 each", "Sums of $5 and $10 each"),
    (r"The dollar $\input{x}$ trap", r"The dollar $\input{x}$ trap"),
    (r"Too many $x^a^b$ exponents", "Too many $x^a^b$ exponents"),
    (r"Unknown $\foo{x}$ commands", r"Unknown $\foo{x}$ commands"),
    (r"Good $\alpha_{ij}^2$ sums $\frac{1}{\sqrt{n}}$ set", "sums"),
    ("Dashes -- and --- and `quotes' ''here'' ?` !` ,, <<x>>", "Dashes -- and ---"),
    ("Umlauts äöüßÄÖÜ and ŁódŹ ğış Çelik Ångström ñ", "Umlauts äöüßÄÖÜ and ŁódŹ ğış Çelik Ångström ñ"),
    ("Vietnamese Nguyễn Thế Ḥasan", "Vietnamese Nguy"),
    ("Greek αβγ and Ωmega letters", "Greek"),
    ("Cyrillic Иванов writes", "Cyrillic Ivanov writes"),
    ("Chinese 中文 and Japanese カタカナ", "Chinese ZhongWen"),
    ("Smiling 😀 owls", "Smiling :grinning: owls"),
    ("Signs ≤ ≥ ± × → ∈ ∞ ≈ 10⁻⁴ H₂O ½ ™ € § ° µ √ ✓ ‚ „", "Signs"),
    ("Hidden \u200b\u202eletters\u00ad\ufeff and \x07bells", "Hidden letters"),
    ("A & B | C < D > E \" F ' G ` H", "A & B | C < D > E"),
    ("@article{x, title={no}} % and } @comment", "@article{x, title={no}} % and } @comment"),
    ("𝒪(n) and 𝐛𝐨𝐥𝐝 ﬁne ＡＢ", "O(n) and bold fine AB"),
    ("a" * 90 + " long words", "long words"),
)
WRITTEN = (
    ("title", r"{\input{/etc/passwd}}"),
    ("title", r"{Bad \foo{command} here}"),
    ("title", r"{Unbalanced \textbf}"),
    ("title", "{A % comment}"),
    ("title", "{An & and a _}"),
    ("title", r"{Harmless {BERT} \emph{and} {\'E}tude $x_1$}"),
    ("journal", r"{\write18{x} Journal}"),
    ("publisher", "undefinedmacro # {x}"),
    ("title", r"{Dangling $x_{1$}"),
    ("title", r"{Accent at the end \'}"),
)


def papers() -> dict[str, Paper]:
    """A paper for each of the titles, by key, and one for each value that a .bib file had; capitals alone part two."""
    found = [
        Paper(
            key=f"key{number}",
            record=Record(
                title=title,
                authors=(Author(family=title[:12].strip() or "X", given="A. and B."), Author(family="Müller, Jr")),
                year=2000 + number,
                venue=title,
                abstract=title,
                doi=f"10.1000/{number}_%&#x",
                url=f"https://example.org/~{number}?a=b&c_d#e%20\\^^M{{}}é",
                details=(("volume", title[:9]), ("pages", "1-2"), ("note", title)),
            ),
        )
        for number, (title, _) in enumerate(SHOWN)
    ]
    found += [
        Paper(
            key=f"Raw{number}",
            record=Record(title=f"Raw {number}", year=1990, entry_type="article", written=((name, value),)),
        )
        for number, (name, value) in enumerate(WRITTEN)
    ]
    found.append(
        Paper(
            key="long2011",
            record=Record(
                title="A name without end",
                authors=(Author(family="{" * 40, given="I."), Author(family="Ö_" * 300)),
                year=2011,
                url="javascript:alert(1)",
            ),
        )
    )
    undated = Paper(key="KEY1", record=Record(title="No year nor author", arxiv_id="2305.14627"))
    named = Paper(key="müller2020", record=Record(title="Umlaut in key", authors=(Author(family="Müller"),), year=2020))
    return {one.key: one for one in [*found, undated, named]}


def draft(bibliography: str, *, table: bool = True) -> Draft:
    """A draft that cites all of them, with their titles as its text and its headings."""
    library = papers()
    sections = [
        Section(heading=title, statements=(said(f"{title}.", key), said(f"They write: “{title}.”", key, "müller2020")))
        for key, (title, _) in zip(library, SHOWN, strict=False)
    ]
    others = [said(f"Müller (2020) and {key} say so.", "müller2020", key) for key in library if key[:3] != "key"]
    sections.append(Section(heading="Others", statements=tuple(others)))
    rows = tuple(TableRow(key=key, problem=quote(key, title)) for key, (title, _) in zip(library, SHOWN, strict=False))
    return Draft(
        title=SHOWN[0][0],
        sections=tuple(sections),
        references=(),
        dropped=(),
        coverage=Coverage(retrieved=1, cited=1, uncited=()),
        bibliography=bibliography,
        table=rows if table else (),
    )


def said(text: str, *keys: str) -> Statement:
    """A statement that cites these keys."""
    return Statement(text=text, citations=tuple(quote(key, text) for key in keys), verdict=VERDICT)


def quote(key: str, text: str) -> Citation:
    """A citation of all of a text."""
    return Citation(key=key, quote=text, start=0, end=len(text))
