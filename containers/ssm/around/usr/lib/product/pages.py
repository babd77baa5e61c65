# Every page is complete in itself: no script, no other file, nothing from elsewhere.
#
# data-field, data-licence and data-column are hooks that programs may rely on; classes are not.

from http.client import responses

from markup import h
from style import FAVICON, MARK, SHEET, SHEET_HASH, icon
from transport import DIRECT_URL, LABELS

CONTENT_POLICY = (
    f"default-src 'none'; style-src 'sha256-{SHEET_HASH}'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
# The products' own sentence.
INSUFFICIENT = (
    'Smart Software Licensing: The system is operating with an insufficient number of licenses. Configure additional licenses in Smart Software'
    ' Manager within 72 days to avoid losing the ability to provision users and devices.')
PLACES = {'prime': 'Administration / Licenses and Software Updates', 'cucm': 'System / Licensing'}
TABS = (('/', 'License Management', 'gauge'), ('/transport', 'Transport Settings', 'route'), ('/register', 'Registration', 'key'))
GOOD, BAD, NEITHER = 'good', 'bad', 'neither'
TONE = {
    'Registered': GOOD, 'Registration Failed': BAD, 'Authorized': GOOD, 'In Compliance': GOOD, 'Out of Compliance': BAD,
}


def document(settings, title, body):
    return h(
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title} – {node}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="{favicon}"><style>{sheet}</style></head>'
        '<body class="{kind}">{body}</body></html>\n',
        title=title, node=settings.node, favicon=FAVICON[settings.kind.id], sheet=SHEET, kind=settings.kind.id, body=body)


def framed(settings, here, title, content):
    return document(settings, title, h(
        '<header class="top"><a class="brand" href="/">{mark}<span><small>Cisco</small>{product}</span></a>'
        '<span class="host">{host_icon}<span>{node}</span></span></header>'
        '<div class="shell"><nav aria-label="Smart Licensing"><p>{place}</p>{tabs}</nav><main><h1>{title}</h1>{content}</main></div>',
        mark=MARK[settings.kind.id], product=settings.kind.name.removeprefix('Cisco '), host_icon=icon('host'), node=settings.node,
        place=PLACES[settings.kind.id], title=title, content=content,
        tabs=[h('<a href="{}"{}>{}{}</a>', address, CURRENT if address == here else None, icon(drawing), label) for address, label, drawing in TABS]))


CURRENT = h(' aria-current="page"')


def overview(settings, seen):
    return framed(settings, '/', 'Smart Software Licensing', [
        h('<div class="notice" role="alert">{}<p data-field="notice">{}</p></div>', icon('warning'), INSUFFICIENT)
        if seen['authorization'] == 'Out of Compliance' else None,
        h('<div class="tiles">{}</div>', [
            tile('Registration', 'registration-status', seen['registration'], failure_of(seen) or (seen['smart_account'] and 'Smart Software Manager On-Prem')),
            tile('License Authorization', 'authorization-status', seen['authorization'] or '--', 'of the licenses below' if seen['authorization'] else 'nothing was authorized yet'),
            tile('Last Contact', 'last-contact', seen['last_contact'] or '--', 'reported to Smart Software Manager' if seen['last_contact'] else 'there was none yet'),
        ]),
        h('<section class="card"><h2>Smart Licensing</h2><dl class="facts">{}</dl></section>', [
            fact('Product', 'product-name', seen['product_name']), fact('Product Instance Name', 'instance-name', seen['instance_name']),
            fact('Licensing Mode', 'licensing-mode', seen['licensing_mode']), fact('Smart Account', 'smart-account', seen['smart_account']),
            fact('Virtual Account', 'virtual-account', seen['virtual_account']),
            fact('Export-Controlled Functionality', 'export-controlled', seen['export_controlled']),
            fact('Transport', 'transport', seen['transport']), fact('Transport URL', 'transport-url', seen['transport_url'], WIDE)]),
        h('<section class="card flush"><h2>License Usage</h2><table><thead><tr><th>License</th><th class="number">Count</th><th>Status</th></tr></thead>'
          '<tbody>{}</tbody></table></section>', [licence(each) for each in seen['licences']] or EMPTY),
    ])


WIDE = h(' class="wide"')


def fact(label, field, value, wide=None):
    return h('<div{}><dt>{}</dt><dd data-field="{}">{}</dd></div>', wide, label, field, value or '--')


EMPTY = h('<tr><td class="empty" colspan="3">This product uses no licenses.</td></tr>')


