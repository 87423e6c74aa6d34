"""What to do next, said in the words of the chat: messages are written for the command line."""

import re

_SAID = (
    (
        r"least ([\d,]+) with --max-tokens",
        lambda found: f"least {found[1]} with /limits tokens={found[1].replace(',', '')}",
    ),
    (r"least (\S+) with --max-usd", r"least \1 with /limits usd=\1"),
    (r"(, or )?leave --max-tokens and --max-usd out", r"\1write /limits off"),
    (r"with --timeout", "with /limits timeout=S"),
    (r"with --model embedded for quotes", "/retry embedded for quotes"),
    (r"with --model\b", "with /model"),
    (r"with --judge\b", "with /judge"),
    (r"--judge llm", "/judge llm"),
    (r"`citewell sessions`", "/sessions"),
    (r"`citewell show (\S+?)`", r"/show \1"),
    (r"`citewell list` shows the keys", "Tab after /show lists the keys"),
)


def in_chat(message: str) -> str:
    """A message with what can be typed at the chat's prompt in place of options and other commands."""
    for pattern, said in _SAID:
        message = re.sub(pattern, said, message)
    return message
