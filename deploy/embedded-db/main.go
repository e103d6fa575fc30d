// embedded-db serves MongoDB's wire protocol from SQLite files in one directory, by FerretDB's embeddable package.
// It is for tests, trials and small installations; README.md says what it adds to FerretDB and why.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/FerretDB/FerretDB/ferretdb"
	"github.com/FerretDB/wire/wireclient"
)

const (
	readyLimit  = 10 * time.Second       // from listening to the first answered ping
	stopLimit   = 5 * time.Second        // FerretDB itself gives up on its clients after 3 s
	parentEvery = 500 * time.Millisecond // how often --stop-with-pid looks
	exitUsage   = 64
	gcPercent   = 300 // documents are short-lived: a larger heap is collected less often
)

type options struct {
	dir         string
	port        int
	portFile    string
	stopWithPID int
}

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	opts, err := parseOptions(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		os.Exit(0)
	}
	if err != nil {
		os.Exit(exitUsage)
	}
	if err := run(opts); err != nil {
		say("%v", err)
		os.Exit(1)
	}
}

func parseOptions(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("embedded-db", flag.ContinueOnError)
	flags.StringVar(&o.dir, "dir", "", "`directory` of the SQLite files, created when absent; one instance at a time")
	flags.IntVar(&o.port, "port", 0, "port on 127.0.0.1; 0 takes a free one")
	flags.StringVar(&o.portFile, "port-file", "", "`file` that holds the port for as long as the server answers")
	flags.IntVar(&o.stopWithPID, "stop-with-pid", 0, "stop when this process is gone")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if o.dir == "" || flags.NArg() != 0 || o.port < 0 || o.port > 65535 || o.stopWithPID < 0 {
		flags.Usage()
		return o, errors.New("usage")
	}
	return o, nil
}

func say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "embedded-db: "+format+"\n", args...)
}

func run(o options) (err error) {
	syscall.Umask(0o077)
	signal.Ignore(syscall.SIGPIPE) // a reader of our output that goes away must not take the database with it
	asked, forget := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	defer forget()

	if o.portFile != "" {
		if o.portFile, err = filepath.Abs(o.portFile); err != nil {
			return err
		}
	}
	lock, err := enter(o.dir)
	if err != nil {
		return err
	}
	if err := removePortFile(o.portFile); err != nil { // left by a killed instance; whoever waits for it must see ours
		return err
	}
	if err := repairDir(".", say); err != nil {
		return err
	}
	db, err := open(o.port)
	if err != nil {
		return errors.Join(err, lock.Truncate(0)) // the files are sound, and no client has been let in
	}
	if o.stopWithPID != 0 {
		var parentGone context.CancelFunc
		asked, parentGone = context.WithCancel(asked)
		go watchProcess(o.stopWithPID, parentGone)
	}
	if err := serve(asked, forget, db, o); err != nil {
		return err
	}
	return lock.Truncate(0) // an empty lock file is the mark of a clean stop
}

// enter makes dir the working directory, so that no character of its path has to survive FerretDB's URIs, and locks it.
// The lock file keeps the holder's pid until a clean stop empties it.
func enter(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if err := os.Chdir(dir); err != nil {
		return nil, err
	}
	lock, err := os.OpenFile("lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	locked := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	text, err := os.ReadFile("lock")
	if err != nil {
		return nil, err
	}
	pid := strings.TrimSpace(string(text))
	if errors.Is(locked, syscall.EWOULDBLOCK) {
		return nil, fmt.Errorf("%s is in use by process %s; a second server would not see its collections", dir, pid)
	}
	if locked != nil {
		return nil, fmt.Errorf("lock %s: %w", dir, locked)
	}
	if pid != "" {
		say("process %s did not stop cleanly in %s", pid, dir)
	}
	pid = strconv.Itoa(os.Getpid()) + "\n"
	if _, err := lock.WriteAt([]byte(pid), 0); err != nil {
		return nil, err
	}
	return lock, lock.Truncate(int64(len(pid)))
}

// open opens the databases of the working directory and listens; nothing is answered yet.
func open(port int) (*ferretdb.FerretDB, error) {
	return ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: net.JoinHostPort("127.0.0.1", strconv.Itoa(port))},
		Logger:    slog.New(warnings{slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})}),
		Handler:   "sqlite",
		SQLiteURL: "file:./",
	})
}

