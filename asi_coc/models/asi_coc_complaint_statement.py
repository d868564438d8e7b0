from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..core import upload
from .asi_coc_complaint import CHANNELS


class AsiCocComplaintStatement(models.Model):
    """What the complainant or the entity wrote, word by word (7.3)."""

    _name = "asi.coc.complaint.statement"
    _description = "Letter of a Complaint"
    _inherit = ["asi.coc.protected"]
    _order = "said_on desc, id desc"
    _rec_name = "kind"

    complaint_id = fields.Many2one(
        "asi.coc.complaint",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Complaint it belongs to.",
    )
    company_id = fields.Many2one(
        related="complaint_id.company_id",
        store=True,
        precompute=True,
        index=True,
        help="Entity of the scope.",
    )
    kind = fields.Selection(
        [
            ("complaint", "Complaint"),
            ("addition", "Added by the Complainant"),
            ("appeal", "Appeal"),
            ("message", "Message to the Complainant"),
            ("answer", "Answer to the Complainant"),
        ],
        required=True,
        readonly=True,
        help="What was written, and by whom.",
    )
    channel = fields.Selection(
        [*CHANNELS, ("page", "Complaint's Page")],
        required=True,
        readonly=True,
        help="How it came in, or was given.",
    )
    said_on = fields.Datetime(
        required=True,
        readonly=True,
        default=fields.Datetime.now,
        help="When it was written.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Written By",
        readonly=True,
        ondelete="restrict",
        help="Who wrote it for the entity; empty for the complainant.",
    )
    text = fields.Text(readonly=True, help="The words, as plain text.")
    file_ids = fields.Many2many(
        "ir.attachment",
        string="Files",
        readonly=True,
        help="Files that came with it. They were checked for their kind, not for "
        "viruses.",
    )
    file_count = fields.Integer(
        string="Number of Files",
        compute="_compute_file_count",
        help="How many files came with it.",
    )

    @api.depends("file_ids")
    def _compute_file_count(self):
        for statement in self:
            statement.file_count = len(statement.file_ids)

    @api.model_create_multi
    def create(self, vals_list):
        self._check_by_method()
        return super().create(vals_list)

    def write(self, vals):
        self._check_by_method()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        for statement in self:
            raise UserError(
                self.env._(
                    "What was written on complaint %(complaint)s stays on file (7.3).",
                    complaint=statement.complaint_id.name,
                )
            )

    def _check_by_method(self):
        if not self.env.su:
            raise AccessError(
                self.env._(
                    "What was written about a complaint is neither entered nor "
                    "changed by hand (7.3): use the complaint's buttons, or its "
                    "investigation log."
                )
            )

    @api.model
    def _add(self, complaint, kind, channel, text, files=(), **values):
        """Keep ``text`` and checked ``files``: pairs of name and content, and a kind.

        See ``_check_files`` of the complaint for the files.
        """
        # sudo: written by methods only, and visitors have no rights at all
        statement = self.sudo().create(
            {
                "complaint_id": complaint.id,
                "kind": kind,
                "channel": channel,
                "text": text,
                **values,
            }
        )
        attachments = self.env["ir.attachment"].sudo()
        statement.file_ids = attachments.create(
            [
                {
                    "name": upload.make_name(name, file_kind),
                    "raw": content,
                    "mimetype": upload.KINDS[file_kind][1],
                    "res_model": self._name,
                    "res_id": statement.id,
                }
                for name, content, file_kind in files
            ]
        )
        return statement
