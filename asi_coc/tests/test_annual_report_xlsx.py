from datetime import date

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common_annual_report import AnnualReportMixin
from .common_reports import ReportCase


class FilesCase(AnnualReportMixin, ReportCase):
    """A season from July to June whose 80 % CoC Material goes to the mill."""

    def setUp(self):
        super().setUp()
        self.period.unlink()
        self.certificate.date_start = date(2024, 7, 1)
        self.season = self.open_period(date(2024, 7, 1), date(2025, 6, 30))
        self.at("2024-10-01")
        self.receive(self.slab, 1000, claimed=800)
        self.move_inside(self.slab, 250, self.casthouse_place, self.mill_place)
        self.at("2025-03-01")
        self.receive(self.slab, 500, claimed=400)
        self.deliver(self.slab, 700, designated=500)


@tagged("post_install", "-at_install")
class TestAnnualReportFiles(FilesCase):
    """Workbook and print of the report to ASI."""

    def read_sheet(self, book, name):
        """Return ``{(line, activity): mass}`` of a part's sheet."""
        rows = book[name].iter_rows(min_row=5, max_col=3, values_only=True)
        return {tuple(row[:2]): row[2] for row in rows if row[0]}

    def test_sheets(self):
        self.report(2024)
        book = self.read_xlsx(self.write_xlsx(self.report(2025)))
        self.assertEqual(
            book.sheetnames,
            ["Overview", *(f"1.7 {part}" for part in "abcdefg"), "Gaps", "Comparison"],
        )
        self.assertEqual(book["Overview"]["A1"].value, "Report to ASI 2025")
        facts = {
            row[0]: row[1]
            for row in book["Overview"].iter_rows(4, 10, values_only=True)
        }
        self.assertEqual(facts["Entity"], "Melt & Roll")
        self.assertEqual(facts["CoC certificate"], "C00037")
        self.assertEqual(facts["Due"], "June 30, 2026")
        self.assertEqual(facts["State"], "Draft")
        for sheet in book:
            self.assertEqual(sheet.page_setup.orientation, "landscape")
            self.assertEqual(
                sheet.freeze_panes, "A2" if sheet.title == "Overview" else "A5"
            )
        self.assertEqual(
            [cell.value for cell in book["1.7 b"][4]],
            ["Line", "Activity", "Mass (t)", "Of Earlier Years (t)", "Share (%)"],
        )

    def test_figures(self):
        book = self.read_xlsx(self.write_xlsx(self.report(2024)))
        coc_in = "ASI Aluminium in (t)"
        self.assertEqual(
            self.read_sheet(book, "1.7 a"),
            {
                ("ASI Alumina in (t)", "Aluminium Smelting"): 0,
                ("ASI Alumina in (t)", "Sum"): 0,
                (coc_in, "Casthouse"): 800,
                (coc_in, "Post-Casthouse"): 0,
                (coc_in, "Sum"): 800,
                ("ASI Aluminium out (t)", "Aluminium Smelting"): 0,
                ("ASI Aluminium out (t)", "Casthouse"): 0,
                ("ASI Aluminium out (t)", "Post-Casthouse"): 0,
                ("ASI Aluminium out (t)", "Sum"): 0,
            },
        )
        self.assertEqual(
            self.read_sheet(book, "1.7 g")[
                "ASI Aluminium, intra-entity (t)", "Casthouse → Post-Casthouse"
            ],
            200,
        )
        self.assertEqual(book["Gaps"].cell(row=5, column=1).value, "Note")
        self.assertIn("goes on after", book["Gaps"].cell(row=5, column=2).value)

    def test_sums_are_formulas(self):
        self.at("2025-07-01")
        self.close(self.season)
        file = self.write_xlsx(self.report(2025))
        values, formulas = self.read_xlsx(file), self.read_xlsx(file, values=False)
        self.assertEqual(formulas["1.7 a"]["C10"].value, "=SUM(C8:C9)")
        self.assertEqual(values["1.7 a"]["C10"].value, 400)
        self.assertEqual(values["1.7 a"]["B10"].value, "Sum")
        largest = formulas["1.7 d"]["C8"].value
        self.assertEqual(largest, "=MAX(SUM(C5:C7))")
        self.assertEqual(values["1.7 d"]["B8"].value, "Maximum")
        # 1200 in − 500 out − 200 to the mill, which carries these
        self.assertEqual(values["1.7 d"]["C8"].value, 700)

    def test_comparison(self):
        self.report(2024)
        file = self.write_xlsx(self.report(2025))
        values, formulas = self.read_xlsx(file), self.read_xlsx(file, values=False)
        rows = {
            tuple(row[:3]): row[3:]
            for row in values["Comparison"].iter_rows(min_row=5, values_only=True)
        }
        self.assertEqual(
            rows["a", "ASI Aluminium in (t)", "Casthouse"], (400, 800, -400)
        )
        self.assertEqual(rows["a", "ASI Aluminium out (t)", "Sum"], (500, 0, 500))
        self.assertEqual(formulas["Comparison"]["F5"].value, "=D5-E5")
        book = self.read_xlsx(self.write_xlsx(self.report(2024)))
        self.assertNotIn("Comparison", book.sheetnames)

    def test_nothing_typed_becomes_a_formula(self):
        self.company.name = self.scope.name = "=1+1"
        self.season.name = "@SUM(A1)"
        book = self.read_xlsx(self.write_xlsx(self.report(2025)), values=False)
        cells = [cell for row in book["Overview"].iter_rows() for cell in row]
        found = [cell for cell in cells if cell.value in ("=1+1", "@SUM(A1)")]
        self.assertEqual(len(found), 3)
        self.assertEqual({cell.data_type for cell in found}, {"s"})

    def test_pdf(self):
        text = " ".join(self.read_pages("report_annual_report", self.report(2024)))
        self.assert_facts(
            text,
            "DRAFT",
            "Report to ASI 2024",
            "1.7 a: Inputs and outputs of CoC Material",
            "ASI Aluminium in (t) 800",
            "Non-ASI Aluminium in (t) 200",
            "Casthouse → Post-Casthouse 250 200",
            "Positive balance of ASI Aluminium carried over (t), Maximum 0",
            "Notes Period Melt & Roll 2024-07-01 – 2025-06-30 goes on after",
            "Page 1 of",
        )


