# fxstack_aws: streams, tables and secrets on AWS: created, changed in place, destroyed, and
# correct after interruptions. On this moto, changes take time (tests/server/unhurried.py).

load helper
load aws
load fxstack_aws

@test "deploy creates all, as boto3 sees it; then diff is empty and deploy changes nothing" {
	aws_through '{}'
	run -1 fxstack diff first
	is '{}'
	mark
	[ "$(fxstack deploy first | actions)" = \
		"kinesis:rates made; dynamodb:rates made; secretsmanager:app/Key made" ]
	is "$FIRST"
	has "$(mutations)" CreateTable
	settled first
	mark
	[ "$(fxstack deploy first | jq -rs 'map(.action) | unique | join(" ")')" = unchanged ]
	[ "$(asked | wc -l)" -gt 5 ]
	[ -z "$(mutations)" ]
}

@test "shards, retention, encryption, billing, ttl, recovery and value are changed in place and back" {
	fxstack deploy first >/dev/null
	run -1 --separate-stderr fxstack diff second
	is "$FIRST"
	holds -s 'map({key: .resource, value: [.changes[] | [.setting, .from, .to]]}) | from_entries == {
		stream: [["shards", "1", "2"], ["retention", "24h", "48h"],
			["encryption", "none", "alias/aws/kinesis"]],
		table: [["billing", "on-demand", "5/6"], ["ttl", "expires", "none"],
			["point_in_time_recovery", "on", "off"]],
		secret: [["value", null, null]]}' <<<"$output"
	fxstack deploy second >changed
	[ "$(jq -rs 'map(.action) | unique | join(" ")' changed)" = changed ]
	is "$SECOND"
	settled second
	fxstack deploy first >/dev/null
	is "$FIRST"
	settled first
}

@test "the stream of a table's changes is switched on, changed and off; without the member it stays" {
	view='print(dynamodb.describe_table(TableName="rates")["Table"].get("StreamSpecification"))'
	stack . '.changes = "keys"' | sed -n 2p >keys
	sed 's/keys/both/' keys >both
	sed 's/keys/none/' keys >none
	sed -n 2p first >same
	fxstack deploy keys | holds '.action == "made"'
	has "$(aws_py "$view")" "'StreamViewType': 'KEYS_ONLY'"
	settled keys
	settled same
	run -1 --separate-stderr fxstack diff both
	holds '.changes == [{"setting": "changes", "from": "keys", "to": "both"}]' <<<"$output"
	fxstack -v deploy both 2>messages >/dev/null
	has "$(cat messages)" "is switched off first, then another one on"
	has "$(aws_py "$view")" "'StreamViewType': 'NEW_AND_OLD_IMAGES'"
	[ "$(kread -s dynamodbstreams:rates)" = "" ]
	fxstack deploy same | holds '.action == "unchanged"'
	has "$(aws_py "$view")" "'StreamViewType': 'NEW_AND_OLD_IMAGES'"
	fxstack deploy none >/dev/null
	not has "$(aws_py "$view")" "NEW_AND_OLD_IMAGES"
	settled none
	run -2 --separate-stderr fxstack deploy < <(sed 's/keys/all/' keys)
	has "$stderr" 'member "changes" must be none, keys, new, old or both'
}

@test "shards are doubled or halved step by step; on demand and back" {
	aws_through '{}'
	stack '.shards = 9' | head -n 1 >nine
	head -n 1 first >one
	fxstack deploy one >/dev/null
	fxstack -v deploy nine 2>messages >/dev/null
	has "$(cat messages)" "from 1 to 2 shards, on the way to 9"
	[ "$(jq -s 'map(select(.action == "UpdateShardCount")) | length' "$AWS_FAULTS/log")" = 4 ]
	there | holds '.stream[2] == 9'
	fxstack deploy one >/dev/null
	there | holds '.stream[2] == 1'
	stack 'del(.shards) | .on_demand = true' | head -n 1 >demand
	fxstack deploy demand >/dev/null
	there | holds '.stream[1] == "ON_DEMAND"'
	settled demand
	fxstack deploy one >/dev/null
	is "$(jq -c '{stream}' <<<"$FIRST")"
	# The mode can change twice a day, then the service refuses.
	run -2 --separate-stderr fxstack deploy demand
	has "$stderr" "twice in 24 hours"
}

@test "a change of the key is refused, and the table stays as it is" {
	fxstack deploy first >/dev/null
	stack . '.key = "ticker"' >other
	run -2 --separate-stderr fxstack deploy other
	has "$stderr" "key is ticker:S,last_refreshed:S, not ticker:S, and cannot be changed in place"
	is "$FIRST"
}

@test "destroy deletes all that it created; deploy restores a secret within 7 days" {
	fxstack deploy first >/dev/null
	[ "$(fxstack destroy --yes first | actions)" = \
		"secretsmanager:app/Key deleted; dynamodb:rates deleted; kinesis:rates deleted" ]
	is "$GONE"
	aws_py 'import datetime
gone = secretsmanager.describe_secret(SecretId="app/Key")["DeletedDate"]
left = gone - datetime.datetime.now(datetime.timezone.utc)
assert datetime.timedelta(days=6, hours=23) < left < datetime.timedelta(days=7, hours=1), left'
	[ "$(fxstack destroy --yes first | jq -rs 'map(.action) | unique | join(" ")')" = absent ]
	run -1 fxstack diff second
	fxstack deploy second >/dev/null
	is "$SECOND"
	settled second
}

