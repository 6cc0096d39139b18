"""Every sentence this room can say when it refuses, warns or waits: one table, code by code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pilotzone.base.sentences import Sentences

REFUSES, WARNS = "refuses", "warns"
_FORM = "data/filing/form.yaml"

# code: (zh, en, source, whose, mend_zh, mend_en, official)
SENTENCES = Sentences({
    "rule.filing.uscc_form": (
        "“{value}”不是18位统一社会信用代码", "“{value}” is no 18-character credit code", "GB 32100-2015", "firm",
        "按营业执照填写", "Give it as the business licence has it", "",
    ),
    "rule.filing.uscc_check": (
        "统一社会信用代码{value}的校验位不符；早期发放的个别代码如此，可附佐证后继续",
        "The check character of {value} does not fit; some early codes are so: go on with evidence",
        "GB 32100-2015", "firm", "核对代码，或填写佐证（如营业执照扫描件编号）",
        "Check the code, or say what proves it (such as the number of the scanned licence)", "",
    ),
    "rule.filing.roles": (
        "请选择企业类型", "Choose what the firm is", "data/units/roles.yaml", "firm", "至少一种，可多选", "One or more", "",
    ),
    "rule.filing.unknown_field": (
        "备案表没有“{value}”这一项", "The form has no field “{value}”", _FORM, "firm", "使用当前模板", "Use the present template", "",
    ),
    "rule.filing.missing": (
        "{zh}未填写", "{en} is missing", _FORM, "firm", "补充该项", "Fill it in", "",
    ),
    "rule.filing.too_long": (
        "{zh}超过{most}字", "{en} is longer than {most} characters", _FORM, "firm", "缩短后再填", "Shorten it", "",
    ),
    "rule.filing.value": (
        "{zh}“{value}”格式不正确", "{en} “{value}” is not of the right form", _FORM, "firm", "改正该项", "Correct it", "",
    ),
    "rule.filing.choice": (
        "{zh}只能是：{choices}", "{en} is one of: {choices}", _FORM, "firm", "从列出的值中选择", "Choose one of them", "",
    ),
    "rule.filing.past": (
        "{zh}{value}已过", "{en} {value} is past", _FORM, "firm", "续签后填写新的日期", "Renew it and give the new day", "",
    ),
    "rule.filing.unit": (
        "没有代码为{value}的县区或园区", "There is no county or park {value}", "data/units", "firm",
        "填写本平台的单位代码", "Give a unit code of this platform", "",
    ),
    "rule.filing.scope": (
        "支付业务范围须含“互联网支付”", "The scope of payment business must include “互联网支付”",
        "海关总署公告2018年第194号", "firm", "补充业务范围，或以金融许可证备案",
        "Complete the scope, or file with a financial licence", "",
    ),
    "rule.filing.licence_missing": (
        "缺少{zh}", "{en} is missing", _FORM, "firm", "登记证照编号和有效期", "Give its number and days", "",
    ),
    "rule.filing.licence_form": (
        "{zh}须有编号，日期写作yyyy-mm-dd，失效日不早于生效日",
        "{en} needs its number, days as yyyy-mm-dd, and an end not before its beginning", _FORM, "firm",
        "改正证照", "Correct the licence", "",
    ),
    "rule.filing.licence_ended": (
        "{zh}{number}已于{day}到期", "{en} {number} ended on {day}", _FORM, "firm", "登记续期后的证照",
        "Give the renewed licence", "",
    ),
    "rule.filing.licence_words": (
        "{zh}的业务范围须含“{words}”", "The scope of {en} must include “{words}”", _FORM, "firm",
        "按证照填写业务范围", "Give the scope as the licence has it", "",
    ),
    "rule.filing.licence_kind": (
        "没有“{value}”这种证照", "There is no kind of licence “{value}”", _FORM, "firm", "从列表中选择", "Choose from the list", "",
    ),
    "rule.filing.differs": (
        "{zh}在各登记机关不一致", "The registers differ on {en}", _FORM, "firm",
        "以首列登记机关为准；请向其余机关办理变更", "The first register's word counts; have the others changed", "",
    ),
    "rule.filing.register_away": (
        "{register}登记暂时查不到，稍后再核对", "The register of {register} is away; ask again later", _FORM, "platform",
        "稍后点“重新核对”", "Ask again later", "",
    ),
    "rule.filing.register_unknown": (
        "{register}没有该单位的登记", "{register} does not know this body", _FORM, "firm",
        "先办理登记，或核对代码", "Register there first, or check the code", "",
    ),
    "rule.filing.entity_status": (
        "市场监管登记状态为“{value}”", "The entity's status is “{value}”", "市场主体登记管理条例", "firm",
        "恢复登记后再备案", "Restore the registration first", "",
    ),
    "rule.filing.taken": (
        "海关编码{value}已登记在另一单位名下", "The customs code {value} belongs to another body", _FORM, "firm",
        "核对海关编码", "Check the customs code", "",
    ),
    "rule.filing.not_verified": (
        "请先由法定代表人或经办人验证身份", "The legal representative or an authorised handler verifies himself first",
        "平台备案承诺书", "firm", "用电子营业执照或单一窗口账号验证", "Use the electronic licence or the single window", "",
    ),
    "rule.filing.commitment": (
        "承诺书未全部勾选", "Not every commitment is signed", _FORM, "firm", "逐条阅读后勾选", "Read and tick each", "",
    ),
    "rule.filing.proof_other": (
        "所验证的身份不属于本单位", "Who was verified does not belong to this body", "电子营业执照（模拟）", "firm",
        "由法定代表人或登记的经办人验证", "Let the legal representative or a registered handler do it", "",
    ),
    "registry.filing.moved": (
        "这份备案已由{who}于{when}办理“{what}”，您的操作没有生效", "{who} did “{what_en}” to this filing at {when}; yours did nothing",
        "docs/glossary.md 备案", "zone", "请按最新状态再办理", "Look at its present state and decide again", "",
    ),
    "registry.filing.state": (
        "“{state}”的备案不能{verb}", "A filing that is {state_en} cannot be: {verb_en}", "rooms/registry/engine/states.py", "zone",
        "请按页面给出的办理项操作", "Use what the page offers", "",
    ),
    "registry.filing.reason": (
        "请写明事由", "Say why", "rooms/registry/engine/states.py", "zone", "填写事由（至多300字）", "Give the reason", "",
    ),
    "registry.filing.own": (
        "填报人不得审核本人填报的备案", "Who filled a filing in does not review it", "data/units/roles.yaml apart", "zone",
        "由另一人办理", "Let somebody else do it", "",
    ),
    "registry.filing.prereview": (
        "尚待{unit}初审（限{due}前）", "{unit} has to review it first (by {due})", "data/rates/filing.yaml", "district",
        "逾期未初审的可直接受理", "It can be accepted once that day is past", "",
    ),
    "registry.filing.findings": (
        "备案表还有{count}处须更正", "The form has {count} faults to mend", _FORM, "firm", "按列出的各项更正", "Mend them as listed", "",
    ),
    "registry.filing.remarks": (
        "退回须逐项写明意见", "Say what is wrong, field by field", "rooms/registry/engine/states.py", "zone",
        "至少填写一项意见或总的事由", "Give one remark or a reason", "",
    ),
    "registry.filing.no_change": (
        "没有任何变更", "Nothing is changed", "rooms/registry/engine/states.py", "firm", "修改后再提交", "Change something first", "",
    ),
    "registry.filing.day": (
        "日期须为今天起一年之内", "The day is today or within a year", "rooms/registry/engine/states.py", "zone", "改正日期",
        "Correct the day", "",
    ),
    "registry.filing.day_unread": (
        "日期“{text}”无法识别", "“{text}” is no day", "rooms/registry/web", "zone", "按年-月-日填写，如2021-06-01", "Write it yyyy-mm-dd, as 2021-06-01", "",
    ),
    "registry.filing.exists": (
        "该代码已有备案", "There is a filing of this code", "rooms/registry/engine/states.py", "firm",
        "由该单位人员登录办理", "Its own people go on with it", "",
    ),
    "registry.public.unknown": (
        "没有代码为{value}的有效备案", "There is no filing in force of the code {value}", "docs/glossary.md 备案", "",
        "核对统一社会信用代码或海关编码", "Check the credit code or the customs code", "",
    ),
    "registry.upload.file": (
        "文件不能读取：请用本页模板（xlsx或csv，至多{rows}行、{mb} MB）",
        "The file cannot be read: use this page's template (xlsx or csv, at most {rows} rows, {mb} MB)",
        "rooms/registry/engine/sheet.py", "district", "重新下载模板填写", "Fill in the template again", "",
    ),
    "registry.upload.twice": (
        "与第{row}行代码重复", "The same code as in row {row}", "rooms/registry/engine/sheet.py", "district", "删去重复行",
        "Drop the repeated row", "",
    ),
    "registry.upload.elsewhere": (
        "该单位的备案属于{unit}，不能由本单位填报", "This body's filing belongs to {unit}", "rooms/registry/engine/sheet.py",
        "district", "请其所属单位填报", "Let its own unit draft it", "",
    ),
    "registry.upload.begun": (
        "企业已在自行填写这份备案，草稿不再由文件改动", "The firm fills this filing in itself; a file changes it no more",
        "rooms/registry/engine/sheet.py", "district", "由企业继续填写", "The firm goes on with it", "",
    ),
    "registry.upload.confirmed": (
        "该单位的备案已由企业确认（{state}），草稿不再改动", "The firm has confirmed its filing ({state}); drafts change it no more",
        "rooms/registry/engine/sheet.py", "district", "由企业办理变更", "The firm changes it itself", "",
    ),
})  # fmt: skip

refused, denied = SENTENCES.refused, SENTENCES.denied


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong or odd with a field; `weight` REFUSES or WARNS."""

    field: str
    code: str
    zh: str
    en: str
    weight: str
    source: str
    mend_zh: str = ""
    mend_en: str = ""

    def as_dict(self) -> dict[str, str]:
        """Plain data."""
        return {name: getattr(self, name) for name in self.__slots__}


def finding(field: str, code: str, *, weight: str = REFUSES, source: str = "", **values: Any) -> Finding:
    """The sentence of `code` about a field."""
    told = SENTENCES.reason(code, source=source, **values)
    return Finding(field, code, told.zh, told.en, weight, told.source, told.mend_zh, told.mend_en)
