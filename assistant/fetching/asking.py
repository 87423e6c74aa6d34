"""Ask the services politely: in their time, again when it helps, and never twice in a day for the same."""

import logging
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from assistant.errors import ServiceError
from assistant.fetching.exchange import OK, Answer, Request
from assistant.fetching.hosts import HOSTS, Host
from assistant.fetching.kept import KeptAnswers
from assistant.fetching.outside import Outside
from assistant.fetching.pacing import Pace
from assistant.fetching.sending import LedAwayError, Letter, NoAnswerError, NoWayError, Reply, Sender, TooMuchError

if TYPE_CHECKING:
    import tenacity

logger = logging.getLogger(__name__)

TRIES = 4
_TRIES_TO_CONNECT = 2
LONGEST_WAIT = 60.0
"""Seconds. A service that asks for more is not waited for."""
_FIRST_WAIT = 1.0
_SAID = frozenset({OK, 400, 404, 406, 410})
"""What services answer to a request that they have understood, if only to turn it down."""
_PASSING = frozenset({403, 408, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529})
_BAD, _UNAUTHORIZED, _FORBIDDEN, _TOO_MANY = 400, 401, 403, 429
_ABOUT_KEYS = re.compile(rb"api.?key", re.IGNORECASE)

Problem = Callable[[Request, Answer], str]
"""Says why a good answer cannot be used; empty when it can."""


class _PassingError(Exception):
    """Asking again may help; the message is a sentence without its subject."""

    def __init__(self, message: str, *, wait: float | None = None, tries: int = TRIES) -> None:
        super().__init__(message)
        self.wait = wait
        """Seconds that the service asks to wait; None when it does not say."""
        self.tries = tries


class Asker:
    """Asks on behalf of a user."""

    def __init__(
        self,
        outside: Outside,
        *,
        contact: str | None,
        fresh: bool,
        on_note: Callable[[str], None] | None = None,
    ) -> None:
        """An asker.

        Args:
            outside: Environment, time and places.
            contact: An e-mail address that is sent to the services; None for none.
            fresh: Ask for everything, also for what was fetched within the last day.
            on_note: Called with a sentence when there is something to wait for.
        """
        self._outside = outside
        self._contact = contact
        self._fresh = fresh
        self._on_note = on_note
        self._kept = KeptAnswers(outside.folder, clock=outside.clock)
        self._pace = Pace(outside.folder, clock=outside.clock, sleep=outside.sleep)
        self._sender: Sender | None = None

    def close(self) -> None:
        """Close the connections."""
        if self._sender:
            self._sender.close()

    def ask(self, request: Request, problem: Problem) -> Answer:
        """The answer to a request, perhaps one of this day's.

        Raises:
            ServiceError: There is none that can be used; the message says why and what to do.
        """
        at = self._outside.address_of(request.host)
        kept = None if self._fresh else self._kept.find(request, at=at)
        if kept and not _unusable(request, kept, problem):
            return kept
        answer = self._asked(request, problem)
        if answer.status == OK:
            self._kept.keep(request, answer, at=at)
        return answer

    def _asked(self, request: Request, problem: Problem) -> Answer:
        import tenacity

        again = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_PassingError),
            stop=_is_enough,
            wait=_Waiting(),
            sleep=self._outside.sleep,
            before_sleep=lambda state: self._tell(request, state),
            reraise=True,
        )
        host = HOSTS[request.host]
        try:
            answer: Answer = again(self._once, request, problem)
        except _PassingError as error:
            after = f" and asks to wait {error.wait:,.0f} s" if error.wait else ""
            raise ServiceError(f"{host.title} {error}{after}. {self._hint(request, error)}Try again later.") from error
        return answer

    def _once(self, request: Request, problem: Problem) -> Answer:
        host = HOSTS[request.host]
        is_known = bool(self._outside.key_of(request.host) if host.key else self._contact)
        self._pace.wait(request.host, host.known_gap if is_known else host.gap)
        try:
            self._sender = self._sender or Sender(clock=self._outside.clock)
            reply = self._sender.send(self._letter(request, host))
        except NoAnswerError as error:
            message = f"cannot be used: {error}"
            raise _PassingError(message, tries=_TRIES_TO_CONNECT if error.is_unreachable else TRIES) from error
        except NoWayError as error:
            raise ServiceError(
                f"{host.title} cannot be asked: {error}. The variables HTTPS_PROXY, ALL_PROXY and SSL_CERT_FILE say "
                "which way requests go and whom to trust; mend or unset them, or try from another network."
            ) from error
        except LedAwayError as error:
            raise ServiceError(_led_away(host, str(error))) from error
        except TooMuchError as error:
            raise ServiceError(f"{host.title} sent more than can be read. Ask for less, or try again later.") from error
        answer = self._understood(request, host, reply)
        if found := _unusable(request, answer, problem):
            raise _PassingError(found)
        return answer

    def _letter(self, request: Request, host: Host) -> Letter:
        agent = f"citewell/{_version()}" + (f" (mailto:{self._contact})" if self._contact else "")
        url = self._outside.address_of(request.host) + request.path
        headers = {"User-Agent": agent, "Accept": request.accept}
        key = self._outside.key_of(request.host)
        if host.form:
            names = {"tool": "citewell", "email": self._contact, "api_key": key}
            more = {name: value for name, value in names.items() if value}
            return Letter(url=url, headers=headers, form={**dict(request.params), **more})
        secret = {host.key_header: host.key_prefix + key} if key else {}
        return Letter(url=url, headers=headers, secret_headers=secret, params=request.params, leads_to=host.leads_to)

    def _understood(self, request: Request, host: Host, reply: Reply) -> Answer:
        """What a reply says.

        Raises:
            _PassingError: Something that may pass.
            ServiceError: Something that will not.
        """
        answer = Answer(status=reply.status, body=reply.body)
        if reply.status == OK and answer.is_web_page:
            raise ServiceError(
                f"{host.title} answered with a web page where a record belongs. Something between here and there, such "
                "as a network's login page, may have answered in its place: open a page in a browser, then try again."
            )
        key = self._outside.key_of(request.host)
        is_about_key = reply.status == _FORBIDDEN or (reply.status == _BAD and _ABOUT_KEYS.search(reply.body))
        if reply.status == _UNAUTHORIZED or (key and is_about_key):
            known = f"the key in {host.key}" if key else "a request without a key"
            raise ServiceError(f"{host.title} does not accept {known} (status {reply.status}). {_key_advice(host)}")
        if reply.status in _SAID:
            return answer
        if reply.status in _PASSING:
            told = "refuses more requests for now" if reply.status in {_FORBIDDEN, _TOO_MANY} else "has a fault"
            wait = _retry_after(reply.headers.get("retry-after", ""), self._outside.clock())
            tries = TRIES if wait is None or wait <= LONGEST_WAIT else 1
            raise _PassingError(f"{told} (status {reply.status})", wait=wait, tries=tries)
        raise ServiceError(f"{host.title} refuses the request (status {reply.status}). Try again later.")

    def _hint(self, request: Request, error: _PassingError) -> str:
        host = HOSTS[request.host]
        is_known = self._outside.key_of(request.host) if host.key else self._contact
        if "refuses more" in str(error) and host.hint and not is_known:
            return f"{host.hint} "
        return "Is this machine connected? " if error.tries == _TRIES_TO_CONNECT else ""

    def _tell(self, request: Request, state: "tenacity.RetryCallState") -> None:
        seconds = state.upcoming_sleep
        error = state.outcome.exception() if state.outcome else None
        note = f"{HOSTS[request.host].title} {error}; asking again in {seconds:.0f} s."
        logger.info("%s", note)
        if self._on_note:
            self._on_note(note)


