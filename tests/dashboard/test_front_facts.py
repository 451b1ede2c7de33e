"""What is said of a front: exchange rates, sets of hosts, filters, words. Points are made up so that answers are known."""

import base64
import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from pilot_planner.dashboard.layout.components import linked_table
from pilot_planner.dashboard.layout.settings_chips import label_of as chip_label
from pilot_planner.dashboard.pages.compare.comparison import best_of, chosen, metric_cells, setting_cells
from pilot_planner.dashboard.pages.compare.page import from_link
from pilot_planner.dashboard.pages.compare.saved_plans import MOST_SAVED, as_file, clean_name, from_file, readable, renamed
from pilot_planner.dashboard.pages.tradeoffs import headlines
from pilot_planner.dashboard.pages.tradeoffs.near_optimal import what_differs
from pilot_planner.dashboard.pages.tradeoffs.state import Shown, kept, known_front, points_aimed_at, shown
from pilot_planner.dashboard.pages.tradeoffs.tables import plans_table, sets_table
from pilot_planner.dashboard.runtime.job_queue import Job
from pilot_planner.dashboard.runtime.plan_cache import Planner
from pilot_planner.dashboard.runtime.url_state import Question, page_values, read_address, with_page_values
from pilot_planner.design.loading import load_design
from pilot_planner.design.schema import Axis
from pilot_planner.programme.limits import find_limit
from pilot_planner.studies.pareto.front_summary import efficient, exchange_rates, host_sets
from pilot_planner.studies.pareto.near_optimal import Alternative
from pilot_planner.studies.pareto.pareto_front import FrontPoint, Switch
from pilot_planner.studies.planning.comparison import Line

INCOME, COST, TAX = (
    Axis(metric="worker_income", sense="max"),
    Axis(metric="operating_cost", sense="min"),
    Axis(metric="state_revenue", sense="min"),
)
AXES = (INCOME, COST, TAX)
NAMES = {"KAZ": "Kazakhstan", "MNG": "Mongolia"}


def point(number, income, cost, tax, hosts, workers=1000.0):
    axes = {"worker_income": income * 1e6, "operating_cost": cost * 1e6, "state_revenue": tax * 1e6}
    ratios = {"net_pay_per_worker_month": 500.0, "funds_at_risk_share": 0.05}
    settings = {"objective.metric": "worker_income", "limits.operating_cost.max": cost * 1e6}
    return FrontPoint(number, axes, hosts, {**axes, "peak_workers": workers}, ratios, settings, ())


POINTS = (
    point(1, 20, 12, 1.4, "KAZ+MNG"),
    point(2, 14, 10.5, 1.0, "KAZ+MNG"),
    point(3, 12, 9, 0.8, "MNG"),
    point(4, 6, 7, 0.4, "MNG"),
    point(5, 5, 8, 0.2, "MNG"),  # bettered by 4 on income and cost alone, kept for its tax
)


def test_a_rate_is_the_mean_between_the_ends_of_what_is_best_on_two_axes():
    found = {one.hosts: one for one in exchange_rates(POINTS, AXES)}

    assert found["KAZ+MNG"].rate == pytest.approx((20 - 14) / (12 - 10.5))
    assert found["MNG"].rate == pytest.approx((12 - 6) / (9 - 7))
    assert (found["MNG"].plans, found["MNG"].low, found["MNG"].high) == (2, 7e6, 9e6)


@pytest.mark.parametrize("points", [(), POINTS[:1], (POINTS[0], POINTS[2])])
def test_no_rate_without_two_plans_of_one_set(points):
    assert exchange_rates(points, AXES) == ()


def test_the_title_is_the_exchange_rate_with_the_hosts_by_name():
    title = headlines.title(Shown("done", POINTS, AXES), NAMES)

    assert title == (
        "Each further dollar of operating cost buys 4.0 dollars of worker income in Kazakhstan and Mongolia, 3.0 in Mongolia"
    )


def test_rates_of_people_and_of_axes_that_are_both_to_be_small_are_told_in_their_own_words():
    people = tuple(
        FrontPoint(n, {"worker_months": months, "operating_cost": cost * 1e6}, "MNG", {}, {}, {}, ())
        for n, months, cost in ((1, 30_000.0, 12), (2, 10_000.0, 8))
    )
    of_people = headlines.title(Shown("done", people, (Axis(metric="worker_months", sense="max"), COST)), NAMES)
    assert "million dollars of operating cost raises worker-months by 5,000" in of_people
    taxed = exchange_rates(POINTS[2:], (Axis(metric="state_revenue", sense="max"), COST))
    assert taxed[0].rate == pytest.approx(0.2)


