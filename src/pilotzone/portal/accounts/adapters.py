"""What allauth asks this house: who may sign up, and how the second factor's secret is kept."""

from __future__ import annotations

import base64

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest

from pilotzone.kernel import vault


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are given by an administrator unless the zone has opened sign-up to consumers."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether strangers may make an account; it can only ever be a consumer's."""
        return bool(settings.OPEN_SIGNUP)


class MfaAdapter(DefaultMFAAdapter):
    """Secrets of second factors are sealed at rest."""

    CONTEXT = "kernel.mfa"

    def encrypt(self, text: str) -> str:
        """A secret as it is kept: sealed, in Base64."""
        return base64.b64encode(vault.seal(text.encode(), self.CONTEXT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret that `encrypt` sealed."""
        return bytes(vault.open_(base64.b64decode(encrypted_text), self.CONTEXT)).decode()
