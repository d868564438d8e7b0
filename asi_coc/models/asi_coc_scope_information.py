from odoo import fields, models


class AsiCocScope(models.Model):
    """What CoC Documents of the scope say beyond 9.2."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.scope"

    statement_ids = fields.One2many(
        "asi.coc.supplementary.statement",
        "scope_id",
        string="Supplementary Statements",
        help="Further statements that CoC Documents of the scope make, each with its "
        "evidence (9.4).",
    )

    def _get_performance_certificate(self, day):
        """Return the Performance Standard certificate of a post-casthouse issuer.

        The one of its post-casthouse facility goes before any other of the
        entity; empty where none holds on ``day``, or where nothing of the scope
        is post-casthouse (9.3d).
        """
        self.ensure_one()
        facilities = self.facility_ids.filtered(
            lambda facility: facility.activity_id.code == "post_casthouse"
        )
        certificates = self.env["asi.coc.certificate"]
        if not facilities:
            return certificates
        own = facilities.certificate_id.filtered(lambda one: one._is_valid_on(day))
        return own[:1] or certificates._find(
            self.company_id.partner_id, day, "performance"
        )
