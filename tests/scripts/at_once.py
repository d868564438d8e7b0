"""Put after plant.py in ``bin/odoo shell``: two transactions that meet.

Defines ``snapshot``, ``attempt``, ``wait_for_lock`` and ``race``.
"""

# Whole transactions race here.
# pylint: disable=invalid-commit

import threading
import time


def snapshot():
    """Return a transaction that sees what is committed now, and its backend."""
    cr = env.registry.cursor()  # noqa: F821
    cr.execute("SELECT pg_backend_pid()")
    return cr, cr.fetchone()[0]


def attempt(act, cr, answers):
    """Note ``done`` or what was raised; leave nothing open."""
    try:
        act(cr)
        cr.commit()
        answers.append("done")
    except Exception as error:
        cr.rollback()
        answers.append(type(error).__name__)
    finally:
        cr.close()


def wait_for_lock(pid):
    """Until the transaction of ``pid`` waits for another one."""
    with env.registry.cursor() as cr:  # noqa: F821
        for _attempt in range(600):
            cr.execute("SELECT cardinality(pg_blocking_pids(%s))", [pid])
            if cr.fetchone()[0]:
                return
            time.sleep(0.1)
    raise TimeoutError(pid)


def race(first, second):
    """Return what became of ``second``, which began before ``first`` committed.

    What fails is run again with a new snapshot, as Odoo does with a request.
    """
    answers = []
    one, _pid = snapshot()
    two, pid = snapshot()
    first(one)
    thread = threading.Thread(target=attempt, args=(second, two, answers))
    thread.start()
    wait_for_lock(pid)
    one.commit()
    one.close()
    thread.join()
    if answers != ["done"]:
        attempt(second, snapshot()[0], answers)
    env.cr.rollback()  # noqa: F821
    env.invalidate_all()  # noqa: F821
    return answers
