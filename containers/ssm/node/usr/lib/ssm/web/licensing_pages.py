# Synchronization, certificates, Smart Licensing and the API Toolkit, as they are shown. Hooks as in pages.py; data-licence,
# data-instance, data-token and data-synchronization mark the rows of their tables.

from collections import namedtuple

import store
from markup import h
from pages import csrf_field, error_line, event_table, framed, listing, pairs, window
from style import icon

SEVERITIES = {'Major', 'Minor'}

# Where in Smart Licensing one is: `accounts` and `account` are (id, name), the latter None where no account is active.
Place = namedtuple('Place', 'frame accounts account')


def rows_of(mark, columns, found):
    """Table rows: `found` are (the row's own name, cells)."""
    return [h('<tr {}="{}">{}</tr>', mark, name, [h('<td data-column="{}">{}</td>', column, cell) for column, cell in zip(columns, cells)])
            for name, cells in found]


def menu(form, address, label):
    return h('<details class="menu" name="actions"><summary>Actions</summary><div>'
             '<button type="submit" form="{}" formaction="{}">{}</button></div></details>', form, address, label)


def acting_form(frame, **fields):
    """The one form that all menus of a list send."""
    return h('<form id="act" method="post">{}{}</form>', csrf_field(frame), [h('<input type="hidden" name="{}" value="{}">', *field) for field in fields.items()])


def chip(severity, text):
    return h('<span class="chip {}">{}</span>', severity.lower() if severity else 'active', text)


def search_box(address, hidden, label, value):
    return h('<form class="search" method="get" action="{}" role="search">{}<label>{}<span class="unseen">{}</span>'
             '<input type="search" name="search" value="{}" placeholder="{}" maxlength="128"></label><button class="button plain" type="submit">Search</button></form>',
             address, [h('<input type="hidden" name="{}" value="{}">', *each) for each in hidden], icon('search'), label, value, label)


# --- synchronization -------------------------------------------------------------------------------------

def synchronization_window(frame, selected, content, refresh=None):
    return framed(frame, window('Synchronization', (
        ('accounts', 'Accounts', '/synchronization', selected == 'accounts'),
        ('schedules', 'Schedules', '/synchronization?tab=schedules', selected == 'schedules'),
    ), content), refresh)


SYNCHRONIZATION = ('Name', 'Satellite Name', 'Last Synchronization', 'Synchronization Due', 'Alerts', 'Actions')
IN_PROGRESS = 'Synchronization In Progress'


def synchronization(frame, accounts, running, severity):
    def alert(account, said, grave):
        if account in running:
            return chip('Minor', IN_PROGRESS)
        return chip(grave, said) if said else None
    found = [
        (name, (name, satellite, last or '--', due or '--', alert(account, said, grave),
                menu('act', f'/synchronization/{account}', 'Synchronize')))
        for account, name, satellite, last, due, said, grave in accounts]
    filters = [h('<a class="chip {}" data-filter="{}" aria-pressed="{}" href="/synchronization{}">{}</a>', each.lower(), each,
                 'true' if each == severity else 'false', '' if each == severity else f'?severity={each}', each) for each in sorted(SEVERITIES)]
    return synchronization_window(frame, 'accounts', h(
        '<div class="tools"><span class="filters">{}</span></div>{}{}', filters, acting_form(frame),
        listing(SYNCHRONIZATION, rows_of('data-synchronization', SYNCHRONIZATION, found), store.UNSEARCHED_MAX)), 2 if running else None)


SCHEDULES = ('Name', 'Frequency', 'Next Synchronization')


