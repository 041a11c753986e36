"""HTML as a person sees it: hidden text apart, tables in rows, blocks in lines, links kept."""

# ruff: noqa: E501  (samples stand in one line as mails have them)

import pytest

from classifiers.text import visible_text


def seen(html):
    return visible_text(html).text


HIDING = {
    "display none": '<div style="display:none">SECRET</div>',
    "display none important": '<div style="color:red; DISPLAY : none !important">SECRET</div>',
    "hidden attribute": "<p hidden>SECRET</p>",
    "visibility": '<span style="visibility:hidden">SECRET</span>',
    "font size zero": '<span style="font-size:0">SECRET</span>',
    "font size one pixel": '<span style="font-size:1px;line-height:1px">SECRET</span>',
    "font shorthand": '<span style="font:0/0 a">SECRET</span>',
    "opacity": '<p style="opacity:0">SECRET</p>',
    "max height": '<div style="max-height:0;overflow:hidden">SECRET</div>',
    "zero height clipped": '<div style="height:0px;overflow:hidden">SECRET</div>',
    "mso hide": '<div style="mso-hide:all">SECRET</div>',
    "off screen": '<div style="position:absolute;left:-9999px">SECRET</div>',
    "text indent": '<div style="text-indent:-9999px">SECRET</div>',
    "clip": '<div style="position:absolute;clip:rect(0 0 0 0)">SECRET</div>',
    "white on white": '<p style="color:#ffffff">SECRET</p>',
    "near white": '<p style="color:#fdfdfd">SECRET</p>',
    "white font tag": '<font color="white">SECRET</font>',
    "same as cell": '<table><tr><td bgcolor="#232f3e"><span style="color:#232F3E">SECRET</span></td></tr></table>',
    "transparent": '<p style="color:transparent">SECRET</p>',
    "rgba": '<p style="color:rgba(0,0,0,0)">SECRET</p>',
    "class in a sheet": "<style>.preheader{display:none}</style><div class='a preheader'>SECRET</div>",
    "id in a sheet": "<style>/* x */ .x, #pre { font-size : 0 }</style><div id=pre>SECRET</div>",
    "child of hidden": '<div style="display:none"><p style="display:block;color:#000">SECRET</p></div>',
}


@pytest.mark.parametrize("way", HIDING)
def test_hidden_text_is_kept_apart(way):
    found = visible_text(f"<html><body>{HIDING[way]}<p>Answer within 72 hours.</p></body></html>")
    assert found.text == "Answer within 72 hours."
    assert "SECRET" in found.hidden


SHOWING = {
    "white on a dark button": '<a style="background:#ff9900;color:#fff">SHOWN</a>',
    "white on a dark cell": '<table><tr><td bgcolor="#000000"><font color="#ffffff">SHOWN</font></td></tr></table>',
    "white on a picture": '<div style="background:url(x.png)"><span style="color:#fff">SHOWN</span></div>',
    "white on a gradient": '<div style="background-image:linear-gradient(red,blue);color:white">SHOWN</div>',
    "font size restored": '<div style="font-size:0"><span style="font-size:14px">SHOWN</span></div>',
    "visibility restored": '<div style="visibility:hidden"><b style="visibility:visible">SHOWN</b></div>',
    "only on phones": "<style>@media (max-width:600px){.wide{display:none}}</style><p class=wide>SHOWN</p>",
    "white where a nested rule may paint": "<style>.button td{background:#f90}</style><table class=button><tr><td><a style='color:#fff'>SHOWN</a></td></tr></table>",
    "black where a nested rule may paint": "<style>.bar p{color:#fff}</style><div class=bar style='background:#000'><p>SHOWN</p></div>",
    "small but readable": '<p style="font-size:8px">SHOWN</p>',
    "line height zero": '<p style="line-height:0">SHOWN</p>',
    "max width in percent": '<div style="max-width:100%;overflow:hidden">SHOWN</div>',
    "grey": '<p style="color:#777777">SHOWN</p>',
}


@pytest.mark.parametrize("way", SHOWING)
def test_text_that_can_be_seen_is_kept(way):
    found = visible_text(SHOWING[way])
    assert found.text == "SHOWN"
    assert found.hidden == ""


def test_comments_scripts_and_the_head_are_no_text():
    page = "<head><title>T</title><style>p{}</style></head><!--[if mso]><p>1 hour</p><![endif]--><script>x</script><template>y</template><p>Shown</p>"
    assert seen(page) == "Shown"


