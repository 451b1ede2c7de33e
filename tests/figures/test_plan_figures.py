"""Figures of one plan: their numbers are the plan's, in every theme, for plans small, large and empty."""

import itertools
import json
import math
from importlib.resources import files

import pytest
from looking import colours_in, sound, texts_of

from pilot_planner.figures.core.country_outlines import OLD_WORLD, WORLD, outlines
from pilot_planner.figures.core.theme import THEMES, palette
from pilot_planner.figures.plan import budget_bars, contract_value_sankey, host_map, workforce_over_time
from pilot_planner.figures.plan.host_map import HostOnMap
from pilot_planner.figures.plan.workforce_over_time import Panel

MODULES = [host_map, workforce_over_time, contract_value_sankey, budget_bars]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rsplit(".")[-1])
@pytest.mark.parametrize("width", [328, 1060])
def test_every_theme_draws_each_figure_in_its_own_colours(module, width, plan):
    pictures = {name: sound(module.figure(plan, name, width=width)) for name in THEMES}
    assert len({figure.to_json() for figure in pictures.values()}) == len(THEMES)
    for name, figure in pictures.items():
        own = {value.upper() for value in vars_of(palette(name))}
        assert colours_in(figure) <= own
        assert palette(name).accent.upper() in colours_in(figure)


def vars_of(colours):
    found = [getattr(colours, field) for field in colours.__dataclass_fields__ if field not in ("font", "sequential")]
    return [*found, *colours.sequential]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rsplit(".")[-1])
def test_a_plan_without_work_is_drawn_and_told(module, idle):
    sound(module.figure(idle, "light"))
    assert module.headline(idle)
    assert module.summary(idle).endswith(".")


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rsplit(".")[-1])
@pytest.mark.parametrize("which", ["plan", "one_host"])
def test_headlines_are_phrases_and_summaries_are_sentences(module, which, request):
    of = request.getfixturevalue(which)
    headline, summary = module.headline(of), module.summary(of)
    assert headline[0].isupper() or headline[0].isdigit()
    assert not headline.endswith(".")
    assert summary.endswith(".")
    assert len(summary) > len(headline)
    for text in (headline, summary):
        assert "nan" not in text.split()
        assert "None of" in text or "None" not in text
        assert " m USD" not in text


# --- the map ---


def test_the_map_has_each_candidate_host_once_in_the_class_it_belongs_to(plan):
    hosts = {host.iso3: host for host in host_map.hosts_on_map(plan)}
    assert set(hosts) == {row.text("iso3") for row in plan.inputs.rows("lists/hosts.csv")}
    assert {iso3 for iso3, host in hosts.items() if host.state == "chosen"} == {host.iso3 for host in plan.hosts}
    eligible = {verdict.iso3 for verdict in plan.verdicts if verdict.eligible}
    assert {iso3 for iso3, host in hosts.items() if host.state != "excluded"} == eligible
    drawn = {trace.meta: trace.fillcolor for trace in sound(host_map.figure(plan, "dark")).data if trace.meta}
    colours = palette("dark")
    fills = {"chosen": colours.accent, "possible": colours.tint, "excluded": colours.excluded}
    assert drawn
    assert all(fills[hosts[iso3].state] == fill for iso3, fill in drawn.items())


def test_hosts_that_cannot_be_seen_are_named(plan):
    names = {host.name: host.iso3 for host in host_map.hosts_on_map(plan)}
    unseen = host_map.not_visible(host_map.hosts_on_map(plan))
    assert {"Malta", "Singapore"} <= set(unseen)
    assert not {"Kazakhstan", "Mongolia", "Russia"} & set(unseen)
    assert all(name in names for name in unseen)
    assert host_map.note_below(plan) == f"Not visible at this size: {', '.join(unseen)}."
    assert host_map.note_below(plan) in host_map.summary(plan)


