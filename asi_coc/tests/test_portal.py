import io
import json
from unittest.mock import patch

from lxml import html
from pypdf import PdfReader

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.asi_coc.controllers.portal import CocPortal

from .common_portal import PortalUserMixin
from .common_public import PublicCase

LIST = "/my/coc_documents"


class PortalCase(PortalUserMixin, PublicCase):
    """Two customers who sign in to the portal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.matthew = cls.portal_user("matthew", cls.customer)
        cls.other_customer = cls.env["res.partner"].create(
            {"name": "Foil Makers", "street": "3 Foil Lane", "is_company": True}
        )
        cls.other = cls.portal_user("foil", cls.other_customer)

    def open(self, path="", status=200):
        response = self.url_open(f"{LIST}{path}")
        self.assertEqual(response.status_code, status)
        return response

    def numbers(self, path=""):
        """Return the numbers that the list shows, in its order."""
        tree = html.fromstring(self.open(path).content)
        return [node.text for node in tree.xpath("//table//td/a")]


@tagged("post_install", "-at_install")
class TestPortal(PortalCase):
    """Customers see and download what was issued to them, and nothing else."""

    # -- the list -------------------------------------------------------------
    def test_list(self):
        second = self.issue(2.5, 3)
        self.sign_in(self.matthew)
        text = self.read_page(self.open())
        self.assertIn(
            f"{second.name} 03/10/2025 Melt & Roll 2.5 3 Issued "
            f"{self.document.name} 03/10/2025 Melt & Roll 7 10 Issued",
            text,
        )

    def test_home_counts(self):
        self.issue(1, 1)
        for user, count in ((self.matthew, 2), (self.other, 0)):
            self.sign_in(user)
            home = self.url_open("/my")
            self.assertIn(f'href="{LIST}"', home.text)
            counters = self.make_jsonrpc_request(
                "/my/counters", {"counters": ["coc_document_count"]}
            )
            self.assertEqual(counters, {"coc_document_count": count})

    def test_sort_filter_search(self):
        self.at("2025-03-12")
        second = self.issue(8, 30)
        self.at("2025-03-14")
        third = self.issue(2, 9)
        self.void(second, "kept")
        replacement = self.void(third, "replaced")
        self.sign_in(self.matthew)
        first = self.document.name
        second, third, fourth = second.name, third.name, replacement.name
        everything = [fourth, third, second, first]
        for query, expected in (
            ("", everything),
            ("?sortby=oldest", [first, second, third, fourth]),
            ("?sortby=name", [first, second, third, fourth]),
            ("?sortby=mass", [second, first, fourth, third]),
            ("?filterby=issued", [fourth, first]),
            ("?filterby=void", [second]),
            ("?filterby=replaced", [third]),
            (f"?search={second}", [second]),
            ("?search=slab", []),
            ("?search=slab&search_in=form&filterby=void", [second]),
            ("?date_begin=2025-03-12&date_end=2025-03-13", [second]),
            ("?date_end=2025-03-10", [first]),
            # What nobody chose from a list is as if it was not there.
            ("?sortby=id;drop&filterby=draft&search_in=payload", everything),
            ("?date_begin=yesterday&date_end=", everything),
        ):
            with self.subTest(query=query):
                self.assertEqual(self.numbers(query), expected)

    def test_pages(self):
        documents = self.document
        for _number in range(2):
            documents |= self.issue(1, 1)
        self.sign_in(self.matthew)
        with patch.object(CocPortal, "_items_per_page", 2):
            newest = documents.sorted("id", reverse=True).mapped("name")
            self.assertEqual(self.numbers(), newest[:2])
            self.assertEqual(self.numbers("/page/2"), newest[2:])

    def test_nothing_yet(self):
        self.sign_in(self.other)
        text = self.read_page(self.open())
        self.assertIn("There are no CoC Documents for your account yet.", text)
        text = self.read_page(self.open("?filterby=void"))
        self.assertIn("No CoC Document matches what you are looking for.", text)

    # -- one document ---------------------------------------------------------
    def test_document(self):
        self.sign_in(self.matthew)
        response = self.open(f"/{self.document.id}")
        delivery = self.document.picking_ids.name
        self.assertIn(
            f"CoC Document {self.document.name} Issued PDF JSON Date of issue "
            "March 10, 2025 Issuing entity Melt & Roll Receiving customer Rollers "
            f"United Deliveries {delivery} CoC Material CoC mass Total mass Rolling "
            "Slab Aluminium 7 t 10 t",
            self.read_page(response),
        )
        self.assertNotIn(self.document.verification_token, response.text)

    def test_replaced_document(self):
        replacement = self.void(self.document, "replaced")
        self.sign_in(self.matthew)
        old = self.open(f"/{self.document.id}")
        self.assertIn(
            "This document does not count any more. It is replaced by "
            f"{replacement.name} .",
            self.read_page(old),
        )
        self.assertIn(f'href="{LIST}/{replacement.id}"', old.text)
        new = self.open(f"/{replacement.id}")
        self.assertIn(f"Replaces {self.document.name} ", self.read_page(new))
        self.assertIn(f'href="{LIST}/{self.document.id}"', new.text)

    def test_replacement_not_yet_issued(self):
        replacement = self.void(self.document, "replaced", issue_now=False)
        self.sign_in(self.matthew)
        text = self.read_page(self.open(f"/{self.document.id}"))
        self.assertIn("The document that replaces it is not issued yet.", text)
        self.open(f"/{replacement.id}", 404)

    def test_void_document(self):
        self.void(self.document, "kept")
        self.sign_in(self.matthew)
        text = self.read_page(self.open(f"/{self.document.id}"))
        self.assertIn("This document is void and does not count any more.", text)

    # -- downloads ------------------------------------------------------------
    def test_pdf(self):
        """What is downloaded is what was issued, byte by byte."""
        self.sign_in(self.matthew)
        response = self.open(f"/{self.document.id}/pdf")
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        name = self.document.name.replace("/", "-")
        self.assertEqual(
            response.headers["Content-Disposition"],
            f"attachment; filename*=UTF-8''CoC%20Document%20{name}.pdf",
        )
        self.assertEqual(response.content, self.document.pdf_attachment_id.raw)

    def test_pdf_of_a_void_document(self):
        """Nobody downloads a document that does not count without being told."""
        self.document._ensure_pdf()
        replacement = self.void(self.document, "replaced")
        self.sign_in(self.matthew)
        content = self.open(f"/{self.document.id}/pdf").content
        text = PdfReader(io.BytesIO(content)).pages[0].extract_text()
        self.assertIn(f"REPLACED BY {replacement.name}", " ".join(text.split()))

    def test_json(self):
        self.sign_in(self.matthew)
        response = self.open(f"/{self.document.id}/json")
        self.assertEqual(response.headers["Content-Type"], "application/json")
        name = self.document.name.replace("/", "-")
        self.assertEqual(
            response.headers["Content-Disposition"],
            f"attachment; filename*=UTF-8''CoC%20Document%20{name}.json",
        )
        self.assertEqual(response.text, self.document.payload)
        content = json.loads(response.text)
        self.assertEqual(content["number"], self.document.name)
        self.assertEqual(content["lines"][0]["coc_mass"], "7")

    # -- apart from each other ------------------------------------------------
    @mute_logger("odoo.http")
    def test_other_customers_see_nothing(self):
        self.sign_in(self.other)
        self.assertEqual(self.numbers(), [])
        for path in ("", "/pdf", "/json"):
            for number in (self.document.id, 2_000_000_000, 10**12):
                self.open(f"/{number}{path}", 404)

    @mute_logger("odoo.http")
    def test_drafts_and_received_documents_are_not_there(self):
        internal = self.issue_internal()
        self.scope.issue_automatically = False
        draft = self.deliver(self.slab, 10, designated=7).coc_document_ids
        received = self.env["asi.coc.document"].search(
            [("scope_id", "=", self.scope.id), ("direction", "=", "received")]
        )
        supplier = self.portal_user("acme", self.supplier)
        for user in (self.matthew, supplier):
            self.sign_in(user)
            for document in (draft, received, internal):
                for path in ("", "/pdf", "/json"):
                    self.open(f"/{document.id}{path}", 404)
        self.sign_in(self.matthew)
        self.assertEqual(self.numbers(), [self.document.name])

    def issue_internal(self):
        """A document issued to the customer, as if it had stayed inside (9.1)."""
        document = self.issue(1, 1)
        # sudo: only methods write it
        document.sudo().internal = True
        return document

    def test_anonymous(self):
        for path in ("", f"/{self.document.id}", f"/{self.document.id}/pdf"):
            response = self.url_open(f"{LIST}{path}", allow_redirects=False)
            self.assertEqual(response.status_code, 303)
            self.assertIn("/web/login", response.headers["Location"])

    def test_of_every_company_of_the_database(self):
        """Matthew's account is with another company; his entity bought here too."""
        for user in (self.matthew, self.other):
            self.move_to_other_company(user)
        self.sign_in(self.matthew)
        self.assertEqual(self.numbers(), [self.document.name])
        counters = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["coc_document_count"]}
        )
        self.assertEqual(counters, {"coc_document_count": 1})
        text = self.read_page(self.open(f"/{self.document.id}"))
        self.assertIn("Melt & Roll", text)
        self.assertEqual(self.open(f"/{self.document.id}/pdf").content[:4], b"%PDF")
        self.assertEqual(
            self.open(f"/{self.document.id}/json").text, self.document.payload
        )
        self.sign_in(self.other)
        self.assertEqual(self.numbers(), [])
        with mute_logger("odoo.http"):
            self.open(f"/{self.document.id}", 404)

    def test_colleagues_share(self):
        """A document is made out to the entity, whichever contact it names."""
        colleague = self.portal_user("colleague", self.customer)
        self.sign_in(colleague)
        self.assertEqual(self.numbers(), [self.document.name])

    # -- by RPC ---------------------------------------------------------------
    def test_rpc_reads_few_fields(self):
        second = self.issue(1, 1)
        document = self.document.with_user(self.matthew)
        self.assertEqual(document.search([]), second | self.document)
        self.assertEqual(
            document.read(["name", "state", "coc_mass"]),
            [
                {
                    "id": document.id,
                    "name": self.document.name,
                    "state": "issued",
                    "coc_mass": 7,
                }
            ],
        )
        for field in (
            "payload",
            "verification_token",
            "verification_url",
            "pdf_attachment_id",
            "responsible",
            "picking_ids",
            "message_ids",
            "create_uid",
            "evidence_ids",
        ):
            with self.subTest(field=field):
                with self.assertRaises(AccessError):
                    document.read([field])
                with self.assertRaises(AccessError):
                    document.search([(field, "!=", False)])
        self.assertEqual(
            set(document.fields_get()),
            {
                "id",
                "display_name",
                "name",
                "direction",
                "date",
                "state",
                "internal",
                "customer_id",
                "issuer_name",
                "customer_name",
                "coc_mass",
                "total_mass",
                "line_ids",
            },
        )
        with self.assertRaises(AccessError):
            document.line_ids.read(["product_id"])
        self.assertEqual(document.line_ids.form, "Rolling Slab")

    def test_rpc_changes_nothing(self):
        document = self.document.with_user(self.matthew)
        for change in (
            lambda: document.write({"name": "X"}),
            lambda: document.unlink(),
            lambda: document.copy(),
            lambda: document.line_ids.write({"coc_mass": 9}),
            lambda: document.action_issue(),
            lambda: document._void({}),
            lambda: document.message_post(body="Hello"),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                change()
        self.assertEqual(self.document.coc_mass, 7)

    def test_rpc_of_others(self):
        document = self.document.with_user(self.other)
        self.assertFalse(document.search([]))
        self.assertFalse(document.line_ids.search([("document_id", "=", document.id)]))
        with self.assertRaises(AccessError):
            document.read(["name"])
        with self.assertRaises(AccessError):
            document.sudo().line_ids.with_user(self.other).read(["form"])

    def test_buttons_tell_others_nothing(self):
        """Buttons are methods that anybody may call by RPC."""
        stranger = self.user("stranger", "base.group_user")
        for user in (self.other, stranger):
            document = self.document.with_user(user)
            for button in (
                document.action_open_verification_page,
                document.action_send,
                document.action_open_entries,
                document.action_issue,
                document.action_check,
            ):
                with self.subTest(button=button), self.assertRaises(AccessError):
                    button()

    def test_files_of_the_issuer_stay_there(self):
        """Notes and their files on a document are no business of the customer."""
        self.document.message_post(
            body="The customer complains", attachments=[("note.txt", b"internal")]
        )
        self.document._ensure_pdf()
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "asi.coc.document"), ("res_id", "=", self.document.id)]
        )
        self.assertEqual(len(files), 2)
        for user in (self.matthew, self.other):
            own = files.with_user(user)
            with self.assertRaises(AccessError):
                own.search([("res_model", "=", "asi.coc.document")])
            for file in own:
                with self.assertRaises(AccessError):
                    file.read(["raw"])
        self.sign_in(self.matthew)
        for file in files:
            response = self.url_open(f"/web/content/{file.id}")
            self.assertNotEqual(response.status_code, 200)
        messages = self.env["mail.message"].with_user(self.matthew)
        found = messages.search([("model", "=", "asi.coc.document")])
        self.assertNotIn("complains", "".join(found.mapped("body")))