def schedules(frame, found, accounts, form, message):
    return synchronization_window(frame, 'schedules', h(
        '{}<form class="form row" method="post" action="/synchronization/schedules">{}{}'
        '<label>Account<select name="account" required>{}</select></label>'
        '<label>Every (days)<input type="text" name="every" value="{}" required></label>'
        '<label>Next Synchronization (UTC)<input type="text" name="next" value="{}" placeholder="2026-01-31 23:59:00" required></label>'
        '<div class="buttons"><button class="button" type="submit">Save</button></div></form>',
        listing(SCHEDULES, rows_of('data-schedule', SCHEDULES, [(name, (name, f'every {days} days', next_at)) for name, days, next_at in found])),
        csrf_field(frame), error_line(message), options(accounts, form.get('account', '')), form.get('every', '30'), form.get('next', '')))


def options(accounts, chosen):
    return [h('<option value="{}"{}>{}</option>', account, h(' selected') if str(account) == chosen else None, name) for account, name in accounts]


# --- certificates ----------------------------------------------------------------------------------------

def security(frame, common_name, shown, message):
    """What is set, and what products are shown: they differ until a synchronization."""
    name, issued = shown or ('--', '--')
    return framed(frame, window('Security', (('certificates', 'Certificates', '/security', True),), h(
        '<form class="form" method="post" action="/security/common-name">{csrf}{error}'
        '<label>Host Common Name<input type="text" name="common_name" value="{given}" maxlength="128" required autocomplete="off">'
        '<small>Must be the host of the URL by which products reach this server: the VIP of a cluster, or its fully qualified domain name. '
        'With IPv4 and IPv6 it must be the name.</small></label>'
        '<div class="buttons"><button class="button" type="submit">Save</button></div></form>'
        '<h2 class="part">Product Certificate</h2>{facts}{note}',
        csrf=csrf_field(frame), error=error_line(message), given=common_name,
        facts=pairs(('Common Name', 'certificate.common-name', name), ('Issued (UTC)', 'certificate.issued', issued)),
        note=None if name == common_name else h(
            '<p class="lead" data-field="certificate.note">Synchronize the local accounts with Cisco Software Central to generate a certificate '
            'with this name; products have to register again afterwards.</p>'))))


# --- smart licensing -------------------------------------------------------------------------------------

def licensing_window(place, tab, content, view=None):
    account = place.account[0] if place.account else ''
    at = f'/smart-licensing?account={account}'
    inside = h('<nav class="tabs inner" role="tablist">{}</nav>', [
        h('<a role="tab" href="{}" data-tab="{}" aria-selected="{}">{}</a>', f'{at}&view={key}', key, 'true' if view == key else 'false', label)
        if key else h('<span class="off">{}</span>', label)
        for key, label in (('general', 'General'), ('licenses', 'Licenses'), ('instances', 'Product Instances'), (None, 'SL Using Policy'), ('events', 'Event Log'))])
    tabs = ((('alerts', 'Alerts'), ('inventory', 'Inventory'), (None, 'Convert to Smart Licensing'), (None, 'Reports'), (None, 'Preferences'), (None, 'Activity')))
    return framed(place.frame, h(
        '<section class="card window"><header><h1>Smart Licensing</h1><a href="/" aria-label="Close" title="Close">{close}</a></header>'
        '<nav class="tabs" role="tablist">{tabs}</nav><div class="pane">{chooser}{content}</div></section>',
        close=icon('close'), content=content if view is None else h(
            '<h2 class="part">Local Virtual Account: <span data-field="virtual-account">Default</span></h2>{}{}', inside, content),
        tabs=[h('<a role="tab" href="{}" data-tab="{}" aria-selected="{}">{}</a>', f'{at}&tab={key}', key, 'true' if tab == key else 'false', label)
              if key else h('<span class="off">{}</span>', label) for key, label in tabs],
        chooser=h('<form class="chooser" method="get" action="/smart-licensing"><label>Account <select name="account">{}</select></label>'
                  '<button class="button plain" type="submit">Show</button></form>', options(place.accounts, str(account))) if place.account else None))


def no_account(place):
    return licensing_window(place, 'inventory', h('<p class="lead" data-field="none">No account is active on this server yet.</p>'))


