#!/bin/sh
# Asks the vulnerability databases of Go and of npm about everything that the program is made of.
# A finding fails. Without a way to a database it says loudly that nothing was checked, and goes on:
# work without internet must not stop.
cd "$(dirname "$0")/../.." || exit 2
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
failed=0

unchecked() {
	printf '\n  !! NOT CHECKED: %s (%s)\n\n' "$1" "$2"
}

# govulncheck ends with 3 when the program calls what is vulnerable, with 1 when it could not look.
if GOBIN=$folder go install golang.org/x/vuln/cmd/govulncheck@v1.9.0 >"$folder/go.log" 2>&1; then
	timeout 300 "$folder/govulncheck" ./... >"$folder/go.log" 2>&1
	case $? in
	0) echo 'govulncheck: the Go modules have no known vulnerability that the program reaches' ;;
	3) cat "$folder/go.log"; failed=1 ;;
	*) unchecked 'Go modules' "$(tail -n 1 "$folder/go.log")" ;;
	esac
else
	unchecked 'Go modules' "govulncheck cannot be had: $(tail -n 1 "$folder/go.log")"
fi

# npm audit ends with 1 for both; only a report counts vulnerabilities. What builds the pages counts as well.
(cd web && timeout 120 npm audit --audit-level=high --json) >"$folder/npm.json" 2>"$folder/npm.log"
status=$?
if ! grep -q '"vulnerabilities"' "$folder/npm.json"; then
	unchecked 'npm packages' "$(grep -m 1 error "$folder/npm.log")"
elif [ "$status" -ne 0 ]; then
	cat "$folder/npm.json"
	failed=1
else
	echo 'npm audit: the npm packages have no known vulnerability of level high'
fi
exit "$failed"
