// Command bench measures the real program over HTTP, on this machine alone: how many
// submissions it takes, how long a comparison lasts, how soon it is ready, how much
// memory it keeps, and whether anything acknowledged is lost when it is killed. It
// prints each figure beside its target and asserts none; it fails when something is
// broken.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
)

// bench is one run of the driver.
type bench struct {
	program   string
	dir       string // everything that the run writes
	send      int    // submissions at 32 connections
	fill      int    // submissions behind the comparison
	rounds    int    // kills
	seed      uint64 // of their moments; 0 is another each time
	flood     time.Duration
	residents int           // who come by a public link
	over      time.Duration // in which they come
	flags     []string      // of the program, besides its own
}

func main() {
	var b bench
	flag.StringVar(&b.program, "program", "./tianye", "the program to measure")
	flag.IntVar(&b.send, "send", 20_000, "submissions to send at 32 connections")
	flag.IntVar(&b.fill, "fill", 100_000, "submissions behind the comparison; 0 leaves load and comparison out")
	flag.IntVar(&b.rounds, "kill", 20, "times to kill the server while people work, or a restore; 0 leaves that out")
	flag.Uint64Var(&b.seed, "seed", 0, "repeats the kills of a run that told this seed")
	flag.DurationVar(&b.flood, "overload", 10*time.Second, "how long to send twenty times what the server can do; 0 leaves that out")
	flag.IntVar(&b.residents, "residents", 2000, "residents who answer by a public link; 0 leaves that out")
	flag.DurationVar(&b.over, "over", time.Minute, "in which they come; ten minutes are a village meeting's")
	memory := flag.Bool("memory", true, "measure start and memory with the demonstration")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute+b.over+time.Duration(b.rounds)*10*time.Second)
	err := b.all(ctx, *memory)
	cancel()
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (b *bench) all(ctx context.Context, memory bool) (err error) {
	if b.program, err = filepath.Abs(b.program); err != nil {
		return err
	}
	if b.dir, err = os.MkdirTemp("", "tianye-bench-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	fmt.Printf("%s/%s, %d CPUs, client on the same machine, load before %s\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), load())
	if b.fill > 0 {
		if err := b.submissions(ctx); err != nil {
			return err
		}
		if err := b.openRosa(ctx); err != nil {
			return err
		}
	}
	if b.rounds > 0 {
		if err := b.kills(ctx); err != nil {
			return err
		}
	}
	if b.flood > 0 {
		if err := b.overload(ctx); err != nil {
			return err
		}
	}
	if b.residents > 0 {
		if err := b.residentsCome(ctx); err != nil {
			return err
		}
	}
	if memory {
		return b.demonstration(ctx)
	}
	return nil
}

// load is what else the machine does: figures taken on a busy one say little.
func load() string {
	raw, err := os.ReadFile("/proc/loadavg")
	if err != nil || len(raw) < 4 {
		return "unknown"
	}
	return string(raw[:4])
}

func heading(text string) { fmt.Printf("\n%s\n", text) }

// line prints one figure and, where there is one, its target.
func line(what, figure, target string) {
	if target != "" {
		target = "   target " + target
	}
	fmt.Printf("  %-58s %14s%s\n", what, figure, target)
}

func millis(d time.Duration) string {
	return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
}

func megabytes(n float64) string { return fmt.Sprintf("%.0f MB", n) }
