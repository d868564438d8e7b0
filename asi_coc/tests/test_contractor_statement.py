import re

from lxml import html
from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import UserCase
from .common_contractors import ContractorBase
from .common_portal import PortalUserMixin

LIST = "/my/coc_contractor_statements"


class StatementCase(ContractorBase, UserCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contractor.email = "office@rolling.example.com"
        cls.contractor_record.write({"tolerance": 5, "expected_loss": 10})

    def work(self):
        """10 t of slab sent, 9 t of coil back."""
        _sent, receipt = self.send()
        self.validate(receipt)

    def ask(self):
        self.work()
        self.at("2026-01-05")
        self.env["asi.coc.contractor.statement"]._cron_ask()
        return self.contractor_record.statement_ids


@tagged("post_install", "-at_install")
class TestStatement(StatementCase):
    """Contractors report at the end of the period, or more often (2.3)."""

    # -- asking ---------------------------------------------------------------------
    def test_asked_at_the_end_of_the_period(self):
        statement = self.ask()
        self.assertEqual(
            (str(statement.date_start), str(statement.date_end), statement.state),
            ("2025-01-01", "2025-12-31", "asked"),
        )
        self.assertEqual(str(statement.deadline), "2026-01-14")
        self.assertEqual(statement.line_ids.product_id, self.slab | self.coil)
        mail = statement.message_ids.filtered(lambda one: one.partner_ids)
        self.assertEqual(mail.partner_ids, self.contractor)
        self.assertIn(f"{LIST}/{statement.id}", mail.body)
        self.assertIn("2026-01-14", mail.body)
        self.env["asi.coc.contractor.statement"]._cron_ask()
        self.assertEqual(len(self.contractor_record.statement_ids), 1)

    def test_not_asked_before_the_end(self):
        self.work()
        self.at("2025-12-31")
        self.env["asi.coc.contractor.statement"]._cron_ask()
        self.assertFalse(self.contractor_record.statement_ids)

    def test_asked_every_three_months(self):
        self.contractor_record.statement_months = 3
        self.work()
        self.at("2025-07-05")
        self.contractor_record.action_ask_statement()
        spans = [
            (str(one.date_start), str(one.date_end), one.state)
            for one in self.contractor_record.statement_ids.sorted("date_start")
        ]
        self.assertEqual(
            spans,
            [("2025-01-01", "2025-03-31", "asked")],
            "nothing was there in the second quarter",
        )

    def test_reminded_when_overdue(self):
        statement = self.ask()
        for day, count in (("2026-01-14", 1), ("2026-01-15", 2), ("2026-01-20", 2)):
            self.at(day)
            statement._cron_ask()
            mails = statement.message_ids.filtered(lambda one: one.partner_ids)
            self.assertEqual(len(mails), count, day)
        self.at("2026-01-22")
        statement._cron_ask()
        mails = statement.message_ids.filtered(lambda one: one.partner_ids)
        self.assertEqual(len(mails), 3)
        self.assertIn("was due on", mails[0].body)
        statement.invalidate_recordset()
        self.assertTrue(statement.is_overdue)
        self.assertIn("has not answered", statement.activity_ids.summary)

    def test_without_an_address_somebody_is_told(self):
        self.contractor.email = False
        statement = self.ask()
        self.assertIn("no e-mail address", statement.activity_ids.summary)

    # -- entering from paper -----------------------------------------------------
    def test_entered_by_an_officer_with_evidence(self):
        statement = self.ask()
        statement = statement.with_user(self.officer)
        with self.refused(UserError, "evidence", "2.3"):
            statement.action_enter()
        with self.refused(UserError, "not answered"):
            statement.action_confirm()
        statement.evidence_ids = [Command.create(self._file("paper.pdf"))]
        with self.refused(UserError, "Write the name", "Rolling Contractor", "2.3"):
            statement.action_enter()
        self.report(statement.sudo(False))
        self.assertEqual(statement.state, "answered")
        self.assertFalse(statement.is_from_portal)
        self.assertEqual(statement.signed_by, "Rita Roll, Dispatch")
        self.assertEqual(statement.answered_by_id, self.officer)
        with self.refused(UserError, "is answered"):
            statement.signed_by = "Jan"
        paper = statement.evidence_ids.filtered(lambda one: one.name == "paper.pdf")
        with self.refused(UserError, "paper.pdf", "2.3"):
            statement.evidence_ids = [Command.unlink(paper.id)]
        for act in (paper.unlink, lambda: paper.write({"raw": b"other"})):
            with self.refused(UserError, "paper.pdf", "Rolling Contractor"):
                act()
        with self.refused(UserError, "is answered"):
            statement.line_ids[:1].loss_mass = 3
        with self.refused(UserError, "is answered"):
            statement.line_ids[:1].unlink()
        with self.refused(UserError, "stays on file"):
            statement.unlink()
        statement.action_confirm()
        self.assertEqual(statement.state, "confirmed")
        self.assertEqual(statement.confirmed_by_id, self.officer)

    def test_sent_back_keeps_what_was_signed(self):
        """Figures, signer and paper of the first answer stay beside the second."""
        statement = self.ask()
        self.report(statement.with_user(self.officer), received_mass=8)
        papers = statement.evidence_ids
        statement.rejection = "Two coils are missing"
        statement.with_user(self.officer).action_send_back()
        self.assertEqual((statement.state, statement.signed_by), ("asked", False))
        notes = statement.message_ids.mapped("body")
        [note] = [body for body in notes if "Rita Roll" in body]
        text = " ".join(" ".join(html.fromstring(note).itertext()).split())
        for fragment in (
            "Rita Roll, Dispatch",
            "entered by officer",
            "January 5, 2026",
            "statement.pdf",
            "Two coils are missing",
            "Slab 8",
        ):
            self.assertIn(fragment, text)
        with self.refused(UserError, "stays on file", "2.3"):
            statement.unlink()
        statement.line_ids.received_mass = 10
        statement.signed_by = "Rita Roll"
        with self.refused(UserError, "paper", "2.3"):
            statement.with_user(self.officer).action_enter()
        with self.refused(UserError, "statement.pdf"):
            papers.unlink()
        self.at("2026-01-06")
        self.report(statement.with_user(self.officer))
        self.assertEqual(len(statement.evidence_ids), 2)
        self.assertEqual(statement.state, "answered")

    def test_percentages_are_those_of_the_asking(self):
        """A later change of the contractor changes no statement (2.4)."""
        statement = self.env["asi.coc.contractor.statement"].create(
            {
                "contractor_id": self.contractor_record.id,
                "date_start": "2025-01-01",
                "date_end": "2025-12-31",
            }
        )
        self.contractor_record.tolerance = 6
        statement = self.ask()
        self.assertEqual((statement.tolerance, statement.expected_loss), (6, 10))
        self.contractor_record.with_user(self.officer).write(
            {"tolerance": 90, "expected_loss": 50}
        )
        self.report(statement)
        statement.action_confirm()
        statement.action_reconcile()
        row = statement.reconciliation_ids
        self.assertEqual((row.expected_loss, row.allowed), (1, 0.6))
        with self.assertRaises(AccessError):
            statement.with_user(self.officer).tolerance = 90

    def test_negative_and_twice(self):
        statement = self.ask()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(CheckViolation),
            self.env.cr.savepoint(),
        ):
            statement.line_ids[:1].loss_mass = -1
            self.env.flush_all()
        self.env.invalidate_all()
        with self.refused(ValidationError, "overlaps", "2.3"):
            statement.create(
                {
                    "contractor_id": self.contractor_record.id,
                    "date_start": "2025-06-01",
                    "date_end": "2025-06-30",
                }
            )
        with self.refused(ValidationError, "does not lie in one Material"):
            statement.create(
                {
                    "contractor_id": self.contractor_record.id,
                    "date_start": "2024-06-01",
                    "date_end": "2024-06-30",
                }
            )

    def test_rights(self):
        statement = self.ask()
        self.assertEqual(statement.with_user(self.auditor).state, "asked")
        for user in (self.auditor, self.coc_storekeeper):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                statement.with_user(user).remark = "Mine"
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                statement.with_user(user).action_ask()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            statement.with_user(self.officer).state = "confirmed"

    # -- closing ---------------------------------------------------------------------
    def close_as_it_is(self):
        self.at("2026-01-05")
        self.period.closing_explanation = "Explained"
        self.period.action_close()

    def test_period_waits_for_the_statement(self):
        """No explanation stands in for it: not asked, not answered, not confirmed."""
        self.work()
        with self.refused(
            UserError, "Rolling Contractor has not reported on 2025-01-01 – 2025-12-31"
        ):
            self.close_as_it_is()
        self.contractor_record.action_ask_statement()
        statement = self.contractor_record.statement_ids
        with self.refused(UserError, "is not confirmed (2.3): Asked"):
            self.close_as_it_is()
        self.report(statement)
        with self.refused(UserError, "is not confirmed (2.3): Answered"):
            self.close_as_it_is()
        statement.action_confirm()
        self.close_as_it_is()
        self.assertEqual(self.period.state, "closed")
        for act in (
            statement.action_reconcile,
            statement.unlink,
            lambda: statement.write({"remark": "Later"}),
            lambda: statement.line_ids[:1].write({"loss_mass": 2}),
        ):
            with self.refused(UserError, "closed"):
                act()

    def test_part_of_the_period_is_not_enough(self):
        """The first half is reported, something was there in the second one too."""
        self.receive(self.slab, 10, place=self.stock)
        self.move_inside(self.slab, 10, self.stock, self.site)
        self.at("2025-07-01")
        statement = self.env["asi.coc.contractor.statement"].create(
            {
                "contractor_id": self.contractor_record.id,
                "date_start": "2025-01-01",
                "date_end": "2025-06-30",
            }
        )
        self.report(statement)
        statement.action_confirm()
        with self.refused(UserError, "has not reported on 2025-07-01 – 2025-12-31"):
            self.close_as_it_is()

    def test_nothing_handled_nothing_to_report(self):
        self.close_as_it_is()
        self.assertEqual(self.period.state, "closed")


