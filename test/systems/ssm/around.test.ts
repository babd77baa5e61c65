// What stands around the SSM twin: Central reads synchronizations strictly, products read answers strictly, and both keep their state whole.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const lib = join(import.meta.dirname, '../../../containers/ssm/around/usr/lib')
const has = (command: string, version: string): boolean => spawnSync(command, [version]).status === 0
const missing = ['python3', 'openssl'].filter(command => !has(command, command === 'openssl' ? 'version' : '--version'))
const here = test.skipIf(missing.length > 0)
const because = missing.length > 0 ? ` (skipped: there is no ${missing.join(', no ')} here)` : ''

/** What a Python program, which finds the modules of one service and its `given`, prints as JSON. */
function python(service: 'central' | 'product', program: string, given: unknown = null): unknown {
  const prelude = `import json, sys
sys.path[:0] = [f'{sys.argv[1]}/${service}', f'{sys.argv[1]}/around']
given = json.load(sys.stdin)
def said(work):
    try: return work()
    except Exception as error: return f'{type(error).__name__}: {error}'
`
  return JSON.parse(execFileSync('python3', ['-B', '-c', prelude + program, lib], { input: JSON.stringify(given), encoding: 'utf8', timeout: 30_000 }))
}

here(`a malformed synchronization is refused with what was expected and what came${because}`, () => {
  const good = { satellite: 'ssm', account: 'Acme', smart_account: null, virtual_account: 'Default', csr: null, usage: { 'CUCM Basic': 3 }, instances: [{ name: 'pi37', product_type: 'SDNMGMT', udi: 'UDI_SN:1;', last_contact: null }] }
  const table: [unknown, unknown][] = [
    [good, good],
    [[], 'Malformed: body: expected an object, got a list'],
    [{ ...good, satellite: '' }, "Malformed: satellite: expected a line of 1 to 256 characters, got ''"],
    [{ ...good, account: 'a\u001b[2J' }, String.raw`Malformed: account: expected a line of 1 to 256 characters, got 'a\x1b[2J'`],
    [{ ...good, smart_account: 7 }, 'Malformed: smart_account: expected a line of 1 to 256 characters, or null, got 7'],
    [{ ...good, usage: { 'CUCM Basic': -1 } }, "Malformed: usage of 'CUCM Basic': expected a count from 0 to 1000000000, got -1"],
    [{ ...good, usage: { 'CUCM Basic': true } }, "Malformed: usage of 'CUCM Basic': expected a count from 0 to 1000000000, got True"],
    [{ ...good, instances: [{ name: 'pi37' }] }, 'Malformed: instances[0].product_type: expected a line of 1 to 256 characters, got None'],
  ]
  expect(python('central', `from accounts import parse
print(json.dumps([said(lambda: parse(json.dumps(each).encode())) for each in given]))`, table.map(([body]) => body))).toEqual(table.map(([, verdict]) => verdict))
})

