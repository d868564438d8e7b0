from odoo import fields, models


class AsiCocDocument(models.Model):
    """Checks received documents: complete, agreeing, certified (10.1 to 10.3)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.document"

    check_ids = fields.One2many(
        "asi.coc.document.check",
        "document_id",
        string="Checks",
        readonly=True,
        copy=False,
        help="Checks of the received document, as last made.",
    )
    failed_count = fields.Integer(
        string="Failed Checks",
        compute="_compute_failed_count",
        help="Checks that keep its mass Non-CoC (10.2).",
    )

    def _compute_failed_count(self):
        groups = self.env["asi.coc.document.check"]._read_group(
            [("document_id", "in", self.ids), ("passed", "=", False)],
            ["document_id"],
            ["__count"],
        )
        counts = {document.id: count for document, count in groups}
        for document in self:
            document.failed_count = counts.get(document.id, 0)

    def action_check(self):
        """Check received drafts again (10.1 to 10.3)."""
        self.check_access("write")
        for document in self.filtered(
            lambda one: one.direction == "received" and one.state == "draft"
        ):
            # sudo: what is checked is no matter of the user's rights
            document.sudo()._run_checks()
        return True

    def _run_checks(self):
        """Check a received document and return what failed, as ``check`` records."""
        self.ensure_one()
        found = [
            *(("10.1", *check) for check in self._check_complete_content()),
            *(("10.2", *check) for check in self._check_agreement()),
            *(("10.3", *check) for check in self._check_certification()),
            *(("3.1a to 6.1a", *check) for check in self._check_legal_interest()),
        ]
        self.check_ids.unlink()
        self.check_ids = [
            fields.Command.create(
                {
                    "criterion": criterion,
                    "code": code,
                    "passed": not message,
                    "message": message,
                }
            )
            for criterion, code, message in found
        ]
        return self.check_ids.filtered(lambda check: not check.passed)

    # -- 10.1 -------------------------------------------------------------------
    def _check_complete_content(self):
        """Return ``(code, message or False)`` per field of 9.2."""
        missing = (
            self.env._("Missing on the document. Ask the issuer for it.")
            if self.machine_read
            else self.env._("Not entered. If the document lacks it, ask the issuer.")
        )
        lines = self.line_ids

        def on_every_line(name):
            return bool(lines) and all(line[name] for line in lines)

        present = {
            "date": self.date,
            "number": self.name,
            "issuer": self.issuer_name,
            "issuer_address": self.issuer_address,
            "issuer_certificate": self.issuer_certificate,
            "customer": self.customer_name,
            "customer_address": self.customer_address,
            "customer_certificate": self.customer_certificate,
            "responsible": self.responsible,
            "conformance": self.conformance,
            "material": on_every_line("material"),
            "form": on_every_line("form"),
            "unit": on_every_line("unit"),
            "coc_mass": on_every_line("coc_mass"),
            "total_mass": on_every_line("total_mass"),
        }
        return [(code, not value and missing) for code, value in present.items()]
