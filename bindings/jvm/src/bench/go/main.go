// Command go is the Go side of the JVM benchmark: go DIR POINTS CALLS makes the same shard as Bench.java, then reads limits as lines and
// answers each with the microseconds that one search took on average.
package main

import (
	"bufio"
	"context"
	"fmt"
	"log"
	"os"
	"strconv"
	"time"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
)

const dim = 128

func main() {
	points, err := strconv.Atoi(os.Args[2])
	check(err)
	calls, err := strconv.Atoi(os.Args[3])
	check(err)
	shard, err := edge.Create(os.Args[1], &api.EdgeConfig{
		Vectors: []api.NamedVectorParams{{Params: &api.VectorParams{Size: dim, Distance: api.DistanceCosine}}},
	})
	check(err)
	fill(shard, points)
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		limit, err := strconv.ParseUint(lines.Text(), 10, 64)
		check(err)
		fmt.Println(search(shard, calls, limit))
	}
}

// vector has numbers that the Java side makes too.
func vector(i int) api.DenseVector {
	out := make(api.DenseVector, dim)
	for k := range out {
		out[k] = float32(((i*31+k)*7919)%1009) - 504
	}
	return out
}

func fill(shard *edge.Shard, n int) {
	op := &api.UpsertPoints{}
	for i := range n {
		payload, err := api.ParsePayload(fmt.Appendf(nil, `{"n":%d}`, i))
		check(err)
		op.Points = append(op.Points, api.Point{ID: api.NumID(uint64(i)), Vector: api.VectorStruct{{Vector: vector(i)}}, Payload: payload})
	}
	_, err := shard.Update(context.Background(), op)
	check(err)
}

func search(shard *edge.Shard, calls int, limit uint64) float64 {
	var sum uint64
	start := time.Now()
	for i := range calls {
		hits, err := shard.Query(context.Background(), &api.QueryRequest{Query: &api.NearestQuery{Vector: vector(i)}, Limit: limit})
		check(err)
		for _, hit := range hits {
			sum += hit.ID.Num()
		}
	}
	took := time.Since(start)
	if sum == 0 {
		log.Fatal("no hits")
	}
	return float64(took.Nanoseconds()) / 1e3 / float64(calls)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
