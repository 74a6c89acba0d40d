package hub

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/qdrant-edge-go/edge/core/api"
)

// failure is an answer other than success.
type failure struct {
	status int
	text   string
	plain  bool // as text/plain, the way the snapshot endpoints report
}

func (f *failure) Error() string { return f.text }

func failf(status int, format string, args ...any) error {
	return &failure{status: status, text: fmt.Sprintf(format, args...)}
}

// plain marks a failure to be sent as plain text.
func plain(err error) error {
	f := asFailure(err)
	return &failure{status: f.status, text: f.text, plain: true}
}

// badBody is a body that does not decode.
func badBody(err error) error {
	return failf(http.StatusBadRequest, "Format error in JSON body: %s", message(err))
}

func message(err error) string {
	var e *api.Error
	if errors.As(err, &e) && e.Msg != "" {
		return e.Msg
	}
	return err.Error()
}

// asFailure maps the engine's error kinds to a server's status codes and words.
func asFailure(err error) *failure {
	var f *failure
	if errors.As(err, &f) {
		return f
	}
	switch api.KindOf(err) {
	case api.InvalidArgument, api.Unsupported, api.Incompatible:
		return &failure{status: http.StatusBadRequest, text: "Wrong input: " + message(err)}
	case api.NotFound, api.Closed:
		return &failure{status: http.StatusNotFound, text: "Not found: " + message(err)}
	case api.DiskFull:
		return &failure{status: http.StatusInsufficientStorage, text: "Service internal error: " + message(err)}
	}
	return &failure{status: http.StatusInternalServerError, text: "Service internal error: " + message(err)}
}

// seconds prints the duration of a request the way a server does.
func seconds(started time.Time) string {
	return strconv.FormatFloat(time.Since(started).Seconds(), 'g', -1, 64)
}

// sendResult sends {"result":…,"status":"ok","time":…}.
func sendResult(w http.ResponseWriter, started time.Time, result []byte) {
	body := append([]byte(`{"result":`), result...)
	body = append(body, `,"status":"ok","time":`...)
	body = append(append(body, seconds(started)...), '}')
	sendJSON(w, http.StatusOK, body)
}

func sendJSON(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

func sendText(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text))
}

func sendFailure(w http.ResponseWriter, started time.Time, err error) {
	f := asFailure(err)
	if f.plain {
		sendText(w, f.status, f.text)
		return
	}
	text, _ := json.Marshal(f.text)
	sendJSON(w, f.status, []byte(`{"status":{"error":`+string(text)+`},"time":`+seconds(started)+`}`))
}
