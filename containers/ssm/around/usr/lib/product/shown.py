# What the product says about its licensing, the same on page and console: a pure function of what it is and what it keeps.

import transport

NO_LICENSES = 'No Licenses In Use'


def shown(settings, state):
    """Words of the pages; the console has some of them in capitals."""
    registration = state['registration']
    counts = uses(settings, state)
    return {
        'product_name': settings.kind.name,
        'product_type': settings.kind.product_type,
        'udi': settings.udi,
        'registration': 'Registered' if registration else 'Registration Failed' if state['failure'] else 'Unregistered',
        'failure': state['failure'],
        'smart_account': registration and registration['smart_account'],
        'virtual_account': registration and registration['virtual_account'],
        'instance': registration and registration['instance'],
        'instance_name': settings.node,
        'export_controlled': 'Allowed' if registration else 'Not Allowed',
        'licensing_mode': settings.kind.licensing_mode,
        'last_contact': registration and registration['contact'],
        'authorization': authorization(registration, counts),
        'transport': transport.LABELS[state['transport']['mode']],
        'transport_url': transport.url_in_force(state['transport']) or None,
        'private': state['transport']['private'],
        'licences': [{'name': name, 'count': count, 'status': status_of(name, count, registration)} for name, count in counts.items()],
    }


def uses(settings, state):
    """What it asks for: what it was installed with, and what was said on the console since."""
    return {**settings.licences, **state['uses']}


def authorization(registration, counts):
    """None until it is registered, or while it uses nothing."""
    return registration['authorization'] if registration and any(counts.values()) else None


def status_of(name, count, registration):
    return registration['licences'].get(name, NO_LICENSES) if registration and count else NO_LICENSES


def on_console(settings, state):
    """`show license all json`: the words of `show license all`."""
    seen = shown(settings, state)
    status = {'Registered': 'REGISTERED', 'Unregistered': 'UNREGISTERED', 'Registration Failed': 'UNREGISTERED - REGISTRATION FAILED'}
    return {
        **seen,
        'registration': status[seen['registration']],
        'export_controlled': seen['export_controlled'].upper(),
        'authorization': seen['authorization'].upper() if seen['authorization'] else 'No Licenses in Use',
        'licences': [{**each, 'status': each['status'].upper()} for each in seen['licences']],
    }


def as_text(seen):
    """`show license all`, from what on_console() made."""
    return '\n'.join([
        'Smart Licensing Status', '=======================', '',
        'Registration:',
        f'  Status: {seen["registration"]}',
        *optional('Failure', seen['failure'] and f'{seen["failure"]["error"]} ({seen["failure"]["at"]})'),
        *optional('Smart Account', seen['smart_account']),
        *optional('Virtual Account', seen['virtual_account']),
        f'  Product Instance Name: {seen["instance_name"]}',
        f'  Export-Controlled Functionality: {seen["export_controlled"]}',
        *optional('Last Contact', seen['last_contact']), '',
        'License Authorization:',
        f'  Status: {seen["authorization"]}', '',
        'Transport:',
        f'  Type: {seen["transport"]}',
        *optional('URL', seen['transport_url']), '',
        'License Usage:',
        *[line for each in seen['licences'] for line in (f'  {each["name"]}:', f'    Count: {each["count"]}', f'    Status: {each["status"]}')],
    ])


def optional(name, value):
    return [f'  {name}: {value}'] if value else []
