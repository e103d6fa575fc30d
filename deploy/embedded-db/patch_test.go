package main

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/FerretDB/wire/wirebson"
)

// What ferretdb.patch is for: a statement that names an _id reads an index, and means what it meant before.

// plan says how SQLite would go about a find with this filter.
func (c client) plan(t *testing.T, filter *wirebson.Document) string {
	t.Helper()
	answer := c.must(t, "explain", wirebson.MustDocument("find", "prices", "filter", filter))
	return wirebson.LogMessage(answer.Get("queryPlanner").(*wirebson.Document))
}

func sqlPlan(t *testing.T, file, statement string) string {
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

func TestAFilterThatNamesAnIDReadsAnIndexWhateverElseItHas(t *testing.T) {
	withServer(t, t.TempDir(), func(c client) {
		c.mustInsert(t, "prices", "2025-09-15", 1)
		atMost := wirebson.MustDocument("$lte", int64(7))
		for _, filter := range []*wirebson.Document{
			wirebson.MustDocument("_id", "2025-09-15"),
			wirebson.MustDocument("_id", "2025-09-15", "value", atMost),
			wirebson.MustDocument("value", atMost, "_id", "2025-09-15"),
			wirebson.MustDocument("_id", wirebson.MustDocument("$gte", "2025-09-15", "$lte", "2025-09-19")),
			wirebson.MustDocument("_id", wirebson.MustDocument("$gt", "2025-09-15")),
		} {
			if plan := c.plan(t, filter); !strings.Contains(plan, "SEARCH") || !strings.Contains(plan, "USING INDEX") {
				t.Errorf("%s: %s", wirebson.LogMessage(filter), plan)
			}
		}
		if plan := c.plan(t, wirebson.MustDocument("value", atMost)); !strings.Contains(plan, "SCAN") {
			t.Errorf("this test cannot tell: without an _id the plan is %s", plan)
		}
	})
}

func TestTheStatementsThatWriteReadAnIndexToo(t *testing.T) {
	dir := t.TempDir()
	withServer(t, dir, func(c client) { c.mustInsert(t, "prices", "2025-09-15", 1) })
	for _, statement := range []string{
		`UPDATE "` + pricesTable + `" SET _ferretdb_sjson = '{}' WHERE _ferretdb_sjson->'_id' = '"a"'`,
		`DELETE FROM "` + pricesTable + `" WHERE _ferretdb_sjson->'_id' IN ('"a"', '"b"')`,
	} {
		if plan := sqlPlan(t, filepath.Join(dir, "market.sqlite"), statement); !strings.Contains(plan, "USING INDEX") {
			t.Errorf("%s: %s", statement, plan)
		}
	}
}

func (c client) update(t *testing.T, filter *wirebson.Document, value int32) (matched int32) {
	t.Helper()
	statement := wirebson.MustDocument("q", filter, "u", wirebson.MustDocument("$set", wirebson.MustDocument("value", value)))
	return c.must(t, "update", "prices", "updates", wirebson.MustArray(statement)).Get("n").(int32)
}

func TestAFencedUpdateMeetsItsDocumentOnlyBelowTheFence(t *testing.T) {
	withServer(t, t.TempDir(), func(c client) {
		for i, id := range []string{"a", "b", "c"} {
			c.mustInsert(t, "prices", id, int32(10*i))
		}
		fenced := func(id string, fence int64) *wirebson.Document {
			return wirebson.MustDocument("_id", id, "value", wirebson.MustDocument("$lte", fence))
		}
		if n := c.update(t, fenced("b", 9), 99); n != 0 {
			t.Errorf("a fence below the document's: %d matched", n)
		}
		if n := c.update(t, fenced("d", 99), 99); n != 0 {
			t.Errorf("no such document: %d matched", n)
		}
		if n := c.update(t, fenced("b", 10), 11); n != 1 {
			t.Errorf("a fence not below the document's: %d matched", n)
		}
		if stored := c.find(t, "prices"); stored["a"] != 0 || stored["b"] != 11 || stored["c"] != 20 {
			t.Errorf("stored: %v", stored)
		}
	})
}

// awkward returns every string of one or two of the characters that JSON escapes, or that stand beside those it uses itself.
func awkward() []string {
	characters := strings.Split("\x01 !\"#&'0;<=>AZ[\\]a~\u007fé\u2028\u2029\uffff😀", "")
	all := slices.Clone(characters)
	for _, first := range characters {
		for _, second := range characters {
			all = append(all, first+second)
		}
	}
	slices.Sort(all)
	return all
}

func (c client) ids(t *testing.T, filter *wirebson.Document) []string {
	t.Helper()
	answer := c.must(t, "find", "prices", "filter", filter, "projection", wirebson.MustDocument("_id", int32(1)),
		"batchSize", int32(100000))
	var ids []string
	for d := range answer.Get("cursor").(*wirebson.Document).Get("firstBatch").(*wirebson.Array).Values() {
		ids = append(ids, d.(*wirebson.Document).Get("_id").(string))
	}
	slices.Sort(ids)
	return ids
}

func TestARangeOfIDsLosesNoneWhateverTheirCharacters(t *testing.T) {
	withServer(t, t.TempDir(), func(c client) {
		ids := awkward()
		for _, id := range ids {
			c.mustInsert(t, "prices", id, 1)
		}
		for at := 0; at < len(ids); at += 17 { // prime to the number of characters: every one begins a bound
			for operator, want := range map[string][]string{"$gte": ids[at:], "$gt": ids[at+1:], "$lte": ids[:at+1], "$lt": ids[:at]} {
				if got := c.ids(t, wirebson.MustDocument("_id", wirebson.MustDocument(operator, ids[at]))); !slices.Equal(got, want) {
					t.Fatalf("%s %q: %d ids of %d, %s", operator, ids[at], len(got), len(want), firstMissing(got, want))
				}
			}
			between := wirebson.MustDocument("$gte", ids[at/2], "$lt", ids[at])
			if got := c.ids(t, wirebson.MustDocument("_id", between)); !slices.Equal(got, ids[at/2:at]) {
				t.Fatalf("%q to %q: %s", ids[at/2], ids[at], firstMissing(got, ids[at/2:at]))
			}
			if got := c.ids(t, wirebson.MustDocument("_id", ids[at])); !slices.Equal(got, ids[at:at+1]) {
				t.Fatalf("%q: found %q", ids[at], got)
			}
		}
	})
}

func firstMissing(got, want []string) string {
	for _, id := range want {
		if !slices.Contains(got, id) {
			return fmt.Sprintf("without %q", id)
		}
	}
	return "with others"
}

func TestTheSecondIndexOfAnEarlierVersionGoes(t *testing.T) {
	dir := t.TempDir()
	withServer(t, dir, func(c client) { c.mustInsert(t, "prices", "a", 1) })
	file := filepath.Join(dir, "market.sqlite")
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`CREATE INDEX closebell_lookup_prices ON "` + pricesTable + `" (_ferretdb_sjson->'$._id')`); err != nil {
		t.Fatal(err)
	}
	if report := repaired(t, dir); !strings.Contains(report, "closebell_lookup_prices") {
		t.Errorf("the repair says %q", report)
	}
	if report := repaired(t, dir); report != "" {
		t.Errorf("and again: %q", report)
	}
	withServer(t, dir, func(c client) { c.mustStoreAndRefuseTwice(t, "prices") })
}
