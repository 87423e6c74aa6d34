"""The address of a Chroma server, and whether it answers there."""

import os
import re
from dataclasses import dataclass
from typing import Self
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from vectorstore.errors import StoreUnreachable

__all__ = ["TOKEN", "Server", "without_password"]

TOKEN = "CITEWELL_STORE_TOKEN"  # noqa: S105 - because it is the name of an environment variable
_PATIENCE = 20.0  # seconds
_WHY = {
    401: f"it wants a token: set ${TOKEN}",
    403: f"it refuses this token or its lack: set ${TOKEN}",
    404: "it has no tenant {tenant!r} with a database {database!r}, or is no Chroma server",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where a server is and what of it is used."""

    address: str
    host: str
    port: int
    is_secure: bool
    tenant: str
    database: str

    @classmethod
    def at(cls, address: str) -> Self:
        """Read `http(s)://host:port` or `http(s)://host:port/tenant/database`; the port may be left out.

        Raises:
            StoreUnreachable: It is no such address, or one with a user or a password, which is not shown.
        """
        if address != (shown := without_password(address)):
            raise StoreUnreachable(shown, f"an address holds no user and no password: set ${TOKEN}")
        try:
            parts = urlsplit(address)
            port = parts.port
        except ValueError as error:
            raise StoreUnreachable(address, error) from error
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise StoreUnreachable(address, "an address looks like http://localhost:8000")
        tenant, _, database = parts.path.strip("/").partition("/")
        is_secure = parts.scheme == "https"
        return cls(
            address=address,
            host=parts.hostname,
            port=port or (443 if is_secure else 80),
            is_secure=is_secure,
            tenant=tenant or "default_tenant",
            database=database or "default_database",
        )

    @property
    def headers(self) -> dict[str, str]:
        """What is sent with each request: the bearer token of the environment, if there is one."""
        token = os.environ.get(TOKEN)
        return {"Authorization": f"Bearer {token}"} if token else {}

    def greet(self) -> None:
        """Ask for the database.

        Raises:
            StoreUnreachable: Nothing answers in 20 seconds, or something else than a server with this database.
        """
        scheme, host = "https" if self.is_secure else "http", f"[{self.host}]" if ":" in self.host else self.host
        path = f"/api/v2/tenants/{quote(self.tenant, safe='')}/databases/{quote(self.database, safe='')}"
        request = Request(f"{scheme}://{host}:{self.port}{path}", headers=self.headers)  # noqa: S310 - because `at` lets only http(s) through
        try:
            with build_opener(_Staying).open(request, timeout=_PATIENCE) as answer:
                answer.read()
        except HTTPError as error:
            with error:
                why = _WHY.get(error.code, f"it answers {error.code} {error.reason}")
            raise StoreUnreachable(self.address, why.format(tenant=self.tenant, database=self.database)) from error
        except (OSError, ValueError) as error:  # ValueError: of a reply that is not HTTP
            raise StoreUnreachable(self.address, getattr(error, "reason", None) or error) from error


def without_password(address: str) -> str:
    """An address as it may be shown: without what stands between `//` and `@`."""
    return re.sub("//.*@", "//", address)


class _Staying(HTTPRedirectHandler):
    """Goes nowhere else: the token is for this server."""

    def redirect_request(self, *_: object) -> None:
        """Leave the answer as it is, which is an error then."""
