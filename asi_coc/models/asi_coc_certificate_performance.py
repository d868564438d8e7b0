from odoo import models

from ..formatting import format_day


class AsiCocCertificate(models.Model):
    _inherit = "asi.coc.certificate"

    def _get_performance_status(self):
        """Return the certificate as CoC Documents of its entity name it (9.3d)."""
        self.ensure_one()
        return self.env._(
            "Certified to the ASI Performance Standard, certificate %(number)s, valid "
            "until %(day)s",
            number=self.number,
            day=format_day(self.env, self.date_end),
        )
