# filters_proof: what the pages of fxroll, fxalert and s3put promise, under kills and failing services.
# Takes minutes.

load helper
load proof

@test "50 keys: fxroll's statistics are those that Python computes" {
	prove roll "$(size 100000 20000)"
}

@test "1 shard: kills in a chain with fxroll -g: the members are those of one run" {
	prove roll_kill "$(size 200 40)"
}

@test "4 shards: kills in a chain with fxroll -g: the members are those of one run" {
	prove roll_kill "$(size 200 40)" 4
}

@test "2 shards: kills in a chain with fxroll --candles: the candles are those of one run" {
	prove roll_kill "$(size 200 40)" 2 candles
}

@test "kills in a chain with s3put: each record is in the archive, once by position" {
	prove s3put_kill "$(size 200 40)"
}

@test "3 shards: kills in a chain with fxalert and a failing webhook: every alert is delivered, no other" {
	prove alert_kill "$(size 200 20)" 3
}
