package fault

// brokenSenders play on a connection of their own.
func brokenSenders() []Fault { return nil }
