"""From running totals to the flows a balance is struck from (8.3, 8.4)."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .balance import (
    Flows,
    net_flows_by_claim,
    net_manufacturing,
    period_balances,
)
from .dross import REMELTING, dross_flows, own_dross
from .quantity import ZERO, Ratio


class Total(NamedTuple):
    """One running total of a period; ``mass`` in tonnes.

    ``dross`` says that the product is dross, and ``earlier`` is the first day of the
    period before this one that it is of: which dross is own follows from the periods
    before too (4.2c).
    """

    activity: str
    counterpart: str | None
    facility: int | None
    product: int | None
    flow: str
    material: str
    status: str
    mass: Decimal
    dross: bool = False
    earlier: date | None = None


class FlowCollector:
    """Sorts the running totals of one period into each activity's flows.

    ``materials`` maps an activity's code to its input and output material.
    Flows of other materials are on file but not in the activity's balance:
    different materials never mix.

    >>> collector = FlowCollector(
    ...     [
    ...         Total("smelting", None, 1, 7, "input", "alumina", "coc", Decimal(80)),
    ...         Total(
    ...             "smelting", None, 1, 7, "input", "alumina", "non_coc", Decimal(20)
    ...         ),
    ...         Total("smelting", None, 1, 8, "input", "aluminium", "coc", Decimal(5)),
    ...         Total("smelting", None, 1, 8, "output", "aluminium", "coc", Decimal(9)),
    ...     ],
    ...     {"smelting": ("alumina", "aluminium")},
    ... )
    >>> flows = collector.flows({"smelting": {"declared_yields": {1: Decimal("0.52")}}})
    >>> smelting = flows["smelting"]
    >>> smelting.coc_input, smelting.non_coc_inflow, smelting.coc_output
    (Decimal('80'), Decimal('20'), Decimal('9'))
    >>> smelting.declared_yield
    Decimal('0.52')

    Own dross that the casthouse sends to the re-melter is wholly eligible there,
    less what went back; other scrap that stays inside is not reported (8.6), and
    neither is in the casthouse's account. Dross that is not own is Non-CoC:

    >>> def sent(origin, target, mass, dross):
    ...     between = ((origin, target, "out"), (target, origin, "in"))
    ...     return [
    ...         Total(one, other, 1, 9, f"intra_entity_{way}", "scrap", "pooled",
    ...               Decimal(mass), dross)
    ...         for one, other, way in between
    ...     ]
    >>> materials = {
    ...     "remelting_refining": ("scrap", "aluminium"),
    ...     "casthouse": ("aluminium", "aluminium"),
    ... }
    >>> inside = (
    ...     sent("casthouse", "remelting_refining", 6, True)
    ...     + sent("remelting_refining", "casthouse", 2, True)
    ...     + sent("casthouse", "remelting_refining", 50, False)
    ... )
    >>> flows = FlowCollector(inside, materials).flows({})
    >>> flows["remelting_refining"].own_dross, flows["casthouse"] == Flows()
    (Decimal('4'), True)
    >>> bought = Total("casthouse", None, 1, 9, "input", "scrap", "unclassified",
    ...                Decimal(3), True, date(2024, 1, 1))
    >>> remelter = FlowCollector([*inside, bought], materials).flows({})[
    ...     "remelting_refining"]
    >>> remelter.other_dross_brought, remelter.own_dross, remelter.unclaimed_inflow
    (Decimal('3'), Decimal('1'), Decimal('3'))

    Scrap that an activity melts without taking it in adds to what it uses, not to
    what it may claim (5.1): 100 t of metal and 10 t of scrap for 110 t of slab are
    a yield of 1. What it made of scrap itself is taken off.

    >>> casthouse = FlowCollector(
    ...     [
    ...         Total("casthouse", None, 1, product, flow, material, "pooled",
    ...               Decimal(mass))
    ...         for product, flow, material, mass in (
    ...             (7, "consumption", "aluminium", 100),
    ...             (9, "consumption", "scrap", 12),
    ...             (9, "production", "scrap", 2),
    ...             (8, "production", "aluminium", 110),
    ...         )
    ...     ],
    ...     {"casthouse": ("aluminium", "aluminium")},
    ... ).flows({})["casthouse"]
    >>> casthouse.produced, casthouse.consumed
    (Decimal('110'), Decimal('110'))

    Liquid metal that left the smelter while it was not certified is Non-CoC: it
    arrives as such in the casthouse, and leaves the smelter without a claim (3.3):

    >>> def sent(status, mass):
    ...     return Total("smelting", "casthouse", 1, 9, "intra_entity_out",
    ...                  "aluminium", status, Decimal(mass))
    >>> flows = FlowCollector(
    ...     [sent("pooled", 60), sent("non_coc", 40)],
    ...     {"smelting": ("alumina", "aluminium"),
    ...      "casthouse": ("aluminium", "aluminium")},
    ... ).flows({})
    >>> flows["smelting"].intra_entity_outflow, flows["smelting"].output
    ({'casthouse': Decimal('60')}, Decimal('40'))
    >>> flows["casthouse"].unclaimed_inflow
    Decimal('40')
    """

    def __init__(self, totals, materials):
        self._materials = materials
        self._sums = {code: {} for code in materials}
        self._made = {code: {} for code in materials}
        self._used = {code: {} for code in materials}
        self._inflow = {code: {} for code in materials}
        self._sent = {}
        self._melted = {}
        self._unclaimed = {}
        self._dross = {}
        for total in totals:
            if total.dross:
                self._dross.setdefault(total.earlier, []).append(total)
            if total.activity in materials and not total.earlier:
                self._collect(total)

    def _collect(self, total):
        code, mass = total.activity, total.mass
        taken_in, put_out = self._materials[code]
        if total.flow == "input" and total.material == taken_in:
            self._add(self._sums[code], f"input_{total.status}", mass)
            self._add(self._inflow[code], total.facility, mass)
        elif total.flow == "output" and total.material == put_out:
            self._add(self._sums[code], f"output_{total.status}", mass)
        elif total.flow == "output" and total.material == "scrap":
            self._add(self._sums[code], f"scrap_{total.status}", mass)
        elif total.flow == "intra_entity_out" and total.material == put_out:
            self._send(total)
        elif total.flow == "production" and total.material == put_out:
            self._add(self._made[code], total.product, mass)
        elif total.flow == "consumption" and total.material == taken_in:
            self._add(self._used[code], total.product, mass)
        elif total.flow in ("consumption", "production") and total.material == "scrap":
            sign = 1 if total.flow == "consumption" else -1
            self._add(self._melted, code, sign * mass)
        elif total.flow in ("positive_balance_brought", "overdraw_brought"):
            self._add(self._sums[code], total.flow, mass)

    def _send(self, total):
        taken_in, _put_out = self._materials.get(total.counterpart, (None, None))
        # Scrap that stays inside the scope is not reported (8.6).
        if taken_in == total.material:
            sent = self._unclaimed if total.status == "non_coc" else self._sent
            self._add(sent, (total.activity, total.counterpart), total.mass)

    @staticmethod
    def _add(sums, key, mass):
        sums[key] = sums.get(key, ZERO) + mass

    def flows(self, settings):
        """Return ``{activity code: Flows}``.

        ``settings`` maps each code to further arguments of
        :class:`~.balance.Flows`; ``declared_yields`` among them maps facilities
        to their declared yield.
        """
        downstream = {code: {} for code in self._sums}
        claimed, unclaimed = net_flows_by_claim(self._sent, self._unclaimed)
        for (origin, target), mass in claimed.items():
            downstream[origin][target] = mass
        for (origin, target), mass in unclaimed.items():
            # Leaves without a claim, arrives as Non-CoC Material.
            self._add(self._sums[origin], "output_non_coc", mass)
            self._add(self._sums[target], "unclaimed", mass)
        if REMELTING in self._sums:
            self._add_dross(self._sums[REMELTING])
        return {
            code: self._flows_of(code, downstream[code], dict(settings.get(code, {})))
            for code in self._sums
        }

    def _add_dross(self, sums):
        """All dross of other activities arrives; the part that is own is CoC (4.2c)."""
        brought = ZERO
        for start in sorted(filter(None, self._dross)):
            _own, brought = own_dross(brought, dross_flows(self._dross[start]))
        flows = dross_flows(self._dross.get(None, ()))
        sums["other_dross_brought"] = brought
        sums["own_dross"], sums["other_dross_carried"] = own_dross(brought, flows)
        self._add(sums, "unclaimed", max(flows.arrived - sums["own_dross"], ZERO))

    def _flows_of(self, code, sent, settings):
        sums = self._sums[code]
        made, used = self._made[code], self._used[code]
        produced, consumed = net_manufacturing(
            (made.get(product, ZERO), used.get(product, ZERO))
            for product in made.keys() | used.keys()
        )
        # Scrap the activity does not take in is melted all the same.
        consumed += max(self._melted.get(code, ZERO), ZERO)
        declared = self._declared_yield(code, settings.pop("declared_yields", {}))
        brought = ("positive_balance_brought", "overdraw_brought")
        settings |= {name: sums[name] for name in brought if sums.get(name)}
        return Flows(
            coc_input=sums.get("input_coc", ZERO),
            non_coc_inflow=sums.get("input_non_coc", ZERO),
            unclaimed_inflow=sums.get("unclaimed", ZERO),
            own_dross=sums.get("own_dross", ZERO),
            other_dross_brought=sums.get("other_dross_brought", ZERO),
            other_dross_carried=sums.get("other_dross_carried", ZERO),
            output=sums.get("output_coc", ZERO) + sums.get("output_non_coc", ZERO),
            coc_output=sums.get("output_coc", ZERO),
            intra_entity_outflow=sent,
            produced=produced,
            consumed=consumed,
            declared_yield=declared,
            scrap_outflow=sums.get("scrap_coc", ZERO) + sums.get("scrap_non_coc", ZERO),
            eligible_scrap_output=sums.get("scrap_coc", ZERO),
            **settings,
        )

    def _declared_yield(self, code, yields):
        """Weigh the facilities' declared yields by what they took in."""
        inflow = self._inflow[code]
        weights = {key: max(inflow.get(key, ZERO), ZERO) for key in yields}
        if not any(weights.values()):
            weights = dict.fromkeys(yields, Decimal(1))
        weighted = sum((yields[key] * weights[key] for key in yields), ZERO)
        return Ratio(weighted, sum(weights.values(), ZERO)).factor or None


