import re
from unittest.mock import patch

from lxml import html

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.asi_coc.models import asi_coc_throttle

from .common_policy import PolicyCase
from .common_portal import PortalUserMixin

LIST = "/my/sourcing_policy"


class PolicyPageCase(PortalUserMixin, PolicyCase, HttpCase):
    """Two suppliers who were told, and come over HTTP."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna = cls.portal_user("anna", cls.smelter)
        cls.tom = cls.portal_user("tom", cls.trader)

    def setUp(self):
        super().setUp()
        self.policy = self.adopt(text="<p>For all aluminium we buy.</p>")
        self.own = self.tell(self.policy, self.smelter)
        self.other = self.tell(self.policy, self.trader)

    def open(self, path="", status=200):
        response = self.url_open(path, allow_redirects=False)
        self.assertEqual(response.status_code, status)
        return response

    def read_page(self, response):
        main = html.fromstring(response.content).xpath("//main")[0]
        texts = [text.strip() for text in main.itertext()]
        return " ".join(" ".join(filter(None, texts)).split())

    def csrf(self, response):
        return re.search(r'name="csrf_token" value="([^"]+)"', response.text)[1]

    def press(self, path, source, **values):
        """Press the button of the page ``source``; return the answer."""
        data = {"csrf_token": self.csrf(self.url_open(source)), **values}
        return self.url_open(path, data=data)


@tagged("post_install", "-at_install")
class TestPortalPolicy(PolicyPageCase):
    """7.1: a supplier's user of the portal reads, downloads and acknowledges."""

    def path(self, communication):
        return f"{LIST}/{communication.id}"

    def test_home(self):
        self.sign_in(self.anna)
        home = self.url_open("/my")
        self.assertIn(f'href="{LIST}"', home.text)
        self.assertIn("Responsible Sourcing Policy", home.text)
        counters = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["coc_policy_count"]}
        )
        self.assertEqual(counters, {"coc_policy_count": 1})

    def test_of_every_company_of_the_database(self):
        """Anna's account is with another company, which buys of her entity too."""
        for user in (self.anna, self.tom):
            self.move_to_other_company(user)
        self.sign_in(self.anna)
        counters = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["coc_policy_count"]}
        )
        self.assertEqual(counters, {"coc_policy_count": 1})
        self.assertIn("Melt & Roll 1.0", self.read_page(self.open(LIST)))
        path = self.path(self.own)
        file = self.policy.evidence_ids
        self.assertEqual(
            self.open(f"{path}/file/{file.id}").content, b"%PDF-1.4 policy"
        )
        self.press(f"{path}/acknowledge", path)
        self.own.invalidate_recordset()
        self.assertEqual(self.own.acknowledged_user_id, self.anna)
        with mute_logger("odoo.http"):
            self.open(self.path(self.other), 404)
        self.assertEqual(self.other.state, "sent")

    def test_read(self):
        self.sign_in(self.anna)
        text = self.read_page(self.open(LIST))
        self.assertIn("Melt & Roll 1.0 March 10, 2025 To Acknowledge", text)
        text = self.read_page(self.open(self.path(self.own)))
        for fragment in (
            "Responsible Sourcing Policy 1.0",
            "For all aluminium we buy.",
            "We neither give nor take bribes",
            "Human Rights Due Diligence",
            "No material finances conflict.",
            "policy-1.0.pdf",
            "As Anna, for North Smelting:",
        ):
            self.assertIn(fragment, text)

    def test_download(self):
        self.sign_in(self.anna)
        file = self.policy.evidence_ids
        response = self.open(f"{self.path(self.own)}/file/{file.id}")
        self.assertEqual(response.content, b"%PDF-1.4 policy")
        self.assertIn("attachment;", response.headers["Content-Disposition"])
        self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")

    @mute_logger("odoo.http")
    def test_download_of_other_files(self):
        self.sign_in(self.anna)
        stranger = self.file("stranger.pdf", b"secret")
        for file_id in (stranger.id, 10**12, 0):
            self.open(f"{self.path(self.own)}/file/{file_id}", 404)

    def test_acknowledge(self):
        self.sign_in(self.anna)
        path = self.path(self.own)
        response = self.press(f"{path}/acknowledge", path)
        self.assertEqual(response.status_code, 200)
        self.assertIn("Acknowledged by Anna on March 10", self.read_page(response))
        self.own.invalidate_recordset()
        self.assertEqual(self.own.state, "acknowledged")
        self.assertEqual(self.own.acknowledged_by, "Anna")
        self.assertEqual(self.own.acknowledged_user_id, self.anna)
        self.assertEqual(self.own.acknowledged_how, "portal")
        self.assertTrue(self.own.acknowledged_on)
        self.assertNotIn("/acknowledge", response.text)
        # Once is enough: the first stays.
        before = self.own.acknowledged_on
        self.at("2025-03-11")
        self.assertFalse(self.own.with_user(self.anna)._acknowledge("Eve", "portal"))
        self.assertEqual(self.own.acknowledged_by, "Anna")
        self.assertEqual(self.own.acknowledged_on, before)

    def test_pressed_twice(self):
        self.sign_in(self.anna)
        path = self.path(self.own)
        token = self.csrf(self.url_open(path))
        for _time in range(2):
            response = self.url_open(f"{path}/acknowledge", data={"csrf_token": token})
            self.assertEqual(response.status_code, 200)
        notes = self.own.message_ids.filtered(lambda one: "Acknowledged by" in one.body)
        self.assertEqual(len(notes), 1)

    @mute_logger("odoo.http")
    def test_without_the_forms_token(self):
        self.sign_in(self.anna)
        path = f"{self.path(self.own)}/acknowledge"
        for data in ({"x": "1"}, {"csrf_token": "wrong"}):
            self.assertEqual(self.url_open(path, data=data).status_code, 400)
        self.assertEqual(self.open(path, 405).status_code, 405)
        self.assertEqual(self.own.state, "sent")

    @mute_logger("odoo.http")
    def test_others_see_nothing(self):
        file = self.policy.evidence_ids
        for user, own, other in (
            (self.anna, self.own, self.other),
            (self.tom, self.other, self.own),
        ):
            self.sign_in(user)
            self.assertNotIn(
                other.partner_id.name, self.read_page(self.open(self.path(own)))
            )
            token = self.csrf(self.url_open(self.path(own)))
            for communication_id in (other.id, 2_000_000_000, 10**12, 0):
                path = f"{LIST}/{communication_id}"
                self.open(path, 404)
                self.open(f"{path}/file/{file.id}", 404)
                response = self.url_open(
                    f"{path}/acknowledge", data={"csrf_token": token}
                )
                self.assertEqual(response.status_code, 404)
            self.assertEqual(other.state, "sent")

    @mute_logger("odoo.http")
    def test_what_is_not_sent_yet_is_not_there(self):
        waiting = self.tell(self.policy, self.scrapyard, send=False)
        self.sign_in(self.portal_user("greta", self.scrapyard))
        self.open(self.path(waiting), 404)
        text = self.read_page(self.open(LIST))
        self.assertIn("You were not sent a Responsible Sourcing Policy yet.", text)

    def test_anonymous(self):
        for path in (LIST, self.path(self.own), f"{self.path(self.own)}/file/1"):
            response = self.open(path, 303)
            self.assertIn("/web/login", response.headers["Location"])

    def test_colleagues_share(self):
        self.sign_in(self.portal_user("bert", self.smelter))
        path = self.path(self.own)
        self.press(f"{path}/acknowledge", path)
        self.assertEqual(self.own.acknowledged_by, "Bert")

    def test_superseded_version(self):
        self.at("2025-03-12")
        self.adopt("2.0")
        self.sign_in(self.anna)
        page = self.open(self.path(self.own))
        self.assertIn("superseded by a newer one", self.read_page(page))
        self.assertNotIn("/acknowledge", page.text)

    def test_superseded_while_the_page_was_open(self):
        self.sign_in(self.anna)
        path = self.path(self.own)
        token = self.csrf(self.url_open(path))
        self.at("2025-03-12")
        self.adopt("2.0")
        response = self.url_open(f"{path}/acknowledge", data={"csrf_token": token})
        self.assertIn("please acknowledge that one", self.read_page(response))
        self.assertEqual(self.own.state, "sent")

    # -- by RPC ---------------------------------------------------------------
    def test_rpc_reads_few_fields(self):
        own = self.own.with_user(self.anna)
        self.assertEqual(own.search([]), own)
        self.assertEqual(own.read(["state"])[0]["state"], "sent")
        self.assertEqual(
            set(own.fields_get()),
            {
                "id",
                "display_name",
                "partner_id",
                "state",
                "sent_on",
                "acknowledged_on",
                "acknowledged_by",
            },
        )
        for field in ("access_token", "evidence_ids", "message_ids", "email"):
            with self.subTest(field=field):
                with self.assertRaises(AccessError):
                    own.read([field])
                with self.assertRaises(AccessError):
                    own.search([(field, "!=", False)])
        for model in ("asi.coc.sourcing.policy", "asi.coc.policy.supplier"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.anna).search([])

    def test_rpc_changes_nothing(self):
        own = self.own.with_user(self.anna)
        for change in (
            lambda: own.write({"state": "acknowledged"}),
            lambda: own.write({"acknowledged_by": "Eve"}),
            lambda: own.unlink(),
            lambda: own.action_send(),
            lambda: own.action_given(),
            lambda: own.message_post(body="Hello"),
            lambda: own.create(
                {"policy_id": self.policy.id, "partner_id": self.smelter.id}
            ),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                change()
        with self.assertRaises(AccessError):
            self.other.with_user(self.anna).read(["state"])


@tagged("post_install", "-at_install")
class TestPolicyPage(PolicyPageCase):
    """7.1: the link in the e-mail, for a contact without an account."""

    def path(self, communication=None):
        return f"/coc/policy/{(communication or self.own).access_token}"

    def test_link_of_the_mail(self):
        mail = self.mails(self.own)
        address = re.search(r'href="([^"]*/coc/policy/[^"]+)"', mail.body_html)[1]
        self.assertTrue(address.endswith(self.path()))

    def test_read(self):
        response = self.open(self.path())
        text = self.read_page(response)
        for fragment in (
            "Responsible Sourcing Policy of Melt & Roll",
            "Version 1.0",
            "Sent to North Smelting",
            "For all aluminium we buy.",
            "No material finances conflict.",
        ):
            self.assertIn(fragment, text)
        for secret in ("Metal Trading", "/web/", "north@example.com", "Green"):
            self.assertNotIn(secret, response.text)
        for name, value in (
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("X-Robots-Tag", "noindex, nofollow"),
        ):
            self.assertEqual(response.headers[name], value)
        # Programs that check e-mails follow links; that acknowledges nothing.
        self.assertEqual(self.own.state, "sent")

    def test_download(self):
        file = self.policy.evidence_ids
        response = self.open(f"{self.path()}?file={file.id}")
        self.assertEqual(response.content, b"%PDF-1.4 policy")

    @mute_logger("odoo.http")
    def test_download_of_other_files(self):
        stranger = self.file("stranger.pdf", b"secret")
        for value in (stranger.id, 10**12, "x", "-1", "٣"):
            self.open(f"{self.path()}?file={value}", 404)

    def test_acknowledge(self):
        response = self.press(self.path(), self.path(), name=" Anna Berg ")
        self.assertIn("Acknowledged by Anna Berg on March 10", self.read_page(response))
        self.own.invalidate_recordset()
        self.assertEqual(self.own.state, "acknowledged")
        self.assertEqual(self.own.acknowledged_by, "Anna Berg")
        self.assertEqual(self.own.acknowledged_how, "link")
        self.assertFalse(self.own.acknowledged_user_id)
        self.assertEqual(self.other.state, "sent")

    def test_first_counts(self):
        token = self.csrf(self.url_open(self.path()))
        for name in ("Anna", "Eve"):
            self.url_open(self.path(), data={"csrf_token": token, "name": name})
        self.assertEqual(self.own.acknowledged_by, "Anna")

    def test_name(self):
        for name in ("", "  ", "\u202e", "x" * 101):
            response = self.press(self.path(), self.path(), name=name)
            self.assertIn("Please enter your name", self.read_page(response))
        self.assertEqual(self.own.state, "sent")
        response = self.press(
            self.path(), self.path(), name="<script>alert(1)</script>"
        )
        self.assertNotIn("<script>", response.text)
        self.assertEqual(self.own.acknowledged_by, "<script>alert(1)</script>")

    @mute_logger("odoo.http")
    def test_without_the_forms_token(self):
        response = self.url_open(self.path(), data={"name": "Eve"})
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self.own.state, "sent")

    def test_unknown_addresses(self):
        waiting = self.tell(self.policy, self.scrapyard, send=False)
        token = waiting._ensure_token()
        for path in (
            "/coc/policy/",
            "/coc/policy/x",
            f"/coc/policy/{'A' * 32}",
            f"/coc/policy/{self.own.id}",
            f"/coc/policy/{token}",
            f"{self.path().lower()}",
            f"{self.path()}/x",
            self.path().replace("policy", "document"),
        ):
            response = self.open(path, 404)
            self.assertIn("There is no", response.text)

    def test_superseded(self):
        token = self.csrf(self.url_open(self.path()))
        self.at("2025-03-12")
        self.adopt("2.0")
        text = self.read_page(self.open(self.path()))
        self.assertIn("There is a newer version", text)
        self.url_open(self.path(), data={"csrf_token": token, "name": "Anna"})
        self.assertEqual(self.own.state, "sent")

    def test_guessing_stops(self):
        limits = {**asi_coc_throttle.LIMITS, "unknown": (2, 3600)}
        with patch.object(asi_coc_throttle, "LIMITS", limits):
            for _time in range(2):
                self.open("/coc/policy/guess", 404)
            response = self.open(self.path(), 429)
        self.assertGreater(int(response.headers["Retry-After"]), 0)

    def test_acknowledging_is_counted(self):
        limits = {**asi_coc_throttle.LIMITS, "acknowledge": (1, 3600)}
        token = self.csrf(self.url_open(self.path()))
        with patch.object(asi_coc_throttle, "LIMITS", limits):
            data = {"csrf_token": token, "name": ""}
            self.assertEqual(self.url_open(self.path(), data=data).status_code, 200)
            data["name"] = "Anna"
            self.assertEqual(self.url_open(self.path(), data=data).status_code, 429)
        self.assertEqual(self.own.state, "sent")
