package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// These tests run the program itself: the test binary under another name is embedded-db.

const runAsProgram = "EMBEDDED_DB_TEST_RUNS_THE_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(runAsProgram) != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

type process struct {
	*exec.Cmd
	line   string // what it printed on standard output once it was ready
	stderr bytes.Buffer
}

func (p *process) uri() string {
	return regexp.MustCompile(`mongodb://127\.0\.0\.1:[0-9]+/`).FindString(p.line)
}

func program(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(os.Args[0], args...)}
	p.Env = append(os.Environ(), runAsProgram+"=1")
	p.Stderr = &p.stderr
	return p
}

// start waits until the program says that it listens. It stops with this test whatever happens.
func start(t *testing.T, args ...string) *process {
	t.Helper()
	p := program(t, append(args, "--stop-with-pid", strconv.Itoa(os.Getpid()))...)
	stdout, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Process.Kill() })
	if p.line, err = bufio.NewReader(stdout).ReadString('\n'); err != nil {
		p.Wait()
		t.Fatalf("it did not start: %s", p.stderr.String())
	}
	return p
}

func (p *process) mustStop(t *testing.T, signal syscall.Signal) {
	t.Helper()
	if err := p.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(); err != nil {
		t.Fatalf("%v: %s", err, p.stderr.String())
	}
}

func mustBeAbsent(t *testing.T, path string) {
	t.Helper()
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("%s is there (%v)", path, err)
	}
}

func TestThePortFileNamesAServerThatAnswersAndLeavesWithIt(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP} {
		dir, portFile := filepath.Join(t.TempDir(), "a 100% new?dir#"), filepath.Join(t.TempDir(), "port")
		p := start(t, "--dir", dir, "--port-file", portFile)
		port, err := os.ReadFile(portFile)
		if err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf("embedded-db: listening on mongodb://127.0.0.1:%s/ (dir %s, pid %d)\n",
			strings.TrimSpace(string(port)), dir, p.Process.Pid)
		if p.line != want {
			t.Errorf("it printed %q, not %q", p.line, want)
		}
		connect(t, p.uri()).mustInsert(t, "prices", "a", 1)
		asked := time.Now()
		p.mustStop(t, signal)
		if took := time.Since(asked); took > 2500*time.Millisecond { // FerretDB alone would wait 3 s for our open connection
			t.Errorf("stopping took %s", took)
		}
		mustBeAbsent(t, portFile)
		mustBeAbsent(t, filepath.Join(dir, "market.sqlite-wal"))
		for name, size := range map[string]bool{"lock": false, "market.sqlite": true} {
			info, err := os.Stat(filepath.Join(dir, name))
			if err != nil || (info.Size() > 0) != size || info.Mode().Perm() != 0o600 {
				t.Errorf("%s: %v, %v", name, info, err)
			}
		}
		if text := p.stderr.String(); text != "" {
			t.Errorf("it complained: %s", text)
		}
	}
}

func TestASecondServerOnTheSameDirectoryIsRefused(t *testing.T) {
	dir, portFile := t.TempDir(), filepath.Join(t.TempDir(), "port")
	first := start(t, "--dir", dir, "--port-file", portFile)
	second := program(t, "--dir", dir, "--port-file", portFile)
	err := second.Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Errorf("it ended with %v", err)
	}
	if text := second.stderr.String(); !strings.Contains(text, fmt.Sprintf("in use by process %d;", first.Process.Pid)) {
		t.Errorf("it said %q", text)
	}
	if _, err := os.Stat(portFile); err != nil {
		t.Errorf("the first server's port file: %v", err)
	}
	connect(t, first.uri()).mustInsert(t, "prices", "a", 1)
}

func TestATakenPortIsRefusedAndLeavesTheDirectoryClean(t *testing.T) {
	first := start(t, "--dir", t.TempDir())
	port := regexp.MustCompile(`[0-9]+/`).FindString(first.uri()[len("mongodb://127.0.0.1:"):])
	dir := t.TempDir()
	second := program(t, "--dir", dir, "--port", strings.TrimSuffix(port, "/"))
	if err := second.Run(); err == nil || !strings.Contains(second.stderr.String(), "address already in use") {
		t.Errorf("%v: %s", err, second.stderr.String())
	}
	if info, err := os.Stat(filepath.Join(dir, "lock")); err != nil || info.Size() != 0 {
		t.Errorf("the lock file: %v, %v", info, err)
	}
}

func TestItStopsWhenTheProcessItWasStartedForIsGone(t *testing.T) {
	for name, reaped := range map[string]bool{"reaped": true, "zombie": false} {
		t.Run(name, func(t *testing.T) {
			owner := exec.Command("sleep", "600")
			if err := owner.Start(); err != nil {
				t.Fatal(err)
			}
			portFile := filepath.Join(t.TempDir(), "port")
			p := program(t, "--dir", t.TempDir(), "--port-file", portFile, "--stop-with-pid", strconv.Itoa(owner.Process.Pid))
			stdout, err := p.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := p.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { p.Process.Kill(); owner.Process.Kill() })
			if _, err := bufio.NewReader(stdout).ReadString('\n'); err != nil {
				t.Fatal(err)
			}
			owner.Process.Kill()
			if reaped {
				owner.Wait()
			}
			if err := p.Wait(); err != nil {
				t.Error(err)
			}
			mustBeAbsent(t, portFile)
		})
	}
}

// insertUntilKilled inserts into new collections until the server is gone, and returns what was acknowledged.
func insertUntilKilled(c client, worker, round int) (acknowledged []string, err error) {
	for n := 0; ; n++ {
		collection := fmt.Sprintf("r%dw%dn%d", round, worker, n/3)
		isNew, err := c.insert(collection, strconv.Itoa(n), int32(n))
		var refused failure
		if errors.As(err, &refused) {
			return acknowledged, err
		}
		if err != nil {
			return acknowledged, nil
		}
		if isNew {
			acknowledged = append(acknowledged, collection+"/"+strconv.Itoa(n))
		}
	}
}

func TestNothingAcknowledgedIsLostByKillsAndEveryCollectionStaysUsable(t *testing.T) {
	dir := t.TempDir()
	var all []string
	for round := range 6 {
		p := start(t, "--dir", dir)
		var workers sync.WaitGroup
		acknowledged, failed := make([][]string, 4), make([]error, 4)
		for worker := range acknowledged {
			c := connect(t, p.uri())
			workers.Add(1)
			go func() {
				defer workers.Done()
				acknowledged[worker], failed[worker] = insertUntilKilled(c, worker, round)
			}()
		}
		time.AfterFunc(time.Duration(rand.IntN(400))*time.Millisecond, func() { p.Process.Kill() })
		workers.Wait()
		p.Wait()
		if err := errors.Join(failed...); err != nil {
			t.Fatal(err)
		}
		for _, ids := range acknowledged {
			all = append(all, ids...)
		}
	}
	p := start(t, "--dir", dir)
	if text := p.stderr.String(); !strings.Contains(text, "did not stop cleanly") {
		t.Errorf("it said %q", text)
	}
	c := connect(t, p.uri())
	stored := map[string]bool{}
	for _, collection := range c.collections(t) {
		for id := range c.find(t, collection) {
			stored[collection+"/"+id] = true
		}
		c.mustStoreAndRefuseTwice(t, collection)
	}
	for _, id := range all {
		if !stored[id] {
			t.Errorf("%s was acknowledged and is lost", id)
		}
	}
	t.Logf("%d acknowledged, %d stored; %s", len(all), len(stored), p.stderr.String())
	p.mustStop(t, syscall.SIGTERM)
}
