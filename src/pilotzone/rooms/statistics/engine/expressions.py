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

from pilotzone.rooms.statistics.errors import refused

Value = Decimal | bool | None
Names = Mapping[str, Decimal | None]
_LONGEST, _DEEPEST = 500, 24
_WIDE = Context(prec=40)
_REACH = Decimal(10) ** 30


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
            raise refused("statistics.formula", formula=self.text, why="a number is expected")
        return found

    def holds(self, facts: Names) -> bool | None:
        """Whether a condition holds; None where it cannot be said."""
        found = _walk(self.tree, facts, self.text)
        if isinstance(found, Decimal):
            raise refused("statistics.formula", formula=self.text, why="a condition is expected")
        return found


@lru_cache(maxsize=2048)
def formula(text: str) -> Formula:
    """The formula of a text, or `statistics.formula` with what is wrong."""
    if not isinstance(text, str) or not text.strip() or len(text) > _LONGEST:
        raise refused("statistics.formula", formula=str(text)[:80], why=f"1 to {_LONGEST} characters")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise refused("statistics.formula", formula=text[:80], why="cannot be read") from error
    names: set[str] = set()
    _allowed(tree, text, names, 0)
    return Formula(text.strip(), frozenset(names), tree)


def _allowed(node: ast.AST, text: str, names: set[str], depth: int) -> None:
    why = ""
    if depth > _DEEPEST:
        why = "too deep"
    elif isinstance(node, ast.Name):
        if node.id in _FUNCTIONS or not node.id.isascii():
            why = f"{node.id} is no fact"
        names.add(node.id)
    elif isinstance(node, ast.Constant):
        if type(node.value) not in (int, float):
            why = f"{node.value!r} is no number"
        elif abs(Decimal(str(node.value))) > _REACH:
            why = "a number too large"
    elif isinstance(node, ast.Call):
        if not isinstance(node.func, ast.Name) or node.func.id not in _FUNCTIONS or node.keywords or not node.args:
            why = "an unknown function"
        elif node.func.id in _ONE and len(node.args) != 1:
            why = f"{node.func.id} takes one value"
    elif isinstance(node, ast.BinOp):
        why = "" if type(node.op) in _ARITHMETIC else "an operation that is not allowed"
    elif isinstance(node, ast.UnaryOp):
        why = "" if isinstance(node.op, ast.USub | ast.Not) else "an operation that is not allowed"
    elif isinstance(node, ast.Compare):
        why = "" if all(type(op) in _COMPARISONS for op in node.ops) else "a comparison that is not allowed"
    elif not isinstance(node, ast.BoolOp):
        why = f"{type(node).__name__} is not allowed"
    if why:
        raise refused("statistics.formula", formula=text[:80], why=why)
    for below in ast.iter_child_nodes(node):
        if not isinstance(below, ast.expr) or (isinstance(node, ast.Call) and below is node.func):
            continue
        _allowed(below, text, names, depth + 1)


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
        raise refused("statistics.formula", formula=text[:80], why="a number too large") from error


def _number(value: Value, text: str) -> Decimal | None:
    if isinstance(value, bool):
        raise refused("statistics.formula", formula=text[:80], why="a number is expected")
    return value


def _condition(value: Value, text: str) -> bool | None:
    if isinstance(value, Decimal):
        raise refused("statistics.formula", formula=text[:80], why="a condition is expected")
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
