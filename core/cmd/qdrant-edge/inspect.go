package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/qdrant-edge-go/edge/core/edge"
	"github.com/qdrant-edge-go/edge/core/internal/check"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// errFound ends a command whose answer is no: the report was printed.
var errFound = errors.New("see the report")

// inspection parses the flags and the directories of an inspecting command.
func inspection(name string, args []string, dirs int, more func(*flag.FlagSet)) (paths []string, asJSON bool, err error) {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.BoolVar(&asJSON, "json", false, "print JSON")
	if more != nil {
		more(flags)
	}
	// Flags may stand on either side of the directories.
	for len(args) > 0 {
		if err := flags.Parse(args); err != nil {
			return nil, false, errors.Join(errUsage, err)
		}
		if args = flags.Args(); len(args) > 0 {
			paths, args = append(paths, args[0]), args[1:]
		}
	}
	if len(paths) != dirs {
		return nil, false, errUsage
	}
	return paths, asJSON, nil
}

func printJSON(out io.Writer, v any) error {
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// runCheck verifies a shard; damage makes it fail.
func runCheck(args []string, out io.Writer) error {
	paths, asJSON, err := inspection("check", args, 1, nil)
	if err != nil {
		return err
	}
	r, err := edge.Check(paths[0])
	if err != nil {
		return err
	}
	if asJSON {
		err = printJSON(out, r)
	} else {
		for _, f := range r.Findings {
			fmt.Fprintln(out, f)
		}
		_, err = fmt.Fprintf(out, "%d files, %d bytes, %d segments, %d points: %s\n", r.Files, r.Bytes, len(r.Segments), r.Points, verdict(r))
	}
	if err == nil && !r.OK {
		return errFound
	}
	return err
}

func verdict(r *edge.CheckReport) string {
	if r.OK {
		return "sound"
	}
	return "damaged"
}

// runList lists the files with what they are.
func runList(args []string, out io.Writer) error { return list("ls", args, out, false) }

// runExplain also says what stands at the beginning of each file.
func runExplain(args []string, out io.Writer) error { return list("explain", args, out, true) }

func list(name string, args []string, out io.Writer, detail bool) error {
	paths, asJSON, err := inspection(name, args, 1, nil)
	if err != nil {
		return err
	}
	files, err := check.Files(disk.OS, paths[0], detail)
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(out, files)
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, f := range files {
		what := f.What
		if f.Detail != "" {
			what += ": " + f.Detail
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%s\n", f.Path, f.Size, f.OnDisk, what)
	}
	return w.Flush()
}

// runDiff compares the points of two shards; a difference makes it fail.
func runDiff(args []string, out io.Writer) error {
	var versions bool
	paths, asJSON, err := inspection("diff", args, 2, func(f *flag.FlagSet) { f.BoolVar(&versions, "versions", false, "compare versions, too") })
	if err != nil {
		return err
	}
	found, same, err := check.Diff(disk.OS, paths[0], paths[1], versions)
	if err != nil {
		return err
	}
	if asJSON {
		list := found
		if list == nil {
			list = []check.Difference{}
		}
		err = printJSON(out, map[string]any{"same": same, "different": list})
	} else {
		for _, d := range found {
			fmt.Fprintf(out, "%s: %v\n", d.ID, d.What)
		}
		_, err = fmt.Fprintf(out, "%d points alike, %d different\n", same, len(found))
	}
	if err == nil && len(found) > 0 {
		return errFound
	}
	return err
}
