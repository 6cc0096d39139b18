"""Tax and quota of a batch: the clearance's Book over the tax room's ledgers, on the batch's own cursor."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pilotzone.base.days import day_of
from pilotzone.base.errors import Gap, Problem, Refused
from pilotzone.base.money import decimal
from pilotzone.kernel import resting
from pilotzone.reference import edition
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.clearance.api import WAITS, WARNS, Effect, Fault, Ready, Rule, Settlement
from pilotzone.rooms.tax import api as tax

REFUSED_CHANNEL = "refused"
YUAN = "142"
_TOTAL_TOLD = re.compile(r"totalPrice[：:]\s*([\d,]+(?:\.\d+)?)")
# without an account nothing is known of the guarantee lodged with customs: a warning, never a guess
NO_ACCOUNT = Rule(
    "rule.guarantee.unknown", whose="zone", weight=WARNS, tag="P",
    zh="担保企业{code}的税款担保未在平台登记，未预扣担保", en="the guarantee of {code} is not recorded here; nothing was held",
    source="handbook §1.3 M11, §2.6",
    mend_zh="请担保企业登记税款担保", mend_en="The guarantor records its guarantee.",
)  # fmt: skip
TAX_DIFFERS = Rule(
    "rule.match.tax_withheld", whose="ebp", weight=WARNS, tag="C",
    zh="订单代扣税款{withheld}元与平台测算{ours}元相差超过容差", en="tax withheld {withheld} and our {ours} differ beyond tolerance",
    source="海关跨境统一版规范 ceb §6.1 #13",
    mend_zh="请核对代扣税款", mend_en="Check the tax withheld.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ahead:
    """A list's tax for a day, worked out before the batch takes its lock; `problem` stands for all the rest.

    Lists of the same goods at the same prices share one.
    """

    on: date
    problem: Fault | None = None
    faults: Sequence[Fault] = ()
    refused: bool = False
    counts: Decimal | None = None
    total: Decimal | None = None
    record: bytes | None = None


def assess_ahead(message: clearance.MessageIn) -> None:
    """Work out the tax of an import message's lists for the day they came."""
    if message.name != "CEB621Message" or message.faults or message.history:
        return
    on = day_of(message.at)
    for document in message.documents:
        if not document.faults:
            document.assessed = _known(document.head, document.lines, on)


# what of a list its tax depends on (tax.declared), by day and edition of the law: a shop sells one basket many times
_OF_HEAD = ("freight", "insuredFee")
_OF_LINE = ("gcode", "qty", "price", "unit1", "qty1", "unit2", "qty2", "unit")
_MOST_KNOWN = 4096
_assessed: dict[tuple[Any, ...], Ahead] = {}
resting.forgotten(_assessed.clear)


def _known(head: Any, lines: Sequence[Any], on: date) -> Ahead:
    key = (
        on, edition.version(), *[head.get(name) for name in _OF_HEAD],
        *[line.get(name) for line in lines for name in _OF_LINE],
    )  # fmt: skip
    found = _assessed.get(key)
    if found is None:
        if len(_assessed) >= _MOST_KNOWN:
            _assessed.clear()
        found = _assessed[key] = _ahead(head, lines, on)
    return found


def _ahead(head: Any, lines: Sequence[Any], on: date) -> Ahead:
    try:
        found = tax.assess(tax.declared(head, lines, on=on), on=on)
    except Gap as gap:
        return Ahead(on, _from_problem(gap, WAITS))
    except Refused as problem:
        return Ahead(on, _from_problem(problem))
    refused = found.channel == REFUSED_CHANNEL
    faults = [_from_reason(reason, "" if refused else WARNS) for reason in found.reasons]
    return Ahead(
        on, None, faults, refused, found.counts or found.price, found.total, clearance.pack_assessment(found.as_dict())
    )


