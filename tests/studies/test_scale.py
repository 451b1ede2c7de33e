"""What wider adoption would take: sizes, what binds, economies of scale, the shortfall, phases and gates."""

import csv
import itertools
import json

import pytest
from command_line import run_here

from pilot_planner.errors import InputError, NoPlanError
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.studies.scale_up.scale_up import scale


@pytest.fixture(scope="module")
def answer(inputs):
    return scale(None, inputs)


@pytest.fixture(scope="module")
def full_plan(answer, inputs):
    """The largest programme with all eligible hosts, solved as a plan of its own."""
    return make_plan(None, inputs, answer.full.settings)


@pytest.fixture(scope="module")
def pilot(inputs):
    return make_plan(None, inputs)


def test_every_step_is_proven_optimal(answer):
    assert {run.status for run in answer.runs} == {"optimal"}
    assert {phase.status for phase in answer.phases} == {"optimal"}


def test_sizes_run_from_one_host_to_all_that_are_eligible(answer, pilot):
    shares = (*pilot.design.scale.shares, 1.0)

    assert [(run.hosts_allowed, run.share) for run in answer.runs] == [
        (size, share) for size in range(1, len(pilot.case.hosts) + 1) for share in shares
    ]
    assert all(run.count_of_hosts <= run.hosts_allowed for run in answer.runs)


def test_each_smaller_programme_has_its_share_of_the_largest_of_its_size(answer):
    for size in {run.hosts_allowed for run in answer.runs}:
        of_size = [run for run in answer.runs if run.hosts_allowed == size]
        largest = of_size[-1]
        for run in of_size:
            assert run.worker_months == pytest.approx(run.share * largest.worker_months, rel=1e-6)


def test_more_hosts_never_make_the_largest_programme_smaller(answer):
    months = [run.worker_months for run in answer.runs if run.share == 1.0]

    assert all(b >= a * (1 - 1e-6) for a, b in itertools.pairwise(months))


def test_more_work_in_the_same_hosts_never_costs_less(answer):
    for size in {run.hosts_allowed for run in answer.runs}:
        costs = [run.operating_cost for run in answer.runs if run.hosts_allowed == size]
        assert all(b >= a - 1.0 for a, b in itertools.pairwise(costs))


def test_the_full_size_costs_what_a_plan_of_the_same_settings_costs(answer, full_plan):
    per_month = full_plan.metrics["operating_cost"] / full_plan.metrics["worker_months"]

    assert answer.full.cost_per_worker_month == pytest.approx(per_month, rel=1e-6)
    assert answer.full.worker_months == pytest.approx(full_plan.metrics["worker_months"], rel=1e-6)
    assert answer.full.worker_income == pytest.approx(full_plan.metrics["worker_income"], rel=1e-6)
    assert answer.full.state_revenue == pytest.approx(full_plan.metrics["state_revenue"], rel=1e-6)
    assert answer.full.workers == pytest.approx(full_plan.metrics["peak_workers"], rel=1e-6)


def test_a_smaller_size_can_be_planned_again_from_its_settings(answer, inputs):
    half = next(run for run in answer.runs if (run.hosts_allowed, run.share) == (2, 0.5))
    plan = make_plan(None, inputs, half.settings)

    assert half.operating_cost == pytest.approx(plan.metrics["operating_cost"], rel=1e-6)
    assert half.hosts == "+".join(sorted(host.iso3 for host in plan.hosts))


def test_oversight_posts_are_the_inspectors_of_the_fullest_period(answer, full_plan):
    table = full_plan.table("oversight").groupby("period")["inspectors"].sum()

    assert answer.full.oversight_posts == pytest.approx(table.max(), abs=1e-5)


def test_only_the_limits_of_a_pilot_are_lifted(answer, full_plan):
    assert answer.lifted == (
        "Budget: at most 12,000,000 USD",
        "Running balance of funds: at least 0 USD",
        "Workers employed: at most 2,500",
        "Inspectors in all: at most 14",
        "Host countries: at most 2; here each number in turn",
    )
    assert "workers_total" in answer.kept  # its minimum stays
    assert {"permits", "inspectors_host", "funds_at_risk_share", "visit_coverage", "card_share"} <= set(answer.kept)
    assert full_plan.metrics["operating_cost"] > 12_000_000
    assert {one.key for one in full_plan.limits} >= set(answer.kept)
    assert all(one.slack >= -1e-6 * max(1.0, abs(one.bound)) for one in full_plan.limits)


