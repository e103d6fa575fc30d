package main

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/FerretDB/wire"
	"github.com/FerretDB/wire/wirebson"
)

func plan(t *testing.T, file, statement string) string {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var id, parent, unused int
	var detail string
	if err := db.QueryRow("EXPLAIN QUERY PLAN "+statement).Scan(&id, &parent, &unused, &detail); err != nil {
		t.Fatal(err)
	}
	return detail
}

func TestALookupByIDReadsAnIndexAndFerretDBLivesWithIt(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "market.sqlite")
	withServer(t, dir, func(c client) { c.mustInsert(t, "prices", "a", 1) })
	update := `UPDATE "` + pricesTable + `" SET _ferretdb_sjson = '{}' WHERE _ferretdb_sjson->'$._id' = '"a"'`
	if before := plan(t, file, update); !strings.Contains(before, "SCAN") {
		t.Errorf("FerretDB has learnt it by itself: %s", before)
	}
	for range 2 {
		if err := addLookups(t.Context(), file); err != nil {
			t.Fatal(err)
		}
	}
	if after := plan(t, file, update); !strings.Contains(after, "USING INDEX "+lookupPrefix) {
		t.Errorf("after: %s", after)
	}
	if report := repaired(t, dir); report != "" {
		t.Errorf("the repair takes it for damage: %q", report)
	}
	withServer(t, dir, func(c client) {
		c.mustStoreAndRefuseTwice(t, "prices")
		c.must(t, "drop", "prices")
		c.mustStoreAndRefuseTwice(t, "prices")
	})
}

func TestAFileThatIsNotThereIsNotMade(t *testing.T) {
	file := filepath.Join(t.TempDir(), "market.sqlite")
	if err := addLookups(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	mustBeAbsent(t, file)
}

func TestANewCollectionGetsItsLookupWhileClientsWrite(t *testing.T) {
	dir := t.TempDir()
	p := start(t, "--dir", dir)
	c := connect(t, p.uri())
	file := filepath.Join(dir, lookupDatabase+".sqlite")
	deadline := time.Now().Add(30 * time.Second)
	for n := int32(0); ; n++ {
		document := wirebson.MustDocument("_id", time.Now().String(), "value", n)
		_, body, err := c.conn.Request(t.Context(), wire.MustOpMsg("insert", "prices", "documents", wirebson.MustArray(document),
			"$db", lookupDatabase))
		if err != nil {
			t.Fatal(err)
		}
		answer, err := body.(*wire.OpMsg).RawDocument()
		if err != nil {
			t.Fatal(err)
		}
		if whole, err := answer.DecodeDeep(); err != nil || whole.Get("n") != int32(1) {
			t.Fatalf("insert %d: %v", n, wirebson.LogMessage(answer))
		}
		if n%50 != 0 {
			continue
		}
		if _, err := os.Stat(file); err == nil && strings.Contains(plan(t, file,
			`SELECT 1 FROM "`+pricesTable+`" WHERE _ferretdb_sjson->'$._id' = '"a"'`), lookupPrefix) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("no index after 30 s")
		}
	}
	p.mustStop(t, syscall.SIGTERM)
}