class Booking:
    """Implements `clearance.Book`. `at` is the zone time written with the entries."""

    def __init__(self, cursor: Any, at: datetime, *, tolerance: Decimal = Decimal("0.05")) -> None:
        self.cursor = cursor
        self.at = at
        self.tolerance = tolerance

    def settle(self, ready: Sequence[Ready]) -> list[Settlement]:
        """Assess, reserve the buyer's year, hold the guarantee, each as one batch in the order given."""
        answers = [self._assessed(one) for one in ready]
        self._reserve(ready, answers)
        self._hold(ready, answers)
        return answers

    def assess(self, ready: Ready) -> Settlement:
        """The amounts alone: customs decided, no limit of ours is asked."""
        return replace(self._assessed(ready), faults=())

    def apply(self, effects: Sequence[Effect]) -> list[int]:
        """Follow customs' word, in order; neighbours of one kind go as one batch. The trades whose guarantee was not held again."""
        short: list[int] = []
        start = 0
        for place in range(1, len(effects) + 1):
            if place == len(effects) or effects[place].what != effects[start].what:
                short += self._apply(effects[start].what, effects[start:place])
                start = place
        return short

    def bills(self, bills: Sequence[clearance.Bill]) -> None:
        """Keep electronic tax bills, and our own computation beside them."""
        found, formers, ours = [], [], []
        for bill in bills:
            try:
                read = tax.bill_of_816(bill.head, bill.lines) if "816" in bill.message else tax.bill_of_818(bill.head)
            except (Problem, KeyError):
                continue  # an unreadable bill is kept as a receipt and shown there
            found.append(read)
            formers.append(bill.former)
            if bill.assessment is not None:
                found_tax = _our_tax if bill.owed else _no_tax
                ours.append(found_tax(read.invt_no, bill.booking, bill.assessment, bill.released_on, bill))
        stored = tax.store_bills(self.cursor, found, at=self.at)
        tax.know_ours(self.cursor, ours)
        if found:
            # a notice of payment may have come before its bill; a cancelled bill owes nothing
            tax.match_payments(self.cursor, [bill.tax_no for bill in found], at=self.at)
            # a word told again, or of before the list was held anew, sets nothing free
            free = [one.invt_no for one, former in zip(stored, formers, strict=True) if one.changed and not former]
            tax.free_batch(self.cursor, free, at=self.at)

    def _assessed(self, ready: Ready) -> Settlement:
        if ready.flow != "I":
            return Settlement(value=_export_value(ready.lines))
        found = ready.assessed
        if not isinstance(found, Ahead) or found.on != ready.on:
            found = _known(ready.head, ready.lines, ready.on)
        if found.problem is not None:
            return Settlement(faults=[found.problem])
        assert found.total is not None
        faults = list(found.faults)
        if ready.withheld and abs(ready.withheld - found.total) > self.tolerance * found.total and not found.refused:
            faults.append(TAX_DIFFERS.fault(withheld=ready.withheld, ours=found.total))
        return Settlement(faults, found.counts, found.total, found.record)

    def _reserve(self, ready: Sequence[Ready], answers: list[Settlement]) -> None:
        places = [n for n, one in enumerate(ready) if one.flow == "I" and _goes_on(answers[n])]
        requests = [
            tax.Reserve(ready[n].booking, ready[n].buyer, ready[n].on, answers[n].value or Decimal(0)) for n in places
        ]
        for n, booked in zip(places, tax.reserve_batch(self.cursor, requests, at=self.at), strict=True):
            if not booked.ok:
                answers[n] = _with(answers[n], booked.reason)

    def _hold(self, ready: Sequence[Ready], answers: list[Settlement]) -> None:
        places = [
            n for n, one in enumerate(ready)
            if one.flow == "I" and one.guarantor is not None and _goes_on(answers[n])
        ]  # fmt: skip
        requests = [
            tax.HoldTax(ready[n].booking, ready[n].guarantor or 0, answers[n].tax or Decimal(0)) for n in places
        ]
        voids = []
        for n, held in zip(places, tax.hold_batch(self.cursor, requests, at=self.at), strict=True):
            if held.ok:
                continue
            if not held.deposited and not held.held:
                fault = NO_ACCOUNT.fault(code=ready[n].head.get("assureCode", ""))
                answers[n] = replace(answers[n], faults=[*answers[n].faults, fault])
            else:
                answers[n] = _with(answers[n], held.reason)
                voids.append(tax.Void(ready[n].booking))
        tax.void_batch(self.cursor, voids, at=self.at)

    def _apply(self, what: str, effects: Sequence[Effect]) -> list[int]:
        short: list[int] = []
        if what == clearance.COMMIT:
            commits = [tax.Commit(e.booking, e.buyer, e.on, e.value or Decimal(0)) for e in effects]
            tax.commit_batch(self.cursor, commits, at=self.at)
            anew = {effect.booking: effect for effect in effects if effect.again}
            lists = {key: effect.invt_no for key, effect in anew.items()}
            short = [anew[key].trade for key in tax.hold_again(self.cursor, lists, at=self.at)]
            known = [
                _our_tax(e.invt_no, e.booking, e.assessment, day_of(e.at), e)
                for e in effects if e.assessment is not None and e.invt_no
            ]  # fmt: skip
            if tax.know_ours(self.cursor, known):
                # of a list held again the bills that were cancelled with it set nothing free: customs makes a new one
                first = [ours.invt_no for ours in known if ours.list_key not in anew]
                tax.free_batch(self.cursor, first, at=self.at)
        elif what == clearance.VOID:
            tax.void_batch(self.cursor, [tax.Void(e.booking, e.reference) for e in effects], at=self.at)
            self._release([tax.ReleaseTax(e.booking) for e in effects])
            # of a bill customs made before it cancelled the list nothing is owed: the whole of it is the difference
            gone = [
                _no_tax(e.invt_no, e.booking, e.assessment, None, e)
                for e in effects if e.assessment is not None and e.invt_no
            ]  # fmt: skip
            tax.know_ours(self.cursor, gone)
        elif what == clearance.RESTORE:
            self._restore(effects)
        elif what == clearance.OVER:
            over = [
                tax.CustomsOver(e.booking, e.buyer, e.on, e.value or Decimal(0), e.at, e.reference, _total(e.info))
                for e in effects
            ]
            tax.customs_over(self.cursor, over, at=self.at)
        return short

    def _restore(self, effects: Sequence[Effect]) -> None:
        restores, releases = [], []
        for effect in effects:
            quota, paid = _share(effect)
            restores.append(tax.Restore(effect.booking, quota, effect.reference))
            releases.append(tax.ReleaseTax(effect.booking, paid, effect.reference))
        tax.restore_batch(self.cursor, restores, at=self.at)
        self._release(releases)

    def _release(self, releases: Sequence[tax.ReleaseTax]) -> None:
        tax.release_batch(self.cursor, releases, at=self.at)


