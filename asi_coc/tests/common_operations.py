from odoo import Command
from odoo.tests import Form

from .common import CocCase
from .common_books import BooksMixin


class OperationsMixin:
    """Orders of all kinds, through the forms and buttons their users have."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for group in (
            "stock.group_stock_multi_locations",
            "stock.group_production_lot",
            "mrp.group_mrp_byproducts",
        ):
            cls.env.user.group_ids += cls.env.ref(group)

    def make_bom(self, product, quantity, components, by_products=(), kind="normal"):
        """``components`` and ``by_products`` are pairs of product and quantity."""
        return self.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "product_qty": quantity,
                "product_uom_id": product.uom_id.id,
                "type": kind,
                "company_id": self.company.id,
                "bom_line_ids": [
                    Command.create({"product_id": component.id, "product_qty": amount})
                    for component, amount in components
                ],
                "byproduct_ids": [
                    Command.create({"product_id": by_product.id, "product_qty": amount})
                    for by_product, amount in by_products
                ],
            }
        )

    def plan_order(self, bom, quantity, source, target=None):
        """Confirm a manufacturing order of ``bom``."""
        order = self.env["mrp.production"].create(
            {
                "product_id": bom.product_tmpl_id.product_variant_id.id,
                "bom_id": bom.id,
                "product_qty": quantity,
                "picking_type_id": self.warehouse.manu_type_id.id,
                "location_src_id": source.id,
                "location_dest_id": (target or source).id,
            }
        )
        order.action_confirm()
        order.action_assign()
        return order

    def finish_order(self, order, quantity, backorder=None):
        """Enter the quantity and press *Produce All* or *Produce*.

        Odoo asks about a backorder when there is less than planned; it gets
        the answer ``backorder``.
        """
        with Form(order) as form:
            form.qty_producing = quantity
        question = order.button_mark_done()
        if backorder is not None:
            wizard = Form.from_action(self.env, question).save()
            if backorder:
                wizard.action_backorder()
            else:
                wizard.action_close_mo()
        self.assertEqual(order.state, "done")

    def scrap_product(self, product, quantity, context=None, **values):
        """Fill the scrap order's form and validate it."""
        form = Form(self.env["stock.scrap"].with_context(**(context or {})))
        form.product_id = product
        form.scrap_qty = quantity
        for name, value in values.items():
            setattr(form, name, value)
        scrap = form.save()
        scrap.action_validate()
        self.assertEqual(scrap.state, "done")
        return scrap

    def move_alone(self, quantity, source, target, product=None, **values):
        """Do a move that belongs to no transfer, as other modules' code does."""
        product = product or self.slab
        move = self.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": quantity,
                "product_uom": product.uom_id.id,
                "company_id": self.company.id,
                "location_id": source.id,
                "location_dest_id": target.id,
                **values,
            }
        )
        move._action_confirm()
        move._action_assign()
        move.quantity = quantity
        move.picked = True
        move._action_done()
        self.assertEqual((move.state, move.picking_id.ids), ("done", []))
        return move

    # -- inventory ------------------------------------------------------------
    def get_quant(self, product, place=None):
        return self.env["stock.quant"].search(
            [
                ("product_id", "=", product.id),
                ("location_id", "=", (place or self.casthouse_place).id),
            ]
        )

    def relocate(self, quants, target):
        """Press *Relocate* in the list of stock and say where to."""
        action = quants.action_stock_quant_relocate()
        with Form.from_action(self.env, action) as form:
            form.dest_location_id = target
        form.record.action_relocate_quants()


class OperationsCase(OperationsMixin, BooksMixin, CocCase):
    """Operations of all kinds.

    After every test the books agree, and posting again posts nothing.
    """

    def check_books(self):
        moves = self.env["stock.move"].search(
            [("company_id", "=", self.company.id), ("state", "=", "done")]
        )
        posted = self.env["asi.coc.entry"]._post_moves(moves._coc_relevant())
        self.assertEqual(posted, [], "posting again posts nothing")
        return super().check_books()

    # Pieces are compared too, as none of them is weighed here.
    @staticmethod
    def _is_plain_tonnes(product):
        return bool(product.coc_material)

    @staticmethod
    def _get_stock(env):
        return {
            key: quantity
            * float(env["product.product"].browse(key[1]).coc_net_mass or 1)
            for key, quantity in BooksMixin._get_stock(env).items()
        }

    # -- looking --------------------------------------------------------------
    def entries_of(self, moves, *fields):
        """Return ``{(flow, status, …): mass}`` of the entries of ``moves``.

        Further ``fields`` of the entries split them: records by their name,
        days as text.
        """
        masses = {}
        for entry in self.env["asi.coc.entry"].search([("move_id", "in", moves.ids)]):
            key = [entry.flow, entry.status]
            for name in fields:
                value = entry[name]
                key.append(getattr(value, "name", None) or str(value))
            masses[tuple(key)] = round(masses.get(tuple(key), 0) + entry.mass, 6)
        return masses

    def order_entries(self, order, *fields):
        """Return the entries of a manufacturing order's own moves."""
        return self.entries_of(order.move_raw_ids | order.move_finished_ids, *fields)
