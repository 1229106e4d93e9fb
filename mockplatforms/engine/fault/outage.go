package fault

// outages are what stands in front of a receiver while it cannot be reached.
func outages() []Fault { return nil }
