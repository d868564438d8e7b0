from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from odoo import SUPERUSER_ID
from odoo.tests import HttpCase, tagged

from ..demo import chain, output
from .common_auditee import AuditeeMixin
from .common_demo import RecyclerMixin
from .common_demo_management import ManagementMixin
from .common_demo_year_end import YearEndMixin

REFINING, SMELTING = "alumina_refining", "smelting"
CASTHOUSE, MILL = "casthouse", "post_casthouse"
#: By first day and activity, in tonnes: entitlement, CoC output, brought forward,
#: used, expired, carried, overdraw, made up. Worked out by hand.
ACME = {
    (date(2024, 1, 1), REFINING): (100_000, 50_000, 0, 0, 0, 50_000, 0, 0),
    (date(2025, 1, 1), REFINING): (600_000, 600_000, 50_000, 50_000, 0, 50_000, 0, 0),
}
SMELTING_COMPANY = {
    (date(2024, 7, 1), SMELTING): (26_000, 0, 0, 0, 0, 1_520, 0, 0),
    (date(2025, 1, 1), SMELTING): (156_000, 2_000, 1_520, 1_520, 0, 8_640, 0, 0),
    (date(2025, 7, 1), SMELTING): (156_000, 2_000, 8_640, 8_640, 0, 15_760, 0, 0),
    (date(2024, 7, 1), CASTHOUSE): (24_000, 2_000, 0, 0, 0, 22_000, 0, 0),
    (date(2025, 1, 1), CASTHOUSE): (144_000, 125_500, 22_000, 22_000, 0, 40_500, 0, 0),
    (date(2025, 7, 1), CASTHOUSE): (144_000, 132_000, 40_500, 40_500, 0, 52_500, 0, 0),
}
ROLLERS = {
    (date(2024, 10, 1), MILL): (1_600, 0, 0, 0, 0, 1_600, 0, 0),
    (date(2025, 1, 1), MILL): (1_200, 1_000, 1_600, 1_000, 600, 1_200, 0, 0),
    (date(2025, 4, 1), MILL): (3_200, 4_800, 1_200, 1_200, 0, 0, 400, 0),
    (date(2025, 7, 1), MILL): (4_800, 3_600, 0, 0, 0, 800, 0, 400),
    (date(2025, 10, 1), MILL): (4_800, 4_500, 800, 800, 0, 1_100, 0, 0),
}
FIGURES = (
    "entitlement",
    "coc_output",
    "positive_balance_brought",
    "positive_balance_used",
    "positive_balance_expired",
    "positive_balance_carried",
    "overdraw",
    "overdraw_brought",
)


