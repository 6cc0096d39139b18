"""The firms, offices and browsers of the desks' tests."""

from pilotzone.portal.desks.tests.conftest import firms, signed_in

__all__ = ["firms", "signed_in"]
