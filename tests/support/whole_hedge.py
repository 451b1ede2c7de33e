"""The whole deterministic equivalent of a two-stage programme: every draw in one, by HiGHS through PuLP.

Shares with the search what a draw is, and nothing of how it is solved: no cuts, no branching of ours, no bounds.
"""

from __future__ import annotations

import pulp

_SCALE = 1e-4
"""Losses in units of ten thousand, which solvers like better than dollars."""


def whole(base, draws, risk, gap=1e-9, seconds=600):
    """(status, value, bound, first stage as {column name: value}) as a minimisation of losses."""
    problem = pulp.LpProblem("whole", pulp.LpMinimize)
    d = base.d
    shared = {*d.level.values(), *d.open.values(), *d.cap.values(), *d.solo.values()}

    def variable(name, column, whole_number):
        return problem.add_variable(
            name, lowBound=column.lower, upBound=column.upper, cat="Integer" if whole_number else "Continuous"
        )

    def add(row, variables, extra=()):
        terms = [(variables[j], value) for j, value in row.expression.terms.items() if value != 0.0]
        left = pulp.LpAffineExpression.from_list([*terms, *extra])
        match row.sense:
            case "<=":
                problem.addConstraint(left <= row.right_side)
            case ">=":
                problem.addConstraint(left >= row.right_side)
            case _:
                problem.addConstraint(left == row.right_side)

    first = [variable(column.name, column, column.integer) for column in d.columns]
    for row in base.rows:
        add(row, first)
    losses = []
    for number, draw in enumerate(draws):
        closed = set(draw.closed())
        own = []
        for j, column in enumerate(draw.programme.d.columns):
            if j in shared:
                own.append(first[j])
            else:
                made = variable(f"{column.name}@{number}", column, whole_number=False)
                if j in closed:
                    problem.addConstraint(pulp.LpAffineExpression.from_list([(made, 1.0)]) == 0)
                own.append(made)
        entering = {}
        price = []
        for bound, rows in draw.shortfalls.items():
            short = problem.add_variable(f"short.{'.'.join(bound)}@{number}", lowBound=0)
            price.append((short, _SCALE * draw.prices[bound]))
            for place, coefficient in rows.items():
                entering.setdefault(place, []).append((short, coefficient))
        for place, row in enumerate(draw.rows):
            add(row, own, entering.get(place, ()))
        loss = problem.add_variable(f"loss@{number}")
        terms = [(own[j], _SCALE * value) for j, value in draw.loss.terms.items()]
        problem.addConstraint(pulp.LpAffineExpression.from_list([*terms, *price, (loss, -1.0)]) == 0)
        losses.append(loss)
    edge = problem.add_variable("edge")
    aim = [(loss, (1.0 - risk.weight) / len(draws)) for loss in losses] + [(edge, risk.weight)]
    for number, loss in enumerate(losses):
        over = problem.add_variable(f"over@{number}", lowBound=0)
        problem.addConstraint(pulp.LpAffineExpression.from_list([(over, 1.0), (loss, -1.0), (edge, 1.0)]) >= 0)
        aim.append((over, risk.weight / (risk.tail * len(draws))))
    problem.setObjective(pulp.LpAffineExpression.from_list(aim))
    stats = problem.solve(pulp.HiGHS(msg=False, threads=1, timeLimit=seconds, gapRel=gap, gapAbs=1e-7))
    if not stats.has_solution:
        return stats.status_str, None, stats.best_bound, {}
    value = pulp.value(problem.objective) / _SCALE
    bound = None if stats.best_bound is None else float(stats.best_bound) / _SCALE
    return stats.status_str, value, bound, {d.columns[j].name: first[j].varValue for j in shared}
