import base64
import hashlib
import secrets
import time

from psycopg2.errors import UniqueViolation

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import consteq, hmac, mute_logger

from ..core import upload
from .asi_coc_complaint import CONTACT_FIELDS, RELATIONS
from .asi_coc_complaint_contact import clean_address
from .asi_coc_verification_public import clean_text

#: What a visitor may say, and in how many characters.
LIMITS = {
    "concern": 8000,
    "happened": 100,
    "place": 200,
    "who": 200,
    "document_number": 64,
    "contact_name": 100,
    # RFC 5321
    "contact_email": 254,
    "contact_phone": 40,
}
#: Nobody fills the form in that fast, and nobody leaves it open for that long (s).
FASTEST = 2
SLOWEST = 12 * 3600
#: Files with a complaint, or with what is added to it later.
MOST_FILES = 5
FILE_LIMIT = 5 * 1024 * 1024
FILES_LIMIT = 10 * 1024 * 1024


class AsiCocComplaint(models.Model):
    """Takes complaints from anybody, who stays unknown if he wants to (7.3)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.complaint"

    # -- the form's own proof -------------------------------------------------
    @api.model
    def _make_stamp(self, scope):
        """Return a new form's stamp: when it was made, which one, and a signature."""
        content = f"{int(time.time())}.{secrets.token_hex(16)}"
        return f"{content}.{self._sign_stamp(scope, content)}"

    @api.model
    def _sign_stamp(self, scope, content):
        # sudo: the key is the database's own secret
        return hmac(
            self.env(su=True), "asi_coc.complaint.form", f"{scope.id}.{content}"
        )

    @api.model
    def _get_question(self, stamp):
        """Return the two numbers that who sends the form adds up."""
        # sudo: the key is the database's own secret
        digest = hmac(self.env(su=True), "asi_coc.complaint.question", stamp)
        return int(digest[:8], 16) % 9 + 1, int(digest[8:16], 16) % 9 + 1

    @api.model
    def _check_stamp(self, scope, stamp, result):
        """Return the form's key, or raise UserError saying what to do."""
        content, _dot, signature = (stamp or "").rpartition(".")
        expected = self._sign_stamp(scope, content)
        if not consteq(signature.encode(), expected.encode()):
            raise UserError(self.env._("This form is not ours. Please send this one."))
        age = time.time() - int(content.partition(".")[0])
        if age < FASTEST:
            raise UserError(
                self.env._("That was very fast. Please check the form and send again.")
            )
        if age > SLOWEST:
            raise UserError(
                self.env._(
                    "The form was open for a long time. Please check it and send again."
                )
            )
        if (result or "").strip() != str(sum(self._get_question(stamp))):
            raise UserError(
                self.env._(
                    "The sum is not right. It shows that no machine fills in the form; "
                    "please answer the new question below."
                )
            )
        return content

    @api.model
    def _make_token(self, key):
        """Return the secret of the complaint's page for the form that ``key`` names.

        Sent twice, a form leads to the same page; only its hash is stored.
        """
        # sudo: the key is the database's own secret
        digest = hmac(self.env(su=True), "asi_coc.complaint.token", key)
        return base64.urlsafe_b64encode(bytes.fromhex(digest)[:24]).decode()

    # -- what is said ---------------------------------------------------------
    @api.model
    def _check_said(self, params):
        """Return the values of what a visitor filled in.

        Raises UserError for what is missing, too long or not to be written to.
        """
        values = {name: self._clean_said(name, params.get(name)) for name in LIMITS}
        if not values["concern"]:
            raise UserError(self.env._("Please write what your complaint is about."))
        relation = params.get("relation")
        values["relation"] = relation if relation in dict(RELATIONS) else False
        if any(values[name] for name in CONTACT_FIELDS):
            if not params.get("consent"):
                raise UserError(
                    self.env._(
                        "You gave a contact: please agree that it is kept, or leave it "
                        "out and stay anonymous."
                    )
                )
            values["consent_on"] = fields.Datetime.now()
            values["share_contact"] = bool(params.get("share_contact"))
        address = values["contact_email"]
        if address and not clean_address(address):
            raise UserError(
                self.env._(
                    "%(address)s is not an e-mail address. Enter one like "
                    "name@example.com, or leave it out.",
                    address=address,
                )
            )
        values["contact_email"] = address and clean_address(address)
        return values

    @api.model
    def _clean_said(self, name, text):
        if text in (None, False, ""):
            return False
        if not isinstance(text, str) or len(text) > LIMITS[name]:
            raise UserError(
                self.env._(
                    "%(field)s is too long: at most %(limit)s characters.",
                    field=self._get_label(name),
                    limit=LIMITS[name],
                )
            )
        return clean_text(text, "\n" if name == "concern" else "") or False

    @api.model
    def _check_files(self, files):
        """Return ``files`` (name and bytes) with their kind, told by the content.

        Raises UserError naming the file that is too large or of no kind we take.
        """
        if len(files) > MOST_FILES:
            raise UserError(
                self.env._("Please send at most %(most)s files.", most=MOST_FILES)
            )
        checked = []
        for name, content in files:
            if len(content) > FILE_LIMIT:
                raise UserError(
                    self.env._(
                        "%(file)s is too large: at most %(limit)s MiB each.",
                        file=name,
                        limit=FILE_LIMIT // 2**20,
                    )
                )
            kind = upload.find_kind(content)
            if not kind:
                raise UserError(
                    self.env._(
                        "%(file)s is of no kind that can be taken. Send PDF, JPEG, "
                        "PNG, text, DOCX, XLSX, ODT or ODS without macros.",
                        file=name,
                    )
                )
            checked.append((name, content, kind))
        if sum(len(content) for _name, content, _kind in checked) > FILES_LIMIT:
            raise UserError(
                self.env._(
                    "The files are too large together: at most %(limit)s MiB.",
                    limit=FILES_LIMIT // 2**20,
                )
            )
        return checked

    # -- filing ---------------------------------------------------------------
    @api.model
    def _file_from_form(self, scope, key, values, files):
        """File what a visitor said, once per form (7.3).

        Return the page's token, and whether what was said is on file now: of a form
        that was sent before, what was changed since is not.

        Nothing tells who sent it: not the account of a visitor who is signed in, no
        address, no message's author.
        """
        token = self._make_token(key)
        # Superuser: whoever sends the form is nowhere named as its author.
        register = self.with_user(SUPERUSER_ID).with_company(scope.company_id)
        form_key = _hash(key)
        earlier = register.with_context(active_test=False).search(
            [("form_key", "=", form_key)], limit=1
        )
        if earlier:
            return token, earlier._is_said(values, files)
        lang = self.env.lang
        installed = {code for code, _name in self.env["res.lang"].get_installed()}
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                complaint = register.create(
                    {
                        **values,
                        "scope_id": scope.id,
                        "channel": "form",
                        "form_key": form_key,
                        "token_hash": _hash(token),
                        "lang": lang if lang in installed else False,
                    }
                )
                complaint.flush_recordset()
        except UniqueViolation:
            # Sent twice at the same moment: the other one counts.
            return token, True
        complaint.env["asi.coc.complaint.statement"]._add(
            complaint, "complaint", "form", values["concern"], files
        )
        return token, True

    def _is_said(self, values, files):
        """Tell whether the complaint is what a visitor sends now."""
        self.ensure_one()
        first = self.statement_ids.filtered(lambda one: one.kind == "complaint")
        return first.file_count == len(files) and all(
            (self[name] or False) == value
            for name, value in values.items()
            if name != "consent_on"
        )

    @api.model
    def _find_by_token(self, token):
        """Return the complaint (superuser) whose page has that token, or none.

        Found by the token's hash in an index; see the CoC Document's.
        """
        register = self.with_user(SUPERUSER_ID).with_context(active_test=False)
        if not isinstance(token, str) or len(token) != 32 or not token.isascii():
            return register.browse()
        return register.search([("token_hash", "=", _hash(token))], limit=1)

    def _renew_token(self):
        """Return a new secret for the complaint's page; an older one ends."""
        self.ensure_one()
        token = secrets.token_urlsafe(24)
        # sudo: nobody reads or writes it otherwise
        self.sudo().token_hash = _hash(token)
        return token

    def _get_page_url(self, token):
        return f"{self.get_base_url()}/coc/complaint/follow/{token}"


def _hash(secret):
    return hashlib.sha256(secret.encode()).hexdigest()