def _export_value(lines: Sequence[Mapping[str, str]]) -> Decimal | None:
    """What an export list declares in yuan; None where a line is in another currency or cannot be read."""
    try:
        if any(line.get("currency", "").strip() != YUAN for line in lines):
            return None
        return sum((decimal(line.get("totalPrice", "").strip()) for line in lines), Decimal(0))
    except Refused:
        return None


def _share(effect: Effect) -> tuple[Decimal, Decimal | None]:
    """(quota given back, tax set free) of a return; the whole where it names no lines."""
    if not effect.lines or effect.assessment is None:
        return effect.value or Decimal(0), None
    try:
        share = tax.return_share(effect.assessment, _quantities(effect.lines), _quantities(effect.before))
    except (Refused, ValueError):
        # customs closed the return; lines we cannot read leave the platform's own figure as it is, never too high
        return Decimal(0), Decimal(0)
    return share.quota, share.tax


def _quantities(lines: Sequence[Mapping[str, str]]) -> dict[int, Decimal]:
    back: dict[int, Decimal] = {}
    for line in lines:
        number = int(line.get("gnum", "0"))
        back[number] = back.get(number, Decimal(0)) + decimal(line.get("qty", "").strip())
    return back


def _our_tax(invt_no: str, booking: str, record: Any, released_on: Any, of: Any) -> tax.OurTax:
    sums = {
        kind: sum((Decimal(item[kind]) for item in record["items"]), Decimal(0))
        for kind in ("tariff", "consumption_tax", "vat")
    }
    return tax.OurTax(
        invt_no, booking, sums["tariff"], sums["consumption_tax"], sums["vat"], released_on, tuple(of.parties), of.buyer
    )


def _no_tax(invt_no: str, booking: str, record: Any, released_on: Any, of: Any) -> tax.OurTax:
    """What is owed of a list that was cancelled: nothing, and there are no days to pay it."""
    return tax.OurTax(invt_no, booking, Decimal(0), Decimal(0), Decimal(0), None, tuple(of.parties), of.buyer)


def _goes_on(answer: Settlement) -> bool:
    return all(fault.weight == WARNS for fault in answer.faults)


def _with(answer: Settlement, reason: tax.Reason | None) -> Settlement:
    assert reason is not None
    return replace(answer, faults=[*answer.faults, _from_reason(reason)])


def _from_reason(reason: tax.Reason, weight: str = "") -> Fault:
    whose = "declarant" if reason.whose in ("", "agent") else reason.whose
    return Fault(
        reason.code, reason.zh, reason.en, reason.source, whose, reason.official, reason.mend_zh, reason.mend_en,
        weight or clearance.REFUSES,
    )  # fmt: skip


def _from_problem(problem: Problem, weight: str = "") -> Fault:
    return Fault(
        problem.code, problem.zh, problem.en, problem.source, problem.whose or "zone", "", problem.mend_zh,
        problem.mend_en, weight or clearance.REFUSES,
    )  # fmt: skip


def _total(info: str) -> Decimal | None:
    found = _TOTAL_TOLD.search(info)
    return Decimal(found[1].replace(",", "")) if found else None
