# A write is acknowledged only when COMMIT returned without a word from the server.
#
# PostgreSQL answers COMMIT with success and a WARNING when the wait for the synchronous standby was cancelled:
# the row is here, and may be nowhere else. Nobody may be told that it is safe.
# Writes never have a time limit of their own: a cancelled wait is exactly that WARNING.

import contextlib
import os
import pwd
import queue
import secrets
import select
import sys

import psycopg2
from psycopg2 import errors

from session import hash_password, password_matches

SOCKETS = '/var/run/postgresql'
# client_min_messages: whatever is in connection.notices is then a WARNING, in any language.
APPLICATION = {
    'host': SOCKETS, 'dbname': 'ssm', 'user': 'ssm', 'application_name': 'ssm-web',
    'connect_timeout': 2, 'client_encoding': 'utf8', 'options': '-c client_min_messages=warning',
}
READERS = 24  # with all writers well below max_connections (120)
WRITERS = 48
PRODUCT_WRITERS = 16  # their own, so that products whose commits wait leave pages and notes theirs
PATIENCE_S = 3


class Unavailable(Exception):
    """The database is away, read-only or full: the change has certainly not been made."""


class NotConfirmed(Exception):
    """COMMIT was sent, and whether the change lasts is not known."""


class NameTaken(Exception):
    pass


class Pool:
    """Connections for one kind of work; one request has one to itself, so nobody waits for another's transaction."""

    def __init__(self, size, autocommit):
        self.autocommit = autocommit
        self.idle = queue.LifoQueue()
        for _ in range(size):
            self.idle.put(None)  # a place, not yet connected

    @contextlib.contextmanager
    def connection(self):
        try:
            connection = self.idle.get(timeout=PATIENCE_S)
        except queue.Empty:
            raise Unavailable('every database connection is waiting')
        try:
            if connection is None or is_gone(connection):
                connection = None
                connection = psycopg2.connect(**APPLICATION)
                connection.autocommit = self.autocommit
            yield connection
        except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
            raise Unavailable(first_line(error)) from error
        finally:
            self.idle.put(settled(connection))


def is_gone(connection):
    """Between requests the server says nothing, except that it is gone."""
    return connection.closed or select.select([connection], [], [], 0)[0]


def settled(connection):
    """The connection as the next request may have it, or None."""
    if connection is None or connection.closed:
        return None
    try:
        connection.rollback()
        return connection
    except psycopg2.Error:
        connection.close()
        return None


readers = Pool(READERS, autocommit=True)
writers = Pool(WRITERS, autocommit=False)
product_writers = Pool(PRODUCT_WRITERS, autocommit=False)


def rows(sql, *values):
    with readers.connection() as connection, connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


@contextlib.contextmanager
def change(pool=writers):
    """A transaction; leaving the block without an exception means that it is committed, here and on a synchronous standby."""
    with pool.connection() as connection:
        with connection.cursor() as cursor:
            try:
                yield cursor
            except errors.ReadOnlySqlTransaction as error:
                raise Unavailable('the database is read-only') from error
        del connection.notices[:]
        try:
            connection.commit()
        except psycopg2.Error as error:
            raise NotConfirmed(first_line(error)) from error
        if connection.notices:
            raise NotConfirmed(first_line(connection.notices[0]))


def first_line(message):
    return str(message).strip().partition('\n')[0]


@contextlib.contextmanager
def note():
    """A transaction for what may be lost with this server (a log-out, a line in the log): it does not wait for the standby."""
    with change() as cursor:
        cursor.execute('set local synchronous_commit = local')
        yield cursor


def stamp(expression):
    """SQL for a time as the product writes it, in UTC."""
    return f"to_char(({expression}) at time zone 'UTC', 'YYYY-Mon-DD HH24:MI:SS')"


# --- local accounts --------------------------------------------------------------------------------------

# A browser needs seconds for a page with thousands of rows; whoever wants one of them searches for it.
UNSEARCHED_MAX = 100


def accounts(search=''):
    """(id, name, requested_by, smart_account, virtual_account, status), oldest first; without a search the latest only."""
    return rows('''
        select id, name, requested_by, smart_account, virtual_account, status from local_accounts
        where position(lower(%s) in lower(name)) > 0 order by id desc limit %s''', search, None if search else UNSEARCHED_MAX)[::-1]


def pending_accounts():
    return rows(f'''
        select name, requested_by, status, {stamp('created_at')}
        from local_accounts where status = 'Pending' order by id''')


def create_account(name, virtual_account, smart_account, requested_by):
    with change() as cursor:
        try:
            cursor.execute('''
                insert into local_accounts (name, requested_by, smart_account, virtual_account)
                values (%s, %s, %s, %s)''', (name, requested_by, smart_account or None, virtual_account or None))
        except errors.UniqueViolation as error:
            raise NameTaken(name) from error
        log(cursor, ACCOUNTS, f'Account {name} requested by {requested_by}')


