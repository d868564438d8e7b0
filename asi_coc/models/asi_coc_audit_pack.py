import shutil
from datetime import timedelta
from pathlib import Path

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.pack_files import make_name
from ..formatting import format_day

#: States in which the background job has something to do.
WORKING = ("requested", "running")


class AsiCocAuditPack(models.Model):
    """An archive of all that an auditor needs, made in the background.

    Written by its methods only: who may read the scope as an officer or auditor asks
    for a pack, and nobody changes one.
    """

    _name = "asi.coc.audit.pack"
    _description = "Audit Pack"
    _inherit = ["asi.coc.protected"]
    _order = "id desc"

    scope_id = fields.Many2one(
        "asi.coc.scope",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="CoC Certification Scope whose records are in the pack.",
    )
    company_id = fields.Many2one(
        related="scope_id.company_id",
        store=True,
        precompute=True,
        help="Entity of the scope.",
    )
    audit_id = fields.Many2one(
        "asi.coc.audit",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Audit that the pack was made for.",
    )
    date_start = fields.Date(
        string="From",
        required=True,
        readonly=True,
        help="First day: statements, CoC Documents and evidence files are of these "
        "days. Registers and ledger are whole.",
    )
    date_end = fields.Date(
        string="To", required=True, readonly=True, help="Last day of the files."
    )
    state = fields.Selection(
        [
            ("requested", "Requested"),
            ("running", "Being Made"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("expired", "Expired"),
        ],
        required=True,
        readonly=True,
        default="requested",
        index=True,
        help="Failed: the reason is given, and it can be tried again. Expired: the "
        "archive was deleted, as the scope says; make another.",
    )
    requested_by_id = fields.Many2one(
        "res.users",
        string="Requested By",
        required=True,
        readonly=True,
        ondelete="restrict",
        help="Who asked for the pack; it has what this user may read.",
    )
    requested_on = fields.Datetime(
        required=True, readonly=True, help="When the pack was asked for."
    )
    plan = fields.Json(
        readonly=True, help="What is written, step by step; one transaction each."
    )
    position = fields.Integer(
        string="Steps Done", readonly=True, help="Steps of the plan that are done."
    )
    attempts = fields.Integer(
        readonly=True, help="How often the present step was begun."
    )
    progress = fields.Float(
        compute="_compute_progress", help="Part of the steps that are done (%)."
    )
    current = fields.Char(
        string="Now Writing",
        compute="_compute_progress",
        help="What is being written.",
    )
    reason = fields.Text(readonly=True, help="Why the pack could not be made.")
    head = fields.Char(
        string="Head of the Ledger",
        readonly=True,
        help="Number and hash of the last sealed item of the ledger in the pack.",
    )
    finding_count = fields.Integer(
        string="Findings in the Ledger",
        readonly=True,
        help="What the verification of the exported ledger found; none is in order.",
    )
    file_count = fields.Integer(
        string="Files", readonly=True, help="Number of files in the archive."
    )
    size = fields.Float(
        string="Size (MB)",
        digits=(16, 2),
        readonly=True,
        help="Size of the archive in megabytes (1,048,576 bytes).",
    )
    sha256 = fields.Char(
        string="SHA-256",
        readonly=True,
        help="Hash of the archive: who receives it can check that it is this one.",
    )
    finished_on = fields.Datetime(readonly=True, help="When the archive was done.")
    expires_on = fields.Date(
        readonly=True, index=True, help="Day on which the archive is deleted."
    )

    _days_ordered = models.Constraint(
        "CHECK (date_end >= date_start)",
        "The last day of an audit pack cannot be before its first day.",
    )

    @api.depends("scope_id", "date_start", "date_end")
    def _compute_display_name(self):
        for pack in self:
            pack.display_name = self.env._(
                "%(scope)s, %(start)s to %(end)s",
                scope=pack.scope_id.name,
                start=pack.date_start,
                end=pack.date_end,
            )

    @api.depends("plan", "position", "state")
    def _compute_progress(self):
        for pack in self:
            plan = pack.plan or []
            pack.progress = 100 * pack.position / len(plan) if plan else 0
            step = plan[pack.position] if pack.position < len(plan) else None
            pack.current = step and pack._describe_step(*step)

    # -- asking ---------------------------------------------------------------
    @api.model
    def _request(self, scope, date_start, date_end, audit=None):
        """Return the pack of these days, asked for in the user's name.

        The one that is being made for the same user, if there is one. Raises
        AccessError for who is neither officer nor auditor or cannot read the scope.
        """
        scope._check_may_request_pack()
        self._check_days(scope, date_start, date_end)
        values = {
            "scope_id": scope.id,
            "audit_id": audit.id if audit else False,
            "date_start": date_start,
            "date_end": date_end,
            "requested_by_id": self.env.uid,
        }
        # sudo: packs are written by methods only
        packs = self.sudo()
        domain = [(name, "=", value) for name, value in values.items()]
        pack = packs.search([*domain, ("state", "in", WORKING)], limit=1)
        if not pack:
            pack = packs.create({**values, "requested_on": fields.Datetime.now()})
        pack._wake_job()
        return pack.with_env(self.env)

    def _check_days(self, scope, date_start, date_end):
        if not (date_start and date_end) or date_end < date_start:
            raise UserError(
                self.env._(
                    "An audit pack of scope %(scope)s cannot be from %(start)s to "
                    "%(end)s. Choose a first day, and a last day that is not before "
                    "it.",
                    scope=scope.name,
                    start=date_start and format_day(self.env, date_start) or "–",
                    end=date_end and format_day(self.env, date_end) or "–",
                )
            )

    def _wake_job(self):
        # sudo: whoever asks has no rights on scheduled actions
        self.env.ref("asi_coc.cron_make_audit_pack").sudo()._trigger()

    # -- actions --------------------------------------------------------------
    def _open(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Audit Pack"),
            "res_model": self._name,
            "view_mode": "form",
            "res_id": self.id,
        }

    def action_refresh(self):
        """Show how far the pack is."""
        return True

    def action_try_again(self):
        """Begin a pack that failed anew, with the rights of whoever asks now."""
        for pack in self:
            pack.scope_id._check_may_request_pack()
            if pack.state != "failed":
                raise UserError(
                    self.env._(
                        "Audit pack %(pack)s has not failed. Make another one from "
                        "the scope.",
                        pack=pack.display_name,
                    )
                )
            # sudo: packs are written by methods only
            pack.sudo().write(
                {
                    "state": "requested",
                    "requested_by_id": self.env.uid,
                    "requested_on": fields.Datetime.now(),
                    "reason": False,
                }
            )
            pack._wake_job()
        return True

    def action_download(self):
        """Download the archive."""
        self.ensure_one()
        self._check_downloadable()
        return {
            "type": "ir.actions.act_url",
            "url": f"/asi_coc/audit_pack/{self.id}.zip",
            "target": "download",
        }

    def _check_downloadable(self):
        self.check_access("read")
        if self.state != "done":
            states = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    'Audit pack %(pack)s is "%(state)s" and cannot be downloaded.',
                    pack=self.display_name,
                    state=states[self.state],
                )
            )

    # -- the archive ----------------------------------------------------------
    def _get_parts(self):
        """Return the attachments that, one after the other, are the archive.

        In parts, so that neither storing nor sending needs the whole in memory,
        wherever attachments are stored.
        """
        self.ensure_one()
        # sudo: who may read the pack may have its archive
        attachments = self.env["ir.attachment"].sudo()
        domain = [("res_model", "=", self._name), ("res_id", "=", self.id)]
        return attachments.search(domain, order="id")

    def _get_filename(self):
        """Return the name of the archive, without extension."""
        return make_name(f"Audit Pack {self.display_name}")

    def _get_folder(self):
        """Return the path of the folder the pack is made in, beside attachments."""
        self.ensure_one()
        return self._get_workshop() / str(self.id)

    @api.model
    def _get_workshop(self):
        return Path(self.env["ir.attachment"]._full_path("asi_coc_audit_pack"))

    # -- cleaning up ----------------------------------------------------------
    @api.model
    def _cron_expire(self):
        """Delete archives whose days are over, and what broken jobs left behind."""
        today = fields.Date.context_today(self)
        packs = self.search([("state", "=", "done"), ("expires_on", "<=", today)])
        for pack in packs:
            pack._get_parts().unlink()
        packs.write({"state": "expired"})
        at_work = {str(one) for one in self.search([("state", "in", WORKING)]).ids}
        workshop = self._get_workshop()
        for folder in workshop.iterdir() if workshop.is_dir() else ():
            if folder.name not in at_work:
                shutil.rmtree(folder, ignore_errors=True)

    def _get_expiry(self):
        return self.scope_id._get_today() + timedelta(
            days=self.scope_id.audit_pack_days
        )
