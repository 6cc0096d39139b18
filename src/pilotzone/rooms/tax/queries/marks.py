"""The marks of records a form shows (`kernel.seen`): each export line, each paper of guarantee and each firm's refund profile has its own.

Who writes such a record holds its row until the end; of one record the lines are therefore numbered in the order they are told.
"""

from __future__ import annotations

from pilotzone.kernel import seen

EXPORT_LINE, GUARANTEE_PAPER, EXPORT_FIRM = "tax.export_line", "tax.guarantee_paper", "tax.export_firm"


def line_name(list_no: str, line_no: int | str) -> str:
    """A line of a list as one name: the object of its audit lines."""
    return f"{list_no}-{line_no}"


def export_line_mark(list_no: str, line_no: int | str) -> int:
    """The mark of an export line as it stands, 0 while nobody registered it. To be asked before the line is read."""
    return seen.mark(EXPORT_LINE, line_name(list_no, line_no))


def export_firm_mark(firm: int) -> int:
    """The mark of what is recorded of an exporting firm, 0 while nothing is. To be asked before it is read."""
    return seen.mark(EXPORT_FIRM, firm)
