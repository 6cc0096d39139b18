"""What the hub refuses: a code, a sentence in both languages, where it is written."""

from __future__ import annotations

from typing import Any

from pilotzone.base.errors import Unavailable
from pilotzone.base.sentences import Sentences

_HUB, _RULES = "docs/api.md", "data/sharing/rules.yaml"
_51 = "国发〔2016〕51号"
SENTENCES = Sentences({
    "hub.department": ("只有部门工作人员或部门系统可以使用数据交换", "Only departments exchange data", _HUB, "", "请以部门身份访问", "Act for a department"),
    "hub.token": ("部门接入令牌无效", "The department's token is not known", _HUB, "", "向平台运营申请令牌", "Ask the platform operator for one"),
    "hub.revoked": ("部门接入令牌或证书已停用", "The department's token or certificate was revoked", _HUB, "", "向平台运营申请新的令牌", "Ask the platform operator for a new one"),
    "hub.signature": ("请求签名缺失或不符", "The request's signature is missing or does not hold", _HUB, "", "按接口说明用登记的证书签名", "Sign with the registered certificate as documented"),
    "hub.clock_skew": ("请求时间与平台相差超过{most}秒", "The request's time is more than {most} seconds from the platform's", _HUB, "", "校准系统时间", "Set your clock"),
    "hub.charset": ("内容须为UTF-8编码的JSON", "The content is JSON in UTF-8", _HUB, "", "改用UTF-8编码", "Encode it as UTF-8"),
    "hub.input": ("请求有误：{what}", "The request is not in order: {what}", _HUB, "", "按接口说明改正", "Correct it as documented"),
    "hub.resource": ("目录中没有资源“{resource}”", "The catalogue has no resource “{resource}”", "data/catalogue", "", "在目录中查找资源代码", "Look its code up in the catalogue"),
    "hub.not_shared": ("该资源不予共享：{basis}", "This resource is not shared: {basis}", _51, "", "如有法定理由请与提供部门联系", "Speak to its owner where a law says otherwise"),
    "hub.own": ("本单位的资源不需要申请", "A body needs no agreement for its own resource", _51, "", "直接使用", "Use it directly"),
    "hub.field_unknown": ("资源没有字段“{field}”", "The resource has no field “{field}”", "data/catalogue", "", "按目录改正字段", "Take the names of the catalogue"),
    "hub.field_not_granted": ("未授权字段“{field}”", "The field “{field}” is not granted", _51, "", "只请求已授权的字段，或另行申请", "Ask for granted fields only, or apply"),
    "hub.important": ("重要数据不得以原值提供：“{field}”", "Important data are never handed out whole: “{field}”", "中华人民共和国数据安全法第二十一条", "", "去掉该字段", "Leave it out"),
    "hub.no_grant": ("没有有效的共享授权", "There is no agreement in force", _51, "", "在“数据共享申请”中提出申请", "Apply on the page of data requests"),
    "hub.expired": ("共享授权已于{day}到期", "The agreement ended on {day}", _51, "", "重新申请", "Apply again"),
    "hub.ended": ("共享授权已撤销", "The agreement was revoked", _51, "", "重新申请", "Apply again"),
    "hub.volume": ("今日已用{used}行，超过授权的每日{volume}行", "{used} rows used today; the agreement allows {volume} a day", _51, "", "次日再查，或申请更大的用量", "Ask tomorrow, or apply for more"),
    "hub.key": ("须给出查询字段“{field}”", "The query names the field “{field}”", "data/catalogue", "", "补上该字段", "Add it"),
    "hub.no_provider": ("提供部门尚未接入该资源", "The owner does not answer for this resource yet", _HUB, "", "稍后再试，或联系提供部门", "Try later, or speak to its owner"),
    "hub.owner_away": ("{owner}的系统暂不可达：{what}", "The system of {owner} cannot be reached: {what}", _HUB, "", "稍后再试；持续不可用时联系提供部门", "Try later; speak to the owner where it lasts"),
    "hub.owner_garbled": ("{owner}的系统答复有误：{what}", "The system of {owner} answered what cannot be taken: {what}", _HUB, "", "由提供部门核查后再试", "Its owner looks into it; then try again"),
    "hub.row_large": ("一行数据超过{most}字节", "A row is larger than {most} bytes", _HUB, "", "由提供部门改用文件", "The owner uses files for it"),
    "hub.rows_many": ("一次最多返回{most}行", "At most {most} rows are answered at once", _HUB, "", "缩小查询范围", "Narrow the query"),
    "hub.purpose": ("须写明用途和依据", "Say purpose and legal basis", _51, "", "补全后再提交", "Complete it"),
    "hub.until": ("授权期限须晚于今天且不超过{most}天", "An agreement ends after today and within {most} days", _RULES, "", "改正期限", "Correct the day"),
    "hub.volume_asked": ("每日用量须为1至10000000行", "The rows a day are 1 to 10000000", _RULES, "", "改正用量", "Correct the number"),
    "hub.filter": ("行过滤条件须为本资源的字段及其取值", "A filter names fields of the resource and their values", _RULES, "", "改正条件", "Correct it"),
    "hub.state": ("当前状态“{state}”不能办理这一步", "This step is not possible in the state “{state}”", _HUB, "", "刷新页面", "Open the page again"),
    "hub.four_eyes": ("申请人、审核人、审批人须为不同的人", "Who applies, checks and decides are three persons", _HUB, "", "由另一人办理", "Another person does it"),
    "hub.reason": ("须写明理由，不超过{most}字", "Give a reason of at most {most} characters", _HUB, "", "写明理由", "Write it"),
    "hub.unknown": ("没有这一对象，或您无权查看", "There is no such thing, or it is not yours to see", _HUB, "", "核对编号", "Check the number"),
    "hub.idempotency": ("同一Idempotency-Key用于不同的请求", "The Idempotency-Key was used for another request", _HUB, "", "换一个新的值", "Use a new one"),
    "hub.envelope": ("消息不符合CloudEvents 1.0：{what}", "The message is no CloudEvent 1.0: {what}", "CloudEvents 1.0", "", "改正该属性", "Correct the attribute"),
    "hub.replayed": ("消息编号{id}已收到过", "The message {id} was received before", "CloudEvents 1.0 §3.1 id", "", "新消息使用新编号", "Give a new message a new id"),
    "hub.source": ("消息来源不是本单位", "The message's source is not the caller", "CloudEvents 1.0 §3.1 source", "", "改为本单位", "Name your own body"),
    "hub.certificate": ("证书无法读取：{what}", "The certificate cannot be read: {what}", _HUB, "", "提交PEM格式证书", "Send it as PEM"),
    "hub.day": ("对账日期须早于今天", "A day that is over is reconciled", _HUB, "", "改正日期", "Correct the day"),
    "hub.unsigned": ("批量消息须逐条签名：{id}", "Each message of a batch is signed: {id}", _HUB, "", "用登记的证书签名每条消息", "Sign each message with the registered certificate"),
    "hub.push_away": ("接收部门的系统暂不可达：{what}", "The receiver's system cannot be reached: {what}", _HUB, "", "平台会继续重试", "The platform tries again"),
    "hub.push_refused": ("接收部门的系统拒收：{what}", "The receiver's system refuses it: {what}", _HUB, "", "由接收部门查明后重放", "Find out with the receiver, then replay it"),
    "hub.federation": ("不是可接收的联邦数据包：{what}", "This is no federation bundle that can be taken: {what}", _HUB, "", "请对方重新生成", "Ask its sender for it again"),
    "hub.federation_peer": ("未登记的联邦对端“{peer}”", "“{peer}” is no registered peer", _HUB, "", "先登记对端及其证书", "Register it with its certificate first"),
    "hub.federation_ahead": ("对端已有本方{have}条，本方只记录{said}条：本方可能由旧备份恢复", "The peer has {have} records of ours, we know of {said}: this server may come from an old backup", _HUB, "", "与对端核对后重新登记", "Compare with the peer, then register it anew"),
    "hub.coming_refused": ("自{day}起该资源不予共享（{basis}），届时不再提供数据", "Not shared from {day} ({basis}): nothing is given under the agreement from then on", "data/catalogue", "", "如有法定理由请与提供部门联系", "Speak to its owner where a law says otherwise"),
    "hub.coming_conditional": ("自{day}起共享方式由{was_zh}改为有条件共享，届时只凭授权提供，并须给出查询字段", "From {was_en} to conditional sharing on {day}: given under an agreement alone, to questions that name the key", "data/catalogue", "", "", ""),
    "hub.coming_unconditional": ("自{day}起共享方式由{was_zh}改为无条件共享，届时公开和内部字段不凭授权即可查询", "From {was_en} to unconditional sharing on {day}: public and internal fields need no agreement from then on", "data/catalogue", "", "", ""),
    "hub.coming_key": ("自{day}起查询字段由{was_zh}改为{zh}", "Queried by {en} from {day}, not {was_en}", "data/catalogue", "", "", ""),
    "hub.coming_key_lacking": ("自{day}起查询须给出{zh}，该字段不在本授权（申请）之内，届时无法查询", "From {day} a question names {en}, which the agreement does not hold: none can be asked from then on", "data/catalogue", "", "另行申请，并列入该字段", "Apply again with that field"),
    "hub.coming_fields": ("自{day}起取消字段{zh}：届时不再提供，点名查询将被拒绝", "Fields that go on {day}: {en}. They are not given any more, and a question that names one is refused", "data/catalogue", "", "届时不再点名该字段", "Do not name it from then on"),
    "hub.coming_important": ("自{day}起字段{zh}列为重要数据：届时不再提供，点名该字段或未点名字段的查询将被拒绝", "Important data from {day}: {en}. They are not given any more, and a question that names one, or no field at all, is refused", "data/catalogue", "", "届时只点名其余字段", "Name the other fields from then on"),
    "hub.coming_masked": ("自{day}起字段{zh}列为个人信息或敏感个人信息，届时脱敏提供", "Personal or sensitive from {day}: {en}. They are given masked from then on", "data/catalogue", "", "确需原值的，另行申请并由提供部门准予", "Apply again where the whole value is needed; its owner decides"),
    "hub.coming_rows": ("自{day}起取消行过滤所用字段{zh}：届时无法再据此判定授权的行", "The rows of the agreement are told by {en}, which goes on {day}: they cannot be told from then on", "data/catalogue", "", "以保留的字段重新申请", "Apply again with a field it keeps"),
    "hub.coming_concerns": ("自{day}起所涉企业字段由{was_zh}改为{zh}：企业查看使用记录以此为准", "From {day} the firm concerned is named by {en}, not {was_en}: by it firms see who used their data", "data/catalogue", "", "", ""),
    "hub.bundle": ("所选期间没有已签封的记录", "No sealed entries lie in these days", _HUB, "", "换一段日期", "Take other days"),
})  # fmt: skip
refused, denied = SENTENCES.refused, SENTENCES.denied


def unavailable(code: str, **values: Any) -> Unavailable:
    """The sentence of a code as something to be tried again."""
    said = SENTENCES.reason(code, **values)
    return Unavailable(
        code=said.code, zh=said.zh, en=said.en, source=said.source, mend_zh=said.mend_zh, mend_en=said.mend_en
    )
