"""What this room refuses: a code, a sentence in both languages, where it is written."""

from __future__ import annotations

from pilotzone.base.sentences import Sentences

_ROWS = {
    "plan.unknown_plan": ("没有行动方案“{key}”", "There is no plan “{key}”", "data/plan", "核对文件名", "Check the file's name"),
    "plan.file": (
        "行动方案文件不完整：{what}", "The plan's file is not in order: {what}", "docs/algorithms/plan_lights.md",
        "改正该文件后再加载", "Correct the file and load it again",
    ),
    "plan.task": ("行动方案没有第{number}项任务", "The plan has no task {number}", "docs/algorithms/plan_lights.md", "核对序号", "Check the number"),
    "plan.not_responsible": (
        "该任务的牵头、参加单位中没有贵单位", "Your unit neither leads this task nor takes part in it", "责任分工表",
        "由牵头或参加单位填报", "A lead or participating unit reports",
    ),
    "plan.words": (
        "须选择进展并写明说明，不超过{most}字", "Choose the progress and explain it in at most {most} characters", "docs/algorithms/plan_lights.md",
        "补全后再提交", "Complete it and send it again",
    ),
    "plan.month": (
        "月份须在方案期内且不晚于本月", "The month lies within the plan and not after this month", "docs/algorithms/plan_lights.md", "核对月份", "Check the month",
    ),
    "plan.value": (
        "数值须为不小于0、至多四位小数的数，且属于方案的目标", "The number is not negative, has at most four places and belongs to a target",
        "docs/algorithms/plan_lights.md", "核对数值", "Check the number",
    ),
    "plan.attachment": (
        "附件须有文件名且不超过{most} MB", "An attachment has a name and at most {most} MB", "docs/algorithms/plan_lights.md", "压缩后再上传", "Make it smaller",
    ),
    "plan.verified": ("已由他人办理", "Somebody else has decided it already", "docs/algorithms/plan_lights.md", "刷新页面", "Open the page again"),
    "plan.no_report": ("没有这份填报或申请", "There is no such report or request", "docs/algorithms/plan_lights.md", "刷新页面", "Open the page again"),
    "plan.four_eyes": (
        "填报人不能核实自己的填报", "Nobody verifies his own report", "docs/algorithms/plan_lights.md", "由另一人核实", "Another person verifies it",
    ),
    "plan.remark": ("须写明意见", "Say why", "docs/algorithms/plan_lights.md", "写明意见", "Say why"),
    "plan.due": (
        "新的时限须为年月（如2022-06）或long，不早于今天，并写明理由", "A deadline is a month (2022-06) or long, not past, with a reason", "docs/algorithms/plan_lights.md",
        "改正后再提交", "Correct it and send it again",
    ),
}  # fmt: skip

SENTENCES = Sentences({code: (*row[:3], "zone", *row[3:]) for code, row in _ROWS.items()})
refused = SENTENCES.refused
