from datetime import date, datetime

from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_policy import AREAS, PolicyCase

NOT_TOLD = "asi_coc.mail_activity_policy_not_told"
UNANSWERED = "asi_coc.mail_activity_policy_unanswered"


@tagged("post_install", "-at_install")
class TestPolicy(PolicyCase):
    """7.1a to d: versions, their content, and which is in force."""

    def test_adopt(self):
        policy = self.draft()
        self.assertEqual(policy.missing, "")
        policy.with_user(self.representative).action_adopt()
        self.assertEqual(policy.state, "adopted")
        self.assertEqual(policy.adopted_by_id, self.representative)
        self.assertEqual(policy.adopted_on, datetime(2025, 3, 10, 12))
        self.assertEqual(policy.date_start, date(2025, 3, 10))
        self.assertTrue(policy.is_in_force)
        self.assertEqual(policy.display_name, "Responsible Sourcing Policy 1.0")

    def test_all_four_areas_and_the_file_are_needed(self):
        for name, fragment in (
            ("anti_corruption", "Anti Corruption (Performance Standard 1.2)"),
            ("responsible_sourcing", "Responsible Sourcing (Performance Standard 2.4)"),
            ("human_rights", "Diligence (Performance Standard 9.1)"),
            ("high_risk_areas", "High-Risk Areas (Performance Standard 9.8)"),
            ("evidence_ids", "Policy as Adopted"),
        ):
            values = {name: False if name == "evidence_ids" else " \n"}
            policy = self.draft(f"without {name}", **values)
            with self.refused(ValidationError, "cannot be adopted", fragment):
                policy.with_user(self.representative).action_adopt()
            self.assertIn(fragment, policy.missing)
            self.assertEqual(policy.state, "draft")

    def test_officer_drafts_and_does_not_adopt(self):
        policy = self.policies.with_user(self.officer).create(
            {"scope_id": self.scope.id, "version": "1.0", **AREAS}
        )
        with self.refused(UserError, "Only a Management Representative", "(1.4, 7.1)"):
            policy.action_adopt()

    def test_steps_are_written_by_the_buttons_only(self):
        policy = self.draft().with_user(self.representative)
        for values in (
            {"state": "adopted"},
            {"adopted_by_id": self.officer.id},
            {"adopted_on": "2020-01-01 00:00:00"},
        ):
            with self.assertRaises(AccessError):
                policy.write(values)
        own = self.policies.with_user(self.officer).with_context(
            default_state="adopted"
        )
        created = own.create({"scope_id": self.scope.id, "version": "x"})
        self.assertEqual(created.state, "draft")

    def test_adopted_version_does_not_change(self):
        policy = self.adopt().with_user(self.representative)
        with self.refused(UserError, "1.0 is Adopted", "Anti Corruption cannot change"):
            policy.anti_corruption = "Bribes are fine"
        with self.refused(UserError, "In Force From cannot change"):
            policy.date_start = "2024-01-01"
        with self.refused(UserError, "adopted already", "representative"):
            policy.action_adopt()
        with self.refused(UserError, "stays on file"):
            policy.unlink()
        file = policy.evidence_ids
        with self.refused(UserError, "policy-1.0.pdf can be neither", "(7.1, 1.6)"):
            file.raw = b"other"
        with self.refused(UserError, "neither changed nor deleted"):
            file.unlink()
        self.draft("0.9").unlink()

    def test_next_version_supersedes(self):
        first = self.adopt("1.0", date_start="2024-01-01")
        second = self.adopt("2.0")
        self.assertEqual(first.state, "superseded")
        self.assertEqual(second.state, "adopted")
        self.assertEqual(first.date_end, date(2025, 3, 9))
        self.assertFalse(second.date_end)
        for day, expected in (
            (date(2023, 12, 31), self.policies),
            (date(2024, 1, 1), first),
            (date(2025, 3, 9), first),
            (date(2025, 3, 10), second),
        ):
            self.assertEqual(self.policies._get_in_force(self.scope, day), expected)

    def test_version_of_a_day_to_come(self):
        first = self.adopt("1.0")
        second = self.adopt("2.0", date_start="2025-04-01")
        self.assertEqual(first.state, "adopted")
        self.assertTrue(first.is_in_force)
        self.assertFalse(second.is_in_force)
        self.at("2025-04-01")
        self.run_job("cron_policy")
        self.assertEqual(first.state, "superseded")
        self.assertTrue(second.is_in_force)

    def test_versions_follow_one_another(self):
        self.adopt("1.0")
        for day in ("2025-03-10", "2025-03-09"):
            draft = self.draft(f"of {day}", date_start=day)
            with self.refused(UserError, "Policy 1.0 comes into force on 2025-03-10"):
                draft.with_user(self.representative).action_adopt()

    @mute_logger("odoo.sql_db")
    def test_one_in_force_on_a_day_in_the_database(self):
        self.adopt("1.0")
        draft = self.draft("2.0", date_start="2025-03-10")
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            draft.sudo().state = "adopted"
            self.env.flush_all()

    def test_new_version_starts_from_the_old(self):
        policy = self.adopt()
        action = policy.with_user(self.officer).action_new_version()
        draft = self.policies.browse(action["res_id"])
        self.assertEqual(draft.state, "draft")
        self.assertEqual(draft.human_rights, AREAS["human_rights"])
        self.assertFalse(draft.evidence_ids)
        self.assertNotEqual(draft.version, "1.0")

    def test_back_to_draft_until_somebody_was_told(self):
        first = self.adopt("1.0", date_start="2025-01-01")
        second = self.adopt("2.0")
        self.assertEqual(first.state, "superseded")
        self.take_back(second, "The board asks for one more paragraph.")
        self.assertEqual(second.state, "draft")
        self.assertEqual(first.state, "adopted")
        self.assertFalse(second.adopted_by_id)
        note = "".join(second.message_ids.mapped("body"))
        self.assertIn("The board asks for one more paragraph.", note)
        second.with_user(self.representative).action_adopt()
        communication = self.tell(second, self.smelter)
        with self.refused(UserError, "North Smelting were told", "new version"):
            self.take_back(second, "Too late")
        communication._acknowledge("Anna", "link")
        with self.refused(UserError, "North Smelting were told", "new version"):
            self.take_back(second, "Too late")
        with self.refused(UserError, "1.0 is Superseded", "new version"):
            self.take_back(first, "Too late")

    def test_only_a_representative_takes_back(self):
        policy = self.adopt()
        with self.refused(UserError, "Only a Management Representative", "(1.4, 7.1)"):
            policy.with_user(self.officer).action_draft()
        for user in (self.officer, self.auditor):
            with self.assertRaises(AccessError):
                self.take_back(policy, "Mine", user)
        with self.refused(UserError, "Only a Management Representative"):
            policy.with_user(self.officer)._take_back("Mine")
        with self.refused(UserError, "why", "7.1"):
            self.take_back(policy, "  ")
        self.assertEqual(policy.state, "adopted")

    def take_back(self, policy, reason, user=None):
        """Take an adoption back through the button and its dialog."""
        policy = policy.with_user(user or self.representative)
        action = policy.with_user(self.representative).action_draft()
        dialog = self.env[action["res_model"]].with_user(policy.env.user)
        dialog = dialog.with_context(**action["context"])
        dialog.create({"reason": reason}).action_take_back()

    def test_rights(self):
        policy = self.adopt()
        communication = self.tell(policy, self.smelter)
        for user in (self.coc_storekeeper, self.auditor):
            self.assertEqual(policy.with_user(user).version, "1.0")
            self.assertEqual(communication.with_user(user).state, "sent")
            self.rows.with_user(user).search([])
            with self.assertRaises(AccessError):
                self.policies.with_user(user).create(
                    {"scope_id": self.scope.id, "version": "x"}
                )
            for button in ("action_send", "action_given"):
                with self.assertRaises(AccessError):
                    getattr(communication.with_user(user), button)()
            with self.assertRaises(AccessError):
                self.rows.with_user(user).action_send_all()
        with self.assertRaises(AccessError):
            policy.with_user(self.storekeeper).read(["version"])
        with self.assertRaises(AccessError):
            communication.with_user(self.coc_storekeeper).read(["access_token"])

    def test_other_companies(self):
        policy = self.adopt()
        communication = self.tell(policy, self.smelter)
        self.purchase(self.smelter)
        company = self.env["res.company"].create({"name": "Others"})
        stranger = self.user("stranger", "asi_coc.group_representative")
        stranger.write(
            {"company_ids": [Command.set(company.ids)], "company_id": company}
        )
        env = self.env(
            user=stranger.id, su=False, context={"allowed_company_ids": company.ids}
        )
        for records in (policy, communication):
            self.assertFalse(env[records._name].search([]))
            with self.assertRaises(AccessError):
                records.with_env(env).read(["state"])
        self.assertFalse(env["asi.coc.policy.supplier"].search([]))


