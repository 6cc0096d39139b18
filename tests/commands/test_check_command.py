"""pilotzone check, schema and template as promised in the interfaces."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from lxml import etree

from pilotzone.exchange.formats.envelope import DxpMsg, wrap
from pilotzone.exchange.formats.tests.making import made, signed
from pilotzone.portal.commands import check, schema, submit, template

DRAFT = made("CEB312")
BROKEN = DRAFT.replace(b"<ceb:returnStatus>2<", b"<ceb:returnStatus>12345678901<")


@pytest.fixture
def files(tmp_path):
    (tmp_path / "good.xml").write_bytes(DRAFT)
    (tmp_path / "bad.xml").write_bytes(BROKEN)
    return tmp_path


def run(*words: object, stdin: bytes | None = None, command=check.command):
    return CliRunner().invoke(command, [str(word) for word in words], input=stdin)


def test_an_accepted_file_is_one_line_and_exit_0(files):
    result = run(files / "good.xml", "--json", "--edition", "2018", "--on", "2020-05-10")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert told == {
        "file": str(files / "good.xml"),
        "message": "CEB312Message",
        "documents": 1,
        "accepted": True,
        "edition": "2018",
        "errors": [],
        "warnings": [],
    }


def test_a_refused_file_is_exit_1_with_all_that_was_promised(files):
    result = run(files / "good.xml", files / "bad.xml", "--json", "--on", "2020-05-10")
    assert result.exit_code == 1
    good, bad = (json.loads(line) for line in result.stdout.splitlines())
    assert good["accepted"] and not bad["accepted"]
    (error,) = bad["errors"]
    assert list(error) == ["code", "path", "line", "text_zh", "text_en", "source", "whose", "mend_zh", "mend_en"]
    assert error["whose"] == "sender" and "重新提交" in error["mend_zh"] and "send again" in error["mend_en"]
    assert error["code"] == "format.too_long"
    assert error["path"] == "/CEB312Message/OrderReturn[1]/returnStatus"
    assert "回执状态" in error["text_zh"] and "CEB312" in error["source"]


def test_the_text_says_source_whose_error_and_mend(files):
    told = run(files / "bad.xml", "--on", "2020-05-10").stdout
    assert "责任方 whose error: 发送方 sender" in told and "如何修改 how to mend: 请按所列依据改正" in told
    assert "CEB312" in told.splitlines()[3] and told.count("/CEB312Message/OrderReturn[1]/returnStatus") == 1


def test_submit_says_the_same_of_what_was_refused_and_the_place_once(capsys):
    fault = {
        "code": "format.missing", "zh": "缺少订单编号 (/CEB311Message/Order[1])", "en": "order no. missing (/CEB311Message/Order[1])",
        "source": "spec §3 CEB311", "whose": "ebp", "mend_zh": "改正后重新提交", "mend_en": "Send again",
    }  # fmt: skip
    whole = {"code": "format.empty", "text_zh": "文件是空的", "text_en": "empty", "source": "XML 1.0 §2.1"}
    document = {"position": 1, "state": "refused", "document": "CEB311Message A", "findings": [fault]}
    submit._print(
        "a.xml", {"receipt": "r1", "state": "done", "findings": [whole], "documents": [document]}, as_json=False
    )
    told = capsys.readouterr().out
    assert told.count("/CEB311Message/Order[1]") == 1 and "order no. missing  [spec §3 CEB311]" in told
    assert "电商平台企业" in told and "改正后重新提交 Send again" in told and "empty  [XML 1.0 §2.1]" in told


def test_submit_names_the_port_it_falls_back_to():
    assert "PILOTZONE_PORT" in run("--help", command=submit.command).stdout.replace("\n", "").replace(" ", "")


def test_a_code_that_is_not_on_the_list_names_the_list_once(tmp_path):
    foreign = re.sub(rb"<ceb:country>\w+<", b"<ceb:country>998<", made("CEB311"))
    (tmp_path / "order.xml").write_bytes(foreign)
    told = run(tmp_path / "order.xml", "--on", "2020-05-10", "--no-signatures").stdout
    assert "code.country" in told and "国别(地区)代码表" in told and "代码代码" not in told


def test_a_wrong_subscription_is_a_warning_and_refuses_nothing(tmp_path):
    line = {"status": "every", "dxpMode": "DXP", "dxpAddress": "DXPENT0000099999"}
    (tmp_path / "copy.xml").write_bytes(made("CEB311", subscribes=[line]))
    result = run(tmp_path / "copy.xml", "--json", "--on", "2020-05-10", "--no-signatures")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["accepted"], told["errors"]) == (0, True, [])
    assert [one["code"] for one in told["warnings"]] == ["code.subscribe_status"]
    plain = run(tmp_path / "copy.xml", "--on", "2020-05-10", "--no-signatures").stdout
    assert "通过 accepted" in plain and "code.subscribe_status" in plain and "警告 warning" in plain


def test_an_unreadable_file_is_exit_2_and_the_others_are_still_judged(files):
    result = run(files / "gone.xml", files / "bad.xml", files / "good.xml", "--json", "--on", "2020-05-10")
    assert result.exit_code == 2
    assert len(result.stdout.splitlines()) == 2
    assert len(result.stderr.splitlines()) == 1 and "gone.xml" in result.stderr


def test_a_folder_and_standard_input_are_taken(files):
    assert len(run(files, "--json", "--on", "2020-05-10").stdout.splitlines()) == 2
    result = run("-", "--json", "--on", "2020-05-10", stdin=DRAFT)
    assert json.loads(result.stdout)["file"] == "-"
    assert result.exit_code == 0


@pytest.mark.parametrize("words", [[], ["x.xml", "--edition", "1999"], ["x.xml", "--on", "yesterday"]])
def test_bad_usage_is_exit_2(words):
    assert run(*words).exit_code == 2


def test_an_envelope_is_opened(files):
    message = DxpMsg(
        "1", "DXPENT0000000001", ["DXPEDCCEB0000002"], datetime(2020, 5, 1, tzinfo=UTC), "CEB312Message", DRAFT
    )
    (files / "dxp.xml").write_bytes(wrap(message))
    told = json.loads(run(files / "dxp.xml", "--json", "--on", "2020-05-10").stdout)
    assert (told["message"], told["accepted"]) == ("CEB312Message", True)
    (files / "dxp.xml").write_bytes(wrap(message).replace(b"</Data>", b"*</Data>").replace(b":Data>", b":Data>*"))
    told = json.loads(run(files / "dxp.xml", "--json", "--on", "2020-05-10").stdout)
    assert told["errors"][0]["code"].startswith("format.")


def test_a_signature_that_proves_nothing_is_a_signature_finding(files):
    (files / "signed.xml").write_bytes(signed(made("CEB411", sign=False)))
    told = json.loads(run(files / "signed.xml", "--json", "--edition", "2018", "--on", "2020-05-10").stdout)
    assert [error["code"].partition(".")[0] for error in told["errors"]] == ["signature"]
    assert told["errors"][0]["path"] == "/CEB411Message/Signature"
    at = (files / "signed.xml").read_bytes().splitlines()[told["errors"][0]["line"] - 1]
    assert told["errors"][0]["line"] > 0 and b"Signature" in at
    result = run(files / "signed.xml", "--json", "--edition", "2018", "--on", "2020-05-10", "--no-signatures")
    assert result.exit_code == 0


def test_without_json_people_read_both_languages(files):
    result = run(files / "bad.xml", "--on", "2020-05-10")
    assert "不通过" in result.stdout and "at most 10 characters" in result.stdout


def test_check_needs_no_django(files):
    code = (
        "import sys; from pilotzone.portal.cli import main\n"
        "try: main()\n"
        "except SystemExit as end: assert end.code == 0, end.code\n"
        "assert 'django' not in sys.modules"
    )
    words = [sys.executable, "-c", code, "check", str(files / "good.xml"), "--on", "2020-05-10"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr


def test_schema_prints_an_xsd_that_judges_on_the_spot(tmp_path):
    result = run("CEB311Message", "--edition", "2018", command=schema.command)
    assert result.exit_code == 0
    judge = etree.XMLSchema(etree.fromstring(result.stdout.encode()))
    assert judge.validate(etree.fromstring(made("CEB311")))
    assert 'schemaLocation="xmldsig.xsd"' in run("311", "--portable", command=schema.command).stdout
    assert "SignedInfo" in run("xmldsig", command=schema.command).stdout
    assert len(run("--list", command=schema.command).stdout.splitlines()) == 42
    assert run("CEB213", command=schema.command).exit_code == 0  # its oldest edition is 2022
    assert run("CEB213", "--edition", "2018", command=schema.command).exit_code == 2
    assert run("CEB999", command=schema.command).exit_code == 2
    assert run(command=schema.command).exit_code == 2


def test_template_writes_a_workbook(tmp_path):
    result = run("311", "--on", "2020-05-10", "--out", tmp_path / "order.xlsx", command=template.command)
    assert result.exit_code == 0
    assert (tmp_path / "order.xlsx").read_bytes()[:2] == b"PK"
    assert run("311", "--out", tmp_path / "no" / "x.xlsx", command=template.command).exit_code == 2
    assert run("999", "--out", tmp_path / "x.xlsx", command=template.command).exit_code == 2


def test_a_folder_without_messages_is_not_passed_over_in_silence(tmp_path):
    result = run(tmp_path)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
