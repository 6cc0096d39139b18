# ruff: noqa: T201 (a script that travels alone: it prints)
"""Verify an exported bundle of the hub's log, offline, with nothing but Python's standard library.

    python3 verifier.py BUNDLE [--fingerprint SHA256]

BUNDLE: the file `pilotzone hub export` wrote. --fingerprint: the SHA-256 of the zone's certificate, told to you another way; without it
the certificate inside the bundle is believed and its fingerprint printed. Exit 0: whole; 1: changed, each place named; 2: unreadable.
Signatures: RSA, PKCS #1 v1.5 with SHA-256; SM2 with SM3 (GM/T 0003).
"""

import base64
import hashlib
import itertools
import json
import re
import sys
from typing import Any

FORM = "pilotzone-hub-bundle-1"
PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")


def canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def verify(data: bytes, fingerprint: str = "", places: bool = True) -> list[tuple[int, int | None, str]]:
    """Every fault found, as (line from 1, byte in the file from 0 or None, what). An empty list: the bundle is whole.

    `places`: look for the one byte whose change explains a changed line; else the line alone is named."""
    raws = data.split(b"\n")
    starts = [0, *itertools.accumulate(len(raw) + 1 for raw in raws)][: len(raws)]
    if raws[-1] == b"" and len(raws) > 1:
        raws.pop()
    elif len(data) and not data.endswith(b"\n"):
        return [(len(raws), len(data) - 1, "the last line does not end")]
    parsed = [_parse(raw) for raw in raws]
    if len(raws) < 3:
        return [(1, None, "too few lines")]
    body, sums_raw = raws[:-2], raws[-2]
    summed, claimed = [sha(raw) for raw in body], parsed[-2]
    seal = _signature(parsed[-1])
    head = parsed[0] if isinstance(parsed[0], dict) else {}
    key, certificate = _key(head)
    told = (canonical({"kind": "sums", "sha256": summed})).encode()
    faults: list[tuple[int, int | None, str]] = []
    if fingerprint and key is not None and sha(certificate) != fingerprint.lower().replace(":", ""):
        faults.append((1, None, "the certificate is not the one named"))
    if key is not None and seal is not None and holds(key, told, seal):
        # the signature covers these very lines: whatever differs in the sums was changed there
        if sums_raw != told:
            faults.append((len(raws) - 1, starts[len(raws) - 2] + _first(sums_raw, told), "the sums were changed"))
    elif isinstance(claimed, dict) and isinstance(claimed.get("sha256"), list):
        faults += _against(claimed["sha256"], body, summed, starts, places)
    else:
        faults.append((len(raws) - 1, starts[len(raws) - 2], "the sums cannot be read"))
    if key is None:
        faults.append((1, None, "the certificate cannot be read"))
    for number, (raw, value) in enumerate(zip(raws, parsed, strict=True)):
        plain = value is not None and canonical(value).encode("utf-8", "surrogatepass") == raw
        if not plain and not any(fault[0] == number + 1 for fault in faults):
            faults.append((number + 1, starts[number], "not in the canonical form"))
    if not faults:
        faults = _chain(parsed, key, certificate)
    return faults


def _against(
    claimed: list[Any], body: list[bytes], summed: list[str], starts: list[int], places: bool
) -> list[tuple[int, int | None, str]]:
    """What does not agree with the sums the bundle claims; where all do, the seal over them is what does not hold."""
    faults: list[tuple[int, int | None, str]] = []
    wrong = [number for number, value in enumerate(summed) if number >= len(claimed) or claimed[number] != value]
    for number in wrong:
        good = claimed[number] if number < len(claimed) else None
        found = _byte(body[number], good) if places and len(wrong) < 50 else None
        faults.append((number + 1, None if found is None else starts[number] + found, "the line was changed"))
    if len(claimed) > len(summed):
        faults.append((len(body) + 1, None, f"{len(claimed) - len(summed)} lines are missing"))
    if not wrong:
        faults.append((len(body) + 2, starts[len(body) + 1], "the seal does not hold over the sums"))
    return faults