@tagged("post_install", "-at_install")
class TestWhoMustKnow(PolicyCase):
    """7.1: suppliers of Non-CoC Material, CoC Material through traders, scrap."""

    def kinds(self, supplier):
        row = self.row(supplier)
        return (
            row.supplies_non_coc,
            row.supplies_through_trade,
            row.supplies_scrap,
        )

    def test_supplier_of_coc_material_need_not(self):
        self.adopt()
        order = self.purchase(self.supplier, coc=10)
        self.assertFalse(self.row(self.supplier))
        receipt = order.picking_ids
        receipt.coc_document_reference = "ACME-1"
        receipt.action_coc_claim_as_ordered()
        self.bring(order)
        # Until the document is verified, it is Non-CoC inflow.
        self.assertEqual(self.kinds(self.supplier), (True, False, False))
        self.verify(receipt)
        self.env.flush_all()
        self.assertFalse(self.row(self.supplier))

    def test_part_of_an_order_is_non_coc(self):
        self.purchase(self.supplier, quantity=10, coc=9)
        self.assertEqual(self.kinds(self.supplier), (True, False, False))

    def test_each_kind(self):
        self.trader.coc_is_trader = True
        self.purchase(self.smelter)
        self.purchase(self.trader, coc=10, coc_source_id=self.supplier.id)
        self.purchase(self.scrapyard, self.scrap)
        self.assertEqual(self.kinds(self.smelter), (True, False, False))
        self.assertEqual(self.kinds(self.trader), (False, True, False))
        self.assertEqual(self.kinds(self.scrapyard), (False, False, True))
        self.assertEqual(set(self.states().values()), {"no_policy"})

    def test_who_is_no_trader_by_name_is_by_the_source(self):
        self.purchase(self.trader, coc=10, coc_source_id=self.supplier.id)
        self.assertEqual(self.kinds(self.trader), (False, True, False))

    def test_contact_stands_for_the_entity(self):
        contact = self.env["res.partner"].create(
            {"name": "Sales", "parent_id": self.smelter.id, "type": "other"}
        )
        self.purchase(contact)
        self.assertEqual(self.states(), {"North Smelting": "no_policy"})

    def test_drafts_cancelled_orders_and_other_goods_do_not_count(self):
        self.purchase(self.smelter).button_cancel()
        glove = self.env["product.product"].create({"name": "Gloves"})
        self.purchase(self.trader, glove)
        self.purchase(self.scrapyard).button_cancel()
        self.assertEqual(self.states(), {})

    def test_a_year_after_the_last_delivery(self):
        self.bring(self.purchase(self.smelter))
        self.assertEqual(self.row(self.smelter).last_supplied_on, date(2025, 3, 10))
        self.at("2026-03-09")
        self.assertEqual(self.states(), {"North Smelting": "no_policy"})
        self.at("2026-03-11")
        self.env.invalidate_all()
        self.assertEqual(self.states(), {})

    def test_what_a_customer_returns(self):
        self.receive(self.slab, 10, claimed=10)
        delivery = self.deliver(self.slab, 5)
        self.give_back(delivery, 5)
        self.assertEqual(self.states(), {})


