"""What no page sends is refused with a reason, and what has the shape of what pages send never makes a fault of the planner.

Each callback is sent values of the kind that it names, with other contents, and broken ones, from a fixed seed. ``slow``
sends 10,000.
"""

from __future__ import annotations

import json
import random

import pytest

from pilot_planner.dashboard.app import make_app
from pilot_planner.dashboard.security import request_shape
from pilot_planner.dashboard.security.request_shape import OF_PROPERTY, SHAPES, fault_of

UPDATE = "/_dash-update-component"
TEXTS = (
    "", "x", "/", "/why", "/nowhere", "?", "?set=1", "?model=base", "?hosts.max=2", "?hosts.max=two", "?model=../../x",
    "?with=%3Fhosts.max%3D1&with=x", "light", "dark", "limits.hosts.max", "inputs.pay.MNG", "pay.MNG.construction", "plan",
    "docx", "1", "-5", "1e400", "∞", "2.5 m", "nan", "data:text/plain;base64,eA==", "data:;base64,é", "x" * 3000,
)  # fmt: skip
NUMBERS = (0, 1, -1, 2, 390, 1280, 1_000_000, 2.5, -0.0, 1e-300, 1e15)
BROKEN = (
    10**400, 1e300, float("nan"), float("inf"), {}, [], [[]], {"a": 1}, [None], [1, "x"], True, "x", 7,
    json.loads("[" * 60 + "]" * 60), {"search": 5}, [{"path": 5}], {"key": [1]}, {"status": {}}, [{"path": None}],
)  # fmt: skip


@pytest.fixture(scope="module")
def app():
    return make_app()


def made(rng, shape):
    """A value of a shape; nothing now and then."""
    if rng.random() < 0.15:
        return None
    if isinstance(shape, frozenset | range):
        return rng.choice(sorted(shape))
    if isinstance(shape, list):
        return [made(rng, one) for one in (shape if len(shape) > 1 else shape * rng.randrange(3))]
    if isinstance(shape, dict):
        if str in shape:
            return {rng.choice(TEXTS): made(rng, shape[str]) for _ in range(rng.randrange(3))}
        whole = {key: value for key, value in shape.items() if not key.endswith("?") or rng.random() < 0.6}
        return {key.removesuffix("?"): made(rng, value) for key, value in whole.items()}
    if shape is object:
        return rng.choice((*TEXTS, *NUMBERS, *BROKEN[4:13]))
    kind = rng.choice(shape if isinstance(shape, tuple) else (shape,))
    if kind is str:
        return rng.choice(TEXTS)
    if kind is bool:
        return rng.random() < 0.5
    if kind is dict:
        return rng.choice(({}, {"path": "x"}, {"type": "control", "name": "x"}))
    return rng.choice([one for one in NUMBERS if isinstance(one, kind)])


def identity(name):
    if isinstance(name, str) and not name.startswith("{"):
        return name
    pattern = json.loads(name) if isinstance(name, str) else name
    return {key: value if isinstance(value, str | int) else "x" for key, value in pattern.items()}


def body_of(app, output, rng):
    """A whole request of a callback, with values of the kind that it names."""
    callback = app.callback_map[output]

    def sent(one):
        shape = SHAPES.get(f"{one['id']}.{one['property']}", OF_PROPERTY.get(one["property"], object))
        single = {"id": identity(one["id"]), "property": one["property"], "value": made(rng, shape)}
        return [single] if '["ALL"]' in one["id"] else single

    def written(one):
        single = {"id": identity(one.component_id), "property": one.component_property}
        return [single] if '["ALL"]' in one.component_id_str() else single

    outputs = callback["output"]
    several = isinstance(outputs, list | tuple)
    named = [written(one) for one in (outputs if several else [outputs])]
    inputs = [sent(one) for one in callback["inputs"]]
    return {
        "output": output,
        "outputs": named if several else named[0],
        "inputs": inputs,
        "state": [sent(one) for one in callback["state"]],
        "changedPropIds": [f"{callback['inputs'][0]['id']}.{callback['inputs'][0]['property']}"],
    }


