from datetime import date

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..formatting import format_day

#: The first calendar year a report can be for: none was asked for before.
FIRST_YEAR = 2017
#: What a submission waits for, and starts again when it was not seen.
LATEST_ENTRIES = "SELECT max(id), count(*) FROM asi_coc_entry WHERE scope_id = %s"


class AsiCocAnnualReport(models.Model):
    _name = "asi.coc.annual.report"
    _description = "Report to ASI"
    _inherit = ["asi.coc.protected", "mail.thread", "mail.activity.mixin"]
    _order = "year desc, scope_id, id desc"
    _coc_protected_fields = frozenset({"state", "explained_by_id", "version_ids"})

    scope_id = fields.Many2one(
        "asi.coc.scope",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env["asi.coc.scope"]._get_default(),
        help="CoC Certification Scope whose inputs and outputs are reported (1.7).",
    )
    company_id = fields.Many2one(
        related="scope_id.company_id", store=True, help="Entity of the scope."
    )
    year = fields.Integer(
        required=True,
        default=lambda self: fields.Date.context_today(self).year - 1,
        aggregator=None,
        help="Calendar year, January 1 to December 31, whatever the Material "
        "Accounting Periods are (1.7).",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("submitted", "Submitted")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        help="Figures of a draft are live; those of a submitted report are frozen.",
    )
    due_date = fields.Date(
        string="Due On",
        compute="_compute_due_date",
        store=True,
        help="The report is due by June 30 of the following year (1.7).",
    )
    is_overdue = fields.Boolean(
        string="Overdue",
        compute="_compute_is_overdue",
        search="_search_is_overdue",
        help="Due by a day that has passed, and not submitted.",
    )
    explanation = fields.Text(
        tracking=True,
        copy=False,
        help="Why the report is submitted although something is missing, by a "
        "Management Representative.",
    )
    explained_by_id = fields.Many2one(
        "res.users",
        string="Explained By",
        readonly=True,
        copy=False,
        help="Management Representative who gave the explanation.",
    )
    version_ids = fields.One2many(
        "asi.coc.annual.report.version",
        "report_id",
        string="Versions",
        readonly=True,
        copy=False,
        help="Every version that was submitted, those withdrawn too.",
    )
    version_id = fields.Many2one(
        "asi.coc.annual.report.version",
        string="Submitted Version",
        compute="_compute_version_id",
        help="The version in force.",
    )
    submitted_by_id = fields.Many2one(
        "res.users",
        string="Submitted By",
        compute="_compute_version_id",
        help="Management Representative who submitted the report.",
    )
    submitted_on = fields.Datetime(
        compute="_compute_version_id", help="When the report was submitted."
    )

    _year_unique = models.Constraint(
        "UNIQUE (scope_id, year)",
        "A scope has one report to ASI per calendar year (1.7). Open that one; a "
        "submitted report is corrected by withdrawing it.",
    )

    @api.depends("scope_id", "year")
    def _compute_display_name(self):
        for report in self:
            names = (report.scope_id.name, str(report.year or ""))
            report.display_name = " ".join(filter(None, names))

    @api.depends("year")
    def _compute_due_date(self):
        for report in self:
            report.due_date = report._is_year() and date(report.year + 1, 6, 30)

    @api.depends("state", "due_date")
    def _compute_is_overdue(self):
        for report in self:
            report.is_overdue = bool(
                report.state == "draft"
                and report.due_date
                and report.due_date < report.scope_id._get_today()
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        return [("state", "=", "draft"), ("due_date", "<", today)]

    @api.depends("version_ids.state")
    def _compute_version_id(self):
        for report in self:
            version = report.version_ids.filtered(lambda one: one.state == "valid")
            report.version_id = version
            report.submitted_by_id = version.submitted_by_id
            report.submitted_on = version.submitted_on

    def _is_year(self):
        return FIRST_YEAR <= (self.year or 0) < date.max.year

    @api.constrains("year", "scope_id")
    def _check_year(self):
        for report in self:
            today = report.scope_id._get_today()
            if not FIRST_YEAR <= report.year <= today.year:
                raise ValidationError(
                    self.env._(
                        "%(year)s cannot be reported: a report to ASI is for a "
                        "calendar year from %(first)s to this one (1.7).",
                        year=report.year,
                        first=FIRST_YEAR,
                    )
                )
            later = report._get_siblings().filtered(
                lambda one, report=report: (
                    one.state == "submitted" and one.year > report.year
                )
            )[-1:]
            if later:
                raise ValidationError(
                    self.env._(
                        "The report of %(later)s is submitted already, and has taken "
                        "in what came late; one of %(year)s can no longer be made "
                        "(1.7). Withdraw that one first.",
                        later=later.year,
                        year=report.year,
                    )
                )

    def write(self, vals):
        for report in self:
            if vals.keys() & {"scope_id", "year"} and report.version_ids:
                raise UserError(
                    self.env._(
                        "The report to ASI %(report)s was submitted before; its scope "
                        "and year stay (1.7). Make another report.",
                        report=report.display_name,
                    )
                )
        if "explanation" not in vals or self.env.su:
            return super().write(vals)
        self.check_access("write")
        self._check_representative()
        self._check_draft()
        result = super().write(vals)
        # sudo: kept with the explanation, not written by hand
        self.sudo().explained_by_id = self.env.user
        return result

    @api.model_create_multi
    def create(self, vals_list):
        reports = super().create(vals_list)
        explained = reports.filtered("explanation")
        if explained and not self.env.su:
            explained._check_representative()
            # sudo: kept with the explanation, not written by hand
            explained.sudo().explained_by_id = self.env.user
        return reports

    @api.ondelete(at_uninstall=False)
    def _unlink_except_submitted(self):
        for report in self:
            if report.version_ids:
                raise UserError(
                    self.env._(
                        "The report to ASI %(report)s was submitted; it stays on file "
                        "with all its versions (1.6, 1.7).",
                        report=report.display_name,
                    )
                )

    def _get_siblings(self):
        """Return the other reports of the scope, by year."""
        return self.search(
            [("scope_id", "=", self.scope_id.id), ("id", "not in", self.ids)],
            order="year",
        )

    # -- submitting ---------------------------------------------------------
    def action_submit(self):
        """Freeze the figures and files as they are handed in to ASI (1.7).

        Raises UserError where the year is not over, an earlier report is missing,
        or something is missing that no Management Representative explained.
        """
        for report in self.sorted("year"):
            report._submit()
        return True

    def action_withdraw(self):
        """Ask for the reason to withdraw what was submitted."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Withdraw %(report)s", report=self.display_name),
            "res_model": "asi.coc.annual.report.withdraw",
            "view_mode": "form",
            "target": "new",
            "context": {"default_report_id": self.id},
        }

    def _submit(self):
        self._check_representative()
        self._check_draft()
        self._check_over()
        self._check_order()
        last_entry = self._lock_ledger()
        figures = self._compute_figures()
        self._check_explained(figures["gaps"])
        # sudo: versions are written by the system only, after these checks
        version = self.env["asi.coc.annual.report.version"].sudo()
        version = version.create(self._prepare_version(figures, last_entry))
        # sudo: the state is written by submitting and withdrawing only
        self.sudo().state = "submitted"
        self.invalidate_recordset(["version_ids", "version_id"])
        version._store_files()
        self._settle_reminders()
        self.message_post(
            body=self.env._("Submitted, version %(version)s.", version=version.version)
        )

    def _prepare_version(self, figures, last_entry):
        return {
            "report_id": self.id,
            "version": len(self.version_ids) + 1,
            "figures": self._freeze(figures),
            "last_entry": last_entry,
            "explanation": self.explanation if self._get_missing(figures) else False,
            "explained_by_id": self.explained_by_id.id,
            "submitted_by_id": self.env.uid,
            "submitted_on": fields.Datetime.now(),
        }

    def _lock_ledger(self):
        """Wait for postings under way; return the number of the last entry.

        Starts again when an entry was committed that this transaction cannot see:
        it would be in no report.
        """
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT id FROM asi_coc_period WHERE scope_id = %s FOR UPDATE",
            [self.scope_id.id],
        )
        self.env.cr.execute(LATEST_ENTRIES, [self.scope_id.id])
        seen = self.env.cr.fetchone()
        with self.env.registry.cursor() as fresh:
            fresh.execute(LATEST_ENTRIES, [self.scope_id.id])
            committed = fresh.fetchone()
        if committed != seen and committed[1] > seen[1]:
            # Odoo runs the request again, with a snapshot that has the entry.
            raise SerializationFailure()
        return seen[0] or 0

    # -- checks -------------------------------------------------------------
    def _check_representative(self):
        if not self.env.user.has_group("asi_coc.group_representative"):
            raise UserError(
                self.env._(
                    "Only a Management Representative explains, submits or withdraws "
                    "the report to ASI %(report)s (1.4, 1.7).",
                    report=", ".join(self.mapped("display_name")),
                )
            )

    def _check_draft(self):
        for report in self:
            if report.state != "draft":
                raise UserError(
                    self.env._(
                        "The report to ASI %(report)s is submitted. Withdraw it with a "
                        "reason to submit another version (1.7).",
                        report=report.display_name,
                    )
                )

    def _check_over(self):
        last = date(self.year, 12, 31)
        if self.scope_id._get_today() <= last:
            raise UserError(
                self.env._(
                    "%(report)s runs until %(day)s; it can be submitted from the day "
                    "after (1.7).",
                    report=self.display_name,
                    day=format_day(self.env, last),
                )
            )

    def _check_order(self):
        """Years are submitted in turn, so that late entries have one place."""
        earlier = self._get_siblings().filtered(lambda one: one.year < self.year)
        submitted = earlier.filtered(lambda one: one.state == "submitted")
        wanted = set((earlier - submitted).mapped("year"))
        if submitted:
            # No year between is left out: a draft that is deleted is still wanted.
            wanted |= set(range(submitted[0].year, self.year))
            wanted -= set(submitted.mapped("year"))
            cure = self.env._("Make its report where there is none, and submit it.")
        else:
            cure = self.env._(
                "Submit it, or delete its draft if that year is not to be reported "
                "here."
            )
        if wanted:
            raise UserError(
                self.env._(
                    "%(years)s must be submitted before %(year)s: entries that came "
                    "late are reported in the first year that is not submitted (1.7). "
                    "%(cure)s",
                    years=", ".join(map(str, sorted(wanted))),
                    year=self.year,
                    cure=cure,
                )
            )

    def _check_explained(self, gaps):
        missing = [gap["text"] for gap in gaps if not gap["is_note"]]
        if missing and not (self.explanation or "").strip():
            raise UserError(
                self.env._(
                    "Something is missing from the report to ASI %(report)s (1.7):\n"
                    "%(missing)s\nClear it, or let a Management Representative write "
                    "an explanation.",
                    report=self.display_name,
                    missing="\n".join(f"• {line}" for line in missing),
                )
            )
