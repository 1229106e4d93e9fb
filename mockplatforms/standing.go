package mockplatforms

import (
	"slices"
	"time"
)

// Block is a domain that a client's callbacks are kept from for a while.
type Block struct {
	Client string
	Domain string
	Target string        // of the hook whose answer tipped it: scheme and host
	Until  time.Duration // of the schedule
	Why    string        // the last failure, in words
	Count  int           // failures in the window
	At     time.Time     // when it began, in the receiver's time
}

// Block keeps callbacks from a domain from now on.
func (s *State) Block(b Block) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.blocks = append(s.blocks, b)
}

// Blocks are the domains that a client's callbacks are kept from now, in the order in which that began.
func (s *State) Blocks(client string) []Block {
	now := s.Elapsed()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.blocks = slices.DeleteFunc(s.blocks, func(b Block) bool { return b.Until <= now })
	var list []Block
	for _, b := range s.blocks {
		if b.Client == client {
			list = append(list, b)
		}
	}
	return list
}

// Blocked says whether a hook's callbacks are kept from their domain now.
func (s *State) Blocked(h Hook) bool {
	domain := Domain(h.Target)
	return slices.ContainsFunc(s.Blocks(h.Client), func(b Block) bool { return b.Domain == domain })
}

// SetEmails says who gets the mails about a client's hooks.
func (s *State) SetEmails(client string, addresses []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.emails[client] = slices.Clone(addresses)
}

// Emails are the addresses that get the mails about a client's hooks.
func (s *State) Emails(client string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.emails[client])
}

// RefuseLookups has lookups answered with a status, so many times; 0 is until the scenario ends. The error of a status
// for which the platform has no recorded answer names those it has.
func (s *State) RefuseLookups(status, times int) error {
	return s.file(&s.lookups, Refusal{Status: status, Times: times})
}

// LookupRefused says whether a lookup is to be refused, and uses up one time of the refusal.
func (s *State) LookupRefused() (status int, refused bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return use(&s.lookups, func(Refusal) bool { return true })
}
