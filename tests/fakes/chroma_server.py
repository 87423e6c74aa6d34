"""A real Chroma server on this machine, for as long as a test needs it."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

_SECONDS = 30.0


@contextmanager
def chroma_server(folder: Path, port: int | None = None) -> Iterator[str]:
    """Start `chroma run` on a folder and yield its address; a free port is taken unless one is given."""
    port = port or free_port()
    address = f"http://127.0.0.1:{port}"
    folder.mkdir(parents=True, exist_ok=True)
    program = Path(sys.executable).with_name("chroma")
    command: list[str | Path] = [
        program,
        "run",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--path",
        str(folder / "data"),
    ]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        _wait_for(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(10)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for(address: str, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"chroma run ended with {server.returncode}")
        try:
            with urlopen(f"{address}/api/v2/heartbeat", timeout=1):  # noqa: S310 - because the address is ours
                return
        except (URLError, OSError):
            time.sleep(0.05)  # there is nothing to wait on but its answer
    raise RuntimeError(f"chroma run did not answer at {address} in {_SECONDS:.0f} seconds")
