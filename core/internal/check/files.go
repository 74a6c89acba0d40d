package check

import (
	"encoding/binary"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// File is one file of a shard.
type File struct {
	Path   string `json:"path"` // relative to the directory
	Size   int64  `json:"size"`
	OnDisk int64  `json:"on_disk"` // bytes of blocks: holes take none
	What   string `json:"what"`
	Detail string `json:"detail,omitempty"`
}

// Files lists the regular files below a directory, or the one file, in order. With detail the heads of files are read.
func Files(fsys disk.FS, root string, detail bool) ([]File, error) {
	info, err := fsys.Stat(root)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		f := describe(fsys, root, filepath.Base(root), info, detail)
		return []File{f}, nil
	}
	return filesBelow(fsys, root, "", nil, detail)
}

func filesBelow(fsys disk.FS, root, rel string, list []File, detail bool) ([]File, error) {
	entries, err := fsys.ReadDir(filepath.Join(root, rel))
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		name := filepath.Join(rel, e.Name())
		if e.IsDir() {
			if list, err = filesBelow(fsys, root, name, list, detail); err != nil {
				return nil, err
			}
			continue
		}
		info, err := fsys.Lstat(filepath.Join(root, name))
		if err != nil {
			return nil, err
		}
		list = append(list, describe(fsys, filepath.Join(root, name), name, info, detail))
	}
	return list, nil
}

func describe(fsys disk.FS, full, rel string, info fs.FileInfo, detail bool) File {
	f := File{Path: filepath.ToSlash(rel), Size: info.Size(), OnDisk: info.Size()}
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		f.OnDisk = st.Blocks * 512
	}
	k := kindOf(filepath.ToSlash(full))
	f.What = k.what
	if detail && k.detail != nil && info.Mode().IsRegular() {
		f.Detail = headOf(fsys, full, k)
	}
	return f
}

// headLen is how much of a file is looked at.
const headLen = 256

func headOf(fsys disk.FS, full string, k kind) string {
	f, err := fsys.Open(full)
	if err != nil {
		return err.Error()
	}
	defer f.Close()
	buf := make([]byte, headLen)
	n, err := io.ReadFull(f, buf)
	if n == 0 && err != nil {
		return "empty"
	}
	return k.detail(buf[:n])
}

// kind is what files of some name are.
type kind struct {
	name   string // may have a *
	parent string // prefix of the directory's name; "" for any
	what   string
	detail func(head []byte) string
}

