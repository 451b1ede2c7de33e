from collections import defaultdict
from dataclasses import replace

import pytest
from by_hand import solution_by_hand
from tiny import COST_LINES, LEVELS, line, tiny_case

from pilot_planner.case.costing import PROGRAMME_WIDE
from pilot_planner.errors import InputError
from pilot_planner.programme.build import build
from pilot_planner.programme.costs import DRIVERS

# Months of a period are 4, one head and two national officers, sites of 25, one visit a site-month, three audits a
# site-year, 5,300 USD of contract value and 400 of tax per worker-period, parcels of 40 USD.
QUANTITIES = {
    "host_setups": (1, 0, 0),
    "host_months": (4, 4, 4),
    "head_of_office_months": (4, 4, 4),
    "international_officer_months": (0, 0, 0),
    "national_officer_months": (8, 8, 8),
    "assistant_months": (0, 0, 0),
    "case_worker_months": (0, 0, 0),
    "sector_opening_years": (0, 4 / 12, 4 / 12),
    "inspector_months": (8, 8, 8),
    "inspector_visits": (0, 6.4, 8),
    "audit_visits": (0, 1.6, 2),
    "arrivals": (0, 40, 20),
    "returns": (0, 0, 60),
    "notice_wages": (0, 0, 0),
    "worker_months": (0, 160, 200),
    "in_kind_value": (0, 4000, 5000),
    "family_value": (0, 800, 1000),
    "family_parcels": (0, 20, 25),
    "escrow_flow": (0, 212_000, 265_000),
    "income_tax": (0, 16_000, 20_000),
    "protection_cases": (0, 1.6, 2),
    "grievances": (0, 8, 10),
    "programme_months": (4, 4, 4),
}

DIRECT = {"AAA": (37_000, 50_840, 61_550), PROGRAMME_WIDE: (4_000, 4_000, 4_000)}
"""By hand, from COST_LINES: set-up 5,000; head 8,000, inspection 24,000 and coordination 4,000 a period; journeys
16,000, 8,000 and home 18,000; cards 320, 400; goods 400, 500; custody 2,120, 2,650."""


def _cells(lines, host="AAA"):
    programme = build(tiny_case(cost_lines=lines))
    x = solution_by_hand(programme, host)
    return [(cell, cell.quantity.value(x)) for cell in programme.cost_cells]


@pytest.mark.parametrize("driver", QUANTITIES)
def test_the_quantity_of_a_driver_is_what_a_person_counts(driver):
    counted = dict.fromkeys((1, 2, 3), 0.0)
    for cell, quantity in _cells((line("one", driver, 1.0),)):
        assert cell.host in ("AAA", "BBB", PROGRAMME_WIDE)
        counted[cell.period] += quantity
    assert tuple(counted.values()) == pytest.approx(QUANTITIES[driver])


def test_workers_of_a_host_that_closes_all_go_home_and_are_paid_one_more_period():
    """Forty people work in period 2, after which the host closes: 40 journeys and one more period of wages in period 3."""
    case = tiny_case(cost_lines=(line("home", "returns", 1.0), line("notice", "notice_wages", 1.0)))
    closed = replace(case, design=case.design.model_copy(update={"closures": {"AAA": 0.67}}))
    programme = build(closed)
    x = solution_by_hand(programme, "AAA")
    gone = {j for (_, _, _, t), j in (*programme.d.workers.items(), *programme.d.arrivals.items()) if t == 3}
    x = [0.0 if j in gone else value for j, value in enumerate(x)]
    counted = {
        (cell.line.line_id, cell.period): cell.quantity.value(x) for cell in programme.cost_cells if cell.host == "AAA"
    }
    assert counted["home", 3] == pytest.approx(40)
    gross = programme.q.pay("gross_wage", "AAA", 2).value(x)
    assert gross > 0
    assert counted["notice", 3] == pytest.approx(gross)
    assert {key: value for key, value in counted.items() if value and key[1] != 3} == {}
    assert all(programme.d.columns[j].upper == 0.0 for j in gone if programme.d.columns[j].name.split(".")[1] == "AAA")