@test "resources that it did not create are kept, except with --foreign" {
	make_stream rates
	make_table rates
	make_secret app/Key other
	stack . 'del(.ttl, .point_in_time_recovery)' .from=\"key\" >same
	before=$(there)
	run -1 --separate-stderr fxstack destroy --yes same
	[ "$(jq -rs 'map(.action) | unique | join(" ")' <<<"$output")" = kept ]
	has "$stderr" "kept, since fxstack did not create it"
	is "$before"
	fxstack destroy --yes --foreign same >/dev/null
	there | holds 'has("stream") or has("table") | not'
	# Nor is it restored.
	run -2 --separate-stderr fxstack deploy same
	has "$stderr" "not created by fxstack, is scheduled for deletion"
}

@test "--prefix: dev and prod are separate" {
	stack . . '.name = "secretsmanager:Key"' >plain
	fxstack deploy --prefix dev plain >/dev/null
	fxstack deploy --prefix prod plain >/dev/null
	fxstack destroy --yes --prefix dev plain >/dev/null
	there dev- | holds 'has("stream") or has("table") | not'
	there prod- | holds '.stream[0] == "ACTIVE" and .table[0] == "ACTIVE"'
	settled --prefix prod plain
}

@test "a secret is only in the service, not in messages, receipts or arguments" {
	aws_through '{}'
	fxstack -v deploy first >out 2>err
	fxstack -v diff second >>out 2>>err || [ $? = 1 ]
	fxstack -v deploy second >>out 2>>err
	# As a file or by standard input: the same.
	stack . . '.from = "-"' >piped
	fxstack -v deploy piped <newkey >>out 2>>err
	# Stopped while the value is sent: what others can see of the process then.
	stack . . '.from = "key"' | tail -n 1 >last
	aws_script '{"rules":[{"action":"PutSecretValue","fault":"hang","times":1}]}'
	mark
	in_background fxstack -v deploy last >>out 2>>err
	wait_for 30 held
	tr '\0' '\n' <"/proc/$background/cmdline" >arguments
	not grep -r k3y out err arguments "$AWS_FAULTS/log"
	grep -q PutSecretValue "$AWS_FAULTS/log"
	there | holds '.secret[0] == "k3y-of-yesterday"'
}

@test "bytes that are not text become a binary secret" {
	(umask 077 && printf '\377\000\001' >key)
	tail -n 1 first >secret
	fxstack deploy secret >/dev/null
	aws_py 'value = secretsmanager.get_secret_value(SecretId="app/Key")["SecretBinary"]
assert value == b"\xff\x00\x01", value'
	settled secret
}

@test "a secret without a value is not created; an existing one is unchanged" {
	tail -n 1 first | jq -c 'del(.from)' >valueless
	run -2 --separate-stderr fxstack deploy valueless
	has "$stderr" 'without member "from" it cannot be created'
	make_secret app/Key other
	[ "$(fxstack deploy valueless | actions)" = "secretsmanager:app/Key unchanged" ]
	there | holds '.secret[0] == "other"'
	# One of "from" is put into what others made, and stays theirs.
	tail -n 1 first >secret
	[ "$(fxstack deploy secret | actions)" = "secretsmanager:app/Key changed" ]
	there | holds '.secret == ["k3y-of-yesterday", {}]'
}

# until_done COMMAND…: repeats it while it exits with 75.
until_done() {
	local status=75
	while [ "$status" = 75 ]; do
		status=0
		"$@" >/dev/null 2>err || status=$?
	done
	[ "$status" = 0 ] || {
		cat err >&2
		return 1
	}
}

@test "throttled, cut off, internal errors: retried; if they last, 75, and running it again works" {
	trouble="{\"seed\":${FX_SEED:-4},\"rules\":[{\"fault\":\"any\",\"chance\":0.15}]}"
	aws_through "$trouble"
	until_done fxstack deploy first
	aws_script '{}'
	is "$FIRST"
	aws_script "$trouble"
	until_done fxstack destroy --yes first
	aws_script '{}'
	is "$GONE"
	AWS_ENDPOINT_URL=$AWS_MOTO
	aws_through '{"rules":[{"action":"CreateTable","fault":"throttle"}]}'
	run -75 --separate-stderr fxstack deploy first
	there | holds 'has("stream") and has("secret")'
	aws_script '{}'
	fxstack deploy first >/dev/null
	is "$FIRST"
}

@test "refusals of the service are reported: a permission, a daily limit, a protected table" {
	fxstack deploy first >/dev/null
	aws_through '{"rules":[
		{"action":"IncreaseStreamRetentionPeriod","fault":"refuse"},
		{"action":"UpdateShardCount","fault":"refuse","code":"LimitExceededException",
			"message":"too often today"},
		{"action":"UpdateTimeToLive","fault":"refuse","code":"ValidationException",
			"message":"Time to live has been modified multiple times within a fixed interval"}]}'
	run -2 --separate-stderr fxstack deploy second
	has "$stderr" "line 1: the stream kinesis:rates: "
	has "$stderr" "at most ten times in 24 hours"
	has "$stderr" "ttl can be changed once an hour: deploy again then"
	stack '.retention = "48h"' | head -n 1 >longer
	run -2 --separate-stderr fxstack deploy longer
	has "$stderr" "a policy must allow kinesis:IncreaseStreamRetentionPeriod"
	has "$stderr" "fxstack policy fxstack"
	aws_script '{"rules":[{"action":"UpdateShardCount","fault":"refuse",
		"code":"LimitExceededException","message":"Rate exceeded for stream rates"}]}'
	run -75 --separate-stderr fxstack deploy second
	aws_script '{}'
	aws_py 'dynamodb.update_table(TableName="rates", DeletionProtectionEnabled=True)'
	run --separate-stderr fxstack destroy --yes first
	[ "$status" = 2 ]
	has "$stderr" "aws dynamodb update-table --region us-east-1 --table-name"
	has "$stderr" "--no-deletion-protection-enabled"
	there | holds 'has("table")'
}
