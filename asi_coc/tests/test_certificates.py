from datetime import date

from psycopg2.errors import CheckViolation, UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import UserCase


class CertificateCase(UserCase):
    """A supplier with a certificate of 2024 to 2026."""

    supplier_certificate = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supplied = cls.certify(cls.supplier, "C00015", "alumina_refining")

    @classmethod
    def certify(cls, partner, number, *activities, **values):
        return cls.env["asi.coc.certificate"].create(
            {
                "number": number,
                "partner_id": partner.id,
                "date_start": "2024-01-01",
                "date_end": "2026-12-31",
                "company_id": cls.company.id,
                "supply_chain_activity_ids": [
                    Command.set([cls._activity(code).id for code in activities])
                ],
                **values,
            }
        )

    def history(self, certificate, *rows):
        self.env["asi.coc.certificate.status"].create(
            [
                {"certificate_id": certificate.id, "date": day, "status": status}
                for day, status in rows
            ]
        )

    def valid_days(self, certificate, *days):
        """Return the ones of ``days`` on which it holds; the SQL must agree."""
        return [
            day for day in days if certificate._is_valid_on(date.fromisoformat(day))
        ]


@tagged("post_install", "-at_install")
class TestScopeOfCertificate(CertificateCase):
    """10.3: the scope of the certificate covers the material."""

    def covered(self, certificate):
        return [
            material
            for material in ("bauxite", "alumina", "aluminium", "scrap")
            if certificate._covers(material)
        ]

    def test_materials_follow_from_activities(self):
        for activities, materials in (
            (["bauxite_mining"], ["bauxite"]),
            (["alumina_refining"], ["alumina"]),
            (["smelting"], ["aluminium", "scrap"]),
            (["remelting_refining"], ["aluminium", "scrap"]),
            (["casthouse"], ["aluminium", "scrap"]),
            (["post_casthouse"], ["aluminium", "scrap"]),
            (["bauxite_mining", "smelting"], ["bauxite", "aluminium", "scrap"]),
            ([], []),
        ):
            with self.subTest(activities=activities):
                certificate = self.certify(
                    self.customer, "-".join(activities) or "none", *activities
                )
                self.assertEqual(self.covered(certificate), materials)

    def test_a_certificate_may_be_narrower_than_its_activities(self):
        certificate = self.certify(self.customer, "C1", "casthouse")
        certificate.covers_scrap = False
        self.assertEqual(self.covered(certificate), ["aluminium"])

    def test_but_not_wider(self):
        with self.refused(ValidationError, "C00015", "Bauxite", "(10.3)"):
            self.supplied.covers_bauxite = True

    def test_what_is_no_coc_material_is_not_covered(self):
        self.assertFalse(self.supplied._covers(False))


