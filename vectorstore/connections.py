"""Opening and closing Chroma, as its clients do not by themselves."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from vectorstore.server import Server

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.config import Settings

__all__ = ["close_client", "mark_of", "open_client"]

_PATIENCE = 120.0  # seconds that a server may take to answer
_OPENING = threading.Lock()


def open_client(place: Path | str) -> "ClientAPI":
    """Open Chroma in a folder, or at an address as `Server.at` takes it.

    Raises:
        StoreUnreachable: The server does not answer, or refuses.
    """
    from chromadb.config import Settings

    # Else a .env beside the user is read; and Chroma would report to a collector, past Python's sockets.
    options: dict[str, Any] = {"_env_file": None, "anonymized_telemetry": False, "chroma_otel_granularity": "none"}
    settings = Settings(**options)
    return _to_server(place, settings) if isinstance(place, str) else _to_folder(place, settings)


def _to_folder(folder: Path, settings: "Settings") -> "ClientAPI":
    """Open a client that shares nothing with others of this process."""
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _OPENING:
        try:
            return chromadb.PersistentClient(path=folder, settings=settings)
        finally:
            # Chroma would hand the same system out again: one that did not start, or that holds what is old by then.
            SharedSystemClient._identifier_to_system.pop(str(folder), None)  # noqa: SLF001 - because nothing public does it
            SharedSystemClient._identifier_to_refcount.pop(str(folder), None)  # noqa: SLF001 - because as above


def _to_server(address: str, settings: "Settings") -> "ClientAPI":
    import chromadb

    server = Server.at(address)
    server.greet()  # with a clearer word and an earlier end than Chroma's client has
    client: Any = chromadb.HttpClient(
        host=server.host,
        port=server.port,
        ssl=server.is_secure,
        headers=server.headers,
        settings=settings,
        tenant=server.tenant,
        database=server.database,
    )
    for connection in _connections(client):
        connection.timeout = _PATIENCE  # Chroma's own is none
    return cast("ClientAPI", client)


def close_client(client: Any) -> None:  # noqa: ANN401 - because what is closed is not public
    """Close a client and its connections."""
    client.close()
    for connection in _connections(client):
        connection.close()
    here = client._server  # noqa: SLF001 - because nothing public names it
    if hasattr(here, "bindings"):  # a folder, opened for this client alone
        here._system.stop()  # noqa: SLF001 - because as above


def _connections(client: Any) -> list[Any]:  # noqa: ANN401 - because as above
    """The HTTP connections of a client, which Chroma never closes; none when it has a folder."""
    servers = (client._server, client._admin_client._server)  # noqa: SLF001 - because nothing public names them
    return [server._session for server in servers if hasattr(server, "_session")]  # noqa: SLF001 - because as above


def mark_of(client: Any, collection: str) -> str | None:  # noqa: ANN401 - because a client's type is Chroma's
    """The mark of a collection on the server; None when it has none."""
    held = client.get_collection(collection, embedding_function=None).metadata or {}
    return str(held["mark"]) if "mark" in held else None
