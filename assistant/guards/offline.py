"""Nothing leaves this machine: every way out of the process but loopback is refused, whoever tries it.

Python raises an audit event before each connection, datagram and look-up of a name (PEP 578), in every library that
uses Python's sockets, and an audit hook may refuse it. Only code that calls the operating system by itself, without
Python's sockets, goes around it; none of the libraries that Citewell talks to servers with does. What is not known to
stay on this machine is refused: a name is looked up only when it is `localhost` or the number of a loopback interface.
"""

import ipaddress
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from assistant.errors import NotLocal

__all__ = ["nothing_leaves", "refuse_other_machines"]

_CONNECTIONS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_NAMES = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})
_LOCAL_NAMES = frozenset({"", "localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback"})
_UNIX = getattr(socket, "AF_UNIX", None)


class _Guard:
    """Refuses while anybody wants that; a hook cannot be taken out again, so it is put in once and looks."""

    def __init__(self) -> None:
        self._wanted = 0
        self._is_in = False
        self._lock = Lock()

    def raise_(self) -> None:
        with self._lock:
            self._wanted += 1
            if not self._is_in:
                sys.addaudithook(self._look)
                self._is_in = True

    def lower(self) -> None:
        with self._lock:
            self._wanted -= 1

    def _look(self, event: str, arguments: tuple[object, ...]) -> None:
        if self._wanted and event.startswith("socket."):
            if event in _CONNECTIONS:
                _check_address(arguments[0], arguments[1] if len(arguments) > 1 else None)
            elif event in _NAMES:
                _check_host(arguments[0])
            elif event == "socket.getnameinfo":
                _check_host(arguments[0][0] if isinstance(arguments[0], tuple) and arguments[0] else None)


_guard = _Guard()


def refuse_other_machines() -> None:
    """Refuse every connection to another machine from now on, until the process ends."""
    _guard.raise_()


@contextmanager
def nothing_leaves() -> Iterator[None]:
    """Refuse every connection of this process to another machine for as long as the context lasts.

    Raises:
        NotLocal: From within, in place of the connection.
    """
    _guard.raise_()
    try:
        yield
    finally:
        _guard.lower()


def _check_address(handle: object, address: object) -> None:
    """Refuse an address unless it is on this machine; a connected socket that sends has none."""
    family = getattr(handle, "family", None)
    if family is not None and family == _UNIX:
        return
    if address is None:
        return
    if not isinstance(address, tuple) or not address:
        raise _refusal(address)
    _check_host(address[0])


def _check_host(host: object) -> None:
    if isinstance(host, bytes | bytearray):
        host = bytes(host).decode("ascii", "replace")
    if host is not None and not (isinstance(host, str) and _is_here(host)):
        raise _refusal(host)


def _is_here(host: str) -> bool:
    name = host.rstrip(".").lower()
    if name in _LOCAL_NAMES:
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    # The unspecified address is what a server listens on; a connection to it stays on this machine.
    return (mapped or address).is_loopback or address.is_unspecified


def _refusal(host: object) -> NotLocal:
    return NotLocal(
        f"--local refuses a connection to {host!s}: it is not on this machine. Use a model on this machine "
        "(ollama:NAME, or --base-url http://localhost:PORT/v1), or leave --local out."
    )
