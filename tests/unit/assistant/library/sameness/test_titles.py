import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.library.sameness.titles import Relation, relation, title_of

LONG = "Hearing of barn owls in the dark woods of the north"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (LONG, LONG.title() + "!", "equal"),
        (LONG, f"[{LONG}.]", "equal"),
        ("Health-care for owls", "Healthcare for owls", "equal"),
        ("TNF-α in owls", "TNF-alpha in owls", "equal"),
        ("Σ-algebras of owls", "sigma algebras of owls", "equal"),
        ("Η ακοή της κουκουβάγιας", "Η ΑΚΟΉ ΤΗΣ ΚΟΥΚΟΥΒΆΓΙΑΣ", "equal"),
        (r"Gr{\"u}nau's {\ss}-owls \& mice", "Grünau's ss-owls & mice", "equal"),
        (r"\textbf{Owls} {\em in} $\alpha_2$ sleep", "Owls in α2 sleep", "equal"),
        ("Owls &lt;i&gt;in&lt;/i&gt; sleep", "Owls in sleep", "equal"),
        (f"{LONG}: a study", LONG, "shorter"),
        (f"{LONG}? a study", LONG, "shorter"),
        (f"{LONG} - a study", LONG, "shorter"),
        (f"{LONG} (a study)", LONG, "shorter"),
        (f"{LONG} and of the south", LONG, "alike"),
        (f"{LONG} and of the south, of the east, and of the west", f"{LONG} and of ...", "shorter"),
        (f"{LONG}: volume 2", LONG, "alike"),
        ("Owls: a study", "Owls", "alike"),
        (LONG, LONG.replace("barn", "bran"), "alike"),
        (LONG, LONG.replace("Hearing", "Haering"), "close"),
        (LONG, LONG.replace("owls", "owl"), "close"),
        (LONG, "Hearing of the barn owls in dark woods of north", "close"),
        (LONG, "Hearing of the barn owl in the dark woods of the north", "close"),
        (LONG, LONG.replace("dark", "light"), "alike"),
        (f"{LONG} 1", f"{LONG} 2", "other"),
        (f"{LONG} 1", f"{LONG} I", "close"),
        (f"{LONG}, second edition", f"{LONG}, 2nd ed", "close"),
        (f"{LONG}, second edition", f"{LONG}, third edition", "other"),
        (LONG, f"Erratum: {LONG}", "other"),
        (f"Erratum to: {LONG}", f"Erratum to {LONG}", "equal"),
        (LONG, "", "alike"),
        (LONG, "Songs of the whales in the deep sea", "other"),
    ],
)
def test_relation(one: str, other: str, expected: Relation) -> None:
    assert relation(title_of(one), title_of(other)) == expected
    assert relation(title_of(other), title_of(one)) == expected


@pytest.mark.parametrize(
    "title", ["Preface", "Editorial", "Annual report", "From the editor", "Book reviews", "2020", ""]
)
def test_titles_that_tell_nothing(title: str) -> None:
    assert not title_of(title).is_telling


@pytest.mark.parametrize(
    "title", ["Hearing of owls", "A preface to logic and owls", "Ακοή της κουκουβάγιας", "猫头鹰的听觉研究报告"]
)
def test_titles_that_tell_a_paper(title: str) -> None:
    assert title_of(title).is_telling


@given(one=st.text(), other=st.text())
def test_any_text(one: str, other: str) -> None:
    assert relation(title_of(one), title_of(other)) == relation(title_of(other), title_of(one))
    assert relation(title_of(one), title_of(one)) == "equal"
