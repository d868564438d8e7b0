from odoo.tests import tagged

from .common_cash import CashCase


@tagged("post_install", "-at_install")
class TestCashOrders(CashCase):
    """4.3b: an order for which too much was paid in cash does not pass unseen."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = cls.user("officer", "asi_coc.group_officer")
        cls.scope.responsible_id = cls.officer
        cls.buyer = cls.user("buyer", "purchase.group_purchase_user")
        cls.kind = cls.env.ref("asi_coc.mail_activity_cash_beyond_limit")

    def request(self, product=None):
        """Return a cancelled request for quotation; the supplier has no other."""
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.yard.id,
                "picking_type_id": self.warehouse.in_type_id.id,
                "currency_id": self.usd.id,
                "order_line": [
                    (
                        0,
                        0,
                        {
                            "product_id": (product or self.scrap).id,
                            "product_qty": 1,
                            "price_unit": 12000,
                            "tax_ids": False,
                        },
                    )
                ],
            }
        )
        order.button_cancel()
        return order

    def confirm(self, order):
        order = order.with_user(self.buyer)
        order.button_draft()
        order.button_confirm()
        self.assertEqual(order.state, "purchase")

    def told(self):
        return self.yard.activity_ids.filtered(
            lambda one: one.activity_type_id == self.kind
        )

    def test_confirmed_again_after_cash(self):
        order = self.request()
        first = self.pay(7000, "2025-01-10", memo=order.name)
        second = self.pay(5000, "2025-03-10", memo=order.name)
        self.confirm(order)
        activity = self.told()
        self.assertIn(order.name, activity.summary)
        self.assertEqual(activity.user_id, self.officer)
        note = activity.note.replace("&nbsp;", " ")
        for fragment in (
            "Metro Scrap Yard",
            "Melt &amp; Roll",
            "$ 12,000.00",
            "$ 10,000.00",
            f"{first.move_id.name}, January 10, 2025: $ 7,000.00",
            f"{second.move_id.name}, March 10, 2025: $ 5,000.00",
            "4.3b",
        ):
            self.assertIn(fragment, note)

    def test_within_the_window_without_naming_it(self):
        order = self.request()
        self.pay(12000)
        self.at("2025-04-09")
        self.confirm(order)
        self.assertIn("12,000.00", self.told().note)

    def test_long_ago_and_for_something_else(self):
        order = self.request()
        self.pay(12000)
        self.at("2025-04-10")
        self.confirm(order)
        self.assertFalse(self.told())

    def test_within_the_limit(self):
        order = self.request()
        self.pay(10000, memo=order.name)
        self.confirm(order)
        self.assertFalse(self.told())

    def test_other_goods(self):
        order = self.request(self.pencil)
        self.pay(12000, memo=order.name)
        self.confirm(order)
        self.assertFalse(self.told())

    def test_told_once(self):
        order = self.request()
        self.pay(12000, memo=order.name)
        for _time in range(2):
            self.confirm(order)
            order.button_cancel()
        self.assertEqual(len(self.told()), 1)

    def test_many_orders_cost_the_same(self):
        self.request()
        self.pay(9000)
        costs = []
        for number in (1, 10):
            orders = self.env["purchase.order"].union(
                *(self.buy() for _time in range(number))
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertFalse(orders._coc_find_cash_beyond_limit())
            costs.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(costs[1], costs[0] + 1)
