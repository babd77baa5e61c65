# Signs what SSM On-Prem shows to products: the name of the request, as CN and as subjectAltName, and nothing else of it.

import ipaddress
import os
import re
import subprocess
import tempfile
import time

VALID_S = 730 * 86400
VALID_S_MAX = 50 * 365 * 86400
BACKDATED_S = 60  # for clients whose clock is a little behind
PEM = re.compile(r'-----BEGIN (NEW )?CERTIFICATE REQUEST-----\s[A-Za-z0-9+/=\s]+-----END (NEW )?CERTIFICATE REQUEST-----\s*', re.ASCII)
HOST = re.compile(r'(?=.{1,64}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?', re.ASCII | re.IGNORECASE)

CONFIG = '''
[ca]
default_ca = central
[central]
database = {folder}/index.txt
new_certs_dir = {folder}
certificate = {tls}/ca.crt
private_key = {tls}/ca.key
rand_serial = yes
default_md = sha256
policy = name_only
x509_extensions = server
unique_subject = no
[name_only]
commonName = supplied
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = {name}
'''


class BadRequest(ValueError):
    """The CSR is none, or asks for what is not signed."""


class OpensslFailed(Exception):
    pass


def common_name(csr):
    """The one CN of a CSR, which has to be an IP address or a host name."""
    if not PEM.fullmatch(csr.strip() + '\n'):
        raise BadRequest('csr: expected one PEM block CERTIFICATE REQUEST')
    try:
        shown = openssl('req', '-noout', '-verify', '-subject', '-nameopt', 'multiline,-align', given=csr)
    except OpensslFailed as error:
        raise BadRequest(f'csr: {error}') from error
    if 'verify OK' not in shown.stderr:  # its exit code is 0 for a wrong signature too
        raise BadRequest('csr: its signature is not by its own key')
    names = re.findall(r'^\s*commonName = (.*)$', shown.stdout, re.MULTILINE)
    if len(names) != 1 or not (is_address(names[0]) or HOST.fullmatch(names[0])):
        raise BadRequest(f'csr: expected one CN, an IP address or a host name of at most 64 characters, got {", ".join(names) or "none"}')
    return names[0]


def sign(csr, tls, valid_s):
    """The certificate as PEM. `openssl ca`, since `openssl x509` of 3.0 counts in whole days."""
    name = common_name(csr)
    with tempfile.TemporaryDirectory() as folder:
        for file, content in {
            'index.txt': '', 'request.pem': csr,
            'ca.conf': CONFIG.format(folder=folder, tls=tls, name=f'IP:{name}' if is_address(name) else f'DNS:{name}'),
        }.items():
            with open(os.path.join(folder, file), 'w', encoding='ascii') as opened:
                opened.write(content)
        now = time.time()
        openssl('ca', '-batch', '-notext', '-config', f'{folder}/ca.conf', '-in', f'{folder}/request.pem', '-out', f'{folder}/signed.pem',
                '-startdate', asn1(now - BACKDATED_S), '-enddate', asn1(now + valid_s))
        with open(f'{folder}/signed.pem', encoding='ascii') as signed:
            return signed.read()


def openssl(command, *arguments, given=None):
    ran = subprocess.run(['openssl', command, *arguments], input=given, capture_output=True, text=True, errors='replace', timeout=20)
    if ran.returncode:
        raise OpensslFailed(f'openssl {command} failed: {"; ".join(ran.stderr.splitlines()) or "no reason given"}')
    return ran


def is_address(name):
    try:
        return bool(ipaddress.ip_address(name)) and '%' not in name
    except ValueError:
        return False


def asn1(at):
    return time.strftime('%Y%m%d%H%M%SZ', time.gmtime(at))
