from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import UserCase

STATUS = "asi.coc.certificate.status"


class CertificationCase(UserCase):
    """Smelter, casthouse and mill, of which certificates lapse."""

    def suspend(self, certificate, day, status="suspended"):
        certificate.status_ids = [Command.create({"date": day, "status": status})]

    def drift(self):
        self.scope.action_check_drift()
        return self.env["asi.coc.drift"].search([("state", "=", "found")])

    def deliver_slab(self, designated=10):
        return self.deliver(self.slab, 10, designated=designated)


@tagged("post_install", "-at_install")
class TestCertificationOnTheDay(CertificationCase):
    """3.1–3.3, 4.1, 5.1, 6.1 a, b: certified on the day, by both standards."""

    def state(self, name):
        self.env.invalidate_all()
        facility = self.facility(name)
        return facility.certification_state, facility.certified_until

    def test_certified_until_the_first_certificate_ends(self):
        self.assertEqual(self.state("Casthouse"), ("certified", date(2026, 12, 31)))
        self.performance.date_end = "2025-12-31"
        self.assertEqual(self.state("Casthouse"), ("certified", date(2025, 12, 31)))
        reason = self.facility("Casthouse").certification_reason
        for fragment in ("C00037", "P00037", "5.1a", "5.1b"):
            self.assertIn(fragment, reason)

    def test_ends_soon(self):
        self.performance.date_end = "2025-05-09"
        self.assertEqual(self.state("Casthouse"), ("ending", date(2025, 5, 9)))

    def test_lapses_after_its_last_day(self):
        self.performance.date_end = "2025-03-10"
        self.assertEqual(self.state("Casthouse"), ("ending", date(2025, 3, 10)))
        self.at("2025-03-11")
        self.assertEqual(self.state("Casthouse"), ("not_certified", False))
        reason = self.facility("Casthouse").certification_reason
        self.assertEqual(
            reason,
            "Certificate P00037 to the Performance Standard ended on March 10, 2025 "
            "(5.1b). Record the renewal.",
        )

    def test_suspended_from_the_day(self):
        self.suspend(self.certificate, "2025-03-10", "withdrawn")
        self.assertEqual(self.state("Smelter"), ("not_certified", False))
        self.assertIn(
            "Certificate C00037 to the Chain of Custody Standard is Withdrawn since "
            "March 10, 2025 (3.3a)",
            self.facility("Smelter").certification_reason,
        )

    def test_a_suspension_to_come_ends_it(self):
        self.suspend(self.performance, "2025-06-01")
        self.assertEqual(self.state("Mill"), ("certified", date(2025, 5, 31)))

    def test_a_renewal_goes_on(self):
        """Of the same number it counts without being named."""
        self.performance.date_end = "2025-04-30"
        self.certify(
            self.company.partner_id,
            "P00037",
            standard="performance",
            company_id=self.company.id,
            date_start="2025-05-01",
            date_end="2026-04-30",
        )
        self.assertEqual(self.state("Casthouse"), ("certified", date(2026, 4, 30)))

    def test_another_number_goes_on_and_the_earlier_one_counts_on_its_days(self):
        self.performance.date_end = "2025-04-30"
        renewed = self.certify(
            self.company.partner_id,
            "P00038",
            standard="performance",
            date_start="2025-05-01",
        )
        casthouse = self.facility("Casthouse")
        casthouse.certificate_id = renewed
        self.assertEqual(casthouse.earlier_certificate_ids, self.performance)
        self.assertEqual(self.state("Casthouse"), ("certified", date(2026, 12, 31)))
        self.receive(self.slab, 10, claimed=10)
        self.assertEqual(self.entries(self.deliver_slab()), {("output", "coc"): 10})

    def test_the_coc_certificate_covers_the_activity(self):
        self.certificate.supply_chain_activity_ids = self._activity("smelting")
        self.assertEqual(self.state("Smelter")[0], "certified")
        self.assertEqual(self.state("Casthouse"), ("not_certified", False))
        self.assertIn(
            "CoC certificate C00037 does not cover Casthouse (5.1a)",
            self.facility("Casthouse").certification_reason,
        )

    def test_none_at_all(self):
        casthouse = self.facility("Casthouse")
        casthouse.certificate_id = False
        self.assertIn(
            "No certificate to the Performance Standard (5.1b). Record it on the "
            "facility.",
            casthouse.certification_reason,
        )
        self.scope.certificate_id = False
        self.env.invalidate_all()
        self.assertIn(
            "names no CoC certificate of the entity (5.1a)",
            casthouse.certification_reason,
        )

    def test_a_contractors_site_is_covered_by_section_2(self):
        self.facility("Casthouse").write(
            {
                "certificate_id": False,
                "contractor_id": self.customer.id,
            }
        )
        self.assertEqual(self.state("Casthouse"), ("certified", date(2026, 12, 31)))

    def test_found_by_state(self):
        self.facility("Mill").certificate_id = False
        facilities = self.env["asi.coc.facility"]
        found = facilities.search(
            [
                ("certification_state", "=", "not_certified"),
                ("scope_id", "=", self.scope.id),
            ]
        )
        self.assertEqual(found, self.facility("Mill"))

    def test_certificates_open_from_the_facility(self):
        action = self.facility("Mill").action_open_certificates()
        found = self.env["asi.coc.certificate"].search(action["domain"])
        self.assertEqual(found, self.certificate | self.performance)

    def test_many_facilities_cost_as_much_as_one(self):
        def count(facilities):
            facilities = facilities.browse(facilities.ids)
            facilities.mapped("certification_state")
            self.env.flush_all()
            self.env.invalidate_all()
            facilities.mapped("name")
            before = self.env.cr.sql_log_count
            facilities.mapped("certification_state")
            return self.env.cr.sql_log_count - before

        one = count(self.facility("Mill"))
        self.assertEqual(count(self.scope.facility_ids), one)


