"""The firm's key, and the day on which the agent's rounds are made."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pilotzone.exchange import signing

NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> signing.PemSigner:
    authority = signing.DemoAuthority(tmp_path_factory.mktemp("keys"), at=NOW)
    return authority.issue("36019600EC", "演示电商有限公司", "rsa", at=NOW).signer()
