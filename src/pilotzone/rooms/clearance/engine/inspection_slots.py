"""The slots of a site: bays by time, within the site's hours on working days. Half-open: one ends when the next begins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pilotzone.base.days import SHANGHAI

LONGEST = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Site:
    """A supervised site: bays are numbered from 1; `minutes` of a usual opening; `rest` takes what no site names."""

    code: str
    zh: str
    en: str
    bays: int
    begins: time
    ends: time
    minutes: int
    customs: tuple[str, ...] = ()
    rest: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """A bay from a moment to a moment, both aware."""

    bay: int
    begins: datetime
    ends: datetime

    def overlaps(self, other: Slot) -> bool:
        """Whether both want the same bay at the same time."""
        return self.bay == other.bay and self.begins < other.ends and other.begins < self.ends


def fits(site: Site, slot: Slot, *, now: datetime, working: bool) -> bool:
    """Whether a slot lies in the site's hours of one working day, in a bay it has, not in the past."""
    begins, ends = slot.begins.astimezone(SHANGHAI), slot.ends.astimezone(SHANGHAI)
    return (
        working and 1 <= slot.bay <= site.bays and slot.begins >= now and begins.date() == ends.date()
        and timedelta(minutes=site.minutes) <= ends - begins <= LONGEST
        and site.begins <= begins.time() and ends.time() <= site.ends
    )  # fmt: skip


def free(site: Site, day: date, taken: Iterable[Slot], *, now: datetime) -> list[Slot]:
    """The usual slots of a day that clash with none taken, by time and bay."""
    busy = list(taken)
    step = timedelta(minutes=site.minutes)
    begins, told = datetime.combine(day, site.begins, SHANGHAI), []
    last = datetime.combine(day, site.ends, SHANGHAI)
    while begins + step <= last:
        for bay in range(1, site.bays + 1):
            slot = Slot(bay, begins, begins + step)
            if begins >= now and not any(slot.overlaps(one) for one in busy):
                told.append(slot)
        begins += step
    return told


def site_of(sites: Iterable[Site], customs: str) -> Site | None:
    """Where a customs code's consignments are opened: the site that names it, else the one for the rest."""
    known = list(sites)
    return next((one for one in known if customs in one.customs), next((one for one in known if one.rest), None))
