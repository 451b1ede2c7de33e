"""What differs between two plans, in print: labels, values of one precision, and changes that follow from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pilot_planner.data.wording import sentence_case
from pilot_planner.reports import chance_text
from pilot_planner.reports.tables import print_table, section
from pilot_planner.studies.planning.bridge import Bridge
from pilot_planner.studies.planning.comparison import Comparison, Line, SideBySide
from pilot_planner.studies.planning.precedents import OWN_RATIOS
from pilot_planner.studies.uncertainty.chance import read_chance
from pilot_planner.text.names import Names, metric_label, metric_unit, path_label, path_unit
from pilot_planner.text.number_format import NO_VALUE, count

if TYPE_CHECKING:
    from rich.console import Console

Entry = Mapping[str, Any]
_RULES = "rules."


def print_comparison(result: Comparison, console: Console) -> None:
    """Differences first: settings, inputs, choices, metrics."""
    names = result.names
    whole = _whole_rules([(one["setting"], (one["a"], one["b"])) for one in result.settings])
    settings = [one for one in result.settings if one["setting"] not in whole]
    rows = [_of_path(one, "setting", result) for one in settings] + _of_rules(whole, result)
    _print(console, "Settings", _said(len(rows)), rows)
    _print(console, "Inputs", _of_inputs(result), [_of_path(one, "input", result) for one in result.inputs])
    _print(console, "Choices", _said(len(result.choices)), [_of_choice(one, names) for one in result.choices])
    _print(console, "Metrics", _said(len(result.metrics)), [_of_metric(one) for one in result.metrics])
    _print_chances(result.chances, ("A", "B"), console)


def print_side_by_side(result: SideBySide, plans: Sequence[str], console: Console) -> None:
    """More than two plans: what is not the same in all of them, a column for each."""
    parts = (
        ("Settings", result.settings),
        ("Inputs", result.inputs),
        ("Choices", result.choices),
        ("Metrics", result.metrics),
    )
    for title, lines in parts:
        differ = [one for one in lines if not one.same]
        whole = _whole_rules([(one.name, one.values) for one in differ]) if title == "Settings" else {}
        rows = [_of_line(one, title, result) for one in differ if one.name not in whole]
        rows += _of_rules(whole, result)
        said = _said(len(rows))
        if title == "Inputs" and not differ and result.same_inputs is not True:
            said = (
                "a folder does not say which inputs it had" if result.same_inputs is None else "differ as the settings say"
            )
        section(console, title, said)
        if differ:
            print_table(console, ("", *plans), rows, whole=True)
    _print_chances(result.chances, plans, console)


def _print_chances(chances: Sequence[Any], plans: Sequence[str], console: Console) -> None:
    """How sure each plan is, whether it differs or not; as run it is known of plans made with ``--chance run``."""
    section(console, "How sure each plan is", "with its interval of 95 %; as run: plan --chance run")
    print_table(console, ("", *plans), chance_text.rows([read_chance(one) for one in chances]), whole=True)


def _whole_rules(settings: Sequence[tuple[str, tuple[Any, ...]]]) -> dict[str, tuple[Any, ...]]:
    """Settings of limits of one's own that some plan does not have at all, with their values: what each part of such a
    limit is says nothing beside that."""
    rules: dict[str, dict[str, tuple[Any, ...]]] = {}
    for path, values in settings:
        if path.startswith(_RULES):
            rules.setdefault(path.split(".")[1], {})[path] = values
    return {
        path: values
        for parts in rules.values()
        if any(all(value is None for value in its) for its in zip(*parts.values(), strict=True))
        for path, values in parts.items()
    }


def _of_rules(whole: Mapping[str, tuple[Any, ...]], result: Comparison | SideBySide) -> list[tuple[str, ...]]:
    """One row for each of them: which plan has it."""
    there: dict[str, list[bool]] = {}
    for path, values in whole.items():
        key = path.split(".")[1]
        known = there.get(key, [False] * len(values))
        there[key] = [before or value is not None for before, value in zip(known, values, strict=True)]
    change = ("",) if isinstance(result, Comparison) else ()
    return [
        (
            f"{_label_of(key, result)}, a limit of its own [{_RULES}{key}]",
            *("yes" if one else NO_VALUE for one in its),
            *change,
        )
        for key, its in there.items()
    ]


def _label_of(key: str, result: Comparison | SideBySide) -> str:
    return result.rules[key][0] if key in result.rules else metric_label(key)


def _of_line(line: Line, title: str, result: SideBySide) -> tuple[str, ...]:
    names = result.names
    key = title.lower().removesuffix("s")
    entry = {key: line.name, "a": line.values[0], "b": line.values[-1]}
    if title == "Choices":
        label, unit = _of_choice(entry, names)[0], "persons"
    elif title == "Metrics":
        label, unit = _of_metric(entry)[0], OWN_RATIOS[line.name][1] if line.name in OWN_RATIOS else metric_unit(line.name)
    else:
        label, unit = _of_path(entry, key, result)[0], _unit_of(line.name, result)
    return (label, *(in_step(one, one, unit)[0] for one in line.values))


def print_bridge(way: Bridge, plans: Sequence[str], console: Console) -> None:
    """The steps from plan to plan; the changes sum to the difference to the cent."""
    label = metric_label(way.metric)
    total = way.values[-1] - way.values[0]
    section(console, f"{label}: the way from {plans[0]} to {plans[-1]}", "in this order; each step is a plan of its own")
    rows = [
        (plans[0], "", f"{way.values[0]:,.2f}"),
        *((", ".join(one.changed), f"{one.change:+,.2f}", f"{one.after:,.2f}") for one in way.steps),
        (f"{plans[-1]}, all together", f"{total:+,.2f}", f"{way.values[-1]:,.2f}"),
    ]
    print_table(console, ("", f"Change, {way.unit}", way.unit), rows, whole=True)


def _print(console: Console, title: str, said: str, rows: list[tuple[str, ...]]) -> None:
    section(console, title, said)
    if rows:
        print_table(console, ("", "A", "B", "Change"), rows, whole=True)


def _said(differ: int) -> str:
    return "the same" if not differ else f"{differ} {'differs' if differ == 1 else 'differ'}"


def _of_inputs(result: Comparison) -> str:
    if result.same_inputs:
        return "the same"
    if result.same_inputs is None:
        return "a folder does not say which inputs it had"
    set_apart = any(one["setting"].startswith("inputs.") for one in result.settings)
    if result.inputs:
        return f"{_said(len(result.inputs))} of those that both plans rest on"
    return "differ as the settings say" if set_apart else "differ, but in none of those that both plans rest on"


def _of_path(entry: Entry, key: str, result: Comparison | SideBySide) -> tuple[str, ...]:
    path = entry[key] if key == "setting" else f"inputs.{entry[key]}"
    parts = path.split(".")
    if parts[0] in ("limits", "rules") and len(parts) > 1 and parts[1] in result.rules:
        side = {"min": "at least", "max": "at most"}.get(parts[-1], " ".join(parts[2:]).replace("_", " "))
        label = f"{result.rules[parts[1]][0]}, {side}"
    else:
        label = path_label(path, result.names) if "." in path else sentence_case(path.replace("_", " "))
    # Several paths may have one label, and the path is what --set takes.
    return (f"{label} [{path}]", *in_step(entry["a"], entry["b"], _unit_of(path, result)))


def _unit_of(path: str, result: Comparison | SideBySide) -> str:
    _, _, rest = path.partition("limits.")
    return result.rules[key][1] if (key := rest.split(".")[0]) in result.rules else path_unit(path)


def _of_choice(entry: Entry, names: Names) -> tuple[str, ...]:
    host, *rest = str(entry["choice"]).split(".")
    where = names.get(host, host)
    words = "oversight" if rest[0] == "oversight_level" else f"{rest[0].replace('_', ' ')}, worker cap"
    return (f"{where}, {words}", *in_step(entry["a"], entry["b"], "persons"))


def _of_metric(entry: Entry) -> tuple[str, ...]:
    name = str(entry["metric"])
    label, unit = OWN_RATIOS[name][:2] if name in OWN_RATIOS else (metric_label(name), metric_unit(name))
    return (label, *in_step(entry["a"], entry["b"], unit))


def in_step(a: Any, b: Any, unit: str) -> tuple[str, str, str]:
    """Two values and the change from one to the other, all to one number of decimals: the change is that of what is shown.

    As many decimals as it takes to tell them apart, up to six; shares in per cent, their change in points.
    """
    if not (_is_number(a) and _is_number(b)):
        return _alone(a, unit), _alone(b, unit), ""
    times, sign, of_change = _SHOWN.get(unit, (1.0, "", ""))
    first, second = float(a) * times, float(b) * times
    decimals = _decimals(max(abs(first), abs(second)), unit)
    while decimals < _MOST_DECIMALS and round(first, decimals) == round(second, decimals) and first != second:
        decimals += 1
    shown, other = round(first, decimals), round(second, decimals)
    change = round(other - shown, decimals)
    plus = "+" if change > 0 else ""
    texts = [f"{value + 0.0:,.{decimals}f}".replace("-", "\u2212") for value in (shown, other, change)]
    return f"{texts[0]}{sign}", f"{texts[1]}{sign}", f"{plus}{texts[2]}{of_change}"


_SHOWN = {"share": (100.0, " %", " points"), "USD": (1.0, " USD", " USD")}
"""Times, what stands behind a value, and behind a change."""
_MOST_DECIMALS = 6
_THOUSAND = 1000.0


def _decimals(size: float, unit: str) -> int:
    if unit in ("persons", "months", "posts", "count"):
        return 0
    if unit == "share":
        return 1
    return 0 if size >= _THOUSAND else 2


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _alone(value: Any, unit: str) -> str:
    if value is None:
        return NO_VALUE
    if _is_number(value):
        return count(float(value)) if unit == "persons" else in_step(value, value, unit)[0]
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
