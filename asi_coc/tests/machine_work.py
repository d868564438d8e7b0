"""Operations of the machine: what is made, here and at contractors, and mended."""

from hypothesis import strategies as st

from odoo import Command

from .common_machine import few, operation, percents, picks, sites, tonnes


class WorkOperations:
    """Manufacturing, unbuilding, subcontracting and repairs (8.4)."""

    # -- manufacturing --------------------------------------------------------
    @operation(site=sites, quantity=tonnes)
    def smelt(self, site, quantity):
        case = self.at_site(site)
        order = case.produce(
            case.liquid, quantity, [(case.alumina, quantity)], case.smelter_place
        )
        self.orders[site].append(order)
        self.did("manufacturing order")

    @operation(site=sites, quantity=st.integers(1, 40))
    def cast(self, site, quantity):
        """From the smelter's liquid metal, with off-cuts as a by-product."""
        case = self.at_site(site)
        order = case.plan_order(
            case.casting, 9 * quantity, case.smelter_place, case.casthouse_place
        )
        self.finish(order)
        self.did("consumption from another activity's location")

    @operation(site=sites, quantity=st.integers(1, 40))
    def roll(self, site, quantity):
        """Billets and skimmings of 40 % aluminium, out of the casthouse's slabs."""
        case = self.at_site(site)
        order = case.plan_order(
            case.rolling, 4 * quantity, case.mill_place, case.casthouse_place
        )
        self.finish(order)
        self.did("production into another activity's location")

    def finish(self, order):
        order.qty_producing = order.product_qty
        order._set_qty_producing()
        order.move_raw_ids.picked = True
        order.button_mark_done()
        self.case.assertEqual(order.state, "done")
        self.orders[self.site].append(order)

    @operation(times=2, site=sites, pick=picks, quantity=tonnes, made=st.booleans())
    def correct_order(self, site, pick, quantity, made):
        """What was made or used was another quantity, or another day."""
        self.at_site(site)
        order = self.one_of(self.orders, pick)
        if not order:
            return
        with self.perhaps("quantity changed of a manufacturing order"):
            moves = order.move_finished_ids if made else order.move_raw_ids
            moves.move_line_ids[:1].quantity = quantity
        with self.perhaps("date changed of a manufacturing order"):
            start = self.live[site].date_start
            order.date_finished = f"{start.year}-06-{1 + quantity % 30:02} 08:00:00"

    @operation(times=2, site=sites, pick=picks)
    def unbuild(self, site, pick):
        case = self.at_site(site)
        order = self.take(self.orders, pick)
        if order:
            self.unbuild_product(
                order.product_id,
                order.qty_produced,
                order.location_dest_id,
                order.location_src_id,
                mo_id=order.id,
            )
            case.assertEqual(order.unbuild_ids.state, "done")
            self.did("unbuild order")

    @operation(site=sites, quantity=few)
    def unbuild_stock(self, site, quantity):
        """Slabs are melted down again, whoever made them."""
        case = self.at_site(site)
        self.unbuild_product(
            case.slab,
            9 * quantity,
            case.casthouse_place,
            case.casthouse_place,
            bom_id=case.casting.id,
        )
        self.did("unbuild order of stock")

    def unbuild_product(self, product, quantity, source, target, **values):
        self.case.env["mrp.unbuild"].create(
            {
                "product_id": product.id,
                "product_qty": quantity,
                "product_uom_id": product.uom_id.id,
                "location_id": source.id,
                "location_dest_id": target.id,
                "company_id": self.case.company.id,
                **values,
            }
        ).action_unbuild()

    @operation(site=sites, quantity=few)
    def scrap_made(self, site, quantity):
        """By the button of the manufacturing order that made it."""
        case = self.at_site(site)
        order = case.produce(case.liquid, 40, [(case.alumina, 40)], case.smelter_place)
        context = order.button_scrap()["context"]
        scrap = case.scrap_product(case.liquid, quantity, context)
        case.assertEqual(scrap.location_id, case.smelter_place)
        self.did("scrap order of a manufacturing order")

    # -- subcontracting -------------------------------------------------------
    @operation(
        times=3,
        site=sites,
        quantity=st.integers(2, 20),
        way=st.integers(0, 3),
        back=few,
    )
    def subcontract(self, site, quantity, way, back):
        """Received in one or two parts; some of it goes, or the slab comes, back."""
        case = self.at_site(site)
        sent, receipt = case.have_coil_made(9 * quantity)
        if way == 0:
            case.validate(case.validate_part(receipt, 9))
            self.did("subcontracting receipt in parts")
        else:
            case.validate(receipt)
            self.did("subcontracting receipt")
        if way == 1:
            case.validate(case.return_of(receipt, min(back, 9)))
            self.did("return to the contractor")
        elif way == 2:
            case.validate(case.return_of(sent, back))
            self.did("return from the contractor")
        elif way == 3:
            with self.perhaps("subcontracting receipt edited"):
                receipt.move_ids.move_line_ids[:1].quantity = 9 * quantity - back % 9

    @operation(site=sites, quantity=few, part=percents)
    def sell_from_contractor(self, site, quantity, part):
        case = self.at_site(site)
        with self.perhaps("subcontracted product delivered directly"):
            picking = case.sell_from_contractor(9 * quantity)
            picking.move_ids.coc_designated_qty = 9 * quantity * part // 100
            case.validate(picking)

    # -- repairs --------------------------------------------------------------
    @operation(site=sites, quantity=tonnes, edited=tonnes)
    def repair(self, site, quantity, edited):
        """A part is used up, one kept, one thrown away; then the other quantity.

        Where Odoo's module is installed: the add-on does not depend on it.
        """
        case = self.at_site(site)
        if "repair.order" not in case.env:
            return
        order = case.env["repair.order"].create(
            {
                "product_id": case.coil.id,
                "product_qty": 1,
                "picking_type_id": case.warehouse.repair_type_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": case.slab.id,
                            "product_uom_qty": quantity,
                            "repair_line_type": kind,
                        }
                    )
                    for kind in ("add", "recycle", "remove")
                ],
            }
        )
        order._action_repair_confirm()
        order.action_repair_start()
        for move in order.move_ids:
            move.quantity = move.product_uom_qty
        order.action_repair_end()
        case.assertEqual(order.state, "done")
        self.did("parts of a repair")
        for move in order.move_ids:
            move.quantity = edited
        self.did("parts of a repair changed")
