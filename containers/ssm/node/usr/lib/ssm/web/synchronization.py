# An account is synchronized by hand or on schedule: its usage goes to Cisco Software Central, what it may use comes back,
# and with it a certificate of the Host Common Name. Nothing is said to have succeeded before it is committed.
#
#   on schedule: due → in 5 minutes again → begun → succeeded or failed → the next time of the schedule
#
# So one that ends with its server is made up for by the other.

import datetime
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor

import central
import certificate
import store

SUCCESSFUL = 'Synchronization Successful'
FAILED = 'Synchronization Failed'
DUE_DAYS = 30
AT_ONCE = 4  # the others wait for their turn, shown as in progress
SCHEDULE = 'schedule'  # who begins what is due
TEXT_MAX = 256
QUANTITY_MAX = 2 ** 31 - 1


class Synchronization:
    def __init__(self, conf, product_certificate):
        self.host = conf.get('CENTRAL', '')
        self.product_certificate = product_certificate
        self.lock = threading.Lock()
        self.running = set()
        self.threads = ThreadPoolExecutor(AT_ONCE)

    def begin(self, account, by):
        """In another thread, because Central may be slow; one at a time for each account. False when one runs already."""
        with self.lock:
            if account in self.running:
                return False
            self.running.add(account)
        try:
            self.threads.submit(self.run, account, by)
        except BaseException:
            self.ended(account)
            raise
        return True

    def run(self, account, by):
        try:
            try:
                self.synchronize(account, by)
            except (store.Unavailable, store.NotConfirmed):
                raise  # nor could the failure be written
            except Exception as error:
                if not isinstance(error, (central.CentralAway, central.CentralRefused)):
                    traceback.print_exc()
                failed(account, by, error)
            else:
                self.product_certificate.look()
        except (store.Unavailable, store.NotConfirmed) as error:
            print(f'synchronization of account {account}: {error}', file=sys.stderr)
        except Exception:
            traceback.print_exc()
        finally:
            self.ended(account)

    def ended(self, account):
        with self.lock:
            self.running.discard(account)

    def synchronize(self, account, by):
        request = report(account)
        if request is None:
            return
        if not self.host:
            raise central.CentralAway('Cisco Software Central is not known to this server')
        common_name = store.setting('host_common_name')
        key, request['csr'] = certificate.request_for(common_name) if common_name else (None, None)
        answer = central.synchronize(self.host, request)
        succeeded(account, by, *checked(answer, common_name, key), common_name, key)

    def look(self):
        """Once a second: begins what is due."""
        for account, in take_due():
            self.begin(account, SCHEDULE)


def report(account):
    """What Central is told of that account, or None when it is none that is active."""
    found = store.rows('''
        select name, smart_account, virtual_account from local_accounts where id = %s and status = 'Active' ''', account)
    if not found:
        return None
    name, smart_account, virtual_account = found[0]
    usage = store.rows('''
        select licence, sum(quantity) from usage join instances on instances.id = usage.instance where account = %s group by licence''', account)
    instances = store.rows(f'''
        select name, product_type, udi, {store.stamp('last_contact')} from instances where account = %s order by id''', account)
    return {
        'satellite': store.setting('satellite'), 'account': name, 'smart_account': smart_account, 'virtual_account': virtual_account,
        'usage': dict(usage), 'instances': [dict(zip(('name', 'product_type', 'udi', 'last_contact'), instance)) for instance in instances],
    }


def checked(answer, common_name, key):
    """(time, {licence: quantity}, certificate or None) of an answer, or CentralAway: what is committed as successful can be used."""
    expect(isinstance(answer, dict), 'an object')
    return time_of(answer), purchased_of(answer), certificate_of(answer, common_name, key) if key else None


def time_of(answer):
    try:
        at = datetime.datetime.fromisoformat(answer.get('synchronized_at'))
    except (TypeError, ValueError):
        at = None
    expect(at and at.tzinfo, 'the time of the synchronization')
    return at


def purchased_of(answer):
    found = answer.get('purchased')
    good = isinstance(found, dict) and all(
        0 < len(name) <= TEXT_MAX and name.isprintable() and type(quantity) is int and 0 <= quantity <= QUANTITY_MAX for name, quantity in found.items())
    expect(good, 'names of licences and whole numbers')
    return found


