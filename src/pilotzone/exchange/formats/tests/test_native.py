"""The compiled part answers what the expressions answer, wherever a compiler is at hand to build it."""

from __future__ import annotations

import importlib.util
import shlex
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pilotzone.exchange.formats import regular, regular_native
from pilotzone.exchange.formats.definitions import message
from pilotzone.exchange.formats.parse import explained, parse
from pilotzone.exchange.formats.rules import clean
from pilotzone.exchange.formats.tests.making import DAYS, EVERY, made
from pilotzone.exchange.formats.tests.strategies import messages
from pilotzone.exchange.formats.tests.test_regular import FORMS, ORDERS, PIECES, altered

SOURCE = Path(regular.__file__).with_name("_regular.c")
MANY = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module", autouse=True)
def native(tmp_path_factory):
    """The compiled part made of the source as it stands now, in place of what the install may have built."""
    compiler = shlex.split(sysconfig.get_config_var("CC") or "cc")
    headers = Path(sysconfig.get_path("include"))
    if not shutil.which(compiler[0]) or not (headers / "Python.h").is_file():
        pytest.skip("no compiler or no headers of Python here")
    made_at = tmp_path_factory.mktemp("native") / f"_regular{sysconfig.get_config_var('EXT_SUFFIX')}"
    wary = ["-O1", "-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter", "-Wno-cast-function-type"]
    subprocess.run(
        [*compiler, *wary, "-fPIC", "-shared", f"-I{headers}", str(SOURCE), "-o", str(made_at)],
        check=True, capture_output=True,
    )  # fmt: skip
    described = importlib.util.spec_from_file_location("pilotzone.exchange.formats._regular", made_at)
    module = importlib.util.module_from_spec(described)
    described.loader.exec_module(module)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(regular_native, "_regular", module)
        patch.setattr(regular_native, "AVAILABLE", True)
        patch.setattr(regular_native, "_kept", {})
        yield module


def both(raw: bytes, edition: str | None, on) -> bool:
    """Whether the compiled part takes the message; then it must say what the expressions or the tree say."""
    native = regular._read(raw, edition, on, rules=True, native=True)
    if native is None:
        return False
    pure = regular._read(raw, edition, on, rules=True, native=False)
    if pure is None:  # white space in places the expressions do not look for it
        native.parsed.canonical = False
        assert native.parsed == explained(raw, edition=edition, on=on, rules=False, max_bytes=None)
    else:
        assert (native.parsed, native.line, native.flat) == (pure.parsed, pure.line, pure.flat)
        assert native.suspects >= pure.suspects
    return True


@pytest.mark.parametrize("form", ["as built", "with a mark", "on many lines", "without a declaration"])
@pytest.mark.parametrize(("name", "edition"), EVERY)
def test_it_takes_every_message_and_suspects_nothing_it_can_test(name, edition, form):
    raw = FORMS[form](made(name, edition))
    assert both(raw, edition, DAYS[edition]) == (name != "CEB900Message")
    told = message(name, edition)
    tests = [test for lines in (False, True) for test in clean.tests_of(told, lines=lines, on=DAYS[edition])]
    # receipts have times to the millisecond and statuses that the rules are always asked about
    if name != "CEB900Message" and not any(test.kind == "ASK" for test in tests):
        assert not regular._read(raw, edition, DAYS[edition], rules=True, native=True).suspects


@MANY
@given(messages(), st.sampled_from(sorted(FORMS)))
def test_it_reads_any_legal_documents_alike(drawn, form):
    told, documents = drawn
    both(FORMS[form](made(told.name, told.edition, documents)), told.edition, DAYS[told.edition])


@settings(MANY, max_examples=400)
@given(altered())
def test_it_reads_any_values_alike_and_the_findings_are_the_same(drawn):
    told, raw = drawn
    on = DAYS[told.edition]
    both(raw, told.edition, on)
    quick = parse(raw, edition=told.edition, on=on)
    quick.canonical = False
    assert quick == explained(raw, edition=told.edition, on=on, rules=True, max_bytes=None)


@settings(MANY, max_examples=400)
@given(
    st.sampled_from(sorted(ORDERS)),
    st.integers(0, 5000),
    st.integers(0, 12),
    st.lists(st.sampled_from(PIECES), max_size=3),
)
def test_it_survives_any_damage(which, start, cut, pieces):
    raw = ORDERS[which]
    start %= len(raw)
    damaged = raw[:start] + "".join(pieces).encode() + raw[start + cut :]
    both(damaged, "2018", DAYS["2018"])
    both(damaged[: start + 3], "2018", DAYS["2018"])


@pytest.mark.parametrize("arguments", [(b"x", 2, b"20200510", 9), (b"x", -1, b"20200510", 9), (b"x", 0, b"2020", 9)])
def test_it_refuses_places_outside_the_message_and_half_days(arguments, native):
    part = ("Head", 1, 1, (("a", True, 0, 0, 5, b"", 0, frozenset(), False),))
    parser = native.Parser("", "Node", False, part, None)
    with pytest.raises(ValueError, match="start"):
        parser.take(*arguments)
    assert parser.take(b"<Node><Head><a>1</a></Head></Node>!", 0, b"20200510", 9) == (
        [({"a": "1"}, [], True, 0)], 34, 0,
    )  # fmt: skip


def test_its_tables_are_checked_when_it_is_made(native):
    for part in (("Head", 1, 1, (("a", True, 3, 0, 5, None, 0, frozenset(), False),)), ("Head", 1, 1, (None,)), ()):
        with pytest.raises((TypeError, ValueError, SystemError)):
            native.Parser("", "Node", False, part, None)
