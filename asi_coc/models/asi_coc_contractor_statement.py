from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

#: What the contractor reports per product, in tonnes.
REPORTED = (
    "received_mass",
    "returned_mass",
    "delivered_mass",
    "loss_mass",
    "closing_mass",
)
ANSWERED = ("answered", "confirmed")
#: What an answered statement says.
FIXED_FIELDS = {
    "contractor_id",
    "date_start",
    "date_end",
    "line_ids",
    "remark",
    "signed_by",
}


class AsiCocContractorStatement(models.Model):
    """What a contractor reports of the material it was given (2.3)."""

    _name = "asi.coc.contractor.statement"
    _description = "Contractor's Statement"
    _inherit = [
        "asi.coc.protected",
        "asi.coc.evidence",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_start desc, id desc"
    _check_company_auto = True
    _coc_evidence_criteria = "2.3"
    _coc_protected_fields = frozenset(
        {
            "state",
            "asked_on",
            "reminded_on",
            "answered_on",
            "answered_by_id",
            "is_from_portal",
            "sent_back_on",
            "earlier_evidence_ids",
            "confirmed_on",
            "confirmed_by_id",
            "expected_loss",
            "tolerance",
        }
    )

    contractor_id = fields.Many2one(
        "asi.coc.contractor",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="Contractor who reports.",
    )
    scope_id = fields.Many2one(
        related="contractor_id.scope_id",
        store=True,
        precompute=True,
        index=True,
        help="CoC Certification Scope.",
    )
    company_id = fields.Many2one(
        related="contractor_id.company_id",
        store=True,
        precompute=True,
        help="Entity of the scope.",
    )
    partner_id = fields.Many2one(
        related="contractor_id.partner_id",
        string="Company Asked",
        store=True,
        precompute=True,
        index=True,
        help="Company that reports.",
    )
    period_id = fields.Many2one(
        "asi.coc.period",
        compute="_compute_period_id",
        store=True,
        precompute=True,
        index=True,
        ondelete="restrict",
        help="Material Accounting Period that the days lie in.",
    )
    date_start = fields.Date(
        string="From", required=True, tracking=True, help="First day reported on."
    )
    date_end = fields.Date(
        string="Until", required=True, tracking=True, help="Last day reported on."
    )
    state = fields.Selection(
        [
            ("draft", "To Ask"),
            ("asked", "Asked"),
            ("answered", "Answered"),
            ("confirmed", "Confirmed"),
        ],
        string="Status",
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        help="Asked for by e-mail and in the portal, answered by the contractor or by "
        "an officer on its behalf, confirmed by an officer.",
    )
    deadline = fields.Date(
        tracking=True, help="Day by which the contractor answers (2.3)."
    )
    asked_on = fields.Datetime(
        readonly=True, copy=False, help="When the contractor was asked."
    )
    reminded_on = fields.Date(
        readonly=True, copy=False, help="When the contractor was last reminded."
    )
    answered_on = fields.Datetime(
        readonly=True, copy=False, help="When the statement was signed or entered."
    )
    answered_by_id = fields.Many2one(
        "res.users",
        string="Entered By",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="User who entered the answer: the contractor's in the portal, or an "
        "officer from the contractor's paper.",
    )
    signed_by = fields.Char(
        copy=False,
        tracking=True,
        help="Name and function of who signed the statement for the contractor: typed "
        "in the portal, or as the paper says.",
    )
    is_from_portal = fields.Boolean(
        string="Answered in the Portal",
        readonly=True,
        copy=False,
        help="The contractor answered itself; otherwise an officer entered it.",
    )
    sent_back_on = fields.Datetime(
        string="Last Sent Back",
        readonly=True,
        copy=False,
        help="When it was last sent back; what was reported before is in the chatter.",
    )
    remark = fields.Text(copy=False, help="What the contractor adds.")
    rejection = fields.Text(
        string="Question to the Contractor",
        copy=False,
        tracking=True,
        help="Why the statement was sent back, for the contractor to read.",
    )
    evidence_ids = fields.Many2many(
        help="The contractor's paper, where an officer entered the statement (2.3)."
    )
    earlier_evidence_ids = fields.Many2many(
        "ir.attachment",
        "asi_coc_contractor_statement_earlier_rel",
        string="Evidence of Earlier Answers",
        readonly=True,
        copy=False,
        help="Files of what was sent back: the next answer on paper needs a new one.",
    )
    expected_loss = fields.Float(
        string="Expected Process Loss (%)",
        digits=(5, 2),
        compute="_compute_percentages",
        store=True,
        precompute=True,
        help="The contractor's expected process loss when the statement was asked "
        "(2.4).",
    )
    tolerance = fields.Float(
        string="Tolerance (%)",
        digits=(5, 2),
        compute="_compute_percentages",
        store=True,
        precompute=True,
        help="The contractor's tolerance when the statement was asked (2.4).",
    )
    confirmed_on = fields.Datetime(
        readonly=True, copy=False, help="When an officer confirmed it."
    )
    confirmed_by_id = fields.Many2one(
        "res.users",
        string="Confirmed By",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Officer who confirmed the statement.",
    )
    line_ids = fields.One2many(
        "asi.coc.contractor.statement.line",
        "statement_id",
        string="Quantities",
        help="What is reported, per product in tonnes of net material.",
    )
    reconciliation_ids = fields.One2many(
        "asi.coc.contractor.reconciliation",
        "statement_id",
        string="Reconciliation",
        help="The statement against the entity's own moves, per material (2.4).",
    )
    is_beyond = fields.Boolean(
        string="Difference",
        compute="_compute_is_beyond",
        search="_search_is_beyond",
        help="A difference is beyond the contractor's tolerance and not resolved "
        "(2.4).",
    )
    is_overdue = fields.Boolean(
        string="Overdue",
        compute="_compute_is_overdue",
        help="The deadline has passed without an answer.",
    )

    _unique_start = models.Constraint(
        "UNIQUE (contractor_id, date_start)",
        "The contractor has a statement from that day on already (2.3).",
    )
    _dates_ordered = models.Constraint(
        "CHECK (date_end >= date_start)", "A statement cannot end before it starts."
    )

    @api.depends("contractor_id", "date_start", "date_end")
    def _compute_display_name(self):
        for statement in self:
            statement.display_name = self.env._(
                "%(contractor)s, %(start)s – %(end)s",
                # sudo: the contractor's own portal user reads no contractors
                contractor=statement.sudo().partner_id.display_name,
                start=statement.date_start,
                end=statement.date_end,
            )

    @api.depends("contractor_id", "date_start", "date_end")
    def _compute_period_id(self):
        for statement in self:
            statement.period_id = statement.scope_id.period_ids.filtered(
                lambda period, one=statement: one.date_start
                and one.date_end
                and period.date_start <= one.date_start
                and one.date_end <= period.date_end
            )

    @api.depends("contractor_id")
    def _compute_percentages(self):
        for statement in self:
            statement.update(statement._get_percentages())

    @api.depends("reconciliation_ids.state")
    def _compute_is_beyond(self):
        for statement in self:
            statement.is_beyond = "held" in statement.reconciliation_ids.mapped("state")

    def _search_is_beyond(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        held = self.env["asi.coc.contractor.reconciliation"].search(
            [("state", "=", "held")]
        )
        wanted = (operator == "in") == (True in value)
        return [("id", "in" if wanted else "not in", held.statement_id.ids)]

    @api.depends("state", "deadline")
    def _compute_is_overdue(self):
        for statement in self:
            statement.is_overdue = (
                statement.state in ("draft", "asked")
                and bool(statement.deadline)
                and statement.deadline < statement.sudo().scope_id._get_today()
            )

    @api.constrains("date_start", "date_end", "contractor_id")
    def _check_days(self):
        for statement in self:
            if not statement.period_id:
                raise ValidationError(
                    self.env._(
                        "%(statement)s does not lie in one Material Accounting Period "
                        "of the scope (2.3, 8.2). Choose days within a period.",
                        statement=statement.display_name,
                    )
                )
            twins = self.search(
                [
                    ("contractor_id", "=", statement.contractor_id.id),
                    ("id", "!=", statement.id),
                    ("date_start", "<=", statement.date_end),
                    ("date_end", ">=", statement.date_start),
                ],
                limit=1,
            )
            if twins:
                raise ValidationError(
                    self.env._(
                        "%(statement)s overlaps %(other)s. Each day is reported once "
                        "(2.3).",
                        statement=statement.display_name,
                        other=twins.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        statements = super().create(vals_list)
        statements._check_open()
        for statement in statements:
            if not statement.deadline:
                statement.deadline = fields.Date.add(
                    statement.date_end, days=statement.contractor_id.statement_days
                )
        statements._add_missing_lines()
        return statements

    def write(self, vals):
        own = {name for name in vals if self._fields[name]._module == "asi_coc"}
        if own:
            self._check_open()
        fixed = FIXED_FIELDS & own
        for statement in self if fixed and not self.env.su else ():
            if statement.state in ANSWERED:
                raise UserError(
                    self.env._(
                        "%(statement)s is answered; what was reported stays (2.3). "
                        "Send it back to the contractor first.",
                        statement=statement.display_name,
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        self._check_open()
        for statement in self._coc_within_retention()._filter_evidence_kept():
            raise UserError(
                self.env._(
                    "%(statement)s was answered, or compared with the moves, and stays "
                    "on file (2.3). If it is wrong, send it back to the contractor.",
                    statement=statement.display_name,
                )
            )

    def _filter_evidence_kept(self):
        # what was reported stays, also where the contractor was asked again
        return self.filtered(
            lambda one: (
                one.state in ANSWERED or one.sent_back_on or one.reconciliation_ids
            )
        )

    def _get_percentages(self):
        """Return the values of what differences are judged by, in % (2.4)."""
        contractor = self.contractor_id
        return {
            "expected_loss": contractor.expected_loss,
            "tolerance": contractor.tolerance,
        }

    def _check_open(self):
        """Refuse to touch what a closed period rests on (8.9)."""
        # sudo: whoever reports, the period decides
        for statement in self.sudo():
            if statement.period_id.state == "closed":
                raise UserError(
                    self.env._(
                        "%(statement)s belongs to period %(period)s, which is closed: "
                        "it stays as it is. Report a correction in the open period.",
                        statement=statement.display_name,
                        period=statement.period_id.display_name,
                    )
                )

    def _add_missing_lines(self):
        """Have a line for every product that was handled, zero at first."""
        for statement in self:
            products = {
                product_id
                for row in statement._get_handled()
                for product_id in row["product_ids"]
            }
            missing = products - set(statement.line_ids.product_id.ids)
            # sudo: made by the statement itself
            statement.env["asi.coc.contractor.statement.line"].sudo().create(
                [
                    {"statement_id": statement.id, "product_id": product_id}
                    for product_id in sorted(missing)
                ]
            )
