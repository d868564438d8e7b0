from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.fields import Domain
from odoo.tools import mute_logger

STATES = [
    ("missing", "Missing"),
    ("attention", "Attention"),
    ("in_order", "In Order"),
    ("not_applicable", "Not Applicable"),
]


#: Language of the source: what has no translation is read in it.
SOURCE = "en_US"


class AsiCocReadiness(models.Model):
    """How a scope stands on each of the 85 criteria, from its live records.

    Rows are worked out again whenever they are opened, and every night.
    """

    _name = "asi.coc.readiness"
    _description = "Readiness for an Audit"
    _inherit = ["asi.coc.protected"]
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
        group_expand="_group_expand_section",
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
        string="Status",
        required=True,
        readonly=True,
        index=True,
        help="Missing: an auditor would find a non-conformance. Attention: something "
        "is due soon, open, or waits for somebody. Not applicable: the scope has "
        "nothing the criterion is about.",
    )
    explanation = fields.Text(
        readonly=True,
        translate=True,
        help="Why it stands so, and what is to be done.",
    )
    evidence_ids = fields.One2many(
        "asi.coc.readiness.evidence",
        "readiness_id",
        string="Kinds of Records",
        readonly=True,
        help="Records that show it, by kind.",
    )
    evidence_text = fields.Text(
        string="Evidence",
        compute="_compute_evidence_text",
        help="Records that show it, with their number.",
    )
    checked_on = fields.Datetime(
        readonly=True, help="When the row was worked out last."
    )

    _one_per_criterion = models.Constraint(
        "UNIQUE (scope_id, criterion_id)",
        "A scope has one row per criterion.",
    )

    @api.depends("evidence_ids.label", "evidence_ids.count")
    @api.depends_context("lang")
    def _compute_evidence_text(self):
        for row in self:
            row.evidence_text = ", ".join(
                f"{one.label}: {one.count}" for one in row.evidence_ids if one.count
            )

    @api.model
    def _group_expand_section(self, sections, domain):
        """Put sections in the standard's order: 2 before 10."""
        return sorted(sections, key=int)

    # -- working out ----------------------------------------------------------
    @api.model
    def _refresh(self, scopes, criteria=None):
        """Work out the rows of each of ``scopes`` from its records of now.

        All 85 of them, or those of ``criteria``. Returns the rows.
        """
        criteria = criteria or self.env["asi.coc.criterion"].search(Domain.TRUE)
        rows = self.browse()
        for scope in scopes:
            # sudo: rows are written here only, and are the same whoever looks
            rows |= self.sudo()._refresh_scope(scope.sudo(), criteria)
        return rows.with_env(self.env)

    def _refresh_scope(self, scope, criteria):
        """Work out rows in English, which all fall back to, and for who looks.

        What others were told in their language is forgotten once it has changed.
        """
        found = self._with_lang(SOURCE)._assess(scope, criteria)
        rows = self._with_lang(SOURCE)._write_found(scope, found)
        if self.env.lang not in (SOURCE, None):
            told = self._assess(scope, criteria)
            for row in rows.with_env(self.env):
                one, same = told[row.criterion_id], found[row.criterion_id]
                row.explanation = one.explanation
                row.evidence_ids._translate(same.evidence, one.evidence)
        return rows.with_env(self.env)

    def _with_lang(self, lang):
        return self.with_context(lang=lang)

    def _assess(self, scope, criteria):
        rules = self.env["asi.coc.readiness.rules"]
        return {criterion: rules._assess(scope, criterion) for criterion in criteria}

    def _write_found(self, scope, found):
        """Let the rows of ``found``, of each criterion, be what was found."""
        moment = fields.Datetime.now()
        criteria = self.env["asi.coc.criterion"].union(*found)
        rows = self.search(
            [("scope_id", "=", scope.id), ("criterion_id", "in", criteria.ids)]
        )
        changed = rows.filtered(
            lambda row: row.explanation != found[row.criterion_id].explanation
        )
        # All languages of it.
        changed.explanation = False
        for row in rows:
            row.write({**found[row.criterion_id].to_values(), "checked_on": moment})
        rows |= self._create_rows(
            [
                {
                    "scope_id": scope.id,
                    "criterion_id": criterion.id,
                    "checked_on": moment,
                    **found[criterion].to_values(),
                }
                for criterion in criteria - rows.criterion_id
            ]
        )
        rows.evidence_ids._keep({row: found[row.criterion_id].evidence for row in rows})
        return rows

    def _create_rows(self, values_list):
        """Create rows; the later of two who are the first to look begins anew."""
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                return self.create(values_list)
        except UniqueViolation as error:
            raise ConcurrencyError("Another reader made the rows meanwhile.") from error

    @api.model
    def _cron_refresh(self):
        """Work out all rows, and keep the day's figures for the trend."""
        trend = self.env["asi.coc.readiness.trend"]
        scopes = self.env["asi.coc.scope"].search([("state", "!=", "draft")])
        due = scopes.filtered(lambda one: not trend._is_recorded(one))
        progress = self.env["ir.cron"]
        progress._commit_progress(remaining=len(due))
        for scope in due:
            self._refresh(scope)
            trend._record(scope)
            if not progress._commit_progress(1):
                break

    # -- opening --------------------------------------------------------------
    @api.model
    def action_open(self):
        """Work out the rows of the user's scopes, and open them."""
        self.check_access("read")
        scopes = self.env["asi.coc.scope"].search(
            [("company_id", "in", self.env.companies.ids)]
        )
        self._refresh(scopes)
        return self.env["ir.actions.act_window"]._for_xml_id(
            "asi_coc.action_asi_coc_readiness"
        )

    def action_refresh(self):
        """Work out these rows again."""
        self.check_access("read")
        for scope, rows in self.grouped("scope_id").items():
            self._refresh(scope, rows.criterion_id)
        return True