def test_chosen_hosts_are_labelled_in_bold_and_possible_ones_plainly(plan):
    figure = sound(host_map.figure(plan))
    written = [one.text for one in figure.layout.annotations]
    assert {"<b>Kazakhstan</b>", "<b>Mongolia</b>"} <= set(written)
    assert {host.name for host in host_map.hosts_on_map(plan) if host.state == "possible"} <= set(written)
    excluded = {host.name for host in host_map.hosts_on_map(plan) if host.state == "excluded"}
    assert not excluded & set(written)


def test_reasons_of_exclusion_are_those_of_the_floors(plan):
    russia = next(host for host in host_map.hosts_on_map(plan) if host.iso3 == "RUS")
    assert russia.reason.startswith("Excluded: ")
    reasons = {reason for verdict in plan.verdicts if verdict.iso3 == "RUS" for reason in verdict.reasons.values()}
    assert any(reason.replace("\u00a0", " ") in russia.reason.replace("\u00a0", " ") for reason in reasons)


def test_a_host_beyond_the_old_world_turns_to_the_whole_world():
    uruguay = HostOnMap("URY", "Uruguay", "chosen", "Chosen.")
    kenya = HostOnMap("KEN", "Kenya", "excluded", "Excluded.")
    assert "Uruguay" in texts_of(sound(host_map.draw([uruguay, kenya], "light")))
    assert host_map.not_visible([uruguay, kenya]) == []
    assert host_map.not_visible([HostOnMap("URY", "Uruguay", "excluded", ""), kenya]) == ["Uruguay"]


def test_a_chosen_host_without_an_outline_is_named_and_not_drawn():
    malta = HostOnMap("MLT", "Malta", "chosen", "Chosen.")
    figure = sound(host_map.draw([malta], "light"))
    assert [trace.meta for trace in figure.data if trace.meta] == []
    assert host_map.not_visible([malta]) == ["Malta"]


@pytest.mark.parametrize(
    ("chosen", "possible", "text"),
    [
        (0, 0, "None of three hosts is chosen; none would pass"),
        (1, 0, "1 of three hosts is chosen; no other would pass"),
        (2, 1, "2 of three hosts are chosen; one more would pass"),
    ],
)
def test_the_headline_of_the_map_agrees_with_its_numbers(chosen, possible, text, plan, monkeypatch):
    states = ["chosen"] * chosen + ["possible"] * possible
    states += ["excluded"] * (3 - len(states))
    hosts = tuple(HostOnMap(f"A{place}A", f"A{place}", state, "") for place, state in enumerate(states))
    monkeypatch.setattr(host_map, "hosts_on_map", lambda plan: hosts)
    assert host_map.headline(plan) == text


def test_outlines_are_clockwise_small_and_carry_their_licence():
    folder = files("pilot_planner.figures").joinpath("outlines")
    text = folder.joinpath("countries.geojson").read_text(encoding="utf-8")
    assert len(text) < 300_000
    assert "MIT" in folder.joinpath("LICENSE").read_text(encoding="utf-8")
    assert "endorsement" in folder.joinpath("README.md").read_text(encoding="utf-8")
    for feature in json.loads(text)["features"]:
        for (ring,) in feature["geometry"]["coordinates"]:
            assert ring[0] == ring[-1]
            area = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in itertools.pairwise(ring))
            assert area <= 0, feature["id"]


@pytest.mark.parametrize("view", [OLD_WORLD, WORLD])
def test_the_projection_keeps_areas_in_proportion(view):
    """Equal Earth is equal-area: two boxes of the same area on the globe have the same area on the page."""

    def area(lon, lat, size):
        corners = [(lon, lat), (lon + size, lat), (lon + size, lat + size), (lon, lat + size)]
        steps = [
            (a[0] + (b[0] - a[0]) * k / 50, a[1] + (b[1] - a[1]) * k / 50)
            for a, b in zip(corners, corners[1:] + corners[:1], strict=True)
            for k in range(50)
        ]
        ring = [view.place(*corner) for corner in steps]
        return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True)) / 2)

    def on_globe(lat, size):
        return math.radians(size) * (math.sin(math.radians(lat + size)) - math.sin(math.radians(lat)))

    for lon, lat in ((40, 0), (100, 40), (20, 60), (80, -40)):
        assert area(lon, lat, 10) == pytest.approx(on_globe(lat, 10), rel=2e-3)


