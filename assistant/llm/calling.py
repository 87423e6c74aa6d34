"""Calls a chat model through LangChain.

Who asks again, and when:

- This module asks again what never began: too many requests (429), a server's fault (5xx), no connection. Twice at
  most, after what the server says in Retry-After (at most a minute), else after 0.5 and 1 s. The clients' own retries
  are turned off: they differ from vendor to vendor, and know nothing of the time that is left.
- A server that keeps silent for `SILENCE` seconds is not asked again: it is busy, and asking twice makes that worse.
- A reply that has begun is never asked for again here, because it may have been paid for and a part of it shown. It
  ends with `BrokenOff`, and whoever checks the statements decides: once more when none was shown yet.
- A request that is refused because of its JSON schema is sent once more without it, and so are all later ones.

No reply goes on for ever: it is at most `LONGEST_REPLY` characters, and `LONGEST_CALL` seconds, long.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from time import perf_counter, sleep
from typing import TYPE_CHECKING, Any, Self

from assistant.errors import BrokenOff, CitewellError, ServiceError, TookTooLong
from assistant.llm.choice import ModelChoice
from assistant.llm.failing import Service, explained, passes, refuses_schema, seconds_to_wait
from assistant.llm.keys import is_elsewhere
from assistant.llm.messages import ended, ending, reported, text_of
from assistant.llm.prices import Price
from assistant.llm.reading import OutOfTimeError, read_within
from assistant.llm.seam import LONGEST_REPLY, Delta, Ending
from assistant.types import Usage

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

RETRIES = 2
SILENCE = 120.0
"""Seconds without a word after which a server is given up."""
LONGEST_CALL = 900.0
_SIZES = ("max_tokens", "num_predict", "max_output_tokens")
"""What LangChain's models call the most tokens of a reply."""
_WRITTEN_BY_ANY = 4_096
"""Tokens that any chat model can write in one reply."""
_ENDING_ERRORS: Mapping[str, Ending] = {
    "LengthFinishReasonError": "length",
    "ContentFilterFinishReasonError": "filter",
    "OpenAIRefusalError": "refusal",
}
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class JsonState:
    """Whether a server takes schemas, as far as is known."""

    is_written: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LangChainModel:
    """A chat model of LangChain's behind Citewell's seam."""

    choice: ModelChoice
    chat: "BaseChatModel"
    """It must not retry by itself."""
    key: str | None
    """What must not appear in a message."""
    price: Price | None
    """What it costs; None when that is not known."""
    json: JsonState
    """Shared by all that `within` makes of one model."""
    tokens: int | None = None
    """Most of them in a reply."""
    seconds: float | None = None
    """Most of them for a reply."""

    @property
    def name(self) -> str:
        """`provider:model`."""
        return self.choice.name

    @property
    def is_openai(self) -> bool:
        """True for a model that OpenAI itself serves; other servers give their models any name."""
        return self.choice.provider == "openai" and not is_elsewhere("openai", self.choice.base_url)

    @property
    def writes_json(self) -> bool:
        """True until its server has refused a schema, when it was asked for JSON at all."""
        return self.json.is_written

    def within(self, *, tokens: int | None, seconds: float | None) -> Self | None:
        """The same model, held to a number of tokens of reply and of seconds; None when it has no such setting."""
        if tokens is None:
            return replace(self, seconds=seconds)
        size = next((one for one in _SIZES if one in type(self.chat).model_fields), None)
        if size is None:
            return None
        # A server refuses a number that is beyond what its model can write at all.
        most = (getattr(self.chat, "profile", None) or {}).get("max_output_tokens") or _WRITTEN_BY_ANY
        fitting = min(tokens, most)
        return replace(self, seconds=seconds, tokens=fitting, chat=self.chat.model_copy(update={size: fitting}))

    def stream(self, prompt: str, schema: Mapping[str, Any] | None = None) -> Iterator[Delta]:
        """Send a prompt; see `ChatModel.stream`."""
        call = _Call(self.choice, self.key, self.seconds)
        if schema is not None and self.writes_json:
            try:
                yield from self._counted(prompt, call.messages(self._held_to(schema), prompt, is_held=True))
            except _SchemaRefusedError:
                self.json.is_written = False
                _log.warning("%s takes no JSON schema: from now on its replies are read as text.", self.name)
            else:
                return
        yield from self._counted(prompt, call.messages(self._options(self.chat), prompt))

    def _held_to(self, schema: Mapping[str, Any]) -> Any:  # noqa: ANN401 - because it is any of LangChain's Runnables
        """The model bound to a schema. What LangChain adds to parse the reply is left out: it waits for the end."""
        strict = {"strict": True} if self.name.startswith("openai:") else {}
        try:
            held: Any = self.chat.with_structured_output({"title": "Reply", **schema}, method="json_schema", **strict)
            return self._options(held.first)
        except Exception as error:
            raise _SchemaRefusedError from error  # LangChain has no such way for this vendor's models

    def _options(self, chat: Any) -> Any:  # noqa: ANN401 - because it is any of LangChain's Runnables
        """What OpenAI's client alone takes with each call."""
        options: dict[str, Any] = {}
        if self.name.startswith("openai:"):
            if self.tokens is not None and self.choice.base_url:
                # Other servers know the number of tokens by its older name, too or only.
                options["extra_body"] = {"max_tokens": self.tokens}
            if self.seconds is not None:
                # A server that is given up is hung up on soon after, so that it stops writing.
                options["timeout"] = min(SILENCE, self.seconds + 1)
        return chat.bind(**options) if options else chat

    def _counted(self, prompt: str, messages: Iterator["BaseMessage"]) -> Iterator[Delta]:
        """The pieces of a reply, then its usage and its end; the usage comes before an error, too."""
        usage: Usage | None = None
        end: Ending = "complete"
        reply: list[str] = []
        length = 0
        try:
            for message in messages:
                if counted := reported(message):
                    usage = self._usage(*counted) + (usage or Usage())
                end = ending(message) or end
                text = text_of(message)
                if not text:
                    continue
                reply.append(text[: LONGEST_REPLY - length])
                length += len(reply[-1])
                yield Delta(text=reply[-1])
                if length >= LONGEST_REPLY:
                    end = "length"
                    break
        except (BrokenOff, TookTooLong):
            if reply:
                yield Delta(text="", usage=usage or self._estimated(prompt, "".join(reply)))
            raise
        estimated = self._estimated(prompt, "".join(reply))
        if usage:  # some servers report the prompt only, or the reply
            usage = self._usage(usage.prompt or estimated.prompt, usage.completion or estimated.completion)
        yield Delta(text="", usage=usage or estimated, end=end)

    def _usage(self, prompt: int, completion: int) -> Usage:
        usd = self.price.of(prompt, completion) if self.price else None
        return Usage(prompt=prompt, completion=completion, usd=usd)

    def _estimated(self, prompt: str, reply: str) -> Usage:
        from vectorstore.tokens import count_tokens

        return self._usage(count_tokens(prompt), count_tokens(reply))


