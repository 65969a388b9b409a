package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"sync"
	"time"
)

// longestCommand bounds every command. FerretDB locks up on some, an update of a hundred statements for one, and a
// test should then fail with a reason, not hang.
const longestCommand = 60 * time.Second

// front passes the messages of clients to FerretDB, those that read or write data one at a time: FerretDB 1 reads and
// writes in separate steps, so that concurrent updates of one document would lose each other.
type front struct {
	socket string
	turn   sync.Mutex
}

func newFront(socket string) *front {
	return &front{socket: socket}
}

func (f *front) serve(listener net.Listener) error {
	for {
		client, err := listener.Accept()
		if err != nil {
			return err
		}
		go func() {
			if err := f.serveClient(client); err != nil {
				log.Print(err)
			}
		}()
	}
}

// serveClient passes messages until either side ends; the other side ends with it.
func (f *front) serveClient(client net.Conn) error {
	defer client.Close()
	server, err := net.Dial("unix", f.socket)
	if err != nil {
		return err
	}
	defer server.Close()
	for {
		request, err := readMessage(client)
		if err != nil {
			return unlessGone(err)
		}
		reply, err := f.exchange(server, request)
		if err != nil {
			return unlessGone(err)
		}
		// FerretDB answers each message; to this one the client expects no answer.
		if request.wantsNoReply() {
			continue
		}
		if _, err := client.Write(reply); err != nil {
			return unlessGone(err)
		}
	}
}

// exchange waits for the client neither before nor after: one that is gone or slow keeps nobody from their turn.
func (f *front) exchange(server net.Conn, request message) (message, error) {
	if !request.isHeartbeat() {
		f.turn.Lock()
		defer f.turn.Unlock()
	}
	watch := time.AfterFunc(longestCommand, func() {
		log.Fatalf("FerretDB has not answered %q for %v: ending", request.command(), longestCommand)
	})
	defer watch.Stop()
	if _, err := server.Write(request); err != nil {
		return nil, err
	}
	return readMessage(server)
}

// unlessGone is nil for the errors that the end of a connection shows as.
func unlessGone(err error) error {
	var network *net.OpError
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &network) {
		return nil
	}
	return err
}

func readMessage(from io.Reader) (message, error) {
	var length [4]byte
	if _, err := io.ReadFull(from, length[:]); err != nil {
		return nil, err
	}
	size := binary.LittleEndian.Uint32(length[:])
	if size < headerSize || size > longestMessage {
		return nil, fmt.Errorf("a message of %d bytes is none of MongoDB's protocol", size)
	}
	whole := make(message, size)
	copy(whole, length[:])
	_, err := io.ReadFull(from, whole[4:])
	return whole, err
}