def _chain(parsed: Any, key: Any, certificate: bytes) -> list[tuple[int, int | None, str]]:
    """The chain from entry to entry, and the batches over it."""
    head = parsed[0]
    if head.get("kind") != "head" or head.get("form") != FORM:
        return [(1, None, "not a bundle of this form")]
    faults: list[tuple[int, int | None, str]] = []
    hashes: dict[int, str] = {}
    last, before = None, bytes.fromhex(head["before"])
    for line, one in enumerate(parsed[1:-2], start=2):
        if one.get("kind") == "entry":
            number = one["number"]
            if last is not None and number != last + 1:
                faults.append((line, None, f"entry {number} does not follow {last}"))
            value = hashlib.sha256(
                before + number.to_bytes(8, "big") + hashlib.sha256(one["entry"].encode()).digest()
            ).digest()
            if value.hex() != one["hash"]:
                faults.append((line, None, f"entry {number} does not hold in the chain"))
            before, last, hashes[number] = value, number, one["hash"]
        elif one.get("kind") == "batch":
            told = json.loads(one["sealed"])
            if told["certificate"] != sha(certificate) or not holds(
                key, one["sealed"].encode(), base64.b64decode(one["signature"])
            ):
                faults.append(
                    (line, None, f"the batch {told['first']}–{told['last']} is not signed by this certificate")
                )
            if hashes.get(told["last"]) != told["head"]:
                faults.append((line, None, f"the batch {told['first']}–{told['last']} has another head"))
        else:
            faults.append((line, None, "an unknown line"))
    return faults


def _parse(raw: bytes) -> Any:
    try:
        value = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _signature(line: Any) -> bytes | None:
    try:
        value = base64.b64decode(line["signature"], validate=True)
    except (TypeError, KeyError, ValueError):
        return None
    # nothing is signed over this line, so it has one form only; Base64 itself has bits that decode to nothing
    return value if line == {"kind": "seal", "signature": base64.b64encode(value).decode()} else None


def _first(one: bytes, other: bytes) -> int:
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _byte(raw: bytes, good: Any) -> int | None:
    """The one byte whose change makes the line what it was; None where more than one was changed."""
    if good is None or len(raw) > 20000:
        return None
    for place in range(len(raw)):
        before, behind = hashlib.sha256(raw[:place]), raw[place + 1 :]
        for value in range(256):
            tried = before.copy()
            tried.update(bytes((value,)) + behind)
            if tried.hexdigest() == good:
                return place
    return None


# --- certificates and signatures -------------------------------------------------------------------------------------------------


def _der(data: bytes, at: int) -> tuple[int, bytes, int]:
    """(tag, content, end) of the DER value at a place."""
    tag, length, at = data[at], data[at + 1], at + 2
    if length & 0x80:
        size = length & 0x7F
        length, at = int.from_bytes(data[at : at + size], "big"), at + size
    if at + length > len(data):
        raise ValueError("cut off")
    return tag, data[at : at + length], at + length


def _parts(data: bytes) -> list[tuple[int, bytes]]:
    at, told = 0, []
    while at < len(data):
        tag, content, at = _der(data, at)
        told.append((tag, content))
    return told


def _key(head: Any) -> tuple[Any, bytes]:
    """(key, certificate): ('rsa', n, e) or ('sm2', x, y)."""
    try:
        certificate = base64.b64decode(head["certificate"], validate=True)
        inside = _parts(_parts(_der(certificate, 0)[1])[0][1])
        inside = inside[1:] if inside[0][0] == 0xA0 else inside
        algorithm, bits = _parts(inside[5][1])
        name, public = _parts(algorithm[1])[0][1], bits[1][1:]
        if name == bytes.fromhex("2a864886f70d010101"):
            n, e = (int.from_bytes(part, "big") for _, part in _parts(_der(public, 0)[1]))
            return (("rsa", n, e) if n > 1 << 1023 and e > 2 else None), certificate
        if len(public) == 65 and public[0] == 4:
            return ("sm2", int.from_bytes(public[1:33], "big"), int.from_bytes(public[33:], "big")), certificate
    except (KeyError, TypeError, ValueError, IndexError):
        pass
    return None, b""


def holds(key: Any, data: bytes, signature: bytes) -> bool:
    """Whether the signature over the data is of this key."""
    if key[0] == "sm2":
        return _sm2(key[1], key[2], data, signature)
    _, n, e = key
    size = (n.bit_length() + 7) // 8
    value = int.from_bytes(signature, "big")
    if len(signature) != size or value >= n:
        return False
    tail = PREFIX + hashlib.sha256(data).digest()
    return pow(value, e, n).to_bytes(size, "big") == b"\x00\x01" + b"\xff" * (size - len(tail) - 3) + b"\x00" + tail


P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A, B = P - 3, 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
GX = 0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7
GY = 0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0


