package edgesync

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
	"github.com/qdrant-edge-go/edge/core/edgesync/remote"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
)

// identity is how the collection is recognised. A collection without a mark gets one in its metadata, under a key of its own, which a server keeps beside the
// others: two devices that mark at once leave two marks, and each finds the one it knows. A collection that was dropped and made again has none of them.
type identity struct {
	Marks  []string `json:"marks,omitempty"`
	Shards []uint32 `json:"shards,omitempty"`
	Peer   string   `json:"peer,omitempty"` // that sent the installed generation
}

// movedTo reports whether another peer answers than the one that sent the installed generation.
func (i *identity) movedTo(info *remote.Info) bool {
	return i != nil && i.Peer != "" && info.Peer != "" && i.Peer != info.Peer
}

// at is the identity with the peer that answers now.
func (i *identity) at(info *remote.Info) *identity {
	now := *i
	now.Peer = info.Peer
	return &now
}

// markPrefix begins the keys of marks.
const markPrefix = "qdrant-edge-"

// newest is the newest version of a server whose files are known to be read.
const newestMajor, newestMinor = 1, 19

// meet asks who the server is and refuses another than before, before anything is sent to it or taken from it.
func (s *SyncedShard) meet(ctx context.Context) (*remote.Info, error) {
	info, err := s.opts.Server.Info(ctx)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	known, closed, ours := s.cur.Server, s.closed, s.over.Config()
	s.mu.Unlock()
	if closed {
		return nil, errClosed()
	}
	if !info.Exists {
		return nil, another("the collection does not exist")
	}
	if theirs := configOf(info.Config); theirs != nil {
		if err := shard.Fits(theirs, ours); err != nil {
			return nil, &remote.Error{Kind: remote.Identity, Msg: "the collection has another configuration", Err: err}
		}
	}
	if known == nil {
		return info, s.adopt(ctx, info)
	}
	if !slices.Equal(known.Shards, info.Shards) {
		return nil, another("the collection has the shards %v and had %v", info.Shards, known.Shards)
	}
	if have := marksOf(info.Metadata); len(known.Marks) > 0 && !slices.ContainsFunc(known.Marks, func(m string) bool { return slices.Contains(have, m) }) {
		return nil, another("the collection is not the one that it was: made again, or the alias moved")
	}
	return info, nil
}

func another(format string, args ...any) error {
	return &remote.Error{Kind: remote.Identity, Msg: fmt.Sprintf(format, args...)}
}

// adopt remembers the collection, and marks it when nobody has. Where marks are not possible, configuration, shards and operation numbers have to do.
func (s *SyncedShard) adopt(ctx context.Context, info *remote.Info) error {
	known := &identity{Marks: marksOf(info.Metadata), Shards: info.Shards}
	if len(known.Marks) == 0 {
		mark := newMark()
		switch err := s.opts.Server.Mark(ctx, mark, "1"); {
		case err == nil:
			known.Marks = []string{mark}
		case unmarkable(err):
			s.opts.Logger.Warn("the collection cannot be marked", "error", err)
		default:
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errClosed()
	}
	next := *s.cur
	next.Server = known
	if err := next.write(s.fs, s.dir); err != nil {
		return edge.Typed(err)
	}
	s.cur = &next
	return nil
}

// unmarkable tells failures that will not pass: the key may not, or the server cannot.
func unmarkable(err error) bool {
	var e *remote.Error
	return errors.Is(err, remote.ErrUnsupported) || errors.As(err, &e) && e.Kind != remote.Retryable
}

func newMark() string {
	var b [16]byte
	rand.Read(b[:])
	return markPrefix + hex.EncodeToString(b[:])
}

// marksOf lists the marks in the metadata of a collection.
func marksOf(metadata json.RawMessage) (marks []string) {
	var keys map[string]json.RawMessage
	if json.Unmarshal(metadata, &keys) != nil {
		return nil
	}
	for key := range keys {
		if strings.HasPrefix(key, markPrefix) {
			marks = append(marks, key)
		}
	}
	slices.Sort(marks)
	return marks
}

// configOf reads what of a server's configuration never changes of a vector; nil when it says it in a way that is not known here.
func configOf(raw json.RawMessage) *api.EdgeConfig {
	var config struct {
		Params struct {
			Vectors json.RawMessage `json:"vectors"`
			Sparse  map[string]struct {
				Modifier json.RawMessage `json:"modifier,omitempty"`
			} `json:"sparse_vectors"`
		} `json:"params"`
	}
	type vector struct {
		Size     json.RawMessage `json:"size,omitempty"`
		Distance json.RawMessage `json:"distance,omitempty"`
		Multi    json.RawMessage `json:"multivector_config,omitempty"`
		Datatype json.RawMessage `json:"datatype,omitempty"`
	}
	if json.Unmarshal(raw, &config) != nil {
		return nil
	}
	var single vector
	vectors := map[string]vector{}
	switch {
	case len(config.Params.Vectors) == 0:
	case json.Unmarshal(config.Params.Vectors, &single) == nil && single.Size != nil && single.Size[0] != '{':
		vectors[""] = single
	case json.Unmarshal(config.Params.Vectors, &vectors) != nil:
		return nil
	}
	plain, err := json.Marshal(map[string]any{"vectors": vectors, "sparse_vectors": config.Params.Sparse})
	if err != nil {
		return nil
	}
	cfg, err := api.DecodeEdgeConfigJSON(plain)
	if err != nil {
		return nil
	}
	return cfg
}

// tooNew explains an archive that cannot be read by the version of its server, if that is newer than what is known.
func tooNew(err error, version string) error {
	kind := api.KindOf(edge.Typed(err))
	if kind != api.Corrupt && kind != api.Unsupported && kind != api.IncompleteSnapshot || !newerThan(version, newestMajor, newestMinor) {
		return err
	}
	return api.Wrap(api.Unsupported, err, "the server has version %s, this release reads those up to %d.%d", version, newestMajor, newestMinor)
}

// newerThan compares versions such as 1.19.0; what is no version is not newer.
func newerThan(version string, major, minor int) bool {
	first, rest, _ := strings.Cut(version, ".")
	second, _, _ := strings.Cut(rest, ".")
	a, err := strconv.Atoi(first)
	b, err2 := strconv.Atoi(second)
	return err == nil && err2 == nil && (a > major || a == major && b > minor)
}

// proven is the highest cut, up to the one asked for, for which the mirror is seen to hold what was acknowledged. It is asked when another peer of a
// cluster has sent the mirror than before, which may be behind the one that acknowledged. The caller holds mu.
func (s *SyncedShard) proven(b *shard.Base, cut uint64) (uint64, error) {
	v, err := s.over.Acquire()
	if err != nil {
		return 0, err
	}
	defer v.RUnlock()
	mirror := b.View()
	for id, op := range v.Points() {
		if op > cut {
			continue
		}
		ours, _, err := v.Stored(id)
		if err != nil {
			return 0, err
		}
		theirs, ok, err := mirror.Stored(id)
		if err != nil {
			return 0, err
		}
		if !ok || !shard.SamePoint(&ours, &theirs) {
			cut = op - 1
		}
	}
	for id, op := range s.box.tombs {
		if _, _, still := mirror.Find(id); still && op <= cut {
			cut = op - 1
		}
	}
	return max(cut, s.cur.Cut), nil
}
