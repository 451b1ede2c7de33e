"""The glossary names modules that exist, and the field's terms are found by whoever searches the code for them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "pilot_planner"
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
TERMS = {
    "Pareto": "studies/pareto",
    "epsilon-constraint": "solving/epsilon_constraint.py",
    "shadow price": "studies/explain/shadow_prices.py",
    "irreducible infeasible subset": "studies/explain/conflict_sets.py",
    "hitting set": "solving/hitting_sets.py",
    "warm start": "solving/warm_start.py",
    "Lagrangian": "solving/decomposition/lagrangian_bounds.py",
    "Benders": "solving/stochastic/benders_cuts.py",
    "CVaR": "solving/stochastic/cvar.py",
    "recourse": "studies/uncertainty/as_run.py",
    "lexicographic": "solving/lexicographic_order.py",
}


def test_every_module_of_the_glossary_exists():
    named = re.findall(r"`([a-z_/]+\.py)`", GLOSSARY)
    assert len(named) > 40
    assert [path for path in named if not (PACKAGE / path).is_file()] == []


@pytest.mark.parametrize("term", TERMS)
def test_a_term_of_the_field_stands_where_the_glossary_sends_its_reader(term):
    place = PACKAGE / TERMS[term]
    files = sorted(place.rglob("*.py")) if place.is_dir() else [place]
    assert any(term.lower() in path.read_text(encoding="utf-8").lower() for path in files)
    assert term.lower() in GLOSSARY.lower()
