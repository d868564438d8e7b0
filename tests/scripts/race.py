"""Put after at_once.py: a close against a posting.

``FIRST`` tells whether the posting is the period's first. Defines ``post``,
``close`` and ``report``.
"""

# Whole transactions race here, and the test reads what is printed.
# pylint: disable=invalid-commit,print-used

import json

from odoo import api

TODAY = datetime.date.today()  # noqa: F821
ENDED = datetime.datetime.combine(  # noqa: F821
    TODAY - datetime.timedelta(days=1),  # noqa: F821
    datetime.time(12),  # noqa: F821
)
period = scope.period_ids  # noqa: F821
period.write({"date_start": TODAY - datetime.timedelta(days=30), "date_end": ENDED})  # noqa: F821
env["asi.coc.period"].create(  # noqa: F821
    {
        "scope_id": scope.id,  # noqa: F821
        "date_start": TODAY,
        "date_end": TODAY + datetime.timedelta(days=30),  # noqa: F821
    }
)
if not FIRST:  # noqa: F821
    early = receipt(7, 1)  # noqa: F821
    validate(early)  # noqa: F821
    early.date_done = ENDED
# It arrived today, and somebody is about to say that it was in the ended period.
late = receipt(100, 1)  # noqa: F821
validate(late)  # noqa: F821
env.cr.commit()  # noqa: F821


def post(cr):
    """Post 100 t to the period that ended; not committed yet."""
    own = api.Environment(cr, env.uid, {})  # noqa: F821
    own["stock.picking"].browse(late.id).date_done = ENDED
    own.flush_all()


def close(cr):
    """Close the period that ended and commit."""
    own = api.Environment(cr, env.uid, {})  # noqa: F821
    own["asi.coc.period"].browse(period.id).action_close()
    own.flush_all()
    cr.commit()


def report(answers):
    """Print what came of it: Non-CoC t in ledger, totals and frozen figures."""
    env.cr.rollback()  # noqa: F821
    env.invalidate_all()  # noqa: F821
    masses = []
    for table in ("asi_coc_entry", "asi_coc_total"):
        env.cr.execute(  # noqa: F821
            f"SELECT COALESCE(sum(mass), 0)::float FROM {table} "
            "WHERE period_id = %s AND flow = 'input'",
            [period.id],
        )
        masses.append(env.cr.fetchone()[0])  # noqa: F821
    frozen = period._get_closing().figures["casthouse"]["non_coc_inflow"]
    print(
        json.dumps(
            {
                "answers": answers,
                "state": period.state,
                "masses": [*masses, float(frozen)],
                "differences": len(env["asi.coc.total"]._find_differences()),  # noqa: F821
            }
        )
    )
