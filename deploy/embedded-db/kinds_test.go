package main

import (
	"bytes"
	"database/sql"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/FerretDB/wire/wirebson"
)

// What ferretdb.patch reads by itself, and what it leaves to encoding/json, come back as they were stored.

func arrayOf(values []any) *wirebson.Array { return wirebson.MustArray(values...) }

// kinds has values of every kind, and texts and names with each character that JSON escapes.
func kinds() *wirebson.Document {
	var texts []any
	named := wirebson.MustDocument()
	for _, text := range awkward() {
		texts = append(texts, text)
		if named.Get(text) == nil && !strings.ContainsAny(text, "\x00$.") {
			if err := named.Add(text, int64(len(text))); err != nil {
				panic(err)
			}
		}
	}
	return wirebson.MustDocument(
		"texts", arrayOf(texts), "plain texts", wirebson.MustArray("", "삼성전자", "a b", "{[,:]}"),
		"named", named, "text", `\"`, "marks", wirebson.MustArray(`a\`, `\"]`, `\\`, `",`),
		"longs", wirebson.MustArray(int64(math.MinInt64), int64(0), int64(math.MaxInt64)),
		"ints", wirebson.MustArray(int32(math.MinInt32), int32(0), int32(math.MaxInt32)),
		"doubles", wirebson.MustArray(0.1, 1e308, -4.9e-324, 1.0, 1e21, 1e-7),
		"bools", wirebson.MustArray(true, false, wirebson.Null),
		"instants", wirebson.MustArray(time.UnixMilli(0).UTC(), time.UnixMilli(-1).UTC(), time.UnixMilli(1757894400123).UTC()),
		"bytes", wirebson.Binary{B: []byte("\x00\xff{\"}[]\\,"), Subtype: 0},
		"no bytes", wirebson.Binary{B: []byte{}, Subtype: 0},
		"object", wirebson.ObjectID{1, 2, 3},
		"regex", wirebson.Regex{Pattern: `^"\\{`, Options: "i"},
		"stamp", wirebson.Timestamp(42),
		"nothing", wirebson.MustDocument("list", wirebson.MustArray(), "document", wirebson.MustDocument()),
		"deep", wirebson.MustArray(wirebson.MustDocument("a", wirebson.MustArray("]}", int64(1)))),
	)
}

func (c client) mustFindEqual(t *testing.T, id string, want *wirebson.Document) {
	t.Helper()
	answer := c.must(t, "find", "prices", "filter", wirebson.MustDocument("_id", id))
	batch := answer.Get("cursor").(*wirebson.Document).Get("firstBatch").(*wirebson.Array)
	if batch.Len() != 1 {
		t.Fatalf("%s: %d documents", id, batch.Len())
	}
	got := batch.Get(0).(*wirebson.Document)
	if !bytes.Equal(encoded(t, got), encoded(t, want)) {
		t.Errorf("%s:\nstored %s\nread   %s", id, wirebson.LogMessageBlock(want), wirebson.LogMessageBlock(got))
	}
}

func encoded(t *testing.T, d *wirebson.Document) []byte {
	t.Helper()
	raw, err := d.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestADocumentComesBackAsItWasStoredWhateverIsInIt(t *testing.T) {
	withServer(t, t.TempDir(), func(c client) {
		for name, value := range kinds().All() { // a document each: one text that encoding/json has to read is enough for the whole
			want := wirebson.MustDocument("_id", name, "value", value, "behind", "it")
			c.must(t, "insert", "prices", "documents", wirebson.MustArray(want))
			c.mustFindEqual(t, name, want)
		}
	})
}

func TestDocumentsOfMoreSchemasThanAreKeptComeBack(t *testing.T) {
	withServer(t, t.TempDir(), func(c client) {
		for round := range 2 {
			for i := range 1100 {
				id := strconv.Itoa(i)
				want := wirebson.MustDocument("_id", id, "field "+id, int64(i))
				if round == 0 {
					c.must(t, "insert", "prices", "documents", wirebson.MustArray(want))
				}
				c.mustFindEqual(t, id, want)
			}
		}
	})
}

func TestTextThatIsNotAsItWasWrittenIsReadByEncodingJSONOrRefused(t *testing.T) {
	dir := t.TempDir()
	withServer(t, dir, func(c client) { c.mustInsert(t, "prices", "a", 1) })
	db, err := sql.Open("sqlite", filepath.Join(dir, "market.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	set := func(text string) {
		if _, err := db.Exec(`UPDATE "`+pricesTable+`" SET _ferretdb_sjson = ?`, text); err != nil {
			t.Fatal(err)
		}
	}
	schema := `"$s":{"p":{"_id":{"t":"string"},"value":{"t":"int"}},"$k":["_id","value"]}`
	for _, text := range []string{
		`{` + schema + `,"_id":"a","value":7}`, `{ ` + schema + `, "_id": "a", "value": 7 }`, `{` + schema + `,"value":7,"_id":"\u0061"}`,
	} {
		set(text)
		withServer(t, dir, func(c client) {
			if found := c.find(t, "prices"); found["a"] != 7 {
				t.Errorf("%s was read as %v", text, found)
			}
		})
	}
	for _, text := range []string{
		`{` + schema + `,"_id":"a","value":7.5}`, `{` + schema + `,"_id":"a","value":2147483648}`,
		`{` + schema + `,"_id":"a","value":"7"}`, `{` + schema + `,"_id":"a"}`, `{` + schema + `,"_id":"a","value":7,"more":1}`,
		`{"_id":"a","value":7}`,
	} {
		set(text)
		withServer(t, dir, func(c client) {
			if answer, err := c.send("find", "prices"); err == nil && answer.Get("ok") == 1.0 {
				t.Errorf("%s was read: %s", text, wirebson.LogMessage(answer))
			}
		})
	}
}
