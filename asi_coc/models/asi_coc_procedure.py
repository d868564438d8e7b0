from odoo import api, fields, models
from odoo.exceptions import UserError

from ..formatting import format_day


class AsiCocProcedure(models.Model):
    """A version of a procedure of the CoC Management System (1.2)."""

    _name = "asi.coc.procedure"
    _description = "Procedure of the CoC Management System"
    _inherit = [
        "asi.coc.settled",
        "asi.coc.evidence",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "name, date_start desc, id desc"
    _check_company_auto = True
    _coc_protected_fields = frozenset({"state", "approved_on", "approved_by_id"})
    _coc_settled_fields = frozenset(
        {"name", "scope_id", "version", "date_start", "evidence_ids"}
    )

    name = fields.Char(
        string="Title",
        required=True,
        tracking=True,
        help="What the procedure is called; its versions have the same title.",
    )
    scope_id = fields.Many2one(
        "asi.coc.scope",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env["asi.coc.scope"]._get_default(),
        help="CoC Certification Scope in which the procedure holds.",
    )
    company_id = fields.Many2one(
        related="scope_id.company_id", store=True, help="Entity of the scope."
    )
    version = fields.Char(
        required=True,
        default="1",
        copy=False,
        tracking=True,
        help="Number of the version, as printed on it.",
    )
    criterion_ids = fields.Many2many(
        "asi.coc.criterion",
        string="Criteria",
        help="Criteria of the standard that the procedure answers.",
    )
    evidence_ids = fields.Many2many(
        string="Procedure as Approved",
        help="File of the procedure, in one or several languages.",
    )
    date_start = fields.Date(
        string="In Force From",
        copy=False,
        tracking=True,
        help="First day of the version; the day of its approval unless entered.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("approved", "Approved"),
            ("superseded", "Superseded"),
        ],
        string="Status",
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        help="An approved version stays as it is until the next one supersedes it.",
    )
    approved_on = fields.Datetime(
        readonly=True, copy=False, help="When the version was approved."
    )
    approved_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Management Representative who approved the version.",
    )

    _version_unique = models.Constraint(
        "UNIQUE (scope_id, name, version)",
        "This scope has that version of the procedure already.",
    )
    _one_approved = models.UniqueIndex(
        "(scope_id, name) WHERE state = 'approved'",
        "One version of a procedure is in force at a time.",
    )

    @api.depends("name", "version")
    def _compute_display_name(self):
        for procedure in self:
            procedure.display_name = self.env._(
                "%(title)s, version %(version)s",
                title=procedure.name or "",
                version=procedure.version or "",
            )

    def _describe_settled(self, names):
        return self.env._(
            "Procedure %(procedure)s has been approved and stays on file as it is "
            "(1.2, 1.6). Make a new version instead.",
            procedure=names,
        )

    # -- versions -----------------------------------------------------------
    def action_approve(self):
        """Put the version into force; it supersedes the one before.

        Raises UserError without the procedure's file, before its day, or when the
        user is not a Management Representative.
        """
        self.check_access("write")
        self._check_open()
        for procedure in self:
            procedure._check_approvable()
            # sudo: written by this method only
            earlier = procedure.sudo()._get_approved()
            earlier.state = "superseded"
            # One version is in force at any moment, for the database too.
            earlier.flush_recordset(["state"])
            procedure.date_start = (
                procedure.date_start or procedure.scope_id._get_today()
            )
            # sudo: as above
            procedure.sudo().write(
                {
                    "state": "approved",
                    "approved_on": fields.Datetime.now(),
                    "approved_by_id": self.env.uid,
                }
            )
        return True

    def _check_approvable(self):
        if not self.env.user.has_group("asi_coc.group_representative"):
            raise UserError(
                self.env._(
                    "Only a Management Representative approves procedure "
                    "%(procedure)s (1.4).",
                    procedure=self.display_name,
                )
            )
        if not self.evidence_ids:
            raise UserError(
                self.env._(
                    "Attach the file of procedure %(procedure)s; it is what is "
                    "approved (1.2).",
                    procedure=self.display_name,
                )
            )
        if self.date_start and self.date_start > self.scope_id._get_today():
            raise UserError(
                self.env._(
                    "Procedure %(procedure)s is to be in force from %(day)s; until "
                    "then the version before is (1.2). Approve it on that day, or "
                    "change In Force From.",
                    procedure=self.display_name,
                    day=format_day(self.env, self.date_start),
                )
            )

    def _get_approved(self):
        return self.search(
            [
                ("scope_id", "=", self.scope_id.id),
                ("name", "=", self.name),
                ("state", "=", "approved"),
            ]
        )

    def action_new_version(self):
        """Make the draft of the next version, and open it."""
        self.ensure_one()
        versions = self.search_count(
            [("scope_id", "=", self.scope_id.id), ("name", "=", self.name)]
        )
        draft = self.copy({"version": str(versions + 1)})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": draft.id,
            "view_mode": "form",
        }
