"""One palette a theme: readable, apart from each other, and used by every figure."""

import pytest

from pilot_planner.figures.core import theme
from pilot_planner.figures.core.theme import GRAPH_CONFIG, THEMES, palette


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("role", ["ink", "second", "accent", "alert"])
def test_text_can_be_read_on_the_page(name, role):
    colours = palette(name)
    assert contrast(getattr(colours, role), colours.page) >= 4.5


@pytest.mark.parametrize("name", THEMES)
def test_classes_of_the_map_differ_in_lightness(name):
    colours = palette(name)
    classes = [luminance(one) for one in (colours.accent, colours.tint, colours.excluded, colours.faint)]
    assert all(abs(a - b) > 0.005 for at, a in enumerate(classes) for b in classes[at + 1 :])


@pytest.mark.parametrize("name", THEMES)
def test_more_is_always_further_from_the_page(name):
    colours = palette(name)
    distances = [contrast(one, colours.page) for one in colours.sequential]
    assert distances == sorted(distances)


def test_themes_differ():
    assert len({palette(name) for name in THEMES}) == len(THEMES)


def test_no_graph_can_send_its_data_away():
    assert GRAPH_CONFIG["plotlyServerURL"] == ""
    assert "sendChartToCloud" in GRAPH_CONFIG["modeBarButtonsToRemove"]
    assert GRAPH_CONFIG["displaylogo"] is False


def test_nothing_is_written_smaller_than_eleven():
    assert min(theme.TEXT, theme.SMALL) == 11