def test_kazakhstan_is_where_the_inputs_say(plan):
    rows = {row.text("iso3"): row for row in plan.inputs.rows("lists/hosts.csv")}
    x, y = OLD_WORLD.place(float(rows["KAZ"].text("longitude")), float(rows["KAZ"].text("latitude")))
    rings = outlines(OLD_WORLD)["KAZ"]
    west, east = min(px for ring in rings for px, _ in ring), max(px for ring in rings for px, _ in ring)
    south, north = min(py for ring in rings for _, py in ring), max(py for ring in rings for _, py in ring)
    assert west < x < east
    assert south < y < north


# --- workers against caps ---


def test_bars_are_the_workforce_and_lines_the_caps(plan):
    figure = sound(workforce_over_time.figure(plan))
    bars = {(one.host, one.sector): one for one in workforce_over_time.panels(plan)}
    assert len(figure.data) == len(plan.placements) == len(bars)
    workers = sum(value for trace in figure.data for value in trace.y if value is not None)
    assert workers == pytest.approx(sum(row.workers for row in plan.accounts.workforce))
    caps = sorted(shape.y0 for shape in figure.layout.shapes)
    assert caps == sorted(one.worker_cap for one in plan.placements)
    assert {f"cap {one.worker_cap:,}" for one in plan.placements} <= set(texts_of(figure))


def test_panels_share_one_scale_and_one_height(plan):
    figure = sound(workforce_over_time.figure(plan, width=400))
    axes = [figure.layout[name] for name in figure.layout if name.startswith("yaxis")]
    assert len({axis.range for axis in axes}) == 1
    heights = {round(axis.domain[1] - axis.domain[0], 9) for axis in axes}
    assert len(heights) == 1


def test_panels_never_overlap_and_stay_inside(plan):
    periods = plan.case.periods
    many = tuple(
        Panel(f"Host {n}", "a sector with a very long name indeed", (None, *[5.0 * n] * 7), 5 * n + 1) for n in range(1, 11)
    )
    for width in (328, 590, 1000):
        figure = sound(workforce_over_time.draw(many, periods, "light", width))
        boxes = []
        for n in range(1, 11):
            x, y = (
                figure.layout[f"xaxis{n}" if n > 1 else "xaxis"].domain,
                figure.layout[f"yaxis{n}" if n > 1 else "yaxis"].domain,
            )
            assert 0 <= x[0] < x[1] <= 1.000001
            assert 0 <= y[0] < y[1] <= 1
            boxes.append((*x, *y))
        for at, (a, b, c, d) in enumerate(boxes):
            assert not any(a < q and p < b and c < s and r < d for p, q, r, s in boxes[at + 1 :])


def test_years_are_those_of_the_calendar(plan):
    years = {period.start.year for period in plan.case.periods}
    assert {int(text) for text in sound(workforce_over_time.figure(plan)).layout.xaxis.ticktext} == years


def test_a_placement_within_one_person_of_its_cap_has_reached_it():
    assert Panel("A", "b", (None, 8.0, 9.2), 10).reached == 3
    assert Panel("A", "b", (None, 8.0, 8.9), 10).reached is None


@pytest.mark.parametrize(
    ("panels", "start"),
    [
        ((), "No placement is planned"),
        ((Panel("A", "b", (None, 10.0), 10),), "The only placement reaches its agreed cap by "),
        ((Panel("A", "b", (None, 5.0), 10),), "One placement stays below the cap"),
        (
            (Panel("A", "b", (None, 5.0), 10), Panel("A", "c", (None, 10.0), 10)),
            "1 of 2 placements reaches its agreed cap by ",
        ),
    ],
)
def test_the_headline_of_workers_agrees_with_their_number(panels, start, plan, monkeypatch):
    monkeypatch.setattr(workforce_over_time, "panels", lambda plan: panels)
    assert workforce_over_time.headline(plan).startswith(start)


# --- the flow of a dollar ---


