"""The whole deterministic equivalent of a two-stage programme: every draw in one, by HiGHS through PuLP.

Shares with the search what a draw is, and nothing of how it is solved: no cuts, no branching of ours, no bounds.
"""

from __future__ import annotations

import pulp

_SCALE = 1e-4
"""Losses in units of ten thousand, which solvers like better than dollars."""


def whole(base, draws, risk, gap=1e-9, seconds=600):
    """(status, value, bound, what is signed as {column name: value}) as a minimisation of losses."""
    problem = pulp.LpProblem("whole", pulp.LpMinimize)
    d = base.d
    shared = {*d.level.values(), *d.open.values(), *d.cap.values(), *d.solo.values()}
    first = [_variable(problem, column.name, column, column.integer) for column in d.columns]
    for row in base.rows:
        _add(problem, row, first)
    losses = [_loss(problem, number, draw, shared, first) for number, draw in enumerate(draws)]
    edge = problem.add_variable("edge")
    aim = [(loss, (1.0 - risk.weight) / len(draws)) for loss in losses] + [(edge, risk.weight)]
    for number, loss in enumerate(losses):
        over = problem.add_variable(f"over@{number}", lowBound=0)
        problem.addConstraint(pulp.LpAffineExpression.from_list([(over, 1.0), (loss, -1.0), (edge, 1.0)]) >= 0)
        aim.append((over, risk.weight / (risk.tail * len(draws))))
    problem.setObjective(pulp.LpAffineExpression.from_list(aim))
    stats = problem.solve(pulp.HiGHS(msg=False, threads=1, timeLimit=seconds, gapRel=gap, gapAbs=1e-7))
    bound = None if stats.best_bound is None else float(stats.best_bound) / _SCALE
    if not stats.has_solution:
        return stats.status_str, None, bound, {}
    value = pulp.value(problem.objective) / _SCALE
    return stats.status_str, value, bound, {d.columns[j].name: first[j].varValue for j in shared}


def _loss(problem, number, draw, shared, first):
    """The variable that is the loss of a draw, with everything of that draw added to the problem."""
    closed = set(draw.closed())
    own = []
    for j, column in enumerate(draw.programme.d.columns):
        made = first[j] if j in shared else _variable(problem, f"{column.name}@{number}", column, False)
        if j in closed:
            problem.addConstraint(pulp.LpAffineExpression.from_list([(made, 1.0)]) == 0)
        own.append(made)
    entering = {}
    priced = []
    for bound, rows in draw.shortfalls.items():
        short = problem.add_variable(f"short.{'.'.join(bound)}@{number}", lowBound=0)
        priced.append((short, _SCALE * draw.prices[bound]))
        for place, coefficient in rows.items():
            entering.setdefault(place, []).append((short, coefficient))
    for place, row in enumerate(draw.rows):
        _add(problem, row, own, entering.get(place, ()))
    loss = problem.add_variable(f"loss@{number}")
    terms = [(own[j], _SCALE * value) for j, value in draw.loss.terms.items()]
    problem.addConstraint(pulp.LpAffineExpression.from_list([*terms, *priced, (loss, -1.0)]) == 0)
    return loss


def _variable(problem, name, column, whole_number):
    kind = "Integer" if whole_number else "Continuous"
    return problem.add_variable(name, lowBound=column.lower, upBound=column.upper, cat=kind)


def _add(problem, row, variables, extra=()):
    terms = [(variables[j], value) for j, value in row.expression.terms.items() if value != 0.0]
    left = pulp.LpAffineExpression.from_list([*terms, *extra])
    match row.sense:
        case "<=":
            problem.addConstraint(left <= row.right_side)
        case ">=":
            problem.addConstraint(left >= row.right_side)
        case _:
            problem.addConstraint(left == row.right_side)
