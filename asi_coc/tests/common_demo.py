"""What the demo's recycler lived through."""

from datetime import date

from ..demo import output

REMELTING, CASTHOUSE = "remelting_refining", "casthouse"
#: As in test_demo: entitlement, CoC output, brought forward, used, expired, carried,
#: overdraw, made up, in tonnes. Worked out by hand.
RECYCLER = {
    (date(2025, 1, 1), REMELTING): (2_754, 0, 0, 0, 0, 0, 0, 0),
    (date(2025, 4, 1), REMELTING): (2_907, 0, 0, 0, 0, 0, 0, 0),
    (date(2025, 7, 1), REMELTING): (2_907, 0, 0, 0, 0, 0, 0, 0),
    (date(2025, 10, 1), REMELTING): (2_907, 0, 0, 0, 0, 0, 0, 0),
    (date(2025, 1, 1), CASTHOUSE): (2_682, 1_780, 0, 0, 0, 902, 0, 0),
    (date(2025, 4, 1), CASTHOUSE): (2_831, 2_180, 902, 902, 0, 1_553, 0, 0),
    (date(2025, 7, 1), CASTHOUSE): (2_831, 880, 1_553, 880, 673, 2_831, 0, 0),
    (date(2025, 10, 1), CASTHOUSE): (2_831, 2_380, 2_831, 2_380, 451, 2_831, 0, 0),
}


