//go:build !slim

package rpc

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"io"
	"log"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/qdrant/go-client/qdrant"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edgesync/remote"
	"github.com/qdrant-edge-go/edge/core/hub"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
)

func TestMain(m *testing.M) {
	fixture.UseMemory()
	m.Run()
}

// peer is a hub on two ports.
type peer struct{ url, grpc string }

func start(t *testing.T, opts hub.Options, certs *tls.Config) peer {
	h, err := hub.Open(t.TempDir(), opts)
	require.NoError(t, err)
	rest := httptest.NewUnstartedServer(h)
	if certs != nil {
		rest.TLS = certs.Clone()
		rest.Config.ErrorLog = log.New(io.Discard, "", 0)
		rest.StartTLS()
	} else {
		rest.Start()
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := New(h, certs)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() {
		server.Stop()
		rest.Close()
		require.NoError(t, h.Close())
	})
	return peer{rest.URL, listener.Addr().String()}
}

const config = `{"vectors":{"v":{"size":2,"distance":"Dot"},"m":{"size":2,"distance":"Dot","multivector_config":{"comparator":"max_sim"}}},"sparse_vectors":{"s":{}}}`

func create(t *testing.T, client *http.Client, url, key string) {
	req, err := http.NewRequest(http.MethodPut, url+"/collections/c", strings.NewReader(config))
	require.NoError(t, err)
	req.Header.Set("Api-Key", key)
	resp, err := client.Do(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	require.Equal(t, http.StatusOK, resp.StatusCode)
}

func dial(t *testing.T, opts remote.Options) *remote.Client {
	opts.Collection = "c"
	c, err := remote.New(opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

func ids(list ...uint64) (out []api.PointID) {
	for _, n := range list {
		out = append(out, api.NumID(n))
	}
	return out
}

// script is every operation on points, some of which no gRPC message can hold.
func script(t *testing.T) []api.UpdateOperation {
	uuid, err := api.ParsePointID("5c56c793-69f3-4fbf-87e6-c4bf54c28c26")
	require.NoError(t, err)
	n := api.Payload(`{"a":{"b":1},"n":1}`)
	points := []api.Point{
		{ID: api.NumID(1), Payload: n, Vector: api.VectorStruct{{Name: "v", Vector: api.DenseVector{1, 0.1}}}},
		{ID: api.NumID(2), Payload: api.Payload(`{}`), Vector: api.VectorStruct{{Name: "m", Vector: api.MultiDenseVector{Dim: 2, Flat: []float32{1, 2, 3, 4}}}}},
		{ID: api.NumID(3), Payload: n, Vector: api.VectorStruct{{Name: "s", Vector: api.SparseVector{Indices: []uint32{1, 9}, Values: []float32{1, 2}}}}},
		{ID: uuid, Payload: api.Payload(`{"big":18446744073709551615}`), Vector: api.VectorStruct{}},
	}
	for i := uint64(10); i < 20; i++ {
		points = append(points, api.Point{ID: api.NumID(i), Payload: n, Vector: api.VectorStruct{{Name: "v", Vector: api.DenseVector{float32(i), 1}}}})
	}
	key := "a"
	even, err := api.DecodeFilterJSON([]byte(`{"must":[{"has_id":[12,14]}]}`))
	require.NoError(t, err)
	one := []api.Point{{ID: api.NumID(1), Vector: api.VectorStruct{{Name: "v", Vector: api.DenseVector{9, 9}}}, Payload: n}}
	return []api.UpdateOperation{
		&api.UpsertPoints{Points: points},
		&api.UpsertPoints{Points: one, UpdateMode: api.UpdateModeInsertOnly},
		&api.UpsertPoints{Points: one, Condition: even},
		&api.UpdateVectors{Points: []api.PointVectors{{ID: api.NumID(10), Vector: api.VectorStruct{{Name: "v", Vector: api.DenseVector{7, 7}}}}}},
		&api.CreateIndex{FieldName: "n", FieldSchema: &api.PayloadFieldSchema{Type: api.PayloadSchemaInteger}},
		&api.DeleteVectors{IDs: ids(11), Names: []string{"v"}},
		&api.DeleteVectorsByFilter{Filter: even, Names: []string{"v"}},
		&api.SetPayload{Payload: api.Payload(`{"c":2.5}`), Points: ids(1), Key: &key},
		&api.SetPayload{Payload: api.Payload(`{"set":true}`), Filter: even},
		&api.OverwritePayload{Payload: api.Payload(`{"only":null}`), Points: ids(13)},
		&api.DeletePayload{Keys: []string{"a"}, Points: ids(15)},
		&api.ClearPayload{IDs: ids(16)},
		&api.ClearPayloadByFilter{Filter: even},
		&api.CreateVectorName{VectorName: "w", Config: &api.DenseVectorConfig{Size: 1, Distance: api.DistanceDot}},
		&api.UpdateVectors{Points: []api.PointVectors{{ID: api.NumID(10), Vector: api.VectorStruct{{Name: "w", Vector: api.DenseVector{3}}}}}},
		&api.DeletePoints{IDs: ids(17, 18)},
		&api.DeletePointsByFilter{Filter: even},
		&api.DeleteIndex{FieldName: "n"},
	}
}

// TestBothWays: every operation by gRPC and by REST leaves the same points.
func TestBothWays(t *testing.T) {
	var want string
	for _, way := range []string{"grpc", "rest", "shut"} {
		p := start(t, hub.Options{APIKey: "secret-key"}, nil)
		create(t, http.DefaultClient, p.url, "secret-key")
		address := map[string]string{"grpc": p.grpc, "rest": remote.NoGRPC, "shut": "127.0.0.1:1"}[way]
		c := dial(t, remote.Options{URL: p.url, GRPC: address, APIKey: "secret-key"})
		require.NoError(t, c.Apply(t.Context(), script(t)), way)
		all := append(ids(1, 2, 3, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19), script(t)[0].(*api.UpsertPoints).Points[3].ID)
		records, err := c.Retrieve(t.Context(), all, true)
		require.NoError(t, err)
		got := string(api.AppendListJSON(nil, records, (*api.Record).AppendJSON))
		if want == "" {
			want = got
			require.Contains(t, got, "18446744073709551615")
			continue
		}
		require.JSONEq(t, want, got, way)
	}
}

// TestMirror: info, mark, full and partial snapshots of a hub through the client.
func TestMirror(t *testing.T) {
	p := start(t, hub.Options{}, nil)
	create(t, http.DefaultClient, p.url, "")
	c := dial(t, remote.Options{URL: p.url, GRPC: p.grpc})
	require.NoError(t, c.Apply(t.Context(), script(t)))
	require.NoError(t, c.Mark(t.Context(), "who", "me"))
	info, err := c.Info(t.Context())
	require.NoError(t, err)
	require.JSONEq(t, `{"who":"me"}`, string(info.Metadata))
	require.Equal(t, []uint32{0}, info.Shards)
	for _, mode := range []remote.FullMode{remote.FullStored, remote.FullStreamed} {
		d, err := dial(t, remote.Options{URL: p.url, Full: mode}).Snapshot(t.Context(), 0, nil)
		require.NoError(t, err)
		require.Equal(t, mode == remote.FullStored, d.Stored)
		n, err := io.Copy(io.Discard, d)
		require.NoError(t, err)
		require.Positive(t, n)
		require.NoError(t, d.Close())
	}
	d, err := c.Snapshot(t.Context(), 0, []byte("{}"))
	require.NoError(t, err)
	require.NoError(t, d.Close())
}

// TestKeysAndCodes: keys are asked for, and errors have a server's codes.
func TestKeysAndCodes(t *testing.T) {
	p := start(t, hub.Options{APIKey: "secret-key", ReadOnlyAPIKey: "reading-key"}, nil)
	create(t, http.DefaultClient, p.url, "secret-key")
	for key, want := range map[string]codes.Code{"": codes.Unauthenticated, "wrong": codes.Unauthenticated, "reading-key": codes.PermissionDenied, "secret-key": codes.OK} {
		client := goClient(t, p.grpc, key)
		_, err := client.Delete(t.Context(), &qdrant.DeletePoints{CollectionName: "c", Points: qdrant.NewPointsSelector(qdrant.NewIDNum(1))})
		require.Equal(t, want, status.Code(err), "%q: %v", key, err)
		_, err = client.HealthCheck(t.Context())
		require.NoError(t, err)
	}
	client := goClient(t, p.grpc, "secret-key")
	for _, c := range []struct {
		collection string
		vector     []float32
		want       codes.Code
	}{{"none", []float32{1, 2}, codes.NotFound}, {"c", []float32{1, 2, 3}, codes.InvalidArgument}, {"c", []float32{1, 2}, codes.OK}} {
		_, err := client.Upsert(t.Context(), &qdrant.UpsertPoints{CollectionName: c.collection, Points: []*qdrant.PointStruct{
			{Id: qdrant.NewIDNum(5), Vectors: qdrant.NewVectorsMap(map[string]*qdrant.Vector{"v": qdrant.NewVectorDense(c.vector)})}}})
		require.Equal(t, c.want, status.Code(err), "%v", err)
	}
	count, err := client.Count(t.Context(), &qdrant.CountPoints{CollectionName: "c"})
	require.NoError(t, err)
	require.EqualValues(t, 1, count)
	using := "v"
	hits, err := client.Query(t.Context(), &qdrant.QueryPoints{CollectionName: "c", Query: qdrant.NewQuery(1, 1), Using: &using})
	require.NoError(t, err)
	require.Len(t, hits, 1)
	require.EqualValues(t, 3, hits[0].GetScore())
	page, err := client.Scroll(t.Context(), &qdrant.ScrollPoints{CollectionName: "c"})
	require.NoError(t, err)
	require.Len(t, page, 1)
	names, err := client.ListCollections(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"c"}, names)
}

func goClient(t *testing.T, address, key string) *qdrant.Client {
	host, port, err := net.SplitHostPort(address)
	require.NoError(t, err)
	n, err := net.LookupPort("tcp", port)
	require.NoError(t, err)
	slog.SetDefault(slog.New(slog.DiscardHandler)) // the client warns of keys in the clear
	client, err := qdrant.NewClient(&qdrant.Config{Host: host, Port: n, APIKey: key, PoolSize: 1, SkipCompatibilityCheck: true})
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// TestTLS: a private CA must be given, a pin must match, and both ports are verified.
func TestTLS(t *testing.T) {
	certs, root, pin := authority(t)
	p := start(t, hub.Options{}, certs)
	pool := x509.NewCertPool()
	require.True(t, pool.AppendCertsFromPEM(root))
	create(t, &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}, p.url, "")
	ops := []api.UpdateOperation{&api.DeletePoints{IDs: ids(1)}}
	for _, c := range []struct {
		tls remote.TLSOptions
		ok  bool
	}{
		{remote.TLSOptions{}, false}, {remote.TLSOptions{RootCAs: root}, true}, {remote.TLSOptions{RootCAs: root, Pins: []string{pin}}, true},
		{remote.TLSOptions{RootCAs: root, Pins: []string{base64.StdEncoding.EncodeToString(make([]byte, 32))}}, false},
		{remote.TLSOptions{RootCAs: root, ServerName: "another.example"}, false},
	} {
		for _, address := range []string{p.grpc, remote.NoGRPC} {
			err := dial(t, remote.Options{URL: p.url, GRPC: address, TLS: c.tls}).Apply(t.Context(), ops)
			require.Equal(t, c.ok, err == nil, "%v", err)
		}
	}
}

func authority(t *testing.T) (*tls.Config, []byte, string) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	sum := sha256.Sum256(cert.RawSubjectPublicKeyInfo)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}},
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), base64.StdEncoding.EncodeToString(sum[:])
}
