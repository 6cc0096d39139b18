"""The portal's own jobs, found by the job queue by this module's name."""

from __future__ import annotations

from pilotzone.kernel import jobs


@jobs.task("portal.takeaway")
def takeaway(number: int) -> None:
    """Pack what a firm asked to take away (portal/protection/takeaway.py)."""
    from pilotzone.portal.protection import takeaway as work

    work.make(number)
