"""Plan and budget a UN-supervised pilot that pays workers themselves.

    from pilot_planner import load_inputs, load_design, make_plan

    plan = make_plan("models/base.toml", settings={"limits.operating_cost.max": 8e6})
    plan.metrics["worker_income"], plan.table("workforce")

What is public stands in ``__init__.pyi``. Importing this package loads nothing heavy: each name is fetched when first used.
Nothing here prints.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
