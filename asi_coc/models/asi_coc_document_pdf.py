import hashlib
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core import pdf_twin

_logger = logging.getLogger(__name__)

#: States in which a document was once issued and has its own PDF.
PRINTED_STATES = ("issued", "void", "replaced")


class AsiCocDocument(models.Model):
    """Prints issued documents once, keeps the PDF, and sends it (9.1)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.document"

    print_error = fields.Char(
        string="Printing Failed",
        readonly=True,
        copy=False,
        help="Why the PDF of an issued document could not be made yet.",
    )

    send_after_issue = fields.Boolean(
        string="E-mail When Issued",
        copy=False,
        default=False,
        help="Send the PDF to the customer's contact once it is made.",
    )

    # -- printing -------------------------------------------------------------
    def _print_soon(self):
        """Have the PDFs made once this transaction is done.

        Printing takes a second; a number is locked until the transaction ends, and
        a printer that does not work must not stop the truck.
        """
        if self:
            # sudo: whoever delivers has a document printed
            self.env.ref("asi_coc.cron_document_pdf").sudo()._trigger()

    def _ensure_pdf(self):
        """Return the stored PDF (ir.attachment) of a document, made on first need.

        Raises UserError for a document that was never issued.
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: who may read the document may have its PDF
        document = self.sudo()
        if document.direction != "issued" or document.state not in PRINTED_STATES:
            raise UserError(
                self.env._(
                    "%(document)s has no PDF on file: it was not issued (9.1).",
                    document=self.display_name,
                )
            )
        if not document.pdf_attachment_id:
            document.lock_for_update()
            document._store_pdf()
        return document.pdf_attachment_id

    def _store_pdf(self):
        fresh = self.with_context(coc_print_fresh=True, force_report_rendering=True)
        page, _extension = fresh.env["ir.actions.report"]._render_qweb_pdf(
            "asi_coc.report_document", self.ids
        )
        content = pdf_twin.embed(page, self.payload.encode())
        attachments = self.env["ir.attachment"].create(
            [
                {
                    "name": f"{self._get_filename()}.pdf",
                    "raw": content,
                    "mimetype": "application/pdf",
                    "res_model": model,
                    "res_id": res_id,
                }
                for model, res_id in [
                    (self._name, self.id),
                    *(("stock.picking", picking.id) for picking in self.picking_ids),
                ]
            ]
        )
        self.write(
            {
                "pdf_attachment_id": attachments[0].id,
                "pdf_sha256": hashlib.sha256(content).hexdigest(),
                "print_error": False,
            }
        )

    def _get_filename(self):
        """Return the file name of the PDF and of its twin, without extension."""
        return f"CoC Document {self.name.replace('/', '-')}"

    @api.model
    def _get_unprinted(self):
        """Return the documents that were issued and have no PDF yet."""
        return self.search(
            [
                ("direction", "=", "issued"),
                ("state", "in", PRINTED_STATES),
                ("pdf_attachment_id", "=", False),
            ],
            order="id",
        )

    @api.model
    def _cron_print(self):
        """Make the PDFs of what was issued, and send what is to be sent (9.1)."""
        progress = self.env["ir.cron"]
        left = self._get_unprinted()
        progress._commit_progress(remaining=len(left))
        for document in left:
            document._print_or_note()
            if not progress._commit_progress(1):
                break

    def _print_or_note(self):
        """Print and send; what goes wrong is noted on the document, once."""
        try:
            with self.env.cr.savepoint():
                self._ensure_pdf()
                if self.send_after_issue and self.state == "issued":
                    self._send()
        except Exception as error:
            _logger.warning("CoC Document %s not printed", self.name, exc_info=True)
            if not self.print_error:
                self.message_post(
                    body=self.env._("The PDF could not be made: %(error)s", error=error)
                )
            self.print_error = str(error)

    # -- sending --------------------------------------------------------------
    def _get_recipients(self):
        """Return whom the document is sent to: the contact, or else the customer."""
        customer = self.customer_id
        contacts = customer.child_ids.filtered("email")[:1]
        return (customer if customer.email else contacts) or customer

    def _send(self, template_ref="asi_coc.mail_template_document"):
        """E-mail documents with their PDF, each in its customer's language (9.1)."""
        # sudo: mails are made of the stored PDF, which only methods hand out
        template = self.env.ref(template_ref).sudo()
        for document in self.sudo():
            if document._get_recipients().email:
                document.message_post_with_source(
                    template,
                    subtype_xmlid="mail.mt_comment",
                    email_layout_xmlid="mail.mail_notification_light",
                )
                document.sent_on = fields.Datetime.now()
                # In a scheduled job Odoo leaves mails to another one.
                self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
                continue
            document._remind(
                self.env._("Send the CoC Document"),
                self.env._(
                    "%(customer)s has no e-mail address. Enter one on the contact and "
                    "send %(document)s.",
                    customer=document.customer_id.display_name,
                    document=document.name,
                ),
            )

    def action_send(self):
        """Open the mail composer with the template and the stored PDF (9.1)."""
        self.ensure_one()
        self.check_access("write")
        self._ensure_pdf()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send CoC Document"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_template_id": self.env.ref(
                    "asi_coc.mail_template_document"
                ).id,
                "default_composition_mode": "comment",
                "default_email_layout_xmlid": "mail.mail_notification_light",
                "force_email": True,
            },
        }

    def action_download_twin(self):
        """Download what the document says, for a program to read (9.2)."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/asi_coc/document/{self.id}.json",
            "target": "download",
        }

    def action_open_verification_page(self):
        """Open the public page at which holders check the document (9.5)."""
        self.ensure_one()
        # A field that is computed is read without asking for rights on the record.
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": self.verification_url,
            "target": "new",
        }
