"""How a buyer's dispute of a purchase (不是我买的) may end."""

from __future__ import annotations

# outcome → (Chinese, English)
OUTCOMES = {
    "own": ("确认本人购买", "the buyer's own purchase"),
    "misused": ("认定冒用身份", "identity was misused"),
    "withdrawn": ("消费者撤回", "withdrawn by the buyer"),
}
