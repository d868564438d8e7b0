"""What people do every day, through the methods their buttons call.

Each step runs with the rights of the person whose work it is: the buyer
orders, the salesperson sells, the storekeeper moves and makes, the compliance
officer verifies and closes.
"""

import base64
from dataclasses import dataclass

from odoo import Command
from odoo.exceptions import UserError

from .progress import say


@dataclass
class Trade:
    """What one company of the chain sells to the other."""

    purchase: object
    sale: object
    delivery: object = None

    @property
    def document(self):
        """The CoC Document that goes with the delivery (9.1)."""
        return self.delivery.sudo().coc_document_ids


class Operations:
    """The daily work of one company."""

    def __init__(self, env, company, people, products):
        self._env = env
        self.company = company
        self.people = people
        self.products = products

    def acting(self, role):
        """Return the environment of the company's person in ``role``."""
        return self._env(
            user=self.people[role].id,
            su=False,
            context={
                "lang": "en_US",
                "tz": self.company.scope.tz,
                "allowed_company_ids": self.company.record.ids,
            },
        )

    # -- buying -------------------------------------------------------------
    def order(self, supplier, key, quantity, coc=0, activity=None, due=None):
        """Order ``quantity`` tonnes, ``coc`` of them as CoC Material."""
        env = self.acting("buyer")
        line = {
            "product_id": self.products[key].id,
            "product_qty": quantity,
            "coc_ordered_qty": coc,
        }
        if due:
            line["date_planned"] = due
        order = env["purchase.order"].create(
            {
                "partner_id": supplier.id,
                "picking_type_id": self._warehouse(activity).in_type_id.id,
                "order_line": [Command.create(line)],
            }
        )
        order.button_confirm()
        return order

    def receive(self, order, reference=None, lot=None, verify=True, document=None):
        """Receive what was ordered with the supplier's CoC Document (10.1).

        ``document`` is the one another company of the chain issued: its PDF is read,
        and counts once the goods are in. Of others the storekeeper types what the
        paper says, with number ``reference``; the officer verifies that at once, or
        leaves it open (10.2).
        """
        picking = order.sudo().picking_ids.with_env(self.acting("storekeeper"))
        picking.action_assign()
        if lot:
            picking.move_ids.move_line_ids.write({"lot_name": lot})
        if document or reference:
            self.look_up(order.partner_id)
        if document:
            self._drop(document, picking)
        if reference:
            picking.action_coc_claim_as_ordered()
            picking.coc_document_reference = reference
        self._validate(picking)
        if reference:
            self.type_document(picking)
            if verify:
                # This shipment may be the one after which a check is due.
                self.look_up(order.partner_id)
                picking.with_env(self.acting("officer")).action_coc_verify()
        if document and picking.coc_claim_state != "verified":
            failed = picking.coc_failed_check_ids.sudo().mapped("message")
            raise RuntimeError(f"{picking.name} is not verified: {failed}")
        return picking

    def look_up(self, supplier):
        """Check the supplier's certificate with ASI where that is due (10.3)."""
        certificates = self.acting("officer")["asi.coc.certificate"].search(
            [
                ("partner_id", "=", supplier.commercial_partner_id.id),
                ("standard", "=", "chain_of_custody"),
                ("is_check_due", "=", True),
            ]
        )
        certificates.action_record_check()

    def _drop(self, document, picking):
        """Have the issuer's PDF read."""
        # sudo: it came by e-mail
        pdf = document.sudo()._ensure_pdf()
        upload = picking.env["asi.coc.document.upload"].create(
            {
                "picking_id": picking.id,
                "file": base64.b64encode(pdf.raw),
                "filename": pdf.name,
            }
        )
        upload.action_read()

    def type_document(self, picking):
        """Enter what only the paper tells (10.1)."""
        action = picking.action_coc_received_document()
        document = picking.env["asi.coc.document"].browse(action["res_id"])
        document.write(
            {
                "date": document.scope_id._get_today(),
                "responsible": "Sales Department",
                "conformance": True,
            }
        )
        document.action_check()

    def buy(self, supplier, key, quantity, coc=0, reference=None, lot=None):
        """Order and receive on one day."""
        return self.receive(
            self.order(supplier, key, quantity, coc), reference=reference, lot=lot
        )

    # -- making and moving --------------------------------------------------
    def make(self, key, quantity, activity=None, lot=None):
        """Manufacture ``quantity`` tonnes as the bill of materials says."""
        env = self.acting("storekeeper")
        product = self.products[key]
        values = {
            "product_id": product.id,
            "product_qty": quantity,
            "picking_type_id": self._warehouse(activity).manu_type_id.id,
        }
        if lot:
            lot = env["stock.lot"].create({"name": lot, "product_id": product.id})
            values["lot_producing_ids"] = [Command.set(lot.ids)]
        order = env["mrp.production"].create(values)
        order.action_confirm()
        order.action_assign()
        order.button_mark_done()
        expect_done(order)
        return order

    def move(self, key, quantity, source, target):
        """Transfer ``quantity`` tonnes from one facility to another."""
        sending = self._warehouse(source)
        return self._transfer(
            key,
            quantity,
            sending.int_type_id,
            sending.lot_stock_id,
            self._warehouse(target).lot_stock_id,
        )

    def _transfer(self, key, quantity, kind, source, target):
        places = {"location_id": source.id, "location_dest_id": target.id}
        move = {
            "product_id": self.products[key].id,
            "product_uom_qty": quantity,
            "product_uom": self.products[key].uom_id.id,
            **places,
        }
        picking = self.acting("storekeeper")["stock.picking"].create(
            {
                "picking_type_id": kind.id,
                "move_ids": [Command.create(move)],
                **places,
            }
        )
        picking.action_confirm()
        picking.action_assign()
        self._validate(picking)
        return picking

    # -- selling ------------------------------------------------------------
    def quote(self, customer, key, quantity, coc=0, activity=None, reference=None):
        """Offer ``quantity`` tonnes, of which the customer wants ``coc`` as CoC."""
        return self.acting("salesperson")["sale.order"].create(
            {
                "partner_id": customer.id,
                "client_order_ref": reference,
                "warehouse_id": self._warehouse(activity).id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.products[key].id,
                            "product_uom_qty": quantity,
                            "coc_wanted_qty": coc,
                        }
                    )
                ],
            }
        )

    def sell(self, *offer, **options):
        """Confirm what :meth:`quote` offers."""
        order = self.quote(*offer, **options)
        order.action_confirm()
        return order

    def deliver(self, order):
        """Deliver what was sold; what is wanted as CoC is designated."""
        picking = self.get_delivery(order)
        picking.action_assign()
        self._validate(picking)
        return picking

    def get_delivery(self, order):
        """Return the delivery of ``order`` as the storekeeper sees it."""
        return order.sudo().picking_ids.with_env(self.acting("storekeeper"))

    def is_refused(self, order):
        """Tell whether the limits refuse the delivery; nothing of it happens."""
        return self.refuses(lambda: self.deliver(order))

    def refuses(self, happen):
        """Tell whether Odoo refuses what is to ``happen``; nothing of it does then."""
        try:
            with self._env.cr.savepoint():
                happen()
        except UserError as refusal:
            say(f"            refused: {str(refusal).splitlines()[0]}")
            return True
        return False

    def sell_and_deliver(self, customer, key, quantity, coc=0, activity=None):
        """Sell and deliver on one day."""
        return self.deliver(self.sell(customer, key, quantity, coc, activity))

    # -- trading inside the chain -------------------------------------------
    def order_from(self, seller, key, quantity, coc, places=(None, None), due=None):
        """Order from another company of the chain, which takes the order in.

        ``places`` are the activities that send and receive.
        """
        sending, receiving = places
        purchase = self.order(
            seller.company.partner, key, quantity, coc, receiving, due
        )
        sale = seller.sell(
            self.company.partner, key, quantity, coc, sending, purchase.name
        )
        return Trade(purchase, sale)

    def ship(self, trade):
        """Deliver what another company of the chain ordered."""
        trade.delivery = self.deliver(trade.sale)

    def take_in(self, trade):
        """Receive what another company of the chain delivered."""
        return self.receive(trade.purchase, document=trade.document)

    # -- the account --------------------------------------------------------
    def close_ended(self, today):
        """Let the officer close the periods that ended before ``today`` (8.2)."""
        periods = self.acting("officer")["asi.coc.period"].search(
            [
                ("scope_id", "=", self.company.scope.id),
                ("state", "!=", "closed"),
                ("date_end", "<", today),
            ],
            order="date_start",
        )
        for period in periods:
            period.action_close()
            say(f"            closed: {period.display_name}")

    def _warehouse(self, activity):
        warehouses = self.company.warehouses
        return warehouses[activity] if activity else next(iter(warehouses.values()))

    def _validate(self, picking):
        picking.button_validate()
        expect_done(picking)


def expect_done(record):
    # A dialogue that was left open would pass unnoticed otherwise.
    if record.state != "done":
        raise RuntimeError(f"{record.display_name} is {record.state}, not done.")
