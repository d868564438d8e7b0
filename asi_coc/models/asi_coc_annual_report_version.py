import io

from odoo import api, fields, models
from odoo.exceptions import UserError

#: Written once, when a version is withdrawn.
WITHDRAWING = {"state", "withdrawn_by_id", "withdrawn_on", "withdrawal_reason"}
#: Written once, when a version has been made.
FILES = {"xlsx_attachment_id", "pdf_attachment_id"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class AsiCocAnnualReportVersion(models.Model):
    _name = "asi.coc.annual.report.version"
    _description = "Submitted Version of a Report to ASI"
    _inherit = ["asi.coc.protected"]
    _order = "report_id, version desc"

    report_id = fields.Many2one(
        "asi.coc.annual.report",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Report that was submitted.",
    )
    company_id = fields.Many2one(
        related="report_id.company_id", store=True, help="Entity of the scope."
    )
    version = fields.Integer(
        required=True, readonly=True, help="Counts the submissions of one report."
    )
    state = fields.Selection(
        [("valid", "Valid"), ("withdrawn", "Withdrawn")],
        required=True,
        default="valid",
        readonly=True,
        help="The report's figures are those of its valid version.",
    )
    figures = fields.Json(
        required=True,
        readonly=True,
        help="Figures of parts a to g as submitted (tonnes, %), with all digits.",
    )
    last_entry = fields.Integer(
        required=True,
        readonly=True,
        help="Number of the last ledger entry that the version took in. What is posted "
        "later for these days is reported in the next year.",
    )
    explanation = fields.Text(
        readonly=True, help="Why it was submitted although something was missing."
    )
    explained_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        help="Management Representative who explained what was missing.",
    )
    submitted_by_id = fields.Many2one(
        "res.users",
        string="Submitted By",
        required=True,
        readonly=True,
        help="Management Representative who submitted the report.",
    )
    submitted_on = fields.Datetime(
        required=True, readonly=True, help="When the report was submitted."
    )
    xlsx_attachment_id = fields.Many2one(
        "ir.attachment",
        string="XLSX",
        readonly=True,
        ondelete="restrict",
        help="Workbook as submitted.",
    )
    pdf_attachment_id = fields.Many2one(
        "ir.attachment",
        string="PDF",
        readonly=True,
        ondelete="restrict",
        help="Printed report as submitted.",
    )
    withdrawn_by_id = fields.Many2one(
        "res.users", readonly=True, help="Management Representative who withdrew it."
    )
    withdrawn_on = fields.Datetime(readonly=True, help="When it was withdrawn.")
    withdrawal_reason = fields.Text(readonly=True, help="Why it was withdrawn.")

    _version_unique = models.Constraint(
        "UNIQUE (report_id, version)", "A report has one submission per version."
    )

    @api.depends("report_id", "version")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "%(report)s, version %(version)s",
                report=version.report_id.display_name,
                version=version.version,
            )

    def write(self, vals):
        self.check_access("write")
        for version in self:
            allowed = WITHDRAWING if version.state == "valid" else set()
            if not version.pdf_attachment_id:
                allowed = allowed | FILES
            if vals.keys() - allowed:
                raise UserError(self._get_refusal())
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self._get_refusal())

    def _get_refusal(self):
        return self.env._(
            "Submitted figures and files stay on file (1.6, 1.7): %(versions)s cannot "
            "be changed or deleted. Withdrawing keeps every version.",
            versions=", ".join(self.mapped("display_name")),
        )

    # -- files --------------------------------------------------------------
    def _store_files(self):
        """Keep workbook and printed report as they were submitted."""
        self.ensure_one()
        report = self.report_id
        file = io.BytesIO()
        report._write_xlsx(file)
        fresh = report.with_context(coc_print_fresh=True, force_report_rendering=True)
        page, _extension = fresh.env["ir.actions.report"]._render_qweb_pdf(
            "asi_coc.report_annual_report", report.ids
        )
        name = report._get_filename()
        xlsx, pdf = self.env["ir.attachment"].create(
            [
                {
                    "name": f"{name} v{self.version}.{extension}",
                    "raw": content,
                    "mimetype": mimetype,
                    "res_model": self._name,
                    "res_id": self.id,
                }
                for extension, content, mimetype in (
                    ("xlsx", file.getvalue(), XLSX),
                    ("pdf", page, "application/pdf"),
                )
            ]
        )
        self.write({"xlsx_attachment_id": xlsx.id, "pdf_attachment_id": pdf.id})

    def action_download_xlsx(self):
        """Download the workbook as it was submitted."""
        return self._download("xlsx_attachment_id")

    def action_download_pdf(self):
        """Download the printed report as it was submitted."""
        return self._download("pdf_attachment_id")

    def _download(self, name):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self[name].id}?download=true",
            "target": "download",
        }

    # -- withdrawing --------------------------------------------------------
    def _withdraw(self, reason):
        """Take the version back; it stays on file, and the report is a draft again.

        Raises UserError where a later year is submitted: it has taken in what came
        late, and would report it twice.
        """
        self.ensure_one()
        report = self.report_id
        report._check_representative()
        later = report._get_siblings().filtered(
            lambda one: one.state == "submitted" and one.year > report.year
        )
        if later:
            raise UserError(
                self.env._(
                    "Only the last submitted report can be withdrawn: %(later)s, which "
                    "follows %(report)s, is submitted too. Withdraw that one first.",
                    later=later[-1].display_name,
                    report=report.display_name,
                )
            )
        # sudo: versions and states are written by the system only
        self.sudo().write(
            {
                "state": "withdrawn",
                "withdrawn_by_id": self.env.uid,
                "withdrawn_on": fields.Datetime.now(),
                "withdrawal_reason": reason,
            }
        )
        # What was explained for one version is no word on the next.
        report.sudo().write(
            {"state": "draft", "explanation": False, "explained_by_id": False}
        )
        report.message_post(
            body=self.env._(
                "Version %(version)s withdrawn: %(reason)s",
                version=self.version,
                reason=reason,
            )
        )

    def _get_reported(self):
        """Return what these versions said of each period's intra-entity flows.

        ``{(period id, origin, target): (mass, CoC mass)}`` as text (tonnes, 1.7g).
        """
        rows = []
        for version in self:
            rows += [
                (
                    (row["period"], row["origin"], row["target"]),
                    (row["mass"], row["coc_mass"]),
                )
                for row in version.figures["transfers"]
            ]
        return rows
