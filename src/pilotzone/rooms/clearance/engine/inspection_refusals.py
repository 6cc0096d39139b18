"""What inspection refuses, and why: each rule with its sentence, source and how to mend it (docs/rules.md)."""

from __future__ import annotations

from typing import Any

from pilotzone.base.errors import Refused
from pilotzone.rooms.clearance.errors import Rule

PLAN = "三年行动方案（二）3"
PLATFORM = "本平台规则（P） data/inspection"


def _rule(
    code: str, zh: str, en: str, mend_zh: str, mend_en: str, *, source: str = PLATFORM, whose: str = "customs"
) -> Rule:
    return Rule(f"rule.inspection.{code}", zh, en, source, whose, mend_zh=mend_zh, mend_en=mend_en, tag="P")


STATE = _rule(
    "state", "查验单现为“{state}”，不能{verb}", "The inspection order is {state}; {verb} is not possible now",
    "请刷新后按当前状态办理", "Read the order again and go on from there",
)  # fmt: skip
MOVED = _rule(
    "moved", "另一位关员已先办理了这份查验单，您的操作没有生效", "Another officer has just dealt with this order; yours was not done",
    "请查看最新内容后再办", "Look at what stands now, then decide again",
)  # fmt: skip
SLOT_TAKEN = _rule(
    "slot_taken", "{site} {bay} 号查验位在该时段已有安排", "Bay {bay} of {site} is taken at that time",
    "请另选时段或查验位", "Choose another time or bay",
)  # fmt: skip
SLOT = _rule(
    "slot", "查验时段须在今后的工作时间（{hours}）内、不短于{minutes}分钟，查验位为1至{bays}",
    "A slot lies in the future within working hours ({hours}), lasts {minutes} minutes or more, in a bay from 1 to {bays}",
    "请从空闲时段中选择", "Choose one of the free slots",
)  # fmt: skip
RESCHEDULE = _rule(
    "reschedule",
    "改期须写明理由，企业会看到",
    "Say why the slot is moved; the firm reads it",
    "请填写理由",
    "Give the reason",
)
SECOND = _rule(
    "second", "这批货物已开箱{openings}次，再次开箱须写明理由", "This consignment was opened {openings} times; opening it again needs a reason",
    "请填写再次开箱的理由，次数和理由会公开统计", "Say why; second openings are counted and published", source=PLAN,
)  # fmt: skip
BOTH = _rule(
    "both", "查检合一：监管查验和检验检疫的结论须同时录入", "Both results are entered together: customs inspection and quarantine inspection",
    "请填写两项结论", "Fill in both verdicts", source=PLAN,
)  # fmt: skip
OUTCOME = _rule(
    "outcome", "有一项结论为“发现问题”时不能放行，处理为扣留、退运或销毁",
    "Where one verdict is a problem the goods are not released: hold, return or destroy",
    "请改正结论或处理方式", "Correct the verdict or what follows",
)  # fmt: skip
GROUND = _rule(
    "ground", "不放行须写明发现的问题；没有发现问题不能扣留、退运或销毁",
    "What is not released has its findings written down; without a problem nothing is held, returned or destroyed",
    "请填写发现的问题", "Write what was found",
)  # fmt: skip
AGENCY = _rule(
    "agency", "其他部门只能在开箱前加入，且须在可加入的部门名单中", "Other agencies join before the opening and are of the list of agencies",
    "开箱后请由该部门说明理由申请再次开箱", "After it, that agency asks for another opening with a reason",
)  # fmt: skip
DUTIES = _rule(
    "duties", "布控的人不能查验同一批货物", "Who ordered the control does not inspect the same goods",
    "请由另一位关员查验", "Another officer inspects", source="data/units/roles.yaml apart",
)  # fmt: skip
FILE = _rule(
    "file", "影像须为JPEG、PNG、WebP或PDF，不超过{most}MB", "A picture is a JPEG, PNG, WebP or PDF of at most {most} MB",
    "请换一种格式或压缩后再传", "Use another format or make it smaller",
)  # fmt: skip
HASH = _rule(
    "hash", "收到的影像与设备上计算的SHA-256不一致，没有保存", "The file received does not have the SHA-256 computed on the device; it was not kept",
    "请重新上传", "Send it again",
)  # fmt: skip
KEY = _rule(
    "key", "同一编号已上传过另一份内容", "Something else was already sent under the same key",
    "设备上的这一份没有覆盖已保存的，请作为新的影像上传", "The one kept stands; send yours as a new file",
)  # fmt: skip
OBJECTION = _rule(
    "objection", "查验结果录入后、且没有待答复的异议时，企业方可提出异议，须写明理由",
    "A firm objects once the result is entered and no objection is open, with its reason",
    "请填写理由，或等待答复", "Give the reason, or wait for the answer", whose="ebc",
)  # fmt: skip
ANSWER = _rule(
    "answer", "异议须由未录入该结果的关员答复，并写明理由", "An objection is answered by an officer who did not enter the result, with a reason",
    "请换一位关员答复", "Another officer answers",
)  # fmt: skip
DECIDED = _rule("decided", "这份布控建议已有决定", "This proposal is decided already", "请刷新", "Read it again")
REASON = _rule("reason", "请写明理由", "Give a reason", "请填写理由", "Fill in the reason")
RULES = _rule(
    "rules", "布控规则文件不能采用：{what}", "The selection rules cannot be used: {what}",
    "请按说明改正后再提交", "Correct them and hand them in again",
)  # fmt: skip
AUTHOR = _rule(
    "author", "规则的编写人不能批准自己的规则", "Who wrote the rules does not approve them", "请由另一人批准", "Another person approves",
    source="data/units/roles.yaml apart",
)  # fmt: skip
SITE = _rule(
    "site", "没有这个监管场所或设施", "There is no such site or facility", "请从列表中选择", "Choose from the list"
)
DAY = _rule("day", "日期不能晚于今日", "The day is not later than today", "请改正日期", "Correct the day")
LIAISON = _rule(
    "liaison", "请写明口岸、事由和内容；联系人须有姓名和电话", "Name the port, subject and text; a contact has a name and a phone",
    "请补全", "Complete it", source=PLAN, whose="zone",
)  # fmt: skip
CASE_STATE = _rule(
    "case_state", "协调事项现为“{state}”，不能这样办理", "The case is {state}; this is not possible now",
    "请刷新", "Read it again", whose="zone",
)  # fmt: skip


def refused(rule: Rule, *, field: str = "", **values: Any) -> Refused:
    """The rule as a final failure to raise; `field`: the entry of a form it is about."""
    told = rule.fault(**values)
    return Refused(
        code=told.code, zh=told.zh, en=told.en, source=told.source, whose=told.whose, mend_zh=told.mend_zh, mend_en=told.mend_en,
        fields={field: told.zh} if field else {},
    )  # fmt: skip
