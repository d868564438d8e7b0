import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from .common_reports import ReportCase


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
        self.assertEqual(list(activities), ["smelting", "casthouse", "post_casthouse"])
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
        self.receive(self.slab, 200, place=self.mill_place)
        self.move_inside(self.slab, 400, self.mill_place, self.casthouse_place)
        activities = self.get_activities()
        flow = {"mass": Decimal(150), "coc_mass": Decimal(0)}
        self.assertEqual(
            activities["post_casthouse"]["intra_entity_out"],
            [{"code": "casthouse", "name": "Casthouse", **flow}],
        )
        self.assertEqual(activities["casthouse"]["intra_entity_out"], [])
        self.assertEqual(
            activities["casthouse"]["intra_entity_in"],
            [{"code": "post_casthouse", "name": "Post-Casthouse", **flow}],
        )
        self.assertEqual(activities["casthouse"]["figures"]["coc_input"], 800)
        self.assertEqual(activities["casthouse"]["figures"]["non_coc_inflow"], 200)

    def test_closed(self):
        """A closed period's statement tells who closed it, and keeps its figures."""
        open_text = " ".join(self.read_pages("report_statement", self.period))
        self.assert_facts(open_text, "PROVISIONAL", "Headroom")
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
        # Nothing can be designated any more.
        self.assertNotIn("Headroom", text)

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
        """All entries, days as days, masses as numbers with six decimals."""
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
            found = [cell for row in rows for cell in row if cell.value == name]
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
