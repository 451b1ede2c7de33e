"""What people send or type from elsewhere, broken at random: study files, terms of a proposal, plans, workbooks, files of
overrides, Word forms, addresses of pages and of stores. Each is read or refused with faults, soon, and never otherwise."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from urllib.parse import quote

import docx
import pytest
from mutating import PATHS, WORDS, mutated, run

from pilot_planner.dashboard.pages.inputs.scenario import upload
from pilot_planner.dashboard.runtime.plan_cache import Planner
from pilot_planner.dashboard.runtime.url_state import Question, page_values, read_address
from pilot_planner.errors import Fault, InputError, Place, StoreError
from pilot_planner.exports.proposal import form
from pilot_planner.exports.terms import parse_terms
from pilot_planner.reports.inputs_workbook import workbook_bytes
from pilot_planner.store.addresses import find_address
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.studies.planning.plan_file import design_of, read_document
from pilot_planner.studies.planning.plan_json import plan_document
from pilot_planner.studies.planning.setup import set_up
from pilot_planner.studies.sweeps.study_file import read_study

TOP = Path(__file__).parents[2]
OVERRIDES = b"""[scenario]
name = "Higher wages"
design = "base"

[inputs]
"placements.MNG.construction.market_wage.base" = 650

[settings]
"limits.operating_cost.max" = 9000000
"""


STRANGE = ["../../up.txt", "/etc/x", "xl/vbaProject.bin", "a" * 300, "C:\\x", "xl/evil.xml"]
STORE = b"postgresql://planner:secret@127.0.0.1:5432/pilot?sslmode=require"


@pytest.fixture(scope="module")
def planner():
    return Planner("inputs", "base")


@pytest.fixture(scope="module")
def plan_text(shipped_inputs):
    return json.dumps(plan_document(make_plan("models/base.toml", shipped_inputs)), indent=1).encode()


@pytest.fixture(scope="module")
def workbook(planner):
    return workbook_bytes(planner.inputs, {}, "A name")


@pytest.fixture(scope="module")
def word_form():
    document = docx.Document()
    document.add_paragraph("Plan {{ plan_id }} of {{ title }}")
    document.add_paragraph("{% for host in hosts %}{{ host.name }} {% endfor %}")
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def repacked(raw, dice):
    """A packed file with one of its parts broken, or with its own bytes broken."""
    if dice.random() < 0.3:
        return mutated(raw, dice)
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as whole, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as broken:
        names = whole.namelist()
        chosen = dice.choice(names)
        for name in names:
            part = whole.read(name)
            broken.writestr(name, mutated(part, dice) if name == chosen else part)
        if dice.random() < 0.2:
            broken.writestr(
                dice.choice(["../../up.txt", "/etc/x", "xl/vbaProject.bin", "a" * 300, "C:\\x", "xl/evil.xml"]), b"x"
            )
    return made.getvalue()


def refused(outcome):
    """An outcome of an upload as the rule wants it: a question, or faults."""
    if outcome.question is None:
        assert outcome.faults
        raise InputError([Fault(Place("upload"), "refused", "faults", str(outcome.faults[0]))])


NAMES = ["inputs.xlsx", "\u202exslx.toml", "a.xls", ""]


class Sent:
    """What may be sent, as it should be, and a case for each kind of it."""

    def __init__(self, folder, planner, plan, workbook, word_form):
        self.folder, self.planner = folder, planner
        self.plan, self.workbook, self.word_form = plan, workbook, word_form
        self.study_text = (TOP / "models" / "studies" / "budget_and_wage.toml").read_bytes()
        self.terms_text = (TOP / "models" / "proposals" / "draft.toml").read_bytes()

    def kept(self, name, raw):
        file = self.folder / name
        file.write_bytes(raw)
        return file

    def study(self, dice):
        _, faults = read_study(self.kept("study.toml", mutated(self.study_text, dice)))
        if faults:
            raise InputError(faults)

    def terms(self, dice):
        parse_terms(mutated(self.terms_text, dice), "terms.toml")

    def plan_file(self, dice):
        file = self.kept("plan.json", mutated(self.plan, dice))
        design_of(read_document(file), file)

    def workbook_of_inputs(self, dice):
        refused(upload(self.planner, Question("base"), dice.choice(NAMES), repacked(self.workbook, dice)))

    def overrides(self, dice):
        refused(upload(self.planner, Question("base"), "scenario.toml", mutated(OVERRIDES, dice)))

    def form(self, dice):
        name = str(self.kept("form.docx", repacked(self.word_form, dice)))
        known = {"plan_id": "d9b5", "title": "A & B", "hosts": [{"name": "Mongolia"}]}
        form.fill_in(name, form.read_form(name), known, "A gate.")

    def address(self, dice):
        names = [*PATHS, "model", "scenario", "tab"]
        pairs = [f"{dice.choice(names)}={quote(dice.choice(WORDS))}" for _ in range(dice.randint(1, 4))]
        text = mutated(("?" + "&".join(pairs)).encode(), dice).decode("utf-8", "replace")
        page_values(text, "tab")
        question = read_address(text, self.planner.models, "base")
        set_up(self.planner.designs[question.model], self.planner.inputs, question.settings)

    def store(self, dice):
        text = mutated(STORE, dice).decode("utf-8", "replace")
        try:
            found = find_address(text)
        except StoreError as error:
            assert "secret" not in str(error)
            raise InputError([Fault(Place("--store"), str(error), "an address", "correct it")]) from None
        assert found.url is None or "secret" not in found.shown

    @property
    def cases(self):
        return [
            *(self.study, self.terms, self.plan_file, self.workbook_of_inputs),
            *(self.overrides, self.form, self.address, self.store),
        ]


@pytest.fixture
def cases(tmp_path, planner, plan_text, workbook, word_form):
    return Sent(tmp_path, planner, plan_text, workbook, word_form).cases


def test_two_hundred_broken_uploads_and_addresses_are_read_or_refused(cases):
    assert 60 < run(cases, range(200)) < 200


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_five_thousand_broken_uploads_and_addresses_are_read_or_refused(cases, part):
    """A minute for each part."""
    assert 100 < run(cases, range(1000 + 500 * part, 1500 + 500 * part)) < 500