@tagged("post_install", "-at_install")
class TestDemo(AuditeeMixin, RecyclerMixin, ManagementMixin, YearEndMixin, HttpCase):
    """Five companies live their year; the figures are those worked out by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        # The test rolls everything back, so nothing may be committed.
        cls.chain = chain.live(cls.env, folder.name, commit=lambda: None)
        (
            cls.acme,
            cls.smelting_company,
            cls.rollers,
            cls.recycler,
            cls.auditee,
        ) = cls.chain.scopes

    def _read(self, scope):
        return {
            (balance.period_id.date_start, balance.activity_id.code): tuple(
                balance[name] for name in FIGURES
            )
            for balance in output.get_periods(scope).balance_ids
        }

    def test_refinery(self):
        self.assertEqual(self._read(self.acme), ACME)

    def test_smelter_and_casthouse(self):
        self.assertEqual(self._read(self.smelting_company), SMELTING_COMPANY)

    def test_mill(self):
        """Q1: part used, part expired. Q2: an overdraw. Q3: it is made up."""
        self.assertEqual(self._read(self.rollers), ROLLERS)

    def test_carried_becomes_brought(self):
        for scope in self.chain.scopes:
            periods = output.get_periods(scope)
            for before, after in zip(periods, periods[1:], strict=False):
                carried = before.balance_ids.mapped("positive_balance_carried")
                brought = after.balance_ids.mapped("positive_balance_brought")
                self.assertEqual(carried, brought, after.display_name)

    def test_figure_11(self):
        document = output.find_figure(self.env, "Figure 11")
        self.assertEqual(document.state, "issued")
        self.assertEqual(document.date, date(2025, 7, 11))
        self.assertEqual(document.issuer_id.name, "Acme Alumina")
        self.assertEqual(document.issuer_certificate, "C00015")
        self.assertEqual(document.responsible, "Jan Rogers, VP Sales")
        self.assertEqual(document.customer_id.name, "The 1886 Smelting Company")
        self.assertEqual(document.customer_certificate, "C00037")
        self.assertEqual(
            document.customer_responsible, "Pierre Thiebault, Receiving Department"
        )
        self.assertIn("1000 Element Rd", document.issuer_address)
        self.assertIn("Crystal Falls, Quebec", document.customer_address)
        self.assertEqual(document.line_ids.mapped("material"), ["alumina"])
        self.assertEqual(document.line_ids.mapped("form"), ["Alumina"])
        self.assertEqual(document.coc_mass, 100_000)
        self.assertEqual(document.total_mass, 200_000)
        self.assertIn("ISO14001", document.supplementary_information)

    def test_figure_12(self):
        document = output.find_figure(self.env, "Figure 12")
        self.assertEqual(document.state, "issued")
        self.assertEqual(document.date, date(2025, 7, 29))
        self.assertEqual(document.issuer_certificate, "C00037")
        self.assertEqual(document.customer_id.name, "Rollers United")
        self.assertEqual(document.customer_certificate, "C00059")
        self.assertEqual(document.customer_responsible, "Matthew Johnson")
        self.assertEqual(document.line_ids.mapped("form"), ["Rolling Slab"])
        self.assertEqual(document.coc_mass, 2_000)
        self.assertEqual(document.total_mass, 2_000)
        self.assertEqual(document.carbon_footprint, 5.7)
        self.assertEqual(
            document.carbon_method, "IAI 2021 for Primary Aluminium (100%) input"
        )

    def test_document_counts_at_the_receiver(self):
        """What one company issues, the next one has verified (10.2)."""
        for figure, mass in (("Figure 11", 100_000), ("Figure 12", 2_000)):
            issued = output.find_figure(self.env, figure)
            received = self.env["asi.coc.document"].search(
                [
                    ("direction", "=", "received"),
                    ("name", "=", issued.name),
                    ("issuer_id", "=", issued.issuer_id.id),
                ]
            )
            self.assertEqual(received.state, "verified")
            self.assertEqual(received.coc_mass, mass)
            entries = self.env["asi.coc.entry"].search(
                [("document_id", "=", received.id)]
            )
            self.assertEqual(sum(entries.mapped("mass")), mass)

    def test_strike(self):
        """18 June passed on a manager's reason, and the record explains 400 t."""
        strike = self.env["asi.coc.force.majeure"].search(
            [("period_id.scope_id", "=", self.rollers.id)]
        )
        self.assertEqual(strike.period_id.date_start, date(2025, 4, 1))
        self.assertEqual(strike.period_id.state, "closed")
        self.assertEqual(strike.affected_mass, 2_000)
        delivery = self.env["stock.picking"].search(
            [
                ("company_id", "=", self.rollers.company_id.id),
                ("coc_short_term_reason", "!=", False),
            ]
        )
        self.assertEqual(delivery.date_done.date(), date(2025, 6, 18))
        self.assertEqual(delivery.move_ids.coc_designated_qty, 1_800)
        self.assertEqual(
            delivery.coc_short_term_user_id, self.chain.people["representative"]
        )

    def test_periods(self):
        """All are closed but the last one of each company, with live figures."""
        periods = self.env["asi.coc.period"].union(
            *(output.get_periods(scope) for scope in self.chain.scopes)
        )
        self.assertEqual(len(periods), 15)
        open_periods = periods.filtered(lambda period: period.state != "closed")
        self.assertEqual(open_periods.scope_id, self.chain.scopes)
        self.assertEqual(
            open_periods.mapped("date_end"), [date(2025, 12, 31)] * len(open_periods)
        )
        self.assertEqual(len(open_periods), 5)
        self.assertEqual(periods.closing_ids.closed_by_id, self.chain.people["officer"])

    def test_mill_s_last_quarter(self):
        """A claim that waits would count, once it is verified."""
        last = output.get_periods(self.rollers)[-1]
        self.assertEqual(last.balance_ids.available, 800)
        claims = self.env["stock.picking"].search(self.rollers._get_claims_domain())
        # They were left for long: the certificate has to be checked again (10.3).
        self.chain.mill.look_up(claims.partner_id)
        claims.with_user(self.chain.people["officer"]).action_coc_verify()
        self.assertEqual(last.balance_ids.available, 1_175)

    def test_today_has_a_period(self):
        for scope in self.chain.scopes:
            periods = scope.period_ids.sorted("date_start")
            self.assertGreater(periods[-1].date_end, date.today())
            for before, after in zip(periods, periods[1:], strict=False):
                self.assertEqual(after.date_start - before.date_end, timedelta(days=1))

    # -- today --------------------------------------------------------------
    def _get_today(self):
        """Return ``{activity code: balance}`` of the smelter's running period."""
        today = self.chain.campaign.today
        period = self.smelting_company.period_ids.filtered(
            lambda period: period.date_start <= today <= period.date_end
        )
        return {balance.activity_id.code: balance for balance in period.balance_ids}

    def _verify_claim(self):
        claims = self.env["stock.picking"].search(
            self.smelting_company._get_claims_domain()
        )
        self.assertEqual(claims.move_ids.coc_claimed_mass, 20_000)
        claims.with_user(self.chain.people["officer"]).action_coc_verify()

    def test_campaign(self):
        """In the days before today metal was made, and some of it sold as CoC."""
        today = self._get_today()
        smelting, casthouse = today[SMELTING], today[CASTHOUSE]
        self.assertEqual(
            (smelting.coc_input, smelting.non_coc_inflow, smelting.entitlement),
            (50_000, 50_000, 26_000),
        )
        self.assertEqual(smelting.intra_entity_out, 25_500)
        self.assertEqual(
            (casthouse.inflow_percentage, casthouse.entitlement), (50, 25_000)
        )
        self.assertEqual(
            (casthouse.coc_output, casthouse.total_outflow), (8_000, 20_000)
        )
        self._verify_claim()
        self.assertEqual((smelting.coc_input, smelting.entitlement), (70_000, 36_400))
        self.assertEqual(
            (casthouse.inflow_percentage, casthouse.entitlement), (70, 35_000)
        )

    def test_receipt_waits(self):
        """The storekeeper marks and validates it, the officer verifies."""
        people, smelting = self.chain.people, self._get_today()[SMELTING]
        receipt = self.chain.campaign.purchase.sudo().picking_ids
        self.assertEqual(receipt.state, "assigned")
        self.assertEqual(receipt.move_ids.coc_ordered_qty, 25_000)
        receipt = receipt.with_user(people["storekeeper"])
        receipt.action_coc_claim_as_ordered()
        receipt.coc_document_reference = "SPA-130"
        receipt.button_validate()
        self.assertEqual(receipt.state, "done")
        self.assertEqual((smelting.coc_input, smelting.inflow_percentage), (50_000, 40))
        # What was wanted before can still be had.
        casthouse, campaign = self._get_today()[CASTHOUSE], self.chain.campaign
        brought = casthouse.positive_balance_brought
        self.assertEqual(casthouse.headroom, brought)
        delivery = campaign.sale.sudo().picking_ids
        self.assertEqual(delivery.move_ids.coc_available_qty, 8_000 + brought)
        quoted = campaign.quotation.order_line
        self.assertEqual(quoted.coc_available_qty, 4_000 + brought)
        self.chain.campaign.smelter.type_document(receipt)
        receipt.with_user(people["officer"]).action_coc_verify()
        self.assertEqual((smelting.coc_input, smelting.inflow_percentage), (75_000, 60))

    def test_delivery_waits(self):
        """It proposes what is wanted, and takes all that is available."""
        sale, casthouse = self.chain.campaign.sale, self._get_today()[CASTHOUSE]
        brought = casthouse.positive_balance_brought
        self.assertEqual(sale.state, "sale")
        delivery = sale.sudo().picking_ids
        self.assertEqual(delivery.state, "assigned")
        self.assertEqual(delivery.move_ids.coc_designated_qty, 6_000)
        self.assertEqual(delivery.move_ids.coc_available_qty, 12_000 + brought)
        self._verify_claim()
        delivery.invalidate_recordset()
        delivery.move_ids.invalidate_recordset(["coc_available_qty"])
        self.assertEqual(delivery.move_ids.coc_available_qty, 20_000 + brought)
        delivery = delivery.with_user(self.chain.people["storekeeper"])
        delivery.move_ids.coc_designated_qty = 20_000
        delivery.button_validate()
        self.assertEqual(delivery.sudo().coc_document_ids.state, "issued")
        self.assertEqual(casthouse.coc_output, 28_000)

    def test_quotation_waits(self):
        """It shows what is available now."""
        line = self.chain.campaign.quotation.order_line
        brought = self._get_today()[CASTHOUSE].positive_balance_brought
        self.assertEqual(line.order_id.state, "draft")
        self.assertEqual(line.coc_wanted_qty, 4_000)
        self.assertEqual(line.coc_available_qty, 7_000 + brought)

    def test_everybody_sees_units(self):
        for user in self.chain.people.values():
            self.assertTrue(user.has_group("uom.group_uom"), user.login)

    # -- all of it ----------------------------------------------------------

    def test_ledger(self):
        """Totals equal entries; everything is classed, in time, in its period."""
        self.assertEqual(self.env["asi.coc.total"]._find_differences(), [])
        entries = self.env["asi.coc.entry"].search(
            [("scope_id", "in", self.chain.scopes.ids)]
        )
        self.assertFalse(entries.filtered(lambda entry: entry.status == "unclassified"))
        self.assertFalse(entries.filtered("late"))
        for entry in entries:
            self.assertLessEqual(entry.period_id.date_start, entry.date)
            self.assertGreaterEqual(entry.period_id.date_end, entry.date)

    def test_stock(self):
        """Only the orders of today are left to do, and no stock is negative."""
        companies = self.chain.scopes.company_id
        moves = self.env["stock.move"].search(
            [("company_id", "in", companies.ids), ("state", "!=", "done")]
        )
        waiting = (self.chain.campaign.purchase, self.chain.campaign.sale)
        self.assertEqual(
            moves.picking_id, waiting[0].sudo().picking_ids | waiting[1].picking_ids
        )
        quants = self.env["stock.quant"].search(
            [
                ("company_id", "in", companies.ids),
                ("location_id.usage", "=", "internal"),
            ]
        )
        left = {
            (quant.company_id.name, quant.product_id.name): quant.quantity
            for quant in quants
            if quant.quantity
        }
        self.assertEqual(
            left,
            {
                ("Acme Alumina", "Alumina"): 100_000,
                ("The 1886 Smelting Company", "Rolling Slab"): 30_000,
                ("Rollers United", "Can Body Coil"): 200,
                ("Rollers United", "Rolling Slab"): 500,
                # What the last cast left, for the remelter (4.2c).
                ("Oude Haven Remelting", "Own Dross"): 40,
                # Today's load, to be assessed.
                ("Oude Haven Remelting", "Post-Consumer Scrap"): 500,
            },
        )

    def test_lots(self):
        """The slab of figure 12 leads back to its cast (5.2)."""
        document = output.find_figure(self.env, "Figure 12")
        lot = document.picking_ids.move_line_ids.lot_id
        self.assertEqual(lot.name, "CF2506-A")
        self.assertEqual(lot.coc_status, "coc")

    def test_people(self):
        """Storekeepers move and salespeople sell, with their own rights."""
        people = self.chain.people
        companies = self.chain.scopes.company_id
        for model, role, domain in (
            ("sale.order", "salesperson", []),
            # Odoo orders itself what a contractor delivers.
            ("purchase.order", "buyer", [("create_uid", "!=", SUPERUSER_ID)]),
            # A contractor's work comes with its order.
            ("mrp.production", "storekeeper", [("subcontractor_id", "=", False)]),
        ):
            records = self.env[model].search(
                [("company_id", "in", companies.ids), *domain]
            )
            self.assertTrue(records)
            self.assertEqual(records.create_uid, people[role], model)
        self.assertEqual(
            self.chain.logins,
            [
                "demo-salesperson",
                "demo-buyer",
                "demo-storekeeper",
                "demo-accountant",
                "demo-officer",
                "demo-representative",
                "demo-auditor",
                "demo-supplier",
                "demo-yard",
                "demo-dross-dealer",
                "demo-contractor",
                "demo-saw",
            ],
        )

    def test_files(self):
        """Documents and statements are there, the figures in front."""
        names = [path.name for path in self.folder.rglob("*") if path.is_file()]
        documents = self.env["asi.coc.document"].search_count(
            [("scope_id", "in", self.chain.scopes.ids), ("direction", "=", "issued")]
        )
        issued = [name for name in names if name[:2] == "20"]
        self.assertEqual(len(issued), documents)
        self.assertEqual(len([name for name in names if name.endswith(".xlsx")]), 15)
        statements = [name for name in names if name.startswith("CoC Statement")]
        self.assertEqual(len(statements), 30)
        for figure in ("Figure 11", "Figure 12"):
            self.assertEqual(len([name for name in names if figure in name]), 1)
