"""The activity file, element by element in the order of the schema."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from lxml import etree

from pilot_planner.case.calendar import periods
from pilot_planner.case.costing import PROGRAMME_WIDE
from pilot_planner.errors import PilotPlannerError
from pilot_planner.exports.currency import in_currency
from pilot_planner.exports.gate_terms import condition as at_the_gate
from pilot_planner.exports.iati.checking import check
from pilot_planner.exports.iati.elements import LANGUAGE, add, days, narrated, narrative, shortest
from pilot_planner.exports.iati.framework import add_results
from pilot_planner.exports.iati.narratives import general, money, objectives, target_groups
from pilot_planner.exports.proposal_data import Dossier, Files
from pilot_planner.exports.results import period_end
from pilot_planner.exports.rounding import rounded_to_sum
from pilot_planner.exports.terms import Organisation
from pilot_planner.exports.tranches import Tranche, tranches
from pilot_planner.reports.gate_text import branch_sentence, signed_now

FILE = "activity.xml"
VERSION = "2.03"

# Codes of the IATI codelists that a plan, as a plan, always has.
_ENGLISH = "en"
_PIPELINE = 1
_PLANNED_START, _PLANNED_END = 1, 3
_FUNDING, _ACCOUNTABLE, _EXTENDING, _IMPLEMENTING = 1, 2, 3, 4
_GENERAL, _OBJECTIVES, _TARGET_GROUPS, _OTHER = 1, 2, 3, 4
_MULTI_NATIONAL, _NATIONAL = 3, 4
_DAC, _SDG_TARGETS, _OECD_MARKERS = 1, 3, 1
_OTHER_OFFICIAL_FLOW = 21
_ODA = 10
_OWN_IDENTIFIER = "A1"
_COUNTRIES, _WHERE_IT_HAPPENS, _APPROXIMATE = "A4", 1, 2
_CONDITION_KINDS = {"policy": 1, "performance": 2, "fiduciary": 3}


def make(dossier: Dossier) -> Files:
    """The activity file. Raises PilotPlannerError where it breaks the schema or a rule of the standard."""
    if not dossier.plan.hosts:
        raise PilotPlannerError("activity.xml cannot be made: this plan has no host, so there is no activity to publish")
    raw: bytes = etree.tostring(activities(dossier), xml_declaration=True, encoding="UTF-8", pretty_print=True)
    check(raw, dossier.terms_file)
    return {FILE: raw}


def activities(dossier: Dossier) -> Any:
    """The root element with the one activity of the plan. The same dossier gives the same file."""
    made = f"{dossier.made_on}T00:00:00+00:00"
    root = etree.Element("iati-activities", {"version": VERSION, "generated-datetime": made})
    root.append(etree.Comment(" " + re.sub("-+", "-", dossier.notice) + " "))
    activity = add(
        root,
        "iati-activity",
        {
            LANGUAGE: _ENGLISH,
            "default-currency": dossier.terms.currency.code,
            "last-updated-datetime": made,
            "humanitarian": 0,
            "hierarchy": 1,
        },
    )
    _identity(activity, dossier)
    _organisations(activity, dossier)
    _plan_id(activity, dossier)
    add(activity, "activity-status", {"code": _PIPELINE})
    add(activity, "activity-date", {"type": _PLANNED_START, "iso-date": dossier.start})
    add(activity, "activity-date", {"type": _PLANNED_END, "iso-date": dossier.end})
    _contact(activity, dossier)
    _places(activity, dossier)
    _classification(activity, dossier)
    _budgets(activity, dossier)
    _disbursements(activity, dossier)
    _documents(activity, dossier)
    _conditions(activity, dossier)
    add_results(activity, dossier)
    return root


def own_language(dossier: Dossier) -> str:
    """The language of what the terms say, where it is not that of this tool's sentences."""
    return "" if dossier.terms.language == _ENGLISH else dossier.terms.language


def shares(dossier: Dossier) -> dict[str, Decimal]:
    """Per cent of the budget by host, adding up to exactly 100.

    What is spent for the whole programme is spread over the hosts in proportion to what is spent in each.
    """
    by_host = {iso3: usd for iso3, usd in dossier.budget.by_host.items() if iso3 != PROGRAMME_WIDE and usd > 0}
    total = sum(by_host.values(), Decimal(0))
    exact = [float(100 * usd / total) for usd in by_host.values()]
    return dict(zip(by_host, rounded_to_sum(exact, total=Decimal(100)), strict=True))


def _identity(activity: Any, dossier: Dossier) -> None:
    terms = dossier.terms
    own = own_language(dossier)
    # The same through every plan of the activity, as IATI has it; which plan this is stands in other-identifier below.
    add(activity, "iati-identifier", text=f"{terms.organisation.reference}-{terms.activity.identifier}")
    _organisation(activity, "reporting-org", terms.organisation, own)
    narrated(activity, "title", dossier.title, language=own if terms.title else "")
    for kind, text in (
        (_GENERAL, general(dossier)),
        (_OBJECTIVES, objectives(dossier)),
        (_TARGET_GROUPS, target_groups(dossier)),
        (_OTHER, money(dossier, ineligible(dossier))),
    ):
        narrated(activity, "description", text, {"type": kind})


