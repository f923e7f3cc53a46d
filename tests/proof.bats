# proof: what fxpipe(7) promises, under kills, power cuts, floods and full disks.
# tests/proof has the programs; each says what it did and with which seed. FX_SEED
# gives them one; FX_FULL=1 makes some of them larger.
# Takes minutes.

load helper
load proof

can_trace() {
	command -v strace >/dev/null || skip "there is no strace here"
	strace -o /dev/null true 2>/dev/null || skip "ptrace is not allowed here"
}

@test "1 shard: every tool is killed 200 times with lines in flight, nothing is lost" {
	prove kill 1 200
}

@test "4 shards: every tool is killed 200 times with lines in flight, nothing is lost" {
	prove kill 4 200
}

@test "a tool killed at each step, also while it creates files, continues in the next run" {
	can_trace
	prove traced steps
}

@test "an error from any system call: nothing is lost, and the status says so" {
	can_trace
	prove traced failures "$(size 1 10)"
}

@test "half a record that a kill left, and that a filter completed, is not taken as read" {
	rates 5 | kput -q -k ticker
	# grep puts a newline behind what kread could write before it was killed.
	kread -g cut | head -c 400 | grep -v nothing | ddbput -x rejects >receipts || [ $? = 1 ]
	[ "$(wc -l <rejects)" = 1 ]
	kack -g cut <receipts
	kread -g cut | ddbput | kack -g cut
	[ "$(ddbget | wc -l)" = 5 ]
}

@test "data are flushed to disk before the receipt is written" {
	can_trace
	prove traced order
}

@test "a hundred power cuts for each tool: what had a receipt is stored" {
	not grep -q __asan_init "$FX_BUILD/bin/kput" ||
		skip "the address sanitizer's library must be the first, so none can be preloaded"
	cc -std=c11 -O2 -shared -fPIC -o unsynced.so "$PROOF/unsynced.c" -ldl
	prove power unsynced.so 100
}

@test "100,000 records: bytes are bytes, numbers are exact decimals" {
	prove exact 100000
}

@test "8 producers and 4 groups at once: order is kept, nothing is lost or duplicated" {
	prove order 5000
}

@test "a full disk during a run: exit status 75, nothing is lost, the next run continues" {
	unshare -rm true 2>/dev/null || skip "user namespaces are not allowed here"
	prove full disk
}

@test "a limit on file sizes during a run: exit status 75, nothing is lost, the next run continues" {
	prove full limit
}

@test "readers that share a group are killed and stopped while shards change: order is kept, nothing is lost" {
	prove share_local "$(size 300 20)" "$(size 4 3)" "$(size 8 4)"
}
