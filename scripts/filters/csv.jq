# csv.jq: writes records as CSV (RFC 4180), one row for each.
#
#   kread | jq -r --arg members ticker,last_refreshed,exchange_rate -f csv.jq >rates.csv
#   … | kbatch -- sh -c 'jq -r --arg members ticker,exchange_rate --argjson header false -f csv.jq >>rates.csv' | …
#
# --arg members: the columns, with blanks or commas between (or --argjson, an array of names);
#   by default those of the first record. "_pos" may be one of them.
# --argjson header false: without the line of names, which otherwise precedes the first record.
# A member that is missing or null is an empty field, an object or array is JSON in a string.
# Records with none of the members are left out.
#
# A row has no place for a position: marks are dropped, and nothing after it could commit. To
# commit what has been written, let kbatch run it: kbatch passes on the records and the marks.
def mark: (._pos? // "") | tostring | endswith("+");

def wrong($message): "csv.jq: \($message)\n" | halt_error(2);

# null: not given.
def list($name; $example): $ARGS.named[$name]
	| if type == "string" then split(",") | map(split(" ") | .[] | select(. != "")) else . end
	| if . == null or (type == "array" and length > 0 and all(type == "string")) then .
	else wrong("\($name) is \($ARGS.named[$name] | tojson), not a list of names (--arg \($name) '\($example)')") end;

def switch($name; $usual): $ARGS.named[$name]
	| if . == null then $usual elif . == "true" or . == "false" then fromjson
	elif type == "boolean" then .
	else wrong("\($name) is \(tojson), neither true nor false (--argjson \($name) \($usual | not))") end;

def cell: if type == "object" or type == "array" then tojson else . end;

list("members"; "ticker,last_refreshed,exchange_rate") as $chosen | switch("header"; true) as $header
| foreach ((., inputs) | objects | select(mark | not)) as $record (null;
	{first: (. == null), members: (.members // $chosen // ($record | keys_unsorted - ["_pos"]))};
	(select(.first and $header) | .members | @csv),
	([$record[.members[]]] | select(any(. != null)) | map(cell) | @csv))
