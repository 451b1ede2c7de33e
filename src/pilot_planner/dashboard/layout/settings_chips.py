"""The bar above every page: a chip for each setting that differs from the design, wherever it came from, with a way back.

So nothing holds a plan that is not on the screen: a limit of a plan opened from the trade-offs, of a link, of a repair.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dash import Dash, Input, Output, dcc, html

from pilot_planner.access.roles import Role, answers
from pilot_planner.dashboard.layout import ids
from pilot_planner.dashboard.layout.components import aria
from pilot_planner.dashboard.layout.controls import controls, values_of
from pilot_planner.dashboard.runtime.base_path import within
from pilot_planner.dashboard.runtime.plan_cache import Planner
from pilot_planner.dashboard.runtime.shared_links import without
from pilot_planner.dashboard.runtime.url_state import FROM, OF_INPUTS, Question, page_values, read_address
from pilot_planner.dashboard.runtime.visitor_state import Asked, clean_search
from pilot_planner.design.schema import Design
from pilot_planner.errors import InputError
from pilot_planner.text.labels import counted, exact, inline
from pilot_planner.text.names import Names, host_names, metric_label, path_label, path_unit, sector_names

if TYPE_CHECKING:
    from pilot_planner.dashboard.runtime.services import Services

_FEW = 6
"""Chips that stand there at once; more are behind a word."""
_LONGEST = 60
_AIM = ("objective.metric", "objective.sense")


@dataclass(frozen=True)
class Chip:
    """One chip: what it says, the parameters that its × takes away, and whether they are not used at all."""

    words: str
    names: tuple[str, ...]
    unused: bool = False


def register(app: Dash, services: Services) -> None:
    """Drawn anew once a plan, or why there is none, is on the screen, and when another page is opened."""
    planner = services.planner
    names = {**host_names(planner.inputs), **sector_names(planner.inputs)}

    @app.callback(Output(ids.CHIPS, "children"), Input(ids.TOLD, "data"), Input(ids.ADDRESS, "pathname"))
    @answers(Role.VIEW)
    def draw(asked: Asked | None, pathname: str | None) -> Any:
        return [] if not asked else bar(planner, asked, within(pathname or "/"), names)


def bar(planner: Planner, asked: Asked, pathname: str, names: Names) -> list[Any]:
    """The chips of what was asked, and where it was opened from the trade-offs, what that means."""
    search = str(asked["search"])
    try:
        question = read_address(clean_search(asked), planner.models, planner.first)
    except InputError:
        return []
    out = asked.get("left_out") or []
    found = [Chip(one["words"], (one["name"],), unused=True) for one in out]
    found += list(chips(planner, question, names))
    parts: list[Any] = []
    if out:
        here = f"{pathname}{without(search, [one['name'] for one in out])}"
        said = f"{counted(len(out), 'part', capital=True)} of this link could not be used and {_is(len(out))} left out; "
        parts.append(html.P([said, "the rest is as it says. ", dcc.Link("Clean the link", href=here)], role="status"))
    if found:
        shown = [_drawn(one, pathname, search) for one in found]
        more: list[Any] = []
        if len(shown) > _FEW:
            shown, rest = shown[: _FEW - 1], shown[_FEW - 1 :]
            more = [html.Details([html.Summary(f"{len(rest)} more"), html.Div(rest, className="pp-chips")])]
        parts.append(html.Div([*shown, *more], className="pp-chips", role="group", **aria(label="Settings in force")))
    parts += _opened_from(planner, search, pathname, question)
    return [html.Div(parts, className="pp-plan-bar")] if parts else []


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def chips(planner: Planner, question: Question, names: Names) -> Iterator[Chip]:
    """A chip for each setting on top of the design; metric and sense of the aim share one."""
    design = planner.designs[question.model]
    own = values_of(design)
    aim = tuple(path for path in _AIM if path in question.settings)
    if aim:
        metric = str(question.settings.get(_AIM[0], own.get(_AIM[0])))
        sense = str(question.settings.get(_AIM[1], own.get(_AIM[1])))
        yield Chip(f"Aim: {'least' if sense == 'min' else 'most'} {inline(metric_label(metric))}", aim)
    for path, value in sorted(question.settings.items()):
        if path not in aim:
            before = own.get(path)
            unit = path_unit(path, planner.inputs, design) or ("USD" if path.endswith(".usd") else "")
            was = f" (design {_value(before, unit, bare=True)})" if isinstance(before, int | float) else ""
            yield Chip(f"{label_of(path, names, design)} {_value(value, unit)}{was}", (path,))


def label_of(path: str, names: Names, design: Design | None = None) -> str:
    """A setting by the name of its control where it has one."""
    for control in controls():
        if path in control.paths:
            ends = ("", "") if len(control.paths) == 1 else (", at least", ", at most")
            return f"{control.label}{ends[control.paths.index(path)]}".rstrip(":")
    label = path_label(path, names, design)
    return f"{label} (an input)" if path.startswith(OF_INPUTS) else label


def _value(value: Any, unit: str, bare: bool = False) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        text = exact(value, unit)
        return text.removesuffix("\u00a0USD") if bare else text
    if isinstance(value, list | tuple):
        tables = any(isinstance(one, dict) for one in value)
        value = counted(len(value), "entry", "entries") if tables else ", ".join(map(str, value))
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _drawn(chip: Chip, pathname: str, search: str) -> html.Span:
    signs = [html.Span("×", **aria(hidden="true")), html.Span(f"Take away: {chip.words}", className="pp-hidden")]
    href = f"{pathname}{without(search, chip.names)}"
    away = dcc.Link(signs, href=href, className="pp-chip-away", title="Take it away")
    return html.Span([html.Span(chip.words), away], className="pp-chip pp-chip-unused" if chip.unused else "pp-chip")


def _opened_from(planner: Planner, search: str, pathname: str, question: Question) -> list[Any]:
    told = page_values(search, FROM)
    if not told:
        return []
    try:
        before = read_address(told[-1], planner.models, planner.first)
    except InputError:
        return []
    added = [path for path in question.settings if path not in before.settings and path.startswith("limits.")]
    if not added:
        return []
    held = f"Opened from the trade-offs: {counted(len(added), 'limit', 'limits')} of that plan {_is(len(added))} in force. "
    keep = dcc.Link("Keep its limits", href=f"{pathname}{without(search, [FROM])}", className="pp-button")
    look = dcc.Link("Only looked: back to my settings", href=f"{pathname}{before.search}", className="pp-button")
    return [html.Div([html.Span(held), keep, look], className="pp-opened-from")]
