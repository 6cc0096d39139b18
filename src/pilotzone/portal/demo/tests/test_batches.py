"""What the demonstration sends is byte for byte what the ordinary builder and signer make."""

from __future__ import annotations

import random
import uuid
from collections import defaultdict
from datetime import date, datetime
from pathlib import Path

from pilotzone.base.days import SHANGHAI
from pilotzone.exchange.formats.build import build
from pilotzone.exchange.signing import DemoAuthority, sign, verify
from pilotzone.portal.demo.batches import EDITION, NOTE, Desk
from pilotzone.portal.demo.firms import LEADS
from pilotzone.portal.demo.load import Order, deals, papers

ORDER = Order(date(2021, 1, 1), datetime(2021, 12, 30, 16, 0, tzinfo=SHANGHAI), 12, seed=1)


def test_a_reused_envelope_gives_the_bytes_of_the_ordinary_way(tmp_path: Path) -> None:
    wall = datetime.now(SHANGHAI)
    authority = DemoAuthority(tmp_path, at=wall)
    signers = {firm.number: authority.issue(firm.customs_code, firm.name, "rsa", at=wall).signer() for firm in LEADS}
    chance = random.Random("test")
    made = [paper for one in deals(ORDER) for paper in papers(one, chance)]
    expected = defaultdict(list)
    for _, paper in made:
        expected[paper.sender, paper.message].append(paper)
    told = list(Desk(signers).messages(made))
    assert sum(one.documents for one in told) == len(made)
    for one, ((sender, message), group) in zip(told, expected.items(), strict=True):
        seed = "|".join(paper.head["guid"] for paper in group)
        xml = build(
            message, [(paper.head, paper.lines) for paper in group], edition=EDITION,
            guid=str(uuid.uuid5(uuid.NAMESPACE_OID, f"{message}|{seed}")).upper(),
            transfer={
                "copCode": sender.customs_code, "copName": sender.name, "dxpMode": "DXP", "dxpId": sender.dxp_id,
                "note": NOTE,
            },
        )  # fmt: skip
        assert one.body == sign(xml, signers[sender.number])
        assert verify(one.body, at=wall).ok
