# fxstack: stacks of embedded resources and schedules: what lines are, diff, deploy, destroy.

load helper

bucket='{"resource":"bucket","name":"archive"}'
key=SECRET0123456789ABCDEF

stack() {
	printf '%s\n' "$@" >stack.ndjson
}

# What was done to each: TYPE NAME ACTION.
deeds() {
	jq -r '[.resource, .name, .action] | join(" ")'
}

settled() {
	[ -z "$(fxstack diff "$@" stack.ndjson)" ]
}

@test "a line that is none: its number and what is allowed, and nothing is done" {
	stack "$bucket" '{"resource":"stream","name":"rates","shard":2}' \
		'{"resource":"table","name":"rates"}' 'stream'
	run -2 --separate-stderr fxstack deploy stack.ndjson
	[ -z "$output" ]
	has "$stderr" 'line 2: refused: member "shard": a stream has resource, name, shards'
	has "$stderr" 'line 3: refused: member "key" is missing'
	has "$stderr" 'line 4: refused: no JSON object'
	[ ! -e fx ]
}

@test "what comes twice, and what is not in the stack, is told" {
	stack "$bucket" "$bucket"
	run -2 --separate-stderr fxstack diff stack.ndjson
	has "$stderr" 'line 2: refused: the bucket archive is in line 1 already'
	stack '{"resource":"schedule","name":"a","schedule":"rate(1 minute)","command":"true","stream":"b"}'
	run -2 --separate-stderr fxstack diff stack.ndjson
	has "$stderr" 'line 1: member "stream": the stack has no stream "b"'
	stack '{"resource":"consumer","name":"a","command":"true"}'
	run -2 --separate-stderr fxstack diff stack.ndjson
	has "$stderr" 'member "stream" is missing'
}

@test "a stack that was cut off is not deployed" {
	printf '%s\n{"resource":"bucket","name":"b"' "$bucket" >stack.ndjson
	run -2 --separate-stderr fxstack deploy stack.ndjson
	has "$stderr" 'line 2'
	[ -z "$output" ]
	[ ! -e fx ]
}

@test "usage" {
	run -2 --separate-stderr fxstack
	has "$stderr" 'diff, deploy, destroy'
	run -2 --separate-stderr fxstack make
	run -2 --separate-stderr fxstack diff a b
	run -2 --separate-stderr fxstack diff no-such-file
	run -2 --separate-stderr fxstack deploy --yes
	run -2 --separate-stderr fxstack deploy --timeout soon
	run -2 --separate-stderr fxstack deploy --prefix 'a b'
	[ "$(fxstack diff </dev/null)" = '' ]
}

@test "diff says what deploy does, deploy does it once, destroy undoes it" {
	stack "$bucket"
	run -1 fxstack diff stack.ndjson
	[ "$output" = '{"resource":"bucket","name":"archive","action":"make","changes":[]}' ]
	[ ! -e fx ]
	[ "$(fxstack deploy <stack.ndjson | deeds)" = 'bucket archive made' ]
	[ -d fx/archive.bucket ]
	run -0 fxstack diff stack.ndjson
	[ -z "$output" ]
	[ "$(fxstack deploy stack.ndjson | deeds)" = 'bucket archive unchanged' ]
	[ "$(fxstack destroy --yes stack.ndjson | deeds)" = 'bucket archive deleted' ]
	[ "$(fxstack destroy --yes stack.ndjson | deeds)" = 'bucket archive absent' ]
	[ -z "$(ls -A fx)" ]
}

@test "a bucket with something in it is kept" {
	stack "$bucket"
	fxstack deploy stack.ndjson
	touch fx/archive.bucket/object
	run -1 --separate-stderr fxstack destroy --yes stack.ndjson
	has "$stderr" 'not empty'
	[ "$(deeds <<<"$output")" = 'bucket archive kept' ]
	[ -e fx/archive.bucket/object ]
}

