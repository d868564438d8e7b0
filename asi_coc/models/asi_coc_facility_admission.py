from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import split_every

from .certification_query import judged_query
from .ledger_guard import get_changes

#: Changes that put a facility into force, or under other certificates.
ADMITTING_FIELDS = {"active", "scope_id", "activity_id", "contractor_id"}
#: What its certification rests on.
CERTIFYING_FIELDS = {
    "certificate_id",
    "earlier_certificate_ids",
    "performance_date",
    "contractor_id",
    "activity_id",
}
#: Moves posted at a time.
BATCH = 2000


class AsiCocFacility(models.Model):
    """Certified facilities come into force, and the ledger follows (3 to 6 a, b)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.facility"

    @api.model_create_multi
    def create(self, vals_list):
        facilities = super().create(vals_list)
        facilities._check_admitted()
        return facilities

    def write(self, vals):
        admitted = self.filtered(lambda one: get_changes(one, vals, ADMITTING_FIELDS))
        replaced = self._keep_earlier_certificates(vals)
        result = super().write(vals)
        for facility, certificate in replaced:
            facility.earlier_certificate_ids = [Command.link(certificate.id)]
        admitted._check_admitted()
        if CERTIFYING_FIELDS & vals.keys():
            self._follow_certificates()
        return result

    def _keep_earlier_certificates(self, vals):
        """Return pairs of facility and the certificate that another one replaces.

        What it was certified by stays so on its own days.
        """
        if not vals.get("certificate_id"):
            return []
        return [
            (facility, facility.certificate_id)
            for facility in self
            if facility.certificate_id
            and facility.certificate_id.id != vals["certificate_id"]
        ]

    def _check_admitted(self):
        """Refuse to put into force what is not certified today (3 to 6 a, b).

        Raises UserError naming facility, activity, criterion and way out.
        """
        admitted = self.filtered(
            lambda one: one.active
            and one.scope_id.active
            and one.scope_id.state == "active"
        )
        refused = admitted._describe_uncertified()
        if refused:
            raise UserError(
                self.env._(
                    "A facility of an active scope needs its certificates:\n"
                    "%(refused)s\nUntil it has them, keep the facility archived, or in "
                    "a scope that is not active.",
                    refused="\n".join(f"• {line}" for line in refused),
                )
            )

    def _describe_uncertified(self, day=None):
        """Return one text for each of these that is not certified on ``day``."""
        certifications = self._get_certifications(day)
        return [
            self.env._(
                "Facility %(facility)s (%(activity)s) is not certified: %(reason)s",
                facility=facility.name,
                activity=facility.activity_id.name,
                reason=certifications[facility.id].reason,
            )
            for facility in self
            if not certifications[facility.id].until
        ]

    # -- the ledger -----------------------------------------------------------
    def _follow_certificates(self):
        """Have the ledger say what moves mean with certificates as they are now.

        What was delivered or passed on by these facilities while they turn out to
        have been certified, or not, is corrected at once in open periods; what only
        closed periods account for stays (8.9). Documents that say other than the
        ledger are to be voided (9.6).
        """
        followed = self.filtered(
            lambda one: one.scope_id.state == "active" and one.scope_id.active
        )
        if not followed:
            return
        self.env.flush_all()
        # Compiling such a statement takes longer than running it.
        self.env.cr.execute("SET LOCAL jit = off")
        rows = self.env.execute_query(judged_query(followed))
        # sudo: the account follows every transfer of the entity
        moves = self.env["stock.move"].sudo().browse(sorted(row[0] for row in rows))
        returns = moves.filtered("origin_returned_move_id")
        delivered = moves - returns
        # A return takes back what its delivery was, so that comes first.
        returns |= delivered.returned_move_ids.filtered(
            lambda move: move.state == "done"
        )
        for batch in (delivered, returns):
            for ids in split_every(BATCH, batch.ids):
                self.env["asi.coc.entry"]._post_moves(batch.browse(ids))
        documents = delivered.picking_id.coc_document_ids
        documents._get_contradicted()._remind_of_certificates()
        followed.filtered("active")._remind_of_certification()