def test_the_parts_of_a_dollar_are_those_of_the_accounts_and_add_up(plan):
    by_name = {flow.name: flow for flow in contract_value_sankey.flows(plan)}
    assert set(by_name) == {"today", "plan"}
    for flow in by_name.values():
        assert sum(part.cents for part in flow.parts) == pytest.approx(100.0, abs=1e-9)
    total = float(plan.accounts.total("contract_value"))
    cents = {part.name: part.cents for part in by_name["plan"].parts}
    for channel in ("card", "in_kind", "family", "host_tax", "employer_contributions", "programme_levy"):
        assert cents[channel] == pytest.approx(100 * float(plan.accounts.total(channel)) / total, abs=0.1)
    tax = 100 * float(plan.accounts.total("income_tax")) / total
    assert cents["tax_released"] + cents["tax_held"] == pytest.approx(tax, abs=0.2)
    assert cents["tax_held"] == pytest.approx(100 * plan.metrics["held_revenue"] / total, abs=0.1)


def test_today_is_what_the_evidence_says(plan):
    today = next(flow for flow in contract_value_sankey.flows(plan) if flow.name == "today")
    # The plan's one status quo: of what is kept, remitted and spent on evasion, and no more of what hours were worth.
    there = plan.comparators["abroad_today"]
    assert today.cents("worker") == pytest.approx(100 * there["worker_income"] / there["contract_value"], abs=0.05)
    assert today.cents("state") == pytest.approx(100 * there["state_revenue"] / there["contract_value"], abs=0.05)


def test_both_flows_have_one_scale(plan):
    """Px of a cent: the height of a flow's part of the figure less its gaps, over the cents."""

    def px_of_a_cent(figure):
        sankey = figure.data[0]
        plot = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
        height = plot * (sankey.domain.y[1] - sankey.domain.y[0])
        parts = len(sankey.node.y) - 2
        return (height - (parts - 1) * sankey.node.pad) / 100.0

    today, planned = (sound(contract_value_sankey.one_flow(plan, name, "light")) for name in ("today", "plan"))
    assert px_of_a_cent(today) == pytest.approx(px_of_a_cent(planned), rel=1e-6)
    assert today.layout.height == planned.layout.height


def test_every_part_is_written_beside_the_flow(plan):
    figure = contract_value_sankey.one_flow(plan, "plan", "dark")
    written = texts_of(figure)
    flow = next(flow for flow in contract_value_sankey.flows(plan) if flow.name == "plan")
    for part in flow.parts:
        assert f"{part.cents:.1f}" in written
        assert part.label in written
    assert f"{flow.cents('worker'):.1f} worker" in written


def test_ochre_is_for_the_state_alone(plan):
    for name in THEMES:
        colours = palette(name)
        for which in ("plan", "today"):
            figure = sound(contract_value_sankey.one_flow(plan, which, name))
            nodes = dict(zip(figure.data[0].node.customdata, figure.data[0].node.color, strict=True))
            ochre = {label for label, colour in nodes.items() if colour == colours.state}
            assert ochre
            assert all("ax" in label or "state" in label for label in ochre)
        for module in (host_map, workforce_over_time, budget_bars):
            assert colours.state.upper() not in colours_in(sound(module.figure(plan, name)))


def test_the_headline_of_the_flow_is_its_bracket(plan):
    worker = next(flow for flow in contract_value_sankey.flows(plan) if flow.name == "plan").cents("worker")
    assert contract_value_sankey.headline(plan) == f"Of 100 cents a firm pays, the worker gets {worker:.0f}; today it is 20"


# --- the budget ---


def test_bars_of_the_budget_are_its_sums_and_the_printed_parts_add_up(plan):
    figure = sound(budget_bars.figure(plan))
    millions = sum(value for trace in figure.data for value in trace.x)
    assert millions == pytest.approx(plan.metrics["operating_cost"] / 1e6)
    printed = [one.millions for one in budget_bars.categories(plan)]
    assert round(sum(printed), 2) == round(plan.metrics["operating_cost"] / 1e6, 2)
    assert {f"{value:.2f}" for value in printed} <= set(texts_of(figure))
    assert len(figure.data) == len({period.year for period in plan.case.periods})