@tagged("post_install", "-at_install")
class TestHistory(CertificateCase):
    """10.3: earlier shipments stay CoC Material, later ones are not."""

    def test_valid_until_suspended_and_from_recertification_on(self):
        self.history(
            self.supplied,
            ("2025-04-01", "suspended"),
            ("2025-06-01", "certified"),
            ("2025-12-01", "withdrawn"),
        )
        days = (
            "2023-12-31",
            "2024-01-01",
            "2025-03-31",
            "2025-04-01",
            "2025-05-31",
            "2025-06-01",
            "2025-11-30",
            "2025-12-01",
            "2026-12-31",
        )
        self.assertEqual(
            self.valid_days(self.supplied, *days),
            ["2024-01-01", "2025-03-31", "2025-06-01", "2025-11-30"],
        )
        found = []
        for day in days:
            self.at(day)
            self.env.invalidate_all()
            if self.supplied in self.env["asi.coc.certificate"].search(
                [("is_valid", "=", True)]
            ):
                found.append(day)
            self.assertNotEqual(
                day in found,
                self.supplied
                in self.env["asi.coc.certificate"].search([("is_valid", "=", False)]),
            )
            self.assertEqual(self.supplied.is_valid, day in found)
        self.assertEqual(
            found, ["2024-01-01", "2025-03-31", "2025-06-01", "2025-11-30"]
        )

    def test_find(self):
        self.history(self.supplied, ("2025-04-01", "suspended"))
        find = self.env["asi.coc.certificate"]._find
        self.assertEqual(find(self.supplier, date(2025, 3, 31)), self.supplied)
        self.assertFalse(find(self.supplier, date(2025, 4, 1)))
        self.assertFalse(find(self.supplier, date(2025, 3, 1), "performance"))

    def test_status_is_that_of_today(self):
        self.history(self.supplied, ("2025-04-01", "suspended"))
        self.assertEqual(self.supplied.status, "certified")
        self.at("2025-04-01")
        self.env["asi.coc.certificate"]._cron_follow()
        self.assertEqual(self.supplied.status, "suspended")
        self.assertEqual(self.supplied.status_date, date(2025, 4, 1))
        self.env["asi.coc.certificate"].flush_model()
        self.env.cr.execute(
            "SELECT status, status_date FROM asi_coc_certificate WHERE id = %s",
            [self.supplied.id],
        )
        self.assertEqual(self.env.cr.fetchone(), ("suspended", date(2025, 4, 1)))

    def test_what_is_written_to_the_status_goes_into_the_history(self):
        self.supplied.write({"status": "suspended", "status_date": "2025-02-01"})
        self.supplied.status = "certified"
        self.assertEqual(
            self.supplied.status_ids.sorted("date").mapped(
                lambda row: (row.date, row.status)
            ),
            [(date(2025, 2, 1), "suspended"), (date(2025, 3, 10), "certified")],
        )
        self.assertEqual(self.supplied.status, "certified")
        withdrawn = self.certify(
            self.customer, "C2", status="withdrawn", status_date=date(2025, 1, 1)
        )
        self.assertEqual(withdrawn.status_ids.status, "withdrawn")

    def test_a_suspension_needs_its_day(self):
        with self.refused(ValidationError, "C00015", "Suspended", "(10.3)"):
            self.supplied.status = "suspended"

    def test_one_status_from_a_day_on(self):
        self.history(self.supplied, ("2025-04-01", "suspended"))
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self.history(self.supplied, ("2025-04-01", "withdrawn"))

    def test_a_status_outside_the_period(self):
        with self.refused(ValidationError, "C00015", "2027-01-01", "2026-12-31"):
            self.history(self.supplied, ("2027-01-01", "suspended"))
        self.history(self.supplied, ("2026-12-01", "suspended"))
        with self.refused(ValidationError, "C00015", "2026-12-01", "2026-11-30"):
            self.supplied.date_end = "2026-11-30"

    def test_who_recorded_it_and_when(self):
        row = (
            self.env["asi.coc.certificate.status"]
            .with_user(self.officer)
            .create(
                {
                    "certificate_id": self.supplied.id,
                    "status": "suspended",
                    "date": "2025-03-01",
                    "source": "ASI's website",
                }
            )
        )
        self.assertEqual(row.recorded_by_id, self.officer)
        self.assertEqual(str(row.recorded_on), "2025-03-10 12:00:00")
        with self.refused(AccessError, "Recorded By"):
            row.recorded_by_id = self.auditor

    def test_a_correction_is_told(self):
        self.history(self.supplied, ("2025-03-01", "suspended"))
        self.supplied.status_ids.with_user(self.officer).date = "2025-03-03"
        body = self.supplied.message_ids[0].body
        self.assertIn("Suspended from 2025-03-01 on", body)
        self.assertIn("Suspended from 2025-03-03 on", body)

    def test_what_took_effect_is_not_deleted(self):
        self.history(
            self.supplied, ("2025-03-10", "suspended"), ("2025-03-11", "withdrawn")
        )
        later, row = self.supplied.status_ids.with_user(self.officer)
        with self.refused(UserError, "Suspended from 2025-03-10", "C00015"):
            row.unlink()
        later.unlink()
        self.assertIn("Withdrawn from 2025-03-11", self.supplied.message_ids[0].body)

    def test_a_row_stays_with_its_certificate(self):
        self.history(self.supplied, ("2025-03-01", "suspended"))
        with self.refused(UserError, "2025-03-01", "C00015"):
            self.supplied.status_ids.certificate_id = self.certificate

    def test_only_officers_record_a_status(self):
        for user in (self.coc_storekeeper, self.auditor):
            with self.assertRaises(AccessError):
                self.env["asi.coc.certificate.status"].with_user(user).create(
                    {"certificate_id": self.supplied.id, "status": "suspended"}
                )

    def test_a_mine_is_certified_again(self):
        """What posting asks in SQL is the same history (3.1b)."""
        place = self._create_location("Mine")
        bauxite = self._create_product("Bauxite", "bauxite", self.tonne)
        performance = self.certify(
            self.company.partner_id, "PS-9", standard="performance"
        )
        self.add_facility(
            "Mine", "bauxite_mining", place, certificate_id=performance.id
        )
        self.history(
            performance, ("2025-04-01", "suspended"), ("2025-06-01", "certified")
        )
        for day, status in (
            ("2025-03-31", "coc"),
            ("2025-04-01", "non_coc"),
            ("2025-05-31", "non_coc"),
            ("2025-06-01", "coc"),
        ):
            self.at(day)
            mined = self.produce(bauxite, 100, [], place)
            with self.subTest(day=day):
                self.assertEqual(self.entries(mined), {("input", status): 100})


