package fault

import (
	"strconv"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
)

// brokenSenders play on a connection of their own. Odd ones send a complete callback all the same.
func brokenSenders() []Fault {
	return append(
		makes(mockplatforms.OddSender, twoPackets, slowBody, expectContinue, closedConnection),
		makes(mockplatforms.BrokenOff, tooShort, tooLong, unfinishedChunk, noLastChunk, halfAndFIN, halfAndRST, headersOnly)...,
	)
}

func contentLength(n int) fixtures.Field {
	return fixtures.Field{Name: "Content-Length", Value: strconv.Itoa(n)}
}

// uncut is the length that a sender announces who does not send all of a body. Of an empty one nothing could be missing.
func uncut(body []byte) int { return max(len(body), 1) }
