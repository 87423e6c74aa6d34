"""The vectors of a library on a real `chroma run`, started on loopback for these tests."""

import socket
import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from uuid import uuid4

import pytest

from tests.contracts.index_contract import ALL, BEES, OWLS, PartContract
from tests.fakes.embedder import HashEmbedder
from vectorstore.chroma import ChromaIndex
from vectorstore.errors import EmbedderMismatch, StoreUnreachable, VectorstoreError
from vectorstore.index import HybridIndex, drop_vectors
from vectorstore.types import Chunk, Hit

DIGESTS = {one.id: one.digest for one in ALL}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Chroma server with an empty database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("chroma")
    program = Path(sys.executable).with_name("chroma")
    command = [program, "run", "--host", "127.0.0.1", "--port", str(port), "--path", str(folder / "data")]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        _wait_for(port, server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert server.poll() is None, "chroma run ended"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=0.2).close()
        except OSError:
            server.poll()
        else:
            return
    pytest.fail("chroma run did not open its port in 30 seconds")


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


def test_the_token_is_sent(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    sent: list[str | None] = []

    class Refusing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            sent.append(self.headers["Authorization"])
            self.send_error(401)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Refusing)
    thread = Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("CITEWELL_STORE_TOKEN", "a-token")
    try:
        with pytest.raises(StoreUnreachable) as caught:
            connect(f"http://127.0.0.1:{server.server_port}", name)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert sent == ["Bearer a-token"]
    assert "set $CITEWELL_STORE_TOKEN" in str(caught.value)
    assert "a-token" not in str(caught.value)


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
