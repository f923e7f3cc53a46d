# smget: secrets of Secrets Manager (moto's) and of files, and where they are kept.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a shell of its own; status: helper

load helper
load aws

SECRET=KEY0KEY0KEY0KEY0

# got STATUS ARGUMENT…: the output in out, the words in err.
got() {
	local expected=$1 status=0
	shift
	smget "$@" >out 2>err || status=$?
	cat err >&2
	[ "$status" = "$expected" ]
}

# Does this system keep anything in the user's keyring? Containers do not.
keyring_works() {
	smget "$1" >/dev/null
	smget -v "$1" 2>&1 >/dev/null | grep -q "from the kernel's keyring"
}

# asked N: how often the service was asked for a secret.
asked() {
	[ "$(jq -s 'map(select(.action == "GetSecretValue")) | length' "$AWS_FAULTS/log")" = "$1" ]
}

@test "a secret is written byte for byte, by its name, with the scheme, and by its ARN" {
	local name arn
	make_secret AlphaVantageApiKey "$SECRET"
	arn=$(aws_call secretsmanager.DescribeSecret '{"SecretId":"AlphaVantageApiKey"}' | jq -r .ARN)
	for name in AlphaVantageApiKey secretsmanager:AlphaVantageApiKey "$arn"; do
		got 0 "$name"
		[ ! -s err ]
		printf %s "$SECRET" | cmp - out
	done
}

@test "the region of an ARN is used" {
	AWS_DEFAULT_REGION=eu-west-1 aws_py 'print(secretsmanager.create_secret(
		Name="elsewhere", SecretString="there")["ARN"])' >arn
	got 2 elsewhere
	has "$(cat err)" "searched in us-east-1"
	got 0 "$(cat arn)"
	[ "$(cat out)" = there ]
}

@test "a member of a secret that is a JSON object: a string's bytes, or else its text" {
	make_secret prod/db '{"user":"a\u00e9/\"b\n","port":5432.00,"list":[1, 2.50],"none":null,"a#b":"hash","x:y":"colon","":"x"}'
	got 0 'prod/db#user'
	printf 'a\303\251/"b\n' | cmp - out
	got 0 'prod/db#port'
	[ "$(cat out)" = 5432.00 ]
	got 0 'prod/db#list'
	[ "$(cat out)" = '[1, 2.50]' ]
	got 0 'prod/db#none'
	[ "$(cat out)" = null ]
	got 0 'prod/db#a#b'
	[ "$(cat out)" = hash ]
	got 0 'prod/db#x:y'
	[ "$(cat out)" = colon ]
	got 2 'prod/db#'
}

@test "no such secret, no such member, not an object: exit status 2, a message that names it, and nothing of the secret" {
	make_secret plain "$SECRET"
	make_secret object "{\"other\":\"$SECRET\"}"
	make_secret twice "{\"a\":\"$SECRET\",\"a\":\"$SECRET\"}"
	got 2 absent
	has "$(cat err)" "secret absent: Secrets Manager GetSecretValue: ResourceNotFoundException"
	got 2 'object#missing'
	has "$(cat err)" "secret object has no member missing"
	got 2 'plain#missing'
	has "$(cat err)" "secret plain is not a JSON object"
	got 2 'twice#a'
	has "$(cat err)" "more than one member a"
	[ ! -s out ]
}

@test "a binary secret: its bytes" {
	aws_py 'secretsmanager.create_secret(Name="binary", SecretBinary=bytes(range(256)) * 200)'
	got 0 binary
	aws_py 'sys.stdout.buffer.write(bytes(range(256)) * 200)' | cmp - out
}

@test "a secret of 64 KiB" {
	local text
	text=$(head -c 65536 /dev/zero | tr '\0' '"')
	printf '%s' "$text" >expected
	aws_py 'secretsmanager.create_secret(Name="large", SecretString=open("expected").read())'
	got 0 large
	cmp expected out
}

@test "versions and stages" {
	make_secret rotated first
	aws_py 'secretsmanager.put_secret_value(SecretId="rotated", SecretString="second")'
	got 0 rotated
	[ "$(cat out)" = second ]
	got 0 --stage AWSPREVIOUS rotated
	[ "$(cat out)" = first ]
	got 0 --version-id "$(printf '0%.0s' {1..32})" rotated
	[ "$(cat out)" = first ]
	got 2 --stage NONE rotated
	got 2 --stage AWSPREVIOUS file:out
}

@test "an invalid name is not printed: it may be the secret" {
	local name
	for name in 'two words' 'key:KEY0' '' 'secretsmanager:' 'file:' '#field' 'arn:aws:s3:::bucket' \
		'arn:aws:secretsmanager:us-east-1:1:secret:' "$(printf 'n%.0s' {1..2049})" $'a\nb'; do
		got 2 "$name"
		has "$(cat err)" "not the name of a secret"
		[ ! -s out ]
	done
}

@test "the secret in a file, without its last newline" {
	(umask 077 && printf 'one\ntwo\n\n' >file)
	got 0 file:file
	printf 'one\ntwo\n' | cmp - out
	chmod 644 file
	got 2 file:file
	has "$(cat err)" "chmod 600"
	got 2 file:absent
}

@test "the secret in a file is read without settings of AWS" {
	(umask 077 && echo "$SECRET" >file)
	mkdir -p "$HOME/.aws"
	echo "no section" >"$HOME/.aws/config"
	AWS_PROFILE=none got 0 file:file
	[ "$(cat out)" = "$SECRET" ]
}

