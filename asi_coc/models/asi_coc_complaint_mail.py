from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import html2plaintext, parse_contact_from_email

from ..core import upload
from .asi_coc_complaint import OFFICERS
from .asi_coc_complaint_contact import clean_address
from .asi_coc_complaint_public import FILE_LIMIT, FILES_LIMIT, LIMITS, MOST_FILES
from .asi_coc_verification_public import clean_text

#: Characters of an e-mail that are kept.
MAIL_LIMIT = 20000


class AsiCocComplaint(models.Model):
    """Takes complaints by e-mail, and keeps e-mail from telling others (7.3)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.complaint"

    # -- coming in ------------------------------------------------------------
    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """File an e-mail to the scope's alias as a complaint (7.3)."""
        self._check_gateway()
        # Superuser: an employee who complains is nowhere named as its author.
        register = self.with_user(SUPERUSER_ID)
        scopes = register.env["asi.coc.scope"]
        scope = scopes.browse((custom_values or {}).get("scope_id")).exists()
        scope = scope or scopes._get_default()
        name, address = parse_contact_from_email(msg_dict.get("email_from") or "")
        register = register.with_company(scope.company_id)
        return register.create(
            {
                "scope_id": scope.id,
                "channel": "email",
                "concern": register.env._(
                    "Received by e-mail; see the correspondence. (Sum it up here "
                    "without saying who wrote it.)"
                ),
                "contact_name": clean_text(name or "")[: LIMITS["contact_name"]],
                "contact_email": clean_address(address) or False,
                "lang": scope.company_id.partner_id.lang or False,
            }
        )

    @api.model
    def _detect_loop_sender_domain(self, email_from_normalized):
        return [("contact_email", "=", email_from_normalized)]

    def message_post(self, **kwargs):
        """Keep e-mails as letters, and tell nobody who may not read complaints.

        Raises UserError naming recipients who may not.
        """
        if kwargs.get("message_type") == "email":
            return self._take_email(kwargs)
        self._check_recipients(kwargs.get("partner_ids"))
        return super().message_post(**kwargs)

    def _take_email(self, values):
        """Keep an e-mail as a letter; the chatter has its number only.

        Who wrote it, and to whom, is not in a message: whoever a message names reads
        it, and auditors read the chatter.
        """
        self.ensure_one()
        self._check_gateway()
        own = self.with_user(SUPERUSER_ID)
        letters = own.env["asi.coc.complaint.statement"]
        is_first = not letters.search_count([("complaint_id", "=", own.id)], limit=1)
        words = html2plaintext(values.get("body") or "")
        words = clean_text(words, "\n")
        if len(words) > MAIL_LIMIT:
            words = words[:MAIL_LIMIT] + "\n\n"
            words += own.env._(
                "(The e-mail was longer than %(limit)s characters; the rest was not "
                "kept.)",
                limit=MAIL_LIMIT,
            )
        if is_first and values.get("subject"):
            words = f"{clean_text(values['subject'])}\n\n{words}"
        files, left_out = own._sort_mail_files(values.get("attachments") or [])
        if left_out:
            words += "\n\n" + own.env._(
                "Files that were not kept: %(files)s", files=", ".join(left_out)
            )
        kind = "complaint" if is_first else "addition"
        letters._add(own, kind, "email", words, files)
        # The e-mail's own id: so that it counts once, and its replies come here.
        super(AsiCocComplaint, own).message_post(
            body=own.env._("The complainant wrote by e-mail."),
            message_id=values.get("message_id"),
            author_id=own.env.user.partner_id.id,
            subtype_xmlid="mail.mt_note",
        )
        if not is_first:
            own._plan_reading()
        # None: Odoo would add whom the e-mail was copied to as readers.
        return self.env["mail.message"]

    @api.model
    def _check_gateway(self):
        """Refuse e-mails that somebody hands in by RPC: the gateway is superuser."""
        if not self.env.su:
            raise AccessError(
                self.env._(
                    "Only e-mails that were received become letters of a complaint "
                    "(7.3). Enter what came by another way as a complaint, or in its "
                    "investigation log."
                )
            )

    @api.model
    def _sort_mail_files(self, attachments):
        """Return files that are taken, with their kind, and names of the others."""
        taken, left_out, room = [], [], FILES_LIMIT
        for attachment in attachments:
            name, content = attachment[0] or "", attachment[1]
            content = content.encode() if isinstance(content, str) else content
            is_bytes = isinstance(content, bytes)
            kind = upload.find_kind(content) if is_bytes else None
            fits = is_bytes and len(content) <= min(FILE_LIMIT, room)
            if kind and fits and len(taken) < MOST_FILES:
                taken.append((name, content, kind))
                room -= len(content)
            else:
                left_out.append(clean_text(name)[: upload.NAME_LIMIT] or "?")
        return taken, left_out

    # -- going out ------------------------------------------------------------
    def _send_acknowledgement(self):
        """Confirm the receipt by e-mail, with a link where there was none yet."""
        self.ensure_one()
        if not self.contact_email:
            return
        # sudo: nobody reads the hash; only whether there is one is asked
        link = not self.sudo().token_hash
        self._send_mail("receipt", "", self._renew_token() if link else None)

    def action_send_link(self):
        """E-mail a new link to the complaint's page; the earlier one ends (7.3)."""
        self.check_access("write")
        for complaint in self:
            if not complaint.contact_email:
                raise UserError(
                    self.env._(
                        "The complainant of %(complaint)s left no e-mail address to "
                        "send a link to (7.3).",
                        complaint=complaint.name,
                    )
                )
            complaint._send_mail("link", "", complaint._renew_token())
        return True

    def _send_mail(self, kind, text, token=None):
        """E-mail the complainant; the secret link is in the e-mail only.

        The chatter keeps what was written without the link and without the address.
        """
        self.ensure_one()
        lang = self.lang or self.env.lang
        # sudo: the queue belongs to nobody
        own = self.sudo().with_context(lang=lang)
        alias, person = self.scope_id.alias_email, self.env.user.email_formatted
        values = {
            "kind": kind,
            "text": text,
            "page": own._get_public_page(),
            "has_alias": bool(alias),
        }
        qweb = own.env["ir.qweb"]
        template = "asi_coc.complaint_mail"
        sender = alias or self.company_id.email or person
        body = qweb._render(template, {**values, "link": None}, lang=lang)
        message = own.message_post(
            body=body,
            subject=own.env._("Complaint %(number)s", number=self.name),
            subtype_xmlid="mail.mt_note",
            # Others read the entity's common mailbox.
            reply_to=alias or person or sender,
        )
        link = token and self._get_page_url(token)
        linked = qweb._render(template, {**values, "link": link}, lang=lang)
        own.env["mail.mail"].create(
            {
                "mail_message_id": message.id,
                "body_html": linked,
                "email_from": sender,
                "email_to": self.contact_email,
                "auto_delete": True,
                # Nothing that answers by itself answers to this.
                "headers": repr(
                    {
                        "Auto-Submitted": "auto-generated",
                        "X-Auto-Response-Suppress": "All",
                    }
                ),
            }
        )
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    # -- nobody is told who may not read --------------------------------------
    def _message_subscribe(self, partner_ids=None, subtype_ids=None, customer_ids=None):
        # A complaint has no followers: they would read it whatever their rights are.
        return True

    def _message_auto_subscribe(self, updated_values, followers_existing_policy="skip"):
        return True

    def _message_get_suggested_recipients_batch(self, **kwargs):
        # A suggestion would make a contact of the complainant, for all to see.
        return {complaint.id: [] for complaint in self}

    def _check_recipients(self, partner_ids):
        """Refuse to send a message to somebody who may not read complaints."""
        self.check_access("read")
        # sudo: whether they may, whoever asks
        for partner in self.env["res.partner"].sudo().browse(partner_ids or ()):
            if not any(map(self._is_reader, partner.user_ids)):
                self._refuse_reader(partner.name)

    def _check_readers(self, users):
        """Refuse users who may not read complaints."""
        self.check_access("read")
        # sudo: whether they may, whoever asks
        for user in users.sudo():
            if not self._is_reader(user):
                self._refuse_reader(user.name)

    def _is_reader(self, user):
        groups = (OFFICERS, "asi_coc.group_auditor")
        entities = self.sudo().company_id
        return any(map(user.has_group, groups)) and entities <= user.company_ids

    def _refuse_reader(self, person):
        raise UserError(
            self.env._(
                "%(person)s may not read complaint %(complaint)s, and cannot be told "
                "of it here (7.3). To write to the complainant, use Message to the "
                "Complainant; of others choose a Compliance Officer.",
                person=person,
                complaint=", ".join(self.mapped("name")),
            )
        )
