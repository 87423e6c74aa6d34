import pytest

from assistant.cli.in_chat import in_chat


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("Allow at least 1,424 with --max-tokens, or use", "Allow at least 1,424 with /limits tokens=1424, or use"),
        ("Allow at least 0.0012 with --max-usd, name", "Allow at least 0.0012 with /limits usd=0.0012, name"),
        (
            "Name another model with --model, or leave --max-tokens and --max-usd out.",
            "Name another model with /model, or write /limits off.",
        ),
        ("Raise it with --timeout, or name", "Raise it with /limits timeout=S, or name"),
        ("Ask again, or with --model embedded for quotes.", "Ask again, or /retry embedded for quotes."),
        ("`citewell show x2020y` shows that.", "/show x2020y shows that."),
        ("`citewell list` shows the keys.", "Tab after /show lists the keys."),
        ("`citewell list --author Li` lists the papers.", "`citewell list --author Li` lists the papers."),
        ("--local refuses openai:gpt.", "--local refuses openai:gpt."),
    ],
)
def test_what_to_do_next_is_said_as_the_chat_takes_it(message: str, said: str) -> None:
    assert in_chat(message) == said
