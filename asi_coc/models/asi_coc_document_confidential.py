import re

from odoo import models


class AsiCocDocument(models.Model):
    """Names no confidential contractor in what is published (2.1)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.document"

    def _conceal(self, content):
        """Return ``content`` with other words for confidential contractors (2.1).

        ``content`` is text, or lists and dicts of it. A contractor who is itself
        issuer or customer of the document is named as that (9.2c, 9.2d).
        """
        self.ensure_one()
        if self.direction == "received":
            return content
        if names := self._get_concealed_names():
            # The longest first: a name may begin with another one.
            names = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
            found = re.compile(rf"(?<!\w)(?:{names})(?!\w)", re.IGNORECASE)
            return _replace(content, found, self.env._("Confidential contractor"))
        return content

    def _get_concealed_names(self):
        # sudo: whoever reads the document is not to learn who contractors are
        document = self.sudo()
        parties = (document.issuer_id | document.customer_id).commercial_partner_id
        contractors = document.env["asi.coc.contractor"].search(
            [
                ("company_id", "=", document.company_id.id),
                ("is_confidential", "=", True),
                ("partner_id", "not in", parties.ids),
            ]
        )
        hidden = contractors.partner_id
        names = hidden.mapped("name") + hidden.mapped("coc_registered_name")
        return set(filter(None, names))


def _replace(content, found, label):
    if isinstance(content, dict):
        return {key: _replace(one, found, label) for key, one in content.items()}
    if isinstance(content, list | tuple):
        return type(content)(_replace(one, found, label) for one in content)
    return found.sub(label, content) if isinstance(content, str) else content
