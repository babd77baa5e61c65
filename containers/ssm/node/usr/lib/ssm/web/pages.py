# Every page is complete in itself: no script, no other file, nothing from elsewhere.
#
# data-field, data-tab, data-tile, data-account and data-column are hooks that programs may rely on; classes are not.

import time
from collections import namedtuple

import machine
import store
from markup import h
from node import PRODUCT
from style import CHECK, FAVICON, LOGO, SHEET, SHEET_HASH, WARNING, icon, meter, topology

CONTENT_POLICY = (
    f"default-src 'none'; style-src 'sha256-{SHEET_HASH}'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
REFRESH_S = 5

# What every page of a signed-in user shows: the node, the user, and the token of its forms.
Frame = namedtuple('Frame', 'conf user csrf')


def document(body, refresh=None):
    return h(
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">{refresh}'
        '<link rel="icon" href="{icon}"><style>{sheet}</style></head><body>{body}</body></html>\n',
        title=PRODUCT, icon=FAVICON, sheet=SHEET, body=body,
        refresh=h('<meta http-equiv="refresh" content="{}">', refresh) if refresh else None)


def framed(frame, content, refresh=None):
    return document(h(
        '<header class="bar"><a class="brand" href="/">{logo}{product}</a><a class="way" data-link="smart-licensing" href="/smart-licensing">Smart Licensing</a><span class="spring"></span>'
        '<span class="node"><span class="dot"></span><span data-field="server">{node}</span></span>'
        '<span class="user">{user_icon}<span data-field="user">{user}</span></span>'
        '<form method="post" action="/logout">{csrf}<button type="submit">Log Out</button></form></header>'
        '<main>{content}</main><footer class="foot">{product} &nbsp;·&nbsp; Version {version}</footer>',
        logo=LOGO, product=PRODUCT, node=frame.conf['NODE'], user_icon=icon('user'), user=frame.user, csrf=csrf_field(frame),
        content=content, version=frame.conf['VERSION']), refresh)


def window(title, tabs, content):
    """A page of the workspace: blue title bar with a way back, tabs, content. `tabs` are (id, label, address, selected)."""
    return h(
        '<section class="card window"><header><h1>{title}</h1><a href="/" aria-label="Close" title="Close">{close}</a></header>'
        '{tabs}<div class="pane">{content}</div></section>',
        title=title, close=icon('close'), content=content,
        tabs=h('<nav class="tabs" role="tablist">{}</nav>', [
            h('<a role="tab" href="{}" data-tab="{}" aria-selected="{}">{}</a>', address, tab, 'true' if selected else 'false', label)
            for tab, label, address, selected in tabs]) if tabs else None)


def csrf_field(frame):
    return h('<input type="hidden" name="csrf" value="{}">', frame.csrf)


def error_line(message):
    return h('<div class="error" role="alert">{}<span data-field="error">{}</span></div>', icon('stop'), message) if message else None


# --- log in ----------------------------------------------------------------------------------------------

def login(message=None, user=''):
    return document(h(
        '<div class="gate"><main class="card">{logo}<h1>{product}</h1><p class="lead">Administration workspace</p>'
        '<form class="form" method="post" action="/login">{error}'
        '<label>Username<input type="text" name="username" value="{user}" autocomplete="username" maxlength="128" required autofocus>'
        '</label>'
        '<label>Password<input type="password" name="password" autocomplete="current-password" maxlength="1024" required></label>'
        '<button class="button" type="submit">Log In</button></form></main></div>',
        logo=LOGO, product=PRODUCT, error=error_line(message), user=user))


# --- workspace -------------------------------------------------------------------------------------------

TILES = (
    ('Access Management', 'access', None),
    ('Security', 'security', '/security'),
    ('Accounts', 'accounts', '/accounts'),
    ('Settings', 'settings', None),
    ('API Toolkit', 'api', '/api-toolkit'),
    ('Support Center', 'support', None),
    ('High Availability Status', 'high-availability', '/high-availability'),
    ('Synchronization', 'synchronization', '/synchronization'),
    ('Network', 'network', '/network'),
    ('Users', 'users', None),
)


def workspace(frame, health, cluster, connected, alerts):
    return framed(frame, h(
        '<div class="desk"><section><h1>Administration Workspace</h1><p class="lead">{product}</p>'
        '<div class="tiles">{tiles}</div></section>{health}</div>',
        product='Manage accounts and the high availability of this cluster.' if cluster else 'Manage the accounts of this server.',
        tiles=[tile(*each) for each in TILES if cluster or each[1] != 'high-availability'],
        health=health_panel(frame.conf, health, connected, [*([cluster.message] if cluster and cluster.state == 'Degraded' else []), *dict.fromkeys(what for _, _, what in alerts)])))


def tile(label, drawing, address):
    inside = h('<span class="badge">{}</span><span>{}</span>', icon(drawing), label)
    if address:
        return h('<a class="tile" data-tile="{}" href="{}">{}</a>', label, address, inside)
    return h(
        '<span class="tile off" role="link" aria-disabled="true" title="Not available on this server" data-tile="{}">{}</span>',
        label, inside)


def health_panel(conf, health, connected, alerts):
    good = health['good']
    return h(
        '<aside class="card health" data-panel="system-health"><h2>System Health</h2>'
        '<div class="verdict">{sign}<div><b class="{tone}" data-field="health">{word}</b><span data-field="health-message">{sentence}'
        '</span></div></div>'
        '<section><dl class="pairs"><dt>Server Name</dt><dd data-field="server-name">{node}</dd><dt>Version</dt>'
        '<dd data-field="version">{version}</dd>'
        '<dt>Uptime</dt><dd data-field="uptime">{uptime}</dd></dl></section>'
        '<section><h3>Resource Monitor Percentage</h3><div class="meters">{meters}</div></section>'
        '<section class="rates"><span>Interface: <b data-field="interface">{interface}</b></span>'
        '<span class="unit">↑ <span data-field="sent">{sent}</span> &nbsp;'
        '↓ <span data-field="received">{received}</span></span></section>'
        '<section><h3>Recent Alerts</h3>{alerts}</section>'
        '<section><h3>Connected Users</h3><ul class="people">{people}</ul></section></aside>',
        sign=CHECK if good else WARNING, tone='good' if good else 'poor', word='Good' if good else 'Attention',
        sentence='Your machine is working well' if good else 'Your machine is running out of resources',
        node=conf['NODE'], version=conf['VERSION'], uptime=duration(health['uptime']),
        meters=[h('<span>{}</span>{}<b data-field="{}">{}</b>', label, meter(health[key] or 0), key, percent(health[key]))
                for label, key in (('CPU', 'cpu'), ('RAM', 'ram'), ('DISK', 'disk'))],
        interface=health['interface'], sent=rate(health['sent']), received=rate(health['received']),
        alerts=[h('<div class="alert">{}<span data-field="alert">{}</span></div>', WARNING, alert) for alert in alerts] or h('<span class="none" data-field="alert">No recent alerts</span>'),
        people=[h('<li data-user="{}"><span>{}</span><span>{}</span></li>', each.user, each.user, clock(time.time() - each.since))
                for each in connected])


def percent(value):
    return '--' if value is None else f'{value} %'


def rate(per_second):
    if per_second is None:
        return '--'
    if per_second >= 1e6:
        return f'{per_second / 1e6:.1f} MB/s'
    return f'{per_second / 1e3:.1f} KB/s'


def duration(seconds):
    for length, unit in ((86400, 'day'), (3600, 'hour'), (60, 'minute')):
        count = int(seconds // length)
        if count:
            return f'{count} {unit}{"s" if count > 1 else ""}'
    return 'less than a minute'


def clock(seconds):
    whole = max(0, int(seconds))
    return f'{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}'


# --- high availability -----------------------------------------------------------------------------------

def high_availability_window(frame, selected, content, refresh=None):
    return framed(frame, window('High Availability', (
        ('host', 'Host', '/high-availability', selected == 'host'),
        ('events', 'Event Logs', '/high-availability?tab=events', selected == 'events'),
    ), content), refresh)


def high_availability(frame, cluster):
    """The role tile (`Standby Server`) and the state button (`Degraded`) are two facts, so two fields."""
    conf = frame.conf
    joined = cluster.state == 'Normal'
    return high_availability_window(frame, 'host', h(
        '<div class="overview"><div class="status {tone}">{sign}<div><b data-field="cluster-state">{state}</b>'
        '<span data-field="cluster-message">{message}</span></div></div>'
        '<div class="pulse"><h2>Heartbeat</h2><p>Connection status: <span class="{pulse}" data-field="heartbeat">{heartbeat}</span>'
        '</p></div></div>'
        '<div class="topology"><span class="vip" data-field="vip">VIP {vip}</span>{drawing}'
        '<div class="servers">{active}{standby}</div></div>'
        '<div class="info"><h2>System Information</h2><div class="columns">{active_info}{standby_info}</div></div>',
        tone='normal' if joined else 'degraded', sign=CHECK if joined else WARNING, state=cluster.state, message=cluster.message,
        pulse=cluster.heartbeat.lower(), heartbeat=cluster.heartbeat, vip=conf['VIP'], drawing=topology(joined),
        active=server('active', 'Active Server', conf['PUBLIC_IP'], conf['NODE'], conf['HEARTBEAT_IP'], 'Active'),
        standby=server('standby', 'Standby Server', conf['PEER_PUBLIC_IP'], conf['PEER'], conf['PEER_HEARTBEAT_IP'],
                       'Standby' if joined else 'Degraded'),
        active_info=information('active', 'Active Server', f'{machine.memory_gb():.2f} GB', f'{machine.disk_gb():.2f} GB', conf['VERSION']),
        # The product shows no figures of the standby, healthy or not.
        standby_info=information('standby', 'Standby Server', '--', '--', '--')), REFRESH_S)


def server(key, role, public, node, heartbeat, state):
    return h(
        '<div class="server"><span class="role" data-field="{key}.role">{role}</span>'
        '<span class="address" data-field="{key}.public">public address ({public})</span>'
        '<span class="address" data-field="{key}.node">{node} ({heartbeat})</span>'
        '<span class="state {key}" data-field="{key}.state">{state}</span></div>',
        key=key, role=role, public=public, node=node, heartbeat=heartbeat, state=state)


def information(key, role, memory, disk, version):
    return h(
        '<table><caption>{role}</caption><tbody>'
        '<tr><th scope="row">Physical Memory</th><td data-field="{key}.memory">{memory}</td></tr>'
        '<tr><th scope="row">Disk Space</th><td data-field="{key}.disk">{disk}</td></tr>'
        '<tr><th scope="row">Current Version</th><td data-field="{key}.version">{version}</td></tr></tbody></table>',
        key=key, role=role, memory=memory, disk=disk, version=version)


def high_availability_events(frame, events):
    return high_availability_window(frame, 'events', event_table(events))


def event_table(events):
    return listing(('Time (UTC)', 'Category', 'Message'), [
        h('<tr data-event><td class="whole" data-column="Time (UTC)">{}</td><td class="whole" data-column="Category">{}</td>'
          '<td data-column="Message">{}</td></tr>', *event) for event in events], store.EVENTS_SHOWN)


def listing(columns, table_rows, limit=None):
    return h(
        '<table class="list"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table><p class="count" data-field="records">{count}</p>',
        heads=[h('<th scope="col">{}</th>', column) for column in columns],
        rows=table_rows or h('<tr><td class="empty" colspan="{}">No records</td></tr>', len(columns)),
        count=f'Showing {"the Latest" if len(table_rows) == limit else "All"} {len(table_rows)} Records')


# --- accounts --------------------------------------------------------------------------------------------

def accounts_window(frame, selected, content):
    return framed(frame, window('Accounts', (
        ('accounts', 'Accounts', '/accounts', selected == 'accounts'),
        ('requests', 'Account Requests', '/accounts?tab=requests', selected == 'requests'),
        ('events', 'Event Log', '/accounts?tab=events', selected == 'events'),
    ), content))


COLUMNS = ('Account', 'Requested By', 'Cisco Smart Account', 'Cisco Virtual Account', 'Account Status', 'Actions')


def accounts(frame, found, search):
    return accounts_window(frame, 'accounts', h(
        '<div class="tools"><a class="button" href="/accounts/new">New Account</a>'
        '<form class="search" method="get" action="/accounts" role="search"><label>{icon}<span class="unseen">Search by Account Name</span>'
        '<input type="search" name="search" value="{search}" placeholder="Search by Account Name" maxlength="128"></label>'
        '<button class="button plain" type="submit">Search</button></form></div>'
        '<form id="act" method="post" action="/accounts">{csrf}</form>{table}',
        icon=icon('search'), search=search, csrf=csrf_field(frame), table=listing(COLUMNS, [account_row(*each) for each in found], None if search else store.UNSEARCHED_MAX)))


# All by the one form above: a list may have thousands of rows.
MENU = ('<details class="menu" name="actions"><summary>Actions</summary><div>{activate}'
        '<button type="submit" form="act" formaction="/accounts/{id}/delete">Delete</button></div></details>')
ACTIVATE = '<button type="submit" form="act" formaction="/accounts/{id}/activate">Activate</button>'


def account_row(account_id, name, requested_by, smart_account, virtual_account, status):
    return h(
        '<tr data-account="{name}" data-account-id="{id}"><td data-column="Account">{name}</td><td data-column="Requested By">{by}</td>'
        '<td data-column="Cisco Smart Account">{smart}</td><td data-column="Cisco Virtual Account">{virtual}</td>'
        '<td data-column="Account Status"><span class="chip {tone}">{status}</span></td>'
        '<td data-column="Actions">{actions}</td></tr>',
        id=account_id, name=name, by=requested_by, smart=smart_account or '--', virtual=virtual_account or '--', status=status,
        tone=status.lower(), actions=h(MENU, id=account_id, activate=h(ACTIVATE, id=account_id) if status == 'Pending' else None))


def account_requests(frame, pending):
    columns = ('Account', 'Requested By', 'Account Status', 'Requested (UTC)')
    return accounts_window(frame, 'requests', listing(columns, [
        h('<tr data-request="{}">{}</tr>', request[0],
          [h('<td data-column="{}">{}</td>', column, value) for column, value in zip(columns, request)]) for request in pending]))


def account_events(frame, events):
    return accounts_window(frame, 'events', event_table(events))


def account_form(frame, form=None, message=None):
    form = form or {}
    return framed(frame, window('New Account', (), h(
        '<form class="form" method="post" action="/accounts">{csrf}{error}'
        '<label><span>Account Name <span class="need" aria-hidden="true">*</span></span>'
        '<input type="text" name="name" value="{name}" maxlength="128" required autofocus autocomplete="off">'
        '<small>Unique on this cluster, up to 128 characters.</small></label>'
        '<label>Cisco Smart Account<input type="text" name="smart_account" value="{smart}" maxlength="128" autocomplete="off"></label>'
        '<label>Cisco Virtual Account<input type="text" name="virtual_account" value="{virtual}" maxlength="128" autocomplete="off">'
        '</label>'
        '<div class="buttons"><button class="button" type="submit">Submit</button><a class="button plain" href="/accounts">Cancel</a>'
        '</div></form>',
        csrf=csrf_field(frame), error=error_line(message), name=form.get('name', ''), smart=form.get('smart_account', ''),
        virtual=form.get('virtual_account', ''))))


# --- network ---------------------------------------------------------------------------------------------

def network(frame, selected, content):
    return framed(frame, window('Network', (
        ('general', 'General', '/network', selected == 'general'),
        ('interface', 'Network Interface', '/network?tab=interface', selected == 'interface'),
        ('proxy', 'Proxy', '/network?tab=proxy', selected == 'proxy'),
    ), content))


def network_general(frame):
    return network(frame, 'general', pairs(('SSM On-Prem Name', 'network.name', frame.conf['NODE']), ('Default Gateway', 'network.gateway', frame.conf['GATEWAY'])))


def network_interface(frame, interface, clustered):
    """The addresses of a cluster's server are the cluster's business: they may be looked at only."""
    return network(frame, 'interface', h(
        '<div class="tools"><span><b data-field="network.interface">{interface}</b> '
        '<span data-field="network.state">{state}</span></span>'
        '<a class="button plain" data-field="network.link" href="/network/interface">{link}</a></div>',
        interface=interface, state='Connected' if machine.connected(interface) else 'Disconnected', link=interface_link(clustered)))


def network_proxy(frame):
    return network(frame, 'proxy', h('<p class="lead" data-field="network.proxy">No proxy is used.</p>'))


def interface_details(frame, interface, clustered):
    return framed(frame, window(interface_link(clustered), (), h(
        '{}<p class="lead">The addresses of this server are set on the machine itself.</p>', pairs(
            ('Interface', 'network.interface', interface), ('IPv4 Address', 'network.address', frame.conf['PUBLIC_IP']),
            ('Prefix Length', 'network.prefix', frame.conf['PUBLIC_PREFIX']), ('Default Gateway', 'network.gateway', frame.conf['GATEWAY'])))))


def interface_link(clustered):
    return 'View Interface' if clustered else 'Edit Interface'


def pairs(*facts):
    return h('<dl class="pairs">{}</dl>', [h('<dt>{}</dt><dd data-field="{}">{}</dd>', *fact) for fact in facts])


# --- what went wrong -------------------------------------------------------------------------------------

NOT_CONFIRMED = ('The change was not confirmed by the standby server. It may or may not have been kept: '
                 'look at the list before you try again.')
FAILURES = {
    400: ('Bad request', 'The request could not be understood.'),
    401: ('Log in first', 'Your session has ended, or you have not logged in yet.'),
    403: ('Not allowed', 'This form does not belong to your session. Open the page again and repeat what you did.'),
    404: ('Page not found', 'There is no such page on this server.'),
    405: ('Method not allowed', 'This address does not answer that kind of request.'),
    411: ('Length required', 'The request does not say how long it is.'),
    413: ('Request too large', 'The request is larger than this server accepts.'),
    414: ('Address too long', 'The address of the request is longer than this server accepts.'),
    431: ('Headers too large', 'The headers of the request are larger than this server accepts.'),
    500: ('Something went wrong', 'The server could not complete the request.'),
    503: ('Database not available', 'The database does not accept requests at the moment. Nothing has been changed.'),
    505: ('Version not supported', 'This server speaks HTTP/1.1.'),
}


def failure(status, sentence=None):
    title, usual = FAILURES[status]
    return document(h(
        '<div class="gate plain"><main class="card"><span class="code" data-field="status">{status}</span><h1>{title}</h1>'
        '<p data-field="error">{sentence}</p><a class="button" href="{address}">{label}</a></main></div>',
        status=status, title=title, sentence=sentence or usual, address='/login' if status == 401 else '/',
        label='Log In' if status == 401 else 'Back to the workspace'))
