"""The compiled part verifies SM2 as the library and as a slow reference do, wherever a compiler is at hand."""

from __future__ import annotations

import ctypes
import functools
import importlib.util
import shlex
import shutil
import subprocess
import sysconfig
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from pilotzone.base import compiled
from pilotzone.exchange.signing import der, libcrypto, sm2, sm2_compiled
from pilotzone.exchange.signing.sm2_keys import signature_der

SOURCE = Path(sm2_compiled.__file__).with_name("_sm2p256.c")
NAME = "pilotzone.exchange.signing._sm2p256"
MANY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
# the functions behind the door, for the arithmetic alone
SHIM = """
#include "%s"
void pz_operation(int which, Number *r, const Number *a, const Number *b)
{
    if (which == 0) multiply(r, a, b);
    else if (which == 1) add(r, a, b);
    else if (which == 2) subtract(r, a, b);
    else invert(r, a);
}
"""
Dot = tuple[int, int] | None


def plus(a: Dot, b: Dot) -> Dot:
    """The sum of two points of the curve by the rules of the school; None is infinity."""
    if a is None or b is None:
        return a or b
    if a[0] == b[0]:
        if (a[1] + b[1]) % P == 0:
            return None
        slope = 3 * (a[0] * a[0] - 1) * pow(2 * a[1], -1, P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


@functools.cache
def times(number: int, point: Dot) -> Dot:
    total: Dot = None
    for digit in bin(number)[2:]:
        total = plus(total, total)
        if digit == "1":
            total = plus(total, point)
    return total


def minus(point: Dot) -> Dot:
    return point and (point[0], -point[1] % P)


def b32(number: int) -> bytes:
    return number.to_bytes(32, "big")


def b64(point: Dot) -> bytes:
    assert point is not None
    return b32(point[0]) + b32(point[1])


def dot_with(x: int) -> Dot:
    """A point with this x, None where the curve has none."""
    square = (x**3 - 3 * x + B) % P
    y = pow(square, (P + 1) // 4, P)
    return (x, y) if y * y % P == square else None


@pytest.fixture(scope="module", autouse=True, params=["carries", "portable"])
def built(request, tmp_path_factory):
    """The compiled part made of the source as it stands now, in place of what the install may have built."""
    compiler = shlex.split(sysconfig.get_config_var("CC") or "cc")
    headers = Path(sysconfig.get_path("include"))
    if not shutil.which(compiler[0]) or not (headers / "Python.h").is_file():
        pytest.skip("no compiler or no headers of Python here")
    folder = tmp_path_factory.mktemp("sm2")
    shim, made_at = folder / "shim.c", folder / f"_sm2p256{sysconfig.get_config_var('EXT_SUFFIX')}"
    shim.write_text(SHIM % SOURCE)
    how = ["-O1", "-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter", "-fPIC", "-shared", f"-I{headers}"]
    how += ["-DPORTABLE"] if request.param == "portable" else []
    subprocess.run([*compiler, *how, str(shim), "-o", str(made_at)], check=True, capture_output=True)
    described = importlib.util.spec_from_file_location(NAME, made_at)
    module = importlib.util.module_from_spec(described)
    described.loader.exec_module(module)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sm2_compiled, "_compiled", module)
        yield SimpleNamespace(module=module, operation=ctypes.CDLL(str(made_at)).pz_operation)


@pytest.fixture(scope="module")
def key():
    return sm2.engine().generate()


def compiled_says(point: bytes, signature: bytes, message: bytes) -> bool:
    """What the compiled part alone answers, by the way `verifier` goes."""
    return sm2_compiled._accepts(point, sm2_compiled._before(point), signature, message)


def library_says(point: bytes, signature: bytes, message: bytes) -> bool:
    return sm2.engine().verifier(point)(signature, message)


EDGES = [0, 1, 2**32 - 1, 2**32, 2**63, 2**64 - 2**32, 2**64 - 2, 2**64 - 1, 2**64 - 2**32 - 1]
LIMBS = st.one_of(st.sampled_from(EDGES), st.integers(0, 2**64 - 1))
RESIDUES = st.one_of(
    st.tuples(LIMBS, LIMBS, LIMBS, LIMBS).map(lambda limbs: sum(limb << 64 * i for i, limb in enumerate(limbs)) % P),
    st.integers(0, 5),
    st.integers(1, 5).map(lambda less: P - less),
)


@settings(MANY, max_examples=1000)
@given(RESIDUES, RESIDUES)
def test_the_arithmetic_is_right_at_the_edges_of_the_limbs(built, a, b):
    def limbs(number: int):
        return (ctypes.c_ulonglong * 4)(*(number >> 64 * i & 2**64 - 1 for i in range(4)))

    unit = 2**256
    wanted = [a * b * pow(unit, -1, P), a + b, a - b, pow(a, -1, P) * unit * unit if a else 0]
    for which, value in enumerate(wanted):
        answer = limbs(0)
        built.operation(which, answer, limbs(a), limbs(b))
        assert sum(limb << 64 * i for i, limb in enumerate(answer)) == value % P


TOOTH = [2**32 - 1 << 32 * j for j in range(8)]
COLUMN = [sum(1 << 32 * j + i for j in range(8)) for i in (0, 1, 31)]
SCALARS = [0, 1, 2, 3, 2**31, 2**32, 2**255, N - 2, N - 1, N, N + 1, 2**256 - 1, *TOOTH[::4], *COLUMN[1:]]


@pytest.mark.parametrize("secret", [1, 2, 2**224, 5**100 % N, N - 1], ids=hex)
def test_sums_are_right_also_where_points_meet_or_cancel(built, secret):
    point = times(secret, G)
    table = built.module.table(b64(point))
    pairs = [(s, t) for s in SCALARS for t in SCALARS]
    pairs += [
        (secret, 1),
        (N - secret, 1),
        (secret * 7 % N, N - 7),
        (2 * secret % N, 3),
        (N - secret * 2**40 % N, 2**40),
    ]
    for s, t in pairs:
        wanted = times((s + t * secret) % N, G)
        assert built.module.combination(table, b32(s), b32(t)) == (wanted and b64(wanted)), (s, t)


@MANY
@given(st.integers(1, N - 1), st.integers(0, 2**256 - 1), st.integers(0, 2**256 - 1))
def test_sums_are_right_for_any_numbers(built, secret, s, t):
    table = built.module.table(b64(times(secret, G)))
    wanted = plus(times(s % N, G), times(t % N * secret % N, G))
    assert built.module.combination(table, b32(s), b32(t)) == (wanted and b64(wanted))


def test_the_example_of_the_standard():
    """GB/T 32918.5 appendix A.2."""
    point = bytes.fromhex(
        "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
        "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
    )
    signature = bytes.fromhex(
        "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
        "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
    )
    for says in (library_says, compiled_says):
        assert says(point, signature_der(signature), b"message digest")
        assert not says(point, signature_der(signature), b"message digesT")


@MANY
@given(message=st.binary(max_size=700), bit=st.integers(0, 511), place=st.integers(0, 5599))
def test_what_the_library_signs_is_accepted_and_no_bit_of_it_may_change(key, message, bit, place):
    signature = sm2.engine().signer(key)(message)
    assert compiled_says(key.point, signature, message)
    plain = b"".join(sm2_compiled._numbers(signature))
    changed = signature_der((int.from_bytes(plain, "big") ^ 1 << bit).to_bytes(64, "big"))
    other = bytearray(message or b"\x00")
    other[place // 8 % len(other)] ^= 1 << place % 8
    stranger = b64(minus((int.from_bytes(key.point[:32], "big"), int.from_bytes(key.point[32:], "big"))))
    for case in (
        (key.point, changed, message),
        (key.point, signature, bytes(other)),
        (key.point, signature, message + b"\x00"),
        (stranger, signature, message),
    ):
        assert not compiled_says(*case) and not library_says(*case)


def test_numbers_out_of_range_are_refused(built, key):
    message = b"range"
    r, s = (int.from_bytes(each, "big") for each in sm2_compiled._numbers(sm2.engine().signer(key)(message)))
    table, digest = built.module.table(key.point), bytes(32)
    odd = [0, 1, N - 1, N, N + 1, 2**256 - 1]
    pairs = (
        [(r, each) for each in odd] + [(each, s) for each in odd] + [(a, b) for a in odd for b in odd] + [(r, N - r)]
    )
    for a, b in pairs:
        signature = der.sequence(der.integer(a), der.integer(b))
        assert not library_says(key.point, signature, message)
        assert not compiled_says(key.point, signature, message)
        assert not built.module.holds(table, digest, b32(a), b32(b))
    assert compiled_says(key.point, der.sequence(der.integer(r), der.integer(s)), message)


@pytest.mark.parametrize("s", [0, 1, 2, 2**32, N - 1, 5**99 % N], ids=hex)
@pytest.mark.parametrize("secret", [1, 2, N - 2, N - 1, 5**100 % N], ids=hex)
def test_a_digest_made_to_fit_is_accepted_and_its_neighbours_are_not(built, secret, s):
    """For any s and t there is an e that fits: what ranges and comparisons refuse must be just the others."""
    point = times(secret, G)
    table = built.module.table(b64(point))
    for t in (1, 3, 2**224 + 2**32, N - 1, (N - s) * pow(secret, -1, N) % N, (1 - s) * pow(secret, -1, N) % N):
        r, sum_ = (t - s) % N, times((s + t * secret) % N, G)
        fits = bool(r and s and t and sum_)
        e = (r - sum_[0]) % N if sum_ else r
        assert built.module.holds(table, b32(e), b32(r), b32(s)) is fits, t
        assert not built.module.holds(table, b32((e + 1) % N), b32(r), b32(s))
        if e + N < 2**256:
            assert built.module.holds(table, b32(e + N), b32(r), b32(s)) is fits
        if r + N < 2**256:
            assert not built.module.holds(table, b32(e), b32(r + N), b32(s))
        if s + N < 2**256:
            assert not built.module.holds(table, b32(e), b32(r), b32(s + N))


def test_digests_and_coordinates_of_n_and_more_are_reduced_and_no_coordinate_is_beyond_p(built):
    s, r = 5**90 % N, 1
    t = s + r

    def table(wanted: Dot) -> object:
        """Of the key for which s·G + t·P is `wanted`."""
        return built.module.table(b64(times(pow(t, -1, N), plus(wanted, minus(times(s, G))))))

    def says(wanted: Dot, taken: int) -> bool:
        return built.module.holds(table(wanted), b32((r - taken) % N), b32(r), b32(s))

    high = next(found for x in range(N, N + 100) if (found := dot_with(x)))
    low = next(found for x in range(100) if (found := dot_with(x)))
    last = next(found for x in range(P - 1, P - 100, -1) if (found := dot_with(x)))
    for point in (high, low, last):
        assert says(point, point[0])
        assert not says(point, point[0] + 1)
        assert not says(point, point[0] + P)
    e = next(e for e in range(2, 100) if dot_with((r - e) % N))
    for digest in (e, e + N):
        assert built.module.holds(table(dot_with((r - e) % N)), b32(digest), b32(r), b32(s))


def test_only_points_of_the_curve_have_tables(built, key):
    x, y = int.from_bytes(key.point[:32], "big"), int.from_bytes(key.point[32:], "big")
    small = next(found for number in range(100) if (found := dot_with(number)))
    flat = (0x9C17043EFFE1A805A74A9A5E70B9D659705D3242094A566DC016F49311178D1F, 1)
    wrong = [(x, y ^ 1), (x ^ 1, y), (y, x), (0, 0), (small[0] + P, small[1]), (flat[0], flat[1] + P), (P, P)]
    for point in wrong:
        with pytest.raises(ValueError, match="curve"):
            built.module.table(b64(point))
        with pytest.raises(ValueError, match="SM2"):
            sm2.verifier(b64(point))
    for point in (small, flat):
        assert built.module.table(b64(point)) and sm2.verifier(b64(point))


def test_the_door_takes_nothing_but_tables_and_whole_numbers(built, key):
    table, ok = built.module.table(key.point), bytes(32)
    for wrong in (key.point, None, object(), bytes(16320)):
        with pytest.raises(TypeError, match="table"):
            built.module.holds(wrong, ok, ok, ok)
    for place in range(3):
        for wrong, error in (
            (bytes(31), ValueError),
            (bytes(33), ValueError),
            (bytearray(32), TypeError),
            ("", TypeError),
        ):
            with pytest.raises(error):
                built.module.holds(table, *(wrong if at == place else ok for at in range(3)))
    for arguments in ((), (table,), (table, ok, ok), (table, ok, ok, ok, ok)):
        with pytest.raises(TypeError, match="arguments"):
            built.module.holds(*arguments)
    with pytest.raises(ValueError, match="64"):
        built.module.table(bytes(63))
    with pytest.raises(TypeError):
        type(table)()
    with pytest.raises((TypeError, AttributeError)):
        table.entries = 1
    with pytest.raises(TypeError):
        type(table).entries = 1


def counted(point: bytes):
    asked = []
    library = sm2.engine().verifier(point)

    def ask(signature: bytes, message: bytes) -> bool:
        asked.append(message)
        return library(signature, message)

    return ask, asked


def test_the_library_is_asked_for_the_first_one_in_256_and_every_refusal(key, monkeypatch):
    monkeypatch.setattr(sm2_compiled, "ASKED_EVERY", 4)
    ask, asked = counted(key.point)
    verify, sign = sm2_compiled.verifier(key.point, ask), sm2.engine().signer(key)
    good = [b"%d" % number for number in range(9)]
    assert all(verify(sign(message), message) for message in good)
    assert asked == [b"0", b"4", b"8"]
    assert not verify(sign(b"a"), b"b")
    assert asked[3:] == [b"b"]


def test_other_forms_of_a_signature_are_the_library_s(key):
    ask, asked = counted(key.point)
    verify, message = sm2_compiled.verifier(key.point, ask), b"forms"
    sound = sm2.engine().signer(key)(message)
    assert verify(sound, message)
    r, s = der.children(sound)
    forms = [
        sound + b"\x00",
        sound[:-1],
        b"\x30\x81" + sound[1:],
        der.sequence(der.wrap(der.INTEGER, b"\x00" + r.content), s.encoded),
        der.sequence(r.encoded, der.wrap(der.OCTET_STRING, s.content)),
        der.sequence(r.encoded, s.encoded, der.integer(0)),
        der.sequence(r.encoded, der.wrap(der.INTEGER, b"\xff" + s.content)),
        der.sequence(r.encoded),
        b"\x30\x00",
        b"\x31" + sound[1:],
        b"",
    ]
    for number, form in enumerate(forms, start=2):
        assert not compiled_says(key.point, form, message)
        assert verify(form, message) == library_says(key.point, form, message)
        assert len(asked) == number


class Stub:
    """A compiled part that always answers the same."""

    def __init__(self, answer: bool) -> None:
        self._answer = answer

    def table(self, point: bytes) -> bytes:
        return point

    def holds(self, *_: object) -> bool:
        return self._answer


def test_a_part_that_accepts_too_much_is_found_out_and_rests(key, monkeypatch):
    monkeypatch.setattr(sm2_compiled, "_compiled", Stub(True))
    ask, asked = counted(key.point)
    verify, sign = sm2_compiled.verifier(key.point, ask), sm2.engine().signer(key)
    with capture_logs() as lines:
        assert not verify(sign(b"a"), b"b")
        assert not sm2_compiled.available()
        assert not verify(sign(b"a"), b"c")
        assert verify(sign(b"a"), b"a")
    assert asked == [b"b", b"c", b"a"]
    assert [line["event"] for line in lines] == ["sm2.compiled_disagrees"]


def test_a_part_that_refuses_all_changes_no_answer(key, monkeypatch):
    monkeypatch.setattr(sm2_compiled, "_compiled", Stub(False))
    verify, sign = sm2.verifier(key.point), sm2.engine().signer(key)
    assert verify(sign(b"a"), b"a") and not verify(sign(b"a"), b"b")


def test_the_verifier_goes_through_the_compiled_part_and_without_it_to_the_library(key, monkeypatch):
    sign, seen = sm2.engine().signer(key), []
    accepts = sm2_compiled._accepts
    monkeypatch.setattr(sm2_compiled, "_accepts", lambda *given: seen.append(accepts(*given)) or seen[-1])
    plain = b"".join(sm2_compiled._numbers(sign(b"a")))
    assert sm2.verifier(key.point)(plain, b"a") and seen == [True]
    monkeypatch.setenv("PILOTZONE_PURE", "1")
    assert compiled.part(NAME) is None
    monkeypatch.setattr(sm2_compiled, "_compiled", None)
    assert sm2.verifier(key.point)(plain, b"a") and seen == [True]
    assert sm2_compiled.USER_ID == libcrypto.USER_ID
