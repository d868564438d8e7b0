import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
from pypdf import PdfReader

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

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
                "representative_ids": [
                    Command.set(cls.env.ref("base.user_admin").ids)
                ],
                "responsible_id": user.id,
                "tz": "UTC",
                "facility_ids": [
                    Command.create(
                        {
                            "name": "Plant",
                            "activity_id": cls._activity(cls.activity_code).id,
                            "location_id": cls.place.id,
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
        cls.scope.action_activate()

    @classmethod
    def _create_certificate(cls, partner, number):
        return cls.env["asi.coc.certificate"].create(
            {
                "number": number,
                "partner_id": partner.id,
                "date_start": "2020-01-01",
                "date_end": "2022-12-31",
                "company_id": cls.company.id,
            }
        )


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
        self.entity_country("base.au", "base.ca")
        self.scope.supplementary_information = (
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

    def entity_country(self, issuer, customer):
        self.company.partner_id.country_id = self.env.ref(issuer)
        self.customer.country_id = self.env.ref(customer)


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
        self.scope.supplementary_information = (
            "Our Responsible Sourcing Policy is at www.1886smelting.com"
        )
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
        self.env = self.env(context={**self.env.context, "force_report_rendering": True})
        delivery = self.plan(
            "out",
            self.place,
            self.env.ref("stock.stock_location_customers"),
            [{"product": self.slab, "quantity": 2000, "coc_designated_qty": 2000}],
            self.customer,
        )
        self.validate(delivery)
        document = delivery.coc_document_ids
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
            text, "云南铝业股份有限公司", "七甸工业园", "王小明", "收货部经理", "轧制板锭"
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


class StatementCase(ReportCase):
    """The worked example of 8.4: 800 t CoC and 200 t Non-CoC come in."""

    def setUp(self):
        super().setUp()
        self.slab.coc_form_id = self.env.ref("asi_coc.form_rolling_slab")
        self.receive(self.slab, 1000, claimed=800)
        self.move_inside(self.slab, 250, self.casthouse_place, self.mill_place)
        self.deliver(self.slab, 700, designated=500)

    def get_activities(self):
        statement = self.env["asi.coc.statement"]._get_statement(self.period)
        return {activity["code"]: activity for activity in statement["activities"]}

    def write_xlsx(self):
        file = io.BytesIO()
        self.env["asi.coc.statement"]._write_xlsx(self.period, file)
        return openpyxl.load_workbook(file)

    def read_sheet(self, sheet):
        """Return the sheet's rows as dicts by header."""
        header, *rows = sheet.iter_rows(values_only=True)
        return [dict(zip(header, row, strict=True)) for row in rows]


@tagged("post_install", "-at_install")
class TestStatement(StatementCase):
    def assert_worked_example(self):
        casthouse = self.get_activities()["casthouse"]
        expected = {
            "coc_input": "800",
            "non_coc_inflow": "200",
            "inflow_percentage": "80",
            "conversion_yield": "1",
            "entitlement": "800",
            "total_outflow": "950",
            "share_limit": "760",
            "coc_output": "500",
            "intra_entity_outflow": "250",
            "intra_entity_out": "200",
            "outflow_percentage": "80",
            "output_percentage": "50",
            "positive_balance_brought": "0",
            "positive_balance_used": "0",
            "positive_balance_expired": "0",
            "positive_balance_carried": "100",
            "overdraw_brought": "0",
            "overdraw": "0",
            "available": "60",
            "scrap_outflow": "0",
        }
        figures = casthouse["figures"]
        self.assertEqual(
            {name: figures[name] for name in expected},
            {name: Decimal(figure) for name, figure in expected.items()},
        )

    def test_worked_example(self):
        self.assert_worked_example()
        activities = self.get_activities()
        self.assertEqual(
            list(activities), ["smelting", "casthouse", "post_casthouse"]
        )
        slab = {"material": "aluminium", "form": "Rolling Slab"}
        casthouse = activities["casthouse"]
        self.assertEqual(
            casthouse["inputs"],
            [
                {"flow": "input", **slab, "status": "coc", "mass": Decimal(800)},
                {"flow": "input", **slab, "status": "non_coc", "mass": Decimal(200)},
            ],
        )
        self.assertEqual(
            casthouse["outputs"],
            [
                {"flow": "output", **slab, "status": "coc", "mass": Decimal(500)},
                {"flow": "output", **slab, "status": "non_coc", "mass": Decimal(200)},
            ],
        )
        flow = {"mass": Decimal(250), "coc_mass": Decimal(200)}
        self.assertEqual(
            casthouse["intra_entity_out"],
            [{"code": "post_casthouse", "name": "Post-Casthouse", **flow}],
        )
        self.assertEqual(
            activities["post_casthouse"]["intra_entity_in"],
            [{"code": "casthouse", "name": "Casthouse", **flow}],
        )

    def test_zero_is_zero(self):
        """An activity without any flow is on the statement, with zeros."""
        smelter = self.get_activities()["smelting"]
        self.assertEqual(smelter["inputs"] + smelter["outputs"], [])
        figures = dict(smelter["figures"])
        self.assertEqual(figures.pop("conversion_yield"), Decimal(1))
        self.assertEqual(set(figures.values()), {Decimal(0)})

    def test_against_the_chain(self):
        """What comes back exceeds what was sent: it carries no claim."""
        self.move_inside(self.slab, 400, self.mill_place, self.casthouse_place)
        activities = self.get_activities()
        flow = {"mass": Decimal(150), "coc_mass": Decimal(0)}
        self.assertEqual(
            activities["post_casthouse"]["intra_entity_out"],
            [{"code": "casthouse", "name": "Casthouse", **flow}],
        )
        self.assertEqual(activities["casthouse"]["intra_entity_out"], [])

    def test_closed(self):
        """A closed period's statement tells who closed it, and keeps its figures."""
        self.at("2026-01-15")
        self.period.action_close()
        statement = self.env["asi.coc.statement"]._get_statement(self.period)
        self.assertEqual(statement["state"], "closed")
        self.assertEqual(statement["closed_by"], self.env.user.name)
        self.assertEqual(statement["closed_on"], datetime(2026, 1, 15, 12))
        self.assertEqual(statement["version"], 1)
        self.assertEqual(statement["date_start"], date(2025, 1, 1))
        self.assertEqual(statement["certificate"], "C00037")
        self.assert_worked_example()
        text = " ".join(self.read_pages("report_statement", self.period))
        self.assert_facts(text, "January 15, 2026", "version 1")
        self.assertNotIn("PROVISIONAL", text)

    def test_pdf(self):
        first, second = self.read_pages("report_statement", self.period)
        self.assert_facts(
            first,
            "PROVISIONAL",
            "January 1, 2025 to December 31, 2025",
            "Aluminium Smelting Casthouse Post-Casthouse",
            "CoC Input (t) 0 800 0",
            "Inflow (%) 0.00 80.00 80.00",
            "Outflow (%) 0.00 80.00 80.00",
            "Output (%) 0.00 50.00 0.00",
            "Positive Balance Carried Over (t) 0 100 200",
        )
        self.assert_facts(
            second,
            "Input Aluminium · Rolling Slab CoC 800",
            "Output Aluminium · Rolling Slab Non-CoC 200",
            "Intra-entity Flow Out Post-Casthouse 200 t CoC 250",
            "No flow in this period 0",
            "Page 2 of 2",
        )

    def test_xlsx_balance(self):
        book = self.write_xlsx()
        self.assertEqual(book.sheetnames, ["Balance", "Flows", "Ledger"])
        for sheet in book:
            self.assertEqual(sheet.freeze_panes, "A2")
            self.assertEqual(sheet.auto_filter.ref, sheet.dimensions)
        rows = self.read_sheet(book["Balance"])
        self.assertEqual(len(rows), 3)
        casthouse = rows[1]
        expected = {
            "Entity": "Melt & Roll",
            "Period": "2025",
            "From": datetime(2025, 1, 1),
            "To": datetime(2025, 12, 31),
            "State": "Open",
            "Activity": "Casthouse",
            "CoC Input (t)": 800,
            "Non-CoC Inflow (t)": 200,
            "Inflow (%)": 80,
            "Outflow (%)": 80,
            "Output (%)": 50,
            "Total Outflow (t)": 950,
            "Positive Balance Carried Over (t)": 100,
            "Internal Overdraw (t)": 0,
        }
        self.assertEqual({key: casthouse[key] for key in expected}, expected)

    def test_xlsx_flows(self):
        rows = self.read_sheet(self.write_xlsx()["Flows"])
        self.assertEqual(
            [
                tuple(row[key] for key in ("Activity", "Flow", "Status", "Mass (t)"))
                for row in rows
            ],
            [
                ("Casthouse", "Input", "CoC", 800),
                ("Casthouse", "Input", "Non-CoC", 200),
                ("Casthouse", "Output", "CoC", 500),
                ("Casthouse", "Output", "Non-CoC", 200),
                ("Casthouse", "Intra-entity Flow Out", None, 250),
                ("Post-Casthouse", "Intra-entity Flow In", None, 250),
            ],
        )
        self.assertEqual(rows[4]["CoC Mass (t)"], 200)
        self.assertEqual(rows[4]["Other Activity"], "Post-Casthouse")

    def test_xlsx_ledger(self):
        """Days are days, masses are numbers with six decimals, all entries are there."""
        self.receive(self.slab, 0.25, place=self.mill_place)
        sheet = self.write_xlsx()["Ledger"]
        rows = self.read_sheet(sheet)
        count = self.env["asi.coc.entry"].search_count(
            [("period_id", "=", self.period.id)]
        )
        self.assertEqual(len(rows), count)
        self.assertEqual(rows[-1]["Mass (t)"], 0.25)
        self.assertEqual(rows[-1]["Date"], datetime(2025, 3, 10))
        self.assertEqual(rows[-1]["Facility"], "Mill")
        header = [cell.value for cell in sheet[1]]
        cell = sheet.cell(row=2, column=header.index("Mass (t)") + 1)
        self.assertEqual(cell.number_format, "#,##0.000000")
        self.assertEqual(
            sum(row["Mass (t)"] for row in rows if row["Status"] == "CoC"), 1300
        )

    def test_xlsx_no_formula(self):
        """Nothing a user typed runs as a formula."""
        names = ["=1+1", "+1", "-1", "@SUM(A1)"]
        for name in names:
            self.slab.name = self.supplier.name = name
            self.receive(self.slab, 1)
            rows = list(self.write_xlsx()["Ledger"].iter_rows())
            found = [
                cell for row in rows for cell in row if cell.value == name
            ]
            self.assertTrue(found)
            self.assertEqual({cell.data_type for cell in found}, {"s"})

    def test_rights(self):
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="base.group_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        statements = self.env["asi.coc.statement"].with_user(stranger)
        period = self.period.with_user(stranger)
        with self.assertRaises(AccessError):
            statements._get_statement(period)
        with self.assertRaises(AccessError):
            statements._write_xlsx(period, io.BytesIO())

    def test_auditor(self):
        auditor = new_test_user(
            self.env,
            "auditor",
            groups="asi_coc.group_auditor",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        file = io.BytesIO()
        self.env["asi.coc.statement"].with_user(auditor)._write_xlsx(
            self.period.with_user(auditor), file
        )
        rows = self.read_sheet(openpyxl.load_workbook(file)["Ledger"])
        self.assertIn("Acme Alumina", {row["Partner"] for row in rows})

    def test_print_menu(self):
        """Both reports are offered where their records are, to readers."""
        document = self.env.ref("asi_coc.report_document")
        statement = self.env.ref("asi_coc.report_statement")
        self.assertEqual(document.binding_model_id.model, "asi.coc.document")
        self.assertEqual(statement.binding_model_id.model, "asi.coc.period")
        groups = self.env.ref("asi_coc.group_user") | self.env.ref(
            "asi_coc.group_auditor"
        )
        self.assertEqual(document.group_ids, groups)
        self.assertEqual(statement.group_ids, groups)


@tagged("post_install", "-at_install")
class TestStatementDownload(StatementCase, HttpCase):
    def download(self, period_id, login, groups, company):
        new_test_user(
            self.env,
            login,
            groups=groups,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        self.authenticate(login, login)
        return self.url_open(f"/asi_coc/statement/{period_id}.xlsx")

    def test_download(self):
        response = self.download(
            self.period.id, "coc_reader", "asi_coc.group_auditor", self.company
        )
        self.assertEqual(response.status_code, 200)
        self.assertEqual(
            response.headers["Content-Disposition"],
            "attachment; filename*=UTF-8''CoC%20Statement%20Melt%20%26%20Roll%202025"
            ".xlsx",
        )
        self.assertEqual(
            response.headers["Content-Type"],
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        )
        book = openpyxl.load_workbook(io.BytesIO(response.content))
        rows = self.read_sheet(book["Balance"])
        self.assertEqual(rows[1]["Positive Balance Carried Over (t)"], 100)

    def test_without_rights(self):
        response = self.download(
            self.period.id, "coc_stranger", "base.group_user", self.company
        )
        self.assertEqual(response.status_code, 403)

    def test_other_company(self):
        other = self.env["res.company"].create({"name": "Somebody Else"})
        response = self.download(
            self.period.id, "coc_other", "asi_coc.group_representative", other
        )
        self.assertEqual(response.status_code, 403)

    def test_unknown_period(self):
        response = self.download(
            2_000_000_000, "coc_reader", "asi_coc.group_auditor", self.company
        )
        self.assertEqual(response.status_code, 404)

    def test_not_logged_in(self):
        response = self.url_open(
            f"/asi_coc/statement/{self.period.id}.xlsx", allow_redirects=False
        )
        self.assertEqual(response.status_code, 303)
        self.assertIn("/web/login", response.headers["Location"])
