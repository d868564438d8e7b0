import unicodedata

from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import email_normalize

#: What a visitor may say, and in how many characters.
LIMITS = {
    "document_number": 64,
    "requester_name": 100,
    "requester_organisation": 100,
    # RFC 5321
    "requester_email": 254,
    "question": 2000,
}
#: One line each; the question may have several.
LINES = LIMITS.keys() - {"question"}


class AsiCocVerificationRequest(models.Model):
    """Takes requests for verification from untrusted visitors (9.5)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.verification.request"

    @api.model
    def _request_from_public(self, values):
        """File what a visitor of a public page asks, and return the request (9.5).

        ``values``: ``document_id`` (an issued document) or ``document_number``,
        ``requester_name``, ``requester_email``, ``requester_organisation``,
        ``question``, ``lang`` (an installed language), and ``scope_id`` where the
        document is unknown; all else is ignored. Texts are plain text and are
        shown as such. Nothing is sent to the visitor. Raises ValidationError for
        an address nobody can answer to, an empty or too long text, a document that
        was not issued.
        """
        # sudo: visitors have no rights at all; what they say is checked below
        requests = self.sudo().with_context(
            mail_create_nosubscribe=True, mail_create_nolog=True
        )
        said = {name: self._clean_text(name, values.get(name)) for name in LIMITS}
        said["requester_email"] = self._clean_email(said["requester_email"])
        document, scope = requests._find_asked(values, said["document_number"])
        said["document_number"] = said["document_number"] or document.name
        for name in ("document_number", "requester_name", "question"):
            if not said[name]:
                raise ValidationError(
                    self.env._(
                        "%(field)s is missing. Fill it in so that your request can be "
                        "answered.",
                        field=self._get_label(name),
                    )
                )
        installed = {code for code, _name in self.env["res.lang"].get_installed()}
        lang = values.get("lang")
        return requests.create(
            {
                **said,
                "document_id": document.id,
                "scope_id": scope.id,
                "channel": "public_page",
                **({"lang": lang} if lang in installed else {}),
            }
        )

    @api.model
    def _find_asked(self, values, number):
        """Return the document a visitor asks about, if any, and who is asked."""
        documents = self.env["asi.coc.document"]
        scopes = self.env["asi.coc.scope"]
        if values.get("document_id"):
            document = documents.browse(self._clean_id(values["document_id"])).exists()
            if document.direction != "issued" or document.state == "draft":
                raise ValidationError(
                    self.env._("There is no issued CoC Document to verify (9.5).")
                )
            return document, document.scope_id
        scope = scopes.browse(self._clean_id(values.get("scope_id"))).exists()
        scope = scope or scopes._get_default()
        if not scope:
            raise UserError(
                self.env._("Nobody here issues CoC Documents; there is none to verify.")
            )
        return self._find_document(number, scope), scope

    @api.model
    def _clean_id(self, value):
        """Return ``value`` in a list if it can be an id, else an empty list."""
        return [value] if type(value) is int and 0 < value < 2**31 else []

    @api.model
    def _clean_text(self, name, text):
        """Return ``text`` without control characters, or raise if it is too long."""
        if text in (None, False):
            return ""
        if not isinstance(text, str) or len(text) > LIMITS[name]:
            raise ValidationError(
                self.env._(
                    "%(field)s is too long: at most %(limit)s characters.",
                    field=self._get_label(name),
                    limit=LIMITS[name],
                )
            )
        return clean_text(text, "" if name in LINES else "\n")

    @api.model
    def _clean_email(self, address):
        normalized = email_normalize(address)
        if not normalized:
            raise ValidationError(
                self.env._(
                    "%(address)s is not an e-mail address an answer can be sent to. "
                    "Enter one like name@example.com.",
                    address=address or self._get_label("requester_email"),
                )
            )
        return normalized


def clean_text(text, kept=""):
    """Return a visitor's ``text`` without control characters other than ``kept``."""
    text = text.replace("\r\n", "\n").replace("\t", " ")
    # Cc and Cf: control and format characters, which can disguise a text.
    return "".join(
        character
        for character in text
        if character in kept
        or unicodedata.category(character) not in ("Cc", "Cf", "Cs")
    ).strip()
