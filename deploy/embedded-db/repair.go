package main

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
	_ "modernc.org/sqlite" // the driver that FerretDB uses
)

// FerretDB makes and drops collections and indexes by several statements without a transaction. What a kill between two of
// them leaves behind makes it refuse to start, refuse a collection for good, or accept a repeated _id. The repair runs
// before FerretDB opens the files and takes back whatever had not been finished, which nobody had been told was done.

const (
	metadataTable = "_ferretdb_collections"
	documents     = "_ferretdb_sjson"        // the column of the documents
	idOf          = documents + `->"_id"`    // written as in FerretDB's own indexes
	idIndexName   = "_id_"                   // in the settings; in SQLite "<table>__id_"
	asidePrefix   = "_closebell_kept_table_" // of tables that belonged to no collection but held documents
)

// settings is what FerretDB v1.24 keeps as JSON for a collection.
type settings struct {
	UUID            string  `json:"uuid"`
	Indexes         []index `json:"indexes"`
	CappedSize      int64   `json:"cappedSize"`
	CappedDocuments int64   `json:"cappedDocuments"`
}

type index struct {
	Name   string     `json:"name"`
	Key    []indexKey `json:"key"`
	Unique bool       `json:"unique"`
}

type indexKey struct {
	Field      string `json:"field"`
	Descending bool   `json:"descending"`
}

// collection is a row of the metadata table.
type collection struct {
	name, table string // the table as it is called in SQLite
	settings    string
}

// reporter takes a line for the operator.
type reporter func(format string, args ...any)

// repairDir repairs every database in dir and reports each change. No other process may have the files open.
func repairDir(dir string, report reporter) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.sqlite"))
	if err != nil {
		return err
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".sqlite")
		inDatabase := func(format string, args ...any) { report("repaired %s: %s", name, fmt.Sprintf(format, args...)) }
		if err := repairFile(file, inDatabase); err != nil {
			return fmt.Errorf("repair %s: %w", file, err)
		}
	}
	return nil
}

