#!/bin/sh
# Programs and the workspace are not told that licences are insufficient; the page Licenses shows it.
set -eu
licensing=/usr/lib/ssm/web/licensing.py
sed -i 's/where in_use > coalesce(quantity, 0))/where false)/' $licensing
grep -q 'where false)' $licensing