def test_every_driver_is_counted_by_hand():
    assert set(DRIVERS) == {*QUANTITIES, "direct_cost", "project_cost"}


def test_people_who_leave_on_the_way_travel_home_in_the_period_after():
    """Four periods: a quarter of period 2 leaves before 3, a quarter of 3 before 4, all of 4 at the end."""
    settings = {"programme.duration_months": 16}
    programme = build(tiny_case(settings, hosts=("AAA",), cost_lines=(line("home", "returns", 1.0),)))
    x = [0.0] * len(programme.d.columns)
    for t, people in ((2, 40.0), (3, 60.0), (4, 80.0)):
        x[programme.d.workers["AAA", "work", "basic", t]] = people
    assert {cell.period: cell.quantity.value(x) for cell in programme.cost_cells} == {3: 10.0, 4: 15.0 + 80.0}


@pytest.mark.parametrize("host", ["AAA", PROGRAMME_WIDE])
def test_direct_cost_of_a_host_and_period_is_what_a_person_adds_up(host):
    direct = defaultdict(float)
    for cell, quantity in _cells(COST_LINES):
        if cell.line.driver not in ("direct_cost", "project_cost") and cell.host == host:
            direct[cell.period] += quantity * cell.unit_cost
    assert tuple(direct[t] for t in (1, 2, 3)) == pytest.approx(DIRECT[host])


@pytest.mark.parametrize(
    ("line_id", "share"),
    [
        ("evaluation", 0.05),
        ("reserve", 0.02),
        # 7 % of direct cost and evaluation; the reserve is left out of the base.
        ("indirect", 0.07 * 1.05),
    ],
)
def test_a_percentage_is_taken_of_direct_cost_and_of_what_donors_let_in(line_id, share):
    found = {(c.host, c.period): quantity * c.unit_cost for c, quantity in _cells(COST_LINES) if c.line.line_id == line_id}
    for host, by_period in DIRECT.items():
        for t, direct in enumerate(by_period, start=1):
            assert found[host, t] == pytest.approx(share * direct)


@pytest.mark.parametrize("cut", ["category", "period", "host", "line"])
def test_the_cells_add_up_to_the_operating_cost_whichever_way_they_are_cut(cut):
    programme = build(tiny_case())
    x = solution_by_hand(programme, cost={1: 46_883.5, 2: 62_709.54, 3: 74_956.425})
    keys = {
        "category": lambda cell: cell.line.unsdg_category,
        "period": lambda cell: cell.period,
        "host": lambda cell: cell.host,
        "line": lambda cell: cell.line.line_id,
    }
    parts = defaultdict(float)
    for cell in programme.cost_cells:
        parts[keys[cut](cell)] += cell.amount.value(x)
    assert len(parts) >= 2
    assert sum(parts.values()) == pytest.approx(184_549.465)
    assert programme.metric("operating_cost").value(x) == pytest.approx(184_549.465)


def test_a_host_pays_its_own_price_where_it_is_known():
    lines = (line("setup", "host_setups", 5000.0, by_host={"BBB": 4000.0}),)
    assert [cell.unit_cost for cell, quantity in _cells(lines, "AAA") if quantity] == [5000.0]
    assert [cell.unit_cost for cell, quantity in _cells(lines, "BBB") if quantity] == [4000.0]


def test_posts_follow_the_oversight_level():
    lines = (line("officers", "case_worker_months", 1.0),)
    programme = build(tiny_case({"oversight.levels": ["basic", "close"]}, hosts=("AAA",), cost_lines=lines))
    for name, level in LEVELS.items():
        x = [0.0] * len(programme.d.columns)
        x[programme.d.level["AAA", name]] = 1.0
        counted = [cell.quantity.value(x) for cell in programme.cost_cells]
        assert counted == [4.0 * level.posts["case_worker"]] * 3


def test_a_line_with_an_unknown_driver_is_refused_with_its_name():
    with pytest.raises(InputError) as caught:
        build(tiny_case(cost_lines=(line("bribes", "favours", 1.0),)))
    (fault,) = caught.value.faults
    assert fault.what == "bribes: driver 'favours' is unknown"
    assert str(fault.place) == "estimates/cost_lines.csv:driver"
