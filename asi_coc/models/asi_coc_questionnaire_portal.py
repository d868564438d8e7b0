from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.misc import format_date


class AsiCocQuestionnaire(models.Model):
    """Shows suppliers in the portal the questionnaires they were sent (7.2)."""

    _name = "asi.coc.questionnaire"
    _inherit = ["asi.coc.questionnaire", "asi.coc.portal"]
    _coc_portal_fields = frozenset(
        {
            "id",
            "display_name",
            "title",
            "contact_id",
            "partner_id",
            "deadline",
            "state",
            "answered_on",
        }
    )

    @api.model
    def _get_portal_domain(self):
        """Return the domain of what the user's own entity was sent."""
        entity = self.env.user.partner_id.commercial_partner_id
        return Domain("state", "!=", "draft") & Domain(
            "partner_id", "child_of", entity.ids
        )

    def _get_portal_rows(self):
        """Return what the list shows of each questionnaire, as text."""
        # sudo: names of the asking entity and of colleagues
        return [row.sudo()._get_portal_row() for row in self]

    def _get_portal_row(self):
        state = self._get_portal_state()
        labels = {
            "open": self.env._("Open"),
            "started": self.env._("Started"),
            "answered": self.env._("Answered"),
            "closed": self.env._("Closed"),
        }
        user = self.env.user
        mine = self.contact_id == user.partner_id
        return {
            "id": self.id,
            "title": self.title,
            "company": self.company_id.name,
            "contact": self.contact_id.name,
            "deadline": format_date(self.env, self.deadline),
            "state": state,
            "label": labels[state],
            "answered_on": self.answered_on and format_date(self.env, self.answered_on),
            "is_open": state in ("open", "started"),
            "is_mine": mine,
            # the link of whom it was sent to is theirs alone
            "url": mine and self.user_input_id.get_start_url(),
        }

    def _get_portal_state(self):
        if self.state == "answered":
            return "answered"
        today = self.assessment_id.scope_id._get_today()
        if self.state == "withdrawn" or self.deadline < today:
            return "closed"
        return "started" if self.state == "started" else "open"

    def _take_over(self):
        """Let the user answer in place of a colleague; return the link (7.2).

        Raises UserError where there is nothing to answer any more.
        """
        self.ensure_one()
        # sudo: the questionnaire was found in the user's own rights
        own = self.sudo()
        if own._get_portal_state() not in ("open", "started"):
            raise UserError(
                self.env._(
                    "Questionnaire %(questionnaire)s cannot be answered any more: it "
                    "is answered, withdrawn, or its deadline %(deadline)s is past.",
                    questionnaire=own.title,
                    deadline=format_date(self.env, own.deadline),
                )
            )
        user = self.env.user
        if own.contact_id != user.partner_id:
            own.assessment_id.message_post(
                body=self.env._(
                    "%(user)s answers %(questionnaire)s in place of %(contact)s.",
                    user=user.partner_id.display_name,
                    questionnaire=own.title,
                    contact=own.contact_id.display_name,
                )
            )
            own.contact_id = user.partner_id
            own.user_input_id.write(
                {
                    "partner_id": user.partner_id.id,
                    "email": user.email,
                    "nickname": user.name,
                }
            )
        return own.user_input_id.get_start_url()
