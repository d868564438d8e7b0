"""How the demo's companies are managed (1.2 to 1.7, 7.3, 11)."""

from datetime import date, timedelta

SMELTER = "The 1886 Smelting Company"


class ManagementMixin:
    """The management systems, in the chain that the test class lived."""

    def _own(self, model, scope, *domain):
        records = self.env[model].with_context(allowed_company_ids=scope.company_id.ids)
        return records.search([("scope_id", "=", scope.id), *domain])

    def test_procedures(self):
        """Each has its manual, as a PDF file; the auditee's lists the records."""
        for scope in self.chain.scopes:
            manual = self._own("asi.coc.procedure", scope, ("state", "=", "approved"))
            self.assertEqual(manual.name, "CoC Management Manual")
            self.assertEqual(manual.evidence_ids.mimetype, "application/pdf")
            self.assertEqual(manual.approved_by_id, self.chain.people["representative"])
            self.assertTrue(scope.complaint_procedure)
        versions = self._own("asi.coc.procedure", self.auditee).sorted("version")
        self.assertEqual(versions.mapped("state"), ["superseded", "approved"])
        self.assertEqual(versions[1].date_start, date(2025, 4, 28))

    def test_appointments(self):
        for scope in self.chain.scopes:
            appointment = self._own("asi.coc.appointment", scope)
            self.assertEqual(appointment.user_id, self.chain.people["representative"])
            self.assertTrue(appointment.evidence_ids)

    def test_trainings(self):
        """Everybody has what the role needs, but one who was away each time."""
        lacking = self.env["asi.coc.training.need"].search(
            [
                ("scope_id", "in", self.chain.scopes.ids),
                ("state", "in", ["missing", "expired"]),
            ]
        )
        self.assertEqual(lacking.scope_id.name, SMELTER)
        self.assertEqual(lacking.user_id, self.chain.people["accountant"])
        self.assertEqual(len(lacking), 1)

    def test_reviews(self):
        """Held each January; the next one is not overdue."""
        for scope in self.chain.scopes:
            reviews = self._own("asi.coc.management.review", scope)
            self.assertEqual(set(reviews.mapped("state")), {"held"})
            self.assertEqual(min(reviews.mapped("date")), date(2025, 1, 20))
            self.assertGreaterEqual(scope.review_due, self.chain.campaign.today)
        reviews = self._own("asi.coc.management.review", self.auditee).sorted("date")
        self.assertEqual(reviews[0].audit_results, "No audit since the last review.")
        self.assertIn("1 non-conformances, 0 open", reviews[1].audit_results)

    def test_reports_to_asi(self):
        """Those of 2024 are submitted, those of 2025 wait for the year-end."""
        states = {
            (report.scope_id, report.year): report.state
            for report in self.env["asi.coc.annual.report"].search(
                [("scope_id", "in", self.chain.scopes.ids), ("year", "<=", 2025)]
            )
        }
        submitted = self.acme | self.smelting_company | self.rollers
        self.assertEqual(
            states,
            {(scope, 2024): "submitted" for scope in submitted}
            | {(scope, 2025): "draft" for scope in self.chain.scopes},
        )
        for scope in submitted:
            version = self._own(
                "asi.coc.annual.report", scope, ("year", "=", 2024)
            ).version_id
            self.assertEqual(version.submitted_on.date(), date(2025, 3, 17))
            self.assertEqual(
                version.submitted_by_id, self.chain.people["representative"]
            )
            self.assertTrue(version.pdf_attachment_id and version.xlsx_attachment_id)

    def test_claim(self):
        claim = self._own("asi.coc.claim", self.rollers)
        self.assertEqual(claim.state, "published")
        self.assertEqual(claim.guide_id.version, "2")
        self.assertEqual(claim.author_id, self.chain.people["officer"])
        self.assertEqual(claim.approved_by_id, self.chain.people["representative"])
        self.assertEqual(claim.published_on, date(2025, 12, 1))

    def test_complaints(self):
        """One closed, one that ASI was told of, one to acknowledge."""
        sorter = self._own("asi.coc.complaint", self.recycler)
        self.assertTrue(sorter.is_anonymous)
        self.assertEqual((sorter.state, sorter.outcome), ("closed", "partly"))
        self.assertEqual(sorter.supplier_id, self._partner("dross_dealer"))
        self.assertTrue(sorter.answered_in_time)
        doubt, latest = self._own("asi.coc.complaint", self.smelting_company).sorted(
            "received_on"
        )
        self.assertTrue(doubt.concerns_material)
        self.assertEqual(doubt.document_id.issuer_id.name, SMELTER)
        self.assertEqual(
            (doubt.state, doubt.outcome, doubt.forwarded_on),
            ("closed", "unsubstantiated", date(2025, 9, 15)),
        )
        self.assertEqual((latest.state, latest.channel), ("received", "form"))
        self.assertGreaterEqual(latest.deadline, self.chain.campaign.today)

    def test_internal_audit(self):
        """At the mill; one corrective action is open, and in time."""
        audit = self._own("asi.coc.audit", self.rollers)
        self.assertEqual((audit.audit_type, audit.state), ("internal", "reported"))
        self.assertEqual(len(audit.finding_ids), 85)
        self.assertEqual((audit.non_conformance_count, audit.open_count), (1, 1))
        action = audit.corrective_action_ids
        self.assertEqual((action.state, action.criterion_id.code), ("open", "10.3"))
        self.assertGreater(action.date_due, self.chain.campaign.today)

    def test_readiness_of_suppliers(self):
        """The recycler's are a story, and the mill overlooks a certificate."""
        criteria = self.env["asi.coc.criterion"].search(
            [("code", "in", ["7.1a", "7.1b", "7.1c", "7.1d", "7.2", "10.3"])]
        )
        self.assertEqual(len(criteria), 6)
        for scope in self.chain.scopes - self.recycler:
            for row in self.env["asi.coc.readiness"]._refresh(scope, criteria):
                code = row.criterion_id.code
                is_overlooked = (scope, code) == (self.rollers, "10.3")
                with self.subTest(scope=scope.name, criterion=code):
                    self.assertEqual(
                        row.state,
                        "missing" if is_overlooked else "in_order",
                        row.explanation,
                    )
                if is_overlooked:
                    self.assertIn("(Harbour Casthouse)", row.explanation)
                    self.assertNotIn("\n", row.explanation)

    def test_trend_of_readiness(self):
        """On January 12, April 1 and July 1 of each year, and today."""
        trend = self.env["asi.coc.readiness.trend"]
        days = {
            scope: set(ones.mapped("date"))
            for scope, ones in trend.search([]).grouped("scope_id").items()
        }
        self.assertEqual(set(days), set(self.chain.scopes))
        known = {date(2025, 1, 12), date(2025, 4, 1), date(2025, 7, 1)}
        for scope, own in days.items():
            self.assertEqual(max(own), scope._get_today())
            # It was not certified then.
            if scope != self.auditee:
                self.assertLessEqual(known, own, scope.name)

    def test_readiness_of_the_management_system(self):
        """What section 1 and 7.3 look like before the year-end."""
        found = {}
        criteria = self.env["asi.coc.criterion"].search(
            [("code", "in", ["1.2", "1.3", "1.4", "1.5", "1.7a", "1.7g", "7.3"])]
        )
        for scope in self.chain.scopes:
            for row in self.env["asi.coc.readiness"]._refresh(scope, criteria):
                found.setdefault(row.criterion_id.code, []).append(row.state)
        today = self.chain.campaign.today
        due = "missing" if today > date(2026, 6, 30) else "attention"
        next_review = min(self.chain.scopes.mapped("review_due"))
        review = "attention" if next_review <= today + timedelta(30) else "in_order"
        order = "in_order"
        self.assertEqual(
            found,
            {
                "1.2": [order] * 5,
                "1.3": [review] * 5,
                "1.4": [order] * 5,
                "1.5": [order, "attention", order, order, order],
                "1.7a": [due] * 5,
                "1.7g": ["not_applicable"] * 5,
                "7.3": [order, "attention", order, order, order],
            },
        )
