from odoo import api, fields, models
from odoo.exceptions import UserError

from .asi_coc_supplier_assessment import OPEN, RESULTS
from .due_diligence_query import STOPPING

#: What stays once the assessment is decided on, or a mitigation began.
FROZEN_FIELDS = {"assessment_id", "name", "area_id", "result", "found_on"}


class AsiCocSupplierFinding(models.Model):
    """An adverse impact or risk that due diligence on a supplier found (7.2)."""

    _name = "asi.coc.supplier.finding"
    _description = "Finding on a Supplier"
    _inherit = ["asi.coc.protected", "asi.coc.evidence", "mail.thread"]
    _order = "found_on desc, id desc"
    _coc_evidence_criteria = "7.2"

    name = fields.Char(
        string="Finding",
        required=True,
        tracking=True,
        help="What was found, in a sentence (7.2).",
    )
    description = fields.Text(tracking=True, help="More about what was found, and how.")
    assessment_id = fields.Many2one(
        "asi.coc.supplier.assessment",
        required=True,
        index=True,
        ondelete="cascade",
        help="Assessment of the supplier.",
    )
    company_id = fields.Many2one(
        related="assessment_id.company_id",
        store=True,
        precompute=True,
        help="Entity that buys.",
    )
    partner_id = fields.Many2one(
        related="assessment_id.partner_id",
        string="Supplier",
        store=True,
        precompute=True,
        index=True,
        help="Supplier that is assessed.",
    )
    area_id = fields.Many2one(
        "asi.coc.risk.area",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        help="Risk area that the finding belongs to.",
    )
    result = fields.Selection(
        RESULTS,
        string="Risk",
        required=True,
        default="medium",
        tracking=True,
        help="How grave the finding is.",
    )
    found_on = fields.Date(
        required=True,
        default=lambda self: self.env["res.partner"]._coc_get_day(self.env.company),
        tracking=True,
        help="Day of the finding.",
    )
    mitigation_ids = fields.One2many(
        "asi.coc.supplier.mitigation",
        "finding_id",
        string="Mitigation",
        help="What is done about it, one course after the other (7.2).",
    )
    course = fields.Selection(
        [
            ("continue", "Continue while Mitigating"),
            ("suspend", "Suspend while Mitigating"),
            ("terminate", "Terminate"),
        ],
        string="Course in Force",
        compute="_compute_course",
        help="Course of the mitigation that is under way.",
    )
    improvement_due = fields.Date(
        compute="_compute_course",
        help="Day by which a significant improvement is due (7.2).",
    )

    @api.depends("mitigation_ids.state", "mitigation_ids.improvement_due")
    def _compute_course(self):
        for finding in self:
            running = finding.mitigation_ids.filtered(
                lambda one: one.state == "running"
            )
            stopping = running.filtered(lambda one: one.course in STOPPING)
            ranked = (stopping or running).sorted("id", reverse=True)
            finding.course = ranked[:1].course
            finding.improvement_due = min(
                filter(None, running.mapped("improvement_due")), default=False
            )

    def write(self, vals):
        if vals.keys() & FROZEN_FIELDS:
            self._check_not_begun()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        self._coc_within_retention()._check_not_begun()

    def _check_not_begun(self):
        for finding in self:
            if finding._has_begun():
                raise UserError(
                    self.env._(
                        'Finding "%(finding)s" on %(supplier)s stays as it is: its '
                        "mitigation has begun (7.2). Record another finding if it was "
                        "wrong, and end the mitigation with its outcome.",
                        finding=finding.name,
                        supplier=finding.partner_id.display_name,
                    )
                )
            finding.assessment_id._check_open(finding.name)

    def _has_begun(self):
        return any(one.state != "draft" for one in self.mitigation_ids)

    def _filter_evidence_kept(self):
        return self.filtered(
            lambda one: one._has_begun() or one.assessment_id.state not in OPEN
        )

    def _is_mitigated(self):
        """Tell whether a mitigation of it is under way or was achieved (7.2)."""
        self.ensure_one()
        return any(
            one.state == "running" or one.outcome in ("achieved", "improved")
            for one in self.mitigation_ids
        )
