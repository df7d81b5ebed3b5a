"""What a stack would cost a month after a change, and what the change adds, as far as prices are known."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from orchestrator.executors.terraform.root import shown_address
from orchestrator.plan_types import CostLine, PlanCost
from orchestrator.sentences import joined, stated, stated_many, word_stated

from .prices import FREE, UNKNOWN, USAGE, Price, PriceTable

_MOST_LINES = 100
_NAMED = 5
_NONE = Price(FREE, 0.0)


def cost_of(resources: Iterable[Mapping[str, Any]], table: PriceTable, region: str) -> PlanCost | None:
    """From a masked plan's `resource_changes`, those that stay as they are included; None when it has no resource."""
    managed = [each for each in resources if each.get("mode", "managed") == "managed"]
    if not managed:
        return None
    lines = [_line(each, table) for each in managed]
    told = [each for each in lines if each.basis != FREE]
    told.sort(key=lambda line: (line.basis == USAGE, -abs(line.after or 0.0), line.address))
    cost = PlanCost(
        currency=table.currency,
        dated=table.dated,
        source=table.source,
        region=table.region,
        in_region=region,
        monthly=round(sum(each.after or 0.0 for each in lines), 2),
        delta=round(sum(_added(each) for each in lines), 2),
        unknown=sum(each.basis == UNKNOWN for each in lines),
        usage=sum(each.basis == USAGE for each in lines),
        lines=tuple(told[:_MOST_LINES]),
    )
    return replace(cost, sentence=cost_sentence(cost, len(managed)))


def cost_sentence(cost: PlanCost, resources: int) -> str:
    """`About 32.85 USD a month, 12.41 more than now. …`; what is unknown is said, never counted as nothing."""
    values = {"monthly": money(cost.monthly, cost.currency), "delta": money(abs(cost.delta), cost.currency)}
    parts: list[str] = []
    if cost.unknown + cost.usage < resources or cost.monthly:
        if not cost.delta:
            parts.append(stated("About %(monthly)s a month, as now.", **values))
        elif cost.delta > 0:
            parts.append(stated("About %(monthly)s a month, %(delta)s more than now.", **values))
        else:
            parts.append(stated("About %(monthly)s a month, %(delta)s less than now.", **values))
    if cost.usage:
        parts.append(
            stated_many("%(number)s resource costs by its use.", "%(number)s resources cost by their use.", cost.usage)
        )
    if cost.unknown:
        parts.append(
            stated_many(
                "The price of %(number)s resource is unknown.",
                "The price of %(number)s resources is unknown.",
                cost.unknown,
            )
        )
    return joined((*parts, stated("Prices of %(day)s in %(region)s.", day=cost.dated, region=cost.region)))


def cost_standing(cost: PlanCost) -> str:
    """The same of a stack as it is: `About 32.85 USD a month. The price of aws_x.y is unknown. Prices of …`."""
    named = {basis: [each.address for each in cost.lines if each.basis == basis] for basis in (USAGE, UNKNOWN)}
    parts = []
    if cost.monthly or not (cost.usage or cost.unknown):
        parts.append(_("About %(monthly)s a month.") % {"monthly": money(cost.monthly, cost.currency)})
    if cost.usage:
        parts.append(_("By its use costs, on top: %(names)s.") % {"names": _named(named[USAGE], cost.usage)})
    if cost.unknown:
        parts.append(_("The price is unknown of: %(names)s.") % {"names": _named(named[UNKNOWN], cost.unknown)})
    where = {"day": cost.dated, "region": cost.region}
    return " ".join([*parts, _("Prices of %(day)s in %(region)s.") % where])


def _named(addresses: Sequence[str], number: int) -> str:
    shown = addresses[:_NAMED]
    more = number - len(shown)
    return ", ".join(shown) + (_(" and %(number)s more") % {"number": more} if more > 0 else "")


def money(amount: float, currency: str) -> str:
    return f"{amount:,.2f} {currency}"


def _line(resource: Mapping[str, Any], table: PriceTable) -> CostLine:
    change, kind = resource["change"], str(resource.get("type", ""))
    unknown = change.get("after_unknown")
    before = _price(kind, change.get("before"), {}, table)
    after = _price(kind, change.get("after"), unknown if isinstance(unknown, Mapping) else {}, table)
    # What is unknown on one side makes the difference unknown.
    worst = UNKNOWN if UNKNOWN in (before.basis, after.basis) else (after if after is not _NONE else before).basis
    return CostLine(
        address=shown_address(str(resource["address"])),
        action=_action(change.get("actions") or ()),
        before=before.amount,
        after=after.amount,
        basis=worst,
        note=word_stated(note) if (note := after.note or before.note) else "",
    )


def _price(kind: str, values: Any, unknown: Mapping[str, Any], table: PriceTable) -> Price:
    return table.price(kind, values, unknown) if isinstance(values, Mapping) else _NONE


def _added(line: CostLine) -> float:
    if line.before is None or line.after is None:
        return 0.0
    return line.after - line.before


def _action(actions: Iterable[str]) -> str:
    named = tuple(actions)
    return "replace" if len(named) > 1 else named[0] if named else "no-op"