here(`certificates carry the name of the request alone, and are valid as long as was said, to the second${because}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'haywire-around-'))
  const openssl = (...args: string[]): string => execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  try {
    openssl('req', '-x509', ...curve, '-keyout', 'ca.key', '-out', 'ca.crt', '-days', '2', '-subj', '/CN=Licensing CA')
    const csr = (subject: string): string => openssl('req', ...curve, '-keyout', 'own.key', '-subj', subject)
    const signed = python('central', `import certificates, ssl, tempfile
def read(pem):
    with tempfile.NamedTemporaryFile('w', suffix='.pem') as file:
        file.write(pem); file.flush()
        return ssl._ssl._test_decode_cert(file.name)
def described(csr):
    cert = read(certificates.sign(csr, given['folder'], 90))
    return {'subject': cert['subject'], 'names': cert['subjectAltName'], 'valid_s': ssl.cert_time_to_seconds(cert['notAfter']) - ssl.cert_time_to_seconds(cert['notBefore'])}
print(json.dumps([said(lambda: described(csr)) for csr in given['requests']]))`, { folder, requests: [csr('/O=Acme/CN=10.0.0.12'), csr('/CN=ssm.example.com'), csr('/CN=two words'), csr('/O=Acme'), 'no request'] })
    const badName = 'BadRequest: csr: expected one CN, an IP address or a host name of at most 64 characters, got'
    expect(signed).toEqual([
      { subject: [[['commonName', '10.0.0.12']]], names: [['IP Address', '10.0.0.12']], valid_s: 150 },
      { subject: [[['commonName', 'ssm.example.com']]], names: [['DNS', 'ssm.example.com']], valid_s: 150 },
      `${badName} two words`,
      `${badName} none`,
      'BadRequest: csr: expected one PEM block CERTIFICATE REQUEST',
    ])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

here(`a product tells what passes from what does not, and believes no half answer${because}`, () => {
  const good = { instance: '1', smart_account: 'Acme', virtual_account: 'Default', contact: '2021-Jun-20 18:39:00', authorization: 'Authorized', licences: { 'CUCM Basic': 'In Compliance' } }
  const half = 'Failed: SSM On-Prem answered with something else than instance, smart_account, virtual_account, authorization, licences and contact'
  const table: [[number, string], unknown][] = [
    [[200, JSON.stringify({ ...good, secret: 's' })], good],
    [[200, JSON.stringify({ ...good, contact: undefined })], half],
    [[200, JSON.stringify({ ...good, smart_account: '\u001b[2J' })], half],
    [[200, JSON.stringify({ ...good, licences: { 'CUCM Basic': 'Fine' } })], half],
    [[200, '<html>'], 'Failed: expected a JSON object of SSM On-Prem, got HTTP 200 with 6 bytes of something else'],
    [[403, '{"error": "The token has expired\\u001b[2J"}'], 'Failed: The token has expired?[2J (HTTP 403)'],
    [[503, '{"error": "The database does not answer"}'], 'Passing: The database does not answer (HTTP 503)'],
    [[502, ''], 'Passing: expected a JSON object of SSM On-Prem, got HTTP 502 with 0 bytes of something else'],
  ]
  expect(python('product', `import ssm
print(json.dumps([said(lambda: ssm.granted(ssm.understood(status, body.encode()))) for status, body in given]))`, table.map(([answer]) => answer))).toEqual(table.map(([, verdict]) => verdict))
})

here(`which addresses are a Transport Gateway${because}`, () => {
  const right = ['https://ssm.example.com/SmartTransport', 'https://10.0.0.12:8443/', 'https://[2001:db8::1]/x']
  const wrong = ['', 'ssm.example.com', 'http://ssm.example.com/', 'https://', 'https://user@ssm.example.com/', 'https://ssm.example.com:0/', 'https://ssm.example.com:x/', 'https://a b/', 'https://ssm.example.com/\r\nX: y', 'https://[::1/', 'https://ssm.example.com/#x']
  expect(python('product', `from transport import checked_url
print(json.dumps([url for url in given if not said(lambda: checked_url(url)).startswith('ValueError: expected an address like https://')]))`, [...right, ...wrong])).toEqual(right)
})

here(`show license all${because}`, () => {
  const program = `from settings import settings
from shown import as_text, on_console
from agent import fresh
which = settings('NODE=pi37\\nKIND=prime\\nUDI="UDI_PID:PI-SOFTWARE; UDI_SN:pi37;"\\nLICENCES=Prime Infrastructure 3.x, BASE Lic.=1;Prime Infrastructure 3.x, Lifecycle Lic.=34')
print(json.dumps(as_text(on_console(which, {**fresh(), **given}))))`
  const granted = { instance: '1', secret: 's', smart_account: 'Acme', virtual_account: 'Default', contact: '2021-Jun-20 18:39:00', authorization: 'Out of Compliance', licences: { 'Prime Infrastructure 3.x, Lifecycle Lic.': 'Out of Compliance', 'Prime Infrastructure 3.x, BASE Lic.': 'In Compliance' } }
  expect(python('product', program, { registration: granted, uses: { 'Prime Infrastructure 3.x, BASE Lic.': 0 }, transport: { mode: 'gateway', url: 'https://10.0.0.12/SmartTransport', private: false } })).toMatchInlineSnapshot(`
    "Smart Licensing Status
    =======================

    Registration:
      Status: REGISTERED
      Smart Account: Acme
      Virtual Account: Default
      Product Instance Name: pi37
      Export-Controlled Functionality: ALLOWED
      Last Contact: 2021-Jun-20 18:39:00

    License Authorization:
      Status: OUT OF COMPLIANCE

    Transport:
      Type: Transport Gateway
      URL: https://10.0.0.12/SmartTransport

    License Usage:
      Prime Infrastructure 3.x, BASE Lic.:
        Count: 0
        Status: NO LICENSES IN USE
      Prime Infrastructure 3.x, Lifecycle Lic.:
        Count: 34
        Status: OUT OF COMPLIANCE"
  `)
  expect(String(python('product', program, { failure: { at: '2026-11-21T17:00:00.000Z', error: 'certificate verify failed: certificate has expired (ssm:443)' } })).split('\n').slice(3, 6)).toEqual([
    'Registration:',
    '  Status: UNREGISTERED - REGISTRATION FAILED',
    '  Failure: certificate verify failed: certificate has expired (ssm:443) (2026-11-21T17:00:00.000Z)',
  ])
})

here(`state is whole, and free to be changed, after a writer was killed${because}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'haywire-around-'))
  try {
    expect(python('product', `import subprocess, time
from kept import Kept
writer = '''
import sys, time
sys.path[:0] = [sys.argv[1]]
from kept import Kept
kept = Kept(sys.argv[2], lambda: {"n": 0, "twice": 0})
until = time.monotonic() + 20
while time.monotonic() < until:
    with kept.change() as state: state["n"] += 1; state["twice"] = 2 * state["n"]
'''
kept = Kept(given, lambda: {'n': 0, 'twice': 0})
writers = [subprocess.Popen([sys.executable, '-B', '-c', writer, f'{sys.argv[1]}/around', given]) for _ in range(2)]
while kept.read()['n'] < 10 and all(each.poll() is None for each in writers): time.sleep(0.01)
for each in writers: each.kill(); each.wait()
before = kept.read()
with kept.change() as state: state['n'] += 1
print(json.dumps([before['twice'] == 2 * before['n'], kept.read()['n'] - before['n']]))`, folder)).toEqual([true, 1])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
