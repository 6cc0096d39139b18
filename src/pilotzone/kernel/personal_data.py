"""Finding personal data in free text: telephones, document numbers, credit codes, bank cards, passports, addresses, names.

For texts nobody typed a class for: remarks, log lines, files. Numbers are found by their form and their check digit where they
have one (GB 11643, GB 32100, ISO/IEC 7812); names where something says that a name follows or a title behind it, and by the surname.
The measured recall and precision are in the tests (generated corpus). A found piece is shown by the mask of its kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pilotzone.base.errors import Problem
from pilotzone.base.ids import ric, uscc
from pilotzone.kernel import masking

PHONE, ID, USCC, CARD, PASSPORT, ADDRESS, NAME = "phone", "id", "uscc", "card", "passport", "address", "name"


@dataclass(frozen=True, slots=True)
class Found:
    """A piece of text, from `start` to before `end`, and what it is."""

    start: int
    end: int
    kind: str


_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
    "庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺"
)
_DOUBLE = "欧阳|上官|司马|诸葛|夏侯|皇甫|尉迟|公孙|慕容|令狐|司徒|东方|独孤|南宫|端木|百里|轩辕"
_GIVEN = "[\u4e00-\u9fff]"
_STOP = "的和与及等已未将为在是于由向从把被又也都不可请即按经至到同并或先后收发寄送申提购付说称表承负联电证"
_PERSON = f"(?:(?:{_DOUBLE}){_GIVEN}{{1,2}}|[{_SURNAMES}][^\\W{_STOP}a-zA-Z0-9_]{{1,2}})"
_SAYS = "(?:姓名|联系人|收件人|收货人|寄件人|发件人|订购人|购买人|法定代表人|法人代表|经办人|负责人|代理人|申请人|持卡人|户名|开户人|监护人|签收人|投保人|支付人|付款人)"
_NAMED = re.compile(rf"{_SAYS}(?:姓名)?(?:[:： 　]{{1,2}}|为|是)({_PERSON})(?=$|[^\u4e00-\u9fff]|[{_STOP}])")
_TITLED = re.compile(rf"(?<![\u4e00-\u9fff])({_PERSON}?)(?=先生|女士|小姐|同志|经理|师傅|主任)")
_PHONE = re.compile(r"(?<![\dA-Za-z])(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?![\dA-Za-z])")
_LAND = re.compile(r"(?<![\dA-Za-z-])\(?0(?:10|2\d|[3-9]\d{2})\)?[- ]?[2-8]\d{6,7}(?:-\d{1,4})?(?![\dA-Za-z-])")
_ID = re.compile(
    r"(?<![\dA-Za-z])[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\dA-Za-z])"
)
_USCC = re.compile(r"(?<![\dA-Za-z])[0-9A-HJ-NP-RT-UW-Y]{2}\d{6}[0-9A-HJ-NP-RT-UW-Y]{10}(?![\dA-Za-z])")
_CARD = re.compile(r"(?<![\dA-Za-z])(?:3|4|5|6)\d{3}(?:[ -]?\d{4}){2}[ -]?\d{1,4}(?:[ -]?\d{1,3})?(?![\dA-Za-z])")
_PASSPORT = re.compile(
    r"(?<![\dA-Za-z])(?:[GDSP]\d{8}|E[A-HJ-NP-Z]?\d{7,8}|P[ES]\d{7}|[HM]\d{8}|1[45]\d{7})(?![\dA-Za-z])"
)
_SHORT_PASSPORT = re.compile(r"(?:护照|通行证)(?:号码|号)?[:： ]{0,2}([A-Z]{1,2}\d{6,9})(?![\dA-Za-z])")
_PLACE = "[\u4e00-\u9fffA-Za-z0-9]"
_ADDRESS = re.compile(
    rf"(?:[\u4e00-\u9fff]{{2,7}}(?:省|自治区|特别行政区))?(?:[\u4e00-\u9fff]{{2,6}}(?:市|州|盟))?(?:[\u4e00-\u9fff]{{1,6}}(?:区|县|旗|镇|乡|街道)){{0,3}}"
    rf"{_PLACE}{{1,10}}?(?:路|街|大道|巷|弄|村|里|大街|胡同)(?:[\u4e00-\u9fff]{{0,3}}段)?(?:\d{{1,5}}(?:-\d{{1,4}})?号(?!令|文|公告)|[一二三四五六七八九十百]{{1,4}}号)"
    rf"(?:(?:[\u4e00-\u9fff]{{1,8}}?(?:小区|花园|大厦|广场|苑|公寓|中心|城|园))?(?:[A-Za-z\d一二三四五六七八九十]{{1,4}}(?:号楼|栋|幢|座|单元|层|楼|室|号|户)){{0,5}})"
)

_WORDS = re.compile("[\u4e00-\u9fff]")
SHORTEST = 4
_BEFORE_ADDRESS = re.compile("(?:(?:已|请)?(?:送至|送往|送到|寄往|寄到|寄至|发往|运至|住在|位于|地址为?|住址为?|现住))")


def find(text: str) -> list[Found]:
    """Every piece found, in order, none within another: the longer and surer kind first."""
    taken: list[Found] = []
    for each in _all(text):
        if not any(each.start < one.end and one.start < each.end for one in taken):
            taken.append(each)
    return sorted(taken, key=lambda one: one.start)


def masked(text: str) -> str:
    """The text with every piece found shown by its mask only. Credit codes stay: they are public."""
    told, at = [], 0
    for one in find(text):
        piece = text[one.start : one.end]
        told += [text[at : one.start], _MASKS[one.kind](piece)]
        at = one.end
    return "".join([*told, text[at:]])


def masked_within(text: str) -> str:
    """As `masked`, for a cell of a list: what is one piece and nothing else stays, for its column has a class that decides."""
    if len(text) < SHORTEST or not _WORDS.search(text):
        return text
    found = find(text)
    alone = len(found) == 1 and text.strip() == text[found[0].start : found[0].end]
    return masked(text) if found and not alone else text


def masked_problem(problem: Problem) -> Problem:
    """The same failure as an error page tells it: what somebody typed into the wrong place is not said back whole."""
    told = {name: masked(getattr(problem, name)) for name in ("zh", "en", "mend_zh", "mend_en")}
    fields = {name: masked(text) for name, text in problem.fields.items()}
    return type(problem)(code=problem.code, source=problem.source, whose=problem.whose, fields=fields, **told)


def _all(text: str) -> Iterator[Found]:
    numbered: tuple[tuple[re.Pattern[str], str, Callable[[str], bool] | None], ...] = (
        (_ID, ID, lambda piece: ric.is_valid(piece.upper())),
        (_USCC, USCC, uscc.is_valid),
        (_CARD, CARD, _luhn),
        (_PHONE, PHONE, None),
        (_LAND, PHONE, None),
        (_PASSPORT, PASSPORT, None),
        (_ADDRESS, ADDRESS, None),
    )
    for pattern, kind, holds in numbered:
        for one in pattern.finditer(text):
            if holds is None or holds(one.group()):
                said = _BEFORE_ADDRESS.match(one.group()) if kind == ADDRESS else None
                yield Found(one.start() + (said.end() if said else 0), one.end(), kind)
    for pattern, kind in ((_SHORT_PASSPORT, PASSPORT), (_NAMED, NAME), (_TITLED, NAME)):
        yield from (Found(one.start(1), one.end(1), kind) for one in pattern.finditer(text) if one.group(1))


def _luhn(piece: str) -> bool:
    digits = [int(sign) for sign in piece if sign.isdigit()]
    if not 16 <= len(digits) <= 19 and not (len(digits) == 15 and piece.startswith(("34", "37"))):
        return False
    doubled = [
        value if place % 2 == 0 else (value * 2 - 9 if value > 4 else value * 2)
        for place, value in enumerate(reversed(digits))
    ]
    return sum(doubled) % 10 == 0


_MASKS: dict[str, Callable[[str], str]] = {
    PHONE: masking.mask_phone, ID: masking.mask_id, USCC: str, CARD: masking.mask_card, PASSPORT: masking.mask_id,
    ADDRESS: masking.mask_address, NAME: masking.mask_name,
}  # fmt: skip