@tagged("post_install", "-at_install")
class TestAnnualReportDownload(FilesCase, HttpCase):
    def download(self, report_id, login, groups, company):
        new_test_user(
            self.env,
            login,
            groups=groups,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        self.authenticate(login, login)
        return self.url_open(f"/asi_coc/annual_report/{report_id}.xlsx")

    def test_download(self):
        report = self.report(2024)
        response = self.download(
            report.id, "coc_reader", "asi_coc.group_auditor", self.company
        )
        self.assertEqual(response.status_code, 200)
        self.assertIn("Report%20to%20ASI", response.headers["Content-Disposition"])
        report.explanation = "The season is not over"
        self.at("2025-04-01")
        report.action_submit()
        self.assertEqual(
            self.url_open(f"/asi_coc/annual_report/{report.id}.xlsx").content,
            report.version_id.xlsx_attachment_id.raw,
        )
        # The auditor opens the files of the version too.
        url = report.version_id.action_download_pdf()["url"]
        self.assertEqual(
            self.url_open(url).content, report.version_id.pdf_attachment_id.raw
        )

    def test_others(self):
        report = self.report(2024)
        other = self.env["res.company"].create({"name": "Somebody Else"})
        groups = "asi_coc.group_representative"
        response = self.download(report.id, "coc_other", groups, other)
        self.assertEqual(response.status_code, 403)
        missing = self.url_open("/asi_coc/annual_report/2000000000.xlsx")
        self.assertEqual(missing.status_code, 404)

    def test_not_logged_in(self):
        response = self.url_open("/asi_coc/annual_report/1.xlsx", allow_redirects=False)
        self.assertEqual(response.status_code, 303)
