"""What this room refuses: a code, a sentence in both languages, where it is written."""

from __future__ import annotations

from pilotzone.base.sentences import Sentences

_RELEASE, _CUBE = "docs/algorithms/statistics_release.md", "docs/algorithms/statistics_cube.md"
_SAMPLING, _DISCLOSURE, _SEASONAL, _INDICES, _COLLECTION, _REVISIONS, _INDICATORS, _BOUNDARIES = (
    f"docs/algorithms/statistics_{name}.md"
    for name in ("sampling", "disclosure", "seasonal", "indices", "collection", "revisions", "indicators", "boundaries")
)

_ROWS = {
    "statistics.number": ("{what}不是有限的数", "{what} is not a finite number", _SAMPLING, "核对数据", "Check the data"),
    "statistics.columns": (
        "各列长度不同或缺少列：{what}", "Columns differ in length or one is missing: {what}", _SAMPLING, "核对数据", "Check the data",
    ),
    "statistics.frame.empty": ("抽样框没有单位", "The frame has no unit", _SAMPLING, "核对名录库", "Check the register"),
    "statistics.frame.twice": ("单位{unit}在抽样框中重复", "Unit {unit} stands twice in the frame", _SAMPLING, "去除重复单位", "Remove it once"),
    "statistics.frame.size": ("单位{unit}的规模为负或不是数", "The size of unit {unit} is negative or no number", _SAMPLING, "核对规模指标", "Check the size"),
    "statistics.frame.zero": ("抽样框规模合计为零", "The sizes of the frame add up to zero", _SAMPLING, "换用其他规模指标", "Use another size"),
    "statistics.share": ("份额须大于0且不大于1", "A share is above 0 and at most 1", _SAMPLING, "改正参数", "Correct it"),
    "statistics.stratum.empty": ("层{stratum}没有单位", "Stratum {stratum} has no unit", _SAMPLING, "与邻层合并", "Merge it with its neighbour"),
    "statistics.stratum.single": (
        "层{stratum}只有一个样本单位，无法计算方差", "Stratum {stratum} has one sampled unit: its variance is unknown", _SAMPLING,
        "与邻层合并，或注明按总均值处理", "Merge it with its neighbour, or say that it is centred on the overall mean",
    ),
    "statistics.sample.size": (
        "样本量{size}须在{least}与{most}之间", "A sample of {size} lies between {least} and {most}", _SAMPLING, "改正样本量", "Correct the size",
    ),
    "statistics.sample.empty": ("没有可用的样本单位", "There is no unit in the sample", _SAMPLING, "核对回收情况", "Check the answers"),
    "statistics.sample.probability": (
        "第{row}个单位的入样概率须大于0且不大于1", "The inclusion probability of unit {row} is above 0 and at most 1", _SAMPLING, "核对权数", "Check the weights",
    ),
    "statistics.sample.silent": (
        "调整类{group}没有回答单位，无法调整权数", "Nobody of the class {group} answered: its weights cannot be adjusted", _SAMPLING,
        "与邻类合并", "Merge it with its neighbour",
    ),
    "statistics.sample.zero": ("{what}的估计合计为零，不能作分母", "The estimated total of {what} is zero and cannot divide", _SAMPLING, "改用其他指标", "Use another quantity"),
    "statistics.sample.calibration": (
        "无法校准到已知总量：{why}", "The weights cannot be calibrated to the known totals: {why_en}", _SAMPLING, "减少或合并辅助变量", "Use fewer or wider groups",
    ),
    "statistics.table.negative": (
        "{unit}在{cell}的数值为负，退货须另表列示", "{unit} has a negative amount in {cell}; returns are a table of their own", _DISCLOSURE, "分列退货", "Show returns apart",
    ),
    "statistics.table.code": ("维度{dimension}没有代码{value}", "Dimension {dimension} has no code {value}", _DISCLOSURE, "核对代码", "Check the code"),
    "statistics.table.dimension": (
        "维度{dimension}的层次不成立：{why}", "The levels of dimension {dimension} do not hold: {why_en}", _DISCLOSURE, "核对层次", "Check the levels",
    ),
    "statistics.table.parts": ("{cell}不等于其各部分之和", "{cell} is not the sum of its parts", _DISCLOSURE, "重新汇总", "Add it up again"),
    "statistics.table.told": (
        "已公布的数据使{cells}无法再受保护", "What was published before leaves {cells} without protection", _DISCLOSURE,
        "不再公布本期相关数据，并报告保密事件", "Publish no more of this release and report the incident",
    ),
    "statistics.table.long": (
        "保密处理须求解的线性规划超过{most}个，已停止，没有写入任何数", "Protection would take more than {most} linear programmes and was stopped; nothing was written",
        _DISCLOSURE, "减少分组（国家、商品章、县区）后再编制", "Break it down less (countries, chapters, districts) and compile again",
    ),
    "statistics.table.unsolved": ("线性规划未能求解：{why}", "The linear programme was not solved: {why}", _DISCLOSURE, "联系系统管理员", "Tell the administrator"),
    "statistics.series.short": (
        "时间序列只有{months}个月，季节调整至少需要{least}个月", "The series has {months} months; adjustment takes at least {least}", _SEASONAL,
        "积累更多数据", "Wait for more months",
    ),
    "statistics.series.gap": ("{month}没有数据", "There is no figure for {month}", _SEASONAL, "补报或注明缺失", "Report it, or say that it is missing"),
    "statistics.series.log": ("有零或负值，不能用乘法模型", "With zero or negative figures the model cannot be multiplicative", _SEASONAL, "改用加法模型", "Use the additive one"),
    "statistics.series.constant": ("时间序列没有变化，不需季节调整", "The series never moves: there is nothing to adjust", _SEASONAL, "公布原值", "Publish it as it is"),
    "statistics.series.holidays": (
        "没有{year}年的春节日期", "The date of Chinese New Year {year} is not known", _SEASONAL, "补充data/statistics/cny.yaml", "Add it to data/statistics/cny.yaml",
    ),
    "statistics.index.value": (
        "{product}在{period}的价格须为正、数量不得为负", "In {period} {product} has a price that is not positive or a negative quantity", _INDICES, "核对数据", "Check the data",
    ),
    "statistics.index.period": ("没有{period}的数据", "There is nothing in {period}", _INDICES, "核对期间", "Check the period"),
    "statistics.index.unmatched": (
        "{base}与{period}没有共同的商品", "{base} and {period} have no product in common", _INDICES, "改用更粗的分类", "Use wider products",
    ),
    "statistics.index.zero": ("{base}至{period}的分母为零", "From {base} to {period} the divisor is zero", _INDICES, "核对数量", "Check the quantities"),
    "statistics.checks.file": ("核查规则文件第{line}行：{what}", "Line {line} of the edit checks: {what_en}", _COLLECTION, "改正该行", "Correct the line"),
    "statistics.report.month": (
        "报告期{month}没有适用的报表版本", "No version of the form is in force in {month}", _COLLECTION, "核对报告期", "Check the month",
    ),
    "statistics.report.field": ("表中字段“{field}”{what}", "Field “{field_en}” of the form {what_en}", _COLLECTION, "改正后再报", "Correct it and report again"),
    "statistics.mirror.negative": ("校验的数值不得为负", "Figures that are compared are not negative", _COLLECTION, "核对数据", "Check the data"),
    "statistics.match.value": ("匹配的金额须为正", "Amounts to be matched are positive", _COLLECTION, "核对数据", "Check the data"),
    "statistics.vintage.order": (
        "{period}的{stage}早于或重复于前一次公布", "The {stage_en} of {period} come before their predecessor or twice", _REVISIONS, "核对公布次序", "Check the order",
    ),
    "statistics.vintage.overtaken": (
        "{period}的{stage}不再公布：{later}已经公布", "The {stage_en} of {period} are published no more: the {later_en} are out", _REVISIONS,
        "办理以后各期", "Go on with what comes later",
    ),
    "statistics.vintage.time": (
        "{day}已过{period}{stage}的公布时间，应公布{later}", "On {day} the time of the {stage_en} of {period} is over: it is for the {later_en}", _REVISIONS,
        "编制并公布{later}", "Compile and publish the {later_en}",
    ),
    "statistics.vintage.final": ("{period}已为最终数，不再修订", "{period} is final and is not revised again", _REVISIONS, "另行发布更正", "Publish a correction"),
    "statistics.vintage.none": ("没有经过修订的数据", "Nothing has been revised", _REVISIONS, "等待修订", "Wait for a revision"),
    "statistics.formula": ("公式“{formula}”不成立：{why}", "The formula “{formula}” does not hold: {why_en}", _INDICATORS, "改正公式", "Correct the formula"),
    "statistics.formula.fact": ("公式所需的{fact}没有数据", "The formula needs {fact}, of which there is no figure", _INDICATORS, "补充数据", "Supply it"),
    "statistics.indicator.file": (
        "{name}有{count}处错误；第{line}行：{zh}", "{name}: {count} faults; line {line}: {en}", _INDICATORS, "改正后再加载", "Correct the file and load it again",
    ),
    "statistics.indicator.unknown": ("没有指标“{key}”", "There is no indicator “{key}”", _INDICATORS, "核对指标名称", "Check its key"),
    "statistics.growth.plan": ("发展指数的权重须合计为1、目标须为正", "The weights of the index add up to 1 and targets are positive", _INDICATORS, "改正参数", "Correct them"),
    "statistics.boundary.unit": ("没有单位{unit}，或它在{day}不存在", "There is no unit {unit}, or not on {day}", _BOUNDARIES, "核对单位与日期", "Check unit and day"),
    "statistics.boundary.file": ("区划变动文件有误：{what}", "The file of boundary changes is not in order: {what}", _BOUNDARIES, "改正文件", "Correct the file"),
    "statistics.boundary.choice": (
        "区划选择“{what}”不成立，应为then（当时）或now（现行）", "“{what}” is no choice of boundaries: then (of the day) or now", _BOUNDARIES, "改正参数", "Correct it",
    ),
    "statistics.cube.question": (
        "查询条件不成立：口径、方向、维度或代码有误", "The question does not hold: coverage, flow, dimension or code", _CUBE, "改正条件", "Correct it",
    ),
    "statistics.release.unknown": ("没有这一期发布", "There is no such release", _RELEASE, "查看发布日历", "See the calendar"),
    "statistics.release.state": ("该期发布的状态不允许这一步", "The release is not in a state for this step", _RELEASE, "刷新后再办理", "Load the page again"),
    "statistics.release.early": ("公布日为{day}，不得提前公布", "It is published on {day} and not before", _RELEASE, "到公布日再公布", "Wait for the day"),
    "statistics.release.embargo": (
        "尚无海关同意，海关数据不得公布", "Customs has not consented: figures from its data stay under embargo", _RELEASE, "请海关登记同意", "Ask customs to consent",
    ),
    "statistics.release.base": (
        "上月（{month}）的总值已在后来的一版中隐去，本期编制时的指数会把它推算出来", "The total of the month before ({month}) has been hidden by a later vintage: the indices compiled here would give it back", _RELEASE,
        "重新编制后再公布", "Compile it again, then publish",
    ),
    "statistics.release.consent": (
        "请写明海关同意的文件或说明（不超过200字）", "Name the document or words of consent (200 characters at most)", _RELEASE, "补充说明", "Write it",
    ),
    "statistics.report.closed": (
        "{month}尚未结束，不能申报", "{month} is not over and cannot be reported", _COLLECTION, "月末后申报", "Report after its end",
    ),
    "statistics.report.hard": ("报表未通过核查：{what}", "The report does not pass: {what_en}", _COLLECTION, "改正后再报", "Correct it and report again"),
    "statistics.report.note": ("请在说明中解释：{what}", "Explain in the note: {what_en}", _COLLECTION, "填写说明（不超过500字）", "Write a note (500 characters at most)"),
    "statistics.report.reason": (
        "{month}已过报送截止日或已公布，更正须写明理由（不超过{most}字）", "{month} is past its due day or published: a correction gives its reason ({most} characters at most)",
        _COLLECTION, "写明更正理由后再报", "Give the reason and report again",
    ),
    "statistics.doubt.unknown": ("没有这一核实事项", "There is no such query", _COLLECTION, "核对地址", "Check the address"),
    "statistics.doubt.report": (
        "该企业{month}没有申报，应先催报", "The firm has not reported {month}: remind it first", _COLLECTION, "先催报，申报后再核实", "Remind it, query what it reports",
    ),
    "statistics.doubt.field": ("{month}的报表没有填报项目{field}", "The form of {month} has no item {field}", _COLLECTION, "选择报表中的项目", "Choose an item of the form"),
    "statistics.doubt.text": ("请写明疑点、理由或意见（不超过{most}字）", "Say the doubt, the reason or the remark ({most} characters at most)", _COLLECTION, "写明后再提交", "Write it and send again"),
    "statistics.doubt.standing": (
        "该项目已有未办结的核实", "A query of this item is not closed yet", _COLLECTION, "在原核实中继续", "Go on in that query",
    ),
    "statistics.doubt.state": ("核实事项现为“{state}”，不能这样办理", "The query is “{state_en}”: this cannot be done now", _COLLECTION, "刷新后按当前状态办理", "Look again and act on its state"),
    "statistics.doubt.uncorrected": (
        "{month}的报表在核实发出后没有更正过", "The report of {month} was not corrected since it was queried", _COLLECTION,
        "先更正报表再答复，或确认原数并说明理由", "Correct the report first, or confirm the figure with a reason",
    ),
    "statistics.index.quantity": (
        "{period}没有带第一法定单位数量的商品行，无法计算单位价值", "No line of {period} tells a quantity in the first legal unit: there are no unit values", _INDICES,
        "换一个月份或口径；以前记入的事实须重建（pilotzone rebuild statistics）后才有法定数量", "Ask another month or coverage; facts counted before the quantity was kept get it by pilotzone rebuild statistics",
    ),
    "statistics.index.lines": (
        "两个月共有{count}个商品行，超过一次计算的{most}行", "The two months have {count} lines, more than the {most} reckoned at once", _INDICES, "按商品章或流向缩小范围", "Narrow it by chapter or flow",
    ),
    "statistics.index.question": (
        "指数的查询条件不成立：{what}", "The question does not hold: {what}", _INDICES, "改正条件", "Correct it",
    ),
    "statistics.index.protected": (
        "{base}与{period}的共同商品都因企业太少或由一两家主导而隐去", "Every product that {base} and {period} share is hidden: too few firms, or one or two lead", _INDICES,
        "改用更粗的分类", "Use wider products",
    ),
    "statistics.report.firm": ("只有企业本身可以申报", "Only the firm itself reports", _COLLECTION, "以企业身份办理", "Act as the firm"),
    "statistics.sheet.file": (
        "不是本平台发出的统计月报表格，或无法读取", "This is not a report sheet of this platform, or it cannot be read", _COLLECTION, "下载模板填报", "Take the template and fill it in",
    ),
    "statistics.sheet.other": (
        "表格不属于{month}或表式版本不是{edition}", "The sheet is not of {month}, or not of edition {edition}", _COLLECTION, "下载该月的模板", "Take the template of that month",
    ),
    "statistics.sheet.cells": (
        "表格有{count}处错误，没有写入任何数", "{count} cells are wrong; nothing was written", _COLLECTION, "逐格改正后再上传", "Correct them and hand it in again",
    ),
    "statistics.remind.early": (
        "未到催报时间：截止日前{days}个工作日起才可催报", "It is too early: firms are reminded from {days} working days before the due day", _COLLECTION, "到时再催", "Remind them then",
    ),
    "statistics.survey.words": (
        "须写明名称与随机种子（不超过{most}字），样本量1至5000，截止日不早于今天", "Give a title and a seed ({most} characters at most), a size from 1 to 5000 and a due day that is not past",
        _SAMPLING, "补全后再抽样", "Complete it",
    ),
    "statistics.survey.unknown": ("没有这项调查，或贵企业不在样本中", "There is no such survey, or your firm is not in its sample", _SAMPLING, "核对调查", "Check the survey"),
    "statistics.survey.closed": ("这项调查的结果已经公布", "The results of this survey are published", _SAMPLING, "不再填报", "Nothing more is to be answered"),
    "statistics.survey.answer": (
        "金额须为不小于0的数，自主品牌出口额不大于出口额", "Amounts are not negative, and own-brand exports are not above exports", _SAMPLING, "改正后再报", "Correct them",
    ),
    "statistics.material.file": (
        "不是UTF-8编码的CSV，或表头不是“{head}”，或超过2万行、4 MB", "Not a CSV in UTF-8, or its head is not “{head}”, or above 20,000 lines or 4 MB",
        _COLLECTION, "按表头整理后再上传", "Arrange it by that head",
    ),
    "statistics.material.lines": (
        "文件有{count}行不成立，没有收入任何一行", "{count} lines do not hold; none was taken", _COLLECTION, "逐行改正后再上传", "Correct them and hand it in again",
    ),
    "statistics.candidate.unknown": ("没有这一条，或不属于贵企业", "There is no such entry, or it is not your firm's", _COLLECTION, "查看清单", "See the list"),
    "statistics.candidate.decided": ("统计人员已作判断", "A statistician has decided it", _COLLECTION, "有异议请与统计人员联系", "Turn to the statisticians"),
    "statistics.candidate.remark": (
        "判断为非线上成交须写明理由（不超过{most}字）", "Who says it was not sold online says why ({most} characters at most)", _COLLECTION, "写明理由", "Give the reason",
    ),
    "statistics.embed.parameter": (
        "嵌入地址的参数不成立：{what}", "The address of the embedded chart does not hold: {what}", _RELEASE, "从统计查询页重新复制嵌入代码", "Copy the embed code again from the explorer",
    ),
    "statistics.embed.protected": (
        "“{what}”属于未公布的明细，不能嵌入", "“{what}” is detail that is not published and cannot be embedded", _RELEASE, "改用已公布的分组", "Ask by a published breakdown",
    ),
    "statistics.survey.early": ("截止日{day}之后才可公布", "It is published after its due day {day}", _SAMPLING, "到时再公布", "Wait for the day"),
}  # fmt: skip

SENTENCES = Sentences({code: (*row[:3], "zone", *row[3:]) for code, row in _ROWS.items()})
refused = SENTENCES.refused
