# fxstack_killed: deploy and destroy of a stack on AWS, killed repeatedly.
# Takes minutes.

load helper
load aws
load fxstack_aws

@test "killed 50 times at any call of deploy and destroy: the next run completes the work" {
	killed_often 50 40
}
