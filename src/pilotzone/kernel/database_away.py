"""Whether a failed statement says that the database is away, or busy for the moment, by its SQLSTATE."""

from __future__ import annotations

import psycopg
from django.db import InterfaceError, OperationalError

# SQLSTATE of a server that ends, begins or lost the line; of one that is full, or at odds with another session for the moment
AWAY, BUSY = ("08", "57P"), ("40", "53", "55P03")
UNREACHED = (psycopg.OperationalError, psycopg.InterfaceError, OperationalError, InterfaceError)


def sqlstate(failure: BaseException) -> str:
    """What the server called it; "" where it told nothing. Django wraps what psycopg raised."""
    error = failure if isinstance(failure, psycopg.Error) else failure.__cause__
    return (error.sqlstate or "") if isinstance(error, psycopg.Error) else ""


def away(failure: BaseException) -> bool:
    """Whether the server was not reached at all, or left."""
    state = sqlstate(failure)
    return state.startswith(AWAY) if state else isinstance(failure, UNREACHED)


def passing(failure: BaseException) -> bool:
    """Whether the same may pass a little later: nobody answered, or a server that is away or busy for the moment."""
    return away(failure) or sqlstate(failure).startswith(BUSY)
