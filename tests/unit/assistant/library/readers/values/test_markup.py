import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.library.readers.values.markup import plain


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("H<sub>2</sub>O in <i>E. coli</i>", "H2O in E. coli"),
        ("<SUP>13</SUP>C and <B>bold</B>", "13C and bold"),
        ('<span class="nocase">DNA</span> by <a href="https://x.org/?a=1">them</a>', "DNA by them"),
        ("<jats:p>We show <jats:italic>x</jats:italic>.</jats:p><jats:p>Two.</jats:p>", "We show x.\nTwo."),
        ("<jats:title>Abstract</jats:title>\n<jats:p>We\n   show it.</jats:p>", "We show it."),
        ("<title>Background</title><p>Much is known.</p>", "Background\nMuch is known."),
        ("One.<br/>Two.<br>Three.", "One.\nTwo.\nThree."),
        ("Done. <p>New paragraph", "Done.\nNew paragraph"),
        ("<ul><li>one<li>two</ul>", "one\ntwo"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("AT&amp;T, 1990&#x2013;2000 &#8212; caf&eacute;", "AT&T, 1990–2000 — café"),
        ("AT&amp;amp;T and &amp;#x2013;", "AT&T and –"),
        ("&lt;i&gt;E. coli&lt;/i&gt; at p &lt; 0.05", "E. coli at p < 0.05"),
        ("&amp;lt;b&amp;gt;x&amp;lt;/b&amp;gt;", "x"),
        ("a&nbsp;b&#160;c", "a b c"),
        ("<![CDATA[a < b]]> holds", "a < b holds"),
        (
            '<mml:math xmlns:mml="m">\n <mml:mi>x</mml:mi>\n <mml:mo>=</mml:mo><mml:mn>2</mml:mn></mml:math>',
            "x=2",
        ),
        ("<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>", "1/2"),
        (
            "at <alternatives><tex-math>$$x^2$$</tex-math><mml:math><mml:mi>x</mml:mi></mml:math></alternatives>",
            "at x",
        ),
        ("<jats:tex-math>$x$</jats:tex-math> alone", "$x$ alone"),
    ],
)
def test_known_markup_is_taken_out(written: str, shown: str) -> None:
    assert plain(written) == shown


@pytest.mark.parametrize(
    "text",
    [
        "p < 0.05 and q > 3",
        "for all a <b, c> d",
        "the <mask> token, <s> and </s>, List<String>, Map<i, j>",
        "the mean <p> of the jets",
        "Using the <code> element",
        "x<y and z>w; a<b",
        "R&D, AT&T, &unknown; and ?a=1&copy=2",
        "two  spaces\n\nand  lines ",
        "<scripture> is no script",
        "an arrow <- and -> and <=> and <>",
    ],
)
def test_what_is_no_markup_stays_exactly(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "a<script>alert('x')</script>b",
        "a<SCRIPT type='x'>if (a < b) {}</SCRIPT >b",
        "a<style>p {color: red}</style>b",
        "a<!-- hidden <b>x</b> -->b",
        "a&lt;script&gt;alert(1)&lt;/script&gt;b",
        '<?xml version="1.0"?>a<!DOCTYPE html>b',
    ],
)
def test_what_no_reader_sees_is_gone_with_its_content(text: str) -> None:
    assert plain(text) == "ab"


_PIECES = st.sampled_from(
    "< > & ; / <p> </p> <i> </i> <b> <br/> <jats:p> <mml:math> </mml:math> <script> </script> <!-- --> &lt; &gt; &amp; "
    "&amp;lt; amp; <![CDATA[ ]]> i> x <title>Abstract</title> <mfrac> <mn>1</mn> </mfrac> <a\u00a0b='".split(" ")
)


@given(st.text() | st.lists(_PIECES | st.text(max_size=3), max_size=12).map("".join))
def test_what_comes_out_comes_out_again(text: str) -> None:
    once = plain(text)
    assert plain(once) == once
    assert len(once) <= len(text)


@given(st.text(alphabet=st.characters(exclude_characters="<&")))
def test_text_without_markup_is_unchanged(text: str) -> None:
    assert plain(text) == text


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "text",
    [
        "<" * 200_000,
        "</script>" + "<script>" * 30_000,
        "&" + "amp;" * 60_000,
        "<a x='" * 50_000,
        "<a " + "x=y " * 50_000,
        "<<<<<i>i>i>i>i>" * 5_000,
        "<![CDATA[" * 30_000,
        "<jats:title>" + " " * 60_000,
        "<math>" + "<mfrac> " * 30_000,
        "<math>" + "> " * 30_000 + " " * 60_000,
        "<p>" + "\n" * 100_000 + "</p>",
    ],
)
def test_no_text_takes_long(text: str) -> None:
    assert len(plain(text)) <= len(text)
