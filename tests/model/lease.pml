/*
 * lease: the protocol by which readers share a group (lib/group/share, lib/group/dynamodb), as a
 * model for Spin: two readers with a kack each, one lease, records 1, 2, … Any of them may stop for
 * any time at any point, and time may run out for whoever holds the lease.
 *
 *     spin -a lease.pml && gcc -O2 -DSAFETY -DNOFAIR -DCOLLAPSE -o pan pan.c && ./pan -E -m1000000
 *
 * What holds in every state: of two readers only one believes at a time that it holds the lease;
 * the checkpoint only grows, and only in the tenure of the table; every record up to the checkpoint
 * was written by a reader. BROKEN=1 to 3 each leave out one rule (an owner's failover time, that of
 * one that was asked, the fence of commits): Spin must then find a fault.
 */
#ifndef BROKEN
#define BROKEN 0
#endif
#define RECORDS 2
/* In a run: tenures are 1 to TAKES. 3 take 4 million states. */
#ifndef TAKES
#define TAKES 2
#endif
#define NOBODY 2
#define RENEWALS 1 /* of a reader, in a run */

/* The item in the table. A change is one step, with its condition. */
byte owner = NOBODY, asked = NOBODY; /* leaseOwner, checkpointOwner */
byte counter, tenure, checkpoint;
byte tenures; /* given so far */

byte written; /* records that some reader has written, all up to this one */
bool holds[2]; /* a reader believes that it may write */
bool lapsed[2]; /* more than the failover time has passed since its last renewal began */
byte in_tenure[2]; /* of each reader */
byte next[2]; /* the last record that it has written in its tenure */
bool yields[2]; /* it was asked for the lease, and writes no more */

/* Begins a tenure: the table has changed in the same step. */
inline begin(me)
{
	tenures++;
	tenure = tenures;
	in_tenure[me] = tenure;
	next[me] = checkpoint;
	lapsed[me] = false;
	yields[me] = false;
	holds[me] = true;
	assert(!holds[1 - me] || lapsed[1 - me]);
}

proctype reader(byte me)
{
	byte seen, renewals;
	bool may_write;

	do
	/* Takes what is free. */
	:: atomic {
		owner == NOBODY && !holds[me] && tenures < TAKES ->
		owner = me;
		asked = NOBODY;
		counter = (counter + 1) % 4;
		begin(me)
	}
	/* Takes what its owner has not renewed for the failover time: looks, then changes the item
	 * on condition that it is unchanged. */
	:: atomic { owner == 1 - me && tenures < TAKES -> seen = counter }
		if
		:: atomic {
			owner == 1 - me && counter == seen && (lapsed[1 - me] || BROKEN == 1) && tenures < TAKES ->
			owner = me;
			asked = NOBODY;
			counter = (counter + 1) % 4;
			holds[me] = false;
			seen = 0;
			begin(me)
		}
		:: seen = 0
		fi
	/* Asks for it: the owner stays as the one that may still commit. */
	:: atomic {
		owner == 1 - me && asked == NOBODY && !holds[me] && tenures < TAKES ->
		owner = me;
		asked = 1 - me;
		counter = (counter + 1) % 4
	}
	/* Adopts it: it was given up, or not in time. */
	:: atomic {
		owner == me && asked == NOBODY && !holds[me] && in_tenure[me] != tenure && tenures < TAKES ->
		counter = (counter + 1) % 4;
		begin(me)
	}
	:: atomic {
		owner == me && asked == 1 - me && !holds[me] && (lapsed[1 - me] || BROKEN == 2) && tenures < TAKES ->
		asked = NOBODY;
		counter = (counter + 1) % 4;
		begin(me)
	}
	/* Renews: succeeds only if it is still the owner, in its tenure. */
	:: atomic {
		holds[me] && renewals < RENEWALS ->
		renewals++;
		if
		:: owner == me && tenure == in_tenure[me] -> counter = (counter + 1) % 4; lapsed[me] = false
		:: else -> holds[me] = (asked == me && tenure == in_tenure[me])
		fi
	}
	/* Its time has run out: it notices, or it is another that takes the lease first. */
	:: atomic { holds[me] && lapsed[me] -> holds[me] = false }
	/* Sees that it was asked for the lease: writes no more, and gives it up once kack has
	 * committed all. */
	:: atomic { holds[me] && asked == me && tenure == in_tenure[me] -> yields[me] = true; holds[me] = false }
	:: atomic {
		yields[me] && asked == me && tenure == in_tenure[me] && checkpoint == next[me] ->
		asked = NOBODY;
		yields[me] = false;
		counter = (counter + 1) % 4
	}
	/* Writes a record. The pause between the look and the write may be long: then another
	 * reader writes it, too. */
	:: atomic { holds[me] && !lapsed[me] && next[me] < RECORDS -> may_write = true; assert(!(holds[1 - me] && !lapsed[1 - me])) }
		if
		:: atomic {
			may_write ->
			may_write = false;
			if
			:: in_tenure[me] != 0 && !yields[me] && (holds[me] || lapsed[me]) ->
				next[me]++;
				if
				:: next[me] > written -> assert(next[me] == written + 1); written = next[me]
				:: else
				fi
			:: else
			fi
		}
		fi
	:: tenures == TAKES && written == RECORDS -> break
	od
}

/* Commits what its reader has written, at any later time; it keeps the tenure that it has seen. */
proctype kack(byte me)
{
	byte position, of_tenure, before;

	do
	:: atomic { next[me] > 0 && in_tenure[me] != 0 -> position = next[me]; of_tenure = in_tenure[me] }
		before = checkpoint;
		if
		:: atomic {
			(tenure == of_tenure || BROKEN == 3) && (owner == me || asked == me || BROKEN == 3) &&
			checkpoint == before && position > before ->
			assert(tenure == of_tenure);
			assert(position >= checkpoint);
			checkpoint = position;
			assert(checkpoint <= written);
			position = 0; of_tenure = 0; before = 0
		}
		:: atomic { position = 0; of_tenure = 0; before = 0 }
		fi
	:: tenures == TAKES && checkpoint == RECORDS -> break
	od
}

/* Time passes. */
proctype clock()
{
	do
	:: holds[0] && !lapsed[0] -> lapsed[0] = true
	:: holds[1] && !lapsed[1] -> lapsed[1] = true
	:: yields[0] && !lapsed[0] -> lapsed[0] = true
	:: yields[1] && !lapsed[1] -> lapsed[1] = true
	:: tenures == TAKES && checkpoint == RECORDS -> break
	od
}

init {
	atomic {
		run reader(0);
		run reader(1);
		run kack(0);
		run kack(1);
		run clock()
	}
}
