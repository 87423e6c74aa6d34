from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.library.sameness.venues import VenueRelation, is_preprint, is_preprint_doi, venue_relation
from tests.fakes.duplicates import paper


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Journal of Birds", "The Journal of Birds", "same"),
        ("Journal of Birds", "J. Birds", "same"),
        ("J. Mach. Learn. Res.", "Journal of Machine Learning Research", "same"),
        ("Dtsch Med Wochenschr", "Deutsche Medizinische Wochenschrift", "same"),
        ("ACS Appl Mater Interfaces", "ACS applied materials & interfaces", "same"),
        ("Acta Derm-Venereol", "Acta Dermato-Venereologica", "same"),
        ("Nutrition (Burbank, Calif.)", "Nutrition", "same"),
        ("Kinder : Organ der Gesellschaft", "Kinder", "same"),
        ("Vogel za zhi [Journal of the Bird Society]", "J Bird Soc", "same"),
        ("NeurIPS", "Advances in Neural Information Processing Systems", "same"),
        ("EMNLP 2020", "Empirical Methods in Natural Language Processing", "same"),
        ("PNAS", "Proceedings of the National Academy of Sciences", "same"),
        ("IJCNN", "Joint Meeting on Networks (IJCNN 2019)", "same"),
        ("ICML 2020", "icml", "same"),
        ("ICML", "ICLR", "different"),
        ("KDD", "Discovery of Knowledge in Data", "unknown"),
        ("Nature", "Science", "different"),
        ("Cell", "Cell Reports", "different"),
        ("Journal of Birds", "Journal of Bees and Wasps", "different"),
        ("Proceedings of the 56th Meeting on Birds", "Proceedings of the 57th Meeting on Birds", "different"),
        ("Meeting on Birds 2019", "Meeting on Birds 2020", "different"),
        ("https://trials.example/NCT1", "Journal of Birds", "different"),
        ("https://trials.example/NCT1", "https://trials.example/NCT2", "different"),
        ("Proceedings", "Journal of Birds", "unknown"),
        ("", "Journal of Birds", "unknown"),
        ("(2020)", "Birds", "unknown"),
    ],
)
def test_relation(one: str, other: str, expected: VenueRelation) -> None:
    assert venue_relation(one, other) == expected
    assert venue_relation(other, one) == expected


@given(one=st.text(), other=st.text())
def test_any_text(one: str, other: str) -> None:
    assert venue_relation(one, other) == venue_relation(other, one)
    assert venue_relation(one, one) in ("same", "unknown")
    assert venue_relation(one, None) == "unknown"


def test_an_acronym_of_many_equal_letters_takes_no_time() -> None:
    assert venue_relation("AAAAAAAB", " ".join(["Aaaaaaaa"] * 2000)) == "unknown"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"venue": "arXiv preprint arXiv:2105.00001"}, True),
        ({"venue": "CoRR"}, True),
        ({"venue": "SSRN Electronic Journal"}, True),
        ({"venue": "Journal of Birds", "arxiv_id": "2105.00001"}, False),
        ({"arxiv_id": "2105.00001"}, True),
        ({"doi": "10.1101/2020.01.02.123456"}, True),
        ({"doi": "10.1101/gr.123456"}, False),
        ({"doi": "10.5281/zenodo.1234"}, True),
        ({"entry_type": "unpublished"}, True),
        ({}, False),
    ],
)
def test_preprints(fields: dict[str, Any], *, expected: bool) -> None:
    assert is_preprint(paper("Owls", **fields)) is expected


def test_no_doi_is_no_preprints() -> None:
    assert not is_preprint_doi(None)