def alerts(place, found):
    columns = ('Severity', 'Message')
    return licensing_window(place, 'alerts', listing(columns, rows_of('data-alert', columns, [(what, (chip(severity, severity), what)) for severity, what in found])))


TOKENS = ('Token', 'Expiration Date', 'Uses', 'Description', 'Created By')


def general(place, tokens, form, message):
    account = place.account[0]
    found = [(token, (token, expires, 'Unlimited' if left is None else f'{left} left', description, by)) for token, expires, left, description, by in tokens]
    return licensing_window(place, 'inventory', h(
        '<h3>Product Instance Registration Tokens</h3>{table}'
        '<form class="form row" method="post" action="/smart-licensing/tokens">{csrf}<input type="hidden" name="account" value="{account}">{error}'
        '<label>Description<input type="text" name="description" value="{description}" maxlength="128" autocomplete="off"></label>'
        '<label>Expire After (days)<input type="text" name="days" value="{days}" required></label>'
        '<label>Max. Number of Uses<input type="text" name="uses" value="{uses}" placeholder="unlimited"></label>'
        '<div class="buttons"><button class="button" type="submit">New Token</button></div></form>',
        table=listing(TOKENS, rows_of('data-token', TOKENS, found), store.UNSEARCHED_MAX), csrf=csrf_field(place.frame), account=account,
        error=error_line(message), description=form.get('description', ''), days=form.get('days', '30'), uses=form.get('uses', '')), 'general')


LICENCES = ('License', 'Billing', 'Purchased', 'In Use', 'Substitution', 'Balance', 'Alerts', 'Actions')


def licences(place, found, search):
    rows = [(each.name, (each.name, 'Prepaid', each.quantity, each.in_use, '', each.balance,
                         chip('Major', 'Insufficient Licenses') if each.balance < 0 else None, 'Actions')) for each in found]
    return licensing_window(place, 'inventory', h(
        '<div class="tools"><span class="off">Available Actions &nbsp; Manage License Tags...</span>{}</div>{}',
        search_box('/smart-licensing', (('account', place.account[0]), ('view', 'licenses')), 'Search by License', search),
        listing(LICENCES, rows_of('data-licence', LICENCES, rows))), 'licenses')


INSTANCES = ('Name', 'Product Type', 'Last Contact', 'Alerts', 'Actions')


def instances(place, found, search):
    rows = [(name, (h('{}<small class="udi">{}</small>', name, udi), product_type, contact, '', menu('act', f'/smart-licensing/instances/{instance}/remove', 'Remove')))
            for instance, name, udi, product_type, contact in found]
    return licensing_window(place, 'inventory', h(
        '<div class="tools"><span></span>{}</div>{}{}',
        search_box('/smart-licensing', (('account', place.account[0]), ('view', 'instances')), 'Search by Name', search),
        acting_form(place.frame, account=place.account[0]),
        listing(INSTANCES, rows_of('data-instance', INSTANCES, rows), None if search else store.UNSEARCHED_MAX)), 'instances')


def events(place, found):
    return licensing_window(place, 'inventory', event_table(found), 'events')


# --- api toolkit -----------------------------------------------------------------------------------------

CLIENTS = ('Client ID', 'Created By')


def api_toolkit(frame, clients, created=None):
    return framed(frame, window('API Toolkit', (), h(
        '{new}{table}<form class="form" method="post" action="/api-toolkit">{csrf}<div class="buttons">'
        '<button class="button" type="submit">Create Client Credentials</button></div></form>',
        csrf=csrf_field(frame),
        new=h('{}<p class="lead">The secret is shown this once.</p>', pairs(('Client ID', 'api.client-id', created[0]), ('Client Secret', 'api.client-secret', created[1]))) if created else None,
        table=None if created else listing(CLIENTS, rows_of('data-client', CLIENTS, [(each[0], each) for each in clients])))))
