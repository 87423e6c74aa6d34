"""SQL that keeps a journal: what a change first finds in a row is noted, so that the change can be taken back.

Noted is what cannot be made from anything else: papers, keys, where papers came from, and which are told apart. Lines
of sources move whenever a file is read again; they are not noted.
"""

from collections.abc import Iterator

# Table: (the primary key as text, the rest as JSON, columns whose change counts), of a row called {row}.
_TABLES = {
    "papers": (
        "CAST({row}.id AS TEXT)",
        "json_object('key', {row}.key, 'record', {row}.record, 'added', {row}.added)",
        "key, record, added",
    ),
    "keys": ("{row}.key", "json_object('paper', {row}.paper, 'fingerprint', {row}.fingerprint)", "paper, fingerprint"),
    "sources": (
        "json_array({row}.paper, {row}.source, {row}.digest)",
        "json_object('line', {row}.line)",
        "paper, source, digest",
    ),
    "told_apart": ("json_array({row}.first, {row}.second)", "json_object()", "first, second"),
}
# A paper that the change itself added goes with all its sources when the change is taken back.
_IS_OF_ADDED = (
    " AND NOT EXISTS (SELECT 1 FROM journal WHERE change = now.change AND kind = 'papers'"
    " AND row = CAST({row}.paper AS TEXT) AND image IS NULL)"
)


def journal_triggers() -> Iterator[str]:
    """Statements that make the triggers, of schema version 3."""
    for table, (_, _, counted) in _TABLES.items():
        for event, of, notes in (
            ("INSERT", "", [_note(table, "new", was_there=False)]),
            ("DELETE", "", [_note(table, "old", was_there=True)]),
            ("UPDATE", f" OF {counted}", [_note(table, "old", was_there=True), _note(table, "new", was_there=False)]),
        ):
            yield f"CREATE TRIGGER {table}_{event.lower()} AFTER {event}{of} ON {table} BEGIN {' '.join(notes)} END"
            # What nobody noted cannot be taken back, nor anything before it. The journal would go with the changes, but
            # another program's connection need not look after foreign keys.
            yield (
                f"CREATE TRIGGER {table}_{event.lower()}_unnoted AFTER {event}{of} ON {table}"
                " WHEN NOT EXISTS (SELECT 1 FROM recording) BEGIN DELETE FROM journal; DELETE FROM changes; END"
            )


def _note(table: str, row: str, *, was_there: bool) -> str:
    """Note a row as it was, once; an updated row is there already under its primary key unless that was changed."""
    name, image, _ = _TABLES[table]
    unless_added = _IS_OF_ADDED.format(row=row) if table == "sources" else ""
    # Not `OR IGNORE`: the conflict clause of the statement that sets the trigger off would take its place.
    return (
        f"INSERT INTO journal SELECT now.change, '{table}', {name.format(row=row)},"
        f" {image.format(row=row) if was_there else 'NULL'} FROM recording now WHERE now.change IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM journal WHERE change = now.change AND kind ="
        f" '{table}' AND row = {name.format(row=row)}){unless_added};"
    )