@tagged("post_install", "-at_install")
class TestTwinDownload(PortalCase):
    """Employees download the twin with their own rights (9.2)."""

    def download(self, document_id, groups, company=None):
        company = company or self.company
        new_test_user(
            self.env,
            "coc_employee",
            groups=groups,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        self.authenticate("coc_employee", "coc_employee")
        return self.url_open(f"/asi_coc/document/{document_id}.json")

    def test_download(self):
        action = self.document.action_download_twin()
        self.assertEqual(action["url"], f"/asi_coc/document/{self.document.id}.json")
        response = self.download(self.document.id, "asi_coc.group_auditor")
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.text, self.document.payload)

    @mute_logger("odoo.http")
    def test_draft(self):
        self.scope.issue_automatically = False
        draft = self.deliver(self.slab, 10, designated=7).coc_document_ids
        response = self.download(draft.id, "asi_coc.group_auditor")
        self.assertEqual(response.status_code, 404)

    @mute_logger("odoo.http")
    def test_without_rights(self):
        response = self.download(self.document.id, "base.group_user")
        self.assertEqual(response.status_code, 403)

    @mute_logger("odoo.http")
    def test_other_company(self):
        other = self.env["res.company"].create({"name": "Somebody Else"})
        response = self.download(
            self.document.id, "asi_coc.group_representative", other
        )
        self.assertEqual(response.status_code, 403)

    @mute_logger("odoo.http")
    def test_portal_user_of_another_customer(self):
        self.sign_in(self.other)
        response = self.url_open(f"/asi_coc/document/{self.document.id}.json")
        self.assertEqual(response.status_code, 403)

    @mute_logger("odoo.http")
    def test_unknown(self):
        response = self.download(2_000_000_000, "asi_coc.group_auditor")
        self.assertEqual(response.status_code, 404)

    def test_anonymous(self):
        response = self.url_open(
            f"/asi_coc/document/{self.document.id}.json", allow_redirects=False
        )
        self.assertEqual(response.status_code, 303)
