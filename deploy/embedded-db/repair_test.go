package main

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/FerretDB/FerretDB/ferretdb"
)

// The statements of FerretDB v1.24.2 for a new collection "prices" in a new database, in its order. The table's name ends
// in a hash of the collection's; TestFerretDBStillWritesThisWay compares them with what the real one leaves in a file.
const (
	pricesTable = "prices_15792b1b"
	newFile     = `PRAGMA journal_mode = wal`
	newMetadata = `CREATE TABLE "_ferretdb_collections" (name TEXT NOT NULL UNIQUE CHECK(name != ''), ` +
		`table_name TEXT NOT NULL UNIQUE CHECK(table_name != ''), settings TEXT NOT NULL CHECK(settings != '')) STRICT`
	newTable    = `CREATE TABLE "` + pricesTable + `" (_ferretdb_sjson TEXT NOT NULL CHECK(_ferretdb_sjson != '')) STRICT`
	newRow      = `INSERT INTO "_ferretdb_collections" (name, table_name, settings) VALUES ('prices', '` + pricesTable + `', '{}')`
	newIndex    = `CREATE UNIQUE INDEX "` + pricesTable + `__id_" ON "` + pricesTable + `" (_ferretdb_sjson->"_id")`
	newSettings = `UPDATE "_ferretdb_collections" SET settings = '{"uuid":"6b1bdc2d-4a1f-44c4-9f6a-e44a7d2a4a55",` +
		`"indexes":[{"name":"_id_","key":[{"field":"_id","descending":false}],"unique":true}],"cappedSize":0,"cappedDocuments":0}'`
	dropIDIndex   = `DROP INDEX "` + pricesTable + `__id_"`
	emptySettings = `UPDATE "_ferretdb_collections" SET settings = '{}'`
	loseTheRow    = `DELETE FROM "_ferretdb_collections" WHERE name = 'prices'`
)

var creation = []string{newFile, newMetadata, newTable, newRow, newIndex, newSettings}

func document(id string, value int) string {
	return fmt.Sprintf(`INSERT INTO "%s" VALUES ('{"$s":{"p":{"_id":{"t":"string"},"value":{"t":"int"}},"$k":["_id","value"]},`+
		`"_id":"%s","value":%d}')`,
		pricesTable, id, value)
}

// execute runs statements on the database "market" in dir, as if FerretDB had come thus far.
func execute(t *testing.T, dir string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "market.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, statement := range statements {
		if _, err := db.Exec(statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

func query(t *testing.T, dir, query string) []string {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "market.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	found, err := textColumn(db, query)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// repaired repairs dir and returns what was reported.
func repaired(t *testing.T, dir string) string {
	t.Helper()
	var lines []string
	err := repairDir(dir, func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) })
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

func mustSay(t *testing.T, report string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(report, part) {
			t.Errorf("the report lacks %q: %q", part, report)
		}
	}
}

// withServer lets use talk to a FerretDB on dir, and stops it.
func withServer(t *testing.T, dir string, use func(client)) {
	t.Helper()
	db, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: "127.0.0.1:0"},
		Logger:    slog.New(slog.DiscardHandler),
		Handler:   "sqlite",
		SQLiteURL: "file:" + dir + "/",
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		db.Run(ctx)
		close(done)
	}()
	defer func() {
		cancel()
		<-done
	}()
	c := connect(t, db.MongoDBURI())
	defer c.conn.Close()
	use(c)
}

func TestFerretDBStillWritesThisWay(t *testing.T) {
	ours, its := t.TempDir(), t.TempDir()
	execute(t, ours, creation...)
	withServer(t, its, func(c client) { c.must(t, "create", "prices") })
	for _, question := range []string{
		"SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name",
		"SELECT name || table_name || json_remove(settings, '$.uuid') FROM _ferretdb_collections",
	} {
		if a, b := query(t, ours, question), query(t, its, question); !slices.Equal(a, b) {
			t.Errorf("written here %q\nby FerretDB %q", a, b)
		}
	}
}