def certificate_of(answer, common_name, key):
    text = answer.get('certificate')
    expect(isinstance(text, str) and text.isascii(), 'the certificate that it was asked for')
    try:
        certificate.from_text(text, key)
    except (OSError, ValueError):  # ssl.SSLError is one of these
        expect(False, 'a certificate of the key that it was asked for')
    expect(certificate.carries(text, common_name), f'a certificate of {common_name}')
    return text


def expect(holds, what):
    if not holds:
        raise central.CentralAway(f'Cisco Software Central answered with something else than {what}')


def succeeded(account, by, at, purchased, product_certificate, common_name, key):
    with store.change() as cursor:
        cursor.execute('''
            update local_accounts set synchronized_at = %s, alert = %s, alert_severity = null where id = %s returning name''', (at, SUCCESSFUL, account))
        found = cursor.fetchone()
        if not found:  # it was deleted meanwhile
            return
        cursor.execute('delete from purchased where account = %s', (account,))
        for licence, quantity in purchased.items():
            cursor.execute('insert into purchased values (%s, %s, %s)', (account, licence, quantity))
        if product_certificate:
            keep_certificate(cursor, common_name, product_certificate, key)
        end_turn(cursor, account, by)
        store.log(cursor, store.ACCOUNTS, f'Account {found[0]} synchronized with Cisco Software Central by {by}')


def keep_certificate(cursor, common_name, product_certificate, key):
    """As the only one; unless another Host Common Name was set meanwhile, which needs a synchronization of its own."""
    cursor.execute('''
        insert into certificates (common_name, certificate, key)
        select %s, %s, %s from settings where key = 'host_common_name' and value = %s for share
        returning id''', (common_name, product_certificate, key, common_name))
    kept = cursor.fetchone()
    if kept:
        cursor.execute('delete from certificates where id < %s', kept)


def failed(account, by, error):
    why = ''.join(character if character.isprintable() else '?' for character in str(error) or type(error).__name__)[:TEXT_MAX]
    with store.change() as cursor:
        cursor.execute("update local_accounts set alert = %s, alert_severity = 'Major' where id = %s returning name", (FAILED, account))
        found = cursor.fetchone()
        if found:
            end_turn(cursor, account, by)
            store.log(cursor, store.ACCOUNTS, f'Account {found[0]} not synchronized: {why}')


def end_turn(cursor, account, by):
    """What was begun on schedule is next begun at the schedule's next time: the first one, or whole periods after it."""
    if by == SCHEDULE:
        cursor.execute('''
            update schedules set next_at = first_at
              + greatest(floor(extract(epoch from now() - first_at) / 86400 / every_days) + 1, 0) * every_days * interval '1 day'
            where account = %s''', (account,))


# --- what the page shows -----------------------------------------------------------------------------------

def accounts(severity=None):
    """(id, name, satellite, last, due, alert, severity) of the active accounts."""
    return store.rows(f'''
        select id, name, (select value from settings where key = 'satellite'), {store.stamp('synchronized_at')},
          {store.stamp(f"synchronized_at + interval '{DUE_DAYS} days'")}, alert, alert_severity
        from local_accounts where status = 'Active' and (%s is null or alert_severity = %s) order by id desc limit %s''',
                      severity, severity, store.UNSEARCHED_MAX)[::-1]


def schedules():
    """(name, every so many days, next)."""
    return store.rows(f'''
        select name, every_days, {store.stamp('next_at')} from schedules join local_accounts on id = account order by id''')


def set_schedule(account, every_days, next_at, by):
    """False when there is no such active account. `next_at` is UTC, as YYYY-MM-DD HH:MM:SS."""
    with store.change() as cursor:
        cursor.execute('''
            insert into schedules (account, every_days, first_at, next_at)
            select id, %s, first_at, first_at from local_accounts, (select %s::timestamp at time zone 'UTC' as first_at) given where id = %s and status = 'Active'
            on conflict (account) do update set every_days = excluded.every_days, first_at = excluded.first_at, next_at = excluded.next_at returning account''',
                       (every_days, next_at, account))
        found = cursor.fetchone()
        if found:
            store.log(cursor, store.ACCOUNTS, f'Synchronization of account {account} scheduled every {every_days} days by {by}')
    return found is not None


def take_due():
    """The accounts whose time has come. Until their synchronization has ended they are to be tried again soon, by whichever server is active then."""
    if not store.rows('select from schedules where next_at <= now()'):
        return []
    with store.change() as cursor:
        cursor.execute("update schedules set next_at = now() + interval '5 minutes' where next_at <= now() returning account")
        return cursor.fetchall()
