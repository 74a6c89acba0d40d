package snapshot

// Limits bounds what an archive may make us do. Zero fields take the default.
type Limits struct {
	Entries  int   // archive entries, nested archives included
	NameLen  int   // bytes of one entry name
	FileSize int64 // logical bytes of one file
	Total    int64 // logical bytes of all files
	Holes    int64 // logical bytes that the archive does not store: what sparse entries may expand to
	Meta     int64 // bytes of one JSON file that is read into memory
}

// defaultLimits are far above any shard that fits on a device and far below what could hang one.
var defaultLimits = Limits{
	Entries:  500_000,
	NameLen:  1024,
	FileSize: 64 << 30,
	Total:    256 << 30,
	Holes:    32 << 30,
	Meta:     16 << 20,
}

// DefaultLimits returns the limits that apply when none are given.
func DefaultLimits() Limits { return defaultLimits }

func (l Limits) withDefaults() Limits {
	d := defaultLimits
	if l.Entries > 0 {
		d.Entries = l.Entries
	}
	if l.NameLen > 0 {
		d.NameLen = l.NameLen
	}
	if l.FileSize > 0 {
		d.FileSize = l.FileSize
	}
	if l.Total > 0 {
		d.Total = l.Total
	}
	if l.Holes > 0 {
		d.Holes = l.Holes
	}
	if l.Meta > 0 {
		d.Meta = l.Meta
	}
	return d
}
