// Command qdrant-edge serves and inspects shards.
//
//	qdrant-edge hub [--listen ADDR] [--grpc ADDR] [--api-key KEY] [--read-only-api-key KEY] [--tls-cert FILE --tls-key FILE] DIR
//	qdrant-edge check [--json] DIR
//	qdrant-edge ls [--json] DIR
//	qdrant-edge explain [--json] DIR|FILE
//	qdrant-edge diff [--json] [--versions] DIR DIR
//	qdrant-edge manifest DIR
//	qdrant-edge unpack SNAPSHOT DIR
//	qdrant-edge status [--json] DIR
//	qdrant-edge outbox [--json] DIR
//	qdrant-edge dead-letters [--json] [--requeue ID] [--discard ID] DIR
//	qdrant-edge sync --once [--json] --url URL --collection NAME [--grpc ADDR] [--api-key-file FILE] [--ca-file FILE] [--allow-plaintext] DIR
//	qdrant-edge version
//
// The synced directory of status, outbox, dead-letters and sync must not be open elsewhere. The server and its key may come from QDRANT_URL and QDRANT_API_KEY.
//
// It exits with 0 on success, 1 when the work failed, a check found damage or a comparison a difference, and 2 when it was called wrongly.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/qdrant-edge-go/edge/core/api"
)

// verb is one command: its synopsis and what it does with its arguments.
type verb struct {
	synopsis string
	run      func(args []string, out io.Writer) error
}

func verbs() map[string]verb {
	return map[string]verb{
		"hub":          {"[--listen ADDR] [--grpc ADDR] [--api-key KEY] [--read-only-api-key KEY] [--tls-cert FILE --tls-key FILE] DIR", runHub},
		"check":        {"[--json] DIR", runCheck},
		"ls":           {"[--json] DIR", runList},
		"explain":      {"[--json] DIR|FILE", runExplain},
		"diff":         {"[--json] [--versions] DIR DIR", runDiff},
		"manifest":     {"[--json] DIR", runManifest},
		"unpack":       {"SNAPSHOT DIR", runUnpack},
		"status":       {"[--json] DIR", runStatus},
		"outbox":       {"[--json] DIR", runOutbox},
		"dead-letters": {"[--json] [--requeue ID] [--discard ID] DIR", runDeadLetters},
		"sync":         {"--once [--json] --url URL --collection NAME [--grpc ADDR] [--api-key-file FILE] [--ca-file FILE] [--allow-plaintext] DIR", runSync},
		"version":      {"", runVersion},
	}
}

// errUsage is a call with wrong arguments.
var errUsage = errors.New("wrong arguments")

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, out, errs io.Writer) int {
	if len(args) == 0 {
		usage(errs)
		return 2
	}
	v, ok := verbs()[args[0]]
	if !ok {
		usage(errs)
		return 2
	}
	err := v.run(args[1:], out)
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errUsage):
		fmt.Fprintf(errs, "usage: qdrant-edge %s %s\n", args[0], v.synopsis)
		return 2
	}
	fmt.Fprintf(errs, "qdrant-edge %s: %v\n", args[0], err)
	return 1
}

func usage(w io.Writer) {
	fmt.Fprintln(w, "usage:")
	for _, name := range []string{"hub", "check", "ls", "explain", "diff", "manifest", "unpack", "status", "outbox", "dead-letters", "sync", "version"} {
		fmt.Fprintf(w, "  qdrant-edge %s %s\n", name, verbs()[name].synopsis)
	}
}

func runVersion(args []string, out io.Writer) error {
	if len(args) != 0 {
		return errUsage
	}
	_, err := fmt.Fprintln(out, api.Version)
	return err
}
