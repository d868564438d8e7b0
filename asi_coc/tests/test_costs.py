from datetime import date, timedelta

from odoo.tests import tagged

from .common import CocCase


@tagged("post_install", "-at_install")
class TestCosts(CocCase):
    """What is shown costs no more when there is more of it."""

    def count_queries(self, read):
        """Return how many queries ``read`` needs with no record in the cache."""
        read()  # fills what the registry caches
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        read()
        return self.env.cr.sql_log_count - before

    def test_availability_of_twenty_lines_costs_as_much_as_of_one(self):
        counts = []
        for lines in (1, 20):
            products = [
                self._create_product(f"Slab {lines}-{number}", "aluminium", self.tonne)
                for number in range(lines)
            ]
            for product in products:
                self.receive(product, 10)
            delivery = self.deliver_each(products)
            counts.append(
                self.count_queries(
                    lambda picking=delivery: picking.move_ids.mapped(
                        "coc_available_qty"
                    )
                )
            )
        self.assertLess(counts[1] - counts[0], 5, counts)

    def deliver_each(self, products):
        return self.transfer(
            "out",
            self.casthouse_place,
            self.env.ref("stock.stock_location_customers"),
            [{"product": product, "quantity": 10} for product in products],
            self.customer,
        )

    def test_stock_on_hand_costs_as_much_with_twelve_open_periods_as_with_one(self):
        """Overdraws of the earlier periods bind, and those need no stock (8.8c)."""
        self.at("2025-12-10")
        with_one = self.count_extra_when_stock_backed()
        self.period.unlink()
        starts = [date(2025, month, 1) for month in range(1, 13)] + [date(2026, 1, 1)]
        for start, following in zip(starts, starts[1:], strict=False):
            self.open_period(start, following - timedelta(days=1))
        self.assertEqual(self.count_extra_when_stock_backed(), with_one)

    def count_extra_when_stock_backed(self):
        """Return how many queries more than under the strict policy are needed."""
        counts = []
        for policy in ("strict", "stock_backed"):
            self.scope.availability_policy = policy
            counts.append(self.count_queries(self.scope._strike_today))
        strict, stock_backed = counts
        self.assertGreater(stock_backed, strict)
        return stock_backed - strict
