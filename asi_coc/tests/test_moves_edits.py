from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import CocCase
from .common_books import BooksMixin


class EditsCase(BooksMixin, CocCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kilogram = cls.env.ref("uom.product_uom_kgm")
        cls.dozen = cls.env.ref("uom.product_uom_dozen")
        cls.suppliers = cls.env.ref("stock.stock_location_suppliers")
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls.consignor = cls.env["res.partner"].create({"name": "Consignor"})
        cls.storekeeper = cls.user("storekeeper", "stock.group_stock_user")

    def latest_entry(self):
        return self.env["asi.coc.entry"].search([], order="id desc", limit=1)

    def posted_since(self, mark):
        """Return ``(flow, status, facility, day, mass, mass corrected)`` since then.

        The last one is what the entry that is named as corrected had said.
        """
        entries = self.env["asi.coc.entry"].search([("id", ">", mark.id)], order="id")
        return sorted(
            (
                entry.flow,
                entry.status,
                entry.facility_id.name,
                str(entry.date),
                entry.mass,
                entry.corrects_id.mass if entry.corrects_id else None,
            )
            for entry in entries
        )

    def check_repeating_posts_nothing(self, record, values):
        count = self.count_entries()
        record.write(values)
        self.assertEqual(self.count_entries(), count)

    def edit(self, record, values):
        """Write ``values`` on a done record, twice; return what the first posted."""
        mark = self.latest_entry()
        record.write(values)
        posted = self.posted_since(mark)
        for entry in self.env["asi.coc.entry"].search([("id", ">", mark.id)]):
            if entry.mass < 0 and entry.flow not in ("output", "loss"):
                self.assertTrue(entry.corrects_id, "it takes back, so it says what")
        self.check_repeating_posts_nothing(record, values)
        return posted


@tagged("post_install", "-at_install")
class TestEditedLines(EditsCase):
    """Each field of a done line that stays editable in Odoo."""

    def test_quantity_in_the_form(self):
        """10 t received; unlocked, the user enters 12 t, then 9 t: +2 and −3 t.

        For more than there was Odoo adds a line, which is no correction of
        the first; taking away, it takes from both.
        """
        receipt = self.receive(self.slab, 10)
        mark = self.latest_entry()
        receipt = receipt.with_user(self.storekeeper)
        receipt.action_toggle_is_locked()
        with Form(receipt) as form, form.move_ids.edit(0) as move:
            move.quantity = 12
        self.assertEqual(
            self.posted_since(mark),
            [("input", "non_coc", "Casthouse", "2025-03-10", 2, None)],
        )
        mark = self.latest_entry()
        with Form(receipt) as form, form.move_ids.edit(0) as move:
            move.quantity = 9
        posted = self.env["asi.coc.entry"].search([("id", ">", mark.id)])
        self.assertEqual(sum(posted.mapped("mass")), -3)
        self.assertTrue(all(entry.corrects_id for entry in posted))
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 9})

    def test_quantity_in_the_form_of_a_compliance_officer(self):
        """Whoever sees the page of claims edits the operations all the same."""
        receipt = self.receive(self.slab, 10)
        receipt.action_toggle_is_locked()
        with Form(receipt) as form, form.move_ids.edit(0) as move:
            move.quantity = 12
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 12})

    def test_quantity_up_down_and_to_nothing(self):
        line = self.receive(self.slab, 10).move_line_ids
        for quantity, difference in ((12, 2), (7.5, -4.5), (0, -7.5), (3, 3)):
            with self.subTest(quantity=quantity):
                mark = self.latest_entry()
                line.quantity = quantity
                entry = self.env["asi.coc.entry"].search([("id", ">", mark.id)])
                self.assertEqual(entry.mass, difference)
                self.assertEqual(entry.corrects_id, mark)
                self.check_repeating_posts_nothing(line, {"quantity": quantity})

    def test_quantity_of_a_delivery(self):
        """10 t went out; it was 8 t."""
        self.receive(self.slab, 20)
        delivery = self.deliver(self.slab, 10)
        self.assertEqual(
            self.edit(delivery.move_line_ids, {"quantity": 8}),
            [("output", "non_coc", "Casthouse", "2025-03-10", -2, 10)],
        )

    def test_quantity_below_the_verified_claim(self):
        """80 of 100 t are CoC; corrected to 60 t all of them are; at 90 t 80 again."""
        receipt = self.receive(self.slab, 100, claimed=80)
        self.assertEqual(
            self.edit(receipt.move_line_ids, {"quantity": 60}),
            [
                ("input", "coc", "Casthouse", "2025-03-10", -20, 80),
                ("input", "non_coc", "Casthouse", "2025-03-10", -20, -80),
            ],
        )
        receipt.move_line_ids.quantity = 90
        self.assertEqual(
            self.entries(receipt), {("input", "coc"): 80, ("input", "non_coc"): 10}
        )

    def test_quantity_below_the_designation(self):
        """6 of 10 t went as CoC; corrected to 4 t all of it did; at 12 t it is 6."""
        self.receive(self.slab, 20, claimed=20)
        delivery = self.deliver(self.slab, 10, designated=6)
        delivery.move_line_ids.quantity = 4
        self.assertEqual(
            self.entries(delivery), {("output", "coc"): 4, ("output", "non_coc"): 0}
        )
        delivery.move_line_ids.quantity = 12
        self.assertEqual(
            self.entries(delivery), {("output", "coc"): 6, ("output", "non_coc"): 6}
        )

    def test_designation_that_no_longer_fits_is_refused(self):
        """60 % of 100 t: 60 of 100 t went as CoC. Corrected to 90 t only 54 could.

        What has left as CoC has left; the correction of a designation is a
        return. Odoo's correction goes through: no more is designated by it.
        """
        self.receive(self.slab, 100, claimed=60)
        delivery = self.deliver(self.slab, 100, designated=60)
        delivery.move_line_ids.quantity = 90
        self.assertEqual(
            self.entries(delivery), {("output", "coc"): 60, ("output", "non_coc"): 30}
        )

    def test_quantity_up_beyond_what_is_available_is_refused(self):
        """12 designated, 4 done, later corrected to 12: 10 t are available, 4 went.

        The rest of the designation would leave now, and it does not fit.
        """
        self.receive(self.slab, 100, claimed=10)
        delivery = self.plan_delivery(
            {"product": self.slab, "quantity": 100, "coc_designated_qty": 12}
        )
        delivery.move_ids.quantity = 4
        delivery.move_ids.picked = True
        with self.refused(UserError, delivery.name):
            delivery.with_context(skip_backorder=True).button_validate()
        self.assertNotEqual(delivery.state, "done")

    def test_unit(self):
        """10 t were 10 kg, 0.01 t: tonnes are taken back, kilograms posted."""
        line = self.receive(self.slab, 10).move_line_ids
        self.assertEqual(
            self.edit(line, {"product_uom_id": self.kilogram.id}),
            [
                ("input", "non_coc", "Casthouse", "2025-03-10", -10, 10),
                ("input", "non_coc", "Casthouse", "2025-03-10", 0.01, None),
            ],
        )

    def test_unit_of_pieces(self):
        """2 billets of 2.5 t were 2 dozens: 5 t are taken back, 60 t posted."""
        line = self.receive(self.billet, 2).move_line_ids
        self.assertEqual(
            self.edit(line, {"product_uom_id": self.dozen.id}),
            [
                ("input", "non_coc", "Casthouse", "2025-03-10", -5, 5),
                ("input", "non_coc", "Casthouse", "2025-03-10", 60, None),
            ],
        )

    def test_lot(self):
        self.slab.tracking = "lot"
        first, second = self.env["stock.lot"].create(
            [{"name": name, "product_id": self.slab.id} for name in ("A", "B")]
        )
        receipt = self.plan(
            "in",
            self.suppliers,
            self.casthouse_place,
            [{"product": self.slab, "quantity": 10}],
            self.supplier,
        )
        receipt.move_line_ids.lot_id = first
        self.validate(receipt)
        self.assertEqual(
            self.edit(receipt.move_line_ids, {"lot_id": second.id}),
            [
                ("input", "non_coc", "Casthouse", "2025-03-10", -10, 10),
                ("input", "non_coc", "Casthouse", "2025-03-10", 10, None),
            ],
        )
        masses = self.env["asi.coc.entry"]._read_group(
            [("picking_id", "=", receipt.id)], ["lot_id"], ["mass:sum"]
        )
        self.assertEqual({lot.name: mass for lot, mass in masses}, {"A": 0, "B": 10})

    def test_owner_given_and_taken(self):
        """Goods received as ours were a consignment; then they are ours after all."""
        line = self.receive(self.slab, 10).move_line_ids
        self.assertEqual(
            self.edit(line, {"owner_id": self.consignor.id}),
            [("input", "non_coc", "Casthouse", "2025-03-10", -10, 10)],
        )
        self.assertEqual(
            self.edit(line, {"owner_id": False}),
            [("input", "non_coc", "Casthouse", "2025-03-10", 10, -10)],
        )

    def test_the_company_as_owner_is_no_change(self):
        line = self.receive(self.slab, 10).move_line_ids
        self.assertEqual(self.edit(line, {"owner_id": self.company.partner_id.id}), [])

    def test_target_of_a_receipt(self):
        """10 t received at the casthouse went to the mill."""
        line = self.receive(self.slab, 10).move_line_ids
        self.assertEqual(
            self.edit(line, {"location_dest_id": self.mill_place.id}),
            [
                ("input", "non_coc", "Casthouse", "2025-03-10", -10, 10),
                ("input", "non_coc", "Mill", "2025-03-10", 10, None),
            ],
        )

    def test_target_outside_the_scope(self):
        depot = self._create_location("Depot")
        depot.coc_outside_scope = True
        line = self.receive(self.slab, 10).move_line_ids
        self.assertEqual(
            self.edit(line, {"location_dest_id": depot.id}),
            [("input", "non_coc", "Casthouse", "2025-03-10", -10, 10)],
        )

    def test_source_of_a_delivery(self):
        """4 t delivered from the casthouse had come from the mill."""
        self.receive(self.slab, 10)
        self.receive(self.slab, 10, place=self.mill_place)
        delivery = self.deliver(self.slab, 4)
        self.assertEqual(
            self.edit(delivery.move_line_ids, {"location_id": self.mill_place.id}),
            [
                ("output", "non_coc", "Casthouse", "2025-03-10", -4, 4),
                ("output", "non_coc", "Mill", "2025-03-10", 4, None),
            ],
        )

    def test_quant_picked_from(self):
        """The same through *Pick From* of the line."""
        self.receive(self.slab, 10)
        self.receive(self.slab, 10, place=self.mill_place)
        delivery = self.deliver(self.slab, 4)
        quant = self.env["stock.quant"].search(
            [
                ("product_id", "=", self.slab.id),
                ("location_id", "=", self.mill_place.id),
            ]
        )
        self.assertEqual(
            self.edit(delivery.move_line_ids, {"quant_id": quant.id}),
            [
                ("output", "non_coc", "Casthouse", "2025-03-10", -4, 4),
                ("output", "non_coc", "Mill", "2025-03-10", 4, None),
            ],
        )

    def test_transfer_inside_becomes_a_flow(self):
        """From shelf to shelf there is no flow; to the mill there is one."""
        shelf = self._create_location("Shelf", self.casthouse_place)
        self.receive(self.slab, 10)
        inside = self.move_inside(self.slab, 6, self.casthouse_place, shelf)
        self.assertEqual(
            self.edit(inside.move_line_ids, {"location_dest_id": self.mill_place.id}),
            [
                ("intra_entity_in", "pooled", "Mill", "2025-03-10", 6, None),
                ("intra_entity_out", "pooled", "Casthouse", "2025-03-10", 6, None),
            ],
        )
        self.assertEqual(
            self.edit(inside.move_line_ids, {"location_dest_id": shelf.id}),
            [
                ("intra_entity_in", "pooled", "Mill", "2025-03-10", -6, 6),
                ("intra_entity_out", "pooled", "Casthouse", "2025-03-10", -6, 6),
            ],
        )

    def test_package_is_no_matter(self):
        line = self.receive(self.slab, 10).move_line_ids
        package = self.env["stock.package"].create({"name": "BUNDLE"})
        self.assertEqual(self.edit(line, {"result_package_id": package.id}), [])

    def test_line_deleted(self):
        """Odoo deletes no done line; nothing of the ledger is lost."""
        receipt = self.receive(self.slab, 10)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            receipt.move_line_ids.unlink()
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 10})

    def test_several_edits_correct_the_last_one(self):
        """Quantity, place and owner in one write: one step, each side once."""
        line = self.receive(self.slab, 10).move_line_ids
        self.assertEqual(
            self.edit(line, {"quantity": 6, "location_dest_id": self.mill_place.id}),
            [
                ("input", "non_coc", "Casthouse", "2025-03-10", -10, 10),
                ("input", "non_coc", "Mill", "2025-03-10", 6, None),
            ],
        )


