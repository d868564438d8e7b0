from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools.misc import format_date

STATEMENT_ACTIVITY = "asi_coc.mail_activity_contractor_statement"
ASK = "asi_coc.mail_template_contractor_statement"
REMINDER = "asi_coc.mail_template_contractor_statement_reminder"
#: The contractor is reminded so often once the deadline has passed.
REMIND_EVERY = timedelta(days=7)


class AsiCocContractorStatement(models.Model):
    """Asks contractors for their statements, and reminds them (2.3)."""

    _name = "asi.coc.contractor.statement"
    _inherit = ["asi.coc.contractor.statement", "asi.coc.portal"]
    _coc_portal_fields = frozenset(
        {
            "id",
            "display_name",
            "partner_id",
            "company_id",
            "date_start",
            "date_end",
            "deadline",
            "state",
            "rejection",
            "remark",
            "signed_by",
            "answered_on",
            "line_ids",
        }
    )

    @api.model
    def _cron_ask(self):
        """Ask for what has ended, remind of what is overdue (2.3)."""
        contractors = self.env["asi.coc.contractor"].search([("state", "!=", "draft")])
        for contractor in contractors:
            today = contractor.scope_id._get_today()
            periods = contractor.scope_id.period_ids.filtered(
                lambda period, today=today: period.state != "closed"
                and period.date_start < today
            )
            for period in periods.sorted("date_start"):
                contractor._prepare_statements(period)
        self.search([("state", "=", "draft")])._ask_where_ended()
        self.search([("state", "=", "asked")])._remind_overdue()

    def _ask_where_ended(self):
        for statement in self:
            today = statement.scope_id._get_today()
            if statement.date_end < today and statement.period_id.state != "closed":
                statement._ask()

    def _remind_overdue(self):
        for statement in self:
            today = statement.scope_id._get_today()
            last = statement.reminded_on
            if (
                not statement.deadline
                or today <= statement.deadline
                or (last and today < last + REMIND_EVERY)
            ):
                continue
            statement._send(REMINDER)
            # sudo: written here only
            statement.sudo().reminded_on = today
            statement._tell_responsible(
                self.env._("The contractor has not answered (2.3)"), today
            )

    def action_ask(self):
        """Ask the contractor: in the portal and by e-mail (2.3)."""
        self.check_access("write")
        for statement in self:
            if statement.state not in ("draft", "asked"):
                raise UserError(
                    self.env._(
                        "%(statement)s is answered already.",
                        statement=statement.display_name,
                    )
                )
            statement._ask()
        return True

    def _ask(self):
        self._check_open()
        self._add_missing_lines()
        values = {"state": "asked", "asked_on": fields.Datetime.now()}
        if self.state == "draft":
            values |= self._get_percentages()
        # sudo: written by these steps only
        self.sudo().write(values)
        self._send(ASK)

    def _send(self, template):
        """Send an e-mail to the contractor; without an address somebody is told."""
        self.ensure_one()
        if not self.partner_id.email:
            self._tell_responsible(
                self.env._(
                    "The contractor has no e-mail address: ask for the statement"
                ),
                self.scope_id._get_today(),
            )
            return
        # sudo: the text is the template's, whoever asks
        self.sudo().message_post_with_source(
            self.env.ref(template),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.partner_id.ids,
        )

    def _plan_confirmation(self):
        self._tell_responsible(
            self.env._("Confirm the statement, or send it back (2.3)"),
            self.scope_id._get_today() + timedelta(days=7),
        )

    def _tell_responsible(self, summary, day):
        self.activity_unlink([STATEMENT_ACTIVITY])
        for person in self.scope_id._get_persons("responsible_id")[:1]:
            self.activity_schedule(
                STATEMENT_ACTIVITY,
                date_deadline=day,
                summary=summary,
                user_id=person.id,
            )

    # -- the portal ----------------------------------------------------------------
    def _answer_in_portal(self, quantities, signed_by, remark):
        """Answer as the contractor's own user, once asked (2.3)."""
        self.ensure_one()
        if self.sudo().partner_id != self.env.user.commercial_partner_id:
            raise AccessError(
                self.env._("This statement is another company's to answer (2.3).")
            )
        if self.sudo().state != "asked":
            raise UserError(
                self.env._(
                    "%(statement)s cannot be answered now: it is answered already. "
                    "Ask us to send it back to you.",
                    statement=self.display_name,
                )
            )
        # sudo: the contractor's user writes through this answer only
        self.sudo()._answer(quantities, signed_by, remark, from_portal=True)

    @api.model
    def _get_portal_domain(self):
        """Return which statements the user answers: of the own company, once asked."""
        partner = self.env.user.commercial_partner_id
        return Domain("partner_id", "=", partner.id) & Domain("state", "!=", "draft")

    # -- what the portal shows ------------------------------------------------------
    def _get_portal_rows(self):
        """Return what the list shows of each statement, as text."""
        return [statement._get_portal_page() for statement in self]

    def _get_portal_page(self):
        """Return what the contractor's own user sees of a statement."""
        self.ensure_one()
        # sudo: the user may read the statement, and so what it consists of
        statement = self.sudo()
        return {
            "id": statement.id,
            "entity": statement.company_id.name,
            "date_start": format_date(self.env, statement.date_start),
            "date_end": format_date(self.env, statement.date_end),
            "deadline": format_date(self.env, statement.deadline),
            "state": statement.state,
            "label": dict(statement._fields["state"]._description_selection(self.env))[
                statement.state
            ],
            "is_open": statement.state == "asked"
            and statement.period_id.state != "closed",
            "is_overdue": statement.is_overdue,
            "rejection": statement.rejection,
            "remark": statement.remark,
            "signed_by": statement.answered_on and statement.signed_by,
            "answered_on": statement.answered_on,
            "lines": [
                {
                    "id": line.id,
                    "product": line.product_id.display_name,
                    "received_mass": line.received_mass,
                    "returned_mass": line.returned_mass,
                    "delivered_mass": line.delivered_mass,
                    "loss_mass": line.loss_mass,
                    "closing_mass": line.closing_mass,
                }
                for line in statement.line_ids
            ],
        }
