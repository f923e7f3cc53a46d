# fxstack_tutorial: whole stacks on AWS: the tutorial's, policies, killed deploys.

load helper
load aws
load cron

tutorial() {
	cp "$REPOSITORY/scripts/stacks/tutorial.ndjson" stack.ndjson
	(umask 077 && echo SECRET0123456789 >AlphaVantageApiKey.txt)
}

@test "the tutorial's stack, on AWS: deployed, run as cron does, changed, destroyed" {
	tutorial
	run -1 fxstack diff --aws --prefix dev stack.ndjson
	[ "$(jq -r .action <<<"$output" | sort | uniq -c | tr -s ' ')" = ' 7 make' ]
	fxstack deploy --aws --prefix dev stack.ndjson >done
	holds -s 'length == 7 and all(.action == "made")' done
	[ -z "$(fxstack diff --aws --prefix dev stack.ndjson)" ]
	[ "$(smget dev-AlphaVantageApiKey)" = SECRET0123456789 ]
	rates 10 | kput -q -s kinesis:dev-intraday-analytics-stream -k ticker
	# cron passes no credentials to a job.
	mkdir -p "$HOME/.aws"
	printf '[default]\naws_access_key_id=%s\naws_secret_access_key=%s\n' \
		"$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" >"$HOME/.aws/credentials"
	as_cron dev-table
	[ "$(table_items dev-DataConsumerTable | wc -l)" = 10 ]
	jq -c 'if .shards then . + {shards:2,retention:"48h",encryption:"alias/aws/kinesis"} else . end' \
		stack.ndjson >larger.ndjson
	run -1 fxstack diff --aws --prefix dev larger.ndjson
	[ "$(jq -c '[.changes[].setting]' <<<"$output")" = '["shards","retention","encryption"]' ]
	fxstack deploy --aws --prefix dev larger.ndjson >done
	[ "$(jq -r 'select(.action != "unchanged") | .resource + " " + .action' done)" = 'stream changed' ]
	[ -z "$(fxstack diff --aws --prefix dev larger.ndjson)" ]
	fxstack deploy --aws --prefix dev stack.ndjson >done
	[ -z "$(fxstack diff --aws --prefix dev stack.ndjson)" ]
	fxstack destroy --yes --aws --prefix dev stack.ndjson >done
	holds -s 'length == 7 and all(.action == "deleted")' done
	fxstack destroy --yes --aws --prefix dev stack.ndjson >done
	holds -s 'all(.action == "absent")' done
	[ ! -s "$HOME/crontab" ]
	not grep -r SECRET0123456789 done fx "$HOME"
}

@test "a resource of others on AWS is changed, and kept by destroy" {
	make_stream rates
	echo '{"resource":"stream","name":"kinesis:rates","retention":"48h"}' >stack.ndjson
	[ "$(fxstack deploy stack.ndjson | jq -r .action)" = changed ]
	[ -z "$(fxstack diff stack.ndjson)" ]
	run -1 --separate-stderr fxstack destroy --yes stack.ndjson
	[ "$(jq -r .action <<<"$output")" = kept ]
	[ "$(fxstack destroy --yes --foreign stack.ndjson | jq -r .action)" = deleted ]
}

@test "AWS cannot be reached: diff exits with 2, deploy with 75, and each resource is reported" {
	echo '{"resource":"stream","name":"kinesis:rates"}' >stack.ndjson
	export AWS_ENDPOINT_URL=http://127.0.0.1:9 AWS_MAX_ATTEMPTS=1
	run -2 --separate-stderr fxstack diff stack.ndjson
	[ -z "$output" ]
	has "$stderr" 'line 1: the stream kinesis:rates: Kinesis'
	run -75 --separate-stderr fxstack deploy stack.ndjson
	[ "$(jq -r .action <<<"$output")" = failed ]
	run -75 --separate-stderr fxstack destroy --yes stack.ndjson
	[ "$(jq -r .action <<<"$output")" = failed ]
}

@test "policy reads only the stack, and names the tools" {
	tutorial
	[ "$(fxstack policy --aws <stack.ndjson | jq -r .tool | tr '\n' ' ')" = \
		'fxfetch kput kread kack kstat ddbput ddbget smget cwput fxserve fxhealth ' ]
	[ "$(fxstack policy --aws kput ddbput <stack.ndjson | jq -r '.Statement[].Resource[]')" = \
		$'arn:aws:kinesis:us-east-1:123456789012:stream/intraday-analytics-stream\narn:aws:dynamodb:us-east-1:123456789012:table/DataConsumerTable' ]
	run -2 --separate-stderr fxstack policy --aws ddbgett <stack.ndjson
	has "$stderr" 'ddbgett is not a tool that calls AWS (did you mean ddbget?)'
	run -2 --separate-stderr fxstack policy kput <stack.ndjson
}