@tagged("post_install", "-at_install")
class TestEditedTransfers(EditsCase):
    def test_line_added_to_a_done_transfer(self):
        """Another 3 t, added to the operations of a done receipt of 10 t."""
        receipt = self.receive(self.slab, 10)
        mark = self.latest_entry()
        receipt.move_line_ids = [
            Command.create(
                {
                    "product_id": self.slab.id,
                    "quantity": 3,
                    "product_uom_id": self.tonne.id,
                    "location_id": self.suppliers.id,
                    "location_dest_id": self.casthouse_place.id,
                }
            )
        ]
        self.assertEqual(
            self.posted_since(mark),
            [("input", "non_coc", "Casthouse", "2025-03-10", 3, None)],
        )
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 13})

    def test_line_added_to_a_done_move(self):
        receipt = self.receive(self.slab, 10)
        mark = self.latest_entry()
        receipt.move_ids.move_line_ids = [
            Command.create(
                {
                    "product_id": self.slab.id,
                    "quantity": 3,
                    "product_uom_id": self.tonne.id,
                    "location_id": self.suppliers.id,
                    "location_dest_id": self.mill_place.id,
                }
            )
        ]
        self.assertEqual(
            self.posted_since(mark),
            [("input", "non_coc", "Mill", "2025-03-10", 3, None)],
        )

    def test_move_added_to_a_done_transfer_in_the_form(self):
        """The user adds a product, 5 t of coils, to a done receipt of slabs."""
        receipt = self.receive(self.slab, 10).with_user(self.storekeeper)
        receipt.action_toggle_is_locked()
        mark = self.latest_entry()
        with Form(receipt) as form, form.move_ids.new() as move:
            move.product_id = self.coil
            move.quantity = 5
        self.assertEqual(
            receipt.move_ids.filtered(lambda m: m.product_id == self.coil).state,
            "done",
        )
        self.assertEqual(
            self.posted_since(mark),
            [("input", "non_coc", "Casthouse", "2025-03-10", 5, None)],
        )

    def test_move_added_to_a_done_delivery_is_not_designated(self):
        """A move added with a designation keeps to the limits, or is refused."""
        self.receive(self.slab, 100, claimed=10)
        delivery = self.deliver(self.slab, 10)
        values = {
            "product_id": self.slab.id,
            "product_uom": self.tonne.id,
            "product_uom_qty": 20,
            "quantity": 20,
            "coc_designated_qty": 20,
            "location_id": self.casthouse_place.id,
            "location_dest_id": self.customers.id,
            "picked": True,
        }
        with self.refused(UserError, delivery.name, "20 t cannot be designated"):
            delivery.move_ids = [Command.create(values)]
        self.assertEqual(self.entries(delivery), {("output", "non_coc"): 10})

    def test_target_of_a_done_receipt(self):
        receipt = self.receive(self.slab, 10)
        self.assertEqual(
            self.edit(receipt, {"location_dest_id": self.mill_place.id}),
            [
                ("input", "non_coc", "Casthouse", "2025-03-10", -10, 10),
                ("input", "non_coc", "Mill", "2025-03-10", 10, None),
            ],
        )

    def test_source_of_a_done_delivery(self):
        """Odoo would have to delete the line, which it refuses; nothing is lost."""
        self.receive(self.slab, 10)
        delivery = self.deliver(self.slab, 4)
        with self.refused(UserError, "Deleting product moves"):
            delivery.location_id = self.mill_place
        self.assertEqual(self.entries(delivery), {("output", "non_coc"): 4})

    def test_wider_source_of_a_done_delivery(self):
        """The casthouse lies in the stock: the line, and what it says, stays."""
        self.receive(self.slab, 10)
        delivery = self.deliver(self.slab, 4)
        self.assertEqual(self.edit(delivery, {"location_id": self.stock.id}), [])
        self.assertEqual(self.entries(delivery), {("output", "non_coc"): 4})

    def test_target_of_a_done_delivery(self):
        """It went to the mill, not to the customer: no output, but a flow."""
        self.receive(self.slab, 10)
        delivery = self.deliver(self.slab, 4)
        self.assertEqual(
            self.edit(delivery, {"location_dest_id": self.mill_place.id}),
            [
                ("intra_entity_in", "pooled", "Mill", "2025-03-10", 4, None),
                ("intra_entity_out", "pooled", "Casthouse", "2025-03-10", 4, None),
                ("output", "non_coc", "Casthouse", "2025-03-10", -4, 4),
            ],
        )

    def test_back_to_draft(self):
        """All entries are taken back; validated again, they are posted again.

        Odoo leaves the stock of a draft where it is, so it has it twice then.
        """
        self.not_reconciled = self.slab
        receipt = self.receive(self.slab, 100, claimed=60)
        self.assertEqual(
            self.edit(receipt.move_ids, {"state": "draft"}),
            [
                ("input", "coc", "Casthouse", "2025-03-10", -60, 60),
                ("input", "non_coc", "Casthouse", "2025-03-10", -40, -60),
            ],
        )
        self.assertEqual(self.ledger(), {})
        receipt.action_confirm()
        self.validate(receipt)
        self.assertEqual(
            self.ledger(), {("input", "coc"): 60, ("input", "non_coc"): 40}
        )

    def test_delivery_back_to_draft_gives_the_designation_back(self):
        self.not_reconciled = self.slab
        self.receive(self.slab, 100, claimed=60)
        delivery = self.deliver(self.slab, 100, designated=60)
        self.assertEqual(self.balance("casthouse").coc_output, 60)
        delivery.move_ids.state = "draft"
        self.assertEqual(
            self.entries(delivery), {("output", "coc"): 0, ("output", "non_coc"): 0}
        )
        self.assertEqual(self.balance("casthouse").coc_output, 0)

    def test_unclassified_edited(self):
        """50 t in a yard that is nobody's were 40 t: classed later, 40 t count."""
        yard = self._create_location("Yard")
        receipt = self.receive(self.slab, 50, place=yard)
        receipt.move_line_ids.quantity = 40
        self.assertEqual(self.entries(receipt), {("input", "unclassified"): 40})
        self.assertEqual(self.scope.unclassified_count, 1)
        receipt.move_line_ids.location_dest_id = self.casthouse_place
        self.scope.invalidate_recordset()
        self.assertEqual(self.scope.unclassified_count, 0)
        self.assertEqual(self.ledger(), {("input", "non_coc"): 40})