// kinds is looked through in order.
var kinds = []kind{
	{"edge_config.json", "", "configuration of the shard", text},
	{"segment.json", "", "state and configuration of a segment", text},
	{"version.info", "vector_index", "version of a sparse index, written last", text},
	{"version.info", "", "makes the directory a segment, written last", text},
	{"segment_manifest.json", "", "left by a partial snapshot, ignored", nil},
	{"proxy_changes.*", "", "changes during an interrupted optimization", nil},
	{"mutable_id_tracker.mappings", "", "ids and offsets: a log", nil},
	{"mutable_id_tracker.versions", "", "version of each offset", nil},
	{"id_tracker.mappings", "", "ids and offsets of an optimized segment", numbers("ids")},
	{"id_tracker.deleted", "", "deleted offsets", nil},
	{"id_tracker.versions", "", "version of each offset", nil},
	{"id_tracker.i2e", "", "offset to id", nil},
	{"id_tracker.e2i", "", "id to offset, sorted", nil},
	{"id_tracker.is_uuid", "", "which ids are UUIDs", nil},
	{"tracker.dat", "", "gridstore: where each value is", func(h []byte) string { return fmt.Sprintf("%d keys", u32(h, 0)) }},
	{"tracker_journal.dat", "", "gridstore: newer entries of tracker.dat", nil},
	{"bitmask.dat", "", "gridstore: used blocks", nil},
	{"gaps.dat", "", "gridstore: free runs by region", nil},
	{"page_*", "", "gridstore: values", nil},
	{"matrix.dat", "", "dense vectors, row by row", nil},
	{"tq_vectors.dat", "", "dense vectors of a turbo datatype, row by row", nil},
	{"deleted.dat", "", "slots without a vector", nil},
	{"deleted.bin", "", "points without a value when the index was built", nil},
	{"deleted_mask.bin", "", "points without a value when the index was built", nil},
	{"chunk_*", "", "rows of a growing array", nil},
	{"status.dat", "deleted", "number of flags", numbers("flags", "file id")},
	{"status.dat", "", "number of rows or flags", numbers("items")},
	{"flags_a.dat", "", "flags, a bit each", nil},
	{"flags_b.dat", "", "flags of an older form", nil},
	{"hnsw_config.json", "", "parameters of a graph", text},
	{"graph.bin", "", "entry points of a graph", numbers("m", "m0", "ef_construct", "entry points")},
	{"links_compressed.bin", "", "links of a graph, packed", links},
	{"links_comp_vec.bin", "", "links of a graph, packed, with vectors beside them", links},
	{"links.bin", "", "links of a graph", numbers("points", "levels", "links", "offsets")},
	{"sparse_index_config.json", "", "configuration of a sparse index", text},
	{"indices_tracker.json", "", "dimension to posting list", nil},
	{"inverted_index_config.json", "", "sizes of a sparse index", text},
	{"inverted_index.dat", "", "posting lists", nil},
	{"quantized.config.json", "", "configuration of quantized vectors", text},
	{"quantized.meta.json", "", "parameters of quantized vectors", nil},
	{"quantized.data", "", "quantized vectors, row by row", nil},
	{"quantized.offsets.data", "", "rows of each quantized multivector", nil},
	{"values_to_points.bin", "", "payload index: value to points", func(h []byte) string {
		return fmt.Sprintf("keys of type %s, %d of them", strings.TrimRight(string(h[:min(8, len(h))]), "\x00"), u64(h, 16))
	}},
	{"point_to_values.bin", "", "payload index: point to values", func(h []byte) string { return fmt.Sprintf("%d points", u64(h, 8)) }},
	{"data.bin", "", "payload index: values in order", nil},
	{"mmap_field_index_*", "", "payload index: sizes", text},
	{"*_block_index.bin", "", "payload index: first entry of each block", nil},
	{"points_map*", "", "geo index: cells and their points", nil},
	{"counts_per_hash.bin", "", "geo index: points by cell", nil},
	{"point_to_*", "", "text index: tokens by point", nil},
	{"deleted_points.dat", "", "text index: points without text", nil},
	{"histogram_*", "", "payload index: how values are spread", nil},
	{"postings.dat", "", "text index: posting lists", numbers("tokens")},
	{"vocab.dat", "", "text index: tokens", nil},
	{"first-index", "wal", "first entry of the log that is not acknowledged", text},
	{"open-*", "wal", "segment of the log that is being written", nil},
	{"closed-*", "wal", "full segment of the log", nil},
	{"config.json", "payload_index", "declared payload indexes", text},
	{"config.json", "", "parameters of the store beside it", text},
}

func kindOf(full string) kind {
	parts := strings.Split(full, "/")
	name, parent := parts[len(parts)-1], ""
	if len(parts) > 1 {
		parent = parts[len(parts)-2]
	}
	for _, k := range kinds {
		if match, _ := path.Match(k.name, name); match && strings.HasPrefix(parent, k.parent) {
			return k
		}
	}
	return kind{what: "unknown"}
}

func text(head []byte) string {
	s := strings.ToValidUTF8(string(head), "?")
	if len(head) == headLen {
		s += "…"
	}
	return s
}

// numbers reads u64 numbers of the given names.
func numbers(names ...string) func([]byte) string {
	return func(head []byte) string {
		var parts []string
		for i, n := range names {
			if len(head) >= 8*i+8 {
				parts = append(parts, fmt.Sprintf("%s %d", n, u64(head, 8*i)))
			}
		}
		return strings.Join(parts, ", ")
	}
}

func links(h []byte) string {
	if len(h) < 64 {
		return "short"
	}
	return fmt.Sprintf("points %d, levels %d, bytes of links %d, lists %d, m %d, m0 %d", u64(h, 0), u64(h, 16), u64(h, 24), u64(h, 32)-1, u64(h, 43), u64(h, 51))
}

func u64(h []byte, at int) uint64 {
	if len(h) < at+8 {
		return 0
	}
	return binary.LittleEndian.Uint64(h[at:])
}

func u32(h []byte, at int) uint32 {
	if len(h) < at+4 {
		return 0
	}
	return binary.LittleEndian.Uint32(h[at:])
}