@tagged("post_install", "-at_install")
class TestPostCasthouse(CertificationCase):
    """6.1b: certified within two years of joining ASI."""

    def setUp(self):
        super().setUp()
        self.scope.member_since = "2024-02-01"
        self.mill = self.facility("Mill")
        self.mill.write(
            {
                "certificate_id": False,
                "earlier_certificate_ids": [Command.clear()],
            }
        )
        self.receive(self.coil, 100, claimed=100, place=self.mill_place)

    def deliver_coil(self):
        return self.deliver(self.coil, 10, designated=10, place=self.mill_place)

    def test_planned_within_two_years(self):
        self.mill.performance_date = "2026-02-01"
        self.assertEqual(self.mill.certification_state, "planned")
        self.assertEqual(self.mill.certified_until, date(2026, 2, 1))
        self.assertEqual(self.entries(self.deliver_coil()), {("output", "coc"): 10})

    def test_lapses_after_two_years(self):
        self.mill.performance_date = "2025-12-01"
        self.open_period("2026-01-01", "2026-12-31")
        self.at("2026-02-01")
        self.receive(self.coil, 100, claimed=100, place=self.mill_place)
        self.deliver_coil()
        self.at("2026-02-02")
        with self.refused(
            UserError,
            "Mill (Post-Casthouse) is not certified on February 2, 2026",
            "joining ASI on February 1, 2024 ended on February 1, 2026 (6.1b)",
            "deliver without a designation",
        ):
            self.deliver_coil()

    def test_a_certificate_ends_the_waiting(self):
        self.mill.performance_date = "2026-02-01"
        self.mill.certificate_id = self.performance
        self.assertEqual(self.mill.certification_state, "certified")
        self.assertEqual(self.mill.certified_until, date(2026, 12, 31))

    def test_planned_too_late(self):
        self.mill.performance_date = "2026-02-02"
        with self.refused(
            UserError, "planned by February 2, 2026, but due by February 1, 2026"
        ):
            self.deliver_coil()

    def test_without_a_plan(self):
        with self.refused(
            UserError, "nor a day by which it is planned (6.1b)", "February 1, 2026"
        ):
            self.deliver_coil()

    def test_only_post_casthouse(self):
        casthouse = self.facility("Casthouse")
        casthouse.write({"certificate_id": False, "performance_date": "2025-12-01"})
        casthouse.earlier_certificate_ids = False
        self.assertEqual(casthouse.certification_state, "not_certified")

    def test_a_document_says_what_the_facility_plans(self):
        self.mill.performance_date = "2026-02-01"
        record = self.env["asi.coc.sustainability"].create(
            {"period_id": self.period.id}
        )
        self.assertEqual(record.performance_date, date(2026, 2, 1))


