"""Parts of a page that come as one text of HTML: the same elements, and nothing that a text in them could open."""

from html.parser import HTMLParser

import pytest
from dash import dcc, html

from pilot_planner.dashboard.layout.html_text import as_text, drawn_at_once


class Read(HTMLParser):
    """Elements with their attributes, and texts, in order."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        self.found.append(f"/{tag}")

    def handle_data(self, data):
        self.found.append(repr(data))


def test_elements_attributes_and_links_come_out_as_they_are():
    made = html.Div(
        [html.Span("7 %", className="pp-a", title="seven"), " of ", dcc.Link("it", href="/why?a=1&b=2"), html.Br(), None, 3],
        style={"width": "30.0%"},
        tabIndex="0",
        **{"data-figure": "cost", "aria-label": "Cost"},
    )
    assert Read(as_text(made)).found == [
        ("div", {"tabindex": "0", "style": "width: 30.0%", "data-figure": "cost", "aria-label": "Cost"}),
        ("span", {"class": "pp-a", "title": "seven"}),
        "'7 %'",
        "/span",
        "' of '",
        ("a", {"href": "/why?a=1&b=2"}),
        "'it'",
        "/a",
        ("br", {}),
        "'3'",
        "/div",
    ]


@pytest.mark.parametrize(
    "evil", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onclick='x", "&lt;b&gt;"]
)
def test_no_text_becomes_an_element_or_an_attribute(evil):
    read = Read(as_text(html.P(evil, title=evil, **{"data-name": evil}))).found
    assert read[0] == ("p", {"title": evil, "data-name": evil})
    assert [one for one in read if isinstance(one, tuple)] == read[:1]
    assert "".join(one[1:-1] for one in read[1:-1]) == repr(evil)[1:-1]


@pytest.mark.parametrize(
    "refused",
    [dcc.Store(id="a"), html.Div([dcc.Graph()]), html.Button("Go", n_clicks=1), html.Div(style={"a": "b"}, key="k")],
)
def test_what_could_not_work_as_text_is_refused(refused):
    with pytest.raises(TypeError, match="cannot be drawn as text"):
        as_text(refused)


def test_the_box_holds_the_text_beside_it():
    box = drawn_at_once(html.B("a & b"), "top")
    assert box.to_plotly_json()["props"] == {
        "children": None,
        "id": "top",
        "className": "pp-one-text",
        "data-html": "<b>a &amp; b</b>",
    }
