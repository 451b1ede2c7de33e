"""Rules that IATI publishes beyond its schema: one small function each, with its sentence.

``number`` is that of the published list of rules; rules whose number we have not read there, and our own, go by a word.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from pilot_planner.exports.codelists import codelists
from pilot_planner.exports.iati.elements import LANGUAGE


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule; ``breaches`` says, for one activity, what breaks it."""

    number: str
    sentence: str
    breaches: Callable[[Any], Iterator[str]]


RULES: list[Rule] = []
_Breaches = Callable[[Any], Iterator[str]]


def _rule(number: str, sentence: str) -> Callable[[_Breaches], _Breaches]:
    def register(breaches: _Breaches) -> _Breaches:
        RULES.append(Rule(number, sentence, breaches))
        return breaches

    return register


def _text(activity: Any, path: str) -> str:
    return (activity.findtext(path) or "").strip()


def _reference(activity: Any) -> str:
    return str(activity.find("reporting-org").get("ref"))


def _day(element: Any, path: str = ".") -> dt.date:
    return dt.date.fromisoformat(element.find(path).get("iso-date")[:10])


@_rule("1.1.3", "an activity's identifier is not that of its organisation")
def _own_identifier(activity: Any) -> Iterator[str]:
    if _text(activity, "iati-identifier") == _reference(activity):
        yield f"both are {_reference(activity)}"


@_rule("1.1.21", "an activity's identifier begins with that of its organisation and a hyphen")
def _begins_with_organisation(activity: Any) -> Iterator[str]:
    if not _text(activity, "iati-identifier").startswith(f"{_reference(activity)}-"):
        yield f"{_text(activity, 'iati-identifier')} does not begin with {_reference(activity)}-"


@_rule("identifier-characters", "identifiers hold no blank and none of / & | ?")
def _plain_identifiers(activity: Any) -> Iterator[str]:
    found = [_text(activity, "iati-identifier"), *activity.xpath(".//@ref")]
    yield from (f"{one!r}" for one in dict.fromkeys(found) if re.search(r"[\s/&|?]", one))


@_rule("narrative-not-empty", "titles and descriptions, and every other text, say something")
def _texts_say_something(activity: Any) -> Iterator[str]:
    for element in activity.xpath(".//title | .//description | .//condition | .//narrative"):
        if not "".join(element.itertext()).strip():
            yield f"an empty {element.tag} in {element.getparent().tag}"


@_rule("4.1.1", "the language of texts is given, for the activity or for each text")
def _language(activity: Any) -> Iterator[str]:
    if activity.get(LANGUAGE) is None and activity.xpath(".//narrative[not(@xml:lang)]"):
        yield "xml:lang is missing"


@_rule("7.8.1", "the currency of amounts is given, for the activity or for each amount")
def _currency(activity: Any) -> Iterator[str]:
    if activity.get("default-currency") is None and activity.xpath(".//value[not(@currency)]"):
        yield "default-currency is missing"


@_rule("value-date", "every amount has the day of its rate")
def _value_dates(activity: Any) -> Iterator[str]:
    yield from (f"a value of a {one.getparent().tag} has none" for one in activity.xpath(".//value[not(@value-date)]"))


@_rule("6.10.1", "a participating organisation has an identifier or a name")
def _known_organisations(activity: Any) -> Iterator[str]:
    for one in activity.xpath("participating-org | .//provider-org | .//receiver-org"):
        if not one.get("ref") and not "".join(one.itertext()).strip():
            yield f"a {one.tag} has neither"


@_rule("6.11.1", "a start date, planned or actual, is given")
def _start(activity: Any) -> Iterator[str]:
    if not activity.xpath("activity-date[@type = '1' or @type = '2']"):
        yield "there is none"


@_rule("last-updated", "the activity was not updated after the file was made")
def _not_from_the_future(activity: Any) -> Iterator[str]:
    updated, made = activity.get("last-updated-datetime"), activity.getparent().get("generated-datetime")
    if updated and made and dt.datetime.fromisoformat(updated) > dt.datetime.fromisoformat(made):
        yield f"last updated {updated}, made {made}"


@_rule("planned-dates", "what is planned starts before it ends")
def _planned_order(activity: Any) -> Iterator[str]:
    start, end = activity.find("activity-date[@type='1']"), activity.find("activity-date[@type='3']")
    if start is not None and end is not None and _day(start) >= _day(end):
        yield f"starts {_day(start)}, ends {_day(end)}"


@_rule("actual-dates", "no actual date lies in the future")
def _actual_dates(activity: Any) -> Iterator[str]:
    made = dt.date.fromisoformat(activity.getparent().get("generated-datetime")[:10])
    for one in activity.xpath("activity-date[@type = '2' or @type = '4']"):
        if _day(one) > made:
            yield f"{_day(one)} is after {made}"


@_rule("6.2.2", "the activity names its sectors")
def _sectors(activity: Any) -> Iterator[str]:
    if activity.find("sector") is None:
        yield "there is none"


@_rule("countries-named", "the activity names its countries")
def _countries(activity: Any) -> Iterator[str]:
    if activity.find("recipient-country") is None:
        yield "there is none"


