package main

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/FerretDB/wire"
	"github.com/FerretDB/wire/wirebson"
	"github.com/FerretDB/wire/wireclient"
)

// client is a MongoDB client of a page, for tests of what a real one would meet.
type client struct{ conn *wireclient.Conn }

func connect(t *testing.T, uri string) client {
	t.Helper()
	conn, err := wireclient.Connect(t.Context(), uri, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return client{conn}
}

// send returns the whole answer to a command on the database "market".
func (c client) send(pairs ...any) (*wirebson.Document, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	_, body, err := c.conn.Request(ctx, wire.MustOpMsg(append(pairs, "$db", "market")...))
	if err != nil {
		return nil, err
	}
	raw, err := body.(*wire.OpMsg).RawDocument()
	if err != nil {
		return nil, err
	}
	return raw.DecodeDeep()
}

func (c client) must(t *testing.T, pairs ...any) *wirebson.Document {
	t.Helper()
	answer, err := c.send(pairs...)
	if err != nil {
		t.Fatal(err)
	}
	if answer.Get("ok") != 1.0 || answer.Get("writeErrors") != nil {
		t.Fatalf("%v: %v", pairs, wirebson.LogMessage(answer))
	}
	return answer
}

// insert reports whether the document is new; a repeated _id is the only error it accepts.
func (c client) insert(collection, id string, value int32) (isNew bool, err error) {
	document := wirebson.MustDocument("_id", id, "value", value)
	answer, err := c.send("insert", collection, "documents", wirebson.MustArray(document))
	if err != nil {
		return false, err
	}
	if answer.Get("ok") != 1.0 {
		return false, failure(wirebson.LogMessage(answer))
	}
	errors, _ := answer.Get("writeErrors").(*wirebson.Array)
	if errors == nil {
		return true, nil
	}
	if first := errors.Get(0).(*wirebson.Document); first.Get("code") != int32(11000) {
		return false, failure(wirebson.LogMessage(answer))
	}
	return false, nil
}

type failure string

func (f failure) Error() string { return string(f) }

func (c client) mustInsert(t *testing.T, collection, id string, value int32) {
	t.Helper()
	if isNew, err := c.insert(collection, id, value); err != nil || !isNew {
		t.Fatalf("insert %s into %s: new %v, %v", id, collection, isNew, err)
	}
}

// find returns value by _id.
func (c client) find(t *testing.T, collection string) map[string]int32 {
	t.Helper()
	answer := c.must(t, "find", collection, "batchSize", int32(100000))
	found := map[string]int32{}
	for document := range answer.Get("cursor").(*wirebson.Document).Get("firstBatch").(*wirebson.Array).Values() {
		d := document.(*wirebson.Document)
		found[d.Get("_id").(string)] = d.Get("value").(int32)
	}
	return found
}

func (c client) collections(t *testing.T) []string {
	t.Helper()
	return c.names(t, "listCollections", int32(1), "nameOnly", true)
}

func (c client) indexes(t *testing.T, collection string) []string {
	t.Helper()
	return c.names(t, "listIndexes", collection)
}

func (c client) names(t *testing.T, command ...any) []string {
	t.Helper()
	var names []string
	batch := c.must(t, command...).Get("cursor").(*wirebson.Document).Get("firstBatch").(*wirebson.Array)
	for document := range batch.Values() {
		names = append(names, document.(*wirebson.Document).Get("name").(string))
	}
	return names
}

func (c client) createIndex(t *testing.T, collection, field string) {
	t.Helper()
	index := wirebson.MustDocument("key", wirebson.MustDocument(field, int32(1)), "name", field+"_1")
	c.must(t, "createIndexes", collection, "indexes", wirebson.MustArray(index))
}

func (c client) mustStoreAndRefuseTwice(t *testing.T, collection string) {
	t.Helper()
	c.mustInsert(t, collection, "written after the repair", 1)
	if isNew, err := c.insert(collection, "written after the repair", 2); err != nil || isNew {
		t.Fatalf("%s accepts a repeated _id (%v)", collection, err)
	}
}
