from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CocCase, UserCase

FIGURES = (
    *("opening", "input", "production", "gain"),
    *("consumption", "output", "loss", "unclassified", "closing"),
)


class ReconciliationMixin:
    """Reads the reconciliation of a period as plain numbers."""

    def rows(self, product, period=None, lot=None):
        period = period or self.period
        period._reconcile()
        return period.reconciliation_ids.filtered(
            lambda row: row.product_id == product and (not lot or row.lot_id == lot)
        )

    def figures(self, product, period=None, lot=None):
        """Return ``{figure: tonnes}`` of the product, those that are not zero."""
        rows = self.rows(product, period, lot)
        sums = {
            name: round(sum(rows.mapped(f"{name}_mass")), 6)
            for name in (*FIGURES, "difference", "late")
        }
        return {name: mass for name, mass in sums.items() if mass}

    def check_reconciled(self, *periods):
        for period in periods or self.period:
            self.assertFalse(period._reconcile())
            for row in period.reconciliation_ids:
                self.assertEqual(row.difference_mass, 0, row.display_name)
                self.assertEqual(row.difference_quantity, 0, row.display_name)
                self.assertFalse(row.move_ids)

    def lot(self, product, name, **values):
        return self.env["stock.lot"].create(
            {"product_id": product.id, "name": name, **values}
        )

    def move_lots(self, kind, source, target, product, quantities):
        """Transfer ``{lot: quantity}`` of one product."""
        picking = self.plan(
            kind,
            source,
            target,
            [{"product": product, "quantity": sum(quantities.values())}],
        )
        picking.move_ids.move_line_ids.unlink()
        picking.move_ids.move_line_ids = [
            Command.create(
                {
                    "product_id": product.id,
                    "lot_id": lot.id,
                    "quantity": quantity,
                    "picking_id": picking.id,
                    "location_id": source.id,
                    "location_dest_id": target.id,
                }
            )
            for lot, quantity in quantities.items()
        ]
        picking.move_ids.picked = True
        picking.button_validate()
        return picking

    def spoil(self, picking, quantity):
        """Change what a done transfer moved, below the ORM."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_move_line SET quantity = %s WHERE picking_id = %s",
            [quantity, picking.id],
        )
        self.env.invalidate_all()

    def forget(self, records):
        """Take the entries of transfers out of the ledger, below every guard."""
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL asi_coc.migration = 'on'")
        self.env.cr.execute(
            "UPDATE asi_coc_entry SET corrects_id = NULL WHERE picking_id = ANY(%s)",
            [records.ids],
        )
        self.env.cr.execute(
            "DELETE FROM asi_coc_entry WHERE picking_id = ANY(%s)", [records.ids]
        )
        self.env.cr.execute("SET LOCAL asi_coc.migration = 'off'")
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestReconciliation(ReconciliationMixin, CocCase):
    """8.1: opening + in + produced + gained − consumed − out − lost = closing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.suppliers = cls.env.ref("stock.stock_location_suppliers")
        cls.customers = cls.env.ref("stock.stock_location_customers")

    def live_through_a_year(self):
        """Slab: 50 gained + 90 in + 28 made − 35 out − 3 lost = 130 t."""
        self.have_stock(self.slab, 50)
        receipt = self.receive(self.slab, 100, claimed=60)
        self.give_back(receipt, 10)
        self.receive(self.liquid, 30)
        self.produce(self.slab, 28, [(self.liquid, 29)], self.casthouse_place)
        self.move_inside(self.slab, 20, self.casthouse_place, self.mill_place)
        delivery = self.deliver(self.slab, 40, designated=15)
        self.give_back(delivery, 5)
        self.have_stock(self.slab, 110)

    def test_a_year(self):
        self.live_through_a_year()
        self.assertEqual(
            self.figures(self.slab),
            {
                "gain": 50,
                "input": 90,
                "production": 28,
                "output": 35,
                "loss": 3,
                "closing": 130,
            },
        )
        self.assertEqual(
            self.figures(self.liquid), {"input": 30, "consumption": 29, "closing": 1}
        )
        self.check_reconciled()

    def test_what_closes_a_year_opens_the_next(self):
        self.live_through_a_year()
        following = self.open_period("2026-01-01", "2026-12-31")
        self.at("2026-02-01")
        self.deliver(self.slab, 30)
        self.assertEqual(
            self.figures(self.slab, following),
            {"opening": 130, "output": 30, "closing": 100},
        )
        self.assertEqual(self.figures(self.slab)["closing"], 130)
        self.check_reconciled(self.period, following)

    def test_stock_is_what_odoo_has_at_the_date(self):
        self.live_through_a_year()
        self.at("2025-06-01")
        self.receive(self.slab, 7)
        self.open_period("2026-01-01", "2026-12-31")
        self.at("2026-02-01")
        self.deliver(self.slab, 30)
        at_end = self.slab.with_context(
            to_date="2025-12-31 23:59:59", location=self.warehouse.view_location_id.id
        )
        self.assertEqual(at_end.qty_available, 137)
        self.assertEqual(self.rows(self.slab).closing_quantity, 137)

    def test_pieces_and_kilograms(self):
        """12 billets of 2.5 t, 4 out; 1500 kg of slab in a product kept in tonnes."""
        self.receive(self.billet, 12)
        self.deliver(self.billet, 4)
        self.transfer(
            "in",
            self.suppliers,
            self.casthouse_place,
            [
                {
                    "product": self.slab,
                    "quantity": 1500,
                    "uom": self.env.ref("uom.product_uom_kgm"),
                }
            ],
            self.supplier,
        )
        self.assertEqual(
            self.figures(self.billet), {"input": 30, "output": 10, "closing": 20}
        )
        row = self.rows(self.billet)
        self.assertEqual((row.flow_quantity, row.closing_quantity), (8, 8))
        self.assertEqual(self.figures(self.slab), {"input": 1.5, "closing": 1.5})
        self.assertEqual(self.rows(self.slab).closing_quantity, 1.5)
        self.check_reconciled()

    def test_mass_found_out_better_later(self):
        """10 billets came as 2.5 t each; 5 more weigh 2.6 t: 25 + 13 t."""
        self.receive(self.billet, 10)
        self.billet.coc_net_mass = 2.6
        self.receive(self.billet, 5)
        self.assertEqual(self.figures(self.billet), {"input": 38, "closing": 38})
        self.check_reconciled()

    def test_lots(self):
        """Lot A weighs 2.4 t a billet; lot B is as assumed, 2.5 t."""
        self.billet.tracking = "lot"
        weighed = self.lot(self.billet, "A", coc_net_mass=2.4)
        assumed = self.lot(self.billet, "B")
        place = self.casthouse_place
        self.move_lots(
            "in", self.suppliers, place, self.billet, {weighed: 10, assumed: 10}
        )
        self.move_lots("out", place, self.customers, self.billet, {weighed: 4})
        self.assertEqual(
            self.figures(self.billet, lot=weighed),
            {"input": 24, "output": 9.6, "closing": 14.4},
        )
        self.assertEqual(
            self.figures(self.billet, lot=assumed), {"input": 25, "closing": 25}
        )
        self.check_reconciled()

    def test_a_lot_entered_below_the_orm_differs_though_the_product_does_not(self):
        self.billet.tracking = "lot"
        first, second = self.lot(self.billet, "A"), self.lot(self.billet, "B")
        picking = self.move_lots(
            "in", self.suppliers, self.casthouse_place, self.billet, {first: 2}
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_move_line SET lot_id = %s WHERE picking_id = %s",
            [second.id, picking.id],
        )
        self.env.invalidate_all()
        beyond = self.period._reconcile()
        self.assertEqual(
            {row.lot_id: row.difference_mass for row in beyond}, {first: 5, second: -5}
        )

    def test_a_late_move_differs_nowhere(self):
        """Dated in 2025, accounted in 2026: in stock and in flows of 2025."""
        self.receive(self.slab, 20)
        self.close(self.period)
        following = self.next_period()
        self.at("2025-03-10")
        late = self.receive(self.slab, 10)
        entry = self.env["asi.coc.entry"].search([("picking_id", "=", late.id)])
        self.assertEqual(entry.period_id, following)
        self.at("2026-02-01")
        self.deliver(self.slab, 5)
        self.assertEqual(
            self.figures(self.slab), {"input": 30, "closing": 30, "late": 10}
        )
        self.assertEqual(
            self.figures(self.slab, following),
            {"opening": 30, "output": 5, "closing": 25},
        )
        self.check_reconciled(self.period, following)

    def test_days_are_those_of_the_scope(self):
        """20:00 UTC on New Year's Eve is 2026 in Perth."""
        self.scope.tz = "Australia/Perth"
        following = self.open_period("2026-01-01", "2026-12-31")
        self.clock.move_to("2025-12-31 15:00:00")
        self.receive(self.slab, 1)
        self.clock.move_to("2025-12-31 20:00:00")
        self.receive(self.slab, 2)
        self.assertEqual(self.figures(self.slab), {"input": 1, "closing": 1})
        self.assertEqual(
            self.figures(self.slab, following),
            {"opening": 1, "input": 2, "closing": 3},
        )

    def test_a_place_outside_the_scope_is_outside(self):
        depot = self._create_location("Depot", self.warehouse.view_location_id)
        depot.coc_outside_scope = True
        self.receive(self.slab, 10)
        self.move_inside(self.slab, 4, self.casthouse_place, depot)
        self.move_inside(self.slab, 1, depot, self.casthouse_place)
        self.assertEqual(
            self.figures(self.slab), {"input": 11, "output": 4, "closing": 7}
        )
        self.check_reconciled()

    def test_goods_of_others_and_of_another_company(self):
        self.receive(self.slab, 10, owner_id=self.supplier.id)
        other = self.env["res.company"].create({"name": "Other"})
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", other.id)], limit=1
        )
        self.env.user.company_ids += other
        self.env["stock.quant"].with_context(allowed_company_ids=other.ids).create(
            {
                "product_id": self.slab.id,
                "location_id": warehouse.lot_stock_id.id,
                "inventory_quantity": 5,
            }
        ).action_apply_inventory()
        self.assertEqual(self.figures(self.slab), {})
        self.receive(self.slab, 3)
        self.assertEqual(self.figures(self.slab), {"input": 3, "closing": 3})

    def test_unclassified_has_its_own_column(self):
        """Nobody's place: 10 t in, 2 t out; 3 t brought there change no stock."""
        nowhere = self._create_location("Nowhere")
        self.receive(self.slab, 10, place=nowhere)
        self.deliver(self.slab, 2, place=nowhere)
        self.receive(self.slab, 5)
        self.move_inside(self.slab, 3, self.casthouse_place, nowhere)
        self.assertEqual(
            self.figures(self.slab), {"unclassified": 8, "input": 5, "closing": 13}
        )
        self.check_reconciled()

    def test_without_a_net_mass_the_quantity_tells(self):
        piece = self._create_product("Ingot", "aluminium", self.unit)
        receipt = self.receive(piece, 7)
        row = self.rows(piece)
        self.assertEqual((row.closing_mass, row.closing_quantity), (0, 7))
        self.assertEqual(row.difference_quantity, 0)
        self.spoil(receipt, 9)
        self.assertEqual(self.period._reconcile().difference_quantity, -2)
        self.spoil(receipt, 7)
        piece.coc_net_mass = 0.5
        self.assertEqual(self.figures(piece), {"unclassified": 3.5, "closing": 3.5})
        self.scope.action_classify()
        self.assertEqual(self.figures(piece), {"input": 3.5, "closing": 3.5})

    # -- differences ----------------------------------------------------------
    def test_a_difference_names_its_move(self):
        self.receive(self.slab, 10)
        spoilt = self.receive(self.slab, 20)
        lost = self.receive(self.slab, 40)
        self.spoil(spoilt, 25)
        self.forget(lost)
        row = self.period._reconcile()
        self.assertEqual(row.product_id, self.slab)
        # 30 t by the ledger, 75 t by the moves
        self.assertEqual(row.difference_mass, -45)
        self.assertEqual(
            {
                line.reference: (line.stock_mass, line.book_mass, line.difference_mass)
                for line in row.move_ids
            },
            {spoilt.name: (25, 20, -5), lost.name: (40, 0, -40)},
        )
        action = row.move_ids[0].action_open_move()
        self.assertEqual(action["res_id"], spoilt.id)

    def test_tolerance_of_the_scope(self):
        receipt = self.receive(self.slab, 10)
        self.spoil(receipt, 10.5)
        self.assertEqual(self.period._reconcile().difference_mass, -0.5)
        self.scope.reconciliation_tolerance = 0.5
        self.assertFalse(self.period._reconcile())
        self.assertEqual(self.rows(self.slab).difference_mass, -0.5)

    def test_what_was_done_before_the_scope_was_active(self):
        self.scope.action_suspend()
        missed = self.receive(self.slab, 10)
        self.scope.action_activate()
        self.assertEqual(self.rows(self.slab).move_ids.reference, missed.name)

    def test_rows_stay_the_same_ones_and_go_with_their_stock(self):
        receipt = self.receive(self.slab, 10)
        row = self.rows(self.slab)
        self.receive(self.slab, 5)
        self.assertEqual(self.rows(self.slab), row)
        self.assertEqual(row.input_mass, 15)
        self.spoil(receipt, 0)
        self.forget(receipt)
        self.give_back(self.receive(self.coil, 1), 1)
        self.assertEqual(self.rows(self.slab).input_mass, 5)

    def test_entries_and_moves_behind_a_row(self):
        receipt = self.receive(self.slab, 10)
        row = self.rows(self.slab)
        entries = self.env["asi.coc.entry"].search(row.action_open_entries()["domain"])
        self.assertEqual(entries.picking_id, receipt)
        lines = self.env["stock.move.line"].search(
            row.action_open_move_lines()["domain"]
        )
        self.assertEqual(lines, receipt.move_line_ids)

    # -- closing --------------------------------------------------------------
    def test_a_close_lists_what_does_not_reconcile(self):
        receipt = self.receive(self.slab, 10)
        self.spoil(receipt, 12)
        with self.refused(UserError, "Slab does not reconcile", "2 t less", "(8.1)"):
            self.close(self.period)
        self.period.closing_explanation = "Weighbridge was out of order"
        self.close(self.period)
        closing = self.period._get_closing()
        self.assertIn("Slab does not reconcile", closing.explanation)
        self.assertIn("Weighbridge was out of order", closing.explanation)

    def test_wrong_totals_cannot_be_explained(self):
        self.receive(self.slab, 10)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE asi_coc_total SET mass = 11 WHERE period_id = %s", [self.period.id]
        )
        self.env.invalidate_all()
        self.period.closing_explanation = "Never mind"
        with self.refused(UserError, "1 running totals", "not the sums of the ledger"):
            self.close(self.period)

    # -- cost -------------------------------------------------------------------
    def test_as_many_queries_for_twenty_products_as_for_one(self):
        counts = []
        for number in (1, 20):
            for index in range(number):
                product = self._create_product(
                    f"Plate {number}-{index}", "aluminium", self.tonne
                )
                self.spoil(self.receive(product, 10), 9)
            self.period._reconcile()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.period._reconcile()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)