@tagged("post_install", "-at_install")
class TestAdmission(CertificationCase):
    """What comes into force needs its certificates."""

    def add(self, **values):
        place = self._create_location("Foundry")
        return self.add_facility("Foundry", "casthouse", place, **values)

    def test_added_to_an_active_scope(self):
        with self.refused(
            UserError,
            "Foundry (Casthouse) is not certified",
            "(5.1b)",
            "Record it on the facility",
            "keep the facility archived",
        ):
            self.add(certificate_id=False)
        self.assertEqual(self.add().certification_state, "certified")

    def test_through_the_form_of_the_scope(self):
        place = self._create_location("Foundry")
        with (
            self.refused(UserError, "Foundry (Casthouse)", "(5.1b)"),
            Form(self.scope.with_context(tracking_disable=True)) as form,
            form.facility_ids.new() as line,
        ):
            line.name = "Foundry"
            line.activity_id = self._activity("casthouse")
            line.location_id = place

    def test_restored(self):
        foundry = self.add(certificate_id=False, active=False)
        with self.refused(UserError, "Foundry (Casthouse)", "(5.1b)"):
            foundry.active = True
        foundry.certificate_id = self.performance
        foundry.active = True
        self.assertEqual(foundry.certification_state, "certified")

    def test_a_contractors_site_needs_none(self):
        foundry = self.add(certificate_id=False, contractor_id=self.customer.id)
        with self.refused(UserError, "Foundry (Casthouse)", "(5.1b)"):
            foundry.contractor_id = False

    def test_activated(self):
        self.scope.action_suspend()
        self.facility("Mill").certificate_id = False
        with self.refused(
            UserError, "Mill (Post-Casthouse) is not certified", "(6.1b)"
        ):
            self.scope.action_activate()
        self.facility("Mill").certificate_id = self.performance
        self.scope.action_activate()
        self.assertEqual(self.scope.state, "active")

    def test_a_scope_restored(self):
        self.scope.active = False
        self.facility("Mill").certificate_id = False
        with self.refused(UserError, "Mill (Post-Casthouse)", "(6.1b)"):
            self.scope.active = True

    def test_what_is_in_force_stays(self):
        """A lapse takes nothing out of force: it shows, and claims nothing."""
        self.facility("Mill").certificate_id = False
        self.assertEqual(self.scope.state, "active")
        self.facility("Mill").declared_yield = 0.8
        self.assertEqual(
            self.entries(self.receive(self.coil, 5, place=self.mill_place)),
            {("input", "non_coc"): 5},
        )


