"""The address under which a service can reach whoever asks it."""

import os
import re
from collections.abc import Mapping

from assistant.config import Config
from assistant.errors import UsageError

_PART = r"[!#-'*+\-./-9=?A-Z[\]^-~]+"
_ADDRESS = re.compile(rf"{_PART}@{_PART}\.{_PART}")
"""Printable ASCII, which a header can carry, without what addresses have only in quotation marks."""


def contact_of(option: str | None, config: Config, environ: Mapping[str, str] = os.environ) -> str | None:
    """--contact, else $CITEWELL_CONTACT, else the config file; None when nobody set one, and then nobody is named.

    Raises:
        UsageError: It is no e-mail address.
    """
    return checked_contact(option or environ.get("CITEWELL_CONTACT") or config.contact)


def checked_contact(address: str | None) -> str | None:
    """The address as it can be sent in a header; None for none.

    Raises:
        UsageError: It is no e-mail address.
    """
    if not address:
        return None
    if not _ADDRESS.fullmatch(address):
        raise UsageError(f"The contact {address!r} is no e-mail address; write one, as in name@example.org.")
    return address
