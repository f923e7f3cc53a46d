# fxstack_killed: deploy and destroy of a stack on AWS, killed repeatedly.
# Takes minutes.

load helper
load aws
load fxstack_aws

# killed ACTION…: runs fxstack and kills it after a random call was done, before its reply.
killed() {
	aws_script "{\"rules\":[{\"fault\":\"hang\",\"skip\":$((RANDOM % 40)),\"times\":1}]}"
	mark
	in_background fxstack "$@" >/dev/null 2>&1
	wait_for 60 held_or_ended
	if ! is_ended "$background"; then
		kill -KILL "$background"
		kills+=1
	fi
	status_of "$background"
	aws_script '{}'
}

held_or_ended() {
	held || is_ended "$background"
}

@test "killed 50 times at any call of deploy and destroy: the next run completes the work" {
	RANDOM=${FX_SEED:-4}
	aws_through '{}'
	declare -i kills=0 round=0
	while [ "$kills" -lt 50 ]; do
		round+=1
		killed deploy first
		killed deploy first
		[ $((round % 3)) != 0 ] || {
			fxstack deploy first >/dev/null
			is "$FIRST"
		}
		killed deploy second
		killed deploy second
		[ $((round % 3)) != 1 ] || {
			fxstack deploy second >/dev/null
			is "$SECOND"
			settled second
		}
		killed destroy --yes first
		[ $((round % 3)) != 2 ] || {
			fxstack destroy --yes first >/dev/null
			is "$GONE"
		}
	done
	fxstack deploy second >/dev/null
	is "$SECOND"
}
