"""Limits of a design's own: each equals the same limit written in PuLP by hand, and is priced, diagnosed and told."""

import datetime as dt
import io
import json
from pathlib import Path

import pulp
import pytest
from openpyxl import load_workbook
from rich.console import Console
from tests.support.board_rules import ALLOWED, IMPOSSIBLE, RULES, Hand

from pilot_planner import diagnose, make_export, prices, what_if
from pilot_planner.case.case import make_case
from pilot_planner.design.loading import load_design
from pilot_planner.errors import InputError, NoPlanError
from pilot_planner.exports.proposal.blocks import all_texts
from pilot_planner.exports.proposal.writing import proposal
from pilot_planner.exports.proposal_data import Dossier
from pilot_planner.exports.terms import load_terms
from pilot_planner.programme.build import build
from pilot_planner.programme.limits.own import CHOICES, Scope, countable, kept_by, part_of
from pilot_planner.reports.plan_text import print_plan
from pilot_planner.solving.session import Session
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.studies.planning.plan_json import plan_document
from pilot_planner.studies.planning.setup import set_up
from pilot_planner.studies.verification.verify import verify

EXACT = 1e-6
MODEL = Path(__file__).parents[2] / "models" / "base.toml"


@pytest.fixture(scope="module")
def free():
    return make_plan(settings=ALLOWED)


@pytest.mark.parametrize("rule", RULES, ids=lambda one: one.key)
def test_a_rule_is_the_same_limit_written_by_hand(rule, free):
    plan = make_plan(inputs=free.inputs, settings={**ALLOWED, **rule.settings})
    hand = Hand(free)
    for constraint in rule.by_hand(hand):
        hand.problem += constraint
    found = hand.problem.solve(pulp.HiGHS(msg=False, gapRel=1e-8, threads=1))

    assert found.status in (pulp.LpSolveStatus.Optimal, pulp.LpSolveStatus.GapLimit)
    assert plan.metrics["worker_income"] == pytest.approx(-pulp.value(hand.problem.objective), rel=EXACT)
    assert plan.metrics["worker_income"] < free.metrics["worker_income"] * (1.0 - EXACT), (
        "a rule that holds nothing back tests nothing"
    )
    standing = [one for one in plan.limits if one.key == rule.key]
    assert standing
    assert all(one.slack >= -EXACT * max(1.0, abs(one.bound)) for one in standing)
    assert all("at most" in one.sentence or "at least" in one.sentence for one in standing)


@pytest.mark.parametrize("rule", IMPOSSIBLE, ids=lambda one: one.key)
def test_an_impossible_rule_is_named_and_repaired(rule, free):
    settings = {**ALLOWED, **rule.settings}
    with pytest.raises(NoPlanError):
        make_plan(inputs=free.inputs, settings=settings)
    found = diagnose(*set_up(None, free.inputs, settings))

    path = f"limits.{rule.key}.min"
    member = next(one for one in found.conflicts[0] if one.path == path)
    assert rule.key.replace("_", " ").capitalize() in member.sentence
    assert member.kind == "capacity"
    repair = next(one for one in found.repairs if list(one.changes) == [path])
    assert make_plan(inputs=free.inputs, settings={**settings, **repair.changes}).limits


WOMEN = next(one for one in RULES if one.key == "women_in_each_host")


@pytest.fixture(scope="module")
def ruled(free):
    said = "In each host women do {side} {bound} of the work."
    rule = WOMEN.settings["rules.women_in_each_host"] | {"sentence": said, "kind": "safeguard", "owner": "=1+1"}
    return make_plan(inputs=free.inputs, settings={**ALLOWED, **WOMEN.settings, "rules.women_in_each_host": rule})


def test_its_price_is_the_difference_of_plans_that_are_solved_again(ruled):
    price = next(one for one in prices(ruled.design, ruled.inputs).prices if one.key == "women_in_each_host")
    again = make_plan(ruled.design, ruled.inputs, {"limits.women_in_each_host.min": 0.35 - price.per})

    assert price.binding
    assert price.step_looser is not None
    gained = again.metrics["worker_income"] - ruled.metrics["worker_income"]
    assert price.step_looser.change == pytest.approx(gained, abs=1.0)


