"""What the protection of data refuses, in both languages."""

from __future__ import annotations

from pilotzone.base.sentences import Sentences

_R = "data/protection/rules.yaml"
SENTENCES = Sentences({
    "protection.takeaway.again": ("已有一个数据包正在生成", "A package is being made already", _R, "", "等它完成后再申请", "Wait until it is ready"),
    "protection.takeaway.gone": ("没有这个数据包，或已过保存期", "There is no such package, or its time is over", _R, "", "重新申请", "Ask for a new one"),
    "protection.takeaway.firm": ("只有代表企业时才能取走企业数据", "Only who acts for a firm takes its data away", _R, "", "切换为代表企业的身份", "Act for the firm"),
    "protection.request.words": ("须写明要更正或删除的内容，不超过{most}字", "Say what is to be corrected or deleted, in at most {most} characters", _R, "", "补全后再提交", "Complete it"),
    "protection.request.kind": ("没有这种申请", "There is no such request", _R, "", "从页面上的列表选择", "Choose from the list"),
    "protection.request.again": ("同类申请正在办理", "A request of this kind is being handled", _R, "", "等它办结", "Wait for its decision"),
    "protection.request.signed": ("请先登录", "Please sign in first", _R, "", "登录后再申请", "Sign in and ask again"),
    "protection.request.state": ("没有这件申请，或已经办结", "There is no such request, or it has been decided", _R, "", "刷新页面", "Load the page again"),
    "protection.request.own": ("申请人不能办理自己的申请", "Nobody decides on his own request", _R, "", "请另一位工作人员办理", "Let a colleague decide"),
})  # fmt: skip
refused = SENTENCES.refused
denied = SENTENCES.denied