@test "template reports what it leaves out, and sends no request" {
	tutorial
	AWS_ENDPOINT_URL=http://127.0.0.1:9 run -0 --separate-stderr fxstack template --aws stack.ndjson
	has "$stderr" 'the schedule producer'
	[ "$(jq -r '.Resources[].Type' <<<"$output" | sort -u | wc -l)" = 4 ]
}

@test "a bucket's rule has the same name in a template as deployed" {
	echo '{"resource":"bucket","name":"s3://archive","expire_days":9}' >stack.ndjson
	fxstack deploy stack.ndjson
	[ "$(fxstack template stack.ndjson | jq -r '.Resources[].Properties.LifecycleConfiguration.Rules[].Id')" = \
		"$(aws_py 'print(s3.get_bucket_lifecycle_configuration(Bucket="archive")["Rules"][0]["ID"])')" ]
}

@test "fxstack's own policy is sufficient for a consumer of a stream on AWS" {
	cat >stack.ndjson <<-'END'
		{"resource":"stream","name":"kinesis:rates"}
		{"resource":"consumer","name":"late","from":"latest","command":"true"}
	END
	fxstack policy fxstack <stack.ndjson | jq -r '.Statement[].Action[]' | sort >allowed
	aws_through '{"rules":[]}'
	fxstack deploy stack.ndjson
	fxstack destroy --yes stack.ndjson
	jq -r 'select(.action != null) | .action' "$AWS_FAULTS/log" | sort -u | grep -v GetCallerIdentity |
		sed 's/^/kinesis:/' >called
	[ "$(grep -c . called)" -gt 3 ]
	[ -z "$(comm -23 called allowed)" ]
}

# Kills it at a random moment within the time that a whole deploy takes; counts the kills.
killed_midway() {
	local status=0 after=$((RANDOM % whole + 1))
	timeout -s KILL "$(printf '%d.%03d' $((after / 1000)) $((after % 1000)))" "$@" >/dev/null 2>&1 || status=$?
	[ "$status" != 137 ] || killed=$((killed + 1))
	[ "$status" = 137 ] || [ "$status" = 0 ]
}

@test "killed midway on AWS: running it again continues, and nothing is left over" {
	local began whole killed=0 round=0
	cat >stack.ndjson <<-'END'
		{"resource":"stream","name":"kinesis:a","shards":2,"retention":"48h","encryption":"alias/aws/kinesis"}
		{"resource":"table","name":"dynamodb:t","key":"k","ttl":"end","point_in_time_recovery":true}
		{"resource":"topic","name":"sns:alerts","encryption":"alias/mine"}
		{"resource":"subscription","name":"sns:hook","endpoint":"https://hook.example/","filter":{"a":["b"]}}
		{"resource":"bucket","name":"s3://archive","expire_days":9}
		{"resource":"delivery","name":"firehose:d","role":"iam:d"}
		{"resource":"role","name":"iam:d","tools":["firehose"],"trust":"firehose"}
		{"resource":"alarm","name":"cloudwatch:a","metric":"Lag","when":"> 1"}
		{"resource":"role","name":"iam:p","tools":["kput"]}
		{"resource":"policy","name":"iam:p","tools":["ddbput"]}
	END
	began=${EPOCHREALTIME/[^0-9]/}
	fxstack deploy stack.ndjson
	whole=$(((${EPOCHREALTIME/[^0-9]/} - began) / 1000 + 1))
	while [ $killed -lt 10 ]; do
		round=$((round + 1))
		[ $round -lt 100 ]
		killed_midway fxstack deploy stack.ndjson
		fxstack deploy stack.ndjson >done
		holds -s 'all(.action | IN("made", "changed", "unchanged"))' done
		[ -z "$(fxstack diff stack.ndjson)" ]
		killed_midway fxstack destroy --yes stack.ndjson
		fxstack destroy --yes stack.ndjson >done
		holds -s 'all(.action | IN("deleted", "absent"))' done
		fxstack destroy --yes stack.ndjson >done
		holds -s 'all(.action == "absent")' done
	done
}