def _organisation(parent: Any, tag: str, body: Organisation, language: str, **more: object) -> None:
    narrated(parent, tag, body.name, {"ref": body.reference, "type": body.type, **more}, language)


def _organisations(activity: Any, dossier: Dossier) -> None:
    terms = dossier.terms
    own = own_language(dossier)
    _organisation(activity, "participating-org", terms.donor, own, role=_FUNDING)
    for donor in dict.fromkeys(one.donor for one in tranches(dossier) if one.donor):
        narrated(activity, "participating-org", donor, {"role": _FUNDING})
    _organisation(activity, "participating-org", terms.organisation, own, role=_ACCOUNTABLE)
    if terms.partners:
        # Whoever passes a donor's money on to those who do the work manages it on the donor's behalf.
        _organisation(activity, "participating-org", terms.organisation, own, role=_EXTENDING)
    for body in terms.partners or (terms.organisation,):
        _organisation(activity, "participating-org", body, own, role=_IMPLEMENTING)


def _plan_id(activity: Any, dossier: Dossier) -> None:
    """Which plan this file was made from, as the reporting organisation's own identifier (type A1)."""
    made = add(activity, "other-identifier", {"ref": dossier.plan.plan_id, "type": _OWN_IDENTIFIER})
    owner = add(made, "owner-org", {"ref": dossier.terms.organisation.reference})
    narrative(owner, dossier.terms.organisation.name, own_language(dossier))


def _contact(activity: Any, dossier: Dossier) -> None:
    contact = dossier.terms.contact
    own = own_language(dossier)
    made = etree.Element("contact-info", {"type": "1"})
    narratives = (("organisation", dossier.terms.organisation.name), ("person-name", contact.name))
    for tag, text in narratives:
        _if_said(made, tag, text, own)
    for tag, text in (("telephone", contact.telephone), ("email", contact.email), ("website", _address(dossier))):
        if text:
            add(made, tag, text=text)
    _if_said(made, "mailing-address", contact.address, own)
    if len(made):
        activity.append(made)


def _if_said(parent: Any, tag: str, text: str, language: str) -> None:
    made = narrated(parent, tag, text, language=language)
    if not len(made):
        parent.remove(made)


def _address(dossier: Dossier) -> str:
    """The web site, if a reader may safely follow it."""
    website = dossier.terms.contact.website
    if not website or re.fullmatch(r"https?://[\w.~:/?#@!$&()*+,;=%-]+", website, re.ASCII):
        return website
    dossier.note(f"{FILE} names no web site: contact.website is no address that begins with http:// or https://")
    return ""


def _places(activity: Any, dossier: Dossier) -> None:
    by_host = shares(dossier)
    codes = {row.text("iso3"): row.text("iso2") for row in dossier.plan.inputs.rows("lists/hosts.csv")}
    add(activity, "activity-scope", {"code": _MULTI_NATIONAL if len(by_host) > 1 else _NATIONAL})
    for iso3, percent in by_host.items():
        name = dossier.budget.hosts[iso3]
        narrated(activity, "recipient-country", name, {"code": codes[iso3], "percentage": shortest(percent)})
    for iso3 in by_host:
        # A whole country: sites are named to nobody before an agreement stands, and never where that would lead to a person.
        made = add(activity, "location")
        add(made, "location-reach", {"code": _WHERE_IT_HAPPENS})
        add(made, "location-id", {"vocabulary": _COUNTRIES, "code": codes[iso3]})
        narrated(made, "name", dossier.budget.hosts[iso3])
        add(made, "exactness", {"code": _APPROXIMATE})


def ineligible(dossier: Dossier) -> list[str]:
    """Names of the hosts in which nothing that is spent counts as official development assistance."""
    rows = _recipients(dossier)
    return [host.name for host in dossier.plan.hosts if host.iso3 in rows and not rows[host.iso3]]


def _recipients(dossier: Dossier) -> dict[str, bool]:
    """Whether a host's receipts count, by ISO3; a host that the inputs say nothing of is not in it."""
    rows = dossier.plan.inputs.rows("facts/oda_eligibility.csv")
    return {row.text("iso3"): bool(row["eligible"]) for row in rows}


