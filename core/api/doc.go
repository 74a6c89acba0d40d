// Package api is the vocabulary of the engine: requests, results, filters, vectors, configuration and error kinds.
//
// Names, defaults and limits come from the YAML files in spec; gen writes the zz_*.go files from them. Every record has
// one model and two codecs: JSON in the shapes of Qdrant's REST interface, and (for update operations) the CBOR that
// Qdrant writes to its log. Payloads stay raw canonical JSON bytes from end to end.
package api
