import re
from unittest.mock import patch

from lxml import html

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import config, mute_logger

from .common_public import PublicCase

FACTS = (
    "ASI CoC Document {number} Genuine and in force The issuing entity confirms that "
    "it issued this document. Compare the paper or file you hold with what is shown "
    "here. Date of issue March 10, 2025 Issuing entity Melt & Roll Receiving customer "
    "Rollers United CoC Material CoC mass Total mass Rolling Slab Aluminium 7 t 10 t "
    "Compare the PDF PDF you were sent"
)


@tagged("post_install", "-at_install")
class TestPublicPage(PublicCase):
    """Whoever holds a document learns whether it is genuine, and no more (9.5)."""

    # -- what is shown ----------------------------------------------------------
    def test_genuine(self):
        response = self.get(self.path(self.document))
        self.assertEqual(response.status_code, 200)
        text = self.read_page(response)
        self.assertEqual(text.index(FACTS.format(number=self.document.name)), 0)
        title = f"<title>CoC Document {self.document.name}</title>"
        self.assertIn(title, response.text)

    def test_nothing_else_is_told(self):
        text = self.get(self.path(self.document)).text
        picking = self.document.picking_ids
        for secret in (
            "1 Potline Road",
            "2 Coil Street",
            "Essen",
            "Jan Rogers",
            "example.com",
            "C00037",
            picking.name,
            "attachment",
            "/web/",
            "/odoo",
            self.scope.responsible_id.login,
        ):
            self.assertNotIn(secret, text)
        self.assertEqual(self.document.name.count(str(picking.id)), 0)

    def test_nothing_is_fetched_kept_or_passed_on(self):
        for path in (self.path(self.document), "/coc/document/nothing"):
            response = self.get(path)
            headers = response.headers
            self.assertEqual(headers["Cache-Control"], "no-store")
            self.assertEqual(headers["Referrer-Policy"], "no-referrer")
            self.assertEqual(headers["X-Robots-Tag"], "noindex, nofollow")
            self.assertEqual(headers["X-Frame-Options"], "DENY")
            self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
            fetched = re.findall(r"src=|url\(|<script", response.text)
            self.assertEqual(fetched, [])
            # A link is followed by who clicks it only.
            links = re.findall(r'href="([^"?]+)', response.text)
            complaints = f"/coc/complaint/{self.scope.id}"
            self.assertEqual(links, [complaints] * ("nothing" not in path))
            self.assertIn('content="width=device-width', response.text)

    def test_several_lines_and_materials(self):
        self.scope.issue_automatically = False
        delivery = self.deliver(self.slab, 10, designated=7)
        draft = delivery.coc_document_ids
        draft.line_ids = [
            Command.create(
                {
                    "material": "aluminium",
                    "form": "Billet & <b>Bar</b>",
                    "coc_mass": 0,
                    "total_mass": 1234.5,
                }
            )
        ]
        draft.action_issue()
        response = self.get(self.path(draft))
        self.assertIn(
            "Rolling Slab Aluminium 7 t 10 t Billet & <b>Bar</b> Aluminium 0 t "
            "1,234.5 t Total 7 t 1,244.5 t",
            self.read_page(response),
        )
        self.assertIn("Billet &amp; &lt;b&gt;Bar&lt;/b&gt;", response.text)

    def test_names_stay_as_on_the_document(self):
        self.customer.name = "Renamed Rollers"
        text = self.read_page(self.get(self.path(self.document)))
        self.assertIn("Receiving customer Rollers United", text)
        self.assertNotIn("Renamed", text)

    def test_language_of_the_visitor(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        response = self.get(self.path(self.document), **{"Accept-Language": "fr-FR"})
        self.assertIn('<html lang="fr-FR">', response.text)
        self.assertIn("10 mars 2025", response.text)

    # -- states -----------------------------------------------------------------
    def test_void(self):
        self.void(self.document, "kept")
        text = self.read_page(self.get(self.path(self.document)))
        self.assertIn(
            f"ASI CoC Document {self.document.name} Void The issuing entity issued "
            "this document, but it is void and does not count any more. Date of issue",
            text,
        )
        self.assertNotIn("Genuine", text)

    def test_replaced(self):
        replacement = self.void(self.document, "replaced")
        self.assertEqual(replacement.state, "issued")
        response = self.get(self.path(self.document))
        self.assertIn(f"Replaced by {replacement.name} The", self.read_page(response))
        self.assertNotIn(replacement.verification_token, response.text)
        self.assertIn("Genuine and", self.read_page(self.get(self.path(replacement))))

    def test_replacement_not_yet_issued(self):
        replacement = self.void(self.document, "replaced", issue_now=False)
        self.assertEqual(replacement.state, "draft")
        text = self.read_page(self.get(self.path(self.document)))
        self.assertIn("Void; being replaced The issuing entity", text)
        self.assertNotIn("Draft", text)

    # -- what is not there --------------------------------------------------------
    def test_other_addresses_tell_nothing(self):
        token = self.document.verification_token
        neutral = self.get("/coc/document/" + "A" * 32)
        self.assertEqual(neutral.status_code, 404)
        self.assertIn("There is no CoC Document at this address", neutral.text)
        for guess in (
            str(self.document.id),
            self.document.name,
            "1",
            "",
            token[:-1],
            token[1:],
            f"{token}A",
            f"{token}/",
            f"{token}%00",
            f"%20{token}",
            token.swapcase(),
            # Another last letter than the right one.
            token[:-1] + ("a" if token[-1] == "b" else "b"),
            f"{token[:-1]}%25",
            "%25" * 32,
            "_" * 32,
            f"{token}'--",
            f"{token}/compare",
        ):
            with self.subTest(guess=guess):
                response = self.get(f"/coc/document/{guess}")
                self.assertEqual(response.status_code, 404)
                self.assertEqual(response.text, neutral.text)
        # No address of ours at all: Odoo's own page.
        response = self.get(f"/coc/document/{token}%0A")
        self.assertEqual(response.status_code, 404)
        self.assertNotIn(self.document.name, response.text)

    def test_only_issued_documents_have_a_page(self):
        self.scope.issue_automatically = False
        draft = self.deliver(self.slab, 10, designated=7).coc_document_ids
        self.assertEqual((draft.state, draft.verification_url), ("draft", False))
        received = self.env["asi.coc.document"].search(
            [("scope_id", "=", self.scope.id), ("direction", "=", "received")]
        )
        self.assertFalse(received.verification_token)
        for document, token in ((draft, "d" * 32), (received, "r" * 32)):
            # sudo: nothing but a mistake of ours could give them one
            document.sudo().verification_token = token
            self.assertEqual(self.get(f"/coc/document/{token}").status_code, 404)

    def test_token_is_for_officers_only(self):
        user = new_test_user(
            self.env,
            "coc_reader",
            groups="asi_coc.group_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with self.assertRaises(AccessError):
            self.document.with_user(user).read(["verification_token"])

    # -- comparing ----------------------------------------------------------------
    def compare(self, content, document=None, name="document.pdf"):
        path = self.path(document or self.document)
        data = {"action": "compare", "csrf_token": self.csrf(self.get(path))}
        files = {"file": (name, content, "application/pdf")} if name else {"x": b""}
        return self.url_open(path, data=data, files=files)

    def test_compare(self):
        pdf = self.document._ensure_pdf().raw
        before = self.env["ir.attachment"].search_count([])
        response = self.compare(pdf)
        self.assertEqual(response.status_code, 200)
        self.assertIn(
            "Compare the PDF This is the PDF as it was issued Nothing in the file was "
            "changed. PDF you were sent",
            self.read_page(response),
        )
        for other in (pdf + b"\n", pdf[:-1], b"%PDF-1.7", b""):
            text = self.read_page(self.compare(other))
            self.assertIn(
                "This file is not the one that was issued It was printed, scanned or "
                "saved again, or it was changed.",
                text,
            )
            self.assertNotIn("as it was issued", text)
        self.assertEqual(self.env["ir.attachment"].search_count([]), before)
        self.assertEqual(self.hits("upload"), 5)

    def test_compare_another_document(self):
        other = self.issue(1, 1)
        self.document._ensure_pdf()
        text = self.read_page(self.compare(other._ensure_pdf().raw))
        self.assertIn("This file is not the one that was issued", text)

    def test_compare_void(self):
        pdf = self.document._ensure_pdf().raw
        self.void(self.document, "kept")
        text = self.read_page(self.compare(pdf))
        self.assertIn(
            "This is the PDF as it was issued Nothing in the file was changed; but the "
            "document does not count any more, see above.",
            text,
        )

    def test_compare_before_there_is_a_pdf(self):
        self.assertFalse(self.document.pdf_sha256)
        text = self.read_page(self.compare(b"%PDF-1.7"))
        self.assertIn("There is no PDF to compare with yet", text)
        self.assertFalse(self.document.pdf_sha256)

    def test_compare_nothing(self):
        self.assertIn(
            "No file was chosen", self.read_page(self.compare(b"", name=None))
        )

    def test_compare_large(self):
        self.document._ensure_pdf()
        limit = 10 * 1024 * 1024
        text = self.read_page(self.compare(b"0" * limit))
        self.assertIn("This file is not the one that was issued", text)
        text = self.read_page(self.compare(b"0" * (limit + 1)))
        self.assertIn("This file is too large Choose one of at most 10 MiB.", text)

    @mute_logger("odoo.http")
    def test_compare_without_the_forms_token(self):
        path = self.path(self.document)
        files = {"file": ("document.pdf", b"%PDF-1.7", "application/pdf")}
        response = self.url_open(path, data={"action": "compare"}, files=files)
        self.assertEqual(response.status_code, 400)

    # -- asking -------------------------------------------------------------------
    def test_forms(self):
        """Each form has all its fields, and only they are to be filled in."""
        page = html.fromstring(self.get(self.path(self.document)).content)
        fields = [
            [
                (field.get("name"), field.get("maxlength"))
                for field in form.xpath(".//input[not(@type='hidden')] | .//textarea")
            ]
            for form in page.forms
        ]
        self.assertEqual(
            fields,
            [
                [("file", None)],
                [
                    ("requester_name", "100"),
                    ("requester_organisation", "100"),
                    ("requester_email", "254"),
                    ("question", "2000"),
                    ("website", None),
                ],
            ],
        )

    def ask(self, document=None, **values):
        path = self.path(document or self.document)
        return self.url_open(
            path,
            data={
                "action": "ask",
                "csrf_token": self.csrf(self.get(path)),
                "requester_name": "Matthew Johnson",
                "requester_organisation": "Rollers United",
                "requester_email": "Matthew@Rollers.example.com",
                "question": "Are 7 t right?\nOur scale says 6.",
                **values,
            },
        )

    def requests(self):
        return self.env["asi.coc.verification.request"].search(
            [("scope_id", "=", self.scope.id)]
        )

    def test_ask(self):
        response = self.ask(
            requester_name="Matthew\u202eJohnson", scope_id="99", state="answered"
        )
        self.assertIn("Thank you, your request was filed", self.read_page(response))
        self.assertNotIn('name="question"', response.text)
        request = self.requests()
        self.assertEqual(
            request.read(
                [
                    "document_number",
                    "requester_name",
                    "requester_organisation",
                    "requester_email",
                    "question",
                    "channel",
                    "state",
                    "lang",
                ]
            ),
            [
                {
                    "id": request.id,
                    "document_number": self.document.name,
                    "requester_name": "MatthewJohnson",
                    "requester_organisation": "Rollers United",
                    "requester_email": "matthew@rollers.example.com",
                    "question": "Are 7 t right?\nOur scale says 6.",
                    "channel": "public_page",
                    "state": "open",
                    "lang": "en_US",
                }
            ],
        )
        self.assertEqual(request.document_id, self.document)
        self.assertEqual(request.user_id.name, "Jan Rogers")

    def test_ask_about_a_void_document(self):
        self.void(self.document, "kept")
        self.ask()
        self.assertEqual(self.requests().document_id, self.document)

    def test_errors_show_at_the_form(self):
        for values, error in (
            ({"requester_email": "nobody"}, "nobody is not an e-mail address"),
            ({"requester_name": " "}, "Requester is missing."),
            ({"question": ""}, "Question is missing."),
            ({"question": "?" * 2001}, "Question is too long: at most 2000"),
        ):
            response = self.ask(**values)
            text = self.read_page(response)
            self.assertIn(f"Your request was not filed {error}", text)
            self.assertNotIn("Thank you", text)
            # What was filled in is still there, in its field.
            self.assertIn('name="question"', response.text)
            self.assertIn('value="Rollers United"', response.text)
        self.assertFalse(self.requests())

    def test_what_is_filled_in_is_text(self):
        response = self.ask(
            requester_name='"><script>alert(1)</script>', requester_email="nobody"
        )
        self.assertNotIn("<script", response.text)
        self.assertIn("&lt;script&gt;alert(1)&lt;/script&gt;", response.text)

    def test_a_machine_fills_in_what_nobody_sees(self):
        response = self.ask(website="https://spam.example.com")
        self.assertIn("Thank you, your request was filed", self.read_page(response))
        self.assertFalse(self.requests())

    def test_ask_without_a_document(self):
        path = "/coc/document/" + "A" * 32
        data = {"csrf_token": self.csrf(self.get(self.path(self.document)))}
        response = self.url_open(path, data={**data, "document_id": self.document.id})
        self.assertEqual(response.status_code, 404)
        self.assertFalse(self.requests())


@tagged("post_install", "-at_install")
class TestThrottle(PublicCase):
    """Nobody tries addresses out, or floods the register of requests."""

    def address(self):
        return self.env["asi.coc.throttle"]._identify("127.0.0.1")

    def spend(self, kind, times, client=None):
        for _time in range(times):
            self.env["asi.coc.throttle"]._count(kind, client or self.address())

    def test_guessing(self):
        for number in range(20):
            response = self.get(f"/coc/document/{number:032d}")
            self.assertEqual(response.status_code, 404)
        for path in ("/coc/document/nothing", self.path(self.document)):
            response = self.get(path)
            self.assertEqual(response.status_code, 429)
            self.assertEqual(response.headers["Retry-After"], "3600")
            self.assertEqual(response.headers["Cache-Control"], "no-store")
            self.assertIn("Please try again in 60 min.", self.read_page(response))
            self.assertNotIn(self.document.name, response.text)
        self.clock.move_to("2025-03-10 12:59:30")
        response = self.get(self.path(self.document))
        self.assertEqual(response.headers["Retry-After"], "30")
        self.clock.move_to("2025-03-10 13:00:00")
        self.assertEqual(self.get(self.path(self.document)).status_code, 200)

    def test_looks(self):
        self.spend("look", 299)
        self.assertEqual(self.get(self.path(self.document)).status_code, 200)
        self.assertEqual(self.get(self.path(self.document)).status_code, 429)

    def test_uploads(self):
        path = self.path(self.document)
        data = {"action": "compare", "csrf_token": self.csrf(self.get(path))}
        self.spend("upload", 29)
        for status in (200, 429):
            files = {"file": ("document.pdf", b"%PDF-1.7", "application/pdf")}
            response = self.url_open(path, data=data, files=files)
            self.assertEqual(response.status_code, status)

    def ask(self, email="matthew@rollers.example.com"):
        path = self.path(self.document)
        return self.url_open(
            path,
            data={
                "action": "ask",
                "csrf_token": self.csrf(self.get(path)),
                "requester_name": "Matthew Johnson",
                "requester_email": email,
                "question": "Right?",
            },
        )

    def test_requests(self):
        """One that was not filed has been tried all the same."""
        self.assertIn("nobody is not an e-mail", self.read_page(self.ask("nobody")))
        for status in (200, 200, 200, 200, 429):
            self.assertEqual(self.ask().status_code, status)
        requests = self.env["asi.coc.verification.request"].search(
            [("scope_id", "=", self.scope.id)]
        )
        self.assertEqual(len(requests), 4)

    def test_requests_of_everybody(self):
        self.spend("all_requests", 199, client="everybody")
        self.assertEqual(self.ask().status_code, 200)
        response = self.ask()
        self.assertEqual(response.status_code, 429)
        # The day ends at midnight, UTC.
        self.assertEqual(response.headers["Retry-After"], "43200")

    def test_clients_are_apart_behind_a_proxy(self):
        """With proxy_mode, the address that the proxy tells counts."""
        far = {"X-Forwarded-Host": "coc.example.com", "X-Forwarded-For": "192.0.2.7"}
        with patch.dict(config.options, {"proxy_mode": True}):
            for _time in range(20):
                self.get("/coc/document/nothing", **far)
            self.assertEqual(self.get("/coc/document/nothing", **far).status_code, 429)
            near = {**far, "X-Forwarded-For": "192.0.2.8"}
            self.assertEqual(self.get("/coc/document/nothing", **near).status_code, 404)
        # Without it, nobody chooses who he is.
        self.spend("unknown", 20)
        lie = {**far, "X-Forwarded-For": "192.0.2.9"}
        self.assertEqual(self.get("/coc/document/nothing", **lie).status_code, 429)

    def test_addresses_are_not_kept(self):
        self.get("/coc/document/nothing")
        rows = self.env["asi.coc.throttle"].search([])
        self.assertEqual(set(rows.mapped("kind")), {"look", "unknown"})
        self.assertEqual(rows.mapped("hits"), [1, 1])
        for client in rows.mapped("client"):
            self.assertRegex(client, r"\A[0-9a-f]{64}\Z")
        identify = self.env["asi.coc.throttle"]._identify
        self.assertEqual(rows[0].client, identify("127.0.0.1"))
        self.assertNotEqual(identify("127.0.0.1"), identify("127.0.0.2"))
        self.env["ir.config_parameter"].sudo().set_param("database.secret", "other")
        self.assertNotEqual(rows[0].client, identify("127.0.0.1"))

    def test_a_network_is_one_client(self):
        """Whoever has an IPv6 network has all its addresses."""
        identify = self.env["asi.coc.throttle"]._identify
        self.assertEqual(identify("2001:db8:0:1::1"), identify("2001:db8:0:1:f::2"))
        self.assertNotEqual(identify("2001:db8:0:1::1"), identify("2001:db8:0:2::1"))
        self.assertEqual(identify("::ffff:192.0.2.7"), identify("192.0.2.7"))
        self.assertEqual(identify(None), identify(""))

    def test_old_counts_are_forgotten(self):
        self.spend("look", 1)
        self.at("2025-03-11")
        self.spend("look", 1)
        self.env["asi.coc.throttle"]._gc_windows()
        self.assertEqual(self.hits("look"), 2)
        self.clock.move_to("2025-03-11 12:00:01")
        self.env["asi.coc.throttle"]._gc_windows()
        self.assertEqual(self.hits("look"), 1)

    def test_rights(self):
        self.spend("look", 1)
        row = self.env["asi.coc.throttle"].search([])
        for group, may_read in (
            ("asi_coc.group_representative", True),
            ("asi_coc.group_officer", False),
            ("base.group_portal", False),
        ):
            user = new_test_user(self.env, f"coc_{group[-7:]}", groups=group)
            own = row.with_user(user)
            self.assertEqual(own.has_access("read"), may_read)
            for operation in ("write", "create", "unlink"):
                self.assertFalse(own.has_access(operation))
