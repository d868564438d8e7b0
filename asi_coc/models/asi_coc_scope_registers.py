from odoo import api, fields, models


class AsiCocScope(models.Model):
    """Numbers the scope's registers and says who acts on what they hold."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.scope"

    verification_days = fields.Integer(
        string="Days to Answer",
        default=5,
        help="Days within which requests to verify a CoC Document are answered (9.5).",
    )

    _verification_days_positive = models.Constraint(
        "CHECK (verification_days IS NULL OR verification_days >= 0)",
        "The days to answer a request for verification cannot be negative.",
    )

    @api.model
    def _get_default(self):
        """Return the scope a new record of the current company belongs to."""
        # Active comes before draft and suspended.
        return self.search([("company_id", "=", self.env.company.id)]).sorted(
            lambda scope: scope.state != "active"
        )[:1]

    def _next_number(self, code, prefix):
        """Return the next number of the entity's register ``code``.

        ``prefix`` is what the numbers of a new register start with.
        """
        self.ensure_one()
        # sudo: who keeps a register need not have rights on sequences
        sequences = self.env["ir.sequence"].sudo()
        sequence = sequences.search(
            [("code", "=", code), ("company_id", "=", self.company_id.id)], limit=1
        ) or sequences.create(
            {
                "name": f"{prefix} {self.company_id.name}",
                "code": code,
                "prefix": f"{prefix}/%(year)s/",
                "padding": 4,
                "company_id": self.company_id.id,
            }
        )
        return sequence.next_by_id()

    def _get_persons(self, first, of_entity=False):
        """Return the users of the field ``first`` who act on a register.

        Where nobody there may change its records, those of the other field:
        ``responsible_id`` or ``representative_ids``. With ``of_entity`` only users
        who have not left the entity.
        """
        self.ensure_one()
        persons = self.env["res.users"]
        for name in (first, "responsible_id", "representative_ids"):
            persons = persons or self._filter_acting(self[name], of_entity)
        return persons

    def _filter_acting(self, users, of_entity=False):
        """Return those of ``users`` who may change a register's records."""
        acting = users.filtered(
            lambda user: user.active and user.has_group("asi_coc.group_officer")
        )
        if of_entity:
            # sudo: whoever asks, users of other entities act on nothing here
            acting = acting.filtered(
                lambda user: self.company_id in user.sudo().company_ids
            )
        return acting
