"""The SQL that seals ledger entries, and that finds those not as sealed (8.1)."""

from odoo.tools import SQL

from .content_query import (
    content_query,
    digest_query,
    fits_first_hash,
    fixed_joins,
    kept_names,
    present_names,
    relations_query,
)


def waiting_query(scope, after, until, limit):
    """Return the query for entries without a seal, in a range of database ids.

    ``content`` is told of entries of before version 2 only, with today's names.
    """
    names = present_names("entry")
    return SQL(
        """
        SELECT 'entry' AS kind, entry.id AS entry_id,
               COALESCE(entry.content_hash, '') AS item_hash,
               CASE WHEN entry.content IS NULL THEN %(content)s END AS content
          FROM asi_coc_entry entry
          %(fixed_joins)s
         WHERE entry.scope_id = %(scope)s
           AND entry.id > %(after)s
           AND (%(until)s::int IS NULL OR entry.id <= %(until)s)
           AND NOT EXISTS (
               SELECT FROM asi_coc_seal seal WHERE seal.entry_id = entry.id)
      ORDER BY entry.id
         LIMIT %(limit)s
        """,
        content=_present_content(names),
        fixed_joins=fixed_joins("entry"),
        scope=scope.id,
        after=after,
        until=until,
        limit=limit,
    )


def insert_query(scope, version, sealed_on, items):
    """Return the statement that writes seals; see ``AsiCocSeal._append``."""
    columns = (
        "number",
        "kind",
        "entry_id",
        "closing_id",
        "content",
        "item_hash",
        "hash",
        "refers_to",
    )
    return SQL(
        """
        INSERT INTO asi_coc_seal (
            scope_id, company_id, version, sealed_on, number, kind, entry_id,
            closing_id, content, item_hash, hash, refers_to, partner_id
        )
        SELECT %(scope)s, %(company)s, %(version)s, %(sealed_on)s, given.number,
               given.kind, given.entry_id, given.closing_id, given.content,
               given.item_hash, given.hash,
               COALESCE(given.refers_to, %(relations)s), entry.partner_id
          FROM unnest(%(number)s::int[], %(kind)s::varchar[], %(entry_id)s::int[],
                      %(closing_id)s::int[], %(content)s::text[],
                      %(item_hash)s::varchar[], %(hash)s::varchar[],
                      %(refers_to)s::varchar[])
               AS given (number, kind, entry_id, closing_id, content, item_hash, hash,
                         refers_to)
     LEFT JOIN asi_coc_entry entry ON entry.id = given.entry_id
      ORDER BY given.number
        """,
        scope=scope.id,
        company=scope.company_id.id,
        version=version,
        sealed_on=sealed_on,
        relations=relations_query("entry"),
        **{name: [item.get(name) for item in items] for name in columns},
    )


def is_sealed():
    """Return the condition that an ``entry`` has its place on its scope's chain."""
    return SQL(
        """
        EXISTS (
               SELECT FROM asi_coc_seal seal
                WHERE seal.entry_id = entry.id AND seal.scope_id = entry.scope_id
                  AND seal.number > 0)
        """
    )


# -- verifying --------------------------------------------------------------------
def bounds_query(scope, after, limit):
    """Return the query for number and hash of the last seal of the next batch."""
    return SQL(
        """
        SELECT number, hash, count(*) OVER () AS count
          FROM (
                SELECT number, hash FROM asi_coc_seal
                 WHERE scope_id = %s AND number > %s
              ORDER BY number
                 LIMIT %s
               ) AS batch
      ORDER BY number DESC
         LIMIT 1
        """,
        scope.id,
        after,
        limit,
    )


def broken_chain_query(scope, after, last_hash, until):
    """Return the query for seals that do not follow the one before them.

    ``last_hash`` is that of seal ``after``; looks at those up to ``until``.
    """
    return SQL(
        """
        SELECT number, previous, hash, expected, entry_id
          FROM (
                SELECT number, hash, entry_id,
                       lag(number, 1, %(after)s) OVER chain AS previous,
                       %(expected)s AS expected
                  FROM asi_coc_seal seal
                 WHERE scope_id = %(scope)s
                   AND number > %(after)s AND number <= %(until)s
                WINDOW chain AS (ORDER BY number)
               ) AS link
         WHERE number != previous + 1 OR hash IS DISTINCT FROM expected
      ORDER BY number
        """,
        scope=scope.id,
        after=after,
        until=until,
        expected=digest_query(
            SQL(
                """
                concat_ws('|', version, number, lag(hash, 1, %s) OVER chain, kind,
                          to_char(sealed_on, 'YYYY-MM-DD HH24:MI:SS'), item_hash)
                """,
                last_hash,
            )
        ),
    )


