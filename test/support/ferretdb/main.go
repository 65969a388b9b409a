// Command ferretdb is the MongoDB server of the tests where no mongod can be had: FerretDB 1 on SQLite files, behind a
// front that makes each command atomic as MongoDB does.
//
// It ends on SIGTERM or SIGINT, and when its standard input closes: with the process that started it.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

// socket is where FerretDB itself listens; relative to the folder of the data, because the path of a socket is limited to
// about a hundred bytes.
const socket = "ferretdb.sock"

// sqliteURL leaves out syncs: what a process wrote outlives it in the page cache, and no test pulls the plug.
const sqliteURL = "file:./?_pragma=synchronous(off)&_pragma=temp_store(memory)"

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "address to listen on; port 0 takes any free one")
	dir := flag.String("dir", "", "folder of the data, made when it is missing")
	flag.Parse()
	log.SetFlags(0)
	log.SetPrefix("ferretdb: ")

	if err := run(*listen, *dir); err != nil {
		log.Fatal(err)
	}
}

func run(listen, dir string) error {
	if dir == "" {
		return fmt.Errorf("-dir is missing")
	}
	if err := enter(dir); err != nil {
		return err
	}
	// FerretDB makes much garbage and the tests little data: a collection at each doubling costs more than it frees.
	debug.SetGCPercent(400)

	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	if err := startFerretDB(); err != nil {
		return err
	}
	go exitWithStarter()
	go exitOnSignal()

	fmt.Printf("Waiting for connections on %s\n", listener.Addr())
	return newFront(socket).serve(listener)
}

// enter makes the folder of the data the working folder, and removes the socket that a killed process has left in it.
func enter(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := os.Chdir(dir); err != nil {
		return err
	}
	if err := os.Remove(socket); err != nil && !os.IsNotExist(err) {
		return err
	}
	return nil
}

// startFerretDB returns when FerretDB accepts connections. The embedded one reports nothing to anybody: its telemetry is
// neither started nor allowed.
func startFerretDB() error {
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{Unix: socket},
		Logger:    slog.New(slog.DiscardHandler),
		Handler:   "sqlite",
		SQLiteURL: sqliteURL,
	})
	if err != nil {
		return err
	}
	go func() {
		log.Fatalf("FerretDB ended: %v", server.Run(context.Background()))
	}()
	return nil
}

func exitWithStarter() {
	_, _ = io.Copy(io.Discard, os.Stdin)
	exit()
}

func exitOnSignal() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	<-signals
	exit()
}

// exit needs no farewell: SQLite's files are whole at any moment.
func exit() {
	_ = os.Remove(socket)
	os.Exit(0)
}
