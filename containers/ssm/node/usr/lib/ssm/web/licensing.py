# Smart Licensing: tokens that let products register, the instances that did, and what they use of which licence.

import contextlib
import hashlib
import hmac
import secrets

import store

TOKEN_DAYS = 30
INSUFFICIENT = 'Insufficient Licenses'


class Refused(Exception):
    """The product's request is not granted; why, in words for its administrator."""


# --- tokens ------------------------------------------------------------------------------------------------

def create_token(account, description, days, uses, by):
    """The token, or None when there is no such active account. `uses` None: as often as one likes."""
    token = secrets.token_urlsafe(48)
    with store.change() as cursor:
        cursor.execute('''
            insert into tokens select %s, id, %s, %s, now() + %s * interval '1 day', %s from local_accounts
            where id = %s and status = 'Active' returning token''', (token, description, by, days, uses, account))
        found = cursor.fetchone()
        if found:
            store.log(cursor, store.LICENSING, f'Product instance registration token created by {by}')
    return found and token


def tokens(account):
    """(token, expires, uses left or None, description, created by), latest first."""
    return store.rows(f'''
        select token, {store.stamp('expires_at')}, uses_left, description, created_by from tokens where account = %s
        order by expires_at desc limit %s''', account, store.UNSEARCHED_MAX)


# --- what products ask -------------------------------------------------------------------------------------

def register(token, name, product_type, udi, transport, licences):
    """(instance, its secret, its standing). The same UDI again is the same instance with a new secret, now of the token's account."""
    secret = secrets.token_urlsafe(32)
    with store.change(pool=store.product_writers) as cursor:
        cursor.execute('select account, expires_at > now(), uses_left from tokens where token = %s for update', (token,))
        found = cursor.fetchone()
        if not found:
            raise Refused('The product instance registration token is not valid.')
        account, current, uses_left = found
        if not current:
            raise Refused('The product instance registration token has expired.')
        cursor.execute('select 1 from instances where udi = %s and token = %s', (udi, token))
        if not cursor.fetchone():  # with the token that it has used before it may come as often as it likes
            if uses_left == 0:
                raise Refused('The product instance registration token has been used as often as it may be.')
            cursor.execute('update tokens set uses_left = uses_left - 1 where token = %s', (token,))
        cursor.execute('''
            insert into instances (account, udi, name, product_type, transport, token, secret_hash) values (%s, %s, %s, %s, %s, %s, %s)
            on conflict (udi) do update set account = excluded.account, name = excluded.name, product_type = excluded.product_type, transport = excluded.transport,
              token = excluded.token, secret_hash = excluded.secret_hash, previous_secret_hash = coalesce(instances.previous_secret_hash, instances.secret_hash),
              last_contact = now()
            returning id''', (account, udi, name, product_type, transport, token, digest(secret)))
        instance = cursor.fetchone()[0]
        set_usage(cursor, instance, licences)
        store.log(cursor, store.LICENSING, f'The product instance {name} was registered')
        told = standing(cursor, instance)
    return instance, secret, told


def report(instance, secret, licences):
    """Its standing."""
    with store.change(pool=store.product_writers) as cursor:
        authenticate(cursor, instance, secret)
        cursor.execute('update instances set last_contact = now() where id = %s', (instance,))
        set_usage(cursor, instance, licences)
        told = standing(cursor, instance)
    return told


def deregister(instance, secret):
    """May be repeated: one that is not registered, or not by that secret, is left as it is."""
    with contextlib.suppress(Refused), store.change(pool=store.product_writers) as cursor:
        remove(cursor, authenticate(cursor, instance, secret), instance)


def remove_instance(instance):
    """By the administrator; False when there is none."""
    with store.change() as cursor:
        cursor.execute('select name from instances where id = %s for update', (instance,))
        found = cursor.fetchone()
        if found:
            remove(cursor, found[0], instance)
    return found is not None


def remove(cursor, name, instance):
    cursor.execute('delete from instances where id = %s', (instance,))
    store.log(cursor, store.LICENSING, f'The product instance {name} was removed')


def authenticate(cursor, instance, secret):
    """The instance's name. The secret before the present one is good until that is used: the answer that told it may have been lost."""
    cursor.execute('select name, secret_hash, previous_secret_hash from instances where id = %s for update', (instance,))
    name, present, previous = cursor.fetchone() or (None, '', None)
    given = digest(secret)
    if hmac.compare_digest(present, given):
        if previous:
            cursor.execute('update instances set previous_secret_hash = null where id = %s', (instance,))
    elif not hmac.compare_digest(previous or '', given):
        raise Refused('The product instance is not registered.')
    return name


def set_usage(cursor, instance, licences):
    cursor.execute('delete from usage where instance = %s', (instance,))
    for licence, quantity in licences.items():
        cursor.execute('insert into usage values (%s, %s, %s)', (instance, licence, quantity))


def digest(secret):
    """Of a random secret: nothing that could be guessed."""
    return hashlib.sha256(secret.encode('utf-8', 'replace')).hexdigest()


def standing(cursor, instance):
    """What a product is told: (smart account, virtual account, last contact, {licence: whether it is in compliance})."""
    cursor.execute(f'''
        select coalesce(smart_account, local_accounts.name), {store.stamp('last_contact')}, account
        from instances join local_accounts on local_accounts.id = account where instances.id = %s''', (instance,))
    smart_account, contact, account = cursor.fetchone()
    cursor.execute('select licence from usage where instance = %s and quantity > 0', (instance,))
    own = {licence for licence, in cursor.fetchall()}
    cursor.execute(LICENCES, (account, account))
    compliance = {each.name: each.balance >= 0 for each in counted(cursor.fetchall()) if each.name in own}
    return smart_account, VIRTUAL_ACCOUNT, contact, compliance


# --- what the pages show -----------------------------------------------------------------------------------

# Every account of this server has this one local virtual account.
VIRTUAL_ACCOUNT = 'Default'


class Licence:
    """What an account has of one licence, and what its instances use of it."""

    def __init__(self, name, quantity, in_use):
        self.name = name
        self.quantity = quantity
        self.in_use = in_use
        self.balance = quantity - in_use


# Of an account, given twice.
LICENCES = '''
    select licence, coalesce(quantity, 0), coalesce(in_use, 0)
    from (select licence, quantity from purchased where account = %s) bought
    full join (select licence, sum(usage.quantity) in_use from usage join instances on id = instance where account = %s group by licence) used
    using (licence) order by licence'''


def licences(account):
    return counted(store.rows(LICENCES, account, account))


def counted(rows):
    return [Licence(*row) for row in rows]


def instances(account, search=''):
    """(id, name, udi, product type, last contact), in the order in which they registered; without a search the latest only."""
    return store.rows(f'''
        select id, name, udi, product_type, {store.stamp('last_contact')} from instances
        where account = %s and position(lower(%s) in lower(name)) > 0 order by id desc limit %s''', account, search, None if search else store.UNSEARCHED_MAX)[::-1]


def alerts():
    """Of all accounts, gravest first: (severity, account, what), as the page Alerts, REST and System Health tell them."""
    return store.rows('''
        select 'Major', name, %s from local_accounts where id in (
          select account
          from (select account, licence, sum(quantity) in_use from usage join instances on id = instance group by account, licence) used
          left join purchased using (account, licence)
          where in_use > coalesce(quantity, 0))
        union all select alert_severity, name, alert from local_accounts where alert_severity is not null
        order by 1, 2, 3''', INSUFFICIENT)
