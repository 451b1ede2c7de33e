"""Text of users is made harmless and stays readable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pilot_planner.exports.sanitise import csv_text, xml_text


@given(st.text())
def test_any_text_can_be_written_as_xml_and_read_back_the_same(text):
    element = etree.Element("narrative")
    element.text = xml_text(text)

    assert (etree.fromstring(etree.tostring(element)).text or "") == xml_text(text)


@pytest.mark.parametrize("text", ["이주로동자", "Монгол Улс", "Агентство", "منظمة", "👩‍🏭 🏗️", "Côte d'Ivoire – 1 < 2 & 3"])
def test_names_of_any_script_stay_as_they_are(text):
    assert xml_text(text) == text
    assert csv_text(text) == text


def test_what_no_file_can_hold_is_dropped():
    assert xml_text("a\x00b\x07c\x7fd\ufffee\ud800f\r\ng") == "abcdef\ng"


@given(st.text())
def test_no_cell_begins_as_a_formula(text):
    assert csv_text(text)[:1] not in tuple("=+-@|%\t\n\r")
    assert "\n" not in csv_text(text)
