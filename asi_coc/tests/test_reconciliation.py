from odoo.tests import tagged

from .common import CocCase


class ReconciliationCase(CocCase):
    """Reads the reconciliation of a period as plain numbers."""

    def reconcile(self, product, period=None, lot=None):
        period = period or self.period
        period._reconcile()
        rows = period.reconciliation_ids.filtered(
            lambda row: row.product_id == product and (not lot or row.lot_id == lot)
        )
        return rows

    def figures(self, product, period=None, lot=None):
        """Return opening, in, produced, gained, consumed, out, lost, closing (t)."""
        row = self.reconcile(product, period, lot)
        return tuple(
            round(sum(row.mapped(f"{name}_mass")), 6)
            for name in (
                *("opening", "input", "production", "gain"),
                *("consumption", "output", "loss", "closing"),
            )
        )

    def assertReconciled(self, period=None):
        period = period or self.period
        self.assertFalse(period._reconcile())
        for row in period.reconciliation_ids:
            self.assertEqual(row.difference_mass, 0, row.display_name)
            self.assertEqual(row.difference_quantity, 0, row.display_name)
            self.assertFalse(row.move_ids)


@tagged("post_install", "-at_install")
class TestReconciliation(ReconciliationCase):
    def test_a_year(self):
        self.have_stock(self.slab, 50)
        receipt = self.receive(self.slab, 100, claimed=60)
        self.give_back(receipt, 10)
        self.receive(self.liquid, 30)
        self.produce(self.slab, 28, [(self.liquid, 29)], self.casthouse_place)
        delivery = self.deliver(self.slab, 40, designated=15)
        self.give_back(delivery, 5)
        self.assertEqual(self.figures(self.slab), (0, 90, 28, 50, 0, 35, 0, 133))
        self.assertEqual(self.figures(self.liquid), (0, 30, 0, 0, 29, 0, 0, 1))
        self.assertReconciled()