class _SchemaRefusedError(Exception):
    """The server does not take the schema."""


class _Call:
    """One call with its attempts, against the clock."""

    def __init__(self, choice: ModelChoice, key: str | None, seconds: float | None) -> None:
        self._service = Service(model=choice.name, base_url=choice.base_url, key=key, seconds=SILENCE)
        self._left = LONGEST_CALL if seconds is None else seconds
        self._given = seconds

    def messages(self, chat: Any, prompt: str, *, is_held: bool = False) -> Iterator["BaseMessage"]:  # noqa: ANN401 - because it is any of LangChain's Runnables
        """The pieces of the reply of the first attempt that begins.

        Raises:
            _SchemaRefusedError: The model is held to a schema, and its server does not take that.
        """
        attempt = 0
        while True:
            attempt += 1
            has_begun = False
            try:
                for message in self._clocked(chat, prompt):
                    has_begun = True
                    yield message
            except CitewellError:
                raise
            except Exception as error:
                if ours := _ours(error):
                    raise ours from error
                if type(error).__name__ in _ENDING_ERRORS:
                    yield ended(_ENDING_ERRORS[type(error).__name__])
                    return
                if is_held and refuses_schema(error) and not has_begun:
                    raise _SchemaRefusedError from error
                if has_begun or attempt > RETRIES or not passes(error):
                    raise explained(error, self._service, has_begun=has_begun) from error
                self._wait(error, attempt)
            else:
                return

    def _clocked(self, chat: Any, prompt: str) -> Iterator["BaseMessage"]:  # noqa: ANN401 - because it is any of LangChain's Runnables
        began, away = perf_counter(), 0.0
        try:
            for message in read_within(self._left, lambda: chat.stream(prompt)):
                paused = perf_counter()
                yield message
                away += perf_counter() - paused
        except OutOfTimeError:
            raise self._too_long() from None
        finally:
            self._left -= perf_counter() - began - away

    def _wait(self, error: Exception, attempt: int) -> None:
        """Wait before the next attempt, unless that takes longer than there is time."""
        seconds = seconds_to_wait(error, attempt)
        if seconds is None or seconds >= self._left:
            raise explained(error, self._service, has_begun=False) from error
        _log.info("%s: %s; asked again in %.1f s", self._service.model, type(error).__name__, seconds)
        sleep(seconds)
        self._left -= seconds

    def _too_long(self) -> ServiceError:
        model = self._service.model
        if self._given is None:
            return BrokenOff(f"{model} was still writing after {LONGEST_CALL:g} s. Try again, or name another model.")
        return TookTooLong(f"{model} was not done in {self._given:.3g} s, which is the time limit.")


def _ours(error: BaseException) -> CitewellError | None:
    """The error of Citewell's own that a client has wrapped in another, as when a connection is refused here."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, CitewellError):
            return cause
        cause = cause.__cause__ or cause.__context__
    return None
