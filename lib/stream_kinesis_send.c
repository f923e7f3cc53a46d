#include "stream_kinesis.h"
struct kinesis_sending *
kinesis_sending_open(struct kinesis *kinesis)
{
	(void)kinesis;
	return NULL;
}
void
kinesis_sending_close(struct kinesis_sending *sending)
{
	(void)sending;
}
bool
kinesis_accepts(struct stream *stream, const struct record *record, struct failure *failure)
{
	(void)stream, (void)record;
	return fail(failure, FAILURE_PERSON, "not yet");
}
bool
kinesis_send(struct stream *stream, const struct record *record, uint64_t ticket, struct failure *failure)
{
	(void)stream, (void)record, (void)ticket;
	return fail(failure, FAILURE_PERSON, "not yet");
}
bool
kinesis_move(struct stream *stream, int input, int watch, int timeout, struct failure *failure)
{
	(void)stream, (void)input, (void)watch, (void)timeout;
	return fail(failure, FAILURE_PERSON, "not yet");
}
bool
kinesis_fate(struct stream *stream, uint64_t *ticket, struct failure *refused)
{
	(void)stream, (void)ticket, (void)refused;
	return false;
}
uint64_t
kinesis_retries(const struct stream *stream)
{
	(void)stream;
	return 0;
}
