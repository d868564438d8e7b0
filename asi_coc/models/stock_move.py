from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..core.quantity import to_mass
from ..formatting import format_number

#: Fields of a done move, and of its lines, that matter to the ledger.
LEDGER_FIELDS = {"state", "date", "location_id", "location_dest_id", "product_uom"}
LINE_LEDGER_FIELDS = {
    "quantity",
    "product_uom_id",
    "lot_id",
    "owner_id",
    "quant_id",
    "location_id",
    "location_dest_id",
    "date",
}


class StockMove(models.Model):
    _name = "stock.move"
    _inherit = [
        "stock.move",
        "asi.coc.move.designation",
        "asi.coc.move.mass",
        "asi.coc.move.return",
        "asi.coc.move.interest",
    ]

    # Plain nullable columns: installing must not rewrite millions of moves.
    coc_claimed_mass = fields.Float(
        string="Claimed CoC (t)",
        digits=(16, 6),
        copy=False,
        help="Tonnes that the supplier's CoC Document claims as CoC Material. They "
        "count as CoC input once the document is verified (10.2).",
    )
    coc_designated_qty = fields.Float(
        string="Designated as CoC",
        digits="Product Unit",
        copy=False,
        help="Quantity, in whole products, that leaves as CoC Material (8.5). It "
        "cannot exceed what is available when the delivery is done (8.7).",
    )
    coc_available_qty = fields.Float(
        string="CoC Available",
        digits="Product Unit",
        compute="_compute_coc_available_qty",
        help="Whole products that this delivery may carry as CoC Material now, its own "
        "outflow counted (8.7).",
    )
    coc_unavailable_reason = fields.Char(
        string="Why No CoC",
        compute="_compute_coc_available_qty",
        help="Why the facility may not put out CoC Material today (3 to 6 a, b).",
    )
    coc_ordered_qty = fields.Float(
        related="purchase_line_id.coc_ordered_qty",
        string="CoC Ordered",
        help="Quantity ordered as CoC Material.",
    )
    coc_material = fields.Selection(
        related="product_id.coc_material",
        help="Material the product is accounted as.",
    )

    _coc_claimed_mass_positive = models.Constraint(
        "CHECK (coc_claimed_mass IS NULL OR coc_claimed_mass >= 0)",
        "A claimed CoC mass cannot be negative.",
    )
    _coc_designated_qty_positive = models.Constraint(
        "CHECK (coc_designated_qty IS NULL OR coc_designated_qty >= 0)",
        "A designated quantity cannot be negative.",
    )

    @api.depends("product_id", "product_uom", "location_id", "product_uom_qty")
    def _compute_coc_available_qty(self):
        relevant = self.filtered("coc_material")
        (self - relevant).update(
            {"coc_available_qty": 0, "coc_unavailable_reason": False}
        )
        # sudo: users of the warehouse see what is available, not the account
        available = self.env["asi.coc.scope"]._get_available(
            [
                (
                    move.picking_id,
                    (
                        move.product_id,
                        move.move_line_ids.location_id[:1] or move.location_id,
                        move.picking_type_id,
                    ),
                    move._coc_get_mass(),
                )
                for move in relevant
            ]
        )
        for move, (mass, reason) in zip(relevant, available, strict=True):
            move.coc_available_qty = float(move._coc_get_whole_quantity(mass))
            move.coc_unavailable_reason = reason

    @api.constrains("coc_designated_qty")
    def _check_coc_designated_qty(self):
        for move in self.filtered("coc_designated_qty"):
            move.product_id._coc_check_designation(
                move.coc_designated_qty, move.product_uom
            )

    @api.constrains("coc_claimed_mass")
    def _check_coc_claimed_mass(self):
        for move in self.filtered("coc_claimed_mass"):
            if not move.product_id.coc_material:
                raise ValidationError(
                    self.env._(
                        "%(product)s is not accounted as a CoC Material, so %(mass)s t "
                        "cannot be claimed for it. Set its CoC Material first.",
                        product=move.product_id.display_name,
                        mass=format_number(self.env, move.coc_claimed_mass),
                    )
                )

    def write(self, vals):
        self._coc_check_editable(vals)
        if not LEDGER_FIELDS & vals.keys():
            result = super().write(vals)
            if "coc_claimed_mass" in vals:
                # sudo: whoever receives need not write documents
                drafts = self.sudo().picking_id._coc_get_received_drafts()
                drafts._refresh_claimed()
            return result
        done = self.filtered(lambda move: move.state == "done")._coc_relevant()
        done = done._coc_filter_changing(vals)
        done._coc_check_open(vals.get("date"))
        result = super().write(vals)
        done._coc_post()
        return result

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        # Nobody adds a claim to a receipt that is verified (10.2).
        moves.filtered("coc_claimed_mass")._coc_check_editable({"coc_claimed_mass": 0})
        return moves

    def _merge_moves_fields(self):
        vals = super()._merge_moves_fields()
        for name in ("coc_claimed_mass", "coc_designated_qty"):
            vals[name] = sum(self.mapped(name))
        return vals

    def _action_done(self, cancel_backorder=False):
        self._coc_fill_returns()
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        moves.exists()._coc_relevant()._coc_post()
        return moves

    def _prepare_move_split_vals(self, qty):
        vals = super()._prepare_move_split_vals(qty)
        if self.coc_designated_qty:
            # What stays keeps its designation first; the rest goes along. ``qty``
            # may be in the product's unit, so compare in units of the original.
            uom = self.env["uom.uom"].browse(
                vals.get("product_uom", self.product_uom.id)
            )
            moving = uom._compute_quantity(qty, self.product_uom, round=False)
            staying = max(self.product_uom_qty - moving, 0)
            rest = self.product_uom.round(max(self.coc_designated_qty - staying, 0))
            vals["coc_designated_qty"] = self.product_uom._compute_quantity(
                rest, uom, round=False
            )
            self.coc_designated_qty -= rest
        return vals

    def _generate_move_phantom(self, bom_line, product_qty, quantity_done):
        vals_list = super()._generate_move_phantom(bom_line, product_qty, quantity_done)
        if self.coc_designated_qty and self.product_uom_qty:
            # A kit leaves as its components, and so does its designation.
            share = self.coc_designated_qty / self.product_uom_qty
            component, uom = bom_line.product_id, bom_line.product_uom_id
            for vals in vals_list if component.coc_material else []:
                vals["coc_designated_qty"] = component._coc_get_whole_share(
                    share, vals["product_uom_qty"], uom
                )
        return vals_list

    # -- posting ------------------------------------------------------------
    def _coc_relevant(self):
        """Return the moves whose product is accounted as a CoC Material."""
        return self.filtered(lambda move: move.product_id.coc_material)

    def _coc_post(self):
        """Bring the ledger in line with these moves, and hold designations to it.

        Never stops a transfer without a designation: what cannot be classed is
        posted as unclassified (8.1). Raises UserError when a designation does
        not fit (8.5, 8.7).
        """
        if not self:
            return
        posted = self.env["asi.coc.entry"]._post_moves(self)
        designating = self.filtered(
            lambda move: move.coc_designated_qty
            and move.state == "done"
            and not move.location_dest_id._should_be_valued()
        )
        if designating:
            designating._coc_check_done_quantity()
            designating._coc_check_classified()
            designating._coc_check_certified()
        # Wherever it went: what the ledger calls CoC output keeps the limits.
        self._coc_check_available(posted)

    def _coc_check_done_quantity(self):
        """Refuse a fraction that remains where less was done than designated."""
        for move in self:
            if move.product_uom.compare(move.quantity, move.coc_designated_qty) < 0:
                move.product_id._coc_check_designation(move.quantity, move.product_uom)

    def _coc_check_classified(self):
        """Refuse a designation the ledger could not class."""
        # sudo: the reason is in the ledger, which the warehouse does not read
        entries = self.env["asi.coc.entry"].sudo()
        groups = entries._read_group(
            [("move_id", "in", self.ids), ("status", "!=", "unclassified")], ["move_id"]
        )
        classed = {move.id for (move,) in groups}
        for move in self:
            if move.id in classed:
                continue
            entry = entries.search(
                [("move_id", "=", move.id)], order="id desc", limit=1
            )
            reasons = dict(entry._fields["reason"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(picking)s designates %(quantity)s %(uom)s of %(product)s as CoC "
                    "Material, which the material accounting cannot class: %(reason)s. "
                    "Have the compliance officer cure this, or deliver without a "
                    "designation.",
                    picking=move.reference,
                    quantity=format_number(self.env, move.coc_designated_qty),
                    uom=move.product_uom.name,
                    product=move.product_id.display_name,
                    reason=reasons.get(entry.reason)
                    or move._coc_describe_missing_entry(),
                )
            )

    def _coc_describe_missing_entry(self):
        """Say why the ledger has no entry of a done move."""
        company = self.company_id
        if not self.env["asi.coc.scope"]._get_active(company):
            return self.env._("the company has no active CoC Certification Scope")
        if self.move_line_ids.owner_id - company.partner_id:
            return self.env._(
                "the goods belong to %(owner)s",
                owner=", ".join(self.move_line_ids.owner_id.mapped("display_name")),
            )
        return self.env._("the goods never were in the company's stock")

    def _coc_check_available(self, posted):
        """Hold what was just designated against both limits of 8.7."""
        designated = defaultdict(Decimal)
        for row in posted:
            if row["flow"] == "output" and row["status"] == "coc":
                if row["mass"] > 0:
                    self._coc_check_material(row)
                key = (row["period_id"], row["activity_id"], row["material"] == "scrap")
                designated[key] += to_mass(row["mass"])
        designated = {key: mass for key, mass in designated.items() if mass > 0}
        if not designated:
            return
        # sudo: whoever may deliver may designate; the account decides
        balances = self.env["asi.coc.balance"].sudo()._get_for_designation(designated)
        for (period_id, activity_id, is_scrap), mass in designated.items():
            balance = balances[period_id, activity_id]
            balance._check_designation(self, mass, is_scrap)

    def _coc_check_material(self, row):
        """Only an activity's own output material, or scrap, leaves as CoC (8.4)."""
        # sudo: activities are no secret
        activity = self.env["asi.coc.activity"].sudo().browse(row["activity_id"])
        if row["material"] in (activity.output_material, "scrap"):
            return
        labels = dict(
            activity._fields["output_material"]._description_selection(self.env)
        )
        raise UserError(
            self.env._(
                "%(pickings)s: %(mass)s t of %(material)s cannot be designated as CoC "
                "Material. %(activity)s puts out %(output)s, and different materials "
                "never mix in one balance (8.4). Deliver without a designation.",
                pickings=", ".join(filter(None, set(self.mapped("reference")))),
                mass=format_number(self.env, row["mass"]),
                material=labels[row["material"]],
                activity=activity.name,
                output=labels[activity.output_material],
            )
        )

    # -- guards -------------------------------------------------------------
    def _coc_check_editable(self, vals):
        # Only voiding or replacing its CoC Document changes a done designation (9.6);
        # a context alone, which RPC can send, does not.
        redesignating = self.env.su and self.env.context.get("coc_redesignating")
        if "coc_designated_qty" in vals and not redesignating:
            for move in self.filtered(lambda move: move.state == "done"):
                raise UserError(
                    self.env._(
                        "%(picking)s is done: the %(quantity)s %(uom)s of %(product)s "
                        "designated as CoC Material cannot change any more. Void or "
                        "replace its CoC Document, or return the goods (9.6).",
                        picking=move.reference,
                        quantity=format_number(self.env, move.coc_designated_qty),
                        uom=move.product_uom.name,
                        product=move.product_id.display_name,
                    )
                )
        if {"coc_claimed_mass", "picking_id"} & vals.keys():
            # sudo: the document is not the warehouse's to read
            for move in self.sudo().filtered(
                lambda move: (move.coc_claimed_mass or "coc_claimed_mass" in vals)
                and (
                    move.picking_id.coc_received_document_id
                    or move.state == "done"
                    and move.origin_returned_move_id.picking_id.coc_received_document_id
                )
            ):
                raise UserError(
                    self.env._(
                        "The CoC Document %(document)s of %(picking)s is verified: the "
                        "claimed %(mass)s t of %(product)s cannot change. Withdraw the "
                        "verification first.",
                        document=move.picking_id.sudo().coc_received_document_id.name,
                        picking=move.reference,
                        mass=format_number(self.env, move.coc_claimed_mass),
                        product=move.product_id.display_name,
                    )
                )

    def _coc_filter_changing(self, vals):
        """Leave out moves whose day does not change, when only the date is written.

        Odoo writes the moment of validation again right after ``_action_done``.
        """
        if (LEDGER_FIELDS | LINE_LEDGER_FIELDS) & vals.keys() != {"date"}:
            return self
        moment = fields.Datetime.to_datetime(vals["date"])
        scopes = self.env["asi.coc.scope"]._get_active(self.company_id)
        changing = self.browse()
        for scope in scopes:
            day = scope._get_day(moment)
            changing |= self.filtered(
                lambda move, scope=scope, day=day: move.company_id == scope.company_id
                and any(
                    scope._get_day(one.date) != day
                    for one in (move, *move.move_line_ids)
                )
            )
        return changing

    def _coc_check_open(self, new_date=None):
        """Refuse to change what a closed period accounts for (8.9).

        Raises UserError naming the transfer, the period and the way out.
        """
        if not self:
            return
        self.env["asi.coc.period"].flush_model(["state"])
        self.env.cr.execute(
            SQL(
                """
                SELECT entry.move_id, entry.period_id
                  FROM asi_coc_entry entry
                  JOIN asi_coc_period period ON period.id = entry.period_id
                 WHERE entry.move_id = ANY(%s) AND period.state = 'closed'
                 LIMIT 1
                """,
                self.ids,
            )
        )
        found = self.env.cr.fetchone()
        if found:
            self._coc_raise_closed(*found)
        if new_date and not self.env.context.get("coc_validating"):
            moment = fields.Datetime.to_datetime(new_date)
            for scope in self.env["asi.coc.scope"]._get_active(self.company_id):
                day = scope._get_day(moment)
                closed = scope.period_ids.filtered(
                    lambda period, day=day: period.state == "closed"
                    and period.date_start <= day <= period.date_end
                )
                if closed:
                    self._coc_raise_closed(self[0].id, closed.id)

    def _coc_raise_closed(self, move_id, period_id):
        move = self.browse(move_id)
        raise UserError(
            self.env._(
                "%(picking)s (%(product)s, %(quantity)s %(uom)s) cannot change: "
                "Material Accounting Period %(period)s is closed and its balance is "
                "frozen. Make a return or a new transfer in the open period.",
                picking=move.reference,
                product=move.product_id.display_name,
                quantity=format_number(self.env, move.quantity),
                uom=move.product_uom.name,
                period=self.env["asi.coc.period"].sudo().browse(period_id).display_name,
            )
        )
