"""Two zones tell each other by bundles; whatever the way drops, doubles or reorders, both end with what the other has."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotzone.base.errors import Denied, Refused
from pilotzone.exchange.hub import bundles, federation, log, rows
from pilotzone.exchange.hub.bundles import Bundle, Record, Rows, Standing
from pilotzone.exchange.signing import DemoAuthority, PemSigner
from pilotzone.exchange.signing.certificates import to_pem
from pilotzone.exchange.tests.hub import CHECKER, SAMR, answering
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope

State = dict[tuple[str, str], Rows]


@dataclass
class Side:
    """One zone: what it has, what it said of it, what it has of the other; its backup is a copy of it."""

    name: str
    own: State = field(default_factory=dict)
    said: list[Record] = field(default_factory=list)
    standing: Standing = field(default_factory=Standing)
    mirror: State = field(default_factory=dict)
    bundles: int = 0

    def change(self, key: str, value: str) -> None:
        record = Record(len(self.said) + 1, "r", key, ({"v": value},) if value else ())
        bundles.folded(self.own, [record])
        self.said.append(record)
        self.standing = replace(self.standing, said=len(self.said))

    def write(self, most: int) -> bytes:
        self.bundles += 1
        records = tuple(self.said[self.standing.acked : self.standing.acked + most])
        other = "b" if self.name == "a" else "a"
        return bundles.sealed(
            bundles.content(Bundle(self.name * 2, other * 2, self.bundles, self.standing.reached, "t", records)), b"s"
        )

    def read(self, data: bytes) -> None:
        bundle, _, _ = bundles.read(data)
        self.standing, news, _ = bundles.take(self.standing, bundle)
        bundles.folded(self.mirror, news)


@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(
        st.one_of(
            st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.sampled_from(["", "1", "2", "3"])),
            st.tuples(st.sampled_from("ab"), st.just("send"), st.integers(1, 3).map(str)),
        ),
        max_size=60,
    ),
    seed=st.integers(0, 2**32),
)
def test_dropped_doubled_and_reordered_bundles_end_in_the_same_state(
    steps: list[tuple[str, str, str]], seed: int
) -> None:
    sides, chance = {"a": Side("a"), "b": Side("b")}, random.Random(seed)
    road: list[tuple[str, bytes]] = []
    for name, what, value in steps:
        if what == "send":
            told = ("b" if name == "a" else "a", sides[name].write(int(value)))
            road += [told] * chance.choice([0, 1, 1, 2, 3])
        else:
            sides[name].change(what, value)
        chance.shuffle(road)
        while road and chance.random() < 0.4:
            target, data = road.pop()
            sides[target].read(data)
    for target, data in road:  # what is still on its way comes at last, in any order
        sides[target].read(data)
    for _ in range(len(steps) + 2):  # and then the way is quiet
        sides["b"].read(sides["a"].write(50))
        sides["a"].read(sides["b"].write(50))
    for one, other in (("a", "b"), ("b", "a")):
        assert sides[one].mirror == sides[other].own
        assert sides[one].standing.acked == len(sides[one].said), "and each knows that the other has it"


@settings(max_examples=30, deadline=None)
@given(before=st.integers(0, 6), after=st.integers(1, 6))
def test_a_receiver_restored_from_its_backup_is_told_again_what_it_lost(before: int, after: int) -> None:
    a, b = Side("a"), Side("b")

    def both() -> None:
        b.read(a.write(50))
        a.read(b.write(50))

    for n in range(before):
        a.change(f"k{n % 3}", str(n))
    both()
    kept = (b.standing, dict(b.mirror))
    for n in range(after):
        a.change(f"k{n % 4}", f"new {n}")
    both()
    b.standing, b.mirror = (
        kept[0],
        dict(kept[1]),
    )  # the backup; its count of bundles goes on from the clock of its files
    for _ in range(3):
        both()
    assert b.mirror == a.own


def test_a_sender_that_forgot_what_it_said_is_found_and_nothing_is_taken() -> None:
    a, b = Side("a"), Side("b")
    a.change("x", "1")
    b.read(a.write(9))
    a.standing = Standing()
    with pytest.raises(Refused) as told:
        a.read(b.write(9))
    assert told.value.code == "hub.federation_ahead"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[:-1], lambda data: data + b"\n", lambda data: data.replace(b'"have"', b'"had"'), lambda data: b"", lambda data: b"\xff\n{}\n",
        lambda data: data.replace(b'"number":1', b'"number":-1'), lambda data: data.replace(b'"seq":1', b'"seq":2'),
        lambda data: data.replace(b'[{"v":"1"}]', b'[{"v":1}]'), lambda data: data.replace(b"{", b"{ ", 1), lambda data: b"[" * 100_000 + b"\n{}\n",
    ],
)  # fmt: skip
def test_what_is_no_bundle_is_refused_by_name(spoil: object) -> None:
    side = Side("a")
    side.change("x", "1")
    side.change("y", "1")
    with pytest.raises(Refused) as told:
        bundles.read(spoil(side.write(9)))  # type: ignore[operator]
    assert told.value.code == "hub.federation"


# --- with the database: two peers of one server that stand for both ends -------------------------------------------------------------

OPEN = "samr.enterprise_registration"


@pytest.fixture
def ends(tmp_path: Path, db: None) -> tuple[PemSigner, PemSigner]:
    """The city knows the district as `district`, the district the city as `city`; both lie in this database."""
    authority = DemoAuthority(tmp_path, at=clock.wall())
    city, district = (
        authority.issue(f"360100000{n}", "合成", kind, at=clock.wall()) for n, kind in ((1, "rsa"), (2, "sm2"))
    )
    with scope(CHECKER):
        for code, own, pair in (("district", "city", district), ("city", "district", city)):
            federation.add_peer(
                code=code, own=own, name="合成对端", certificate=pair.certificate.read_text("ascii"), resources=[OPEN]
            )
    return city.signer(), district.signer()


def registration(uscc: str, name: str) -> dict[str, str]:
    return {"uscc": uscc, "name": name, "state": "在营", "county": "360102", "valid_from": ""}


def test_bundles_go_up_and_down_and_end_alike(ends: tuple[PemSigner, PemSigner]) -> None:
    city, district = ends
    with scope(CHECKER):
        assert federation.offer("district", OPEN, {"A": [registration("A", "甲")], "B": [registration("B", "乙")]}) == 2
        assert federation.offer("district", OPEN, {"A": [registration("A", "甲")], "B": [registration("B", "乙")]}) == 0
        lost = federation.write_bundle("district", signer=city)
        assert federation.offer("district", OPEN, {"A": [registration("A", "甲二")]}) == 2, "changed, and gone"
        down = federation.write_bundle("district", signer=city)
        taken = federation.read_bundle(down)
        assert (taken["peer"], taken["records"], taken["news"], taken["outcome"]) == ("city", 4, 4, "taken")
        assert federation.read_bundle(down)["outcome"] == "repeated"
        assert federation.read_bundle(lost)["news"] == 0
        assert federation.mirrored("city") == {(OPEN, "A"): [registration("A", "甲二")]}
        up = federation.write_bundle("city", signer=district)
        federation.read_bundle(up)
        (peer,) = [one for one in federation.peers() if one["code"] == "district"]
        assert (peer["said"], peer["acked"]) == (4, 4)
        assert json.loads(federation.write_bundle("district", signer=city).split(b"\n")[0])["records"] == []
        assert len(federation.journal()) == 8
    with scope(PLATFORM):
        assert log.chain_up() == 8 and log.broken() == []


def test_what_our_providers_answer_is_offered_and_no_more_than_everybody_may_have(
    ends: tuple[PemSigner, PemSigner],
) -> None:
    answering(OPEN, [registration("A", "甲") | {"secret": "x"}, registration("B", "乙")])
    with scope(CHECKER):
        assert federation.collect("district", {OPEN: ["A"]}) == 1, "the district's firms alone"
        data = federation.write_bundle("district", signer=ends[0])
    (record,) = json.loads(data.split(b"\n")[0])["records"]
    assert record["key"] == "A" and "secret" not in record["rows"][0]


def test_a_bundle_of_a_stranger_or_for_somebody_else_is_refused_and_leaves_nothing(
    ends: tuple[PemSigner, PemSigner],
) -> None:
    city, district = ends
    with scope(CHECKER):
        federation.offer("district", OPEN, {"A": [registration("A", "甲")]})
        good = federation.write_bundle("district", signer=city)
        for data, code in (
            (federation.write_bundle("district", signer=district), "hub.signature"),
            (good.replace(b'"from":"city"', b'"from":"town"'), "hub.federation_peer"),
            (good.replace(b'"to":"district"', b'"to":"somebody"'), "hub.federation"),
            (good.replace("甲".encode(), "丙".encode()), "hub.signature"),
        ):
            with pytest.raises(Refused) as told:
                federation.read_bundle(data)
            assert told.value.code == code
        assert federation.mirrored("city") == {}
        federation.end_peer("city")
        with pytest.raises(Refused):
            federation.read_bundle(good)


def test_departments_and_what_needs_an_agreement_are_no_part_of_it(ends: tuple[PemSigner, PemSigner]) -> None:
    certificate = ends[0].certificate
    with scope(SAMR), pytest.raises(Denied):
        federation.write_bundle("district")
    with scope(SAMR):
        assert rows.every("SELECT 1 FROM exchange_hub_peer") == []
    with scope(CHECKER), pytest.raises(Refused) as told:
        federation.add_peer(
            code="town", own="city", name="合成", certificate=to_pem(certificate).decode(), resources=["samr.persons"]
        )
    assert told.value.code == "hub.no_grant"
