import io

from pypdf import PdfReader

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common_reports import FigureCase


@tagged("post_install", "-at_install")
class TestFigure11(FigureCase):
    """The guidance's alumina refinery ships 100,000 of 200,000 t (9.2)."""

    entity = {"name": "Acme Alumina", "street": "1000 Element Rd", "city": "Peel WA"}
    certificate_number = "C00015"
    responsible = ("Jan Rogers", "VP Sales")
    activity_code = "alumina_refining"
    buyer = {
        "name": "The 1886 Smelting Company",
        "street": "2 Hall-Heroult Avenue",
        "city": "Crystal Falls, Quebec",
    }
    buyer_certificate_number = "C00037"
    buyer_contact = {"name": "Pierre Thiebault", "function": "Receiving Department"}
    first_number = 5840390

    def test_figure_11(self):
        self.at("2020-07-11")
        self.company.partner_id.country_id = self.env.ref("base.au")
        self.customer.country_id = self.env.ref("base.ca")
        self.state(
            "Acme Alumina is certified to ISO14001. Our Responsible Sourcing Policy is "
            "at www.acmealumina.com/responsiblesourcing/"
        )
        bauxite = self._create_product("Bauxite", "bauxite", self.tonne)
        self.receive(bauxite, 400000, claimed=200000, place=self.place)
        self.alumina.coc_form_id = self.env.ref("asi_coc.form_alumina")
        delivery = self.deliver(
            self.alumina, 200000, designated=100000, place=self.place
        )

        (text,) = self.read_pages("report_document", delivery.coc_document_ids)
        self.assert_facts(
            text,
            "The information provided in this CoC Document is in conformance with the "
            "ASI CoC Standard.",
            "Date of issue July 11, 2020",
            "Reference number 5840390",
            "Issuing entity Receiving customer",
            "Company name Acme Alumina The 1886 Smelting Company",
            "1000 Element Rd Peel WA Australia",
            "2 Hall-Heroult Avenue Crystal Falls, Quebec Canada",
            "ASI CoC Certification number C00015 C00037",
            "Responsible employee Jan Rogers, VP Sales Pierre Thiebault, Receiving "
            "Department",
            "ASI Bauxite X ASI Alumina ASI Aluminium CoC Material",
            "Alumina 100,000 200,000 tonnes",
            "ISO14001",
            "www.acmealumina.com/responsiblesourcing/",
            delivery.name,
            "Page 1 of 1",
        )
        self.assertNotIn("Sustainability data", text)
        self.assertNotIn("DRAFT", text)


