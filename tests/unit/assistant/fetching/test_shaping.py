from assistant.fetching.shaping import shaped
from assistant.types import Record, Skipped


def titled(item: dict[str, object], *, source: str, line: int | None) -> Record | None:
    """A mapping that keeps whatever it is given."""
    return Record(title=", ".join(item), source=source, line=line) if item else None


def test_only_bibliographic_fields_reach_the_mapping() -> None:
    record = shaped({"title": "A", "score": 3}, titled, source="s2:1", names=("title", "year"))
    assert record == Record(title="title", source="s2:1")


def test_what_has_no_title_or_describes_nothing_is_skipped() -> None:
    assert isinstance(shaped({"score": 3}, titled, source="s2:1", names=("title",)), Skipped)
    assert isinstance(shaped(["title"], titled, source="s2:1", names=("title",)), Skipped)
