"""A refused form is given back as it was sent: every kind of entry, in the form that was sent, and nothing secret."""

from __future__ import annotations

import pytest

from pilotzone.ui.keeping import refilled

PAGE = """<form action="/search/"><input name="reason" value="find"></form>
<details class="card"><summary>甲</summary><form method="post" action="/here/"><input type="hidden" name="version" value="3"><input type="hidden" name="verb" value="one">
<input name="reason" maxlength="3"><input type="checkbox" name="roles" value="a" checked><input type="checkbox" name="roles" value="b">
<select name="kind"><option value="">—</option><option value="x" selected>x</option><option value="y">y</option></select>
<textarea name="text" rows="3">old &amp; bold</textarea><input type="password" name="pin"><input name="code" autocomplete="one-time-code">
<input name="fixed" value="told" readonly></form></details>
<form method="post" action="/here/"><input type="hidden" name="verb" value="two"><input name="reason" value="other"></form>
<form method="post" action="/there/"><input name="reason" value="elsewhere"><button formaction="/else/">x</button></form>"""
SENT = {
    "verb": ["one"], "reason": ['<b>"太长"&'], "roles": ["b"], "kind": ["y"], "text": ["新</textarea><script>"], "pin": ["1234"], "code": ["9"],
    "fixed": ["mine"],
}  # fmt: skip


def test_every_entry_of_the_form_that_was_sent_is_kept() -> None:
    page = refilled(PAGE, "/here/", SENT)
    assert '<details open class="card">' in page
    assert '<input value="&lt;b&gt;&quot;太长&quot;&amp;" name="reason" maxlength="3">' in page
    assert '<input type="checkbox" name="roles" value="a">' in page
    assert '<input checked type="checkbox" name="roles" value="b">' in page
    assert '<option value="x">x</option><option selected value="y">' in page
    assert '<textarea name="text" rows="3">新&lt;/textarea&gt;&lt;script&gt;</textarea>' in page
    for kept in (
        'value="other"',
        'value="elsewhere"',
        'value="find"',
        'name="version" value="3"',
        'value="told" readonly',
    ):
        assert kept in page
    assert "1234" not in page and 'value="9"' not in page and "mine" not in page and "old &amp; bold" not in page


def test_of_two_forms_to_one_address_the_hidden_entries_tell_which() -> None:
    page = refilled(PAGE, "/here/", {"verb": ["two"], "reason": ["second"]})
    assert '<input value="second" name="reason">' in page and '<input name="reason" maxlength="3">' in page
    assert refilled(PAGE, "/here/", {"verb": ["three"], "reason": ["nobody"]}) == PAGE


def test_a_button_may_send_its_form_elsewhere() -> None:
    assert 'value="kept" name="reason"><button' in refilled(PAGE, "/else/", {"reason": ["kept"]})


@pytest.mark.parametrize("page", ["", "<p>none", "<form method='post'", PAGE])
def test_a_page_without_that_form_stays_as_it_is(page: str) -> None:
    assert refilled(page, "/nowhere/", {"reason": ["x"]}) == page


def test_entries_of_one_name_are_kept_in_their_order_and_an_empty_one_is_emptied() -> None:
    page = (
        "<form method=post>\r\n<input name=n value=1>\n<input name=n value='2'><textarea name=t>old</textarea></form>"
    )
    told = refilled(page, "/any/", {"n": ["3", ""], "t": [""]})
    assert (
        told
        == '<form method=post>\r\n<input value="3" name=n>\n<input value="" name=n><textarea name=t></textarea></form>'
    )
