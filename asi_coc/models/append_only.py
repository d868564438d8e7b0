"""The triggers that hold what is written once below the ORM too (8.1, 8.9).

A migration that must rewrite it says so for its own transaction: ``SET LOCAL
asi_coc.migration = 'on'``.
"""

from odoo.tools import SQL

#: What the triggers run; their arguments are the record's kind and the way out.
FUNCTION = """
    CREATE OR REPLACE FUNCTION asi_coc_refuse_change() RETURNS trigger AS $$
    DECLARE
        record text := 'table ' || TG_TABLE_NAME;
    BEGIN
        IF current_setting('asi_coc.migration', true) = 'on' THEN
            IF TG_LEVEL = 'ROW' AND TG_OP = 'DELETE' THEN
                RETURN OLD;
            END IF;
            RETURN NEW;
        END IF;
        IF TG_LEVEL = 'ROW' THEN
            record := TG_ARGV[0] || ' ' || OLD.id
                || COALESCE(' (' || (to_jsonb(OLD) ->> 'mass') || ' t)', '');
        END IF;
        RAISE EXCEPTION USING ERRCODE = '23514', MESSAGE = format(
            'The CoC ledger is append-only: %%s of %%s is refused. %%s',
            TG_OP, record, TG_ARGV[1]);
    END;
    $$ LANGUAGE plpgsql
"""
#: What is refused of rows: name of the trigger, event, condition.
ANY_CHANGE = (("append_only", SQL("UPDATE OR DELETE"), SQL("TRUE")),)


def refuse_changes(env, table, kind, way_out, changes=ANY_CHANGE):
    """Have triggers refuse ``changes`` of a table's rows, and to truncate it.

    ``kind`` of record and ``way_out`` are what the message says.
    """
    env.cr.execute(SQL(FUNCTION))
    target = SQL.identifier(table)
    events = [
        (name, SQL("%s ON %s FOR EACH ROW WHEN (%s)", event, target, when))
        for name, event, when in changes
    ]
    events.append(("no_truncate", SQL("TRUNCATE ON %s", target)))
    for name, event in events:
        env.cr.execute(
            SQL(
                """
                DROP TRIGGER IF EXISTS %(name)s ON %(target)s;
                CREATE TRIGGER %(name)s BEFORE %(event)s
                EXECUTE FUNCTION asi_coc_refuse_change(%(kind)s, %(way_out)s)
                """,
                name=SQL.identifier(f"{table}_{name}"),
                target=target,
                event=event,
                kind=kind,
                way_out=way_out,
            )
        )
