"""Run after ``plant.py`` in ``bin/odoo shell``: sealing while others post.

Prints what came of it, in order, as JSON.
"""

# Whole transactions race here, and the test reads what is printed.
# pylint: disable=invalid-commit,print-used

import json

from odoo import api

waiting = []
for mass in (10, 20, 30, 40):
    # Each has a running total of its own: those who post wait for no one.
    slab = env["product.product"].create(  # noqa: F821
        {
            "name": f"Slab {mass}",
            "is_storable": True,
            "tracking": "lot",
            "uom_id": env.ref("uom.product_uom_ton").id,  # noqa: F821
            "coc_material": "aluminium",
        }
    )
    waiting.append(receipt(mass, 1))  # noqa: F821
env.cr.commit()  # noqa: F821
answers = {}


def begin():
    """An environment in a transaction of its own."""
    own = api.Environment(env.registry.cursor(), env.uid, {})  # noqa: F821
    own.cr.execute("SELECT 1")
    return own


def post(own, picking):
    """Validate a receipt; not committed yet."""
    own["stock.picking"].browse(picking.id).button_validate()
    own.flush_all()


def end(own):
    own.flush_all()
    own.cr.commit()
    own.cr.close()


def seal(own=None):
    """Seal and commit; return how many items, or what was raised."""
    own = own or begin()
    try:
        count = own["asi.coc.seal"]._seal(own[scope._name].browse(scope.id), 100)  # noqa: F821
        end(own)
        return count
    except Exception as error:
        own.cr.rollback()
        own.cr.close()
        return type(error).__name__


def look():
    """Return masses in the order of the chain, and up to which id all is sealed."""
    own = begin()
    masses = own["asi.coc.seal"].search([], order="number").entry_id.mapped("mass")
    sealed_id = own["asi.coc.seal.head"].search([]).sealed_id
    end(own)
    return masses, sealed_id


# A low id is posted, and commits after a higher one was sealed.
slow = begin()
post(slow, waiting[0])
quick = begin()
post(quick, waiting[1])
end(quick)
answers["sealed while posting"] = seal()
answers["sealed again"] = seal()
answers["without the slow one"] = look()
end(slow)
answers["sealed later"] = seal()
answers["sealed at last"] = seal()
answers["with the slow one"] = look()[0]

# Nobody waits for who seals: neither another that seals, nor who posts.
post(env, waiting[2])  # noqa: F821
env.cr.commit()  # noqa: F821
sealing = begin()
sealing["asi.coc.seal"]._seal(sealing[scope._name].browse(scope.id), 100)  # noqa: F821
answers["while another seals"] = seal()
posting = begin()
posting.cr.execute("SET LOCAL lock_timeout = '2s'")
post(posting, waiting[3])
end(posting)
end(sealing)

# Who began before another sealed starts again instead of giving a number twice.
early = begin()
answers["meanwhile"] = seal()
answers["with an old snapshot"] = seal(early)

env.cr.commit()  # noqa: F821
env.invalidate_all()  # noqa: F821
numbers = env["asi.coc.seal"].search([], order="number").mapped("number")  # noqa: F821
answers["numbers"] = numbers
verification = env[scope._name].browse(scope.id).action_verify_ledger()  # noqa: F821
answers["state"] = env[verification["res_model"]].browse(verification["res_id"]).state  # noqa: F821
print(json.dumps(answers))
