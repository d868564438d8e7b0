from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

RATINGS = [
    ("conformance", "Conformance"),
    ("minor", "Minor Non-Conformance"),
    ("major", "Major Non-Conformance"),
    ("not_applicable", "Not Applicable"),
]
NON_CONFORMANCES = ("minor", "major")


class AsiCocFinding(models.Model):
    _name = "asi.coc.finding"
    _description = "Finding of an Audit"
    _inherit = ["asi.coc.protected", "asi.coc.evidence", "mail.thread"]
    _order = "audit_id desc, sequence, id"

    audit_id = fields.Many2one(
        "asi.coc.audit",
        required=True,
        index=True,
        ondelete="cascade",
        help="Audit in which this was found.",
    )
    scope_id = fields.Many2one(
        related="audit_id.scope_id",
        store=True,
        index=True,
        help="CoC Certification Scope that was audited.",
    )
    company_id = fields.Many2one(
        related="audit_id.company_id", store=True, help="Entity of the scope."
    )
    audit_state = fields.Selection(
        related="audit_id.state",
        string="Status of the Audit",
        help="Findings of a reported audit stay as they were reported.",
    )
    criterion_id = fields.Many2one(
        "asi.coc.criterion",
        required=True,
        index=True,
        ondelete="restrict",
        help="Criterion of the standard that was looked at.",
    )
    section = fields.Selection(
        related="criterion_id.section",
        store=True,
        # Groups come in the standard's order, 10 after 9.
        group_expand=True,
        help="Section of the standard.",
    )
    sequence = fields.Integer(
        related="criterion_id.sequence", store=True, help="Position in the standard."
    )
    rating = fields.Selection(
        RATINGS,
        tracking=True,
        help="The auditor's rating of the criterion. Each non-conformance needs a "
        "corrective action.",
    )
    comment = fields.Text(
        tracking=True, help="What was seen and why it is rated so, for the report."
    )
    corrective_action_ids = fields.One2many(
        "asi.coc.corrective.action",
        "finding_id",
        string="Corrective Actions",
        help="What is done about a non-conformance, by whom and until when.",
    )
    is_open = fields.Boolean(
        string="Open Non-Conformance",
        compute="_compute_is_open",
        search="_search_is_open",
        help="A non-conformance without a corrective action that was verified.",
    )

    _one_per_criterion = models.Constraint(
        "UNIQUE (audit_id, criterion_id)",
        "An audit has one finding per criterion.",
    )

    @api.depends("criterion_id", "audit_id")
    def _compute_display_name(self):
        for finding in self:
            finding.display_name = self.env._(
                "%(criterion)s, %(audit)s",
                criterion=finding.criterion_id.code or "",
                audit=finding.audit_id.display_name or "",
            )

    @api.depends("rating", "corrective_action_ids.state")
    def _compute_is_open(self):
        for finding in self:
            actions = finding.corrective_action_ids
            finding.is_open = finding.rating in NON_CONFORMANCES and (
                not actions or any(one.state != "verified" for one in actions)
            )

    def _search_is_open(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        wanted = (operator == "in") == (True in value)
        still_open = Domain("rating", "in", NON_CONFORMANCES) & (
            Domain("corrective_action_ids", "=", False)
            | Domain("corrective_action_ids.state", "!=", "verified")
        )
        return still_open if wanted else ~still_open

    @api.model_create_multi
    def create(self, vals_list):
        findings = super().create(vals_list)
        findings.audit_id._check_reportable()
        return findings

    def write(self, vals):
        if vals.keys() & {"audit_id", "criterion_id", "rating", "comment"}:
            self.check_access("write")
            self.audit_id._check_reportable()
        for name in vals.keys() & {"audit_id", "criterion_id"}:
            self._check_stays(name, vals[name])
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_reported(self):
        kept = self._coc_within_retention()
        kept.audit_id._check_reportable()
        for finding in kept:
            if finding.audit_id.state != "planned":
                raise UserError(
                    self.env._(
                        "Finding %(finding)s cannot be deleted: an audit has one "
                        "finding per criterion. Where the criterion does not concern "
                        "the entity, rate it as Not Applicable.",
                        finding=finding.display_name,
                    )
                )

    def _check_stays(self, name, value):
        """Refuse to move findings to another audit or criterion."""
        for finding in self:
            if finding[name].id != value:
                raise UserError(
                    self.env._(
                        "Finding %(finding)s belongs to its audit and criterion and "
                        "stays there. Rate the finding that is meant.",
                        finding=finding.display_name,
                    )
                )

    # -- what the audit asks ---------------------------------------------------
    def _check_rated(self):
        """Raise UserError naming findings not rated, or rated without a word why."""
        silent = self.filtered(lambda one: not (one.rating and one.comment))
        if silent:
            raise UserError(
                self.env._(
                    "These criteria have no rating or no comment yet: %(criteria)s. A "
                    "report says of each what was seen.",
                    criteria=", ".join(silent.criterion_id.mapped("code")),
                )
            )
