"""How often each limit and each rights floor breaks when the numbers turn out otherwise and nothing is decided again."""

from __future__ import annotations

from dataclasses import dataclass

from pilot_planner.figures.core.base_layout import nothing, wrapped
from pilot_planner.figures.core.chart import Chart
from pilot_planner.figures.core.horizontal_bars import Bar, Key, Row, draw
from pilot_planner.figures.core.theme import Theme, palette
from pilot_planner.studies.uncertainty.risk import Risk
from pilot_planner.studies.uncertainty.summary import unit_of_floor
from pilot_planner.text.labels import counted, in_words, inline, shown, signed, tied
from pilot_planner.text.names import Names, host_names, place_in_words, sector_names

MOST = 10
_SIDES = {"min": "at least", "max": "at most"}


@dataclass(frozen=True, slots=True)
class Broken:
    """A limit or a rights floor: share of the draws that break it, by how much half of those do, and the 95 % interval in
    which the share lies as far as so many draws can tell."""

    label: str
    share: float
    kind: str
    sentence: str
    excess: float | None
    unit: str
    interval: tuple[float, float]


def broken(risk: Risk, kind: str = "") -> list[Broken]:
    """Everything that any draw breaks, the most frequent first. ``kind``: ``limit``, ``evidence`` or ``floor`` only."""
    names = host_names(risk.plan.inputs) | sector_names(risk.plan.inputs)
    planned = risk.summary["no_recourse"]
    found = []
    for one in planned["limits"]:
        if one["share_broken"] > 0.0:
            of_evidence = "evidence" if one["owner"] == "evidence" else "limit"
            label = _label(f"{one['label']}, {_SIDES[one['side']]}", one["scope"], names)
            found.append(
                Broken(
                    label,
                    one["share_broken"],
                    of_evidence,
                    one["sentence"],
                    one["excess"].get("p50"),
                    one["unit"],
                    one["interval"],
                )
            )
    for one in planned["floors"]:
        floor, _, where = one["name"].partition(".")
        label = _label(floor.replace("_", " ").capitalize(), where, names)
        unit = unit_of_floor(floor).removesuffix(" a month")
        found.append(Broken(label, one["share_broken"], "floor", "", one["excess"].get("p50"), unit, one["interval"]))
    chosen = [one for one in found if not kind or one.kind == kind]
    return sorted(chosen, key=lambda one: -one.share)


def _label(words: str, scope: str, names: Names) -> str:
    where = place_in_words(scope, names)
    return f"{words} ({where})" if where else words


def figure(risk: Risk, theme: Theme = "light", *, kind: str = "", width: int = 560, most: int = MOST) -> Chart:
    """Bars of the share of draws, from 0 to 100 %; rights floors in the alert colour: they are safeguards that fail."""
    found = broken(risk, kind)[:most]
    if not found:
        return nothing(theme, "No draw breaks a limit or a rights floor.")
    colours = palette(theme)
    fills = {"limit": colours.accent, "evidence": colours.others, "floor": colours.alert}
    rows = []
    for one in found:
        said = f"{wrapped(one.sentence, 52)}<br>" if one.sentence else ""
        hover = f"<b>{one.label}</b><br>{said}Broken in {shown(one.share, 'share')} of the draws"
        hover += f"<br>95 % interval for so many draws: {_range(one.interval)}"
        if one.excess is not None:
            hover += f"<br>Half of these by more than {signed(one.excess, one.unit).lstrip('+')}"
        ink = colours.alert if one.kind == "floor" else colours.ink
        rows.append(Row(one.label, (Bar(0.0, one.share, fills[one.kind], f"<b>{_percent(one.share)}</b>", ink, hover, 1),)))
    words = {"limit": "design's limit", "evidence": "evidence", "floor": "rights floor"}
    kinds = [kind for kind in words if any(one.kind == kind for one in found)]
    keys = [Key(fills[kind], words[kind]) for kind in kinds] if len(kinds) > 1 else []
    result = draw(rows, theme, width, keys)
    result.update_xaxes(range=[0.0, 1.0])
    return result


def _percent(share: float) -> str:
    """Whole per cent; what is rare is not called never."""
    return "<1\u00a0%" if 0.0 < share < 0.005 else f"{100.0 * share:.0f}\u00a0%"


def _range(ends: tuple[float, float]) -> str:
    low, high = (f"{100.0 * end:.1f}" for end in ends)
    return f"{low} to {high}\u00a0%"


def headline(risk: Risk) -> str:
    """How often any limit and any floor breaks."""
    planned = risk.summary["no_recourse"]
    limit, floor = planned["share_any_limit_broken"], planned["share_any_floor_broken"]
    if limit == 0.0 and floor == 0.0:
        return "No draw breaks a limit or a rights floor"
    ends = [_range(planned[f"share_any_{what}_broken_interval"]) for what in ("limit", "floor")]
    return tied(
        f"The plan breaks one of its limits in {_percent(limit)} of the draws ({ends[0]}), a rights floor in "
        f"{_percent(floor)} ({ends[1]})"
    )


def summary(risk: Risk) -> str:
    """What breaks most often, and how much never does."""
    found = broken(risk)
    if not found:
        return f"In {risk.summary['draws']:,} draws no limit and no rights floor breaks."
    told = [f"{inline(one.label)} in {_percent(one.share)}" for one in found[:6]]
    rest = len(found) - len(told)
    tail = f" {counted(rest, 'other breaks', 'others break', capital=True)} more rarely." if rest else ""
    never = len(risk.summary["no_recourse"]["limits"]) - sum(one.kind != "floor" for one in found)
    last = f" {in_words(never, capital=True)} never {'does' if never == 1 else 'do'}." if never else ""
    return tied(
        f"Bar chart of the share of {risk.summary['draws']:,} draws that break a limit: {'; '.join(told)}.{tail}{last}"
    )
