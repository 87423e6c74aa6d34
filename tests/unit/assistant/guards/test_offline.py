"""With --local no library finds a way out of this machine. The cases run in a process that pytest's own refusal of
sockets is not in; 192.0.2.0/24 and 2001:db8::/32 are for documentation and belong to nobody."""

import json
import subprocess
import sys
import textwrap
from collections.abc import Mapping

import pytest

from tests.fakes.openai_server import OpenAIServer, says

_REFUSED = "--local refuses a connection to"


REFUSED = [
    ("socket.create_connection(('192.0.2.1', 80), timeout=1)", "192.0.2.1"),
    ("socket.socket().connect(('192.0.2.1', 80))", "192.0.2.1"),
    ("socket.socket().connect_ex(('192.0.2.1', 80))", "192.0.2.1"),
    ("socket.socket(socket.AF_INET6).connect(('2001:db8::1', 80))", "2001:db8::1"),
    ("socket.socket(socket.AF_INET6).connect(('::ffff:192.0.2.1', 80))", "::ffff:192.0.2.1"),
    ("socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))", "192.0.2.1"),
    ("socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendmsg([b'x'], [], 0, ('192.0.2.1', 53))", "192.0.2.1"),
    ("socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('192.0.2.1', 53))", "192.0.2.1"),
    ("socket.getaddrinfo('example.org', 443)", "example.org"),
    ("socket.getaddrinfo(b'example.org', 443)", "example.org"),
    ("socket.gethostbyname('example.org')", "example.org"),
    ("socket.gethostbyname_ex('example.org')", "example.org"),
    ("socket.gethostbyaddr('192.0.2.1')", "192.0.2.1"),
    ("socket.getnameinfo(('192.0.2.1', 80), 0)", "192.0.2.1"),
    ("socket.create_connection(('localhost.example.org', 80))", "localhost.example.org"),
    ("socket.create_connection(('127.0.0.1.example.org', 80))", "127.0.0.1.example.org"),
    ("import urllib.request; urllib.request.urlopen('http://example.org/')", "example.org"),
    ("import http.client; http.client.HTTPSConnection('192.0.2.1').request('GET', '/')", "192.0.2.1"),
    ("import httpx; httpx.get('https://example.org/', trust_env=False)", "example.org"),
    ("import httpx; httpx.get('http://192.0.2.1/', trust_env=False)", "192.0.2.1"),
    ("import asyncio; asyncio.run(asyncio.open_connection('192.0.2.1', 80))", "192.0.2.1"),
    ("import asyncio; asyncio.run(asyncio.open_connection('example.org', 80))", "example.org"),
    (
        "import openai; openai.OpenAI(api_key='x', max_retries=0).models.list()",
        "api.openai.com",
    ),
    (
        """
        from concurrent.futures import ThreadPoolExecutor
        with ThreadPoolExecutor(1) as pool:
            pool.submit(socket.create_connection, ('192.0.2.1', 80), 1).result()
        """,
        "192.0.2.1",
    ),
    (
        """
        # A name of this machine that somebody has made lead elsewhere.
        real = socket.getaddrinfo
        socket.getaddrinfo = lambda *_, **__: [(2, 1, 6, '', ('192.0.2.1', 80))]
        socket.create_connection(('localhost', 80))
        """,
        "192.0.2.1",
    ),
]
"""What a library may try, and the machine that it would reach."""
ALLOWED = [
    "socket.getaddrinfo('localhost', 80)",
    "socket.getaddrinfo('LOCALHOST', 80)",
    "socket.getaddrinfo('127.0.0.1', 80)",
    "socket.getaddrinfo('::1', 80)",
    "socket.getaddrinfo(None, 80)",
    """
    listener = socket.create_server(('127.0.0.1', 0))
    for host in ('127.0.0.1', 'localhost', '0.0.0.0'):
        socket.create_connection((host, listener.getsockname()[1]), timeout=5).close()
    """,
    """
    listener = socket.create_server(('127.1.2.3', 0))
    socket.create_connection(listener.getsockname(), timeout=5).close()
    """,
    """
    a = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    a.bind(('127.0.0.1', 0))
    a.sendto(b'x', a.getsockname())
    assert a.recv(1) == b'x'
    """,
    """
    import tempfile, pathlib
    path = str(pathlib.Path(tempfile.mkdtemp()) / 'socket')
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    client = socket.socket(socket.AF_UNIX)
    client.connect(path)
    client.sendmsg([b'x'])
    a, b = socket.socketpair()
    a.send(b'x')
    """,
]

_PROGRAM = """
import json, socket, sys
from assistant.guards.offline import refuse_other_machines

def cause_of(error):
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__
    return error

def outcome(code):
    try:
        exec(code, {"socket": socket})
    except Exception as error:
        return str(cause_of(error))
    return "done"

refuse_other_machines()
real, said = socket.getaddrinfo, []
for code in json.load(sys.stdin):
    said.append(outcome(code))
    socket.getaddrinfo = real
print(json.dumps(said))
"""


def outcomes(*codes: str) -> list[str]:
    """What a process says that refuses other machines, and then tries one thing after the other."""
    ended = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        input=json.dumps([textwrap.dedent(code) for code in codes]),
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert ended.returncode == 0, ended.stderr
    said = json.loads(ended.stdout.splitlines()[-1])
    assert len(said) == len(codes)
    return list(said)


@pytest.fixture(scope="module")
def said() -> Mapping[str, str]:
    """What came of each case; all are tried in one process."""
    codes = [*(code for code, _ in REFUSED), *ALLOWED]
    return dict(zip(codes, outcomes(*codes), strict=True))


@pytest.mark.parametrize(("code", "host"), REFUSED)
def test_is_refused(code: str, host: str, said: Mapping[str, str]) -> None:
    assert said[code].startswith(f"{_REFUSED} {host}: it is not on this machine.")
    assert "leave --local out" in said[code]


@pytest.mark.parametrize("code", ALLOWED)
def test_is_allowed(code: str, said: Mapping[str, str]) -> None:
    assert said[code] == "done"


def test_server_on_loopback_answers_and_another_is_refused() -> None:
    with OpenAIServer(says("Yes.")) as server:
        answers = f"""
        from assistant.llm import ModelChoice, open_model
        choice = ModelChoice(name='openai:x', why='', base_url={server.base_url!r})
        assert ''.join(piece.text for piece in open_model(choice).stream('hello')) == 'Yes.'
        """
        refused = """
        from assistant.llm import ModelChoice, open_model
        choice = ModelChoice(name='openai:x', why='', base_url='http://192.0.2.1/v1')
        try:
            list(open_model(choice).stream('hello'))
        except Exception as error:
            assert type(error).__name__ == 'NotLocal', error
            assert error.exit_code == 2
            raise
        """
        first, second = outcomes(answers, refused)
    assert first == "done"
    assert second.startswith(f"{_REFUSED} 192.0.2.1")


def test_context_ends() -> None:
    ended = subprocess.run(
        [
            sys.executable,
            "-c",
            textwrap.dedent("""
            import socket
            from assistant.errors import NotLocal
            from assistant.guards.offline import nothing_leaves

            def is_refused():
                client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                try:
                    client.connect(("192.0.2.1", 9))  # a datagram socket sends nothing for this
                except NotLocal:
                    return True
                except OSError:
                    return False
                finally:
                    client.close()
                return False

            found = [is_refused()]
            with nothing_leaves():
                with nothing_leaves():
                    found.append(is_refused())
                found.append(is_refused())
            found.append(is_refused())
            print(found)
            """),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert ended.stdout.strip() == "[False, True, True, False]"
