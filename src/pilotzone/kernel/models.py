"""Every table of the kernel, gathered for Django from the drawers that own them."""

from pilotzone.kernel.access.models import Grant, Membership, Organisation, Person, Unit, UnitLink

__all__ = ["Grant", "Membership", "Organisation", "Person", "Unit", "UnitLink"]
