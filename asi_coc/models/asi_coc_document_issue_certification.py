from odoo import models
from odoo.exceptions import UserError

from ..formatting import format_day
from .certification_query import uncertified_query


class AsiCocDocument(models.Model):
    """Only what left a certified facility gets a CoC Document (3 to 6 a, b)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.document"

    def _check_complete(self):
        result = super()._check_complete()
        self._check_certified()
        return result

    def _check_certified(self):
        """Refuse a document for what left a facility on a day it was not certified.

        Raises UserError naming the facility, the certificate, the day, the
        criterion and the way out.
        """
        # sudo: whoever issues need not read the ledger
        moves = self.sudo().picking_ids.move_ids
        self.env.flush_all()
        for _move_id, facility_id, day in self.env.execute_query(
            uncertified_query(moves)
        ):
            facility = self.env["asi.coc.facility"].sudo().browse(facility_id)
            raise UserError(
                self.env._(
                    "The CoC Document for %(customer)s cannot be issued: facility "
                    "%(facility)s (%(activity)s) was not certified on %(day)s, when "
                    "the goods left. %(reason)s The goods are Non-CoC Material: delete "
                    "this draft.",
                    customer=self.customer_id.display_name,
                    facility=facility.name,
                    activity=facility.activity_id.name,
                    day=format_day(self.env, day),
                    reason=facility._get_certifications(day)[facility.id].reason,
                )
            )

    def _remind_of_certificates(self):
        """Have documents voided whose facility turns out not to have been certified."""
        for document in self:
            document._remind(
                self.env._("Void the CoC Document: the facility was not certified"),
                document._describe_contradiction(),
            )