def _classification(activity: Any, dossier: Dossier) -> None:
    chosen = dossier.terms.activity
    own = own_language(dossier)
    percents = rounded_to_sum([100.0 * one.share for one in chosen.sectors], total=Decimal(100))
    for sector, percent in zip(chosen.sectors, percents, strict=True):
        attributes: dict[str, object] = {"vocabulary": _DAC, "code": sector.code, "percentage": shortest(percent)}
        narrated(activity, "sector", sector.name, attributes, own)
    for goal in chosen.goals:
        narrated(activity, "tag", goal.name, {"vocabulary": _SDG_TARGETS, "code": goal.code}, own)
    for marker in chosen.markers:
        attributes = {"vocabulary": _OECD_MARKERS, "code": marker.code, "significance": marker.significance}
        narrated(activity, "policy-marker", marker.name, attributes, own)
    add(activity, "collaboration-type", {"code": chosen.collaboration})
    add(activity, "default-flow-type", {"code": _flow(dossier)})
    add(activity, "default-finance-type", {"code": chosen.finance})
    add(activity, "default-aid-type", {"code": chosen.aid})
    add(activity, "default-tied-status", {"code": chosen.tied})


def _flow(dossier: Dossier) -> int:
    """The flow type of the terms; never ODA where a host's receipts are known not to count as such."""
    listed = _recipients(dossier)
    unknown = [host.name for host in dossier.plan.hosts if host.iso3 not in listed]
    if unknown:
        dossier.note(
            f"{FILE}: facts/oda_eligibility.csv says nothing of {', '.join(unknown)}; whether what is spent there counts as "
            "official development assistance is not known, so look it up before this is published"
        )
    outside = ineligible(dossier)
    if not outside or dossier.terms.activity.flow != _ODA:
        return dossier.terms.activity.flow
    dossier.note(
        f"{FILE} has flow type {_OTHER_OFFICIAL_FLOW} and not {_ODA}: what is spent in {', '.join(outside)} does not "
        "count as official development assistance (DAC list of recipients)"
    )
    return _OTHER_OFFICIAL_FLOW


def _value(parent: Any, dossier: Dossier, amount: Decimal) -> None:
    currency = dossier.terms.currency
    add(parent, "value", {"currency": currency.code, "value-date": currency.date}, f"{amount:f}")


def _budgets(activity: Any, dossier: Dossier) -> None:
    """One budget for each year of the programme, twelve months at most."""
    bounds: dict[int, list[Any]] = {}
    for period in periods(dossier.plan.design.programme):
        bounds.setdefault(period.year, [period.start, None])[1] = period_end(period)
    by_year = dossier.budget.by_year
    amounts = in_currency(list(by_year.values()), dossier.terms.currency)
    for year, amount in zip(by_year, amounts, strict=True):
        made = add(activity, "budget", {"type": 1, "status": 1})
        days(made, *bounds[year])
        _value(made, dossier, amount)


def _disbursements(activity: Any, dossier: Dossier) -> None:
    planned = tranches(dossier)
    amounts = in_currency([one.usd for one in planned], dossier.terms.currency)
    for tranche, amount in zip(planned, amounts, strict=True):
        made = add(activity, "planned-disbursement", {"type": 1})
        days(made, tranche.start, tranche.end)
        _value(made, dossier, amount)
        _provider(made, dossier, tranche)
        _organisation(made, "receiver-org", dossier.terms.organisation, own_language(dossier))


def _provider(parent: Any, dossier: Dossier, tranche: Tranche) -> None:
    if tranche.donor:
        narrated(parent, "provider-org", tranche.donor)
    else:
        _organisation(parent, "provider-org", dossier.terms.donor, own_language(dossier))


def _documents(activity: Any, dossier: Dossier) -> None:
    """What the terms say has been published about the activity."""
    for document in dossier.terms.documents:
        made = add(activity, "document-link", {"url": document.url, "format": document.format})
        narrated(made, "title", document.title, language=own_language(dossier))
        add(made, "category", {"code": document.category})
        add(made, "language", {"code": document.language})
        add(made, "document-date", {"iso-date": document.date})


def _conditions(activity: Any, dossier: Dossier) -> None:
    """Conditions precedent, the legal gate among them, by what they ask."""
    plan = dossier.plan
    kinds = {row.text("condition_id"): row.text("kind") for row in plan.inputs.rows("facts/conditions_precedent.csv")}
    names = {host.iso3: host.name for host in plan.hosts}
    made = add(activity, "conditions", {"attached": 1})
    for condition in plan.conditions:
        unnamed = [names[iso3] for iso3 in condition.hosts if names[iso3] not in condition.text]
        where = f" In {', '.join(unnamed)}." if unnamed else ""
        one = add(made, "condition", {"type": _CONDITION_KINDS[kinds[condition.condition_id]]})
        narrative(one, f"{condition.text}{where} To be met by: {condition.owner}.")
    gate = dossier.studies.gate
    if gate is not None:
        words = (signed_now(gate), *(branch_sentence(one) for one in gate.branches), at_the_gate(dossier, gate))
        narrative(add(made, "condition", {"type": _CONDITION_KINDS["performance"]}), " ".join(words))