class RecyclerMixin:
    """Oude Haven Remelting, in the chain that the test class lived."""

    @property
    def entity(self):
        return self.recycler.company_id

    def _find(self, model, *domain, **options):
        """Return the recycler's records."""
        own = ("company_id", "=", self.entity.id)
        records = self.env[model].with_context(allowed_company_ids=self.entity.ids)
        return records.search([own, *domain], **options)

    def _partner(self, key):
        return self.chain.recycler.partners[key]

    def _balance(self, code, start):
        return self.recycler.period_ids.balance_ids.filtered(
            lambda one: one.activity_id.code == code
            and one.period_id.date_start == start
        )

    # -- the account ----------------------------------------------------------
    def test_recycler(self):
        """Used in part, expired in summer; the last period is open."""
        self.assertEqual(self._read(self.recycler), RECYCLER)
        periods = output.get_periods(self.recycler)
        self.assertEqual(
            periods.mapped("state"), ["closed", "closed", "closed", "open"]
        )
        last = self._balance(CASTHOUSE, date(2025, 10, 1))
        self.assertEqual(last.available, 3_282)

    def test_recycler_s_scrap(self):
        """Own dross is eligible; it is no CoC input from outside."""
        figures = {
            start: (
                balance.inflow_percentage,
                balance.conversion_yield,
                balance.coc_input,
                balance.non_coc_inflow,
                balance.total_outflow,
            )
            for start in (date(2025, 1, 1), date(2025, 7, 1))
            for balance in self._balance(REMELTING, start)
        }
        self.assertEqual(
            figures,
            {
                date(2025, 1, 1): (90, 0.85, 3_200, 360, 3_060),
                date(2025, 7, 1): (95, 0.85, 3_360, 180, 3_060),
            },
        )

    # -- scrap ----------------------------------------------------------------
    def test_assessments(self):
        assessments = self._find("asi.coc.scrap.assessment")
        self.assertEqual(
            {state: len(ones) for state, ones in assessments.grouped("state").items()},
            {"valid": 34, "replaced": 1},
        )
        replaced = assessments.filtered(lambda one: one.state == "replaced")
        sorted_load = assessments.filtered(
            lambda one: one.move_id == replaced.move_id and one.state == "valid"
        )
        self.assertEqual(
            (replaced.content_basis, replaced.aluminium_percentage),
            ("estimated", 70),
        )
        self.assertEqual(
            (
                sorted_load.content_basis,
                sorted_load.aluminium_percentage,
                sorted_load.pre_percentage,
                sorted_load.mass,
                sorted_load.eligible_mass,
            ),
            ("analysed", 80, 10, 400, 360),
        )
        self.assertTrue(sorted_load.confidence_ground)

    def test_eligible_scrap_by_supplier(self):
        """Tonnes of aluminium assessed, and eligible."""
        found = {
            partner.name: (sum(ones.mapped("mass")), sum(ones.mapped("eligible_mass")))
            for partner, ones in self._find(
                "asi.coc.scrap.assessment", ("state", "=", "valid")
            )
            .grouped("partner_id")
            .items()
        }
        self.assertEqual(
            found,
            {
                "Havenkwartier Scrap Yard": (8_550, 8_550),
                "Kempen Dismantling": (1_800, 1_410),
                "Sluis Dross Trading": (1_920, 1_770),
                "Veluwe Profiles": (1_440, 1_100),
                "Biesbosch Extrusions": (470, 450),
            },
        )

    def test_closed_loop(self):
        """200 t were refused when 180 t were left; they count for 180 t."""
        loop = self.chain.recycler.loop
        self.assertEqual(
            (loop.sent_mass, loop.back_mass, loop.remaining_mass), (500, 450, 50)
        )
        back = loop.sudo().assessment_ids.sorted("date")
        self.assertEqual(back.mapped("mass"), [120, 200, 150])
        self.assertEqual(back.mapped("eligible_mass"), [120, 180, 150])

    # -- suppliers ------------------------------------------------------------
    def test_policy(self):
        policy = self._find("asi.coc.sourcing.policy")
        self.assertEqual(policy.state, "adopted")
        self.assertEqual(policy.adopted_by_id, self.chain.people["representative"])
        told = {one.partner_id: one for one in policy.communication_ids}
        yard, dismantler = self._partner("yard"), self._partner("dismantler")
        self.assertEqual(set(told), {yard, dismantler})
        self.assertEqual(told[yard].state, "acknowledged")
        self.assertEqual(
            told[yard].acknowledged_user_id, self.chain.recycler.portal["yard"]
        )
        self.assertEqual(told[dismantler].state, "sent")

    def test_supplier_assessments(self):
        assessments = self._find("asi.coc.supplier.assessment")
        self.assertEqual(
            {state: len(ones) for state, ones in assessments.grouped("state").items()},
            # The suspension's, and the one that waits for the dismantler's answers.
            {"accepted": 5, "superseded": 1, "draft": 2},
        )
        self.assertEqual(assessments.decided_by_id, self.chain.people["officer"])
        questionnaires = assessments.questionnaire_ids.sorted("id")
        self.assertEqual(questionnaires.mapped("state"), ["answered", "sent"])
        dealer = questionnaires[0]
        self.assertEqual(dealer.partner_id, self._partner("dross_dealer"))
        high = dealer.assessment_id.risk_ids.filtered(lambda one: one.result == "high")
        self.assertEqual((high.area_id.criterion, high.proposed), ("PS 9.1", "medium"))
        mitigation = dealer.assessment_id.mitigation_ids
        self.assertEqual(
            (mitigation.course, mitigation.state, mitigation.outcome),
            ("continue", "ended", "improved"),
        )

    def test_suspension(self):
        """His last load was August's; the order of September was refused."""
        dismantler = self._partner("dismantler")
        own = dismantler.with_company(self.entity)
        self.assertEqual(own.coc_due_diligence_state, "suspended")
        orders = self._find("purchase.order", ("partner_id", "=", dismantler.id))
        self.assertEqual(set(orders.mapped("state")), {"purchase"})
        self.assertEqual(max(orders.mapped("date_approve")).date(), date(2025, 8, 5))

    def test_identities(self):
        suppliers = self.env["res.partner"].with_company(self.entity)
        gaps = suppliers.search([("coc_is_identity_incomplete", "=", True)])
        self.assertIn(self._partner("dismantler"), gaps)
        self.assertNotIn(self._partner("yard"), gaps)

    # -- cash -----------------------------------------------------------------
    def test_cash(self):
        """7,500 euros in cash; 2,500 more were refused and went through the bank."""
        payments = self._find(
            "account.payment",
            ("partner_id", "=", self._partner("yard").id),
            ("date", "<=", date(2025, 3, 27)),
            order="date, id",
        )
        self.assertEqual(
            [(one.journal_id.type, one.amount) for one in payments],
            [("cash", 3_500), ("cash", 4_000), ("bank", 832_500)],
        )
        cash = self._find("account.payment", ("journal_id.type", "=", "cash"))
        self.assertEqual(sum(cash.mapped("amount")), 7_500)
        law = self.env["asi.coc.cash.limit"].search(
            [("country_id", "=", self.entity.country_id.id)]
        )
        self.assertEqual((law.date_start, law.amount), (date(2026, 1, 1), 2_999.99))

    def test_everything_is_paid(self):
        bills = self._find("account.move", ("move_type", "=", "in_invoice"))
        self.assertEqual(set(bills.mapped("state")), {"posted"})
        self.assertEqual(sum(bills.mapped("amount_total")), 18_815_000)
        self.assertEqual(sum(bills.mapped("amount_residual")), 0)
        self.assertEqual(bills.create_uid, self.chain.people["accountant"])

    # -- contractors ----------------------------------------------------------
    def test_contractors(self):
        contractors = self._find("asi.coc.contractor")
        self.assertEqual(
            set(contractors.mapped("partner_id.name")),
            {"Maas Heat Treatment", "Peel Billet Sawing"},
        )
        self.assertEqual(contractors.mapped("state"), ["in_scope", "in_scope"])
        risks = contractors.assessment_ids
        self.assertEqual(risks.mapped("state"), ["accepted"] * 4)
        self.assertEqual(risks.accepted_by_id, self.chain.people["representative"])

    def test_contractor_statements(self):
        """All are confirmed but one, which keeps the last period open."""
        statements = self._find("asi.coc.contractor.statement")
        self.assertEqual(
            {state: len(ones) for state, ones in statements.grouped("state").items()},
            {"confirmed": 7, "asked": 1},
        )
        asked = statements.filtered(lambda one: one.state == "asked")
        self.assertEqual(asked.partner_id, self._partner("homogeniser"))
        self.assertEqual(asked.date_start, date(2025, 10, 1))
        answered = statements - asked
        self.assertEqual(set(answered.mapped("is_from_portal")), {True})

    def test_contractor_difference(self):
        rows = self._find("asi.coc.contractor.reconciliation")
        released = rows.filtered(lambda row: row.state == "released")
        self.assertEqual(set((rows - released).mapped("state")), {"agrees"})
        self.assertEqual(
            (released.difference, released.allowed, released.held_mass), (-10, 7, 0)
        )
        self.assertEqual(released.period_id.date_start, date(2025, 4, 1))
        self.assertEqual(released.error_id.state, "prevented")
        entries = self._find(
            "asi.coc.entry",
            ("contractor_id", "!=", False),
            ("product_id", "=", False),
        )
        self.assertEqual(len(entries), 4)
        self.assertEqual(sum(entries.mapped("mass")), 0)

    def test_sawn_billet_goes_to_the_customer(self):
        """Each quarter 380 t leave the saw with a CoC Document."""
        documents = self._find(
            "asi.coc.document", ("direction", "=", "issued"), ("state", "=", "issued")
        )
        self.assertEqual(len(documents), 15)
        self.assertEqual(sum(documents.mapped("coc_mass")), 7_220)
        sawn = documents.filtered(
            lambda one: one.picking_ids.move_ids.product_id.name == "Sawn Billet"
        )
        self.assertEqual(sawn.mapped("coc_mass"), [380] * 4)
        self.assertEqual(sawn.customer_id, self._partner("press"))

    # -- today ----------------------------------------------------------------
    def test_scrap_waits(self):
        """The storekeeper assesses the load: 450 t, eligible."""
        receipt = self.chain.recyclers_today.receipt
        self.assertEqual(receipt.state, "done")
        self.assertEqual(receipt.coc_scrap_state, "to_assess")
        waiting = self._find("asi.coc.scrap.to.assess")
        self.assertEqual(waiting.picking_id, receipt.sudo())
        period = self.recycler.period_ids.filtered(
            lambda one: one.date_start <= self.chain.campaign.today <= one.date_end
        )
        remelter = self._balance(REMELTING, period.date_start)
        self.assertEqual((remelter.coc_input, remelter.non_coc_inflow), (0, 450))
        self.chain.recycler.assess(receipt)
        self.assertEqual((remelter.coc_input, remelter.non_coc_inflow), (450, 0))

    def test_portal_waits(self):
        """The dismantler has two things to answer, the heat treatment one."""
        supplier = self.chain.recycler.acting_for("dismantler")
        questionnaires = supplier["asi.coc.questionnaire"]._find_for_portal()
        self.assertEqual(questionnaires.mapped("state"), ["sent"])
        told = supplier["asi.coc.policy.communication"]._find_for_portal()
        self.assertEqual(told.mapped("state"), ["sent"])
        contractor = self.chain.recycler.acting_for("homogeniser")
        statements = contractor["asi.coc.contractor.statement"].search([])
        self.assertEqual(statements.sorted("date_start")[-1:].state, "asked")
        self.assertEqual(len(statements), 4)
