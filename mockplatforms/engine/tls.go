package engine

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// CA is a certificate authority that lives as long as its process, for clients that speak nothing but https. Its keys
// are never written down.
type CA struct {
	certificate []byte          // of the authority, DER
	leaf        tls.Certificate // of the platforms
}

// certified is how long certificates are good: longer than any run, and as long as clients take.
const certified = 365 * 24 * time.Hour

// NewCA makes an authority and one certificate of it, for the hosts (names or IP addresses), localhost, 127.0.0.1 and
// ::1.
func NewCA(hosts ...string) (*CA, error) {
	names, addresses := []string{"localhost"}, []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			addresses = append(addresses, ip)
		} else {
			names = append(names, host)
		}
	}
	template := x509.Certificate{
		Subject:  pkix.Name{CommonName: "hookdrill, this run only"},
		KeyUsage: x509.KeyUsageCertSign, IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true,
	}
	certificate, key, err := certify(template, nil, nil)
	if err != nil {
		return nil, err
	}
	authority, err := x509.ParseCertificate(certificate)
	if err != nil {
		return nil, fmt.Errorf("reading the certificate that was made: %w", err)
	}
	leaf, leafKey, err := certify(x509.Certificate{
		Subject:  pkix.Name{CommonName: "hookdrill"},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames: names, IPAddresses: addresses,
	}, authority, key)
	if err != nil {
		return nil, err
	}
	return &CA{certificate: certificate, leaf: tls.Certificate{Certificate: [][]byte{leaf, certificate}, PrivateKey: leafKey}}, nil
}

// certify makes a key and a certificate of it. Without a parent it is its own.
func certify(template x509.Certificate, parent *x509.Certificate, parentKey *ecdsa.PrivateKey) ([]byte, *ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("making a key: %w", err)
	}
	if parent == nil {
		parent, parentKey = &template, key
	}
	if template.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120)); err != nil {
		return nil, nil, fmt.Errorf("making a serial number: %w", err)
	}
	now := time.Now()
	template.NotBefore, template.NotAfter = now.Add(-time.Hour), now.Add(certified)
	der, err := x509.CreateCertificate(rand.Reader, &template, parent, &key.PublicKey, parentKey)
	if err != nil {
		return nil, nil, fmt.Errorf("making a certificate: %w", err)
	}
	return der, key, nil
}

// PEM is the authority's certificate, as clients take it: SSL_CERT_FILE, NODE_EXTRA_CA_CERTS, REQUESTS_CA_BUNDLE.
func (ca *CA) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.certificate})
}

func (ca *CA) config() *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{ca.leaf}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}
}
