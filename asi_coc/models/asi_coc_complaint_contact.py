from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import NO_ACCESS
from odoo.tools import email_normalize

from .asi_coc_complaint import CONTACT_FIELDS, OFFICERS


def clean_address(text):
    """Return the e-mail address that ``text`` (str) is, or "" where it is none.

    Nothing is guessed: of "ann smith@example.com" Odoo takes what is after the blank,
    and the complaint's secret address would go to somebody else.
    """
    address = email_normalize(text) or ""
    is_same = address.lower() == (text or "").strip().lower()
    return address if is_same and not address.startswith("@") else ""


class AsiCocComplaint(models.Model):
    """Keeps who complained to those who handle it (7.3)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.complaint"

    contact_name = fields.Char(
        string="Complainant's Name",
        copy=False,
        groups=OFFICERS,
        help="Name of the complainant; empty where the complaint is anonymous.",
    )
    contact_email = fields.Char(
        string="Complainant's E-mail",
        copy=False,
        groups=OFFICERS,
        help="Address the complainant is written to.",
    )
    contact_phone = fields.Char(
        string="Complainant's Telephone",
        copy=False,
        groups=OFFICERS,
        help="Number the complainant can be called at.",
    )
    consent_on = fields.Datetime(
        string="Consent Given On",
        readonly=True,
        copy=False,
        help="When the complainant agreed that the contact details are kept for "
        "handling the complaint.",
    )
    share_contact = fields.Boolean(
        string="Auditors May See the Contact",
        copy=False,
        tracking=True,
        help="The complainant agreed that auditors see who complained. Without it "
        "they see the complaint, but neither the contact details nor e-mails.",
    )
    is_anonymous = fields.Boolean(
        string="Anonymous",
        compute="_compute_is_anonymous",
        compute_sudo=True,
        store=True,
        help="Nobody knows who complained: no name and no address was given.",
    )
    contact = fields.Char(
        string="Complainant",
        compute="_compute_contact",
        compute_sudo=True,
        help="Who complained, as far as the complainant agreed that you see it.",
    )
    token_hash = fields.Char(
        copy=False,
        groups=NO_ACCESS,
        help="Hash of the secret address at which the complainant follows the "
        "complaint; the address itself is not kept.",
    )
    form_key = fields.Char(
        copy=False,
        groups=NO_ACCESS,
        help="Hash of the form that was sent, so that it counts once.",
    )

    _token_unique = models.UniqueIndex(
        "(token_hash) WHERE token_hash IS NOT NULL",
        "Two complaints cannot have the same secret address.",
    )
    _form_key_unique = models.UniqueIndex(
        "(form_key) WHERE form_key IS NOT NULL",
        "This form was sent already.",
    )

    @api.depends(*CONTACT_FIELDS)
    def _compute_is_anonymous(self):
        for complaint in self:
            complaint.is_anonymous = not any(complaint[one] for one in CONTACT_FIELDS)

    @api.depends("share_contact", *CONTACT_FIELDS)
    @api.depends_context("uid")
    def _compute_contact(self):
        is_officer = self.env.user.has_group(OFFICERS)
        for complaint in self:
            if complaint.is_anonymous:
                complaint.contact = self.env._("Anonymous")
            elif is_officer or complaint.share_contact:
                said = filter(None, (complaint[name] for name in CONTACT_FIELDS))
                complaint.contact = ", ".join(said)
            else:
                complaint.contact = self.env._("Withheld")

    @api.constrains("contact_email")
    def _check_email(self):
        for complaint in self.filtered("contact_email"):
            address = complaint.contact_email
            if not clean_address(address):
                raise ValidationError(
                    self.env._(
                        "%(address)s of complaint %(complaint)s is not an e-mail "
                        "address an answer can be sent to (7.3). Enter one like "
                        "name@example.com.",
                        address=address,
                        complaint=complaint.name or self.env._("New"),
                    )
                )

    def action_forget_contact(self):
        """Delete who complained, because the complainant or the law wants it (7.3).

        The complaint goes on without; nobody can bring the details back.
        """
        self.check_access("write")
        self._forget_contact(self.env._("The complainant's contact was deleted."))
        return True

    def _forget_contact(self, reason):
        # sudo: what came in by the form is written by methods only
        self.sudo().write(
            {
                **dict.fromkeys(CONTACT_FIELDS, False),
                "consent_on": False,
                "share_contact": False,
            }
        )
        for complaint in self:
            complaint.message_post(body=reason)
