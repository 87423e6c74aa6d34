"""What every reader must do, whatever its format; subclass it and give it a reader and a sample."""

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.library.readers import READERS, Reader
from assistant.library.sources.content import Content
from assistant.types import Record, Skipped

SAVED = dt.date(2026, 5, 4)


class ReaderContract:
    """Subclasses set `reader` and `sample`, a text of that format with two papers."""

    reader: Reader
    sample: str

    def test_reads_its_sample_with_source_and_ascending_lines(self) -> None:
        records = list(self.reader.read(Content.of_text(self.sample), source="my file", saved=SAVED))
        assert [type(record) for record in records] == [Record, Record]
        assert {record.source for record in records} == {"my file"}
        lines = [record.line or 0 for record in records]
        assert lines == sorted(lines)
        assert lines[0] >= 1

    def test_is_the_only_reader_that_recognises_its_sample(self) -> None:
        assert [reader.name for reader in READERS if reader.sniff(Content.of_text(self.sample))] == [self.reader.name]

    def test_line_ends_make_no_difference_to_what_is_read(self) -> None:
        windows = self.sample.replace("\n", "\r\n")
        assert self.reader.sniff(Content.of_text(windows))
        assert list(self.reader.read(Content.of_text(windows), source="s", saved=SAVED)) == list(
            self.reader.read(Content.of_text(self.sample), source="s", saved=SAVED)
        )

    def test_never_raises_on_any_text(self) -> None:
        @settings(deadline=None)
        @given(text=st.text() | damaged(self.sample))
        def check(text: str) -> None:
            self.reader.sniff(Content.of_text(text))
            for item in self.reader.read(Content.of_text(text), source="s", saved=SAVED):
                assert isinstance(item, Record | Skipped)
                assert not isinstance(item, Record) or item.title

        check()


def damaged(sample: str) -> st.SearchStrategy[str]:
    """The sample with a piece cut out or a character put in."""
    places = st.integers(0, len(sample))
    cut = st.tuples(places, places).map(lambda ends: sample[: min(ends)] + sample[max(ends) :])
    put_in = st.tuples(places, st.sampled_from("{}\"\\,=@\n[]:#%$'")).map(
        lambda change: sample[: change[0]] + change[1] + sample[change[0] :]
    )
    return cut | put_in
