"""Looking into a figure without a browser, and records to draw that need no solver."""

import math
from types import SimpleNamespace

import plotly.graph_objects as go

from pilot_planner.design.schema import Axis
from pilot_planner.figures.core.chart import Chart
from pilot_planner.studies.pareto.pareto_front import FrontPoint


def numbers_in(value):
    """Every number anywhere in a figure."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from numbers_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from numbers_in(inner)
    elif isinstance(value, float | int) and not isinstance(value, bool):
        yield value


def texts_of(figure):
    """What is written on a figure, without tags."""
    labels = sound(figure).layout.annotations
    return [one.text.replace("<b>", "").replace("</b>", "").replace("<br>", " ") for one in labels]


def colours_in(figure):
    """Every hex colour of a figure."""
    text = sound(figure).to_json()
    return {text[at : at + 7].upper() for at in range(len(text)) if text[at] == "#" and text[at + 7 : at + 8] == '"'}


def sound(figure):
    """The figure as plotly's own. Holds for each: nothing undefined or unknown in it, a height, no title, no template."""
    if isinstance(figure, Chart):
        record = figure.to_plotly_json()
        assert all(math.isfinite(number) for number in numbers_in(record))
        figure = go.Figure(record)  # checks every property, which a chart does not
    assert figure.layout.title.text is None
    assert figure.layout.height > 0
    assert figure.layout.template.layout.to_plotly_json() == {}
    return figure


AXES = (
    Axis(metric="worker_income", sense="max"),
    Axis(metric="operating_cost", sense="min"),
    Axis(metric="state_revenue", sense="min"),
)


def point(number, hosts, income, cost, revenue=1e5, people=500.0):
    """A point of a front."""
    axes = {"worker_income": income, "operating_cost": cost, "state_revenue": revenue}
    metrics = axes | {"peak_workers": people, "people_reached": people}
    ratios = {"net_pay_per_worker_month": 500.0 + number, "funds_at_risk_share": 0.05}
    return FrontPoint(number, axes, hosts, metrics, ratios, {}, ())


def what_if_of(records, paths, metrics=("worker_income",)):
    """A study that has been run."""
    return SimpleNamespace(study=SimpleNamespace(paths=tuple(paths), metrics=tuple(metrics)), records=tuple(records))


def run(number, values, objective, hosts="MNG", design="base", **metrics):
    """One run of a study; an objective of None has no plan."""
    status = "infeasible" if objective is None else "optimal"
    return {
        "run": number,
        "design": design,
        **values,
        "status": status,
        "objective": objective,
        "gap": 0.0,
        "hosts": hosts if objective is not None else "",
        "worker_income": objective,
        **metrics,
        "reason": "",
    }