def test_cells_of_one_row_stand_side_by_side():
    page = "<table><tr><th>Order</th><td>302-1111111-2222222</td></tr><tr><td><p>Amount</p></td><td><p><b>12,00 €</b></p></td></tr></table>"
    assert seen(page) == "Order\t302-1111111-2222222\nAmount\t12,00 €"


def test_a_layout_table_reads_like_paragraphs():
    page = "<table><tr><td><table><tr><td><p>Hello,</p><p>please answer.</p></td></tr></table></td></tr><tr><td>Amazon</td></tr></table>"
    assert seen(page) == "Hello,\n\nplease answer.\nAmazon"


def test_blocks_and_breaks_make_lines_and_inline_tags_do_not():
    assert seen("<div>One <b>two</b> th<i>ree</i><br>four</div><div>five</div>") == "One two three\nfour\nfive"
    assert seen("<p>a</p><p>b</p>") == "a\n\nb"
    assert seen("<ul><li>a</li><li>b</li></ul>") == "a\nb"
    assert seen("<pre>line one\nline two</pre>") == "line one\nline two"


def test_entities_and_invisible_characters_are_resolved():
    assert seen(
        "<p>12&nbsp;&euro; &amp; with\u00adin\u200b 3&#8239;days</p>"
    ) == "12\u00a0€ & within 3\u202fdays".replace("\u00a0", " ").replace("\u202f", " ")


def test_links_keep_anchor_text_and_address():
    found = visible_text(
        '<p><a href=" https://a.example/x?a=1&amp;b=2 "><b>Open</b> case</a> <a href="#top">up</a> <a href="https://b.example/"><img alt="Logo"></a></p>'
    )
    assert [(link.text, link.href) for link in found.links] == [
        ("Open case", "https://a.example/x?a=1&b=2"),
        ("", "https://b.example/"),
    ]


def test_hidden_links_are_no_links():
    assert visible_text('<div style="display:none"><a href="https://a.example">x</a></div><p>y</p>').links == ()


def test_alternative_text_counts_only_when_there_is_nothing_else():
    assert seen('<img alt="Claim received"><p>Hello</p>') == "Hello"
    assert seen('<p><img alt="Claim received"></p>') == "Claim received"


def test_cited_blocks_are_marked_as_quotations():
    assert seen("<p>New.</p><blockquote type=cite>Old<br>older</blockquote>") == "New.\n\n> Old\n> older"
    assert (
        seen(
            '<p>New.</p><blockquote class="gmail_quote">Old<blockquote class="gmail_quote">older</blockquote></blockquote>'
        )
        == "New.\n\n> Old\n>\n> > older"
    )


def test_an_indented_block_of_the_senders_own_is_no_quotation():
    assert seen("<p>The buyer says:</p><blockquote>It broke.</blockquote>") == "The buyer says:\n\nIt broke."


@pytest.mark.parametrize(
    "page",
    [
        "",
        "   ",
        "plain words",
        "<",
        "<p",
        "<<<>>>",
        "</p></div>",
        "<p>x",
        "&#xfffffff;",
        "<p style='color:rgba(1..2,.,%,)'>x",
        "<p style='font-size:'>x",
        "<p style='opacity:,;clip:rect('>x",
        "\x00<p>x</p>",
        "<table><td>x",
        "<a href='",
    ],
)
def test_broken_pages_never_raise(page):
    assert isinstance(visible_text(page).text, str)


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 50_000 + "kept",
        "<p>" + "".join(f"<b id={number}>" for number in range(5_000)) + "<p>kept" * 5_000,
        "<div " + " ".join(f"a{number}" for number in range(50_000)) + ">kept",
        "<a" * 200_000 + ">kept",
        "<!--" * 100_000 + "-->kept",
        "<style>" + "/*" * 30_000 + "</style>kept",
        "<table><tr><td>" * 5_000 + "kept",
        "<blockquote type=cite>kept<br>" * 2_000,
    ],
    ids=["nesting", "formatting", "attributes", "open tags", "comments", "sheet", "tables", "citations"],
)
@pytest.mark.timeout(20)
def test_hostile_pages_are_read_in_bounded_time(page):
    assert len(visible_text(page).text) <= 11 * len(page)
