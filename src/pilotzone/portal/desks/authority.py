"""The authorised body that checks identities (公安、人口库): whether a name and a resident identity number belong together.

None is connected to a real zone yet. In a demonstration its register is the demonstration's own synthetic buyers.
"""

from __future__ import annotations

from pilotzone.base.errors import Unavailable
from pilotzone.kernel import clock
from pilotzone.portal.demo.people import buyer

NAME = "演示实名登记（合成）"
SOURCE = "海关总署公告2018年第194号"
DEMO_BUYERS = 20_000


def ask(name: str, number: str) -> bool:
    """Whether they belong together; Unavailable `me.authority` in a real zone."""
    if not clock.is_demo():
        raise Unavailable(
            code="me.authority", zh="实名核验服务尚未接入，暂时无法核验。",
            en="No authority for identity checks is connected yet.", source=SOURCE,
        )  # fmt: skip
    candidates = range(int(number[14:17]), DEMO_BUYERS, 1000) if number[14:17].isdigit() else ()
    return any((one := buyer(at)).document == number and one.name == name for at in candidates)