def _unusable(request: Request, answer: Answer, problem: Problem) -> str:
    """Why an answer cannot be used; empty when it can."""
    if answer.status != OK:
        return ""
    if request.form == "json" and not isinstance(answer.json, dict):
        return "sent an answer that is cut off or no JSON"
    if request.form == "xml" and not answer.body.rstrip().endswith(b">"):
        return "sent an answer that is cut off or no XML"
    return problem(request, answer)


def _is_enough(state: "tenacity.RetryCallState") -> bool:
    error = state.outcome.exception() if state.outcome else None
    return state.attempt_number >= (error.tries if isinstance(error, _PassingError) else 1)


class _Waiting:
    """What the service says; else a second, and twice as long each time, a little more by chance."""

    def __init__(self) -> None:
        import tenacity

        self._guess = tenacity.wait_exponential_jitter(initial=_FIRST_WAIT, max=LONGEST_WAIT, jitter=_FIRST_WAIT)

    def __call__(self, state: "tenacity.RetryCallState") -> float:
        error = state.outcome.exception() if state.outcome else None
        said = error.wait if isinstance(error, _PassingError) else None
        return self._guess(state) if said is None else said


def _retry_after(text: str, now: float) -> float | None:
    """Seconds to wait of a header that gives them or a date; None when it says nothing."""
    from email.utils import parsedate_to_datetime

    if text.strip().isascii() and text.strip().isdigit():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return None


def _led_away(host: Host, to: str) -> str:
    if host.leads_to:
        return (
            f"{host.title} leads to {to}, where records cannot be read by a program. Open the paper's page in a "
            "browser, export the citation there, and add that file."
        )
    return (
        f"{host.title} leads to {to}, which is not its own, and nothing was sent there. Something between here and "
        "there may have answered in its place; try again from another network."
    )


def _key_advice(host: Host) -> str:
    return f"Mend or unset {host.key}, then try again." if host.key else "Try again later."


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("citewell")
    except PackageNotFoundError:
        return "unknown"
