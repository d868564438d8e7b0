from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class AsiCocComplaint(models.Model):
    """When and how a complaint came in: deadlines count from there (7.3)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.complaint"

    channel = fields.Selection(copy=False)

    @api.constrains("received_on")
    def _check_received(self):
        for complaint in self:
            received = complaint.scope_id._get_day(complaint.received_on)
            today = complaint.scope_id._get_today()
            if received > today:
                raise ValidationError(
                    self.env._(
                        "Complaint %(complaint)s cannot have been received on "
                        "%(received)s, after today (%(today)s): its deadlines count "
                        "from that day (7.3). Enter the day on which it came in.",
                        complaint=complaint.name or self.env._("New"),
                        received=received,
                        today=today,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        complaints = super().create(vals_list)
        if any(one.channel == "form" for one in complaints):
            self._check_not_form()
        return complaints

    def _check_change(self, vals):
        """Refuse to write how and when a complaint came in anew."""
        result = super()._check_change(vals)
        if self.env.su:
            return result
        if vals.get("channel") == "form":
            self._check_not_form()
        for complaint in self:
            refused = set()
            if vals.get("scope_id", complaint.scope_id.id) != complaint.scope_id.id:
                refused.add("scope_id")
            if "received_on" in vals and complaint._is_receipt_known():
                refused.add("received_on")
            if refused:
                raise UserError(
                    self.env._(
                        "%(fields)s of complaint %(complaint)s cannot change any more "
                        "(7.3): it stays in the register it came to, and its deadlines "
                        "count from its receipt. A later day by which it is decided or "
                        "answered can be entered as such.",
                        fields=", ".join(map(self._get_label, sorted(refused))),
                        complaint=complaint.name,
                    )
                )
        return result

    def _is_receipt_known(self):
        """Tell whether the day of receipt is no matter of entering it right."""
        self.ensure_one()
        came_by_itself = "complaint" in self.statement_ids.mapped("kind")
        return came_by_itself or self.state != "received"

    def _check_not_form(self):
        """Refuse to enter by hand what nobody filed at the form."""
        if not self.env.su:
            raise UserError(
                self.env._(
                    "Only what was filed there has come by the Public Form (7.3): what "
                    "the complainant wrote in it is not corrected. Choose another "
                    "channel, such as Letter or Telephone."
                )
            )
