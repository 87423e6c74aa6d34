"""Keys under which papers are looked up that may be the same: two records of one paper share at least one."""

from assistant.text import title_fingerprint
from assistant.types import Record

KEYS_VERSION = "1"
"""Changes whenever `blocking_keys` gives other keys; papers stored under older ones are given theirs anew."""


def blocking_keys(record: Record) -> tuple[str, ...]:
    """Short texts, each once."""
    fingerprint = title_fingerprint(record.title)
    return (f"t:{fingerprint}",) if fingerprint else ()
