from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..core.quantity import ZERO, to_mass
from ..formatting import format_number


class AsiCocLegalInterestAllocation(models.Model):
    """What a producing entity allocates to us in one Material Accounting Period."""

    _name = "asi.coc.legal.interest.allocation"
    _description = "Allocation under a Legal Interest"
    _inherit = ["asi.coc.protected", "asi.coc.evidence"]
    _order = "period_id desc, id desc"
    _check_company_auto = True
    _coc_protected_fields = frozenset({"verification_count"})

    interest_id = fields.Many2one(
        "asi.coc.legal.interest",
        string="Legal Interest",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        help="Interest whose production is shared.",
    )
    scope_id = fields.Many2one(
        related="interest_id.scope_id", help="Scope that takes the production in."
    )
    company_id = fields.Many2one(
        related="interest_id.company_id", store=True, help="Entity of the scope."
    )
    partner_id = fields.Many2one(
        related="interest_id.partner_id", store=True, help="Producing entity."
    )
    material = fields.Selection(
        related="interest_id.material", help="CoC Material that is shared."
    )
    period_id = fields.Many2one(
        "asi.coc.period",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('scope_id', '=', scope_id)]",
        check_company=True,
        help="Material Accounting Period of the scope (8.2).",
    )
    production_mass = fields.Float(
        string="Production (t)",
        digits=(16, 6),
        required=True,
        help="What the producing entity made in the period, in tonnes.",
    )
    share = fields.Float(
        string="Share (%)",
        digits=(16, 4),
        compute="_compute_share",
        store=True,
        readonly=False,
        precompute=True,
        help="The entity's share of the production in the period, in percent.",
    )
    allocated_mass = fields.Float(
        string="Allocated CoC (t)",
        digits=(16, 6),
        compute="_compute_allocated_mass",
        store=True,
        readonly=False,
        precompute=True,
        help="CoC Material in tonnes that the producing entity allocates to us. No "
        "more than that is verified in the period.",
    )
    received_mass = fields.Float(
        string="Verified (t)",
        digits=(16, 6),
        compute="_compute_received_mass",
        help="CoC Material in tonnes that came in the period, with verified documents.",
    )
    left_mass = fields.Float(
        string="Left (t)",
        digits=(16, 6),
        compute="_compute_received_mass",
        help="What may still be verified in the period, in tonnes.",
    )
    verification_count = fields.Integer(
        readonly=True,
        copy=False,
        help="Counts verifications. Writing it makes a second one at the same moment "
        "start again.",
    )

    _period_unique = models.Constraint(
        "UNIQUE (interest_id, period_id)",
        "A legal interest has one allocation per Material Accounting Period. Change "
        "that one.",
    )
    _masses_positive = models.Constraint(
        "CHECK (production_mass >= 0 AND allocated_mass >= 0)",
        "Production and allocated mass cannot be negative.",
    )
    _share_valid = models.Constraint(
        "CHECK (share >= 0 AND share <= 100)", "A share is between 0 and 100 %."
    )

    @api.depends("interest_id")
    def _compute_share(self):
        for row in self:
            row.share = row.interest_id.share

    @api.depends("production_mass", "share")
    def _compute_allocated_mass(self):
        for row in self:
            row.allocated_mass = float(row._get_own_part())

    @api.depends("interest_id", "period_id", "allocated_mass")
    def _compute_received_mass(self):
        received = self.interest_id._origin._get_received()
        for row in self:
            mass = received.get((row.interest_id._origin.id, row.period_id.id), ZERO)
            row.received_mass = float(mass)
            row.left_mass = float(max(to_mass(row.allocated_mass) - mass, ZERO))

    @api.depends("interest_id", "period_id")
    def _compute_display_name(self):
        for row in self:
            names = (row.interest_id.display_name, row.period_id.name)
            row.display_name = ", ".join(filter(None, names))

    @api.constrains("period_id", "interest_id")
    def _check_period_of_scope(self):
        for row in self:
            if row.period_id.scope_id != row.interest_id.scope_id:
                raise ValidationError(
                    self.env._(
                        "Period %(period)s is not of scope %(scope)s, which takes in "
                        "the production of %(interest)s (8.2). Choose one of its "
                        "periods.",
                        period=row.period_id.display_name,
                        scope=row.interest_id.scope_id.name,
                        interest=row.interest_id.display_name,
                    )
                )

    @api.constrains("production_mass", "share", "allocated_mass", "evidence_ids")
    def _check_allocated(self):
        for row in self:
            allocated = to_mass(row.allocated_mass)
            limit = to_mass(row.production_mass)
            if row.interest_id.basis != "otherwise_agreed":
                limit = row._get_own_part()
            if allocated > limit:
                raise ValidationError(row._describe(allocated, limit))
            if allocated and not row.sudo().evidence_ids:
                raise ValidationError(
                    self.env._(
                        "%(allocation)s: %(allocated)s t are allocated without "
                        "evidence (%(criterion)s). Attach the producing entity's "
                        "statement.",
                        allocation=row.display_name,
                        allocated=format_number(self.env, allocated),
                        criterion=row.interest_id._get_criterion(),
                    )
                )
            row._check_not_exceeded()

    def _describe(self, allocated, limit):
        return self.env._(
            "%(allocation)s: %(allocated)s t cannot be allocated to us; of "
            "%(production)s t produced, our part is %(limit)s t (%(criterion)s). "
            "Correct the figures, or the basis that was agreed.",
            allocation=self.display_name,
            allocated=format_number(self.env, allocated),
            production=format_number(self.env, self.production_mass),
            limit=format_number(self.env, limit),
            criterion=self.interest_id._get_criterion(),
        )

    def _check_not_exceeded(self):
        self.invalidate_recordset(["received_mass"])
        if to_mass(self.received_mass) > to_mass(self.allocated_mass):
            raise ValidationError(self._describe_exceeded())

    def _describe_exceeded(self):
        return self.env._(
            "%(allocation)s: %(received)s t of CoC Material are verified, but "
            "%(allocated)s t allocated (%(criterion)s). Withdraw the verification of "
            "what is too much, or have more allocated.",
            allocation=self.display_name,
            received=format_number(self.env, self.received_mass),
            allocated=format_number(self.env, self.allocated_mass),
            criterion=self.interest_id._get_criterion(),
        )

    # -- guards -------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._check_period_open()
        return rows

    def write(self, vals):
        if vals.keys() - {"verification_count"}:
            self._check_period_open()
        result = super().write(vals)
        if "period_id" in vals:
            self._check_period_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_period_open()
        for row in self:
            if row.received_mass:
                raise UserError(
                    self.env._(
                        "%(allocation)s cannot be deleted: %(received)s t of CoC "
                        "Material are verified under it (%(criterion)s). Withdraw the "
                        "verification first.",
                        allocation=row.display_name,
                        received=format_number(self.env, row.received_mass),
                        criterion=row.interest_id._get_criterion(),
                    )
                )

    def _check_period_open(self):
        for row in self:
            if row.period_id.state == "closed":
                raise UserError(
                    self.env._(
                        "Period %(period)s is closed: the allocation of %(interest)s "
                        "cannot be added, changed or deleted (8.9). Have the "
                        "Management Representative reopen the period.",
                        period=row.period_id.display_name,
                        interest=row.interest_id.display_name,
                    )
                )

    def _get_own_part(self):
        """Return the share of the production, in tonnes as Decimal."""
        return to_mass(to_mass(self.production_mass) * to_mass(self.share) / 100)

    def _lock(self):
        """Make a second verification at the same moment start again.

        A locking write, not only a lock: under REPEATABLE READ the second
        transaction must not go on with what it saw before.
        """
        if self:
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE asi_coc_legal_interest_allocation
                       SET verification_count = COALESCE(verification_count, 0) + 1
                     WHERE id = ANY(%s)
                    """,
                    self.ids,
                )
            )
            self.invalidate_recordset(["verification_count"])

    # -- actions ------------------------------------------------------------
    def action_open_entries(self):
        """Open the ledger entries of what came in under the interest."""
        self.ensure_one()
        return self.interest_id._action_open_entries(self.display_name, self.period_id)