@tagged("post_install", "-at_install")
class TestReconciliationRights(ReconciliationMixin, UserCase):
    def test_an_auditor_reconciles_and_changes_nothing(self):
        self.receive(self.slab, 10)
        action = self.period.with_user(self.auditor).action_reconcile()
        rows = (
            self.env[action["res_model"]]
            .with_user(self.auditor)
            .search(action["domain"])
        )
        self.assertEqual(rows.mapped("input_mass"), [10])
        for change in (
            lambda: rows.write({"closing_mass": 1}),
            rows.unlink,
            lambda: rows.create({"period_id": self.period.id}),
        ):
            with self.assertRaises(AccessError):
                change()
        with self.refused(UserError, "Only a Compliance Officer"):
            rows.action_find_drift()

    def test_the_warehouse_does_not_see_it(self):
        self.period._reconcile()
        with self.assertRaises(AccessError):
            self.env["asi.coc.reconciliation"].with_user(self.coc_storekeeper).search(
                []
            )

    def test_another_company_does_not_see_it(self):
        self.receive(self.slab, 10)
        self.period._reconcile()
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self.user("stranger", "asi_coc.group_officer")
        stranger.write({"company_ids": [Command.set(other.ids)], "company_id": other})
        self.assertFalse(
            self.env["asi.coc.reconciliation"]
            .with_user(stranger)
            .with_context(allowed_company_ids=other.ids)
            .search([])
        )
        with self.assertRaises(AccessError):
            self.period.with_user(stranger).with_context(
                allowed_company_ids=other.ids
            ).action_reconcile()
