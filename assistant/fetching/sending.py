"""One request over HTTP: bounded in size and time, and led on only to where a service is known to lead."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

if TYPE_CHECKING:
    import ssl
    from contextlib import AbstractContextManager

    import httpx2

MOST_BYTES = 64 << 20
"""Of one answer, unpacked: 64 MiB."""
SECONDS = 120.0
"""For one answer as a whole."""
_CONNECT_SECONDS, _READ_SECONDS = 15.0, 45.0
_MOST_HOPS = 5
_LEADING_ON = frozenset({301, 302, 303, 307, 308})
_KEEPING_THE_FORM = frozenset({307, 308})
_ENCODINGS = frozenset({"", "identity", "gzip", "deflate"})
"""One at most: a few bytes that are packed twice may unpack to more than there is memory."""
_NO_ADDRESS = "an address that is none"


class NoAnswerError(Exception):
    """The service said nothing, or nothing whole; asking again may help. The message says what happened."""

    def __init__(self, message: str, *, is_unreachable: bool = False) -> None:
        super().__init__(message)
        self.is_unreachable = is_unreachable
        """No connection was made at all."""


class NoWayError(Exception):
    """No request can be sent from here; the message says why."""


class LedAwayError(Exception):
    """The service leads to a host that has no part in it; the message is the host."""


class TooMuchError(Exception):
    """The answer is larger than `MOST_BYTES`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A request as it is sent."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    secret_headers: Mapping[str, str] = field(default_factory=dict)
    """Sent to the host in `url` and to no other."""
    params: tuple[tuple[str, str], ...] = ()
    form: Mapping[str, str] | None = None
    """Fields of a form, which makes it a POST."""
    leads_to: frozenset[str] = frozenset()
    """Other hosts that it may be led on to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


class Sender:
    """Sends letters over connections that are kept open between them."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        """A sender.

        Args:
            clock: Seconds, for how long an answer takes as a whole.

        Raises:
            NoWayError: The environment names a proxy that cannot be used.
        """
        import httpx2

        timeout = httpx2.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS)
        try:
            self._client = httpx2.Client(verify=_certificates(), timeout=timeout, follow_redirects=False)
        except (ImportError, ValueError, httpx2.InvalidURL) as error:
            raise NoWayError(str(error).partition(".")[0]) from error
        self._clock = clock

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def send(self, letter: Letter) -> Reply:
        """Send a letter and follow it to where it is led.

        Raises:
            NoAnswerError: Nothing came back, or not all of it.
            LedAwayError: It was led to a host that has no part in the service.
            TooMuchError: The answer is too large.
            NoWayError: This machine does not trust whoever answers.
        """
        import httpx2

        url, headers = letter.url, {**letter.headers, **letter.secret_headers}
        params: tuple[tuple[str, str], ...] | None = letter.params or None
        for _ in range(_MOST_HOPS):
            try:
                reply = self._exchange(url, headers, params, letter.form)
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                if "CERTIFICATE_VERIFY_FAILED" in str(error):
                    raise NoWayError(f"{_host(url)} shows a certificate that this machine does not trust") from error
                raise NoAnswerError("it cannot be reached", is_unreachable=True) from error
            except httpx2.TimeoutException as error:
                raise NoAnswerError("it was silent for too long") from error
            except (httpx2.TransportError, httpx2.DecodingError) as error:
                raise NoAnswerError("it broke off in the middle of its answer") from error
            except httpx2.InvalidURL as error:
                raise LedAwayError(_NO_ADDRESS) from error
            if reply.status not in _LEADING_ON:
                return reply
            url = _next_address(letter, url, reply)
            params = None
            if _host(url) != _host(letter.url):
                headers = dict(letter.headers)
        raise LedAwayError("itself, again and again")

    def _exchange(
        self,
        url: str,
        headers: Mapping[str, str],
        params: tuple[tuple[str, str], ...] | None,
        form: Mapping[str, str] | None,
    ) -> Reply:
        began = self._clock()
        with self._opened(url, headers, params, form) as response:
            self._client.cookies.clear()  # nobody is to know who asked before
            if response.headers.get("content-encoding", "").strip().lower() not in _ENCODINGS:
                raise NoAnswerError("it packed its answer in a way that was not asked for")
            pieces, size = [], 0
            for piece in response.iter_bytes():
                pieces.append(piece)
                size += len(piece)
                if size > MOST_BYTES:
                    raise TooMuchError
                if self._clock() - began > SECONDS:
                    raise NoAnswerError(f"it had not ended its answer after {SECONDS:g} s")
            lowered = {name.lower(): value for name, value in response.headers.items()}
            return Reply(status=response.status_code, headers=lowered, body=b"".join(pieces))

    def _opened(
        self,
        url: str,
        headers: Mapping[str, str],
        params: tuple[tuple[str, str], ...] | None,
        form: Mapping[str, str] | None,
    ) -> "AbstractContextManager[httpx2.Response]":
        more: dict[str, Any] = {"params": params} if params else {}
        if form is not None:
            return self._client.stream("POST", url, headers=headers, data=dict(form), **more)
        return self._client.stream("GET", url, headers=headers, **more)


@cache
def _certificates() -> "ssl.SSLContext":
    """Whom this machine trusts; read once, which takes a tenth of a second."""
    import httpx2

    return httpx2.create_ssl_context()


def _next_address(letter: Letter, url: str, reply: Reply) -> str:
    """Where a letter is led on to.

    Raises:
        LedAwayError: The host has no part in the service, would be spoken to in the clear, or would get a form that was
            meant for another.
    """
    address = _joined(url, reply.headers.get("location", ""))
    scheme, host = urlsplit(address).scheme, _host(address)
    is_same = host == _host(letter.url)
    is_known = is_same if letter.form is not None else is_same or host in letter.leads_to
    is_as_safe = scheme in {"https", urlsplit(letter.url).scheme}
    is_sent_again = letter.form is None or reply.status in _KEEPING_THE_FORM
    if not (is_known and is_as_safe and is_sent_again):
        raise LedAwayError(host)
    return address


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        raise LedAwayError(_NO_ADDRESS) from None


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
        return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
    except ValueError:
        return _NO_ADDRESS
