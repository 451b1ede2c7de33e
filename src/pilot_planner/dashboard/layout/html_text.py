"""Many small components as one text of HTML, for what has to be on the screen at once.

Each component of the page costs the browser some milliseconds whenever anything changes, a hundred of them a tenth of a
second. A part that nothing inside calls back is one component with its HTML beside it; ``assets/client.js`` shows it, and
links in it are followed without loading the page anew.
"""

from __future__ import annotations

from html import escape
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from pilot_planner.dashboard.layout.components import Content, data

_EMPTY = ("br", "hr", "img")
"""Elements that hold nothing and have no end."""
_NAMES = {"className": "class", "tabIndex": "tabindex", "colSpan": "colspan"}
_PLAIN = ("id", "title", "href", "role", "lang", "src", "alt", "scope")


def drawn_at_once(content: Content, name: Any) -> html.Div:
    """A box that shows ``content``, which may be made of ``html`` components and ``dcc.Link``."""
    return html.Div(id=name, className="pp-one-text", **data(html=as_text(content)))


def as_text(content: Content) -> str:
    """``content`` as HTML. Every text in it is escaped. Raises TypeError for anything but ``html`` and ``dcc.Link``."""
    if content is None:
        return ""
    if isinstance(content, str | int | float):
        return escape(str(content))
    if isinstance(content, list | tuple):
        return "".join(as_text(one) for one in content)
    if isinstance(content, dcc.Link):
        return _element("a", content)
    if isinstance(content, Component) and content._namespace == html.Div._namespace:
        return _element(content._type.lower(), content)
    raise TypeError(f"{type(content).__name__} cannot be drawn as text")


def _element(tag: str, component: Component) -> str:
    props: dict[str, Any] = component.to_plotly_json()["props"]  # type: ignore[no-untyped-call]
    given = {name: value for name, value in props.items() if name != "children" and value is not None}
    begin = "".join([f"<{tag}", *(_attribute(name, value) for name, value in given.items()), ">"])
    if tag in _EMPTY:
        return begin
    return f"{begin}{as_text(getattr(component, 'children', None))}</{tag}>"


def _attribute(name: str, value: Any) -> str:
    if name == "style":
        value = "; ".join(f"{key}: {one}" for key, one in value.items())
    elif name not in _NAMES and name not in _PLAIN and not name.startswith(("data-", "aria-")):
        raise TypeError(f"attribute {name} cannot be drawn as text")
    return f' {_NAMES.get(name, name)}="{escape(str(value))}"'
