# Cisco Software Central, as this server talks to it: JSON over TLS, verified by the CA that signs products' certificates.

import http.client
import json
import ssl

CA = '/etc/ssm/tls/licensing-ca.crt'
PATIENCE_S = 20
ANSWER_MAX = 1024 * 1024


class CentralAway(Exception):
    """It did not answer, or not in a way that can be understood."""


class CentralRefused(Exception):
    """It answered no."""


def synchronize(host, request):
    """Its answer: `synchronized_at`, `registered`, `certificate`, `purchased`."""
    try:
        connection = http.client.HTTPSConnection(host, timeout=PATIENCE_S, context=ssl.create_default_context(cafile=CA))
        try:
            connection.request('POST', '/api/synchronize', json.dumps(request), {'Content-Type': 'application/json'})
            answer = connection.getresponse()
            status, body = answer.status, answer.read(ANSWER_MAX)
        finally:
            connection.close()
        said = json.loads(body)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise CentralAway(f'Cisco Software Central does not answer: {error}') from error
    if status != 200:
        raise CentralRefused(str(said.get('error', f'http {status}') if isinstance(said, dict) else f'http {status}'))
    return said
