"""Every table of the kernel, gathered for Django from the drawers that own them."""

from pilotzone.kernel.access.models import (
    Certificate,
    ChecklistMark,
    Grant,
    Membership,
    Organisation,
    Person,
    Site,
    SiteProvider,
    Suspension,
    Unit,
    UnitLink,
)

__all__ = [
    "Certificate", "ChecklistMark", "Grant", "Membership", "Organisation", "Person", "Site", "SiteProvider",
    "Suspension", "Unit", "UnitLink",
]  # fmt: skip
