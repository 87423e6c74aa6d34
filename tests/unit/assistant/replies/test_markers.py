import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.replies.markers import LONGEST_MARKER, marker_at, markers_in, without_cut_off_marker

KNOWN = {"1", "2", "3", "orbin2021lantern", "DBLP:conf/xyz/Malk22", "b-e.e+c"}


def names(text: str) -> list[tuple[str, ...]]:
    return [marker.names for marker in markers_in(text, KNOWN)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[1]", ("1",)),
        ("[ 1 ]", ("1",)),
        ("[1, 2]", ("1", "2")),
        ("[1; 2]", ("1", "2")),
        ("[1 and 3]", ("1", "3")),
        ("[1 & 3]", ("1", "3")),
        ("[1,1, 2]", ("1", "2")),
        ("[1-3]", ("1", "2", "3")),
        ("[1 – 3]", ("1", "2", "3")),
        ("[3-1]", ("1", "2", "3")),
        ("[1-2, 3]", ("1", "2", "3")),
        ("[0]", ("0",)),
        ("[99]", ("99",)),
        ("[Passage 2]", ("2",)),
        ("[passages 1 and 2]", ("1", "2")),
        ("[ref. 2]", ("2",)),
        ("[Document 2]", ("2",)),
        ("[Doc. 1, Doc. 2]", ("1", "2")),
        ("[context 2]", ("2",)),
        ("[^2]", ("2",)),
        ("[#2]", ("2",)),
        ("[[2]]", ("2",)),
        ("[[1], [2]]", ("1", "2")),
        ("【2】", ("2",)),
        ("【2†source】", ("2",)),
        ("[2](https://example.org/a)", ("2",)),
        ("[@orbin2021lantern]", ("orbin2021lantern",)),
        ("[@orbin2021lantern; @nobody2020]", ("orbin2021lantern", "nobody2020")),
        ("[@orbin2021lantern, p. 3]", ("orbin2021lantern",)),
        ("[see @b-e.e+c.]", ("b-e.e+c",)),
        ("[@orbin2021lantern; 2]", ("orbin2021lantern", "2")),
        ("[orbin2021lantern]", ("orbin2021lantern",)),
        ("[DBLP:conf/xyz/Malk22]", ("DBLP:conf/xyz/Malk22",)),
        ("[orbin2021lantern, nobody2020]", ("orbin2021lantern", "nobody2020")),
        ("(1)", ("1",)),
        ("(1, 2).", ("1", "2")),
        ("(orbin2021lantern)", ("orbin2021lantern",)),
    ],
)
def test_shapes_of_markers(text: str, expected: tuple[str, ...]) -> None:
    (marker,) = markers_in(f"Lantern helps {text}", KNOWN)
    assert marker.names == expected
    assert marker_at(f"Lantern helps {text}", len("Lantern helps "), KNOWN) == marker


@pytest.mark.parametrize(
    "text",
    [
        "[sic]",
        "[2023]",
        "[0, 1]",
        "[0-1]",
        "[0.5]",
        "[1.5, 2.5]",
        "[]",
        "[ ]",
        "[,]",
        "[and]",
        "[1",
        "1]",
        "[mail quist@example.org]",
        "[unknown2020]",
        "[the first]",
        "(2021)",
        "(3.5)",
        "(7)",
        "(1) the first",
        "(see above)",
        "(n = 2)",
    ],
)
def test_other_brackets_are_no_markers(text: str) -> None:
    assert names(f"Lantern helps {text}") == []


@pytest.mark.parametrize(("text", "expected"), [("[0, 1]", ("0", "1")), ("[0-2]", ("0", "1", "2")), ("(0).", ("0",))])
def test_where_passages_are_counted_from_0_there_are_no_intervals(text: str, expected: tuple[str, ...]) -> None:
    (marker,) = markers_in(f"Lantern helps {text}", KNOWN | {"0"})
    assert marker.names == expected


def test_a_huge_range_names_its_first_numbers_only() -> None:
    ((*numbers,),) = names("[2-999]")
    assert numbers == [str(number) for number in range(2, 23)]


def test_markers_come_in_order_with_their_places() -> None:
    text = "Lantern [1] helps (2), says Orbin [3]."
    assert [text[one.start : one.end] for one in markers_in(text, KNOWN)] == ["[1]", "(2)", "[3]"]
    assert marker_at(text, 0, KNOWN) is None


@pytest.mark.parametrize("rest", ["[", "[1", "[1, ", "[2-", "[@orb", "[@a; @b"])
def test_a_marker_that_was_cut_off_is_removed(rest: str) -> None:
    assert without_cut_off_marker(f"Lantern helps {rest}") == "Lantern helps"


@pytest.mark.parametrize("text", ["Lantern helps [sic", "Lantern helps.", "Lantern [1] helps"])
def test_what_is_no_cut_off_marker_stays(text: str) -> None:
    assert without_cut_off_marker(text) == text


@given(st.text(alphabet="[]()【】@12,;- .ab\n:/htps", max_size=400))
def test_any_text_gives_markers_inside_it_in_order(text: str) -> None:
    end = 0
    for marker in markers_in(text, KNOWN):
        assert end <= marker.start < marker.end <= len(text)
        assert marker.end - marker.start <= LONGEST_MARKER
        assert marker.names
        end = marker.end
