"""The vectors of a library on a real `chroma run`, started on loopback for these tests."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest

from tests.contracts.index_contract import ALL, BEES, OWLS, PartContract
from tests.fakes.chroma_server import chroma_server
from tests.fakes.embedder import HashEmbedder
from vectorstore.chroma import ChromaIndex
from vectorstore.errors import EmbedderMismatch, StoreUnreachable, VectorstoreError
from vectorstore.index import HybridIndex, drop_vectors
from vectorstore.types import Chunk, Hit

DIGESTS = {one.id: one.digest for one in ALL}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Chroma server with an empty database."""
    with chroma_server(tmp_path_factory.mktemp("chroma")) as address:
        yield address


@pytest.fixture
def name() -> str:
    return f"citewell-{uuid4().hex}"


def connect(address: str, name: str, embedder: str = "hash-64") -> ChromaIndex:
    return ChromaIndex.at(address, collection=name, embedder_name=embedder, dimensions=64)


def put(index: ChromaIndex, chunks: Sequence[Chunk]) -> None:
    index.upsert(chunks, HashEmbedder().embed_documents([one.embedding_text for one in chunks]))


class TestServer(PartContract):
    @pytest.fixture(autouse=True)
    def _served(self, address: str) -> None:
        self.address = address
        self.run = uuid4().hex

    def open(self, folder: Path) -> ChromaIndex:
        return connect(self.address, f"{folder.name}-{self.run}")

    def put(self, index: ChromaIndex, chunks: Sequence[Chunk]) -> None:
        put(index, chunks)

    def find(self, index: ChromaIndex, words: str, k: int = 10, keys: Collection[str] | None = None) -> list[Hit]:
        return index.search(HashEmbedder().embed_query(words), k, keys)


class Collected:
    """A collection that is asked through another function."""

    def __init__(self, collection: Any, query: Callable[..., object]) -> None:
        self._collection = collection
        self.query = query

    def __getattr__(self, name: str) -> Any:
        return getattr(self._collection, name)


