"""A refused form is given back as it was sent: every kind of entry, in the form that was sent, and nothing secret."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.encoding import iri_to_uri

from pilotzone.ui.keeping import KeepTypedMiddleware, refilled

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
    assert '<input type="checkbox" name="roles" value="b" checked>' in page
    assert '<option value="x">x</option><option value="y" selected>' in page
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


def test_the_one_form_left_is_not_filled_with_what_was_written_of_another_record() -> None:
    page = (
        '<form method="post" action="/repay/"><input type="hidden" name="outlay" value="2"><input name="amount"></form>'
    )
    assert refilled(page, "/repay/", {"outlay": ["1"], "amount": ["9.00"]}) == page
    assert 'value="9.00"' in refilled(page, "/repay/", {"outlay": ["2"], "amount": ["9.00"]})


def test_what_other_attributes_say_stays() -> None:
    page = (
        '<details class="is open"><form method="post" action=""><input name="n" placeholder="a value=1 here" value="2">'
        '<input type="checkbox" name="c" aria-label="is checked now" checked></form></details>'
    )
    told = refilled(page, "/any/", {"n": ["3"]})
    assert '<input value="3" name="n" placeholder="a value=1 here">' in told
    assert '<input type="checkbox" name="c" aria-label="is checked now">' in told
    assert '<details open class="is open">' in told


def test_an_address_with_chinese_and_an_entry_named_like_a_revision_are_kept() -> None:
    page = f'<form method="post" action="{iri_to_uri("/赣/a b/")}"><input name="reference"></form>'
    assert '<input value="R1" name="reference">' in refilled(page, "/赣/a b/", {"reference": ["R1"]})


@pytest.mark.parametrize(
    ("body", "media"),
    [
        ("a=1&" * 1001, "application/x-www-form-urlencoded"), ("a=" + "1" * 2_700_000, "application/x-www-form-urlencoded"),
        ("a=1", "application/x-www-form-urlencoded; charset=gb18030"), ("a=1", "multipart/form-data"),
    ],
)  # fmt: skip
def test_a_form_that_cannot_be_read_leaves_the_answer_as_it_is(body: str, media: str) -> None:
    request = RequestFactory().post("/here/", body, content_type=media)
    answer = KeepTypedMiddleware(lambda _: HttpResponse(PAGE, status=400))(request)
    assert isinstance(answer, HttpResponse) and (answer.status_code, answer.content.decode()) == (400, PAGE)
