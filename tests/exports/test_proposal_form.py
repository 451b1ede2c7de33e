"""A donor's own Word form: filled in from documented fields, and refused in words where it cannot be."""

import datetime as dt
import io
import os
import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import docx
import pytest
from lxml import etree

from pilot_planner.errors import InputError
from pilot_planner.exports.proposal import form as proposal_form
from pilot_planner.exports.proposal import word
from pilot_planner.exports.proposal.form_fields import FIELDS, LISTS, fields
from pilot_planner.exports.proposal.writing import proposal
from pilot_planner.exports.proposal_data import Dossier

MADE_ON = dt.date(2026, 11, 20)
SCRIPT = "<script>alert(1)</script>"
DOCUMENTED = Path(__file__).parents[2] / "docs" / "word_form_fields.md"


@pytest.fixture
def form(tmp_path, dossier):
    """Fills a form of these paragraphs in; returns the text that comes out."""

    def fill(*paragraphs, rows=(), terms=None, file="form.docx"):
        document = docx.Document()
        for words in paragraphs:
            document.add_paragraph(words)
        if rows:
            table = document.add_table(rows=0, cols=len(rows[0]))
            for row in rows:
                cells = table.add_row().cells
                for cell, words in zip(cells, row, strict=True):
                    cell.text = words
        path = tmp_path / file
        document.save(path)
        return filled(dossier, path, terms)

    return fill


def filled(dossier, path, terms=None):
    other = Dossier(dossier.plan, terms or dossier.terms, MADE_ON, options={"docx.template": str(path)})
    other.__dict__["studies"] = dossier.studies
    made = docx.Document(io.BytesIO(word.make(other)["proposal.docx"]))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in made.paragraphs), *cells])


def test_fields_are_filled_in(form, plan, dossier):
    text = form("Plan {{ plan_id }} costs {{ total_cost }} USD.", "{{ text_summary }}", "{{ legal_gate }}")
    assert f"Plan {plan.plan_id} costs {dossier.budget.total:,.2f} USD." in text
    assert "Proven: no plan under these limits" in text
    assert plan.legal_gate in text


def test_rows_of_a_table_are_repeated(form, dossier):
    rows = [
        ("{%tr for row in budget_by_category %}", ""),
        ("{{ row.name }}", "{{ row.amount }}"),
        ("{%tr endfor %}", ""),
    ]
    text = form("Budget", rows=rows)
    for category, name in dossier.budget.categories.items():
        assert f"{name}\n{dossier.budget.by_category[category]:,.2f}" in text


def test_an_unknown_field_is_named_with_where_it_stands(form):
    with pytest.raises(InputError) as caught:
        form("Nothing here", "Cost: {{ total_costs }} and {{ colour }}")
    told = " ".join(str(fault) for fault in caught.value.faults)
    assert "'total_costs'" in told
    assert "'colour'" in told
    assert "paragraph 2" in told
    assert "did you mean 'total_cost'" in told or "total_cost" in told


def test_an_unknown_column_of_a_table_is_named(form):
    with pytest.raises(InputError, match="colour"):
        form("x", rows=[("{%tr for row in budget_by_year %}",), ("{{ row.colour }}",), ("{%tr endfor %}",)])


@pytest.mark.parametrize("words", ["{{ plan_id", "{% for x in placements %} never ended", "{{ 1 / 0 }}", "{{ plan_id() }}"])
def test_a_broken_tag_is_told_in_words(form, words):
    with pytest.raises(InputError) as caught:
        form(words)
    assert "form.docx" in str(caught.value.faults[0])


@pytest.mark.parametrize(
    "words",
    [
        "{{ plan_id.__class__.__mro__ }}",
        "{{ ''.__class__.__base__.__subclasses__() }}",
        "{{ placements.append(1) }}",
        "{{ self.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__ }}",
    ],
)
def test_a_form_can_reach_nothing_but_its_fields(form, words):
    with pytest.raises(InputError):
        form(words)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("{{ total_cost * 2 }}", "'*' reckons, but fields are texts"),
        ("{{ total_cost + total_cost }}", "'+' reckons"),
        ("{{ -total_cost }}", "'-' reckons"),
        ("{{ budget_by_year|sum(attribute='amount') }}", "'sum' reckons, but fields are texts"),
        ("{{ total_cost|float }}", "'float' reckons"),
        ("{% for one in range(3) %}x{% endfor %}", "'range'"),
    ],
)
def test_a_form_reckons_nothing_and_is_told_where(form, words, what):
    with pytest.raises(InputError) as caught:
        form("Nothing here", words)
    told = str(caught.value.faults[0])
    assert what in told
    assert "paragraph 2" in told