def test_every_document_says_it(ruled):
    sentence = "In each host women do at least 35 % of the work."
    console = Console(file=io.StringIO(), width=400)
    print_plan(ruled, console)
    export = make_export(ruled, ["xlsx", "iati"])
    book = load_workbook(io.BytesIO(next(data for name, data in export.files.items() if name.endswith(".xlsx"))))
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    document = proposal(Dossier(ruled, load_terms(None), dt.date(2026, 11, 20)))
    told = {
        "print": console.file.getvalue(),
        "json": json.dumps(plan_document(ruled), ensure_ascii=False),
        "proposal": "\n".join(map(str, all_texts(document))).replace("\u00a0", " "),
        "workbook": "\n".join(cells),
        "iati": b"".join(data for name, data in export.files.items() if name.endswith(".xml")).decode(),
    }

    assert [name for name, text in told.items() if sentence not in text] == []
    assert not any(one.startswith("=1+1") for one in cells)


def test_it_can_be_varied_like_any_other_limit(ruled, tmp_path):
    study = tmp_path / "study.toml"
    varied = '[[vary]]\npath = "limits.women_in_each_host.min"\nvalues = [0.3, 0.35]\n'
    study.write_text('title = "t"\nwhy = "w"\nmode = "grid"\n' + varied)
    found = what_if(study, ruled.design, ruled.inputs)

    assert [one["status"] for one in found.records] == ["optimal", "optimal"]
    assert found.records[1]["worker_income"] == pytest.approx(ruled.metrics["worker_income"], rel=EXACT)


def test_what_a_metric_can_be_told_apart_by_is_what_its_columns_know(free):
    programme = build(make_case(load_design(None, ALLOWED), free.inputs))
    keys = programme.column_keys
    for name in countable():
        if name in CHOICES or name in ("operating_cost", "net_donor_ask", "donor_gain"):
            continue  # costs are split by cells, choices by their own columns
        terms = programme.metric(name).terms
        for dimension in kept_by(name):
            assert all(getattr(keys[j], dimension) is not None for j in terms), (name, dimension)


def test_parts_add_up_to_the_whole(free):
    """Each metric by every dimension that it has, at the plan: the parts sum to the metric."""
    programme = build(make_case(load_design(None, ALLOWED), free.inputs))
    x = Session(programme).solve().solution
    for name in countable():
        if name in CHOICES:
            continue
        whole = programme.metric(name).value(x)
        periods = programme.q.numbers
        by_period = [part_of(programme, name, Scope(period=frozenset({t}))).value(x) for t in periods]
        by_host = [part_of(programme, name, Scope(host=frozenset({h}))).value(x) for h in programme.q.hosts]
        assert (by_period[-1] if name == "workers" else sum(by_period)) == pytest.approx(whole, rel=1e-9)
        shared = sum(cell.amount.value(x) for cell in programme.cost_cells if cell.host not in programme.q.hosts)
        counts = {"operating_cost": 1.0, "net_donor_ask": 1.0, "donor_gain": -programme.case.rates.donor_alternative}
        shared *= counts.get(name, 0.0)
        assert sum(by_host) + shared == pytest.approx(whole, rel=1e-9)


FAULTY = """
extends = "base.toml"
name = "faulty"

[hosts]
allowed = ["KAZ", "MGN"]

[limits]
rule_a.min = 0.4
rule_b.max = 40

[rules.rule_a]
sentence = "At {side} {bound}."
unit = "share"
kind = "safeguard"
of = [{ metric = "women_worker_month" }]

[rules.rule_b]
sentence = "At {side} {bound}."
unit = "share"
kind = "money"
of = [{ metric = "card_pay", sectors = ["building"], periods = [9] }, { metric = "workers", times = 0 }]
over = [{ metric = "net_donor_ask" }]

[rules.hosts]
sentence = "At {side} {bound}."
unit = "share"
kind = "money"
of = [{ metric = "operating_cost", sectors = ["construction"] }, { metric = "worker_months" }]

[rules.rule_c]
sentence = "At {side} {bound}."
unit = "share"
kind = "money"
of = [{ metric = "operating_cost" }]
"""