def broken(body, rng):
    """The same with one part replaced, taken away or doubled."""
    where = rng.choice(
        ["output", "outputs", "inputs", "state", "changedPropIds", "value", "value", "value", "fewer", "more"]
    )
    if where == "value":
        parts = [one for part in (body["inputs"], body["state"]) for one in part]
        single = rng.choice(parts)
        (single[0] if isinstance(single, list) else single)["value"] = rng.choice(BROKEN)
    elif where == "fewer":
        body["inputs"] = body["inputs"][1:]
    elif where == "more":
        body["state"] = [*body["state"], rng.choice(BROKEN)]
    else:
        body[where] = rng.choice(BROKEN)
    return body


def answer(app, body):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return app.server.test_client().post(UPDATE, data=raw, content_type="application/json", headers={"Host": "localhost"})


def of_server(app):
    return [output for output, one in app.callback_map.items() if "callback" in one]


def no_fault(app, number, seed):
    """So many requests over all callbacks: the statuses that came, none of them 500."""
    rng, statuses = random.Random(seed), []
    outputs = of_server(app)
    for turn in range(number):
        body = body_of(app, outputs[turn % len(outputs)], rng)
        if rng.random() < 0.4:
            body = broken(body, rng)
        got = answer(app, body)
        said = got.get_data(as_text=True)
        assert got.status_code != 500, (said, body)
        if got.status_code == 400:
            assert said.startswith("This is no request of a page of this server: ")
            assert len(said) > 60
        statuses.append(got.status_code)
    return statuses


def test_callbacks_answer_or_refuse_whatever_they_are_sent(app):
    statuses = no_fault(app, 200, seed=1)
    assert statuses.count(200) + statuses.count(204) > 60, "most of what has the right shape is answered"
    assert statuses.count(400) > 30, "and what is broken is refused"


@pytest.mark.slow
def test_callbacks_answer_or_refuse_ten_thousand_requests(app):
    no_fault(app, 10_000, seed=2)


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"[" * 100_000 + b"]" * 100_000, b"[]", b'{"output": 5}', b'{"output": ["x"]}'],
)
def test_a_body_that_is_none_is_refused_with_its_reason(app, raw):
    got = answer(app, raw)
    assert got.status_code == 400
    assert got.get_data(as_text=True).endswith("it is no JSON, or asks for nothing that a page of this server asks for.\n")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"search": "", "left_out": [], "status": "solved", "messages": 5}, "plan.data.messages is no list"),
        ({"status": "solved", "messages": []}, "plan.data has no 'search'"),
        ([1], "plan.data is no object"),
        ({"search": 1, "status": "solved", "messages": []}, "plan.data.search is no text"),
        ({"search": "", "left_out": [], "status": "", "messages": ["x", 1]}, "plan.data.messages[1] is no text"),
        (0, "plan.data is no object"),
        (10**400, "a number beyond 1,000,000,000,000,000"),
    ],
)
def test_a_value_of_another_shape_is_named_with_what_belongs_there(app, value, reason):
    output = next(one for one in of_server(app) if any(i["id"] == "plan" for i in app.callback_map[one]["inputs"]))
    body = body_of(app, output, random.Random(3))
    next(one for one in body["inputs"] if one["id"] == "plan")["value"] = value
    assert fault_of(body, app.callback_map) == reason


def test_every_shape_is_of_a_component_that_a_callback_names(app):
    named = {
        f"{one['id']}.{one['property']}" for each in app.callback_map.values() for one in each["inputs"] + each["state"]
    }
    assert set(SHAPES) <= named
    assert request_shape.DEEPEST < 100


def test_a_chart_is_asked_for_in_a_width_that_a_page_can_have(app):
    output = next(one for one in of_server(app) if any(i["id"] == "width" for i in app.callback_map[one]["inputs"]))
    body = body_of(app, output, random.Random(4))
    width = next(one for one in body["inputs"] if one["id"] == "width")
    for wrong in (0, -1, 10**9, 390.5, True, "390"):
        width["value"] = wrong
        assert "width.data is no whole number from" in fault_of(body, app.callback_map)
    width["value"] = 390
    assert fault_of(body, app.callback_map) == ""
