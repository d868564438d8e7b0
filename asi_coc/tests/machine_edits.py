"""Operations of the machine: second thoughts about done transfers, and closing."""

from datetime import timedelta

from hypothesis import strategies as st

from odoo.exceptions import UserError

from .common_machine import operation, picks, sites, tonnes


class EditOperations:
    """Every field of a done transfer that Odoo lets users change (8.1, 8.2)."""

    # -- quantities -----------------------------------------------------------
    @operation(times=2, site=sites, quantity=tonnes, pick=picks)
    def correct(self, site, quantity, pick):
        case = self.at_site(site)
        picking = self.one_of(self.transfers, pick)
        if picking:
            with self.perhaps("quantity changed"):
                line = picking.move_line_ids[:1]
                # The product has two digits, so no single kilograms.
                in_kilograms = line.product_uom_id == case.kilogram
                line.quantity = quantity * (10 if in_kilograms else 1)

    @operation(site=sites, quantity=tonnes, pick=picks)
    def change_unit(self, site, quantity, pick):
        """Tonnes were kilograms; what is counted in pieces stays."""
        case = self.at_site(site)
        picking = self.one_of(self.transfers, pick)
        line = picking and picking.move_line_ids[:1]
        if line and line.product_id != case.billet:
            with self.perhaps("unit changed"):
                line.write(
                    {"product_uom_id": case.kilogram.id, "quantity": 10 * quantity}
                )

    # -- what, whose, where ---------------------------------------------------
    @operation(site=sites, pieces=st.integers(1, 20), weight=st.integers(5, 25))
    def change_lot(self, site, pieces, weight):
        """A lot was mistaken for one of another weight."""
        case = self.at_site(site)
        name = f"{case.company.id}-{len(case.env['stock.lot'].search([]))}"
        first = case.create_lot(f"{name}-C", case.sow, weight / 10)
        second = case.create_lot(f"{name}-D", case.sow, weight / 10 + 0.3)
        receipt = case.receive_lots(case.sow, [(first, pieces)])
        receipt.move_line_ids.lot_id = second
        self.did("lot changed")

    @operation(times=2, site=sites, pick=picks)
    def change_owner(self, site, pick):
        case = self.at_site(site)
        picking = self.one_of(self.transfers, pick)
        line = picking and picking.move_line_ids[:1]
        if line and line.owner_id:
            with self.perhaps("goods become the company's"):
                line.owner_id = False
        elif line:
            with self.perhaps("goods become another's"):
                line.owner_id = case.consignor

    @operation(times=2, site=sites, pick=picks, place=st.integers(0, 2))
    def put_line_elsewhere(self, site, pick, place):
        self.at_site(site)
        picking = self.one_of(self.transfers, pick)
        line = picking and picking.move_line_ids[:1]
        if line and line.location_dest_id.usage == "internal":
            with self.perhaps("location changed on a done line"):
                line.location_dest_id = self.get_place(place)

    @operation(times=2, site=sites, pick=picks, place=st.integers(0, 2))
    def put_elsewhere(self, site, pick, place):
        """It arrived at another place; a delivery did not leave at all."""
        self.at_site(site)
        picking = self.one_of(self.transfers, pick)
        if picking:
            with self.perhaps("location changed on a done transfer"):
                picking.location_dest_id = self.get_place(place)

    def get_place(self, number):
        case = self.case
        return (case.casthouse_place, case.mill_place, case.outside_place)[number]

    @operation(times=2, site=sites, pick=picks, again=st.booleans())
    def reset_to_draft(self, site, pick, again):
        """Odoo leaves its stock where it is; done again, it has it twice."""
        case = self.at_site(site)
        picking = self.take(self.transfers, pick)
        if not picking:
            return
        effects = self.get_effects(picking)
        with self.perhaps("back to draft"):
            picking.move_ids.state = "draft"
            case.env.flush_all()
            self.twice.update(effects)
        if again and set(picking.move_ids.mapped("state")) == {"draft"}:
            with self.perhaps("done again after a draft"):
                picking.action_confirm()
                case.validate(picking)
                case.assertEqual(picking.state, "done")
                self.transfers[site].append(picking)

    def get_effects(self, picking):
        """Return what the lines did to the company's stock, by product in tonnes."""
        effects = {}
        for line in picking.move_ids.move_line_ids.filtered(
            # one made through its move may not name the transfer
            lambda one: not one.owner_id
        ):
            mass = line.quantity * (
                2.5
                if line.product_id == self.case.billet
                else 0.001
                if line.product_uom_id == self.case.kilogram
                else 1
            )
            sign = self.is_ours(line.location_dest_id) - self.is_ours(line.location_id)
            key = (self.case.company, line.product_id)
            effects[key] = effects.get(key, 0) + sign * mass
        return effects

    def is_ours(self, place):
        return (
            place.usage in ("internal", "transit")
            and place.company_id == self.case.company
            and place != self.case.outside_place
        )

    # -- when -----------------------------------------------------------------
    @operation(times=3, site=sites, pick=picks, day=st.integers(0, 1094))
    def redate(self, site, pick, day):
        """Into any of the three periods; a closed one refuses."""
        case = self.at_site(site)
        picking = self.one_of(self.transfers, pick)
        if picking:
            moment = case.period.date_start + timedelta(days=day)
            for record, name in (
                (picking, "date_done"),
                (picking.move_ids, "date"),
                (picking.move_line_ids, "date"),
            ):
                with self.perhaps(f"date changed by {record._name}"):
                    record[name] = moment
                moment -= timedelta(days=1)

    # -- documents and periods ------------------------------------------------
    @operation(site=sites)
    def withdraw(self, site):
        case = self.at_site(site)
        documents = case.env["asi.coc.document"].search(
            [("scope_id", "=", case.scope.id), ("state", "=", "verified")]
        )
        if documents:
            documents[:1].action_withdraw()
            self.did("verification withdrawn")

    @operation(site=sites)
    def verify(self, site):
        """What a supplier claimed and nobody has looked at yet."""
        case = self.at_site(site)
        waiting = case.env["stock.picking"].search(
            [
                ("id", "in", [one.id for one in self.transfers[site]]),
                ("coc_document_reference", "!=", False),
                ("coc_received_document_id", "=", False),
            ],
            limit=1,
        )
        if waiting:
            with self.perhaps("document verified"):
                case.verify(waiting)

    @operation(times=5, site=sites)
    def close(self, site):
        case = self.at_site(site)
        period = self.live[site].with_env(case.env)
        period.closing_explanation = "Claims are not verified on purpose"
        if not period._get_next():
            return
        try:
            with case.env.cr.savepoint():
                case.close(period)
        except UserError:
            case.assertTrue(case.env["asi.coc.closing"]._get_broken_limits(period))
            return
        self.live[site] = period._get_next()
        self.day[site] = 0
        self.did("close of a period")
