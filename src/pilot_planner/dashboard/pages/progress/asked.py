"""What the Progress page asks: of which plan, by which report, up to which day; and the files that visitors have sent."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
import uuid
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pilot_planner.dashboard.runtime.visitor_state import question_of, task_of
from pilot_planner.errors import StoreError
from pilot_planner.store.pilots import pilot_of

if TYPE_CHECKING:
    from pilot_planner.dashboard.runtime.services import Services

_MOST_KEPT = 24


@dataclass(frozen=True)
class SentFile:
    """A report as it was sent."""

    raw: bytes
    name: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()


class SentFiles:
    """Reports of a server by names that nobody can guess, the latest ones; nothing of them is written anywhere."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, SentFile] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, raw: bytes, name: str) -> str:
        """Keep a file; its name here."""
        token = uuid.uuid4().hex
        with self._lock:
            self._kept[token] = SentFile(raw, name)
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return token

    def get(self, token: str | None) -> SentFile | None:
        with self._lock:
            found = self._kept.get(token or "")
            if found is not None:
                self._kept.move_to_end(token or "")
            return found


@dataclass(frozen=True)
class Wanted:
    """One question of the page: a key that is the same for whoever asks the same, and what the job needs for it."""

    key: str
    task: Mapping[str, Any]


def wanted(
    services: Services, files: SentFiles, asked: Any, item: str | None, sent: Mapping[str, str] | None, day: str | None
) -> Wanted | str:
    """What is asked; a sentence where it cannot be.

    Raises NotAllowedError where the visitor may not see the plan.
    """
    today = day_of(day)
    if today is None:
        return f"“{day}” is no day; write it as {dt.datetime.now(tz=dt.UTC).date().isoformat()}."
    file = files.get(sent["token"]) if sent else None
    if sent and file is None:
        return f"{sent['name']} is not kept any more; upload it again."
    task: dict[str, Any] = {"question": None, "saved": None, "kept": None, "today": today.isoformat()}
    task |= {"upload": None if file is None else file.raw, "name": "" if file is None else file.name}
    if item and services.store is not None:
        try:
            pilot = pilot_of(services.store, item)
        except StoreError as error:
            return f"The saved plan cannot be read: {error}"
        whose = f"{pilot.item}@{pilot.revision}"
        task |= {"saved": pilot.signed, "kept": pilot.kept}
    else:
        question = question_of(services.planner, asked)
        if question is None:
            return "There is no plan yet. Apply a repair above, or move a setting; or choose a saved plan."
        whose = question.key
        task["question"] = task_of(services.planner, question)
    return Wanted(f"{whose} {'' if file is None else file.sha256} {today}", task)


def day_of(text: str | None) -> dt.date | None:
    """The day up to which something may be reported; today where none is given, None for what is no day."""
    if not (text or "").strip():
        return dt.datetime.now(tz=dt.UTC).date()
    try:
        return dt.date.fromisoformat((text or "").strip())
    except ValueError:
        return None
