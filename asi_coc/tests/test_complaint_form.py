import re

from lxml import html

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_complaints import CONCERN, ComplaintCase, make_office

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 20


@tagged("post_install", "-at_install")
class TestComplaintForm(ComplaintCase):
    """Anybody complains at the public form, known or not (7.3)."""

    # -- the form ---------------------------------------------------------------
    def test_procedure_is_printed(self):
        response = self.url_open(self.path())
        text = self.read_page(response)
        for words in (
            "Complaints: Melt & Roll",
            "You need no account, it costs nothing, and you may stay anonymous.",
            "What you can complain about.",
            "What is not admissible.",
            "within 5 days and decide within 15 days whether",
            "Within 60 days of your complaint we answer",
            "appeal once within 30 days",
            "Nobody may suffer any disadvantage",
            "You can turn to ASI directly at any time",
        ):
            self.assertIn(words, text)
        # Public: whoever looks for the procedure finds it.
        self.assertNotIn("noindex", response.text)
        self.assertEqual(response.headers["X-Robots-Tag"], "all")

    def test_own_procedure_deadlines_and_ways(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.scope.complaint_procedure = "<p>As we do <b>it</b>.</p>"
        self.scope.update_field_translations(
            "complaint_procedure", {"fr_FR": {"As we do <b>it</b>.": "Ainsi."}}
        )
        self.scope.complaint_contact = "Works council\nRoom 7"
        text = self.read_page(self.url_open(self.path()))
        self.assertIn(
            "As we do it . Other ways to complain. Works council Room 7", text
        )
        self.assertNotIn("What is not admissible.", text)
        text = self.read_page(self.url_open(f"/fr{self.path()}"))
        self.assertIn("Ainsi.", text)

    def test_language_is_chosen(self):
        self.assertNotIn("<nav", self.url_open(self.path()).text)
        self.env["res.lang"]._activate_lang("fr_FR")
        page = html.fromstring(self.url_open(self.path()).content)
        links = [(a.get("href"), a.get("lang"), a.text) for a in page.xpath("//nav//a")]
        self.assertEqual(links, [(f"/fr{self.path()}", "fr-FR", "Français")])
        response = self.url_open(f"/fr{self.path()}")
        self.assertIn('<html lang="fr-FR">', response.text)
        values = self.open_form(f"/fr{self.path()}")
        response = self.send(values, path=f"/fr{self.path()}")
        self.assertEqual(self.own().lang, "fr_FR")
        self.assertRegex(response.url, r"/fr/coc/complaint/follow/.{32}\Z")

    def test_standard_text_to_begin_with(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.scope.with_user(self.officer).action_fill_complaint_procedure()
        self.assertIn("Melt &amp; Roll", self.scope.complaint_procedure)
        self.scope.complaint_answer_days = 90
        text = self.read_page(self.url_open(self.path()))
        self.assertIn("Within 60 days of your complaint we answer", text)

    def test_form_is_accessible(self):
        """Each field has a label; nothing is fetched, no script is needed."""
        response = self.url_open(f"{self.path()}?document=COC/2025/00001")
        page = html.fromstring(response.content)
        self.assertNotIn("<script", response.text)
        self.assertEqual(re.findall(r"src=|url\(", response.text), [])
        labelled = {label.get("for") for label in page.xpath("//label")}
        for field in page.xpath("//input[not(@type='hidden')]|//textarea|//select"):
            is_inside = field.xpath("ancestor::label")
            self.assertTrue(is_inside or field.get("id") in labelled, field.get("name"))
        described = page.xpath("//@aria-describedby")
        for target in described:
            self.assertEqual(len(page.xpath(f"//*[@id='{target}']")), 1)
        (number,) = page.xpath("//input[@name='document_number']")
        self.assertEqual(number.get("value"), "COC/2025/00001")
        (trap,) = page.xpath("//input[@name='website']")
        self.assertEqual(trap.get("tabindex"), "-1")

    def test_only_scopes_that_were_in_force_have_a_form(self):
        draft = self.env["asi.coc.scope"].create(
            {"name": "New", "company_id": self.company.id}
        )
        for number in (draft.id, self.scope.id + 99999, 2**40):
            response = self.url_open(f"/coc/complaint/{number}")
            self.assertEqual(response.status_code, 404)
            self.assertNotIn("Melt", response.text)
        self.scope.with_user(self.representative).action_suspend()
        self.assertEqual(self.url_open(self.path()).status_code, 200)

    # -- filing -----------------------------------------------------------------
    def test_anonymous(self):
        partners = self.env["res.partner"].search_count([])
        complaint, path = self.complain(
            happened="Each dry day",
            place="North gate",
            who="Melt & Roll",
            relation="neighbour",
        )
        self.assertRegex(complaint.name, r"\ACMP/2025/\d{4}\Z")
        self.assertEqual(
            complaint.read(
                [
                    "state",
                    "concern",
                    "happened",
                    "place",
                    "who",
                    "relation",
                    "channel",
                    "is_anonymous",
                    "contact",
                    "contact_email",
                    "consent_on",
                    "concerns_material",
                ]
            ),
            [
                {
                    "id": complaint.id,
                    "state": "received",
                    "concern": CONCERN,
                    "happened": "Each dry day",
                    "place": "North gate",
                    "who": "Melt & Roll",
                    "relation": "neighbour",
                    "channel": "form",
                    "is_anonymous": True,
                    "contact": "Anonymous",
                    "contact_email": False,
                    "consent_on": False,
                    "concerns_material": False,
                }
            ],
        )
        self.assertEqual(complaint.user_id, self.representative)
        self.assertEqual(complaint.create_uid, self.env.ref("base.user_root"))
        self.assertFalse(complaint.message_follower_ids)
        self.assertEqual(self.env["res.partner"].search_count([]), partners)
        self.assertEqual(complaint.statement_ids.text, CONCERN)
        text = self.read_page(self.url_open(path))
        self.assertIn(f"Complaint {complaint.name} Melt & Roll Keep this address", text)
        self.assertIn("Stage Received Step", text)
        self.assertIn("Receipt acknowledged – March 15, 2025", text)
        self.assertIn("Admissibility decided – March 25, 2025", text)
        self.assertIn("Answered – May 9, 2025", text)
        self.assertNotIn("Dust", text)
        self.assertNotIn("Your contact", text)

    def test_signed_in_visitor_is_not_named(self):
        self.authenticate(self.coc_storekeeper.login, self.coc_storekeeper.login)
        complaint, path = self.complain([("a.png", PNG, "image/png")])
        self.send(
            {
                "csrf_token": self.hidden(self.url_open(path), "csrf_token"),
                "action": "add",
                "text": "Today again",
            },
            path=path,
        )
        root = self.env.ref("base.user_root")
        letters = complaint.statement_ids
        for record in (complaint, *letters, *letters.file_ids, *complaint.message_ids):
            self.assertEqual(record.create_uid, root)
        for message in complaint.message_ids:
            self.assertEqual(message.author_id, root.partner_id)

    def test_with_contact(self):
        complaint, path = self.complain(
            contact_name="Ann\r\nBcc: all@example.com",
            contact_email="Ann@Village.example.com",
            contact_phone="+49 1",
            consent="1",
        )
        self.assertEqual(complaint.contact_name, "AnnBcc: all@example.com")
        self.assertEqual(complaint.contact_email, "ann@village.example.com")
        self.assertTrue(complaint.consent_on)
        self.assertFalse(complaint.share_contact)
        self.assertFalse(complaint.is_anonymous)
        response = self.url_open(path)
        self.assertIn("Your contact", self.read_page(response))
        self.assertNotIn("ann@village", response.text.lower())

    def test_document_that_is_named(self):
        self.receive(self.slab, 100, claimed=80)
        document = self.deliver(self.slab, 10, designated=7).coc_document_ids
        complaint, _path = self.complain(document_number=document.name)
        self.assertEqual(complaint.document_id, document)
        self.assertTrue(complaint.concerns_material)
        forward = self.env.ref("asi_coc.mail_activity_complaint_asi")
        self.assertEqual(
            complaint.activity_ids.filtered(
                lambda one: one.activity_type_id == forward
            ).user_id,
            self.representative,
        )

    def test_files(self):
        complaint, path = self.complain(
            [
                ("heap.exe", PNG, "application/octet-stream"),
                ("note.html", b"Ganz schlimm", "text/html"),
                (
                    "plan.docx",
                    make_office("[Content_Types].xml", "word/document.xml"),
                    "x/y",
                ),
            ]
        )
        files = complaint.statement_ids.file_ids.sorted("id")
        self.assertEqual(
            [(file.name, file.mimetype) for file in files],
            [
                ("heap.png", "image/png"),
                ("note.txt", "text/plain"),
                (
                    "plan.docx",
                    "application/vnd.openxmlformats-officedocument.wordprocessingml"
                    ".document",
                ),
            ],
        )
        self.assertEqual(files[0].raw, PNG)
        self.assertEqual(set(files.mapped("public")), {False})
        self.assertIn("(files: 3)", self.read_page(self.url_open(path)))

    # -- errors -----------------------------------------------------------------
    def test_errors_keep_what_was_typed(self):
        macro = make_office(
            "[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"
        )
        for values, files, error in (
            ({"concern": " "}, (), "Please write what your complaint is about."),
            ({"concern": "x" * 8001}, (), "Concern is too long: at most 8000"),
            ({"contact_name": "Ann"}, (), "please agree that it is kept"),
            (
                {"contact_email": "nobody", "consent": "1"},
                (),
                "nobody is not an e-mail address.",
            ),
            # Odoo would take what is after the blank, somebody else's address.
            (
                {"contact_email": "ann smith@example.com", "consent": "1"},
                (),
                "ann smith@example.com is not an e-mail address.",
            ),
            (
                {"contact_email": '"><b>@example.com', "consent": "1"},
                (),
                '"><b>@example.com is not an e-mail address.',
            ),
            ({"sum": "99"}, (), "The sum is not right."),
            ({"sum": ""}, (), "The sum is not right."),
            ({}, [("a.exe", b"MZ\x90\0", "image/png")], "a.exe is of no kind"),
            ({}, [("a.xlsx", macro, "image/png")], "a.xlsx is of no kind"),
            ({}, [("a.svg", b"<svg>\0", "image/png")], "a.svg is of no kind"),
            (
                {},
                [("a.pdf", b"%PDF-" + b"0" * 5 * 2**20, "application/pdf")],
                "a.pdf is too large: at most 5 MiB each.",
            ),
            ({}, [("a.png", PNG, "image/png")] * 6, "Please send at most 5 files."),
            (
                {},
                [("a.pdf", b"%PDF-" + b"0" * (4 * 2**20), "application/pdf")] * 3,
                "The files are too large together: at most 10 MiB.",
            ),
        ):
            with self.subTest(error=error):
                response = self.send(
                    {**self.open_form(), "place": "Gate <7>", **values}, files
                )
                text = self.read_page(response)
                self.assertIn("Your complaint was not filed yet", text)
                self.assertIn(error, text)
                self.assertEqual("choose your files again" in text, bool(files))
                page = html.fromstring(response.content)
                (place,) = page.xpath("//input[@name='place']")
                self.assertEqual(place.get("value"), "Gate <7>")
                (concern,) = page.xpath("//textarea[@name='concern']")
                expected = values.get("concern", CONCERN)
                self.assertEqual((concern.text or "").strip(), expected.strip())
                self.env["asi.coc.throttle"].search([]).unlink()
        self.assertFalse(self.own())

    def test_what_is_filled_in_is_text(self):
        script = '"><script>alert(1)</script>'
        response = self.send(
            {**self.open_form(), "concern": script, "place": script, "sum": "0"}
        )
        self.assertNotIn("<script", response.text)
        response = self.url_open(f"{self.path()}?document={script}")
        self.assertNotIn("<script", response.text)
        complaint, path = self.complain(concern=script, who=script)
        complaint.with_user(self.officer).message = script
        complaint.with_user(self.officer).action_send_message()
        response = self.url_open(path)
        self.assertNotIn("<script", response.text)
        self.assertIn("&lt;script&gt;", response.text)

    # -- machines and attackers ---------------------------------------------------
    def test_a_machine_fills_in_what_nobody_sees(self):
        response = self.send({**self.open_form(), "website": "https://spam.example"})
        self.assertIn("Thank you, your complaint was filed", self.read_page(response))
        self.assertFalse(self.own())

    def test_stamps(self):
        other = self.env["asi.coc.scope"].create(
            {"name": "Other", "company_id": self.company.id}
        )
        values = self.open_form(seconds=1)
        self.assertIn("very fast", self.read_page(self.send(values)))
        values = self.open_form(seconds=12 * 3600 + 1)
        self.assertIn("open for a long time", self.read_page(self.send(values)))
        stamp = self.open_form()["stamp"]
        moment, nonce, signature = stamp.split(".")
        for forged in (
            "",
            "x",
            f"{int(moment) - 9}.{nonce}.{signature}",
            f"{moment}.{'0' * 32}.{signature}",
            f"{moment}.{nonce}.{'0' * 64}",
            f"{moment}.{nonce}.é",
            self.register._make_stamp(other),
        ):
            values = {**self.open_form(), "stamp": forged}
            self.assertIn("This form is not ours.", self.read_page(self.send(values)))
        self.assertFalse(self.own())

    def test_a_form_counts_once(self):
        values = self.open_form()
        first = self.send(values)
        self.assertEqual(self.send(values).url, first.url)
        again = self.send({**values, "concern": "Something else"})
        self.assertEqual(again.url, f"{first.url}?again=1")
        self.assertEqual(self.own().concern, CONCERN)
        self.assertEqual(len(self.own().statement_ids), 1)

    def test_what_was_changed_in_a_form_that_counts_is_not_lost_silently(self):
        """Who goes back and sends a form anew learns that it was not kept."""
        values = {
            **self.open_form(),
            "contact_email": "Ann@example.com",
            "consent": "1",
            "who": "x",
        }
        file = ("dump.png", PNG, "image/png")
        self.send(values, [file])
        said = "what you changed since was not kept"
        for change, files in (
            ({"concern": "Something else"}, [file]),
            ({"who": "y"}, [file]),
            ({"contact_email": "bob@example.com"}, [file]),
            ({"share_contact": "1"}, [file]),
            ({}, []),
            ({}, [file, file]),
        ):
            text = self.read_page(self.send({**values, **change}, files))
            self.assertIn(said, text, change)
        self.assertNotIn(said, self.read_page(self.send(values, [file])))
        self.assertEqual(len(self.own()), 1)

    def test_files_in_place_of_texts(self):
        """Whatever a machine sends in a field, the form answers."""
        for name, error in (
            ("stamp", "This form is not ours."),
            ("sum", "The sum is not right."),
            ("concern", "Please write what your complaint is about."),
            ("consent", "please agree that it is kept"),
        ):
            values = {**self.open_form(), "contact_name": "Ann", "consent": "1"}
            del values[name]
            response = self.url_open(
                self.path(), data=values, files={name: ("a.txt", b"1")}
            )
            self.assertEqual(response.status_code, 200, name)
            self.assertIn(error, self.read_page(response))
        self.assertFalse(self.own())

    @mute_logger("odoo.http")
    def test_without_the_session_s_token(self):
        for token in ("", "0" * 40):
            response = self.send({**self.open_form(), "csrf_token": token})
            self.assertEqual(response.status_code, 400)
        self.assertFalse(self.own())

    @mute_logger("odoo.http")
    def test_enormous_request(self):
        values = self.open_form()
        file = ("a.pdf", b"%PDF-" + b"0" * 33 * 2**20, "application/pdf")
        response = self.send(values, [file])
        self.assertEqual(response.status_code, 413)
        self.assertFalse(self.own())

    def test_unknown_values_are_ignored(self):
        complaint, _path = self.complain(
            state="closed", token_hash="x", relation="king", user_id="1", name="CMP/1"
        )
        self.assertEqual(complaint.state, "received")
        self.assertFalse(complaint.relation)
        self.assertNotEqual(complaint.name, "CMP/1")

    def test_throttle(self):
        throttle = self.env["asi.coc.throttle"]
        client = throttle._identify("127.0.0.1")
        values = self.open_form()
        for _time in range(19):
            throttle._count("complaint", client)
        self.assertEqual(self.send(values).status_code, 200)
        response = self.send(self.open_form())
        self.assertEqual(response.status_code, 429)
        self.assertIn("complain by letter or e-mail", self.read_page(response))
        self.assertEqual(len(self.own()), 1)

    def test_throttle_of_everybody(self):
        for _time in range(100):
            self.env["asi.coc.throttle"]._count("all_complaints", "everybody")
        self.assertEqual(self.send(self.open_form()).status_code, 429)
        self.assertFalse(self.own())

    def test_address_is_not_kept(self):
        complaint, _path = self.complain()
        rows = self.env["asi.coc.throttle"].search([("kind", "=", "complaint")])
        for client in rows.mapped("client"):
            self.assertRegex(client, r"\A[0-9a-f]{64}\Z")
        for record in (complaint, complaint.statement_ids):
            # sudo: each value, the secret ones too
            self.assertNotIn("127.0.0.1", str(record.sudo().read()))

    def test_cost_of_filing(self):
        """How many complaints there are changes nothing about one more."""
        self.complain()
        values = self.register._check_said({"concern": CONCERN})
        counts = []
        for number in range(3):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.register._file_from_form(self.scope, f"1.{number}", values, [])
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(max(counts), 110)
        self.assertLessEqual(counts[2], counts[1] + 3)
