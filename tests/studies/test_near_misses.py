"""Why a host is out: one answer on the page, on the command line and in the document, with what would let it in."""

import datetime as dt
import io
from pathlib import Path

import pytest
from rich.console import Console

from pilot_planner.case.case import make_case
from pilot_planner.case.near_misses import EXCLUSION, near_misses
from pilot_planner.dashboard.pages.why import page as why
from pilot_planner.errors import NoPlanError
from pilot_planner.exports.proposal.blocks import plain
from pilot_planner.exports.proposal.section_builder import Draft
from pilot_planner.exports.proposal.sections import rationale
from pilot_planner.exports.proposal_data import Dossier
from pilot_planner.exports.terms import load_terms
from pilot_planner.figures.plan.host_map import hosts_on_map
from pilot_planner.reports.answer_text import print_explanation
from pilot_planner.studies.explain.host_exclusion import why_not
from pilot_planner.studies.explain.shadow_prices import Prices
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.studies.planning.setup import set_up
from pilot_planner.text.labels import shown
from pilot_planner.text.names import host_names, sector_names
from pilot_planner.text.number_format import percent

MODELS = Path(__file__).parents[2] / "models"
SETTINGS = {"exclusions": ["it_services", "mining", "logging_forestry", "restaurants", "RUS", "VNM.construction"]}


@pytest.fixture(scope="module")
def plan(inputs):
    """Of base, with one host and one placement left out besides."""
    return make_plan(MODELS / "base.toml", inputs, SETTINGS)


@pytest.fixture(scope="module")
def answer(plan, inputs):
    return why_not(plan.design, inputs, floors=False)


def case_of(inputs, settings=None):
    return make_case(*set_up(MODELS / "base.toml", inputs, settings))


def bodies(component):
    """The rows of every table in a part of a page."""
    if isinstance(component, list | tuple):
        return [body for one in component for body in bodies(one)]
    data = getattr(component, "data", None)
    if isinstance(data, dict):
        return [data["body"]]
    inner = getattr(component, "children", None)
    return [] if inner is None else bodies(inner)


def told(text):
    """A text as it is read: bound spaces are spaces."""
    return " ".join(str(text).replace("\u00a0", " ").split())


def test_page_command_and_document_give_every_host_the_same_reason(plan, answer, inputs):
    names = host_names(plan.inputs)
    reasons = {iso3: one.sentence for iso3, one in plan.near_misses.items() if one.kind != "passes"}
    assert set(plan.near_misses) == set(names)
    assert len(reasons) == 40 - len({v.iso3 for v in plan.verdicts if v.eligible})

    page = [row for body in bodies(why._matrix(plan, names | sector_names(plan.inputs))) for row in body]
    assert {row[0]: told(row[1 + len(why._FLOORS)]) for row in page} == {names[h]: words for h, words in reasons.items()}

    assert {one.iso3: told(one.fails) for one in answer.left if one.status == "excluded"} == reasons
    printed = io.StringIO()
    none = Prices(plan, plan.design.objective.metric, ())
    print_explanation(none, answer, Console(file=printed, width=100_000))
    assert all(reason in told(printed.getvalue()) for reason in reasons.values())

    dossier = Dossier(plan, load_terms(MODELS / "proposals" / "draft.toml"), dt.date(2026, 11, 20))
    dossier.studies.__dict__["left_out"] = answer.left
    blocks = rationale.excluded_countries(Draft(dossier)).blocks
    rows = {told(_cell(row, 0)): told(_cell(row, 1)) for block in blocks for row in getattr(block, "rows", ())}
    assert rows == {names[iso3]: reason for iso3, reason in reasons.items()}

    on_map = {one.iso3: told(one.reason).removeprefix("Excluded: ") for one in hosts_on_map(plan)}
    assert {iso3: on_map[iso3] for iso3 in reasons} == reasons


