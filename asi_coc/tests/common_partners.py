from base64 import b64encode

from odoo import Command

from odoo.addons.asi_coc.models.asi_coc_contractor_statement import REPORTED


class PartnersMixin:
    """Orders from partners, and what comes back to them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.suppliers = cls.env.ref("stock.stock_location_suppliers")
        cls.customers = cls.env.ref("stock.stock_location_customers")

    @staticmethod
    def _sell_to_all(partner):
        """Let ``partner`` sell a product to every company of the test."""
        values = {"partner_id": partner.id, "price": 5, "company_id": False}
        return Command.create(values)

    def purchase(self, partner, product, quantity, picking_type=None, **values):
        order = self.env["purchase.order"].create(
            {
                "partner_id": partner.id,
                "company_id": self.company.id,
                "picking_type_id": (picking_type or self.warehouse.in_type_id).id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_qty": quantity,
                            "price_unit": 5,
                        }
                    )
                ],
                **values,
            }
        )
        order.button_confirm()
        return order

    def validate_part(self, picking, quantity):
        """Validate less than planned; the rest goes into a backorder."""
        picking.move_ids.quantity = quantity
        picking.move_ids.picked = True
        question = picking.button_validate()
        self.env["stock.backorder.confirmation"].with_context(
            **question["context"]
        ).create({}).process()
        self.assertEqual(picking.state, "done")
        return picking.backorder_ids

    def return_of(self, picking, quantity):
        """Prepare a return of the only product to where Odoo would send it."""
        wizard = (
            self.env["stock.return.picking"]
            .with_context(
                active_id=picking.id,
                active_ids=picking.ids,
                active_model="stock.picking",
            )
            .create({})
        )
        wizard.product_return_moves.quantity = quantity
        return self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )

    @staticmethod
    def next_of(picking):
        """The transfer that takes on what ``picking`` brings."""
        return picking.move_ids.move_dest_ids.picking_id


class LotsMixin(PartnersMixin):
    """Products received in any unit, and lot by lot."""

    def plan_receipt(self, product, quantity, uom=None, **line):
        return self.plan(
            "in",
            self.suppliers,
            self.casthouse_place,
            [{"product": product, "quantity": quantity, "uom": uom, **line}],
            self.supplier,
        )

    def receive_in(self, product, quantity, uom):
        """Receive ``quantity`` as the storekeeper weighs and counts it, in ``uom``."""
        receipt = self.plan_receipt(product, quantity, uom)
        receipt.move_line_ids.quantity = quantity
        self.validate(receipt)
        self.assertEqual(receipt.move_line_ids.product_uom_id, uom)
        return receipt

    def create_lot(self, name, product, net_mass=0):
        return self.env["stock.lot"].create(
            {"name": name, "product_id": product.id, "coc_net_mass": net_mass}
        )

    def receive_lots(self, product, amounts, claimed=0):
        """Receive ``amounts``, pairs of lot and quantity, with a verified claim."""
        receipt = self.plan_receipt(
            product,
            sum(quantity for _lot, quantity in amounts),
            coc_claimed_mass=claimed,
        )
        receipt.move_line_ids.unlink()
        receipt.move_ids.move_line_ids = [
            Command.create(
                {
                    "lot_id": lot.id,
                    "quantity": quantity,
                    "picking_id": receipt.id,
                    "product_id": product.id,
                }
            )
            for lot, quantity in amounts
        ]
        self.validate(receipt)
        if claimed:
            receipt.coc_document_reference = f"WEIGHED-{receipt.id}"
            self.verify(receipt)
        return receipt


class DropshipMixin(PartnersMixin):
    """Goods that go from the supplier to the customer."""

    @classmethod
    def _dropship(cls, product):
        """Let the supplier send what is sold of ``product``."""
        route = cls.env.ref("stock_dropshipping.route_drop_shipping")
        route.active = True
        product.write(
            {
                "route_ids": [Command.set(route.ids)],
                "seller_ids": [cls._sell_to_all(cls.supplier)],
            }
        )

    def dropship(self, product, quantity, wanted=0):
        """Sell what the supplier sends to the customer; return the transfer."""
        sale = self.order(product, quantity, wanted)
        sale.action_confirm()
        order = sale.order_line.purchase_line_ids.order_id
        order.button_confirm()
        picking = order.picking_ids
        self.assertEqual(picking.location_id, self.suppliers)
        self.assertEqual(picking.location_dest_id, self.customers)
        return sale, picking


class ContractorMixin(PartnersMixin):
    """A contractor in the scope rolls 10 t of slab to 9 t of coil; we send the slab."""

    @classmethod
    def _create_contractor(cls):
        cls.contractor = cls.env["res.partner"].create({"name": "Rolling Contractor"})
        cls.coil.seller_ids = [cls._sell_to_all(cls.contractor)]
        cls.resupply_route = cls.env.ref(
            "mrp_subcontracting.route_resupply_subcontractor_mto"
        )
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.coil.product_tmpl_id.id,
                "product_qty": 9,
                "product_uom_id": cls.tonne.id,
                "type": "subcontract",
                "company_id": False,
                "subcontractor_ids": [Command.set(cls.contractor.ids)],
                "bom_line_ids": [
                    Command.create({"product_id": cls.slab.id, "product_qty": 10})
                ],
            }
        )

    @classmethod
    def _create_site(cls):
        """Where the contractor works for the company."""
        cls.site = cls.env["stock.location"].create(
            {
                "name": "Contractor's Site",
                "location_id": cls.company.subcontracting_location_id.id,
                "usage": "internal",
                "company_id": cls.company.id,
            }
        )
        cls.contractor.with_company(cls.company).property_stock_subcontractor = cls.site
        cls.warehouse.subcontracting_to_resupply = True
        cls._create_contractor_record()

    @classmethod
    def _create_contractor_record(cls):
        """Have the contractor in the scope since long ago (2.1, 2.2)."""
        cls.contractor_record = cls.record_contractor(cls.contractor)

    @classmethod
    def record_contractor(cls, partner, since="2019-01-01", until="2029-12-31"):
        """Record a contractor; with ``since``, its risk was accepted until a day."""
        record = cls.env["asi.coc.contractor"].create(
            {
                "scope_id": cls.scope.id,
                "partner_id": partner.id,
                "services": "Rolling",
                "control": "The metal stays ours by contract.",
                "evidence_ids": [Command.create(cls._file("contract.pdf"))],
                "declared_on": "2019-01-01",
                "declared_by": "Jan Rogers, Managing Director",
                "declaration": b64encode(b"Nothing is outsourced further."),
                "declaration_name": "declaration.pdf",
                "tolerance": 100,
            }
        )
        if since:
            cls.let_contractor_hold(record, since, until)
        return record

    @classmethod
    def let_contractor_hold(cls, record, since, until):
        """As if the risk had been accepted at the start of ``since`` (2.2c)."""
        assessment = cls.env["asi.coc.contractor.assessment"].create(
            {
                "contractor_id": record.id,
                "assessed_on": since,
                "findings": "Coils are tagged.",
                "result": "acceptable",
            }
        )
        assessment.write(
            {
                "state": "accepted",
                "accepted_on": f"{since} 00:00:00",
                "accepted_by_id": cls.env.uid,
                "due_on": until,
                "valid_until": until,
            }
        )
        cls.env["asi.coc.contractor.validity"].create(
            {
                "contractor_id": record.id,
                "assessment_id": assessment.id,
                "date_start": f"{since} 00:00:00",
                "date_end": f"{until} 23:59:59",
            }
        )
        record.write({"state": "in_scope", "date_joined": since})

    @staticmethod
    def _file(name):
        return {"name": name, "raw": b"What it says."}

    def before_close(self, period):
        """Contractors report what the moves say, so that the period closes (2.3)."""
        result = super().before_close(period)
        records = self.env["asi.coc.contractor"].search(
            [("scope_id", "=", period.scope_id.id)]
        )
        for record in records:
            record._prepare_statements(period)
            for statement in record.statement_ids.filtered(
                lambda one: one.period_id == period and one.state != "confirmed"
            ):
                self.report(statement)
                statement.action_confirm()
        return result

    def report(self, statement, **changes):
        """Enter from a paper what our moves say; ``changes`` are other tonnes.

        Per material the first product has all of it.
        """
        handled = {row["material"]: row for row in statement._get_handled()}
        for line in statement.line_ids:
            row = handled.pop(line.material, None)
            figures = (
                {
                    "received_mass": row["own_sent"],
                    "returned_mass": row["own_returned"],
                    "delivered_mass": row["own_delivered"],
                    "loss_mass": row["own_consumed"] - row["own_produced"],
                    "closing_mass": row["own_closing"],
                    **changes,
                }
                if row
                else dict.fromkeys(REPORTED, 0)
            )
            line.write({name: max(mass, 0) for name, mass in figures.items()})
        statement.evidence_ids = [Command.create(self._file("statement.pdf"))]
        statement.signed_by = "Rita Roll, Dispatch"
        statement.action_enter()

    def have_coil_made(self, quantity):
        """Order coil and send the slab for it; return both transfers.

        ``quantity`` is 9 t or a multiple. The first transfer is done, the second
        one is the receipt to come.
        """
        order = self.purchase(self.contractor, self.coil, quantity)
        receipt = order.picking_ids.filtered(
            lambda picking: picking.picking_type_code == "incoming"
        )
        sent = receipt.move_ids.move_orig_ids.production_id.picking_ids - receipt
        sent.action_assign()
        self.validate(sent)
        self.assertEqual(sent.location_dest_id, self.site)
        return sent, receipt

    def sell_from_contractor(self, quantity, wanted=0):
        """Sell coil by dropship: made at the contractor's, sent to the customer."""
        sale = self.order(self.coil, quantity, wanted)
        sale.action_confirm()
        order = sale.order_line.purchase_line_ids.order_id
        self.assertEqual(order.partner_id, self.contractor)
        order.button_confirm()
        picking = order.picking_ids.filtered(
            lambda one: one.location_dest_id == self.customers
        )
        self.assertEqual(picking.move_ids.location_id, self.site)
        return picking


