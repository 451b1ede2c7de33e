"""Where work fails a rights floor on what was learned: which, and the orderly end of its host with all else going on."""

import pytest

from pilot_planner import make_plan, prices, replan
from pilot_planner.data.actuals import Actuals
from pilot_planner.data.reading import Row
from pilot_planner.studies.after_signature.learning import Lessons, lessons_of
from pilot_planner.studies.after_signature.template import template_rows


def paid(plan, through, place, factor):
    """As planned, but for the pay of one placement."""

    def of(name, row):
        there = name == "pay" and (row["iso3"], row["sector"]) == place and row["amount"] is not None
        return row | {"amount": round(row["amount"] * factor, 2)} if there else row

    rows = template_rows(plan, through)
    return Actuals(
        "paid", {name: tuple(Row(n, of(name, one)) for n, one in enumerate(some, 2)) for name, some in rows.items()}
    )


@pytest.fixture(scope="module")
def base(inputs):
    return make_plan("base", inputs)


@pytest.mark.parametrize(("place", "factor"), [(("MNG", "construction"), 0.8), (("KAZ", "construction"), 0.6)])
def test_the_host_ends_in_order_and_the_other_goes_on(base, place, factor):
    actuals = paid(base, 4, place, factor)
    found = replan(base, actuals, lessons=lessons_of(base, actuals))
    host, _ = place
    for way in ("go_on", "shift", "stop"):
        answer = found.of(way)
        assert answer.plan is None
        assert f"{host}.construction" in answer.reasons[0]
        assert "living wage" in answer.reasons[0]
    closing = found.of("close")
    assert "construction" in closing.sentence
    rows = closing.plan.accounts.workforce
    assert sum(row.arrivals for row in rows if row.iso3 == host and row.period > 4) == pytest.approx(0.0, abs=1e-6)
    assert sum(row.workers for row in rows if row.iso3 == host and row.period == 5) > 0
    assert sum(row.workers for row in rows if row.iso3 == host and row.period > 5) == pytest.approx(0.0, abs=1e-6)
    assert sum(row.workers for row in rows if row.iso3 != host and row.period > 5) > 0
    assert closing.workers.notice_wages > 0
    before = {row for row in rows if row.period <= 4}
    told = {(row["iso3"], row["sector"], row["period"]): row["workers"] for row in actuals.current("people")}
    assert all(row.workers == pytest.approx(told[row.iso3, row.sector, row.period], abs=1e-5) for row in before)
    # An answer like every other: what binds is a row with a price.
    assert f"no_newcomers_{host}".lower() in {one.key for one in prices(closing.design, closing.inputs).prices}


def test_a_pilot_in_one_host_ends_whole(inputs):
    plan = make_plan("one_host", inputs)
    actuals = paid(plan, 4, ("MNG", "construction"), 0.8)
    closing = replan(plan, actuals, ways=("go_on",), lessons=lessons_of(plan, actuals)).of("close")
    assert closing.plan.design.programme.periods == 6
    assert sum(row.workers for row in closing.plan.accounts.workforce if row.period == 6) == pytest.approx(0.0, abs=1e-6)
    assert closing.workers.newcomers == pytest.approx(0.0, abs=1e-6)


def test_it_is_not_offered_where_nothing_fails(base):
    actuals = paid(base, 4, ("MNG", "construction"), 1.0)
    for lessons in (None, Lessons(()), lessons_of(base, actuals)):
        found = replan(base, actuals, ways=("go_on",), lessons=lessons)
        assert [one.way for one in found.answers] == ["go_on"]


def test_nobody_starts_work_in_a_pilot_that_is_being_stopped(base):
    stopping = replan(base, paid(base, 4, ("MNG", "construction"), 1.0), ways=("stop",)).of("stop")
    assert stopping.workers.newcomers == pytest.approx(0.0, abs=1e-6)
    there = sum(row.workers for row in base.accounts.workforce if row.period == 4)
    assert stopping.workers.at_the_end <= there + 1e-6
