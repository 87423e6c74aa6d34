"""What vendors' clients raise: whether it passes, when to ask again, and what it means in words."""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.errors import BrokenOff, ServiceError
from assistant.llm.keys import detail_of, name_of_key

_PASSING_STATUS = frozenset({408, 409, 425, 429})
_SERVER_FAULT = 500
_BAD_REQUEST = 400
_FIRST_WAIT = 0.5
_LONGEST_WAIT = 60.0
"""Seconds. A server that asks for more is not waited for."""
_EXPLANATIONS = (
    ("Authentication|PermissionDenied", "{where} does not accept the key for {model}. Set {key}, or mend it."),
    ("Quota", "The account at {where} has nothing left to pay with ({detail}). See to it, or name another model."),
    ("Timeout", "{where} gave no answer in {seconds:g} s. Try again, or name another model with --model."),
    ("RateLimit", "{where} refuses more requests for now ({detail}){wait}. Wait, or check the account's limits."),
    (
        "NotFound",
        "{where} does not know {model} ({detail}). Check the model's name, and the address: most end in /v1.",
    ),
    ("Connect", "{where} cannot be reached ({detail}). Is the server running and the address right?"),
    ("Nothing", "{where} sent no reply that can be read. Is the address right? Most end in /v1."),
    ("ContextOverflow", "The prompt is longer than {model} can read ({detail}). Name a model that reads more."),
)
"""Parts of the names of what clients raise, and what each means; the first that fits is said."""
_BROKEN_OFF = "{where} broke off in the middle of its answer ({detail}). Try again."
_UNEXPLAINED = "{model} failed ({detail}). Try again, or name another model with --model."
_REFUSED = "{where} refuses what {model} was asked ({detail}). Name another model with --model."
"""Said of a request that will not be taken however often it is sent."""
_BY_STATUS = {401: "Authentication", 403: "PermissionDenied", 404: "NotFound", 429: "RateLimit"}
_OUT_OF_MONEY = re.compile(r"insufficient_quota|credit balance is too low", re.IGNORECASE)
_NOTHING = "No generation chunks"  # what LangChain says of a reply without anything in it
_NO_CONNECTION = re.compile(r"Connect|Connection(?:Refused|Reset)?Error$")
_CUT = re.compile(r"Connect|Protocol|Read|Incomplete|Chunked")
_REFUSED_SCHEMA = re.compile(r"response_format|json_schema|structured|grammar|output_config|schema", re.IGNORECASE)
_TOO_LONG = re.compile(r"context_length_exceeded|maximum context length|context window", re.IGNORECASE)
_MARKUP = re.compile(r"\s*<(?:!doctype|html|head|body)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Who was asked, as far as a message needs it."""

    model: str
    base_url: str | None
    key: str | None
    seconds: float
    """How long it may keep silent."""

    @property
    def provider(self) -> str:
        """The part of the model's name before the colon."""
        return self.model.partition(":")[0]


def status_of(error: Exception) -> int | None:
    """The HTTP status that an error stands for, if it does."""
    response = getattr(error, "response", None)
    status = getattr(error, "status_code", None) or getattr(response, "status_code", None)
    return status if isinstance(status, int) else None


def passes(error: Exception) -> bool:
    """True when asking again may help: too many requests, a server's fault, no connection."""
    if _is_out_of_money(error):
        return False
    status = status_of(error)
    if status is not None:
        return status in _PASSING_STATUS or status >= _SERVER_FAULT
    kind = type(error).__name__
    return bool(_NO_CONNECTION.search(kind)) and "Timeout" not in kind


def refuses_schema(error: Exception) -> bool:
    """True when a server does not take a request because of the JSON schema in it."""
    return status_of(error) in {_BAD_REQUEST, 422, 501} and bool(_REFUSED_SCHEMA.search(str(error)))


def seconds_to_wait(error: Exception, attempt: int) -> float | None:
    """How long to wait before asking again: what the server says, else twice as long each time, from half a second.

    Args:
        error: What the last attempt ended with.
        attempt: Attempts until now, from 1.

    Returns:
        None when the server asks for more than a minute.
    """
    said = _retry_after(error)
    if said is not None:
        return said if said <= _LONGEST_WAIT else None
    # Of a random length, so that those who were turned away together do not come back together.
    return float(_FIRST_WAIT * 2 ** (attempt - 1) * (1 + random.random() / 4))  # noqa: S311 - because no secret is made


def _retry_after(error: Exception) -> float | None:
    """Seconds in the headers `retry-after-ms` or `retry-after`; None when they say nothing, or a date."""
    headers = getattr(getattr(error, "response", None), "headers", None)
    if not isinstance(headers, Mapping):
        return None
    for name, unit in (("retry-after-ms", 1_000), ("retry-after", 1)):
        try:
            seconds = float(headers.get(name, "")) / unit
        except ValueError:
            continue
        if seconds >= 0:
            return seconds
    return None


def _is_out_of_money(error: Exception) -> bool:
    return _OUT_OF_MONEY.search(f"{getattr(error, 'code', '')} {error}") is not None


def _detail(error: Exception, key: str | None) -> str:
    """What the server said; a web page, as proxies send it, says nothing that helps."""
    said = detail_of(error, key)
    is_page = any(_MARKUP.match(str(text)) for text in (error, getattr(error, "body", "")))
    return f"{said.partition(' - ')[0]}, with a web page" if is_page else said


def explained(error: Exception, service: Service, *, has_begun: bool) -> ServiceError:
    """What happened and what to do, without any key."""
    kind = type(error).__name__
    sort = _BY_STATUS.get(status_of(error) or 0, "") + kind
    sort = "Quota" if _is_out_of_money(error) else "Nothing" if _NOTHING in str(error) else sort
    sort = "ContextOverflow" if _TOO_LONG.search(str(error)) else sort
    is_refused = status_of(error) is not None and not passes(error)
    message = next(
        (text for kinds, text in _EXPLANATIONS if re.search(kinds, sort)), _REFUSED if is_refused else _UNEXPLAINED
    )
    is_cut = has_begun and _CUT.search(kind) is not None
    said = _retry_after(error)
    words = (_BROKEN_OFF if is_cut else message).format(
        where=service.base_url or service.provider,
        model=service.model,
        kind=kind,
        detail=_detail(error, service.key),
        seconds=service.seconds,
        key=name_of_key(service.provider, service.base_url),
        wait=f" and asks to wait {said:g} s" if said else "",
    )
    return BrokenOff(words) if is_cut or (has_begun and "Timeout" in kind) else ServiceError(words)
