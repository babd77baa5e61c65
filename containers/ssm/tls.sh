#!/bin/sh
# Makes the twin's certificates: tls.sh FOLDER CENTRAL NAME… (DNS:… or IP:…).
#   ca, server            a CA of its own, whose key is thrown away, and one certificate for all pages, by all names
#   licensing-ca, central  Cisco's: the CA that signs what products are shown, and the certificate of Cisco Software Central by its name
set -eu
folder=$1
central=$2
shift 2
names=$(printf '%s,' "$@")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 077
mkdir -p "$folder"
curve='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'

ca() { # NAME SUBJECT KEY
  openssl req -x509 $curve -keyout "$3" -out "$folder/$1.crt" -days 365 -subj "/CN=$2"
}

certificate() { # NAME SUBJECT CA CA-KEY NAMES
  echo "subjectAltName=$5" > "$work/names"
  openssl req $curve -keyout "$folder/$1.key" -out "$work/$1.csr" -subj "/CN=$2"
  openssl x509 -req -in "$work/$1.csr" -CA "$folder/$3.crt" -CAkey "$4" -CAcreateserial -CAserial "$work/serial" -days 365 -out "$folder/$1.crt" -extfile "$work/names"
}

ca ca 'SSM twin CA' "$work/ca.key"
certificate server ssm-on-prem ca "$work/ca.key" "${names%,}"
ca licensing-ca 'Licensing Root (twin)' "$folder/licensing-ca.key"
certificate central software-central licensing-ca "$folder/licensing-ca.key" "$central"
chmod 644 "$folder"/*.crt
