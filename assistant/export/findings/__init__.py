"""What was found in a draft, for people, for programs, for GitHub and for a browser."""

from assistant.export.findings.github import to_github
from assistant.export.findings.page import to_page
from assistant.export.findings.shape import findings_shape
from assistant.export.findings.text import to_text

__all__ = ["findings_shape", "to_github", "to_page", "to_text"]
