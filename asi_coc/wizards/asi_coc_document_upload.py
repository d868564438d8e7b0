import base64
import binascii

from odoo import fields, models
from odoo.exceptions import UserError


class AsiCocDocumentUpload(models.TransientModel):
    _name = "asi.coc.document.upload"
    _description = "Read a CoC Document from Its File"

    picking_id = fields.Many2one(
        "stock.picking",
        string="Receipt",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="Receipt the document came with.",
    )
    file = fields.Binary(
        attachment=False,
        help="The issuer's PDF, or the file coc-document.json inside it.",
    )
    filename = fields.Char(help="Name of the file.")

    def action_read(self):
        """Fill in the received document and show its checks (10.1 to 10.3).

        Raises UserError saying what is wrong with the file; nothing is changed then.
        """
        self.ensure_one()
        self.picking_id.check_access("write")
        name = self.filename or self.env._("The file")
        try:
            content = base64.b64decode(self.file or b"", validate=True)
        except (binascii.Error, ValueError) as error:
            raise UserError(
                self.env._("%(file)s did not arrive whole. Upload it again.", file=name)
            ) from error
        documents = self.env["asi.coc.document"]
        document = documents._read_upload(self.picking_id, name, content)
        return document.get_formview_action()