@tagged("post_install", "-at_install")
class TestFigure12(FigureCase):
    """The guidance's casthouse ships 2000 t of rolling slab, all CoC (9.2, 9.3)."""

    entity = {
        "name": "The 1886 Smelting Company",
        "street": "2 Hall-Heroult Avenue",
        "city": "Crystal Falls, Quebec",
    }
    certificate_number = "C00037"
    responsible = ("Pierre Thiebault", "Receiving Department")
    activity_code = "casthouse"
    buyer = {
        "name": "Rollers United",
        "street": "Lot 1100, Metals Park",
        "city": "Dearborn, MI",
    }
    buyer_certificate_number = "C00059"
    buyer_contact = {"name": "Matthew Johnson"}
    first_number = 98904280

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.slab.write(
            {
                "coc_form_id": cls.env.ref("asi_coc.form_rolling_slab").id,
                "coc_carbon_footprint": 5.7,
                "coc_carbon_method": "IAI 2021 for Primary Aluminium (100%) input",
            }
        )

    def setUp(self):
        super().setUp()
        self.at("2020-07-29")
        self.receive(self.liquid, 5000, claimed=5000, place=self.place)

    def ship(self, **values):
        """Draft the document of a delivery, and change what a draft lets change."""
        self.scope.issue_automatically = False
        delivery = self.deliver(self.slab, 2000, designated=2000, place=self.place)
        document = delivery.coc_document_ids
        document.write(values)
        return document

    def test_figure_12(self):
        self.state("Our Responsible Sourcing Policy is at www.1886smelting.com")
        delivery = self.deliver(self.slab, 2000, designated=2000, place=self.place)

        (text,) = self.read_pages("report_document", delivery.coc_document_ids)
        self.assert_facts(
            text,
            "Date of issue July 29, 2020",
            "Reference number 98904280",
            "Company name The 1886 Smelting Company Rollers United",
            "2 Hall-Heroult Avenue Crystal Falls, Quebec",
            "Lot 1100, Metals Park Dearborn, MI",
            "ASI CoC Certification number C00037 C00059",
            "Responsible employee Pierre Thiebault, Receiving Department "
            "Matthew Johnson",
            "ASI Bauxite ASI Alumina X ASI Aluminium",
            "Rolling Slab 2,000 2,000 tonnes",
            "Average carbon footprint of the CoC Material 5.7 t CO2e/t Al",
            "IAI 2021 for Primary Aluminium (100%) input",
            "www.1886smelting.com",
        )

    def test_attached_to_delivery(self):
        """The PDF goes with the delivery (9.1)."""
        delivery = self.plan(
            "out",
            self.place,
            self.env.ref("stock.stock_location_customers"),
            [{"product": self.slab, "quantity": 2000, "coc_designated_qty": 2000}],
            self.customer,
        )
        self.validate(delivery)
        document = delivery.coc_document_ids
        self.assertFalse(document.pdf_attachment_id)
        cron = self.env.ref("asi_coc.cron_document_pdf").sudo()
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        attachments = self.env["ir.attachment"].search(
            [
                ("res_model", "in", ["stock.picking", "asi.coc.document"]),
                ("res_id", "in", [delivery.id, document.id]),
                ("name", "=", "CoC Document 98904280.pdf"),
            ]
        )
        self.assertEqual(
            {(one.res_model, one.res_id) for one in attachments},
            {("stock.picking", delivery.id), ("asi.coc.document", document.id)},
        )
        for attachment in attachments:
            text = PdfReader(io.BytesIO(attachment.raw)).pages[0].extract_text()
            self.assertIn("98904280", text)

    def test_lots(self):
        """The lots that left as CoC Material are named; the others are not (5.2)."""
        self.slab.tracking = "lot"
        lots = self.env["stock.lot"].create(
            [
                {"name": name, "product_id": self.slab.id}
                for name in ("SLB-A", "SLB-B", "SLB-C")
            ]
        )
        delivery = self.plan(
            "out",
            self.place,
            self.env.ref("stock.stock_location_customers"),
            [{"product": self.slab, "quantity": 3000, "coc_designated_qty": 2000}],
            self.customer,
        )
        delivery.move_ids.move_line_ids = [
            Command.clear(),
            *(
                Command.create(
                    {
                        "product_id": self.slab.id,
                        "lot_id": lot.id,
                        "quantity": 1000,
                        "picking_id": delivery.id,
                        "location_id": self.place.id,
                        "location_dest_id": delivery.location_dest_id.id,
                    }
                )
                for lot in lots
            ),
        ]
        self.validate(delivery)
        (text,) = self.read_pages("report_document", delivery.coc_document_ids)
        self.assert_facts(text, "Lots of CoC Material: SLB-A, SLB-B For")
        self.assertNotIn("SLB-C", text)

    def test_draft(self):
        document = self.ship(
            origin_information="Alumina of Acme Alumina",
            performance_status="Certified, number 142",
            recycled_content="12 % pre-consumer",
        )
        (text,) = self.read_pages("report_document", document)
        self.assert_facts(
            text,
            "DRAFT – not valid as a CoC Document",
            "Reference number –",
            "Information on the source of the ASI Aluminium Alumina of Acme Alumina",
            "ASI Performance Standard status Certified, number 142",
            "recycled content and its method 12 % pre-consumer",
        )

    def test_a_customer_without_an_address_is_asked_for_one(self):
        """The truck leaves; the document waits for what 9.2d asks for."""
        self.customer.write({"street": False, "city": False})
        delivery = self.deliver(self.slab, 10, designated=10, place=self.place)
        document = delivery.coc_document_ids
        self.assertEqual((delivery.state, document.state), ("done", "draft"))
        self.assertIn("the address of the customer", document.activity_ids.note)
        self.assertEqual(document.activity_ids.user_id, self.scope.responsible_id)
        with self.refused(UserError, "Rollers United", "9.2d"):
            document.action_issue()
        self.customer.street = "2 Coil Street"
        document.action_issue()
        self.assertEqual(document.state, "issued")
        self.assertEqual(document.customer_address, "2 Coil Street")
        self.assertFalse(document.activity_ids)

    def test_masses(self):
        """Grams show, zeros after them do not; one material is summed (9.2h, 9.2i)."""
        document = self.ship(
            line_ids=[
                Command.clear(),
                Command.create(
                    {
                        "material": "aluminium",
                        "form": "Rolling Slab",
                        "coc_mass": 1234567.123456,
                        "total_mass": 2345678.5,
                    }
                ),
                Command.create(
                    {
                        "material": "aluminium",
                        "form": "Liquid Metal",
                        "coc_mass": 0.000001,
                        "total_mass": 0.25,
                    }
                ),
            ]
        )
        (text,) = self.read_pages("report_document", document)
        self.assert_facts(
            text,
            "Rolling Slab 1,234,567.123456 2,345,678.5 tonnes",
            "Liquid Metal 0.000001 0.25 tonnes",
            "Total 1,234,567.123457 2,345,678.75 tonnes",
        )

    def test_materials_do_not_mix(self):
        document = self.ship(
            line_ids=[
                Command.create(
                    {
                        "material": "scrap",
                        "form": "Pre-Consumer Scrap",
                        "coc_mass": 1,
                        "total_mass": 2,
                    }
                )
            ]
        )
        (text,) = self.read_pages("report_document", document)
        self.assert_facts(text, "X ASI Aluminium X Eligible Scrap")
        self.assertNotIn("Total 2,001", text)

    def test_chinese(self):
        self.customer.write({"name": "云南铝业股份有限公司", "street": "七甸工业园"})
        document = self.ship(customer_responsible="王小明, 收货部经理")
        document.line_ids.form = "轧制板锭"
        (text,) = self.read_pages("report_document", document)
        self.assert_facts(
            text,
            "云南铝业股份有限公司",
            "七甸工业园",
            "王小明",
            "收货部经理",
            "轧制板锭",
        )

    def test_customer_language(self):
        """Numbers and days are written as the customer reads them."""
        self.env["res.lang"]._activate_lang("de_DE")
        self.customer.lang = "de_DE"
        document = self.ship()
        document.line_ids.write({"coc_mass": 2000.5, "total_mass": 2000.5})
        (text,) = self.read_pages("report_document", document)
        self.assert_facts(text, "29. Juli 2020", "2.000,5")

    def test_many_lines(self):
        """Every page repeats the table's head; no line is cut or lost."""
        forms = [f"Slab of format {number:02d}" for number in range(60)]
        document = self.ship(
            line_ids=[
                Command.clear(),
                *(
                    Command.create(
                        {
                            "material": "aluminium",
                            "form": form,
                            "coc_mass": 1.5,
                            "total_mass": 2,
                        }
                    )
                    for form in forms
                ),
            ]
        )
        pages = self.read_pages("report_document", document)
        self.assertEqual(len(pages), 3)
        for number, page in enumerate(pages, start=1):
            self.assert_facts(
                page,
                "Form of material CoC mass shipped Total mass shipped",
                f"Page {number} of 3",
            )
        text = " ".join(pages)
        for form in forms:
            self.assertEqual(text.count(f"{form} 1.5 2 tonnes"), 1)
        self.assert_facts(pages[2], "Total 90 120 tonnes", "Signature")

    def test_several_documents(self):
        """Printing a selection gives one PDF, each document with its own pages."""
        first = self.deliver(self.slab, 1000, designated=1000, place=self.place)
        second = self.deliver(self.slab, 500, designated=500, place=self.place)
        documents = first.coc_document_ids | second.coc_document_ids
        pages = self.read_pages("report_document", documents)
        self.assertEqual(len(pages), 2)
        self.assert_facts(pages[0], "98904280", "1,000 1,000", "Page 1 of 1")
        self.assert_facts(pages[1], "98904281", "500 500", "Page 1 of 1")

    def test_received(self):
        """The receiver's print cannot pass for the issuer's document."""
        document = self.env["asi.coc.document"].search(
            [("scope_id", "=", self.scope.id), ("direction", "=", "received")]
        )
        (text,) = self.read_pages("report_document", document)
        self.assert_facts(
            text, "Record of a received CoC Document", "ACME-1", "5,000 5,000 tonnes"
        )
        self.assertNotIn("Signature", text)
        document.action_withdraw()
        (text,) = self.read_pages("report_document", document)
        self.assert_facts(text, "verification withdrawn")

    def test_rights(self):
        """Who may read the document prints it, transfers and all; others do not."""
        document = self.ship()
        company = {
            "company_id": self.company.id,
            "company_ids": [Command.set(self.company.ids)],
        }
        auditor = new_test_user(
            self.env, "auditor", groups="asi_coc.group_auditor", **company
        )
        page = self.env["report.asi_coc.report_document_pages"]
        values = page.with_user(auditor)._get_report_values(document.ids)
        self.assertIn(document.picking_ids.name, values["pages"][0]["shipments"][0])
        stranger = new_test_user(
            self.env, "stranger", groups="base.group_user", **company
        )
        with self.assertRaises(AccessError):
            page.with_user(stranger)._get_report_values(document.ids)