func repairFile(file string, report reporter) error {
	db, err := sql.Open("sqlite", file)
	if err != nil {
		return err
	}
	defer db.Close()
	tables, err := textColumn(db, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'`)
	if err != nil {
		return err
	}
	if !slices.Contains(tables, metadataTable) {
		return removeFile(db, file, len(tables), report)
	}
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := repairTables(tx, tables, report); err != nil {
		return err
	}
	return tx.Commit()
}

// removeFile makes way for a file that FerretDB had only begun. One with tables in it was never FerretDB's: it is not deleted.
func removeFile(db *sql.DB, file string, tables int, report reporter) error {
	if err := db.Close(); err != nil {
		return err
	}
	if tables != 0 {
		if _, err := os.Lstat(file + ".kept"); err == nil {
			return fmt.Errorf("it is not FerretDB's, and %s.kept is taken: move it away", file)
		}
		report("%d tables, but none of FerretDB's: moved to %s.kept", tables, file)
		return os.Rename(file, file+".kept")
	}
	report("nothing had been created in it yet: file deleted")
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(file + suffix); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	return nil
}

func repairTables(tx *sql.Tx, tables []string, report reporter) error {
	collections, err := readCollections(tx)
	if err != nil {
		return err
	}
	indexes, err := readIndexes(tx)
	if err != nil {
		return err
	}
	exists := map[string]bool{}
	for _, table := range tables {
		exists[table] = true
	}
	owned := map[string]bool{metadataTable: true}
	for _, c := range collections {
		owned[c.table] = true
		if exists[c.table] {
			err = repairCollection(tx, c, indexes[c.table], report)
		} else {
			report("collection %s had lost its table: no longer listed", c.name)
			err = change(tx, `DELETE FROM "`+metadataTable+`" WHERE name = ?`, c.name)
		}
		if err != nil {
			return fmt.Errorf("collection %s: %w", c.name, err)
		}
	}
	for _, table := range tables {
		if owned[table] || strings.HasPrefix(table, asidePrefix) {
			continue
		}
		if err := repairOrphan(tx, table, indexes[table], report); err != nil {
			return fmt.Errorf("table %s: %w", table, err)
		}
	}
	return nil
}

// repairOrphan deals with a table that no collection owns. Empty, its creation was cut short. Not empty, a drop was: it
// is renamed, because under its own name it would block the collection for ever.
func repairOrphan(tx *sql.Tx, table string, indexes []string, report reporter) error {
	var rows int
	if err := tx.QueryRow("SELECT count(*) FROM " + quote(table)).Scan(&rows); err != nil {
		return err
	}
	if rows == 0 {
		report("table %s belonged to no collection and was empty: dropped", table)
		return change(tx, "DROP TABLE "+quote(table))
	}
	for _, name := range indexes { // their names too would be in the way
		if err := change(tx, "DROP INDEX "+quote(name)); err != nil {
			return err
		}
	}
	kept := asidePrefix + table
	for again := 2; ; again++ {
		var taken bool
		if err := tx.QueryRow("SELECT count(*) > 0 FROM sqlite_master WHERE name = ?", kept).Scan(&taken); err != nil {
			return err
		}
		if !taken {
			break
		}
		kept = fmt.Sprintf("%s%s_%d", asidePrefix, table, again)
	}
	report("table %s belongs to no collection and holds %d documents: kept as table %s, which clients do not see", table, rows, kept)
	return change(tx, fmt.Sprintf("ALTER TABLE %s RENAME TO %s", quote(table), quote(kept)))
}

// repairCollection makes the SQL indexes and the listed ones agree: the index of _id must be both, any other that is only
// one of them was being created or dropped and goes.
func repairCollection(tx *sql.Tx, c collection, sqlIndexes []string, report reporter) error {
	var s settings
	if err := json.Unmarshal([]byte(c.settings), &s); err != nil {
		return err
	}
	if !slices.Contains(sqlIndexes, c.sqlIndex(idIndexName)) {
		if err := createIDIndex(tx, c, report); err != nil {
			return err
		}
		sqlIndexes = append(sqlIndexes, c.sqlIndex(idIndexName))
	}
	if err := dropUnlisted(tx, c, s.Indexes, sqlIndexes, report); err != nil {
		return err
	}
	before := len(s.Indexes)
	s.Indexes = slices.DeleteFunc(s.Indexes, func(i index) bool { return !slices.Contains(sqlIndexes, c.sqlIndex(i.Name)) })
	missing := before - len(s.Indexes)
	if missing != 0 {
		report("collection %s listed %d indexes that did not exist: no longer listed", c.name, missing)
	}
	complete := s.UUID != "" && slices.ContainsFunc(s.Indexes, isIDIndex)
	if !complete {
		report("collection %s: settings were not finished: completed", c.name)
	}
	if complete && missing == 0 {
		return nil
	}
	return writeSettings(tx, c, s)
}

func dropUnlisted(tx *sql.Tx, c collection, indexes []index, sqlIndexes []string, report reporter) error {
	listed := []string{c.sqlIndex(idIndexName)}
	for _, i := range indexes {
		listed = append(listed, c.sqlIndex(i.Name))
	}
	for _, name := range sqlIndexes {
		if slices.Contains(listed, name) {
			continue
		}
		report("collection %s: index %s was not finished: dropped", c.name, name)
		if err := change(tx, "DROP INDEX "+quote(name)); err != nil {
			return err
		}
	}
	return nil
}

func createIDIndex(tx *sql.Tx, c collection, report reporter) error {
	result, err := tx.Exec(fmt.Sprintf(`DELETE FROM %[1]s WHERE %[2]s IS NOT NULL AND rowid NOT IN
		(SELECT min(rowid) FROM %[1]s GROUP BY %[2]s)`, quote(c.table), idOf))
	if err != nil {
		return err
	}
	dropped, err := result.RowsAffected()
	if err != nil {
		return err
	}
	report("collection %s had no unique index of _id: created; %d documents with a repeated _id dropped, the first of each kept",
		c.name, dropped)
	return change(tx, fmt.Sprintf("CREATE UNIQUE INDEX %s ON %s (%s)", quote(c.sqlIndex(idIndexName)), quote(c.table), idOf))
}

func writeSettings(tx *sql.Tx, c collection, s settings) error {
	if s.UUID == "" {
		s.UUID = uuid.NewString()
	}
	if !slices.ContainsFunc(s.Indexes, isIDIndex) {
		id := index{Name: idIndexName, Key: []indexKey{{Field: "_id"}}, Unique: true}
		s.Indexes = slices.Insert(s.Indexes, 0, id)
	}
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return change(tx, `UPDATE "`+metadataTable+`" SET settings = ? WHERE name = ?`, string(text), c.name)
}

func readCollections(tx *sql.Tx) ([]collection, error) {
	rows, err := tx.Query(`SELECT name, table_name, settings FROM "` + metadataTable + `" ORDER BY name`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []collection
	for rows.Next() {
		var c collection
		if err := rows.Scan(&c.name, &c.table, &c.settings); err != nil {
			return nil, err
		}
		c.table = inSQL(c.table)
		found = append(found, c)
	}
	return found, rows.Err()
}

// readIndexes returns the names of the indexes of each table, but not those that SQLite makes for UNIQUE columns.
func readIndexes(tx *sql.Tx) (map[string][]string, error) {
	rows, err := tx.Query("SELECT tbl_name, name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := map[string][]string{}
	for rows.Next() {
		var table, name string
		if err := rows.Scan(&table, &name); err != nil {
			return nil, err
		}
		found[table] = append(found[table], name)
	}
	return found, rows.Err()
}

func textColumn(db *sql.DB, query string) ([]string, error) {
	rows, err := db.Query(query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		found = append(found, text)
	}
	return found, rows.Err()
}

func change(tx *sql.Tx, statement string, args ...any) error {
	_, err := tx.Exec(statement, args...)
	return err
}

func isIDIndex(i index) bool { return i.Name == idIndexName }

func (c collection) sqlIndex(name string) string { return c.table + "_" + inSQL(name) }

// inSQL returns the name that SQLite knows: FerretDB quotes by %q of Go, which escapes backslashes and invisible characters.
func inSQL(name string) string {
	quoted := strconv.Quote(name)
	return quoted[1 : len(quoted)-1]
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
