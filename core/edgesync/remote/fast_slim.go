//go:build slim

package remote

import (
	"context"
	"crypto/tls"
	"errors"

	"github.com/qdrant-edge-go/edge/core/api"
)

// fastOp and fastPath are the gRPC side, which a slim program does not have.
type (
	fastOp   = *struct{}
	fastPath struct{}
)

var errShut = errors.New("no gRPC")

func newFastPath(*Client, string, *tls.Config) (*fastPath, error) { return nil, nil }

func fastOf(api.UpdateOperation) (fastOp, int) { return nil, 0 }

func (*fastPath) usable() bool                             { return false }
func (*fastPath) close() error                             { return nil }
func (*fastPath) update(context.Context, []prepared) error { return errShut }
