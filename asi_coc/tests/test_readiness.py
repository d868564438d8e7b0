"""Rows of readiness: worked out when opened and every night, for readers only."""

from ast import literal_eval

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_readiness import ReadinessCase

STATES = ["missing", "attention", "in_order", "not_applicable"]


@tagged("post_install", "-at_install")
class TestReadiness(ReadinessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.readiness = cls.env["asi.coc.readiness"]
        cls.trend = cls.env["asi.coc.readiness.trend"]

    def rows(self, scope=None):
        return self.readiness.search([("scope_id", "=", (scope or self.scope).id)])

    def work(self, times=1):
        """Let suppliers deliver CoC Material and scrap, and some of it be delivered."""
        for number in range(times):
            supplier = self.env["res.partner"].create(
                {"name": f"Supplier {number}", "is_company": True}
            )
            for product, quantity in ((self.slab, 10), (self.scrap, 5)):
                self.env["purchase.order"].create(
                    {
                        "partner_id": supplier.id,
                        "company_id": self.company.id,
                        "picking_type_id": self.warehouse.in_type_id.id,
                        "order_line": [
                            Command.create(
                                {
                                    "product_id": product.id,
                                    "product_qty": quantity,
                                    "price_unit": 1,
                                }
                            )
                        ],
                    }
                ).button_confirm()
            self.receive(self.slab, 10, claimed=10)
            self.receive(self.slab, 10, claimed=10, verify=False)
            self.receive(self.scrap, 5)
            self.deliver(self.slab, 5, designated=2)

    # -- rows -----------------------------------------------------------------
    def test_every_criterion_has_its_row_and_rule(self):
        rules = self.env["asi.coc.readiness.rules"]
        criteria = self.env["asi.coc.criterion"].search([("code", "!=", False)])
        self.assertEqual(len(criteria), 85)
        for criterion in criteria:
            name = f"_rule_{criterion.code.replace('.', '_')}"
            self.assertTrue(hasattr(rules, name), criterion.display_name)
        rows = self.readiness._refresh(self.scope)
        self.assertEqual(rows.criterion_id, criteria)
        self.assertEqual(self.rows(), rows)
        self.assertEqual(self.rows().criterion_id.ids, criteria.ids, "in their order")
        for row in rows:
            self.assertTrue(row.explanation, row.display_name)
            self.assertIn(row.state, STATES)

    def test_working_out_again_keeps_rows_and_evidence(self):
        rows = self.readiness._refresh(self.scope)
        evidence = rows.evidence_ids
        self.assertTrue(evidence)
        self.at("2025-03-11")
        self.work()
        self.assertEqual(self.readiness._refresh(self.scope), rows)
        self.assertEqual(str(rows[0].checked_on), "2025-03-11 12:00:00")
        self.assertEqual(evidence.exists(), evidence)
        gone = rows.filtered(lambda row: row.criterion_id.code == "5.1c")
        self.assertTrue(gone.evidence_ids)
        self.facility("Casthouse").active = False
        self.readiness._refresh(self.scope)
        self.assertEqual((gone.state, len(gone.evidence_ids)), ("not_applicable", 0))

    def test_check_again_works_out_that_row_alone(self):
        rows = self.readiness._refresh(self.scope)
        self.at("2025-03-11")
        self.scope.membership_standing = "ended"
        row = rows[0].with_user(self.auditor)
        self.assertTrue(row.action_refresh())
        self.assertEqual(row.state, "missing")
        self.assertEqual(str(rows[0].checked_on), "2025-03-11 12:00:00")
        self.assertEqual(str(rows[1].checked_on), "2025-03-10 12:00:00")

    def test_a_draft_scope_without_anything(self):
        company = self.env["res.company"].create({"name": "Founded Yesterday"})
        scope = self.env["asi.coc.scope"].create(
            {"name": "Founded Yesterday", "company_id": company.id}
        )
        rows = self.readiness._refresh(scope)
        self.assertEqual(len(rows), 85)
        states = {row.criterion_id.code: row.state for row in rows}
        self.assertEqual(states["1.1"], "missing")
        self.assertEqual(states["1.2"], "missing")
        self.assertEqual(states["1.4"], "missing")
        self.assertEqual(states["2.1"], "not_applicable")
        self.assertEqual(states["5.1a"], "not_applicable")
        self.assertEqual(states["7.1a"], "missing")

    def test_the_same_whoever_looks(self):
        """Neither the company that is active nor the reader's rights matter."""
        other = self.env["res.company"].create({"name": "Another Entity"})
        self.auditor.company_ids += other
        self.work()

        def summarize(rows):
            return {
                row.criterion_id.code: (row.state, row.explanation, row.evidence_text)
                for row in rows.sudo()
            }

        expected = summarize(self.readiness._refresh(self.scope))
        theirs = self.readiness.with_user(self.auditor).with_context(
            allowed_company_ids=(other | self.company).ids, active_test=False
        )
        theirs.action_open()
        self.env.invalidate_all()
        self.assertEqual(summarize(self.rows()), expected)

    def test_everybody_reads_the_own_language(self):
        """One who looks in French leaves the English text, and the other way round."""
        self.env["res.lang"]._activate_lang("fr_FR")
        criterion = self.env["asi.coc.criterion"].search([("code", "=", "1.1")])

        def look(lang):
            rows = self.readiness.with_context(lang=lang)
            return rows._refresh(self.scope, criterion)

        english, evidence = look("en_US"), look("en_US").evidence_ids
        self.assertIn("February 1, 2023", english.explanation)
        french = look("fr_FR")
        self.assertIn("1 février 2023", french.explanation)
        self.env.invalidate_all()
        self.assertIn("February 1, 2023", english.explanation)
        self.assertEqual(english.evidence_ids, evidence, "open pages go on to work")
        # What has changed since is not told any more, in no language.
        self.scope.member_since = "2023-03-01"
        look("en_US")
        self.env.invalidate_all()
        self.assertIn("March 1, 2023", french.explanation)
        self.assertIn("1 mars 2023", look("fr_FR").explanation)

    # -- evidence -------------------------------------------------------------
    def test_readers_open_what_was_counted(self):
        self.work()
        rows = self.readiness._refresh(self.scope)
        for user in (self.auditor, self.officer):
            for evidence in rows.with_user(user).evidence_ids:
                with self.subTest(user=user.name, label=evidence.label):
                    action = evidence.action_open()
                    found = self.env[action["res_model"]].with_user(user)
                    found = found.with_company(self.company)
                    self.assertEqual(
                        found.search_count(action["domain"]), evidence.count
                    )
                    found.search(action["domain"], limit=1).mapped("display_name")

    def test_evidence_is_told_with_its_number(self):
        row = self.assert_state("1.2", "missing")
        self.assertEqual(row.evidence_text, "Facilities: 3")
        action = row.evidence_ids.filtered("count").action_open()
        self.assertEqual(action["name"], "Facilities")
        self.assertEqual(action["view_mode"], "list,form")
        self.assertEqual(action["domain"], [("scope_id", "=", self.scope.id)])

    # -- opening --------------------------------------------------------------
    def test_the_menu_works_out_and_opens(self):
        menu = self.env.ref("asi_coc.menu_asi_coc_readiness")
        for user in (self.auditor, self.officer, self.representative):
            self.rows().sudo().unlink()
            action = menu.action.with_user(user).with_company(self.company).run()
            self.assertEqual(action["res_model"], "asi.coc.readiness")
            self.assertEqual(len(self.rows()), 85)
        for user in (self.storekeeper, self.coc_storekeeper, self.buyer):
            with self.assertRaises(AccessError):
                menu.action.with_user(user).run()
            with self.assertRaises(AccessError):
                self.readiness.with_user(user).action_open()

    def test_an_archived_scope_is_not_shown(self):
        self.readiness._refresh(self.scope)
        action = self.readiness.action_open()
        domain = literal_eval(action["domain"])
        self.assertIn(self.scope, self.readiness.search(domain).scope_id)
        self.scope.active = False
        self.assertNotIn(self.scope, self.readiness.search(domain).scope_id)

    # -- rights ---------------------------------------------------------------
    def test_nobody_writes(self):
        rows = self.readiness._refresh(self.scope)
        self.trend._record(self.scope)
        trend = self.trend.search([("scope_id", "=", self.scope.id)])
        records = (rows[0], rows.evidence_ids[0], trend[0])
        for user in (self.officer, self.representative, self.auditor):
            for record in records:
                record = record.with_user(user)
                self.assertTrue(record.display_name)
                with self.assertRaises(AccessError):
                    record.write({"company_id": self.company.id})
                with self.assertRaises(AccessError):
                    record.unlink()
                with self.assertRaises(AccessError):
                    record.create({})
        for user in (self.storekeeper, self.coc_storekeeper):
            for record in records:
                with self.assertRaises(AccessError):
                    record.with_user(user).read(["display_name"])

    def test_another_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Another Entity"})
        officer = self.user("other", "asi_coc.group_officer")
        officer.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        rows = self.readiness._refresh(self.scope)
        self.trend._record(self.scope)
        checked = rows[0].checked_on
        self.at("2025-03-11")
        theirs = self.readiness.with_user(officer).with_company(other)
        theirs = theirs.with_context(allowed_company_ids=other.ids)
        theirs.action_open()
        self.assertEqual(rows[0].checked_on, checked)
        for model in ("", ".evidence", ".trend"):
            found = theirs.env[f"asi.coc.readiness{model}"].search([])
            self.assertFalse(found, model)
        with self.assertRaises(AccessError):
            rows[0].with_user(officer).action_refresh()
        with self.assertRaises(AccessError):
            rows.evidence_ids[0].with_user(officer).action_open()

    # -- trend ----------------------------------------------------------------
    def counts(self, day):
        found = self.trend.search(
            [("scope_id", "=", self.scope.id), ("date", "=", day)]
        )
        self.assertEqual(len(found), 4)
        return {one.state: one.criteria for one in found}

    def test_a_day_is_recorded_once(self):
        rows = self.readiness._refresh(self.scope)
        self.trend._record(self.scope)
        first = self.counts("2025-03-10")
        self.assertEqual(sum(first.values()), 85)
        for state in STATES:
            self.assertEqual(
                first[state], len(rows.filtered(lambda row, s=state: row.state == s))
            )
        self.scope.membership_standing = "ended"
        self.readiness._refresh(self.scope)
        self.trend._record(self.scope)
        second = self.counts("2025-03-10")
        self.assertEqual(second["missing"], first["missing"] + 1)
        self.assertEqual(second["in_order"], first["in_order"] - 1)

    def test_every_night(self):
        job = self.env.ref("asi_coc.cron_refresh_readiness").sudo()
        draft = self.scope.copy({"name": "Draft"})
        for day in ("2025-03-10", "2025-03-10", "2025-03-11"):
            self.at(day)
            self.env.flush_all()
            with self.enter_registry_test_mode():
                job.method_direct_trigger()
            self.env.invalidate_all()
        self.assertEqual(len(self.rows()), 85)
        self.assertEqual(str(self.rows()[0].checked_on), "2025-03-11 12:00:00")
        self.assertEqual(sum(self.counts("2025-03-10").values()), 85)
        self.assertEqual(sum(self.counts("2025-03-11").values()), 85)
        self.assertFalse(self.rows(draft))

    # -- cost -----------------------------------------------------------------
    def count_queries(self):
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.readiness._refresh(self.scope)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_queries_do_not_grow_with_the_records(self):
        self.work(2)
        self.count_queries()
        few = self.count_queries()
        self.assertLess(few, 500)
        self.work(8)
        self.count_queries()
        self.assertEqual(self.count_queries(), few)
