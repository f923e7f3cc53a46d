/* lease_table_shape: the members of CreateTable for a lease table. */
#include "group/dynamodb/lease_table_shape.h"

const char lease_table_attributes[] =
    "[{\"AttributeName\":\"" LEASE_TABLE_KEY "\",\"AttributeType\":\"S\"},"
    "{\"AttributeName\":\"leaseOwner\",\"AttributeType\":\"S\"}]";

const char lease_table_index[] =
    "{\"IndexName\":\"" LEASE_TABLE_INDEX "\","
    "\"KeySchema\":[{\"AttributeName\":\"leaseOwner\",\"KeyType\":\"HASH\"},"
    "{\"AttributeName\":\"" LEASE_TABLE_KEY "\",\"KeyType\":\"RANGE\"}],"
    "\"Projection\":{\"ProjectionType\":\"KEYS_ONLY\"}}";

void
lease_table_shape_add(struct buffer *body)
{
	buffer_add_format(body,
	    ",\"BillingMode\":\"PAY_PER_REQUEST\""
	    ",\"KeySchema\":[{\"AttributeName\":\"" LEASE_TABLE_KEY "\",\"KeyType\":\"HASH\"}]"
	    ",\"AttributeDefinitions\":%s,\"GlobalSecondaryIndexes\":[%s]",
	    lease_table_attributes, lease_table_index);
}