def tile(label, field, value, more):
    return h(
        '<section class="tile {tone}"><h2>{label}</h2><p class="value" data-field="{field}">{value}</p><p class="more">{more}</p></section>',
        tone=TONE.get(value, NEITHER), label=label, field=field, value=value, more=more or 'register to use licenses')


def failure_of(seen):
    return seen['failure'] and h('<span data-field="failure">{error}</span> <time>{at}</time>', **seen['failure'])


def licence(each):
    return h(
        '<tr data-licence="{name}"><td data-column="License">{name}</td><td data-column="Count" class="number">{count}</td>'
        '<td data-column="Status"><span class="chip {tone}">{status}</span></td></tr>', tone=TONE.get(each['status'], NEITHER), **each)


def transport_form(settings, seen, kept, message=None, error=None):
    proxy = kept['proxy']
    return framed(settings, '/transport', 'Transport Settings', h(
        '{said}<form method="post" class="card" action="/transport"><p class="lead">How this product instance communicates with Smart Software Manager.</p>{smart}'
        '<fieldset><legend class="unseen">Transport</legend>{direct}{gateway}{proxy}</fieldset>'
        '<label class="check"><input type="checkbox" name="private" value="yes"{private}> Do not share my hostname or IP address with Cisco.</label>'
        '<p class="buttons"><button type="submit">Save</button><a href="/">Cancel</a></p></form>',
        said=said(message, error), smart=SMART if kept['mode'] == 'smart' else None, private=CHECKED if kept['private'] else None,
        direct=way(kept, 'direct', h('<p>{}</p>', DIRECT_URL)),
        gateway=way(kept, 'gateway', field('URL', 'url', kept['url'], 'https://ssm.example.com/SmartTransport')),
        proxy=way(kept, 'proxy', h(
            '<p>Kept for the record: this product uses no proxy to reach Smart Software Manager On-Prem, and cannot register through one.</p>'
            '<div class="pair">{}{}{}{}</div>',
            field('IP Address or Host Name', 'proxy_host', proxy['host']), field('Port', 'proxy_port', proxy['port']),
            field('User', 'proxy_user', proxy['user'], autocomplete='off'),
            field('Password', 'proxy_password', '', 'unchanged' if proxy['password'] else '', kind='password', autocomplete='new-password')))))


CHECKED = h(' checked')
SMART = h('<p class="hint">{} is in force, as it was set on the console. Saving this form replaces it.</p>', LABELS['smart'])


def way(kept, mode, more):
    return h(
        '<div class="way"><label class="check"><input type="radio" name="transport" value="{mode}" required{checked}> {label}</label><div class="more">{more}</div></div>',
        mode=mode, checked=CHECKED if kept['mode'] == mode else None, label=LABELS[mode], more=more)


def field(label, name, value, placeholder='', kind='text', autocomplete='on'):
    return h(
        '<label class="field"><span>{label}</span><input type="{kind}" name="{name}" value="{value}" placeholder="{placeholder}" autocomplete="{autocomplete}"'
        ' spellcheck="false"></label>', label=label, kind=kind, name=name, value=value, placeholder=placeholder, autocomplete=autocomplete)


def register_form(settings, seen, token='', message=None, error=None):
    return framed(settings, '/register', 'Smart Software Licensing Product Registration', h(
        '{said}<form method="post" class="card" action="/register">'
        '<p class="lead">Create a token in the virtual account of Smart Software Manager that this product instance is to use, and paste it here.'
        ' Registering may take half a minute.</p>'
        '<dl class="brief">{facts}</dl>'
        '<div class="field"><label for="token">Product Instance Registration Token</label>'
        '<textarea id="token" name="token" rows="5" required spellcheck="false" autocomplete="off">{token}</textarea></div>{force}'
        '<p class="buttons"><button type="submit">Register</button><a href="/">Cancel</a></p></form>',
        said=said(message, error), token=token,
        facts=[fact('Registration', 'registration-status', seen['registration']), fact('Transport', 'transport', seen['transport']), fact('URL', 'transport-url', seen['transport_url'])],
        force=FORCE if seen['registration'] == 'Registered' else None))


FORCE = h('<label class="check"><input type="checkbox" name="force" value="yes"> Reregister this product instance if it is already registered</label>')


def said(message, error):
    if error:
        return h('<div class="said bad" role="alert">{}<p data-field="error">{}</p></div>', icon('stop'), error)
    return h('<div class="said good" role="status">{}<p data-field="message">{}</p></div>', icon('done'), message) if message else None


def failure(settings, status, why):
    return framed(settings, None, responses.get(status, 'Error'), h(
        '<section class="card"><p class="lead"><span data-field="error">{}</span></p><p class="buttons"><a href="/">License Management</a></p></section>', why))
