from odoo import api, fields, models

STATES = [
    ("missing", "Missing"),
    ("attention", "Attention"),
    ("in_order", "In Order"),
    ("not_applicable", "Not Applicable"),
]


class AsiCocReadiness(models.Model):
    """How a scope stands on each of the 85 criteria, from its live records.

    Rows are worked out again whenever they are opened, and every night.
    """

    _name = "asi.coc.readiness"
    _description = "Readiness for an Audit"
    _order = "scope_id, sequence, id"
    _rec_name = "criterion_id"

    scope_id = fields.Many2one(
        "asi.coc.scope",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="CoC Certification Scope that is looked at.",
    )
    company_id = fields.Many2one(
        related="scope_id.company_id",
        store=True,
        precompute=True,
        help="Entity of the scope.",
    )
    criterion_id = fields.Many2one(
        "asi.coc.criterion",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="Criterion of the standard.",
    )
    section = fields.Selection(
        related="criterion_id.section",
        store=True,
        precompute=True,
        help="Section of the standard.",
    )
    sequence = fields.Integer(
        related="criterion_id.sequence",
        store=True,
        precompute=True,
        help="Position in the standard.",
    )
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        index=True,
        help="Missing: an auditor would find a non-conformance. Attention: something "
        "is due soon, open, or waits for somebody. Not applicable: the scope has "
        "nothing the criterion is about.",
    )
    explanation = fields.Text(
        readonly=True, help="Why it stands so, and what is to be done."
    )
    evidence_ids = fields.One2many(
        "asi.coc.readiness.evidence",
        "readiness_id",
        string="Kinds of Records",
        readonly=True,
        help="Records that show it, by kind.",
    )
    evidence_text = fields.Char(
        string="Evidence",
        compute="_compute_evidence_text",
        help="Records that show it, with their number.",
    )
    evidence_count = fields.Integer(
        string="Records", readonly=True, help="Number of records that show it."
    )
    checked_on = fields.Datetime(
        readonly=True, help="When the row was worked out last."
    )

    _one_per_criterion = models.Constraint(
        "UNIQUE (scope_id, criterion_id)",
        "A scope has one row per criterion.",
    )

    @api.depends("evidence_ids.label", "evidence_ids.count")
    def _compute_evidence_text(self):
        for row in self:
            row.evidence_text = ", ".join(
                f"{one.label}: {one.count}" for one in row.evidence_ids
            )

    # -- working out ----------------------------------------------------------
    @api.model
    def _refresh(self, scopes):
        """Work out the 85 rows of each of ``scopes`` from its records of now.

        Returns the rows.
        """
        criteria = self.env["asi.coc.criterion"].search([])
        # sudo: rows are written here only, and are the same whoever looks
        rows = self.sudo().search([("scope_id", "in", scopes.ids)])
        found = {(row.scope_id, row.criterion_id): row for row in rows}
        moment = fields.Datetime.now()
        for scope in scopes:
            rules = self.env["asi.coc.readiness.rules"].sudo()
            for criterion in criteria:
                values = rules._assess(scope.sudo(), criterion).to_values()
                values["checked_on"] = moment
                row = found.get((scope, criterion))
                if row:
                    row.write(values)
                else:
                    rows += row.create(
                        {
                            "scope_id": scope.id,
                            "criterion_id": criterion.id,
                            **values,
                        }
                    )
        return rows.with_env(self.env)

    @api.model
    def _cron_refresh(self):
        """Work out all rows, and keep the day's figures for the trend."""
        scopes = self.env["asi.coc.scope"].search([("state", "!=", "draft")])
        self.env["ir.cron"]._commit_progress(remaining=len(scopes))
        for scope in scopes:
            self._refresh(scope)
            self.env["asi.coc.readiness.trend"]._record(scope)
            self.env["ir.cron"]._commit_progress(1)

    # -- opening --------------------------------------------------------------
    @api.model
    def action_open(self):
        """Work out the rows of the user's scopes, and open them."""
        self.check_access("read")
        self._refresh(self.env["asi.coc.scope"].search([]))
        return self.env["ir.actions.act_window"]._for_xml_id(
            "asi_coc.action_asi_coc_readiness"
        )

    def action_refresh(self):
        """Work out the rows of these scopes again."""
        self.check_access("read")
        self._refresh(self.scope_id)
        return True