class TransitMixin(PartnersMixin):
    """A depot of the same company is supplied from the plant, through transit."""

    @classmethod
    def _create_depot(cls):
        cls.depot = cls.env["stock.warehouse"].create(
            {
                "name": "Depot",
                "code": "DPT",
                "company_id": cls.company.id,
                "resupply_wh_ids": [Command.set(cls.warehouse.ids)],
            }
        )
        cls.transit = cls.company.internal_transit_location_id

    def supply_depot(self, quantity):
        """Replenish the depot; return both transfers."""
        before = self.env["stock.move"].search([], order="id desc", limit=1)
        self.env["product.replenish"].create(
            {
                "product_id": self.slab.id,
                "product_tmpl_id": self.slab.product_tmpl_id.id,
                "product_uom_id": self.tonne.id,
                "quantity": quantity,
                "warehouse_id": self.depot.id,
                "route_id": self.depot.resupply_route_ids.id,
            }
        ).launch_replenishment()
        moves = self.env["stock.move"].search([("id", ">", before.id)])
        arrival = moves.filtered(
            lambda move: move.location_dest_id == self.depot.lot_stock_id
        ).picking_id
        sent = moves.filtered(
            lambda move: move.location_dest_id == self.transit
        ).picking_id
        self.assertEqual((len(sent), len(arrival)), (1, 1))
        sent.action_assign()
        return sent, arrival
