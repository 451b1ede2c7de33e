"""Each number that stands in more than one file is the same in every one.

``NUMBERS`` lists them: a name, the value by ``plan.json`` (or by the one budget that all formats are made from), and a
reader for each file that shows it. A new format adds its readers to the rows that it shows; ``within`` says what a file may
round off, and is 0 but for the last digits of a float where it says nothing.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

import docx
import openpyxl
import pypdf
import pytest
from docx.oxml.ns import qn
from lxml import etree

from pilot_planner.exports.formats import make_export
from pilot_planner.exports.proposal.blocks import Table, plain
from pilot_planner.exports.proposal.section_builder import Draft
from pilot_planner.exports.proposal.sections import people, work_plan
from pilot_planner.studies.planning.plan_json import plan_document

FORMATS = ("iati", "hxl", "logframe", "xlsx")
CENT, HUNDREDTH, ONE = 0.005, 0.00501, 0.5


# --- readers: from the bytes of all files to one number ---

Files = Mapping[str, bytes]
Reader = Callable[[Files], float]


def xml(path: str) -> Reader:
    """The number, or the sum of the numbers, that an XPath finds in the IATI file."""

    def read(files: Files) -> float:
        found = etree.fromstring(files["activity.xml"]).xpath(path)
        assert found, path
        return float(sum(Decimal(str(one)) for one in found)) if isinstance(found, list) else float(found)

    return read


def iati_target(name: str) -> Reader:
    """The last target of an indicator; a percentage as a share."""

    def read(files: Files) -> float:
        (indicator,) = etree.fromstring(files["activity.xml"]).xpath("//indicator[title/narrative=$name]", name=name)
        value = float(indicator.xpath("period[last()]/target/@value")[0])
        return value / 100.0 if indicator.get("measure") == "2" else value

    return read


def word_before(path: str, after: str) -> Reader:
    """The number before some words in a text of the IATI file."""

    def read(files: Files) -> float:
        text = " ".join(etree.fromstring(files["activity.xml"]).xpath(path))
        return float(text.split(after)[0].split()[-1].replace(",", "").strip("("))

    return read


def table(files: Files, file: str) -> list[dict[str, str]]:
    rows = list(csv.DictReader(io.StringIO(files[file].decode(), newline="")))
    return [row for row in rows if not row["plan_id"].startswith("#")]


def total(file: str, column: str, times: float = 1.0, **where: str) -> Reader:
    """The sum of a column over the rows that hold some values."""

    def read(files: Files) -> float:
        rows = [row for row in table(files, file) if all(row[name] == value for name, value in where.items())]
        assert rows, (file, where)
        return float(sum(Decimal(row[column] or "0") for row in rows)) * times

    return read


def summary(figure: str) -> Reader:
    return total("hxl/summary.csv", "value", figure=figure)


def budget(name: str) -> dict[str, Reader]:
    """A defined name of the budget workbook, as a reader sees it that works nothing out."""

    def read(files: Files) -> float:
        book = openpyxl.load_workbook(io.BytesIO(files["budget.xlsx"]), data_only=True)
        ((sheet, cell),) = book.defined_names[name].destinations
        return float(book[sheet][cell].value)

    return {"budget.xlsx": read}


def number_in(text: str) -> float:
    """``12.0 m USD`` is 12,000,000; a true minus is one."""
    words = text.replace("\u00a0", " ").replace("\u2212", "-").replace(",", "")
    found = re.search(r"-?\d+(?:\.\d+)?", words)
    assert found, text
    return float(found.group()) * (1e6 if re.search(r"\d m\b", words) else 1.0)


@cache
def text_of_pages(raw: bytes) -> str:
    """The text of a PDF without blanks."""
    pages = pypdf.PdfReader(io.BytesIO(raw)).pages
    return re.sub(r"[\s\u200b]+", "", "".join(page.extract_text() for page in pages))


def proposal(caption: str, label: str, column: int, sign: float = 1.0, at: int = 0) -> dict[str, Reader]:
    """A cell of a table of the proposal: in the Word file by table and row, in the PDF as the same row of text."""

    def row_of(files: Files) -> list[str]:
        document = docx.Document(io.BytesIO(files["proposal.docx"]))
        for table in document.tables:
            name = table._tbl.tblPr.find(qn("w:tblCaption"))
            if name is not None and caption in name.get(qn("w:val")):
                return next(
                    texts for row in table.rows if (texts := [cell.text for cell in row.cells])[at].startswith(label)
                )
        raise AssertionError(caption)

    def on_page(files: Files) -> float:
        text = text_of_pages(files["proposal.pdf"])
        row = row_of(files)
        assert re.sub(r"\s+", "", "".join(row)) in text, row
        return sign * number_in(row[column])

    return {"proposal.docx": lambda files: sign * number_in(row_of(files)[column]), "proposal.pdf": on_page}


def target(figure: str) -> dict[str, Reader]:
    """The target that is a figure of the plan, in the three tables of the results framework."""

    def sheet(files: Files) -> float:
        made = openpyxl.load_workbook(io.BytesIO(files["logframe.xlsx"])).active
        head = [cell.value for cell in made[4]]
        basis, column = head.index("Basis of target"), next(n for n, text in enumerate(head) if text.startswith("Target"))
        words = f"This plan: {figure.replace('_', ' ')}"
        (value,) = [row[column] for row in made.iter_rows(min_row=5, values_only=True) if row[basis] == words]
        return float(value)

    return {
        "logframe.csv": total("logframe.csv", "target", target_from=figure),
        "hxl/logframe.csv": total("hxl/logframe.csv", "target", target_from=figure),
        "logframe.xlsx": sheet,
    }


# --- the list ---


@dataclass(frozen=True)
class Number:
    """A number: what it is by the plan, and by each file; what each file may round off. Money is to the cent everywhere."""

    name: str
    of_plan: Callable[[Any, dict[str, Any]], float]
    readers: Mapping[str, Reader]
    within: Mapping[str, float] = field(default_factory=dict)
    money: bool = False


def metric(name: str) -> Callable[[Any, dict[str, Any]], float]:
    return lambda dossier, document: document["metrics"][name]


def ratio(name: str) -> Callable[[Any, dict[str, Any]], float]:
    return lambda dossier, document: document["ratios"][name]


def asked(name: str) -> Callable[[Any, dict[str, Any]], float]:
    return lambda dossier, document: float(getattr(dossier.budget.ask(dossier.terms.rules), name))


ROUNDED = ("activity.xml", "activity.xml, in words", "proposal.docx", "proposal.pdf")
"""Files that tell whole persons and months."""

NUMBERS = [
    Number(
        "operating cost",
        metric("operating_cost"),
        {
            "activity.xml": xml("//budget/value/text()"),
            "activity.xml, in words": word_before("//description[@type='4']/narrative/text()", " USD. Planned"),
            "hxl/budget.csv": total("hxl/budget.csv", "amount_usd"),
            "hxl/summary.csv": summary("operating_cost"),
            **budget("total_cost"),
            **proposal("What is asked for", "Operating cost", 1),
        },
        money=True,
    ),
    *(
        Number(
            f"cost of year {year}",
            lambda dossier, document, year=year: float(dossier.budget.by_year[year]),
            {
                "activity.xml": xml(f"//budget[{year}]/value/text()"),
                "hxl/budget.csv": total("hxl/budget.csv", "amount_usd", year=str(year)),
            },
            money=True,
        )
        for year in (1, 2)
    ),
    Number(
        "asked of donors",
        asked("contribution"),
        {
            "activity.xml": xml("//planned-disbursement/value/text()"),
            "activity.xml, in words": word_before("//description[@type='4']/narrative/text()", " USD: the budget"),
            **budget("contribution_asked"),
            **proposal("What is asked for", "Asked of donors", 1),
        },
        money=True,
    ),
    Number(
        "asked of donors, without an agent's fee",
        metric("net_donor_ask"),
        {
            "activity.xml": xml("//planned-disbursement/value/text()"),
            "hxl/summary.csv": summary("net_donor_ask"),
            **budget("needed_from_donors"),
        },
        {"activity.xml": 2 * CENT},
        money=True,
    ),
    Number(
        "levy",
        metric("levy_income"),
        {
            "activity.xml, in words": word_before("//description[@type='4']/narrative/text()", " USD.\nWorkers"),
            "hxl/flows.csv": total("hxl/flows.csv", "amount_usd", channel="programme_levy"),
            "hxl/summary.csv": summary("levy_income"),
            "hxl/escrow.csv": total("hxl/escrow.csv", "levy"),
            **budget("programme_levy"),
            **proposal("What is asked for", "Less: levy", 1, sign=-1.0),
        },
        {"proposal.docx": 0.1, "proposal.pdf": 0.1, "budget.xlsx": 0.1, "hxl/flows.csv": 0.1, "hxl/escrow.csv": 0.1},
        money=True,
    ),
    Number(
        "gross wages",
        metric("gross_wages"),
        {
            "hxl/flows.csv": total("hxl/flows.csv", "amount_usd", channel="gross_wage"),
            "hxl/summary.csv": summary("gross_wages"),
        },
        {"hxl/flows.csv": 0.1},
        money=True,
    ),
    Number(
        "contract value",
        metric("contract_value"),
        {
            "hxl/flows.csv": total("hxl/flows.csv", "amount_usd", channel="contract_value"),
            "hxl/escrow.csv": total("hxl/escrow.csv", "deposits"),
            "hxl/summary.csv": summary("contract_value"),
            **budget("contract_value"),
            **proposal("Where the contract value goes", "Contract value", 3),
        },
        {"proposal.docx": 0.1, "proposal.pdf": 0.1, "budget.xlsx": 0.1, "hxl/flows.csv": 0.1, "hxl/escrow.csv": 0.1},
        money=True,
    ),
    Number(
        "people reached",
        metric("people_reached"),
        {
            "activity.xml": iati_target("Persons placed under a lawful permit"),
            "activity.xml, in words": word_before("//description[@type='3']/narrative/text()", " workers from DPRK"),
            "hxl/workforce.csv": total("hxl/workforce.csv", "arrivals"),
            "hxl/summary.csv": summary("people_reached"),
            **target("people_reached"),
            **budget("people_reached"),
            **proposal("People who start work", "All", 2),
        },
        {
            "proposal.docx": ONE,
            "proposal.pdf": ONE,
            "budget.xlsx": 1e-4,
            "activity.xml": ONE,
            "activity.xml, in words": ONE,
            "hxl/workforce.csv": 1e-4,
        },
    ),
    Number(
        "worker-months",
        metric("worker_months"),
        {
            "activity.xml": iati_target("Worker-months of protected work"),
            "activity.xml, in words": word_before("//description[@type='3']/narrative/text()", " months of protected"),
            "hxl/workforce.csv": total("hxl/workforce.csv", "workers", times=3.0),
            "hxl/summary.csv": summary("worker_months"),
            **target("worker_months"),
            **budget("worker_months"),
            **proposal("People who start work", "All", 5),
        },
        {
            "proposal.docx": ONE,
            "proposal.pdf": ONE,
            "budget.xlsx": 1e-3,
            "activity.xml": ONE,
            "activity.xml, in words": ONE,
            "hxl/workforce.csv": 1e-3,
        },
    ),
    *(
        Number(
            name,
            ratio(name),
            {
                "hxl/summary.csv": summary(name),
                **budget(defined),
                **proposal("Figures of the plan", words, 2, at=1),
            },
            {"proposal.docx": rounded, "proposal.pdf": rounded, "budget.xlsx": 1e-6},
        )
        for name, defined, words, rounded in (
            ("operating_cost_per_worker_month", "cost_per_worker_month", "Cost per worker-month", ONE),
            ("operating_cost_per_usd_secured", "cost_per_dollar_secured", "Cost per dollar", HUNDREDTH),
        )
    ),
    *(
        Number(
            name,
            ratio(name),
            {
                "activity.xml": iati_target(words),
                "hxl/summary.csv": summary(name),
                **target(name),
                **{
                    file: lambda files, read=read, scale=scale: read(files) / scale
                    for file, read in proposal("Figures of the plan", label, 2, at=1).items()
                },
            },
            {"activity.xml": HUNDREDTH / scale, "proposal.docx": 0.51 / scale, "proposal.pdf": 0.51 / scale},
        )
        for name, words, scale, label in (
            ("women_share", "Women among worker-months", 100, "Women"),
            ("card_share", "Net pay that arrives on workers' own cards", 100, "Card"),
            ("funds_at_risk_share", "Funds at risk, as a share of contract value", 100, "Funds at risk over"),
            (
                "worker_share_of_contract_value",
                "Contract value that reaches workers and their families",
                100,
                "Workers' share",
            ),
            ("workers_per_inspector", "Workers per inspector, mean of the programme", 1, "Workers per inspector"),
        )
    ),
]


@pytest.fixture(scope="module")
def files(plan, terms, dossier, documents):
    """Every file of an export, by path."""
    made = make_export(plan, FORMATS, terms, dossier.made_on).files
    return {**made, **documents}


@pytest.mark.parametrize("number", NUMBERS, ids=lambda one: one.name)
def test_a_number_is_the_same_in_every_file(number, files, dossier):
    truth = number.of_plan(dossier, plan_document(dossier.plan))

    shown = {file: read(files) for file, read in number.readers.items()}
    assert len(shown) > 1
    for file, value in shown.items():
        tolerance = number.within.get(file, CENT if number.money else abs(truth) * 1e-12)
        assert value == pytest.approx(truth, abs=tolerance, rel=0), (file, value, truth)


def test_percentages_by_country_are_those_of_the_budget(files, dossier):
    hosts = {iso3: usd for iso3, usd in dossier.budget.by_host.items() if iso3 != "PRG"}
    codes = {row.text("iso3"): row.text("iso2") for row in dossier.plan.inputs.rows("lists/hosts.csv")}
    root = etree.fromstring(files["activity.xml"])

    for iso3, usd in hosts.items():
        (percent,) = root.xpath("//recipient-country[@code=$code]/@percentage", code=codes[iso3])
        assert float(percent) == pytest.approx(100.0 * float(usd / sum(hosts.values())), abs=0.01)
        (own,) = {total("hxl/budget.csv", "amount_usd", iso3=iso3)(files)}
        assert own == float(usd)


def test_every_file_bears_the_id_of_the_plan(files, plan):
    for path, raw in files.items():
        if not path.endswith((".xlsx", ".docx", ".pdf")):
            assert plan.plan_id.encode() in raw, path


def test_heads_are_the_same_in_every_table(dossier, plan):
    """Women in the table of people and in the results framework; arrivals of the work plan add up to the people."""
    draft = Draft(dossier)
    found = people.groups(draft)
    (women,) = [one for result in dossier.results for one in result.indicators if one.from_plan == "women_reached"]
    assert sum(one.women for one in found) == women.published(women.targets[-1].value) == 521
    assert sum(one.people for one in found) == round(plan.metrics["people_reached"]) == 1802
    (table,) = [one for one in work_plan.work_plan(draft).blocks if isinstance(one, Table)]
    arrive = [plain(row.cells[3]) for row in table.rows]
    assert sum(int(one.replace(",", "")) for one in arrive if one[0].isdigit()) == 1802
