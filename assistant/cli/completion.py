"""Completes what is typed in the chat: commands, what they take, and keys of papers after @."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from prompt_toolkit.completion import CompleteEvent, Completer, Completion, FuzzyWordCompleter, PathCompleter
from prompt_toolkit.document import Document

from assistant.cli.citing import STYLES
from assistant.cli.commands.registry import COMMANDS, find_command
from assistant.llm import DEFAULT_OPENAI, EMBEDDED

if TYPE_CHECKING:
    from assistant.cli.commands.command import Completes
    from assistant.cli.conversation import Conversation

_MENTION = re.compile(r"(?:^|\s)@(\S*)$")
_MOST = 50


class ChatCompleter(Completer):
    """Completions for one conversation; parts of names are enough, in their order."""

    def __init__(self, conversation: "Conversation") -> None:
        self._conversation = conversation

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        """What the text before the cursor may become."""
        text = document.text_before_cursor
        if mention := _MENTION.search(text):
            yield from self._words(mention[1], dict.fromkeys(self._keys, ""), complete_event)
        elif text.startswith("/"):
            name, space, argument = text.partition(" ")
            if not space:
                yield from self._words(text, {f"/{one.name}": one.what for one in COMMANDS}, complete_event)
            elif command := find_command(name[1:]):
                yield from self._argument(command.completes, argument, complete_event)

    def _argument(self, kind: "Completes", argument: str, event: CompleteEvent) -> Iterator[Completion]:
        words = self._known(kind)
        if words:
            yield from self._words(argument.lstrip(), words, event)
        if kind.endswith("file"):
            yield from PathCompleter(expanduser=True).get_completions(Document(argument), event)

    def _words(self, typed: str, words: Mapping[str, str], event: CompleteEvent) -> Iterable[Completion]:
        """Those of these words that what was typed may become, with what they mean; of very many the first."""
        if " " in typed:
            return ()
        completer = FuzzyWordCompleter(list(words), meta_dict=dict(words), WORD=True)
        return islice(completer.get_completions(Document(typed), event), _MOST)

    def _known(self, kind: "Completes") -> Mapping[str, str]:
        """The words that an argument of this kind can be, with what they mean."""
        words: dict[Completes, Callable[[], Mapping[str, str]]] = {
            "key": lambda: dict.fromkeys(self._keys, ""),
            "model": lambda: dict.fromkeys(self._models(), ""),
            "judge": lambda: {EMBEDDED: "on this machine", "llm": "the model that answers"},
            "style": lambda: dict.fromkeys(STYLES, ""),
            "switch": lambda: {"on": "", "off": ""},
            "session or file": lambda: {
                str(one.id): one.title for one in self._conversation.assistant.sessions.saved()
            },
            "command": lambda: {one.name: one.what for one in COMMANDS},
        }
        return words[kind]() if kind in words else {}

    def _models(self) -> Iterator[str]:
        yield from (EMBEDDED, self._conversation.assistant.choice.name, DEFAULT_OPENAI)
        yield from (turn.answer.model for turn in self._conversation.turns)

    @cached_property
    def _keys(self) -> list[str]:
        return sorted(self._conversation.assistant.library.known_keys())
