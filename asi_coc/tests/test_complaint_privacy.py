import json
from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_complaints import ComplaintCase

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
MODELS = (
    "asi.coc.complaint",
    "asi.coc.complaint.statement",
    "asi.coc.complaint.log",
)


@tagged("post_install", "-at_install")
class TestComplaintPrivacy(ComplaintCase):
    """Nobody outside the compliance group reads a complaint, by no way (7.3)."""

    def setUp(self):
        super().setUp()
        self.complaint, self.page = self.complain(
            [("dump.png", PNG, "image/png")],
            contact_name="Ann Whistle",
            contact_email="ann@example.com",
            consent="1",
        )
        self.complaint = self.complaint.with_context(tracking_disable=False)
        self.advance(self.complaint, "investigating")
        self.env.flush_all()
        # What changed is written to the chatter before the transaction ends.
        self.env.cr.precommit.run()
        own = self.complaint.with_user(self.officer)
        own.message_post(body="The foreman said otherwise.")
        own.log_ids = [
            Command.create(
                {
                    "what": "Heap visited",
                    "evidence_ids": [
                        Command.create({"name": "minutes.png", "raw": PNG})
                    ],
                }
            )
        ]
        self.files = self.complaint.statement_ids.file_ids
        self.files += self.complaint.log_ids.evidence_ids

    def rpc(self, model, method, *args, **kwargs):
        """Call over HTTP as the user who is signed in; return result or error name."""
        response = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            data=json.dumps(
                {
                    "params": {
                        "model": model,
                        "method": method,
                        "args": args,
                        "kwargs": kwargs,
                    }
                }
            ),
            headers={"Content-Type": "application/json"},
        ).json()
        if "error" in response:
            return response["error"]["data"]["name"]
        return response["result"]

    # -- users of group User, over RPC ----------------------------------------------
    @mute_logger("odoo.http", "odoo.addons.base.models.ir_model")
    def test_users_reach_nothing_of_the_register(self):
        denied = "odoo.exceptions.AccessError"
        for user in (self.coc_storekeeper, self.storekeeper, self.buyer):
            user.group_ids += self.env.ref("base.group_allow_export")
            self.authenticate(user.login, user.login)
            for model in MODELS:
                ids = self.env[model].search([]).ids
                self.assertTrue(ids)
                for method, args, kwargs in (
                    ("search", ([],), {}),
                    ("search_read", ([], ["display_name"]), {}),
                    ("search_count", ([],), {}),
                    ("name_search", (), {"name": "CMP"}),
                    ("read", (ids, ["display_name"]), {}),
                    ("web_read", (ids, {"display_name": {}}), {}),
                    ("web_search_read", ([], {"display_name": {}}), {}),
                    ("formatted_read_group", ([], ["create_uid"], ["__count"]), {}),
                    ("read_group", ([], ["id:max"], ["create_uid"]), {}),
                    ("export_data", (ids, ["display_name"]), {}),
                    ("get_metadata", (ids,), {}),
                    ("copy", (ids,), {}),
                    ("unlink", (ids,), {}),
                ):
                    with self.subTest(user=user.login, model=model, method=method):
                        result = self.rpc(model, method, *args, **kwargs)
                        self.assertEqual(result, denied)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_model")
    def test_users_reach_nothing_by_the_chatter(self):
        messages = self.complaint.message_ids
        self.assertGreaterEqual(len(messages), 3)
        activity = self.complaint.activity_ids[:1]
        self.assertTrue(activity)
        own = [("model", "=", "asi.coc.complaint")]
        res = [("res_model", "in", MODELS)]
        trackings = (
            self.env["mail.tracking.value"]
            .sudo()
            .search([])
            .filtered(lambda one: one.mail_message_id in messages.sudo())
        )
        self.assertTrue(trackings)
        self.authenticate(self.coc_storekeeper.login, self.coc_storekeeper.login)
        denied = "odoo.exceptions.AccessError"
        for model, domain, ids in (
            ("mail.message", own, messages.ids),
            ("mail.activity", res[:1], activity.ids),
            ("ir.attachment", res, self.files.ids),
            ("mail.tracking.value", [("id", "in", trackings.ids)], trackings.ids),
            ("mail.followers", res, []),
        ):
            with self.subTest(model=model):
                self.assertIn(self.rpc(model, "search", domain), ([], denied))
                counted = self.rpc(model, "search_count", domain)
                self.assertIn(counted, (0, denied))
                for one in ids:
                    self.assertEqual(self.rpc(model, "read", [one], ["id"]), denied)
        for method, args in (
            ("message_post", ([self.complaint.id],)),
            ("message_subscribe", ([self.complaint.id],)),
            ("activity_schedule", ([self.complaint.id],)),
        ):
            kwargs = {"partner_ids": self.coc_storekeeper.partner_id.ids}
            if method == "activity_schedule":
                kwargs = {"summary": "x"}
            result = self.rpc("asi.coc.complaint", method, *args, **kwargs)
            # Odoo says that it did nothing, in place of refusing.
            self.assertIn(result, (denied, False), method)

    @mute_logger("odoo.http")
    def test_users_reach_no_file(self):
        self.authenticate(self.coc_storekeeper.login, self.coc_storekeeper.login)
        for file in self.files:
            for path in (
                f"/web/content/{file.id}",
                f"/web/image/{file.id}",
                f"/web/content/ir.attachment/{file.id}/raw",
            ):
                response = self.url_open(path)
                self.assertNotIn(PNG, response.content)
                self.assertNotIn("minutes", str(response.headers))
        self.authenticate(self.officer.login, self.officer.login)
        for file in self.files:
            self.assertEqual(self.url_open(f"/web/content/{file.id}").content, PNG)

    def test_portal_and_public_reach_nothing(self):
        portal = self.env["res.users"].create(
            {
                "name": "Portal",
                "login": "coc-complaint-portal",
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
            }
        )
        for user in (portal, self.env.ref("base.public_user")):
            for model in MODELS:
                with self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])
            with self.assertRaises(AccessError):
                self.files.with_user(user).read(["name"])
            with self.assertRaises(AccessError):
                self.complaint.message_ids.with_user(user).read(["body"])

    # -- officers, representatives, auditors --------------------------------------
    def test_officers_read_all(self):
        for user in (self.officer, self.representative):
            own = self.complaint.with_user(user)
            self.assertEqual(own.contact, "Ann Whistle, ann@example.com")
            self.assertEqual(len(own.log_ids), 1)
            self.assertEqual(self.files.with_user(user)[0].raw, PNG)

    def test_other_companies_see_nothing(self):
        other = self.env["res.company"].create({"name": "Other Melters"})
        stranger = self.user("stranger", "asi_coc.group_representative")
        stranger.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        for model in MODELS:
            records = self.env[model].search([("company_id", "=", self.company.id)])
            seen = records.with_user(stranger).with_context(
                allowed_company_ids=other.ids
            )
            self.assertTrue(records)
            self.assertFalse(seen._filtered_access("read"))
            self.assertFalse(seen.search([("id", "in", records.ids)]))
        with self.assertRaises(AccessError):
            self.complaint.message_ids.with_user(stranger).read(["body"])

    def test_auditor_without_consent(self):
        own = self.complaint.with_user(self.auditor)
        self.assertEqual(own.contact, "Withheld")
        self.assertEqual(own.concern, self.complaint.concern)
        self.assertEqual(own.log_ids.what, "Heap visited")
        self.assertEqual(self.files.with_user(self.auditor)[0].raw, PNG)
        for name in ("contact_name", "contact_email", "contact_phone"):
            with self.assertRaises(AccessError):
                own.read([name])
            with self.assertRaises(AccessError):
                own.search([(name, "ilike", "ann")])
            with self.assertRaises(AccessError):
                own.search([], order=name)
        self.assertNotIn("contact_name", own.read()[0])
        # Nor what the chatter and the tracked values say.
        for message in own.message_ids:
            text = str(message.read(["body", "email_from", "author_id", "subject"]))
            self.assertNotIn("ann", text.lower())
        with self.assertRaises(AccessError):
            own.message_post(body="Hello")
        with self.assertRaises(AccessError):
            own.action_admit()

    def test_auditor_with_consent(self):
        self.complaint.with_user(self.officer).share_contact = True
        own = self.complaint.with_user(self.auditor)
        self.assertEqual(own.contact, "Ann Whistle, ann@example.com")

    # -- nobody is told --------------------------------------------------------------
    def test_nobody_follows(self):
        own = self.complaint.with_user(self.officer)
        own.message_subscribe(
            partner_ids=(self.officer + self.coc_storekeeper).partner_id.ids
        )
        own.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.representative.id
        )
        own.user_id = self.officer
        own.message_post(
            body="x", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertFalse(self.complaint.message_follower_ids)

    def test_messages_only_to_who_may_read(self):
        own = self.complaint.with_user(self.officer)
        own.message_post(body="See", partner_ids=self.representative.partner_id.ids)
        for partner in (self.coc_storekeeper.partner_id, self.customer):
            with self.refused(
                UserError, partner.name, self.complaint.name, "Message to the", "(7.3)"
            ):
                own.message_post(body="See", partner_ids=partner.ids)
        self.assertEqual(own._message_get_suggested_recipients(), [])

    def test_messages_name_nobody_afterwards(self):
        """Whoever a message names reads it, however the name got there."""
        store, own = self.coc_storekeeper, self.complaint.with_user(self.officer)
        note = own.message_post(body="Ann said so.", message_type="comment")
        named = {"partner_ids": store.partner_id.ids}
        message = {"model": own._name, "res_id": own.id, "body": "Ann", **named}
        for name in (
            lambda: own._message_update_content(note, body="See", **named),
            lambda: note.write(named),
            lambda: self.env["mail.message"].with_user(self.officer).create(message),
            lambda: own.message_notify(body="Ann", **named),
        ):
            with self.refused(UserError, store.name, self.complaint.name, "(7.3)"):
                name()
        own._message_update_content(
            note, body="See", partner_ids=self.representative.partner_id.ids
        )
        self.assertEqual(note.partner_ids, self.representative.partner_id)
        self.assertFalse(note.with_user(store)._filtered_access("read"))

    def test_only_the_gateway_brings_letters(self):
        """Nobody puts words into the complainant's mouth by RPC."""
        letters, complaints = self.complaint.statement_ids, self.own()
        for user in (self.coc_storekeeper, self.auditor, self.officer):
            own = self.complaint.with_user(user)
            with self.assertRaises(AccessError):
                own.message_post(message_type="email", body="I withdraw it.")
            with self.assertRaises(AccessError):
                own.browse().message_new(
                    {"email_from": "ann@example.com"}, {"scope_id": self.scope.id}
                )
        self.assertEqual(self.complaint.statement_ids, letters)
        self.assertEqual(self.own(), complaints)

    def test_files_are_not_public(self):
        own = self.complaint.with_user(self.officer)
        files = self.env["ir.attachment"].with_user(self.officer)
        values = {"name": "dump.png", "raw": PNG, "res_model": own._name}
        file = files.create({**values, "res_id": own.id})
        for publish in (
            lambda: files.create({**values, "res_id": own.id, "public": True}),
            lambda: file.write({"public": True}),
        ):
            with self.refused(ValidationError, "dump.png", "(7.3)"):
                publish()

    def test_only_officers_handle_it(self):
        with self.refused(
            ValidationError, "coc-storekeeper", self.complaint.name, "Melt & Roll"
        ):
            self.complaint.with_user(self.officer).user_id = self.coc_storekeeper

    def test_activity_of_somebody_else(self):
        own = self.complaint.with_user(self.officer)
        with self.refused(UserError, "coc-storekeeper", self.complaint.name, "(7.3)"):
            own.activity_schedule(
                "mail.mail_activity_data_todo", user_id=self.coc_storekeeper.id
            )

    def test_scope_tells_users_no_number(self):
        own = self.scope.with_user(self.coc_storekeeper)
        with self.assertRaises(AccessError):
            own.read(["complaint_count"])
        self.assertEqual(self.scope.with_user(self.officer).complaint_count, 1)

    def test_record_classes_tell_users_no_number(self):
        """Nor does the register of records: not that one came in, nor on which day."""
        classes = self.env["asi.coc.record.class"].search(
            [("model", "=", "asi.coc.complaint"), ("scope_id", "=", self.scope.id)]
        )
        self.assertEqual(len(classes), 1)
        names = ["record_count", "oldest", "newest"]
        known = {"record_count": 1, "oldest": date(2025, 3, 10)}
        for user in (self.officer, self.auditor):
            (row,) = classes.with_user(user).read(names)
            self.assertEqual(row, {**row, **known, "newest": date(2025, 3, 10)})
        (row,) = classes.with_user(self.coc_storekeeper).read(names)
        self.assertEqual(
            row, {**row, "record_count": 0, "oldest": False, "newest": False}
        )
