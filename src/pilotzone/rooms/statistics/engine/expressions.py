"""Formulas in data files: a small language of numbers, names, + − × ÷, comparisons and six functions; nothing is executed.

Read with Python's own parser and walked; whatever is not on the list is refused `statistics.formula`. Numbers are decimals.
Division by zero gives no value (None), and what is reckoned with no value has none: never NaN.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, DecimalException
from functools import lru_cache

from pilotzone.base.errors import Refused
from pilotzone.rooms.statistics.errors import refused

Value = Decimal | bool | None
Names = Mapping[str, Decimal | None]
_LONGEST, _DEEPEST = 500, 24
_WIDE = Context(prec=40)
_REACH = Decimal(10) ** 30
Why = tuple[str, str]  # in Chinese, in English
_TOO_DEEP: Why = ("层次过深", "too deep")
_TOO_LARGE: Why = ("数过大", "a number too large")
_NOT_ALLOWED: Why = ("有不允许的运算", "an operation that is not allowed")
_NUMBER: Why = ("此处应为数", "a number is expected")
_CONDITION: Why = ("此处应为条件", "a condition is expected")


@dataclass(frozen=True)
class Formula:
    """A formula that was checked: its text, the names it needs."""

    text: str
    names: frozenset[str]
    tree: ast.expr

    def value(self, facts: Names) -> Decimal | None:
        """The number; None where a fact has none or a divisor is zero. A name without entry is refused `statistics.formula.fact`."""
        found = _walk(self.tree, facts, self.text)
        if isinstance(found, bool):
            raise _refused(self.text, _NUMBER)
        return found

    def holds(self, facts: Names) -> bool | None:
        """Whether a condition holds; None where it cannot be said."""
        found = _walk(self.tree, facts, self.text)
        if isinstance(found, Decimal):
            raise _refused(self.text, _CONDITION)
        return found


@lru_cache(maxsize=2048)
def formula(text: str) -> Formula:
    """The formula of a text, or `statistics.formula` with what is wrong."""
    if not isinstance(text, str) or not text.strip() or len(text) > _LONGEST:
        raise _refused(text, (f"须为1至{_LONGEST}个字符", f"1 to {_LONGEST} characters"))
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise _refused(text, ("无法解读", "it cannot be read")) from error
    names: set[str] = set()
    _allowed(tree, text, names, 0)
    return Formula(text.strip(), frozenset(names), tree)


def _allowed(node: ast.AST, text: str, names: set[str], depth: int) -> None:
    why = _TOO_DEEP if depth > _DEEPEST else _wrong_with(node)
    if why:
        raise _refused(text, why)
    if isinstance(node, ast.Name):
        names.add(node.id)
    for below in ast.iter_child_nodes(node):
        if not isinstance(below, ast.expr) or (isinstance(node, ast.Call) and below is node.func):
            continue
        _allowed(below, text, names, depth + 1)


def _wrong_with(node: ast.AST) -> Why | None:
    if isinstance(node, ast.Name):
        bad = node.id in _FUNCTIONS or not node.id.isascii()
        return (f"{node.id}不是数据名", f"{node.id} is no fact") if bad else None
    if isinstance(node, ast.Constant):
        if type(node.value) not in (int, float):
            return f"{node.value!r}不是数", f"{node.value!r} is no number"
        return _TOO_LARGE if abs(Decimal(str(node.value))) > _REACH else None
    if isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name not in _FUNCTIONS or node.keywords or not node.args:
            return "函数不在允许之列", "an unknown function"
        return (f"{name}只取一个值", f"{name} takes one value") if name in _ONE and len(node.args) != 1 else None
    if isinstance(node, ast.BinOp):
        return None if type(node.op) in _ARITHMETIC else _NOT_ALLOWED
    if isinstance(node, ast.UnaryOp):
        return None if isinstance(node.op, ast.USub | ast.Not) else _NOT_ALLOWED
    if isinstance(node, ast.Compare):
        return None if all(type(op) in _COMPARISONS for op in node.ops) else _NOT_ALLOWED
    return None if isinstance(node, ast.BoolOp) else _NOT_ALLOWED


def _refused(text: str, why: Why) -> Refused:
    return refused("statistics.formula", formula=str(text)[:80], why=why[0], why_en=why[1])


def _walk(node: ast.expr, facts: Names, text: str) -> Value:
    if isinstance(node, ast.Name):
        if node.id not in facts:
            raise refused("statistics.formula.fact", fact=node.id)
        found = facts[node.id]
        if found is not None and not found.is_finite():
            raise refused("statistics.number", what=node.id)
        return found
    if isinstance(node, ast.Constant):
        return Decimal(str(node.value))
    if isinstance(node, ast.BoolOp):
        every = [_condition(_walk(one, facts, text), text) for one in node.values]
        decided = isinstance(node.op, ast.Or)  # one True decides an "or", one False an "and"
        if decided in every:
            return decided
        return None if None in every else not decided
    if isinstance(node, ast.UnaryOp):
        inner = _walk(node.operand, facts, text)
        if isinstance(node.op, ast.Not):
            told = _condition(inner, text)
            return None if told is None else not told
        number = _number(inner, text)
        return None if number is None else -number
    if isinstance(node, ast.Compare):
        values = [_number(_walk(one, facts, text), text) for one in (node.left, *node.comparators)]
        pairs = zip(values, node.ops, values[1:], strict=False)
        if any(value is None for value in values):
            return None
        return all(_COMPARISONS[type(op)](a, b) for a, op, b in pairs if a is not None and b is not None)
    if isinstance(node, ast.BinOp):
        left, right = (_number(_walk(one, facts, text), text) for one in (node.left, node.right))
        return None if left is None or right is None else _reckoned(type(node.op), left, right, text)
    assert isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    given = [_number(_walk(one, facts, text), text) for one in node.args]
    if node.func.id == "known":  # the values there are, added up; none where there is none
        there = [one for one in given if one is not None]
        return sum(there, Decimal(0)) if there else None
    if any(one is None for one in given):
        return None
    return _FUNCTIONS[node.func.id](*[one for one in given if one is not None])


def _reckoned(kind: type[ast.operator], left: Decimal, right: Decimal, text: str) -> Decimal | None:
    if kind is ast.Div and not right:
        return None
    try:
        return _ARITHMETIC[kind](left, right)
    except DecimalException as error:
        raise _refused(text, _TOO_LARGE) from error


def _number(value: Value, text: str) -> Decimal | None:
    if isinstance(value, bool):
        raise _refused(text, _NUMBER)
    return value


def _condition(value: Value, text: str) -> bool | None:
    if isinstance(value, Decimal):
        raise _refused(text, _CONDITION)
    return value


def _sum(*values: Decimal) -> Decimal:
    return sum(values, Decimal(0))


_ARITHMETIC: dict[type, Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: _WIDE.add, ast.Sub: _WIDE.subtract, ast.Mult: _WIDE.multiply, ast.Div: _WIDE.divide,
}  # fmt: skip
_COMPARISONS: dict[type, Callable[[Decimal, Decimal], bool]] = {
    ast.Eq: lambda a, b: a == b, ast.NotEq: lambda a, b: a != b, ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b, ast.Gt: lambda a, b: a > b, ast.GtE: lambda a, b: a >= b,
}  # fmt: skip
_FUNCTIONS: dict[str, Callable[..., Decimal]] = {
    "min": min, "max": max, "abs": abs, "sum": _sum, "sqrt": lambda a: _WIDE.sqrt(max(a, Decimal(0))), "known": _sum,
}  # fmt: skip
_ONE = {"abs", "sqrt"}