class DatesCase(EditsCase):
    """2024 and 2025 are periods of the scope, and both are open at first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.earlier = cls.env["asi.coc.period"].create(
            {
                "scope_id": cls.scope.id,
                "date_start": "2024-01-01",
                "date_end": "2024-12-31",
            }
        )

    def close_earlier(self):
        """Close 2024 and come back to March 10th, 2025."""
        self.close(self.earlier)
        self.at("2025-03-10")
        self.assertEqual(self.earlier.state, "closed")

    def days(self, picking):
        """Return ``{(day, period): mass}`` of a transfer's entries, without zeros."""
        masses = {}
        for entry in self.env["asi.coc.entry"].search(
            [("picking_id", "=", picking.id)]
        ):
            key = (str(entry.date), entry.period_id.name)
            masses[key] = masses.get(key, 0) + entry.mass
        return {key: mass for key, mass in masses.items() if mass}

    def doors(self, receipt):
        """The writes that change the date of a done transfer."""
        return (
            (receipt, "date_done"),
            (receipt.move_ids, "date"),
            (receipt.move_line_ids, "date"),
        )


@tagged("post_install", "-at_install")
class TestEditedDates(DatesCase):
    def test_within_the_period(self):
        for index in range(3):
            receipt = self.receive(self.slab, 10)
            record, name = self.doors(receipt)[index]
            with self.subTest(door=f"{record._name}.{name}"):
                self.assertEqual(
                    self.edit(record, {name: "2025-02-03 08:00:00"}),
                    [
                        ("input", "non_coc", "Casthouse", "2025-02-03", 10, None),
                        ("input", "non_coc", "Casthouse", "2025-03-10", -10, 10),
                    ],
                )
                self.assertEqual(self.days(receipt), {("2025-02-03", "2025"): 10})

    def test_into_another_open_period(self):
        for index in range(3):
            receipt = self.receive(self.slab, 10, claimed=4)
            record, name = self.doors(receipt)[index]
            with self.subTest(door=f"{record._name}.{name}"):
                self.assertEqual(
                    self.edit(record, {name: "2024-11-05 08:00:00"}),
                    [
                        ("input", "coc", "Casthouse", "2024-11-05", 4, None),
                        ("input", "coc", "Casthouse", "2025-03-10", -4, 4),
                        ("input", "non_coc", "Casthouse", "2024-11-05", 6, None),
                        ("input", "non_coc", "Casthouse", "2025-03-10", -6, -4),
                    ],
                )
                self.assertEqual(self.days(receipt), {("2024-11-05", "2024"): 10})

    def test_same_day_posts_nothing(self):
        for index in range(3):
            receipt = self.receive(self.slab, 10)
            record, name = self.doors(receipt)[index]
            with self.subTest(door=f"{record._name}.{name}"):
                self.assertEqual(self.edit(record, {name: "2025-03-10 23:00:00"}), [])

    def test_into_a_closed_period(self):
        self.close_earlier()
        for index in range(3):
            receipt = self.receive(self.slab, 10)
            record, name = self.doors(receipt)[index]
            before = record[name]
            with self.subTest(door=f"{record._name}.{name}"):
                count = self.count_entries()
                with self.refused(
                    UserError,
                    receipt.name,
                    "Slab",
                    "10 Ton",
                    "Melt & Roll 2024",
                    "closed",
                    "Make a return or a new transfer in the open period",
                ):
                    record.write({name: "2024-11-05 08:00:00"})
                record.invalidate_recordset()
                self.assertEqual(record[name], before)
                self.assertEqual(self.count_entries(), count)
                self.assertEqual(self.days(receipt), {("2025-03-10", "2025"): 10})

    def test_out_of_a_closed_period(self):
        self.at("2024-06-01")
        receipts = [self.receive(self.slab, 10) for _door in range(3)]
        self.close_earlier()
        for index, receipt in enumerate(receipts):
            record, name = self.doors(receipt)[index]
            before = record[name]
            with self.subTest(door=f"{record._name}.{name}"):
                with self.refused(
                    UserError, receipt.name, "Melt & Roll 2024", "Make a return"
                ):
                    record.write({name: "2025-02-03 08:00:00"})
                record.invalidate_recordset()
                self.assertEqual(record[name], before)
                self.assertEqual(self.days(receipt), {("2024-06-01", "2024"): 10})

    def test_scheduled_date_changes_nothing(self):
        """Neither it nor a deadline moves an entry of a done transfer."""
        receipt = self.receive(self.slab, 10)
        count = self.count_entries()
        receipt.scheduled_date = "2025-02-03 08:00:00"
        receipt.date_deadline = "2025-02-03 08:00:00"
        receipt.move_ids.date_deadline = "2025-02-03 08:00:00"
        self.assertEqual(self.count_entries(), count)
        self.assertEqual(self.days(receipt), {("2025-03-10", "2025"): 10})

    def test_planned_date_of_the_purchase_changes_nothing(self):
        self.facility("Casthouse").storage_location_ids = self.stock
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.supplier.id,
                "company_id": self.company.id,
                "picking_type_id": self.warehouse.in_type_id.id,
                "order_line": [
                    Command.create(
                        {"product_id": self.slab.id, "product_qty": 10, "price_unit": 5}
                    )
                ],
            }
        )
        order.button_confirm()
        self.validate(order.picking_ids)
        order.order_line.date_planned = "2024-02-03 08:00:00"
        order.date_planned = "2024-02-03 08:00:00"
        self.assertEqual(self.days(order.picking_ids), {("2025-03-10", "2025"): 10})

    def test_delivery_moves_its_designation(self):
        """60 t CoC went out in 2025; dated 2024, when 100 t had come in, they fit."""
        self.at("2024-06-01")
        self.receive(self.slab, 100, claimed=60)
        self.at("2025-03-10")
        self.receive(self.slab, 100, claimed=60)
        delivery = self.deliver(self.slab, 100, designated=60)
        delivery.date_done = "2024-11-05 08:00:00"
        self.assertEqual(self.days(delivery), {("2024-11-05", "2024"): 100})
        self.assertEqual(self.balance("casthouse", self.earlier).coc_output, 60)
        self.assertEqual(self.balance("casthouse").coc_output, 0)

    def test_delivery_does_not_move_where_its_designation_does_not_fit(self):
        """Nothing came in in 2024: 60 t CoC cannot have left then (8.7)."""
        self.receive(self.slab, 100, claimed=60)
        delivery = self.deliver(self.slab, 100, designated=60)
        with self.refused(UserError, delivery.name, "60 t cannot", "Melt & Roll 2024"):
            delivery.date_done = "2024-11-05 08:00:00"
        self.assertEqual(self.days(delivery), {("2025-03-10", "2025"): 100})

    def test_finish_of_a_manufacturing_order(self):
        """Odoo moves the day of what was made, not of what was used."""
        self.receive(self.slab, 100, place=self.mill_place)
        order = self.produce(self.coil, 90, [(self.slab, 100)], self.mill_place)
        self.assertEqual(
            self.edit(order, {"date_finished": "2025-03-20 08:00:00"}),
            [
                ("production", "pooled", "Mill", "2025-03-10", -90, 90),
                ("production", "pooled", "Mill", "2025-03-20", 90, None),
            ],
        )

    def test_finish_of_a_manufacturing_order_into_another_open_period(self):
        self.receive(self.slab, 100, place=self.mill_place)
        order = self.produce(self.coil, 90, [(self.slab, 100)], self.mill_place)
        order.date_finished = "2024-12-20 08:00:00"
        self.assertEqual(
            self.ledger(self.coil, period_id=self.earlier.id),
            {("production", "pooled"): 90},
        )
        self.assertEqual(self.ledger(self.coil, period_id=self.period.id), {})

    def test_finish_of_a_manufacturing_order_into_a_closed_period(self):
        self.close_earlier()
        self.receive(self.slab, 100, place=self.mill_place)
        order = self.produce(self.coil, 90, [(self.slab, 100)], self.mill_place)
        with self.refused(
            UserError, order.name, "Coil", "90 Ton", "Melt & Roll 2024", "Make a return"
        ):
            order.date_finished = "2024-12-20 08:00:00"
        self.assertEqual(
            self.entries(order),
            {("consumption", "pooled"): 100, ("production", "pooled"): 90},
        )

    def test_finish_of_a_manufacturing_order_out_of_a_closed_period(self):
        self.at("2024-06-01")
        self.receive(self.slab, 100, place=self.mill_place)
        order = self.produce(self.coil, 90, [(self.slab, 100)], self.mill_place)
        self.close_earlier()
        with self.refused(UserError, order.name, "Melt & Roll 2024", "Make a return"):
            order.date_finished = "2025-02-20 08:00:00"
        self.assertEqual(
            self.ledger(self.coil, period_id=self.earlier.id),
            {("production", "pooled"): 90},
        )