@tagged("post_install", "-at_install")
class TestPeriods(CertificateCase):
    """A renewal is a certificate of its own, after the first."""

    def test_periods_of_one_number_do_not_overlap(self):
        with self.refused(ValidationError, "C00015", "2024-01-01", "2026-12-31"):
            self.certify(
                self.supplier, "C00015", date_start="2026-12-31", date_end="2029-12-30"
            )
        self.certify(
            self.supplier, "C00015", date_start="2027-01-01", date_end="2029-12-31"
        )

    def test_nor_with_a_shared_one(self):
        with self.refused(ValidationError, "C00015"):
            self.certify(self.supplier, "C00015", company_id=False)

    def test_others_may_have_their_own(self):
        self.certify(self.customer, "C00015")
        self.certify(self.supplier, "C00016")
        self.certify(self.supplier, "C00015", standard="performance")
        other = self.env["res.company"].create({"name": "Other Melters"})
        self.certify(self.supplier, "C00015", company_id=other.id)

    @mute_logger("odoo.sql_db")
    def test_it_cannot_end_before_it_starts(self):
        with self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self.certify(self.customer, "C3", date_end="2023-12-31").flush_recordset()

    def test_renew(self):
        action = self.supplied.action_renew()
        form = Form(self.env["asi.coc.certificate"].with_context(**action["context"]))
        form.date_end = "2029-12-31"
        renewal = form.save()
        self.assertEqual(renewal.date_start, date(2027, 1, 1))
        self.assertEqual(renewal.number, "C00015")
        self.assertEqual(renewal.partner_id, self.supplier)
        self.assertTrue(renewal._covers("alumina"))
        self.assertFalse(self.supplied._is_valid_on(date(2027, 1, 1)))

    def test_checked_certificates_stay(self):
        self.supplied.action_record_check()
        with self.refused(UserError, "C00015", "2025-03-10", "1.6"):
            self.supplied.unlink()
        self.certify(self.customer, "Typo").unlink()