@test "--prefix makes another environment, of a path too" {
	stack "$bucket" '{"resource":"bucket","name":"./here/b"}'
	fxstack deploy --prefix dev stack.ndjson | deeds >done
	[ "$(cat done)" = $'bucket dev-archive made\nbucket ./here/dev-b made' ]
	[ -d fx/dev-archive.bucket ]
	[ -d here/dev-b ]
	run -1 fxstack diff stack.ndjson
	settled --prefix dev
	fxstack destroy --prefix dev --yes stack.ndjson
	[ ! -e here/dev-b ]
}

@test "a secret comes from a file of mode 600 or standard input, and nobody sees it" {
	local kept=$XDG_CONFIG_HOME/fxpipe/alphavantage.key
	stack '{"resource":"secret","name":"alphavantage","from":"key.txt"}'
	echo $key >key.txt
	run -2 --separate-stderr fxstack deploy stack.ndjson
	has "$stderr" 'chmod 600'
	chmod 600 key.txt
	run -1 fxstack diff -v stack.ndjson
	not grep -q "$key" <<<"$output"
	[ "$(jq -c .changes <<<"$output")" = '[{"setting":"value"}]' ]
	[ "$(fxstack deploy stack.ndjson | deeds)" = 'secret alphavantage made' ]
	[ "$(cat "$kept")" = "$key" ]
	[ "$(stat -c %a "$kept")" = 600 ]
	settled
	stack '{"resource":"secret","name":"alphavantage","from":"-"}'
	[ "$(echo "another-$key" | fxstack deploy stack.ndjson | deeds)" = 'secret alphavantage changed' ]
	[ "$(cat "$kept")" = "another-$key" ]
	# Where the stack is on standard input, a secret cannot be.
	run -2 --separate-stderr fxstack diff <stack.ndjson
	has "$stderr" 'name the stack'
	[ "$(fxstack destroy --yes stack.ndjson | deeds)" = 'secret alphavantage deleted' ]
	[ -z "$(ls -A "$XDG_CONFIG_HOME/fxpipe")" ]
}

@test "an optional secret without its file is passed over, another is not" {
	stack '{"resource":"secret","name":"a","from":"none","optional":true}'
	[ "$(fxstack deploy stack.ndjson | deeds)" = 'secret a skipped' ]
	settled
	stack '{"resource":"secret","name":"a","from":"none"}'
	run -2 --separate-stderr fxstack deploy stack.ndjson
	stack '{"resource":"secret","name":"a"}'
	run -2 --separate-stderr fxstack deploy stack.ndjson
	has "$stderr" 'without "from" there is nothing to make it of'
	[ "$(deeds <<<"$output")" = 'secret a refused' ]
}

@test "what others made is brought to what its line says, and kept" {
	mkdir -p fx/archive.bucket "$XDG_CONFIG_HOME/fxpipe"
	(umask 077 && echo mine >"$XDG_CONFIG_HOME/fxpipe/a.key" && echo $key >key.txt)
	stack "$bucket" '{"resource":"secret","name":"a","from":"key.txt"}'
	fxstack deploy stack.ndjson | deeds >done
	[ "$(cat done)" = $'bucket archive unchanged\nsecret a changed' ]
	run -1 --separate-stderr fxstack destroy --yes stack.ndjson
	has "$stderr" 'not made by fxstack'
	[ "$(deeds <<<"$output")" = $'secret a kept\nbucket archive kept' ]
	[ "$(cat "$XDG_CONFIG_HOME/fxpipe/a.key")" = $key ]
	fxstack destroy --yes --foreign stack.ndjson | deeds >done
	[ "$(cat done)" = $'secret a deleted\nbucket archive deleted' ]
}

@test "topics, roles and policies have nothing to be made of here" {
	stack '{"resource":"topic","name":"alerts"}' '{"resource":"role","name":"p","tools":["kput"]}' \
		'{"resource":"policy","name":"p","tools":["kput"]}'
	settled
	[ "$(fxstack deploy stack.ndjson | jq -r .action | sort -u)" = skipped ]
}
