"""Planning what somebody is reminded of."""


def plan_once(records, kind, summary, get_person_and_day):
    """Give each record one activity of type ``kind``, unless it has one.

    ``get_person_and_day`` returns the user to remind of a record, who may be
    nobody, and the day it is due.
    """
    told = records.activity_search([kind]).mapped("res_id")
    untold = records.filtered(lambda one: one.id not in told)
    for (person, day), group in untold.grouped(get_person_and_day).items():
        if person:
            group.activity_schedule(
                kind, date_deadline=day, summary=summary, user_id=person.id
            )