@tagged("post_install", "-at_install")
class TestDeliveries(CertificationCase):
    """From the day of a lapse nothing leaves as CoC Material."""

    def setUp(self):
        super().setUp()
        self.receive(self.slab, 100, claimed=100)

    def test_until_the_last_day(self):
        self.performance.date_end = "2025-04-30"
        self.at("2025-04-30")
        self.assertEqual(self.entries(self.deliver_slab()), {("output", "coc"): 10})
        self.at("2025-05-01")
        with self.refused(
            UserError,
            "designates 10 Ton of Slab as CoC Material",
            "Casthouse (Casthouse) is not certified on May 1, 2025",
            "Certificate P00037 to the Performance Standard ended on April 30, 2025 "
            "(5.1b)",
            "Or deliver without a designation",
        ):
            self.deliver_slab()
        self.assertEqual(
            self.entries(self.deliver_slab(designated=0)), {("output", "non_coc"): 10}
        )

    def test_from_the_day_of_a_suspension_to_its_end(self):
        self.suspend(self.certificate, "2025-04-01")
        self.suspend(self.certificate, "2025-06-01", "certified")
        for day, allowed in (
            ("2025-03-31", True),
            ("2025-04-01", False),
            ("2025-05-31", False),
            ("2025-06-01", True),
        ):
            self.at(day)
            with self.subTest(day=day):
                if allowed:
                    self.deliver_slab()
                    continue
                with self.refused(UserError, "C00037", "(5.1a)"):
                    self.deliver_slab()

    def test_withdrawn(self):
        self.suspend(self.performance, "2025-03-10", "withdrawn")
        with self.refused(UserError, "P00037", "Withdrawn since March 10, 2025"):
            self.deliver_slab()

    def test_the_storekeeper_is_told_too(self):
        self.suspend(self.performance, "2025-03-10")
        self.as_user(self.storekeeper)
        with self.refused(UserError, "P00037", "(5.1b)"):
            self.deliver_slab()

    def test_nothing_is_available_and_why(self):
        self.suspend(self.performance, "2025-04-01")
        for day, available in (("2025-03-31", 100), ("2025-04-01", 0)):
            self.at(day)
            order = self.order(self.slab, 100, wanted=20)
            delivery = self.plan_delivery({"product": self.slab, "quantity": 100})
            with self.subTest(day=day):
                line = order.order_line
                self.assertEqual(line.coc_available_qty, available)
                self.assertEqual(delivery.move_ids.coc_available_qty, available)
        reason = "Certificate P00037 to the Performance Standard is Suspended"
        for record in (line, order, delivery.move_ids, delivery):
            self.assertIn(reason, record.coc_unavailable_reason)

    def test_who_sells_sees_why(self):
        self.suspend(self.performance, "2025-03-10")
        order = self.order(self.slab, 100, wanted=20).with_user(self.salesperson)
        self.assertIn("(5.1b)", order.order_line.coc_unavailable_reason)

    def test_the_other_facilities_go_on(self):
        """Each facility by its own certificate."""
        own = self.certify(self.company.partner_id, "P00038", standard="performance")
        self.facility("Mill").certificate_id = own
        self.suspend(self.performance, "2025-03-10")
        self.receive(self.coil, 10, claimed=10, place=self.mill_place)
        delivery = self.deliver(self.coil, 10, designated=10, place=self.mill_place)
        self.assertEqual(self.entries(delivery), {("output", "coc"): 10})

    def test_a_return_takes_back_what_was_delivered(self):
        delivery = self.deliver_slab()
        self.suspend(self.performance, "2025-04-01")
        self.at("2025-04-02")
        returned = self.give_back(delivery, 10)
        self.assertEqual(self.entries(returned), {("output", "coc"): -10})

    def test_a_document_is_not_issued(self):
        self.scope.issue_automatically = False
        delivery = self.deliver_slab()
        document = delivery.coc_document_ids
        self.assertEqual(document.state, "draft")
        self.suspend(self.performance, "2025-03-10")
        with self.refused(
            UserError,
            "Casthouse (Casthouse) was not certified on March 10, 2025",
            "P00037",
            "(5.1b)",
            "delete this draft",
        ):
            document.action_issue()

    def test_what_left_before_the_lapse_still_gets_its_document(self):
        self.scope.issue_automatically = False
        document = self.deliver_slab().coc_document_ids
        self.suspend(self.performance, "2025-03-11")
        self.at("2025-03-20")
        document.action_issue()
        self.assertEqual(document.state, "issued")

    def test_a_designation_costs_a_few_queries_more(self):
        """And a delivery without one none."""

        def count(designated):
            delivery = self.plan_delivery(
                {
                    "product": self.slab,
                    "quantity": 1,
                    "coc_designated_qty": designated,
                }
            )
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.validate(delivery)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        self.scope.issue_automatically = False
        count(0), count(1)
        counts = []
        for certificates in range(2):
            for number in range(10 * certificates):
                self.certify(self.company.partner_id, f"X{number}")
            counts.append((count(0), count(1)))
        self.assertEqual(counts[0], counts[1])


