"""Terms of a proposal: codes that the official lists do not have are refused where they stand, with what was expected."""

import datetime as dt
from pathlib import Path

import pytest

from pilot_planner.errors import InputError
from pilot_planner.exports.formats import make_export
from pilot_planner.exports.terms import load_terms, parse_terms

SHIPPED = (Path(__file__).parents[2] / "models" / "proposals" / "draft.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('code = "15190"', 'code = "99999"', "'99999', which is no active code of the IATI codelist Sector"),
        ('code = "15190"', 'code = "99810"', None),
        ('code = "8.8"', 'code = "8.99"', "'8.99', which is no active code of the IATI codelist UNSDG-Targets"),
        ("finance = 110", "finance = 999", "999, which is no active code of the IATI codelist FinanceType"),
        ("flow = 10 ", "flow = 20 ", "20, which is no active code of the IATI codelist FlowType"),
        ('aid = "C01"', 'aid = "Z99"', "'Z99', which is no active code of the IATI codelist AidType"),
        ("collaboration = 4", "collaboration = 44", "44, which is no active code of the IATI codelist CollaborationType"),
        ("tied = 5", "tied = 9", "9, which is no active code of the IATI codelist TiedStatus"),
        ("type = 10 ", "type = 99 ", "99, which is no active code of the IATI codelist OrganisationType"),
        ("\ncode = 3\n", "\ncode = 33\n", "33, which is no active code of the IATI codelist PolicyMarker"),
        ('language = "en"', 'language = "zz"', "'zz', which is no active code of the IATI codelist Language"),
        ('code = "USD"', 'code = "XXQ"', "'XXQ', which is no active code of the IATI codelist Currency"),
        ("per_usd = 1.0", "per_usd = 0.92", "has USD at a rate of 0.92; expected per_usd = 1.0"),
        ("per_usd = 1.0", "per_usd = 1e-7", "at least 0.001"),
        ('name = "<Lead agency>"', 'name = ""', "organisation.name"),
        ("agent_fee = 0.0 ", "agent_fee = 0.99 ", "at most 0.2"),
        ('reference = "XM-EXAMPLE-LEAD"', 'reference = "IOM"', "does not begin with a known registration agency"),
        ('reference = "XM-EXAMPLE-LEAD"', 'reference = "41114"', "does not begin with a known registration agency"),
        ('reference = "XM-EXAMPLE-LEAD"', 'reference = "XM-DAC-41114"', None),
    ],
)
def test_codes_are_those_of_the_official_lists(old, new, what):
    assert old in SHIPPED
    raw = SHIPPED.replace(old, new, 1).encode()
    if what is None:
        parse_terms(raw, "own.toml")
        return
    with pytest.raises(InputError) as caught:
        parse_terms(raw, "own.toml")
    (fault,) = caught.value.faults
    row = next(number for number, line in enumerate(raw.decode().splitlines(), start=1) if new.strip() in line)
    assert what in str(fault)
    assert fault.place.file == "own.toml"
    assert abs(fault.place.row - row) <= 2


def test_a_byte_order_mark_before_terms_says_nothing():
    assert parse_terms(b"\xef\xbb\xbf" + SHIPPED.encode(), "own.toml") == load_terms()


def test_a_rate_of_tomorrow_is_refused(plan, terms):
    with pytest.raises(InputError, match=r"the rate of USD is dated 2026-11-20; expected 2026-11-19 or before"):
        make_export(plan, ["iati"], terms, made_on=dt.date(2026, 11, 19))
