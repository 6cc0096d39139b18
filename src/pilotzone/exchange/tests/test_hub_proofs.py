"""The hub's proofs: no changed byte of a bundle passes, no field or row passes an agreement that does not name it.

Small in `make test`; 10,000 flips, 2,000 resources and 60 subjects under `make proof` (HYPOTHESIS_PROFILE=proof).
"""

from __future__ import annotations

import base64
import datetime
import json
import os
import random
import subprocess
import sys
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from pilotzone.base.errors import Refused
from pilotzone.exchange.catalogue.shapes import CLASSES, KINDS, REFUSED, TYPES, Field, Level, Resource
from pilotzone.exchange.hub import chain, log, rights, verifier
from pilotzone.exchange.hub.rights import Right
from pilotzone.exchange.signing import DemoAuthority, PemSigner
from pilotzone.kernel import masking

FULL = os.environ.get("HYPOTHESIS_PROFILE") == "proof"
FLIPS, PLACED, RESOURCES, SUBJECTS = (10_000, 300, 2_000, 60) if FULL else (1_500, 12, 60, 8)
NOW = datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC)
DAY = datetime.date(2021, 6, 1)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> DemoAuthority:
    return DemoAuthority(tmp_path_factory.mktemp("authority"), at=NOW)


def bundle(signer: PemSigner, entries: int = 12) -> bytes:
    """A bundle as `log.bundle` writes it, of entries made here."""
    before, told, certificate = b"", list[chain.Entry](), signer.certificate.encoded
    for number in range(1, entries + 1):
        entry = chain.canonical({"what": "query.answered", "n": number, "owner": "zone.samr", "zh": "合成"})
        before = chain.hashed(before, number, entry)
        told.append(chain.Entry(number, entry, before))
    text = chain.sealed(first=1, last=entries, head=before, at_zone="z", at_wall="w", certificate=certificate)
    lines = chain.lines(b"", told, [chain.Batch(1, entries, text, signer.sign(text.encode()))], certificate)
    summed = chain.sums(lines)
    return ("\n".join([*lines, summed, chain.seal(signer.sign(summed.encode()))]) + "\n").encode()


def test_every_flipped_byte_is_found_and_named(authority: DemoAuthority) -> None:
    whole = bundle(authority.issue("3601000001", "合成", "rsa", at=NOW).signer())
    assert verifier.verify(whole) == []
    chance = random.Random(620)
    lines = whole.count(b"\n")
    for flip in range(FLIPS):
        place = chance.randrange(len(whole))
        changed = bytearray(whole)
        changed[place] ^= chance.randrange(1, 256)
        faults = verifier.verify(bytes(changed), places=flip < PLACED)
        assert faults, place
        line = whole.count(b"\n", 0, place) + 1
        named, newline = {fault[0] for fault in faults}, 10 in (changed[place], whole[place])
        assert newline or named & ({line} if line < lines - 1 else {lines - 1, lines}), (place, faults)
        if flip < PLACED and 1 < line < lines - 1 and 10 not in (changed[place], whole[place]):
            assert (line, place) in {(fault[0], fault[1]) for fault in faults}, (
                "a byte of an entry or batch is named by its place"
            )


@pytest.mark.parametrize("kind", ["rsa", "sm2"])
def test_the_seal_has_one_form_only(authority: DemoAuthority, kind: str) -> None:
    """Nothing is signed over the seal's own line: its names, Base64's idle bits and DER's other forms must not pass."""
    whole = bundle(authority.issue("3601000003", "合成", kind, at=NOW).signer(), 1)
    start = whole.rindex(b"\n", 0, -1) + 1
    line = whole[start:]
    value = base64.b64decode(json.loads(line)["signature"])
    text = base64.b64encode(value).decode()
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    bare = text.rstrip("=")
    spoilt = {
        line.replace(b'"kind"', b'"kjnd"'), line.replace(b'"seal"', b'"sea1"'), line.replace(b'{"kind"', b'{"a":1,"kind"'),
        line.replace(text.encode(), base64.b64encode(value + b"\0")), line.replace(text.encode(), base64.b64encode(b"\x31" + value[1:])),
        line.replace(text.encode(), base64.b64encode(value[:2] + b"\x03" + value[3:])),
        *(line.replace(text.encode(), (bare[:-1] + sign + text[len(bare) :]).encode()) for sign in alphabet),
    } - {line}  # fmt: skip
    assert len(spoilt) == 69 and verifier.verify(whole) == []
    for changed in spoilt:
        assert verifier.verify(whole[:start] + changed, places=False), changed


