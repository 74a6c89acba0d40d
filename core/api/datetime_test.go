package api

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestParseDateTime(t *testing.T) {
	for in, want := range map[string]string{
		"2014-01-01T00:00:00Z": "2014-01-01T00:00:00Z", "2014-01-01t00:00:00z": "2014-01-01T00:00:00Z",
		"2014-01-01 00:00:00Z": "2014-01-01T00:00:00Z", "2014-01-01": "2014-01-01T00:00:00Z", "2014-01-01T10:30": "2014-01-01T10:30:00Z",
		"2014-01-01 10:30": "2014-01-01T10:30:00Z", "2014-01-01T10:30:05": "2014-01-01T10:30:05Z", "2014-01-01 10:30:05.25": "2014-01-01T10:30:05.250Z",
		"2014-01-01T00:00:00.1234567890123Z": "2014-01-01T00:00:00.123456Z", "2014-01-01T12:00:00+02:30": "2014-01-01T09:30:00Z",
		"2014-01-01T12:00:00-0230": "2014-01-01T14:30:00Z", "2014-01-01T12:00:00+02": "2014-01-01T10:00:00Z", "2014-01-01 12:00:00 UTC": "2014-01-01T12:00:00Z",
		"2014-01-01T12:00:00\u221202:00": "2014-01-01T14:00:00Z", "2014-1-2T3:4:5Z": "2014-01-02T03:04:05Z", " 2014-01-01": "2014-01-01T00:00:00Z",
		"+12014-01-01T00:00:00Z": "+12014-01-01T00:00:00Z", "-0001-01-01": "-0001-01-01T00:00:00Z", "0000-02-29": "0000-02-29T00:00:00Z",
		"2016-12-31T23:59:60Z": "2016-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.5Z": "1969-12-31T23:59:59.500Z",
	} {
		got, err := ParseDateTime(in)
		require.NoError(t, err, in)
		assert.Equal(t, want, got.String(), in)
	}
}

func TestRejectedDateTimes(t *testing.T) {
	for _, in := range []string{"", " ", "x", "2014", "2014-01", "2014-13-01", "2014-02-29", "2014-01-00", "2014-01-01T24:00:00Z", "2014-01-01T10", "2014-01-01T10:60",
		"2014-01-01T10:00:61Z", "2014-01-01T10:00:00+24:00", "2014-01-01T10:00:00+0", "2014-01-01 ", "12014-01-01", "2014-01-01T10:00:00.Z", "2014-01-01T10:00Z", "999999-01-01"} {
		_, err := ParseDateTime(in)
		assert.ErrorIs(t, err, ErrInvalidArgument, "%q", in)
	}
}

func TestDateTimeAgreesWithTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.Int64Range(-62_135_596_800_000_000, 253_402_300_799_999_999).Draw(t, "micros")
		d := DateTime(at)
		parsed, err := time.Parse(time.RFC3339Nano, d.String())
		require.NoError(t, err)
		require.Equal(t, at, parsed.UnixMicro())
		back, err := ParseDateTime(d.String())
		require.NoError(t, err)
		require.Equal(t, d, back)
	})
}

func TestLookupDateTimeDoesNotAllocate(t *testing.T) {
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		LookupDateTime("2014-01-01 10:30")
		LookupDateTime("no date at all")
	}))
}