def test_every_fault_of_a_rule_is_told_at_its_row_in_one_pass(tmp_path):
    (tmp_path / "base.toml").write_bytes(MODEL.read_bytes())
    (tmp_path / "faulty.toml").write_text(FAULTY)
    with pytest.raises(InputError) as told:
        make_plan(tmp_path / "faulty.toml")
    faults = {(one.place.column, one.place.row, one.what) for one in told.value.faults}

    assert {(place, row) for place, row, _ in faults} == {
        ("limits.rule_b.max", 10),
        ("hosts.allowed", 6),
        ("rules.rule_a.of.0.metric", 16),
        ("rules.rule_b.of.0.sectors", 22),
        ("rules.rule_b.of.0.periods", 22),
        ("rules.rule_b.of.0", 22),
        ("rules.rule_b.of.1.times", 22),
        ("rules.rule_b.over.0", 23),
        ("rules.hosts", 25),
        ("rules.hosts.of.0", 29),
        ("rules.rule_c", 31),
        ("rules.rule_c.unit", 33),
    }


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Women work.", "each once"),
        ("At {side} {bound} and {bound}.", "each once"),
        ("At {side} {bound!r}.", "each once"),
        ("At {side} {bound} {x}.", "each once"),
        ("At {side} {bound", "each once"),
        ("At {side}\n{bound}", "one line"),
    ],
)
def test_a_sentence_says_side_and_bound_and_nothing_else_is_filled_in(sentence, expected):
    rule = WOMEN.settings["rules.women_in_each_host"] | {"sentence": sentence}
    with pytest.raises(InputError, match=expected):
        make_plan(settings={**WOMEN.settings, "rules.women_in_each_host": rule})


def test_allowed_hosts_and_sectors_are_the_only_ones(free):
    plan = make_plan(inputs=free.inputs, settings={"hosts.allowed": ["MNG"], "sectors.allowed": ["construction"]})
    by_exclusion = {one.iso3 for one in plan.verdicts} - {"MNG"} | {one.sector for one in plan.verdicts} - {"construction"}
    other = make_plan(inputs=free.inputs, settings={"exclusions": sorted(by_exclusion)})

    assert {(one.iso3, one.sector) for one in plan.placements} == {("MNG", "construction")}
    assert plan.metrics == pytest.approx(other.metrics)
    assert plan.near_misses["VNM"].sentence == "Excluded by the design."
    with pytest.raises(InputError, match="left out by the list of what is allowed"):
        make_plan(inputs=free.inputs, settings={"hosts.allowed": ["MNG"], "required": ["KAZ"]})


def test_none_lifts_a_bound_that_a_design_inherits(tmp_path, free):
    (tmp_path / "base.toml").write_bytes(MODEL.read_bytes())
    child = 'extends = "base.toml"\nname = "child"\n[limits]\nfunding = "none"\n[limits.hosts]\nmax = "none"\n'
    (tmp_path / "child.toml").write_text(child)
    design = load_design(tmp_path / "child.toml")

    assert design.bounds("funding").min is None
    assert design.bounds("hosts").max is None
    assert design.bounds("operating_cost").max == 12_000_000
    plan = make_plan(design, free.inputs)
    assert plan.metrics["worker_income"] >= free.metrics["worker_income"]
    assert all(one.key not in ("funding", "hosts") for one in plan.limits)


def test_what_law_sets_cannot_be_lifted(free):
    plan = make_plan(inputs=free.inputs, settings={**ALLOWED, "limits.card_share": "none"})

    assert plan.design.bounds("card_share").min == 0.5


def test_a_design_without_rules_is_written_as_before(free):
    assert not {"rules", "hosts", "sectors"} & load_design().model_dump().keys()
    assert {"rules"} <= load_design(None, WOMEN.settings).model_dump().keys()


def test_a_certificate_in_fractions_proves_a_plan_with_rules(ruled, tmp_path):
    found = verify(ruled.design, ruled.inputs, solver="highs", certificate=tmp_path / "proof.json")

    assert found.certificate is not None
    assert found.certificate.holds, found.certificate.faults
    assert found.certificate.objective == pytest.approx(ruled.metrics["worker_income"], rel=EXACT)