def test_the_legal_gate_is_added_where_a_form_does_not_ask_for_it(form, plan):
    text = form("Plan {{ plan_id }}")
    assert text.splitlines()[:2] == [f"Plan {plan.plan_id}", plan.legal_gate]
    assert form("{{ legal_gate }}", file="with.docx").count(plan.legal_gate) == 1


def test_a_form_without_fields_is_said_to_be_one(dossier, tmp_path):
    document = docx.Document()
    document.add_paragraph("Total: {total_cost}, <<donor>>")
    document.save(tmp_path / "form.docx")
    notes = notes_of(dossier, tmp_path / "form.docx")
    assert notes[0].endswith(
        "no field was found, so nothing was filled in: text, paragraph 1 (“Total: {total_cost}, <<donor>>”) has "
        "{total_cost}; write fields as {{ plan_id }}"
    )
    assert notes[1].endswith("so the legal gate was added at its end")


def notes_of(dossier, path):
    other = Dossier(dossier.plan, dossier.terms, MADE_ON, options={"docx.template": str(path)})
    other.__dict__["studies"] = dossier.studies
    word.make(other)
    return other.notes


def test_a_tag_in_tracked_deleted_text_is_not_asked_for(dossier, tmp_path):
    document = docx.Document()
    paragraph = document.add_paragraph("Plan {{ plan_id }}. {{ legal_gate }}")
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    deleted = f'<w:del xmlns:w="{space}" w:id="1" w:author="A"><w:r><w:delText>{{{{ old_field }}}}</w:delText></w:r></w:del>'
    paragraph._p.append(etree.fromstring(deleted))
    document.save(tmp_path / "form.docx")
    assert filled(dossier, tmp_path / "form.docx").startswith(f"Plan {dossier.plan.plan_id}.")
    assert [note.split("form.docx: ")[1] for note in notes_of(dossier, tmp_path / "form.docx")] == [
        "text, paragraph 1 (“{{ old_field }}”): a tag in deleted text was left out with it (a tracked change)"
    ]


