"""From the signed plan to a new one in steps: what happened in grey, what we decide in colour; totals are lines."""

from __future__ import annotations

from pilot_planner.figures.core.chart import Chart
from pilot_planner.figures.core.horizontal_bars import Bar, Key, Row, draw
from pilot_planner.figures.core.theme import Theme, palette
from pilot_planner.studies.after_signature.course import Steps
from pilot_planner.text.labels import change, exact, scale_for, shown, signed, tied

_THIN = 0.004
"""Half the width of a total's line, of what lies between the totals."""
_AXIS = "Net pay of workers; the axis does not begin at 0"


def figure(found: Steps, theme: Theme = "light", width: int = 560) -> Chart:
    """A row for each step, between rows of the three totals. Only where something ``moves``: the axis spans what does."""
    colours = palette(theme)
    scale = scale_for("USD", [float(found.signed)])
    rows: list[Row] = []
    at = float(found.signed)

    every = [float(found.signed), float(found.left_alone), float(found.anew)]
    thin = max(max(every) - min(every), 1.0) / scale.divisor * _THIN

    def total(words: str, usd: float) -> None:
        where = usd / scale.divisor
        line = Bar(where - thin, where + thin, colours.ink, "", colours.ink, f"<b>{words}</b><br>{exact(usd, 'USD')}")
        rows.append(Row(f"<b>{words}</b>", (line,), note=f"<b>{shown(usd, 'USD')}</b>", ink=colours.ink))

    def steps(decided: bool) -> None:
        nonlocal at
        for one in found.steps:
            if one.decided == decided:
                usd = float(one.usd)
                fill = colours.accent if decided else colours.others
                hover = f"<b>{one.label}</b><br>{signed(usd, 'USD')}, to {exact(at + usd, 'USD')}"
                bar = Bar(at / scale.divisor, (at + usd) / scale.divisor, fill, "", colours.ink, hover)
                label = f"{one.label} ({one.note})" if one.note and not decided else one.label
                rows.append(Row(label, (bar,), note=change(usd, scale), ink=colours.ink))
                at += usd

    total("Signed plan", at)
    steps(decided=False)
    total("If nothing is decided", float(found.left_alone))
    at = float(found.left_alone)
    steps(decided=True)
    total("New plan", float(found.anew))
    keys = [Key(colours.others, "happened"), Key(colours.accent, "we decide")]
    return draw(rows, theme, width, keys=keys, zero=None, axis=f"{_AXIS}, {scale.unit}")


def headline(found: Steps) -> str:
    """What events took, and what is won back."""
    if not found.moves:
        return "Nothing that happened or is decided moves what workers are paid by a dollar"
    took, back = float(found.left_alone - found.signed), float(found.anew - found.left_alone)
    events = f"Events {'took' if took < 0 else 'added'} {shown(abs(took), 'USD')} of what workers are paid"
    if abs(took) < 1.0:
        events = "Events changed nothing of what workers are paid"
    if abs(back) < 1.0:
        return tied(f"{events}; no other rest pays more")
    words = "can be won back" if back > 0 else "more are given up to keep the limits"
    return tied(f"{events}; {shown(abs(back), 'USD')} {words}")


def summary(found: Steps) -> str:
    """Every step in words."""
    parts = [f"{one.label}: {signed(float(one.usd), 'USD')}" for one in found.steps]
    return tied(
        f"{headline(found)}. Signed plan {shown(float(found.signed), 'USD')}. {'; '.join(parts)}. "
        f"New plan {shown(float(found.anew), 'USD')}."
    )
