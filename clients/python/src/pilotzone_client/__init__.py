"""A firm's or a department's program before a PilotZone zone: send, results, receipts, tracking, lists, webhooks."""

from pilotzone_client.client import Client, Receipt
from pilotzone_client.problems import Busy, Problem, Refusal, Unreachable
from pilotzone_client.signing import Key, sign
from pilotzone_client.webhooks import Forged, Push, verify

__all__ = ["Busy", "Client", "Forged", "Key", "Problem", "Push", "Receipt", "Refusal", "Unreachable", "sign", "verify"]
