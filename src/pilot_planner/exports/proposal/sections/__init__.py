"""The sections of a proposal: each is a function from a ``Draft`` to a ``Section``.

Chapters stand in the order of ``CHAPTERS``; texts refer to one by ``chapter``, and a donor's own form by
``text_`` and its name.
"""

CHAPTERS = (
    "summary",
    "context",
    "lessons",
    "rationale",
    "theory_of_change",
    "target_group",
    "mechanisms",
    "results",
    "monitoring",
    "safeguards",
    "inclusion",
    "protection",
    "oversight",
    "governance",
    "work_plan",
    "risks",
    "budget",
    "flow_of_funds",
    "value_for_money",
    "trade_offs",
    "sustainability",
    "conditions",
)
ON_A_NEW_PAGE = ("summary", "context", "results", "budget", "flow_of_funds", "trade_offs")
"""Chapters that begin a page, and so does each annex; the others follow on."""


def chapter(name: str) -> str:
    """The number of a chapter, as its heading has it: ``section 8``."""
    return f"section {CHAPTERS.index(name) + 1}"
