package conformance

import "strings"

const (
	notInPython = "the reference has it only in Rust: tests of core/edge and capi have"
	byID        = "what is not there is a point named by id, and the Python classes have only vectors: tests of core/internal/query have"
	guard       = "a guard: this release knows all kinds"
	ofFiles     = "of edge_config.json alone: tests of core/internal/shard have"
)

// uncovered are entries of the spec that no case can have → why.
var uncovered = map[string]string{
	"EdgeConfig.wal_options": ofFiles, "WalOptions": ofFiles, "WalOptions.retain_closed": ofFiles, "WalOptions.retain_closed below its least": ofFiles,
	"WalOptions.segment_capacity": ofFiles, "WalOptions.segment_queue_len": ofFiles,
	"OtherOperation":             "of logs that other engines wrote: tests of core/api have",
	"UpsertPoints.explicit_mode": "of the log: an operation is asked for without it",
	"check_shard":                notInPython, "check_shard → not_found": notInPython,
	"shard_write_snapshot": notInPython, "shard_write_snapshot → closed": notInPython,
	"shard_write_partial_snapshot": notInPython, "shard_write_partial_snapshot → closed": notInPython, "shard_write_partial_snapshot → invalid_argument": notInPython,
	"shard_query → not_found": byID, "shard_query_batch → not_found": byID, "shard_query_groups → not_found": byID,
	"shard_search_matrix_pairs → not_found": byID, "shard_search_matrix_offsets → not_found": byID, "shard_facet → not_found": byID,
	"shard_query → unsupported": guard, "shard_query_batch → unsupported": guard, "shard_query_groups → unsupported": guard, "shard_optimize → unsupported": guard,
	"shard_close → closed":  "closing twice is no error in Python",
	"shard_config → closed": "the step reads the file",
	"shard_create → locked": "a directory with a shard is one that exists already",
	"shard_load → corrupt":  "no step damages files: tests of core/internal/shard have",
}

// excuse says why an entry needs no case.
func excuse(entry string) string {
	if strings.HasSuffix(entry, " → disk_full") || strings.HasSuffix(entry, " → io") {
		return "cases have no disk that fails: tests of core/internal/shard have"
	}
	return uncovered[entry]
}
