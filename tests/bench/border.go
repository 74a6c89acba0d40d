//go:build ignore

// The Go side of border.py: border SHARD QUERIES, then lines "NAME ROUNDS LIMIT" whose answer are the nanoseconds of one call on the
// wall and of the processors.
package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"log"
	"math"
	"os"
	"syscall"
	"time"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
)

const dim = 100

func main() {
	shard, err := edge.Load(os.Args[1], nil)
	check(err)
	raw, err := os.ReadFile(os.Args[2])
	check(err)
	queries := make([]api.DenseVector, len(raw)/4/dim)
	for i := range queries {
		queries[i] = make(api.DenseVector, dim)
		for j := range queries[i] {
			queries[i][j] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*(i*dim+j):]))
		}
	}
	ctx := context.Background()
	var name string
	var rounds int
	var limit uint64
	calls := map[string]func(int){
		"query": func(i int) {
			_, err := shard.Query(ctx, &api.QueryRequest{Query: &api.NearestQuery{Vector: queries[i%len(queries)]}, Limit: limit})
			check(err)
		},
		"count": func(int) {
			_, err := shard.Count(ctx, &api.CountRequest{Exact: true})
			check(err)
		},
	}
	for {
		if _, err := fmt.Scan(&name, &rounds, &limit); err != nil {
			break
		}
		start, used := time.Now(), busy()
		for i := range rounds {
			calls[name](i)
		}
		fmt.Printf("%.1f %.1f\n", float64(time.Since(start).Nanoseconds())/float64(rounds), float64((busy()-used).Nanoseconds())/float64(rounds))
	}
	check(shard.Close())
}

// busy is the time that the processors have given this process.
func busy() time.Duration {
	var u syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
