"""Users of the portal, who sign in over HTTP."""

from odoo import Command
from odoo.tests import new_test_user


class PortalUserMixin:
    @classmethod
    def portal_user(cls, login, entity):
        """Return a user of the portal who works for ``entity``."""
        contact = cls.env["res.partner"].create(
            {
                "name": login.title(),
                "parent_id": entity.id,
                "email": f"{login}@example.com",
            }
        )
        return new_test_user(
            cls.env,
            login,
            name=login.title(),
            groups="base.group_portal",
            partner_id=contact.id,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def sign_in(self, user):
        self.authenticate(user.login, user.login)

    def move_to_other_company(self, user):
        """Let the account be with another company of the database."""
        other = self.env["res.company"].create({"name": f"Other of {user.login}"})
        user.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