class TestManyClients:
    def test_one_sees_what_another_stores(self, address: str, name: str) -> None:
        one, other = connect(address, name), connect(address, name)
        put(one, ALL)
        assert other.digests() == DIGESTS
        other.delete([OWLS.id])
        assert one.count() == 2
        one.close()
        assert other.count() == 2
        other.close()

    @pytest.mark.parametrize(("times", "is_found"), [(2, True), (9, False)])
    def test_a_search_that_meets_a_writer_is_made_again(
        self, address: str, name: str, monkeypatch: pytest.MonkeyPatch, times: int, is_found: bool
    ) -> None:
        index = connect(address, name)
        put(index, ALL)
        query, left = index._collection.query, [None] * times

        def met_a_writer(**wanted: object) -> object:
            if left:
                left.pop()
                raise RuntimeError("Error executing plan: Internal error: Error finding id")
            return query(**wanted)

        monkeypatch.setattr("vectorstore.chroma._PAUSES", (0.0, 0.0, 0.0))
        monkeypatch.setattr(index, "_collection", Collected(index._collection, met_a_writer))
        vector = HashEmbedder().embed_query(BEES.text)
        if is_found:
            assert index.search(vector, 1)[0][0] == BEES.id
        else:
            with pytest.raises(StoreUnreachable, match="finding id"):
                index.search(vector, 1)
        index.close()

    def test_eight_write_and_search_at_once(self, address: str, name: str) -> None:
        first = connect(address, name)
        put(first, ALL)
        failures: list[BaseException] = []

        def work(number: int) -> None:
            try:
                client = connect(address, name)
                put(client, [Chunk(id=f"k{number}#0", key="k", title=f"newt {number}", text="", start=0, end=0)])
                assert client.search(HashEmbedder().embed_query(BEES.embedding_text), 1)[0][0] == BEES.id
                client.close()
            except BaseException as error:  # noqa: BLE001 - because it is raised again below
                failures.append(error)

        threads = [Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert first.count() == 11
        first.close()

    def test_libraries_do_not_share_a_collection(self, address: str, name: str) -> None:
        mine, theirs = connect(address, name), connect(address, f"{name}-x")
        put(mine, ALL)
        assert theirs.digests() == {}
        ChromaIndex.drop(address, f"{name}-x")
        assert mine.count() == 3
        for index in (mine, theirs):
            index.close()


class TestRefusals:
    def test_a_mark_is_read_by_all_clients(self, address: str, name: str) -> None:
        one, two = (HybridIndex(Path("unused"), HashEmbedder(), store=address, collection=name) for _ in range(2))
        assert one.mark() is None
        one.set_mark("first")
        assert two.mark() == one.mark() == "first"
        two.set_mark("second")
        assert one.mark() == "second"
        again = connect(address, name)
        put(again, ALL)
        assert (again.mark(), again.digests(), again.is_outdated) == ("second", DIGESTS, False)
        for held in (one, two, again):
            held.close()

    def test_what_another_marked_is_not_deleted(self, address: str, name: str) -> None:
        index = connect(address, name)
        put(index, ALL)
        index.set_mark("mine")
        ChromaIndex.drop(address, name, ["yours"])
        assert index.count() == len(ALL)
        ChromaIndex.drop(address, name, ["yours", "mine"])
        with pytest.raises(VectorstoreError, match="no longer holds"):
            index.count()
        index.close()

    def test_another_embedder(self, address: str, name: str) -> None:
        connect(address, name).close()
        with pytest.raises(EmbedderMismatch, match=r"'hash-64'.*'other'"):
            connect(address, name, "other")

    def test_a_server_that_is_not_there(self, name: str) -> None:
        with pytest.raises(StoreUnreachable, match=r"http://127\.0\.0\.1:1 .*chroma run") as caught:
            connect("http://127.0.0.1:1", name)
        assert caught.value.address == "http://127.0.0.1:1"

    @pytest.mark.parametrize("address", ["http://", "ftp://x:1", "localhost:8000", "http://x:port", "http://[::1"])
    def test_what_is_no_address(self, name: str, address: str) -> None:
        with pytest.raises(StoreUnreachable):
            connect(address, name)

    @pytest.mark.parametrize("address", ["http://me:geheim@x:1", "http://me:gehe/im@x:port", "http://geheim@x"])
    def test_a_password_is_refused_and_not_shown(self, name: str, address: str) -> None:
        with pytest.raises(StoreUnreachable, match="CITEWELL_STORE_TOKEN") as caught:
            connect(address, name)
        assert "gehe" not in f"{caught.value} {caught.value.address}"

    def test_a_tenant_or_database_that_is_not_there(self, address: str, name: str) -> None:
        with pytest.raises(StoreUnreachable, match="no tenant 'nobody' with a database 'nothing'"):
            connect(f"{address}/nobody/nothing", name)
        found = connect(f"{address}/default_tenant/default_database/", name)
        found.close()

    def test_a_collection_that_another_program_deletes(self, address: str, name: str) -> None:
        index = connect(address, name)
        ChromaIndex.drop(address, name)
        ChromaIndex.drop(address, name)
        with pytest.raises(VectorstoreError, match="Run the command again"):
            index.count()
        index.close()


class Stranger(BaseHTTPRequestHandler):
    """A server that is none of Chroma's."""

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def listening(stranger: type[Stranger]) -> Iterator[int]:
    """The port of a server that answers so."""
    server = HTTPServer(("127.0.0.1", 0), stranger)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_token_is_sent(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    sent: list[str | None] = []

    class Refusing(Stranger):
        def do_GET(self) -> None:
            sent.append(self.headers["Authorization"])
            self.send_error(401)

    monkeypatch.setenv("CITEWELL_STORE_TOKEN", "a-token")
    with listening(Refusing) as port, pytest.raises(StoreUnreachable) as caught:
        connect(f"http://127.0.0.1:{port}", name)
    assert sent == ["Bearer a-token"]
    assert "set $CITEWELL_STORE_TOKEN" in str(caught.value)
    assert "a-token" not in str(caught.value)


def test_the_token_is_not_sent_elsewhere(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    asked: list[str] = []

    class Redirecting(Stranger):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(307)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

    monkeypatch.setenv("CITEWELL_STORE_TOKEN", "a-token")
    with listening(Redirecting) as port, pytest.raises(StoreUnreachable, match="it answers 307"):
        connect(f"http://127.0.0.1:{port}", name)
    assert len(asked) == 1
    assert "elsewhere" not in asked[0]


class TestHybrid:
    def test_search_with_the_vectors_on_a_server(self, address: str, name: str, tmp_path: Path) -> None:
        embedder = HashEmbedder()
        index = HybridIndex(tmp_path / "index", embedder, store=address, collection=name)
        index.apply(ALL, [])
        found = index.search("owls hunt mice", 1, lookup=lambda ids: {one.id: one for one in ALL if one.id in ids})
        assert [passage.chunk.id for passage in found] == [OWLS.id]
        assert (index.counts(), index.missing(DIGESTS).is_empty) == ([3, 3], True)
        assert {part: digests() for part, digests in index.held().items()} == {"vectors": DIGESTS, "words": DIGESTS}
        assert sorted(path.name for path in (tmp_path / "index").iterdir()) == ["embedder.json", "lexical"]
        index.apply(ALL, [])
        assert len(embedder.document_calls) == 1
        index.close()

    def test_words_do_not_need_the_server(self, tmp_path: Path) -> None:
        index = HybridIndex(tmp_path / "index", HashEmbedder(), store="http://127.0.0.1:1", collection="none")
        assert index.search("owls", 1, mode="lexical", lookup=lambda _: {}) == []
        with pytest.raises(StoreUnreachable):
            index.search("owls", 1, lookup=lambda _: {})
        index.close()

    def test_a_lost_collection_is_told_by_the_counts_and_filled_again(
        self, address: str, name: str, tmp_path: Path
    ) -> None:
        index = HybridIndex(tmp_path / "index", HashEmbedder(), store=address, collection=name)
        index.apply(ALL, [])
        index.close()
        drop_vectors(tmp_path / "index", store=address, collection=name)
        assert index.counts() == [0, 3]
        assert index.missing(DIGESTS).to_index == DIGESTS.keys()
        index.apply(ALL, [])
        assert index.counts() == [3, 3]
        index.close()