def test_each_of_the_forty_hosts_is_told_once_and_alike_on_page_command_and_document(plan, answer):
    """Chosen, passing and not chosen, or out: with the same loss, and the same change that would let it in."""
    names = host_names(plan.inputs)
    every, chosen = set(names), {host.iso3 for host in plan.hosts}
    by_host = {one.iso3: one for one in answer.left}
    assert len(answer.left) == len(by_host) == 40 - len(chosen)
    assert set(by_host) == every - chosen
    passing = {iso3: one for iso3, one in by_host.items() if one.status != "excluded"}
    out = {iso3: one for iso3, one in by_host.items() if one.status == "excluded"}
    assert set(passing) == {iso3 for iso3, one in plan.near_misses.items() if one.kind == "passes"} - chosen
    let_in = {iso3: change.sentence for iso3, change in plan.let_in.items()}
    assert {iso3: one.change for iso3, one in out.items()} == {iso3: let_in.get(iso3, "") for iso3 in out}

    possible = [row for body in bodies(why._possible(answer.left, "worker_income", names)) for row in body]
    page = {row[0]: told(row[2]).removeprefix("−") for row in possible}
    assert page == {names[h]: "no plan" if one.loss is None else told(shown(one.loss, "USD")) for h, one in passing.items()}
    matrix = [row for body in bodies(why._matrix(plan, names | sector_names(plan.inputs))) for row in body]
    on_page = {row[0]: told(row[2 + len(why._FLOORS)]) for row in matrix}

    printed = io.StringIO()
    print_explanation(Prices(plan, "worker_income", ()), answer, Console(file=printed, width=100_000))
    command = told(printed.getvalue())

    dossier = Dossier(plan, load_terms(MODELS / "proposals" / "draft.toml"), dt.date(2026, 11, 20))
    dossier.studies.__dict__["left_out"] = answer.left
    first, *_ = rationale._rejected(Draft(dossier)).blocks
    tables = rationale.excluded_countries(Draft(dossier)).blocks
    document = {told(_cell(row, 0)): told(_cell(row, 2)) for block in tables for row in block.rows}
    said = told(plain(first.words))

    for iso3, one in passing.items():
        assert one.sentence in command
        assert names[iso3] in said
        if one.loss is not None and one.loss > 1:
            assert f"{told(shown(one.loss, 'USD'))} less worker income, {percent(one.loss / answer.objective)}" in said
    for iso3, one in out.items():
        if not one.change:
            assert document[names[iso3]] == ("Evidence has to be found first." if one.nearest else "–")
            continue
        words = one.change[:1].upper() + one.change[1:]
        assert one.change in command
        assert document[names[iso3]].startswith(f"{words}.")
        assert on_page[names[iso3]].startswith((words, one.change))

    records = {row["iso3"]: row for row in answer.records()}
    assert {h: (records[h]["status"], records[h]["reasons"], records[h]["change"], records[h]["loss"]) for h in records} == {
        h: (one.status, one.fails, one.change, one.loss) for h, one in by_host.items()
    }


def _cell(row, place):
    return "".join(part if isinstance(part, str) else str(part) for part in row.cells[place])


def test_sectors_left_out_by_default_do_not_outvote_the_others(inputs):
    for one in near_misses(case_of(inputs)).values():
        assert one.sector not in ("it_services", "mining", "logging_forestry", "restaurants")
        assert EXCLUSION not in one.reasons


def test_viet_nam_misses_by_its_living_wage_in_health_care(inputs):
    near = near_misses(case_of(inputs))["VNM"]
    assert near.sector == "health_care"
    (floor,) = near.reasons
    assert floor == "living_wage"
    reason = near.reasons[floor]
    assert (round(reason.figure), round(reason.bound)) == (317, 328)
    assert near.sentence == f"Nearest in health care: {reason}."


def test_a_host_that_the_designer_left_out_is_told_as_that_and_not_as_a_want_of_evidence(plan, answer):
    russia = next(one for one in answer.left if one.iso3 == "RUS")
    assert (russia.fails, russia.change, russia.reasons) == ("Excluded by the design.", "", ("Excluded by the design",))
    every = near_misses(case_of(plan.inputs, {"exclusions": [f"KAZ.{s}" for s in sector_names(plan.inputs)]}))
    assert every["KAZ"].sentence == "Every sector of it is excluded by the design."


