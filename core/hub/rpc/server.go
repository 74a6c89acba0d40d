//go:build !slim

package rpc

import (
	"context"
	"crypto/tls"
	"net/http"
	"strings"

	"github.com/qdrant/go-client/qdrant"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/qdrant-edge-go/edge/core/hub"
)

// maxMessage bounds a request, as the REST API does.
const maxMessage = 32 << 20

// reads are the methods that a read-only key admits; health checks need no key.
var reads = map[string]bool{
	"/qdrant.Points/Get": true, "/qdrant.Points/Scroll": true, "/qdrant.Points/Count": true, "/qdrant.Points/Query": true,
	"/qdrant.Collections/List": true, "/qdrant.Collections/CollectionExists": true,
}

const health = "/qdrant.Qdrant/HealthCheck"

// New makes a gRPC server over a hub; a nil tlsConfig is plaintext. The caller serves and stops it.
func New(h *hub.Hub, tlsConfig *tls.Config) *grpc.Server {
	options := []grpc.ServerOption{grpc.MaxRecvMsgSize(maxMessage), grpc.UnaryInterceptor(guard(h))}
	if tlsConfig != nil {
		options = append(options, grpc.Creds(credentials.NewTLS(tlsConfig)))
	}
	s := grpc.NewServer(options...)
	qdrant.RegisterQdrantServer(s, about{})
	qdrant.RegisterPointsServer(s, &points{hub: h})
	qdrant.RegisterCollectionsServer(s, &collections{hub: h})
	return s
}

// guard checks the key, gives errors their codes and keeps a panic from ending the process.
func guard(h *hub.Hub) grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (resp any, err error) {
		defer func() {
			if p := recover(); p != nil {
				resp, err = nil, status.Errorf(codes.Internal, "Service internal error: %v", p)
			}
		}()
		if info.FullMethod != health {
			if err := h.Admit(keyOf(ctx), !reads[info.FullMethod]); err != nil {
				return nil, coded(err)
			}
		}
		resp, err = handle(ctx, req)
		if err != nil {
			return nil, coded(err)
		}
		return resp, nil
	}
}

func keyOf(ctx context.Context) string {
	md, _ := metadata.FromIncomingContext(ctx)
	if keys := md.Get("api-key"); len(keys) > 0 {
		return keys[0]
	}
	if keys := md.Get("authorization"); len(keys) > 0 {
		return strings.TrimPrefix(keys[0], "Bearer ")
	}
	return ""
}

var codeOfStatus = map[int]codes.Code{
	http.StatusBadRequest: codes.InvalidArgument, http.StatusUnauthorized: codes.Unauthenticated, http.StatusForbidden: codes.PermissionDenied,
	http.StatusNotFound: codes.NotFound, http.StatusConflict: codes.AlreadyExists, http.StatusInsufficientStorage: codes.ResourceExhausted,
}

func coded(err error) error {
	if status.Code(err) != codes.Unknown { // is a status already
		return err
	}
	httpStatus, text := hub.Status(err)
	if code, ok := codeOfStatus[httpStatus]; ok {
		return status.Error(code, text)
	}
	return status.Error(codes.Internal, text)
}

type about struct {
	qdrant.UnimplementedQdrantServer
}

func (about) HealthCheck(context.Context, *qdrant.HealthCheckRequest) (*qdrant.HealthCheckReply, error) {
	return &qdrant.HealthCheckReply{Title: "qdrant - vector search engine", Version: hub.Version}, nil
}

type collections struct {
	qdrant.UnimplementedCollectionsServer
	hub *hub.Hub
}

func (s *collections) List(context.Context, *qdrant.ListCollectionsRequest) (*qdrant.ListCollectionsResponse, error) {
	resp := &qdrant.ListCollectionsResponse{}
	for _, name := range s.hub.Names() {
		resp.Collections = append(resp.Collections, &qdrant.CollectionDescription{Name: name})
	}
	return resp, nil
}

func (s *collections) CollectionExists(_ context.Context, r *qdrant.CollectionExistsRequest) (*qdrant.CollectionExistsResponse, error) {
	_, err := s.hub.Shard(r.GetCollectionName())
	return &qdrant.CollectionExistsResponse{Result: &qdrant.CollectionExists{Exists: err == nil}}, nil
}

func (s *collections) Delete(_ context.Context, r *qdrant.DeleteCollection) (*qdrant.CollectionOperationResponse, error) {
	dropped, err := s.hub.Drop(r.GetCollectionName())
	return &qdrant.CollectionOperationResponse{Result: dropped}, err
}
