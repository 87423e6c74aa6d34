"""Titles put together from the parts that a source keeps apart."""

import re


def with_subtitle(title: str, subtitle: str) -> str:
    """A title and its subtitle behind a colon, or behind the sign that the title ends with; a repeated one once."""
    title, subtitle = title.rstrip(" :"), subtitle.lstrip(" :")
    if not title or not subtitle or re.search(rf"[^\w\s]\s*{re.escape(subtitle)}\W*$", title, re.IGNORECASE):
        return title
    ends = title.endswith(("?", "!", ".", "\u2014", "\u2013"))
    return f"{title} {subtitle}" if ends else f"{title}: {subtitle}"
