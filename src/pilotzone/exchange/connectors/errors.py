"""What connectors and the agent say when they hold, refuse or warn."""

from __future__ import annotations

from pilotzone.base.sentences import Sentences

_CONFIG = "docs/connectors.md"
_AGENT = "docs/connectors.md#the-agent"

SENTENCES = Sentences(
    {
        "connector.unreadable": (
            "无法读取来源单据：{what}",
            "The source's record cannot be read: {what}",
            _CONFIG, "ebp", "请核对连接器或原始数据", "Check the connector or the raw data",
        ),
        "connector.status": (
            "未知状态“{status}”，已隔离待处理",
            "The status “{status}” is unknown; the record is held",
            _CONFIG, "ebc", "在状态表中登记该状态，或人工放行", "Add the status to the status map, or release the record",
        ),
        "connector.money": (
            "金额不平：{where} 应为 {expected}，来源给出 {stated}，差 {by}",
            "The money does not add up: {where} should be {expected}, the source says {stated}, {by} apart",
            _CONFIG, "ebp", "请向来源核对金额", "Ask the source about these amounts",
        ),
        "connector.no_lines": (
            "订单 {number} 没有商品明细",
            "Order {number} has no lines",
            _CONFIG, "ebp", "请取得商品明细后再生成报文", "Fetch the lines before a message can be made",
        ),
        "connector.changed_after_sending": (
            "单证 {number} 发送后在来源处被修改，需人工处理（变更或撤销）",
            "Document {number} was changed at its source after it was sent; a person must change or withdraw it",
            _CONFIG, "ebc", "在平台办理变更、撤销后放行", "Change or withdraw it on the platform, then release it",
        ),
        "connector.unreachable": (
            "来源系统暂不可达：{what}",
            "The source cannot be reached: {what}",
            _CONFIG, "", "稍后自动续传", "It goes on from here at the next round",
        ),
        "connector.refused": (
            "来源系统拒绝请求：状态码 {status}",
            "The source refuses the request: status {status}",
            _CONFIG, "ebc", "请检查令牌和权限", "Check token and permissions",
        ),
        "connector.setting": (
            "连接器缺少配置项 {key}",
            "The connector lacks the setting {key}",
            _CONFIG, "ebc", "在配置文件中填写", "Give it in the configuration file",
        ),
        "connector.folder": (
            "连接器文件夹不完整：{what}",
            "The connector's folder is incomplete: {what}",
            _CONFIG, "", "参照文档补齐", "Complete it as the guide says",
        ),
        "connector.unknown": (
            "没有名为“{name}”的连接器",
            "There is no connector called “{name}”",
            _CONFIG, "", "", "",
        ),
        "message.currency": (
            "币制 {currency} 不在海关币制代码表中",
            "The currency {currency} is not on customs' list",
            "data/codes/currency.csv", "ebc", "使用海关币制代码表内的币种", "Use a currency of customs' list",
        ),
        "message.unit": (
            "商品 {sku} 没有计量单位代码",
            "Goods {sku} have no unit code",
            "CEB303 OrderList.unit", "ebc", "在 units 中为该货号填写三位单位代码", "Give its three-digit unit under units",
        ),
        "message.name": (
            "商品 {sku} 没有名称或货号",
            "Goods {sku} have no name or no number",
            "CEB303 OrderList.itemName", "ebc", "在 names 中为该货号填写名称", "Give its name under names",
        ),
        "message.field": (
            "报文缺少 {field}",
            "The message lacks {field}",
            _CONFIG, "ebc", "在配置 firm 中填写", "Give it under firm",
        ),
        "message.quantity": (
            "商品 {sku} 的数量 {quantity} 不能申报",
            "The quantity {quantity} of goods {sku} cannot be declared",
            "CEB303 OrderList.qty", "ebp", "请向平台核对数量", "Ask the marketplace about the quantity",
        ),
        "message.discount": (
            "优惠 {discount} 大于货款 {goods}",
            "The discount {discount} is larger than the goods {goods}",
            "CEB303 OrderHead.goodsValue", "ebp", "请向平台核对优惠", "Ask the marketplace about the discount",
        ),
        "agent.config": (
            "配置文件第 {line} 行 {key}：{zh}",
            "Configuration line {line}, {key}: {en}",
            _AGENT, "ebc", "", "",
        ),
        "agent.guid_reused": (
            "报文序号 {guid} 已用于另一份内容，未发送",
            "The message number {guid} was used for other content; it was not sent",
            "CEB guid", "ebc", "为新内容使用新的序号", "Give new content a new number",
        ),
        "agent.message": (
            "不是可发送的报文：{what}",
            "This is no message that can be sent: {what}",
            "CEB guid", "ebc", "请核对文件", "Check the file",
        ),
        "agent.answer": (
            "平台对 {what} 的答复无法识别",
            "The platform's answer to {what} cannot be understood",
            _AGENT, "ebc", "请核对 platform.url 是否为综合服务平台的地址", "Check that platform.url is the platform's address",
        ),
        "agent.clock_far": (
            "平台时间 {theirs} 与本机时间 {ours} 相差过大，暂不生成单证",
            "The platform's time {theirs} and this machine's {ours} are too far apart; no document is made until they agree",
            _AGENT, "ebc", "请校准本机时钟；本机无误时请联系平台", "Set this machine's clock; where it is right, tell the platform",
        ),
        "agent.clock_differs": (
            "本机时间 {ours} 与平台时间 {theirs} 不一致，单证按平台时间申报",
            "This machine's time {ours} is not the platform's {theirs}; documents are declared by the platform's",
            _AGENT, "ebc", "请校准本机时钟", "Set this machine's clock",
        ),
        "agent.clock_demo": (
            "平台为演示环境，其时间为 {theirs}（本机 {ours}），单证按平台时间申报",
            "The platform is a demonstration whose time is {theirs} (here {ours}); documents are declared by the platform's",
            _AGENT, "", "", "",
        ),
        "agent.clock_agrees": (
            "平台时间 {theirs} 与本机时间一致，单证按本机时间申报",
            "The platform's time {theirs} agrees with this machine's; documents are declared by this machine's",
            _AGENT, "", "", "",
        ),
    }
)  # fmt: skip
