package steps

import (
	"fmt"
	"net"
	"os"
	"path/filepath"

	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
)

// Authority makes a certificate authority for the platforms' real hosts and for the addresses (by platform) that they
// listen on, and writes its certificate as PEM to a file, where clients are told to find it. Folders are made.
func Authority(file string, platforms []*mockplatforms.Platform, addresses map[string]string) (*engine.CA, error) {
	var hosts []string
	for _, p := range platforms {
		hosts = append(hosts, p.Hosts...)
		if host, _, err := net.SplitHostPort(addresses[p.Name]); err == nil {
			hosts = append(hosts, host)
		}
	}
	ca, err := engine.NewCA(hosts...)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return nil, fmt.Errorf("--ca-file: %w", err)
	}
	if err := os.WriteFile(file, ca.PEM(), 0o644); err != nil {
		return nil, fmt.Errorf("--ca-file: %w", err)
	}
	return ca, nil
}
