"""Every English sentence that the paper for those who sign can say: of its code, and of the shipped inputs."""

from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract

from pilot_planner.studies.planning.preconditions import LEGAL_GATE, LOCAL_STAFF

CODE = Path(__file__).parents[2] / "src" / "pilot_planner" / "exports" / "signatories" / "document.py"


def sentences(inputs) -> list[str]:
    """In the order in which they stand, each once."""
    found = [message for _, message, _, _ in extract("python", BytesIO(CODE.read_bytes()), keywords={"say": None})]
    found += [LEGAL_GATE, LOCAL_STAFF]
    conditions = inputs.rows("facts/conditions_precedent.csv")
    found += [row.text("text") for row in conditions] + [row.text("owner") for row in conditions]
    found += [row.text("name") for row in inputs.rows("lists/sectors.csv")]
    for column in ("statement", "indicator", "unit"):
        found += [row.text(column) for row in inputs.rows("facts/results_framework.csv")]
    return [one for one in dict.fromkeys(found) if one != "share"]
