"""A day at the works, through the methods that buttons call.

A storekeeper selects a shift's orders in a list and confirms or finishes them
together; so what happens many times a day happens here on recordsets.
"""

from odoo import Command

from ..operations import Operations
from . import plan


class Works(Operations):
    """The smelter and its casthouses."""

    def __init__(self, *args, partners, series_types, recipes):
        super().__init__(*args)
        self.partners = partners
        self.series_types = series_types
        self.recipes = recipes

    def live(self, day):
        """Let everything that is planned for ``day`` happen."""
        if day.trains:
            self.take_in_alumina(day)
        self.tap(day)
        self.fill_casthouses()
        self.cast(day)
        self.sell_liquid(day)
        if day.sells_ingot:
            self.sell_ingot(day)
        if day.counts_alumina:
            self.count_alumina()
        if day.counts_ingot:
            self.count_ingot(day)
        if day.cleans_up:
            self._env["stock.rule"].run_scheduler()

    # -- alumina --------------------------------------------------------------
    def take_in_alumina(self, day):
        """A part of one train is CoC Material, and its document is verified (10.2)."""
        self.buy(
            self.partners["alumina"],
            "alumina",
            day.trains * plan.ALUMINA_CERTIFIED,
            day.trains * plan.ALUMINA_COC,
            reference=f"HA-{day.date:%Y%m%d}",
        )
        self.buy(
            self.partners["plain_alumina"], "alumina", day.trains * plan.ALUMINA_PLAIN
        )

    # -- making ---------------------------------------------------------------
    def tap(self, day):
        """Every tapping batch is a lot with an order of its own (5.2)."""
        return self._make_many(
            "liquid",
            [
                (
                    f"L{series}-{day.date:%y%m%d}-{number + 1:02}",
                    series,
                    self.series_types[series],
                )
                for series, (_alumina, batches, _cast) in plan.SERIES.items()
                for number in range(batches)
            ],
        )

    def fill_casthouses(self):
        """Each casthouse gets its batches from the potline beside it."""
        pickings = self.acting("storekeeper")["stock.picking"].create(
            [
                self._prepare_filling(key, series)
                for key, (series, _ingot) in plan.CASTHOUSES.items()
            ]
        )
        pickings.action_confirm()
        pickings.action_assign()
        self._validate(pickings)

    def _prepare_filling(self, key, series):
        product = self.products["liquid"]
        places = {
            "location_id": self._get_place(series).id,
            "location_dest_id": self._get_stock(key).id,
        }
        move = {
            "product_id": product.id,
            "product_uom_qty": plan.SERIES[series][2] * plan.BATCH,
            "product_uom": product.uom_id.id,
            **places,
        }
        return {
            "picking_type_id": self.company.warehouses["smelter"].int_type_id.id,
            "move_ids": [Command.create(move)],
            **places,
        }

    def cast(self, day):
        """Two batches make a cast; returns are left, and remelted, in Casthouse 1."""
        orders = []
        for key, (series, _ingot) in plan.CASTHOUSES.items():
            warehouse = self.company.warehouses[key]
            casts = plan.SERIES[series][2] // plan.BATCHES_PER_CAST
            recipes = ["cast"] * casts
            if key == "casthouse_1":
                recipes[0] = day.first_cast
            orders += [
                (
                    f"{warehouse.code}-{day.date:%y%m%d}-{number + 1:02}",
                    recipe,
                    warehouse.manu_type_id,
                )
                for number, recipe in enumerate(recipes)
            ]
        return self._make_many("ingot", orders)

    def _make_many(self, key, plans):
        """Make what ``plans`` say: lot, bill of materials, operation type."""
        env = self.acting("storekeeper")
        product = self.products[key]
        lots = env["stock.lot"].create(
            [{"name": lot, "product_id": product.id} for lot, _recipe, _type in plans]
        )
        orders = env["mrp.production"].create(
            [
                {
                    "product_id": product.id,
                    "product_qty": self.recipes[recipe].product_qty,
                    "bom_id": self.recipes[recipe].id,
                    "picking_type_id": kind.id,
                    "lot_producing_ids": [Command.set(lot.ids)],
                }
                for lot, (_name, recipe, kind) in zip(lots, plans, strict=True)
            ]
        )
        orders.action_confirm()
        orders.action_assign()
        orders.button_mark_done()
        self._expect_all_done(orders)
        return orders

    # -- selling --------------------------------------------------------------
    def sell_liquid(self, day):
        """The neighbours take what the casthouses do not cast."""
        self._sell_many(
            "liquid",
            [
                # Plain metal first: its outflow makes the other's share larger (8.7).
                ("plain_liquid", "smelter", plan.LIQUID_PER_CUSTOMER, False),
                ("liquid", "smelter", plan.LIQUID_PER_CUSTOMER, day.liquid_coc),
            ],
        )

    def sell_ingot(self, day):
        """A train of each casthouse's ingot leaves."""
        self._sell_many(
            "ingot",
            [
                (key, key, quantity, day.wants_ingot_coc(key))
                for key, (_series, quantity) in plan.CASTHOUSES.items()
            ],
        )

    def _sell_many(self, key, sales):
        """Sell and deliver: customer, warehouse, quantity, whether as CoC Material."""
        orders = self.acting("salesperson")["sale.order"].create(
            [
                {
                    "partner_id": self.partners[customer].id,
                    "warehouse_id": self.company.warehouses[place].id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.products[key].id,
                                "product_uom_qty": quantity,
                                "coc_wanted_qty": quantity if wants_coc else 0,
                            }
                        )
                    ],
                }
                for customer, place, quantity, wants_coc in sales
            ]
        )
        orders.action_confirm()
        # One truck after the other.
        for order in orders:
            self.deliver(order)
        return orders

    # -- counting -------------------------------------------------------------
    def count_alumina(self):
        """The survey of the silos finds less than the books say."""
        self._count("alumina", self._get_stock("smelter"), -plan.ALUMINA_MISSING)

    def count_ingot(self, day):
        """The yard finds more of the day's last cast of Casthouse 2."""
        code = self.company.warehouses["casthouse_2"].code
        lot = self._env["stock.lot"].search(
            [
                ("product_id", "=", self.products["ingot"].id),
                ("name", "=like", f"{code}-{day.date:%y%m%d}-%"),
            ],
            order="name desc",
            limit=1,
        )
        self._count("ingot", self._get_stock("casthouse_2"), plan.INGOT_FOUND, lot)

    def _count(self, key, location, difference, lot=None):
        quants = self.acting("representative")["stock.quant"]
        quant = quants.search(
            [
                ("product_id", "=", self.products[key].id),
                ("location_id", "=", location.id),
                ("lot_id", "=", lot.id if lot else False),
            ]
        )
        quant.inventory_quantity = quant.quantity + difference
        quant.action_apply_inventory()

    # -- helpers --------------------------------------------------------------
    def _get_stock(self, key):
        return self.company.warehouses[key].lot_stock_id

    def _get_place(self, series):
        return self.series_types[series].default_location_dest_id

    def _validate(self, picking):
        picking.button_validate()
        self._expect_all_done(picking)

    @staticmethod
    def _expect_all_done(records):
        # A dialogue that was left open would pass unnoticed otherwise.
        for record in records:
            if record.state != "done":
                raise RuntimeError(f"{record.display_name} is {record.state}.")