def test_host_sets_have_the_least_and_the_most_of_each_axis():
    first, second = host_sets(POINTS, AXES)

    assert (first.hosts, first.plans, first.ranges["operating_cost"]) == ("MNG", 3, (7e6, 9e6))
    assert (second.hosts, second.ranges["worker_income"]) == ("KAZ+MNG", (14e6, 20e6))
    rows = sets_table(POINTS, AXES, NAMES).children[0].data["body"]
    assert rows[0][1:] == ["3", "5.0–12.0", "7.0–9.0", "0.2–0.8"]


def test_points_that_another_betters_in_every_axis_do_not_count():
    worse = point(6, 11, 9.5, 0.9, "MNG")
    assert worse not in efficient((*POINTS, worse), AXES)
    assert efficient(POINTS, AXES) == POINTS


def test_ranges_filter_in_the_units_that_the_axes_show():
    assert [one.number for one in kept(POINTS, {"worker_income": [[10.0, 20.0]]})] == [1, 2, 3]
    assert [one.number for one in kept(POINTS, {"worker_income": [[10.0, None]], "operating_cost": [[None, 9.0]]})] == [3]
    assert [one.number for one in kept(POINTS, {"worker_income": [[5.0, 6.0], [20.0, 20.0]]})] == [1, 4, 5]
    assert kept(POINTS, {"funds_at_risk_share": [[6.0, 7.0]]}) == []
    assert kept(POINTS, None) == kept(POINTS, {}) == list(POINTS)


def test_the_sentence_above_the_lines_says_what_the_kept_plans_share():
    ranges = {"worker_income": [[10.0, None]]}
    told = headlines.kept_title(POINTS, kept(POINTS, ranges), AXES, ranges).replace("\u00a0", " ")

    assert told == (
        "Three plans of 5 have worker income at least 10.0 m USD; operating cost is then between 9.0 m USD and 12.0 m USD"
    )
    none = {"worker_income": [[30.0, None]]}
    assert headlines.kept_title(POINTS, [], AXES, none).startswith("None of five plans has worker income")


def test_a_switch_of_hosts_is_the_title_of_the_scatter():
    switch = Switch("operating_cost", 9.4e6, "MNG", "KAZ+MNG", "", "the most worker income")
    told = headlines.scatter_title(Shown("done", POINTS, AXES, (switch,)), NAMES).replace("\u00a0", " ")
    words = "the plan with the most worker income uses Kazakhstan and Mongolia instead of Mongolia"
    assert told == f"Above 9.4 m USD of operating cost {words}"


def job(status, items=(), result=None):
    return Job("front x", status, items=list(items), result=result)


@pytest.mark.parametrize(
    ("found", "status", "words"),
    [
        (None, "idle", "No plan is best in everything"),
        (job("running"), "running", "Looking for the plans"),
        (job("cancelled"), "stopped", "Stopped before a plan was found"),
        (job("failed"), "failed", "The trade-offs could not be found"),
        (
            job("done", result={"points": POINTS[:1], "axes": AXES, "switches": (), "complete": True}),
            "done",
            "One plan is best",
        ),
    ],
)
def test_fronts_without_anything_to_trade_off_have_a_title_of_their_own(found, status, words):
    front = shown(found, AXES)
    assert front.status == status
    assert words in headlines.title(front, NAMES)
    assert headlines.lead(front, 6, False)


def test_a_front_says_that_its_plans_are_samples_and_what_weightings_could_gain():
    about = "The plans are samples of a continuum. The best plan of any weighting beats them by at most 0.9 %."
    found = {"points": POINTS, "axes": AXES, "switches": (), "complete": True, "about": about}
    assert about in headlines.lead(shown(job("done", POINTS, found), AXES), 6, False)


def test_a_stopped_front_keeps_what_it_found_and_says_so():
    for found in (
        job("cancelled", POINTS),
        job("done", POINTS, {"points": POINTS, "axes": AXES, "switches": (), "complete": False}),
    ):
        front = shown(found, AXES)
        assert (front.status, front.points) == ("stopped", POINTS)
        assert "Stopped early. Five plans found until then stay below" in headlines.lead(front, 6, False)


@pytest.mark.parametrize("status", ["running", "cancelled", "failed"])
@pytest.mark.parametrize("partial", [False, True])
def test_plans_that_were_told_before_a_search_was_begun_again_stay_until_it_has_found_as_many(status, partial):
    result = {"points": POINTS[:1], "axes": AXES, "switches": (), "complete": False} if partial else None
    anew = replace(job(status, (), result), earlier=POINTS)
    front = shown(anew, AXES)
    assert front.points == POINTS
    assert "Nothing had been found" not in headlines.lead(front, 6, False)