def activate_account(account_id, user):
    """False when there is no such account. To activate an active one again changes nothing."""
    with change() as cursor:
        cursor.execute('select name, status from local_accounts where id = %s for update', (account_id,))
        found = cursor.fetchone()
        if found and found[1] != 'Active':
            cursor.execute("update local_accounts set status = 'Active' where id = %s", (account_id,))
            log(cursor, ACCOUNTS, f'Account {found[0]} activated by {user}')
    return found is not None


def active_accounts():
    """(id, name), oldest first."""
    return rows("select id, name from local_accounts where status = 'Active' order by id")


def delete_account(account_id, user):
    """False when there is no such account."""
    with change() as cursor:
        cursor.execute('delete from local_accounts where id = %s returning name', (account_id,))
        found = cursor.fetchone()
        if found:
            log(cursor, ACCOUNTS, f'Account {found[0]} deleted by {user}')
    return found is not None


# --- event log -------------------------------------------------------------------------------------------

ACCOUNTS = 'Accounts'
HIGH_AVAILABILITY = 'High Availability'
LICENSING = 'Smart Licensing'
SECURITY = 'Security'
EVENTS_SHOWN = 100


def log(cursor, category, message):
    cursor.execute('insert into event_log (category, message) values (%s, %s)', (category, message))


def events(category):
    """(time, category, message), newest first."""
    return rows(f'select {stamp("at")}, category, message from event_log where category = %s order by id desc limit %s', category, EVENTS_SHOWN)


# --- settings and certificates ---------------------------------------------------------------------------

def setting(key):
    found = rows('select value from settings where key = %s', key)
    return found[0][0] if found else None


def set_host_common_name(name, by):
    with change() as cursor:
        cursor.execute("insert into settings values ('host_common_name', %s) on conflict (key) do update set value = excluded.value", (name,))
        log(cursor, SECURITY, f'Host Common Name set to {name} by {by}')


def latest_certificate(than=None):
    """(number, certificate, key), where there is a later one than that number."""
    found = rows('select id, certificate, key from certificates where %s is null or id > %s order by id desc limit 1', than, than)
    return found[0] if found else None


def certificate_shown():
    """(common name, issued), or None."""
    found = rows(f'select common_name, {stamp("issued_at")} from certificates order by id desc limit 1')
    return found[0] if found else None


# --- replication, users, sessions ------------------------------------------------------------------------

def replication_state():
    """What the walsender to the standby does (`streaming`, `catchup`, …), or None. A base backup is not a standby."""
    found = rows('''
        select state from pg_stat_replication where application_name <> 'pg_basebackup'
        order by state = 'streaming' desc limit 1''')
    return found[0][0] if found else None


def answers():
    rows('select 1')


def password_hash(user):
    found = rows('select password_hash from users where name = %s', user)
    return found[0][0] if found else None


def session_secret(session_id=None):
    """(secret, whether that session was logged out)."""
    found = rows('''
        select value, exists (select from ended_sessions where id = %s) from settings
        where key = 'session_secret' ''', session_id)
    if not found:
        raise Unavailable('the database has not been initialised')
    return found[0]


def end_session(session_id, lifetime_s):
    with note() as cursor:
        cursor.execute("delete from ended_sessions where ended_at < now() - %s * interval '1 second'", (lifetime_s,))
        cursor.execute('insert into ended_sessions (id) values (%s) on conflict do nothing', (session_id,))


def adopt_admin_password(password):
    """The appliance's admin password is set outside the GUI (cluster.conf); a GUI that starts follows it."""
    if not password_matches(password, password_hash('admin')):
        with note() as cursor:
            cursor.execute("update users set password_hash = %s where name = 'admin'", (hash_password(password),))


# --- formation -------------------------------------------------------------------------------------------

def init_db(admin_password, schema):
    """Once, when the cluster forms; see schema.sql."""
    if os.geteuid() == 0:
        os.seteuid(pwd.getpwnam('postgres').pw_uid)  # peer authentication asks who connects
    connection = psycopg2.connect(host=SOCKETS, dbname='ssm', user='postgres')
    with connection, connection.cursor() as cursor:
        cursor.execute(schema)
        cursor.execute("insert into settings values ('session_secret', %s), ('satellite', 'ssm-on-prem-' || %s) on conflict do nothing", (secrets.token_hex(32), secrets.token_hex(4)))
        cursor.execute(
            "insert into users values ('admin', %s, 'System Administrator') on conflict do nothing", (hash_password(admin_password),))
    connection.close()
    print('database ssm is ready', file=sys.stderr)
