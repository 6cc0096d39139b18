"""A text is kept whole or refused."""

from __future__ import annotations

import pytest

from pilotzone.base.errors import Refused
from pilotzone.base.texts import whole


def test_a_text_that_fits_is_kept_without_what_no_field_holds() -> None:
    assert whole(" 理\0由 ", 2) == "理由"
    assert whole("  ", 0) == ""


def test_a_longer_one_is_refused_and_names_its_entry() -> None:
    with pytest.raises(Refused) as told:
        whole("x" * 41, 40, "银行业务编号", "The bank's reference", field="reference")
    assert told.value.code == "text.long"
    assert told.value.zh == "银行业务编号超过40个字符" and "more than 40" in told.value.en
    assert told.value.fields == {"reference": "41 > 40"}
