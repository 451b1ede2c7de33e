"""What tests of donor files share: the base plan, its dossier with the shipped terms, and terms meant to do harm."""

import datetime as dt
from pathlib import Path

import pytest

from pilot_planner import make_plan
from pilot_planner.exports.proposal import pdf, word
from pilot_planner.exports.proposal_data import Dossier
from pilot_planner.exports.terms import Terms, load_terms
from pilot_planner.studies.uncertainty import what_to_find_out

MODELS = Path(__file__).parents[2] / "models"
MADE_ON = dt.date(2026, 11, 20)
HOSTILE = {
    "formula": "=cmd()|'/c calc'!A0",
    "sum": '@SUM(1+1)*cmd|"/c calc"!A0',
    "script": "<script>alert(1)</script>",
    "entity": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>&e;',
    "cdata": "<![CDATA[ ]]> ]]>",
    "template": "{{ 7 * 7 }} {% for x in y %}",
    "long": "N" * 10_000,
    "controls": "null\x00 bell\x07 escape\x1b[31m del\x7f line\u2028 half\x0bway \ufffe\uffff",
    "emoji": "👩‍🏭 programme 🏗️",
    "rtl": "\u202eمنظمة العمل الدولية\u202c",
    "korean": "이주로동자 보호 사업",
    "mongolian": "Монгол Улсын Засгийн газар",
    "russian": "Агентство по трудовой миграции",
}
"""Texts that break files when nobody takes care, and names as real ones are written."""


@pytest.fixture(scope="session", autouse=True)
def few_draws():
    """What to find out first, from so few draws that every proposal here can have it; its words and tables are the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(what_to_find_out, "DRAWS", 150)
        patch.setattr(what_to_find_out, "CANDIDATES", 3)
        yield


@pytest.fixture(scope="session")
def plan(shipped_inputs):
    """The plan of the base design."""
    return make_plan(MODELS / "base.toml", shipped_inputs)


@pytest.fixture(scope="session")
def terms():
    """The shipped terms: a draft with example identifiers."""
    return load_terms(MODELS / "proposals" / "draft.toml")


@pytest.fixture(scope="session")
def dossier(plan, terms):
    """The base plan with the shipped terms, on a fixed day."""
    return Dossier(plan, terms, MADE_ON)


@pytest.fixture(scope="session")
def documents(dossier):
    """The proposal of that dossier as Word and PDF, by file name."""
    return {**word.make(dossier), **pdf.make(dossier)}


def harmful(terms: Terms) -> Terms:
    """The same terms with a hostile text in every field that takes any text; references and codes stay as they are."""
    tree = terms.model_dump()
    text = HOSTILE
    tree["title"] = f"{text['script']} {text['formula']} {text['korean']}"
    tree["organisation"]["name"] = text["formula"]
    tree["contact"] = {
        "name": text["controls"],
        "email": text["script"],
        "telephone": "=1+1",
        "website": "javascript:alert(1)",
        "address": f"{text['cdata']}\r\n{text['mongolian']}",
    }
    tree["donor"]["name"] = text["long"]
    one = tree["partners"][0]
    names = ("entity", "cdata", "template", "sum", "emoji", "rtl", "korean", "mongolian", "russian")
    tree["partners"] = [
        {**one, "reference": f"XM-EXAMPLE-{name.upper()}", "name": text[name], "part": text[name] + "\x00"} for name in names
    ]
    for section in ("sectors", "goals", "markers"):
        for place, each in enumerate(tree["activity"][section]):
            each["name"] = (text["script"], text["formula"], text["controls"])[place % 3]
    tree["currency"]["source"] = text["formula"]
    return Terms.model_validate(tree)


@pytest.fixture(scope="session")
def hostile_terms(terms):
    """Terms that were typed by somebody who means harm."""
    return harmful(terms)


@pytest.fixture(scope="session")
def hostile_dossier(plan, hostile_terms):
    """The base plan with them."""
    return Dossier(plan, hostile_terms, MADE_ON)
