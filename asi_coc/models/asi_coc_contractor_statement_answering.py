from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError

from ..formatting import format_moment, format_number
from .asi_coc_contractor_statement import REPORTED


class AsiCocContractorStatement(models.Model):
    """Answered by the contractor or from its paper, confirmed, sent back (2.3)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.contractor.statement"

    def _answer(self, quantities, signed_by, remark="", from_portal=False):
        """Enter what is reported: ``{line id: {figure: tonnes}}``, and sign it (2.3).

        Raises UserError naming what is wrong with it.
        """
        self.ensure_one()
        self._check_open()
        if self.state not in ("draft", "asked"):
            raise UserError(
                self.env._(
                    "%(statement)s is answered already.", statement=self.display_name
                )
            )
        if not (signed_by or "").strip():
            raise UserError(
                self.env._(
                    "Write the name of who signs %(statement)s for the contractor "
                    "(2.3).",
                    statement=self.display_name,
                )
            )
        # sudo: checked above and by whoever calls; the portal writes nothing itself
        statement = self.sudo()
        for line in statement.line_ids:
            if line.id in quantities:
                line.write(
                    {name: quantities[line.id].get(name, 0) for name in REPORTED}
                )
        statement.write(
            {
                "state": "answered",
                "remark": remark or statement.remark,
                "signed_by": signed_by.strip(),
                "answered_on": fields.Datetime.now(),
                "answered_by_id": self.env.uid,
                "is_from_portal": from_portal,
            }
        )
        statement._reconcile()
        statement._plan_confirmation()

    def action_enter(self):
        """Enter on the contractor's behalf what its paper says, and who signed (2.3).

        Raises UserError without the paper, a new one once it was sent back, and
        without the name that it is signed with.
        """
        self.check_access("write")
        for statement in self:
            if not statement.evidence_ids - statement.earlier_evidence_ids:
                raise UserError(
                    self.env._(
                        "%(statement)s was not answered in the portal: attach the "
                        "contractor's paper, a new one if it was sent back, as "
                        "evidence (2.3).",
                        statement=statement.display_name,
                    )
                )
            statement._answer({}, statement.signed_by)
        return True

    def action_confirm(self):
        """Confirm what is reported; differences become errors (2.3 to 2.5)."""
        self.check_access("write")
        for statement in self:
            if statement.state != "answered":
                raise UserError(
                    self.env._(
                        "%(statement)s is not answered yet; there is nothing to "
                        "confirm (2.3).",
                        statement=statement.display_name,
                    )
                )
            statement._check_open()
            # sudo: written by these actions only
            statement.sudo().write(
                {
                    "state": "confirmed",
                    "confirmed_on": fields.Datetime.now(),
                    "confirmed_by_id": self.env.uid,
                }
            )
            statement.activity_unlink(["asi_coc.mail_activity_contractor_statement"])
            statement.sudo()._reconcile()
        return True

    def action_send_back(self):
        """Ask the contractor again, with the question that was written (2.3)."""
        self.check_access("write")
        for statement in self:
            if statement.state not in ("answered", "confirmed"):
                raise UserError(
                    self.env._(
                        "%(statement)s is not answered; there is nothing to send back.",
                        statement=statement.display_name,
                    )
                )
            if not statement.rejection:
                raise UserError(
                    self.env._(
                        "Write what the contractor is asked about %(statement)s first.",
                        statement=statement.display_name,
                    )
                )
            statement._check_open()
            statement._note_answer()
            # sudo: written by these actions only
            statement.sudo().write(
                {
                    "state": "asked",
                    "sent_back_on": fields.Datetime.now(),
                    "earlier_evidence_ids": statement.evidence_ids.ids,
                    "answered_on": False,
                    "answered_by_id": False,
                    "signed_by": False,
                    "confirmed_on": False,
                    "confirmed_by_id": False,
                }
            )
            statement._send("asi_coc.mail_template_contractor_statement")
        return True

    def _note_answer(self):
        """Leave in the chatter what was signed, before it is answered anew (2.3)."""
        rows = Markup().join(
            Markup("<tr>%s</tr>")
            % Markup().join(Markup("<td>%s</td>") % cell for cell in row)
            for row in self._get_answer_rows()
        )
        heading = self.env._(
            "Sent back: %(question)s What was signed by %(signer)s, entered by "
            "%(user)s on %(moment)s from %(origin)s (2.3):",
            question=self.rejection,
            signer=self.signed_by,
            user=self.answered_by_id.name,
            moment=format_moment(self.env, self.answered_on),
            origin=self.env._("the portal")
            if self.is_from_portal
            else ", ".join(self.evidence_ids.mapped("name")),
        )
        note = Markup("<p>%s</p><table>%s</table>") % (heading, rows)
        # sudo: the note is the system's, whoever sends back
        self.sudo().message_post(body=note)

    def _get_answer_rows(self):
        fields_of_lines = self.line_ids._fields
        yield [
            self.env._("Product"),
            *(fields_of_lines[name]._description_string(self.env) for name in REPORTED),
        ]
        for line in self.line_ids:
            yield [
                line.product_id.display_name,
                *(format_number(self.env, line[name]) for name in REPORTED),
            ]
        if self.remark:
            yield [self.remark]
