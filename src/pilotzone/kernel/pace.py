"""How much one caller may ask in ten seconds. Counted in each web process by itself: a brake, not an account."""

from __future__ import annotations

import threading

WINDOW_S = 10
MOST = 300
MOST_CALLERS = 50_000


class Pace:
    """Units spent by each caller in the present window."""

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self._window = -1
        self._spent: dict[str, int] = {}
        self._lock = threading.Lock()

    def spend(self, caller: str, units: int, now_s: float) -> bool:
        """Whether the caller may spend these units now (seconds of any steady clock); a refused call is spent too."""
        window = int(now_s) // WINDOW_S
        with self._lock:
            if window != self._window or len(self._spent) > MOST_CALLERS:
                self._window, self._spent = window, {}
            # what was refused is spent up to twice the limit only: the sum stays small however long one knocks
            spent = self._spent[caller] = min(self._spent.get(caller, 0) + units, 2 * self.most)
        return spent <= self.most

    def left(self, caller: str, now_s: float) -> tuple[int, int]:
        """Units left to the caller in the present window, and the seconds until the next one."""
        window = int(now_s) // WINDOW_S
        with self._lock:
            spent = self._spent.get(caller, 0) if window == self._window else 0
        return max(0, self.most - spent), (window + 1) * WINDOW_S - int(now_s)