@tagged("post_install", "-at_install")
class TestIntraEntity(CertificationCase):
    """What leaves an uncertified facility arrives as Non-CoC Material."""

    def setUp(self):
        super().setUp()
        self.receive(self.slab, 100, claimed=80)

    def roll(self, quantity=50):
        return self.move_inside(
            self.slab, quantity, self.casthouse_place, self.mill_place
        )

    def test_on_the_day(self):
        self.suspend(self.performance, "2025-04-01")
        self.at("2025-03-31")
        self.assertEqual(
            self.entries(self.roll()),
            {("intra_entity_out", "pooled"): 50, ("intra_entity_in", "pooled"): 50},
        )
        self.at("2025-04-01")
        self.assertEqual(
            self.entries(self.roll()),
            {("intra_entity_out", "non_coc"): 50, ("intra_entity_in", "non_coc"): 50},
        )
        casthouse, mill = self.balance("casthouse"), self.balance("post_casthouse")
        self.assertEqual(casthouse.intra_entity_outflow, 50)
        self.assertEqual(casthouse.intra_entity_out, 40)
        self.assertEqual(casthouse.total_outflow, 100)
        # 80 in, 40 passed on
        self.assertEqual(casthouse.positive_balance_carried, 40)
        self.assertEqual(mill.intra_entity_in, 40)
        # 40 of 100 t
        self.assertEqual(mill.inflow_percentage, 40)

    def test_into_a_manufacturing_order(self):
        self.suspend(self.performance, "2025-03-10")
        order = self.produce(
            self.coil, 45, [(self.slab, 50)], self.casthouse_place, self.mill_place
        )
        self.assertEqual(
            self.entries(order),
            {
                ("consumption", "pooled"): 50,
                ("production", "pooled"): 45,
                ("intra_entity_out", "non_coc"): 45,
                ("intra_entity_in", "non_coc"): 45,
            },
        )

    def test_the_receiving_facility_is_uncertified(self):
        """It gets no CoC part: another facility could put it out."""
        own = self.certify(self.company.partner_id, "P00038", standard="performance")
        self.facility("Mill").certificate_id = own
        self.suspend(own, "2025-03-10")
        self.assertEqual(
            self.entries(self.roll()),
            {("intra_entity_out", "non_coc"): 50, ("intra_entity_in", "non_coc"): 50},
        )
        with self.refused(UserError, "P00038", "(6.1b)"):
            self.deliver(self.slab, 10, designated=8, place=self.mill_place)

    def test_the_statement_names_both(self):
        own = self.facility("Casthouse")
        self.roll()
        self.suspend(self.performance, "2025-04-01")
        self.at("2025-04-01")
        self.roll(30)
        statement = self.env["asi.coc.statement"]._get_statement(self.period)
        casthouse = next(
            row
            for row in statement["activities"]
            if row["code"] == own.activity_id.code
        )
        (flow,) = casthouse["intra_entity_out"]
        self.assertEqual((flow["mass"], flow["coc_mass"]), (80, 40))

    def test_an_internal_document_has_no_claim(self):
        self.suspend(self.performance, "2025-03-10")
        with self.refused(UserError, "has no CoC Document"):
            self.env["asi.coc.document"]._draft_internal(self.roll())