def strike_balances(totals, materials, settings):
    """Strike the balances of a period from its running totals (8.4 to 8.9).

    Totals that open orders will add give the balances expected at period end.
    80 of 100 t came in; an order for 100 t of Non-CoC Material will bring the
    inflow percentage down to 40 %:

    >>> materials = {"casthouse": ("aluminium", "aluminium")}
    >>> def total(flow, status, mass):
    ...     return Total(
    ...         "casthouse", None, 1, 7, flow, "aluminium", status, Decimal(mass))
    >>> done = [total("input", "coc", 80), total("input", "non_coc", 20)]
    >>> planned = [total("input", "non_coc", 100), total("output", "coc", 50)]
    >>> expected = strike_balances(done + planned, materials, {})["casthouse"]
    >>> expected.inflow_share.percentage
    Decimal('40')
    >>> expected.positive_balance_carried
    Decimal('30.000000')
    """
    return period_balances(FlowCollector(totals, materials).flows(settings))


def split_by_origin(moves):
    """Return the ids of moves in groups, what was returned before its return.

    ``moves`` are pairs of an id and of the id of what it returns, in order of the
    ids. A return is accounted as the ledger says its goods had gone, so one
    statement cannot post both.

    >>> split_by_origin([(1, None), (2, 1), (3, None), (4, 2), (6, 5)])
    [[1, 3, 6], [2], [4]]
    >>> split_by_origin([])
    []
    """
    depths, groups = {}, []
    for move_id, origin_id in moves:
        depth = depths[move_id] = depths.get(origin_id, -1) + 1
        if depth == len(groups):
            groups.append([])
        groups[depth].append(move_id)
    return groups