def _add(one: Any, other: Any) -> Any:
    if one is None or other is None:
        return one or other
    (x1, y1), (x2, y2) = one, other
    if x1 == x2 and (y1 + y2) % P == 0:
        return None
    slope = ((3 * x1 * x1 + A) * pow(2 * y1, -1, P) if one == other else (y2 - y1) * pow(x2 - x1, -1, P)) % P
    x = (slope * slope - x1 - x2) % P
    return x, (slope * (x1 - x) - y1) % P


def _times(number: int, point: Any) -> Any:
    told = None
    while number:
        told = _add(told, point) if number & 1 else told
        point, number = _add(point, point), number >> 1
    return told


def _pair(r: int, s: int) -> bytes:
    """The one DER form of a signature: nothing behind it, no other tags, no leading zeros."""
    told = b""
    for value in (r, s):
        raw = value.to_bytes(value.bit_length() // 8 + 1, "big")
        told += bytes((2, len(raw))) + raw
    return bytes((0x30, len(told))) + told


def _sm2(x: int, y: int, data: bytes, signature: bytes) -> bool:
    try:
        r, s = (int.from_bytes(part, "big") for _, part in _parts(_der(signature, 0)[1]))
    except (ValueError, IndexError):
        return False
    if not (0 < r < N and 0 < s < N) or (r + s) % N == 0 or signature != _pair(r, s):
        return False
    user = b"1234567812345678"
    whole = b"".join(v.to_bytes(32, "big") for v in (A, B, GX, GY, x, y))
    digest = sm3(sm3((len(user) * 8).to_bytes(2, "big") + user + whole) + data)
    point = _add(_times(s, (GX, GY)), _times((r + s) % N, (x, y)))
    return point is not None and (int.from_bytes(digest, "big") + point[0]) % N == r


def _turn(x: int, n: int) -> int:
    n %= 32
    return ((x << n) | (x >> (32 - n))) & 0xFFFFFFFF


def sm3(data: bytes) -> bytes:
    v = [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E]
    data = data + b"\x80" + b"\x00" * ((55 - len(data)) % 64) + (len(data) * 8).to_bytes(8, "big")
    for at in range(0, len(data), 64):
        w = [int.from_bytes(data[at + i * 4 : at + i * 4 + 4], "big") for i in range(16)]
        for j in range(16, 68):
            x = w[j - 16] ^ w[j - 9] ^ _turn(w[j - 3], 15)
            w.append(x ^ _turn(x, 15) ^ _turn(x, 23) ^ _turn(w[j - 13], 7) ^ w[j - 6])
        a, b, c, d, e, f, g, h = v
        for j in range(64):
            t = 0x79CC4519 if j < 16 else 0x7A879D8A
            one = _turn((_turn(a, 12) + e + _turn(t, j)) & 0xFFFFFFFF, 7)
            two = one ^ _turn(a, 12)
            ff = a ^ b ^ c if j < 16 else (a & b) | (a & c) | (b & c)
            gg = e ^ f ^ g if j < 16 else (e & f) | (~e & g)
            tt1 = (ff + d + two + (w[j] ^ w[j + 4])) & 0xFFFFFFFF
            tt2 = (gg + h + one + w[j]) & 0xFFFFFFFF
            a, b, c, d, e, f, g, h = tt1, a, _turn(b, 9), c, tt2 ^ _turn(tt2, 9) ^ _turn(tt2, 17), e, _turn(f, 19), g
        v = [p ^ q for p, q in zip(v, (a, b, c, d, e, f, g, h), strict=True)]
    return b"".join(one.to_bytes(4, "big") for one in v)


def main(words: list[str]) -> int:
    if (
        not words
        or words[0] in ("-h", "--help")
        or len(words) not in (1, 3)
        or (len(words) == 3 and words[1] != "--fingerprint")
    ):
        print(__doc__)
        return 2
    try:
        with open(words[0], "rb") as file:
            data = file.read()
    except OSError as fault:
        print(f"cannot read {words[0]}: {fault.strerror}", file=sys.stderr)
        return 2
    fingerprint = words[2] if len(words) == 3 else ""
    if fingerprint and not re.fullmatch("[0-9a-fA-F:]{64,95}", fingerprint):
        print("the fingerprint is 64 hexadecimal digits", file=sys.stderr)
        return 2
    faults = verify(data, fingerprint)
    for line, place, what in faults:
        print(f"line {line}" + (f", byte {place}" if place is not None else "") + f": {what}")
    if not faults:
        head = json.loads(data.split(b"\n", 1)[0])
        entries = data.count(b'"kind":"entry"')
        print(f"whole: {entries} entries; certificate SHA-256 {sha(base64.b64decode(head['certificate']))}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
