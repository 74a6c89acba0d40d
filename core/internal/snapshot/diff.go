package snapshot

import "maps"

// Diff returns, in order, the files of s that a client with manifest old needs: files it does not know, files it has in an
// older version, and files at version 0 on both sides, where 0 may mean "empty" or "operation 0". Files that the client has in a
// newer version are not sent. A nil old means that the client does not know the segment.
func (s *SegmentManifest) Diff(old *SegmentManifest) []string {
	var send []string
	for _, f := range s.FileNames() {
		if old == nil || needs(s, old, f) {
			send = append(send, f)
		}
	}
	return send
}

func needs(cur, old *SegmentManifest, file string) bool {
	have, ok := old.EffectiveVersion(file)
	want, _ := cur.EffectiveVersion(file)
	return !ok || have < want || (have == 0 && want == 0)
}

// Diff returns the files to send to a client with manifest old, for every segment of m.
func (m Manifest) Diff(old Manifest) map[string][]string {
	send := make(map[string][]string, len(m))
	for id, s := range m {
		if o, ok := old[id]; ok {
			send[id] = s.Diff(&o)
		} else {
			send[id] = s.Diff(nil)
		}
	}
	return send
}

// Covers tells whether a mirror with manifest m has nothing to gain from cur. Equal manifests are the plain case. A mirror that was
// reopened reports its segment's version for files whose own version it no longer knows; at the same segment version, above the
// ambiguous 0, and with no file missing or older, it still has the same state.
func (m Manifest) Covers(cur Manifest) bool {
	return maps.EqualFunc(m, cur, func(have, want SegmentManifest) bool { return have.Equal(&want) || have.covers(&want) })
}

func (s *SegmentManifest) covers(cur *SegmentManifest) bool {
	if s.SegmentID != cur.SegmentID || s.SegmentVersion != cur.SegmentVersion || s.SegmentVersion == 0 || len(s.Files) != len(cur.Files) {
		return false
	}
	for f := range cur.Files {
		have, ok := s.EffectiveVersion(f)
		if want, _ := cur.EffectiveVersion(f); !ok || have < want {
			return false
		}
	}
	return true
}