def changed_entries_query(scope, after, until):
    """Return the query for entries, of seals of a range, not as they were sealed."""
    return SQL(
        """
        SELECT seal.number, seal.entry_id, entry.id IS NULL AS is_missing,
               kept.content AS expected, present.content AS found,
               kept.hash = seal.item_hash AS is_kept,
               seal.item_hash, entry.content_hash, seal.refers_to,
               %(relations)s AS found_ids, seal.partner_id,
               entry.partner_id AS found_partner_id, proof.fits
          FROM asi_coc_seal seal
     LEFT JOIN asi_coc_entry entry ON entry.id = seal.entry_id
          %(fixed_joins)s
          %(content)s
         WHERE seal.scope_id = %(scope)s AND seal.kind = 'entry'
           AND seal.number > %(after)s AND seal.number <= %(until)s
           AND (entry.id IS NULL
                OR kept.hash IS DISTINCT FROM seal.item_hash
                OR present.content IS DISTINCT FROM kept.content
                OR entry.content_hash IS DISTINCT FROM seal.item_hash
                   AND entry.content IS NOT NULL
                OR %(relations)s IS DISTINCT FROM seal.refers_to
                OR entry.partner_id IS DISTINCT FROM seal.partner_id
                OR NOT proof.fits)
      ORDER BY seal.number
        """,
        relations=relations_query("entry"),
        fixed_joins=fixed_joins("entry"),
        content=_contents(SQL("COALESCE(entry.content, seal.content)")),
        scope=scope.id,
        after=after,
        until=until,
    )


def unsealed_query(scope, sealed_id, limit):
    """Return the query for entries without a seal that should have one or do not fit.

    Entries up to ``sealed_id`` should.
    """
    names = present_names("entry")
    return SQL(
        """
        SELECT entry.id AS entry_id, entry.id <= %(sealed_id)s AS is_overdue,
               kept.content AS expected, present.content AS found,
               entry.content IS NULL OR kept.hash = entry.content_hash AS is_kept,
               entry.content_hash, proof.fits
          FROM asi_coc_entry entry
          %(fixed_joins)s
          %(content)s
         WHERE entry.scope_id = %(scope)s
           AND NOT %(is_sealed)s
           AND (entry.id <= %(sealed_id)s
                OR entry.content IS NOT NULL
                   AND (kept.hash IS DISTINCT FROM entry.content_hash
                        OR present.content IS DISTINCT FROM kept.content)
                OR NOT proof.fits)
      ORDER BY entry.id
         LIMIT %(limit)s
        """,
        fixed_joins=fixed_joins("entry"),
        content=_contents(
            SQL(
                "COALESCE(entry.content, %s)",
                _present_content(names),
            )
        ),
        scope=scope.id,
        is_sealed=is_sealed(),
        sealed_id=sealed_id,
        limit=limit,
    )


def late_entries_query(scope):
    """Return the query for entries of a closed period that its closing did not see.

    A close seals all entries before itself; a reopening lets in others, and what it
    takes back.
    """
    return SQL(
        """
        SELECT entry.id AS entry_id, COALESCE(seal.number, 0) AS number,
               closing.id AS closing_id,
               COALESCE(entry.content, seal.content) AS expected
          FROM asi_coc_closing closing
          JOIN asi_coc_seal closed
            ON closed.closing_id = closing.id AND closed.kind = 'closing'
          JOIN asi_coc_entry entry
            ON entry.period_id = closing.period_id AND entry.scope_id = closed.scope_id
     LEFT JOIN asi_coc_seal seal ON seal.entry_id = entry.id
         WHERE closed.scope_id = %s AND closing.state = 'valid'
           AND (seal.number IS NULL OR seal.number > closed.number)
      ORDER BY seal.number, entry.id
        """,
        scope.id,
    )


def _present_content(names):
    return content_query("entry", names, posted_hash=_posted_hash())


def _posted_hash():
    return SQL(
        "CASE WHEN entry.content IS NULL THEN COALESCE(entry.content_hash, '') "
        "ELSE '' END"
    )


def _contents(kept):
    """Return joins: the content as ``kept``, and as the entry's columns have it.

    ``proof.fits`` tells of entries of before version 2 whether they fit the hash
    they were posted with. OFFSET keeps each from being worked out twice.
    """
    names = kept_names(SQL("split.lines"))
    return SQL(
        """
        CROSS JOIN LATERAL (
            SELECT given.content, %(hash)s AS hash
              FROM (SELECT %(kept)s AS content OFFSET 0) AS given
            OFFSET 0
        ) AS kept
        CROSS JOIN LATERAL (
            SELECT string_to_array(kept.content, chr(10)) AS lines OFFSET 0
        ) AS split
        CROSS JOIN LATERAL (SELECT %(present)s AS content OFFSET 0) AS present
        CROSS JOIN LATERAL (
            SELECT CASE WHEN entry.content IS NULL THEN %(fits)s ELSE TRUE END AS fits
            OFFSET 0
        ) AS proof
        """,
        kept=kept,
        hash=digest_query(SQL("given.content")),
        present=content_query("entry", names, posted_hash=_posted_hash()),
        fits=fits_first_hash("entry", names),
    )


# -- exporting --------------------------------------------------------------------
def export_query(scope, after, limit):
    """Return the query for seals after a number, with what their items say now."""
    return SQL(
        """
        SELECT seal.number, seal.kind, seal.version,
               to_char(seal.sealed_on, 'YYYY-MM-DD HH24:MI:SS') AS sealed_on,
               seal.item_hash, seal.hash, seal.closing_id, seal.content,
               CASE WHEN entry.id IS NOT NULL THEN present.content END AS entry_content
          FROM asi_coc_seal seal
     LEFT JOIN asi_coc_entry entry ON entry.id = seal.entry_id
          %(fixed_joins)s
          %(content)s
         WHERE seal.scope_id = %(scope)s AND seal.number > %(after)s
      ORDER BY seal.number
         LIMIT %(limit)s
        """,
        fixed_joins=fixed_joins("entry"),
        content=_contents(SQL("COALESCE(entry.content, seal.content)")),
        scope=scope.id,
        after=after,
        limit=limit,
    )
