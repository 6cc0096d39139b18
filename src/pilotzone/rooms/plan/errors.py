"""What this room refuses: a code, a sentence in both languages, where it is written."""

from __future__ import annotations

from pilotzone.base.sentences import Sentences

_WORK = "docs/algorithms/plan_work.md"
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
        "新的时限须为年月（如2022-06）或long，不同于现行时限，不早于今天，不晚于五年后，并写明理由",
        "A deadline is a month (2022-06) or long, other than the one in force, not past, at most five years ahead, with a reason", "docs/algorithms/plan_lights.md",
        "改正后再提交", "Correct it and send it again",
    ),
    "plan.unit": (
        "方案没有点到这一单位，或它在当日不存在", "The plan does not name this unit, or there was none on that day", _WORK, "核对单位", "Check the unit",
    ),
    "plan.person": (
        "须填写姓名（不超过40字），职务不超过80字，联系方式不超过40字", "Give a name (at most 40 characters), a post of at most 80, a contact of at most 40",
        _WORK, "补全后再提交", "Complete it",
    ),
    "plan.days": ("日期不在允许范围内，或不晚于现任的起始日", "The day is out of range, or not after the present one's first", _WORK, "改正日期", "Correct the day"),
    "plan.meeting": (
        "须有1至{most}项议题，类别为季度例会或临时会议，日期不早于今天、不晚于一年后",
        "A meeting has 1 to {most} items, is quarterly or extraordinary, not in the past and at most a year ahead",
        _WORK, "改正后再提交", "Correct it",
    ),
    "plan.meeting_state": ("会议现状不允许这一操作", "The meeting is not in a state for this", _WORK, "刷新页面", "Open the page again"),
    "plan.minutes": ("须写纪要，不超过{most}字", "Write the minutes, at most {most} characters", _WORK, "补全后再提交", "Complete them"),
    "plan.action": (
        "须写明事项（不超过500字），时限不早于会议日、不晚于会后三年", "Say what is to be done (at most 500 characters), due not before the meeting and at most three years after",
        _WORK, "改正后再提交", "Correct it",
    ),
    "plan.action_state": ("议定事项已由他人办理", "Somebody else has dealt with this decision already", _WORK, "刷新页面", "Open the page again"),
    "plan.explain": (
        "须对牵头的黄灯、红灯任务逐项说明，且只说明本单位的任务：{tasks}", "Explain each yellow or red task you lead, and only tasks of yours: {tasks}",
        _WORK, "补写说明", "Write the explanation",
    ),
    "plan.correction_reason": ("更正须写明理由，不超过{most}字", "A correction gives its reason, at most {most} characters", _WORK, "写明更正理由", "Give the reason"),
    "plan.unchanged": ("内容没有变动，无须更正", "Nothing was changed: there is nothing to correct", _WORK, "改动后再提交", "Change it and send it again"),
    "plan.sent": ("本月月报已报送", "The report of that month has been sent", _WORK, "查看已报送的月报", "See the report that was sent"),
    "plan.year": ("年度须在方案期内且已经结束", "The year lies within the plan and is over", _WORK, "年度结束后再公布", "Announce it after the year"),
    "plan.scored": ("该年度评分已公布", "The scores of that year have been announced", _WORK, "查看评分", "See the scores"),
    "plan.appeal_late": ("申诉已于{day}截止，或已经申诉", "Appeals ended on {day}, or there was one already", _WORK, "", ""),
    "plan.score_range": ("调整后的得分须在0到100之间，至多一位小数", "The adjusted score lies between 0 and 100, with one place at most", _WORK, "改正得分", "Correct the score"),
    "plan.course": (
        "须写明课程（不超过200字）与学时（大于0、不超过200、至多一位小数）", "Name the course (200 characters at most) and its hours (above 0, 200 at most, one place at most)", _WORK, "补全后再登记", "Complete it",
    ),
    "plan.persons": (
        "至少一个方案单位有人参训，每单位1至{most}人", "At least one body of the plan sent somebody, each from 1 to {most} persons", _WORK, "核对人数", "Check the numbers",
    ),
    "plan.entered": ("同一单位同日的同名课程已登记", "This course of that unit and day is entered already", _WORK, "核对登记", "Check what is entered"),
    "plan.centre": (
        "须照文件写明名称、设立文件（各不超过200字）、文号（不超过60字）与职责（不超过{most}字）",
        "Give name, document (200 characters each at most), its number (60 at most) and duties ({most} at most) as the document has them", _WORK, "补全后再登记", "Complete it",
    ),
    "plan.centre_none": ("现行方案没有提出设立促进中心", "The plan in force names no promotion centre", "data/plan", "核对方案", "Check the plan"),
    "plan.centre_day": (
        "日期须在{start}至{today}之间：不早于方案印发，不晚于今天，变更不早于设立", "The day lies from {start} to {today}: not before the plan, not in the future, a change not before the founding",
        _WORK, "改正日期", "Correct the day",
    ),
    "plan.members": (
        "每名成员须有姓名（不超过40字）与任期起始日，职务不超过80字，任期届满不早于起始，同一姓名、职务和起始日只列一次，至多{most}名",
        "Each member has a name (40 characters at most) and a first day, a post of at most 80, an end not before it, stands once, and there are {most} at most",
        _WORK, "改正成员", "Correct the members",
    ),
    "plan.founded": ("促进中心已登记设立，不能重复登记", "The founding of the promotion centre is entered already", _WORK, "有变化的登记变更", "Enter a change"),
    "plan.not_founded": ("还没有经核实的设立登记", "No founding has been verified yet", _WORK, "先登记设立", "Enter the founding first"),
    "plan.asked": ("该任务已有一份时限变更待批准", "A change of this task's deadline waits to be decided already", _WORK, "等待批准", "Wait for it to be decided"),
    "plan.objected": ("本单位对该任务亮灯的异议尚待答复", "An objection of your unit to this light waits for its answer", _WORK, "等待答复", "Wait for the answer"),
    "plan.seconded": ("该人员在这一任期内已登记", "This person's term overlaps one that is entered already", _WORK, "核对登记", "Check what is entered"),
    "plan.called": ("当日已召集同类会议", "A meeting of this kind is called for that day already", _WORK, "查看该会议", "See that meeting"),
    "plan.decided": ("该会议对这一单位已有相同的议定事项", "This meeting has the same decision for that body already", _WORK, "查看议定事项", "See the decisions"),
    "plan.coordinated": (
        "该单位由市里协调，不催办、不评分，以工作通报互通", "The city only coordinates this body: it gets the work notice, no supervision and no score", _WORK, "印发工作通报", "Issue the work notice",
    ),
    "plan.noticed": ("该月工作通报已印发", "The work notice of that month is issued already", _WORK, "查看工作通报", "See the work notice"),
    "plan.centre_waiting": ("已有一份登记待核实", "A record is waiting to be verified already", _WORK, "核实或退回后再登记", "Verify it or send it back first"),
}  # fmt: skip

SENTENCES = Sentences({code: (*row[:3], "zone", *row[3:]) for code, row in _ROWS.items()})
refused = SENTENCES.refused