@tagged("post_install", "-at_install")
class TestCommunication(PolicyCase):
    """7.1: sent when, to whom, which version, acknowledged by whom."""

    def test_send(self):
        self.smelter.child_ids = [
            Command.create({"name": "Anna Berg", "email": "anna@example.com"})
        ]
        policy = self.adopt()
        communication = self.tell(policy, self.smelter)
        self.assertEqual(communication.state, "sent")
        self.assertEqual(communication.sent_on, datetime(2025, 3, 10, 12))
        self.assertEqual(communication.sent_by_id, self.officer)
        self.assertEqual(communication.sent_by, "email")
        self.assertEqual(communication.email, "north@example.com")
        mail = self.mails(communication)
        self.assertEqual(mail.recipient_ids, self.smelter)
        self.assertEqual(mail.attachment_ids, policy.evidence_ids)
        token = communication.access_token
        self.assertRegex(token, "^[A-Za-z0-9_-]{32}$")
        self.assertIn(f"/coc/policy/{token}", mail.body_html)
        self.assertIn("version", mail.body_html)

    def test_chatter_does_not_tell_the_secret_address(self):
        """Whoever reads it could acknowledge in the supplier's name."""
        communication = self.tell(self.adopt(), self.smelter)
        for user in (self.auditor, self.officer):
            messages = communication.with_user(user).message_ids
            bodies = " ".join(messages.mapped("body"))
            self.assertIn("Sent to north@example.com", bodies)
            self.assertNotIn(communication.access_token, bodies)

    def test_contact_with_an_address(self):
        self.smelter.email = False
        self.smelter.child_ids = [
            Command.create({"name": "Nobody"}),
            Command.create({"name": "Anna Berg", "email": "anna@example.com"}),
        ]
        communication = self.tell(self.adopt(), self.smelter)
        self.assertEqual(communication.contact_id.name, "Anna Berg")
        self.assertEqual(communication.email, "anna@example.com")

    def test_language_of_the_contact(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env.ref("asi_coc.mail_template_policy")
        template.with_context(lang="fr_FR").subject = "Politique d'approvisionnement"
        self.smelter.lang = "fr_FR"
        communication = self.tell(self.adopt(), self.smelter)
        self.assertEqual(
            self.mails(communication).subject, "Politique d'approvisionnement"
        )

    def test_no_address(self):
        self.smelter.email = False
        communication = self.tell(self.adopt(), self.smelter, send=False)
        with self.refused(UserError, "North Smelting has no contact with an e-mail"):
            communication.with_user(self.officer).action_send()

    def test_given_otherwise_needs_evidence(self):
        communication = self.tell(self.adopt(), self.smelter, send=False)
        communication = communication.with_user(self.officer)
        with self.refused(UserError, "Nothing shows that North Smelting was given"):
            communication.action_given()
        communication.evidence_ids = [Command.link(self.file("letter.pdf").id)]
        communication.action_given()
        self.assertEqual(communication.state, "sent")
        self.assertEqual(communication.sent_by, "other")
        self.assertFalse(communication.email)

    def test_version_that_is_not_in_force(self):
        draft = self.draft()
        communication = self.tell(draft, self.smelter, send=False)
        with self.refused(UserError, "is not in force"):
            communication.with_user(self.officer).action_send()

    def test_told_once(self):
        policy = self.adopt()
        self.tell(policy, self.smelter)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self.tell(policy, self.smelter)

    def test_written_by_the_buttons_only(self):
        communication = self.tell(self.adopt(), self.smelter)
        for values in (
            {"state": "acknowledged"},
            {"acknowledged_on": "2025-03-10 00:00:00"},
            {"acknowledged_by": "Me"},
            {"sent_on": "2024-01-01 00:00:00"},
            {"access_token": "0" * 32},
            {"reminder_count": 9},
            {"email": "x@example.com"},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                communication.with_user(self.representative).write(values)
        with self.assertRaises(AccessError):
            self.told.with_user(self.officer).create(
                {
                    "policy_id": communication.policy_id.id,
                    "partner_id": self.trader.id,
                    "state": "acknowledged",
                }
            )
        with self.refused(UserError, "Supplier cannot change"):
            communication.with_user(self.officer).partner_id = self.trader
        with self.refused(UserError, "stays on file"):
            communication.with_user(self.officer).unlink()
        self.tell(communication.policy_id, self.trader, send=False).unlink()

    def test_send_again(self):
        communication = self.tell(self.adopt(), self.smelter)
        token = communication.access_token
        self.at("2025-03-12")
        communication.with_user(self.officer).action_send()
        self.assertEqual(len(self.mails(communication)), 2)
        self.assertEqual(communication.sent_on, datetime(2025, 3, 10, 12))
        self.assertEqual(communication.last_sent_on, datetime(2025, 3, 12, 12))
        self.assertEqual(communication.access_token, token)

    def test_undelivered(self):
        communication = self.tell(self.adopt(), self.smelter)
        self.assertFalse(communication.is_undelivered)
        self.mails(communication).state = "exception"
        communication.invalidate_recordset()
        self.assertTrue(communication.is_undelivered)

    # -- acknowledged by other means ----------------------------------------------
    def record(self, communication, **values):
        action = communication.with_user(self.officer).action_record_acknowledgement()
        wizard = self.env[action["res_model"]].with_user(self.officer)
        return wizard.with_context(**action["context"]).create(
            {"acknowledged_by": "Anna Berg", **values}
        )

    def test_recorded_with_evidence(self):
        communication = self.tell(self.adopt(), self.smelter)
        with self.refused(UserError, "Nothing shows that North Smelting acknowledged"):
            self.record(communication).action_confirm()
        file = self.file("signed.pdf")
        self.record(
            communication,
            evidence_ids=[Command.link(file.id)],
            acknowledged_on="2025-03-10 11:00:00",
        ).action_confirm()
        self.assertEqual(communication.state, "acknowledged")
        self.assertEqual(communication.acknowledged_by, "Anna Berg")
        self.assertEqual(communication.acknowledged_how, "recorded")
        self.assertEqual(communication.acknowledged_user_id, self.officer)
        self.assertEqual(communication.acknowledged_on, datetime(2025, 3, 10, 11))
        self.assertEqual(communication.evidence_ids.name, "signed.pdf")
        with self.refused(UserError, "Evidence cannot change"):
            communication.with_user(self.officer).evidence_ids = False
        with self.refused(UserError, "signed.pdf can be neither"):
            communication.evidence_ids.unlink()
        with self.refused(UserError, "has acknowledged Responsible"):
            communication.with_user(self.officer).action_send()
        with self.refused(UserError, "has acknowledged Responsible"):
            self.record(
                communication, evidence_ids=[Command.link(self.file().id)]
            ).action_confirm()

    def test_recorded_of_what_was_never_sent(self):
        communication = self.tell(self.adopt(), self.smelter, send=False)
        files = [Command.link(self.file("minutes.pdf").id)]
        self.record(communication, evidence_ids=files).action_confirm()
        self.assertEqual(communication.state, "acknowledged")
        self.assertEqual(communication.sent_by, "other")

    def test_recorded_in_the_future(self):
        communication = self.tell(self.adopt(), self.smelter)
        with self.refused(UserError, "still to come"):
            self.record(communication, acknowledged_on="2025-03-11 00:00:00")

    def test_evidence_that_the_officer_may_not_read(self):
        secret = self.env["ir.attachment"].create(
            {
                "name": "secret",
                "raw": b"x",
                "res_model": "ir.config_parameter",
                "res_id": 1,
            }
        )
        communication = self.tell(self.adopt(), self.smelter)
        with self.assertRaises(AccessError):
            self.record(
                communication, evidence_ids=[Command.link(secret.id)]
            ).action_confirm()


@tagged("post_install", "-at_install")
class TestTellingAll(PolicyCase):
    """All who must know are told in batches; a new version goes out again."""

    def setUp(self):
        super().setUp()
        for supplier, product in (
            (self.smelter, self.slab),
            (self.trader, self.slab),
            (self.scrapyard, self.scrap),
        ):
            self.purchase(supplier, product)

    def send_all(self):
        self.rows.with_user(self.officer).action_send_all()
        self.run_job("cron_policy_sending")

    def test_without_a_policy(self):
        with self.refused(UserError, "has no Responsible Sourcing Policy in force"):
            self.rows.with_user(self.officer).action_send_all()

    def test_send_to_all(self):
        policy = self.adopt()
        self.assertEqual(set(self.states().values()), {"not_told"})
        self.assertEqual(policy.untold_count, 3)
        action = self.rows.with_user(self.officer).action_send_all()
        self.assertEqual(action["domain"], [("policy_id", "in", policy.ids)])
        self.assertEqual(set(self.states().values()), {"to_send"})
        policy.invalidate_recordset()
        self.assertEqual((policy.told_count, policy.communication_count), (0, 3))
        self.assertEqual(policy.told_share, 0)
        self.run_job("cron_policy_sending")
        self.assertEqual(set(self.states().values()), {"sent"})
        self.assertEqual((policy.told_count, policy.untold_count), (3, 0))
        self.assertEqual(policy.told_share, 100)
        communications = policy.communication_ids
        self.assertEqual(communications.sent_by_id, self.officer)
        self.assertEqual(len(self.mails(communications)), 3)
        # Nobody is told twice.
        self.send_all()
        self.assertEqual(len(self.mails(communications)), 3)

    def test_one_without_an_address_does_not_hinder_others(self):
        self.trader.email = False
        policy = self.adopt()
        self.send_all()
        self.assertEqual(
            self.states(),
            {
                "North Smelting": "sent",
                "Metal Trading": "to_send",
                "Green Scrapyard": "sent",
            },
        )
        failed = policy.communication_ids.filtered("send_error")
        self.assertEqual(failed.partner_id, self.trader)
        self.assertIn("no contact with an e-mail address", failed.send_error)
        self.trader.email = "trade@example.com"
        failed.contact_id = self.trader
        self.row(self.trader).with_user(self.officer).action_send()
        self.run_job("cron_policy_sending")
        self.assertEqual(failed.state, "sent")
        self.assertFalse(failed.send_error)

    def test_chosen_ones(self):
        self.adopt()
        self.row(self.scrapyard).with_user(self.officer).action_send()
        self.run_job("cron_policy_sending")
        self.assertEqual(
            self.states(),
            {
                "North Smelting": "not_told",
                "Metal Trading": "not_told",
                "Green Scrapyard": "sent",
            },
        )

    def test_new_version_goes_out_again(self):
        first = self.adopt("1.0")
        self.send_all()
        first.communication_ids[0]._acknowledge("Anna Berg", "recorded")
        self.at("2025-03-20")
        second = self.adopt("2.0")
        self.assertEqual(set(self.states().values()), {"to_send"})
        self.run_job("cron_policy_sending")
        self.assertEqual(set(self.states().values()), {"sent"})
        self.assertEqual(len(self.mails(second.communication_ids)), 3)
        # What was said of the first stays.
        self.assertEqual(first.acknowledged_count, 1)
        with self.refused(UserError, "is superseded by a newer version"):
            first.communication_ids[1]._acknowledge("Me", "portal")

    def test_version_to_come_goes_out_on_its_day(self):
        self.adopt("1.0")
        second = self.adopt("2.0", date_start="2025-04-01")
        self.assertFalse(second.communication_ids)
        self.at("2025-04-01")
        self.run_job("cron_policy")
        self.assertEqual(len(second.communication_ids), 3)

    def test_first_version_waits_for_the_officer(self):
        policy = self.adopt()
        self.assertFalse(policy.communication_ids)
        self.run_job("cron_policy")
        activity = policy.activity_search([NOT_TOLD])
        self.assertEqual(activity.user_id, self.officer)
        self.assertIn("3 suppliers were not told", activity.note)
        self.run_job("cron_policy")
        self.assertEqual(len(policy.activity_search([NOT_TOLD])), 1)
        self.send_all()
        self.run_job("cron_policy")
        self.assertFalse(policy.activity_search([NOT_TOLD]))

    def test_list_costs_the_same_for_more(self):
        self.adopt()

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.rows.search([("company_id", "=", self.company.id)]).mapped("state")
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        for number in range(20):
            self.purchase(self.env["res.partner"].create({"name": f"S{number}"}))
        self.assertEqual(len(self.states()), 23)
        self.assertLessEqual(count(), few)


@tagged("post_install", "-at_install")
class TestReminders(PolicyCase):
    """7.1: who does not acknowledge is reminded, then followed up by a person."""

    def setUp(self):
        super().setUp()
        self.scope.write({"policy_reminder_days": 10, "policy_reminder_limit": 2})
        self.communication = self.tell(self.adopt(), self.smelter)

    def remind(self, day):
        self.at(day)
        self.run_job("cron_policy_reminders")
        return self.communication.reminder_count

    def test_reminders_then_a_person(self):
        self.assertEqual(self.remind("2025-03-19"), 0)
        self.assertEqual(self.remind("2025-03-20"), 1)
        self.assertEqual(self.remind("2025-03-21"), 1)
        self.assertEqual(self.remind("2025-03-30"), 2)
        mails = self.mails(self.communication)
        self.assertEqual(len(mails), 3)
        self.assertIn("Reminder: Responsible Sourcing Policy", mails[-1].subject)
        self.assertIn(self.communication.access_token, mails[-1].body_html)
        self.assertFalse(self.communication.activity_search([UNANSWERED]))
        self.assertEqual(self.remind("2025-04-09"), 2)
        activity = self.communication.activity_search([UNANSWERED])
        self.assertEqual(activity.user_id, self.officer)
        self.assertIn("after 2 reminders", activity.note)
        self.remind("2025-04-10")
        self.assertEqual(len(self.communication.activity_search([UNANSWERED])), 1)
        self.communication._acknowledge("Anna Berg", "recorded")
        self.assertFalse(self.communication.activity_search([UNANSWERED]))

    def test_who_acknowledged_is_left_alone(self):
        self.communication._acknowledge("Anna Berg", "recorded")
        self.assertEqual(self.remind("2025-04-20"), 0)
        self.assertEqual(len(self.mails(self.communication)), 1)

    def test_superseded_versions_are_left_alone(self):
        self.at("2025-03-12")
        self.adopt("2.0")
        self.assertEqual(self.remind("2025-04-20"), 0)

    def test_address_lost_meanwhile(self):
        self.smelter.email = False
        self.assertEqual(self.remind("2025-03-20"), 0)
        activity = self.communication.activity_search([UNANSWERED])
        self.assertIn("no contact with an e-mail address", activity.note)