func TestACreationCutAfterAnyStatementIsRepaired(t *testing.T) {
	for done := range len(creation) + 1 {
		t.Run(fmt.Sprintf("%d statements", done), func(t *testing.T) {
			dir := t.TempDir()
			execute(t, dir, creation[:done]...)
			sound := done == 0 || done == 2 || done == len(creation) // no file, no collection, all there
			if report := repaired(t, dir); (report == "") != sound {
				t.Errorf("reported %q", report)
			}
			if again := repaired(t, dir); again != "" {
				t.Errorf("the second repair reported %q", again)
			}
			withServer(t, dir, func(c client) { c.mustStoreAndRefuseTwice(t, "prices") })
		})
	}
}

func TestAnEmptyFileIsDeleted(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "market.sqlite")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	mustSay(t, repaired(t, dir), "market", "deleted")
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Error("the file is still there")
	}
}

func TestAFileOfSomebodyElseIsMovedAsideNotDeleted(t *testing.T) {
	dir := t.TempDir()
	execute(t, dir, "CREATE TABLE diary (text)")
	mustSay(t, repaired(t, dir), "market.sqlite.kept")
	if _, err := os.Stat(filepath.Join(dir, "market.sqlite.kept")); err != nil {
		t.Error(err)
	}
	withServer(t, dir, func(c client) { c.mustStoreAndRefuseTwice(t, "prices") })

	again := t.TempDir()
	execute(t, again, "CREATE TABLE diary (text)")
	if err := os.WriteFile(filepath.Join(again, "market.sqlite.kept"), []byte("earlier"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := repairDir(again, t.Logf); err == nil {
		t.Error("an earlier kept file was overwritten")
	}
}

func TestAFileThatIsNoDatabaseStopsTheStartAndIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "market.sqlite")
	text := strings.Repeat("not a database ", 1000)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	err := repairDir(dir, t.Logf)
	if err == nil || !strings.Contains(err.Error(), "market.sqlite") {
		t.Errorf("error %v", err)
	}
	if after, _ := os.ReadFile(file); string(after) != text {
		t.Error("the file was changed")
	}
}

func TestAnEmptyTableWithoutCollectionIsDropped(t *testing.T) {
	dir := t.TempDir()
	execute(t, dir, creation...)
	execute(t, dir, loseTheRow)
	mustSay(t, repaired(t, dir), pricesTable, "dropped")
	withServer(t, dir, func(c client) { c.mustStoreAndRefuseTwice(t, "prices") })
}

func TestATableWithDocumentsButNoCollectionIsKeptOutOfTheWay(t *testing.T) {
	dir := t.TempDir()
	withServer(t, dir, func(c client) {
		c.must(t, "create", "other")
		c.createIndex(t, "other", "value")
	})
	for _, id := range []string{"first", "second"} { // cut short twice, so that the kept table's name is taken
		execute(t, dir, newTable, newRow, newIndex, document(id, 1), loseTheRow)
		mustSay(t, repaired(t, dir), "1 documents", asidePrefix+pricesTable)
	}
	if again := repaired(t, dir); again != "" {
		t.Errorf("reported again: %q", again)
	}
	withServer(t, dir, func(c client) {
		if names := c.collections(t); !slices.Equal(names, []string{"other"}) {
			t.Errorf("collections %v", names)
		}
		c.mustStoreAndRefuseTwice(t, "prices")
		c.mustStoreAndRefuseTwice(t, "other")
	})
	kept := query(t, dir, fmt.Sprintf(
		`SELECT _ferretdb_sjson->>'_id' FROM "%[1]s" UNION ALL SELECT _ferretdb_sjson->>'_id' FROM "%[1]s_2"`, asidePrefix+pricesTable))
	if !slices.Equal(kept, []string{"first", "second"}) {
		t.Errorf("kept %v", kept)
	}
}

