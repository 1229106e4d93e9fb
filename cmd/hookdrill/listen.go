package main

import (
	"errors"
	"fmt"
	"syscall"
)

// cannotListen says what to do about an address that cannot be had.
func cannotListen(flag, address string, err error) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%s is taken: end what listens there, or choose another address with %s", address, flag)
	}
	return fmt.Errorf("%s: %w", flag, err)
}
