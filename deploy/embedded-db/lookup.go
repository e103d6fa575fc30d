package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// FerretDB looks documents up by an expression that its own index of _id does not match, so that every find, update and
// delete by _id reads the whole collection: 4 ms in one of 1,375 targets, 44 ms among 300 archived sessions of the market.
// An index on that very expression makes it 0.2 ms. FerretDB knows only the indexes in its settings and leaves this one
// alone; SQLite drops it with its table.
//
// Only closebell's administrative database gets it: its collections are few, and written document by document. Those of the
// tickers are appended to, where a second index would only cost.

const (
	lookupDatabase = "system_info"
	lookupPrefix   = "closebell_lookup_"
	lookupOf       = documents + `->'$._id'` // written as in FerretDB's own statements
	lookupEvery    = time.Second             // how soon a new collection gets its index
)

// keepLookups adds the index to collections as they appear, until ctx ends. A failure costs speed, not data.
func keepLookups(ctx context.Context, dir string) {
	file := filepath.Join(dir, lookupDatabase+".sqlite")
	tick := time.NewTicker(lookupEvery)
	defer tick.Stop()
	said := ""
	for {
		if err := addLookups(ctx, file); err != nil && ctx.Err() == nil && err.Error() != said {
			said = err.Error()
			say("%s: no second index of _id, which would only make it faster: %v", file, err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// addLookups adds the index to every collection in file that lacks it. The file is opened for this only: a client may drop
// the database.
func addLookups(ctx context.Context, file string) error {
	if _, err := os.Stat(file); err != nil {
		return nil // not made yet, or dropped
	}
	db, err := sql.Open("sqlite", "file:"+file+"?mode=rw&_pragma=busy_timeout(1000)")
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	tables, err := textColumn(db, fmt.Sprintf(`SELECT name FROM sqlite_master AS t WHERE type = 'table'
		AND name NOT LIKE 'sqlite\_%%' ESCAPE '\' AND name NOT LIKE '\_%%' ESCAPE '\' AND NOT EXISTS
		(SELECT 1 FROM sqlite_master AS i WHERE i.type = 'index' AND i.tbl_name = t.name AND i.name LIKE '%s%%')`, lookupPrefix))
	if err != nil {
		return err
	}
	for _, table := range tables {
		statement := fmt.Sprintf("CREATE INDEX IF NOT EXISTS %s ON %s (%s)", quote(lookupPrefix+table), quote(table), lookupOf)
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}
