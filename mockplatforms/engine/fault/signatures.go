package fault

// signatureFaults are what can be wrong with a signature beyond its absence.
func signatureFaults() []Fault { return nil }
