from pathlib import Path

import pytest

from assistant.config import Config, config_path, library_folder, load_config
from assistant.errors import UsageError
from assistant.types import Limits


def load(tmp_path: Path, content: str | bytes) -> Config:
    path = tmp_path / "config.toml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return load_config({"CITEWELL_CONFIG": str(path)})


def test_everything_set(tmp_path: Path) -> None:
    names = {"library": "/papers", "model": "a:b", "base_url": "http://x", "embedding": "c:d", "prompts": "/p"}
    content = "".join(f'{name} = "{value}"\n' for name, value in (names | {"store": "local"}).items())
    assert load(tmp_path, content) == Config(
        library="/papers", model="a:b", base_url="http://x", embedding="c:d", prompts="/p", store="local"
    )


def test_an_absent_file_sets_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert load_config({}) == Config()


def test_an_absent_file_that_is_named_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "none.toml", tmp_path / "file" / "config.toml"):
        with pytest.raises(UsageError, match=rf"There is no config file {path}, which \$CITEWELL_CONFIG names\."):
            load_config({"CITEWELL_CONFIG": str(path)})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('modle = "a:b"', r"unknown name 'modle'\. Did you mean 'model'\?"),
        (
            "zzz = 1",
            r"unknown name 'zzz'\. The names are: library, model, base_url, .*, max_tokens, max_usd, timeout\.",
        ),
        ('[model]\nname = "x"', r"'model' must be a text in quotes, not \{'name': 'x'\}"),
        ("model = 4", r"config\.toml, 'model' must be a text in quotes, not 4"),
        ("max_tokens = 2.5", "'max_tokens' must be a whole number above 0, not 2.5"),
        ("max_tokens = true", "'max_tokens' must be a whole number above 0, not true"),
        ('max_usd = "0.05"', "'max_usd' must be a number that is not below 0, not '0.05'"),
        ("max_usd = -0.01", "'max_usd' must be a number that is not below 0, not -0.01"),
        ("timeout = 0", "'timeout' must be a number above 0, not 0"),
        ("timeout = inf", "'timeout' must be a number above 0, not inf"),
        ("timeout = nan", "'timeout' must be a number above 0, not nan"),
        ('structured = "yes"', '\'structured\' must be one of "auto", "on", "off", not \'yes\''),
        ("structured = true", '\'structured\' must be one of "auto", "on", "off", not true'),
        ("keep_unsupported = 1", "'keep_unsupported' must be true or false, not 1"),
        ("model = gpt", r"is not valid TOML: .*line 1"),
        (b'model = "\xff"', "is not valid TOML"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        load(tmp_path, content)


def test_numbers_and_switches(tmp_path: Path) -> None:
    config = load(
        tmp_path,
        'max_tokens = 9000\nmax_usd = 0.05\ntimeout = 60\nstructured = "on"\nkeep_unsupported = true\njudge = "llm"',
    )
    assert config.limits == Limits(max_tokens=9_000, max_usd=0.05, timeout=60)
    assert (config.structured, config.keep_unsupported, config.judge) == ("on", True, "llm")
    assert Config().limits == Limits()


def test_no_dollars_and_what_windows_writes_first(tmp_path: Path) -> None:
    assert load(tmp_path, b"\xef\xbb\xbfmax_usd = 0").limits == Limits(max_usd=0)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read: Is a directory"):
        load_config({"CITEWELL_CONFIG": str(tmp_path)})


def test_where_the_config_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "conf"))
    assert config_path({"CITEWELL_CONFIG": "~/mine.toml"}) == tmp_path / "mine.toml"
    assert config_path({}).name == "config.toml"
    assert config_path({}).parent.name == "citewell"


def test_where_the_library_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    config = Config(library="~/from-config")
    environ = {"CITEWELL_LIBRARY": "~/from-environment"}
    assert library_folder(Path("~/option"), config, environ) == tmp_path / "option"
    assert library_folder(None, config, environ) == tmp_path / "from-environment"
    assert library_folder(None, config, {"CITEWELL_LIBRARY": ""}) == tmp_path / "from-config"
    assert library_folder(None, Config(), {}).parts[-2:] == ("citewell", "library")


def test_the_home_of_nobody() -> None:
    with pytest.raises(UsageError, match=r"'~nobody-of-this-name/x' names the home folder of nobody"):
        library_folder(Path("~nobody-of-this-name/x"), Config(), {})
