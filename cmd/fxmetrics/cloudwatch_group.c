/* cloudwatch_group: writes the metrics of one tool, shard or group as JSON. */
#include <string.h>

#include "fxmetrics/cloudwatch.h"
#include "text/json.h"
#include "text/timestamp.h"

/* More than the longest line of kstat and all labels can become. */
enum { LONGEST = 1024 * 1024 * 1024 };

static void
add_string(struct buffer *line, struct span text)
{
	json_add_string(line, text.start, text.length);
}

/* "NAME":"VALUE",… of all dimensions and labels, or only their names. */
static void
add_dimensions(struct buffer *line, const struct cloudwatch_group *group,
    const struct labels *labels, bool values)
{
	size_t all = group->dimension_count + labels->count;

	for (size_t i = 0; i < all; i++) {
		bool own = i < group->dimension_count;
		const struct label *label =
		    own ? NULL : &labels->labels[i - group->dimension_count];

		buffer_add_text(line, i > 0 ? "," : "");
		add_string(line, span_of(own ? group->dimensions[i].name : label->name));
		if (!values)
			continue;
		buffer_add_text(line, ":");
		add_string(line, own ? group->dimensions[i].value : span_of(label->value));
	}
}

static void
add_emf(
    struct buffer *line, const struct cloudwatch *cloudwatch, const struct cloudwatch_group *group)
{
	buffer_add_format(line,
	    "{\"_aws\":{\"Timestamp\":%lld,\"CloudWatchMetrics\":[{\"Namespace\":",
	    (long long)cloudwatch->now * 1000);
	add_string(line, span_of(cloudwatch->namespace));
	buffer_add_text(line, ",\"Dimensions\":[[");
	add_dimensions(line, group, cloudwatch->labels, false);
	buffer_add_text(line, "]],\"Metrics\":[");
	for (size_t i = 0; i < group->metric_count; i++)
		buffer_add_format(line, "%s{\"Name\":\"%s\",\"Unit\":\"%s\"}", i > 0 ? "," : "",
		    group->metrics[i].name, group->metrics[i].unit);
	buffer_add_text(line, "]}]},");
	add_dimensions(line, group, cloudwatch->labels, true);
	for (size_t i = 0; i < group->metric_count; i++) {
		buffer_add_format(line, ",\"%s\":", group->metrics[i].name);
		buffer_add(line, group->metrics[i].value.start, group->metrics[i].value.length);
	}
	buffer_add_text(line, "}");
}

/* A line for cwput. */
static void
add_metric(struct buffer *line, const struct cloudwatch *cloudwatch,
    const struct cloudwatch_group *group, size_t metric)
{
	char time[TIMESTAMP_SIZE];

	buffer_add_text(line, "{\"namespace\":");
	add_string(line, span_of(cloudwatch->namespace));
	buffer_add_format(line, ",\"metric\":\"%s\",\"value\":", group->metrics[metric].name);
	buffer_add(line, group->metrics[metric].value.start, group->metrics[metric].value.length);
	buffer_add_format(line, ",\"unit\":\"%s\",\"timestamp\":\"%s\",\"dimensions\":{",
	    group->metrics[metric].unit, timestamp_format(cloudwatch->now * 1000, false, time));
	add_dimensions(line, group, cloudwatch->labels, true);
	buffer_add_text(line, "}}");
}

bool
cloudwatch_write_group(const struct cloudwatch *cloudwatch, const struct cloudwatch_group *group,
    struct failure *failure)
{
	size_t count = cloudwatch->form == CLOUDWATCH_EMF ? 1 : group->metric_count;
	struct buffer line;
	bool good = true;

	buffer_init(&line, LONGEST);
	for (size_t i = 0; i < count && good; i++) {
		buffer_clear(&line);
		if (cloudwatch->form == CLOUDWATCH_EMF)
			add_emf(&line, cloudwatch, group);
		else
			add_metric(&line, cloudwatch, group, i);
		good = output_add_line(cloudwatch->tool->output, buffer_span(&line), failure);
	}
	buffer_free(&line);
	return good;
}