@tagged("post_install", "-at_install")
class TestLaterChanges(CertificationCase):
    """Certificates entered or changed later: one answer, posted at once."""

    def setUp(self):
        super().setUp()
        self.receive(self.slab, 100, claimed=100)

    def test_a_backdated_suspension_is_posted_at_once(self):
        delivery = self.deliver_slab()
        passed_on = self.move_inside(
            self.slab, 50, self.casthouse_place, self.mill_place
        )
        document = delivery.coc_document_ids
        self.assertEqual(document.state, "issued")
        self.at("2025-03-20")
        self.suspend(self.performance, "2025-03-01")
        self.assertEqual(
            self.entries(delivery), {("output", "coc"): 0, ("output", "non_coc"): 10}
        )
        self.assertEqual(
            self.entries(passed_on),
            {
                ("intra_entity_out", "pooled"): 0,
                ("intra_entity_out", "non_coc"): 50,
                ("intra_entity_in", "pooled"): 0,
                ("intra_entity_in", "non_coc"): 50,
            },
        )
        self.assertEqual(document._get_contradicted(), document)
        self.assertIn(
            "Void the CoC Document", document.activity_ids.mapped("summary")[0]
        )
        self.assertFalse(self.drift())

    def test_and_taken_back_when_it_was_wrong(self):
        delivery = self.deliver_slab()
        self.at("2025-03-20")
        self.suspend(self.performance, "2025-03-01")
        self.performance.status_ids.status = "certified"
        self.assertEqual(
            self.entries(delivery), {("output", "coc"): 10, ("output", "non_coc"): 0}
        )
        self.assertFalse(self.drift())

    def test_a_return_follows_its_delivery(self):
        delivery = self.deliver_slab()
        returned = self.give_back(delivery, 4)
        returned_coc = self.give_back(delivery, 6)
        self.suspend(self.performance, "2025-03-01")
        everything = delivery | returned | returned_coc
        self.assertEqual(
            self.entries(everything), {("output", "coc"): 0, ("output", "non_coc"): 0}
        )
        self.assertFalse(self.drift())

    def test_each_way_to_change_it(self):
        delivery = self.deliver_slab()
        other = self.certify(
            self.customer, "P00099", standard="performance", date_start="2025-06-01"
        )
        casthouse = self.facility("Casthouse")

        def lapsed(change, undo):
            change()
            posted = self.entries(delivery)[("output", "coc")]
            self.assertFalse(self.drift())
            undo()
            self.assertFalse(self.drift())
            return posted, self.entries(delivery)[("output", "coc")]

        activities = self.certificate.supply_chain_activity_ids
        for change, undo in (
            (
                lambda: self.performance.write({"date_end": "2025-03-09"}),
                lambda: self.performance.write({"date_end": "2029-12-31"}),
            ),
            (
                lambda: self.certificate.write(
                    {"supply_chain_activity_ids": [Command.clear()]}
                ),
                lambda: self.certificate.write(
                    {"supply_chain_activity_ids": [Command.set(activities.ids)]}
                ),
            ),
            (
                lambda: casthouse.write({"certificate_id": False}),
                lambda: casthouse.write({"certificate_id": self.performance.id}),
            ),
            (
                lambda: casthouse.write(
                    {
                        "certificate_id": other.id,
                        "earlier_certificate_ids": [Command.clear()],
                    }
                )
                and casthouse.write({"earlier_certificate_ids": [Command.clear()]}),
                lambda: casthouse.write({"certificate_id": self.performance.id}),
            ),
            (
                lambda: self.scope.write({"certificate_id": False}),
                lambda: self.scope.write({"certificate_id": self.certificate.id}),
            ),
        ):
            self.assertEqual(lapsed(change, undo), (0, 10))

    def test_an_officer_records_it(self):
        delivery = self.deliver_slab()
        certificate = self.performance.with_user(self.officer)
        certificate.status_ids = [
            Command.create({"date": "2025-03-10", "status": "suspended"})
        ]
        self.assertEqual(self.entries(delivery)[("output", "coc")], 0)
        casthouse = self.facility("Casthouse").with_user(self.officer)
        casthouse.certificate_id = self.certify(
            self.company.partner_id, "P00038", standard="performance"
        )
        self.assertEqual(self.entries(delivery)[("output", "coc")], 10)

    def test_a_future_row_deleted_again(self):
        self.suspend(self.performance, "2025-04-01")
        row = self.performance.status_ids
        row.unlink()
        self.at("2025-04-01")
        self.assertEqual(self.entries(self.deliver_slab()), {("output", "coc"): 10})

    def test_closed_figures_stay(self):
        delivery = self.deliver_slab()
        self.close(self.period)
        self.suspend(self.performance, "2025-03-01")
        self.assertEqual(self.entries(delivery), {("output", "coc"): 10})
        self.assertFalse(self.drift())
        self.assertEqual(self.balance("casthouse").coc_output, 10)

    def test_reopened_they_follow(self):
        delivery = self.deliver_slab()
        self.close(self.period)
        self.suspend(self.performance, "2025-03-01")
        self.period._get_closing()._reopen("The certificate was suspended")
        self.assertEqual(self.entries(delivery)[("output", "coc")], 0)
        self.assertFalse(self.drift())

    def test_changed_while_the_scope_was_suspended(self):
        delivery = self.deliver_slab()
        self.scope.action_suspend()
        self.suspend(self.performance, "2025-03-01")
        self.assertEqual(self.entries(delivery), {("output", "coc"): 10})
        self.suspend(self.performance, "2025-03-09", "certified")
        self.suspend(self.performance, "2025-03-10", "suspended")
        self.suspend(self.performance, "2025-03-11", "certified")
        self.at("2025-03-11")
        self.scope.action_activate()
        self.assertEqual(self.entries(delivery)[("output", "coc")], 0)
        self.assertFalse(self.drift())

    def test_suppliers_certificates_concern_nobody_here(self):
        before = self.env["asi.coc.entry"].search_count([])
        supplied = self.env["asi.coc.certificate"].search(
            [("partner_id", "=", self.supplier.id)]
        )
        self.suspend(supplied, "2025-03-10")
        self.assertEqual(supplied._get_certified_facilities().ids, [])
        self.assertEqual(self.env["asi.coc.entry"].search_count([]), before)


