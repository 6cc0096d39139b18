"""`pilotzone tax import|export|parcel`: one JSON object a line in and out, with no server and no Django."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from pilotzone.rooms.tax import api

ALL_TAXED, WITH_REFUSALS, UNREADABLE = 0, 1, 2
_LONGEST = 1 << 20


@click.group()
def command() -> None:
    """Tax of retail import 跨境电商综合税 and of export 出口退（免）税."""


@command.command("import")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line; without it, one readable line each.")
def import_(as_json: bool) -> None:
    """Tax each order read from standard input; exit 1 when one was refused, 2 when the input cannot be read."""
    refused = False
    write, show = sys.stdout.buffer.write, api.as_line if as_json else api.as_sentence
    try:
        for text in _lines():
            answer = api.answer(text)
            refused |= answer["channel"] == "refused"
            write(f"{show(answer)}\n".encode())
    except (OSError, UnicodeDecodeError) as error:
        sys.stdout.flush()
        click.echo(f"cannot read the orders, one JSON object a line in UTF-8 is wanted: {error}", err=True)
        sys.exit(UNREADABLE)
    sys.stdout.flush()
    sys.exit(WITH_REFUSALS if refused else ALL_TAXED)


@command.command("parcel")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line; without it, one readable line each.")
def parcel(as_json: bool) -> None:
    """Tax each parcel 行邮税 read from standard input.

    A line: {"id","on","articles":[{"group":1,"value":"100.00"}],"from_hkmotw","one_indivisible"}; groups 1 to 3 as in
    the rate table. Exit 1 when one was refused, 2 when the input cannot be read.
    """
    refused = False
    try:
        for text in _lines():
            told = api.parcel_answer(text)
            refused |= told["channel"] == "refused"
            if as_json:
                shown = api.as_line(told)
            else:
                said = [f"{one['code']} {one['text_zh']} / {one['text_en']}" for one in told["reasons"]]
                shown = "  ".join([f"{told['id']!a}", told["channel"], told["total"] or "?", *said])
            sys.stdout.buffer.write(f"{shown}\n".encode())
    except (OSError, UnicodeDecodeError) as error:
        sys.stdout.flush()
        click.echo(f"cannot read the parcels, one JSON object a line in UTF-8 is wanted: {error}", err=True)
        sys.exit(UNREADABLE)
    sys.stdout.flush()
    sys.exit(WITH_REFUSALS if refused else ALL_TAXED)


@command.command("export")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line; without it, one readable line each.")
def export(as_json: bool) -> None:
    """Answer each question of the export side 出口退（免）税 read from standard input.

    A line names `what`: treatment, refund 免退税, production 免抵退, deemed 核定征收, promotion 推广费, prerefund 离境即退税,
    clock 办理时限 or deadline 申报期限, for example {"what":"deemed","year":2021,"revenue":"20000000.00"}; the fields of each
    are in docs/cli.md. Exit 1 when one was refused, 2 when the input cannot be read.
    """
    refused = False
    try:
        for text in _lines():
            told = api.export_answer(text)
            refused |= told["result"] is None
            if as_json:
                shown = api.as_line(told)
            else:
                said = [f"{one['code']} {one['text_zh']} / {one['text_en']}" for one in told["reasons"]]
                plain = {k: v for k, v in (told["result"] or {}).items() if isinstance(v, str | int | bool)}
                shown = "  ".join([f"{told['id']!a}", told["what"], *(f"{k}={v}" for k, v in plain.items()), *said])
            sys.stdout.buffer.write(f"{shown}\n".encode())
    except (OSError, UnicodeDecodeError) as error:
        sys.stdout.flush()
        click.echo(f"cannot read the questions, one JSON object a line in UTF-8 is wanted: {error}", err=True)
        sys.exit(UNREADABLE)
    sys.stdout.flush()
    sys.exit(WITH_REFUSALS if refused else ALL_TAXED)


def _lines() -> Iterator[str]:
    """Lines that are not blank. A line longer than a mebibyte comes as an empty text, which is no JSON."""
    if sys.stdin is None:
        raise OSError("standard input is closed")
    source = sys.stdin.buffer
    first = True
    while raw := source.readline(_LONGEST):
        if not raw.endswith(b"\n") and len(raw) == _LONGEST:
            while (rest := source.readline(_LONGEST)) and not rest.endswith(b"\n"):
                pass
            yield ""
            continue
        text = raw.decode("utf-8-sig" if first else "utf-8")
        first = False
        if text.strip():
            yield text
