import re

from lxml import html

from odoo.tests import HttpCase

from .common import CocCase


class PublicCase(CocCase, HttpCase):
    """An issued document, and visitors who come over HTTP."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scope.responsible_id = cls.user("jan", "asi_coc.group_officer")
        cls.scope.responsible_id.name = "Jan Rogers"
        cls.slab.coc_form_id = cls.env.ref("asi_coc.form_rolling_slab")
        cls.customer.email = "matthew@rollers.example.com"

    def setUp(self):
        super().setUp()
        self.receive(self.slab, 100, claimed=80)
        self.document = self.issue(7, 10)

    def issue(self, designated, quantity):
        delivery = self.deliver(self.slab, quantity, designated=designated)
        document = delivery.coc_document_ids
        self.assertEqual(document.state, "issued", document.activity_ids.note)
        return delivery.coc_document_ids

    def void(self, document, course, **values):
        """Void or replace through the wizard, as an officer does (9.6)."""
        self.env["asi.coc.document.void"].create(
            {
                "document_id": document.id,
                "course": course,
                "found": "Wrong mass",
                "cause": "Wrong weighing",
                "agreed_correction": "Replace it",
                "agreed_with": "Matthew Johnson",
                "prevention": "Weigh twice",
                "notify": False,
                **values,
            }
        ).action_confirm()
        return document.replaced_by_id

    def path(self, document):
        return f"/coc/document/{document.verification_token}"

    def get(self, path, **headers):
        return self.url_open(path, headers=headers)

    def read_page(self, response):
        """Return the text of the page that a person sees, with single spaces."""
        main = html.fromstring(response.content).xpath("//main")[0]
        texts = [text.strip() for text in main.itertext()]
        return " ".join(" ".join(filter(None, texts)).split())

    def csrf(self, response):
        return re.search(r'name="csrf_token" value="([^"]+)"', response.text)[1]

    def hits(self, kind):
        found = self.env["asi.coc.throttle"].search([("kind", "=", kind)])
        return sum(found.mapped("hits"))
