"""Conditions precedent: what must be true before anybody travels. A plan relies on these; it does not make them so."""

from __future__ import annotations

from dataclasses import dataclass

from pilot_planner.case.case import Case
from pilot_planner.design.schema import Waiver
from pilot_planner.studies.planning.accounts import Accounts

LEGAL_GATE = (
    "This plan is not a statement that anything in it is lawful. UN Security Council resolutions 2375 and 2397 forbid "
    "new work authorisations for DPRK nationals; today the pilot would need a decision of the Council or an exemption "
    "granted by its 1718 Committee, the consent of each host and licences from donors' own authorities."
)


LOCAL_STAFF = "Caps of %(caps)s need %(needed)s local staff at these employers."
"""Said with a rule on the share of foreigners, for each host that it is about."""


@dataclass(frozen=True, slots=True)
class LocalStaff:
    """Local colleagues that the caps of a host need under a rule on the share of foreigners; persons."""

    caps: int
    needed: float


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition precedent.

    Attributes:
        rule: as the inputs have it.
        hosts: the chosen hosts that it is about; empty where it is about all.
        local_staff: one for each host, where it is about the share of foreigners.
    """

    condition_id: str
    rule: str
    owner: str
    hosts: tuple[str, ...]
    source_id: str
    local_staff: tuple[LocalStaff, ...] = ()

    @property
    def text(self) -> str:
        """The rule, and what it means for the plan's caps."""
        staff = [LOCAL_STAFF % {"caps": f"{one.caps:,}", "needed": f"{one.needed:,.0f}"} for one in self.local_staff]
        return " ".join((self.rule, *staff))


def conditions_precedent(case: Case, accounts: Accounts) -> tuple[Condition, ...]:
    """The conditions of ``facts/conditions_precedent.csv`` that this plan relies on, the legal gate first."""
    rows = [(row, row.text("applies_when")) for row in case.inputs.rows("facts/conditions_precedent.csv")]
    named = {text for _, text in rows if text.startswith("waiver:")}
    found = []
    for row, when in rows:
        hosts = applies(when, case, accounts, named)
        if hosts is not None:
            staff = _local_staff(row.text("condition_id"), hosts, case, accounts)
            found.append(
                Condition(row.text("condition_id"), row.text("text"), row.text("owner"), hosts, row.text("source_id"), staff)
            )
    return tuple(found)


def applies(when: str, case: Case, accounts: Accounts, named: set[str]) -> tuple[str, ...] | None:
    """The hosts that a condition is about, empty for all; None where it does not apply."""
    kind, _, subject = when.partition(":")
    chosen = tuple(accounts.levels)
    match kind:
        case "always":
            return ()
        case "host":
            return (subject,) if subject in chosen else None
        case "convention":
            open_hosts = tuple(h for h in chosen if case.inputs.number("hosts", h, f"ilo_{subject.lower()}_ratified") != 1)
            return open_hosts or None
        case "waiver":
            host, _, what = subject.partition(".")
            users = tuple(h for h in chosen if _waived(case, h, what))
            if host == "*":
                # A host with a condition of its own for this waiver is not listed a second time.
                users = tuple(h for h in users if f"waiver:{h}.{what}" not in named)
                return users or None
            return (host,) if host in users else None
        case "refund_contributions":
            return chosen if case.design.levies.refund_contributions else None
        case "tax_release":
            return () if case.design.tax.release != "none" and accounts.total("income_tax") > 0 else None
        case "family_parcels":
            # ``subject``: the channel that it is about, empty for any.
            channel = case.design.pay.family_channel
            return () if accounts.total("family") > 0 and subject in ("", channel) else None
        case "exclusion_lifted":
            usual = {r.text("sector") for r in case.inputs.rows("lists/sectors.csv") if r["excluded_by_default"]}
            lifted = tuple(dict.fromkeys(row.iso3 for row in accounts.workforce if row.sector in usual))
            return lifted or None
        case _:
            return None


def _local_staff(condition_id: str, hosts: tuple[str, ...], case: Case, accounts: Accounts) -> tuple[LocalStaff, ...]:
    """For a rule on the share of foreigners: how many local colleagues the plan's caps need."""
    if not condition_id.startswith("national_staff"):
        return ()
    found = []
    for h in hosts:
        share = case.inputs.number("hosts", h, "foreign_worker_quota_share")
        caps = sum({(row.iso3, row.sector): row.worker_cap for row in accounts.workforce if row.iso3 == h}.values())
        if share:
            found.append(LocalStaff(caps, caps * (1.0 - share) / share))
    return tuple(found)


def _waived(case: Case, h: str, what: str) -> bool:
    """Whether the plan uses a waiver: the design assumes it and there is something to waive."""
    waiver = case.design.waivers.get(h, Waiver())
    indicator = {"foreign_worker_fee": "foreign_worker_fee", "host_tax": "host_tax_rate"}.get(what)
    if indicator is None or not getattr(waiver, what):
        return False
    return (case.inputs.number("hosts", h, indicator) or 0.0) > 0.0
