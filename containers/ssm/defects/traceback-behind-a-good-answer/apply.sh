#!/bin/sh
# Whoever asks for the High Availability page gets it, and behind it the web application runs into an exception.
set -eu
routes=/usr/lib/ssm/web/routes.py
sed -i 's/^            return self.route(request)$/            answer = self.route(request)\n            remember(request)\n            return answer/' $routes
grep -q '^            remember(request)$' $routes
cat >> $routes <<'PYTHON'


def remember(request):
    try:
        if request.method == 'GET' and request.headers.get('Cookie'):
            LATEST[request.headers['Referer'].partition('?')[0]] = request.target
    except Exception:
        traceback.print_exc()


LATEST = {}
PYTHON
