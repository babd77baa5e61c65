# What products are shown on their port: a certificate of the Host Common Name, signed by Cisco Software Central.
#
# A new Host Common Name changes nothing that products see: only a synchronization brings a certificate with it. It is kept
# in the database, key included, so that whichever server is active shows the same one.

import ipaddress
import os
import re
import ssl
import subprocess
import sys
import threading

import store

TLS = '/etc/ssm/tls'
SIGNING_S = 10
LABEL = re.compile(r'(?!-)[A-Za-z0-9-]{1,63}(?<!-)')


class BadName(Exception):
    pass


def address(name):
    """The name as an IP address, or None."""
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def check_common_name(name, dual_stack):
    """Throws BadName. A certificate for one address does not hold for another, so with two families a name is needed."""
    if address(name):
        if dual_stack:
            raise BadName('This server has an IPv4 and an IPv6 address: Host Common Name must be a fully qualified domain name, not an IP address.')
        return
    labels = name.split('.')
    if len(name) > 64 or len(labels) < 2 or labels[-1].isdigit() or not all(map(LABEL.fullmatch, labels)):
        raise BadName('Host Common Name must be an IP address or a fully qualified domain name.')


def request_for(common_name):
    """(key, certificate signing request), both PEM."""
    made = subprocess.run(
        ['openssl', 'req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', f'/CN={common_name}', '-keyout', '-', '-out', '-'],
        capture_output=True, text=True, timeout=SIGNING_S, check=True).stdout
    key, separator, request = made.partition('-----END PRIVATE KEY-----\n')
    return key + separator, request


def carries(certificate, common_name):
    """Whether a client that verifies it finds that name in it."""
    asked = ['openssl', 'x509', '-noout', '-checkip' if address(common_name) else '-checkhost', common_name]
    # Its exit code is 0 for another name too.
    return 'does match' in subprocess.run(asked, input=certificate, capture_output=True, text=True, timeout=SIGNING_S).stdout


def context(certificate_file, key_file):
    """A server's side of TLS."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.load_cert_chain(certificate_file, key_file)
    return made


def browser_context():
    return context(f'{TLS}/server.crt', f'{TLS}/server.key')


class ProductCertificate:
    """The context of a product's handshake: of the latest certificate; where there is none, of the browsers', which no product trusts; None before the first look."""

    def __init__(self, fallback):
        self.fallback = fallback
        self.lock = threading.Lock()
        self.number = None
        self.shown = None

    def __call__(self):
        return self.shown

    def look(self):
        """Takes over what a synchronization has brought, here or on the server that was active before."""
        with self.lock:
            latest = store.latest_certificate(than=self.number)
            if latest:
                number, certificate, key = latest
                self.shown = from_text(certificate, key)
                self.number = number
                print(f'products are shown certificate {number}', file=sys.stderr)
            self.shown = self.shown or self.fallback


def from_text(certificate, key):
    """OpenSSL reads files only; these are never on a disk."""
    file = os.memfd_create('certificate')
    try:
        os.write(file, f'{key}\n{certificate}\n'.encode())
        return context(f'/proc/self/fd/{file}', None)
    finally:
        os.close(file)
