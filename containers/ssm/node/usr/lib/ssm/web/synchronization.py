# An account is synchronized by hand or on schedule: its usage goes to Cisco Software Central, what it may use comes back,
# and with it a certificate of the Host Common Name. Nothing is said to have succeeded before it is committed.

import sys
import threading
import traceback

import central
import certificate
import store

SUCCESSFUL = 'Synchronization Successful'
FAILED = 'Synchronization Failed'
DUE_DAYS = 30


class Synchronization:
    def __init__(self, conf, product_certificate):
        self.host = conf.get('CENTRAL', '')
        self.product_certificate = product_certificate
        self.lock = threading.Lock()
        self.running = set()

    def begin(self, account, by):
        """In a thread of its own, because Central may be slow; one at a time for each account. False when one runs already."""
        with self.lock:
            if account in self.running:
                return False
            self.running.add(account)
        threading.Thread(target=self.run, args=(account, by), daemon=True).start()
        return True

    def run(self, account, by):
        try:
            self.synchronize(account, by)
        except (store.Unavailable, store.NotConfirmed) as error:
            print(f'synchronization of account {account}: {error}', file=sys.stderr)
        except Exception:
            traceback.print_exc()
        finally:
            with self.lock:
                self.running.discard(account)

    def synchronize(self, account, by):
        request = report(account)
        if request is None:
            return
        common_name = store.setting('host_common_name')
        key, request['csr'] = certificate.request_for(common_name) if common_name else (None, None)
        try:
            if not self.host:
                raise central.CentralAway('Cisco Software Central is not known to this server')
            answer = central.synchronize(self.host, request)
        except (central.CentralAway, central.CentralRefused) as error:
            failed(account, str(error))
            return
        succeeded(account, by, answer, common_name, key)
        self.product_certificate.look()

    def look(self):
        """Once a second: begins what is due. Its next time is fixed first, so that what fails waits for that."""
        for account, in take_due():
            self.begin(account, 'schedule')


def report(account):
    """What Central is told of that account, or None when it is none that is active."""
    found = store.rows('''
        select name, smart_account, virtual_account from local_accounts where id = %s and status = 'Active' ''', account)
    if not found:
        return None
    name, smart_account, virtual_account = found[0]
    usage = store.rows('''
        select licence, sum(quantity)::int from usage join instances on instances.id = usage.instance where account = %s group by licence''', account)
    instances = store.rows(f'''
        select name, product_type, udi, {store.stamp('last_contact')} from instances where account = %s order by id''', account)
    return {
        'satellite': store.setting('satellite'), 'account': name, 'smart_account': smart_account, 'virtual_account': virtual_account,
        'usage': dict(usage), 'instances': [dict(zip(('name', 'product_type', 'udi', 'last_contact'), instance)) for instance in instances],
    }


def succeeded(account, by, answer, common_name, key):
    with store.change() as cursor:
        cursor.execute('''
            update local_accounts set registered_at = coalesce(registered_at, now()), synchronized_at = %s, alert = %s, alert_severity = null
            where id = %s returning name''', (answer['synchronized_at'], SUCCESSFUL, account))
        found = cursor.fetchone()
        if not found:  # it was deleted meanwhile
            return
        cursor.execute('delete from purchased where account = %s', (account,))
        for licence, quantity in answer['purchased'].items():
            cursor.execute('insert into purchased values (%s, %s, %s)', (account, licence, quantity))
        if answer['certificate'] and key:
            cursor.execute('insert into certificates (common_name, certificate, key) values (%s, %s, %s)', (common_name, answer['certificate'], key))
        store.log(cursor, store.ACCOUNTS, f'Account {found[0]} synchronized with Cisco Software Central by {by}')


def failed(account, why):
    with store.change() as cursor:
        cursor.execute("update local_accounts set alert = %s, alert_severity = 'Major' where id = %s returning name", (FAILED, account))
        found = cursor.fetchone()
        if found:
            store.log(cursor, store.ACCOUNTS, f'Account {found[0]} not synchronized: {why}')


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
            insert into schedules select id, %s, %s::timestamp at time zone 'UTC' from local_accounts where id = %s and status = 'Active'
            on conflict (account) do update set every_days = excluded.every_days, next_at = excluded.next_at returning account''',
                       (every_days, next_at, account))
        found = cursor.fetchone()
        if found:
            store.log(cursor, store.ACCOUNTS, f'Synchronization of account {account} scheduled every {every_days} days by {by}')
    return found is not None


def take_due():
    if not store.rows('select from schedules where next_at <= now()'):
        return []
    with store.change() as cursor:
        cursor.execute('''
            update schedules set next_at = next_at + ceil(greatest(extract(epoch from now() - next_at), 1) / 86400 / every_days) * every_days * interval '1 day'
            where next_at <= now() returning account''')
        return cursor.fetchall()