def _not_hundred(found: list[Any]) -> Iterator[str]:
    percents = [one.get("percentage") for one in found]
    if len(found) == 1 and percents == [None]:
        return
    if None in percents:
        yield "one of several has no percentage"
    elif sum(Decimal(one) for one in percents) != 100 and found:
        yield f"the sum is {sum(Decimal(one) for one in percents)}"


@_rule("2.1.2", "percentages of countries add up to 100")
def _country_percentages(activity: Any) -> Iterator[str]:
    yield from _not_hundred(activity.findall("recipient-country"))


@_rule("3.1.2", "percentages of sectors add up to 100 in each vocabulary")
def _sector_percentages(activity: Any) -> Iterator[str]:
    for vocabulary in dict.fromkeys(one.get("vocabulary", "1") for one in activity.findall("sector")):
        yield from _not_hundred([one for one in activity.findall("sector") if one.get("vocabulary", "1") == vocabulary])


@_rule("percentage-range", "percentages lie between 0 and 100")
def _percentage_range(activity: Any) -> Iterator[str]:
    for one in activity.xpath("recipient-country | recipient-region | sector"):
        if not 0 <= Decimal(one.get("percentage", "100")) <= 100:
            yield f"{one.tag} {one.get('code')} has {one.get('percentage')}"


@_rule("named-once", "a country, sector, tag or marker is named once")
def _named_once(activity: Any) -> Iterator[str]:
    seen = set()
    for one in activity.xpath("recipient-country | sector | tag | policy-marker"):
        key = (one.tag, one.get("vocabulary"), one.get("code"))
        if key in seen:
            yield f"{one.tag} {one.get('code')}"
        seen.add(key)


@_rule("policy-marker-significance", "a policy marker of the OECD has a significance")
def _significance(activity: Any) -> Iterator[str]:
    yield from (one.get("code") for one in activity.xpath("policy-marker[not(@significance)]"))


@_rule("period-order", "a budget, a planned disbursement and a target's period start before they end")
def _period_order(activity: Any) -> Iterator[str]:
    for one in activity.xpath("budget | planned-disbursement | result/indicator/period"):
        if one.find("period-end") is not None and _day(one, "period-start") >= _day(one, "period-end"):
            yield f"a {one.tag} from {_day(one, 'period-start')} to {_day(one, 'period-end')}"


@_rule("7.5.3", "a budget is for at most one year")
def _one_year(activity: Any) -> Iterator[str]:
    for one in activity.findall("budget"):
        start, end = _day(one, "period-start"), _day(one, "period-end")
        if end - start >= dt.timedelta(days=366):
            yield f"from {start} to {end}"


@_rule("budgets-apart", "budgets do not overlap")
def _budgets_apart(activity: Any) -> Iterator[str]:
    spans = sorted((_day(one, "period-start"), _day(one, "period-end")) for one in activity.findall("budget"))
    for (_, end), (start, _) in pairwise(spans):
        if start <= end:
            yield f"one ends {end}, the next starts {start}"


@_rule("8.8.1", "a baseline of an indicator that is a number has a value")
def _baselines(activity: Any) -> Iterator[str]:
    yield from _without_value(activity, "baseline")


@_rule("8.9.1", "a target of an indicator that is a number has a value")
def _targets(activity: Any) -> Iterator[str]:
    yield from _without_value(activity, "period/target")


def _without_value(activity: Any, path: str) -> Iterator[str]:
    for one in activity.xpath(f"result/indicator[@measure != '5']/{path}"):
        try:
            Decimal(one.get("value"))
        except (ArithmeticError, TypeError):
            yield f"{one.get('value')!r} of a {one.tag}"


_CODED = {
    "reporting-org/@type | participating-org/@type | .//provider-org/@type | .//receiver-org/@type": "OrganisationType",
    "participating-org/@role": "OrganisationRole",
    "activity-status/@code": "ActivityStatus",
    "activity-date/@type": "ActivityDateType",
    "description/@type": "DescriptionType",
    "collaboration-type/@code": "CollaborationType",
    "default-flow-type/@code": "FlowType",
    "default-aid-type/@code": "AidType",
    "default-tied-status/@code": "TiedStatus",
    "default-finance-type/@code": "FinanceType",
    "@default-currency | .//value/@currency": "Currency",
    "@xml:lang | .//@xml:lang": "Language",
    "recipient-country/@code": "Country",
    "sector[not(@vocabulary) or @vocabulary = '1']/@code": "Sector",
    "tag[@vocabulary = '3']/@code": "UNSDG-Targets",
    "policy-marker/@code": "PolicyMarker",
    "policy-marker/@significance": "PolicySignificance",
    "budget/@type | planned-disbursement/@type": "BudgetType",
    "budget/@status": "BudgetStatus",
    "conditions/condition/@type": "ConditionType",
    "result/@type": "ResultType",
    "result/indicator/@measure": "IndicatorMeasure",
}


@_rule("codelists", "codes stand in their codelist")
def _codes(activity: Any) -> Iterator[str]:
    for path, codelist in _CODED.items():
        for code in dict.fromkeys(activity.xpath(path)):
            if code not in codelists()[codelist]:
                yield f"{code} is not in {codelist}"
