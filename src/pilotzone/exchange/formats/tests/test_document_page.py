"""The documentation of messages is whole."""

from __future__ import annotations

from pilotzone.exchange.formats.document_page import catalogue, differences, page
from pilotzone.exchange.formats.tests.making import EVERY


def test_every_message_has_its_row_and_its_page():
    assert len(catalogue()) == 42
    assert sum(row["fields"] for row in catalogue()) == 749
    for name, edition in EVERY:
        told = page(name, edition)
        assert told["zh"] and told["en"] and told["parts"][0]["fields"][0]["zh"]


def test_the_differences_of_the_editions_are_listed():
    told = {(row["part"], row["element"]): (row["before"], row["after"]) for row in differences("CEB621")}
    # the two import facets that 202205 changed, and nothing else
    assert told == {
        ("InventoryList", "itemNo"): ("C..30", "C..20"),
        ("InventoryList", "tradeCountry"): ("C3", "C1..3"),
    }
    assert differences("CEB213") == []
    told = {(row["part"], row["element"]): (row["before"], row["after"]) for row in differences("CEB792")}
    assert told[("SummaryResultList", "gseqno")] == ("–", "int(5)")
    assert told[("SummaryResultList", "")] == ("0..100", "0..n")
    told = {row["element"]: row["after"] for row in differences("CEB603")}
    assert told["fFlag"] == "C1, fixed 3"
    assert told["wrapType"] == "C1, collapse"
