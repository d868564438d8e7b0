"""Operations of the machine: what comes from partners and goes to them."""

from hypothesis import strategies as st

from odoo import Command

from .common_machine import few, operation, percents, picks, sites, tonnes


class PartnersOperations:
    """Receipts, deliveries, their returns, and what others own (8.3 to 8.5)."""

    # -- in -------------------------------------------------------------------
    @operation(
        times=3,
        site=sites,
        quantity=tonnes,
        part=percents,
        verify=st.booleans(),
        pick=picks,
    )
    def receive(self, site, quantity, part, verify, pick):
        case = self.at_site(site)
        good = (case.slab, case.alloy, case.granulate)[pick % 3]
        receipt = case.receive(
            good,
            quantity * (1000 if good == case.granulate else 1),
            quantity * part / 100,
            verify=verify,
        )
        self.transfers[site].append(receipt)
        self.did("receipt")

    @operation(site=sites, quantity=tonnes)
    def receive_in_another_unit(self, site, quantity):
        """Tonnes of what is held in kilograms, kilograms of what is in tonnes."""
        case = self.at_site(site)
        receipts = [
            case.receive_in(case.granulate, quantity, case.tonne),
            # The product has two digits, so no single kilograms.
            case.receive_in(case.slab, 10 * quantity, case.kilogram),
        ]
        self.transfers[site] += receipts
        self.did("receipt in another unit")

    @operation(site=sites, pieces=few, weight=st.integers(5, 25), part=percents)
    def receive_weighed(self, site, pieces, weight, part):
        """A lot of sows that weigh half a tonne to two and a half, and one unweighed.

        Some leave again; what is designated of them are whole pieces.
        """
        case = self.at_site(site)
        name = f"{case.company.id}-{len(case.env['stock.lot'].search([]))}"
        lots = [
            case.create_lot(f"{name}-A", case.sow, weight / 10),
            case.create_lot(f"{name}-B", case.sow),
        ]
        claimed = pieces * weight / 10 * part / 100
        case.receive_lots(case.sow, [(lot, pieces) for lot in lots], claimed)
        self.did("receipt of weighed lots")
        with self.perhaps("delivery of weighed lots"):
            case.deliver(case.sow, pieces, designated=pieces * part // 200)

    @operation(site=sites, pieces=few)
    def receive_put_away(self, site, pieces):
        """Billets are put away at the mill."""
        case = self.at_site(site)
        receipt = case.receive(case.billet, pieces, place=case.stock)
        case.assertEqual(receipt.move_line_ids.location_dest_id, case.mill_place)
        self.transfers[site].append(receipt)
        self.did("putaway")

    @operation(site=sites, quantity=tonnes)
    def receive_in_steps(self, site, quantity):
        """By the yard: input, quality, stock."""
        case = self.at_site(site)
        order = case.purchase(case.supplier, case.slab, quantity, case.yard.in_type_id)
        picking = order.picking_ids
        for _step in range(3):
            case.validate(picking)
            last, picking = picking, case.next_of(picking)
        case.assertEqual(last.location_dest_id, case.yard.lot_stock_id)
        case.assertFalse(picking)
        self.did("steps of a receipt")

    @operation(site=sites, quantity=tonnes)
    def receive_nowhere(self, site, quantity):
        """At a place that is no facility's yet."""
        case = self.at_site(site)
        place = case.create_place("Field", case.warehouse.view_location_id)
        receipt = case.receive(case.slab, quantity, place=place)
        self.transfers[site].append(receipt)
        self.nowhere[site].append(place)
        self.did("what cannot be classed")

    @operation(site=sites, pick=picks)
    def take_in(self, site, pick):
        case = self.at_site(site)
        place = self.take(self.nowhere, pick)
        if place:
            case.facility("Casthouse").storage_location_ids |= place
            case.scope.action_classify()
            self.did("classed later")

    # -- out ------------------------------------------------------------------
    @operation(times=3, site=sites, quantity=tonnes, part=percents, pick=picks)
    def deliver(self, site, quantity, part, pick):
        case = self.at_site(site)
        good = (case.slab, case.alloy, case.granulate)[pick % 3]
        amount = quantity * (1000 if good == case.granulate else 1)
        with self.perhaps("delivery"):
            delivery = case.deliver(good, amount, designated=amount * part // 100)
            self.transfers[site].append(delivery)
            if part:
                self.check_limits("casthouse")

    @operation(site=sites, quantity=few, part=percents)
    def deliver_scrap(self, site, quantity, part):
        """Eligible Scrap, of which 40 % are aluminium."""
        case = self.at_site(site)
        with self.perhaps("designated scrap"):
            case.deliver(
                case.skimmings,
                quantity,
                designated=quantity * part // 100,
                place=case.mill_place,
            )
            self.check_limits("post_casthouse")

    def check_limits(self, code):
        core = self.case.balance(code, self.live[self.site])._get_core()
        self.case.assertLessEqual(core.demand, core.entitlement)
        self.case.assertLessEqual(core.demand, core.share_limit)

    @operation(site=sites, quantity=st.integers(2, 400), part=percents)
    def deliver_in_parts(self, site, quantity, part):
        """A part leaves, the rest in a backorder."""
        case = self.at_site(site)
        with self.perhaps("backorder"):
            delivery = case.plan_delivery(
                {
                    "product": case.slab,
                    "quantity": quantity,
                    "coc_designated_qty": quantity * part // 100,
                }
            )
            rest = case.validate_part(delivery, quantity // 2)
            case.validate(rest)
            self.transfers[site] += [delivery, rest]

    @operation(site=sites, quantity=tonnes)
    def deliver_in_steps(self, site, quantity):
        """From the yard: pick, pack, ship."""
        case = self.at_site(site)
        case.have_stock(case.slab, 400, case.yard.lot_stock_id)
        sale = case.order(case.slab, quantity)
        sale.warehouse_id = case.yard
        sale.action_confirm()
        picking = sale.picking_ids
        for _step in range(3):
            case.validate(picking)
            last, picking = picking, case.next_of(picking)
        case.assertEqual(last.location_dest_id, case.customers)
        self.did("steps of a delivery")

    @operation(site=sites, quantity=tonnes)
    def deliver_kits(self, site, quantity):
        case = self.at_site(site)
        line = {"product": case.pair, "quantity": quantity}
        picking = case.plan_delivery(line)
        case.assertEqual(picking.move_ids.product_id, case.slab)
        case.validate(picking)
        self.transfers[site].append(picking)
        self.did("kit delivered")

    @operation(site=sites, quantity=tonnes)
    def receive_kits(self, site, quantity):
        case = self.at_site(site)
        picking = case.plan_receipt(case.pair, quantity)
        case.assertEqual(picking.move_ids.product_id, case.slab)
        case.validate(picking)
        self.transfers[site].append(picking)
        self.did("kit received")

    @operation(times=3, site=sites, quantity=tonnes, pick=picks)
    def give_back(self, site, quantity, pick):
        case = self.at_site(site)
        picking = self.take(self.transfers, pick)
        left = picking and min(quantity, sum(picking.move_ids.mapped("quantity")))
        if left and len(picking.move_ids) == 1:
            case.give_back(picking, left)
            if picking.location_id.usage == "supplier":
                self.did("return to the supplier")
            elif picking.location_dest_id.usage == "customer":
                self.did("return from the customer")
            else:
                self.did("return of a transfer")

    # -- past us --------------------------------------------------------------
    @operation(site=sites, quantity=tonnes, part=percents)
    def dropship(self, site, quantity, part):
        case = self.at_site(site)
        _sale, picking = case.dropship(case.bar, quantity)
        case.validate(picking)
        self.did("dropship")
        left = quantity * part // 100
        for place, what in (
            (case.suppliers, "dropship returned"),
            (case.casthouse_place, "dropship returned to us"),
        ):
            if left:
                case.give_back(picking, left, place)
                self.did(what)

    @operation(site=sites, quantity=tonnes)
    def send_to_sister(self, site, quantity):
        case = self.at_site(site)
        transit = case.env.ref("stock.stock_location_inter_company")
        line = {"product": case.slab, "quantity": quantity}
        case.transfer("out", case.casthouse_place, transit, [line], case.customer)
        case = self.at_site(1 - site)
        case.transfer("in", transit, case.casthouse_place, [line], case.supplier)
        self.did("transit between companies")

    # -- of others ------------------------------------------------------------
    @operation(site=sites, quantity=tonnes)
    def receive_for_others(self, site, quantity):
        case = self.at_site(site)
        receipt = case.receive(case.slab, quantity, owner_id=case.consignor.id)
        self.transfers[site].append(receipt)
        self.did("consignment in")

    @operation(site=sites, quantity=tonnes)
    def deliver_of_others(self, site, quantity):
        """From the place where they were put, so ours are not taken."""
        case = self.at_site(site)
        place = case.create_place("Their Corner", case.casthouse_place)
        case.receive(case.slab, quantity, place=place, owner_id=case.consignor.id)
        delivery = case.deliver(case.slab, quantity, place=place)
        case.assertEqual(delivery.move_line_ids.owner_id, case.consignor)
        self.transfers[site].append(delivery)
        self.did("consignment out")

    @operation(site=sites, quantity=tonnes)
    def move_alone(self, site, quantity):
        """Moves that belong to no transfer, and a return of each."""
        case = self.at_site(site)
        inside = case.casthouse_place
        for source, target, what in (
            (case.suppliers, inside, "input without a transfer"),
            (inside, case.customers, "output without a transfer"),
            (inside, case.mill_place, "flow without a transfer"),
        ):
            move = case.move_alone(quantity, source, target)
            case.move_alone(1, target, source, origin_returned_move_id=move.id)
            self.did(what)

    @operation(site=sites, quantity=tonnes)
    def add_line(self, site, quantity):
        """A line added to a done transfer, to one of its moves, and a move."""
        case = self.at_site(site)
        receipt = case.receive(case.slab, quantity)
        line = {
            "product_id": case.slab.id,
            "quantity": quantity,
            "product_uom_id": case.tonne.id,
            "location_id": case.suppliers.id,
            "location_dest_id": case.casthouse_place.id,
        }
        receipt.move_line_ids = [Command.create(line)]
        receipt.move_ids[:1].move_line_ids = [Command.create(line)]
        receipt.move_ids = [
            Command.create(
                {
                    "product_id": case.alloy.id,
                    "product_uom": case.tonne.id,
                    "product_uom_qty": quantity,
                    "quantity": quantity,
                    "location_id": case.suppliers.id,
                    "location_dest_id": case.casthouse_place.id,
                    "picked": True,
                }
            )
        ]
        case.assertEqual(set(receipt.move_ids.mapped("state")), {"done"})
        self.transfers[site].append(receipt)
        self.did("added to a done transfer")
