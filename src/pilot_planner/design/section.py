"""What every table of a design has in common: unknown keys are refused, and truth values are no numbers."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

Name = Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
Iso3 = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class Section(BaseModel):
    """A table of a design."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _truth_values_where_asked_for(cls, value: Any, info: ValidationInfo) -> Any:
        """Without this, ``max = true`` would be read as 1."""
        if isinstance(value, bool) and cls.model_fields[str(info.field_name)].annotation is not bool:
            raise PydanticCustomError("truth_value", "something other than a truth value")
        return value
