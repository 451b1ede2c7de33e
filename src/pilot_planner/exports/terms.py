"""Who asks whom, in which currency and under which rules: the settings file of a proposal."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from pilot_planner.data.locations import is_file, shipped
from pilot_planner.design.loading import TomlSource, fault_of, read_toml
from pilot_planner.errors import Fault, InputError, Place
from pilot_planner.exports.codelists import codelists, known_in

DRAFT = Path("proposals") / "draft.toml"
EXAMPLE = "XM-EXAMPLE"
"""How identifiers begin that are not anybody's."""
_EXAMPLE_TEXT = re.compile(
    r"<[^<>]*>|\[[^\[\]]*\]|\{\{?[^{}]*\}|\bexample\.(org|com|net)\b"
    r"|^\s*(tbd|tba|tbc|n/?a|xxx+|to be (named|found|determined|confirmed))\W*$",
    re.IGNORECASE,
)
"""Names in brackets of any kind, words for what is still open, and the domains that RFC 2606 keeps for examples."""
_WHOLE = 1e-9
_LARGEST_FEE = 0.2
"""Of a contribution; agents of pooled funds take 1 %."""

Text = Annotated[str, Field(max_length=20_000)]
"""Long enough for anything that a person types, short enough for any file."""
Reference = Annotated[str, Field(pattern=r"^[^\s/&|?]+$", max_length=200)]
"""An identifier as IATI has it: no blanks, none of ``/ & | ?``."""


def _registered(reference: str) -> str:
    """An organisation's identifier begins with the agency that registered it, or is an example."""
    parts = reference.split("-")
    prefixes = {"-".join(parts[:count]) for count in range(2, len(parts))}
    if reference.startswith(EXAMPLE) or prefixes & codelists()["OrganisationRegistrationAgency"].keys():
        return reference
    told = {
        "what": f"= {reference!r} does not begin with a known registration agency",
        "expected": "a code of the IATI codelist OrganisationRegistrationAgency first, as in XM-DAC-41114 or GB-COH-1234567",
        "fix": "look the organisation up at org-id.guide",
    }
    raise PydanticCustomError("told", "{what}", told)


OrganisationReference = Annotated[Reference, AfterValidator(_registered)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Organisation(_Section):
    """A body with its IATI identifier; ``type`` is of the codelist OrganisationType."""

    name: Text
    reference: OrganisationReference
    type: Annotated[int, AfterValidator(known_in("OrganisationType"))]


class Lead(Organisation):
    """The body that proposes, reports and is accountable: files cannot name nobody."""

    name: Annotated[Text, Field(min_length=1)]


class Partner(Organisation):
    """Who carries a part of the programme out; ``carries`` names tasks of ``lists/donor_headings.csv``, form body."""

    part: Text = ""
    carries: tuple[Text, ...] = ()


class Contact(_Section):
    """Whom to ask. Empty fields are left out."""

    name: Text = ""
    email: Text = ""
    telephone: Text = ""
    website: Text = ""
    address: Text = ""


class DacSector(_Section):
    """A DAC/CRS purpose code and its share of the activity."""

    code: Annotated[str, Field(pattern=r"^\d{5}$"), AfterValidator(known_in("Sector"))]
    name: Text
    share: Share


class Goal(_Section):
    """A target of the Sustainable Development Goals."""

    code: Annotated[str, Field(pattern=r"^\d{1,2}\.[0-9a-z]{1,2}$"), AfterValidator(known_in("UNSDG-Targets"))]
    name: Text


class Published(_Section):
    """A document about the activity that anybody can open, such as the proposal itself once it is agreed."""

    title: Annotated[Text, Field(min_length=1)]
    url: Annotated[str, Field(pattern=r"^https?://[^\s<>\"]+$", max_length=2_000)]
    format: Annotated[str, AfterValidator(known_in("FileFormat"))] = "application/pdf"
    category: Annotated[str, AfterValidator(known_in("DocumentCategory"))] = "A02"
    language: Annotated[str, AfterValidator(known_in("Language"))] = "en"
    date: dt.date


class Marker(_Section):
    """An OECD policy marker with its significance, 0 to 4."""

    code: Annotated[int, AfterValidator(known_in("PolicyMarker"))]
    name: Text
    significance: Annotated[int, AfterValidator(known_in("PolicySignificance"))]


class Activity(_Section):
    """How donors classify the activity; codes of the IATI codelists."""

    identifier: Reference
    collaboration: Annotated[int, AfterValidator(known_in("CollaborationType"))]
    flow: Annotated[int, AfterValidator(known_in("FlowType"))]
    finance: Annotated[int, AfterValidator(known_in("FinanceType"))]
    aid: Annotated[str, Field(pattern=r"^[A-Z]\d{2,3}$"), AfterValidator(known_in("AidType"))]
    tied: Annotated[int, AfterValidator(known_in("TiedStatus"))]
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

    code: Annotated[str, Field(pattern=r"^[A-Z]{3}$"), AfterValidator(known_in("Currency"))]
    per_usd: Annotated[float, Field(ge=1e-3, le=1e6)]
    date: dt.date
    source: Text
    grade: Literal["A", "B", "C"]

    @model_validator(mode="after")
    def _one_dollar(self) -> Currency:
        if self.code == "USD" and self.per_usd != 1.0:
            told = {
                "what": f"has USD at a rate of {self.per_usd:g}",
                "expected": "per_usd = 1.0, since one US dollar is one US dollar",
                "fix": "give the code of the currency that the rate is of, or set per_usd to 1.0",
            }
            raise PydanticCustomError("told", "{what}", told)
        return self


class Rules(_Section):
    """What the donor allows, as shares. ``indirect_max`` and ``contingency_max`` are of direct cost."""

    indirect_max: Share
    contingency_max: Share
    agent_fee: Annotated[float, Field(ge=0.0, le=_LARGEST_FEE)]


class Terms(_Section):
    """Everything that a proposal needs and a plan does not know."""

    title: Text = ""
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$"), AfterValidator(known_in("Language"))] = "en"
    organisation: Lead
    contact: Contact = Contact()
    donor: Organisation
    partners: tuple[Partner, ...] = ()
    activity: Activity
    currency: Currency
    rules: Rules
    documents: tuple[Published, ...] = ()

    @property
    def has_examples(self) -> bool:
        """Whether anything is an example or a name is still blank, so that the files say that they may not be published."""
        return bool(self.examples)

    @property
    def examples(self) -> tuple[str, ...]:
        """What is still to be filled in, by its path: examples anywhere, and names of organisations that are blank."""
        found = [path for path, text in _texts(self.model_dump()) if text.startswith(EXAMPLE) or _EXAMPLE_TEXT.search(text)]
        bodies = {"organisation": self.organisation, "donor": self.donor}
        bodies |= {f"partners.{place}": body for place, body in enumerate(self.partners)}
        found += [f"{path}.name" for path, body in bodies.items() if not body.name]
        return tuple(dict.fromkeys(found))


def _texts(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text below a value, with its dotted path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            yield from _texts(inner, f"{path}.{place}")


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
