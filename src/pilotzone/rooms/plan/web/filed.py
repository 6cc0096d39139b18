"""The same official papers as PDF for the file: sealed, so that /verify/ tells whether a copy was changed."""

from __future__ import annotations

import hashlib

from django.conf import settings

from pilotzone.kernel import clock
from pilotzone.rooms.plan.web.layout import Sheet
from pilotzone.ui.paper import drawing, seal
from pilotzone.ui.paper.sheet import Column, Table, canonical
from pilotzone.ui.paper.sheet import Sheet as Printed

KIND = "plan.paper"


def pdf_of(sheet: Sheet, name: str, address: str) -> bytes:
    """A paper in Chinese, as the .docx says it. `address`: the page of its record, to which its code leads.

    Unavailable `paper.font` and as drawing says.
    """
    told = printed(sheet).as_dict()
    digest = hashlib.sha256(canonical(told)).hexdigest()
    now, zone = clock.now(), settings.ZONE_NAMES["zh"]
    one = drawing.Printed(
        sheet=told, language="zh", zone=zone, issuer=sheet.signed, number=name, digest=digest, verify=address, issued_at=now,
        demo=clock.is_demo(),
    )  # fmt: skip
    statement = {
        "number": name, "kind": KIND, "code": "", "digest": digest, "issued_at": now.isoformat(), "language": "zh",
        "address": address, "content": told,
    }  # fmt: skip
    return seal.sealed(drawing.pdf([one]), [statement])


def printed(sheet: Sheet) -> Printed:
    """The paper's blocks as tables: a section's lines numbered under its heading, a table under that of a section without lines."""
    lead: list[str] = []
    tables: list[Table] = []
    over = ""  # the heading of a section whose lines are the table that follows
    for block in sheet.blocks:
        if isinstance(block, str):
            lead.append(block)
        elif isinstance(block, tuple):
            heading, lines = block
            over = "" if lines else heading
            if lines:
                rows = [[str(at), line] for at, line in enumerate(lines, 1)]
                tables.append(Table(heading, [Column("序号", share=0.12), Column("内容")], rows))
        else:
            (head, *rows), heading, over = block, over, ""
            tables.append(
                Table(heading, [Column(title, share=3.0 if at == 1 else 1.0) for at, title in enumerate(head)], rows)
            )
    notes = [f"{sheet.signed} {sheet.day}", *filter(None, [sheet.note])]
    return Printed(title=sheet.title, lead=" ".join(lead), addressee=sheet.to, tables=tables, notes=notes)