@tagged("post_install", "-at_install")
class TestPartner(CertificateCase):
    """What a contact shows, and who decides on traders."""

    def state(self, partner=None):
        self.env.invalidate_all()
        return (partner or self.supplier).coc_certificate_state

    def test_state(self):
        contact = self.env["res.partner"].create(
            {"name": "Jan Rogers", "parent_id": self.supplier.id}
        )
        self.assertEqual(self.state(), "certified")
        self.assertEqual(self.state(contact), "certified")
        self.assertEqual(self.state(self.customer), "none")
        self.history(
            self.supplied, ("2025-03-01", "suspended"), ("2025-05-01", "withdrawn")
        )
        self.assertEqual(self.state(), "suspended")
        self.at("2025-05-01")
        self.assertEqual(self.state(), "withdrawn")
        self.at("2027-01-01")
        self.assertEqual(self.state(), "expired")
        self.assertEqual(self.supplier.coc_certificate_count, 1)

    def test_a_performance_certificate_is_none(self):
        self.certify(self.customer, "PS-1", standard="performance")
        self.assertEqual(self.state(self.customer), "none")
        self.assertEqual(self.customer.coc_certificate_count, 1)

    def test_certificates_of_the_entity_open(self):
        contact = self.env["res.partner"].create(
            {"name": "Jan Rogers", "parent_id": self.supplier.id}
        )
        action = contact.action_coc_open_certificates()
        self.assertEqual(
            self.env["asi.coc.certificate"].search(action["domain"]), self.supplied
        )

    def test_due_diligence_of_a_trader(self):
        trader = self.customer
        self.assertFalse(trader._coc_has_due_diligence(date(2025, 3, 10)))
        trader.with_user(self.officer_of_contacts()).coc_is_trader = True
        self.accept_due_diligence(trader, "2025-09-30")
        contact = self.env["res.partner"].create(
            {"name": "Matthew Johnson", "parent_id": trader.id}
        )
        for partner in (trader, contact):
            self.assertTrue(partner._coc_has_due_diligence(date(2025, 9, 30)))
            self.assertFalse(partner._coc_has_due_diligence(date(2025, 10, 1)))
        self.assertEqual(trader.coc_due_diligence_until, date(2025, 9, 30))
        self.assertEqual(trader.coc_due_diligence_by_id, self.env.user)

    def officer_of_contacts(self):
        return self.user(
            "contact-officer", "asi_coc.group_officer", "base.group_partner_manager"
        )

    def test_others_do_not_decide_on_traders(self):
        seller = self.user(
            "contact-manager", "asi_coc.group_user", "base.group_partner_manager"
        )
        contacts = self.env["res.partner"].with_user(seller)
        with self.refused(AccessError, "Compliance Officer", "Rollers United"):
            self.customer.with_user(seller).coc_is_trader = True
        with self.refused(AccessError, "Compliance Officer"):
            contacts.create({"name": "Quick Metal", "coc_is_trader": True})
        made = contacts.with_context(default_coc_is_trader=True).create(
            {"name": "Quick Metal"}
        )
        self.assertFalse(made.coc_is_trader)

    def test_a_merge_of_contacts_decides_nothing(self):
        """Accepted due diligence does not come to another contact by a merge."""
        manager = self.user(
            "contact-manager", "asi_coc.group_user", "base.group_partner_manager"
        )
        self.customer.coc_is_trader = True
        self.accept_due_diligence(self.customer, "2025-12-31")
        twin = self.env["res.partner"].create({"name": "Rollers United Ltd"})
        wizards = self.env["base.partner.merge.automatic.wizard"].with_user(manager)
        merges = [
            wizards.create(
                {
                    "state": "selection",
                    "partner_ids": [Command.set((self.customer | twin).ids)],
                    "dst_partner_id": target.id,
                }
            )
            for target in (twin, self.customer)
        ]
        with self.refused(AccessError, "Compliance Officer", "Rollers United Ltd"):
            merges[0].action_merge()
        self.env.invalidate_all()
        merges[1].action_merge()
        self.assertFalse(twin.exists())
        self.assertEqual(self.customer.coc_due_diligence_by_id, self.env.user)

    def test_sellers_go_on_entering_contacts(self):
        seller = self.user(
            "contact-manager", "asi_coc.group_user", "base.group_partner_manager"
        )
        form = Form(
            self.env["res.partner"].with_user(seller), view="base.view_partner_form"
        )
        form.name = "Metro Slab"
        partner = form.save()
        with Form(partner, view="base.view_partner_form") as form:
            form.name = "Metro Slab Ltd"
        self.assertEqual(partner.name, "Metro Slab Ltd")