@pytest.mark.parametrize("status", ["running", "cancelled", "failed"])
@pytest.mark.parametrize("found", [0, 1])
def test_plans_that_were_looked_at_stay_where_a_search_ends_before_it_has_found_as_many(status, found):
    begun = job(status, POINTS[:found])
    services = SimpleNamespace(
        jobs=SimpleNamespace(get=lambda key: begun), looks=SimpleNamespace(known=lambda key: SimpleNamespace(points=POINTS))
    )
    front = known_front(services, "front x", AXES)
    assert front.points == POINTS
    assert "Nothing had been found" not in headlines.lead(front, 6, False)
    assert "Five plans" in headlines.lead(front, 6, False)


def test_every_row_of_the_plans_opens_its_point_and_the_open_one_does_not():
    question = Question("base", {"limits.hosts.max": 1})
    text = plans_table(POINTS, POINTS, AXES, NAMES, question, opened=1).children[0].children

    assert "(/?" in text and "Open now" in text
    assert question.with_settings(POINTS[3].settings).search in text
    assert question.with_settings(POINTS[0].settings).search not in text


@pytest.mark.parametrize(
    ("search", "points"),
    [
        ("", 30),
        ("?points=6", 6),
        ("?points=1", 2),
        ("?points=999", 60),
        ("?points=-4", 30),
        ("?points=x", 30),
        ("?points=" + "9" * 99, 30),
    ],
)
def test_any_number_of_points_in_an_address_is_taken_within_bounds(search, points):
    assert points_aimed_at(search) == points


# --- nearly equal plans ---


def alternative(number, levels, placements):
    return Alternative(number, 1.0, 0.0, "", 0, "", {}, {}, levels, tuple(placements), {}, ())


@pytest.mark.parametrize(
    ("levels", "placements", "words"),
    [
        ({"MNG": "basic"}, [("MNG", "a")], "Mongolia: no bees"),
        ({"MNG": "basic"}, [("MNG", "a"), ("MNG", "c")], "Mongolia: crops instead of bees"),
        ({"MNG": "close"}, [("MNG", "a"), ("MNG", "b")], "Mongolia: close oversight"),
        ({"MNG": "basic", "KAZ": "basic"}, [("MNG", "a"), ("MNG", "b"), ("KAZ", "c")], "With Kazakhstan: crops"),
        ({"KAZ": "basic"}, [("KAZ", "a")], "With Kazakhstan: apples; Without Mongolia"),
        ({"MNG": "basic"}, [("MNG", "a"), ("MNG", "b")], "The same choices"),
    ],
)
def test_what_differs_is_said_by_host(levels, placements, words):
    first = alternative(0, {"MNG": "basic"}, [("MNG", "a"), ("MNG", "b")])
    sectors = {"a": "Apples", "b": "Bees", "c": "Crops"}
    assert what_differs(first, alternative(1, levels, placements), NAMES, sectors) == words


# --- comparing and saved plans ---


def test_the_better_figure_is_bold_and_neither_where_no_direction_is_better():
    cost = Line("operating_cost", (12e6, 10e6, 11e6), False)
    assert best_of(cost) == {1}
    assert [cell.startswith("**") for cell in metric_cells(cost, NAMES)[1:]] == [False, True, False]
    assert best_of(Line("worker_income", (1.0, None, 2.0), False)) == {2}
    assert best_of(Line("contract_value", (1.0, 2.0), False)) == set()


def test_of_lists_only_what_is_not_everywhere_is_shown():
    line = Line("exclusions", (["mining"], ["mining", "KAZ"], ["mining", "MNG.construction"]), False)
    assert setting_cells(line, NAMES) == ["Exclusions", "nothing more", "also Kazakhstan", "also Mongolia, construction"]


def test_a_limit_of_a_designs_own_is_told_by_its_label_on_chips_and_beside_other_plans():
    rule = {
        "sentence": "In each host women do {side} {bound} of the work.",
        "kind": "safeguard",
        "unit": "share",
        "per": ["host"],
        "of": [{"metric": "women_worker_months"}],
        "over": [{"metric": "worker_months"}],
    }
    design = load_design(None, {"rules.women_in_each_host": rule, "limits.women_in_each_host.min": 0.1})
    path = "limits.women_in_each_host.min"
    label, *told = setting_cells(Line(path, (0.1, 0.15), False), NAMES, [design])
    assert label == find_limit("women_in_each_host", design).label + ", at least"
    assert [one.replace("\u00a0", " ") for one in told] == ["10.0 %", "15.0 %"]
    assert chip_label(path, NAMES, design) == label