def test_the_limits_that_bind_are_those_of_the_plan(answer, full_plan):
    binding = {one.scope for one in full_plan.limits if one.binding and one.key == "permits"}

    assert {scope for label, scope in answer.full.binds if label == "Share of permits, at most"} == binding
    assert not any(label.startswith(("Host countries", "Worker-months")) for label, _ in answer.full.binds)


def test_changes_lead_from_what_binds_in_one_size_to_what_binds_in_the_next(answer):
    by_size = [run for run in answer.runs if run.share == 1.0]
    for (before, after), change in zip(itertools.pairwise(by_size), answer.changes, strict=False):
        assert (set(before.binds) - set(change.no_longer)) | set(change.now) == set(after.binds)
        assert change.worker_months == pytest.approx(after.worker_months - before.worker_months)
        assert change.cost_of_each * change.worker_months == pytest.approx(after.operating_cost - before.operating_cost)
        assert all(scope in change.sentence for _, scope in change.now)


def test_no_size_is_cheaper_than_the_one_where_economies_of_scale_end(answer):
    least = min(run.cost_per_worker_month for run in answer.runs)

    assert answer.cheapest.cost_per_worker_month <= least + answer.cheapest.within
    assert answer.cheapest.worker_months < answer.full.worker_months
    assert answer.cheapest.sentence.startswith("Cost per worker-month stops falling at ")


@pytest.mark.parametrize("factor", [0.9, 1.05])
def test_beside_the_cheapest_size_a_worker_month_costs_more(answer, inputs, factor):
    settings = answer.full.settings | {
        "objective.metric": "operating_cost",
        "objective.sense": "min",
        "limits.worker_months.min": factor * answer.cheapest.worker_months,
        "limits.worker_months.max": factor * answer.cheapest.worker_months,
    }
    plan = make_plan(None, inputs, settings)

    per_month = plan.metrics["operating_cost"] / plan.metrics["worker_months"]
    assert per_month >= answer.cheapest.cost_per_worker_month - answer.cheapest.within


def test_the_shortfall_is_counted_against_the_seed_facts(answer, inputs, pilot):
    found = answer.shortfall
    willing = {v.iso3 for v in pilot.verdicts} - {v.iso3 for v in pilot.verdicts if "host_willingness" not in v.reasons}

    assert (found.workers_abroad, found.countries_abroad) == (100_000, 40)
    assert (found.candidates, found.eligible) == (40, len({v.iso3 for v in pilot.verdicts if v.eligible}))
    assert found.workers == answer.full.workers
    assert next(one for one in found.floors if one.floor == "host_willingness").hosts == len(willing)
    assert all(one.alone <= one.hosts <= found.candidates - found.eligible for one in found.floors)
    assert found.demand >= found.workers
    assert "96,107 stay outside it" in found.sentences[0]


def test_the_first_phase_is_the_pilot_and_the_last_the_largest_programme(answer, pilot):
    first, *_, last = answer.phases

    assert len(answer.phases) == 3
    assert first.worker_months == pytest.approx(pilot.metrics["worker_months"])
    assert first.operating_cost == pytest.approx(pilot.metrics["operating_cost"])
    assert (last.worker_months, last.operating_cost) == (answer.full.worker_months, answer.full.operating_cost)
    assert last.hosts == answer.full.hosts


@pytest.mark.parametrize("name", ["worker_months", "operating_cost", "worker_income", "state_revenue"])
def test_totals_add_up_by_phase(answer, name):
    so_far = itertools.accumulate(getattr(phase, name) for phase in answer.phases)

    assert [getattr(phase, f"{name}_so_far") for phase in answer.phases] == pytest.approx(list(so_far))


