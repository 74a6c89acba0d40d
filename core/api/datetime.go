package api

import "time"

// DateTime is a point in time: microseconds since 1970-01-01 UTC.
type DateTime int64

// ParseDateTime reads an RFC 3339 time.
func ParseDateTime(s string) (DateTime, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return 0, Errorf(InvalidArgument, "%q is not a date and time", s)
	}
	return DateTime(t.UnixMicro()), nil
}