// warnings leaves out what every leaving client causes: an endSessions, which FerretDB has not, and the header of the answer.
type warnings struct{ slog.Handler }

func (w warnings) Handle(ctx context.Context, r slog.Record) error {
	if strings.HasPrefix(r.Message, "Response header: ") || strings.Contains(r.Message, "no such command: 'endSessions'") {
		return nil
	}
	return w.Handler.Handle(ctx, r)
}

func (w warnings) WithAttrs(attrs []slog.Attr) slog.Handler {
	return warnings{w.Handler.WithAttrs(attrs)}
}
func (w warnings) WithGroup(name string) slog.Handler { return warnings{w.Handler.WithGroup(name)} }

// serve answers clients until asked to stop; an error means that a client or the server itself hung.
func serve(asked context.Context, forget func(), db *ferretdb.FerretDB, o options) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done := make(chan struct{})
	go func() {
		db.Run(ctx) // always nil
		close(done)
	}()
	uri, err := url.Parse(db.MongoDBURI())
	if err != nil {
		return err
	}
	if err := ping(uri.String()); err != nil {
		return fmt.Errorf("no answer on %s: %w", uri, err)
	}
	if err := writePortFile(o.portFile, uri.Port()); err != nil {
		return err
	}
	fmt.Printf("embedded-db: listening on %s (dir %s, pid %d)\n", uri, o.dir, os.Getpid())

	<-asked.Done()
	forget() // from here a second signal kills
	err = removePortFile(o.portFile)
	cancel()
	return errors.Join(err, drain(uri.Port(), done))
}

func ping(uri string) error {
	ctx, cancel := context.WithTimeout(context.Background(), readyLimit)
	defer cancel()
	conn, err := wireclient.Connect(ctx, uri, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Ping(ctx)
}

// drain waits for a cancelled server. FerretDB lets its clients stay for 3 seconds, and shows neither the connections nor
// the delay. So every connection's receiving half is shut: the command in hand is finished and answered, then its
// connection meets end of file.
func drain(port string, done <-chan struct{}) error {
	number, err := strconv.Atoi(port)
	if err != nil {
		return err
	}
	limit := time.After(stopLimit)
	again := time.NewTicker(5 * time.Millisecond) // a connection may have been accepted a moment ago
	defer again.Stop()
	for {
		stopReceiving(number)
		select {
		case <-done:
			return nil
		case <-again.C:
		case <-limit:
			return fmt.Errorf("a command still runs after %s; leaving it: what was acknowledged is on disk", stopLimit)
		}
	}
}

func stopReceiving(port int) {
	entries, _ := os.ReadDir("/proc/self/fd") // unreadable: FerretDB's 3 seconds apply
	for _, entry := range entries {
		fd, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		local, _ := syscall.Getsockname(fd)
		if address, ok := local.(*syscall.SockaddrInet4); ok && address.Port == port {
			_ = syscall.Shutdown(fd, syscall.SHUT_RD) // fails when the client left meanwhile
		}
	}
}

// writePortFile writes beside the file and renames, so that a reader finds the whole number or nothing.
func writePortFile(path, port string) error {
	if path == "" {
		return nil
	}
	beside := fmt.Sprintf("%s.%d", path, os.Getpid())
	if err := os.WriteFile(beside, []byte(port+"\n"), 0o600); err != nil {
		return err
	}
	return os.Rename(beside, path)
}

func removePortFile(path string) error {
	if path == "" {
		return nil
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// watchProcess calls gone once the process has ended. A zombie has ended, and a new process under the same number does not count.
func watchProcess(pid int, gone func()) {
	start := processStart(pid)
	for start != "" && processStart(pid) == start {
		time.Sleep(parentEvery)
	}
	say("process %d is gone: stopping", pid)
	gone()
}

// processStart returns the start time of a living process in clock ticks since boot, "" for any other.
func processStart(pid int) string {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ""
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:])) // the name before it may hold anything
	if len(fields) < 20 || strings.ContainsAny(fields[0], "ZX") {
		return ""
	}
	return fields[19]
}
