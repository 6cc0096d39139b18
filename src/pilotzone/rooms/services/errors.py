"""Every sentence this room can say when it refuses or finds something wrong: one table, code by code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pilotzone.base.sentences import Sentences

_ITEM, _FORM = "data/services/README.md", "data/services"
_STATES = "rooms/services/engine/states.py"
_HELP = "rooms/services/README.md"

# code: (zh, en, source, whose, mend_zh, mend_en)
SENTENCES = Sentences({
    "format.item.yaml": ("不是可读的YAML：{why}", "This is no readable YAML: {why}", _ITEM, "zone", "改正该行", "Mend the line"),
    "format.item.missing": ("缺少“{name}”", "“{name}” is missing", _ITEM, "zone", "补上该项", "Give it"),
    "format.item.unknown": ("没有“{name}”这一项", "There is no “{name}” here", _ITEM, "zone", "删去或改名", "Remove or rename it"),
    "format.item.value": ("“{name}”须为{wanted}", "“{name}” must be {wanted_en}", _ITEM, "zone", "改正该项", "Correct it"),
    "format.item.name": ("文件名须与key一致：{key}.yaml", "The file is named after its key: {key}.yaml", _ITEM, "zone", "改文件名或key", "Rename the file or the key"),
    "code.item.unit": ("没有代码为“{value}”的单位", "There is no unit “{value}”", "data/units/units.yaml", "zone", "使用单位代码", "Use a unit's code"),
    "code.item.role": ("没有“{value}”这种企业类型", "There is no kind of firm “{value}”", "data/units/roles.yaml", "zone", "使用企业类型代码", "Use the code of a kind"),
    "code.item.action": ("没有“{value}”这一权限", "There is no right “{value}”", "data/units/roles.yaml", "zone", "使用权限代码", "Use the key of a right"),
    "rule.item.twice": ("“{value}”出现两次", "“{value}” stands there twice", _ITEM, "zone", "删去一处", "Drop one"),
    "rule.item.pattern": ("“{value}”不是正则表达式", "“{value}” is no regular expression", _ITEM, "zone", "改正表达式", "Correct it"),
    "rule.form.missing": ("{zh}未填写", "{en} is missing", _FORM, "firm", "补充该项", "Fill it in"),
    "rule.form.unknown": ("申请表没有“{value}”这一项", "The form has no field “{value}”", _FORM, "firm", "按本事项的表填写", "Use the form of this item"),
    "rule.form.type": ("{zh}须为{wanted}", "{en} must be {wanted_en}", _FORM, "firm", "改正该项", "Correct it"),
    "rule.form.too_long": ("{zh}超过{most}字", "{en} is longer than {most} characters", _FORM, "firm", "缩短后再填", "Shorten it"),
    "rule.form.too_short": ("{zh}不足{least}字", "{en} is shorter than {least} characters", _FORM, "firm", "补充内容", "Say more"),
    "rule.form.choice": ("{zh}只能从列出的值中选择", "{en} is one of the values listed", _FORM, "firm", "从列表选择", "Choose from the list"),
    "rule.form.pattern": ("{zh}“{value}”格式不正确", "{en} “{value}” is not of the right form", _FORM, "firm", "改正该项", "Correct it"),
    "rule.form.low": ("{zh}不得小于{low}", "{en} is not less than {low}", _FORM, "firm", "改正数值", "Correct the number"),
    "rule.form.high": ("{zh}不得大于{high}", "{en} is not more than {high}", _FORM, "firm", "改正数值", "Correct the number"),
    "rule.form.places": ("{zh}至多{places}位小数", "{en} has at most {places} decimal places", _FORM, "firm", "四舍五入后再填", "Round it first"),
    "rule.form.true": ("须勾选“{zh}”", "“{en}” must be ticked", _FORM, "firm", "确认后勾选", "Tick it"),
    "rule.form.ahead": ("{zh}须为今天或以后", "{en} is today or later", _FORM, "firm", "改正日期", "Correct the day"),
    "rule.material.missing": ("缺少材料：{zh}", "A paper is missing: {en}", _FORM, "firm", "上传该材料", "Upload it"),
    "rule.material.kind": ("{zh}只接受{kinds}文件，且内容与扩展名一致", "{en}: only {kinds}, the content as the name says", _FORM, "firm", "换用所列格式", "Use one of the kinds"),
    "rule.material.large": ("{zh}不得超过{most} MB，也不能是空文件", "{en}: at most {most} MB and not empty", _FORM, "firm", "压缩后再上传", "Make it smaller"),
    "rule.material.unknown": ("本事项没有“{value}”这项材料", "This item asks for no paper “{value}”", _FORM, "firm", "按材料清单上传", "Use the list of papers"),
    "service.firm.suspended": ("该企业已暂停或注销，不能申请", "The firm is suspended or cancelled and cannot apply", "data/units/roles.yaml", "firm", "恢复后再申请", "Apply once that is lifted"),
    "service.firm.filing": ("本事项须先完成平台备案且备案有效", "This item needs a filing in force", "rooms/registry/README.md", "firm", "先办理企业备案", "File the firm first"),
    "service.firm.licence": ("备案中的证照已到期：{kinds}", "A licence of the filing has ended: {kinds}", "rooms/registry/README.md", "firm", "更新证照后再申请", "Renew it in the filing first"),
    "service.firm.role": ("本事项面向：{who}", "This item is for: {who_en}", _FORM, "firm", "由相应类型的企业申请", "Let a firm of that kind apply"),
    "service.agent.mandate": ("没有{name}对本事项有效的代办授权", "There is no mandate of {name} for this item today", _HELP, "firm", "由委托企业在“代办授权”中授予", "Let the principal give one under “代办授权”"),
    "service.agent.never": ("本事项不得代办", "Nobody applies for another here", _FORM, "firm", "由本企业申请", "Let the firm apply itself"),
    "service.agent.ended": (
        "代办授权已到期或撤销，由委托企业继续办理", "The mandate has ended; the principal goes on with the case", _HELP, "firm",
        "请委托企业继续，或重新授权", "Let the principal go on, or give a new mandate",
    ),
    "service.item.unknown": ("没有“{key}”这一办事事项", "There is no service item “{key}”", _FORM, "", "从办事指南选择", "Choose from the guide"),
    "service.item.closed": ("本事项现不受理新申请", "This item takes no new applications", _FORM, "zone", "见办事指南", "See the guide"),
    "service.item.firms": ("本事项由企业申请，个人不能申请", "This item is for firms; a person cannot apply for it", _FORM, "zone", "见办事指南“申请对象”", "See who may apply in the guide"),
    "service.case.moved": ("这一办件已由{who}于{when}办理“{what}”，您的操作没有生效", "{who} did “{what_en}” to this case at {when}; yours did nothing", _STATES, "zone", "请按最新状态再办理", "Look at its present state and decide again"),
    "service.case.state": ("“{state}”的办件不能{verb}", "A case that is {state_en} cannot be: {verb_en}", _STATES, "zone", "请按页面给出的办理项操作", "Use what the page offers"),
    "service.case.reason": ("请写明事由", "Say why", _STATES, "zone", "填写事由（至多500字）", "Give the reason"),
    "service.case.remarks": ("退回补正须写明意见", "Say what to correct", _STATES, "zone", "至少对一项写明意见", "Give one remark at least"),
    "service.case.findings": ("申请还有{count}处须更正", "The application has {count} faults to mend", _FORM, "firm", "按列出的各项更正", "Mend them as listed"),
    "service.case.desk": ("这一办件现不在贵单位办理", "This case does not lie at your desk", _STATES, "zone", "由现办单位办理", "Its present desk decides"),
    "service.case.held": ("本件由{who}承办，请先转办", "{who} holds this case; have it handed over first", _STATES, "zone", "先转办，或由其代理人办理", "Hand it over, or let the deputy act"),
    "service.case.own": ("填报人及申请单位人员不得审核本件", "Who applied, or acts for the applicant, does not decide", "data/units/roles.yaml apart", "zone", "由另一人办理", "Let somebody else do it"),
    "service.case.urged": ("本工作日已催办过，下一工作日可再催", "It was urged this working day already", _STATES, "firm", "下一工作日再催办", "Urge again on the next working day"),
    "service.case.colleague": ("只能转给本单位在岗人员", "A case is handed to somebody of the same unit", _STATES, "zone", "从名单选择", "Choose from the list"),
    "service.verify.unknown": ("没有与该编号和校验码相符的通知书", "There is no notice of this number and code", _STATES, "", "核对编号和校验码", "Check both"),
    "service.mandate.days": ("代办授权须有起止日期，今天起、至多三年", "A mandate has its days, from today, three years at most", _HELP, "firm", "改正日期", "Correct the days"),
    "service.mandate.agent": ("没有可受托的该企业", "There is no such firm to entrust", _HELP, "firm", "核对统一社会信用代码", "Check the credit code"),
    "service.mandate.items": ("请选择可代办的事项", "Choose the items", _HELP, "firm", "至少选一项允许代办的事项", "One item at least that agents may apply for"),
    "help.words": ("标题和内容不能为空，内容至多{most}字", "Give a title and a text of at most {most} characters", _HELP, "", "补全后再提交", "Complete it"),
    "help.record": ("没有这一记录，或您无权查看", "There is no such record, or it is not yours to see", _HELP, "", "核对记录编号", "Check its number"),
    "help.state": ("这一留言已办结", "This message is closed", _HELP, "", "另行留言", "Write a new one"),
    "help.replay_unknown": ("没有收到过回执号为{value}的报文", "No message was received under {value}", _HELP, "", "核对回执号", "Check the receipt id"),
    "help.replay_decided": ("这一重放申请已办理", "This request was decided already", _HELP, "", "刷新页面", "Open the page again"),
    "help.four_eyes": ("申请人不得批准自己的重放申请", "Nobody approves his own request", _HELP, "", "由另一人批准", "Let another person approve it"),
})  # fmt: skip
refused, denied = SENTENCES.refused, SENTENCES.denied


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a field of a form, a material, or (with `path` and `line`) a place of an item's file."""

    field: str
    code: str
    zh: str
    en: str
    source: str
    mend_zh: str = ""
    mend_en: str = ""
    path: str = ""
    line: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {name: getattr(self, name) for name in self.__slots__}


def finding(field: str, code: str, *, path: str = "", line: int = 0, **values: Any) -> Finding:
    """The sentence of `code` about a field or a place."""
    told = SENTENCES.reason(code, **values)
    return Finding(field, code, told.zh, told.en, told.source, told.mend_zh, told.mend_en, path, line)
