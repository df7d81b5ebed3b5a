"""The price table (prices.yaml), and the price of one resource as a plan has it."""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FIXED, FREE, USAGE, UNKNOWN = "fixed", "free", "usage", "unknown"


@dataclass(frozen=True)
class Price:
    """A month's price; `amount` is None when it is unknown or depends on use alone. `note` says by which use."""

    basis: str
    amount: float | None
    note: str = ""


@dataclass(frozen=True)
class PriceTable:
    source: str
    dated: str
    currency: str
    region: str
    hours_a_month: float
    resources: Mapping[str, Mapping[str, Any]]
    usage: Mapping[str, str]
    free: tuple[str, ...]

    def price(self, resource_type: str, values: Mapping[str, Any], unknown: Mapping[str, Any]) -> Price:
        """What one resource with these attributes costs; `unknown` marks what is known only after the apply."""
        described = self.resources.get(resource_type)
        if described is not None:
            return self._priced(described, values, unknown)
        if resource_type in self.usage:
            return Price(USAGE, None, self.usage[resource_type])
        if any(fnmatchcase(resource_type, each) for each in self.free):
            return Price(FREE, 0.0)
        return Price(UNKNOWN, None)

    def _priced(self, described: Mapping[str, Any], values: Mapping[str, Any], unknown: Mapping[str, Any]) -> Price:
        note = str(described.get("usage", ""))
        total, counted = 0.0, False
        for part in described.get("parts", ()):
            if part.get("optional") and not _fits(part, values):
                continue
            amount = self._part(part, values, unknown)
            if amount is None:
                return Price(UNKNOWN, None, note)
            total, counted = total + amount, True
        return Price(FIXED, round(total, 2), note) if counted else Price(USAGE, None, note)

    def _part(self, part: Mapping[str, Any], values: Mapping[str, Any], unknown: Mapping[str, Any]) -> float | None:
        names = [part[each] for each in ("by", "per") if each in part]
        names += [*part.get("when", {}), *part.get("times", {})]
        if any(unknown.get(each) for each in names) or not _fits(part, values):
            return None
        hourly = "hourly" in part
        rate = part["hourly"] if hourly else part["monthly"]
        if "by" in part:
            rate = rate.get(values.get(part["by"]) or part.get("otherwise"))
        if rate is None:
            return None
        amount = float(rate) * (self.hours_a_month if hourly else 1)
        if "per" in part:
            number = values.get(part["per"])
            number = part.get("per_otherwise") if number is None else number
            if not isinstance(number, int | float) or isinstance(number, bool) or number < 0:
                return None
            amount *= number
        for name, factors in part.get("times", {}).items():
            amount *= factors.get(values.get(name), 1)
        return amount


@lru_cache(maxsize=1)
def prices_load() -> PriceTable:
    """The table that comes with the product."""
    loaded = yaml.safe_load(Path(__file__).with_name("prices.yaml").read_text(encoding="utf-8"))
    return PriceTable(**{**loaded, "free": tuple(loaded["free"])})


def _fits(part: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    return all(values.get(name) in wanted for name, wanted in part.get("when", {}).items())
