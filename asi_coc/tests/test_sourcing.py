from datetime import date

from odoo import Command
from odoo.tests import Form, tagged

from .common_receiving import ReceivingCase
from .test_tours import TourCase

SOURCING = "asi_coc.mail_activity_sourcing"


class SourcingCase(ReceivingCase):
    """The casthouse buys slab, directly and through a trader."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scope.responsible_id = cls.officer
        cls.certificate_of_supplier = cls.env["asi.coc.certificate"]._find(
            cls.supplier, date(2025, 3, 10)
        )
        cls.trader = cls.env["res.partner"].create(
            {"name": "Metal Trading", "street": "8 Quay Street", "city": "Essen"}
        )

    def buy(self, *amounts, partner=None, source=None, day="2025-03-20", **values):
        """Quote ``(product, tonnes, CoC tonnes)``, expected on ``day``."""
        return self.env["purchase.order"].create(
            {
                "partner_id": (partner or self.supplier).id,
                "company_id": self.company.id,
                "picking_type_id": self.warehouse.in_type_id.id,
                "coc_source_id": source.id if source else False,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_qty": mass,
                            "coc_ordered_qty": coc,
                            "price_unit": 1,
                            "date_planned": f"{day} 12:00:00",
                        }
                    )
                    for product, mass, coc in amounts
                ],
                **values,
            }
        )

    def buy_slab(self, **values):
        return self.buy((self.slab, 10, 6), **values)

    def confirm(self, order):
        """Confirm an order; the goods are to come to the casthouse."""
        order.button_confirm()
        receipt = order.picking_ids
        receipt.location_dest_id = self.casthouse_place
        receipt.move_ids.location_dest_id = self.casthouse_place
        return receipt

    def reasons(self, line):
        """Return the reasons why a line or move will not count, one a line."""
        line.invalidate_recordset()
        self.assertEqual(line.coc_sourcing_status, "unable")
        return line.coc_sourcing_reasons.splitlines()

    def assert_reasons(self, line, *fragments):
        reasons = self.reasons(line)
        self.assertEqual(len(reasons), len(fragments), reasons)
        for reason, fragment in zip(reasons, fragments, strict=True):
            self.assertIn(fragment, reason)


@tagged("post_install", "-at_install")
class TestSourcingAtOrderTime(SourcingCase):
    """3.1c to 6.1c: what is ordered as CoC shows whether it will be able to count."""

    def test_directly_from_a_certified_entity(self):
        line = self.buy_slab().order_line
        self.assertEqual(line.coc_sourcing, "direct")
        self.assertEqual(line.coc_sourcing_status, "able")
        self.assertEqual(line.coc_sourcing_reasons, "")
        self.assertEqual(line.order_id.coc_sourcing_status, "able")

    def test_nothing_ordered_as_coc_has_no_status(self):
        line = self.buy((self.slab, 10, 0)).order_line
        self.assertFalse(line.coc_sourcing_status)
        self.assertFalse(line.coc_sourcing)
        self.assertFalse(line.order_id.coc_sourcing_status)

    def test_supplier_without_certificate(self):
        line = self.buy_slab(partner=self.trader).order_line
        self.assert_reasons(
            line, "Metal Trading has no CoC certificate on file. Look it up with ASI"
        )
        self.assertEqual(line.coc_sourcing, "not_certified")

    def test_certificate_ends_before_the_planned_receipt(self):
        self.certificate_of_supplier.date_end = "2025-03-19"
        line = self.buy_slab().order_line
        self.assert_reasons(
            line, "C00015 (Acme Alumina) ends on March 19, 2025, before March 20, 2025"
        )
        self.assertEqual(line.coc_sourcing, "not_certified")
        line.date_planned = "2025-03-19 12:00:00"
        self.assertEqual(line.coc_sourcing_status, "able")

    def test_renewal_on_file_counts(self):
        self.certificate_of_supplier.date_end = "2025-03-15"
        self.certify(self.supplier, "C00015", date_start="2025-03-16")
        self.assertEqual(self.buy_slab().order_line.coc_sourcing_status, "able")

    def test_certificate_that_begins_later(self):
        self.certificate_of_supplier.date_start = "2025-03-21"
        self.certificate_of_supplier.check_ids.unlink()
        self.assert_reasons(
            self.buy_slab().order_line, "begins on March 21, 2025, after March 20, 2025"
        )

    def test_suspended_on_the_planned_day(self):
        self.certificate_of_supplier.write(
            {"status": "suspended", "status_date": "2025-03-20"}
        )
        line = self.buy_slab().order_line
        self.assert_reasons(line, "is suspended from March 20, 2025 on")
        line.date_planned = "2025-03-19 12:00:00"
        self.assertEqual(line.coc_sourcing_status, "able")

    def test_withdrawn(self):
        self.certificate_of_supplier.write(
            {"status": "withdrawn", "status_date": "2025-01-05"}
        )
        self.assert_reasons(
            self.buy_slab().order_line, "is withdrawn from January 5, 2025 on"
        )

    def test_material_not_covered(self):
        self.certificate_of_supplier.covers_aluminium = False
        line = self.buy_slab().order_line
        self.assert_reasons(line, "Certificate C00015 does not cover Aluminium.")

    def test_certificate_not_checked_lately(self):
        self.scope.certificate_check_days = 90
        line = self.buy_slab().order_line
        self.assert_reasons(line, "last checked on January 1, 2019")
        self.certificate_of_supplier.with_user(self.officer).action_record_check()
        line.invalidate_recordset()
        self.assertEqual(line.coc_sourcing_status, "able")

    def test_every_reason_is_told(self):
        self.scope.certificate_check_days = 90
        self.certificate_of_supplier.covers_aluminium = False
        line = self.buy_slab(partner=self.trader, source=self.supplier).order_line
        self.assert_reasons(
            line,
            "Mark the contact as a trader",
            "due diligence on trader Metal Trading is missing",
            "does not cover Aluminium",
            "last checked on January 1, 2019",
        )

    def test_certificate_of_another_company_does_not_count(self):
        other = self.env["res.company"].create({"name": "Others"})
        self.certificate_of_supplier.sudo().company_id = other
        self.assert_reasons(self.buy_slab().order_line, "no CoC certificate on file")

    def test_while_the_order_is_entered(self):
        """The badge follows each field, before anything is saved."""
        form = Form(self.env["purchase.order"].with_user(self.buyer))
        form.partner_id = self.trader
        with form.order_line.new() as line:
            line.product_id = self.slab
            line.product_qty = 10
            line.coc_ordered_qty = 6
            self.assertEqual(line.coc_sourcing_status, "unable")
            self.assertIn("no CoC certificate on file", line.coc_sourcing_reasons)
        self.assertEqual(form.coc_sourcing_status, "unable")
        form.partner_id = self.supplier
        self.assertEqual(form.coc_sourcing_status, "able")
        order = form.save()
        self.assertEqual(order.order_line.coc_sourcing, "direct")

    def test_late_orders_may_come_today(self):
        self.certificate_of_supplier.date_end = "2025-03-15"
        line = self.buy_slab(day="2025-03-12").order_line
        self.assertEqual(line.coc_sourcing_status, "able")
        self.at("2025-03-16")
        self.assert_reasons(line, "ends on March 15, 2025, before March 16, 2025")


@tagged("post_install", "-at_install")
class TestSourcingThroughTraders(SourcingCase):
    """3.1c to 6.1c ii: the certified source is identified."""

    def buy_through_trader(self, **values):
        return self.buy_slab(partner=self.trader, **values)

    def test_no_source_named(self):
        self.trader.coc_is_trader = True
        line = self.buy_through_trader().order_line
        self.assert_reasons(
            line,
            "Metal Trading is a trader, and no certified source is named",
            "due diligence on trader Metal Trading is missing",
        )
        self.assertEqual(line.coc_sourcing, "trader")

    def test_trader_with_source_and_due_diligence(self):
        self.trader.coc_is_trader = True
        self.accept_due_diligence(self.trader, "2025-03-20")
        line = self.buy_through_trader(source=self.supplier).order_line
        self.assertEqual(line.coc_sourcing, "trader")
        self.assertEqual(line.coc_sourcing_status, "able")
        # On the day: it ends before the goods come.
        line.date_planned = "2025-03-21 12:00:00"
        self.assert_reasons(line, "missing or out of date (7.2)")

    def test_certified_source_is_judged(self):
        self.trader.coc_is_trader = True
        self.accept_due_diligence(self.trader)
        unknown = self.env["res.partner"].create({"name": "Gully Mining"})
        line = self.buy_through_trader(source=unknown).order_line
        self.assert_reasons(line, "Gully Mining has no CoC certificate on file")
        line.coc_source_id = self.supplier
        self.assertEqual(line.coc_sourcing_status, "able")

    def test_contact_of_the_source_stands_for_the_entity(self):
        self.trader.coc_is_trader = True
        self.accept_due_diligence(self.trader)
        contact = self.env["res.partner"].create(
            {"name": "Sales", "parent_id": self.supplier.id, "type": "other"}
        )
        line = self.buy_through_trader(source=contact).order_line
        self.assertEqual(line.coc_sourcing_status, "able")

    def test_certified_trader_delivers_its_own(self):
        self.trader.coc_is_trader = True
        self.certify(self.trader, "C00200")
        line = self.buy_through_trader().order_line
        self.assertEqual(line.coc_sourcing, "direct")
        self.assertEqual(line.coc_sourcing_status, "able")

    def test_source_goes_to_receipt_and_document(self):
        self.trader.coc_is_trader = True
        self.accept_due_diligence(self.trader)
        order = self.buy_through_trader(source=self.supplier)
        receipt = self.confirm(order)
        self.assertEqual(receipt.coc_source_id, self.supplier)
        self.assertEqual(receipt.move_ids.coc_sourcing, "trader")
        self.assertEqual(receipt.move_ids.coc_sourcing_status, "able")
        receipt.coc_document_reference = "ACME-70"
        receipt.action_coc_claim_as_ordered()
        self.validate(receipt)
        document = self.enter(receipt)
        self.assertEqual(document.issuer_id, self.supplier)
        self.assertEqual(document.issuer_certificate, "C00015")
        self.assertEqual(document.trader_id, self.trader)
        document.with_user(self.officer).action_verify()
        self.assertEqual(self.coc_input(receipt), 6)
        self.assertEqual(receipt.move_ids.coc_sourcing_status, "counted")
        self.assertEqual(receipt.move_ids.coc_sourcing, "trader")

    def test_without_source_the_document_names_the_trader_and_is_refused(self):
        self.trader.coc_is_trader = True
        self.accept_due_diligence(self.trader)
        order = self.buy_through_trader()
        receipt = self.confirm(order)
        receipt.coc_document_reference = "MT-1"
        receipt.action_coc_claim_as_ordered()
        self.validate(receipt)
        document = self.enter(receipt, issuer_certificate="C00015")
        self.assertEqual(document.issuer_id, self.trader)
        self.assert_fails(
            document, certificate_known=("10.3", "Metal Trading is not on file")
        )
        # Named on the receipt, it reaches the draft.
        receipt.with_user(self.coc_storekeeper).coc_source_id = self.supplier
        self.assertEqual(document.issuer_id, self.supplier)
        self.assertEqual(document.trader_id, self.trader)
        document.with_user(self.officer).action_verify()
        self.assertEqual(self.coc_input(receipt), 6)

    def test_source_named_later_reaches_the_receipt(self):
        order = self.buy_through_trader()
        order.button_confirm()
        self.assertFalse(order.picking_ids.coc_source_id)
        order.with_user(self.buyer).coc_source_id = self.supplier
        self.assertEqual(order.picking_ids.coc_source_id, self.supplier)

    def test_lines_of_two_sources_leave_the_receipt_open(self):
        order = self.buy(
            (self.slab, 10, 6),
            (self.scrap, 5, 5),
            partner=self.trader,
            source=self.supplier,
        )
        other = self.env["res.partner"].create({"name": "Gully Mining"})
        order.order_line[1].coc_source_id = other
        receipt = self.confirm(order)
        self.assertFalse(receipt.coc_source_id)
        slab, scrap = receipt.move_ids.sorted("id")
        self.assertNotIn("Gully", slab.coc_sourcing_reasons)
        self.assertIn("Gully Mining has no CoC", scrap.coc_sourcing_reasons)

    def test_certificate_of_the_source_is_to_be_checked(self):
        certificates = self.env["asi.coc.certificate"]
        day = date(2025, 3, 10)
        self.assertFalse(certificates._get_of_suppliers(self.scope, day))
        self.buy_through_trader(source=self.supplier).button_confirm()
        self.assertEqual(
            certificates._get_of_suppliers(self.scope, day),
            self.certificate_of_supplier,
        )


@tagged("post_install", "-at_install")
class TestSourcingOnReceipts(SourcingCase):
    """The receipt shows the same, for its planned day and for that of the goods."""

    def test_before_and_after(self):
        self.certificate_of_supplier.date_end = "2025-03-15"
        order = self.buy_slab()
        receipt = self.confirm(order)
        move = receipt.move_ids
        self.assert_reasons(move, "ends on March 15, 2025, before March 20, 2025")
        self.assertIn("Slab: Certificate C00015", receipt.coc_sourcing_reasons)
        self.assertEqual(receipt.coc_sourcing_status, "unable")
        # The goods come earlier than planned.
        self.at("2025-03-15")
        receipt.coc_document_reference = "ACME-71"
        receipt.action_coc_claim_as_ordered()
        self.validate(receipt)
        move.invalidate_recordset()
        self.assertEqual(move.coc_sourcing_status, "able")
        self.assertFalse(order.order_line.coc_sourcing_status)
        document = self.enter(receipt, date="2025-03-15")
        # The paper tells that they were shipped when it was suspended.
        self.certificate_of_supplier.write(
            {"status": "suspended", "status_date": "2025-03-14"}
        )
        self.assert_reasons(move, "suspended from March 14, 2025 on")
        document.shipment_date = "2025-03-13"
        move.invalidate_recordset()
        self.assertEqual(move.coc_sourcing_status, "able")
        document.with_user(self.officer).action_verify()
        self.assertEqual(move.coc_sourcing_status, "counted")
        self.assertEqual(move.coc_sourcing_reasons, "")
        self.assertEqual(self.coc_input(receipt), 6)

    def test_claim_without_an_order(self):
        receipt = self.arrive((self.slab, 10, 6), partner=self.trader, validate=False)
        self.assert_reasons(receipt.move_ids, "Metal Trading has no CoC certificate")

    def test_backorder_keeps_the_source(self):
        order = self.buy_slab(partner=self.trader, source=self.supplier)
        receipt = self.confirm(order)
        receipt.move_ids.write({"quantity": 4, "picked": True})
        receipt.with_context(skip_backorder=True, picking_ids_not_to_backorder=[])
        receipt._action_done()
        backorder = order.picking_ids - receipt
        self.assertEqual(backorder.coc_source_id, self.supplier)

    def test_deliveries_and_returns_have_none(self):
        self.receive(self.slab, 10, claimed=6)
        delivery = self.plan_delivery({"product": self.slab, "quantity": 5})
        self.assertFalse(delivery.move_ids.coc_sourcing_status)
        self.assertFalse(delivery.coc_sourcing_status)

    def test_storekeeper_without_coc_rights_still_receives(self):
        order = self.buy_slab(partner=self.trader, source=self.supplier)
        order.button_confirm()
        receipt = order.picking_ids.with_user(self.storekeeper)
        receipt.move_ids.write({"quantity": 10, "picked": True})
        receipt.button_validate()
        self.assertEqual(receipt.state, "done")


@tagged("post_install", "-at_install")
class TestWarning(SourcingCase):
    """Confirming warns and does not refuse; the officer has something to do."""

    def warned(self, order):
        return order.sudo().activity_search([SOURCING])

    def notes(self, order):
        return order.message_ids.filtered(
            lambda one: "will not be able to count" in (one.body or "")
        )

    def test_confirm_warns_once(self):
        order = self.buy_slab(partner=self.trader)
        self.assertFalse(self.warned(order))
        order.with_user(self.buyer).button_confirm()
        self.assertEqual(order.state, "purchase")
        activity = self.warned(order)
        self.assertEqual(activity.user_id, self.officer)
        self.assertIn("Slab: Metal Trading has no CoC certificate", activity.note)
        self.assertEqual(len(self.notes(order)), 1)
        order.order_line.coc_ordered_qty = 5
        self.env["purchase.order"]._cron_follow_sourcing()
        self.assertEqual(len(self.warned(order)), 1)
        self.assertEqual(len(self.notes(order)), 1)

    def test_confirm_of_what_is_able_says_nothing(self):
        order = self.buy_slab()
        order.button_confirm()
        self.assertFalse(self.warned(order))
        self.assertFalse(self.notes(order))

    def test_who_has_no_rights_on_orders_sees_the_line(self):
        line = self.buy_slab(partner=self.trader).order_line
        view = "asi_coc.view_purchase_order_line_form_coc"
        for user in (self.officer, self.auditor):
            form = Form(line.with_user(user), view)
            self.assertEqual(form.coc_sourcing_status, "unable")
            self.assertIn("no CoC certificate on file", form.coc_sourcing_reasons)

    def test_cured_by_naming_the_source(self):
        self.trader.coc_is_trader = True
        self.accept_due_diligence(self.trader)
        order = self.buy_slab(partner=self.trader)
        order.button_confirm()
        self.assertTrue(self.warned(order))
        order.coc_source_id = self.supplier
        self.assertFalse(self.warned(order))

    def test_what_happens_after_the_order(self):
        order = self.buy_slab()
        order.button_confirm()
        self.certificate_of_supplier.write(
            {"status": "suspended", "status_date": "2025-03-12"}
        )
        self.at("2025-03-12")
        self.env["purchase.order"]._cron_follow_sourcing()
        self.assertIn("suspended", self.warned(order).note)
        self.certificate_of_supplier.write(
            {"status": "certified", "status_date": "2025-03-15"}
        )
        self.env["purchase.order"]._cron_follow_sourcing()
        self.assertFalse(self.warned(order))

    def test_line_added_to_a_confirmed_order(self):
        order = self.buy((self.slab, 10, 0), partner=self.trader)
        order.button_confirm()
        self.assertFalse(self.warned(order))
        order.order_line = [
            Command.create(
                {
                    "product_id": self.slab.id,
                    "product_qty": 4,
                    "coc_ordered_qty": 4,
                    "price_unit": 1,
                    "date_planned": "2025-03-20 12:00:00",
                }
            )
        ]
        self.assertTrue(self.warned(order))

    def test_cancelled(self):
        order = self.buy_slab(partner=self.trader)
        order.button_confirm()
        order.button_cancel()
        self.assertFalse(self.warned(order))
        self.assertFalse(order.order_line.coc_sourcing_status)


@tagged("post_install", "-at_install")
class TestSourcingLists(SourcingCase):
    """Filters and groups of orders and lines, as of now."""

    def setUp(self):
        super().setUp()
        self.able = self.buy_slab()
        self.unable = self.buy(
            (self.slab, 9, 9), (self.slab, 9, 0), partner=self.trader
        )
        self.plain = self.buy((self.slab, 10, 0))
        self.orders = self.able | self.unable | self.plain

    def find(self, model, *statuses):
        return self.env[model].search(
            [
                ("coc_sourcing_status", "in", statuses),
                ("id", "in", self.orders.ids)
                if model == "purchase.order"
                else ("order_id", "in", self.orders.ids),
            ]
        )

    def test_filter(self):
        self.assertEqual(self.find("purchase.order", "unable"), self.unable)
        self.assertEqual(self.find("purchase.order", "able"), self.able)
        self.assertEqual(self.find("purchase.order", False), self.plain)
        self.assertEqual(
            self.find("purchase.order.line", "unable"), self.unable.order_line[0]
        )
        self.assertEqual(
            self.find("purchase.order.line", False, "able"),
            self.able.order_line | self.unable.order_line[1] | self.plain.order_line,
        )

    def test_group_by(self):
        for user in (self.buyer, self.officer, self.auditor):
            env = self.env(user=user.id, su=False)
            groups = env["purchase.order.line"].formatted_read_group(
                [("order_id", "in", self.orders.ids)],
                ["coc_sourcing_status"],
                ["__count", "coc_ordered_qty:sum"],
            )
            self.assertEqual(
                {
                    group["coc_sourcing_status"]: (
                        group["__count"],
                        group["coc_ordered_qty:sum"],
                    )
                    for group in groups
                },
                {"able": (1, 6), "unable": (1, 9), False: (2, 0)},
            )
        groups = self.env["purchase.order"]._read_group(
            [("id", "in", self.orders.ids)], ["coc_sourcing_status"], ["__count"]
        )
        self.assertEqual(dict(groups), {"able": 1, "unable": 1, False: 1})

    def test_one_can_group_by_it(self):
        for model in ("purchase.order", "purchase.order.line"):
            field = self.env[model].fields_get(["coc_sourcing_status"])
            self.assertTrue(field["coc_sourcing_status"]["groupable"])

    def test_received_lines_have_no_status_any_more(self):
        self.able.button_confirm()
        self.validate(self.able.picking_ids)
        self.assertFalse(self.able.order_line.coc_sourcing_status)
        self.assertEqual(
            self.find("purchase.order", "able"), self.env["purchase.order"]
        )

    def test_without_a_scope_nothing_is_said(self):
        self.scope.sudo().state = "suspended"
        self.unable.order_line.invalidate_recordset()
        self.assertFalse(self.unable.order_line.mapped("coc_sourcing_status")[0])

    def test_hundred_lines_cost_as_much_as_one(self):
        counts = []
        for number in (1, 100):
            order = self.buy(
                *[(self.slab, 10, 6)] * number,
                partner=self.trader,
                source=self.supplier,
            )
            order.button_confirm()
            for records in (order.order_line, order.picking_ids.move_ids):
                records = records.browse(records.ids)
                records.mapped("coc_sourcing_status")
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                self.assertEqual(set(records.mapped("coc_sourcing")), {"trader"})
                counts.append(self.env.cr.sql_log_count - before)
        line, move, lines, moves = counts
        self.assertLessEqual(lines, line)
        self.assertLessEqual(moves, move)


@tagged("post_install", "-at_install")
class TestSourcingOnScreen(TourCase):
    """The buyer sees the badge, its reasons on hover, and the panel."""

    def test_buyer_sees_why_it_will_not_count(self):
        self.supplier.coc_certificate_ids.sudo().company_id = self.env[
            "res.company"
        ].create({"name": "Others"})
        self.order_slabs()
        self.tour("asi_coc_sourcing", self.buyer, "coc-ordered")
