package remote

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"

	"github.com/qdrant-edge-go/edge/core/api"
)

var errPin = errors.New("no certificate of the server has a pinned key")

// config is what both transports verify servers with.
func (o *TLSOptions) config() (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: o.ServerName}
	if len(o.RootCAs) > 0 {
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(o.RootCAs) {
			return nil, api.Errorf(api.InvalidArgument, "no certificate in the PEM of the root CAs")
		}
	}
	if len(o.Cert) > 0 || len(o.Key) > 0 {
		pair, err := tls.X509KeyPair(o.Cert, o.Key)
		if err != nil {
			return nil, api.Errorf(api.InvalidArgument, "client certificate: %v", err)
		}
		c.Certificates = []tls.Certificate{pair}
	}
	pins := map[[sha256.Size]byte]bool{}
	for _, pin := range o.Pins {
		raw, err := base64.StdEncoding.DecodeString(pin)
		if err != nil || len(raw) != sha256.Size {
			return nil, api.Errorf(api.InvalidArgument, "pin %q is no base64 of a SHA-256", pin)
		}
		pins[[sha256.Size]byte(raw)] = true
	}
	if len(pins) > 0 {
		c.VerifyConnection = func(state tls.ConnectionState) error { return checkPins(pins, state) }
	}
	return c, nil
}

// checkPins runs after the chains have been verified, for resumed sessions too.
func checkPins(pins map[[sha256.Size]byte]bool, state tls.ConnectionState) error {
	for _, chain := range state.VerifiedChains {
		for _, cert := range chain {
			if pins[sha256.Sum256(cert.RawSubjectPublicKeyInfo)] {
				return nil
			}
		}
	}
	return errPin
}
