"""Who asks whom, in which currency and under which rules: the settings file of a proposal."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pilot_planner.data.locations import is_file, shipped
from pilot_planner.design.loading import TomlSource, fault_of, read_toml
from pilot_planner.errors import Fault, InputError, Place

DRAFT = Path("proposals") / "draft.toml"
EXAMPLE = "XM-EXAMPLE"
"""How identifiers begin that are not anybody's."""
_WHOLE = 1e-9

Text = Annotated[str, Field(max_length=20_000)]
"""Long enough for anything that a person types, short enough for any file."""
Reference = Annotated[str, Field(pattern=r"^[^\s/&|?]+$", max_length=200)]
"""An identifier as IATI has it: no blanks, none of ``/ & | ?``."""
Share = Annotated[float, Field(ge=0.0, le=1.0)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Organisation(_Section):
    """A body with its IATI identifier; ``type`` is of the codelist OrganisationType."""

    name: Text
    reference: Reference
    type: int


class Partner(Organisation):
    """A body that carries a part of the programme out."""

    part: Text = ""


class Contact(_Section):
    """Whom to ask. Empty fields are left out."""

    name: Text = ""
    email: Text = ""
    telephone: Text = ""
    website: Text = ""
    address: Text = ""


class DacSector(_Section):
    """A DAC/CRS purpose code and its share of the activity."""

    code: Annotated[str, Field(pattern=r"^\d{5}$")]
    name: Text
    share: Share


class Goal(_Section):
    """A target of the Sustainable Development Goals."""

    code: Annotated[str, Field(pattern=r"^\d{1,2}\.[0-9a-z]{1,2}$")]
    name: Text


class Marker(_Section):
    """An OECD policy marker with its significance, 0 to 4."""

    code: int
    name: Text
    significance: Annotated[int, Field(ge=0, le=4)]


class Activity(_Section):
    """How donors classify the activity; codes of the IATI codelists."""

    identifier: Reference
    collaboration: int
    flow: int
    finance: int
    aid: Annotated[str, Field(pattern=r"^[A-Z]\d{2,3}$")]
    tied: int
    sectors: tuple[DacSector, ...]
    goals: tuple[Goal, ...] = ()
    markers: tuple[Marker, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Activity:
        total = sum(one.share for one in self.sectors)
        if abs(total - 1.0) > _WHOLE:
            raise ValueError(f"the shares of the sectors add up to {total:g} and not to 1")
        return self


class Currency(_Section):
    """The currency of the donor's forms: ``per_usd`` units of it for one USD on ``date``."""

    code: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    per_usd: Annotated[float, Field(gt=0.0, le=1e6)]
    date: dt.date
    source: Text
    grade: Literal["A", "B", "C"]


class Rules(_Section):
    """What the donor allows, as shares. ``indirect_max`` and ``contingency_max`` are of direct cost."""

    indirect_max: Share
    contingency_max: Share
    agent_fee: Annotated[float, Field(ge=0.0, lt=1.0)]


class Terms(_Section):
    """Everything that a proposal needs and a plan does not know."""

    title: Text = ""
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] = "en"
    organisation: Organisation
    contact: Contact = Contact()
    donor: Organisation
    partners: tuple[Partner, ...] = ()
    activity: Activity
    currency: Currency
    rules: Rules

    @property
    def has_examples(self) -> bool:
        """Whether any identifier is an example, so that the files say that they may not be published."""
        bodies = (self.organisation, self.donor, *self.partners)
        return any(one.reference.startswith(EXAMPLE) for one in bodies)


def load_terms(file: str | Path | None = None) -> Terms:
    """The terms of a file (default: ``models/proposals/draft.toml`` here, else the shipped one).

    Raises InputError with every fault by file and row.
    """
    path = _resolve(file)
    try:
        raw = path.read_bytes()
    except OSError as error:
        fix = "check the name and its permissions"
        raise InputError([Fault(Place(str(path)), f"cannot be read ({error.strerror})", "a readable file", fix)]) from None
    return parse_terms(raw, path.as_posix())


def parse_terms(raw: bytes, file: str) -> Terms:
    """The same of what stands in a file; ``file`` is its name for messages. Raises InputError with every fault."""
    tree, text = read_toml(raw, file)
    try:
        return Terms.model_validate(tree)
    except ValidationError as error:
        source = TomlSource(file, text)
        details = error.errors(include_url=False)
        kind = "a proposal's terms"
        raise InputError([fault_of(detail, [source], {}, _KEYS, kind) for detail in details]) from None


def _resolve(file: str | Path | None) -> Path:
    if file is not None:
        return Path(file)
    local = Path("models") / DRAFT
    return local if is_file(local) else shipped("models") / DRAFT


def _keys(model: type[BaseModel], prefix: str = "") -> tuple[str, ...]:
    found: list[str] = []
    for name, field in model.model_fields.items():
        kind = field.annotation
        inner = next((part for part in (kind, *getattr(kind, "__args__", ())) if _is_section(part)), None)
        found += [prefix + name] if inner is None else _keys(inner, f"{prefix}{name}.")
    return tuple(found)


def _is_section(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


_KEYS = _keys(Terms)
