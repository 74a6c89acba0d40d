package snapshot

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// FileVersion is the version of one file: a number, or null, which stands for the version of its segment.
type FileVersion struct {
	N    uint64
	Null bool
}

// Version returns the numeric file version n.
func Version(n uint64) FileVersion { return FileVersion{N: n} }

// NullVersion returns the null file version.
func NullVersion() FileVersion { return FileVersion{Null: true} }

// SegmentManifest lists the files of one segment.
type SegmentManifest struct {
	SegmentID      string
	SegmentVersion uint64
	Files          map[string]FileVersion // path relative to the segment directory, '/' separated
}

// Manifest maps the UUID of each segment to its files. The empty manifest knows nothing.
type Manifest map[string]SegmentManifest

// EffectiveVersion is the number behind the version of file: its own, or the segment's when it is null.
func (s *SegmentManifest) EffectiveVersion(file string) (uint64, bool) {
	v, ok := s.Files[file]
	if !ok {
		return 0, false
	}
	if v.Null {
		return s.SegmentVersion, true
	}
	return v.N, true
}

// FileNames returns the listed files in order.
func (s *SegmentManifest) FileNames() []string { return slices.Sorted(maps.Keys(s.Files)) }

// Validate checks names and versions: no file is newer than its segment, no path leaves the segment directory.
func (s *SegmentManifest) Validate() error {
	if !isSegmentID(s.SegmentID) {
		return malformedf("manifest: segment_id %q is not a UUID", s.SegmentID)
	}
	for _, f := range s.FileNames() {
		if err := checkRelative(f); err != nil {
			return err
		}
		if v, _ := s.EffectiveVersion(f); v > s.SegmentVersion {
			return malformedf("manifest: segment %s: file %s is newer than segment (%d > %d)", s.SegmentID, f, v, s.SegmentVersion)
		}
	}
	return nil
}

// Equal tells whether both list the same files with the same versions; null differs from any number.
func (s *SegmentManifest) Equal(o *SegmentManifest) bool {
	return s.SegmentID == o.SegmentID && s.SegmentVersion == o.SegmentVersion && maps.Equal(s.Files, o.Files)
}

// Validate checks every segment and that each stands under its own key.
func (m Manifest) Validate() error {
	for _, id := range m.Segments() {
		s := m[id]
		if s.SegmentID != id {
			return malformedf("manifest: key %s holds segment %s", id, s.SegmentID)
		}
		if err := s.Validate(); err != nil {
			return err
		}
	}
	return nil
}

// Equal tells whether both manifests are the same map, the test for "304 Not Modified".
func (m Manifest) Equal(o Manifest) bool {
	return maps.EqualFunc(m, o, func(a, b SegmentManifest) bool { return a.Equal(&b) })
}

// Segments returns the segment ids in order.
func (m Manifest) Segments() []string { return slices.Sorted(maps.Keys(m)) }

// AppendJSON appends the manifest with sorted keys.
func (m Manifest) AppendJSON(dst []byte) []byte {
	dst = append(dst, '{')
	for i, id := range m.Segments() {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendString(dst, id)
		dst = append(dst, ':')
		s := m[id]
		dst = s.AppendJSON(dst)
	}
	return append(dst, '}')
}

// MarshalJSON implements [json.Marshaler].
func (m Manifest) MarshalJSON() ([]byte, error) { return m.AppendJSON(nil), nil }

// UnmarshalJSON implements [json.Unmarshaler]; it validates as [DecodeManifest] does.
func (m *Manifest) UnmarshalJSON(data []byte) error {
	got, err := DecodeManifest(data)
	if err == nil {
		*m = got
	}
	return err
}

// AppendJSON appends the segment's object, the content of `segment_manifest.json`.
func (s *SegmentManifest) AppendJSON(dst []byte) []byte {
	dst = append(dst, `{"segment_id":`...)
	dst = appendString(dst, s.SegmentID)
	dst = append(dst, `,"segment_version":`...)
	dst = strconv.AppendUint(dst, s.SegmentVersion, 10)
	dst = append(dst, `,"file_versions":{`...)
	for i, f := range s.FileNames() {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendString(dst, f)
		dst = append(dst, ':')
		if v := s.Files[f]; v.Null {
			dst = append(dst, "null"...)
		} else {
			dst = strconv.AppendUint(dst, v.N, 10)
		}
	}
	return append(dst, "}}"...)
}

func appendString(dst []byte, s string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(s) != nil {
		return append(dst, `""`...)
	}
	return append(dst, bytes.TrimRight(b.Bytes(), "\n")...)
}

// wireSegment is the JSON shape; pointers tell a missing key from a zero.
type wireSegment struct {
	SegmentID      *string            `json:"segment_id"`
	SegmentVersion *uint64            `json:"segment_version"`
	FileVersions   map[string]*uint64 `json:"file_versions"`
}

func (w *wireSegment) segment() (SegmentManifest, error) {
	if w.SegmentID == nil || w.SegmentVersion == nil || w.FileVersions == nil {
		return SegmentManifest{}, malformedf("manifest: segment_id, segment_version and file_versions are required")
	}
	s := SegmentManifest{SegmentID: *w.SegmentID, SegmentVersion: *w.SegmentVersion, Files: make(map[string]FileVersion, len(w.FileVersions))}
	for f, v := range w.FileVersions {
		if v == nil {
			s.Files[f] = NullVersion()
		} else {
			s.Files[f] = Version(*v)
		}
	}
	return s, s.Validate()
}

// DecodeManifest reads and validates a manifest. Unknown keys are ignored.
func DecodeManifest(data []byte) (Manifest, error) {
	var wire map[string]*wireSegment
	if err := decodeOne(data, &wire); err != nil {
		return nil, malformedf("manifest: %v", err)
	}
	if wire == nil {
		return nil, malformedf("manifest: not an object")
	}
	m := make(Manifest, len(wire))
	for id, w := range wire {
		if w == nil {
			return nil, malformedf("manifest: segment %q is null", id)
		}
		s, err := w.segment()
		if err != nil {
			return nil, err
		}
		m[id] = s
	}
	return m, m.Validate()
}

// DecodeSegmentManifest reads and validates a `segment_manifest.json`.
func DecodeSegmentManifest(data []byte) (SegmentManifest, error) {
	var wire *wireSegment
	if err := decodeOne(data, &wire); err != nil {
		return SegmentManifest{}, malformedf("segment manifest: %v", err)
	}
	if wire == nil {
		return SegmentManifest{}, malformedf("segment manifest: not an object")
	}
	return wire.segment()
}

// decodeOne decodes exactly one JSON value.
func decodeOne(data []byte, dst any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(dst); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return io.ErrUnexpectedEOF
	}
	return nil
}

// isSegmentID accepts the canonical form of a UUID: 8-4-4-4-12 lower-case hex digits.
func isSegmentID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
				return false
			}
		}
	}
	return true
}

// checkRelative accepts a clean relative path with '/' separators, portable to every host.
func checkRelative(name string) error {
	if name == "" || strings.ContainsAny(name, "\\\x00:") {
		return hostilef("path %q", name)
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part == "." || part == ".." {
			return hostilef("path %q", name)
		}
	}
	return nil
}