@tagged("post_install", "-at_install")
class TestStatementInThePortal(PortalUserMixin, StatementCase, HttpCase):
    """A contractor's own user answers, and sees nothing of others (2.3)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rita = cls.portal_user("rita", cls.contractor)
        cls.finisher = cls.env["res.partner"].create({"name": "Finisher"})
        cls.fred = cls.portal_user("fred", cls.finisher)

    def open(self, path="", status=200, **data):
        response = self.url_open(f"{LIST}{path}", data=data or None)
        self.assertEqual(response.status_code, status)
        return response.text

    def send_form(self, statement, masses, status=200, **values):
        """Fill in the form as it is shown: ``{product: masses}``, and send it."""
        page = self.open(f"/{statement.id}")
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page).group(1)
        figures = ("received", "returned", "delivered", "loss", "closing")
        typed = {
            f"{figure}_mass-{line.id}": text
            for line in statement.line_ids
            for figure, text in zip(
                figures, masses.get(line.product_id, ()), strict=False
            )
        }
        return self.open(
            f"/{statement.id}", status, csrf_token=token, **typed, **values
        )

    def test_answered_and_confirmed(self):
        statement = self.ask()
        self.sign_in(self.rita)
        self.assertIn(f"{LIST}/{statement.id}", self.open())
        counters = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["coc_contractor_statement_count"]}
        )
        self.assertEqual(counters, {"coc_contractor_statement_count": 1})
        page = self.open(f"/{statement.id}")
        self.assertIn("Slab", page)
        self.assertIn("Melt &amp; Roll", page)
        masses = {self.slab: ("10", "", "", "1"), self.coil: ("", "9,0")}
        page = self.send_form(
            statement,
            masses,
            signed_by="Rita Roll, Dispatch",
            remark="All well",
        )
        self.assertIn("Answered", page)
        self.assertNotIn("Sign and Send", page)
        statement.invalidate_recordset()
        self.assertEqual(
            (statement.state, statement.signed_by, statement.remark),
            ("answered", "Rita Roll, Dispatch", "All well"),
        )
        self.assertEqual(statement.answered_by_id, self.rita)
        self.assertEqual(str(statement.answered_on), "2026-01-05 12:00:00")
        self.assertTrue(statement.is_from_portal)
        self.assertIn("Confirm the statement", statement.activity_ids.summary)
        slab = statement.line_ids.filtered(lambda one: one.product_id == self.slab)
        self.assertEqual((slab.received_mass, slab.loss_mass), (10, 1))
        statement.with_user(self.officer).action_confirm()
        self.assertEqual(statement.reconciliation_ids.state, "agrees")
        self.assertIn("Confirmed", self.open(f"/{statement.id}"))

    def test_wrong_input_is_told_and_kept(self):
        statement = self.ask()
        self.sign_in(self.rita)
        for text in ("ten", "-1", "nan", "inf", "1e12", "1.000,5"):
            page = self.send_form(
                statement, {self.slab: (text,), self.coil: ("7",)}, signed_by="Rita"
            )
            self.assertIn("is no quantity in tonnes", page, text)
            self.assertIn('value="7"', page)
        page = self.send_form(statement, {self.slab: ("10",)}, signed_by="  ")
        self.assertIn("Write the name", page)
        statement.invalidate_recordset()
        self.assertEqual(statement.state, "asked")
        self.assertEqual(set(statement.line_ids.mapped("received_mass")), {0})

    def test_not_twice_and_not_when_closed(self):
        statement = self.ask()
        self.sign_in(self.rita)
        form = self.open(f"/{statement.id}")
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form).group(1)
        values = {"csrf_token": token, "signed_by": "Rita"}
        self.open(f"/{statement.id}", **values)
        page = self.open(f"/{statement.id}", **{**values, "signed_by": "Rita again"})
        self.assertIn("is answered already", page)
        statement.invalidate_recordset()
        self.assertEqual(statement.signed_by, "Rita")

    def test_asked_back(self):
        statement = self.ask()
        self.report(statement)
        statement.rejection = "Is hall 3 counted?"
        statement.action_send_back()
        self.sign_in(self.rita)
        page = self.open(f"/{statement.id}")
        self.assertIn("Is hall 3 counted?", page)
        self.assertIn("Sign and Send", page)

    def test_nothing_of_others(self):
        """Neither by page nor by form nor by the API."""
        statement = self.ask()
        self.sign_in(self.fred)
        page = self.open()
        self.assertIn("You are not asked for a statement", page)
        with mute_logger("odoo.http"):
            self.open(f"/{statement.id}", 404)
            self.open(f"/{2**40}", 404)
        token = self.open("").split('csrf_token: "')[1].split('"')[0]
        with mute_logger("odoo.http"):
            self.open(f"/{statement.id}", 404, csrf_token=token, signed_by="Fred")
        statement.invalidate_recordset()
        self.assertEqual(statement.state, "asked")
        self.sign_in(self.rita)
        for user, seen in ((self.fred, 0), (self.rita, 1)):
            statements = self.env["asi.coc.contractor.statement"].with_user(user)
            lines = self.env["asi.coc.contractor.statement.line"].with_user(user)
            self.assertEqual(statements.search_count([]), seen)
            self.assertEqual(lines.search_count([]), 2 * seen)
            for name in ("reconciliation_ids", "evidence_ids", "activity_ids"):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    statements.search([]).read([name])
                    statement.with_user(user).read([name])
            for name in (
                "asi.coc.contractor",
                "asi.coc.contractor.assessment",
                "asi.coc.contractor.reconciliation",
            ):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    self.env[name].with_user(user).search([])
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                statement.with_user(user).write({"remark": "Mine"})
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                statement.line_ids.with_user(user).write({"loss_mass": 1})
        with self.assertRaises(AccessError):
            statement.with_user(self.fred)._answer_in_portal({}, "Fred", "")

    def test_two_entities_ask(self):
        """The contractor's user is of one company of the database, and sees both."""
        statement = self.ask()
        self.move_to_other_company(self.rita)
        self.sign_in(self.rita)
        self.assertIn(f"{LIST}/{statement.id}", self.open())
        page = self.send_form(statement, {}, signed_by="Rita")
        self.assertIn("Answered", page)

    def test_drafts_are_not_shown(self):
        statement = self.env["asi.coc.contractor.statement"].create(
            {
                "contractor_id": self.contractor_record.id,
                "date_start": "2025-01-01",
                "date_end": "2025-06-30",
            }
        )
        self.sign_in(self.rita)
        with mute_logger("odoo.http"):
            self.open(f"/{statement.id}", 404)
