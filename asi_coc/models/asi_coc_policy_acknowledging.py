from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..formatting import format_day, format_moment
from .asi_coc_document_public import TOKEN
from .asi_coc_policy_sending import UNANSWERED_TYPE
from .asi_coc_sourcing_policy import AREAS
from .asi_coc_verification_public import clean_text

#: Characters of the name somebody acknowledges with.
NAME_LIMIT = 100


class AsiCocPolicyCommunication(models.Model):
    """Suppliers read and acknowledge the policy, with or without an account (7.1)."""

    _name = "asi.coc.policy.communication"
    _inherit = ["asi.coc.policy.communication", "asi.coc.portal"]
    _coc_portal_fields = frozenset(
        {
            "id",
            "display_name",
            "partner_id",
            "state",
            "sent_on",
            "acknowledged_on",
            "acknowledged_by",
        }
    )

    def action_record_acknowledgement(self):
        """Ask for the evidence that the supplier acknowledged the policy."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record Acknowledgement"),
            "res_model": "asi.coc.policy.acknowledgement",
            "view_mode": "form",
            "target": "new",
            "context": {"default_communication_id": self.id},
        }

    def _acknowledge(self, name, how, moment=None):
        """Keep that the supplier acknowledged the version; the first time counts.

        ``name`` is the person's, ``how`` portal, link or recorded. Return whether
        it is news. Raises UserError for a version that is superseded.
        """
        self.ensure_one()
        # sudo: whoever may see it may acknowledge it; checked by who calls
        own = self.sudo()
        own.lock_for_update()
        own.invalidate_recordset(["state"])
        if own.state == "acknowledged":
            return False
        if own.policy_id.state != "adopted":
            raise UserError(
                self.env._(
                    "%(policy)s is superseded by a newer version; please acknowledge "
                    "that one (7.1).",
                    policy=own.policy_id.display_name,
                )
            )
        own.write(
            {
                "state": "acknowledged",
                "acknowledged_on": moment or fields.Datetime.now(),
                "acknowledged_by": name,
                "acknowledged_how": how,
                "acknowledged_user_id": self.env.uid if how != "link" else False,
            }
        )
        own.message_post(
            body=self.env._("Acknowledged by %(person)s.", person=name),
            subtype_xmlid="mail.mt_note",
        )
        own.activity_feedback([UNANSWERED_TYPE])
        return True

    def _acknowledge_by_link(self, name):
        """Keep the acknowledgement of a visitor who has the address (7.1).

        Raises UserError for a name that is none, or is too long.
        """
        name = clean_text(name) if isinstance(name, str) else ""
        if not name or len(name) > NAME_LIMIT:
            raise UserError(
                self.env._(
                    "Please enter your name, of at most %(limit)s characters.",
                    limit=NAME_LIMIT,
                )
            )
        return self._acknowledge(name, "link")

    # -- finding --------------------------------------------------------------
    @api.model
    def _get_portal_domain(self):
        """Return the domain of what the user's own entity was told."""
        entity = self.env.user.partner_id.commercial_partner_id
        return Domain("state", "in", ("sent", "acknowledged")) & Domain(
            "partner_id", "child_of", entity.ids
        )

    @api.model
    def _find_by_token(self, token):
        """Return the communication with that token (sudo), or none.

        As with documents, 192 random bits and few guesses an hour tell nothing.
        """
        # sudo: the token is the visitor's right; only few words are shown
        communications = self.sudo()
        if not isinstance(token, str) or not TOKEN.fullmatch(token):
            return communications.browse()
        return communications.search(
            [("access_token", "=", token), ("state", "!=", "to_send")], limit=1
        )

    # -- what is shown ----------------------------------------------------------
    def _get_portal_rows(self):
        """Return what the portal lists, as text."""
        return [own._get_heading() for own in self.sudo()]

    def _get_heading(self):
        policy = self.policy_id
        return {
            "id": self.id,
            "entity": policy.company_id.name,
            "version": policy.version,
            "date_start": format_day(self.env, policy.date_start),
            "state": self.state,
            "is_superseded": policy.state != "adopted",
            "acknowledged_by": self.acknowledged_by or "",
            "acknowledged_on": self.acknowledged_on
            and format_moment(self.env, self.acknowledged_on),
        }

    def _get_page(self):
        """Return all that the supplier sees of the version, as text."""
        self.ensure_one()
        # sudo: who was told of the policy reads it
        own = self.sudo()
        policy = own.policy_id
        return {
            **own._get_heading(),
            "supplier": own.partner_id.name,
            "text": policy.text,
            "areas": [
                {"title": policy._get_label(name), "text": policy[name]}
                for name in AREAS
            ],
            "files": [
                {"id": file.id, "name": file.name} for file in policy.evidence_ids
            ],
        }

    def _get_file(self, file_id):
        """Return the file of the version with that id (sudo), or none."""
        # sudo: who was told of the policy has its files
        files = self.sudo().policy_id.evidence_ids
        return files.filtered(lambda file: file.id == file_id)
