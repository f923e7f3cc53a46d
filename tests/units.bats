# units: the unit files and task definitions that come with fxpipe, and the workflow of
# the project's own tests, are what those who read them take.

load helper

HERE=$REPOSITORY/scripts/units
UNITS=("$HERE"/fxpipe-*)
TASKS=("$HERE"/ecs-producer.json "$HERE"/ecs-consumer.json "$HERE"/ecs-consumers.json)

# python PROGRAM ARGUMENT…: with the modules of tests/.venv.
python() {
	"$REPOSITORY/tests/.venv/bin/python" -c "$@"
}

with_modules() {
	python "import $1" 2>/dev/null || skip "tests/.venv is not there (scripts/setup makes it)"
}

@test "systemd has no complaint about the units" {
	command -v systemd-analyze >/dev/null || skip "there is no systemd-analyze here"
	mkdir units
	cp "${UNITS[@]}" units
	[ "$(find units -type f | wc -l)" = 6 ]
	run -0 systemd-analyze verify --man=no units/*
	not has "$output" fxpipe 2>/dev/null
	# And the test can fail.
	sed -i 's/^Restart=always/Restart=allways/' units/fxpipe-consumer.service
	run systemd-analyze verify --man=no units/*
	has "$output" allways
	# A template is looked at as one of its instances.
	run -0 systemd-analyze verify --man=no units/fxpipe-consumer@7.service
	not has "$output" consumer@ 2>/dev/null
	[ "$(systemd-analyze calendar "$(sed -n 's/^OnCalendar=//p' units/fxpipe-producer.timer)" | grep -c Normalized)" = 1 ]
}

# The pipelines of the units and task definitions, a line each.
pipelines() {
	sed -n "s/^ExecStart=.* pipefail -c '\(.*\)'\$/\1/p" "${UNITS[@]}"
	jq -r '.containerDefinitions[]?.command[-1]' "$HERE"/ecs-*.json
}

@test "their pipelines work" {
	pipelines >lines
	[ "$(wc -l <lines)" = 6 ]
	grep -q ' -K secretsmanager:' lines
	local producer consumer
	while IFS= read -r producer; do
		rm -rf "$FX_HOME"
		bash -o pipefail -c "$(sed -E 's/fxfetch .*BTC/fxfetch -p sample BTC/; s/ (ETH|DOGE).USD//g' <<<"$producer")"
		while IFS= read -r consumer; do
			# Of a group in DynamoDB, without what only such a group has; see below.
			FX_GROUP=table bash -o pipefail -c "$(sed -e 's/ -f / /; s/ --worker [^ ]*//' -e "s|/var/lib/fxpipe|$PWD|" <<<"$consumer")"
			[ "$(ddbget BTC/USD | wc -l)" = 60 ]
			kack -g table --delete
			rm -f "$FX_HOME"/*.table
		done < <(grep '^kread' lines)
	done < <(grep '^fxfetch' lines)
}

@test "all units confine what they run, and restart the service if that can help" {
	sandbox() {
		sed -n '/^User=/,/^\[Install/p' "$1" | grep -vE '^(\[Install|$)'
	}
	diff <(sandbox "$HERE/fxpipe-consumer.service") <(sandbox "$HERE/fxpipe-producer.service")
	diff <(sandbox "$HERE/fxpipe-consumer.service") <(sandbox "$HERE/fxpipe-serve.service")
	diff <(sandbox "$HERE/fxpipe-consumer.service") <(sandbox "$HERE/fxpipe-consumer@.service" | grep -v '^Environment=FX_GROUP=')
	diff <(sed -n '/^StartLimit/p; /^Restart/p; /^Timeout/p' "$HERE/fxpipe-consumer.service") \
		<(sed -n '/^StartLimit/p; /^Restart/p; /^Timeout/p' "$HERE/fxpipe-consumer@.service")
	sandbox "$HERE/fxpipe-producer.service" | grep -qx 'NoNewPrivileges=yes'
	grep -qx 'RestartPreventExitStatus=2 126 127' "$HERE/fxpipe-consumer.service"
}

@test "ECS would accept the task definitions, which name a role each and contain no secret" {
	local file
	for file in "${TASKS[@]}"; do
		holds '.taskRoleArn == "arn:aws:iam::123456789012:role/" + .family' "$file"
		holds '[.. | .environment? // empty | .[] | .name | select(test("KEY|TOKEN|SECRET|PASSWORD"))] == []' "$file"
		holds '[.. | .secrets? // empty] == []' "$file"
	done
	with_modules botocore
	python 'import sys, json, botocore.session, botocore.validate
shape = botocore.session.get_session().get_service_model("ecs").operation_model("RegisterTaskDefinition").input_shape
for name in sys.argv[1:]:
    report = botocore.validate.ParamValidator().validate(json.load(open(name)), shape)
    assert not report.has_errors(), name + ": " + report.generate_report()' "${TASKS[@]}"
	# Readers that share a group are a service of several tasks.
	jq -s . "$HERE"/ecs-consumers*.json | holds '.[0].desiredCount == 4 and .[0].taskDefinition == .[1].family'
	python 'import sys, json, botocore.session, botocore.validate
shape = botocore.session.get_session().get_service_model("ecs").operation_model("CreateService").input_shape
report = botocore.validate.ParamValidator().validate(json.load(open(sys.argv[1])), shape)
assert not report.has_errors(), report.generate_report()' "$HERE/ecs-consumers-service.json"
}

@test "the workflow is sound: pinned actions, no more rights than reading" {
	with_modules yaml
	python 'import sys, json, yaml; json.dump(yaml.safe_load(open(sys.argv[1])), sys.stdout)' \
		"$REPOSITORY/.github/workflows/ci.yml" >workflow.json
	holds '.permissions == {"contents":"read"}' workflow.json
	holds '[.jobs[].steps[] | .uses // empty | select(test("@[0-9a-f]{40}$") | not)] == []' workflow.json
	holds '[.jobs[] | select(."timeout-minutes" == null)] == []' workflow.json
	holds '[.jobs[].steps[].run // empty] | join(" ") | contains("scripts/check --all")' workflow.json
	# YAML 1.1 takes the word "on" for true.
	holds '.true | has("push") and has("pull_request")' workflow.json
}
