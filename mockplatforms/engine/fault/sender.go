package fault

import (
	"strconv"

	"github.com/hookdrill/hookdrill/fixtures"
)

// brokenSenders play on a connection of their own. The first five send a complete callback, in a way of their own.
func brokenSenders() []Fault {
	return []Fault{
		twoPackets, slowBody, expectContinue, pipelined, closedConnection,
		tooShort, tooLong, unfinishedChunk, noLastChunk, halfAndFIN, halfAndRST, headersOnly,
	}
}

func contentLength(n int) fixtures.Field {
	return fixtures.Field{Name: "Content-Length", Value: strconv.Itoa(n)}
}

// uncut is the length that a sender announces who does not send all of a body. Of an empty one nothing could be missing.
func uncut(body []byte) int { return max(len(body), 1) }
