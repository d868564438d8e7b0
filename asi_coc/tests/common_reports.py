import io
from datetime import date

from pypdf import PdfReader

from odoo import Command
from odoo.tests import new_test_user

from .common import CocCase


class ReportCase(CocCase):
    """Prints for real, with wkhtmltopdf."""

    def print_pdf(self, report, records):
        """Return the report's PDF; ``report`` without the module's name."""
        reports = self.env["ir.actions.report"].with_context(
            force_report_rendering=True
        )
        content, extension = reports._render_qweb_pdf(f"asi_coc.{report}", records.ids)
        self.assertEqual(extension, "pdf")
        return PdfReader(io.BytesIO(content))

    def read_pages(self, report, records):
        """Return the text of each page, with single spaces."""
        pages = self.print_pdf(report, records).pages
        return [" ".join(page.extract_text().split()) for page in pages]

    def assert_facts(self, text, *facts):
        for fact in facts:
            self.assertIn(fact, text)


class FigureCase(ReportCase):
    """A company of the guidance's figures, accounting for 2020."""

    entity = {}
    certificate_number = ""
    responsible = ("", "")
    activity_code = ""
    buyer = {}
    buyer_certificate_number = ""
    buyer_contact = {}
    first_number = 0

    @classmethod
    def _create_scope(cls):
        cls.company.partner_id.write(cls.entity)
        cls.place = cls._create_location("Plant")
        cls.customer = cls.env["res.partner"].create(
            {
                **cls.buyer,
                "is_company": True,
                "child_ids": [Command.create(cls.buyer_contact)],
            }
        )
        cls._create_certificate(cls.customer, cls.buyer_certificate_number)
        performance = cls._create_certificate(
            cls.company.partner_id, "PS-1", standard="performance"
        )
        user = new_test_user(
            cls.env,
            "responsible",
            groups="base.group_user",
            name=cls.responsible[0],
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        user.partner_id.function = cls.responsible[1]
        cls.scope = cls.env["asi.coc.scope"].create(
            {
                "name": "Figure",
                "company_id": cls.company.id,
                "certificate_id": cls._create_certificate(
                    cls.company.partner_id, cls.certificate_number
                ).id,
                "membership_class": "production_transformation",
                "member_since": "2019-02-01",
                "representative_ids": [Command.set(cls.env.ref("base.user_admin").ids)],
                "responsible_id": user.id,
                "tz": "UTC",
                "certificate_check_days": 9999,
                "facility_ids": [
                    Command.create(
                        {
                            "name": "Plant",
                            "activity_id": cls._activity(cls.activity_code).id,
                            "location_id": cls.place.id,
                            "certificate_id": performance.id,
                        }
                    )
                ],
            }
        )
        cls.scope.sequence_id.write(
            {"prefix": False, "padding": 0, "number_next": cls.first_number}
        )
        cls.period = cls.env["asi.coc.period"].create(
            {
                "scope_id": cls.scope.id,
                "date_start": date(2020, 1, 1),
                "date_end": date(2020, 12, 31),
            }
        )
        cls.activate(cls.scope, "2020-01-01")

    def state(self, text, **values):
        """Have CoC Documents make a supplementary statement, with its evidence."""
        evidence = self.env["ir.attachment"].create(
            {"name": "Evidence.pdf", "raw": b"%PDF-1.7 evidence"}
        )
        return self.env["asi.coc.supplementary.statement"].create(
            {
                "name": "Statement",
                "text": text,
                "scope_id": self.scope.id,
                "evidence_ids": [Command.set(evidence.ids)],
                **values,
            }
        )

    @classmethod
    def _create_certificate(cls, partner, number, **values):
        return cls.env["asi.coc.certificate"].create(
            {
                "number": number,
                "partner_id": partner.id,
                "date_start": "2020-01-01",
                "date_end": "2022-12-31",
                "supply_chain_activity_ids": [
                    Command.set(cls.env["asi.coc.activity"].search([]).ids)
                ],
                "company_id": cls.company.id,
                **values,
            }
        )
