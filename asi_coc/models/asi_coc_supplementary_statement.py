from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..formatting import format_day

#: Days before a statement ends that somebody is reminded.
REMINDER_DAYS = 30


class AsiCocSupplementaryStatement(models.Model):
    _name = "asi.coc.supplementary.statement"
    _description = "Supplementary Statement"
    _inherit = [
        "asi.coc.protected",
        "asi.coc.evidence",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "scope_id, sequence, id"
    # documents say what they were made with, on their side
    _coc_protected_fields = frozenset({"document_ids"})

    name = fields.Char(
        required=True,
        translate=True,
        help="Short name of the statement, to choose it by; not printed.",
    )
    text = fields.Text(
        string="Statement",
        required=True,
        translate=True,
        help="What CoC Documents print, in the customer's language (9.4).",
    )
    sequence = fields.Integer(
        default=10, help="Order in which a CoC Document prints its statements."
    )
    scope_id = fields.Many2one(
        "asi.coc.scope",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self._default_scope_id(),
        help="CoC Certification Scope whose documents make the statement.",
    )
    company_id = fields.Many2one(
        related="scope_id.company_id", store=True, help="Entity of the scope."
    )
    date_start = fields.Date(
        string="Valid From",
        tracking=True,
        help="First day on which the evidence supports the statement.",
    )
    date_end = fields.Date(
        string="Valid Until",
        tracking=True,
        help="Last day on which the evidence supports the statement. A CoC Document "
        "of a later day is not issued with it.",
    )
    print_by_default = fields.Boolean(
        string="On Every Document",
        default=True,
        tracking=True,
        help="Put the statement on every new CoC Document of the scope; its draft may "
        "leave it out. Otherwise it is chosen document by document.",
    )
    active = fields.Boolean(
        default=True, help="Archive a statement that is no longer made."
    )
    document_count = fields.Integer(
        string="Documents",
        compute="_compute_document_count",
        help="CoC Documents that make the statement.",
    )
    document_ids = fields.Many2many(
        "asi.coc.document",
        "asi_coc_document_statement_rel",
        "statement_id",
        "document_id",
        string="CoC Documents",
        readonly=True,
        copy=False,
        help="CoC Documents that were made with it.",
    )

    _dates_ordered = models.Constraint(
        "CHECK (date_end >= date_start)",
        "A statement cannot end before it starts.",
    )

    @api.model
    def _default_scope_id(self):
        scopes = self.env["asi.coc.scope"].search(
            [("company_id", "=", self.env.company.id)], limit=2
        )
        return scopes if len(scopes) == 1 else False

    def _compute_document_count(self):
        groups = self.env["asi.coc.document"]._read_group(
            [("statement_ids", "in", self.ids)], ["statement_ids"], ["__count"]
        )
        counts = {statement.id: count for statement, count in groups}
        for statement in self:
            statement.document_count = counts.get(statement.id, 0)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_issued(self):
        for statement in self:
            # sudo: documents of any company count
            document = (
                self.env["asi.coc.document"]
                .sudo()
                .search(
                    [
                        ("statement_ids", "in", statement.ids),
                        ("state", "!=", "draft"),
                    ],
                    limit=1,
                )
            )
            if document:
                raise UserError(
                    self.env._(
                        "Statement %(statement)s cannot be deleted: CoC Document "
                        "%(document)s makes it, and its evidence stays on file (9.4). "
                        "Archive it instead.",
                        statement=statement.name,
                        document=document.name,
                    )
                )

    # -- what documents ask -------------------------------------------------
    @api.model
    def _find_default(self, scope, day):
        """Return the statements that a new document of ``scope`` makes (9.4).

        One that has ended is among them: issuing then asks for new evidence,
        instead of a statement silently getting lost. One yet to begin is not.
        """
        return self.search(
            [
                ("scope_id", "=", scope.id),
                ("print_by_default", "=", True),
                "|",
                ("date_start", "=", False),
                ("date_start", "<=", day),
            ]
        )

    def _get_unsupported(self, day):
        """Return why each statement cannot be made on ``day``, as labels (9.4)."""
        return [label for statement in self for label in statement._get_gaps(day)]

    def _get_gaps(self, day):
        self.ensure_one()
        if not self.evidence_ids:
            yield self.env._(
                "evidence for statement %(statement)s (9.4); attach it there, or leave "
                "the statement out",
                statement=self.name,
            )
        early = self.date_start and day < self.date_start
        if early or self.date_end and day > self.date_end:
            yield self.env._(
                "evidence that statement %(statement)s holds on %(day)s: it is valid "
                "from %(start)s until %(end)s (9.4); renew it, or leave it out",
                statement=self.name,
                day=format_day(self.env, day),
                start=self._format_end(self.date_start),
                end=self._format_end(self.date_end),
            )

    def _format_end(self, day):
        return format_day(self.env, day) if day else "–"

    # -- reminding ----------------------------------------------------------
    @api.model
    def _cron_remind(self):
        """Remind of statements on every document that end within a month (9.4)."""
        soon = fields.Date.today() + timedelta(days=REMINDER_DAYS)
        ending = self.search(
            [
                ("print_by_default", "=", True),
                ("date_end", "<=", soon),
                ("scope_id.state", "=", "active"),
                ("activity_ids", "=", False),
            ]
        )
        for statement in ending:
            scope = statement.scope_id
            user = (scope.responsible_id or scope.representative_ids)[:1]
            statement.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=statement.date_end,
                summary=self.env._("Renew the evidence of this statement"),
                note=self.env._(
                    "Valid until %(day)s. CoC Documents after that day are not issued "
                    "with it (9.4).",
                    day=format_day(self.env, statement.date_end),
                ),
                user_id=user.id or self.env.uid,
            )

    def action_open_documents(self):
        """Open the CoC Documents that make the statement."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Documents with %(statement)s", statement=self.name),
            "res_model": "asi.coc.document",
            "view_mode": "list,kanban,form",
            "domain": [("statement_ids", "in", self.ids)],
            "context": {"create": False, "coc_direction": "issued"},
        }
