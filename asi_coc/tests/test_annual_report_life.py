import io
from datetime import date, datetime

from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common_annual_report import AnnualReportCase


@tagged("post_install", "-at_install")
class TestAnnualReportLife(AnnualReportCase):
    """Submitting, withdrawing, and what nobody may change."""

    def setUp(self):
        super().setUp()
        self.at("2024-10-01")
        self.receipt = self.receive(self.slab, 100, claimed=60)
        self.at("2025-01-10")

    def non_coc(self, year):
        return self.sums(self.report(year), "c")["non_coc_input", "aluminium"]

    # -- submitting ---------------------------------------------------------
    def test_submitted_by_whom_when_and_as_which_files(self):
        self.certificate.date_start = date(2024, 1, 1)
        report = self.report(2024).with_user(self.representative)
        report.explanation = "The first half is on paper"
        self.clock.move_to("2025-06-20 08:30:00")
        report.action_submit()
        self.assertEqual(report.state, "submitted")
        self.assertEqual(report.submitted_by_id, self.representative)
        self.assertEqual(report.submitted_on, datetime(2025, 6, 20, 8, 30))
        version = report.version_id
        self.assertEqual((version.version, version.state), (1, "valid"))
        self.assertEqual(version.explanation, "The first half is on paper")
        self.assertEqual(version.explained_by_id, self.representative)
        self.assertEqual(
            (version.xlsx_attachment_id.name, version.pdf_attachment_id.name),
            (
                "Report to ASI Melt & Roll 2024 v1.xlsx",
                "Report to ASI Melt & Roll 2024 v1.pdf",
            ),
        )
        pages = PdfReader(io.BytesIO(version.pdf_attachment_id.raw)).pages
        text = " ".join(" ".join(page.extract_text() for page in pages).split())
        for fact in (
            "Report to ASI 2024",
            "Submitted by representative on June 20, 2025",
            "version 1",
            "The first half is on paper",
            "What is missing No Material Accounting Period",
            "ASI Aluminium in (t) 60",
            "Non-ASI Aluminium in (t) 40",
        ):
            self.assertIn(fact, text)
        self.assertNotIn("DRAFT", text)
        book = self.read_xlsx(io.BytesIO(version.xlsx_attachment_id.raw))
        self.assertIn("version 1", book["Overview"]["B10"].value)

    def test_frozen(self):
        """What happens later changes nothing of what was submitted."""
        report = self.submit(2024)
        before = report._get_report()
        self.at("2025-02-01")
        late = self.receive(self.slab, 7)
        late.date_done = datetime(2024, 12, 1)
        self.move_inside(self.slab, 10, self.casthouse_place, self.mill_place)
        self.assertEqual(report._get_report(), before)

    def test_printed_again_as_submitted(self):
        report = self.submit(2024)
        reports = self.env["ir.actions.report"].with_context(
            force_report_rendering=True
        )
        content, _kind = reports._render_qweb_pdf(
            "asi_coc.report_annual_report", report.ids
        )
        self.assertEqual(content, report.version_id.pdf_attachment_id.raw)

    def test_only_representatives(self):
        report = self.report(2024)
        for user in (self.officer, self.coc_storekeeper, self.auditor):
            with self.refused(UserError, "Management Representative"):
                report.with_user(user).action_submit()
        with self.refused(UserError, "Management Representative", "2024"):
            report.with_user(self.officer).explanation = "All is well"
        with self.assertRaises(AccessError):
            report.with_user(self.auditor).explanation = "All is well"

    def test_year_that_is_not_over(self):
        self.at("2025-12-31")
        with self.refused(UserError, "December 31, 2025", "(1.7)"):
            self.submit(2025)
        with self.refused(ValidationError, "2026 cannot be reported"):
            self.report(2026)

    def test_something_is_missing(self):
        """Listed with the records behind it; a representative may explain it."""
        self.certificate.date_start = date(2024, 1, 1)
        report = self.report(2024)
        self.at("2024-11-01")
        self.receive(self.slab, 5, claimed=5, verify=False)
        self.at("2025-01-10")
        with self.refused(
            UserError,
            "accounts for January 1, 2024 to June 30, 2024",
            "1 receipts have a CoC claim that is not verified",
        ):
            self.submit(2024, explanation=False)
        gaps = self.gaps(report)
        self.assertEqual(set(gaps), {"days_0", f"period_{self.season.id}", "claims"})
        action = report.action_open_gap("claims")
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found.coc_claim_state, "to_verify")
        action = report.action_open_gap(f"period_{self.season.id}")
        self.assertEqual(
            self.env[action["res_model"]].search(action["domain"]), self.season
        )
        self.submit(2024, explanation="The supplier's document is on its way")

    def test_period_that_goes_on(self):
        """The season to June could be closed after the report is due: no gap."""
        report = self.report(2024)
        gap = self.gaps(report)[f"period_{self.season.id}"]
        self.assertTrue(gap["is_note"])
        self.assertIn("goes on after December 31, 2024", gap["text"])
        action = report.action_open_gap(gap["key"])
        self.assertEqual(
            self.env[action["res_model"]].search(action["domain"]), self.season
        )
        report.action_submit()
        self.assertEqual(report.state, "submitted")
        # It ended in 2025, and its balances are what 2025 reports.
        self.at("2026-01-10")
        gaps = self.gaps(self.report(2025))
        self.assertFalse(gaps[f"period_{self.season.id}"]["is_note"])
        self.assertTrue(gaps[f"period_{self.next_season.id}"]["is_note"])

    def test_spaces_explain_nothing(self):
        self.certificate.date_start = date(2024, 1, 1)
        with self.refused(UserError, "Something is missing"):
            self.submit(2024, explanation="  \n ")

    def test_days_that_nobody_accounted_for(self):
        self.certificate.date_start = date(2024, 4, 1)
        gap = self.gaps(self.report(2024))["days_0"]
        self.assertIn("April 1, 2024 to June 30, 2024", gap["text"])
        self.assertNotIn("days_1", self.gaps(self.report(2024)))
        self.next_season.unlink()
        self.assertIn(
            "July 1, 2025 to December 31, 2025",
            self.gaps(self.report(2025))["days_0"]["text"],
        )

    def test_unclassified(self):
        nowhere = self._create_location("Nowhere")
        self.at("2024-11-01")
        self.receive(self.slab, 3, place=nowhere)
        self.at("2025-01-10")
        gaps = self.gaps(self.report(2024))
        self.assertIn("1 ledger entries", gaps["unclassified"]["text"])

    # -- late ----------------------------------------------------------------
    def receive_late(self, mass):
        """Receive today what came on December 1, 2024."""
        receipt = self.receive(self.slab, mass)
        receipt.move_ids.date = datetime(2024, 12, 1)
        return receipt

    def test_late_entries_are_reported_once(self):
        self.submit(2024)
        self.at("2025-02-01")
        self.receive(self.slab, 30)
        self.receive_late(7)
        self.assertEqual((self.non_coc(2024), self.non_coc(2025)), (40, 37))
        report = self.report(2025)
        (group,) = [
            one
            for one in report._get_report()["groups"]
            if one["key"] == "c:non_coc_input:aluminium"
        ]
        self.assertEqual((group["mass"], group["late"]), (37, 7))
        self.assertTrue(self.gaps(report)["late"]["is_note"])
        self.at("2026-01-10")
        self.submit(2025)
        self.receive_late(2)
        self.assertEqual(
            [self.non_coc(year) for year in (2024, 2025, 2026)], [40, 37, 2]
        )

    def test_withdrawn_and_submitted_again(self):
        """A withdrawn year takes back what came late; both versions are kept."""
        self.certificate.date_start = date(2024, 1, 1)
        report = self.submit(2024)
        self.at("2025-02-01")
        self.receive_late(7)
        wizard = self.env["asi.coc.annual.report.withdraw"].create(
            {"report_id": report.id, "reason": "ASI asked for it"}
        )
        wizard.action_withdraw()
        self.assertEqual((report.state, report.explanation), ("draft", False))
        self.assertEqual((self.non_coc(2024), self.non_coc(2025)), (47, 0))
        with self.refused(UserError, "Something is missing"):
            report.action_submit()
        self.submit(2024, explanation="Once more")
        first, second = report.version_ids.sorted("version")
        self.assertEqual(
            (first.state, first.withdrawal_reason, second.state),
            ("withdrawn", "ASI asked for it", "valid"),
        )
        self.assertEqual(len(first.pdf_attachment_id | second.pdf_attachment_id), 2)
        with self.refused(UserError, "stay on file"):
            first.sudo().withdrawal_reason = "Nothing"

    def test_years_in_turn(self):
        draft = self.report(2024)
        self.at("2026-01-10")
        with self.refused(
            UserError, "2024 must be submitted before 2025", "Submit it, or delete"
        ):
            self.submit(2025)
        self.report(2025).explanation = "Fine"
        draft.unlink()
        self.report(2025).action_submit()
        with self.refused(ValidationError, "2025 is submitted already"):
            self.report(2024)
        self.at("2028-01-10")
        with self.refused(
            UserError, "2026 must be submitted before 2027", "Make its report"
        ):
            self.submit(2027)

    def test_only_the_last_is_withdrawn(self):
        first = self.submit(2024)
        self.at("2026-01-10")
        self.submit(2025)
        wizard = self.env["asi.coc.annual.report.withdraw"].create(
            {"report_id": first.id, "reason": "?"}
        )
        with self.refused(UserError, "Only the last submitted report", "2025"):
            wizard.action_withdraw()
        with self.refused(UserError, "Management Representative"):
            self.report(2025).version_id.with_user(self.officer)._withdraw("?")

    # -- intra-entity flows that were provisional --------------------------------
    def test_provisional_share_is_made_good_in_the_next_year(self):
        """75 % when 2024 was reported, 55 % by the end of the season.

        40 t went in 2024: reported with 24 t (60 %). With 100 t more of Non-CoC
        Material the season ends at 30 %, of 50 t: 15 t. 2025 reports 9 t less than
        nothing for the 40 t and 3 t for its own 10 t.
        """
        self.at("2024-11-01")
        self.move_inside(self.slab, 40, self.casthouse_place, self.mill_place)
        self.at("2025-01-10")
        self.submit(2024)
        key = ("g", "intra_entity", "casthouse", "post_casthouse")
        self.assertEqual(self.figures(self.report(2024))[key], 24)
        self.at("2025-02-01")
        self.receive(self.slab, 100)
        self.move_inside(self.slab, 10, self.casthouse_place, self.mill_place)
        self.close(self.season)
        figures = self.season._get_closing().figures["casthouse"]
        self.assertEqual(float(figures["intra_entity_out"]), 15)
        self.assertEqual(self.figures(self.report(2025))[key], -9)
        (group,) = [
            one
            for one in self.report(2025)._get_report()["groups"]
            if one["line"] == "intra_entity"
        ]
        self.assertEqual((group["mass"], group["late"]), (-9, -12))

    def test_period_reopened_since(self):
        self.at("2025-07-01")
        self.close(self.season)
        self.at("2026-01-10")
        report = self.submit(2025)
        notes = self.gaps(report)
        self.assertNotIn(f"changed_{self.season.id}", notes)
        self.season._get_closing()._reopen("A document was withdrawn")
        self.assertEqual(
            [key for key in self.gaps(report) if key not in notes],
            [f"changed_{self.season.id}"],
        )
        self.season.action_close()
        self.assertEqual(self.gaps(report).keys(), notes.keys(), "as it was reported")

    def test_period_of_the_next_report_reopened_since(self):
        """Its balances are in the report of 2025, not in that of 2024."""
        self.at("2025-07-01")
        self.close(self.season)
        report = self.submit(2024)
        self.season._get_closing()._reopen("A document was withdrawn")
        self.assertFalse(self.gaps(report))

    # -- nothing trusted from RPC --------------------------------------------
    def test_states_figures_and_files_cannot_be_written(self):
        report = self.submit(2024)
        version = report.version_id
        own = report.with_user(self.representative)
        for values in (
            {"state": "draft"},
            {"explained_by_id": self.officer.id},
            {"version_ids": [(5,)]},
        ):
            with self.assertRaises(AccessError):
                own.write(values)
        for values in ({"year": 2023}, {"scope_id": self.scope.copy().id}):
            with self.refused(UserError, "stay"):
                own.write(values)
        with self.refused(UserError, "is submitted"):
            own.explanation = "Better"
        with self.refused(AccessError, "State"):
            report.with_user(self.officer).create(
                {"scope_id": self.scope.id, "year": 2025, "state": "submitted"}
            )
        for values in (
            {"figures": {}},
            {"last_entry": 0},
            {"submitted_by_id": self.officer.id},
            {"pdf_attachment_id": False},
        ):
            with self.assertRaises(AccessError):
                version.with_user(self.representative).write(values)
            with self.refused(UserError, "stay on file"):
                version.write(values)
        with self.refused(UserError, "stay on file"):
            version.unlink()
        with self.refused(UserError, "stays on file"):
            report.unlink()
        for user in (self.representative, self.officer, self.auditor):
            with self.assertRaises(AccessError):
                version.with_user(user).copy()

    def test_files_cannot_be_changed_or_deleted(self):
        version = self.submit(2024).version_id
        for file in (version.xlsx_attachment_id, version.pdf_attachment_id):
            for user in (self.env.user, self.representative):
                own = file.with_user(user)
                for change in (
                    lambda own: own.write({"raw": b"1"}),
                    lambda own: own.write({"datas": "MQ=="}),
                    lambda own: own.write({"res_id": 0, "res_model": False}),
                    lambda own: own.write({"name": "x"}),
                    lambda own: own.unlink(),
                ):
                    with self.assertRaises(UserError):
                        change(own)
            with self.refused(UserError, "version 1", "(1.6, 1.7)"):
                file.unlink()

    def test_others_companies(self):
        report = self.submit(2024)
        other = self.env["res.company"].create({"name": "Somebody Else"})
        stranger = self.user("stranger", "asi_coc.group_representative")
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        own = report.with_user(stranger).with_context(allowed_company_ids=other.ids)
        for ask in (
            lambda: own.read_report(),
            lambda: own._get_report(),
            lambda: own.action_open_entries("a:coc_input:aluminium", ""),
            lambda: own.version_id.read(["figures"]),
        ):
            with self.assertRaises(AccessError):
                ask()

    def test_auditor_reads(self):
        report = self.submit(2024).with_user(self.auditor)
        self.assertEqual(report.read_report()["state"], "submitted")
        file = report.version_id.pdf_attachment_id
        self.assertEqual(file.mimetype, "application/pdf")
        self.assertTrue(file.raw)
        draft = self.report(2025).with_user(self.auditor)
        self.assertEqual(draft.read_report()["state"], "draft")
        self.assertTrue(self.write_xlsx(draft).getvalue())
        with self.assertRaises(AccessError):
            draft.unlink()
