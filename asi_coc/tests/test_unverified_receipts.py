from odoo.tests import tagged

from .common_receiving import ReceivingCase


@tagged("post_install", "-at_install")
class TestUnverifiedReceipts(ReceivingCase):
    """10.2: what came without a verified document, by age."""

    def rows(self, user=None):
        self.env.flush_all()
        rows = self.env["asi.coc.unverified.receipt"].with_user(user or self.auditor)
        rows.invalidate_model()
        rows = rows.with_context(allowed_company_ids=rows.env.user.company_ids.ids)
        return rows.search([("company_id", "=", self.company.id)])

    def test_from_no_document_to_verified(self):
        receipt = self.arrive((self.slab, 10, 6))
        row = self.rows()
        self.assertEqual(row.picking_id.sudo(), receipt)
        self.assertEqual(row.partner_id.sudo(), self.supplier)
        self.assertEqual(row.product_id.sudo(), self.slab)
        self.assertEqual((row.received_mass, row.claimed_mass), (10, 6))
        self.assertEqual((str(row.date), row.age), ("2025-03-10", 0))
        self.assertEqual(row.problem, "no_document")
        document = self.enter(receipt, name="ACME-7", responsible=False)
        document.action_check()
        row = self.rows()
        self.assertEqual(row.problem, "responsible")
        self.assertEqual(row.document_id.sudo(), document)
        self.assertIn("Not entered", row.finding)
        document.responsible = "Jan Rogers"
        document.action_check()
        self.assertEqual(self.rows().problem, "to_verify")
        document.with_user(self.officer).action_verify()
        self.assertFalse(self.rows())
        document.with_user(self.officer).action_withdraw()
        self.assertEqual(self.rows().problem, "no_document")

    def test_age_classes(self):
        self.arrive((self.slab, 10, 6))
        for day, age, age_class in (
            ("2025-03-17", 7, "week"),
            ("2025-03-18", 8, "month"),
            ("2025-04-09", 30, "month"),
            ("2025-04-10", 31, "quarter"),
            ("2025-06-08", 90, "quarter"),
            ("2025-06-09", 91, "older"),
        ):
            with self.subTest(day):
                self.at(day)
                row = self.rows()
                self.assertEqual((row.age, row.age_class), (age, age_class))

    def test_which_receipts(self):
        """Claimed, ordered as CoC Material, or from a certified supplier."""
        plain = self.env["res.partner"].create({"name": "Metro Slab"})
        self.arrive((self.slab, 10, 0), partner=plain)
        self.assertFalse(self.rows())
        claimed = self.arrive((self.slab, 10, 1), partner=plain)
        certified = self.arrive((self.slab, 10, 0))
        order = self.env["purchase.order"].create(
            {
                "partner_id": plain.id,
                "picking_type_id": self.warehouse.in_type_id.id,
                "order_line": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.slab.id,
                            "product_qty": 5,
                            "coc_ordered_qty": 2,
                        },
                    )
                ],
            }
        )
        order.button_confirm()
        self.validate(order.picking_ids)
        self.assertEqual(
            self.rows().picking_id.sudo(), claimed | certified | order.picking_ids
        )
        self.give_back(certified, 10)
        self.assertEqual(len(self.rows()), 3)
        certificate = self.env["asi.coc.certificate"]._find(
            self.supplier, claimed.date_done.date()
        )
        certificate.write({"status": "suspended", "status_date": "2025-03-10"})
        self.assertEqual(self.rows().picking_id.sudo(), claimed | order.picking_ids)

    def test_who_sees_what(self):
        self.arrive((self.slab, 10, 6))
        for user in (self.coc_storekeeper, self.officer, self.auditor):
            self.assertEqual(len(self.rows(user)), 1)
        _company, stranger = self.another_company()
        self.assertFalse(self.rows(stranger))

    def test_opens_the_receipt(self):
        receipt = self.arrive((self.slab, 10, 6))
        action = self.rows(self.coc_storekeeper).action_open_receipt()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("stock.picking", receipt.id)
        )

    def test_groups_and_costs(self):
        """Thirty receipts cost as many queries as one."""
        names = ["picking_id", "partner_id", "received_mass", "problem", "finding"]

        def look():
            rows = self.rows(self.officer)
            before = self.env.cr.sql_log_count
            rows.web_read({name: {} for name in names})
            groups = rows.formatted_read_group(
                [("company_id", "=", self.company.id)],
                ["age_class"],
                ["received_mass:sum", "claimed_mass:sum", "age:max"],
            )
            return self.env.cr.sql_log_count - before, groups

        self.arrive((self.slab, 10, 6))
        look()
        once, _groups = look()
        for _time in range(4):
            self.arrive(*((self.slab, 10, 6),) * 5)
        often, groups = look()
        self.assertLessEqual(often, once)
        (group,) = groups
        self.assertEqual(group["age_class"], "week")
        self.assertEqual(group["received_mass:sum"], 210)
        self.assertEqual(group["claimed_mass:sum"], 126)
