#!/bin/sh
# How the service over the company of docs/demo.sh is started and asked: it makes a key, and prints
# the two commands, which can be pasted into any terminal.
# Usage: docs/demo-serve.sh FOLDER CASE DAY, and dun is on the path.
set -eu

dun=$(command -v dun)
cd "$1"
XDG_CONFIG_HOME=$PWD/settings
DUN_DATABASE=$PWD/dun.db
export XDG_CONFIG_HOME DUN_DATABASE
unset DUN_KEY

printf '\n# The same over HTTP. A program shows who it is by a key, which is printed once.\n'
printf '$ dun key create shop --role viewer > shop.key\n'
umask 077
"$dun" key create shop --role viewer > shop.key

printf '\n# Start the service (Ctrl-C ends it) ...\n\n'
printf '"%s" serve --database "%s" --drop "%s"\n' "$dun" "$DUN_DATABASE" "$PWD/letters"
printf '\n# ... and ask it in another terminal what is next for an invoice.\n\n'
printf 'curl -H "Authorization: Bearer $(cat "%s")" \\\n' "$PWD/shop.key"
printf '  "http://127.0.0.1:8080/v1/cases/%s/next-action?on=%s"\n' "$2" "$3"
printf '\n"&explain=true" adds why; docs/http.md explains every route.\n'
