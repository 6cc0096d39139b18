"""A push is signed as Standard Webhooks says: by its published example and by our own."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path

import pytest

from pilotzone.base.errors import Refused
from pilotzone.exchange.webhooks import signature

SHARED = Path(__file__).resolve().parents[5] / "shared/data/exchange/standard-webhooks/vectors.json"
# facts of the specification's reference libraries, and one of ours with Chinese content
VECTORS = [
    {"id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "timestamp": "1614265330", "payload": '{"test": 2432232314}',
     "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="},
    {"id": "msg_nc_0001", "timestamp": "1554912000",
     "payload": '{"type":"parcel.delivered","data":{"id":"RR473124829GB","地点":"南昌"}}',
     "secret": "whsec_bmFuY2hhbmctemhzcS10ZXN0LXNlY3JldC0wMQ==",
     "signature": "v1,vXU0/pGT61ECD6WI8uSNdOsjgeKlfEFt9eD7rUeHaUA="},
]  # fmt: skip


def check(vector: dict[str, str]) -> None:
    content = vector["payload"].encode()
    told = signature.headers([vector["secret"]], vector["id"], int(vector["timestamp"]), content)
    assert told == {
        "webhook-id": vector["id"], "webhook-timestamp": vector["timestamp"], "webhook-signature": vector["signature"],
    }  # fmt: skip


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_a_known_message_has_its_known_signature(vector: dict[str, str]) -> None:
    check(vector)


@pytest.mark.shared
def test_the_shared_vectors_hold() -> None:
    if not SHARED.exists():
        pytest.skip("the reference material is not beside the checkout")
    for vector in json.loads(SHARED.read_text(encoding="utf-8")):
        check(vector)


def test_two_secrets_in_force_give_two_signatures_the_newest_first() -> None:
    new, old = signature.new_secret(), signature.new_secret()
    told = signature.headers([new, old], "msg_1", 1, b"{}")["webhook-signature"].split(" ")
    assert told == [signature.sign(new, "msg_1", 1, b"{}"), signature.sign(old, "msg_1", 1, b"{}")]
    assert told[0] != told[1]


def test_a_signature_is_hmac_of_id_time_and_content() -> None:
    secret = signature.new_secret()
    key = base64.b64decode(secret.removeprefix("whsec_"))
    right = base64.b64encode(hmac.new(key, b"msg_1.7.{}", hashlib.sha256).digest()).decode()
    assert signature.sign(secret, "msg_1", 7, b"{}") == f"v1,{right}"


@pytest.mark.parametrize("secret", ["", "whsec_", "abc", "whsec_AAAA", "whsec_!!!!", f"whsec_{'A' * 200}"])
def test_what_is_no_secret_is_refused(secret: str) -> None:
    with pytest.raises(Refused, match=r"webhook\.secret"):
        signature.key_of(secret)


def test_a_fresh_secret_has_32_bytes_and_is_never_the_same() -> None:
    made = {signature.new_secret() for _ in range(50)}
    assert len(made) == 50 and {len(signature.key_of(one)) for one in made} == {32}
