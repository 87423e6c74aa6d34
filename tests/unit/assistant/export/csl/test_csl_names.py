from pathlib import Path

import pytest

from assistant.errors import InputError, UsageError
from assistant.export.csl import ALIASES, style_path, styles, writes_names
from assistant.export.csl.opening import open_style

STYLE = """<?xml version="1.0" encoding="utf-8"?>
<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
<info><title>T</title><id>t</id><category citation-format="author-date"/></info>
{macros}
<citation><layout prefix="(" suffix=")">{citation}</layout></citation>
<bibliography><layout>{entry}</layout></bibliography>
</style>
"""


def _style(folder: Path, *, macros: str = "", entry: str = '<text variable="title"/>', name: str = "own.csl") -> str:
    path = folder / name
    path.write_text(STYLE.format(macros=macros, citation='<text variable="title"/>', entry=entry), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("name", ["apa", "ieee", "nature", "chicago", "acl", "mla", "vancouver", "harvard"])
def test_the_styles_that_people_ask_for_have_a_file(name: str) -> None:
    assert style_path(name).read_bytes().startswith(b"<?xml")
    assert name in styles()


def test_every_short_name_means_a_style_of_the_package() -> None:
    assert all(style_path(name) == style_path(long) for name, long in ALIASES.items())


def test_names_are_read_as_people_write_them() -> None:
    assert style_path(" APA ") == style_path("apa")
    assert style_path("PLOS One").stem == "plos"
    assert style_path("Modern Language Association").stem == "modern-language-association"


def test_a_style_that_points_to_another_is_followed() -> None:
    path = style_path("nature-digest")
    assert path.name == "nature.csl"
    assert "dependent" not in path.parts


def test_a_style_that_was_renamed_is_found() -> None:
    assert style_path("harvard1").stem == "harvard-cite-them-right"


def test_a_typo_gets_the_nearest_name() -> None:
    with pytest.raises(UsageError, match=r"no citation style 'ieeee'\. Did you mean 'ieee'"):
        style_path("ieeee")
    with pytest.raises(UsageError, match="Often used: apa, ieee, nature"):
        style_path("")


def test_whether_a_style_writes_names() -> None:
    assert [writes_names(one) for one in ("apa", "mla", "ieee", "nature")] == [True, True, False, False]


def test_a_file_is_a_style_too(tmp_path: Path) -> None:
    assert style_path(_style(tmp_path)) == tmp_path / "own.csl"


def test_a_file_that_points_to_a_known_style_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "mine.csl"
    link = '<info><link rel="independent-parent" href="http://www.zotero.org/styles/{}"/></info>'
    path.write_text(f'<style xmlns="http://purl.org/net/xbiblio/csl">{link.format("apa")}</style>')
    assert style_path(str(path)) == style_path("apa")
    path.write_text(f'<style xmlns="http://purl.org/net/xbiblio/csl">{link.format("nowhere")}</style>')
    with pytest.raises(InputError, match="only points to 'nowhere', which is not installed"):
        style_path(str(path))
    path.write_text('<style xmlns="http://purl.org/net/xbiblio/csl"/>')
    with pytest.raises(InputError, match="a style without rules"):
        style_path(str(path))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no style file '.*none\.csl'"):
        style_path(str(tmp_path / "none.csl"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"Dear Sir,", "not well-formed XML"),
        (b"<html/>", r"begins with <html>, not with <style>"),
        (b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY b "&a;&a;">]><style>&b;</style>', "document type or entities"),
        (b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><style>&a;</style>', "document type or entities"),
        (b'<?xml version="1.0" encoding="klingon"?><style/>', "not well-formed XML"),
        (b"\xff\xfe\x00", "not well-formed XML"),
        (b"<a>" * 700_000, "bytes, at most"),
    ],
)
def test_what_is_no_style_gets_a_word(tmp_path: Path, text: bytes, said: str) -> None:
    path = tmp_path / "odd.csl"
    path.write_bytes(text)
    with pytest.raises(InputError, match=said) as caught:
        style_path(str(path))
    assert "odd.csl" in str(caught.value)


def test_a_document_type_in_another_encoding_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "odd.csl"
    path.write_bytes('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x [<!ENTITY a "b">]><style/>'.encode("utf-16"))
    with pytest.raises(InputError, match="document type"):
        style_path(str(path))


def test_macros_that_never_end_are_refused(tmp_path: Path) -> None:
    loop = '<macro name="a"><text macro="b"/></macro><macro name="b"><text macro="a"/></macro>'
    path = _style(tmp_path, macros=loop, entry='<text macro="a"/>')
    with pytest.raises(InputError, match=r"macro 'a' .* uses itself"):
        open_style(Path(path), name="own.csl")
    bomb = '<macro name="m0"><text variable="title"/></macro>' + "".join(
        f'<macro name="m{level}">{f"""<text macro="m{level - 1}"/>""" * 10}</macro>' for level in range(1, 12)
    )
    path = _style(tmp_path, macros=bomb, entry='<text macro="m11"/>')
    with pytest.raises(InputError, match="never come to its end"):
        open_style(Path(path), name="own.csl")
    path = _style(tmp_path, entry='<text macro="none"/>')
    with pytest.raises(InputError, match="a macro 'none' that it does not have"):
        open_style(Path(path), name="own.csl")
    path = _style(tmp_path, entry="<group>" * 600 + "</group>" * 600)
    with pytest.raises(InputError, match="deeper than 120"):
        open_style(Path(path), name="own.csl")