func TestOfRepeatedIDsTheFirstIsKept(t *testing.T) {
	for name, damage := range map[string][]string{
		"settings empty":        {dropIDIndex, emptySettings},
		"only the index absent": {dropIDIndex},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			execute(t, dir, creation...)
			execute(t, dir, damage...)
			execute(t, dir, document("a", 1), document("b", 2), document("a", 3), document("a", 4), document("c", 5))
			mustSay(t, repaired(t, dir), "prices", "2 documents with a repeated _id dropped")
			withServer(t, dir, func(c client) {
				if found := c.find(t, "prices"); !maps.Equal(found, map[string]int32{"a": 1, "b": 2, "c": 5}) {
					t.Errorf("found %v", found)
				}
				if indexes := c.indexes(t, "prices"); !slices.Equal(indexes, []string{"_id_"}) {
					t.Errorf("indexes %v", indexes)
				}
				c.mustStoreAndRefuseTwice(t, "prices")
			})
		})
	}
}

func TestSettingsAreWrittenAsFerretDBWritesThem(t *testing.T) {
	dir := t.TempDir()
	withServer(t, dir, func(c client) { c.mustInsert(t, "prices", "a", 1) })
	const withoutUUID = "SELECT json_remove(settings, '$.uuid') FROM _ferretdb_collections"
	its := query(t, dir, withoutUUID)
	execute(t, dir, emptySettings)
	mustSay(t, repaired(t, dir), "settings")
	if ours := query(t, dir, withoutUUID); !slices.Equal(ours, its) {
		t.Errorf("written %q, by FerretDB %q", ours, its)
	}
	if uuid := query(t, dir, "SELECT settings->>'uuid' FROM _ferretdb_collections"); len(uuid[0]) != 36 {
		t.Errorf("uuid %q", uuid)
	}
}

func TestAnIndexHalfCreatedOrHalfDroppedCanBeCreatedAgain(t *testing.T) {
	for name, damage := range map[string]string{
		"half created": `UPDATE "_ferretdb_collections" SET settings = json_remove(settings, '$.indexes[1]')`,
		"half dropped": `DROP INDEX "` + pricesTable + `_value_1"`,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			withServer(t, dir, func(c client) {
				c.mustInsert(t, "prices", "a", 1)
				c.createIndex(t, "prices", "value")
			})
			const uuid = "SELECT settings->>'uuid' FROM _ferretdb_collections"
			before := query(t, dir, uuid)
			execute(t, dir, damage)
			mustSay(t, repaired(t, dir), "prices", "index")
			if after := query(t, dir, uuid); !slices.Equal(before, after) {
				t.Errorf("the uuid changed from %v to %v", before, after)
			}
			withServer(t, dir, func(c client) {
				if indexes := c.indexes(t, "prices"); !slices.Equal(indexes, []string{"_id_"}) {
					t.Errorf("indexes %v", indexes)
				}
				c.createIndex(t, "prices", "value")
				c.mustStoreAndRefuseTwice(t, "prices")
			})
		})
	}
}

func TestACollectionThatLostItsTableIsNoLongerListed(t *testing.T) {
	dir := t.TempDir()
	execute(t, dir, creation...)
	execute(t, dir, `DROP TABLE "`+pricesTable+`"`)
	mustSay(t, repaired(t, dir), "prices", "lost its table")
	withServer(t, dir, func(c client) { c.mustStoreAndRefuseTwice(t, "prices") })
}

func TestASoundDatabaseIsNotChanged(t *testing.T) {
	dir := t.TempDir()
	names := []string{"prices", "PRICES", "종목.시세", `back\slash`, "zero\u200bwidth", "sqlite_prices", "new", "_x",
		"with space", "o'clock", "100%"}
	withServer(t, dir, func(c client) {
		for _, name := range names {
			c.mustInsert(t, name, "a", 1)
			c.createIndex(t, name, "value.of")
		}
		c.must(t, "create", "capped", "capped", true, "size", int32(4096))
		c.must(t, "renameCollection", "market.new", "to", "market.newer", "dropTarget", false)
	})
	if report := repaired(t, dir); report != "" {
		t.Errorf("reported %q", report)
	}
	withServer(t, dir, func(c client) {
		for _, name := range names {
			if name == "new" {
				name = "newer"
			}
			if found := c.find(t, name); !maps.Equal(found, map[string]int32{"a": 1}) {
				t.Errorf("%s: %v", name, found)
			}
			c.mustStoreAndRefuseTwice(t, name)
		}
	})
}
