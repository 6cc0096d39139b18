"""What a process says of a person is masked wherever it goes: handlers of logging, structlog, cells of files, error pages."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, transaction

from pilotzone.base.errors import Refused
from pilotzone.base.ids import ric
from pilotzone.kernel import log_masking
from pilotzone.kernel.personal_data import masked_problem, masked_within

PHONE = "13800138000"
DOCUMENT = "36010218900101001" + ric.calc_check_digit("36010218900101001")
NAMED = f"收件人：赵安邦，电话{PHONE}，身份证{DOCUMENT}"
WHOLE = ("赵安邦", PHONE, DOCUMENT)


@pytest.fixture
def heard() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    """A logger with a handler that was there before anybody thought of masks."""
    sink = io.StringIO()
    log, handler = logging.getLogger("pilotzone.test.masking"), logging.StreamHandler(sink)
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    yield log, sink
    log.removeHandler(handler)


def clean(text: str) -> bool:
    return not any(piece in text for piece in WHOLE)


def test_every_handler_hears_masks_only(heard: tuple[logging.Logger, io.StringIO]) -> None:
    log, sink = heard
    log.info("order of %s by %s", NAMED, {"phone": PHONE})
    log.info("100 %% of %d", 7)
    said = sink.getvalue()
    assert clean(said) and "138****8000" in said and "赵**" in said and "100 % of 7" in said


def test_a_traceback_is_masked_and_still_says_where(heard: tuple[logging.Logger, io.StringIO]) -> None:
    log, sink = heard
    try:
        raise ValueError(NAMED)
    except ValueError:
        log.exception("failed for %s", PHONE)
    said = sink.getvalue()
    assert clean(said) and "ValueError" in said and "test_log_masking.py" in said


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statement", "value", "says"),
    [
        ("INSERT INTO kernel_person (username, password) VALUES ('clerk', %s)", "pbkdf2_sha256$x", "NotNullViolation"),
        ("SELECT %s::bigint", "curious\nDETAIL: peculiar", "InvalidTextRepresentation"),
        ("SELECT %s::bigint", "98765432109876543210", "NumericValueOutOfRange"),
        ("SELECT %s::jsonb", "{curious", "InvalidTextRepresentation"),
        ("SELECT no_such_column, %s", "curious", "UndefinedColumn"),
    ],
)
def test_what_a_database_tells_of_a_row_is_not_kept(
    heard: tuple[logging.Logger, io.StringIO], statement: str, value: str, says: str
) -> None:
    log, sink = heard
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [value])
    except DatabaseError as broken:
        log.exception("failed: %s", broken)
    said = sink.getvalue()
    assert says in said and "test_log_masking.py" in said
    assert not any(piece in said for piece in value.split())


def test_a_mail_address_is_masked(heard: tuple[logging.Logger, io.StringIO]) -> None:
    log, sink = heard
    log.info("no letter to an.bang+1@mail.example.cn")
    assert "an.bang" not in sink.getvalue() and "no letter to" in sink.getvalue()
    assert "an.bang" not in str(log_masking.event(None, "info", {"event": "to an.bang@example.cn"}))


def test_a_record_that_does_not_fit_its_values_still_says_its_words(heard: tuple[logging.Logger, io.StringIO]) -> None:
    log, sink = heard
    log.info("two %s %s", PHONE)  # noqa: PLE1206 (that is the case)
    assert clean(sink.getvalue()) and "two" in sink.getvalue()


def test_django_speaks_through_the_masked_factory() -> None:
    assert logging.getLogRecordFactory() is log_masking.record


def test_an_event_is_masked_however_deep() -> None:
    told = log_masking.event(
        None,
        "info",
        {"event": NAMED, "rows": [{"who": PHONE}, (DOCUMENT,)], "n": 3, "ok": True, "e": ValueError(NAMED)},
    )
    assert clean(json.dumps(told, ensure_ascii=False, default=str)) and (told["n"], told["ok"]) == (3, True)


@pytest.mark.parametrize("cell", [PHONE, DOCUMENT, "6222021001116245702", "南昌市东湖区合成路1号", "已放行", ""])
def test_a_cell_that_is_one_value_is_its_columns_own(cell: str) -> None:
    assert masked_within(cell) == cell


def test_a_remark_in_a_file_is_masked() -> None:
    assert clean(masked_within(NAMED)) and masked_within(f"备注 {PHONE}") == "备注 138****8000"


def test_an_error_page_does_not_say_back_what_was_typed() -> None:
    told = masked_problem(Refused(code="a.b", zh=NAMED, en=f"wrong {PHONE}", fields={"who": NAMED}, whose="ebp"))
    assert isinstance(told, Refused) and told.code == "a.b" and told.whose == "ebp" and clean(str(told.as_dict()))
