"""Cases of any size: hosts, sectors and periods multiplied from a case on the shipped inputs, every number stirred.

What comes out looks like the evidence (wages, permits and willingness of the order that is really met) and is no evidence.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pilot_planner.case.case import Case, HostCase, PlacementCase, make_case
from pilot_planner.data.inputs import Inputs
from pilot_planner.studies.planning.setup import set_up


def many_hosts(
    inputs: Inputs, hosts: int, sectors: int, settings: Mapping[str, Any] | None = None, seed: int = 1, model: Any = None
) -> Case:
    """A case of ``hosts`` x ``sectors`` placements under the base design, willingness lifted, with settings on top."""
    lifted = {"floors.host_willingness": 0.0, "limits.mean_willingness.min": 0.0, "exclusions": []}
    design, ready = set_up(model, inputs, lifted | dict(settings or {}))
    real = make_case(design, ready)
    draw = random.Random(seed)
    made_hosts: list[HostCase] = []
    placements: list[PlacementCase] = []
    for number in range(hosts):
        like = real.hosts[number % len(real.hosts)]
        name = f"H{number:02d}"
        made_hosts.append(
            replace(
                like,
                iso3=name,
                name=f"Host {number}",
                willingness=min(1.0, like.willingness * draw.uniform(0.7, 1.3)),
                diversion_multiplier=like.diversion_multiplier * draw.uniform(0.8, 1.2),
                permits=None if draw.random() < 0.3 else draw.uniform(400, 12_000),
            )
        )
        own = real.placements_of(like.iso3)
        for place in range(sectors):
            base = own[place % len(own)]
            money = draw.uniform(0.8, 1.25)
            demand = draw.uniform(40, 1500)
            placements.append(
                replace(
                    base,
                    iso3=name,
                    sector=f"s{place:02d}",
                    pay=tuple(one * money for one in base.pay),
                    goods_ceiling=tuple(one * money for one in base.goods_ceiling),
                    demand=demand,
                    intake=demand * draw.uniform(0.1, 0.4),
                    permits=None if draw.random() < 0.8 else draw.uniform(200, 4_000),
                    assumed_capacity=draw.random() < 0.4,
                    site_size=base.site_size * draw.uniform(0.7, 1.5),
                    women_share=min(1.0, base.women_share * draw.uniform(0.7, 1.3)),
                )
            )
    lines = tuple(
        replace(line, by_host={host.iso3: line.unit_cost * draw.uniform(0.7, 1.3) for host in made_hosts})
        if line.by_host
        else line
        for line in real.cost_lines
    )
    return replace(real, hosts=tuple(made_hosts), placements=tuple(placements), cost_lines=lines)
