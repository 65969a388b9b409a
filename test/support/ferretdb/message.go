package main

import (
	"bytes"
	"encoding/binary"
)

// message is one of MongoDB's wire protocol, with its header: length, id, id of what it answers, kind.
type message []byte

const (
	headerSize     = 16
	longestMessage = 48_000_000

	opQuery = 2004 // the first message of a connection, for servers older than OP_MSG
	opMsg   = 2013

	moreToCome = 1 << 1
)

func (m message) opCode() uint32 {
	return binary.LittleEndian.Uint32(m[12:])
}

// isHeartbeat tells what touches no data. It must not wait for its turn: a driver that waits too long for such an answer
// takes the server for dead.
func (m message) isHeartbeat() bool {
	switch m.command() {
	case "hello", "isMaster", "ismaster", "ping", "buildInfo", "buildinfo", "endSessions":
		return true
	default:
		return false
	}
}

// wantsNoReply tells a write that is not to be acknowledged.
func (m message) wantsNoReply() bool {
	return m.opCode() == opMsg && len(m) >= headerSize+4 && binary.LittleEndian.Uint32(m[headerSize:])&moreToCome != 0
}

// command answers the first key of the document that tells the command, "" when there is none.
func (m message) command() string {
	rest := []byte(m[headerSize:])
	switch m.opCode() {
	case opMsg:
		rest = bodySection(skip(rest, 4))
	case opQuery:
		end := bytes.IndexByte(skip(rest, 4), 0)
		if end < 0 {
			return ""
		}
		rest = skip(rest, 4+end+1+8)
	default:
		return ""
	}
	// Its length and the type of its first value.
	key := skip(rest, 5)
	end := bytes.IndexByte(key, 0)
	if end < 0 {
		return ""
	}
	return string(key[:end])
}

// bodySection passes over the sequences of documents that may stand before the section of the command.
func bodySection(sections []byte) []byte {
	for len(sections) >= 5 {
		if sections[0] == 0 {
			return sections[1:]
		}
		sections = skip(sections, 1+int(binary.LittleEndian.Uint32(sections[1:])))
	}
	return nil
}

func skip(from []byte, count int) []byte {
	return from[min(max(count, 0), len(from)):]
}