def test_pledges_are_told_as_sums_and_months():
    def pledges(*sums):
        return [{"donor": "to be found", "month": 12 * place, "usd": usd} for place, usd in enumerate(sums)]

    line = Line("funding.pledges", (pledges(6e6, 6e6), pledges(6e6, 2e6)), False)
    _, *told = setting_cells(line, NAMES)
    assert [one.replace("\u00a0", " ") for one in told] == ["also 6.0 m USD in month 12", "also 2.0 m USD in month 12"]


HOSTILE = "<img src=x onerror=alert(1)>|[x](javascript:alert(2)) **b** http://evil.example `c`"


def test_hostile_cells_stay_text():
    text = linked_table(("a",), [[HOSTILE]]).children[0].children
    row = text.splitlines()[2]
    assert "<" not in row and "](" not in row and "://" not in row and "`c`" not in row.replace("\\`", "")
    assert row.count(" | ") == 0


def test_names_lose_what_cannot_be_printed_and_stay_short():
    assert clean_name(" a\n\tb\u202e<b> ") == "a b b"
    assert len(clean_name("x" * 500)) == 60


@pytest.fixture(scope="module")
def planner():
    return Planner()


def upload(content):
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    return "data:application/json;base64," + base64.b64encode(text).decode()


def test_what_is_downloaded_can_be_uploaded(planner):
    one = {"name": "One", "search": "?model=one_host", "at": "2027-01-01 10:00"}
    found, told = from_file(upload(as_file([one]).encode()), planner, [])
    assert (found, told) == ([one], "Added 1 plan.")
    assert from_file(upload(as_file([one]).encode()), planner, [one]) == ([one], "Every plan of the file is saved already.")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe", "not a list of saved plans"),
        (b"[" * 100_000, "not a list of saved plans"),
        ({"pilot_planner_saved_plans": "x"}, "not a list of saved plans"),
        ([1], "not a list of saved plans"),
        ({"pilot_planner_saved_plans": [{"name": "a"}]}, "Plan 1 of the file has no name or no address"),
        (
            {"pilot_planner_saved_plans": [{"name": "a", "search": "?model=../../etc/passwd"}]},
            "Plan 1 of the file cannot be read",
        ),
        (
            {
                "pilot_planner_saved_plans": [
                    {"name": "a", "search": f"?limits.hosts.max={n}"} for n in range(MOST_SAVED + 1)
                ]
            },
            "fit",
        ),
    ],
)
def test_a_file_with_a_fault_changes_nothing_and_says_why(planner, content, words):
    kept_plans = [{"name": "One", "search": "?model=one_host", "at": ""}]
    found, told = from_file(upload(content), planner, kept_plans)
    assert found == kept_plans
    assert words in told


def test_what_a_browser_holds_is_read_strictly():
    assert readable("x") == readable(None) == []
    assert readable([1, {"name": "a"}, {"name": "", "search": "?"}, {"name": "a", "search": "?b=1"}]) == [
        {"name": "a", "search": "?b=1", "at": ""}
    ]


def test_two_saved_plans_never_share_a_name():
    rows = [{"name": "a", "search": "1", "at": ""}, {"name": "b", "search": "2", "at": ""}]
    assert [one["name"] for one in renamed(rows, "2", "a")] == ["a", "a (2)"]
    assert renamed(rows, "2", " \n ") == rows


def test_a_comparison_lives_in_its_address(planner):
    address = with_page_values(
        "?model=base", "with", ["?model=one_host", "?model=base", "?model=one_host&", "?limits.hosts.max=1"]
    )
    assert page_values(address, "with")[0] == "?model=one_host"
    assert chosen(planner, address) == ["?model=one_host", "?model=base&limits.hosts.max=1"]
    assert read_address(address, planner.models, planner.first) == Question("base")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hello", "no link to a plan"),
        ("http://x/?model=nothing", "'nothing' is not a design"),
        ("http://x/?model=base", "in the comparison already"),
    ],
)
def test_a_pasted_link_that_cannot_be_used_says_why(planner, text, words):
    found, problem = from_link(planner, text, "?model=base")
    assert found == "" and words in problem


def test_a_pasted_link_is_added_to_the_address(planner):
    found, problem = from_link(
        planner, "https://elsewhere.example/trade-offs?model=one_host&points=4", "?with=%3Fmodel%3Dlow_budget"
    )
    assert problem == ""
    assert chosen(planner, found) == ["?model=low_budget", "?model=one_host"]
