"""`pilotzone token`: the access tokens of a firm, in the name of its administrator."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

import click


@click.group("token")
def command() -> None:
    """List, issue and revoke the access tokens of a firm, in the name of its administrator (--by)."""


BY = click.option("--by", "username", required=True, help="Sign-in name of the firm's administrator.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print data instead of text.")


@command.command("issue")
@click.argument("firm")
@click.argument("label")
@BY
@JSON
def issue(firm: str, label: str, username: str, as_json: bool) -> None:
    """Issue a token to FIRM (customs code or credit code) and print it, this once. LABEL says which system uses it."""

    def work(cursor: Any) -> list[dict[str, Any]]:
        from pilotzone.exchange import tokens

        return [{"label": " ".join(label.split()), "token": tokens.issue(cursor, label)}]

    for one in _acting(firm, username, work):
        click.echo(json.dumps(one, ensure_ascii=False) if as_json else one["token"])


@command.command("list")
@click.argument("firm")
@BY
@JSON
def list_(firm: str, username: str, as_json: bool) -> None:
    """Print the tokens of FIRM: number, label, issued, last day used, revoked. Never the tokens themselves."""

    def work(cursor: Any) -> list[dict[str, Any]]:
        from pilotzone.exchange import tokens

        return [_data(one) for one in tokens.tokens(cursor)]

    for one in _acting(firm, username, work):
        told = [str(value) for value in one.values()]
        click.echo(json.dumps(one, ensure_ascii=False) if as_json else "  ".join(told))


@command.command("revoke")
@click.argument("firm")
@click.argument("number", type=click.IntRange(1, 2**63 - 1))
@BY
@JSON
def revoke(firm: str, number: int, username: str, as_json: bool) -> None:
    """End the token NUMBER of FIRM at once."""

    def work(cursor: Any) -> list[dict[str, Any]]:
        from pilotzone.exchange import tokens

        tokens.revoke(cursor, number)
        return [_data(tokens.access_token(cursor, number))]

    for one in _acting(firm, username, work):
        click.echo(json.dumps(one, ensure_ascii=False) if as_json else f"revoked {one['id']} {one['label']}")


def _data(one: Any) -> dict[str, Any]:
    return {
        "id": one.id, "label": one.label, "created_at": one.created_at.isoformat(),
        "used_on": one.used_on.isoformat() if one.used_on else None,
        "revoked_at": one.revoked_at.isoformat() if one.revoked_at else None,
    }  # fmt: skip


def _acting(firm: str, username: str, work: Callable[[Any], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """What `work` answers, as that person in his office of administrator of that firm; exits 1 where it is refused."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilotzone.portal.settings")
    import django

    django.setup()
    from django.db import OperationalError, connection

    from pilotzone.base.errors import Problem
    from pilotzone.kernel.access.scope import scope
    from pilotzone.portal.accounts.people import acting

    try:
        with scope(acting(username, firm=firm, role_code="firm_admin")), connection.cursor() as cursor:
            return work(cursor)
    except Problem as problem:
        click.echo(f"{problem.zh} {problem.en} [{problem.code}]", err=True)
        sys.exit(1)
    except OperationalError:
        click.echo("the zone's database does not answer: start the zone with `pilotzone up`", err=True)
        sys.exit(2)