@test "to a terminal only with --force, and then with a newline" {
	script -qec true /dev/null </dev/null >screen 2>&1 || skip "no pseudo-terminals here"
	make_secret plain "$SECRET"
	script -qec "smget plain" /dev/null </dev/null >screen || true
	not grep -q "$SECRET" screen
	grep -q -e "--force" screen
	script -qec "smget --force plain" /dev/null </dev/null >screen
	[ "$(tr -d '\r' <screen)" = "$SECRET" ]
	grep -qF "$SECRET"$'\r' screen
}

@test "cached by the kernel: the service is called once, with --no-cache each time" {
	make_secret kept "$SECRET"
	aws_through '{}'
	keyring_works kept || skip "this system keeps nothing in the user's keyring"
	asked 1
	got 0 kept
	printf %s "$SECRET" | cmp - out
	asked 1
	got 0 --no-cache kept
	asked 2
	got 0 -v kept
	asked 3
	has "$(cat err)" "kept in the kernel's keyring for 5 minutes"
	# It expires, and only its possessor has rights to it.
	grep -E ' [1-5]m 1b000000 .* fxpipe:secretsmanager:us-east-1:[0-9a-f]{32}:kept: 16$' /proc/keys
	find "$HOME" "$TMPDIR" -type f -exec grep -l "$SECRET" {} + >files || true
	[ ! -s files ]
}

@test "cached only for the same settings" {
	make_secret kept "$SECRET"
	aws_through '{}'
	keyring_works kept || skip "this system keeps nothing in the user's keyring"
	asked 1
	mkdir -p "$HOME/.aws"
	printf '[default]\n[profile other]\n' >"$HOME/.aws/config"
	got 0 kept
	asked 2
	AWS_PROFILE=other got 0 kept
	asked 3
	got 0 kept
	asked 3
	AWS_ENDPOINT_URL=$AWS_ENDPOINT_URL/ got 0 kept
	AWS_ENDPOINT_URL=http://127.0.0.1:9 AWS_MAX_ATTEMPTS=1 got 75 kept
}

@test "a member that did not exist is not cached" {
	make_secret grows '{"a":"1"}'
	got 2 'grows#b'
	aws_py 'secretsmanager.put_secret_value(SecretId="grows", SecretString="{\"b\":\"2\"}")'
	got 0 'grows#b'
	[ "$(cat out)" = 2 ]
}

@test "without access to the kernel's keyring a secret is fetched each time" {
	command -v strace >/dev/null || skip "strace is not here"
	make_secret plain "$SECRET"
	aws_through '{}'
	local run
	for run in 1 2; do
		ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0 strace -f -o /dev/null -e trace=add_key,keyctl -e inject=add_key,keyctl:error=EPERM \
			smget plain >out || skip "strace may not trace here"
		printf %s "$SECRET" | cmp - out
		asked "$run"
	done
}

@test "in a container nothing is cached, as others may have the same keyring" {
	unshare -pf --mount-proc true 2>/dev/null || skip "no namespaces for us here"
	make_secret kept "$SECRET"
	aws_through '{}'
	unshare -pf --mount-proc smget kept
	unshare -pf --mount-proc smget kept
	asked 2
	# Nor is what was kept outside of it found.
	smget kept
	unshare -pf --mount-proc smget kept
	asked 4
}

@test "a service that cannot be reached or fails: exit status 75" {
	make_secret plain "$SECRET"
	aws_through '{"rules":[{"action":"GetSecretValue","fault":"error"}]}'
	got 75 plain
	[ ! -s out ]
	asked 3
	aws_script '{"rules":[{"action":"GetSecretValue","fault":"refuse","code":"AccessDeniedException","message":"not you"}]}'
	got 2 plain
	has "$(cat err)" "AccessDeniedException: not you"
	AWS_ENDPOINT_URL=http://127.0.0.1:9 got 75 plain
}

@test "throttled, cut off, lost, a proxy's page, a clock an hour off: retried with success" {
	local fault
	make_secret plain "$SECRET"
	aws_through '{}'
	for fault in throttle error cut lost reset html; do
		aws_script "{\"rules\":[{\"action\":\"GetSecretValue\",\"fault\":\"$fault\",\"times\":1}]}"
		got 0 --no-cache plain
		printf %s "$SECRET" | cmp - out
		[ "$(aws_struck "$fault")" = 1 ]
	done
	aws_script '{"clock":3600}'
	got 0 --no-cache plain
	printf %s "$SECRET" | cmp - out
}

@test "no credentials: exit status 2, and the places that were searched" {
	unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
	got 2 plain
	has "$(cat err)" "credentials"
}

@test "with a secret in memory it leaves no core file and cannot be traced" {
	(umask 077 && echo "$SECRET" >file)
	mkfifo pipe
	exec {hold}<>pipe
	# It waits in writing: the pipe is full.
	yes | dd of=pipe bs=4096 count=16 iflag=fullblock 2>/dev/null
	in_background smget file:file >pipe
	wait_for 20 grep -q 'Max core file size  *0  *0' "/proc/$background/limits"
	[ "$(stat -c %U "/proc/$background/environ")" = root ]
	exec {hold}<&-
}

@test "a service that does not answer does not delay a signal" {
	aws_through '{"rules":[{"action":"GetSecretValue","fault":"hang"}]}'
	in_background smget plain
	wait_for 20 grep -q GetSecretValue "$AWS_FAULTS/log"
	kill -TERM "$background"
	local begun=$SECONDS status=0
	wait "$background" || status=$?
	[ "$status" = 143 ]
	[ $((SECONDS - begun)) -lt 20 ]
}
