"""Calls that are stopped by their ``progress``."""

from typing import Any

import pytest

from pilot_planner import CancelledError


def stopped(call, *args, **kwargs) -> Any:
    """What a call had finished when it was stopped."""
    with pytest.raises(CancelledError) as caught:
        call(*args, **kwargs)
    return caught.value.partial