@tagged("post_install", "-at_install")
class TestReminders(CertificationCase):
    """Managers learn in time."""

    def setUp(self):
        super().setUp()
        self.scope.representative_ids = self.representative
        self.mill = self.facility("Mill")

    def reminders(self):
        self.env["asi.coc.facility"]._cron_follow_certification()
        kind = self.env.ref("asi_coc.mail_activity_facility_certification")
        return self.mill.activity_ids.filtered(lambda one: one.activity_type_id == kind)

    def plan(self, day):
        self.scope.member_since = "2024-02-01"
        self.mill.write({"certificate_id": False, "performance_date": day})
        self.mill.earlier_certificate_ids = False

    def test_nothing_to_do(self):
        self.assertFalse(self.reminders())

    def test_ends_soon_and_is_renewed(self):
        self.performance.date_end = "2025-05-09"
        reminder = self.reminders()
        self.assertEqual(reminder.user_id, self.representative)
        self.assertEqual(reminder.date_deadline, date(2025, 5, 9))
        self.assertIn("ends on May 9, 2025", reminder.note)
        self.assertEqual(self.reminders(), reminder)
        self.performance.date_end = "2029-12-31"
        self.assertFalse(self.reminders())

    def test_done_it_is_not_told_again(self):
        self.performance.date_end = "2025-05-09"
        self.reminders().action_done()
        self.assertFalse(self.reminders())

    def test_lapsed(self):
        self.performance.date_end = "2025-03-09"
        self.assertIn("ended on March 9, 2025", self.reminders().note)

    def test_planned_date_comes_due_and_is_missed(self):
        self.plan("2025-12-01")
        self.assertFalse(self.reminders())
        self.at("2025-10-02")
        due = self.reminders()
        self.assertEqual(due.date_deadline, date(2025, 12, 1))
        self.assertIn("is to be certified", due.note)
        self.at("2025-12-01")
        self.assertEqual(self.reminders(), due)
        self.at("2025-12-02")
        missed = self.reminders()
        self.assertEqual(missed.date_deadline, date(2026, 2, 1))
        self.assertIn("was to be certified", missed.note)
        self.at("2026-02-02")
        self.assertIn("ended on February 1, 2026", self.reminders().note)


@tagged("post_install", "-at_install")
class TestExistingData(CertificationCase):
    """A database from before the rule: what is in force stays in force."""

    def upgrade(self):
        """Leave the database as the upgrade of an older one does."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE asi_coc_facility SET certificate_id = NULL")
        self.env.cr.execute(
            "UPDATE asi_coc_scope SET certification_since = %s", [self.today()]
        )
        self.env.invalidate_all()

    def today(self):
        return self.scope._get_today()

    def test_what_was_claimed_before_stands(self):
        self.receive(self.slab, 100, claimed=100)
        delivery = self.deliver(self.slab, 10, designated=10)
        self.move_inside(self.slab, 10, self.casthouse_place, self.mill_place)
        self.at("2025-03-20")
        self.upgrade()
        self.scope.action_check_drift()
        self.assertFalse(self.scope.drift_count)
        # Recording one certificate after the other changes nothing either.
        self.certificate.date_end = "2027-12-31"
        self.facility("Casthouse").certificate_id = self.performance
        self.assertEqual(self.entries(delivery), {("output", "coc"): 10})
        self.scope.action_check_drift()
        self.assertFalse(self.scope.drift_count)

    def test_the_day_is_the_upgrades(self):
        with self.refused(AccessError, "Facility Certificates Asked Since"):
            self.scope.with_user(self.representative).write(
                {"certification_since": "2030-01-01"}
            )

    def test_shown_and_without_claims(self):
        self.receive(self.slab, 100, claimed=100)
        earlier = self.deliver(self.slab, 10, designated=10)
        self.at("2025-03-20")
        self.upgrade()
        casthouse = self.facility("Casthouse")
        self.assertEqual(
            (casthouse.active, self.scope.state, casthouse.certification_state),
            (True, "active", "not_certified"),
        )
        self.assertEqual(self.entries(earlier), {("output", "coc"): 10})
        with self.refused(UserError, "(5.1b)"):
            self.deliver(self.slab, 10, designated=10)
        casthouse.certificate_id = self.performance
        self.assertEqual(
            self.entries(self.deliver(self.slab, 10, designated=10)),
            {("output", "coc"): 10},
        )