def test_phases_between_are_spread_evenly_and_keep_their_hosts(inputs):
    found = scale("one_host", inputs, {"oversight.levels": ["intensive"]}, phases=4)
    months = [phase.worker_months for phase in found.phases]
    steps = [b - a for a, b in itertools.pairwise(months)]

    assert steps == pytest.approx([steps[0]] * 3, rel=1e-3)
    assert [phase.left_hosts for phase in found.phases] == [""] * 4
    for before, after in itertools.pairwise(found.phases):
        assert set(before.hosts.split("+")) <= set(after.hosts.split("+"))


def test_a_phase_opens_by_the_safeguards_of_the_design(answer):
    assert answer.phases[0].gates == ()
    for phase in answer.phases[1:]:
        thresholds = {gate.indicator: (gate.sense, gate.threshold) for gate in phase.gates if gate.sense != "text"}
        assert thresholds == {
            "funds_at_risk_share": ("max", 0.06),
            "host_funds_at_risk_share": ("max", 0.08),
            "visit_coverage": ("min", 0.9),
            "workers_per_inspector": ("max", 250),
            "card_share": ("min", 0.5),
        }
        in_words = " ".join(gate.text for gate in phase.gates if gate.sense == "text")
        assert "Audit score per site" in in_words
        assert "Protection cases opened and closed" in in_words


def test_what_a_phase_plans_passes_the_gate_to_the_next(answer):
    for gate in (gate for phase in answer.phases for gate in phase.gates if gate.sense != "text"):
        slack = gate.threshold - gate.planned if gate.sense == "max" else gate.planned - gate.threshold
        assert slack >= -1e-6 * max(1.0, gate.threshold)


def test_fewer_than_two_phases_are_refused(inputs):
    with pytest.raises(InputError) as refused:
        scale(None, inputs, phases=1)

    assert str(refused.value.faults[0]) == (
        "phases: 1 phases; expected 2 or more; the first is the pilot, the last all eligible hosts"
    )


def test_a_design_without_a_plan_has_no_phases(inputs):
    with pytest.raises(NoPlanError):
        scale(None, inputs, {"limits.operating_cost.max": 100_000})


def test_the_command_prints_one_document_and_writes_complete_files(capsys, tmp_path):
    quick = ("--model", "one_host", "--set", "oversight.levels=intensive,", "--phases", "2")
    result = run_here(capsys, "scale", *quick, "--json", "--out", tmp_path / "o")
    document = json.loads(result.out)

    assert result.status == 0
    assert sorted(path.name for path in (tmp_path / "o").iterdir()) == ["runs.csv", "summary.json"]
    with (tmp_path / "o" / "runs.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["hosts"] for row in rows] == [run["hosts"] for run in document["runs"]]
    assert [float(row["operating_cost"]) for row in rows] == [run["operating_cost"] for run in document["runs"]]
    written = json.loads((tmp_path / "o" / "summary.json").read_text(encoding="utf-8"))
    assert written == {key: value for key, value in document.items() if key != "runs"}
    assert len(document["phases"]) == 2


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--nope",), "error: No such option: --nope"),
        (("--phases", "1"), "error: Invalid value for '--phases'"),
        (("--set", "limits.nope.max=1"), "error: limits.nope"),
    ],
)
def test_wrong_use_of_the_command_is_refused(capsys, words, expected):
    result = run_here(capsys, "scale", *words)

    assert (result.status, result.out) == (2, "")
    assert result.err.startswith(expected)


@pytest.mark.parametrize(
    ("bound", "what"),
    [
        ("card_share.min", "is a legal limit"),
        ("funds_at_risk_share.max", "is a safeguard limit"),
        ("operating_costs.max", "is not a bound of a limit"),
        ("permits.min", "is not a bound of a limit"),
    ],
)
def test_only_money_and_capacity_of_the_pilot_may_be_lifted(inputs, bound, what):
    with pytest.raises(InputError) as refused:
        scale(None, inputs, {"scale.lifted": [bound]})

    assert [str(fault.place) for fault in refused.value.faults] == ["scale.lifted"]
    assert what in str(refused.value.faults[0])
