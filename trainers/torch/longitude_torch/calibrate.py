"""The factor that shrinks the onset head towards the base rates, by golden-section search on tuning persons."""

import math
from collections.abc import Callable

LOWEST, HIGHEST, STEPS = 0.5, 1.2, 10
GOLDEN = (math.sqrt(5) - 1) / 2


def best_shrinkage(loss_at: Callable[[float], float]) -> float:
    low, high = LOWEST, HIGHEST
    left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
    loss_left, loss_right = loss_at(left), loss_at(right)
    for _ in range(STEPS):
        if loss_left <= loss_right:
            high, right, loss_right = right, left, loss_left
            left = high - GOLDEN * (high - low)
            loss_left = loss_at(left)
        else:
            low, left, loss_left = left, right, loss_right
            right = low + GOLDEN * (high - low)
            loss_right = loss_at(right)
    return (low + high) / 2