def test_each_change_lets_its_host_in_and_the_wage_is_the_smallest_whole_one(plan, answer, inputs):
    changes = {one.iso3: one for one in answer.left if one.settings}
    assert len(changes) > 20
    for iso3, one in changes.items():
        case = case_of(inputs, {**SETTINGS, **one.settings})
        assert (iso3, one.nearest) in {placement.key for placement in case.placements}, iso3
        for path, value in one.settings.items():
            less = {name: setting for name, setting in one.settings.items() if name != path}
            if path.endswith(".market_wage"):
                less[path] = value - 1
            if path.endswith(".living_wage"):
                less[path] = value + 1
            keys = {placement.key for placement in case_of(inputs, {**SETTINGS, **less}).placements}
            assert (iso3, one.nearest) not in keys, (iso3, path)


def test_a_host_whose_living_wage_nobody_knows_is_told_up_to_where_it_may_be(answer):
    qatar = next(one for one in answer.left if one.iso3 == "QAT")
    assert qatar.settings == {"waivers.QAT.foreign_worker_fee": True, "inputs.hosts.QAT.living_wage": 334.0}
    assert qatar.change.startswith("a waiver of its fee on foreign workers and a living wage known to be 334 USD a month")


def test_what_letting_a_host_in_would_be_worth_is_what_solving_says(answer, plan, inputs):
    asked = [one for one in answer.left if one.worth is not None]
    assert [one.iso3 for one in asked if one.iso3 == "VNM"]
    assert len(asked) == 3
    for one in asked:
        best = make_plan(plan.design, inputs, one.settings)
        assert max(0.0, best.outcome.objective - answer.objective) == pytest.approx(one.worth, abs=1.0)
        with_it = make_plan(plan.design, inputs, {**one.settings, "required": [one.iso3]})
        said = "+".join(sorted(host.iso3 for host in with_it.hosts))
        assert said in one.worth_sentence


def test_a_host_that_would_be_chosen_is_worth_the_difference(inputs):
    small = {
        "exclusions": [*SETTINGS["exclusions"], "KAZ"],
        "limits.mean_willingness.min": 0.3,
        "limits.worker_months.min": 0,
        "limits.workers_total.min": 20,
    }
    found = why_not(None, inputs, {**small, "waivers.MNG.foreign_worker_fee": False}, floors=False, worths=2)
    mongolia = next(one for one in found.left if one.iso3 == "MNG")
    assert mongolia.settings == {"waivers.MNG.foreign_worker_fee": True}
    assert mongolia.worth == pytest.approx(make_plan(None, inputs, small).outcome.objective - found.objective, rel=1e-6)
    assert mongolia.worth_sentence.startswith("Then the best plan is in MNG+TZA and has ")


def test_a_required_host_without_any_plan_gets_the_same_reasons_and_the_waiver_that_would_do(inputs):
    settings = {"waivers.MNG.foreign_worker_fee": False}
    near = near_misses(case_of(inputs, settings))["MNG"]
    ratio = near.reasons["employer_cost_ratio"]
    with pytest.raises(NoPlanError) as error:
        make_plan(None, inputs, {**settings, "required": ["MNG"]})
    (said,) = error.value.reasons
    assert near.sentence[1:].removesuffix(".") in said
    assert f"{ratio.figure:.2f} times the cost of a local worker, above {ratio.bound:.2f}" in said
    assert said.endswith("(--set waivers.MNG.foreign_worker_fee=true)")


def test_what_is_missing_for_pay_is_named(inputs):
    from dataclasses import replace

    address = ("hosts", "MNG", "host_tax_rate")
    gone = replace(inputs.estimates[address], low=None, base=None, high=None, reading="absent", formula="")
    case = case_of(replace(inputs, estimates={**inputs.estimates, address: gone}))
    reasons = next(one.reasons for one in case.verdicts if (one.iso3, one.sector) == ("MNG", "construction"))
    assert reasons == {"wage_evidence": "the host's income tax is unknown, so pay cannot be worked out"}
