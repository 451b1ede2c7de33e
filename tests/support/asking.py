"""A question to the server of the dashboard as a page asks it."""


def question(search, visitor="tests", last=None):
    """The body of the request; ``last`` is what the page holds from the answer before."""

    def part(name, prop, *value):
        return {"id": name, "property": prop, **({"value": value[0]} if value else {})}

    return {
        "output": "..plan.data...visitor.data...plan-top-text.data..",
        "outputs": [part("plan", "data"), part("visitor", "data"), part("plan-top-text", "data")],
        "inputs": [part("question", "data", search)],
        "changedPropIds": ["question.data"],
        "state": [part("visitor", "data", visitor), part("plan", "data", last), part("asked-at", "data", None)],
    }
