"""The scales of the parties: what is drawn is what was found, and it is a figure that plotly takes."""

import plotly.graph_objects as go
import pytest

from pilot_planner.figures.core.theme import THEMES
from pilot_planner.figures.tradeoffs import party_scales
from pilot_planner.studies.parties.agreement import parties


@pytest.fixture(scope="module", params=["room", "none"])
def room(request, shipped_inputs):
    floors = {"room": {}, "none": {"parties.floors.state": 1e8}}[request.param]
    return parties("one_host", shipped_inputs, floors, concessions=False)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [330, 1100])
def test_plotly_takes_it(room, theme, width):
    figure = party_scales.figure(room, theme, width)
    go.Figure(figure.to_plotly_json())
    assert figure.layout["height"] > 300


def test_every_party_and_plan_stands_where_it_was_found(room):
    figure = party_scales.figure(room)
    drawn = {one["marker"]["symbol"]: one for one in figure.data}
    for name, symbol in (
        ("open", "circle-open"),
        ("egalitarian", "diamond"),
        ("nash", "diamond-open"),
        ("nearest", "diamond"),
    ):
        if name in room.deals:
            gains = room.deals[name].gains.values()
            assert [x * 1e6 for x in drawn[symbol]["x"]] == pytest.approx(list(gains))
    assert [x * 1e6 for x in drawn["triangle-down"]["x"]] == pytest.approx([one.alone for one in room.scales])
    texts = " ".join(one["text"] for one in figure.layout["annotations"])
    for one in room.scales:
        assert one.name in texts
    assert texts.count("vetoes by") == len(room.deals["open"].vetoed_by)
    assert ("nobody vetoes" in texts) == room.has_room


def test_words_say_what_is_drawn(room):
    agree = 5 - len(room.deals["open"].vetoed_by)
    assert party_scales.headline(room) == f"{agree} of 5 parties would agree to this plan"
    for one in room.scales:
        assert one.name in party_scales.summary(room)
