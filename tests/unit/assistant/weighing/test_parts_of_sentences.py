from assistant.drafts import document_of
from assistant.weighing.parts import clauses_of, parts_of


class TestParts:
    def parts(self, text: str) -> list[tuple[str, tuple[str, ...]]]:
        document = document_of(text, name="a.md", markup="markdown")
        sentence = document.sentences[0]
        return [(one.text, one.keys) for one in parts_of(sentence, document.source, sentence.text)]

    def test_each_place_closes_a_part(self) -> None:
        assert self.parts("Lantern replays old *conversations* [@a], and QuillGraph stores large graphs [@b; @c].") == [
            ("Lantern replays old conversations.", ("a",)),
            ("QuillGraph stores large graphs.", ("b", "c")),
        ]

    def test_what_follows_the_last_place_rests_on_all(self) -> None:
        parts = self.parts("Lantern replays old conversations [@a], but graphs store causes better than summaries.")
        assert parts[1] == ("Graphs store causes better than summaries.", ("a",))

    def test_a_citation_within_a_clause_closes_no_part(self) -> None:
        assert (
            self.parts("Some old work of Orbin and Malk [@a] replays conversations, and graphs store causes [@b].")
            == []
        )

    def test_words_too_few_to_be_judged_go_with_the_next(self) -> None:
        assert self.parts("Lantern [@a] and QuillGraph [@b] store long conversations.") == []
        assert self.parts("Lantern [@a] replays old conversations at night [@b], and QuillGraph stores graphs [@c].")[
            0
        ] == ("Lantern replays old conversations at night.", ("a", "b"))

    def test_one_place_is_no_part(self) -> None:
        assert self.parts("Lantern replays old conversations and QuillGraph stores graphs [@a; @b].") == []

    def test_clauses_are_not_cut_out_of_a_quotation(self) -> None:
        text = "Lantern replays old conversations, and QuillGraph stores large graphs."
        assert len(clauses_of(text)) == 2
        assert clauses_of(f"They write: “{text}”") == ()