@tagged("post_install", "-at_install")
class TestClosedPeriods(DatesCase):
    """What a closed period accounts for does not change (8.9)."""

    def setUp(self):
        super().setUp()
        self.at("2024-06-01")
        self.receipt = self.receive(self.slab, 10)
        self.close_earlier()

    def refuse(self, record, values, picking=None):
        picking = picking or self.receipt
        count, stock = self.count_entries(), self._get_stock(self.env)
        with self.refused(
            UserError, picking.name, "Slab", "Melt & Roll 2024", "Make a return"
        ):
            record.write(values)
        self.env.invalidate_all()
        self.assertEqual(self.count_entries(), count)
        self.assertEqual(self._get_stock(self.env), stock)

    def test_lines(self):
        line = self.receipt.move_line_ids
        for values in (
            {"quantity": 12},
            {"quantity": 8},
            {"quantity": 0},
            {"product_uom_id": self.kilogram.id},
            {"owner_id": self.consignor.id},
            {"location_dest_id": self.mill_place.id},
            {"location_id": self.customers.id},
        ):
            with self.subTest(values=values):
                self.refuse(line, values)
        self.assertEqual(self.days(self.receipt), {("2024-06-01", "2024"): 10})

    def test_lot(self):
        self.slab.tracking = "lot"
        lot = self.env["stock.lot"].create({"name": "A", "product_id": self.slab.id})
        self.refuse(self.receipt.move_line_ids, {"lot_id": lot.id})

    def test_moves_and_transfers(self):
        self.refuse(self.receipt.move_ids, {"quantity": 12})
        self.refuse(self.receipt.move_ids, {"state": "draft"})
        self.refuse(self.receipt, {"location_dest_id": self.mill_place.id})
        self.refuse(self.receipt, {"location_id": self.customers.id})
        self.assertEqual(self.days(self.receipt), {("2024-06-01", "2024"): 10})

    def test_quantity_that_stays_is_refused_too(self):
        """Forms write what was changed only, so nothing rests on it."""
        self.refuse(self.receipt.move_line_ids, {"quantity": 10})
        self.assertEqual(self.days(self.receipt), {("2024-06-01", "2024"): 10})

    def test_line_added_today(self):
        """3 t added today to the receipt of last year: input of today."""
        self.receipt.move_line_ids = [
            Command.create(
                {
                    "product_id": self.slab.id,
                    "quantity": 3,
                    "product_uom_id": self.tonne.id,
                    "location_id": self.suppliers.id,
                    "location_dest_id": self.casthouse_place.id,
                }
            )
        ]
        self.assertEqual(
            self.days(self.receipt),
            {("2024-06-01", "2024"): 10, ("2025-03-10", "2025"): 3},
        )

    def test_line_added_with_a_day_of_the_closed_period(self):
        """It is accounted in the first open period, own date kept, flagged late."""
        self.receipt.move_line_ids = [
            Command.create(
                {
                    "product_id": self.slab.id,
                    "quantity": 3,
                    "product_uom_id": self.tonne.id,
                    "location_id": self.suppliers.id,
                    "location_dest_id": self.casthouse_place.id,
                    "date": "2024-07-01 08:00:00",
                }
            )
        ]
        self.assertEqual(
            self.days(self.receipt),
            {("2024-06-01", "2024"): 10, ("2024-07-01", "2025"): 3},
        )
        late = self.env["asi.coc.entry"].search([("late", "=", True)])
        self.assertEqual(late.mass, 3)

    def test_return_of_it_is_the_way_out(self):
        returned = self.give_back(self.receipt, 4)
        self.assertEqual(self.days(returned), {("2025-03-10", "2025"): -4})

    def test_consignment_of_the_closed_period_becomes_ours(self):
        """Its input would belong in 2024: it is posted late, or refused, not lost."""
        self.at("2024-06-01")
        consigned = self.receive(self.slab, 10, owner_id=self.consignor.id)
        self.assertEqual(self.days(consigned), {})
        self.at("2025-03-10")
        consigned.move_line_ids.owner_id = False
        self.assertEqual(self.days(consigned), {("2024-06-01", "2025"): 10})
        late = self.env["asi.coc.entry"].search([("picking_id", "=", consigned.id)])
        self.assertTrue(late.late)