def test_tags_in_content_controls_and_in_tracked_insertions_are_filled_and_faults_there_are_named(dossier, tmp_path):
    """python-docx shows neither in ``paragraph.text``; what looks for tags must not rest on it."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

    def made(name, inserted, controlled, block):
        document = docx.Document()
        paragraph = document.add_paragraph("Plan ")._p
        run = "<w:r><w:t>{}</w:t></w:r>"
        paragraph.append(etree.fromstring(f'<w:ins {space} w:id="1" w:author="A">{run.format(inserted)}</w:ins>'))
        control = f"<w:sdt {space}><w:sdtContent>{{}}</w:sdtContent></w:sdt>"
        paragraph.append(etree.fromstring(control.format(run.format(controlled))))
        paragraph.addnext(etree.fromstring(control.format(f"<w:p>{run.format(block)}</w:p>")))
        document.save(tmp_path / name)
        assert document.paragraphs[0].text == "Plan "
        return tmp_path / name

    def written(path):
        other = Dossier(dossier.plan, dossier.terms, MADE_ON, options={"docx.template": str(path)})
        other.__dict__["studies"] = dossier.studies
        raw = word.make(other)["proposal.docx"]
        return "".join(etree.fromstring(zipfile.ZipFile(io.BytesIO(raw)).read("word/document.xml")).itertext())

    words = written(made("good.docx", "{{ plan_id }}", "/{{ plan_id }}", "{{ legal_gate }}"))
    assert f"Plan {dossier.plan.plan_id}/{dossier.plan.plan_id}" in words
    assert "{{" not in words
    wrong = made("wrong.docx", "{{ inserted_one }}", "{{ controlled_one }}", "{{ block_one }}")
    with pytest.raises(InputError) as told:
        written(wrong)
    assert all(name in str(told.value) for name in ("inserted_one", "controlled_one", "block_one"))


def test_texts_stand_alone_in_somebody_elses_form(dossier):
    """No word of columns, sections or annexes that are not there; risks and safeguards are named, one a line."""
    found = fields(dossier, proposal(dossier))
    texts = {name: text for name, text in found.items() if name.startswith("text_")}
    assert len(texts) > 10
    for name, text in texts.items():
        assert not re.search(r"\bcolumn|\bsections? \d|Annex [A-Z]|\btable \d|\bfigure \d", text), name
        assert text.strip(), name
    risks = texts["text_risks"].splitlines()
    register = [row.text("risk") for row in dossier.plan.inputs.rows("facts/risk_register.csv")]
    named = [line for line in risks if any(risk.rstrip(".")[:40] in line for risk in register)]
    assert len(named) > 10
    assert all("what is done:" in line and "owner:" in line for line in named)
    assert "Restriction of movement" in texts["text_safeguards"]


def test_hostile_values_stay_text(form, hostile_terms):
    text = form("{{ title }} {{ donor }}", terms=hostile_terms)
    assert SCRIPT in text
    assert "N" * 10_000 in text


@pytest.mark.parametrize(
    ("name", "raw", "what"),
    [
        ("gone.docx", None, "cannot be read"),
        ("text.docx", b"This is no Word document", "is not a Word document"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is not a Word document"),
    ],
)
def test_a_file_that_is_no_form_is_refused(dossier, tmp_path, name, raw, what):
    path = tmp_path / name
    if raw is not None:
        path.write_bytes(raw)
    with pytest.raises(InputError, match=what):
        filled(dossier, path)


def test_a_form_that_unpacks_without_end_is_refused(dossier, tmp_path):
    path = tmp_path / "bomb.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", b"0" * 60_000_000)
    with pytest.raises(InputError, match="unpacks to"):
        filled(dossier, path)


def test_every_field_is_documented_and_given(dossier):
    known = fields(dossier, proposal(dossier))
    assert known.keys() == FIELDS.keys() | LISTS.keys()
    text = DOCUMENTED.read_text(encoding="utf-8")
    for name, meaning in FIELDS.items():
        assert f"| `{name}` | {meaning} |" in text
        assert isinstance(known[name], str)
    for name, columns in LISTS.items():
        assert f"| `{name}` | {', '.join(f'`{column}`' for column in columns)} |" in text
        assert all(tuple(row) == columns for row in known[name])
        assert known[name]


def test_a_form_that_takes_long_is_told_and_ends(form, monkeypatch):
    """Loops in loops, each over a short table. It ends by the time of a processor, so a busy machine refuses no form."""
    monkeypatch.setattr(proposal_form, "SECONDS", 1)
    loops = "".join(f"{{% for a{n} in budget_by_category %}}" for n in range(9)) + "{% endfor %}" * 9
    began = time.monotonic()
    with pytest.raises(InputError) as caught:
        form("Costs: {{ total_cost }}", loops)
    assert "form.docx: takes more than 1 s of a processor to be filled in" in str(caught.value.faults[0])
    assert time.monotonic() - began < 60


def test_a_form_that_becomes_large_is_told(form, monkeypatch):
    monkeypatch.setattr(proposal_form, "MEMORY", 150_000_000)
    with pytest.raises(InputError, match="takes more than 150 MB of memory to be filled in"):
        form("{{ plan_id|center(400000000) }}")
    monkeypatch.setattr(proposal_form, "MEMORY", 1_000_000_000)
    monkeypatch.setattr(proposal_form, "MOST_BYTES", 50_000)
    with pytest.raises(InputError, match=r"becomes [0-9,]+ bytes when it is filled in; expected at most 50,000"):
        proposal_form.fill_in("form.docx", made_of(os.urandom(60_000).hex()), {}, "A gate.")


def made_of(words):
    document = docx.Document()
    document.add_paragraph(words)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def test_tags_without_an_end_end(monkeypatch):
    """Twenty thousand beginnings of tags: what looks for their ends looks from each of them to the end of the form."""
    monkeypatch.setattr(proposal_form, "SECONDS", 1)
    began = time.monotonic()
    with pytest.raises(InputError, match=r"form\.docx"):
        proposal_form.fill_in("form.docx", made_of("{{ " * 20_000), {}, "A gate.")
    assert time.monotonic() - began < 90


@pytest.mark.parametrize(
    "words", ["{{ plan_id.upper() }}", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "{{ lipsum }}"]
)
def test_a_form_calls_nothing(form, words):
    with pytest.raises(InputError, match=r"form\.docx"):
        form(words)


def test_forms_are_filled_in_by_a_process_of_its_own(form, monkeypatch):
    """Which imports none of what plans are made with."""
    seen = []
    run = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda *words, **more: seen.append(words[0]) or run(*words, **more))
    assert "Plan" in form("Plan {{ plan_id }}")
    assert [one[-1] for one in seen] == ["pilot_planner.exports.proposal.form_filling"]
    loads = "import sys, pilot_planner.exports.proposal.form_filling\nprint(len({'numpy', 'highspy'} & set(sys.modules)))"
    assert run([sys.executable, "-c", loads], capture_output=True, text=True, check=True).stdout == "0\n"
