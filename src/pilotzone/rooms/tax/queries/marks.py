"""The marks of records a form shows (`kernel.seen`): each export line and each paper of guarantee has its own.

Who writes such a record holds its row until the end; of one record the lines are therefore numbered in the order they are told.
"""

from __future__ import annotations

from pilotzone.kernel import seen

EXPORT_LINE, GUARANTEE_PAPER = "tax.export_line", "tax.guarantee_paper"


def line_name(list_no: str, line_no: int | str) -> str:
    """A line of a list as one name: the object of its audit lines."""
    return f"{list_no}-{line_no}"


def export_line_mark(list_no: str, line_no: int | str) -> int:
    """The mark of an export line as it stands, 0 while nobody registered it. To be asked before the line is read."""
    return seen.mark(EXPORT_LINE, line_name(list_no, line_no))