def test_lines_left_out_doubled_or_moved_are_found(authority: DemoAuthority) -> None:
    lines = bundle(authority.issue("3601000001", "合成", "rsa", at=NOW).signer()).splitlines(keepends=True)
    for changed in (
        lines[:3] + lines[4:],
        lines[:3] + lines[2:],
        [*lines[:2], lines[3], lines[2], *lines[4:]],
        lines[:-1],
        lines[1:],
        [],
    ):
        assert verifier.verify(b"".join(changed), places=False)


def test_a_zone_with_an_sm2_key_is_verified_too(authority: DemoAuthority) -> None:
    whole = bundle(authority.issue("3601000002", "合成", "sm2", at=NOW).signer(), 2)
    assert verifier.verify(whole) == []
    assert verifier.verify(whole.replace(b"zone.samr", b"zone.samx", 1), places=False)


def test_the_script_runs_alone_and_knows_its_certificate(authority: DemoAuthority, tmp_path: Path) -> None:
    pair = authority.issue("3601000001", "合成", "rsa", at=NOW)
    (tmp_path / "verifier.py").write_bytes(log.verifier())
    (tmp_path / "b.jsonl").write_bytes(bundle(pair.signer()))

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "-S", "verifier.py", "b.jsonl", *words]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)

    assert run().returncode == 0
    assert run("--fingerprint", pair.signer().certificate.sha256).returncode == 0
    other = run("--fingerprint", "00" * 32)
    assert other.returncode == 1 and "certificate" in other.stdout


@cache
def generated(number: int) -> tuple[Resource, tuple[dict[str, str], ...]]:
    """A resource of the generated catalogue and three rows; every value says what it is, so that a leak can be seen."""
    chance = random.Random(f"resource {number}")
    fields = tuple(
        Field(f"f{at}", "字段", "field", chance.choice(TYPES), chance.choice(CLASSES))
        for at in range(chance.randrange(2, 8))
    )
    made = Resource(
        f"zone.r{number}", "zone.samr", "1", DAY, "P", "甲", "a", "甲", "a", chance.choice(KINDS), "某法", 1, "f0", "", Level(Decimal(99), 100),
        fields, tuple("" for _ in fields),
    )  # fmt: skip
    return made, tuple({one.name: f"secret-{number}-{row}-{one.name}-0123456789" for one in fields} for row in range(3))


def test_no_subject_sees_a_row_or_field_nobody_granted() -> None:
    leaks, seen = list[str](), 0
    for number in range(RESOURCES):
        resource, rows = generated(number)
        for subject in range(SUBJECTS):
            chance = random.Random(f"{number} {subject}")
            fields = frozenset(name for name in resource.names if chance.random() < 0.5)
            whole = frozenset(name for name in fields if chance.random() < 0.3)
            row = chance.randrange(3)
            state = chance.choice(["granted"] * 4 + ["applied", "checked", "declined", "revoked"])
            until = DAY + datetime.timedelta(days=chance.randrange(-1, 2))
            right = Right(1, fields, whole, {"f0": (rows[row]["f0"],)}, 10, until, state)
            asked = [name for name in resource.names if chance.random() < 0.4]
            try:
                wanted = rights.judge(resource, right, asked, day=DAY, used=chance.randrange(12))
                told = rights.cut(resource, right, wanted, {}, rows)
            except Refused:
                continue
            seen += len(told)
            if resource.sharing == REFUSED or state != "granted" or until < DAY or len(told) > 1:
                leaks.append(f"{resource.code} {subject}: should have been refused")
            for line in told:
                for name, value in line.items():
                    found = resource.field(name)
                    assert found is not None
                    original = rows[row][name]
                    bare = found.klass in ("public", "internal") or (name in whole and found.klass in masking.MASKED)
                    if name not in fields or found.klass == "important" or (value == original) != bare:
                        leaks.append(f"{resource.code} {subject} {name} {found.klass}: {value}")
                    if any(str(other) in value for at, each in enumerate(rows) if at != row for other in each.values()):
                        leaks.append(f"{resource.code} {subject} {name}: another row")
    print(
        f"FIGURE {RESOURCES:,} resources asked field by field by {SUBJECTS} subjects: {seen:,} rows answered, {len(leaks)} leaks"
    )
    assert leaks == [] and seen > SUBJECTS, "and something was seen at all"
