from odoo import api, fields, models
from odoo.exceptions import UserError

from ..formatting import format_day
from .asi_coc_complaint_public import LIMITS
from .asi_coc_verification_public import clean_text

#: Letters of a complainant beyond which more tells nothing new.
MOST_ADDITIONS = 50


class AsiCocComplaint(models.Model):
    """The complainant's page: follow, add words and files, appeal (7.3)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.complaint"

    message = fields.Text(
        string="Message to the Complainant",
        copy=False,
        help="A question or a word in between; the complainant reads it on the "
        "complaint's page and by e-mail where there is an address.",
    )

    def action_send_message(self):
        """Publish the message on the complaint's page, and e-mail it if possible."""
        self.check_access("write")
        for complaint in self:
            if not complaint.message:
                raise UserError(
                    self.env._(
                        "There is no message to the complainant of %(complaint)s yet. "
                        "Write it first.",
                        complaint=complaint.name,
                    )
                )
            complaint._write_to_complainant("message", complaint.message)
            complaint.message = False
        return True

    def _write_to_complainant(self, kind, text):
        """Keep what is written to the complainant, and e-mail it if possible."""
        self.ensure_one()
        address = self.contact_email
        self.env["asi.coc.complaint.statement"]._add(
            self, kind, "email" if address else "page", text, user_id=self.env.uid
        )
        if address:
            self._send_mail(kind, text)

    # -- the page -------------------------------------------------------------
    def _get_public_page(self):
        """Return all that whoever has the page's address is told, as text.

        Not who complained nor what was said: others may get hold of the address.
        """
        self.ensure_one()
        letters = self.statement_ids.sorted(lambda one: (one.said_on, one.id))
        own = ("complaint", "addition", "appeal")
        return {
            "number": self.name,
            "entity": self.company_id.name,
            "stage": self._get_state_label(),
            "state": self.state,
            "steps": self._get_public_steps(),
            "forwarded": self.forwarded_on and format_day(self.env, self.forwarded_on),
            "letters": [
                {
                    "kind": one._fields["kind"].convert_to_export(one.kind, one),
                    "day": self._format_moment_day(one.said_on),
                    "text": "" if one.kind in own else one.text,
                    "files": one.file_count if one.kind in own else 0,
                }
                for one in letters
            ],
            "has_contact": not self.is_anonymous,
            "can_write": self.state != "closed",
            "appeal_by": self._can_appeal()
            and format_day(self.env, self._get_appeal_by()),
        }

    def _get_public_steps(self):
        """Return ``(label, day it was done, day it is due)`` of each step."""
        steps = [
            (self.env._("Received"), self.received_on, None),
            (
                self.env._("Receipt acknowledged"),
                self.acknowledged_on,
                self.acknowledge_by,
            ),
            (
                self.env._("Admissibility decided"),
                self.admissibility_on,
                self.admissibility_by,
            ),
            (self.env._("Answered"), self.answered_on, self.answer_by),
        ]
        if self.appealed_on:
            steps.insert(1, (self.env._("Appealed"), self.appealed_on, None))
            if self.investigated_on and not self.admissibility_on:
                # An appeal against a decision takes its admissibility for granted.
                del steps[3]
        return [
            {
                "label": label,
                "done": moment and self._format_moment_day(moment),
                "due": due and format_day(self.env, due),
            }
            for label, moment, due in steps
        ]

    def _format_moment_day(self, moment):
        return format_day(self.env, self.scope_id._get_day(moment))

    # -- what the complainant writes ------------------------------------------
    @api.model
    def _clean_words(self, text):
        """Return a complainant's words as plain text, or raise for too many."""
        limit = LIMITS["concern"]
        if not isinstance(text, str) or len(text) > limit:
            raise UserError(
                self.env._(
                    "Your text is too long: at most %(limit)s characters.", limit=limit
                )
            )
        return clean_text(text, "\n")

    def _take_words(self, text, files, is_appeal):
        """Keep what the complainant added, or the appeal (7.3).

        Raises UserError for nothing, too much, and after the complaint was closed.
        """
        self.ensure_one()
        words = self._clean_words(text or "")
        if is_appeal:
            if not words:
                raise UserError(self.env._("Please write why you appeal."))
            self._appeal(words, "page", files)
        else:
            if not (words or files):
                raise UserError(self.env._("There is nothing to send yet."))
            self._add_words("page", words, files)
        self._plan_reading()

    def _add_words(self, channel, words, files):
        letters = self.env["asi.coc.complaint.statement"]
        if self.state == "closed" and channel == "page":
            raise UserError(
                self.env._("The complaint is closed; nothing can be added any more.")
            )
        count = letters.search_count(
            [("complaint_id", "=", self.id), ("kind", "=", "addition")]
        )
        if count >= MOST_ADDITIONS:
            raise UserError(
                self.env._(
                    "A lot was added to this complaint already. Please wait for the "
                    "answer, or complain in another way."
                )
            )
        letters._add(self, "addition", channel, words, files)
        self.message_post(body=self.env._("The complainant added something."))

    def _withdraw_consent(self):
        """Delete the contact on the complainant's own word."""
        self._forget_contact(
            self.env._("The complainant withdrew the consent; the contact was deleted.")
        )
