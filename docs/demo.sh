#!/bin/sh
# A day of a credit manager, with the company that `dun demo` made: what it prints are the commands.
# Usage: docs/demo.sh FOLDER, where FOLDER holds `policies` and `ledger`, and dun is on the path.
set -eu

cd "$1"
# Sessions and the store of this demo are its own.
XDG_CONFIG_HOME=$PWD/settings
DUN_DATABASE=$PWD/dun.db
export XDG_CONFIG_HOME DUN_DATABASE
unset DUN_KEY DUN_DROP
rm -rf "$XDG_CONFIG_HOME" "$DUN_DATABASE"* letters

say() { printf '\n# %s\n' "$*"; }
shown() { # a command as it would be typed
	printf '$ dun'
	for word; do
		case $word in
		*\ *) printf ' "%s"' "$word" ;;
		*) printf ' %s' "$word" ;;
		esac
	done
	printf '\n'
}
run() {
	shown "$@"
	dun "$@"
}
typing() { # what is typed for a password; then the command
	typed=$1
	shift
	shown "$@"
	printf '%s\n' "$typed" | dun "$@"
}

say "A store, and two people: Anna works with it, Berta looks over her shoulder."
typing "correct horse anna" init --admin anna --password-stdin
typing "correct horse berta" user add berta --role approver --password-stdin
run user duty berta credit_manager

say "The ledger comes in."
for kind in customers invoices events; do
	run import "$kind" "ledger/$kind.csv"
done

say "The policies are published for good, and count when another person has approved them."
run publish policies
typing "correct horse berta" login berta --password-stdin
for policy in policies/*/; do
	for file in "$policy"*.dun; do
		[ -e "$file" ] || continue
		version=$(basename "$file" .dun)
		run approve "$(basename "$policy")" --version "$version"
	done
done
typing "correct horse anna" login anna --password-stdin
run policies

say "What is to be done on 31 March? Nothing is done yet."
run run --on 2026-03-31
run run show --limit 8

say "Anna looks them through: one is held, a letter that does not go out by itself is let go."
run run hold R-2025-01847 --reason "They called: the transfer is on its way"
run run release R-2025-01998

say "The last reminders need somebody who may approve as credit_manager."
typing "correct horse berta" login berta --password-stdin
run run approve R-2025-01696 R-2025-00590-3
typing "correct horse anna" login anna --password-stdin

say "Now it goes out, each letter once; the tasks are on the worklist."
run run --execute
run worklist
run worklist done 1 --note "Booked"

say "Asked once more, nothing happens twice."
run run --execute

say "Why did this customer get that letter? The record tells, and every decision can be repeated."
run audit show --case R-2025-01696
run audit verify
printf '\nThe store is %s, the letters are in %s.\n' "$DUN_DATABASE" "$PWD/letters"
